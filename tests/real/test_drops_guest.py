"""Drops of packets that were dropped on purpose, counted, and beside dropwatch. In the guest.

Source: net/core/drop_monitor.c, include/net/dropreason-core.h; dropwatch(1).
"""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import netlynx
from command import environment
from forking import Command, forked
from modules import alone
from netlynx import devlink, drop_monitor, netns, ovs, route
from netlynx.drop_monitor import Configuration, Drop, Summary
from netlynx.errors import Busy, NetlinkError
from support import PATIENCE, load, until

pytestmark = pytest.mark.guest
CLOSED = 4711  # a port that nobody listens at
MANY = 25


@pytest.fixture(autouse=True)
def monitor() -> Iterator[None]:
    load("drop_monitor")
    with netlynx.connect() as nl:
        nl.do(route.up("lo"))
        before = nl.do(drop_monitor.configuration())
        yield
        nl.do(drop_monitor.stop(software=True, hardware=True))
        nl.do(drop_monitor.configure(before))


def to_a_closed_port(many: int, family: int = socket.AF_INET) -> None:
    """Datagrams that nobody takes, with 32 bytes each."""
    address = "127.0.0.1" if family == socket.AF_INET else "::1"
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        for _ in range(many):
            sender.sendto(bytes(32), (address, CLOSED))


def is_ours(drop: Any) -> bool:
    return isinstance(drop, Drop) and drop.packet.destination_port == CLOSED


def started(*arguments: str) -> subprocess.Popen[str]:
    """`netlynx drops`, once it listens."""
    process = Command(["drops", *arguments], environment())
    assert process.stderr is not None
    heard = process.stderr.readline()
    assert heard.startswith("listening"), heard + process.stderr.read()
    return process


def ended(process: subprocess.Popen[str], by: int | None = signal.SIGINT) -> tuple[list[str], str]:
    if by is not None:
        process.send_signal(by)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    return out.splitlines(), err


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_each_packet_to_a_closed_port_is_told_with_its_reason(family: int) -> None:
    with netlynx.connect() as nl, nl.subscribe(drop_monitor.DROPS) as events:
        session = nl.do(drop_monitor.begin())
        to_a_closed_port(MANY, family)
        found: list[Drop] = []
        while len(found) < MANY:
            found += [each.record for each in [events.get(timeout=PATIENCE)] if is_ours(each.record)]
        nl.do(drop_monitor.end(session))
        assert [each for each in events.drain() if is_ours(each.record)] == []
    six = family == socket.AF_INET6
    (reason, function, origin, index) = {
        (each.reason, each.function, str(each.origin), each.index) for each in found
    }.pop()
    assert {each.reason for each in found} == {"NO_SOCKET"}
    assert (reason, function, origin, index) == ("NO_SOCKET", f"__udp{6 if six else 4}_lib_rcv", "software", 1)
    assert {each.protocol for each in found} == {0x86DD if six else 0x0800}
    assert {each.length for each in found} == {14 + (40 if six else 20) + 8 + 32}
    assert all(each.timestamp for each in found)  # each processor tells its own in their order
    assert re.fullmatch(rf"udp \S+:\d+ > \S+:{CLOSED}", str(found[0].packet))


def test_packets_are_told_as_long_as_asked_for_and_the_rest_is_counted() -> None:
    with netlynx.connect() as nl, nl.subscribe(drop_monitor.DROPS) as events:
        session = nl.do(drop_monitor.begin(truncation=40, queue_length=7))
        assert nl.do(drop_monitor.configuration()) == Configuration(mode="packet", truncation=40, queue_length=7)
        to_a_closed_port(1)
        drop = next(each.record for each in events if isinstance(each.record, Drop) and each.record.length == 74)
        assert len(drop.payload or b"") == 40
        nl.do(drop_monitor.end(session))


def test_a_summary_counts_them_by_place() -> None:
    with netlynx.connect() as nl, nl.subscribe(drop_monitor.DROPS) as events:
        session = nl.do(drop_monitor.begin(mode="summary"))
        assert session.before is None  # as it is by itself
        to_a_closed_port(MANY)
        names, found = drop_monitor.Symbols(), 0
        assert names.known
        while found < MANY:
            summary = events.get(timeout=PATIENCE).record
            assert isinstance(summary, Summary)
            found += sum(each.count for each in summary.points if names.name(each.pc).startswith("__udp4_lib_rcv+"))
        assert found == MANY
        nl.do(drop_monitor.end(session))


def test_it_is_one_monitor_and_cannot_be_set_up_while_it_goes_on() -> None:
    with netlynx.connect() as nl:
        session = nl.do(drop_monitor.begin())
        for refused in (drop_monitor.begin(mode="summary"), drop_monitor.configure(Configuration(truncation=1))):
            with pytest.raises(Busy, match="Cannot configure drop monitor during monitoring"):
                nl.do(refused)
        with pytest.raises(NetlinkError, match="already set"):
            nl.do(drop_monitor.begin())
        nl.do(drop_monitor.end(session))
        assert nl.do(drop_monitor.configuration()).mode == drop_monitor.AlertMode.SUMMARY
        nl.do(drop_monitor.stop())  # which is not refused


