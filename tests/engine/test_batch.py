"""Batches as bytes: how operations are packed, and how their outcomes find their places."""

from __future__ import annotations

import errno
import struct
import tracemalloc
from collections.abc import Iterable, Iterator
from itertools import repeat

import pytest
from msgspec.structs import replace

import netlynx
from netlynx.codec._codec import decode
from netlynx.engine.batch import BatchExchange, BatchResult, OnError
from netlynx.engine.operation import Do
from netlynx.schema.compile import plan_of
from netlynx.wire.constants import NETLINK, NLM_F, NLMSG
from netlynx.wire.message import Message, parse_messages
from toy import Entry, Limits, acknowledgement, add, answer, entries, entry

PORT = 4242
WINDOW = BatchExchange.WINDOW
WIDE = BatchExchange.WIDE


class Kernel:
    """Answers datagrams as the kernel does: refusals whether asked or not, an acknowledgement where it is asked for."""

    def __init__(self, refuse: Iterable[int] = (), *, ahead: bool = False, wide: bool = False) -> None:
        self.wide = wide  # its receive queue could be enlarged
        self.ahead = ahead  # take the next operations before the answer
        self.refused = set(refuse)  # numbers of entries
        self.datagrams: list[list[Message]] = []
        self.sequence = 0

    def run(
        self, operations: Iterable[Do[object]], on_error: OnError = "continue", window: int | None = None
    ) -> BatchResult[object]:
        result: BatchResult[object] = BatchResult()
        for exchange in BatchExchange.pack(operations, result, on_error, window):
            if self.wide and exchange.widen is not None:
                exchange.widen()
            request = exchange.start(self.sequence, PORT)
            self.sequence = exchange.last_sequence
            if self.ahead:
                exchange.look_ahead()
                exchange.look_ahead()
            messages = parse_messages(request)
            self.datagrams.append(messages)
            replies = bytearray(b"".join(self.answer(message) for message in messages))
            assert exchange.feed(replies, len(replies))
        return result

    def answer(self, message: Message) -> bytes:
        record = decode(plan_of(Entry), message.payload)
        if record.number in self.refused:
            return acknowledgement(message.sequence, PORT, errno.EEXIST)
        found = b""
        if message.type == entry(0).message_type:
            found = answer(Entry(number=record.number, label="found"), message.sequence, PORT)
        return found + (acknowledgement(message.sequence, PORT) if message.flags & NLM_F.ACK else b"")


def adds(count: int, size: int = 0) -> Iterator[Do[None]]:
    return (add(Entry(number=number, filler=bytes(size) if size else None)) for number in range(count))


def test_many_operations_share_a_datagram_and_its_last_asks_for_the_acknowledgement() -> None:
    kernel = Kernel()
    result = kernel.run(adds(300))
    assert [len(datagram) for datagram in kernel.datagrams] == [WINDOW, WINDOW, 300 - 2 * WINDOW]
    for datagram in kernel.datagrams:
        assert [bool(message.flags & NLM_F.ACK) for message in datagram] == [False] * (len(datagram) - 1) + [True]
    assert [m.sequence for datagram in kernel.datagrams for m in datagram] == list(range(1, 301))
    assert len(result) == 300
    assert list(result) == [None] * 300
    assert not result.errors


def test_the_next_datagram_is_made_while_one_is_on_its_way_and_is_the_one_that_is_sent() -> None:
    result: BatchResult[object] = BatchResult()
    datagrams, made, sequence = [], [], 0xFFFFFFFF - WINDOW - 10
    for exchange in BatchExchange.pack(adds(3 * WINDOW), result, "continue", None):
        datagrams.append(exchange.start(sequence, PORT))
        sequence = exchange.last_sequence
        following = exchange.look_ahead()
        assert exchange.look_ahead() is following
        if following is not None:
            made.append(following.request)
            assert result.unknown == WINDOW  # it does not count before it is begun
        assert exchange.packed is not None
        plain = exchange.packed.acknowledgement
        header = struct.pack("=IHHII", 36, NLMSG.ERROR, NLM_F.CAPPED, sequence, PORT)
        assert plain == header + bytes(4) + parse_messages(datagrams[-1])[-1].pack()[:16]
        assert exchange.feed(plain, len(plain))
    assert made == datagrams[1:]
    assert [m.sequence for each in datagrams[1:] for m in parse_messages(each)] == list(range(1, 2 * WINDOW + 1))
    assert len(result) == 3 * WINDOW


