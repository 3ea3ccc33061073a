"""`netlynx top`: what goes on in a network, every second: on a screen with keys, or as tables and JSON for scripts."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from netlynx.cli.form import failed, misused
from netlynx.cli.options import Kernel, Netns, Wide
from netlynx.cli.terminal import is_terminal

if TYPE_CHECKING:
    from netlynx.cli.top.view import View


class Shown(StrEnum):
    """The panes: see `netlynx.cli.top.panes`, which takes what this does without until it is needed."""

    LINKS = "links"
    NEIGHBOURS = "neighbours"
    CONNTRACK = "conntrack"
    SOCKETS = "sockets"
    QUEUES = "queues"
    EVENTS = "events"


_Pane = Annotated[
    Shown,
    typer.Argument(metavar="PANE", help="What to begin with: links, neighbours, conntrack, sockets, queues, events."),
]
_Interval = Annotated[
    float,
    typer.Option("--interval", metavar="SECONDS", min=0.1, max=86400, help="How long from one reading to the next."),
]
_Sort = Annotated[
    str | None, typer.Option("--sort", metavar="COLUMN", help="Sort by this one: its title, or its name in --lines.")
]
_Reverse = Annotated[bool, typer.Option("--reverse", help="Sort the other way round.")]
_Filter = Annotated[
    str, typer.Option("--filter", metavar="TEXT", help="Only rows in whose texts all of these words are.")
]
_Once = Annotated[bool, typer.Option("--once", help="Print one table, with the rates of one interval, and end.")]
_Count = Annotated[
    int | None, typer.Option("--count", metavar="N", min=1, help="Print so many tables, or rounds of --lines, and end.")
]
_Lines = Annotated[
    bool, typer.Option("--lines", help="Print JSON, one object a line, each interval: until Ctrl-C, or --count.")
]


def top(
    pane: _Pane = Shown.LINKS,
    interval: _Interval = 1.0,
    sort: _Sort = None,
    reverse: _Reverse = False,
    filter: _Filter = "",
    once: _Once = False,
    count: _Count = None,
    lines: _Lines = False,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Show what goes on: rates of links, neighbours, conntrack, sockets, queues, a log of events; `h` tells the keys.

    With --once, --count or --lines it prints for scripts, and takes no terminal.
    """
    if once and count is not None:
        raise misused("--once is --count 1: give one of them")
    printing = once or lines or count is not None
    if wide and (lines or not printing):
        raise misused("it is for tables: give it with --once or --count", "--wide")
    view = _view(pane, sort, reverse, filter)
    from netlynx.cli.top.places import place

    where = place(kernel, netns)
    if printing:
        from netlynx.cli.top.batch import run

        run(where, view, interval, 1 if once else count, lines=lines, wide=wide)
        return
    if not (is_terminal(sys.__stdin__) and is_terminal(sys.__stdout__) and is_terminal(sys.__stderr__)):
        raise misused("this is no terminal to draw on: --once, --count and --lines print instead")
    try:
        from netlynx.cli.top.screen.app import Top
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "textual":
            raise
        hint = "pip install 'netlynx[top]'; --once, --count and --lines do without"
        raise failed(f"the screen of `netlynx top` needs textual, which is not installed: {hint}") from None
    from netlynx.cli.top.places import places

    Top(where, view, interval, places if kernel in ("", "host") else None).draw()


def _view(pane: Shown, sort: str | None, reverse: bool, filter: str) -> View:
    """The pane as it is asked for. Raises typer.BadParameter for a column that it has not."""
    from netlynx.cli.top.panes import PANES
    from netlynx.cli.top.rows import Order
    from netlynx.cli.top.view import View

    chosen = PANES[pane.value]
    order = chosen.order
    if sort is not None:
        names = {word: each.name for each in chosen.columns for word in (each.name, each.title.lower())}
        name = names.get(sort.lower().replace("-", "_")) or names.get(sort.lower())
        if name is None:
            known = ", ".join(each.name for each in chosen.columns)
            raise misused(f"{pane.value} has no column {sort!r}; it has {known}", "--sort")
        order = Order(name)
    return View(chosen, filter, order._replace(reversed=order.reversed != reverse))
