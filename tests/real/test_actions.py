"""Actions of all kinds beside tc(8), on a kernel that has them: made by either, listed by both.

This host's kernel has `mirred` alone; all else is tried in the guest.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import re
import shutil
import socket
import struct
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import netlynx
from netlynx import netns, route, tc
from netlynx.tc.actions import ACTION_OPTIONS
from netlynx.testing.namespaces import new_namespace
from support import IN_GUEST, PATIENCE
from tc.actions_as_tc import shown_action
from tc.agreeing import agrees
from tc.both_ways import DEVICE, INDEX, ageless, listings, table
from tc.test_both_ways import made_by_tc, refusal

pytestmark = pytest.mark.skipif(shutil.which("tc") is None, reason="needs tc")


def run(space: netns.NetworkNamespace, *words: str) -> str:
    """What a program prints."""
    done = netns.run_in(space, subprocess.run, words, capture_output=True, text=True, timeout=PATIENCE)
    assert not done.returncode, done.stderr
    return done.stdout


@pytest.fixture
def bare() -> Iterator[None]:
    """New namespaces have a loopback alone: the tables' device has an index, which tunnels' own devices may take."""
    setting = Path("/proc/sys/net/core/fb_tunnels_only_for_init_net")
    if not IN_GUEST or not setting.exists():  # it is one for the whole machine
        yield
        return
    before = setting.read_text()
    setting.write_text("2")
    try:
        yield
    finally:
        setting.write_text(before)


def with_device(nl: netlynx.Connection) -> None:
    other = route.Link(name="v1")
    nl.do(route.add(route.Link(index=INDEX, name=DEVICE, kind="veth", data=route.Veth(peer=other))))


def listed(space: netns.NetworkNamespace, kind: str) -> list[str]:
    """What tc says of all actions of a kind, but for how long ago things were."""
    text = run(space, "tc", "-s", "-d", "actions", "list", "action", kind)
    entries = re.split(r"action order \d+:", text)[1:]
    return [" ".join(re.sub(r"(installed|used|firstused) \d+ sec", "", entry).split()) for entry in entries]


def listed_as_json(space: netns.NetworkNamespace, kind: str) -> list[Any]:
    """The same as JSON."""
    (listing,) = listings(run(space, "tc", "-j", "-s", "-d", "actions", "list", "action", kind))
    return [action for each in listing for action in each.get("actions", ())]


def needs_actions(nl: netlynx.Connection) -> None:
    """Skip the test on a kernel without any but `mirred`."""
    if said := refusal(nl, tc.add(tc.Action(data=tc.Gact(control="pass")))):
        pytest.skip(f"this kernel lacks them: {said}")
    nl.do(tc.flush(tc.actions(kind="gact")))


@pytest.mark.guest
def test_actions_of_all_kinds(bare: None) -> None:
    cases = [case for name in ("actions", "police") for case in table(name).cases]
    wrong: dict[str, Any] = {}
    with (
        new_namespace() as one,
        new_namespace() as other,
        netlynx.connect(netns=one) as theirs,
        netlynx.connect(netns=other) as ours,
    ):
        needs_actions(ours)
        with_device(theirs)
        with_device(ours)
        failed = made_by_tc(one, [case.words for case in cases])
        for number, case in enumerate(cases):
            refused = refusal(ours, case.operation())
            if (number in failed) != bool(refused):
                wrong[case.words] = f"tc: {failed.get(number, 'made')}; netlynx: {refused or 'made'}"
        for kind in ACTION_OPTIONS:
            by_tc, by_us = (listed(space, kind) for space in (one, other))
            mine = [(number, case) for number, case in enumerate(cases) if case.record.kind == kind]
            unlike = [pair for pair in itertools.zip_longest(by_tc, by_us) if pair[0] != pair[1]]
            if len(unlike) > sum(bool(case.apart) for _, case in mine):  # what tc sends otherwise, for a reason
                wrong[kind] = unlike
            read = theirs.dump(tc.actions(kind=kind)).all()
            shown = ageless([shown_action(each.to_dict()) for each in read])
            # Their places begin anew with each message of the listing.
            as_json = [{**each, "order": 0} for each in listed_as_json(one, kind)] if None not in shown else shown
            if shown != as_json:
                wrong[f"{kind}: -j"] = [pair for pair in itertools.zip_longest(as_json, shown) if pair[0] != pair[1]]
            for number, case in mine:
                there = number in failed or bool(case.apart) or any(agrees(case.record, each) for each in read)
                if not there:
                    wrong[f"{case.words}: read"] = [each.to_dict() for each in read]
        assert len(failed) < len(cases) // 4, failed
    assert not wrong, wrong


# -- what they do ----------------------------------------------------------------------------------------------------

ETHER = bytes.fromhex("020000000001020000000002")
AUXDATA, SOL_PACKET = 8, 263  # linux/if_packet.h


def checksum(header: bytes) -> int:
    total = sum(int.from_bytes(header[i : i + 2], "big") for i in range(0, len(header), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def packet(size: int = 100) -> bytes:
    """A UDP packet from 192.0.2.1 to 192.0.2.2, in Ethernet."""
    header = bytearray(bytes.fromhex("45000000000040000a110000c0000201c0000202"))
    header[2:4] = (size - 14).to_bytes(2, "big")
    header[10:12] = checksum(bytes(header)).to_bytes(2, "big")
    ports = bytes.fromhex("03e807d0") + (size - 34).to_bytes(2, "big") + bytes(2)
    return ETHER + b"\x08\x00" + bytes(header) + ports + bytes(size - 42)


class Wire:
    """Both ends of v0 and v1, and of w0 and w1, in a namespace: what leaves one arrives at the other."""

    def __init__(self, space: netns.NetworkNamespace) -> None:
        self.ends = {name: netns.run_in(space, self._open, name) for name in ("v0", "v1", "w1")}

    @staticmethod
    def _open(name: str) -> socket.socket:
        made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        made.setsockopt(SOL_PACKET, AUXDATA, 1)
        made.bind((name, 0))
        made.settimeout(PATIENCE)
        return made

    def send(self, data: bytes) -> None:
        self.ends["v0"].send(data)

    def heard(self, name: str = "v1") -> tuple[bytes, int]:
        """The next packet that arrived and is one of these, and the number of its VLAN (0: none)."""
        while True:
            data, extra, _, address = self.ends[name].recvmsg(4096, 256)
            if address[2] != socket.PACKET_OUTGOING and data[12:14] != b"\x86\xdd":
                tag = struct.unpack("=IIIHHHH", extra[0][2])[5] if extra else 0
                return data, tag

    def close(self) -> None:
        for each in self.ends.values():
            each.close()


def ip(data: bytes) -> bytes:
    return data[14:34]


CHANGES: dict[str, tuple[list[Any], Callable[[bytes, int], bool]]] = {
    "vlan": ([tc.Vlan(action="push", id=5)], lambda data, tag: tag == 5),
    "eth": ([tc.Pedit(keys=["eth dst set 02:00:00:00:00:09"])], lambda data, tag: data[:6].hex() == "020000000009"),
    "ip": (
        [tc.Pedit(keys=["ip src set 192.0.2.9", "ip ttl add 255", "udp dport set 53"], control="pipe")],
        lambda data, tag: (data[26:30], data[22], data[36:38]) == (b"\xc0\0\2\x09", 9, b"\0\x35"),
    ),
    "bits": (
        [tc.Pedit(keys=["ip tos set 0xff retain 0xfc", "ip offset 4 u16 set 0x1234"])],
        lambda data, tag: (data[15], data[18:20]) == (0xFC, b"\x12\x34"),
    ),
    "csum": (
        [tc.Pedit(keys=["ip src set 192.0.2.9"], control="pipe"), tc.Csum(update="iph")],
        lambda data, tag: data[26:30] == b"\xc0\0\2\x09" and checksum(ip(data)) == 0,
    ),
    "mpls": (
        [tc.Mpls(action="push", label=20, ttl=7)],
        lambda data, tag: data[12:18] == b"\x88\x47" + (20 << 12 | 0x107).to_bytes(4, "big"),
    ),
    "nat": (
        [tc.Nat(old="192.0.2.0/24", new="198.51.100.0", egress=True)],
        lambda data, tag: data[26:30] == bytes([198, 51, 100, 1]) and checksum(ip(data)) == 0,
    ),
    "skbmod": ([tc.Skbmod(swap=True)], lambda data, tag: data[:12] == ETHER[6:] + ETHER[:6]),
    "jump": (
        [tc.Gact(control="jump 2"), tc.Gact(control="drop"), tc.Vlan(action="push", id=6)],
        lambda data, tag: tag == 6,
    ),
}
DROPS: dict[str, Any] = {
    "gact": tc.Gact(control="drop"),
    "bpf": tc.BpfAction(instructions=[(6, 0, 0, 2)]),
    "police": tc.Police(rate="8kbit", burst="150b", exceed="drop", mtu="2kb"),
    "packets": tc.Police(packet_rate=1, packet_burst=1, exceed="drop"),
}


def attached(space: netns.NetworkNamespace, nl: netlynx.Connection, *options: Any) -> list[tc.Action]:
    """Have what leaves v0 go through these actions; they as they are then."""
    made = []
    for options_ in options:
        action = tc.Action(data=options_, index=next(NUMBERS))
        nl.do(tc.add(action))
        made.append(action)
    run(space, "tc", "filter", "delete", "dev", "v0", "egress")
    # Not by tc, which of some kinds does not take the number of one that is there alone.
    udp = tc.U32(matches=["ip protocol 17"], actions=made)
    nl.do(tc.add(tc.Filter(index="v0", parent="egress", priority=1, protocol="ip", data=udp)))
    return made


NUMBERS = itertools.count(1000)


@contextlib.contextmanager
def wired() -> Iterator[tuple[netns.NetworkNamespace, netlynx.Connection, Wire]]:
    """A namespace with both pairs, of which v0 has a place for filters."""
    with new_namespace() as space, netlynx.connect(netns=space) as nl:
        for pair in ("v", "w"):
            data = route.Veth(peer=route.Link(name=f"{pair}1"))
            nl.do(route.add(route.Link(name=f"{pair}0", kind="veth", data=data)))
            for end in (f"{pair}0", f"{pair}1"):
                nl.do(route.up(end))
        nl.do(tc.add(tc.Qdisc(index="v0", parent="clsact", handle="ffff:", kind="clsact")))
        wire = Wire(space)
        with contextlib.closing(wire):
            yield space, nl, wire


@pytest.mark.guest
def test_packets_are_changed() -> None:
    wrong: dict[str, Any] = {}
    with wired() as (space, nl, wire):
        needs_actions(nl)
        for name, (options, fits) in CHANGES.items():
            attached(space, nl, *options)
            wire.send(packet())
            data, tag = wire.heard()
            if not fits(data, tag):
                wrong[name] = data.hex(), tag
    assert not wrong, wrong


@pytest.mark.guest
def test_packets_are_dropped() -> None:
    wrong: dict[str, Any] = {}
    with wired() as (space, nl, wire):
        needs_actions(nl)
        for name, drop in DROPS.items():
            (action,) = attached(space, nl, drop)
            for _ in range(3):
                try:
                    wire.send(packet(120))
                except OSError as error:  # who sends may be told that it was dropped
                    if error.errno != errno.ENOBUFS:
                        raise
            attached(space, nl, tc.Gact(control="pass"))
            wire.send(packet(99))  # what is heard before it was not dropped
            passed = 0
            while len(wire.heard()[0]) != 99:
                passed += 1
            counted = nl.do(tc.action(str(action.kind), action.data.index)).statistics
            # Packets have to be earned first (tcf_police): one passes only when all this takes a second.
            expected = {0, 1} if name == "packets" else {1} if name == "police" else {0}
            if counted is None or counted.basic is None or counted.queue is None:
                wrong[name] = counted
            elif passed not in expected or (counted.basic.packets, counted.queue.drops) != (3, 3 - passed):
                wrong[name] = passed, counted
    assert not wrong, wrong


@pytest.mark.namespace
@pytest.mark.every_kernel
def test_packets_go_to_another_device() -> None:
    with wired() as (space, nl, wire):
        for number, options in enumerate(([tc.Mirred(mirror="w0")], [tc.Mirred(redirect="w0")])):
            attached(space, nl, *options)
            wire.send(packet(90 + number))
            assert len(wire.heard("w1")[0]) == 90 + number
        attached(space, nl, tc.Mirred(mirror="w0", control="continue"))
        wire.send(packet(95))
        assert len(wire.heard("w1")[0]) == 95
        lengths = [len(wire.heard()[0]) for _ in range(2)]
        assert lengths == [90, 95]  # what was redirected is not among them


@pytest.mark.namespace
@pytest.mark.every_kernel
def test_what_stands_in_the_way_is_said() -> None:
    with wired() as (space, nl, _):
        (action,) = attached(space, nl, tc.Mirred(redirect="w0"))
        with pytest.raises(netlynx.PermissionDenied, match="A filter uses it"):
            nl.do(tc.delete(action))
        if said := refusal(nl, tc.add(tc.Action(data=tc.Gact(control="drop")))):
            assert "act_gact" in said
            data = tc.U32(matches=["ip protocol 17"], actions=[tc.Gact(control="drop")])
            made = tc.Filter(index="v0", parent="egress", priority=9, protocol="ip", data=data)
            with pytest.raises(netlynx.NotSupported, match="act_gact"):
                nl.do(tc.add(made))


@pytest.mark.namespace
@pytest.mark.every_kernel
def test_many_actions_are_listed_counted_and_flushed() -> None:
    with wired() as (_, nl, _), nl.subscribe(tc.ACTIONS) as events:
        numbers = range(1, 101)  # more than the 32 that a message had once
        nl.batch(tc.add(tc.Action(data=tc.Mirred(mirror="w0", index=n), cookie=bytes([n]))) for n in numbers)
        told = [events.get(timeout=PATIENCE).record.actions[0].data.index for _ in numbers]
        assert told == [*numbers]

        listing = tc.actions(kind="mirred")
        assert [each.data.index for each in nl.dump(listing)] == [*numbers]
        assert nl.count(listing) == nl.table(tc.actions()).num_rows == 100
        assert [each.data.index for each in nl.dump(listing.where(cookie=bytes([7])))] == [7]
        terse = nl.dump(tc.actions(kind="mirred", terse=True)).all()
        assert [(each.index, each.data, each.cookie) for each in terse] == [(n, None, bytes([n])) for n in numbers]
        assert nl.count(tc.actions(kind="mirred", since="3600s")) == 100

        one = nl.do(tc.action("mirred", 7))
        nl.do(tc.replace(one.replace(data=one.data.replace(control="drop"))))
        assert str(nl.do(tc.action("mirred", 7)).data.control) == "drop"
        with pytest.raises(netlynx.AlreadyExists):
            nl.do(tc.add(one))
        nl.do(tc.delete(one))
        with pytest.raises(netlynx.NotFound):
            nl.do(tc.action("mirred", 7))
        assert nl.do(tc.flush(tc.actions(kind="mirred", terse=True))) == 99
        assert nl.count(tc.actions()) == 0
