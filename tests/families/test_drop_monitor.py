"""The drop monitor: what a kernel told, how it is begun and ended, and what the command does with it."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from netlynx import drop_monitor
from netlynx.drop_monitor import Configuration, Drop, DropMonitor, Origin, Point, Statistics, Summary, Symbols
from netlynx.errors import Busy, EncodeError, NetlinkError
from netlynx.kernel import VirtualKernel


class Monitor:
    """A kernel that has the drop monitor, as the kernel has it: set up while nothing goes on, and no more."""

    def __init__(self) -> None:
        self.kernel = VirtualKernel()
        self.configuration = Configuration(mode="summary", truncation=0, queue_length=1000)
        self.on: set[str] = set()
        self.broken = False
        self.configured: list[Configuration] = []
        service = self.kernel.family(DropMonitor)
        service.handles(DropMonitor.configuration)(lambda request: self.configuration)
        service.handles(DropMonitor.statistics)(lambda request: Statistics(software=3, hardware=0))
        service.handles(DropMonitor.configure)(self.configure)
        service.handles(DropMonitor.start)(self.start)
        service.handles(DropMonitor.stop)(self.stop)
        self.service = service

    def configure(self, request: Any) -> None:
        if self.on:
            raise NetlinkError(errno.EBUSY, "Cannot configure drop monitor during monitoring")
        self.configured.append(request.record)
        given = {name: getattr(request.record, name) for name in ("mode", "truncation", "queue_length")}
        self.configuration = self.configuration.replace(
            **{name: each for name, each in given.items() if each is not None}
        )

    def start(self, request: Any) -> None:
        wanted = {name for name in ("software", "hardware") if getattr(request.record, name)}
        if self.broken:
            raise NetlinkError(errno.EINPROGRESS, "Failed to connect probe to kfree_skb() tracepoint")
        if wanted & self.on:
            raise NetlinkError(errno.EAGAIN, "Trace state already set to requested state")
        self.on |= wanted

    def stop(self, request: Any) -> None:
        self.on -= {name for name in ("software", "hardware") if getattr(request.record, name)}


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    made = Monitor()
    with made.kernel:
        yield made


def test_it_is_begun_and_ended(monitor: Monitor) -> None:
    before = monitor.configuration
    with netlynx.connect(kernel=monitor.kernel) as nl:
        session = nl.do(drop_monitor.begin(truncation=64, hardware=True))
        assert monitor.on == {"software", "hardware"}
        assert monitor.configuration == Configuration(mode="packet", truncation=64, queue_length=1000)
        nl.do(drop_monitor.end(session))
        assert (monitor.on, monitor.configuration) == (set(), before)


def test_what_is_as_wanted_is_not_set_up(monitor: Monitor) -> None:
    with netlynx.connect(kernel=monitor.kernel) as nl:
        nl.do(drop_monitor.end(nl.do(drop_monitor.begin(mode="summary", queue_length=1000))))
    assert monitor.configured == []


def test_what_cannot_be_begun_leaves_all_as_it_was(monitor: Monitor) -> None:
    before = monitor.configuration
    with netlynx.connect(kernel=monitor.kernel) as nl:
        monitor.broken = True
        with pytest.raises(NetlinkError, match="Failed to connect probe"):
            nl.do(drop_monitor.begin())
        assert (monitor.on, monitor.configuration) == (set(), before)
        monitor.on.add("hardware")
        with pytest.raises(Busy, match="during monitoring"):
            nl.do(drop_monitor.begin())


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: drop_monitor.configure(Configuration()), "say something: mode, truncation, or queue_length"),
        (lambda: drop_monitor.start(software=False), "of what: software, hardware, or both"),
        (lambda: drop_monitor.stop(software=False), "of what: software, hardware, or both"),
        (lambda: drop_monitor.begin(mode="loud"), "known: packet, summary"),
        (lambda: drop_monitor.end(None), "it takes what begin() has answered"),  # type: ignore[arg-type]
    ],
)
def test_what_has_no_meaning_is_refused(call: Any, said: str) -> None:
    with pytest.raises(EncodeError) as refusal:
        call()
    assert said in str(refusal.value)


# What Linux 6.12 told of a datagram b"hello" to 127.0.0.1:4711, and of three of them in a second.
TOLD = bytes.fromhex(
    "0000000006000e00000000000e0017004e4f5f534f434b45540000001f0003005f5f756470345f6c69625f7263762b307835"
    "34352f307864643000000c000200658f779affffffff0c00048008000000010000000c000500a0edb0edbde9ec1808000a00"
    "2f000000060006000008000033000700000000000000000000000000080045000021714e40004011cb7b7f0000017f000001"
    "a4c81267000dfe2068656c6c6f00"
)
SUMMED = bytes.fromhex("000000001400000001000000658f779affffffff03000000")


def test_what_the_kernel_says_of_a_packet_is_read() -> None:
    drop = Drop.from_bytes(TOLD)
    assert (drop.origin, drop.reason, drop.function, drop.index) == (Origin.SW, "NO_SOCKET", "__udp4_lib_rcv", 1)
    assert (drop.symbol, drop.pc) == ("__udp4_lib_rcv+0x545/0xdd0", 0xFFFFFFFF9A778F65)
    assert (drop.length, drop.protocol, len(drop.payload or b"")) == (47, 0x0800, 47)
    assert (drop.trap, drop.device, drop.unknown) == (None, None, ())
    assert str(drop.packet).startswith("udp 127.0.0.1:")
    assert str(drop.packet).endswith(" > 127.0.0.1:4711")


def test_what_the_kernel_says_of_a_second_is_read_and_named() -> None:
    summary = Summary.from_bytes(SUMMED)
    assert summary.points == (Point(pc=0xFFFFFFFF9A778F65, count=3),)
    assert summary.to_bytes()[4:] == SUMMED[4:]
    names = Symbols(
        ["ffffffff9a778a20 t __udp4_lib_rcv", "ffffffff9a779800 T next\t[module]", "0000000000000000 T hidden"]
    )
    assert names.known
    assert names.name(summary.points[0].pc) == "__udp4_lib_rcv+0x545"
    assert names.name(0xFFFFFFFF9A779801) == "next+0x1 [module]"
    assert names.name(7) == "0x7"
    assert not Symbols(["0000000000000000 T hidden"]).known
