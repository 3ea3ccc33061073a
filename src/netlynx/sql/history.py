"""What was heard, kept in Parquet files: written by ``netlynx monitor --parquet DIR``, read as tables.

There is a folder for each kind of object, and in it a file for each hour (UTC): ``DIR/link/2026-11-30T14.parquet``,
with ``-1`` and so on behind the hour where it was begun anew. A file that is being written is called ``.part``; it is
whole, and gets its name, when its hour ends or the writer does.

| column | |
|---|---|
| `time` | when it was taken from the socket, to the microsecond |
| `event` | ``new``, ``update``, ``delete``, what else a family says, or ``overrun`` |
| `nsid` | the ID of the other namespace that it is of |
| `lost` | of an overrun, how many were lost where that is known; the rest of the row is null |
| `record` | JSON, of what no record is: letters, and events that say several things |

An overrun stands in the files of all kinds that were heard by then, and by itself in ``overrun``.

Behind them stand the columns of the record, as in the table of the listing; a field called as one of these is called
``record_time`` and so on.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any  # records of whatever kind, and pyarrow's, which tells no types

import pyarrow
import pyarrow.parquet

from netlynx.client.table import Table
from netlynx.codec._codec import Columns, encode, to_json
from netlynx.engine.operation import Event, Overrun
from netlynx.errors import NetlynxError
from netlynx.schema.compile import plan_of
from netlynx.schema.record import Record, class_of
from netlynx.wire.message import Message

PREFIX = "history_"
_OVERRUN = "overrun"
_AT_ONCE = 1000  # rows that are held in memory
_OWN = pyarrow.schema(
    [
        ("time", pyarrow.timestamp("us", "UTC")),
        ("event", pyarrow.string()),
        ("nsid", pyarrow.int32()),
        ("lost", pyarrow.int64()),
    ]
)
_TYPE, _SEQUENCE, _PORT = 0x10, 1, 1  # of messages that are only read here


class Writer:
    """Files of what is heard of one kind of object, of records of one class (None: what is no record)."""

    def __init__(self, folder: Path, record: Any) -> None:
        self._folder = folder
        self._record = record
        self._rows: list[tuple[datetime, str, int | None, int | None, Any]] = []
        self._file: Any = None
        self._hour = ""
        self._part = folder
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, item: Event[Any] | Overrun) -> None:
        """Keep an event, or that some were lost. Raises OSError."""
        now = datetime.now(UTC)
        hour = now.strftime("%Y-%m-%dT%H")
        if hour != self._hour:
            self.close()
            self._hour = hour
        if isinstance(item, Overrun):
            self._rows.append((now, "overrun", None, item.lost, None))
        else:
            self._rows.append((now, str(item.kind), item.nsid, None, item.record))
        if len(self._rows) >= _AT_ONCE:
            self._write()

    def close(self) -> None:
        """Write what is left, and give the file its name. Raises OSError."""
        if self._rows:
            self._write()
        if self._file is not None:
            self._file.close()
            self._file = None
            os.rename(self._part, self._named())

    def _named(self) -> Path:
        number = 0
        while (path := self._folder / f"{self._hour}{f'-{number}' if number else ''}.parquet").exists():
            number += 1
        return path

    def _write(self) -> None:
        rows, self._rows = self._rows, []
        own = [pyarrow.array([row[at] for row in rows], field.type) for at, field in enumerate(_OWN)]
        table = pyarrow.Table.from_arrays(own, schema=_OWN)
        for name, column in columns_beside(self._record, [row[4] for row in rows], frozenset((*_OWN.names, "record"))):
            table = table.append_column(name, column)
        if self._file is None:
            self._part = self._folder / f"{self._hour}.{os.getpid()}.part"
            self._file = pyarrow.parquet.ParquetWriter(self._part, table.schema)
        self._file.write_table(table.cast(self._file.schema))


def columns_beside(cls: Any, records: list[Any], own: frozenset[str]) -> Iterable[tuple[str, Any]]:
    """The columns of records of a class, all null where there is None for one; those called as `own` are renamed.

    Where the class is None there is one column, JSON.
    """
    if cls is None:
        texts = [None if each is None else to_json(each).decode() for each in records]
        return [("record", pyarrow.array(texts, pyarrow.string()))]
    plan = plan_of(cls)
    sink = Columns(plan)
    for each in records:
        if each is not None:
            message = Message(_TYPE, 0, _SEQUENCE, _PORT, encode(plan, each)).pack()
            sink.read(message, 0, len(message), _TYPE, _SEQUENCE, _PORT)
    made = pyarrow.table(Table(cls.__name__, sink.finish()))
    at = iter(range(made.num_rows))
    taken = pyarrow.array([None if each is None else next(at) for each in records], pyarrow.int64())
    return [
        (f"record_{name}" if name in own else name, _plain(made.column(name).combine_chunks().take(taken)))
        for name in made.column_names
    ]


def _plain(column: Any) -> Any:
    """A column without dictionaries: each file of Parquet makes its own."""
    from netlynx.sql.reading import without_dictionaries

    return column.cast(without_dictionaries(column.type))


class History:
    """The files of all kinds of objects that are heard."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows = 0
        self._writers: dict[tuple[str, str], Writer] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, kind: str, event: Event[Any]) -> None:
        """Keep an event of a kind of object. Raises OSError."""
        record = event.record
        cls = class_of(record) if isinstance(record, Record) and _is_plain(record) else None
        name = "" if cls is None else cls.__name__
        writer = self._writers.get((kind, name))
        if writer is None:
            several = any(other == kind for other, _ in self._writers)
            folder = f"{kind}-{name.lower() or 'other'}" if several else kind
            writer = self._writers[kind, name] = Writer(self.folder / folder.replace(":", "-"), cls)
        writer.add(event)
        self.rows += 1

    def lost(self, overrun: Overrun) -> None:
        """Keep that notifications were lost: nobody knows of which kind, so with each that was heard, and by itself.

        Raises OSError.
        """
        self._writers.setdefault((_OVERRUN, ""), Writer(self.folder / _OVERRUN, None))
        for each in self._writers.values():
            each.add(overrun)
            self.rows += 1

    def close(self) -> None:
        """Finish all files. Raises OSError."""
        for each in self._writers.values():
            each.close()


def _is_plain(record: Any) -> bool:
    """Whether a record can be put into a message again, as columns are made of those."""
    try:
        encode(plan_of(class_of(record)), record)
    except (NetlynxError, TypeError):
        return False
    return True


def tables_of(folder: str | os.PathLike[str]) -> dict[str, str]:
    """The tables that a folder has the files of, and the statement that reads each. Raises FileNotFoundError."""
    found = {}
    for each in sorted(Path(folder).iterdir()):
        if each.is_dir() and any(each.glob("*.parquet")):
            pattern = str(each / "*.parquet").replace("'", "''")
            name = PREFIX + "".join(sign if sign.isalnum() else "_" for sign in each.name.lower())
            found[name] = f"select * from read_parquet('{pattern}', union_by_name = true)"
    return found
