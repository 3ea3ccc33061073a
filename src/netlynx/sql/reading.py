"""Listings as pyarrow's tables: the columns and the rows that are wanted, of as many namespaces as are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any  # pyarrow's, which tells no types

import pyarrow

from netlynx.client.connection import Connection
from netlynx.client.table import Table
from netlynx.codec._codec import Columns, encode
from netlynx.diag import InetSocket
from netlynx.errors import EncodeError, NotFound, NotSupported
from netlynx.schema.compile import plan_of
from netlynx.schema.kinds import Code
from netlynx.schema.settle import kind_of
from netlynx.sql.catalogue import Conditions, Listing
from netlynx.sql.conditions import as_asked
from netlynx.wire.message import Message

NETNS = "netns"
_TYPE, _SEQUENCE, _PORT = 0x10, 1, 1  # of messages that are only read here


@cache
def schema_of(listing: Listing) -> Any:
    """The columns of a table: the namespace, then those of its records, without what is secret."""
    if listing.texts:
        return pyarrow.schema([pyarrow.field(name, pyarrow.string()) for name in (NETNS, *listing.texts)])
    record = listing.record
    made = pyarrow.table(Table(listing.name, Columns(plan_of(record)).finish())).schema
    hidden = {name for name, each in record.__declarations__.items() if each.secret}
    fields = [pyarrow.field(each.name, _plain(each.type)) for each in made if each.name not in hidden]
    if any(each.name == NETNS for each in fields):
        raise TypeError(f"{listing.name} has a column {NETNS} of its own")
    return pyarrow.schema([pyarrow.field(NETNS, pyarrow.string()), *fields])


def _plain(type: Any) -> Any:
    """A type without dictionaries that are within others, which filters of pyarrow's do not take."""
    return type if pyarrow.types.is_dictionary(type) else without_dictionaries(type)


def without_dictionaries(type: Any) -> Any:
    """The type of the same values, each in its place."""
    if pyarrow.types.is_dictionary(type):
        return type.value_type
    if pyarrow.types.is_struct(type):
        return pyarrow.struct([pyarrow.field(each.name, without_dictionaries(each.type)) for each in type])
    if pyarrow.types.is_list(type):
        return pyarrow.list_(without_dictionaries(type.value_type))
    return type


def read(
    listing: Listing, places: Iterable[tuple[str, Connection]], columns: Iterable[str], conditions: Conditions
) -> Any:
    """The columns of these names, of all namespaces; rows that do not meet the conditions may be left out.

    Raises as a connection.
    """
    schema = schema_of(listing)
    wanted = [name for name in schema.names if name in set(columns)]
    only = [name for name in wanted if name != NETNS]
    schema = pyarrow.schema([schema.field(name) for name in wanted])
    asked, wheres = _pushed(listing, conditions)
    found = [schema.empty_table()]
    for name, nl in places:
        for part in listing.parts(nl, asked):
            try:
                rows = _columns(nl, listing, part, only, wheres)
            except NotSupported:
                if not listing.skips:
                    raise
                continue
            except NotFound:
                if not asked:
                    raise
                continue  # there is no such interface, table …, so nothing is of it
            if rows is not None:
                found.append(_named(rows, name, schema))
    return pyarrow.concat_tables(found[1:] or found)


def _named(rows: Any, name: str, schema: Any) -> Any:
    """The rows as the table has them, with what their namespace is called."""
    arrays = [
        pyarrow.repeat(name, rows.num_rows) if each.name == NETNS else rows.column(each.name).cast(each.type)
        for each in schema
    ]
    return pyarrow.Table.from_arrays(arrays, schema=schema) if arrays else rows.select([])


def _columns(nl: Connection, listing: Listing, part: Any, only: list[str], wheres: Mapping[str, Any]) -> Any:
    """The rows of a dump, or of a list of records; None where none can meet the conditions."""
    if listing.texts:
        return pyarrow.Table.from_pylist(part, pyarrow.schema([(name, pyarrow.string()) for name in listing.texts]))
    if isinstance(part, list):
        return pyarrow.table(Table(listing.name, columns_of(listing.record, part, frozenset(only))))
    if wheres:
        try:
            part = part.where(**wheres)
        except EncodeError:  # what it asks for already is another value: each by itself was looked at before
            return None
    return pyarrow.table(nl.table(part, columns=only))


def columns_of(record: Any, records: Iterable[Any], only: frozenset[str] | None = None) -> Any:
    """Records of one class in columns, of all fields or of these."""
    plan = plan_of(record)
    sink = Columns(plan, None, False, only)
    data = b"".join(Message(_TYPE, 0, _SEQUENCE, _PORT, encode(plan, each)).pack() for each in records)
    sink.read(data, 0, len(data), _TYPE, _SEQUENCE, _PORT)
    return sink.finish()


def _pushed(listing: Listing, conditions: Conditions) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the kernel is asked for, and what is looked at in its messages."""
    asked: dict[str, Any] = {}
    wheres: dict[str, Any] = {}
    if listing.sweep:
        return asked, wheres
    record = listing.record
    for name, values in conditions.items():
        if name not in record.__declarations__:
            continue
        kind = kind_of(record, name)
        if kind.code is Code.IP and issubclass(record, InetSocket):
            continue  # there an IPv4 address also means what IPv6 sockets have for it
        if (given := as_asked(kind, values)) is None:
            continue
        if len(given) == 1 and name in listing.asks and _is_taken(listing.function, {**asked, name: given[0]}):
            asked[name] = given[0]
        elif _is_taken(listing.function().where, {name: {*given}}):
            wheres[name] = given[0] if len(given) == 1 else {*given}
    return asked, wheres


def _is_taken(make: Callable[..., Any], values: dict[str, Any]) -> bool:
    """Whether a listing can be made, or narrowed, with these values."""
    try:
        make(**values)
    except (EncodeError, TypeError):
        return False
    return True
