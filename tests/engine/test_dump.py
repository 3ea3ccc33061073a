"""Dumps as bytes: records, their end, strays, and what interrupts them."""

from __future__ import annotations

import errno
import struct

import msgspec
import pytest

import netlynx
from netlynx.codec._codec import Records
from netlynx.engine.dumping import HOLD, DumpAttempt, DumpPlan, Interrupted
from netlynx.engine.exchange import DumpExchange
from netlynx.wire.constants import NETLINK, NLM_F, NLMSG, NLMSGERR_ATTR
from netlynx.wire.message import Attribute, Message, pack_attributes, parse_messages
from toy import GET, Entry, acknowledgement, answer, done, entries, entry

SEQUENCE, PORT = 7, 4242
MULTI, INTERRUPTED = int(NLM_F.MULTI), int(NLM_F.DUMP_INTR)


def row(number: int, *, flags: int = 0, sequence: int = SEQUENCE, portid: int = PORT, family: int = 0) -> bytes:
    return answer(Entry(number=number, family=family), sequence, portid, flags=MULTI | flags)


def dumping(family: int | None = None) -> DumpExchange:
    operation = entries(family=family)
    return DumpExchange(operation, SEQUENCE, PORT, Records(operation.plan(), operation.filter()))


def feed(exchange: DumpExchange, *messages: bytes, sender: int = 0) -> list[int | None]:
    data = b"".join(messages)
    exchange.feed(bytearray(data + bytes(64)), len(data), sender)
    assert isinstance(exchange.sink, Records)
    return [record.number for record in exchange.sink.take()]


def test_a_dump_asks_with_the_dump_flag() -> None:
    (asked,) = parse_messages(dumping().request)
    assert (asked.type, asked.flags, asked.sequence) == (GET, NLM_F.REQUEST | NLM_F.DUMP, SEQUENCE)


def test_each_datagram_gives_its_records_and_done_ends_it() -> None:
    exchange = dumping()
    assert feed(exchange, row(1), row(2)) == [1, 2]
    assert feed(exchange, row(3)) == [3]
    assert not exchange.done
    assert feed(exchange, row(4), done(SEQUENCE, PORT)) == [4]
    assert exchange.done
    assert not exchange.interrupted


def test_records_that_are_told_to_nobodys_port_are_the_answer_too() -> None:
    """So nfnetlink lists its hooks; what ends the dump has the port again."""
    exchange = dumping()
    assert feed(exchange, row(1, portid=0), row(2, portid=0)) == [1, 2]
    assert feed(exchange, row(3), row(4, portid=0), done(SEQUENCE, PORT)) == [3, 4]
    assert exchange.done
    assert exchange.strays == 0
    exchange = dumping()
    assert feed(exchange, row(1, portid=0, sequence=0), row(2, portid=9), done(SEQUENCE, PORT)) == []
    assert exchange.strays == 2


def test_lists_of_generic_families_that_have_neither_number_nor_port_are_the_answer_too() -> None:
    """So the kernel lists thermal zones; of other protocols, and with any of these, it is somebody else's."""
    plain = answer(Entry(number=1), 0, 0, flags=0)
    exchange = dumping()
    assert feed(exchange, plain, done(SEQUENCE, PORT)) == []
    assert exchange.strays == 1
    operation = msgspec.structs.replace(entries(), protocol=NETLINK.GENERIC)
    exchange = DumpExchange(operation, SEQUENCE, PORT, Records(operation.plan(), operation.filter()))
    others = (answer(Entry(number=2), 3, 0, flags=0), answer(Entry(number=3), 0, 0, flags=MULTI))
    assert feed(exchange, plain, *others, row(4), done(SEQUENCE, PORT)) == [1, 4]
    assert exchange.strays == 2
    assert exchange.done


