"""An event loop goes on while a kernel is at work, which it is within the call that sends; on asyncio and on trio."""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from typing import Any

import anyio
import pytest
from anyio.lowlevel import checkpoint

import netlynx
from both_kernels import Opening, Wrapped
from netlynx.engine.operation import Do, Dump, Talk, Transaction
from netlynx.kernel import VirtualKernel
from netlynx.transport.base import SENDING_LASTS, Kernel, Transport
from netlynx.transport.errands import under_way
from support import PATIENCE
from tasks import until
from toy import DELETE, NEW, Entry, Table, add, entries, entry, flush

pytestmark = pytest.mark.anyio

ROWS = 300


class Held(Opening):
    """A kernel that works on what changes something, or lists a part, until the test lets it be done."""

    lasting = SENDING_LASTS

    def __init__(self, kernel: Kernel) -> None:
        super().__init__(kernel, lambda transport: Working(transport, self))
        self.reached = threading.Semaphore(0)  # released by each that comes to be held
        self.go_on = threading.Event()

    def work(self, data: bytes) -> None:
        kind = int.from_bytes(data[4:6], "little")
        if kind in (NEW, DELETE):
            self.reached.release()
            assert self.go_on.wait(PATIENCE)


class Working(Wrapped):
    def __init__(self, transport: Transport, held: Held) -> None:
        super().__init__(transport)
        self._held = held

    def send(self, data: bytes, portid: int = 0, group: int = 0) -> int:
        self._held.work(data)
        return self._transport.send(data, portid, group)


@pytest.fixture
def table(kernel: VirtualKernel) -> Table:
    made = Table(kernel)
    made.rows = {number: Entry(number=number) for number in range(ROWS)}
    return made


@pytest.fixture
def held(kernel: VirtualKernel, table: Table) -> Iterator[Held]:
    made = Held(kernel)
    yield made
    made.go_on.set()


@pytest.fixture
async def anl(held: Held) -> AsyncIterator[netlynx.AsyncConnection]:
    async with netlynx.aconnect(kernel=held, timeout=PATIENCE) as connection:
        yield connection


def new(number: int) -> Do[None]:
    return add(Entry(number=ROWS + number))


def steps() -> Generator[Do[Any] | Dump[Any], Any, int]:
    rows = yield entries()
    yield new(0)
    return len(rows)


Call = Callable[[netlynx.AsyncConnection, float | None], Awaitable[Any]]

CALLS: dict[str, Call] = {
    "do": lambda nl, limit: nl.do(new(0), deadline=limit),
    "batch": lambda nl, limit: nl.batch(map(new, range(1000)), deadline=limit),
    "one by one": lambda nl, limit: nl.batch(map(new, range(3)), window=1, deadline=limit),
    "flush": lambda nl, limit: nl.do(flush(), deadline=limit),
    "talk": lambda nl, limit: nl.do(Talk("toy.talk", steps), deadline=limit),
    "transaction": lambda nl, limit: nl.do(Transaction("toy.change", new(0), (new(1),), new(2)), deadline=limit),
}
calls = pytest.mark.parametrize("what", CALLS)


async def reached(held: Held) -> None:
    await until(lambda: held.reached.acquire(blocking=False))


@calls
async def test_tasks_run_and_read_while_the_kernel_works(
    anl: netlynx.AsyncConnection, held: Held, table: Table, what: str
) -> None:
    ended = False

    async def change() -> None:
        nonlocal ended
        await CALLS[what](anl, None)
        ended = True

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(change)
        await reached(held)
        for number in range(100):
            assert (await anl.do(entry(number))).number == number
            await checkpoint()
        assert len(await anl.dump(entries()).all()) == ROWS
        assert not ended
        held.go_on.set()
    assert ended
    assert len(table.rows) == 0 if what == "flush" else len(table.rows) > ROWS


@calls
async def test_a_cancelled_call_ends_at_once_says_what_was_on_its_way_and_leaves_nothing_behind(
    kernel: VirtualKernel, anl: netlynx.AsyncConnection, held: Held, table: Table, what: str
) -> None:
    notes: list[str] = []

    async def change() -> None:
        try:
            await CALLS[what](anl, None)
        except anyio.get_cancelled_exc_class() as error:
            notes.extend(error.__notes__)
            raise

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(change)
        await reached(held)
        tasks.cancel_scope.cancel()
    assert len(notes) == 1
    told = "unknown: their answers never came" if what in ("batch", "one by one", "flush") else "the kernel was at it"
    assert told in notes[0]
    assert len(table.rows) == ROWS  # nothing of it was done yet
    used = {sock.portid for sock in kernel.sockets()}
    for number in range(20):  # what the thread uses is nobody else's
        assert (await anl.do(entry(number))).number == number
    held.go_on.set()
    await until(lambda: not under_way() and len(kernel.sockets()) < len(used) + 1)
    assert len(table.rows) != ROWS
    await anl.do(add(Entry(number=5000)))


