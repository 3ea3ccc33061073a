"""Notifications as they arrive: what the kernel says on its own."""

from __future__ import annotations

import contextlib
import json as json_module
import re
import select
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netlynx.cli.options import JsonLines, Kernel, Netns, connection
from netlynx.cli.output import coloured, paint, row_as_text, write
from netlynx.errors import ConnectionClosed

if TYPE_CHECKING:
    from netlynx.cli.interfaces import Interfaces
    from netlynx.cli.tables import Table
    from netlynx.connection import Connection, Subscription
    from netlynx.operation import Event, Group, Overrun

USUAL = ("link", "address", "route", "neighbour", "rule")
OBJECTS = (*USUAL, "family", "flow", "expectation")
_COLOURS = {
    **dict.fromkeys(("new", "add", "new-group"), "green"),
    **dict.fromkeys(("delete", "remove", "delete-group"), "red"),
    "update": "blue",
    "overrun": "yellow",
}
_NAMES = {"FamilyInfo": "family"}  # objects whose records are called otherwise
_OWN_KEYS = ("event", "object")


def _checked(objects: list[str] | None) -> list[str]:
    """The kinds of objects, in the singular as records are called; the plural is understood."""
    chosen = []
    for given in objects or USUAL:
        singular = given.lower().removesuffix("es" if given.lower().startswith("address") and len(given) > 7 else "s")
        singular = "family" if singular == "familie" else singular
        name = given.lower() if given.lower() in OBJECTS else singular
        if name not in OBJECTS and not re.fullmatch(r"log:\d+", name):
            raise typer.BadParameter(f"{given!r} is none of {', '.join(OBJECTS)}, log:GROUP")
        chosen.append(name)
    return list(dict.fromkeys(chosen))


def monitor(
    objects: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="OBJECT",
            callback=_checked,
            help=f"Which: {', '.join(USUAL)}, all of them if none; family (of generic netlink), flow, expectation, "
            "log:GROUP.",
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

    kinds = {name: _kind(name) for name in objects or USUAL}
    tables = {_title(name): table for name, (_, table) in kinds.items()}
    with (
        connection(netns, kernel) as nl,
        nl.subscribe(*(group for group, _ in kinds.values())) as events,
        listening(nl, f"listening to notifications of {', '.join(kinds)}"),
    ):
        _follow(events, tables, None if json else Interfaces(nl))


def _follow(events: Subscription[Any], tables: dict[str, Table], interfaces: Interfaces | None) -> None:
    from netlynx.operation import Event

    colours = coloured()
    for event in events:
        if not isinstance(event, Event):
            write(overrun_as_json(event) if interfaces is None else overrun_as_text(event, colours), flush=True)
            continue
        name = _NAMES.get(type(event.record).__name__) or type(event.record).__name__.lower()
        if interfaces is None:
            write(event_as_json(name, event), flush=True)
        else:
            write(_event_as_text(name, event, tables[name], interfaces, colours), flush=True)


def _kind(name: str) -> tuple[Group[Any], Table]:
    """The notifications of a kind of object, and how its records look."""
    if name in ("flow", "expectation") or name.startswith("log:"):
        return _netfilter_kind(name)
    from netlynx import route
    from netlynx.cli import tables

    if name == "family":
        from netlynx import generic

        return generic.FAMILIES, tables.FAMILIES
    kinds: dict[str, tuple[Group[Any], Table]] = {
        "link": (route.LINKS, tables.LINKS),
        "address": (route.ADDRESSES, tables.ADDRESSES),
        "route": (route.ROUTES, tables.ROUTES),
        "neighbour": (route.NEIGHBOURS, tables.NEIGHBOURS),
        "rule": (route.RULES, tables.RULES),
    }
    return kinds[name]


def _netfilter_kind(name: str) -> tuple[Group[Any], Table]:
    from netlynx.cli.conntrack import EXPECTATIONS, FLOWS
    from netlynx.cli.packets import PACKETS
    from netlynx.netfilter import conntrack, log

    if name.startswith("log:"):
        return log.packets(int(name.removeprefix("log:")), threshold=1), PACKETS
    return {"flow": (conntrack.FLOWS, FLOWS), "expectation": (conntrack.EXPECTATIONS, EXPECTATIONS)}[name]


def _title(name: str) -> str:
    """What the records of a kind of object are called."""
    return "packet" if name.startswith("log:") else name


def event_as_json(name: str, event: Event[Any]) -> str:
    """One object: `event` and `object`, then the record's keys; a key of the same name becomes `record_event`."""
    from netlynx.wire._codec import to_json

    record = to_json(event.record).decode()
    if any(getattr(event.record, key, None) is not None for key in _OWN_KEYS):
        renamed = {f"record_{k}" if k in _OWN_KEYS else k: v for k, v in json_module.loads(record).items()}
        record = json_module.dumps(renamed, separators=(",", ":"))
    return f'{{"event":"{event.kind}","object":"{name}",{record[1:]}'


def _event_as_text(name: str, event: Event[Any], table: Table, interfaces: Interfaces, colours: bool) -> str:
    record = event.record
    if name == "link":
        interfaces.learn(record.index, record.name)
    lines = [row_as_text(table.columns, row, colours=colours) for row in table.rows(record, interfaces)]
    return f"{label(event.kind, colours)}  {name:<9}  {', '.join(lines)}"


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
