"""Notifications as bytes: events in order, and what is no event."""

from __future__ import annotations

import struct
from typing import Any

import msgspec
import pytest

import netlynx
from netlynx.engine.subscription import SubscriptionFeed
from netlynx.operation import Event, EventKind, Overrun
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
