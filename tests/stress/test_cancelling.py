"""Tasks that are cancelled at every point where they let others run: the connection works on, and nothing is left.

The n-th time that the task gives the event loop its turn it is cancelled, for each n until the call comes to its end.
Answers are waited for at one kind of kernel (`Late`), and there at once at the other.
"""

from __future__ import annotations

import gc
import itertools
from collections.abc import Awaitable, Callable, Generator
from typing import Any

import anyio
import pytest

import netlynx
from both_kernels import NEW, Late, Opening, Side, collected_at_once
from netlynx.client import async_threads as aio_threads
from netlynx.client.async_mirror import AsyncMirror
from netlynx.generic import Family, do, dump, event
from netlynx.kernel import VirtualKernel
from netlynx.schema import Record, attr, u32
from support import PATIENCE, threads, until

pytestmark = pytest.mark.usefixtures("turns")

Call = Callable[[netlynx.AsyncConnection, Side], Awaitable[object]]


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every call lets others run, however short ago the last one did."""
    monkeypatch.setattr(aio_threads, "_TURN", -1.0)


class Counted:
    """What is awaited within it is cancelled when it has given up its turn `limit` times."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.turns = 0
        self.scope = anyio.CancelScope()

    def __call__(self, work: Awaitable[Any]) -> Awaitable[Any]:
        return _Watched(self, work)

    def gives_up(self) -> None:
        self.turns += 1
        if self.turns == self.limit:
            self.scope.cancel()


class _Watched:
    def __init__(self, counted: Counted, work: Awaitable[Any]) -> None:
        self._counted = counted
        self._work = work

    def __await__(self) -> Generator[Any, Any, Any]:
        work = self._work.__await__()
        proceed: Callable[[], Any] = lambda: next(work)  # noqa: E731
        while True:
            try:
                wanted = proceed()
            except StopIteration as end:
                return end.value
            self._counted.gives_up()
            try:
                value = yield wanted
            except BaseException as error:
                proceed = lambda error=error: work.throw(error)  # type: ignore[attr-defined]  # noqa: E731
            else:
                proceed = lambda value=value: work.send(value)  # type: ignore[attr-defined]  # noqa: E731


async def listed(items: Any) -> list[Any]:
    return [item async for item in items]


async def first_ones(side: Side, nl: netlynx.AsyncConnection) -> None:
    async with nl.dump(side.listing) as read:
        async for _ in read:
            break


async def in_batch(nl: netlynx.AsyncConnection, side: Side) -> None:
    """Numbers that are there already: whatever is carried out of it changes nothing."""
    result = await nl.batch(map(side.add, range(8)), on_error="continue", window=3)
    assert len(result.errors) == 8


async def mirrored(nl: netlynx.AsyncConnection, side: Side) -> None:
    async with nl.mirror(side.listing) as mirror, mirror.changes():
        await mirror.wait_until(lambda seen: len(seen[side.listing]) >= side.rows, PATIENCE)
        await mirror.settle(PATIENCE)
        assert side.numbers(mirror[side.listing]) == list(range(side.rows))


CALLS: dict[str, Call] = {
    "do": lambda nl, side: nl.do(side.one(5)),
    "dump": lambda nl, side: nl.dump(side.listing).all(),
    "stream": lambda nl, side: listed(nl.dump(side.listing)),
    "some of a stream": lambda nl, side: first_ones(side, nl),
    "json": lambda nl, side: listed(nl.dump(side.listing).json(hold=0)),
    "table": lambda nl, side: nl.table(side.listing),
    "count": lambda nl, side: nl.count(side.listing),
    "batch": in_batch,
    "mirror": mirrored,
}


async def cancelled_everywhere(attempt: Callable[[Counted], Awaitable[bool]]) -> int:
    """Attempts with one more turn each, until one comes to its end; how many were cancelled."""
    for limit in itertools.count(1):
        with anyio.fail_after(PATIENCE):
            if await attempt(Counted(limit)):
                return limit - 1
    raise AssertionError


