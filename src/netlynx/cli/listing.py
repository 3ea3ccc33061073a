"""Listings: one command for each kind of object of NETLINK_ROUTE. What is filtered, the kernel filters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

from netlynx.cli.declare import Argument, Option
from netlynx.cli.form import COLUMNS, ONE, Form, misused
from netlynx.cli.options import (
    AddressFamily,
    Dev,
    Family,
    Format,
    Json,
    Kernel,
    Lines,
    LinkFamily,
    NeighbourFamily,
    Netns,
    RouteFamily,
    connection,
    family_name,
    index_of,
)
from netlynx.cli.output import Column, form_of, write_json, write_listed, write_rows, write_table

if TYPE_CHECKING:
    from netlynx.cli.tables import Table
    from netlynx.client.connection import Connection
    from netlynx.engine.operation import Dump


def links(
    name: Annotated[str | None, Argument("NAME", help="Only this one: a name, or an alternative name.")] = None,
    kind: Annotated[str | None, Option("--kind", metavar="KIND", help="Only these: veth, bridge …")] = None,
    master: Annotated[
        str | None, Option("--master", metavar="NAME", help="Only ports of this one; `none`: of no other.")
    ] = None,
    family: LinkFamily = None,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List network interfaces."""
    from netlynx import route

    form = form_of(json, lines, format)
    if name is not None and form in COLUMNS:
        raise misused(ONE)
    if name is not None and (kind, master, family) != (None, None, None):
        raise misused("a single link is not filtered: leave --kind, --master and --family out")
    with connection(netns, kernel) as nl:
        if name is not None:
            _show(nl, form, "LINKS", [nl.do(route.link(name=name))])
        else:
            below = None if master is None else 0 if master == "none" else index_of(nl, master, "--master")
            wanted = route.links(kind=kind, master=below, family=family_name(family))
            show_listed(nl, form, "LINKS", wanted)


