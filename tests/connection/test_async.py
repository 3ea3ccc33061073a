"""The async shell, on asyncio and on trio: the same verbs, and subscriptions."""

from __future__ import annotations

import errno
import gc
import time
from collections.abc import Iterator

import anyio
import pytest
from anyio.lowlevel import checkpoint

import netlynx
from netlynx.engine.operation import Do, Event, EventKind, Group, Overrun
from netlynx.kernel import VirtualKernel
from netlynx.wire.message import Message
from support import PATIENCE
from tasks import task_starts, until
from toy import (
    ENTRIES,
    NEW,
    SILENT,
    Entry,
    Silent,
    Table,
    add,
    delete,
    entries,
    entry,
    flush,
    rows,
)

pytestmark = pytest.mark.anyio

LARGE = 1000


@pytest.fixture
def large(table: Table) -> Table:
    table.rows = {row.number: row for row in rows(LARGE, 2000)}
    return table


# ---------------------------------------------------------------------------------------------------- the verbs


async def test_the_verbs_do_what_they_do_for_everybody(anl: netlynx.AsyncConnection, table: Table) -> None:
    assert await anl.do(add(Entry(number=1, label="é"))) is None
    assert await anl.do(entry(1)) == Entry(number=1, label="é")
    with pytest.raises(FileExistsError):
        await anl.do(add(Entry(number=1)))
    result = await anl.batch((add(Entry(number=n)) for n in range(300)), on_error="continue")
    assert list(result.errors) == [1]
    assert [row.number async for row in anl.dump(entries())] == [1, 0, *range(2, 300)]
    assert len(await anl.dump(entries()).all()) == 300
    assert await anl.do(flush()) == 300
    assert await anl.dump(entries()).all() == []


async def test_what_is_refused_in_a_batch_is_raised_or_kept(anl: netlynx.AsyncConnection, table: Table) -> None:
    table.rows = {3: Entry(number=3)}
    with pytest.raises(FileExistsError):
        await anl.batch(add(Entry(number=n)) for n in range(1000))
    assert len(table.rows) == 128
    assert len(await anl.batch((add(Entry(number=n)) for n in range(1000)), on_error="stop", window=1)) == 1


async def test_a_batch_that_fails_in_its_iterable_leaves_the_connection_usable(
    kernel: VirtualKernel, anl: netlynx.AsyncConnection, table: Table
) -> None:
    def operations() -> Iterator[Do[None]]:
        yield add(Entry(number=1))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await anl.batch(operations())
    assert (await anl.do(entry(1))).number == 1
    assert len(kernel.sockets()) == 1


async def test_interrupted_dumps_are_read_again_or_raised(
    kernel: VirtualKernel, anl: netlynx.AsyncConnection, large: Table
) -> None:
    kernel.faults.interrupt_dump(5)
    assert len(await anl.dump(entries()).all()) == LARGE
    assert large.dumps == 6
    kernel.faults.interrupt_dump()
    read = []
    with pytest.raises(netlynx.DumpInterrupted):
        read.extend([row async for row in anl.dump(entries())])
    kernel.faults.interrupt_dump()
    assert len([row async for row in anl.dump(entries(), interrupted="accept")]) == LARGE
    kernel.faults.interrupt_dump(100)
    anl.retries = 2
    with pytest.raises(netlynx.DumpInterrupted) as caught:
        await anl.dump(entries()).all()
    assert (caught.value.attempts, len(caught.value.records)) == (3, LARGE)


async def test_a_small_table_that_changes_meanwhile_is_read_again_unnoticed(
    kernel: VirtualKernel, anl: netlynx.AsyncConnection, table: Table
) -> None:
    table.rows = {row.number: row for row in rows(20)}
    kernel.faults.interrupt_dump(4)
    assert [row.number async for row in anl.dump(entries())] == list(range(20))


async def test_many_tasks_share_a_connection(
    kernel: VirtualKernel, anl: netlynx.AsyncConnection, silent: Silent
) -> None:
    answers: dict[int, Entry] = {}

    async def ask(number: int) -> None:
        answers[number] = await anl.do(entry(number, protocol=SILENT))

    async with anyio.create_task_group() as tasks:
        for number in range(20):
            tasks.start_soon(ask, number)
        await until(lambda: len(silent.requests) == 20 and len(anl._waiting) == 20)
        for number, request in reversed(list(enumerate(silent.requests))):
            silent.reply(Entry(number=number), to=request)
    assert sorted(answers) == list(range(20))
    assert len({answer.number for answer in answers.values()}) == 20
    assert len(kernel.sockets()) <= 8  # the others were closed


async def test_answers_that_are_there_at_once_do_not_starve_other_tasks(
    anl: netlynx.AsyncConnection, table: Table
) -> None:
    table.rows = {1: Entry(number=1)}
    turns = 0
    asked = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await checkpoint()
            turns += 1

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(count)
        patience = time.monotonic() + PATIENCE  # a limit of the loop's would take a turn of it
        while turns < 20:
            assert time.monotonic() < patience, f"{turns} turns for others in {asked} answers"
            await anl.do(entry(1))
            asked += 1
        tasks.cancel_scope.cancel()


