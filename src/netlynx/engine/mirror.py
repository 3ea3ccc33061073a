"""The mirror's rules, without I/O: what to listen to, what to make of what is heard, and when to read a table again.

1. Listen first, read then: what happens during a dump is in the queue behind it.
2. Before a table is read the queue is emptied: from an overrun on, the kernel drops all that comes, and says no more
   of it, until the queue was empty once (NETLINK_S_CONGESTED, net/netlink/af_netlink.c).
3. A table that was read takes the place of its copy as a whole, together with what the queue held by then.
4. What is heard is applied in order. Where that leaves a doubt, the copy is read again: lost notifications (overrun),
   an interrupted dump, a change that the kernel makes without a word, a replacement of which it is not said whose.
5. Reading again waits: a moment for the doubts that come together, ten times as long as the last reading took (so it
   costs a tenth of the time at most), and twice as long each time that it fails.
6. Where changes are told by the transaction, all copies are of one generation: those in doubt are read together, at one
   generation; meanwhile the others wait, and take in none of what is heard. What was heard of a generation that a
   reading had already is not taken in again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Mapping
from importlib import import_module
from typing import Any, NamedTuple, TypeVar

from netlynx import limits
from netlynx.engine.copy import Change, Copy, Missed
from netlynx.engine.expecting import unexpected
from netlynx.engine.gathering import Commit
from netlynx.engine.mirrored import Mirrored
from netlynx.engine.named import NamedDump
from netlynx.engine.operation import Dump, Event, Group, Overrun, Talk
from netlynx.schema.record import class_of

T = TypeVar("T")

GATHER = 0.005  # seconds for which doubts are gathered
SHARE = 10  # readings take one part in so many of the time
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 5.0  # seconds, after a reading that failed
CHANGES = 100_000  # held for a reader of changes that does not come


class Doubt(NamedTuple):
    """A copy that is to be read, and from when on."""

    since: float
    due: float


class MirrorStatistics(NamedTuple):
    """What happened so far: `events` taken in, `overruns` of the socket, `readings` of tables and `failed` ones."""

    events: int
    overruns: int
    readings: int
    failed: int


class ChangeQueue:
    """What one reader of changes has not read yet, at most `limit` of it."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._held: deque[Change[Any]] = deque()
        self._missed = 0
        self._missed_at = 0

    def put(self, change: Change[Any]) -> None:
        """Hold a change; when there are too many, all of them are dropped, and counted."""
        if len(self._held) >= self.limit:
            self._missed += len(self._held)
            self._missed_at = self._held[-1].generation
            self._held.clear()
        self._held.append(change)

    def take(self) -> Change[Any] | Missed | None:
        """The next one, or None."""
        if self._missed:
            missed, self._missed = Missed(self._missed, self._missed_at), 0
            return missed
        return self._held.popleft() if self._held else None


