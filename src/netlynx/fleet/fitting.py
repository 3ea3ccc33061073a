"""Messages that are too large for a server: cut by their events, and an event that no message holds told of."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from netlynx.fleet.messages import ROOM, Events, line
from netlynx.fleet.subjects import Subject


def fitting(events: Events, room: int) -> Iterator[Events]:
    """The message as it is, or as several, each of at most so many bytes."""
    if len(events.payload) <= room:
        yield events
        return
    for each in halves(events):
        yield from fitting(each, room) if each.subject.room != ROOM else [each]


def halves(events: Events) -> list[Events]:
    """Two messages of half the events each; of a single event, what says that it was too large."""
    replace = msgspec.structs.replace
    if events.count == 1:
        about = events.subject
        said = events.lines()[0]
        told = {
            "sequence": said.sequence,
            "time": said.time,
            "generation": said.generation,
            "event": "overrun",
            "object": None,
            "reason": "size",
            "of": about.kind,
            "bytes": len(events.payload),
        }
        subject = Subject(about.host, about.namespace, ROOM, "overrun")
        return [replace(events, subject=subject, record="", payload=line(told))]
    lines = events.payload.splitlines(keepends=True)
    half = events.count // 2
    return [
        replace(events, count=half, payload=b"".join(lines[:half])),
        replace(events, first=events.first + half, count=events.count - half, payload=b"".join(lines[half:])),
    ]