@calls
@pytest.mark.parametrize("far", [False, True], ids=["timeout", "deadline"])
async def test_a_time_limit_ends_the_wait_for_a_kernel_that_works(
    held: Held, table: Table, what: str, far: bool
) -> None:
    for limit in (0.05, 0.5, 5):  # a busy machine does not come to the change within the first
        async with netlynx.aconnect(kernel=held, timeout=PATIENCE if far else limit) as nl:
            with pytest.raises(netlynx.RequestTimeout) as caught:
                await CALLS[what](nl, limit if far else None)
            if held.reached.acquire(blocking=False):
                break
    assert "the kernel was at it" in str(caught.value)
    assert f"{limit} s" in str(caught.value)
    held.go_on.set()
    await until(lambda: not under_way())
    assert len(table.rows) != ROWS


@calls
@pytest.mark.parametrize("elsewhere", [False, True], ids=["task", "thread"])
async def test_closing_ends_the_wait_for_a_kernel_that_works(
    kernel: VirtualKernel, anl: netlynx.AsyncConnection, held: Held, what: str, elsewhere: bool
) -> None:
    ended: list[BaseException] = []

    async def change() -> None:
        try:
            await CALLS[what](anl, None)
        except netlynx.ConnectionClosed as error:
            ended.append(error)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(change)
        await reached(held)
        await until(lambda: anl._errands)
        if elsewhere:
            thread = threading.Thread(target=anl.close)
            thread.start()
            await until(lambda: not thread.is_alive())
        else:
            anl.close()
        await until(lambda: ended)
    held.go_on.set()
    await until(lambda: not kernel.sockets())
    await until(lambda: not [thread for thread in threading.enumerate() if thread.name == "netlynx errands"])


async def test_what_waits_for_a_thread_and_is_cancelled_is_never_sent(
    anl: netlynx.AsyncConnection, held: Held, table: Table
) -> None:
    """A kernel is asked for few changes at a time; the rest go in their order."""
    notes: list[str] = []

    async def change(number: int) -> None:
        try:
            await anl.do(new(number))
        except anyio.get_cancelled_exc_class() as error:
            notes.extend(error.__notes__)
            raise

    async with anyio.create_task_group() as tasks:
        for number in range(50):
            tasks.start_soon(change, number)
        await until(lambda: len(anl._errands) == 50)
        tasks.cancel_scope.cancel()
    unsent = sum("it was not sent" in note for note in notes)
    assert len(notes) == 50
    assert 0 < unsent < 50
    held.go_on.set()
    await until(lambda: not under_way() and len(table.rows) >= ROWS + 50 - unsent)
    await anl.do(add(Entry(number=5000)))
    assert len(table.rows) == ROWS + 50 - unsent + 1


async def test_many_changes_at_once_take_few_sockets(
    kernel: VirtualKernel, anl: netlynx.AsyncConnection, held: Held, table: Table
) -> None:
    async with anyio.create_task_group() as tasks:
        for number in range(200):
            tasks.start_soon(anl.do, new(number))
        await until(lambda: len(anl._errands) == 200)
        most = len(kernel.sockets())
        held.go_on.set()
    assert most <= 8
    assert len(table.rows) == ROWS + 200


async def test_the_operations_of_a_batch_are_taken_by_its_own_task(anl: netlynx.AsyncConnection, held: Held) -> None:
    held.go_on.set()
    threads = set()

    def operations() -> Iterator[Do[None]]:
        for number in range(1000):
            threads.add(threading.get_ident())
            yield new(number)

    await anl.batch(operations())
    assert threads == {threading.get_ident()}


async def test_a_child_process_has_threads_of_its_own(
    anl: netlynx.AsyncConnection, held: Held, table: Table, anyio_backend: str
) -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(anl.do, new(0))
        await reached(held)
        child = os.fork()
        if not child:
            status = 1
            try:
                held.go_on.set()
                thread = threading.Thread(target=lambda: anyio.run(anl.do, new(1), backend=anyio_backend))
                thread.start()  # where no loop runs
                thread.join(PATIENCE)
                status = 0 if ROWS + 1 in table.rows and under_way() == 0 else 2
            finally:
                os._exit(status)
        pid = 0

        def ended() -> bool:
            nonlocal pid, status
            pid, status = os.waitpid(child, os.WNOHANG)
            return bool(pid)

        status = 0
        await until(ended)
        held.go_on.set()
    assert os.waitstatus_to_exitcode(status) == 0
    assert list(table.rows)[ROWS:] == [ROWS]
