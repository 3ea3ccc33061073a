"""Events of a namespace in the order of their sequences: each once, and what is missing is told where it would stand.

1. Each start of a publisher counts by itself: two that run at once are two orders.
2. What was there already is left out: a publisher that was restarted may send it again.
3. What is ahead of what is missing waits, until that comes or is known not to: `Events.settled` says so, or the start
   that follows, which says how far the one before it had come.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass

import msgspec

from netlynx.fleet.messages import Events, Said
from netlynx.fleet.subjects import Subject, escape_namespace

_HELD = 4096  # messages that wait for one that is missing
_STARTS = 8  # of a namespace that are remembered


@dataclass(frozen=True, slots=True)
class Gap:
    """Events `first` to `last` of a start did not come, and will not."""

    host: str
    namespace: str | int | None
    start: str
    first: int
    last: int

    @property
    def count(self) -> int:
        """How many."""
        return self.last - self.first + 1


class _Counted:
    """How far one start has come."""

    def __init__(self, first: int) -> None:
        self.next = first
        self.held: dict[int, Events] = {}


class Order:
    """The order of events of one namespace, of all its starts. In `counts`, ``again`` is how many came once more."""

    def __init__(self, counts: MutableMapping[str, int]) -> None:
        self._counts = counts
        self._starts: dict[str, _Counted] = {}

    def begin(self, start: str, sequence: int) -> None:
        """Whatever was up to this sequence is known otherwise."""
        counted = self._counted(start, sequence + 1)
        counted.next = max(counted.next, sequence + 1)

    def take(self, events: Events) -> Iterator[Events | Gap]:
        """What a message brings that was not there yet, in order."""
        counted = self._counted(events.start, events.first)
        if events.last < counted.next:
            self._counts["again"] += events.count
            return
        if events.first > counted.next:
            counted.held.setdefault(events.first, events)
            yield from self._settle(events, counted)
            return
        yield from self._pass(events, counted)
        yield from self._release(counted)

    def come(self) -> dict[str, int]:
        """How far each start has come: the last sequence, for `begin` of another order."""
        return {start: each.next - 1 for start, each in self._starts.items()}

    @property
    def waits(self) -> bool:
        """Whether something that came is held, as something before it did not come."""
        return any(each.held for each in self._starts.values())

    def flush(self) -> Iterator[Events | Gap]:
        """What is held, for who does not wait any longer."""
        for counted in self._starts.values():
            while counted.held:
                nearest = counted.held[min(counted.held)]
                yield from self._settle(msgspec.structs.replace(nearest, settled=nearest.first), counted)

    def followed(self, subject: Subject, said: Said) -> Gap | None:
        """What is missing at the end of the start before, where this is the ``start`` that says how far it had come."""
        before = said.before if said.event == "start" else None
        counted = None if before is None else self._starts.get(before.start)
        if before is None or counted is None:
            return None
        last = before.last.get(escape_namespace(subject.namespace), 0)
        if counted.next > last:
            return None
        first, counted.next = counted.next, last + 1
        return Gap(subject.host, subject.namespace, before.start, first, last)

    def _counted(self, start: str, first: int) -> _Counted:
        if start not in self._starts:
            while len(self._starts) >= _STARTS:
                del self._starts[next(iter(self._starts))]
            self._starts[start] = _Counted(first)
        return self._starts[start]

    def _settle(self, events: Events, counted: _Counted) -> Iterator[Events | Gap]:
        """Go on over what is missing, as far as it is known not to come."""
        settled = events.settled if len(counted.held) < _HELD else events.first
        while counted.held:
            nearest = min(counted.held)
            upto = min(nearest, settled)
            if upto > counted.next:
                subject, first = events.subject, counted.next
                counted.next = upto
                yield Gap(subject.host, subject.namespace, events.start, first, upto - 1)
            if nearest > counted.next:
                return
            yield from self._release(counted)

    def _release(self, counted: _Counted) -> Iterator[Events]:
        while counted.held and (first := min(counted.held)) <= counted.next:
            events = counted.held.pop(first)
            if events.last >= counted.next:
                yield from self._pass(events, counted)
            else:
                self._counts["again"] += events.count

    def _pass(self, events: Events, counted: _Counted) -> Iterator[Events]:
        skip = counted.next - events.first
        counted.next = events.last + 1
        if skip:
            self._counts["again"] += skip
            events = _behind(events, skip)
        yield events


def _behind(events: Events, skip: int) -> Events:
    """The same message without the first of its events."""
    payload = b"".join(events.payload.splitlines(keepends=True)[skip:])
    return msgspec.structs.replace(events, first=events.first + skip, count=events.count - skip, payload=payload)
