"""`netlynx ethtool`, on a virtual kernel that has the hardware."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command import Run

KERNEL = """
from netlynx.ethtool import *
from netlynx.errors import NotFound
from netlynx.kernel import VirtualKernel

kernel = VirtualKernel()
service = kernel.family(Ethtool)
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
    assert ["features", "active", "rx-gro highdma"] in rows
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
