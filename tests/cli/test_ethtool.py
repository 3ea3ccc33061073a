"""`netlynx ethtool`, on a virtual kernel that has the hardware."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import polars
import pytest

from command import Run
from forking import printed
from netlynx import netns, route
from netlynx.client.connection import connect

KERNEL = """
from netlynx.ethtool import *
from netlynx.errors import NotFound
from netlynx.kernel import VirtualKernel

kernel = VirtualKernel()
service = kernel.family(Ethtool)
GROUPS = StringSet(id=StringSetId.STATS_STD, strings=(StringEntry(index=3, value="rmon"),))
COUNTED = (CounterGroup(id=StatisticsGroup.RMON, counters=({RmonCounter.JABBER: 3},)),)

@service.handles(Ethtool.linkstate)
def linkstate(request):
    if request.record.device != "eth0":
        raise NotFound(19, "no device matches name")
    return LinkState(device="eth0", link=True, sqi=3, sqi_max=7)

@service.handles(Ethtool.features)
def features(request):
    return Features(
        device="eth0",
        hardware=Bits(on=("rx-gro", "tx-lro"), off=("highdma",)),
        wanted=Bits(on=("rx-gro",)),
        active=Bits(on=("rx-gro", "highdma")),
        fixed=Bits(on=("highdma",)),
    )

