"""Listings of multicast routing: forwarding entries, tables with their interfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from netlynx.cli.declare import Interface, Option
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listed import Asked, listing
from netlynx.cli.options import Family, table_number
from netlynx.cli.output import Column, Row
from netlynx.cli.tables import Table, table_name, text

if TYPE_CHECKING:
    from netlynx.route.multicast import CacheReport, MulticastTable
    from netlynx.route.route import Route


_COUNTED = ("packets", "bytes", "wrong_interface")


def _route(entry: Route, interfaces: Interfaces) -> list[Row]:
    counted = entry.multicast_stats
    unresolved = entry.flags is not None and "unresolved" in entry.flags.labels
    return [
        [
            text(entry.source).removesuffix("/32").removesuffix("/128"),
            text(entry.destination).removesuffix("/32").removesuffix("/128"),
            interfaces.name(entry.iif),
            " ".join(_way(interfaces.name(hop.oif), hop.weight - 1) for hop in entry.multipath),
            "unresolved" if unresolved else "resolved",
            table_name(entry.table),
            text(entry.protocol),
            *("" if counted is None else text(getattr(counted, each)) for each in _COUNTED),
        ]
    ]


def _way(name: str, ttl: int) -> str:
    """Where an entry leads, and from which TTL on, where that is not any."""
    return name if ttl <= 1 else f"{name} (ttl {ttl})"


ROUTES = Table(
    (
        Column("SOURCE", bare=True),
        Column("GROUP", bare=True),
        Column("IIF"),
        Column("OIFS", wrap=True),
        Column("STATE", colours={"unresolved": "yellow"}, spare=1),
        Column("TABLE", spare=3),
        Column("PROTOCOL", spare=4),
        Column("PACKETS", right=True, spare=2),
        Column("BYTES", right=True, spare=5),
        Column("WRONG IIF", right=True, spare=6),
    ),
    _route,
)


@listing("multicast:ROUTES")
def multicast_routes(
    dev: Annotated[
        str | None, Interface("--dev", metavar="NAME", help="Only those that go out to this interface.")
    ] = None,
    family: Family = None,
    table: Annotated[
        str | None, Option("--table", metavar="TABLE", help="Only this one: a number, a name of rt_tables.")
    ] = None,
) -> Asked:
    """List forwarding entries of multicast: where packets of a source to a group come in, and where they go out."""
    from netlynx import route

    number = None if table is None else table_number(table)
    return route.multicast_routes(family=family, table=number, oif=dev)


def _table(table: MulticastTable, interfaces: Interfaces) -> list[Row]:
    first = [table_name(table.id), text(table.unresolved)]
    rows: list[Row] = [
        [
            *first,
            text(each.id),
            interfaces.name(each.index),
            text(each.flags),
            *map(text, (each.packets_in, each.bytes_in, each.packets_out, each.bytes_out)),
        ]
        for each in table.interfaces
    ]
    return rows or [[*first, *[""] * (len(TABLES.columns) - len(first))]]


TABLES = Table(
    (
        Column("TABLE", bare=True),
        Column("UNRESOLVED", right=True, spare=6),
        Column("NUMBER", right=True, spare=1),
        Column("DEV", bare=True),
        Column("FLAGS", spare=5),
        Column("PACKETS IN", right=True, spare=2),
        Column("BYTES IN", right=True, spare=4),
        Column("PACKETS OUT", right=True, spare=3),
        Column("BYTES OUT", right=True, spare=4),
    ),
    _table,
)


@listing("multicast:TABLES")
def multicast_tables() -> Asked:
    """List tables of IPv4 multicast routing with their interfaces."""
    from netlynx import route

    return route.multicast_tables()


def _report(report: CacheReport, _: Interfaces) -> list[Row]:
    return [
        [
            text(report.type),
            text(report.source),
            text(report.destination),
            text(report.interface),
            table_name(report.table),
        ]
    ]


REPORTS = Table(
    (
        Column("REPORT", bare=True),
        Column("SOURCE", bare=True),
        Column("GROUP", bare=True),
        Column("NUMBER", right=True),
        Column("TABLE"),
    ),
    _report,
)