async def test_no_answer_in_time_is_a_timeout_and_the_connection_stays_usable(
    kernel: VirtualKernel, silent: Silent, table: Table
) -> None:
    table.rows = {2: Entry(number=2)}
    async with netlynx.aconnect(kernel=kernel, timeout=0.02) as anl:
        with pytest.raises(TimeoutError, match="no answer within"):
            await anl.do(entry(1, protocol=SILENT))
        with pytest.raises(netlynx.RequestTimeout):
            await anl.dump(entries(protocol=SILENT)).all()
        with pytest.raises(netlynx.RequestTimeout):
            await anl.batch([add(Entry(number=1), protocol=SILENT)])
        assert kernel.sockets() == []
        assert (await anl.do(entry(2))).number == 2


async def test_an_abandoned_dump_lets_go_of_its_socket_and_the_next_one_works(
    kernel: VirtualKernel, anl: netlynx.AsyncConnection, large: Table
) -> None:
    gc.disable()
    try:
        async for _ in anl.dump(entries()):
            break
        assert kernel.sockets() == []
    finally:
        gc.enable()
    async with anl.dump(entries()) as dump:
        async for row in dump:
            assert row.number == 0
            dump.close()
    assert kernel.sockets() == []
    assert len([row async for row in anl.dump(entries())]) == LARGE


# ------------------------------------------------------------------------------------------------ subscriptions


async def test_events_come_as_they_happen(anl: netlynx.AsyncConnection, table: Table) -> None:
    async with anl.subscribe(ENTRIES) as events:
        await anl.do(add(Entry(number=1)))
        await anl.do(delete(Entry(number=1)))
        assert await events.get(PATIENCE) == Event(EventKind.NEW, Entry(number=1))
        assert await anext(events) == Event(EventKind.DELETE, Entry(number=1))
        assert events.drain() == []
        async with anyio.create_task_group() as tasks:
            await task_starts(tasks, lambda: anl.do(add(Entry(number=2))), anl)
            assert await anext(events) == Event(EventKind.NEW, Entry(number=2))


@pytest.mark.parametrize("timeout", [0, 0.01])
async def test_nothing_in_time_is_a_timeout_and_the_subscription_goes_on(
    anl: netlynx.AsyncConnection, table: Table, timeout: float
) -> None:
    async with anl.subscribe(ENTRIES) as events:
        with pytest.raises(netlynx.RequestTimeout, match=f"within {timeout} s"):
            await events.get(timeout)
        table.tell(1)
        assert await events.get(timeout) == Event(EventKind.NEW, Entry(number=1))


async def test_groups_of_several_protocols_come_in_one_stream(
    kernel: VirtualKernel, anl: netlynx.AsyncConnection, table: Table
) -> None:
    others: Group[Entry] = Group("toy.OTHERS", SILENT, (3,), {NEW: (EventKind.NEW, Entry)})
    other = kernel.protocol(SILENT, None)

    async def tell() -> None:
        other.multicast(Message(NEW, payload=bytes(4)), group=3)

    async with anl.subscribe(ENTRIES, others) as events, anyio.create_task_group() as tasks:
        await task_starts(tasks, tell, anl)
        assert await events.get(PATIENCE) == Event(EventKind.NEW, Entry())
        table.tell(1)
        assert await events.get(PATIENCE) == Event(EventKind.NEW, Entry(number=1))
    assert kernel.sockets() == []


async def test_lost_messages_are_one_overrun_and_later_ones_arrive(
    kernel: VirtualKernel, anl: netlynx.AsyncConnection, table: Table
) -> None:
    async with anl.subscribe(ENTRIES, receive_buffer=5000) as events:
        for number in range(1000):
            table.tell(number)
        assert await events.get() == Overrun(1)
        kept = events.drain()
        assert 0 < len(kept) < 1000
        assert Overrun not in map(type, kept)
        table.tell(2000)
        assert await events.get() == Event(EventKind.NEW, Entry(number=2000))


async def test_a_malformed_notification_is_an_error_in_its_place(anl: netlynx.AsyncConnection, table: Table) -> None:
    async with anl.subscribe(ENTRIES) as events:
        table.tell(1)
        table.service.sock.multicast(Message(NEW, payload=bytes(4) + b"\3\0\1\0"))
        table.tell(2)
        assert await anext(events) == Event(EventKind.NEW, Entry(number=1))
        with pytest.raises(netlynx.DecodeError):
            await anext(events)
        assert await anext(events) == Event(EventKind.NEW, Entry(number=2))


async def test_a_refusal_is_the_same_error_as_for_everybody(
    kernel: VirtualKernel, anl: netlynx.AsyncConnection, table: Table
) -> None:
    kernel.faults.fail(1, errno.EPERM, "not you")
    with pytest.raises(PermissionError, match="not you"):
        await anl.do(add(Entry(number=1)))
    assert len(kernel.sockets()) == 1


async def test_a_loop_of_requests_neither_starves_other_tasks_nor_escapes_cancellation(
    anl: netlynx.AsyncConnection, table: Table
) -> None:
    table.rows[1] = Entry(number=1)
    turns = asked = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await checkpoint()

    async def loop() -> None:
        nonlocal asked
        while True:
            await anl.do(entry(1))
            asked += 1

    with anyio.fail_after(PATIENCE):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(other)
            tasks.start_soon(loop)
            await until(lambda: turns > 20 and asked > 20)
            tasks.cancel_scope.cancel()


async def test_a_task_that_was_cancelled_a_while_ago_is_not_served(anl: netlynx.AsyncConnection, table: Table) -> None:
    table.rows[1] = Entry(number=1)
    await anl.do(entry(1))
    with anyio.CancelScope() as scope:
        scope.cancel()
        anl._due = 0.0  # a millisecond passes
        await anl.do(entry(1))
        pytest.fail("it was served")
    assert scope.cancelled_caught
