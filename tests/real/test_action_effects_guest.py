"""What actions of connection tracking, tunnels, samples and gates do to packets. In the guest."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import struct
import time
from collections.abc import Callable
from typing import Any

import pytest

import netlynx
from netlynx import netns, psample, route, tc
from real.test_actions import Wire, attached, needs_actions, packet, wired
from support import PATIENCE

pytestmark = [pytest.mark.guest, pytest.mark.namespace]

TRACKED = tc.Ct(commit=True, mark=7, control="pipe")


def tagged(wire: Wire) -> int:
    """The VLAN of the packet that was sent."""
    wire.send(packet())
    return wire.heard()[1]


def found_by(nl: netlynx.Connection, kind: Any, handle: int = 0) -> None:
    """Have what the next filter finds behind the actions get the tag 7."""
    tag = tc.Filter(
        index="v0", parent="egress", priority=2, protocol="ip", handle=handle,
        data=kind.replace(actions=[tc.Vlan(action="push", id=7)]),
    )  # fmt: skip
    with contextlib.suppress(netlynx.NotFound):
        nl.do(tc.delete(tc.Filter(index="v0", parent="egress", priority=2)))
    nl.do(tc.add(tag))


def connection_mark(space: netns.NetworkNamespace, nl: netlynx.Connection, wire: Wire, marking: Any) -> Any:
    """An action that gives a packet the mark of its connection: a filter of `fw` finds it then."""
    attached(space, nl, TRACKED, marking)
    found_by(nl, tc.Fw(), handle=7)
    return tagged(wire) == 7


def connmark(space: netns.NetworkNamespace, nl: netlynx.Connection, wire: Wire) -> Any:
    return connection_mark(space, nl, wire, tc.Connmark(control="continue"))


def ctinfo(space: netns.NetworkNamespace, nl: netlynx.Connection, wire: Wire) -> Any:
    return connection_mark(space, nl, wire, tc.Ctinfo(cpmark_mask=0xFF, control="continue"))


def ct(space: netns.NetworkNamespace, nl: netlynx.Connection, wire: Wire) -> Any:
    """flower finds what `ct` tracked; without it, nothing is tracked."""
    attached(space, nl, tc.Gact(control="continue"))
    found_by(nl, tc.Flower(ct_mark=7))
    before = tagged(wire)
    attached(space, nl, tc.Ct(commit=True, mark=7, control="continue"))
    found_by(nl, tc.Flower(ct_mark=7))
    return (before, tagged(wire)) == (0, 7)


def sample(space: netns.NetworkNamespace, nl: netlynx.Connection, wire: Wire) -> Any:
    attached(space, nl, tc.Sample(every=1, group=5, truncate=40, control="pass"))
    with nl.subscribe(psample.SAMPLES) as heard:
        wire.send(packet(120))
        told = heard.get(timeout=PATIENCE).record
        return (told.length, told.group, told.rate, told.payload) == (120, 5, 1, packet(120)[:40])


def tunnel_key(space: netns.NetworkNamespace, nl: netlynx.Connection, wire: Wire) -> Any:
    """A packet goes out in a VXLAN of its own number."""
    for made in (
        route.Address(index="w0", address="198.51.100.1/24"),
        route.Neighbour(index="w0", destination="198.51.100.2", address="02:00:00:00:00:02", state="permanent"),
        route.Link(name="vx0", kind="vxlan", flags="up", data=route.Vxlan(port=4789, collect_metadata=True)),
    ):
        nl.do(route.add(made))
    ends = {"source": "198.51.100.1", "destination": "198.51.100.2", "destination_port": 4789}
    attached(space, nl, tc.TunnelKey(action="set", id=42, **ends, control="pipe"), tc.Mirred(redirect="vx0"))
    wire.send(packet(120))
    while True:
        data, _ = wire.heard("w1")
        if data[23] == 17 and data[36:38] == struct.pack(">H", 4789):
            return data[30:34] == bytes([198, 51, 100, 2]) and data[46:49] == b"\0\0\x2a" and data[50:] == packet(120)


def ife(space: netns.NetworkNamespace, nl: netlynx.Connection, wire: Wire) -> Any:
    """A mark travels in the frame, and is that of the packet where it arrives."""
    attached(space, nl, tc.Skbedit(mark=7, control="pipe"), tc.Ife(direction="encode", allow=["mark"], control="pipe"))
    nl.do(tc.add(tc.Qdisc(index="v1", parent="clsact", handle="ffff:", kind="clsact")))
    arriving = {"index": "v1", "parent": "ingress"}
    unwrapped = tc.MatchAll(actions=[tc.Skbedit(mark=0), tc.Ife(direction="decode", control="reclassify")])
    nl.do(tc.add(tc.Filter(**arriving, priority=1, protocol=0xED3E, data=unwrapped)))
    marked = tc.Fw(actions=[tc.Mirred(redirect="w0")])
    nl.do(tc.add(tc.Filter(**arriving, priority=2, protocol="ip", handle=7, data=marked)))
    wire.send(packet(120))
    told, _ = wire.heard()
    # Its own header, how long that is, then the mark: IFE_META_SKBMARK and how long it is with this, and the mark.
    wrapped = struct.pack(">HHHHI", 0xED3E, 10, 1, 8, 7)
    return told[12:24] == wrapped and told[24:] == packet(120) and wire.heard("w1")[0] == packet(120)


WINDOW = 2.0  # seconds


def gate(space: netns.NetworkNamespace, nl: netlynx.Connection, wire: Wire) -> Any:
    """It is closed, then open to anything, then to 100 bytes, in turns that begin with the clock's."""
    windows = [{"open": False}, {"open": True}, {"open": True, "octets": 100}]
    (action,) = attached(space, nl, tc.Gate(entries=[{"interval": f"{WINDOW:.0f}s", **each} for each in windows]))
    begun = time.clock_gettime(time.CLOCK_TAI)
    while window(before := time.clock_gettime(time.CLOCK_TAI)) or before - begun < WINDOW * 3:
        time.sleep(0.1)  # the schedule begins with the turn after this, and until then all packets pass
    passed = {}
    while len(passed) < 3:
        before = time.clock_gettime(time.CLOCK_TAI)
        if window(before) in passed or not 0.2 < before % WINDOW < WINDOW / 2:
            time.sleep(0.1)
            continue
        through = sent(wire, packet(120))
        if window(time.clock_gettime(time.CLOCK_TAI)) == window(before):
            passed[window(before)] = through
    queue = nl.do(tc.action("gate", action.data.index)).statistics.queue
    return passed == {0: False, 1: True, 2: False} and queue.drops >= 1 and queue.overlimits >= 1


