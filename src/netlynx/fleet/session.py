"""SQL over many hosts: the latest tables of all of them together, and what an archive has kept.

The tables are those of `netlynx.sql`, with the columns `host` and `namespace` in front instead of `netns`: ``""`` is a
publisher's own namespace, and ``nsid 3`` one without a name. They are as of now: a host's latest round, with the events
that came after it. One more is called ``hosts``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any  # pyarrow's, which tells no types

from netlynx.fleet.catching import called, latest_of
from netlynx.fleet.cursor import Stream, moment
from netlynx.fleet.mirror import FleetMirror
from netlynx.fleet.server import STREAM, UNSAID, Security, connected
from netlynx.sql.catalogue import LISTINGS
from netlynx.sql.needed import SqlError, needed
from netlynx.sql.result import Result
from netlynx.wire.nearest import nearest

if TYPE_CHECKING:
    import os

    from netlynx.fleet.catching import Latest
    from netlynx.fleet.mirror import HostView
    from netlynx.sql.statement import Parameters

HOSTS = "hosts"
_CONFIGURATION = {"autoinstall_known_extensions": False, "python_enable_replacements": False}
_UNKNOWN = re.compile(r"Table with name \"?([^\s\"!]+)\"? does not exist")


class FleetResult(Result):
    """Rows of a statement, as `netlynx.sql.Result` has them, and `remarks`: what of the hosts they do not have."""

    def __init__(self, relation: Any, remarks: Iterable[str]) -> None:
        super().__init__(relation)
        self.remarks = tuple(remarks)


async def sql(
    url: str,
    statement: str,
    parameters: Parameters = None,
    *,
    hosts: Iterable[str] = (),
    stream: str = STREAM,
    security: Security = UNSAID,
    history: str | os.PathLike[str] | None = None,
) -> FleetResult:
    """Carry out a statement over the tables of these hosts, or all. What it names is read, and nothing else.

    `parameters` stand for ``?``, ``$1`` or ``$name``; `history` is the folder of an archive: what it has of links is
    the table ``history_link``, and so on. Raises FleetError for a server or a host that is not there, SqlError for what
    DuckDB does not take, and FileNotFoundError for a folder that there is not.
    """
    duckdb = needed()
    words = {word.lower() for word in re.findall(r"\w+", statement)}
    names = frozenset(name for name in LISTINGS if name in words)
    kept: dict[str, str] = {}
    if history is not None:
        from netlynx.sql.history import tables_of

        kept = tables_of(history)
    remarks: list[str] = []
    tables: dict[str, Any] = {}
    published: set[str] = set()
    if names or HOSTS in words or not words & kept.keys():
        async with FleetMirror(url, hosts, stream, security, names, follows=False) as mirror:
            latest = mirror.latest
            published = {name for each in latest for name in each.tables}
            tables = {name: _together(name, mirror.hosts, remarks) for name in names if name in published}
            remarks += _doubts(mirror)
        if HOSTS in words:
            tables[HOSTS] = _hosts(latest)
    database = duckdb.connect(":memory:", config=_CONFIGURATION)
    try:
        for name, table in tables.items():
            database.register(name, table)
        for name, kept_as in kept.items():
            database.execute(f"create view {name} as {kept_as}")
        return FleetResult(database.sql(statement, params=parameters), remarks)
    except duckdb.Error as error:
        raise SqlError(_in_words(str(error), {HOSTS, *published, *kept})) from None
    finally:
        database.close()


async def tables(
    url: str, *, hosts: Iterable[str] = (), stream: str = STREAM, security: Security = UNSAID
) -> dict[str, tuple[str, int]]:
    """Which tables these hosts, or all, publish: what each is, and how many hosts have it. Raises FleetError."""
    async with connected(url, security) as client:
        latest = await latest_of(Stream(client, stream), hosts)
    counts: dict[str, set[str]] = {}
    for each in latest:
        for name in each.tables:
            counts.setdefault(name, set()).add(each.host)
    return {name: (LISTINGS[name].about if name in LISTINGS else "", len(counts[name])) for name in sorted(counts)}


@cache
def schema_of(name: str) -> Any:
    """The columns of a table, as a pyarrow.Schema. Raises SqlError for a table that there is not."""
    import pyarrow

    from netlynx.sql import reading

    if name not in LISTINGS:
        raise SqlError(f"there is no table {name!r}{nearest(name, LISTINGS, listed='')}")
    fields = [each for each in reading.schema_of(LISTINGS[name]) if each.name != reading.NETNS]
    return pyarrow.schema([("host", pyarrow.string()), ("namespace", pyarrow.string()), *fields])


def types_of(name: str) -> dict[str, str]:
    """The columns of a table, and their types in DuckDB's words. Raises SqlError for a table that there is not."""
    duckdb = needed()
    with duckdb.connect(":memory:", config=_CONFIGURATION) as database:
        relation = database.from_arrow(schema_of(name).empty_table())
        return dict(zip(relation.columns, map(str, relation.types), strict=True))