@pytest.mark.parametrize("late", [True, False], ids=["late", "at-once"])
@pytest.mark.parametrize("what", CALLS)
def test_a_call_is_cancelled_anywhere_and_the_connection_works_on(
    side: Side, anyio_backend: str, what: str, late: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Opening(side.kernel, Late) if late else side.kernel
    run, now = AsyncMirror._run, list[Counted]()
    monkeypatch.setattr(AsyncMirror, "_run", lambda mirror: _coroutine(now[-1](run(mirror))))

    async def main() -> None:
        async with netlynx.aconnect(kernel=kernel, timeout=PATIENCE) as nl:

            async def attempt(counted: Counted) -> bool:
                now.append(counted)
                ended = False
                with counted.scope:
                    await counted(_coroutine(CALLS[what](nl, side)))
                    ended = True
                assert not nl._waiting
                assert (await nl.do(side.one(7))) is not None
                assert len(await nl.dump(side.listing).all()) >= side.rows
                left.append(side.sockets())
                return ended

            with collected_at_once():
                assert await cancelled_everywhere(attempt) >= (2 if late else 1)
            await side.acheck(nl)

    left: list[int] = []
    running = threads()
    before = side.sockets()
    anyio.run(main, backend=anyio_backend)
    assert max(left) <= left[0] + 2, left  # idle ones
    gc.collect()  # what wakes waiters lives as long as the frames of errors do
    until(lambda: side.sockets() <= before)
    until(lambda: threads() <= running)


async def _coroutine(work: Awaitable[Any]) -> Any:
    return await work


@pytest.mark.parametrize("late", [True, False], ids=["late", "at-once"])
def test_a_wait_for_events_is_cancelled_anywhere_and_none_is_lost(side: Side, anyio_backend: str, late: bool) -> None:
    kernel = Opening(side.kernel, Late) if late else side.kernel
    wanted = [NEW + number for number in range(10)]

    async def main() -> None:
        async with netlynx.aconnect(kernel=kernel, timeout=PATIENCE) as nl:
            loud = netlynx.connect(kernel=side.kernel)

            async def attempt(counted: Counted) -> bool:
                got: list[Any] = []
                async with nl.subscribe(side.group) as events:

                    async def listen() -> None:
                        for number in wanted:
                            loud.do(side.add(number))
                            got.append(await events.get(PATIENCE))
                            loud.do(side.delete(number))
                            got.append(await events.get(PATIENCE))

                    with counted.scope:
                        await counted(listen())
                    ended = not counted.scope.cancelled_caught
                    told = loud.statistics.sent_messages - before
                    while len(got) < told:
                        got.append(await events.get(PATIENCE))
                assert side.heard(got) == [number for number in wanted for _ in "+-"][:told]
                loud.batch(map(side.delete, wanted), on_error="continue")
                return ended

            def restarted(counted: Counted) -> Awaitable[bool]:
                nonlocal before
                before = loud.statistics.sent_messages
                return attempt(counted)

            before = 0
            with loud:
                assert await cancelled_everywhere(restarted) >= (20 if late else 10)
            await side.acheck(nl)

    anyio.run(main, backend=anyio_backend)


class Parrot(Family, name="parrot", version=1):
    class Word(Record):
        number: int | None = attr(1, u32)

    say = do(1, request=Word, reply=Word)
    words = dump(2, reply=Word)
    heard = event(3, Word, group="words")


@pytest.mark.parametrize("late", [True, False], ids=["late", "at-once"])
@pytest.mark.parametrize("what", ["do", "dump", "stream", "batch"])
def test_a_call_that_looks_up_its_family_first_is_cancelled_anywhere(anyio_backend: str, what: str, late: bool) -> None:
    calls: dict[str, Callable[[netlynx.AsyncConnection], Awaitable[object]]] = {
        "do": lambda nl: nl.do(Parrot.say(number=5)),
        "dump": lambda nl: nl.dump(Parrot.words()).all(),
        "stream": lambda nl: listed(nl.dump(Parrot.words())),
        "batch": lambda nl: nl.batch([Parrot.say(number=5)] * 5, window=2),
    }

    async def main() -> None:
        async def attempt(counted: Counted) -> bool:
            async with netlynx.aconnect(kernel=kernel, timeout=PATIENCE) as nl:
                with counted.scope:
                    await counted(_coroutine(calls[what](nl)))
                assert not nl._waiting
                assert (await nl.do(Parrot.say(number=7))).number == 7
                assert len(await nl.dump(Parrot.words()).all()) == 100
            assert virtual.sockets() == []
            return not counted.scope.cancelled_caught

        assert await cancelled_everywhere(attempt) >= (3 if late else 2)

    with VirtualKernel() as virtual:
        service = virtual.family(Parrot)
        service.say(lambda request: request.record)
        service.words(lambda request: (Parrot.Word(number=number) for number in range(100)))
        kernel = Opening(virtual, Late) if late else virtual
        anyio.run(main, backend=anyio_backend)
