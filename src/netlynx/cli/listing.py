"""Listings: one command for each kind of object of NETLINK_ROUTE. What is filtered, the kernel filters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netlynx.cli.options import Dev, Family, Format, Json, Kernel, Lines, Netns, connection, family_name, index_of
from netlynx.cli.output import COLUMNS, ONE, Form, form_of, write_json, write_table

if TYPE_CHECKING:
    from netlynx.cli.tables import Table
    from netlynx.connection import Connection
    from netlynx.operation import Dump


def links(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Only this one: a name, or an alternative name.")
    ] = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="KIND", help="Only these: veth, bridge …")] = None,
    master: Annotated[
        str | None, typer.Option("--master", metavar="NAME", help="Only ports of this one; `none`: of no other.")
    ] = None,
    family: Family = None,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List network interfaces."""
    from netlynx import route
    from netlynx.cli import tables

    form = form_of(json, lines, format)
    if name is not None and form in COLUMNS:
        raise typer.BadParameter(ONE)
    if name is not None and (kind, master, family) != (None, None, None):
        raise typer.BadParameter("a single link is not filtered: leave --kind, --master and --family out")
    with connection(netns, kernel) as nl:
        if name is not None:
            _show(nl, form, tables.LINKS, [nl.do(route.link(name=name))])
        else:
            below = None if master is None else 0 if master == "none" else index_of(nl, master)
            wanted = route.links(kind=kind, master=below, family=family_name(family))
            show_listed(nl, form, tables.LINKS, wanted)


def addresses(
    dev: Dev = None,
    family: Family = None,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List addresses of interfaces."""
    from netlynx import route
    from netlynx.cli import tables

    form = form_of(json, lines, format)
    with connection(netns, kernel) as nl:
        index = None if dev is None else index_of(nl, dev)
        show_listed(nl, form, tables.ADDRESSES, route.addresses(family=family_name(family), index=index))


def routes(
    to: Annotated[
        str | None,
        typer.Argument(metavar="ADDRESS", help="Ask which way a packet to this address would go."),
    ] = None,
    dev: Dev = None,
    family: Family = None,
    table: Annotated[
        str | None, typer.Option("--table", metavar="TABLE", help="Only this one: main, local, default or a number.")
    ] = None,
    protocol: Annotated[
        str | None, typer.Option("--protocol", metavar="PROTOCOL", help="Only those made by: static, kernel, bgp …")
    ] = None,
    type: Annotated[
        str | None, typer.Option("--type", metavar="TYPE", help="Only these: unicast, local, blackhole …")
    ] = None,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List routes of all tables, or look one up."""
    from netlynx import route
    from netlynx.cli import tables

    form = form_of(json, lines, format)
    if to is not None and form in COLUMNS:
        raise typer.BadParameter(ONE)
    if to is not None and (family, table, protocol, type) != (None, None, None, None):
        raise typer.BadParameter("a lookup goes through the tables as a packet does: it takes no filter but --dev")
    number = None if table is None else _table_number(table)
    with connection(netns, kernel) as nl:
        oif = None if dev is None else index_of(nl, dev)
        if to is not None:
            _show(nl, form, tables.ROUTES, [nl.do(route.route(to, oif=oif))])
            return
        origin = int(protocol) if protocol is not None and protocol.isdecimal() else protocol
        wanted = route.routes(family=family_name(family), table=number, oif=oif, protocol=origin, type=type)
        show_listed(nl, form, tables.ROUTES, wanted)


def neighbours(
    dev: Dev = None,
    family: Family = None,
    master: Annotated[
        str | None, typer.Option("--master", metavar="NAME", help="Only those on ports of this bridge or VRF.")
    ] = None,
    proxy: Annotated[bool, typer.Option("--proxy", help="List the addresses that this host answers for.")] = False,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List neighbours: which hardware address an IP address is at."""
    from netlynx import route
    from netlynx.cli import tables

    form = form_of(json, lines, format)
    with connection(netns, kernel) as nl:
        index = None if dev is None else index_of(nl, dev)
        above = None if master is None else index_of(nl, master)
        wanted = route.neighbours(family=family_name(family), index=index, master=above, proxy=proxy)
        show_listed(nl, form, tables.NEIGHBOURS, wanted)


def rules(
    family: Family = None,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List routing policy rules: which table is asked for which packets."""
    from netlynx import route
    from netlynx.cli import tables

    form = form_of(json, lines, format)
    with connection(netns, kernel) as nl:
        show_listed(nl, form, tables.RULES, route.rules(family=family_name(family)))


def _table_number(name: str) -> int:
    from netlynx.cli import tables

    try:
        return tables.table_number(name)
    except ValueError:
        problem = f"{name!r} is neither a number nor main, local or default"
        raise typer.BadParameter(problem, param_hint="--table") from None


def show_listed(nl: Connection, form: Form, table: Table, wanted: Dump[Any]) -> None:
    """Print what is listed: as it comes where each record is printed alone; elsewhere all, read again when the table
    changed."""
    if form in COLUMNS:
        from netlynx.cli.export import write_table as write_columns

        write_columns(nl.table(wanted), form)
        return
    listed = nl.dump(wanted)
    _show(nl, form, table, listed if form is Form.LINES else listed.all())


def _show(nl: Connection, form: Form, table: Table, records: Iterable[Any]) -> None:
    """Print records of the kind that the table is for."""
    from netlynx.cli.interfaces import Interfaces

    if form is not Form.TABLE:
        write_json(records, form)
        return
    interfaces = Interfaces(nl)
    write_table(table.columns, (row for record in records for row in table.rows(record, interfaces)))
