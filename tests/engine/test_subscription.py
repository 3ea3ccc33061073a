"""Notifications as bytes: events in order, and what is no event."""

from __future__ import annotations

import struct
from typing import Any

import msgspec
import pytest

import netlynx
from netlynx.engine.operation import Event, EventKind, Overrun
from netlynx.engine.subscription import DATAGRAM, SubscriptionFeed
from netlynx.wire.constants import NLM_F
from toy import DELETE, ENTRIES, GET, NEW, Entry, answer


def feed(subscription: SubscriptionFeed, *messages: bytes, sender: int = 0) -> list[Any]:
    events: list[Any] = []
    data = b"".join(messages)
    subscription.feed(bytearray(data + bytes(64)), len(data), sender, events)
    return events


def note(number: int, kind: int = NEW) -> bytes:
    return answer(Entry(number=number), 0, 0, kind=kind)


def test_messages_become_events_in_their_order() -> None:
    subscription = SubscriptionFeed([ENTRIES])
    assert feed(subscription, note(1), note(1, DELETE), note(2)) == [
        Event(EventKind.NEW, Entry(number=1)),
        Event(EventKind.DELETE, Entry(number=1)),
        Event(EventKind.NEW, Entry(number=2)),
    ]


def test_the_sequence_and_port_of_whoever_caused_it_do_not_matter() -> None:
    assert len(feed(SubscriptionFeed([ENTRIES]), answer(Entry(number=1), 99, 1234))) == 1


def test_other_types_and_other_senders_are_strays() -> None:
    subscription = SubscriptionFeed([ENTRIES])
    assert len(feed(subscription, note(1, GET), note(2))) == 1
    assert feed(subscription, note(3), sender=999) == []
    assert subscription.strays == 2


def test_what_stands_before_a_malformed_message_is_kept() -> None:
    bad = bytearray(note(2))
    struct.pack_into("=H", bad, 20, 3)
    events: list[Any] = []
    data = bytearray(note(1) + bytes(bad))
    with pytest.raises(netlynx.DecodeError):
        SubscriptionFeed([ENTRIES]).feed(data, len(data), 0, events)
    assert events == [Event(EventKind.NEW, Entry(number=1))]


def test_overruns_are_numbered() -> None:
    subscription = SubscriptionFeed([ENTRIES])
    assert [subscription.overrun(), subscription.overrun()] == [Overrun(1), Overrun(2)]


def test_where_the_kernel_says_so_changes_are_told_from_what_is_new() -> None:
    group = msgspec.structs.replace(ENTRIES, updates=(NEW,))
    new = answer(Entry(number=1), 0, 0, kind=NEW, flags=int(NLM_F.CREATE | NLM_F.EXCL))
    told = feed(SubscriptionFeed([group]), new, note(2), note(3, DELETE))
    assert [event.kind for event in told] == [EventKind.NEW, EventKind.UPDATE, EventKind.DELETE]
    assert [event.kind for event in feed(SubscriptionFeed([ENTRIES]), note(2))] == [EventKind.NEW]


def placed(*datagrams: tuple[bytes, int]) -> tuple[bytearray, bytearray]:
    """Datagrams and their senders as a transport hands out several at once: a buffer and its index."""
    buffer, index = bytearray(), bytearray()
    for data, sender in datagrams:
        index += DATAGRAM.pack(len(buffer), len(data), sender)
        buffer += data + bytes(-len(data) % 4)
    return buffer, index


def test_many_datagrams_are_read_at_once() -> None:
    subscription = SubscriptionFeed([ENTRIES])
    buffer, index = placed((note(1), 0), (note(2) + note(3, GET) + note(2, DELETE), 0), (note(4), 0))
    events: list[Any] = []
    assert subscription.feed_many(buffer, index, 0, 3, events) == 3
    assert [(event.kind, event.record.number) for event in events] == [
        (EventKind.NEW, 1),
        (EventKind.NEW, 2),
        (EventKind.DELETE, 2),
        (EventKind.NEW, 4),
    ]
    assert subscription.strays == 1
    events.clear()
    assert subscription.feed_many(buffer, index, 2, 3, events) == 3
    assert [event.record.number for event in events] == [4]


@pytest.mark.parametrize("what", ["forged", "malformed", "cut short"])
def test_reading_many_stops_before_what_takes_a_closer_look(what: str) -> None:
    bad = bytearray(note(3))
    struct.pack_into("=H", bad, 20, 3)
    odd = {"forged": (note(2), 999), "malformed": (note(2) + bytes(bad), 0), "cut short": (note(2), 0)}[what]
    buffer, index = placed((note(1), 0), odd, (note(4), 0))
    if what == "cut short":
        DATAGRAM.pack_into(index, DATAGRAM.size, len(note(1)), len(buffer), 0)
    subscription = SubscriptionFeed([ENTRIES])
    events: list[Any] = []
    assert subscription.feed_many(buffer, index, 0, 3, events) == 1
    assert [event.record.number for event in events] == [1]
    assert subscription.feed_many(buffer, index, 2, 3, events) == 3
    assert [event.record.number for event in events] == [1, 4]


def test_an_index_that_is_too_short_is_refused() -> None:
    buffer, index = placed((note(1), 0))
    with pytest.raises(ValueError, match="index"):
        SubscriptionFeed([ENTRIES]).feed_many(buffer, index, 0, 2, [])
