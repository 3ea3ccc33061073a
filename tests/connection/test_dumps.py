"""Dumps over a connection to a virtual kernel: streaming, read again, given up."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

import netlynx
from netlynx.engine.dumping import HOLD
from netlynx.kernel import KernelSocket, Request, VirtualKernel
from netlynx.wire.constants import NLM_F
from netlynx.wire.message import Message
from support import Background, until
from toy import GET, NEW, PROTOCOL, SILENT, Entry, Silent, Table, entries, entry, rows

LARGE = 1000  # entries of 2 KB: many more datagrams than are held back


@pytest.fixture
def large(table: Table) -> Table:
    table.rows = {row.number: row for row in rows(LARGE, 2000)}
    return table


@pytest.fixture
def small(table: Table) -> Table:
    table.rows = {row.number: row for row in rows(20)}
    return table


def test_iterating_streams_and_all_gives_a_list(nl: netlynx.Connection, large: Table) -> None:
    assert [row.number for row in nl.dump(entries())] == list(range(LARGE))
    assert [row.number for row in nl.dump(entries()).all()] == list(range(LARGE))
    dump = nl.dump(entries())
    assert next(dump).number == 0
    assert [row.number for row in dump] == list(range(1, LARGE))
    assert next(dump, None) is None


def test_a_stream_reads_no_further_than_it_has_to(kernel: VirtualKernel, nl: netlynx.Connection) -> None:
    made = []

    @kernel.serve(PROTOCOL).dump(GET, reply=NEW)
    def lazily(request: Request) -> Iterator[Entry]:
        for row in rows(LARGE, 2000):
            made.append(row)
            yield row

    with nl.dump(entries()) as dump:
        next(dump)
    assert 0 < len(made) < LARGE // 4


def test_an_empty_table_is_an_empty_list(nl: netlynx.Connection, table: Table) -> None:
    assert list(nl.dump(entries())) == []
    assert nl.dump(entries()).all() == []


def test_nothing_is_asked_before_the_first_record_is(
    kernel: VirtualKernel, nl: netlynx.Connection, small: Table
) -> None:
    dump = nl.dump(entries())
    assert small.dumps == 0
    next(dump)
    assert small.dumps == 1


# ------------------------------------------------------------------------------------------------ interruptions


def test_a_small_table_that_changes_meanwhile_is_read_again_unnoticed(
    kernel: VirtualKernel, nl: netlynx.Connection, small: Table
) -> None:
    kernel.faults.interrupt_dump(3)
    assert [row.number for row in nl.dump(entries())] == list(range(20))
    assert small.dumps == 4


def test_a_large_table_is_read_again_by_all(kernel: VirtualKernel, nl: netlynx.Connection, large: Table) -> None:
    kernel.faults.interrupt_dump(2)
    assert len(nl.dump(entries()).all()) == LARGE
    assert large.dumps == 3


def test_a_stream_of_a_large_table_says_at_its_end_that_it_was_interrupted(
    kernel: VirtualKernel, nl: netlynx.Connection, large: Table
) -> None:
    kernel.faults.interrupt_dump()
    read: list[int | None] = []
    with pytest.raises(netlynx.DumpInterrupted) as caught:
        read.extend(row.number for row in nl.dump(entries()))
    assert read == list(range(LARGE))
    assert caught.value.records == ()
    assert large.dumps == 1


def test_when_the_retries_run_out_the_error_carries_what_was_read(kernel: VirtualKernel, large: Table) -> None:
    kernel.faults.interrupt_dump(100)
    with netlynx.connect(kernel=kernel, retries=3) as nl, pytest.raises(netlynx.DumpInterrupted) as caught:
        nl.dump(entries()).all()
    assert [row.number for row in caught.value.records] == list(range(LARGE))
    assert caught.value.attempts == 4
    assert large.dumps == 4


def test_an_interrupted_dump_is_taken_as_it_is_if_told_so(
    kernel: VirtualKernel, nl: netlynx.Connection, large: Table
) -> None:
    kernel.faults.interrupt_dump(2)
    assert len(list(nl.dump(entries(), interrupted="accept"))) == LARGE
    assert len(nl.dump(entries(), interrupted="accept").all()) == LARGE
    assert large.dumps == 2


def test_an_interrupted_dump_is_never_read_again_if_told_so(
    kernel: VirtualKernel, nl: netlynx.Connection, small: Table
) -> None:
    kernel.faults.interrupt_dump(2)
    with pytest.raises(netlynx.DumpInterrupted) as caught:
        list(nl.dump(entries(), interrupted="raise"))
    assert len(caught.value.records) == 20
    with pytest.raises(netlynx.DumpInterrupted):
        nl.dump(entries(), interrupted="raise").all()
    assert small.dumps == 2


def test_interrupted_dumps_in_many_threads_wait_apart(kernel: VirtualKernel, small: Table) -> None:
    """The pause before the next attempt belongs to no socket: by then another thread may have it."""
    with netlynx.connect(kernel=kernel, retries=1000) as nl:
        kernel.faults.interrupt_dump(60)
        readers = [Background(lambda: [len(nl.dump(entries()).all()) for _ in range(20)]) for _ in range(6)]
        for reader in readers:
            assert reader.result() == [20] * 20


def test_the_pause_before_another_attempt_ends_with_the_connection(kernel: VirtualKernel, small: Table) -> None:
    nl = netlynx.connect(kernel=kernel, retries=10_000_000)
    kernel.faults.interrupt_dump(10_000_000)
    reading = Background(lambda: nl.dump(entries()).all())
    until(lambda: small.dumps > 5)
    nl.close()
    with pytest.raises(netlynx.ConnectionClosed):
        reading.result()


# ------------------------------------------------------------------------------------------------------ given up


def test_a_dump_that_is_dropped_half_way_lets_go_of_its_socket_without_the_garbage_collector(
    kernel: VirtualKernel, nl: netlynx.Connection, large: Table
) -> None:
    gc.collect()
    gc.disable()
    try:
        for _ in range(5):
            for _ in nl.dump(entries()):
                break
            assert kernel.sockets() == []
    finally:
        gc.enable()


def test_closing_a_dump_ends_the_iteration_at_once(kernel: VirtualKernel, nl: netlynx.Connection, large: Table) -> None:
    read = []
    dump = nl.dump(entries())
    for row in dump:
        read.append(row.number)
        dump.close()
    assert read == [0]
    assert next(dump, None) is None
    assert kernel.sockets() == []
    dump.close()


def test_all_ends_the_iteration_that_it_takes_the_place_of(
    kernel: VirtualKernel, nl: netlynx.Connection, large: Table
) -> None:
    dump = nl.dump(entries())
    next(dump)
    assert len(dump.all()) == LARGE
    assert len(kernel.sockets()) == 1
    assert next(dump, None) is None


def test_an_exception_in_the_loop_closes_the_socket(
    kernel: VirtualKernel, nl: netlynx.Connection, large: Table
) -> None:
    def fail_in_the_middle() -> None:
        with nl.dump(entries()) as dump:
            next(dump)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_in_the_middle()
    assert kernel.sockets() == []


def test_dumps_side_by_side_do_not_disturb_each_other(nl: netlynx.Connection, large: Table) -> None:
    for one, other in zip(nl.dump(entries()), nl.dump(entries()), strict=True):
        assert one == other
        if one.number == 500:
            assert nl.do(entry(7)).number == 7


def test_a_dump_that_stops_coming_times_out_and_its_socket_is_gone(
    kernel: VirtualKernel, nl: netlynx.Connection, silent: Silent
) -> None:
    nl.timeout = 0.02
    read: list[int | None] = []
    dump = nl.dump(entries(protocol=SILENT))
    plenty = HOLD + 2

    def answered(sock: KernelSocket, message: Message) -> None:
        for number in range(plenty):
            silent.reply(Entry(number=number), flags=int(NLM_F.MULTI), to=message)

    silent.sock.release()
    silent.sock = kernel.protocol(SILENT, answered)
    with pytest.raises(netlynx.RequestTimeout, match=r"toy.entries\(.*\): no answer"):
        read.extend(row.number for row in dump)
    assert read == list(range(plenty))
    assert kernel.sockets() == []
    assert next(dump, None) is None


def test_a_dump_under_way_ends_with_its_connection(nl: netlynx.Connection, large: Table) -> None:
    dump = nl.dump(entries())
    next(dump)
    nl.close()
    with pytest.raises(netlynx.ConnectionClosed):
        list(dump)


def test_what_is_malformed_in_a_dump_is_an_error_with_its_place(kernel: VirtualKernel, nl: netlynx.Connection) -> None:
    kernel.serve(PROTOCOL).dump(GET, reply=NEW)(lambda request: [bytes(4), bytes(4) + b"\3\0\1\0"])
    with pytest.raises(netlynx.DecodeError) as caught:
        nl.dump(entries()).all()
    assert caught.value.path.startswith("Entry")
    assert kernel.sockets() == []
