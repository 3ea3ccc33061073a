"""A socket that asks and listens: answers are told from events, and refusals that nobody waited for are heard."""

from __future__ import annotations

from typing import Any

import pytest

import netlynx
from netlynx.engine.dialogue import DialogueFeed
from netlynx.operation import Event, EventKind
from netlynx.wire.constants import NLM_F
from netlynx.wire.message import parse_messages
from toy import ENTRIES, Entry, acknowledgement, add, answer, entry

PORT = 42


def feed(dialogue: DialogueFeed, *datagrams: bytes, sender: int = 0) -> list[Any]:
    events: list[Any] = []
    for data in datagrams:
        dialogue.feed(bytearray(data + bytes(64)), len(data), sender, events)
    return events


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
    (request,) = parse_messages(dialogue.tell(add(Entry(number=1)), 7, PORT))
    assert not request.flags & NLM_F.ACK
    with pytest.raises(netlynx.AlreadyExists, match="add"):
        feed(dialogue, acknowledgement(7, PORT, 17))


def test_that_something_is_gone_is_counted_where_nobody_waits(dialogue: DialogueFeed) -> None:
    dialogue.tell(add(Entry(number=1)), 7, PORT)
    assert feed(dialogue, acknowledgement(7, PORT, 2)) == []
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
