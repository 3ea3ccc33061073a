"""One look-up in one table of routes: the command, and how what was found looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from netlynx.cli.form import COLUMNS, ONE, misused
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listed import show
from netlynx.cli.options import Format, Json, Kernel, Lines, Netns, Wide, connection
from netlynx.cli.output import Column, Row, form_of
from netlynx.cli.tables import Table, table_name, text

if TYPE_CHECKING:
    from netlynx.fib_lookup import Found


def lookup(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="An IPv4 address.")],
    table: Annotated[
        str, typer.Option("--table", metavar="TABLE", help="Ask this one: a name of rt_tables, or a number up to 255.")
    ] = "main",
    mark: Annotated[str, typer.Option("--mark", metavar="MARK", help="As for packets with this mark.")] = "0",
    tos: Annotated[str, typer.Option("--tos", metavar="TOS", help="As for packets with this type of service.")] = "0",
    scope: Annotated[
        str, typer.Option("--scope", metavar="SCOPE", help="Only routes that reach no farther: global, link, host.")
    ] = "global",
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Ask one table of IPv4 routes which of them an address falls under, whatever the rules say.

    `netlynx routes ADDRESS` asks what becomes of packets to an address.
    """
    from netlynx import fib_lookup

    form = form_of(json, lines, format, wide=wide)
    if form in COLUMNS:
        raise misused(ONE)
    wanted = fib_lookup.lookup(
        address,
        table=int(table) if table.isascii() and table.isdecimal() else table,
        mark=_number(mark, "--mark"),
        tos=_number(tos, "--tos"),
        scope=int(scope) if scope.isascii() and scope.isdecimal() else scope,
    )
    with connection(netns, kernel) as nl:
        show(nl, form, FOUND, [nl.do(wanted)], wide=wide)


def _number(given: str, option: str) -> int:
    try:
        return int(given, 0)
    except ValueError:
        raise typer.BadParameter(f"{given!r} is no number", param_hint=option) from None


def _row(found: Found, _: Interfaces) -> list[Row]:
    hop = "" if found.error else text(found.next_hop)
    scope = "" if found.error else text(found.scope)
    return [[text(found.address), text(found.prefix), table_name(found.table), text(found.type), scope, hop]]


FOUND = Table(
    (
        Column("ADDRESS", bare=True),
        Column("ROUTE"),
        Column("TABLE"),
        Column("TYPE", colours={"blackhole": "red", "unreachable": "red", "prohibit": "red"}),
        Column("SCOPE"),
        Column("HOP", right=True),
    ),
    _row,
)
