"""Requests, batches and flushes over a connection to a virtual kernel."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Iterator

import pytest

import netlynx
from netlynx.engine.operation import Do
from netlynx.kernel import VirtualKernel
from netlynx.wire.constants import NLM_F
from netlynx.wire.message import parse_messages
from support import Background, resident, until
from toy import SILENT, Entry, Silent, Table, acknowledgement, add, delete, entries, entry, flush, rows


def test_what_was_added_is_found_and_what_was_deleted_is_not(nl: netlynx.Connection, table: Table) -> None:
    assert nl.do(add(Entry(number=1, label="é"))) is None
    assert nl.do(entry(1)) == Entry(number=1, label="é")
    nl.do(delete(Entry(number=1)))
    with pytest.raises(netlynx.NotFound, match=r"toy.entry\(number=1\): no such entry \[No such file"):
        nl.do(entry(1))


def test_the_refusal_names_the_field(nl: netlynx.Connection, table: Table) -> None:
    nl.do(add(Entry(number=1)))
    with pytest.raises(FileExistsError) as caught:
        nl.do(add(Entry(number=1, label="other")))
    assert isinstance(caught.value, netlynx.NetlinkError)
    assert (caught.value.attribute, caught.value.message) == ("Entry.number", "it is there")


def test_an_error_hits_the_request_it_belongs_to(kernel: VirtualKernel, nl: netlynx.Connection, table: Table) -> None:
    kernel.faults.fail(2, errno.EPERM, "not you")
    nl.do(add(Entry(number=1)))
    with pytest.raises(netlynx.PermissionDenied, match="not you"):
        nl.do(add(Entry(number=2)))
    nl.do(add(Entry(number=3)))
    assert sorted(table.rows) == [1, 3]


def test_requests_one_after_the_other_share_a_socket(
    kernel: VirtualKernel, nl: netlynx.Connection, table: Table
) -> None:
    for number in range(20):
        nl.do(add(Entry(number=number)))
        nl.dump(entries()).all()
    assert len(kernel.sockets()) == 1


def test_a_protocol_that_the_kernel_lacks_is_not_supported(nl: netlynx.Connection) -> None:
    with pytest.raises(netlynx.NotSupported, match="virtual kernel"):
        nl.do(entry(1))


def test_dumps_are_not_done(nl: netlynx.Connection, table: Table) -> None:
    with pytest.raises(TypeError, match="do takes operations"):
        nl.do(entries())  # type: ignore[call-overload]  # the mistake that this is about
    with pytest.raises(TypeError, match="dump takes operations"):
        nl.dump(entry(1))  # type: ignore[arg-type]  # the mistake that this is about


def test_no_answer_in_time_is_a_timeout_and_the_connection_stays_usable(
    kernel: VirtualKernel, silent: Silent, table: Table
) -> None:
    with netlynx.connect(kernel=kernel, timeout=0.02) as nl:
        with pytest.raises(TimeoutError, match=r"toy.entry\(number=1\): no answer within 0.02 s"):
            nl.do(entry(1, protocol=SILENT))
        assert kernel.sockets() == []  # what the late answer would come to
        with pytest.raises(netlynx.PortRefused):
            silent.reply(Entry(number=1))
        table.rows[2] = Entry(number=2)
        assert nl.do(entry(2)).number == 2


def test_an_endless_timeout_is_endless(kernel: VirtualKernel, silent: Silent) -> None:
    with netlynx.connect(kernel=kernel, timeout=float("inf")) as nl:
        asking = Background(lambda: nl.do(entry(1, protocol=SILENT)))
        until(lambda: silent.requests)
        silent.reply(Entry(number=1))
        assert asking.result() == Entry(number=1)


def test_an_answer_too_late_is_not_taken_for_another_even_if_the_port_is_the_same(
    kernel: VirtualKernel, silent: Silent, nl: netlynx.Connection
) -> None:
    nl.timeout = 0.02
    with pytest.raises(netlynx.RequestTimeout):
        nl.do(entry(1, protocol=SILENT))
    nl.timeout = 10
    asking = Background(lambda: nl.do(entry(2, protocol=SILENT)))
    until(lambda: len(silent.requests) == 2)
    late, asked = silent.requests
    assert late.portid == asked.portid
    silent.reply(Entry(number=1), to=late)
    silent.reply(Entry(number=2), to=asked)
    assert asking.result() == Entry(number=2)


def test_many_threads_share_a_connection_and_each_gets_its_own_answers(
    kernel: VirtualKernel, nl: netlynx.Connection, table: Table
) -> None:
    table.rows = {row.number: row for row in rows(64)}

    def work(first: int) -> None:
        for turn in range(50):
            number = (first + turn) % 64
            assert nl.do(entry(number)).number == number
            if turn % 10 == 0:
                assert len(nl.dump(entries()).all()) == 64

    for each in [Background(lambda first=first: work(first)) for first in range(8)]:
        each.result()
    assert len(kernel.sockets()) <= 8


# ----------------------------------------------------------------------------------------------------- batches


def test_a_batch_carries_out_everything_and_gives_an_outcome_for_each(nl: netlynx.Connection, table: Table) -> None:
    table.rows[7] = Entry(number=7)
    result = nl.batch((add(Entry(number=number)) for number in range(1000)), on_error="continue")
    assert len(table.rows) == 1000
    assert list(result.errors) == [7]
    assert isinstance(result[7], netlynx.AlreadyExists)


def test_a_batch_raises_the_first_refusal_and_says_where_it_was(nl: netlynx.Connection, table: Table) -> None:
    table.rows = {3: Entry(number=3), 500: Entry(number=500)}
    with pytest.raises(FileExistsError) as caught:
        nl.batch(add(Entry(number=number)) for number in range(1000))
    assert caught.value.__notes__[1:] == ["operation 4 of the batch; 127 carried out, 1 refused"]
    assert len(table.rows) == 129
    nl.do(add(Entry(number=2000)))  # nothing of the batch is met later


def test_a_batch_that_stops_gives_its_result(nl: netlynx.Connection, table: Table) -> None:
    table.rows = {3: Entry(number=3)}
    result = nl.batch((add(Entry(number=n)) for n in range(1000)), on_error="stop", window=1)
    assert len(result) == 4
    assert len(table.rows) == 4


def test_records_come_back_from_a_batch(nl: netlynx.Connection, table: Table) -> None:
    table.rows = {row.number: row for row in rows(30)}
    result = nl.batch((entry(number) for number in range(31)), on_error="continue")
    assert [result[n].number for n in range(30)] == list(range(30))  # type: ignore[union-attr]  # they are records
    assert isinstance(result[30], FileNotFoundError)


def test_a_batch_that_fails_in_its_iterable_leaves_its_sockets_usable(
    kernel: VirtualKernel, nl: netlynx.Connection, table: Table
) -> None:
    def operations() -> Iterator[Do[None]]:
        for number in range(200):
            yield add(Entry(number=number))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        nl.batch(operations())
    assert len(table.rows) == 200
    assert len(kernel.sockets()) == 1
    assert nl.do(entry(5)).number == 5


def test_the_iterable_of_a_batch_may_use_the_connection(nl: netlynx.Connection, table: Table) -> None:
    table.rows = {row.number: row for row in rows(300)}
    nl.batch(delete(row) for row in nl.dump(entries()))
    assert table.rows == {}


def test_a_batch_may_go_to_several_protocols(kernel: VirtualKernel, nl: netlynx.Connection, table: Table) -> None:
    other = kernel.serve(SILENT)
    got = []
    other.do(0x10, record=Entry)(lambda request: got.append(request.record.number))
    operations = [add(Entry(number=n), protocol=SILENT if n % 3 else 25) for n in range(12)]
    assert len(nl.batch(operations)) == 12
    assert sorted([*got, *table.rows]) == list(range(12))
    assert len(kernel.sockets()) == 2


def test_a_batch_whose_acknowledgement_does_not_come_times_out(
    kernel: VirtualKernel, nl: netlynx.Connection, silent: Silent
) -> None:
    nl.timeout = 0.02
    with pytest.raises(netlynx.RequestTimeout, match="batch, operations 1 to 2"):
        nl.batch([add(Entry(number=1), protocol=SILENT), add(Entry(number=2), protocol=SILENT)])
    assert kernel.sockets() == []


class Sink:
    """A transport whose kernel takes everything and acknowledges what asks for it."""

    portid = 7

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        self._answers: list[bytes] = []

    def fileno(self) -> int:
        return self._read

    def send(self, data: bytes | memoryview, portid: int = 0, group: int = 0) -> int:
        last = parse_messages(bytes(data))[-1]
        assert last.flags & NLM_F.ACK
        self._answers.append(acknowledgement(last.sequence, self.portid))
        return len(data)

    def receive_into(self, buffer: bytearray | memoryview) -> tuple[int, int, int]:
        answer = self._answers.pop()
        buffer[: len(answer)] = answer
        return len(answer), 0, 0

    def join(self, group: int) -> None: ...
    def leave(self, group: int) -> None: ...
    def set_option(self, option: int, value: int) -> None: ...
    def set_receive_buffer(self, size: int) -> int:
        return size

    def set_send_buffer(self, size: int) -> int:
        return size

    def dropped(self) -> int:
        return 0

    def close(self) -> None:
        os.close(self._read)
        os.close(self._write)


class SinkKernel:
    def open(self, protocol: int, port: int = 0, groups: tuple[int, ...] = ()) -> Sink:
        return Sink()


@pytest.mark.slow
def test_a_million_operations_from_a_generator_take_the_memory_of_one_datagram() -> None:
    operation = add(Entry(number=1))
    memory = []

    def operations() -> Iterator[Do[None]]:
        for number in range(1_000_000):
            if number in (10_000, 999_999):
                memory.append(resident())
            yield operation

    with netlynx.connect(kernel=SinkKernel()) as nl:
        assert len(nl.batch(operations())) == 1_000_000
    before, after = memory
    assert after - before < 4_000_000


# ----------------------------------------------------------------------------------------------------- flushes


def test_a_flush_removes_what_is_listed_and_counts_it(nl: netlynx.Connection, table: Table) -> None:
    table.rows = {row.number: row for row in rows(300)}
    assert nl.do(flush()) == 300
    assert table.rows == {}
    assert nl.do(flush()) == 0


def test_what_is_gone_before_a_flush_comes_to_it_is_no_error(nl: netlynx.Connection, table: Table) -> None:
    table.rows = {row.number: row for row in rows(10)}
    listed = iter([True])

    class Rows(dict[int | None, Entry]):
        """A table in which somebody else deletes an entry after it was listed."""

        def pop(self, number: int | None, default: object = None) -> object:
            if next(listed, False):
                super().pop(4)
            return super().pop(number, default)

    table.rows = Rows(table.rows)
    assert nl.do(flush()) == 9
    assert table.rows == {}


def test_a_flush_that_is_refused_says_so(kernel: VirtualKernel, nl: netlynx.Connection, table: Table) -> None:
    table.rows = {row.number: row for row in rows(3)}
    kernel.faults.fail(3, errno.EPERM)
    with pytest.raises(PermissionError):
        nl.do(flush())
    assert sorted(table.rows) == [1]


def test_a_signal_handler_may_close_the_connection_that_it_interrupts(
    kernel: VirtualKernel, nl: netlynx.Connection, table: Table
) -> None:
    table.rows = {1: Entry(number=1)}
    before = signal.signal(signal.SIGUSR1, lambda *_: nl.close())
    try:
        with nl._pool._lock:  # as in the middle of give_back
            signal.raise_signal(signal.SIGUSR1)
        with pytest.raises(netlynx.ConnectionClosed):
            nl.do(entry(1))
    finally:
        signal.signal(signal.SIGUSR1, before)