def test_lists_of_generic_families_whose_rows_count_on_are_the_answer_too() -> None:
    """So the kernel lists NetLabel's domains: the first row has the request's number, the others the next ones, and
    what ends the list the request's. Of other protocols, out of turn, or with anything else that is not the answer's,
    it is somebody else's."""
    counted = [row(number, sequence=SEQUENCE + number) for number in range(5)]
    exchange = dumping()
    assert feed(exchange, *counted, done(SEQUENCE, PORT)) == [0]
    assert exchange.strays == 4
    operation = msgspec.structs.replace(entries(), protocol=NETLINK.GENERIC)
    exchange = DumpExchange(operation, SEQUENCE, PORT, Records(operation.plan(), operation.filter()))
    assert feed(exchange, *counted[:2]) == [0, 1]
    others = (
        row(5, sequence=SEQUENCE + 4),
        row(6, sequence=SEQUENCE - 1),
        row(7, sequence=SEQUENCE + 2, portid=PORT + 1),
        answer(Entry(number=8), SEQUENCE + 2, PORT, flags=0),
        done(SEQUENCE + 2, PORT),
    )
    assert feed(exchange, *others, counted[2]) == [2]
    assert exchange.strays == len(others)
    assert not exchange.interrupted
    assert feed(exchange, row(3, sequence=SEQUENCE + 3, flags=INTERRUPTED), counted[4], done(SEQUENCE, PORT)) == [3, 4]
    assert exchange.interrupted
    assert exchange.done


def test_a_done_without_an_errno_ends_it_too() -> None:
    exchange = dumping()
    assert feed(exchange, Message(int(NLMSG.DONE), MULTI, SEQUENCE, PORT).pack()) == []
    assert exchange.done


def test_strays_between_records_are_skipped_and_counted() -> None:
    exchange = dumping()
    strays = [row(8, sequence=SEQUENCE - 1), row(9, portid=PORT + 1), done(SEQUENCE - 1, PORT, errno.EIO)]
    found = feed(exchange, row(1), *strays, Message(int(NLMSG.NOOP), MULTI, SEQUENCE, PORT).pack(), row(2))
    assert found == [1, 2]
    assert exchange.strays == 3
    assert feed(exchange, row(3), sender=999) == []
    assert exchange.strays == 4
    assert not exchange.done


def test_what_the_kernel_does_not_filter_is_filtered_here() -> None:
    exchange = dumping(family=2)
    assert feed(exchange, row(1, family=2), row(2, family=10), row(3, family=2)) == [1, 3]
    assert exchange.strays == 0


def test_done_carries_an_error_with_the_kernels_words() -> None:
    body = struct.pack("=i", -errno.ENOENT) + pack_attributes([Attribute(int(NLMSGERR_ATTR.MSG), b"no module\0")])
    end = Message(int(NLMSG.DONE), MULTI | int(NLM_F.ACK_TLVS), SEQUENCE, PORT, body).pack()
    exchange = dumping()
    with pytest.raises(netlynx.NotFound) as caught:
        feed(exchange, row(1), end)
    assert caught.value.message == "no module"
    assert exchange.done


def test_a_refused_dump_is_an_error_and_over() -> None:
    exchange = dumping()
    with pytest.raises(netlynx.Busy):
        feed(exchange, acknowledgement(SEQUENCE, PORT, errno.EBUSY))
    assert exchange.done


@pytest.mark.parametrize("kept", [16, 18])
def test_a_refusal_without_its_errno_is_malformed_and_not_the_end_of_the_table(kept: int) -> None:
    whole = acknowledgement(SEQUENCE, PORT, errno.EPERM)
    with pytest.raises(netlynx.DecodeError):
        feed(dumping(), row(1), struct.pack("=I", kept) + whole[4:kept])


def test_a_malformed_record_says_where() -> None:
    bad = bytearray(row(2))
    struct.pack_into("=H", bad, 20, 3)  # the length of the first attribute
    with pytest.raises(netlynx.DecodeError) as caught:
        feed(dumping(), row(1), bytes(bad))
    assert caught.value.offset >= len(row(1))
    assert caught.value.path.startswith("Entry")


@pytest.mark.parametrize("where", ["record", "done", "other datagram"])
def test_the_flag_of_an_interrupted_dump_is_seen_on_any_message(where: str) -> None:
    exchange = dumping()
    feed(exchange, row(1, flags=INTERRUPTED if where == "record" else 0), row(2))
    if where == "other datagram":
        feed(exchange, row(3), row(4, flags=INTERRUPTED))
    feed(exchange, done(SEQUENCE, PORT, flags=INTERRUPTED if where == "done" else 0))
    assert exchange.interrupted


