"""Copies of the tables of one host's namespace: what a round of tables says, and the events after its sequence.

1. A table stands for everything up to its sequence; events after it are applied as `netlynx.engine.copy` applies them.
2. What leaves a doubt stays in doubt until a round comes that was read afterwards: an event of which it is not said
   what it replaces, one that changes other objects unsaid, lost events, a new start.
3. A round may be sent behind events that it does not hold: those that are after its sequence are applied once more.
4. What a publisher of an earlier start still sends, once a later one has begun, is counted and not taken in.
"""

from __future__ import annotations

import io
from collections import Counter, deque
from collections.abc import Hashable
from typing import Any  # records of whatever kind, and pyarrow's, which tells no types

from netlynx.engine.copy import Copy
from netlynx.engine.mirror import how_to_mirror
from netlynx.engine.operation import Dump, Event
from netlynx.errors import EncodeError
from netlynx.fleet.messages import ROOM, Events, Part, Said, record_class
from netlynx.fleet.needed import FleetError
from netlynx.fleet.order import Gap, Order
from netlynx.fleet.rows import records_of
from netlynx.fleet.tables import OF_KINDS
from netlynx.sql.catalogue import LISTINGS, Listing

_KEPT = 4096  # messages of events that are kept for a table that is behind them

# What events are called that tell of a table's rows; a table that is not here (flows come and go by the thousand) is as
# it was when it was read.
_TOLD_BY = {table: kind for kind, table in OF_KINDS.items() if kind != "flow"}
_TOLD_BY |= {"fdb": "neighbour", "classes": "class"}


class TableCopy:
    """The copy of one table. It stays as it came, in columns, until an event or somebody who looks needs its records.

    `doubt` is the sequence of the last event that left one, None for none; `sequence` is the round's.
    """

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.sequence = 0
        self.doubt: int | None = 0
        self._told_by = _TOLD_BY.get(listing.name, "")
        self._table: Any = None  # as it came
        self._copy: Copy[Any] | None = None
        self._whole: dict[Hashable, tuple[Any, Any]] = {}  # by key: the record that is kept, and as it came
        operation = listing.function()
        self.operation: Dump[Any] = operation
        self._how = how_to_mirror(operation) if self._told_by else None
        self._causing = {
            record for group in (self._how.causes() if self._how else ()) for _, record in group.messages.values()
        }

    @property
    def loaded(self) -> bool:
        """Whether it came at all."""
        return self._table is not None or self._copy is not None

    def load(self, table: Any, sequence: int) -> None:
        """It is as this pyarrow.Table has it."""
        self._table, self._copy, self.sequence, self.doubt = table, None, sequence, None

    def apply(self, said: Said, events: Events) -> None:
        """Take in an event. Raises EncodeError for a record that cannot be read."""
        if self._how is None or not self.loaded:
            return
        cls = record_class(events.record)
        if cls in self._causing:
            self.doubt = said.sequence
        if said.object != self._told_by or cls is not self.listing.record:
            return
        record, copy = events.record_of(said), self.copy
        if record is None or copy.apply(Event(said.event, record), []) or self._how.unsaid(copy.listing, record):
            self.doubt = said.sequence

    @property
    def copy(self) -> Copy[Any]:
        """The records. Raises EncodeError for a table that none can be made of."""
        if self._copy is None:
            if self._how is None:
                raise FleetError(f"{self.listing.name} is not followed: it is there as a table alone")
            copy: Copy[Any] = Copy(self.operation, self._how)
            rows = [] if self._table is None else records_of(self.listing.record, self._table)
            copy.load(rows, [])
            self._whole = {}
            for row in rows:
                key = self._how.key(copy._still(row))
                if key in copy.records:
                    self._whole[key] = (copy.records[key], row)
            self._copy, self._table = copy, None
        return self._copy

    def table(self) -> Any:
        """It as a pyarrow.Table."""
        if self._copy is None:
            return self._table
        import pyarrow

        from netlynx.client.table import Table
        from netlynx.sql.reading import columns_of

        rows = []
        for key, record in self._copy.records.items():
            kept, whole = self._whole.get(key, (None, None))
            rows.append(whole if kept is record else record)
        return pyarrow.table(Table(self.listing.name, columns_of(self.listing.record, rows)))