def addresses(
    dev: Dev = None,
    family: AddressFamily = None,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List addresses of interfaces."""
    from netlynx import route

    form = form_of(json, lines, format)
    with connection(netns, kernel) as nl:
        index = None if dev is None else index_of(nl, dev, "--dev")
        show_listed(nl, form, "ADDRESSES", route.addresses(family=family_name(family), index=index))


def routes(
    to: Annotated[
        str | None,
        Argument("ADDRESS", help="Ask which way a packet to this address would go."),
    ] = None,
    dev: Dev = None,
    family: RouteFamily = None,
    table: Annotated[
        str | None,
        Option("--table", metavar="TABLE", help="Only this one: main, a name of rt_tables, a number."),
    ] = None,
    protocol: Annotated[
        str | None, Option("--protocol", metavar="PROTOCOL", help="Only those made by: static, kernel, bgp …")
    ] = None,
    type: Annotated[
        str | None, Option("--type", metavar="TYPE", help="Only these: unicast, local, blackhole …")
    ] = None,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List routes of all tables, or look one up."""
    from netlynx import route

    form = form_of(json, lines, format)
    if to is not None and form in COLUMNS:
        raise misused(ONE)
    if to is not None and (family, table, protocol, type) != (None, None, None, None):
        raise misused("a lookup goes through the tables as a packet does: it takes no filter but --dev")
    number = None if table is None else _table_number(table)
    with connection(netns, kernel) as nl:
        oif = None if dev is None else index_of(nl, dev, "--dev")
        if to is not None:
            _show(nl, form, "ROUTES", [nl.do(route.route(to, oif=oif))])
            return
        origin = int(protocol) if protocol is not None and protocol.isdecimal() else protocol
        wanted = route.routes(family=family_name(family), table=number, oif=oif, protocol=origin, type=type)
        show_listed(nl, form, "ROUTES", wanted)


def neighbours(
    dev: Dev = None,
    family: NeighbourFamily = None,
    master: Annotated[
        str | None, Option("--master", metavar="NAME", help="Only those on ports of this bridge or VRF.")
    ] = None,
    proxy: Annotated[bool, Option("--proxy", help="List the addresses that this host answers for.")] = False,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List neighbours: which hardware address an IP address is at, or behind which port of a bridge one is."""
    from netlynx import route

    form = form_of(json, lines, format)
    if proxy and family_name(family) == "bridge":
        raise misused("a forwarding database has no addresses that this host answers for", "--proxy")
    with connection(netns, kernel) as nl:
        index = None if dev is None else index_of(nl, dev, "--dev")
        above = None if master is None else index_of(nl, master, "--master")
        if family_name(family) == "bridge":
            wanted = route.fdb(bridge=above, index=index)
        else:
            wanted = route.neighbours(family=family_name(family), index=index, master=above, proxy=proxy)
        show_listed(nl, form, "NEIGHBOURS", wanted)


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

    form = form_of(json, lines, format)
    with connection(netns, kernel) as nl:
        show_listed(nl, form, "RULES", route.rules(family=family_name(family)))


def nexthops(
    id: Annotated[str | None, Argument("ID", help="Only this one.")] = None,
    dev: Dev = None,
    family: Family = None,
    master: Annotated[
        str | None, Option("--master", metavar="NAME", help="Only those on ports of this bridge or VRF.")
    ] = None,
    groups: Annotated[bool, Option("--groups", help="Only groups of others.")] = False,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List nexthop objects, which routes refer to by their IDs: single ones and groups."""
    from netlynx import route

    form = form_of(json, lines, format)
    if id is not None and form in COLUMNS:
        raise misused(ONE)
    if id is not None and (dev, family, master, groups) != (None, None, None, False):
        raise misused("a single one is not filtered: leave --dev, --family, --master and --groups out")
    if id is not None and not (id.isascii() and id.isdecimal()):
        raise misused(f"{id!r} is no ID: they are numbers from 1 on", "ID")
    with connection(netns, kernel) as nl:
        if id is not None:
            _show(nl, form, "NEXTHOPS", [nl.do(route.nexthop(int(id)))])
            return
        oif = None if dev is None else index_of(nl, dev, "--dev")
        above = None if master is None else index_of(nl, master, "--master")
        wanted = route.nexthops(family=family_name(family), oif=oif, master=above, groups=groups)
        show_listed(nl, form, "NEXTHOPS", wanted)


def fdb(
    dev: Dev = None,
    bridge: Annotated[
        str | None, Option("--bridge", metavar="NAME", help="Only those of this bridge and its ports.")
    ] = None,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List forwarding databases: behind which port of a bridge, or which tunnel end of a VXLAN, an address is."""
    from netlynx import route

    form = form_of(json, lines, format)
    with connection(netns, kernel) as nl:
        index = None if dev is None else index_of(nl, dev, "--dev")
        above = None if bridge is None else index_of(nl, bridge, "--bridge")
        show_listed(nl, form, "FDB", route.fdb(bridge=above, index=index))


def nsids(
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List the IDs by which this network namespace knows others, with the names that those have on this host."""
    from netlynx import route

    form = form_of(json, lines, format)
    with connection(netns, kernel) as nl:
        found = nl.dump(route.namespace_ids()).all()
        names = nl.do(route.namespace_names()) if found and kernel in ("", "host") else {}
        firsts: dict[int | None, str] = {nsid: several[0] for nsid, several in names.items()}
        rows: list[dict[str, Any]] = [{"nsid": each.nsid, "fd": firsts.get(each.nsid)} for each in found]
    if form is Form.TABLE:
        cells = [[str(row["nsid"]), row["fd"] or ""] for row in rows]
        write_table((Column("NSID", right=True), Column("NAMESPACE")), cells)
    else:
        write_rows(rows, form)


def _table_number(name: str) -> int:
    from netlynx.route.table_names import table_names, table_number

    number = table_number(name)
    if not number:  # 0 is none, and would be no filter
        known = ", ".join(table_names())
        raise misused(f"{name!r} is no number, and no table of rt_tables; known: {known}", "--table")
    return number


def show_listed(nl: Connection, form: Form, table: Table | str, wanted: Dump[Any]) -> None:
    """Print what is listed; a name stands for one of `tables`, which are loaded when one is printed."""
    if form in COLUMNS:
        from netlynx.cli.export import write_table as write_columns

        write_columns(nl.table(wanted), form)
        return
    if form is Form.TABLE:
        _show(nl, form, table, nl.dump(wanted).all())
    else:
        write_listed(nl, wanted, form)


def _show(nl: Connection, form: Form, table: Table | str, records: Iterable[Any]) -> None:
    """Print records of the kind that the table is for."""
    if form is not Form.TABLE:
        write_json(records, form)
        return
    from netlynx.cli import tables
    from netlynx.cli.interfaces import Interfaces

    interfaces = Interfaces(nl)
    shown: Table = getattr(tables, table) if isinstance(table, str) else table
    write_table(shown.columns, (row for record in records for row in shown.rows(record, interfaces)))
