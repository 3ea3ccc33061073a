"""`netlynx altname`: the alternative names of links, up to 127 bytes long, as `ip link property` has them."""

from __future__ import annotations

from typing import Annotated

import typer

from netlynx.cli.commands import App
from netlynx.cli.options import Format, Json, Kernel, Lines, Netns, Wide, connection
from netlynx.cli.output import Column, form_of, phrases, write_rows, write_table
from netlynx.cli.stdout import write

commands = App()

_Link = Annotated[str, typer.Argument(metavar="NAME", help="The link, by any of its names.")]
_Names = Annotated[list[str], typer.Argument(metavar="ALTNAME…", help="The name, or several.")]


@commands.callback()
def about() -> None:
    """List, add and delete alternative names of links: each stands for the link wherever its name does."""


@commands.command("list")
def list_(
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List the links that have alternative names."""
    from netlynx import route
    from netlynx.cli.form import Form

    form = form_of(json, lines, format, wide=wide)
    with connection(netns, kernel) as nl:
        found = [link for link in nl.dump(route.links()) if link.alternative_names]
    if form is not Form.TABLE:
        write_rows([{"name": each.name, "alternative_names": [*each.alternative_names]} for each in found], form)
        return
    columns = (Column("NAME", bare=True), Column("ALTERNATIVE NAMES", wrap=True))
    write_table(columns, ([each.name or "", phrases(each.alternative_names)] for each in found), wide=wide)


@commands.command()
def add(link: _Link, names: _Names, netns: Netns = None, kernel: Kernel = "host") -> None:
    """Give a link more names. It takes CAP_NET_ADMIN."""
    from netlynx import route

    with connection(netns, kernel) as nl:
        nl.do(route.add_alternative_names(link, *names))
    write(f"added to {link}: {' '.join(names)}")


@commands.command()
def delete(link: _Link, names: _Names, netns: Netns = None, kernel: Kernel = "host") -> None:
    """Take alternative names away. It takes CAP_NET_ADMIN."""
    from netlynx import route

    with connection(netns, kernel) as nl:
        nl.do(route.delete_alternative_names(link, *names))
    write(f"deleted from {link}: {' '.join(names)}")
