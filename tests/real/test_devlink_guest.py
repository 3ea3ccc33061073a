"""devlink beside `devlink -j`, on devices of netdevsim, the kernel's own simulator of a driver. In the guest.

Source: drivers/net/netdevsim; devlink(8) of iproute2 6.1, which knows no more than what is compared here.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import netlynx
from forking import forked
from modules import alone
from netlynx import devlink, netns, tc
from netlynx.errors import EncodeError, NetlinkError, NotFound, NotSupported
from support import PATIENCE, load

pytestmark = pytest.mark.guest
DEVICE = "netdevsim/netdevsim10"
BUS = Path("/sys/bus/netdevsim")
DEBUG = Path("/sys/kernel/debug/netdevsim/netdevsim10")


@pytest.fixture(scope="module", autouse=True)
def simulator() -> Iterator[None]:
    """The driver, and one device of it with two ports and two virtual functions at most."""
    load("psample")
    with alone("netdevsim"):
        if not Path("/sys/kernel/debug/netdevsim").exists():
            subprocess.run(["mount", "-t", "debugfs", "none", "/sys/kernel/debug"], check=True)
        Path("/lib/firmware").mkdir(exist_ok=True)
        Path("/lib/firmware/netlynx.bin").write_bytes(bytes(1024))
        yield


@pytest.fixture
def nl(simulator: None) -> Iterator[netlynx.Connection]:
    """A connection, and a device that is new for each test."""
    (BUS / "new_device").write_text("10 2 4")
    try:
        with netlynx.connect() as nl:
            yield nl
    finally:
        (BUS / "del_device").write_text("10")


def by_devlink(arguments: str, *options: str) -> Any:
    """What `devlink -j` says."""
    if shutil.which("devlink") is None:
        pytest.skip("no `devlink` to compare with: apt-get install iproute2")
    command = ["devlink", "-j", *options, *arguments.split()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, (command, done.stderr)
    return json.loads(done.stdout) if done.stdout.strip() else None


def label(value: Any) -> Any:
    return getattr(value, "label", value)


def without_none(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def shown_port(port: devlink.Port) -> dict[str, Any]:
    function = port.function
    return without_none(
        {
            "type": label(port.type),
            "netdev": port.netdev,
            "flavour": label(port.flavour).replace("-", ""),
            "port": port.number,
            "controller": port.controller,
            "pfnum": port.pf,
            "vfnum": port.vf,
            "external": port.external,
            "splittable": port.splittable,
            "function": None if function is None else {"hw_addr": function.hw_addr},
        }
    )


def shown_param(param: devlink.Param) -> dict[str, Any]:
    return {
        "name": param.name,
        "type": "generic" if param.generic else "driver-specific",
        "values": [{"cmode": label(each.mode), "value": param.meant(each)} for each in param.values],
    }


def shown_reporter(reporter: devlink.Reporter) -> dict[str, Any]:
    return without_none(
        {
            "reporter": reporter.name,
            "state": label(reporter.state),
            "error": reporter.errors,
            "recover": reporter.recoveries,
            "grace_period": reporter.graceful_period,
            "auto_recover": reporter.auto_recover,
            "auto_dump": reporter.auto_dump,
        }
    )


def shown_trap(trap: devlink.Trap) -> dict[str, Any]:
    counted = without_none({"bytes": trap.bytes, "packets": trap.packets, "dropped": trap.dropped})
    metadata = [name for name, told in (("input_port", trap.in_port), ("flow_action_cookie", trap.cookie)) if told]
    return without_none(
        {
            "name": trap.name,
            "type": label(trap.type),
            "generic": trap.generic,
            "action": label(trap.action),
            "group": trap.group,
            "metadata": metadata or None,
            "stats": {"rx": counted} if counted else None,
        }
    )


def shown_resource(resource: devlink.Resource) -> dict[str, Any]:
    def size(number: int | None) -> Any:
        return "unlimited" if number == devlink.UNLIMITED else number

    return without_none(
        {
            "name": resource.name,
            "size": size(resource.size),
            "size_new": size(resource.new_size),
            "occ": resource.used,
            "unit": label(resource.unit),
            "size_min": size(resource.minimum),
            "size_max": size(resource.maximum),
            "size_gran": resource.granularity,
            "size_valid": resource.valid if resource.new_size is not None else None,
            "dpipe_tables": "none",
            "resources": [shown_resource(each) for each in resource.parts] or None,
        }
    )


def unlimited(said: Any) -> Any:
    """Resources as `devlink` shows them, with what it leaves to chance taken out."""
    return {name: [unlimited(each) for each in value] if name == "resources" else value for name, value in said.items()}


def test_devices_and_ports_are_those_of_devlink(nl: netlynx.Connection) -> None:
    found = [each for each in nl.dump(devlink.devices()) if each.bus == "netdevsim"]
    assert [each.handle for each in found] == [DEVICE]
    assert DEVICE in by_devlink("dev show")["dev"]
    assert (found[0].reload_failed, found[0].unknown) == (False, ())
    told = by_devlink(f"dev info {DEVICE}")["info"][DEVICE]
    info = nl.do(devlink.info(DEVICE))
    assert info.driver == told["driver"]
    for kind in ("fixed", "running", "stored"):
        assert {each.name: each.value for each in getattr(info, kind)} == told["versions"].get(kind, {})
    ports = nl.dump(devlink.ports(DEVICE)).all()
    told = by_devlink("port show")["port"]
    assert {each.handle: shown_port(each) for each in ports} == {
        handle: port for handle, port in told.items() if handle.startswith(DEVICE)
    }
    assert nl.do(devlink.port(f"{DEVICE}/1")) == ports[1] == nl.do(devlink.port(ports[1].netdev))
    with pytest.raises(NotFound, match="net device is 'nosuch0'"):
        nl.do(devlink.port("nosuch0"))
    with pytest.raises(NotFound):
        nl.do(devlink.device("netdevsim/netdevsim11"))


def test_the_switch_its_functions_and_rates_are_set_both_ways(nl: netlynx.Connection) -> None:
    assert nl.do(devlink.eswitch(DEVICE)).mode is devlink.EswitchMode.LEGACY
    (BUS / "devices/netdevsim10/sriov_numvfs").write_text("2")
    with nl.subscribe(devlink.events(DEVICE)) as events:
        nl.do(devlink.change(devlink.Eswitch(bus="netdevsim", device="netdevsim10", mode="switchdev")))
        heard = [events.get(timeout=PATIENCE) for _ in range(4)]
    assert {each.kind for each in heard} <= {"port_changed", "port_deleted", "rate_changed"}
    assert by_devlink(f"dev eswitch show {DEVICE}")["dev"][DEVICE]["mode"] == "switchdev"
    ports = nl.dump(devlink.ports(DEVICE)).all()
    assert [label(each.flavour) for each in ports] == ["physical", "physical", "pci-vf", "pci-vf"]
    told = by_devlink("port show")["port"]
    assert {each.handle: shown_port(each) for each in ports} == {
        handle: port for handle, port in told.items() if handle.startswith(DEVICE)
    }
    leaf = next(each for each in ports if each.vf == 0)
    nl.do(devlink.add(devlink.Rate(bus="netdevsim", device="netdevsim10", name="group", maximum="4gbit")))
    by_devlink(f"port function rate set {leaf.handle} tx_share 8mbit tx_max 80mbit parent group")
    (rate,) = (each for each in nl.dump(devlink.rates(DEVICE)) if each.port == leaf.port)
    assert (rate.share, rate.maximum, rate.parent, label(rate.type)) == (8_000_000, 80_000_000, "group", "leaf")
    assert nl.do(devlink.rate(DEVICE, "group")).maximum == tc.Rate.of("4gbit")
    nl.do(devlink.change(rate.replace(share="16mbit", parent="")))
    told = by_devlink(f"port function rate show {leaf.handle}")["rate"][leaf.handle]
    assert (told["tx_share"], told["tx_max"], told.get("parent")) == (2_000_000, 10_000_000, None)  # bytes, in JSON
    nl.do(devlink.delete(devlink.Rate(bus="netdevsim", device="netdevsim10", name="group")))
    assert [each.name for each in nl.dump(devlink.rates(DEVICE)) if each.name] == []
    nl.do(devlink.change(devlink.Eswitch(bus="netdevsim", device="netdevsim10", mode="legacy")))


def test_parameters_are_set_both_ways(nl: netlynx.Connection) -> None:
    assert [shown_param(each) for each in nl.dump(devlink.params(DEVICE))] == by_devlink("dev param show")["param"][
        DEVICE
    ]
    nl.do(devlink.set_param(DEVICE, "max_macs", 16))
    nl.do(devlink.change(devlink.ParamSetting(bus="netdevsim", device="netdevsim10", name="test1", value="false")))
    found = {each.name: each for each in nl.dump(devlink.params(DEVICE))}
    assert (found["max_macs"].value("driverinit"), found["test1"].value("driverinit")) == (16, False)
    assert [shown_param(each) for each in found.values()] == by_devlink("dev param show")["param"][DEVICE]
    by_devlink(f"dev param set {DEVICE} name test1 value true cmode driverinit")
    assert nl.do(devlink.param(DEVICE, "test1")).value("driverinit") is True
    with pytest.raises(EncodeError, match="is a u32"):
        nl.do(devlink.set_param(DEVICE, "max_macs", 1 << 32))
    with pytest.raises(NetlinkError):
        nl.do(devlink.set_param(DEVICE, "max_macs", 1, mode="runtime"))  # which it has not
    with pytest.raises(NetlinkError, match="EINVAL"):  # as the kernel has it
        nl.do(devlink.set_param(DEVICE, "nosuch", 1))


def test_what_reporters_tell_is_values(nl: netlynx.Connection) -> None:
    told = by_devlink("health show")["health"][DEVICE]
    assert [shown_reporter(each) for each in nl.dump(devlink.reporters(DEVICE))] == told
    found = nl.do(devlink.diagnose(DEVICE, "dummy"))
    # devlink(8) stops where netdevsim ends nests that it has not begun; what it shows by then is compared.
    command = ["devlink", "-jp", "health", "diagnose", DEVICE, "reporter", "dummy"]
    shown = json.loads(subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE).stdout)
    assert len(found.pop("test_binary")) == len(shown.pop("test_binary")) == 16
    arrays = {"test_u32_array", "test_array_of_objects"}
    assert {name: value for name, value in found.items() if name not in arrays} == {
        name: value for name, value in shown.items() if name not in arrays
    }
    assert found["test_u32_array"] == [*range(10)]
    assert found["test_array_of_objects"] == [
        {"in_array_nested_test_bool": False, "in_array_nested_test_u8": each} for each in range(10)
    ]
    # A long value goes over several messages of a dump. Those of what is diagnosed have no room for the pieces that the
    # kernel cuts it into (DEVLINK_FMSG_MAX_SIZE, net/devlink/health.c): devlink(8) is refused, too.
    (DEBUG / "health/binary_len").write_text("40000")
    with pytest.raises(NetlinkError, match="EMSGSIZE") as caught:
        nl.do(devlink.diagnose(DEVICE, "dummy"))
    assert caught.value.hint == ""
    assert "Message too long" in subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE).stderr
    long = nl.do(devlink.health_dump(DEVICE, "dummy"))
    assert (len(long["test_binary"]), long["test_u32_array"]) == (40000, [*range(10)])
    nl.do(devlink.clear_dump(DEVICE, "dummy"))
    (DEBUG / "health/binary_len").write_text("16")
    with nl.subscribe(devlink.EVENTS) as events:
        with contextlib.suppress(OSError):
            (DEBUG / "health/break_health").write_text("it broke")
        event = events.get(timeout=PATIENCE)
        assert (event.kind, event.record.name, event.record.errors) == ("health", "dummy", 1)
    dump = nl.do(devlink.health_dump(DEVICE, "dummy"))
    assert dump["break_message"] == "it broke"
    assert nl.do(devlink.health_dump(DEVICE, "dummy")) == dump  # it is kept
    reporter = nl.do(devlink.reporter(DEVICE, "dummy"))
    assert (reporter.errors, reporter.recoveries, reporter.dumped_at is not None) == (1, 1, True)
    nl.do(devlink.clear_dump(DEVICE, "dummy"))
    assert nl.do(devlink.reporter(DEVICE, "dummy")).dumped_at is None
    assert nl.do(devlink.diagnose(DEVICE, "dummy"))["recovered_break_message"] == "it broke"
    nl.do(devlink.change(reporter.replace(graceful_period=5000, auto_recover=False)))
    told = by_devlink(f"health show {DEVICE} reporter dummy")["health"][DEVICE][0]
    assert (told["grace_period"], told["auto_recover"]) == (5000, False)
    with pytest.raises(NotSupported):
        nl.do(devlink.test_reporter(DEVICE, "dummy"))
    nl.do(devlink.recover(DEVICE, "dummy"))
    assert nl.do(devlink.reporter(DEVICE, "dummy")).state is devlink.ReporterState.HEALTHY
    nl.do(devlink.recover(DEVICE, "empty"))  # which is healthy: there is nothing to do


def test_regions_are_read_whole_and_in_parts(nl: netlynx.Connection) -> None:
    made = nl.do(devlink.add(devlink.Snapshot(bus="netdevsim", device="netdevsim10", name="dummy")))
    by_devlink(f"region new {DEVICE}/dummy snapshot 77")
    (region,) = nl.dump(devlink.regions(DEVICE))
    told = by_devlink(f"region show {DEVICE}/dummy")["regions"][f"{DEVICE}/dummy"]
    assert (region.size, sorted(region.snapshots)) == (told["size"], sorted(told["snapshot"]))
    assert sorted(region.snapshots) == sorted([made.id, 77])
    whole = nl.do(devlink.read(DEVICE, "dummy", 77))
    command = ["devlink", "region", "dump", f"{DEVICE}/dummy", "snapshot", "77"]
    theirs = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE).stdout
    assert whole == b"".join(bytes.fromhex(line.partition(" ")[2]) for line in theirs.splitlines())
    assert nl.do(devlink.read(DEVICE, "dummy", 77, address=100, length=1000)) == whole[100:1100]
    parts = list(nl.dump(devlink.chunks(DEVICE, "dummy", 77)))
    assert len(parts) > 1
    assert b"".join(each.data for each in parts) == whole
    assert [chunk.address for each in parts for chunk in each.chunks] == [*range(0, region.size, 256)]
    with pytest.raises(NetlinkError):
        nl.do(devlink.read(DEVICE, "dummy"))  # what is there now cannot be read of it
    with pytest.raises(NetlinkError, match="region does not exist"):
        nl.do(devlink.read(DEVICE, "nosuch", 1))
    nl.do(devlink.delete(devlink.Snapshot(bus="netdevsim", device="netdevsim10", name="dummy", id=77)))
    assert nl.do(devlink.region(DEVICE, "dummy")).snapshots == (made.id,)


def test_traps_groups_and_policers_are_set_both_ways(nl: netlynx.Connection) -> None:
    def still(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for each in rows:
            each.pop("stats", None)  # which count on
        return rows

    ours = [shown_trap(each) for each in nl.dump(devlink.traps(DEVICE))]
    theirs = by_devlink("trap show", "-s", "-v")["trap"][DEVICE]
    assert [set(each.get("stats", {}).get("rx", ())) for each in ours] == [
        set(each.get("stats", {}).get("rx", ())) for each in theirs
    ]
    assert still(ours) == still(theirs)
    trap = nl.do(devlink.trap(DEVICE, "blackhole_route"))
    nl.do(devlink.change(trap.replace(action="trap")))
    assert by_devlink(f"trap show {DEVICE} trap blackhole_route")["trap"][DEVICE][0]["action"] == "trap"
    by_devlink(f"trap set {DEVICE} trap blackhole_route action drop")
    assert label(nl.do(devlink.trap(DEVICE, "blackhole_route")).action) == "drop"
    groups = [without_none({"name": g.name, "generic": g.generic, "policer": g.policer})
              for g in nl.dump(devlink.trap_groups(DEVICE))]  # fmt: skip
    assert groups == by_devlink("trap group show")["trap_group"][DEVICE]
    group = devlink.TrapGroup(bus="netdevsim", device="netdevsim10", name="l3_drops", action="trap", policer=3)
    nl.do(devlink.change(group))
    assert nl.do(devlink.trap_group(DEVICE, "l3_drops")).policer == 3
    assert label(nl.do(devlink.trap(DEVICE, "blackhole_route")).action) == "trap"
    policer = nl.do(devlink.trap_policer(DEVICE, 3))
    nl.do(devlink.change(policer.replace(rate=5000)))
    told = by_devlink(f"trap policer show {DEVICE} policer 3")["trap_policer"][DEVICE][0]
    assert (told["rate"], told["burst"]) == (5000, policer.burst)
    with pytest.raises(NetlinkError, match=r"[Rr]ate"):
        nl.do(devlink.change(devlink.TrapPolicer(bus="netdevsim", device="netdevsim10", id=3, rate=0)))
    with pytest.raises(EncodeError, match="no other: leave it out"):
        devlink.change(trap.replace(group="l2_drops"))


def test_resources_and_reloads(nl: netlynx.Connection) -> None:
    found = nl.do(devlink.resources(DEVICE))
    assert [shown_resource(each) for each in found] == by_devlink(f"resource show {DEVICE}")["resources"][DEVICE]
    fib = found[0].parts[0]
    size = devlink.ResourceSize(bus="netdevsim", device="netdevsim10", id=fib.id, size=4000)
    nl.do(devlink.change(size))
    fib = nl.do(devlink.resources(DEVICE))[0].parts[0]
    assert (fib.size, fib.new_size) == (devlink.UNLIMITED, 4000)
    done = nl.do(devlink.reload(DEVICE, "driver-reinit"))
    assert done.performed.value is devlink.ReloadActions.DRIVER_REINIT
    assert nl.do(devlink.resources(DEVICE))[0].parts[0].size == 4000
    assert nl.do(devlink.reload(DEVICE)) is None
    device = nl.do(devlink.device(DEVICE))
    counts = {label(each.action): {label(one.limit): one.count for one in each.counts} for each in device.reloads}
    assert counts["driver-reinit"]["unspec"] == 2
    told = by_devlink(f"dev show {DEVICE}", "-s")["dev"][DEVICE]["stats"]["reload"]
    assert told["driver_reinit"]["unspecified"] == 2
    with pytest.raises(NotSupported):
        nl.do(devlink.reload(DEVICE, "fw-activate"))
    netns.create("away")
    try:
        with netlynx.connect(netns="away") as there:
            nl.do(devlink.reload(DEVICE, netns="away"))
            assert DEVICE not in [each.handle for each in nl.dump(devlink.devices())]
            assert [each.handle for each in there.dump(devlink.devices())] == [DEVICE]
            there.do(devlink.reload(DEVICE, netns_pid=1))
    finally:
        netns.remove("away")
    assert nl.do(devlink.device(DEVICE)).handle == DEVICE


def test_flashing_tells_how_far_it_is(nl: netlynx.Connection) -> None:
    (DEBUG / "fw_update_overwrite_mask").write_text("3")
    told = list(devlink.flashing(nl, DEVICE, "netlynx.bin", component="fw.mgmt", overwrite=["settings"]))
    messages = [each.message for each in told if each.message]
    assert messages[0] == "Preparing to flash"
    assert messages[-1] == "Flashing done"
    done = [(each.done, each.total) for each in told if each.message == "Flashing"]
    assert done == sorted(done)
    assert done[-1][0] == done[-1][1] > 0
    assert {each.component for each in told if each.message == "Flashing"} == {"fw.mgmt"}
    with pytest.raises(NetlinkError, match=r"(?i)no such file|ENOENT"):
        list(devlink.flashing(nl, DEVICE, "nosuch.bin"))
    begun = devlink.flashing(nl, DEVICE, "netlynx.bin")
    next(begun)
    begun.close()  # waits
    assert not [each for each in threading.enumerate() if each.name == "netlynx-flash"]


def test_a_listener_may_hear_of_one_device_alone(nl: netlynx.Connection) -> None:
    (BUS / "new_device").write_text("11 1 4")
    try:
        with nl.subscribe(devlink.events("netdevsim/netdevsim11")) as one, nl.subscribe(devlink.EVENTS) as both:
            nl.do(devlink.set_param(DEVICE, "max_macs", 8))
            nl.do(devlink.set_param("netdevsim/netdevsim11", "max_macs", 4))
            assert [each.record.handle for each in (both.get(timeout=PATIENCE), both.get(timeout=PATIENCE))] == [
                DEVICE,
                "netdevsim/netdevsim11",
            ]
            event = one.get(timeout=PATIENCE)
            assert (event.kind, event.record.handle) == ("param_changed", "netdevsim/netdevsim11")
            assert event.record.value("driverinit") == 4
            assert one.drain() == []
    finally:
        (BUS / "del_device").write_text("11")


def test_the_page_about_it_runs_as_it_stands(nl: netlynx.Connection) -> None:
    page = (Path(__file__).parents[2] / "docs" / "devlink.md").read_text()
    examples = re.findall(r"^```python\n(.*?)^```", page, re.S | re.M)
    assert examples
    for code in examples:
        exec(compile(code, "docs/devlink.md", "exec"), {})


def test_the_command_line_lists_shows_and_reads(nl: netlynx.Connection) -> None:
    rows = [line.split() for line in forked(("devlink", "port")).stdout.splitlines()]
    assert {"DEVICE", f"{DEVICE}/0", f"{DEVICE}/1"} <= {row[0] for row in rows}
    assert "max_macs" in forked(("devlink", "param", DEVICE)).stdout
    assert json.loads(forked(("devlink", "diagnose", DEVICE, "dummy")).stdout)["test_u8"] == 1
    assert "fib-rules" in forked(("devlink", "resource", DEVICE)).stdout
    forked(("add", "devlink-snapshot", "bus=netdevsim", "device=netdevsim10", "name=dummy", "id=5"))
    forked(("change", "devlink-param", "bus=netdevsim", "device=netdevsim10", "name=max_macs", "value=9"))
    assert nl.do(devlink.param(DEVICE, "max_macs")).value("driverinit") == 9
    assert nl.do(devlink.region(DEVICE, "dummy")).snapshots == (5,)
    assert "Flashing done" in forked(("devlink", "flash", DEVICE, "netlynx.bin")).stdout


def test_what_the_simulator_has_not_is_said(nl: netlynx.Connection) -> None:
    assert nl.dump(devlink.buffers(DEVICE)).all() == nl.dump(devlink.linecards(DEVICE)).all() == []
    assert nl.do(devlink.tables(DEVICE)) == ()
    for operation in (devlink.headers(DEVICE), devlink.selftests(DEVICE)):
        with pytest.raises(NotSupported):
            nl.do(operation)
    with pytest.raises(NotSupported):
        nl.do(devlink.split(f"{DEVICE}/0", 4))