# ------------------------------------------------------------------------------------------ read again, or not


def attempt(one: DumpAttempt[Records], parts: list[list[int]], *, interrupted: bool) -> list[int]:
    """Carry out one attempt whose table comes in `parts`; returns what was handed out before its end."""
    exchange = one.start(SEQUENCE, PORT)
    handed: list[int] = []
    for numbers in parts:
        data = bytearray(b"".join(row(number) for number in numbers))
        handed += [record.number or 0 for record in one.feed(data, len(data), 0) or []]
    end = bytearray(done(SEQUENCE, PORT, flags=INTERRUPTED if interrupted else 0))
    handed += [record.number or 0 for record in one.feed(end, len(end), 0) or []]
    assert exchange.done
    return handed


def test_a_table_of_few_datagrams_is_held_back_and_read_again() -> None:
    plan = DumpPlan(entries(), "retry", 3)
    attempts = plan.streams()
    first = next(attempts)
    assert attempt(first, [[1], [2, 3]], interrupted=True) == []
    assert first.finish() == []
    assert first.again
    second = next(attempts)
    assert attempt(second, [[1], [2, 4]], interrupted=False) == []
    assert [record.number for record in second.finish()] == [1, 2, 4]
    assert list(attempts) == []


def test_a_longer_table_streams_and_says_at_its_end_that_it_was_interrupted() -> None:
    plan = DumpPlan(entries(), "retry", 3)
    one = next(plan.streams())
    parts = [[number] for number in range(HOLD + 2)]
    assert attempt(one, parts, interrupted=True) == list(range(HOLD + 2))
    with pytest.raises(netlynx.DumpInterrupted) as caught:
        one.finish()
    assert caught.value.records == ()


def run(plan: DumpPlan[Entry], pauses: list[float]) -> None:
    """Carry out all attempts; each finds the table changed."""
    for one in plan.attempts(plan.records):
        attempt(one, [[1], [2]], interrupted=True)
        one.finish()
        pauses.append(one.pause)


def test_retries_run_out_and_what_was_read_last_comes_with_the_error() -> None:
    pauses: list[float] = []
    with pytest.raises(netlynx.DumpInterrupted, match=r"toy.entries\(.*\): the table changed.*6 times") as caught:
        run(DumpPlan(entries(), "retry", 5), pauses)
    assert [record.number for record in caught.value.records] == [1, 2]
    assert caught.value.attempts == 6
    assert pauses[:2] == [0.0, 0.0]
    assert pauses == sorted(pauses)
    assert pauses[-1] > 0


def test_pauses_stay_short_however_often_it_is_tried() -> None:
    pauses: list[float] = []
    with pytest.raises(netlynx.DumpInterrupted):
        run(DumpPlan(entries(), "retry", 2000), pauses)
    assert len(pauses) == 2000
    assert max(pauses) == 0.05


def test_accepting_takes_what_came() -> None:
    plan = DumpPlan(entries(), "accept", 3)
    streamed = next(plan.streams())
    attempt(streamed, [[1]], interrupted=True)
    assert [record.number for record in streamed.finish()] == [1]
    assert not streamed.again
    whole = next(plan.attempts(plan.records))
    attempt(whole, [[1]], interrupted=True)
    whole.finish()
    assert [record.number for record in whole.sink.records] == [1]
    assert not whole.again


def test_raising_does_not_read_again() -> None:
    plan = DumpPlan(entries(), "raise", 3)
    one = next(plan.attempts(plan.records))
    attempt(one, [[1]], interrupted=True)
    with pytest.raises(netlynx.DumpInterrupted, match="once") as caught:
        one.finish()
    assert len(caught.value.records) == 1


def test_wrong_arguments_are_refused_before_anything_is_asked() -> None:
    choice: Interrupted = "sometimes"  # type: ignore[assignment]  # the mistake that this is about
    with pytest.raises(ValueError, match="'retry', 'raise' or 'accept'"):
        DumpPlan(entries(), choice, 3)
    with pytest.raises(TypeError, match=r"dump takes operations such as .* not toy.entry"):
        DumpPlan(entry(1), "retry", 3)  # type: ignore[arg-type]  # the mistake that this is about