def test_nothing_follows_by_itself_to_another_protocol_or_a_generic_family() -> None:
    def ahead(*protocols: NETLINK) -> object:
        operations = [replace(add(Entry(number=1)), protocol=protocol) for protocol in protocols]
        exchange = next(BatchExchange.pack(operations, BatchResult(), "raise", 1))
        exchange.start(0, PORT)
        return exchange.look_ahead()

    assert ahead(NETLINK.ROUTE, NETLINK.ROUTE) is not None
    assert ahead(NETLINK.ROUTE, NETLINK.NETFILTER) is None
    assert ahead(NETLINK.GENERIC, NETLINK.GENERIC) is None


@pytest.mark.parametrize(
    ("window", "sizes"),
    [
        (None, [WINDOW, WIDE, WIDE, 60]),
        (WINDOW + 10, [WINDOW, *[WINDOW + 10] * 4, 20]),
        (300, [WINDOW, WIDE, WIDE, 60]),
    ],
)
def test_behind_a_full_datagram_they_are_wider_where_the_receive_queue_holds_that_many_errors(
    window: int | None, sizes: list[int]
) -> None:
    kernel = Kernel(wide=True, refuse=range(700))
    result = kernel.run(adds(700), window=window)
    assert [len(datagram) for datagram in kernel.datagrams] == sizes
    assert len(result.errors) == 700


def test_what_was_looked_ahead_at_keeps_its_size() -> None:
    kernel = Kernel(wide=True, ahead=True)
    kernel.run(adds(700))
    assert [len(datagram) for datagram in kernel.datagrams] == [WINDOW, WIDE, WIDE, 60]


def test_a_datagram_holds_no_more_than_64_kib() -> None:
    kernel = Kernel()
    kernel.run(adds(20, 10_000))
    sizes = [sum(len(message.pack()) for message in datagram) for datagram in kernel.datagrams]
    assert sum(map(len, kernel.datagrams)) == 20
    assert max(sizes) <= 64 * 1024
    assert min(sizes[:-1]) > 50_000


def test_an_operation_larger_than_that_goes_alone() -> None:
    kernel = Kernel()
    large = Entry(number=9, others=tuple(Limits(soft=n, hard=n) for n in range(4000)))
    kernel.run([add(Entry(number=1)), add(large), add(Entry(number=2))])
    assert [len(datagram) for datagram in kernel.datagrams] == [1, 1, 1]


def test_operations_that_answer_with_records_are_sent_in_smaller_lots() -> None:
    kernel = Kernel()
    result = kernel.run(entry(number) for number in range(20))
    assert [len(datagram) for datagram in kernel.datagrams] == [8, 8, 4]
    assert result[13] == Entry(number=13, label="found")
    assert len(result.values) == 20


def test_a_window_of_one_sends_one_at_a_time() -> None:
    kernel = Kernel()
    kernel.run(adds(5), window=1)
    assert [len(datagram) for datagram in kernel.datagrams] == [1] * 5


def test_a_larger_window_than_there_is_changes_nothing() -> None:
    kernel = Kernel()
    kernel.run(adds(300), window=1000)
    assert len(kernel.datagrams[0]) == WINDOW


def test_protocols_do_not_share_a_datagram() -> None:
    other = 24
    operations = [add(Entry(number=n), protocol=25 if n < 3 else other) for n in range(5)]
    result: BatchResult[None] = BatchResult()
    packed = [
        (e.protocol, len(parse_messages(e.start(0, PORT))))
        for e in BatchExchange.pack(operations, result, "stop", None)
    ]
    assert packed == [(25, 3), (other, 2)]


def test_every_operation_has_its_outcome() -> None:
    kernel = Kernel(refuse={0, 2, 200, 299})
    result = kernel.run(adds(300))
    assert sorted(result.errors) == [0, 2, 200, 299]
    assert all(isinstance(error, netlynx.AlreadyExists) for error in result.errors.values())
    assert result.errors[200].asked == "toy.add(number=200)"
    assert [outcome for outcome in result if outcome is not None] == list(result.errors.values())
    assert result[-1] is result.errors[299]
    with pytest.raises(IndexError):
        result[300]
    assert repr(result) == "<BatchResult: 296 carried out, 4 refused>"


