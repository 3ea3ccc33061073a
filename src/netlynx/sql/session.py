"""Statements over what the kernel lists: each table that one names is read when it is executed."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self  # DuckDB's and pyarrow's, which tell no types

from netlynx.errors import ConnectionClosed, NetlynxError
from netlynx.sql.catalogue import LISTINGS, VIEWS, Conditions, Listing
from netlynx.sql.needed import SqlError, needed
from netlynx.sql.places import Places
from netlynx.sql.result import Result
from netlynx.sql.statement import About, Parameters, about, tables_in
from netlynx.wire.nearest import nearest

if TYPE_CHECKING:
    from netlynx.netns import Where
    from netlynx.transport.base import Kernel

_NOBODY = About(frozenset(), frozenset(), ())
# Nothing is fetched from elsewhere, and no variable of this file is a table.
_CONFIGURATION = {"autoinstall_known_extensions": False, "python_enable_replacements": False}
_CHANGED = re.compile(r"\b(?:insert\s+into|update|delete\s+from|alter\s+\w+|truncate)\s+\"?(\w+)", re.IGNORECASE)


_MADE = re.compile(
    r"\bcreate\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+)?(?:table|view)\s+(?:if\s+not\s+exists\s+)?\"?(\w+)",
    re.IGNORECASE,
)


class Reading:
    """How tables are read: of which namespaces, and each once in a statement that names it more often."""

    def __init__(self, places: Places, everywhere: bool) -> None:
        self._places = places
        self._everywhere = everywhere
        self._about = _NOBODY
        self._kept: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()  # DuckDB reads in several threads
        self.failure: Exception | None = None
        self.unseen = 0
        self.unread: dict[str, NetlynxError] = {}

    def begin(self, said: About) -> None:
        """What follows is read for this statement."""
        self._about, self.failure, self.unseen = said, None, 0
        self.unread.clear()
        self._kept.clear()

    def end(self) -> None:
        """The statement was executed."""
        self._about = _NOBODY
        self._kept.clear()

    def read(self, listing: Listing, columns: set[str], conditions: Conditions) -> Any:
        """As `netlynx.sql.dataset.Reader`."""
        from netlynx.sql.reading import NETNS, read, schema_of

        try:
            names = self._names(listing, conditions.get(NETNS))
            if listing.name not in self._about.repeated:
                return read(listing, [(name, self._places.connection(name)) for name in names], columns, conditions)
            import pyarrow

            whole = schema_of(listing)
            with self._lock:
                for name in names:
                    if (listing.name, name) not in self._kept:
                        place = (name, self._places.connection(name))
                        self._kept[listing.name, name] = read(listing, [place], whole.names, {})
                kept = [self._kept[listing.name, name] for name in names]
            table = pyarrow.concat_tables(kept) if kept else whole.empty_table()
            return table.select([name for name in table.column_names if name in columns])
        except Exception as error:
            self.failure = self.failure or error
            raise

    def _names(self, listing: Listing, wanted: tuple[str, ...] | None) -> tuple[str, ...]:
        """The namespaces to read."""
        if listing.once:
            return (self._places.own,) if wanted is None or self._places.own in wanted else ()
        if wanted is not None:
            return wanted
        if self._about.namespaces:
            return self._about.namespaces
        if not self._everywhere:
            return (self._places.own,)
        names, self.unseen = self._places.everywhere()
        return tuple(filter(self._can_be_read, names))

    def _can_be_read(self, name: str) -> bool:
        """Whether a namespace that was found can be entered; it is noted where not."""
        try:
            self._places.connection(name)
        except NetlynxError as error:
            self.unread[name] = error
        return name not in self.unread


class Session:
    """Every listing of every room as a table, in a database of one's own in memory. Made by `netlynx.sql.connect`.

    For one thread at a time. Closed by `close`, or by the end of a ``with`` block.
    """

    def __init__(
        self,
        netns: Where | None,
        kernel: Kernel | str | None,
        all_namespaces: bool,
        timeout: float,
        history: Any,
    ) -> None:
        duckdb = needed()
        self._errors: Any = duckdb.Error
        self._places = Places(netns, kernel, timeout)
        self._reading = Reading(self._places, all_namespaces)
        self._known: set[str] = set()
        self._connection: Any = duckdb.connect(":memory:", config=_CONFIGURATION)
        self._history: dict[str, str] = {}
        if history is not None:
            from netlynx.sql.history import tables_of

            self._history = tables_of(history)
            for name, statement in self._history.items():
                self._connection.execute(f"create view {name} as {statement}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database, and the connections to the kernel."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._places.close()

    @property
    def unseen(self) -> int:
        """Of how many processes the last statement over all namespaces could not tell in which they are."""
        return self._reading.unseen

    @property
    def unread(self) -> dict[str, NetlynxError]:
        """The namespaces that the last statement over all of them found and could not enter, and why."""
        return dict(self._reading.unread)

    def tables(self) -> dict[str, str]:
        """The names of all tables, and what they are."""
        found = {name: each.about for name, each in LISTINGS.items()}
        found |= {name: what for name, (what, _) in VIEWS.items()}
        return dict(sorted(found.items())) | dict.fromkeys(self._history, "what `netlynx monitor` has written")

    def schema(self, table: str) -> dict[str, str]:
        """The columns of a table, and their types in DuckDB's words. Raises SqlError for one that there is not."""
        name = table.strip('"').lower()
        if name not in self.tables():
            raise SqlError(f"there is no table {table!r}{self._near(name)}")
        if self._connection is None:
            raise ConnectionClosed("the session is closed")
        self._register(tables_in(name))
        relation = self._connection.sql(f'select * from "{name}"')  # which is not executed
        return dict(zip(relation.columns, map(str, relation.types), strict=True))

    def execute(self, statement: str, parameters: Parameters = None) -> Result:
        """Carry out a statement, and have what comes of it: all of it, in memory.

        A table that it names is read once, of it the columns and, as far as netlynx and the kernel can look at them,
        the rows that it takes. `parameters` stand for ``?``, ``$1`` or ``$name``. Raises SqlError for what DuckDB does
        not take, and what `Connection.table` raises for what the kernel refuses.
        """
        if self._connection is None:
            raise ConnectionClosed("the session is closed")
        if (made := _MADE.search(statement)) is not None and made[1].lower() in self.tables():
            raise SqlError(f"{made[1]} is what the kernel lists: a table of one's own needs another name")
        with self._explained(statement):
            said = about(self._connection, statement, parameters)
            self._register(said.tables)
            self._reading.begin(said)
            try:
                return Result(self._connection.sql(statement, params=parameters))
            finally:
                self._reading.end()

    def _register(self, names: frozenset[str]) -> None:
        from netlynx.sql.dataset import ListingDataset

        for name in sorted(names - self._known, key=lambda name: name in VIEWS):
            if name in VIEWS:
                self._connection.execute(f'create temp view "{name}" as {VIEWS[name][1]}')
            else:
                self._connection.register(name, ListingDataset(LISTINGS[name], self._reading))
            self._known.add(name)

    @contextmanager
    def _explained(self, statement: str) -> Iterator[None]:
        try:
            yield
        except self._errors as error:
            failure, self._reading.failure = self._reading.failure, None
            if isinstance(failure, NetlynxError | ValueError | OSError):
                raise failure from None
            raise SqlError(self._in_words(str(error), statement)) from None

    def _in_words(self, said: str, statement: str) -> str:
        changed = _CHANGED.search(statement)
        if changed is not None and changed[1].lower() in self.tables():
            return (
                f"{changed[1]} is what the kernel lists, and is only read here: "
                "what changes it are `netlynx add`, `change` and `delete`"
            )
        if (unknown := re.search(r"Table with name \"?([^\s\"!]+)\"? does not exist", said)) is not None:
            return f"there is no table {unknown[1]!r}{self._near(unknown[1].lower())}"
        first = said.split("\n\nLINE ")[0]
        return " ".join(first.split())

    def _near(self, name: str) -> str:
        hint = nearest(name, self.tables(), most=2, listed="")
        return f"{hint} (`netlynx sql .tables` lists all)" if hint else ": `netlynx sql .tables` lists all"
