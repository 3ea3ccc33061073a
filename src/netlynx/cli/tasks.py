"""What processes have used."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netlynx.cli.form import Form
from netlynx.cli.listening import heard, listening
from netlynx.cli.options import Json, Kernel, Lines, Wide, connection
from netlynx.cli.output import Column, coloured, form_of, row_as_text, write_json, write_table
from netlynx.cli.stdout import write
from netlynx.errors import NetlinkError

if TYPE_CHECKING:
    from netlynx.client.connection import Connection
    from netlynx.taskstats import Usage

_POSSIBLE = Path("/sys/devices/system/cpu/possible")

COLUMNS = (
    Column("PID", right=True),
    Column("COMMAND"),
    Column("UID", right=True, spare=5),
    Column("USER s", right=True, spare=1),
    Column("SYSTEM s", right=True, spare=2),
    Column("PEAK MiB", right=True, spare=3),
    Column("READ", right=True, spare=6),
    Column("WRITTEN", right=True, spare=7),
    Column("SWITCHES", right=True, spare=8),
    Column("WAITED FOR CPU s", right=True, spare=4),
)


def tasks(
    pids: Annotated[list[int] | None, typer.Argument(metavar="PID", help="Which; all processes if none.")] = None,
    exits: Annotated[
        bool, typer.Option("--exits", help="Print processes as they end, one a line, until Ctrl-C.")
    ] = False,
    json: Json = False,
    lines: Lines = False,
    wide: Wide = False,
    kernel: Kernel = "host",
) -> None:
    """List what processes have used: time, memory, I/O, and what they have waited for.

    It takes CAP_NET_ADMIN in the initial namespaces. A process that ends meanwhile is left out.
    """
    form = form_of(json, lines, wide=wide)
    if exits and wide:
        raise typer.BadParameter("it is for tables: lines are whole as they are", param_hint="--wide")
    with connection(None, kernel) as nl:
        if exits:
            _follow(nl, as_text=form is Form.TABLE)
            return
        found = _found(nl, pids) if pids else _found(nl, _running(), gone_is_fine=True)
        if form is not Form.TABLE:
            write_json(found, form)
        else:
            write_table(COLUMNS, map(row, found), wide=wide)


def _follow(nl: Connection, *, as_text: bool) -> None:
    from netlynx import to_json
    from netlynx.taskstats import exits

    cpus, colours = _POSSIBLE.read_text().strip(), coloured()
    with nl.subscribe(exits(cpus)) as events, listening(nl, "listening to the end of processes"):
        for event in heard(events, not as_text, colours):
            if as_text:
                write(*row_as_text(COLUMNS, row(event.record), colours=colours), flush=True)
            else:
                write(to_json(event.record).decode(), flush=True)


def _running() -> list[int]:
    return sorted(int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _found(nl: Connection, pids: list[int], *, gone_is_fine: bool = False) -> Iterator[Usage]:
    from netlynx import taskstats

    for pid in pids:
        try:
            yield nl.do(taskstats.process(pid))
        except NetlinkError as error:
            if not gone_is_fine or error.errno != errno.ESRCH:
                raise


def row(usage: Usage) -> list[str]:
    """What one process has used, by `COLUMNS`."""
    stats = usage.stats
    if stats is None:
        return [str(usage.pid), *[""] * (len(COLUMNS) - 1)]
    return [
        str(usage.pid),
        stats.command,
        str(stats.uid),
        f"{stats.user_time / 1e6:.2f}",
        f"{stats.system_time / 1e6:.2f}",
        f"{stats.peak_rss / 1024:.1f}",
        str(stats.read_bytes),
        str(stats.write_bytes),
        str(stats.voluntary_switches + stats.involuntary_switches),
        f"{stats.cpu_delay / 1e9:.3f}",
    ]
