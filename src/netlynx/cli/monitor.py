"""Notifications as they arrive: what the kernel says on its own."""

from __future__ import annotations

import contextlib
import json as json_module
import select
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netlynx.cli.options import JsonLines, Kernel, Netns, connection
from netlynx.cli.output import coloured, paint, row_as_text
from netlynx.cli.stdout import write
from netlynx.cli.watched import NUMBERED, OBJECTS, USUAL, Watched, singular, watched
from netlynx.errors import ConnectionClosed

if TYPE_CHECKING:
    from netlynx.cli.interfaces import Interfaces
    from netlynx.connection import Connection, Subscription
    from netlynx.operation import Event, Overrun

_COLOURS = {
    **dict.fromkeys(("new", "add", "new-group"), "green"),
    **dict.fromkeys(("delete", "remove", "delete-group"), "red"),
    "update": "blue",
    "overrun": "yellow",
}


def _checked(objects: list[str] | None) -> list[str]:
    """The kinds of objects, in the singular as records are called; the plural is understood."""
    chosen = []
    for given in objects or USUAL:
        name = singular(given)
        if name is None:
            raise typer.BadParameter(f"{given!r} is none of {', '.join(OBJECTS)}, {NUMBERED}")
        chosen.append(name)
    return list(dict.fromkeys(chosen))


def monitor(
    objects: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="OBJECT",
            callback=_checked,
            help=f"Which: {', '.join(OBJECTS)}, {NUMBERED}; {', '.join(USUAL)} if none.",
        ),
    ] = None,
    json: JsonLines = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Print changes as the kernel announces them, until Ctrl-C.

    A line that says `overrun` means that notifications were lost: what was listed before may be out of date.
    """
    from netlynx.cli.interfaces import Interfaces

    kinds = [watched(name) for name in objects or USUAL]
    with (
        connection(netns, kernel) as nl,
        nl.subscribe(*(each.group for each in kinds)) as events,
        listening(nl, f"listening to notifications of {', '.join(objects or USUAL)}"),
    ):
        _follow(events, kinds, None if json else Interfaces(nl))


def _follow(events: Subscription[Any], kinds: list[Watched], interfaces: Interfaces | None) -> None:
    from netlynx.operation import Event

    colours = coloured()
    for event in events:
        if not isinstance(event, Event):
            write(overrun_as_json(event) if interfaces is None else overrun_as_text(event, colours), flush=True)
            continue
        kind = next(each for each in kinds if each.says(event.record))
        if interfaces is None:
            write(kind.as_json(kind.name, event), flush=True)
        else:
            write(_event_as_text(kind, event, interfaces, colours), flush=True)


def _event_as_text(kind: Watched, event: Event[Any], interfaces: Interfaces, colours: bool) -> str:
    record = event.record
    if kind.name == "link":
        interfaces.learn(record.index, record.name)
    lines = [row_as_text(kind.table.columns, row, colours=colours) for row in kind.table.rows(record, interfaces)]
    return f"{label(event.kind, colours)}  {kind.name:<9}  {', '.join(lines)}"


def overrun_as_json(overrun: Overrun) -> str:
    """Lost notifications as one object, like an event's."""
    return json_module.dumps({"event": "overrun", "object": None, "count": overrun.count}, separators=(",", ":"))


def overrun_as_text(overrun: Overrun, colours: bool) -> str:
    """Lost notifications as a line."""
    return f"{label('overrun', colours)}  notifications were lost ({overrun.count}): list anew what matters"


def label(kind: str, colours: bool) -> str:
    """The word that a line begins with, painted by what it says."""
    return paint(f"{kind:<7}", _COLOURS.get(kind), colours)


@contextlib.contextmanager
def listening(nl: Connection, title: str) -> Iterator[None]:
    """Say what is going on; inside, Ctrl-C and a reader of the output that goes away are an end like any other."""
    _close_when_unread(nl.close)
    typer.echo(title, err=True)
    with contextlib.suppress(KeyboardInterrupt, ConnectionClosed):
        yield


def _close_when_unread(close: Callable[[], None]) -> None:
    """Call `close` when whoever reads the output goes away, even if nothing is there to be written."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):  # no file: output that a test captures
        return
    poll = select.poll()
    poll.register(descriptor, 0)  # hang-ups and errors are reported unasked

    def wait() -> None:
        poll.poll()
        close()

    threading.Thread(target=wait, name="netlynx-output", daemon=True).start()
