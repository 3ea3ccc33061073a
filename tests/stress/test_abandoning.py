"""Dumps that are given up at every datagram, and forks in the middle of one: nobody else notices."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import pytest

import netlynx
from both_kernels import NEW, Opening, RealSide, Side, Wrapped, collected_at_once
from netlynx import route
from support import PATIENCE, in_child, threads, until


class Enough(Exception):
    """As a signal handler may raise it, anywhere."""


class Counting(Wrapped):
    """Counts datagrams in `received`; the one that is the `last` raises `Enough` instead."""

    received = 0
    last = -1

    def receive_into(self, buffer: bytearray | memoryview) -> tuple[int, int, int]:
        if Counting.received == Counting.last:
            raise Enough
        came = self._transport.receive_into(buffer)
        Counting.received += 1
        return came


@pytest.fixture(autouse=True)
def _none_received(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Counting, "received", 0)
    monkeypatch.setattr(Counting, "last", -1)


def datagrams(side: Side) -> int:
    """How many a whole dump takes."""
    with netlynx.connect(kernel=Opening(side.kernel, Counting)) as nl:
        assert len(nl.dump(side.listing).all()) >= side.rows
    return Counting.received


def abandoned_after(count: int, records: Iterator[Any]) -> int:
    """How many records were taken by the time that so many datagrams had come."""
    Counting.received = 0
    return sum(1 for _ in itertools.takewhile(lambda _: Counting.received < count, records))


def test_a_stream_is_abandoned_after_any_datagram(side: Side) -> None:
    whole = datagrams(side)
    assert whole >= 10
    with netlynx.connect(kernel=Opening(side.kernel, Counting)) as nl, collected_at_once():
        left = []
        for count in range(1, whole + 1):
            abandoned_after(count, iter(nl.dump(side.listing)))
            left.append(side.sockets())
            with nl.dump(side.listing) as read:
                abandoned_after(count, read)
            left.append(side.sockets())
        assert max(left) <= left[0] + 1
        side.check(nl)


def read_table(nl: netlynx.Connection, side: Side) -> object:
    return nl.table(side.listing)


READS: dict[str, Callable[[netlynx.Connection, Side], object]] = {
    "all": lambda nl, side: nl.dump(side.listing).all(),
    "stream": lambda nl, side: list(nl.dump(side.listing)),
    "json": lambda nl, side: list(nl.dump(side.listing).json(hold=0)),
    "count": lambda nl, side: nl.count(side.listing),
    "table": read_table,
}


@pytest.mark.parametrize("what", READS)
def test_an_exception_at_any_datagram_leaves_nothing(side: Side, what: str) -> None:
    whole = datagrams(side)
    with netlynx.connect(kernel=Opening(side.kernel, Counting)) as nl:
        left: list[int] = []
        while True:
            Counting.received, Counting.last = 0, len(left)
            try:
                READS[what](nl, side)
                break
            except Enough:
                Counting.last = -1
                assert side.number(nl.do(side.one(7))) == 7
                left.append(side.sockets())
        assert len(left) >= whole - 1  # a socket that was used before gets its first part in one datagram less
        assert max(left) <= left[0] + 1
        Counting.last = -1
        side.check(nl)


def test_a_task_abandons_a_stream_after_any_datagram(side: Side, anyio_backend: str) -> None:
    whole = datagrams(side)

    async def main() -> None:
        async with netlynx.aconnect(kernel=Opening(side.kernel, Counting)) as nl:
            left = []
            for count in range(1, whole + 1):
                Counting.received = 0
                async for _ in nl.dump(side.listing):
                    if Counting.received >= count:
                        break
                Counting.received = 0
                async with nl.dump(side.listing) as read:
                    async for _ in read:
                        if Counting.received >= count:
                            break
                left.append(side.sockets())
            assert max(left) <= left[0] + 1
            await side.acheck(nl)

    with collected_at_once():
        anyio.run(main, backend=anyio_backend)


# -------------------------------------------------------------------------------------------------------- forks


def test_a_fork_after_any_datagram_leaves_both_processes_right(side: Side) -> None:
    whole = datagrams(side)
    with netlynx.connect(kernel=Opening(side.kernel, Counting)) as nl:
        for count in range(1, whole):
            dump = nl.dump(side.listing)
            Counting.received = 0
            begun = []
            for record in dump:
                begun.append(record)
                if Counting.received >= count:
                    break

            def work(begun: list[Any] = begun, dump: Any = dump) -> str:
                side.check(nl)
                try:  # what the parent received before is the child's as well, what comes is the parent's alone
                    assert side.numbers([*begun, *dump]) == list(range(side.rows))
                    said = "complete"
                except netlynx.ConnectionClosed:
                    said = "refused"
                with nl.subscribe(side.group) as events:
                    nl.do(side.add(NEW + 3))
                    nl.do(side.delete(NEW + 3))
                    assert side.heard(events.drain()) == [NEW + 3] * 2
                side.check(nl)
                nl.close()
                return said

            assert in_child(work) == ("refused" if count < whole - 1 else "complete")
            assert side.numbers([*begun, *dump]) == list(range(side.rows))
            side.check(nl)


@pytest.mark.namespace
def test_forks_while_other_threads_read_ahead_and_write_leave_all_processes_right(real_side: RealSide) -> None:
    """A long dump has a thread that receives, a batch one that sends: neither is in the child."""
    side = real_side
    many = [route.Route(destination=f"13.{n >> 8}.{n & 255}.0/24", table=99, type="blackhole") for n in range(20_000)]
    long = route.routes(family="inet", table=99)
    running = threads()
    with netlynx.connect(kernel=side.kernel) as nl:
        nl.batch(map(route.add, many))
        stop = threading.Event()
        turns = {"read": 0, "write": 0}
        wrong: list[BaseException] = []

        def loop(name: str, work: Callable[[], None]) -> None:
            try:
                while not stop.is_set():
                    work()
                    turns[name] += 1
            except BaseException as error:
                wrong.append(error)

        def read() -> None:
            assert len(nl.dump(long).all()) == 20_000

        def write() -> None:
            assert len(nl.batch(map(route.replace, many[:1000]))) == 1000

        def work() -> str:
            side.check(nl)
            assert len(nl.dump(long).all()) == 20_000
            assert len(nl.batch(map(route.replace, many[:1000]))) == 1000
            nl.close()
            return "right"

        others = [threading.Thread(target=loop, args=each) for each in (("read", read), ("write", write))]
        for other in others:
            other.start()
        try:
            for _ in range(5):
                assert in_child(work) == "right"
        finally:
            stop.set()
            for other in others:
                other.join(PATIENCE)
        assert wrong == []
        assert min(turns.values()) > 0
        side.check(nl)
        nl.batch(map(route.delete, many))
    until(lambda: threads() <= running)
