"""Hundreds of threads, tasks and namespaces at once, sequence numbers at their end, and nothing that grows."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Callable
from contextlib import ExitStack

import anyio
import pytest

import netlynx
from both_kernels import NEW, Opening, Side, Wrapped
from netlynx import netns, route
from netlynx.transport import pool
from netlynx.wire.message import parse_messages
from support import PATIENCE, Background, descriptors, resident, threads, until

TURNS = 1


@pytest.fixture
def many(full: bool) -> int:
    return 200 if full else 70


def use(nl: netlynx.Connection, side: Side, worker: int) -> None:
    """Everything, several times, with numbers of one's own."""
    own = [NEW + 1000 + worker * 4 + number for number in range(4)]
    for turn in range(TURNS):
        asked = (worker + turn) % 64
        assert side.number(nl.do(side.one(asked))) == asked
        assert len(nl.batch(map(side.add, own))) == 4
        with nl.dump(side.listing) as read:
            assert next(read) is not None
        if turn == worker % TURNS:
            assert nl.count(side.listing, interrupted="accept") >= 4  # one's own
        nl.batch(map(side.delete, own))


def share(side: Side, many: int) -> None:
    with netlynx.connect(kernel=side.kernel) as nl:
        for worker in [Background(lambda number=number: use(nl, side, number)) for number in range(many)]:
            worker.result(2 * PATIENCE)  # they take turns in one interpreter
        side.check(nl)


def test_any_number_of_threads_share_a_connection(side: Side, many: int) -> None:
    before, running = side.sockets(), threads()
    share(side, many)
    gc.collect()
    until(lambda: side.sockets() <= before)
    until(lambda: threads() <= running)


def test_any_number_of_tasks_share_a_connection(side: Side, anyio_backend: str, many: int) -> None:
    async def work(nl: netlynx.AsyncConnection, worker: int) -> None:
        own = [NEW + 1000 + worker * 4 + number for number in range(4)]
        for turn in range(TURNS):
            asked = (worker + turn) % 64
            assert side.number(await nl.do(side.one(asked))) == asked
            assert len(await nl.batch(map(side.add, own))) == 4
            async with nl.dump(side.listing) as read:
                assert await anext(read) is not None
            with anyio.move_on_after(0):
                await nl.dump(side.listing).all()
            await nl.batch(map(side.delete, own))

    async def main() -> None:
        async with netlynx.aconnect(kernel=side.kernel) as nl:
            async with anyio.create_task_group() as tasks:
                for worker in range(many):
                    tasks.start_soon(work, nl, worker)
            await side.acheck(nl)

    anyio.run(main, backend=anyio_backend)


# --------------------------------------------------------------------------------------------- sequence numbers


class Sending(Wrapped):
    """Keeps the sequence numbers of what was sent."""

    sent: list[int]

    def send(self, data: bytes) -> int:
        Sending.sent += [message.sequence for message in parse_messages(data)]
        return self._transport.send(data)


@pytest.fixture
def near_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_first_sequences", itertools.repeat(0xFFFFFFFF - 5))
    monkeypatch.setattr(Sending, "sent", [], raising=False)


def assert_wrapped(sent: list[int]) -> None:
    assert 0 not in sent
    assert max(sent) > 0xFFFFFFFF - 5
    assert sent.count(1) == 1
    assert sent[-1] < 1000


VERBS: dict[str, Callable[[netlynx.Connection, Side], object]] = {
    "do": lambda nl, side: side.number(nl.do(side.one(3))) == 3,
    "dump": lambda nl, side: side.numbers(nl.dump(side.listing).all()) == list(range(side.rows)),
    "stream": lambda nl, side: side.numbers(nl.dump(side.listing)) == list(range(side.rows)),
    "batch": lambda nl, side: len(nl.batch(map(side.add, range(3)), on_error="continue").errors) == 3,
}


@pytest.mark.usefixtures("near_the_end")
@pytest.mark.parametrize("verb", VERBS)
def test_sequence_numbers_begin_anew_at_one(side: Side, verb: str) -> None:
    with netlynx.connect(kernel=Opening(side.kernel, Sending), timeout=PATIENCE) as nl:
        for _ in range(10):
            assert VERBS[verb](nl, side)
    assert_wrapped(Sending.sent)
    with netlynx.connect(kernel=side.kernel, timeout=PATIENCE) as nl:  # with all the shortcuts
        for _ in range(10):
            assert VERBS[verb](nl, side)


@pytest.mark.usefixtures("near_the_end")
def test_sequence_numbers_of_tasks_begin_anew_at_one(side: Side, anyio_backend: str) -> None:
    async def main() -> None:
        async with netlynx.aconnect(kernel=Opening(side.kernel, Sending), timeout=PATIENCE) as nl:
            for _ in range(5):
                await side.acheck(nl)
                result = await nl.batch(map(side.add, range(3)), on_error="continue")
                assert len(result.errors) == 3

    anyio.run(main, backend=anyio_backend)
    assert_wrapped(Sending.sent)


# --------------------------------------------------------------------------------------------------- namespaces


@pytest.mark.namespace
def test_hundreds_of_namespaces_are_open_at_once(full: bool) -> None:
    count = 500 if full else 50
    gc.collect()
    before = descriptors()
    with ExitStack() as stack:
        connections = [
            stack.enter_context(netlynx.connect(netns=stack.enter_context(netns.anonymous()))) for _ in range(count)
        ]
        events = [stack.enter_context(nl.subscribe(route.LINKS)) for nl in connections]
        for number, nl in enumerate(connections):
            nl.do(route.add(route.Link(name=f"br{number}", kind="bridge")))
        for number, (nl, heard) in enumerate(zip(connections, events, strict=True)):
            assert [link.name for link in nl.dump(route.links()) if link.kind == "bridge"] == [f"br{number}"]
            assert {event.record.name for event in heard.drain()} == {f"br{number}"}
    del connections, events, nl, heard
    gc.collect()
    until(lambda: descriptors() <= before)


# ------------------------------------------------------------------------------------------------------ flatness


def flat(work: Callable[[], None], times: int, capsys: pytest.CaptureFixture[str], told: str) -> None:
    """Neither descriptors nor memory grow between a fifth of the work and its end."""
    for _ in range(times // 5):
        work()
    gc.collect()
    files, memory = descriptors(), resident()
    for _ in range(times - times // 5):
        work()
    gc.collect()
    grown = resident() - memory
    with capsys.disabled():
        if times >= 20_000:
            kept = f"descriptors {files} to {descriptors()}, memory {memory:,} to {memory + grown:,} bytes"
            print(f"\n{told}: {times}, {kept}")
    until(lambda: descriptors() <= files)
    assert grown < 2 << 20


def test_connections_that_come_and_go_leave_nothing(side: Side, full: bool, capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        with netlynx.connect(kernel=side.kernel) as nl:
            nl.do(side.one(1))

    flat(work, 100_000 if full else 600, capsys, f"opened and closed, {side.name} kernel")


def test_requests_leave_nothing(side: Side, full: bool, capsys: pytest.CaptureFixture[str]) -> None:
    with netlynx.connect(kernel=side.kernel) as nl:
        operations = [side.one(number) for number in range(50)]

        def work() -> None:
            for operation in operations:
                nl.do(operation)

        flat(work, 20_000 if full else 200, capsys, f"50 requests each, {side.name} kernel")
