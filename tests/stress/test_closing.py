"""`close()` from another thread wakes whoever waits, whatever for, within a tenth of a second."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
import threading
import time
import types
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import anyio.to_thread
import pytest

import netlynx
from both_kernels import NEW, Opening, Side, deaf
from netlynx.transport.base import Kernel
from support import PATIENCE, sleeps, until

SOON = 0.1  # seconds


def unanswering(side: Side) -> Kernel:
    """The side's kernel, whose answers and notifications get lost before anybody can receive them."""
    return Opening(side.kernel, deaf)


SYNC: dict[str, Callable[[netlynx.Connection, Side], object]] = {
    "do": lambda nl, side: nl.do(side.one(1)),
    "dump": lambda nl, side: nl.dump(side.listing).all(),
    "stream": lambda nl, side: list(nl.dump(side.listing)),
    "json": lambda nl, side: list(nl.dump(side.listing).json()),
    "table": lambda nl, side: nl.table(side.listing),
    "count": lambda nl, side: nl.count(side.listing),
    "batch": lambda nl, side: nl.batch([side.add(NEW + 1)]),
    "get": lambda nl, side: nl.subscribe(side.group).get(),
    "get with a timeout": lambda nl, side: nl.subscribe(side.group).get(PATIENCE),
    "listing a mirror": lambda nl, side: nl.mirror(side.listing).__enter__(),
}


