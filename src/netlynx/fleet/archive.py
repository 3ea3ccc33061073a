"""What hosts publish, kept in Parquet files: ``DIR/route/2026-11-30T14-00000000000000001234.parquet``.

There is a folder for each kind of object, as ``netlynx monitor --parquet`` makes them; files are of an hour of the
server's clock at most, and called by it and by the position in the stream that they begin at. ``DIR/position.json``
says up to where the stream is kept: whoever archives into the folder again goes on there, and takes away files that
were begun and not finished. So each event is there once, however it ended.

| column | |
|---|---|
| `time` | when it happened, by the host's clock, to the microsecond |
| `stored` | when the server got it, by its own |
| `host` `namespace` | of which; ``""`` is the publisher's own namespace, ``nsid 3`` one without a name |
| `start` `sequence` `generation` | of its publisher: see `netlynx.fleet.messages` |
| `event` | ``new``, ``update``, ``delete``, what else a family says |
| `lost` | of ``overrun`` and ``gap``: how many events, where that is known |
| `record` | JSON, of what has no record of a class that is known here, or cannot be read |

Behind them stand the columns of the record, as in the table of the listing; a field called as one of these is called
``record_time`` and so on. What is told of publishers themselves is in ``start``, ``stop`` and ``overrun``; events that
never came are in ``gap``, and messages that cannot be read in ``unreadable``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple  # records of whatever kind, and pyarrow's, which tells no types

import msgspec
import pyarrow
import pyarrow.parquet

from netlynx.errors import EncodeError
from netlynx.fleet.catching import called
from netlynx.fleet.cursor import Message, moment
from netlynx.fleet.messages import Events, Part, read
from netlynx.fleet.needed import FleetError
from netlynx.fleet.order import Gap, Order
from netlynx.schema.record import Record, class_of
from netlynx.sql.history import columns_beside

POSITION = "position.json"
_AT_ONCE = 1000  # rows that are held in memory
_MOST = 200_000  # rows after which all files are finished, if the hour does not end before
_STAMP = pyarrow.timestamp("us", "UTC")
_OWN = pyarrow.schema(
    [
        ("time", _STAMP),
        ("stored", _STAMP),
        ("host", pyarrow.string()),
        ("namespace", pyarrow.string()),
        ("start", pyarrow.string()),
        ("sequence", pyarrow.int64()),
        ("generation", pyarrow.int64()),
        ("event", pyarrow.string()),
        ("lost", pyarrow.int64()),
        ("record", pyarrow.string()),
    ]
)


class Come(NamedTuple):
    """The last sequence of a start that is kept."""

    host: str
    namespace: str | int | None
    start: str
    last: int


class Place(NamedTuple):
    """Up to where which stream is kept: it was made at `created`."""

    stream: str = ""
    created: str = ""
    position: int = 0
    come: tuple[Come, ...] = ()


class _File:
    """A file that is being written, of one kind of object and one class of records (None: of none)."""

    def __init__(self, folder: Path, name: str, record: type[Record] | None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / name
        self.part = folder / f"{name}.part"
        self._record = record
        self._rows: list[tuple[Any, ...]] = []
        self._writer: Any = None

    def add(self, row: tuple[Any, ...], record: Record | None) -> None:
        self._rows.append((*row, record))
        if len(self._rows) >= _AT_ONCE:
            self.write()

    def write(self) -> None:
        rows, self._rows = self._rows, []
        own = [pyarrow.array([row[at] for row in rows], field.type) for at, field in enumerate(_OWN)]
        table = pyarrow.Table.from_arrays(own, schema=_OWN)
        if self._record is not None:
            for name, column in columns_beside(self._record, [row[-1] for row in rows], frozenset(_OWN.names)):
                table = table.append_column(name, column)
        if self._writer is None:
            self._writer = pyarrow.parquet.ParquetWriter(self.part, table.schema)
        self._writer.write_table(table.cast(self._writer.schema))

    def close(self) -> None:
        if self._rows:
            self.write()
        if self._writer is not None:
            self._writer.close()


class Archive:
    """Files of what a stream has, in a folder; `position` is up to where it has been kept by somebody before.

    `counts` says how many events were kept, and what was not what it should be: ``again``, ``gap``, ``unreadable``.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._orders: dict[tuple[str, str | int | None], Order] = {}
        self.counts = dict.fromkeys(("events", "again", "gap", "unreadable"), 0)
        self.place = self._place()
        self._files: dict[tuple[str, str], _File] = {}
        self._hour = ""
        self._first = self._rows = 0
        self._last: Message | None = None
        self._clean()

    def add(self, message: Message) -> None:
        """Keep what a message says. Raises OSError."""
        hour = moment(message.stamp).strftime("%Y-%m-%dT%H")
        waits = any(each.waits for each in self._orders.values())  # for what it would be behind
        if self._files and not waits and (hour != self._hour or self._rows >= _MOST):
            self.finish()
        if not self._files:
            self._hour, self._first, self._rows = hour, message.position, 0
        self._last = message
        try:
            said = read(message.subject, message.headers, message.payload)
        except FleetError as error:
            self._unreadable(message, "", None, str(error))
            return
        if isinstance(said, Part):
            return
        order = self._order(said.subject.host, said.subject.namespace)
        self._taken(message, order, order.take(said))

    def finish(self) -> None:
        """Finish all files, and say up to where the stream is kept. Raises OSError."""
        for order in self._orders.values():
            if self._last is not None:
                self._taken(self._last, order, order.flush())
        for each in self._files.values():
            each.close()
        for each in self._files.values():
            os.replace(each.part, each.path)
        self._files.clear()
        if self._last is not None:
            come = (Come(*key, *last) for key, order in self._orders.items() for last in order.come().items())
            self.place = self.place._replace(position=self._last.position, come=tuple(come))
            said = self.folder / f"{POSITION}.part"
            with open(said, "wb") as file:
                file.write(msgspec.json.encode(self.place._asdict()))
                file.flush()
                os.fsync(file.fileno())
            os.replace(said, self.folder / POSITION)

    def _taken(self, message: Message, order: Order, taken: Iterable[Events | Gap]) -> None:
        for each in taken:
            if isinstance(each, Gap):
                self._gap(message, each)
            else:
                self._events(message, each, order)

    def of(self, stream: str, created: str) -> None:
        """Say which stream it is of. Raises FleetError where the folder has another's."""
        place = self.place
        if place.stream and (place.stream, place.created) != (stream, created):
            raise FleetError(
                f"{self.folder} is the archive of the stream {place.stream!r} that was made at {place.created}, "
                f"and this is {stream!r} of {created}: give another folder"
            )
        self.place = place._replace(stream=stream, created=created)

    def _events(self, message: Message, events: Events, order: Order) -> None:
        try:
            lines = events.lines()
        except FleetError as error:
            self._unreadable(message, events.start, events, str(error))
            return
        subject = events.subject
        for said in lines:
            record = None
            try:
                record = events.record_of(said)
            except EncodeError:
                self.counts["unreadable"] += 1
            text = msgspec.json.encode(said).decode() if record is None else None
            of = (moment(said.time), moment(message.stamp), subject.host, called(subject.namespace))
            what = (events.start, said.sequence, said.generation, said.event, said.lost or said.count, text)
            self._put(subject.kind, (*of, *what), record)
            self.counts["events"] += 1
            if (gap := order.followed(subject, said)) is not None:
                self._gap(message, gap)

    def _gap(self, message: Message, gap: Gap) -> None:
        self.counts["gap"] += gap.count
        of = (None, moment(message.stamp), gap.host, called(gap.namespace))
        self._put("gap", (*of, gap.start, gap.first, None, "gap", gap.count, None), None)

    def _unreadable(self, message: Message, start: str, events: Events | None, why: str) -> None:
        self.counts["unreadable"] += 1 if events is None else events.count
        host, namespace = ("", "") if events is None else (events.subject.host, called(events.subject.namespace))
        first = None if events is None else events.first
        row = (None, moment(message.stamp), host, namespace, start, first, None, "unreadable", None, why)
        self._put("unreadable", row, None)

    def _put(self, kind: str, row: tuple[Any, ...], record: Record | None) -> None:
        cls = None if record is None else class_of(record)
        name = "" if cls is None else cls.__name__
        file = self._files.get((kind, name))
        if file is None:
            behind = "" if cls is None or cls.__name__.lower() == kind else f"-{name.lower()}"
            behind = "-json" if cls is None and kind not in _PLAIN else behind
            path = self.folder / kind.replace(":", "-").replace("/", "-")
            file = self._files[kind, name] = _File(path, f"{self._hour}-{self._first:020}{behind}.parquet", cls)
        file.add(row, record)
        self._rows += 1

    def _place(self) -> Place:
        path = self.folder / POSITION
        if not path.exists():
            return Place()
        try:
            said = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
            place = Place(**said | {"come": msgspec.convert(said["come"], tuple[Come, ...])})
        except (msgspec.MsgspecError, KeyError, TypeError):
            raise FleetError(f"{path} does not say up to where the archive goes: is it one?") from None
        for each in place.come:
            self._order(each.host, each.namespace).begin(each.start, each.last)
        return place

    def _order(self, host: str, namespace: str | int | None) -> Order:
        return self._orders.setdefault((host, namespace), Order(self.counts))

    def _clean(self) -> None:
        """Take away what was begun and not finished: it is read again."""
        for path in self.folder.glob("*/*"):
            found = _NAMED.match(path.name)
            if found is not None and (path.suffix == ".part" or int(found[1]) > self.place.position):
                path.unlink()


_NAMED = re.compile(r"\d{4}-\d\d-\d\dT\d\d-(\d{20})(?:-\w+)?\.parquet")
_PLAIN = ("start", "stop", "overrun", "gap", "unreadable")
