"""devlink beside `devlink -j`, on a device of a module of the tests, with what netdevsim has not. In the guest."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from forking import forked
from modules import alone
from netlynx import devlink
from netlynx.errors import Busy, NetlinkError, NotSupported
from support import PATIENCE

pytestmark = pytest.mark.guest
DEVICE = "platform/netlynx-devlink"
WHICH: dict[str, Any] = {"bus": "platform", "device": "netlynx-devlink"}


@pytest.fixture
def nl() -> Iterator[netlynx.Connection]:
    """A connection, and the device, which is new for each test."""
    with alone("devlink_device"), netlynx.connect() as nl:
        yield nl


def by_devlink(arguments: str) -> Any:
    """What `devlink -j` says; without names of links, which devlink 6.1 asks for into memory that it is reading."""
    if shutil.which("devlink") is None:
        pytest.skip("no `devlink` to compare with: apt-get install iproute2")
    done = subprocess.run(["devlink", "-jn", *arguments.split()], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, (arguments, done.stderr)
    return json.loads(done.stdout) if done.stdout.strip() else None


def test_numbers_and_the_switch(nl: netlynx.Connection) -> None:
    told = by_devlink(f"dev info {DEVICE}")["info"][DEVICE]
    info = nl.do(devlink.info(DEVICE))
    assert (info.serial_number, info.board_serial_number) == (told["serial_number"], told["board.serial_number"])
    assert {each.name: each.value for each in info.fixed} == told["versions"]["fixed"]
    nl.do(devlink.change(devlink.Eswitch(**WHICH, mode="switchdev", inline_mode="network", encap_mode="basic")))
    told = by_devlink(f"dev eswitch show {DEVICE}")["dev"][DEVICE]
    assert (told["mode"], told["inline-mode"], told["encap-mode"]) == ("switchdev", "network", "basic")
    by_devlink(f"dev eswitch set {DEVICE} inline-mode transport")
    assert nl.do(devlink.eswitch(DEVICE)).inline_mode is devlink.InlineMode.TRANSPORT


def test_ports_are_split_and_functions_set_both_ways(nl: netlynx.Connection) -> None:
    told = by_devlink("port show")["port"]
    first, second = nl.dump(devlink.ports(DEVICE)).all()
    assert (
        (first.lanes, first.splittable) == (told[first.handle]["lanes"], told[first.handle]["splittable"]) == (4, True)
    )
    nl.do(devlink.split(first, 2))
    with pytest.raises(Busy, match="it is split already"):
        nl.do(devlink.split(f"{DEVICE}/0", 4))
    by_devlink(f"port unsplit {DEVICE}/0")
    nl.do(devlink.split(first, 4))
    nl.do(devlink.unsplit(first))
    with pytest.raises(NotSupported):
        nl.do(devlink.change(devlink.Port(**WHICH, port=0, type="ib")))
    nl.do(devlink.change(devlink.Port(**WHICH, port=0, type="eth")))
    function = {"hw_addr": "02:00:00:00:00:07", "state": "active", "caps": ["roce"], "max_io_eqs": 9}
    nl.do(devlink.change(devlink.Port(**WHICH, port=1, function=function)))
    told = by_devlink(f"port show {DEVICE}/1")["port"][f"{DEVICE}/1"]["function"]
    assert (told["hw_addr"], told["state"], told["opstate"]) == ("02:00:00:00:00:07", "active", "detached")
    found = nl.do(devlink.port(second)).function
    assert (found.hw_addr, found.max_io_eqs) == ("02:00:00:00:00:07", 9)
    assert (found.caps.value, found.caps.selector) == (devlink.FunctionCapabilities.ROCE,) * 2
    by_devlink(f"port function set {DEVICE}/1 hw_addr 02:00:00:00:00:08 state inactive")
    port = nl.do(devlink.port(second))
    assert (port.function.hw_addr, port.function.state) == ("02:00:00:00:00:08", devlink.FunctionState.INACTIVE)
    nl.do(devlink.change(port.replace(function=port.function.replace(state="active"))))
    assert nl.do(devlink.port(second)).function.state is devlink.FunctionState.ACTIVE


def test_shared_buffers_are_set_and_told_both_ways(nl: netlynx.Connection) -> None:
    (buffer,) = nl.dump(devlink.buffers(DEVICE))
    (told,) = by_devlink("sb show")["sb"][DEVICE]
    assert (buffer.index, buffer.size, buffer.ingress_pools, buffer.egress_classes) == (
        told["sb"], told["size"], told["ing_pools"], told["eg_tcs"])  # fmt: skip
    nl.do(devlink.change(devlink.Pool(**WHICH, buffer=0, pool=0, size=19200, threshold_type="dynamic")))
    pools = [
        {
            "sb": each.buffer, "pool": each.pool, "type": each.type.label, "size": each.size,
            "thtype": each.threshold_type.label, "cell_size": each.cell_size,
        }
        for each in nl.dump(devlink.pools(DEVICE))
    ]  # fmt: skip
    assert pools == by_devlink("sb pool show")["pool"][DEVICE]
    with pytest.raises(NetlinkError, match="only whole cells"):
        nl.do(devlink.change(nl.do(devlink.pool(DEVICE, 0)).replace(size=1)))
    nl.do(devlink.change(devlink.PortPool(**WHICH, port=0, buffer=0, pool=0, threshold=7)))
    by_devlink(f"sb tc bind set {DEVICE}/0 tc 0 type ingress pool 0 th 5")
    told = by_devlink("sb port pool show")["port_pool"]
    listed = nl.dump(devlink.port_pools(DEVICE)).all()
    assert [
        (handle, each["sb"], each["pool"], each["threshold"]) for handle, rows in told.items() for each in rows
    ] == [(each.handle, each.buffer, each.pool, each.threshold) for each in listed]
    assert len(listed) == 2 * 2
    nl.do(devlink.take_occupancy(DEVICE))
    binding = nl.do(devlink.binding(f"{DEVICE}/0", "ingress", 0))
    assert (binding.pool, binding.threshold, binding.used, binding.most) == (0, 5, 48, 960)
    nl.do(devlink.change(binding.replace(pool=1, threshold=6)))
    told = by_devlink(f"sb tc bind show {DEVICE}/0 tc 0 type ingress")["tc_bind"]
    ((told,),) = told.values()
    assert (told["pool"], told["threshold"]) == (1, 6)
    nl.do(devlink.clear_occupancy(DEVICE))
    told = by_devlink(f"sb occupancy show {DEVICE}/0")["occupancy"][f"{DEVICE}/0"]
    pool = nl.do(devlink.port_pool(f"{DEVICE}/0", 0))
    assert told["pool"]["0"] == {"current": pool.used, "max": pool.most} == {"current": 96, "max": 96}
    by_devlink(f"sb occupancy snapshot {DEVICE}")
    assert nl.do(devlink.port_pool(f"{DEVICE}/0", 0)).most == 960
    told = by_devlink("sb tc bind show")["tc_bind"]
    keys = ("tc", "type", "pool", "threshold")
    assert [(handle, *(each[key] for key in keys)) for handle, rows in told.items() for each in rows] == [
        (each.handle, each.traffic_class, each.type.label, each.pool, each.threshold)
        for each in nl.dump(devlink.bindings(DEVICE))
    ]


def test_the_pipeline_is_told(nl: netlynx.Connection) -> None:
    (table,) = nl.do(devlink.tables(DEVICE))
    assert (table.name, table.size, table.counters, len(table.matches), len(table.actions)) == ("host4", 1, False, 1, 1)
    headers = nl.do(devlink.headers(DEVICE))
    told = by_devlink(f"dpipe header show {DEVICE}")["header"][DEVICE]
    assert sorted((each.name, [field.name for field in each.fields]) for each in headers) == sorted(
        (each["name"], [field["name"] for field in each["field"]]) for each in told
    )
    (entry,) = nl.do(devlink.entries(DEVICE, "host4"))
    assert (entry.matches[0].value, entry.actions[0].value, entry.counter) == (
        bytes([192, 0, 2, 1]), bytes([2, 0, 0, 0, 0, 9]), None)  # fmt: skip
    nl.do(devlink.change(devlink.TableSettings(**WHICH, name="host4", counters=True)))
    assert nl.do(devlink.tables(DEVICE, "host4"))[0].counters is True
    assert nl.do(devlink.entries(DEVICE, "host4"))[0].counter == 5
    told = by_devlink(f"dpipe table show {DEVICE}")["table"][DEVICE]
    assert [(each["name"], each["size"], str(each["counters_enabled"]).lower()) for each in told] == [
        ("host4", 1, "true")
    ]
    assert "host4" in forked(("devlink", "table", DEVICE)).stdout


def test_line_cards_and_selftests(nl: netlynx.Connection) -> None:
    with nl.subscribe(devlink.events(DEVICE)) as events:
        nl.do(devlink.change(devlink.LineCard(**WHICH, index=1, type="8x200G")))
        heard = [events.get(timeout=PATIENCE) for _ in range(2)]
    assert {each.kind for each in heard} == {"linecard_changed"}
    (card,) = nl.dump(devlink.linecards(DEVICE))
    told = by_devlink("lc show")["lc"][DEVICE][0]
    assert (card.state.label, card.type, list(card.supports)) == (
        told["state"], told["type"], told["supported_types"])  # fmt: skip
    nl.do(devlink.change(card.replace(type="")))
    assert nl.do(devlink.linecard(DEVICE, 1)).state is devlink.LineCardState.UNPROVISIONED
    assert nl.do(devlink.selftests(DEVICE)).flash is True
    (result,) = nl.do(devlink.run_selftests(DEVICE)).results
    assert (result.test, result.status) == (1, devlink.SelftestStatus.PASS)
    assert forked(("devlink", "selftest", DEVICE)).stdout == "flash: pass\n"