class Call:
    """A call in a thread: when and how it ended."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.outcome: object = None
        self.ended = 0.0
        self._work = work
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.outcome = self._work()
        except netlynx.NetlynxError as error:
            self.outcome = type(error)
        self.ended = time.monotonic()

    def join(self) -> None:
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "it was not woken"


def quickest(attempt: Callable[[], float]) -> None:
    """One of the attempts to wake everybody is quick: a busy machine makes threads late, not always so late."""
    took: list[float] = []
    patience = time.monotonic() + PATIENCE
    while not took or took[-1] > SOON:
        assert time.monotonic() < patience, took
        took.append(attempt())


def closed_while_waiting(nl: netlynx.Connection, *works: Callable[[], object]) -> tuple[float, list[object]]:
    """Close while everybody waits: seconds until the last was woken, and what they got."""
    calls = [Call(work) for work in works]
    for call in calls:
        until(lambda call=call: sleeps(call._thread))
    start = time.monotonic()
    nl.close()
    for call in calls:
        call.join()
    return max(call.ended for call in calls) - start, [call.outcome for call in calls]


@pytest.mark.parametrize("what", SYNC)
def test_a_thread_that_waits_is_woken_soon(side: Side, what: str) -> None:
    before = side.sockets()

    def attempt() -> float:
        nl = netlynx.connect(kernel=unanswering(side))
        took, outcomes = closed_while_waiting(nl, lambda: SYNC[what](nl, side))
        assert outcomes == [netlynx.ConnectionClosed]
        return took

    quickest(attempt)
    gc.collect()  # an error that a mirror ended with holds the frames that hold the mirror
    until(lambda: side.sockets() <= before)


def test_a_thread_that_waits_for_a_mirror_is_woken_soon(side: Side) -> None:
    def attempt() -> float:
        nl = netlynx.connect(kernel=side.kernel)
        with nl.mirror(side.listing) as mirror, mirror.changes() as changes:
            took, outcomes = closed_while_waiting(
                nl, lambda: mirror.wait_until(lambda seen: False), changes.get, lambda: list(changes)
            )
        assert outcomes == [netlynx.ConnectionClosed, netlynx.ConnectionClosed, []]
        return took

    quickest(attempt)


def test_all_of_two_hundred_threads_are_woken_soon(side: Side) -> None:
    def attempt() -> float:
        nl = netlynx.connect(kernel=unanswering(side))
        works = [SYNC[what] for what in ("do", "dump", "batch", "get")] * 50
        took, outcomes = closed_while_waiting(nl, *(lambda work=work: work(nl, side) for work in works))
        assert outcomes == [netlynx.ConnectionClosed] * 200
        return took

    quickest(attempt)


# ------------------------------------------------------------------------------------------------------- tasks


async def listed(events: Any) -> list[Any]:
    return [event async for event in events]


ASYNC: dict[str, Callable[[netlynx.AsyncConnection, Side], Awaitable[object]]] = {
    "do": lambda nl, side: nl.do(side.one(1)),
    "dump": lambda nl, side: nl.dump(side.listing).all(),
    "stream": lambda nl, side: listed(nl.dump(side.listing)),
    "json": lambda nl, side: listed(nl.dump(side.listing).json()),
    "table": lambda nl, side: nl.table(side.listing),
    "count": lambda nl, side: nl.count(side.listing),
    "batch": lambda nl, side: nl.batch([side.add(NEW + 1)]),
    "get": lambda nl, side: nl.subscribe(side.group).get(),
    "get with a timeout": lambda nl, side: nl.subscribe(side.group).get(PATIENCE),
    "listing a mirror": lambda nl, side: nl.mirror(side.listing).__aenter__(),
}


class Wakened:
    """Tasks that wait until a thread calls `close`, and how long it took to wake them."""

    def __init__(self) -> None:
        self.outcomes: list[object] = []
        self.took = 0.0

    async def run(
        self, close: Callable[[], None], ready: Callable[[], bool], *works: Callable[[], Awaitable[object]]
    ) -> None:
        async def one(work: Callable[[], Awaitable[object]]) -> None:
            try:
                outcome = await work()
            except netlynx.NetlynxError as error:
                outcome = type(error)
            self.outcomes.append(outcome)

        with anyio.fail_after(PATIENCE):
            async with anyio.create_task_group() as tasks:
                for work in works:
                    tasks.start_soon(one, work)
                while not ready():
                    await anyio.lowlevel.checkpoint()
                started = await anyio.to_thread.run_sync(self._close, close)
            self.took = time.monotonic() - started

    @staticmethod
    def _close(close: Callable[[], None]) -> float:
        started = time.monotonic()
        close()
        return started


@pytest.mark.parametrize("what", ASYNC)
def test_a_task_that_waits_is_woken_soon_by_a_thread(side: Side, anyio_backend: str, what: str) -> None:
    before = side.sockets()

    async def main() -> float:
        nl = netlynx.aconnect(kernel=unanswering(side))
        wakened = Wakened()
        await wakened.run(nl.close, lambda: bool(nl._waiting), lambda: ASYNC[what](nl, side))
        assert wakened.outcomes == [netlynx.ConnectionClosed]
        assert not nl._waiting
        return wakened.took

    quickest(lambda: anyio.run(main, backend=anyio_backend))
    gc.collect()
    until(lambda: side.sockets() <= before)


def test_a_task_that_waits_for_a_mirror_is_woken_soon_by_a_thread(side: Side, anyio_backend: str) -> None:
    async def main(which: str) -> float:
        async with (
            netlynx.aconnect(kernel=side.kernel) as nl,
            nl.mirror(side.listing) as mirror,
            mirror.changes() as changes,
        ):
            wakened = Wakened()
            await wakened.run(
                nl.close if which == "connection" else mirror.close,
                lambda: bool(nl._waiting),
                lambda: mirror.wait_until(lambda seen: False),
                changes.get,
                lambda: listed(changes),
            )
        assert wakened.outcomes.count(netlynx.ConnectionClosed) == 2
        assert wakened.outcomes.count([]) == 1
        return wakened.took

    quickest(lambda: anyio.run(main, "connection", backend=anyio_backend))
    quickest(lambda: anyio.run(main, "mirror", backend=anyio_backend))


def test_a_thread_that_closes_a_subscription_wakes_its_task_and_nobody_else(side: Side, anyio_backend: str) -> None:
    async def main() -> None:
        async with netlynx.aconnect(kernel=side.kernel) as nl, nl.subscribe(side.group) as other:
            events = nl.subscribe(side.group)
            wakened = Wakened()
            await wakened.run(events.close, lambda: bool(nl._waiting), lambda: listed(events))
            assert wakened.outcomes == [[]]
            await side.acheck(nl)
            await nl.do(side.add(NEW + 2))
            await nl.do(side.delete(NEW + 2))
            assert side.heard([await other.get(PATIENCE)]) == [NEW + 2]

    anyio.run(main, backend=anyio_backend)


def test_all_of_two_hundred_tasks_are_woken_soon_by_a_thread(side: Side, anyio_backend: str) -> None:
    async def main() -> float:
        nl = netlynx.aconnect(kernel=unanswering(side))
        works = [ASYNC[what] for what in ("do", "dump", "batch", "get")] * 50
        wakened = Wakened()
        await wakened.run(
            nl.close, lambda: len(nl._waiting) == 200, *(lambda work=work: work(nl, side) for work in works)
        )
        assert wakened.outcomes == [netlynx.ConnectionClosed] * 200
        return wakened.took

    quickest(lambda: anyio.run(main, backend=anyio_backend))


def test_a_connection_whose_event_loop_has_ended_is_closed_by_any_thread(side: Side, anyio_backend: str) -> None:
    before = side.sockets()

    async def main() -> netlynx.AsyncConnection:
        nl = netlynx.aconnect(kernel=side.kernel)
        with anyio.move_on_after(0):
            await nl.subscribe(side.group).get()
        await side.acheck(nl)
        events.append(nl.subscribe(side.group))
        return nl

    events: list[netlynx.AsyncSubscription[Any]] = []
    nl = anyio.run(main, backend=anyio_backend)
    Call(nl.close).join()
    del nl, events[:]
    gc.collect()
    until(lambda: side.sockets() <= before)


def test_a_handler_of_a_signal_wakes_the_tasks_of_a_loop_that_sleeps(side: Side) -> None:
    """``signal.signal(signal.SIGTERM, ...)`` runs its function between two steps of the main thread, in no task."""

    async def main() -> float:
        nl = netlynx.aconnect(kernel=side.kernel)
        waiting = [asyncio.create_task(nl.subscribe(side.group).get()) for _ in range(3)]
        while len(nl._waiting) < 3:
            await asyncio.sleep(0)
        signal.signal(signal.SIGALRM, lambda *_: nl.close())
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        started = time.monotonic()
        outcomes = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), PATIENCE)
        assert list(map(type, outcomes)) == [netlynx.ConnectionClosed] * 3
        return time.monotonic() - started

    before = signal.getsignal(signal.SIGALRM)
    try:
        assert asyncio.run(main()) < PATIENCE / 2
    finally:
        signal.signal(signal.SIGALRM, before)


def test_between_two_runs_of_its_loop_a_connection_closes_at_once(side: Side) -> None:
    with asyncio.Runner() as runner:

        async def begin() -> tuple[netlynx.AsyncConnection, asyncio.Task[Any]]:
            nl = netlynx.aconnect(kernel=side.kernel)
            waiting = asyncio.create_task(nl.subscribe(side.group).get())
            while not nl._waiting:
                await asyncio.sleep(0)
            return nl, waiting

        nl, waiting = runner.run(begin())
        opened = side.sockets()
        nl.close()
        assert side.sockets() == opened - 1
        waiting.cancel()


def test_a_callback_of_the_event_loop_wakes_its_tasks(side: Side) -> None:
    """What handles a signal is one: ``loop.add_signal_handler(signal.SIGTERM, nl.close)``."""

    async def main() -> None:
        nl = netlynx.aconnect(kernel=side.kernel)
        loop = asyncio.get_running_loop()
        waiting = [asyncio.create_task(nl.subscribe(side.group).get()) for _ in range(3)]
        while len(nl._waiting) < 3:
            await asyncio.sleep(0)
        loop.call_soon(nl.close)
        outcomes = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), PATIENCE)
        assert list(map(type, outcomes)) == [netlynx.ConnectionClosed] * 3

    asyncio.run(main())


def test_a_module_that_another_thread_imports_right_now_is_not_asked(
    side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "trio", types.ModuleType("trio"))  # it has no names yet

    async def main() -> None:
        async with netlynx.aconnect(kernel=side.kernel) as nl:
            with pytest.raises(netlynx.RequestTimeout):
                await nl.subscribe(side.group).get(0.01)

    asyncio.run(main())