def test_what_cannot_be_started_is_left_as_it_was() -> None:
    with netlynx.connect() as nl:
        nl.do(drop_monitor.configure(Configuration(mode="packet")))
        nl.do(drop_monitor.start(hardware=True, software=False))
        with pytest.raises(Busy):
            nl.do(drop_monitor.begin(mode="summary"))
        session = nl.do(drop_monitor.begin())  # nothing to set up
        assert session.before is None
        with pytest.raises(NetlinkError, match="Hardware monitoring already enabled"):
            nl.do(drop_monitor.start(software=False, hardware=True))
        nl.do(drop_monitor.end(session))


def test_only_the_initial_network_namespace_has_it() -> None:
    space = netns.anonymous()
    only = pytest.raises(netlynx.NotSupported, match="only the initial one has it")
    with space, netlynx.connect(netns=space) as nl, only:
        nl.do(drop_monitor.configuration())


def test_the_command_counts_and_leaves_all_as_it_was() -> None:
    with netlynx.connect() as nl:
        nl.do(drop_monitor.configure(Configuration(truncation=9, queue_length=500)))
        before = nl.do(drop_monitor.configuration())
        for by in (signal.SIGINT, signal.SIGTERM):
            process = started("--reason", "no_socket", "--truncate", "0", "--json")
            assert nl.do(drop_monitor.configuration()).truncation == 0
            to_a_closed_port(MANY)
            assert process.stdout is not None
            lines = [json.loads(process.stdout.readline()) for _ in range(MANY)]
            out, _ = ended(process, by)
            assert {each["reason"] for each in lines} == {"NO_SOCKET"}
            assert {each["function"] for each in lines} == {"__udp4_lib_rcv"}
            assert lines[0]["packet"].endswith(f":{CLOSED}")
            (counted,) = map(json.loads, out)
            assert counted == {
                "event": "counted", "object": "drop", "count": MANY,
                "origin": "software", "reason": "NO_SOCKET", "function": "__udp4_lib_rcv", "device": "lo",
            }  # fmt: skip
            assert nl.do(drop_monitor.configuration()) == before
            nl.do(drop_monitor.configure(before))  # nothing monitors


def test_the_command_ends_by_itself_and_says_what_it_cannot_do() -> None:
    process = started("--reason", "NO_SOCKET", "--count", "3")
    refused = forked(("drops",))
    assert refused.returncode == 1
    assert "monitored already" in refused.stderr
    hearing = started("--listen", "--reason", "NO_SOCKET", "--count", "3", "--counts")
    to_a_closed_port(3)
    out, err = ended(process, None)
    told, counted = (
        out[: out.index("")],
        out[out.index("") + 2 :],
    )  # of the whole machine: other tests' may be among them
    assert len(told) == 3
    ours = rf"software\s+\S+ NO_SOCKET in __udp4_lib_rcv dev lo udp 127.0.0.1:\d+ > 127.0.0.1:{CLOSED} bytes 74"
    assert any(re.fullmatch(ours, line) for line in told), out
    for lines in (counted, ended(hearing, None)[0][1:]):
        assert sum(int(line.split()[0]) for line in lines) == 3
        assert any(line.split()[1:] == ["software", "NO_SOCKET", "__udp4_lib_rcv", "lo"] for line in lines)
    assert "3 dropped" in err


def test_the_command_tells_of_places() -> None:
    process = started("--summary", "--duration", "5", "--software")
    to_a_closed_port(MANY)
    out, _ = ended(process, None)
    assert any(re.match(rf"software\s+{MANY} in __udp4_lib_rcv\+0x", line) for line in out), out


def by_dropwatch(mode: str) -> tuple[subprocess.Popen[bytes], int]:
    """dropwatch that monitors; and what it writes to."""
    if shutil.which("dropwatch") is None:
        pytest.skip("no `dropwatch` to compare with: apt-get install dropwatch")
    ours, theirs = pty.openpty()  # into a pipe it would write when it ends
    process = subprocess.Popen(["dropwatch", "-l", "kas"], stdin=subprocess.PIPE, stdout=theirs, stderr=theirs)
    os.close(theirs)
    assert process.stdin is not None
    process.stdin.write(f"set alertmode {mode}\nstart\n".encode())
    process.stdin.flush()  # not closed: that would end it
    return process, ours


def read_until(source: int, wanted: str) -> str:
    said = ""
    while wanted not in said:
        said += os.read(source, 65536).decode()
    return said


