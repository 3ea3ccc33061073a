"""What qdiscs do to packets: frames that are sent on one end of a pair of devices, and what comes out at the other."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import netlynx
from netlynx import netns, route, tc
from netlynx.tc import Netem, Tbf
from support import IN_GUEST, PATIENCE, until

pytestmark = pytest.mark.namespace

ETHERTYPE = 0x88B5  # for experiments
HEADER = b"\xff" * 6 + b"\x02" + bytes(5) + ETHERTYPE.to_bytes(2, "big")
SIZE = 1000


class Wire:
    """A pair of devices, v0 and v1: frames go in at the first and come out at the second."""

    def __init__(self, nl: netlynx.Connection) -> None:
        self.nl = nl
        nl.do(route.add(route.Link(name="v0", kind="veth", data=route.Veth(peer=route.Link(name="v1")))))
        self.ends = [socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETHERTYPE)) for _ in range(2)]
        for end, name in zip(self.ends, ("v0", "v1"), strict=True):
            Path(f"/proc/sys/net/ipv6/conf/{name}/disable_ipv6").write_text("1")  # of its packets none is counted
            nl.do(route.up(name))
            end.bind((name, ETHERTYPE))
            end.settimeout(PATIENCE)
        until(lambda: nl.do(route.link(name="v0")).carrier)

    def add(self, data: Any) -> None:
        """Put a qdisc onto v0; the test is skipped on a kernel that has none of the kind, but in the guest."""
        try:
            self.nl.do(tc.add(tc.Qdisc(index="v0", data=data)))
        except netlynx.NotSupported as error:
            if IN_GUEST:
                raise
            pytest.skip(f"this kernel lacks it: {error}")

    def send(self, many: int) -> float:
        """So many frames, as fast as they go; when the first one went."""
        started = time.monotonic()
        for number in range(many):
            with contextlib.suppress(OSError):  # ENOBUFS: a qdisc dropped it, and says so
                self.ends[0].send(HEADER + bytes([number]) * (SIZE - len(HEADER)))
        return started

    def receive(self, many: int) -> float:
        """Wait for so many; when the last one came."""
        for _ in range(many):
            assert len(self.ends[1].recv(2 * SIZE)) == SIZE
        return time.monotonic()

    def nothing_more(self) -> bool:
        """Whether nothing waits to be received."""
        self.ends[1].setblocking(False)
        try:
            self.ends[1].recv(2 * SIZE)
        except BlockingIOError:
            return True
        finally:
            self.ends[1].settimeout(PATIENCE)
        return False

    @property
    def statistics(self) -> Any:
        """What the qdisc of v0 has counted."""
        return self.nl.do(tc.qdisc("v0")).statistics

    def close(self) -> None:
        for end in self.ends:
            end.close()


@pytest.fixture
def wire(namespace: netns.NetworkNamespace, nl: netlynx.Connection) -> Iterator[Wire]:
    with contextlib.closing(netns.run_in(namespace, Wire, nl)) as made:
        yield made


def test_a_token_bucket_lets_no_more_through_than_it_was_told(wire: Wire) -> None:
    wire.add(Tbf(rate="800kbit", burst=2 * SIZE, limit=100 * SIZE))
    started = wire.send(12)
    took = wire.receive(12) - started
    assert took >= 10 * SIZE / 100_000 * 0.99  # two go at once, and the others at 100 kB a second
    assert wire.statistics.basic.packets == 12
    assert wire.statistics.queue.overlimits > 0
    assert wire.statistics.queue.drops == 0


def test_a_token_bucket_keeps_no_more_than_its_limit(wire: Wire) -> None:
    wire.add(Tbf(rate="8kbit", burst=2 * SIZE, limit=4 * SIZE))
    wire.send(10)
    wire.receive(2)
    counted = wire.statistics
    assert counted.queue.drops >= 3  # two are gone, four wait, and perhaps one left meanwhile
    assert counted.queue.qlen + counted.queue.drops + counted.basic.packets >= 10


@pytest.mark.guest
def test_an_emulated_network_does_what_it_was_told(wire: Wire) -> None:
    wire.add(Netem(delay="50ms"))
    started = wire.send(3)
    assert wire.receive(3) - started >= 0.05

    wire.nl.do(tc.change(tc.Qdisc(index="v0", data=Netem(loss="100%"))))
    before = wire.statistics.queue.drops
    wire.send(10)
    assert wire.statistics.queue.drops - before == 10
    assert wire.nothing_more()

    wire.nl.do(tc.change(tc.Qdisc(index="v0", data=Netem(duplicate="100%"))))  # and nothing is lost any more
    wire.send(5)
    wire.receive(10)
    assert wire.nothing_more()

    wire.nl.do(tc.change(tc.Qdisc(index="v0", data=Netem(rate="800kbit"))))
    started = wire.send(10)
    assert wire.receive(10) - started >= 10 * SIZE / 100_000 * 0.99

    wire.nl.do(tc.change(tc.Qdisc(index="v0", data=Netem(delay="200ms", reorder="100%", gap=2))))
    started = wire.send(2)
    assert wire.receive(2) - started >= 0.2  # one goes at once, one waits

    read = wire.nl.do(tc.qdisc("v0"))
    assert read.data == Netem(limit=1000, delay="200ms", reorder="100%", gap=2, seed=read.data.seed)


@pytest.mark.guest
def test_a_shaper_keeps_to_its_bandwidth_and_tells_of_its_tins(wire: Wire) -> None:
    wire.add(tc.Cake(bandwidth="8mbit", rtt="1s", diffserv="besteffort", **tc.CAKE_LINKS["raw"]))
    started = wire.send(12)
    assert wire.receive(12) - started >= 10 * SIZE / 1_000_000 * 0.9
    counted = wire.statistics
    assert [(tin.sent_packets, tin.sent_bytes) for tin in counted.app.tins] == [(12, 12 * SIZE)]
    assert counted.app.largest_packet == SIZE
    assert counted.app.tins[0].threshold_rate == 8_000_000
