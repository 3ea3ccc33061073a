"""The async shell, cancelled and closed at any point, on asyncio and on trio."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator

import anyio
import pytest
from anyio.lowlevel import checkpoint

import netlynx
from netlynx.client import async_threads as aio_threads
from netlynx.client import async_waiting as aio_waiting
from netlynx.engine.operation import Event, EventKind, Group, Overrun
from netlynx.engine.steps import Came
from netlynx.kernel import Request, VirtualKernel
from netlynx.transport.pool import Lease
from netlynx.wire.constants import NLM_F
from support import PATIENCE
from tasks import task_starts, task_waits, until
from toy import (
    ENTRIES,
    GET,
    NEW,
    PROTOCOL,
    SILENT,
    Entry,
    Silent,
    Table,
    add,
    entries,
    entry,
    rows,
)

pytestmark = pytest.mark.anyio

LARGE = 1000
MULTI = int(NLM_F.MULTI)


_last = 0


def received() -> int:
    """How many datagrams async connections have received by now."""
    return _last


@pytest.fixture(autouse=True)
def _count(monkeypatch: pytest.MonkeyPatch) -> None:
    receive = aio_waiting.receive

    def counting(lease: Lease, asked: object) -> Came | None:
        global _last
        came = receive(lease, asked)
        _last += came is not None
        return came

    monkeypatch.setattr(aio_waiting, "receive", counting)


async def cancelled(
    call: Callable[[], Awaitable[object]], steps: list[Callable[[], object]], connection: netlynx.AsyncConnection
) -> bool:
    """Cancel a call after `steps`, each of which sends it a datagram while it waits; whether it was cancelled.

    Without steps it is cancelled before it begins.
    """
    ended = False

    async def run() -> None:
        nonlocal ended
        await call()
        ended = True

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run)
        for step in steps:
            await task_waits(connection)
            before = received()
            step()
            await until(lambda before=before: received() > before)
        if steps:
            await task_waits(connection)
        tasks.cancel_scope.cancel()
    return not ended


async def test_a_request_can_be_cancelled_before_it_is_sent_and_while_it_waits(
    kernel: VirtualKernel, anl: netlynx.AsyncConnection, silent: Silent
) -> None:
    ask = lambda: anl.do(entry(1, protocol=SILENT))  # noqa: E731  # three times the same
    assert await cancelled(ask, [], anl)
    stray = lambda: silent.sock.unicast(b"stray", to=kernel.sockets()[0].portid)  # noqa: E731
    assert await cancelled(ask, [stray], anl)
    assert await cancelled(ask, [stray, stray], anl)
    assert kernel.sockets() == []
    assert not anl._waiting


@pytest.mark.parametrize("datagrams", range(7))
@pytest.mark.parametrize("streamed", [True, False])
async def test_a_dump_can_be_cancelled_after_any_datagram(
    kernel: VirtualKernel, anl: netlynx.AsyncConnection, silent: Silent, table: Table, datagrams: int, streamed: bool
) -> None:
    async def read() -> None:
        dump = anl.dump(entries(protocol=SILENT))
        if streamed:
            async for _ in dump:
                pass
        else:
            await dump.all()

    parts = [lambda: silent.reply(Entry(number=1), flags=MULTI)] * datagrams
    assert await cancelled(read, list(parts), anl)
    assert kernel.sockets() == []
    assert await anl.dump(entries()).all() == []


async def test_a_batch_can_be_cancelled_while_it_waits(
    kernel: VirtualKernel, anl: netlynx.AsyncConnection, silent: Silent, table: Table
) -> None:
    operations = [add(Entry(number=1)), add(Entry(number=2), protocol=SILENT), add(Entry(number=3))]
    assert await cancelled(lambda: anl.batch(operations), [], anl)
    with anyio.move_on_after(0.02) as scope:
        await anl.batch(operations)
    assert scope.cancelled_caught
    assert sorted(table.rows) == [1]
    assert [sock.protocol for sock in kernel.sockets()] == [PROTOCOL]  # nothing was outstanding on that one
    assert (await anl.do(entry(1))).number == 1


@pytest.mark.parametrize("row", [0, 1, 37, 400, LARGE - 1])
async def test_a_dump_whose_answers_are_there_at_once_can_be_cancelled_too(
    kernel: VirtualKernel, anl: netlynx.AsyncConnection, row: int
) -> None:
    scope = anyio.CancelScope()

    @kernel.serve(PROTOCOL).dump(GET, reply=NEW)
    def table(request: Request) -> Iterator[Entry]:
        for each in rows(LARGE, 2000):
            if each.number == row:
                scope.cancel()
            yield each

    with scope:
        async for _ in anl.dump(entries()):
            pass
        await checkpoint()
    assert scope.cancelled_caught
    assert len(await anl.dump(entries()).all()) == LARGE
    assert len(kernel.sockets()) == 1


async def test_a_cancelled_wait_for_events_loses_none(anl: netlynx.AsyncConnection, table: Table) -> None:
    got: list[Event[Entry] | Overrun] = []
    async with anl.subscribe(ENTRIES) as events:
        for number in range(20):
            with anyio.CancelScope() as scope:
                table.tell(number)
                scope.cancel()
                got.append(await events.get())
        got += events.drain()
    assert got == [Event(EventKind.NEW, Entry(number=number)) for number in range(20)]


# ------------------------------------------------------------------------------------------------------ closing


async def closed_while_waiting(
    connection: netlynx.AsyncConnection, close: Callable[[], None], *calls: Callable[[], Awaitable[object]]
) -> list[object]:
    """What each call returned or raised when `close` was called while it waited."""
    outcomes: list[object] = []

    async def run(call: Callable[[], Awaitable[object]]) -> None:
        try:
            outcomes.append(await call())
        except netlynx.NetlynxError as error:
            outcomes.append(type(error))

    with anyio.fail_after(PATIENCE):
        async with anyio.create_task_group() as tasks:
            for call in calls:
                tasks.start_soon(run, call)
            await until(lambda: len(connection._waiting) >= len(calls))
            close()
            while len(outcomes) < len(calls):
                await checkpoint()
    assert not connection._waiting
    return outcomes


async def listed(events: netlynx.AsyncSubscription[Entry]) -> list[Event[Entry] | Overrun]:
    return [event async for event in events]


async def test_closing_wakes_every_task(kernel: VirtualKernel, anl: netlynx.AsyncConnection, silent: Silent) -> None:
    Table(kernel)
    others: Group[Entry] = Group("toy.OTHERS", SILENT, (3,), {NEW: (EventKind.NEW, Entry)})
    outcomes = await closed_while_waiting(
        anl,
        anl.close,
        lambda: anl.do(entry(1, protocol=SILENT)),
        lambda: anl.dump(entries(protocol=SILENT)).all(),
        lambda: anl.batch([add(Entry(number=1), protocol=SILENT)]),
        anl.subscribe(ENTRIES).get,
        lambda: listed(anl.subscribe(ENTRIES)),
        lambda: listed(anl.subscribe(ENTRIES, others)),
        anl.subscribe(ENTRIES, others).get,
    )
    assert outcomes.count(netlynx.ConnectionClosed) == 5
    assert outcomes.count([]) == 2
    assert kernel.sockets() == []
    assert anl.closed
    anl.close()


async def test_a_task_that_lets_others_run_and_finds_the_connection_closed_does_not_wait(
    anl: netlynx.AsyncConnection, silent: Silent, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def close_meanwhile() -> None:
        anl.close()

    monkeypatch.setattr(aio_threads, "checkpoint", close_meanwhile)
    anl._due = 0.0  # the next answer makes its task let others run
    with anyio.fail_after(PATIENCE):
        async with anyio.create_task_group() as tasks:

            async def answer() -> None:
                silent.reply(Entry(number=1), flags=MULTI)

            await task_starts(tasks, answer, anl)
            with pytest.raises(netlynx.ConnectionClosed):
                await anl.dump(entries(protocol=SILENT)).all()


async def test_closing_a_subscription_ends_it_for_the_task_that_waits(
    anl: netlynx.AsyncConnection, table: Table
) -> None:
    events = anl.subscribe(ENTRIES)
    assert await closed_while_waiting(anl, events.close, lambda: listed(events)) == [[]]
    events.close()
    with pytest.raises(netlynx.ConnectionClosed):
        await events.get()
    with pytest.raises(netlynx.ConnectionClosed):
        events.drain()
    await anl.do(add(Entry(number=1)))


async def test_closing_a_dump_wakes_the_task_that_reads_it(
    kernel: VirtualKernel, anl: netlynx.AsyncConnection, silent: Silent
) -> None:
    dump = anl.dump(entries(protocol=SILENT))
    assert await closed_while_waiting(anl, dump.close, lambda: anext(dump)) == [netlynx.ConnectionClosed]
    assert kernel.sockets() == []
    assert not anl.closed


async def test_a_closed_connection_refuses_everything(anl: netlynx.AsyncConnection, table: Table) -> None:
    anl.close()
    for attempt in (
        lambda: anl.do(entry(1)),
        lambda: anl.dump(entries()).all(),
        lambda: anext(anl.dump(entries())),
        lambda: anl.batch([add(Entry(number=2))]),
    ):
        with pytest.raises(netlynx.ConnectionClosed):
            await attempt()
    with pytest.raises(netlynx.ConnectionClosed):
        anl.subscribe(ENTRIES)


async def test_a_second_task_that_waits_for_the_same_subscription_is_refused_and_does_no_harm(
    anl: netlynx.AsyncConnection, table: Table
) -> None:
    events = anl.subscribe(ENTRIES)

    async def intrude_and_close() -> None:
        with pytest.raises(anyio.BusyResourceError):
            await events.get()
        events.close()

    with anyio.fail_after(PATIENCE):
        async with anyio.create_task_group() as tasks:
            await task_starts(tasks, intrude_and_close, anl)
            assert await listed(events) == []
