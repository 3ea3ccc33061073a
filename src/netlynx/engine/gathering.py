"""Notifications of changes that took effect together: heard one by one, handed out as one event.

    new …, delete …, … ──> (held)
    which state it is  ──> one event with all of them

They come one behind the other, in several datagrams where they are many; nothing of another transaction stands between
them. What was no part of a transaction (a quota that is used up) was asked for by no port, and is an event by itself.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar

import msgspec

from netlynx.engine.exchange import KERNEL
from netlynx.engine.operation import Event, Group, Overrun
from netlynx.engine.subscription import SubscriptionFeed
from netlynx.schema.record import class_of

T = TypeVar("T", covariant=True)

COMMIT = "commit"
"""The kind of the event that tells of a transaction."""

_PORT = struct.Struct("=12xI")  # of a message's header


class Commit(msgspec.Struct, Generic[T], frozen=True, gc=False):
    """What one transaction changed, in the order in which the kernel told it.

    `generation` is the state that came of it, `pid` and `process` are the thread that made it: the number that it has
    in the first PID namespace, and its name. Not `complete` is one behind notifications that were lost (`Overrun`):
    some of its own may be among them, and some of those before it, of which the end was lost, among its own.
    """

    generation: int
    pid: int | None
    process: str | None
    changes: tuple[Event[T], ...]
    complete: bool = True


class GatheringFeed(SubscriptionFeed):
    """A feed that makes one event of what a transaction changed: of records of the classes `parts`, up to an `end`.

    An end has `id`, `pid` and `process`. Other events are handed out as they come.
    """

    __slots__ = ("_broken", "_end", "_held", "_parts")

    gathers = True

    def __init__(
        self,
        groups: Iterable[Group[Any]],
        numbers: Mapping[str, int] | None = None,
        *,
        parts: frozenset[type[Any]],
        end: type[Any],
    ) -> None:
        super().__init__(groups, numbers)
        self._parts = parts
        self._end = end
        self._held: list[Event[Any]] = []
        self._broken = False  # since notifications were lost, no transaction was told to its end

    def feed(self, data: bytearray | memoryview, size: int, sender: int, events: list[Any]) -> None:
        """As `SubscriptionFeed.feed`."""
        heard: list[Any] = []
        try:
            super().feed(data, size, sender, heard)
        except BaseException:
            self._broken = True
            raise
        finally:
            if sender == KERNEL and heard:
                self._take_in(heard, _PORT.unpack_from(data)[0] != 0, events)

    def _take_in(self, heard: list[Any], together: bool, events: list[Any]) -> None:
        for event in heard:
            kind = class_of(event.record)
            if kind is self._end:
                said = event.record
                changes, self._held = tuple(self._held), []
                events.append(Event(COMMIT, Commit(said.id, said.pid, said.process, changes, not self._broken)))
                self._broken = False
            elif together and kind in self._parts:
                self._held.append(event)
            else:
                events.append(event)

    def feed_many(
        self, data: bytearray | memoryview, index: bytearray, first: int, count: int, events: list[Any]
    ) -> int:
        """Each is to be fed by itself."""
        return first

    def overrun(self) -> Overrun | None:
        """What is held belongs to what was lost: whoever hears of that looks at the state, which has it."""
        self._held.clear()
        self._broken = True
        return super().overrun()