class HostCopy:
    """What is known of one namespace of a host. `sequence`, `start` and `generation` are its publisher's.

    `counts` has what went by: ``events``, ``tables``, ``starts`` after the first, and what was not taken in: ``again``
    (came twice), ``lost``, ``overruns`` of the kernel's queue or the publisher's disk, ``unreadable``, ``stale`` (of a
    start that another followed), ``late`` (tables that are older than the events that are remembered).
    """

    def __init__(self, host: str, namespace: str | int | None, only: frozenset[str] | None = None) -> None:
        self.host = host
        self.namespace = namespace
        self.start = ""
        self.sequence = 0
        self.generation = 0
        self.time = 0
        self.tables: dict[str, TableCopy] = {}
        self.counts: Counter[str] = Counter()
        self.lost: deque[Gap] = deque(maxlen=1000)
        self._only = only
        self._order = Order(self.counts)
        self._past: deque[str] = deque(maxlen=64)
        self._recent: deque[tuple[Events, list[Said]]] = deque(maxlen=_KEPT)
        self._parts: dict[str, tuple[int, dict[int, bytes]]] = {}

    @property
    def certain(self) -> bool:
        """Whether every table is known to be the kernel's, as of the last event."""
        return bool(self.tables) and all(each.loaded and each.doubt is None for each in self.tables.values())

    def take(self, message: Events | Part) -> None:
        """Take in a message of this host and namespace. What cannot be read of it is counted, and leaves a doubt."""
        if message.start in self._past:
            self.counts["stale"] += 1
            return
        if message.start != self.start:
            self._begin(message)
        if isinstance(message, Part):
            self._take_part(message)
            return
        for each in self._order.take(message):
            if isinstance(each, Gap):
                self._miss(each)
            else:
                self._take_events(each)

    def _begin(self, message: Events | Part) -> None:
        """Another start: what was known may have changed in between."""
        if self.start:
            self._past.append(self.start)
            self.counts["starts"] += 1
        self.start = message.start
        self._recent.clear()
        self._parts.clear()
        self.generation = message.generation
        self.sequence = message.sequence if isinstance(message, Part) else message.first - 1
        self._order.begin(self.start, self.sequence)
        self.in_doubt()

    def in_doubt(self) -> None:
        """Events may have been lost: all tables have to come again."""
        for each in self.tables.values():
            each.doubt = self.sequence

    def _miss(self, gap: Gap) -> None:
        self.lost.append(gap)
        self.counts["lost"] += gap.count
        if gap.start == self.start:
            self.sequence = max(self.sequence, gap.last)
        self.in_doubt()

    def _take_events(self, events: Events) -> None:
        try:
            said = events.lines()
        except FleetError:
            self.counts["unreadable"] += events.count
            self.sequence = events.last
            self.in_doubt()
            return
        self.sequence, self.generation, self.time = events.last, events.generation, events.time
        self.counts["events"] += events.count
        self._recent.append((events, said))
        if events.subject.room == ROOM:
            self._told(events, said)
            return
        for table in self.tables.values():
            self._apply(table, events, said)

    def _apply(self, table: TableCopy, events: Events, said: list[Said]) -> None:
        for each in said:
            if each.nsid is not None or each.sequence <= table.sequence:
                continue
            try:
                table.apply(each, events)
            except EncodeError:
                self.counts["unreadable"] += 1
                table.doubt = each.sequence

    def _told(self, events: Events, said: list[Said]) -> None:
        """What is told of the publisher itself."""
        for each in said:
            if each.event == "overrun":
                self.counts["overruns"] += 1
                self.in_doubt()
            elif (gap := self._order.followed(events.subject, each)) is not None:
                self._miss(gap)

    def _take_part(self, part: Part) -> None:
        name = part.subject.table or ""
        if self._only is not None and name not in self._only:
            return
        if name not in LISTINGS:
            self.counts["unreadable"] += 1
            return
        if part.sequence > self.sequence:  # events that did not come, and are in the table
            gap = Gap(self.host, self.namespace, self.start, self.sequence + 1, part.sequence)
            self._order.begin(self.start, part.sequence)
            self._miss(gap)
        known, parts = self._parts.get(name, (0, {}))
        if known != part.snapshot:
            parts = {}
            self._parts[name] = (part.snapshot, parts)
        parts[part.subject.part] = part.payload
        if len(parts) < part.parts:
            return
        del self._parts[name]
        whole = b"".join(parts[number] for number in sorted(parts))
        try:
            table = table_of(whole)
        except FleetError:
            self.counts["unreadable"] += 1
            return
        copy = self.tables.setdefault(name, TableCopy(LISTINGS[name]))
        if self._recent.maxlen == len(self._recent) and self._recent[0][0].first > part.sequence + 1:
            self.counts["late"] += 1  # what came after it is not known any more
            return
        copy.load(table, part.sequence)
        self.counts["tables"] += 1
        self.generation = max(self.generation, part.generation)
        for events, said in self._recent:
            if events.last > part.sequence and events.subject.room != ROOM:
                self._apply(copy, events, said)
        self._forget()

    def _forget(self) -> None:
        """Leave out events that all tables hold."""
        least = min(each.sequence for each in self.tables.values())
        while self._recent and self._recent[0][0].last <= least:
            self._recent.popleft()


def table_of(payload: bytes) -> Any:
    """The pyarrow.Table that parts together are. Raises FleetError for what is none."""
    import pyarrow

    try:
        return pyarrow.ipc.open_stream(io.BytesIO(payload)).read_all()
    except (pyarrow.ArrowInvalid, OSError) as error:
        raise FleetError(f"no table can be read: {error}") from None