def _together(name: str, hosts: Iterable[HostView], remarks: list[str]) -> Any:
    """The rows of all hosts."""
    import pyarrow

    schema = schema_of(name)
    found = [schema.empty_table()]
    for each in hosts:
        if name in each.tables:
            try:
                found.append(_named(each, each.table(name), schema, remarks))
            except (pyarrow.ArrowException, ValueError) as error:
                remarks.append(f"{each.host}: {name} cannot be read: {' '.join(str(error).split())}")
    return pyarrow.concat_tables(found)


def _named(view: HostView, rows: Any, schema: Any, remarks: list[str]) -> Any:
    """The rows as the table has them, with whose they are."""
    import pyarrow

    own = {"host": view.host, "namespace": called(view.namespace)}
    if unknown := [name for name in rows.column_names if name not in schema.names]:
        remarks.append(f"{view.host}: columns that are not known here are left out: {', '.join(unknown)}")
    arrays = []
    for field in schema:
        if field.name in own:
            arrays.append(pyarrow.repeat(own[field.name], rows.num_rows))
        elif field.name in rows.column_names:
            arrays.append(rows.column(field.name).cast(field.type))
        else:
            arrays.append(pyarrow.nulls(rows.num_rows, field.type))
    return pyarrow.Table.from_arrays(arrays, schema=schema)


def _doubts(mirror: FleetMirror) -> Iterable[str]:
    """What is known not to be so, or not known to be so."""
    for each in mirror.hosts:
        lost, unreadable = each.counts.get("lost", 0), each.counts.get("unreadable", 0)
        where = f"{each.host} {called(each.namespace)}".rstrip()
        if lost:
            yield f"{where}: events lost since its tables were read: {lost}"
        if unreadable:
            yield f"{where}: events or tables that could not be read: {unreadable}"
        if not each.certain and each.tables and not lost and not unreadable:
            yield f"{where}: what changed since its tables were read may have changed more than was told"
    if mirror.statistics.unreadable:
        yield f"messages that could not be read: {mirror.statistics.unreadable}"


def _hosts(latest: Iterable[Latest]) -> Any:
    """Who is there, as a table."""
    import pyarrow

    stamp = pyarrow.timestamp("us", "UTC")
    schema = pyarrow.schema(
        [
            ("host", pyarrow.string()),
            ("namespace", pyarrow.string()),
            ("seen", stamp),
            ("said", stamp),
            ("start", pyarrow.string()),
            ("generation", pyarrow.int64()),
            ("sequence", pyarrow.int64()),
            ("stopped", pyarrow.bool_()),
        ]
    )
    rows = [
        (
            each.host,
            called(each.namespace),
            moment(each.seen),
            moment(each.said),
            each.start,
            each.generation,
            each.sequence,
            each.event == "stop",
        )
        for each in latest
    ]
    columns = [pyarrow.array([row[at] for row in rows], field.type) for at, field in enumerate(schema)]
    return pyarrow.Table.from_arrays(columns, schema=schema)


def _in_words(said: str, known: Iterable[str]) -> str:
    if (unknown := _UNKNOWN.search(said)) is not None:
        name = unknown[1].lower()
        if name in LISTINGS:
            return f"no host publishes {name}: those that are published are {', '.join(sorted(known))}"
        return f"there is no table {unknown[1]!r}{nearest(name, known, most=2, listed='')}"
    return " ".join(said.split("\n\nLINE ")[0].split())
