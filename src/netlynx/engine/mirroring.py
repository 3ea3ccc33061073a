"""What the sync and the async mirror share: how the copies are looked at."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from netlynx.engine.copy import Copy
from netlynx.engine.mirror import MirrorState, MirrorStatistics
from netlynx.engine.operation import Dump, Event, Overrun
from netlynx.errors import ConnectionClosed, NetlynxError

if TYPE_CHECKING:
    from netlynx.client.listening import Inbox

T = TypeVar("T")

TURNS = 256  # times that the sockets are emptied before what was heard is worked off: their queues hold less


class MirrorTable(Generic[T]):
    """The copy of one listing. Each call sees one state of it; several calls may see several (see `snapshot`)."""

    def __init__(self, copy: Copy[T], looking: AbstractContextManager[Any]) -> None:
        self._copy = copy
        self._looking = looking

    @property
    def operation(self) -> Dump[T]:
        """The listing that is mirrored."""
        return self._copy.asked

    @property
    def keys(self) -> tuple[tuple[str, ...], ...]:
        """The keys that records are found by: the names of the fields of each."""
        return tuple(self._copy.how.lookups)

    def get(self, **fields: Any) -> T | None:
        """The record with these values in the fields of one of the `keys`, the first of several, or None.

        Interfaces are looked up by their index: nobody is asked for a name. Raises TypeError for fields that are no
        key, naming those that are, and EncodeError for what a field cannot have.
        """
        with self._looking:
            return next(iter(self._copy.find(fields)), None)

    def find(self, **fields: Any) -> tuple[T, ...]:
        """All records with these values in the fields of one of the `keys`. Raises as `get`."""
        with self._looking:
            return tuple(self._copy.find(fields))

    def all(self) -> tuple[T, ...]:
        """All records, in no order that means anything."""
        with self._looking:
            return tuple(self._copy.records.values())

    def __iter__(self) -> Iterator[T]:
        return iter(self.all())

    def __len__(self) -> int:
        with self._looking:
            return len(self._copy.records)


class MirrorSnapshot:
    """All listings of a mirror at one moment: nothing in it ever changes. `snapshot[operation]` are the records.

    `generation` is the mirror's of that moment; `certain` says whether the copies were known to be the kernel's tables.
    """

    def __init__(self, state: MirrorState) -> None:
        self.generation = state.generation
        self.certain = state.certain
        self._records = [(copy.asked, tuple(copy.records.values())) for copy in state.copies]

    def __getitem__(self, operation: Dump[T]) -> tuple[T, ...]:
        for listing, records in self._records:
            if listing == operation:
                return records
        raise KeyError(_not_mirrored(operation, [listing for listing, _ in self._records]))


class Looking(AbstractContextManager[None]):
    """Held while a mirror is looked at: by the lock of the thread that keeps it, and never in a child process."""

    def __init__(self, lock: AbstractContextManager[Any]) -> None:
        self._lock = lock
        self._process = os.getpid()

    def __enter__(self) -> None:
        if os.getpid() != self._process:
            raise ConnectionClosed("the mirror is the parent process's: make one anew after a fork")
        self._lock.__enter__()

    def __exit__(self, *exc: Any) -> None:
        self._lock.__exit__(*exc)


class MirrorView:
    """How a mirror is looked at, in either shell."""

    def __init__(self, state: MirrorState, lock: AbstractContextManager[Any]) -> None:
        self._state = state
        self._looking = Looking(lock)
        self._tables = [MirrorTable(copy, self._looking) for copy in state.copies]

    def __getitem__(self, operation: Dump[T]) -> MirrorTable[T]:
        for table in self._tables:
            if table.operation == operation:
                return table
        raise KeyError(_not_mirrored(operation, [table.operation for table in self._tables]))

    @property
    def generation(self) -> int:
        """Counts up with every change that can be seen: as long as it stays, every lookup finds the same."""
        return self._state.generation

    @property
    def certain(self) -> bool:
        """Whether the copies are known to be the kernel's tables, as far as the kernel told of them.

        Not while lost notifications, or changes that the kernel makes without a word, are being made up for.
        """
        return self._state.certain

    @property
    def statistics(self) -> MirrorStatistics:
        """What it cost so far."""
        return self._state.statistics

    @property
    def failure(self) -> Exception | None:
        """Why a table could not be read the last time it was tried, or None. It is tried again, ever more seldom."""
        return self._state.failure

    def snapshot(self) -> MirrorSnapshot:
        """All listings as of one moment."""
        with self._looking:
            return MirrorSnapshot(self._state)


def hear(inbox: Inbox[Any], state: MirrorState, turns: int) -> tuple[list[Event[Any] | Overrun], bool]:
    """What is there to be heard, and whether there is more: if not, the queue was empty. Raises ConnectionClosed."""
    heard: list[Event[Any] | Overrun] = []
    more = True
    while more and turns:
        turns -= 1
        more = inbox.fill()
        if inbox.closed:
            raise ConnectionClosed("the mirror is closed")
        try:
            while (item := inbox.take()) is not None:
                heard.append(item)
        except ConnectionClosed:
            raise
        except NetlynxError:  # what it said is lost: all is read again
            state.lost(time.monotonic())
            more = True
    return heard, more


def explain_wait(what: str, timeout: float | None, view: MirrorView) -> str:
    """Why a wait ended without what was waited for, and what to look at."""
    text = f"{what} within {timeout} s (generation {view.generation})"
    if view.failure is not None:
        return f"{text}; a table cannot be read: {view.failure}"
    if not view.certain:
        return f"{text}; tables are being read again: {view.statistics}. Changes come faster than they can be read"
    return text


def _not_mirrored(operation: object, listings: list[Dump[Any]]) -> str:
    return f"{operation} is not mirrored here, only {', '.join(map(str, listings))}: look up as it was mirrored"