def test_dropwatch_hears_the_same_packets() -> None:
    with netlynx.connect() as nl, nl.subscribe(drop_monitor.DROPS) as events:
        process, theirs = by_dropwatch("packet")
        said = read_until(theirs, "Kernel monitoring activated")
        to_a_closed_port(MANY)
        while said.count(" __udp4_lib_rcv+") < MANY or "original length" not in said.rsplit(" __udp4_lib_rcv+")[-1]:
            said += os.read(theirs, 65536).decode()
        found: list[Drop] = []
        while len(found) < MANY:
            found += [each.record for each in [events.get(timeout=PATIENCE)] if is_ours(each.record)]
        process.kill()
        process.communicate()
        os.close(theirs)
        nl.do(drop_monitor.stop(software=True))
    told = [block for block in said.split("drop at: ")[1:] if block.startswith("__udp4_lib_rcv+")]
    assert len(told) == len(found) == MANY
    for block, drop in zip(told, found, strict=True):
        lines = dict(line.split(": ", 1) for line in block.replace("\r", "").splitlines()[1:] if ": " in line)
        assert block.startswith(f"{drop.symbol} ({drop.pc:#x})")
        assert lines["origin"] == str(drop.origin)
        assert int(lines["input port ifindex"]) == drop.index
        assert lines["protocol"] == f"{drop.protocol:#x}"
        assert int(lines["length"]) == len(drop.payload or b"")
        assert int(lines["original length"]) == drop.length
        assert lines.get("drop reason", drop.reason) == drop.reason


BUS = Path("/sys/bus/netdevsim")


@pytest.fixture
def simulator() -> Iterator[str]:
    """A device of netdevsim, whose port is up: it traps packets by itself."""
    load("psample")
    with alone("netdevsim"), netlynx.connect() as nl:
        (BUS / "new_device").write_text("10 1")
        try:
            until(lambda: nl.dump(devlink.ports("netdevsim/netdevsim10")).all())
            (port,) = nl.dump(devlink.ports("netdevsim/netdevsim10")).all()
            assert port.netdev is not None
            nl.do(route.up(port.netdev))
            yield port.netdev
        finally:
            (BUS / "del_device").write_text("10")


def test_traps_of_hardware_are_told_with_their_device(simulator: str) -> None:
    with netlynx.connect() as nl, nl.subscribe(drop_monitor.DROPS) as events:
        trap = nl.do(devlink.trap("netdevsim/netdevsim10", "blackhole_route"))
        nl.do(devlink.change(trap.replace(action="trap")))
        session = nl.do(drop_monitor.begin(software=False, hardware=True))
        drop = next(each.record for each in events if each.record.trap == "blackhole_route")
        nl.do(drop_monitor.end(session))
        index = nl.do(route.link(name=simulator)).index
        assert (str(drop.origin), drop.trap_group, drop.device, drop.index) == (
            "hardware",
            "l3_drops",
            simulator,
            index,
        )
        assert (drop.reason, drop.symbol, drop.pc) == (None, None, None)
        assert str(drop.packet).startswith("udp "), drop
        session = nl.do(drop_monitor.begin(mode="summary", software=False, hardware=True))
        summary = next(each.record for each in events if isinstance(each.record, Summary) and each.record.traps)
        nl.do(drop_monitor.end(session))
        counted = {each.trap: each.count for each in summary.traps}
        assert counted["blackhole_route"] >= 1
        assert summary.points == ()
    process = started("--hardware", "--reason", "blackhole_route", "--count", "1")
    out, _ = ended(process, None)
    assert re.match(rf"hardware\s+\S+ blackhole_route dev {simulator} udp ", out[0]), out


def test_what_a_flow_of_open_vswitch_drops_has_its_reasons() -> None:
    load("openvswitch")
    experimental = 0x88B5
    frame = bytes.fromhex("0200000000020200000000 01 88b5") + bytes(46)
    with netlynx.connect() as nl, nl.subscribe(drop_monitor.DROPS) as events:
        nl.do(ovs.add(ovs.Datapath(name="dropping")))
        session = nl.do(drop_monitor.begin())
        try:
            nl.do(route.up("dropping"))
            with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
                sender.bind(("dropping", 0))
                for actions, reason in (
                    ("drop(0)", "OVS_DROP_EXPLICIT"),
                    ("drop(22)", "OVS_DROP_EXPLICIT_WITH_ERROR"),
                    ("drop", "OVS_DROP_LAST_ACTION"),
                ):
                    match = f"in_port(0),eth(),eth_type({experimental:#x})"
                    nl.do(ovs.replace(ovs.Flow(datapath="dropping", match=match, actions=actions)))
                    sender.send(frame)
                    drop = events.get(timeout=PATIENCE).record
                    while not isinstance(drop, Drop) or drop.protocol != experimental:
                        drop = events.get(timeout=PATIENCE).record
                    assert (drop.reason, drop.length) == (reason, len(frame))
        finally:
            nl.do(drop_monitor.end(session))
            nl.do(ovs.delete(ovs.Datapath(name="dropping")))