@pytest.mark.parametrize("on_error", ["raise", "stop"])
def test_after_a_refusal_nothing_further_is_sent_or_even_asked_for(on_error: OnError) -> None:
    asked = []

    def operations() -> Iterator[Do[None]]:
        for number in range(10_000):
            asked.append(number)
            yield add(Entry(number=number))

    result = Kernel(refuse={3, 5}).run(operations(), on_error)
    assert len(result) == WINDOW  # the kernel takes a datagram as a whole
    assert len(asked) == WINDOW
    assert sorted(result.errors) == [3, 5]
    with pytest.raises(FileExistsError) as caught:
        result.raise_first()
    assert caught.value.__notes__[1:] == [f"operation 4 of the batch; {WINDOW - 2} carried out, 2 refused"]
    assert caught.value.batch is result


def test_with_a_window_of_one_nothing_behind_the_refusal_is_carried_out() -> None:
    assert len(Kernel(refuse={3}).run(adds(100), "stop", 1)) == 4


def test_an_iterable_that_fails_has_everything_before_it_carried_out() -> None:
    def operations() -> Iterator[Do[None]]:
        yield from adds(WINDOW + 5)
        raise netlynx.EncodeError("no such thing", "Entry.number")

    kernel = Kernel()
    with pytest.raises(netlynx.EncodeError):
        kernel.run(operations())
    assert sum(map(len, kernel.datagrams)) == WINDOW + 5


def test_what_the_kernel_refused_before_is_not_hidden_by_an_iterable_that_fails() -> None:
    def operations() -> Iterator[Do[None]]:
        yield from adds(5)
        raise netlynx.EncodeError("no such thing", "Entry.number")

    for on_error in ("raise", "stop"):
        assert sorted(Kernel(refuse={3}).run(operations(), on_error).errors) == [3]
    with pytest.raises(netlynx.EncodeError):
        Kernel(refuse={3}).run(operations(), "continue")


def test_what_is_no_operation_is_an_error_at_its_place() -> None:
    kernel = Kernel()
    with pytest.raises(TypeError, match=r"a batch takes operations such as route\.add\(record\)"):
        kernel.run([add(Entry(number=1)), entries()])  # type: ignore[list-item]  # the mistake that this is about
    assert sum(map(len, kernel.datagrams)) == 1


@pytest.mark.parametrize("window", [0, -1])
def test_a_window_of_nothing_is_refused(window: int) -> None:
    with pytest.raises(ValueError, match="window"):
        Kernel().run(adds(1), window=window)


def test_an_unknown_way_to_handle_errors_is_refused() -> None:
    mode: OnError = "ignore"  # type: ignore[assignment]  # the mistake that this is about
    with pytest.raises(ValueError, match="'raise', 'stop' or 'continue'"):
        Kernel().run(adds(1), mode)


def test_an_empty_batch_sends_nothing() -> None:
    kernel = Kernel()
    assert len(kernel.run([])) == 0
    assert kernel.datagrams == []


def test_sequence_numbers_wrap_past_their_32_bits_and_leave_out_zero() -> None:
    kernel = Kernel(refuse={2, 130})
    kernel.sequence = 0xFFFFFFFF - 60
    result = kernel.run(adds(200))
    assert sorted(result.errors) == [2, 130]
    sequences = [message.sequence for datagram in kernel.datagrams for message in datagram]
    assert len(set(sequences)) == 200
    assert min(sequences) == 1
    kernel.sequence = 0xFFFFFFFF - WINDOW
    kernel.datagrams.clear()
    kernel.run(adds(WINDOW))
    assert kernel.datagrams[0][-1].sequence == 0xFFFFFFFF


def test_a_million_operations_take_no_memory_but_for_errors_and_answers() -> None:
    operation = add(Entry(number=1))
    result: BatchResult[None] = BatchResult()
    sequence = 0
    tracemalloc.start()
    try:
        for exchange in BatchExchange.pack(repeat(operation, 1_000_000), result, "continue", None):
            exchange.start(sequence, PORT)
            sequence = exchange.last_sequence
            last = acknowledgement(sequence, PORT)
            assert exchange.feed(bytearray(last), len(last))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(result) == 1_000_000
    assert peak < 500_000


