"""A socket that asks and listens: answers are told from events, and refusals that nobody waited for are heard."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

import netlynx
from netlynx.engine.dialogue import DialogueFeed
from netlynx.engine.operation import Event, EventKind
from netlynx.schema import Attribute
from netlynx.wire.constants import NLM_F
from netlynx.wire.message import parse_messages
from toy import ENTRIES, Entry, acknowledgement, add, answer, entry

PORT = 42


def feed(dialogue: DialogueFeed, *datagrams: bytes, sender: int = 0) -> list[Any]:
    events: list[Any] = []
    for data in datagrams:
        dialogue.feed(bytearray(data + bytes(64)), len(data), sender, events)
    return events


def tell(dialogue: DialogueFeed, *operations: Any) -> bytes:
    datagram, end = dialogue.told.pack(operations, 0, PORT)
    assert end == len(operations)
    return datagram


@pytest.fixture
def dialogue() -> DialogueFeed:
    return DialogueFeed([ENTRIES])


def test_an_answer_is_no_event_and_events_before_it_are_kept(dialogue: DialogueFeed) -> None:
    (request,) = parse_messages(dialogue.ask(add(Entry(number=1)), 7, PORT))
    assert request.flags & NLM_F.ACK
    assert not dialogue.answered(7)
    told = answer(Entry(number=5), 0, 0)
    assert feed(dialogue, told, acknowledgement(7, PORT)) == [Event(EventKind.NEW, Entry(number=5))]
    assert dialogue.answered(7)
    dialogue.result(7)
    assert not dialogue.answered(7)


def test_a_refusal_is_the_answer(dialogue: DialogueFeed) -> None:
    dialogue.ask(add(Entry(number=1)), 7, PORT)
    assert feed(dialogue, acknowledgement(7, PORT, 17)) == []
    with pytest.raises(netlynx.AlreadyExists, match="add"):
        dialogue.result(7)


def test_what_is_told_is_not_acknowledged_and_its_refusal_is_raised(dialogue: DialogueFeed) -> None:
    (request,) = parse_messages(tell(dialogue, add(Entry(number=1))))
    assert not request.flags & NLM_F.ACK
    with pytest.raises(netlynx.AlreadyExists, match=r"add\(number=1\)"):
        feed(dialogue, acknowledgement(request.sequence, PORT, 17))


def test_requests_that_are_told_together_are_refused_each_by_itself(dialogue: DialogueFeed) -> None:
    requests = parse_messages(tell(dialogue, *(add(Entry(number=number)) for number in range(5))))
    assert [request.sequence for request in requests] == [1, 2, 3, 4, 5]
    for request, number in ((requests[3], 3), (requests[0], 0)):
        with pytest.raises(netlynx.AlreadyExists, match=rf"add\(number={number}\)"):
            feed(dialogue, acknowledgement(request.sequence, PORT, 17))


def test_no_more_is_told_together_than_the_socket_takes(dialogue: DialogueFeed) -> None:
    operations = tuple(add(Entry(number=number, filler=b"x" * 200)) for number in range(1000))
    first, datagrams = 0, []
    while first < len(operations):
        datagram, first = dialogue.told.pack(operations, first, PORT)
        datagrams.append(datagram)
    assert len(datagrams) > 1
    assert max(map(len, datagrams)) < 33 * 1024
    assert [each.sequence for data in datagrams for each in parse_messages(data)] == list(range(1, 1001))


def test_what_goes_to_another_protocol_is_told_by_itself(dialogue: DialogueFeed) -> None:
    own, other = add(Entry(number=1)), msgspec.structs.replace(add(Entry(number=2)), protocol=99)
    assert [dialogue.told.pack((own, own, other, own), first, PORT)[1] for first in (0, 2, 3)] == [2, 3, 4]


def test_the_latest_of_what_was_told_is_remembered(dialogue: DialogueFeed) -> None:
    for number in range(5000):
        tell(dialogue, add(Entry(number=number)))
    with pytest.raises(netlynx.AlreadyExists, match=r"add\(number=3500\)"):
        feed(dialogue, acknowledgement(3501, PORT, 17))
    feed(dialogue, acknowledgement(1, PORT, 17))
    assert dialogue.strays == 1


def test_what_takes_much_room_is_remembered_too(dialogue: DialogueFeed) -> None:
    for number in range(1, 301):
        tell(dialogue, add(Entry(number=number, filler=b"x" * 1000)))
    with pytest.raises(netlynx.AlreadyExists, match=r"add\(number=300"):
        feed(dialogue, acknowledgement(300, PORT, 17))
    assert dialogue.told.find(300 - 50) is not None  # 50 of them fit, 300 do not
    assert dialogue.told.find(1) is None
    huge = Attribute(0x99, b"x" * 65000)
    tell(dialogue, add(Entry(number=7, unknown=(huge, huge))))
    with pytest.raises(netlynx.AlreadyExists, match=r"add\(number=7"):
        feed(dialogue, acknowledgement(301, PORT, 17))
    tell(dialogue, add(Entry(number=8)))
    for sequence in (301, 302):
        assert dialogue.told.find(sequence) is not None


def test_numbers_begin_anew_after_the_largest(dialogue: DialogueFeed) -> None:
    dialogue.told.sequence = 0xFFFFFFFE
    requests = parse_messages(tell(dialogue, *(add(Entry(number=number)) for number in range(3))))
    assert [request.sequence for request in requests] == [0xFFFFFFFF, 1, 2]
    with pytest.raises(netlynx.AlreadyExists, match=r"add\(number=2\)"):
        feed(dialogue, acknowledgement(2, PORT, 17))


def test_that_something_is_gone_is_counted_where_nobody_waits(dialogue: DialogueFeed) -> None:
    tell(dialogue, add(Entry(number=1)))
    assert feed(dialogue, acknowledgement(1, PORT, 2)) == []
    assert dialogue.gone == 1


def test_answers_to_nobody_and_from_others_are_strays(dialogue: DialogueFeed) -> None:
    dialogue.ask(add(Entry(number=1)), 7, PORT)
    feed(dialogue, acknowledgement(8, PORT))
    feed(dialogue, acknowledgement(7, PORT), sender=1234)
    assert dialogue.strays == 2
    assert not dialogue.answered(7)


def test_one_that_was_given_up_is_not_answered_any_more(dialogue: DialogueFeed) -> None:
    dialogue.ask(add(Entry(number=1)), 7, PORT)
    dialogue.give_up(7)
    feed(dialogue, acknowledgement(7, PORT))
    assert not dialogue.answered(7)


def test_a_cut_answer_is_malformed(dialogue: DialogueFeed) -> None:
    dialogue.ask(add(Entry(number=1)), 7, PORT)
    cut = bytearray(acknowledgement(7, PORT)[:18])
    cut[0] = 18
    with pytest.raises(netlynx.DecodeError, match="no room for its errno"):
        feed(dialogue, bytes(cut))


def test_what_is_answered_with_a_record_goes_elsewhere(dialogue: DialogueFeed) -> None:
    with pytest.raises(TypeError, match="only what is acknowledged"):
        dialogue.ask(entry(1), 7, PORT)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="only what is acknowledged"):
        tell(dialogue, entry(1))
    with pytest.raises(TypeError, match="takes operations"):
        tell(dialogue, "accept")