service.handles(Ethtool.statistics)(lambda request: Statistics(device="eth0", groups=COUNTED))
service.handles(Ethtool.string_sets)(lambda request: StringSets(sets=(GROUPS,)))
service.handles(Ethtool.wol)(lambda request: WakeOnLan(device="eth0", modes=Bits(on=("magic",), off=("arp",))))
"""


@pytest.fixture
def kernel(tmp_path: Path) -> str:
    path = tmp_path / "kernel.py"
    path.write_text(KERNEL)
    return str(path)


def test_all_that_a_device_has_is_shown(run: Run, kernel: str) -> None:
    shown = run("ethtool", "eth0", "--kernel", kernel).stdout.splitlines()
    rows = [line.split(None, 2) for line in shown[1:]]
    assert ["linkstate", "link", "yes"] in rows
    assert ["wol", "modes", "magic -arp"] in rows
    assert ["features", "rx-gro", "on"] in rows
    assert ["features", "highdma", "on, fixed"] in rows  # a line a feature
    assert ["statistics", "groups", "rmon: jabber=3"] in rows
    assert {subject for subject, _, _ in rows} == {"linkstate", "wol", "features", "statistics"}


def test_features_are_a_table(run: Run, kernel: str) -> None:
    shown = run("ethtool", "eth0", "features", "--kernel", kernel).stdout.splitlines()
    assert [line.split() for line in shown[1:]] == [
        ["highdma", "on", "off", "no"],
        ["rx-gro", "on", "on", "yes"],
        ["tx-lro", "off", "off", "yes"],
    ]


def test_json_has_names(run: Run, kernel: str) -> None:
    (said,) = json.loads(run("ethtool", "eth0", "wol", "linkstate", "--json", "--kernel", kernel).stdout)
    assert said == {
        "wol": {"device": "eth0", "modes": {"on": ["magic"], "off": ["arp"]}},
        "linkstate": {"device": "eth0", "link": True, "sqi": 3, "sqi_max": 7},
    }


def test_what_is_asked_for_by_name_and_lacking_is_an_error(run: Run, kernel: str) -> None:
    assert "Operation not supported" in run("ethtool", "eth0", "rings", "--kernel", kernel, status=1).stderr
    assert "no device matches name" in run("ethtool", "nobody", "--kernel", kernel, status=1).stderr
    assert "none of linkinfo, linkmodes" in run("ethtool", "eth0", "ring", "--kernel", kernel, status=2).stderr


# ---------------------------------------------------------------- what the card of tests/network_card.py has besides

CARD = str(Path(__file__).parents[1] / "network_card.py")


def lines_of(run: Run, *arguments: str) -> list[str]:
    return run("ethtool", *arguments, "--kernel", CARD).stdout.splitlines()


def test_devices_are_listed_with_their_links(run: Run) -> None:
    assert [line.split() for line in lines_of(run)] == [
        ["INDEX", "NAME", "LINK", "WHY", "NOT", "Mbit/s", "DUPLEX", "AUTONEG", "PORT"],
        ["1", "lo", "up"],
        ["2", "eth0", "up", "2500", "full", "on", "tp"],
        ["3", "eth1", "down", "no-cable", "unknown", "off"],
    ]


def test_a_listing_for_programs_has_the_same_keys_for_each_device(run: Run) -> None:
    listed = json.loads(run("ethtool", "--json", "--kernel", CARD).stdout)
    assert listed[2] == {
        "index": 3,
        "device": "eth1",
        "link": False,
        "reason": "no-cable",
        "speed": None,
        "duplex": "unknown",
        "autonegotiation": False,
        "port": None,
    }
    assert [(row["device"], row["speed"]) for row in listed] == [("lo", None), ("eth0", 2500), ("eth1", None)]
    assert [json.loads(line) for line in lines_of(run, "--lines")] == listed
    arrow = printed("ethtool", "--format", "arrow", "--kernel", CARD)
    assert polars.read_ipc_stream(io.BytesIO(arrow)).to_dicts() == listed


def test_a_speed_that_the_driver_does_not_know_is_no_number(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "slow.py"
    modes = "LinkModes(device='eth0', speed=UNKNOWN_SPEED, duplex=Duplex.UNKNOWN)"
    path.write_text(f"{KERNEL}\nservice.handles(Ethtool.linkmodes)(lambda _: {modes})\n")
    shown = run("ethtool", "eth0", "linkmodes", "--kernel", str(path)).stdout
    assert [line.split()[1:] for line in shown.splitlines()[1:]] == [["speed", "unknown"], ["duplex", "unknown"]]
    (found,) = json.loads(run("ethtool", "eth0", "linkmodes", "--json", "--kernel", str(path)).stdout)
    assert found["linkmodes"] == {"device": "eth0", "duplex": "unknown"}


def test_where_a_driver_says_nothing_of_the_link_the_device_is_listed_all_the_same(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bare.py"
    path.write_text(KERNEL + '\nservice.handles(Ethtool.linkstates)(lambda _: iter([LinkState(device="eth0")]))\n')
    assert run("ethtool", "--kernel", str(path)).stdout.split() == ["NAME", "eth0"]


def test_a_page_of_an_eeprom_is_shown_as_bytes(run: Run) -> None:
    shown = lines_of(run, "eth0", "--eeprom", "0")
    assert len(shown) == 1 + 16
    assert shown[4].split() == ["48", *(f"{byte:02x}" for byte in range(48, 64)), "0123456789:;<=>?"]
    assert shown[16].split()[:2] == ["240", "f0"]
    assert lines_of(run, "eth0", "--eeprom", "3")[1].split()[:2] == ["128", "80"]  # all that other pages have
    (row,) = json.loads(run("ethtool", "eth0", "--eeprom", "3", "--i2c", "0x51", "--json", "--kernel", CARD).stdout)
    assert row == {
        "device": "eth0",
        "page": 3,
        "bank": 0,
        "i2c_address": 0x51,
        "offset": 128,
        "data": bytes(range(128, 256)).hex(),
    }


def test_a_cable_is_tested_until_the_test_is_done(run: Run) -> None:
    assert lines_of(run, "eth0", "--test-cable") == [
        "eth0: started",
        "eth0: completed",
        "pair a: ok",
        "pair b: open, at 42.00 m",
    ]
    said = json.loads(run("ethtool", "eth0", "--test-cable", "--json", "--kernel", CARD).stdout)
    assert [record["status"] for record in said] == ["started", "completed"]
    assert said[1]["results"] == [{"pair": "a", "code": "ok"}, {"pair": "b", "code": "open"}]
    assert [json.loads(line) for line in lines_of(run, "eth0", "--test-cable", "--lines")] == said


def test_the_reflection_of_a_cable_is_measured(run: Run) -> None:
    assert lines_of(run, "eth0", "--measure-cable") == [
        "eth0: started",
        "eth0: completed",
        "pulse of 1000 mV",
        "every 100 cm from 100 to 200 cm",
        "pair a: 20 mV",
        "pair a: -750 mV",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--test-cable"], "say whose"),
        (["eth0", "--test-cable", "--eeprom", "0"], "one of --eeprom"),
        (["eth0", "rings", "--measure-cable"], "leave one of them out"),
        (["eth0", "--eeprom", "0", "--i2c", "0x80"], "no address from 0 to 0x7f"),
        (["eth0", "--eeprom", "256"], "for --eeprom"),
        (["eth0", "--format", "csv"], "columns are for listings"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(run: Run, arguments: list[str], words: str) -> None:
    assert words in " ".join(run("ethtool", *arguments, "--kernel", CARD, status=2).stderr.split())


def test_devices_of_the_real_kernel_are_listed_and_have_no_module_and_no_cable(
    run: Run, namespace: netns.NetworkNamespace
) -> None:
    far = route.Link(name="v1")
    with connect(netns=namespace) as nl:
        nl.do(route.add(route.Link(name="v0", kind="veth", data=route.Veth(peer=far))))
        nl.do(route.up("v0"))
        nl.do(route.up("v1"))
    path = f"/proc/{os.getpid()}/fd/{namespace.fileno()}"
    listed = {row["device"]: row for row in json.loads(run("ethtool", "--json", "--netns", path).stdout)}
    assert listed.keys() == {"lo", "v0", "v1"}
    assert (listed["v0"]["link"], listed["v0"]["speed"], listed["v0"]["duplex"]) == (True, 10000, "full")
    for option in (["--eeprom", "0"], ["--test-cable"], ["--measure-cable"]):
        said = run("ethtool", "v0", *option, "--netns", path, status=1).stderr
        assert "Operation not supported (EOPNOTSUPP)" in said
        assert "v0" in said
