"""What processes do, as it happens."""

from __future__ import annotations

import json as plain
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netlynx.cli.form import json_text
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listening import event_as_json, heard, label, listening
from netlynx.cli.options import JsonLines, Kernel, connection
from netlynx.cli.output import Column, Row, coloured, row_as_text
from netlynx.cli.stdout import write
from netlynx.cli.tables import Table, text

if TYPE_CHECKING:
    from netlynx.engine.operation import Event


def processes(
    kinds: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="KIND",
            help="Only these: fork, exec, uid, gid, sid, ptrace, comm, coredump, exit, nonzero-exit; all if none.",
        ),
    ] = None,
    count: Annotated[
        int | None, typer.Option("--count", metavar="N", min=1, help="Stop behind so many events.")
    ] = None,
    json: JsonLines = False,
    kernel: Kernel = "host",
) -> None:
    """Print what processes do as they do it, until Ctrl-C.

    The kernel tells it in its initial namespaces alone. A line that says `overrun` says how many events were lost.
    """
    from netlynx import connector

    wanted = connector.processes(*kinds or ())
    colours = coloured()
    with connection(None, kernel) as nl, nl.subscribe(wanted) as events, listening(nl, "listening to processes"):
        for seen, event in enumerate(heard(events, json, colours), 1):
            if json:
                write(as_json("process", event), flush=True)
            else:
                (row,) = _row(event.record, None)
                parts = row_as_text(COLUMNS, row, colours=colours)
                write(label(event.kind, colours), "  ", *parts, flush=True)
            if seen == count:
                return


def as_json(name: str, event: Event[Any]) -> str:
    """The event's object; of an end also what its exit code says, as `status` and `signal`."""
    said = event_as_json(name, event)
    if event.kind != "exit":
        return said
    signal = event.record.signal
    more = {"status": event.record.status, "signal": getattr(signal, "name", signal)}
    return json_text({**plain.loads(said), **more}, compact=True)


def _row(event: Any, _: Interfaces | None) -> list[Row]:  # Any: whichever of the records
    """What is said of an event, by `COLUMNS`."""
    pid = getattr(event, "pid", getattr(event, "child_pid", None))
    group = getattr(event, "tgid", getattr(event, "child_tgid", None))
    signal = getattr(event, "signal", None)
    return [
        [
            text(pid),
            "" if group == pid else text(group),
            text(getattr(event, "parent_tgid", None) or None),
            _ids(event, "uid"),
            _ids(event, "gid"),
            text(getattr(event, "tracer_tgid", None)),
            text(getattr(event, "command", None)),
            text(getattr(event, "status", None)),
            text(getattr(signal, "name", signal)),
            text(getattr(event, "what", None)),
        ]
    ]


def _ids(event: Any, name: str) -> str:
    """User or group IDs: the real one, and the effective one where that is another."""
    real, effective = (getattr(event, f"{kind}_{name}", None) for kind in ("real", "effective"))
    return text(real) if real == effective else f"{real} effective {effective}"


COLUMNS = (
    Column("PID", right=True),
    Column("THREAD OF", right=True),
    Column("PARENT", right=True),
    Column("UID", right=True),
    Column("GID", right=True),
    Column("TRACER", right=True),
    Column("COMMAND"),
    Column("STATUS", right=True),
    Column("SIGNAL"),
    Column("WHAT", right=True),
)

TABLE = Table(COLUMNS, _row)