class MirrorState:
    """Copies of several listings, kept up to date by events and readings. The caller serialises the calls."""

    def __init__(self, listings: Iterable[Dump[Any]]) -> None:
        self.copies: list[Copy[Any]] = [Copy(listing, how_to_mirror(listing)) for listing in listings]
        if not self.copies:
            raise ValueError("mirror at least one listing, such as route.links()")
        self.generation = 0
        self.failure: Exception | None = None
        self.queues: list[ChangeQueue] = []
        self._doubts: dict[int, Doubt] = {number: Doubt(0.0, 0.0) for number in range(len(self.copies))}
        self._rested: dict[int, float] = {}
        self._pauses: dict[int, float] = {}
        self._events = self._overruns = self._readings = self._failed = 0
        self._bound = [number for number, copy in enumerate(self.copies) if copy.how.state is not None]
        self._versions: dict[int, int] = {}  # the generation of each of these
        self._held: list[Event[Any]] = []  # transactions that they wait with
        self._causes = [
            {(group.name, record) for group in copy.how.causes() for _, record in group.messages.values()}
            for copy in self.copies
        ]
        self._causing = [{record for _, record in causes} for causes in self._causes]

    def groups(self) -> tuple[Group[Any], ...]:
        """What to subscribe to."""
        found: dict[str, Group[Any]] = {}
        for copy in self.copies:
            found[copy.how.group.name] = copy.how.group
        for copy in self.copies:
            for group in copy.how.causes():
                found.setdefault(group.name, group)
        return tuple(found.values())

    def naming(self) -> Talk[None]:
        """A talk that finds the numbers of the names in the listings. Raises NotFound for a name that nothing has."""

        def steps() -> Generator[Any, Any, None]:
            from netlynx.engine.naming import Names

            names = Names()
            for copy in self.copies:
                if isinstance(copy.asked, NamedDump):
                    copy.listing = yield from names.resolve(copy.asked)

        return Talk("mirror", steps)

    @property
    def loaded(self) -> bool:
        """Whether every listing was read once."""
        return all(copy.loaded for copy in self.copies)

    @property
    def certain(self) -> bool:
        """Whether every copy is the kernel's table as of the last event taken in."""
        return not self._doubts

    @property
    def statistics(self) -> MirrorStatistics:
        """Counts since the beginning."""
        return MirrorStatistics(self._events, self._overruns, self._readings, self._failed)

    def due(self, now: float) -> float | None:
        """In how many seconds a table is to be read; None: no need."""
        return max(0.0, min(doubt.due for doubt in self._doubts.values()) - now) if self._doubts else None

    def begin(self, now: float) -> tuple[int, ...]:
        """The numbers of the copies to read now, together. Doubts from here on are others."""
        due = next((number for number, doubt in self._doubts.items() if doubt.due <= now), None)
        if due is None:
            return ()
        numbers = tuple(number for number in self._doubts if number in self._bound) if due in self._bound else (due,)
        for number in numbers:
            del self._doubts[number]
        return numbers

    def events(self, items: Iterable[Event[Any] | Overrun], now: float) -> None:
        """Take in what was heard, in order: one generation, if anything changed."""
        changed: list[tuple[Copy[Any], list[tuple[Any, Any]]]] = []
        self._take_in(items, now, changed)
        self._publish(changed)

    def read(
        self,
        tables: Mapping[int, Iterable[Any]],
        heard: Iterable[Event[Any] | Overrun],
        began: float,
        now: float,
        state: int | None = None,
    ) -> None:
        """Tables were read, from `began` to `now`, and this was heard since: one generation, if anything changed.

        `tables` are the rows of each by its number; `state` is the generation that they were of, where they have one.
        """
        changed: list[tuple[Copy[Any], list[tuple[Any, Any]]]] = []
        for number, rows in tables.items():
            copy = self.copies[number]
            changes: list[tuple[Any, Any]] = []
            copy.load(rows, changes)
            changed.append((copy, changes))
            self._readings += 1
            self._rested[number] = now + SHARE * (now - began)
            self._pauses.pop(number, None)
            if state is not None:
                self._versions[number] = state
        self.failure = None
        held, self._held = self._held, []
        for event in held:
            self._commit(event, now, changed)
        self._take_in(heard, now, changed)
        self._publish(changed)

    def failed(self, numbers: Iterable[int], error: Exception, now: float) -> None:
        """Tables could not be read: they stay in doubt, and are tried again after a pause."""
        self._failed += 1
        self.failure = error
        for number in numbers:
            pause = self._pauses.get(number, FIRST_PAUSE)
            self._pauses[number] = min(2 * pause, LONGEST_PAUSE)
            self._doubts[number] = Doubt(now, now + pause)

    def lost(self, now: float) -> None:
        """Notifications were lost or could not be read: every copy is in doubt."""
        for number in range(len(self.copies)):
            self._doubt(number, now)

    def watch(self, limit: int = CHANGES) -> ChangeQueue:
        """A queue that gets the changes from now on."""
        queue = ChangeQueue(limits.whole("limit", limit, 1, unit=" of changes"))
        self.queues = [*self.queues, queue]
        return queue

    def unwatch(self, queue: ChangeQueue) -> None:
        """Give a queue nothing more."""
        self.queues = [each for each in self.queues if each is not queue]

    def _take_in(
        self, items: Iterable[Event[Any] | Overrun], now: float, changed: list[tuple[Copy[Any], list[tuple[Any, Any]]]]
    ) -> None:
        for item in items:
            if isinstance(item, Overrun):
                self._overruns += 1
                self.lost(now)
                continue
            self._events += 1
            if isinstance(item.record, Commit):
                self._commit(item, now, changed)
            else:
                self._apply(item, range(len(self.copies)), now, changed)

    def _apply(
        self,
        event: Event[Any],
        numbers: Iterable[int],
        now: float,
        changed: list[tuple[Copy[Any], list[tuple[Any, Any]]]],
    ) -> None:
        for number in numbers:
            copy = self.copies[number]
            changes: list[tuple[Any, Any]] = []
            if copy.apply(event, changes) or self._unsaid(number, event.record):
                self._doubt(number, now)
            if changes:
                changed.append((copy, changes))

    def _unsaid(self, number: int, record: Any) -> bool:
        """Whether more of a copy may have changed than a notification says."""
        copy = self.copies[number]
        return class_of(record) in self._causing[number] or copy.how.unsaid(copy.listing, record)

    def _commit(self, event: Event[Any], now: float, changed: list[tuple[Copy[Any], list[tuple[Any, Any]]]]) -> None:
        """Take in a transaction: in all copies, or, where one of them has to be read for it, in none yet."""
        commit: Commit[Any] = event.record
        behind = [number for number in self._bound if _newer(commit.generation, self._versions.get(number))]
        for number in behind:
            if not commit.complete or any(self._unsaid(number, each.record) for each in commit.changes):
                self._doubt(number, now)
        if self._held or any(number in self._doubts for number in self._bound):
            self._held.append(event)
            return
        for each in commit.changes:
            self._apply(each, behind, now, changed)
        self._versions.update(dict.fromkeys(behind, commit.generation))

    def _doubt(self, number: int, now: float) -> None:
        if number not in self._doubts:
            due = max(now + GATHER, self._rested.get(number, 0.0))
            self._doubts[number] = Doubt(now, due)

    def _publish(self, changed: list[tuple[Copy[Any], list[tuple[Any, Any]]]]) -> None:
        if not any(changes for _, changes in changed):
            return
        self.generation += 1
        if not self.queues:
            return
        for copy, changes in changed:
            for before, after in changes:
                change = Change(copy.asked, before, after, self.generation)
                for queue in self.queues:
                    queue.put(change)


def _newer(generation: int, than: int | None) -> bool:
    """Whether a generation came after another; their numbers begin anew behind the largest of 32 bits."""
    return than is None or 0 < (generation - than) & 0xFFFFFFFF < 0x80000000


def how_to_mirror(listing: Dump[Any]) -> Mirrored:
    """How a listing is kept. Raises TypeError for one that cannot be."""
    if not isinstance(listing, Dump | NamedDump):
        raise unexpected("mirror", listing)
    how: Mirrored | str | None = getattr(listing, "mirrored", None)
    if isinstance(how, str):
        module, _, name = how.partition(":")
        found: Mirrored = getattr(import_module(module), name)
        return found
    if how is not None:
        return how
    raise TypeError(
        f"{listing} cannot be mirrored: the kernel does not tell of its changes, or what it tells cannot be filtered "
        "like this. Mirror the listing without that filter and select from it, or dump it when it is needed"
    )
