"""The mirror on the virtual kernel: overruns and interruptions where they hurt most, closing, stalled readers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from operator import attrgetter

import anyio
import msgspec
import pytest

import netlynx
from netlynx.engine.mirrored import Mirrored
from netlynx.engine.operation import Dump
from netlynx.kernel import Request, VirtualKernel
from support import PATIENCE, Background
from toy import DELETE, ENTRIES, Entry, Table, add, delete, entries, rows

HOW = Mirrored(ENTRIES, key=attrgetter("number"), lookups={("number",): None, ("label",): None})
LISTING: Dump[Entry] = msgspec.structs.replace(entries(), mirrored=HOW)


class Eventful(Table):
    """A table of 200 entries, in several datagrams; in the middle of each dump the next of `happenings` happens."""

    def __init__(self, kernel: VirtualKernel) -> None:
        super().__init__(kernel, rows(200, 200))
        self.happenings: list[Callable[[], object]] = []

    def put(self, number: int) -> None:
        self.rows[number] = Entry(number=number)
        self.tell(number)

    def remove(self, number: int) -> None:
        del self.rows[number]
        self.tell(number, DELETE)

    def _list(self, request: Request) -> Iterator[Entry]:
        for position, entry in enumerate(super()._list(request)):
            if position == 100 and self.happenings:
                self.happenings.pop(0)()
            yield entry


@pytest.fixture
def table(kernel: VirtualKernel) -> Eventful:
    return Eventful(kernel)


def numbers(mirror: netlynx.Mirror | netlynx.AsyncMirror) -> list[int]:
    return sorted(entry.number for entry in mirror[LISTING] if entry.number is not None)


def test_it_listens_before_it_reads_so_nothing_falls_between(nl: netlynx.Connection, table: Eventful) -> None:
    table.happenings.append(lambda: [table.put(500), table.remove(3), table.remove(150)])
    with nl.mirror(LISTING) as mirror:
        # 3 was read before it was removed, 150 (from the rows as they were at the beginning) is read after that.
        assert numbers(mirror) == sorted(table.rows)
        assert table.dumps == 1


def test_an_overrun_in_the_middle_of_the_dump_has_it_read_again(
    kernel: VirtualKernel, nl: netlynx.Connection, table: Eventful
) -> None:
    def lose() -> None:
        del table.rows[3]  # its notification is what is lost
        kernel.faults.overrun(portid=min(sock.portid for sock in kernel.sockets() if sock.groups))

    table.happenings.append(lose)
    with nl.mirror(LISTING) as mirror:
        mirror.settle(PATIENCE)
        assert numbers(mirror) == sorted(table.rows)
        assert mirror.statistics.overruns == 1
        assert table.dumps == 2


def test_interrupted_dumps_are_read_again_until_one_is_whole(
    kernel: VirtualKernel, nl: netlynx.Connection, table: Eventful
) -> None:
    kernel.faults.interrupt_dump(times=15)  # more than one reading tries
    with nl.mirror(LISTING) as mirror:
        mirror.settle(PATIENCE)
        assert numbers(mirror) == sorted(table.rows)
        assert mirror.statistics.failed == 1
        assert mirror.failure is None


def test_events_lookups_changes_and_generations_go_together(nl: netlynx.Connection, table: Eventful) -> None:
    with nl.mirror(LISTING) as mirror, mirror.changes() as changes:
        before = mirror.snapshot()
        nl.do(add(Entry(number=1000)))
        found = mirror.wait_until(lambda seen: seen[LISTING].get(number=1000), PATIENCE)
        assert found == Entry(number=1000)
        assert mirror.generation == before.generation + 1
        assert found not in before[LISTING]
        assert changes.get(PATIENCE) == netlynx.Change(LISTING, None, found, mirror.generation)
        nl.do(delete(Entry(number=1000)))
        gone = changes.get(PATIENCE)
        assert isinstance(gone, netlynx.Change)
        assert (gone.before, gone.after) == (found, None)
        assert mirror[LISTING].find(number=1000) == ()
        with pytest.raises(KeyError, match="is not mirrored here"):
            mirror[entries(family=2)]


def test_closing_the_connection_wakes_whoever_waits_and_leaves_nothing_open(
    kernel: VirtualKernel, table: Eventful
) -> None:
    nl = netlynx.connect(kernel=kernel)
    with nl.mirror(LISTING) as mirror:
        changes = mirror.changes()
        waiting = [Background(lambda: mirror.wait_until(lambda seen: False)), Background(changes.get)]
        nl.close()
        for each in waiting:
            with pytest.raises(netlynx.ConnectionClosed):
                each.result()
        assert list(changes) == []
        assert len(mirror[LISTING]) == 200  # what it held can still be looked at
    assert kernel.sockets() == []


def test_a_stalled_reader_costs_bounded_memory_and_is_told(nl: netlynx.Connection, table: Eventful) -> None:
    with nl.mirror(LISTING) as mirror, mirror.changes(limit=10) as changes:
        for number in range(1000, 1025):
            nl.do(add(Entry(number=number)))
        mirror.settle(PATIENCE)
        missed = changes.get(0)
        assert isinstance(missed, netlynx.Missed)
        assert missed.count == 20
        following = [changes.get(0) for _ in range(5)]
        assert [each.generation >= missed.generation for each in following] == [True] * 5


def test_a_child_process_is_told_that_the_mirror_is_its_parents(nl: netlynx.Connection, table: Eventful) -> None:
    with nl.mirror(LISTING) as mirror:
        child = os.fork()
        if not child:
            try:
                mirror[LISTING].get(number=1)
            except netlynx.ConnectionClosed:
                os._exit(7)
            os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
        assert mirror[LISTING].get(number=1) is not None


@pytest.mark.anyio
async def test_the_async_mirror_does_the_same(
    kernel: VirtualKernel, anl: netlynx.AsyncConnection, table: Eventful
) -> None:
    table.happenings.append(lambda: [table.put(500), table.remove(3)])
    async with anl.mirror(LISTING) as mirror:
        assert numbers(mirror) == sorted(table.rows)
        async with mirror.changes() as changes:
            await anl.do(add(Entry(number=1000)))
            found = await mirror.wait_until(lambda seen: seen[LISTING].get(number=1000), PATIENCE)
            assert (await changes.get(PATIENCE)).generation == mirror.generation
            assert found == Entry(number=1000)
        kernel.faults.overrun()
        await mirror.settle(PATIENCE)
        assert mirror.statistics.overruns == 1
        with pytest.raises(netlynx.RequestTimeout, match="did not come"):
            await mirror.wait_until(lambda seen: False, 0.01)
    assert not any(sock.groups for sock in kernel.sockets())


@pytest.mark.anyio
async def test_the_async_mirror_is_entered_once_and_may_be_closed_before(
    anl: netlynx.AsyncConnection, table: Eventful
) -> None:
    anl.mirror(LISTING).close()
    async with anl.mirror(LISTING) as mirror:
        with pytest.raises(RuntimeError, match="entered once"):
            await mirror.__aenter__()
        await mirror.settle(PATIENCE)
        assert numbers(mirror) == sorted(table.rows)


@pytest.mark.anyio
async def test_entering_the_async_mirror_is_cancelled_even_if_its_task_is_the_first_to_notice(
    kernel: VirtualKernel, anl: netlynx.AsyncConnection, table: Eventful, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = anl.mirror(LISTING)
    with anyio.CancelScope() as scope:

        async def cancelled() -> None:
            mirror._closed = True  # as its task does when it ends
            mirror._tell()
            scope.cancel()

        monkeypatch.setattr(mirror, "_run", cancelled)
        await mirror.__aenter__()
    assert scope.cancelled_caught
    assert not any(sock.groups for sock in kernel.sockets())


@pytest.mark.anyio
async def test_the_block_of_an_async_mirror_goes_on_when_that_is_closed_and_its_errors_stay_what_they_are(
    anl: netlynx.AsyncConnection, table: Eventful
) -> None:
    async def fail() -> None:
        async with anl.mirror(LISTING) as mirror:
            mirror.close()
            await anl.do(add(Entry(number=1000)))
            with pytest.raises(netlynx.ConnectionClosed):
                await mirror.settle()
            assert 1000 not in numbers(mirror)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()


@pytest.mark.anyio
async def test_an_async_mirror_that_cannot_be_read_says_so_in_an_error_of_its_own(
    kernel: VirtualKernel, table: Eventful
) -> None:
    kernel.faults.interrupt_dump(1_000_000)
    async with netlynx.aconnect(kernel=kernel, timeout=0.05, retries=1) as nl:
        with pytest.raises(netlynx.RequestTimeout, match="could not be read"):
            await nl.mirror(LISTING).__aenter__()
    assert kernel.sockets() == []


def test_an_async_mirror_can_be_made_outside_of_any_event_loop(kernel: VirtualKernel, table: Eventful) -> None:
    mirror = netlynx.aconnect(kernel=kernel).mirror(LISTING)

    async def read() -> list[int]:
        async with mirror:
            return numbers(mirror)

    assert len(anyio.run(read)) == len(table.rows)