def window(now: float) -> int:
    return int(now // WINDOW) % 3


def sent(wire: Wire, data: bytes) -> bool:
    """Send a packet. False if it was dropped on its way out."""
    try:
        wire.send(data)
    except OSError as error:
        if error.errno != errno.ENOBUFS:
            raise
        return False
    assert wire.heard()[0] == data
    return True


def skbedit(space: netns.NetworkNamespace, nl: netlynx.Connection, wire: Wire) -> Any:
    attached(space, nl, tc.Skbedit(mark=7, control="continue"))
    found_by(nl, tc.Fw(), handle=7)
    return tagged(wire) == 7


def goto(space: netns.NetworkNamespace, nl: netlynx.Connection, wire: Wire) -> Any:
    """What stands in another chain is met where an action leads there."""
    beyond = tc.MatchAll(actions=[tc.Vlan(action="push", id=9)])
    nl.do(tc.add(tc.Filter(index="v0", parent="egress", chain=5, priority=1, protocol="ip", data=beyond)))
    before = tagged(wire)
    leading = tc.U32(matches=["ip protocol 17"], actions=[tc.Gact(control="goto chain 5")])
    nl.do(tc.add(tc.Filter(index="v0", parent="egress", priority=1, protocol="ip", data=leading)))
    return (before, tagged(wire)) == (0, 9)


def simple(space: netns.NetworkNamespace, nl: netlynx.Connection, wire: Wire) -> Any:
    """The kernel's log has a line with its text and the number of the packet."""
    with open("/dev/kmsg", "rb", buffering=0) as log:
        log.seek(0, os.SEEK_END)
        attached(space, nl, tc.Simple(text="seen here", control="pipe"))
        wire.send(packet())
        while select.select([log], [], [], PATIENCE)[0]:
            if b"simple: seen here_1" in log.read(8192):
                return True
    return False


EFFECTS: dict[str, Callable[[netns.NetworkNamespace, netlynx.Connection, Wire], Any]] = {
    each.__name__: each for each in (ct, connmark, ctinfo, sample, tunnel_key, ife, gate, skbedit, goto, simple)
}


def test_packets_fare_as_the_actions_say() -> None:
    wrong: dict[str, Any] = {}
    for name, effect in EFFECTS.items():
        with wired() as (space, nl, wire):
            needs_actions(nl)
            try:
                if not effect(space, nl, wire):
                    wrong[name] = "it did not"
            except (netlynx.NetlynxError, TimeoutError, OSError) as error:
                wrong[name] = repr(error)
    assert not wrong, wrong