def test_what_the_iterable_raised_first_is_raised_before_it_is_asked_again() -> None:
    asked = []

    class Failing:
        def __iter__(self) -> Failing:
            return self

        def __next__(self) -> Do[None]:
            asked.append(1)
            if len(asked) == 4:
                raise RuntimeError("the source is gone")
            return add(Entry(number=len(asked)))

    kernel = Kernel()
    with pytest.raises(RuntimeError, match="gone"):
        kernel.run(Failing())
    assert (len(asked), sum(map(len, kernel.datagrams))) == (4, 3)


def one_exchange(count: int = 3) -> tuple[BatchExchange[None], BatchResult[None]]:
    result: BatchResult[None] = BatchResult()
    (exchange,) = BatchExchange.pack(adds(count), result, "continue", None)
    exchange.start(10, PORT)
    return exchange, result


def test_errors_and_the_acknowledgement_may_come_in_any_number_of_datagrams() -> None:
    exchange, result = one_exchange()
    for message in (acknowledgement(11, PORT, errno.EEXIST), acknowledgement(12, PORT, errno.EPERM)):
        assert not exchange.feed(bytearray(message), len(message))
    last = acknowledgement(13, PORT, errno.ENODEV)
    assert exchange.feed(bytearray(last), len(last))
    assert [error.errno for error in result.errors.values()] == [errno.EEXIST, errno.EPERM, errno.ENODEV]


@pytest.mark.parametrize(
    ("sequence", "portid", "sender"), [(10, PORT, 0), (14, PORT, 0), (13, PORT + 1, 0), (13, PORT, 9)]
)
def test_answers_to_somebody_else_are_skipped_and_counted(sequence: int, portid: int, sender: int) -> None:
    exchange, result = one_exchange()
    stray = acknowledgement(sequence, portid, errno.EIO)
    assert not exchange.feed(bytearray(stray), len(stray), sender)
    assert exchange.strays == 1
    assert not result.errors


def test_a_record_that_was_not_asked_for_is_a_stray() -> None:
    exchange, result = one_exchange()
    stray = answer(Entry(number=1), 12, PORT)
    assert not exchange.feed(bytearray(stray), len(stray))
    assert exchange.strays == 1
    assert not result.values


def test_a_refusal_that_is_cut_short_is_malformed() -> None:
    exchange, _ = one_exchange()
    whole = acknowledgement(12, PORT, errno.EPERM)
    cut = bytearray((20).to_bytes(4, "little") + whole[4:20])
    with pytest.raises(netlynx.DecodeError):
        exchange.feed(cut, len(cut))


def test_a_datagram_is_named_by_its_operations() -> None:
    assert str(one_exchange()[0]) == "batch, operations 1 to 3 (toy.add …)"


@pytest.mark.parametrize("count", [0, 1, WINDOW, WINDOW + 1, 3 * WINDOW - 1])
def test_looking_ahead_changes_nothing_of_what_is_sent(count: int) -> None:
    before, ahead = Kernel(refuse={1, 200}), Kernel(refuse={1, 200}, ahead=True)
    before.run(adds(count))
    found = ahead.run(adds(count))
    assert ahead.datagrams == before.datagrams
    assert len(found) == count
    assert list(found.errors) == [number for number in (1, 200) if number < count]


def test_what_was_taken_ahead_of_a_refusal_is_not_sent() -> None:
    taken = []

    def operations() -> Iterator[Do[None]]:
        for number in range(1000):
            taken.append(number)
            yield add(Entry(number=number))

    kernel = Kernel(refuse={3}, ahead=True)
    result = kernel.run(operations(), on_error="stop")
    assert (len(result), len(kernel.datagrams)) == (WINDOW, 1)
    assert WINDOW < len(taken) <= 2 * WINDOW + 1


def test_an_error_met_while_looking_ahead_comes_when_all_before_it_was_carried_out() -> None:
    def operations() -> Iterator[Do[None]]:
        yield from adds(WINDOW + 5)
        raise ZeroDivisionError

    kernel = Kernel(refuse={2}, ahead=True)
    with pytest.raises(ZeroDivisionError):
        kernel.run(operations())
    assert [len(datagram) for datagram in kernel.datagrams] == [WINDOW, 5]
