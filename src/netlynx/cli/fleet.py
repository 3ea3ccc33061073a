"""`netlynx fleet`: what many hosts publish, as `netlynx monitor --to` does it."""

from __future__ import annotations

import asyncio
import re
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netlynx.cli.commands import App
from netlynx.cli.form import COLUMNS, Form, misused
from netlynx.cli.options import Format, Json, JsonLines, Lines, Wide
from netlynx.cli.output import Column, form_of, write_rows, write_table
from netlynx.cli.server_options import Credentials, Stream, TlsCa, TlsCertificate, TlsKey
from netlynx.cli.stdout import note, remark, tell

if TYPE_CHECKING:
    from netlynx.fleet import Security

commands = App()

From = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="nats://HOST:PORT",
        envvar="NETLYNX_FLEET",
        help="The server; a name and a password may stand before HOST, as in nats://NAME:PASSWORD@HOST.",
    ),
]
Host = Annotated[list[str] | None, typer.Option("--host", metavar="NAME", help="Only this one; several times: these.")]
_NEAR = "nats://127.0.0.1:4222"
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


@commands.callback()
def about() -> None:
    """Read what many hosts publish to NATS JetStream by `netlynx monitor --to`."""


@commands.command()
def hosts(
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    wide: Wide = False,
    server: From = _NEAR,
    stream: Stream = "netlynx",
    credentials: Credentials = None,
    ca: TlsCa = None,
    certificate: TlsCertificate = None,
    key: TlsKey = None,
) -> None:
    """List who publishes: when each was seen last, by the server's clock, and how far it has come.

    The lag is by how much the server's clock was ahead of the host's when the last message came: how long that took,
    and how far the two clocks are apart.
    """
    from netlynx import fleet
    from netlynx.fleet.catching import called

    form = form_of(json, lines, format, wide=wide)
    found = asyncio.run(fleet.hosts(server, stream=stream, security=_security(credentials, ca, certificate, key)))
    now = time.time_ns()
    if form is not Form.TABLE:
        rows = [
            {
                "host": each.host,
                "namespace": called(each.namespace),
                "seen": _stamp(each.seen),
                "lag": round((each.seen - each.said) / 1e9, 6),
                "start": each.start,
                "generation": each.generation,
                "sequence": each.sequence,
                "stopped": each.event == "stop",
                "tables": sorted(each.tables),
            }
            for each in found
        ]
        if form in COLUMNS:
            from netlynx.cli.export import write_rows as write_columns

            write_columns([{**row, "tables": ",".join(row["tables"])} for row in rows], form)  # type: ignore[arg-type]
        else:
            write_rows(rows, form)
        return
    columns = [
        Column("HOST"),
        Column("NAMESPACE", spare=1),
        Column("SEEN", right=True),
        Column("LAG", right=True),
        Column("GENERATION", right=True, spare=2),
        Column("SEQUENCE", right=True),
        Column("STATE"),
    ]
    write_table(
        columns,
        (
            [
                each.host,
                called(each.namespace),
                f"{_span(now - each.seen)} ago",
                _span(each.seen - each.said),
                str(each.generation),
                str(each.sequence),
                "stopped" if each.event == "stop" else "",
            ]
            for each in found
        ),
        wide=wide,
    )


@commands.command()
def events(
    host: Host = None,
    namespace: Annotated[
        list[str] | None,
        typer.Option("--namespace", metavar="NAME", help='Only of this network namespace; "" is a publisher\'s own.'),
    ] = None,
    room: Annotated[
        list[str] | None, typer.Option("--room", metavar="ROOM", help="Only of this room: route, netfilter …")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", metavar="OBJECT", help="Only of this kind: link, route, overrun …")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="TIME", help="Begin at this time: 10m, 2h, 2026-11-30T14:00, or `all`."),
    ] = None,
    no_follow: Annotated[bool, typer.Option("--no-follow", help="End with what there is by now.")] = False,
    json: JsonLines = False,
    server: From = _NEAR,
    stream: Stream = "netlynx",
    credentials: Credentials = None,
    ca: TlsCa = None,
    certificate: TlsCertificate = None,
    key: TlsKey = None,
) -> None:
    """Print events of all hosts, or of some: from now on, or since a time, in the order in which the server has them.

    A line `gap` means that events did not come, and will not; `overrun` is what a host itself says of lost ones.
    """
    from netlynx.cli.fleet_events import Choice, print_events

    begin = None if since is None else _time(since)
    choice = Choice(tuple(host or ()), tuple(namespace or ()), tuple(room or ()), tuple(kind or ()))
    if since is None and no_follow:
        raise misused("without --since there is nothing but what comes: leave it out, or say since when", "--no-follow")
    print_events(server, choice, begin, not no_follow, json, stream, _security(credentials, ca, certificate, key))


@commands.command()
def sql(
    statement: Annotated[
        list[str],
        typer.Argument(
            metavar="STATEMENT",
            help="A statement, `-` for one from standard input, `.tables`, or `.schema TABLE`.",
        ),
    ],
    host: Host = None,
    history: Annotated[
        Path | None,
        typer.Option("--history", metavar="DIR", help="Have what `netlynx fleet archive DIR` wrote as tables, too."),
    ] = None,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    wide: Wide = False,
    server: From = _NEAR,
    stream: Stream = "netlynx",
    credentials: Credentials = None,
    ca: TlsCa = None,
    certificate: TlsCertificate = None,
    key: TlsKey = None,
) -> None:
    """Ask the latest tables of all hosts with SQL: those of `netlynx sql`, with the columns `host` and `namespace`.

    The table `hosts` is who is there. What is not so for certain is said on standard error.
    """
    from netlynx import fleet
    from netlynx.cli.sql import print_rows, typed

    form = form_of(json, lines, format, wide=wide)
    words = typed(statement)
    security = _security(credentials, ca, certificate, key)
    if history is not None and words[0] in (".tables", ".schema"):
        raise misused(f"{words[0]} tells of what the server has alone: leave it out", "--history")
    if host and words[0] == ".schema":
        raise misused("columns are those of every host: leave it out", "--host")
    if words[0] == ".tables":
        there = asyncio.run(fleet.tables(server, hosts=host or (), stream=stream, security=security))
        print_rows(("table", "what it is", "hosts"), [(name, *said) for name, said in there.items()], form, wide)
        return
    if words[0] == ".schema":
        from netlynx.fleet.session import types_of

        if len(words) == 1:
            raise misused("say of which table: netlynx fleet sql .schema routes", "STATEMENT")
        print_rows(("column", "type"), [*types_of(words[1]).items()], form, wide)
        return
    result = asyncio.run(
        fleet.sql(server, " ".join(words), hosts=host or (), stream=stream, security=security, history=history)
    )
    if form in COLUMNS:
        from netlynx.cli.export import write_table as write_columns

        write_columns(result.table, form)
    elif result.columns:
        print_rows(result.columns, result.rows(), form, wide, result.types)
    sys.stdout.flush()
    for each in result.remarks:
        remark(each)


@commands.command()
def archive(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder that they are kept in.")],
    no_follow: Annotated[bool, typer.Option("--no-follow", help="End with what there is by now.")] = False,
    server: From = _NEAR,
    stream: Stream = "netlynx",
    credentials: Credentials = None,
    ca: TlsCa = None,
    certificate: TlsCertificate = None,
    key: TlsKey = None,
) -> None:
    """Keep all events in Parquet files, an hour in each, for `netlynx fleet sql --history DIR`.

    Begun again, it goes on where it ended: each event is there once. The server need only keep what was not yet
    archived.
    """
    from netlynx.cli.listening import closed_from_elsewhere
    from netlynx.fleet.archiving import Archiving

    kept = Archiving(server, folder, stream=stream, security=_security(credentials, ca, certificate, key))
    try:
        with closed_from_elsewhere(kept.stop):
            asyncio.run(kept.run(follow=not no_follow, begun=lambda: note(f"archiving {stream} to {folder}")))
    except KeyboardInterrupt:
        pass
    finally:
        counts = kept.counts
        note(f"events written to {folder}: {counts['events']}")
        for name, what in (("gap", "never came"), ("unreadable", "could not be read")):
            if counts[name]:
                tell(f"events that {what}: {counts[name]}; the table history_{name} says which")
        for lost in kept.lost:
            tell(f"messages {lost.first} to {lost.last or 'the end'} of the stream were gone before they were archived")


def _security(credentials: Path | None, ca: Path | None, certificate: Path | None, key: Path | None) -> Security:
    from netlynx.fleet.server import Security

    return Security(credentials, ca, certificate, key)


def _time(given: str) -> datetime:
    """A moment: so long ago, or by date and time, in this machine's zone unless it says one."""
    if given == "all":
        return datetime.fromtimestamp(0, UTC)
    if (span := _SPAN.fullmatch(given.strip())) is not None:
        return datetime.now(UTC) - timedelta(seconds=float(span[1]) * _SECONDS[span[2]])
    try:
        return datetime.fromisoformat(given).astimezone(UTC)
    except (ValueError, OverflowError):
        raise misused(
            f"{given!r} is no time: it is written 30s, 10m, 2h or 3d (ago), 2026-11-30T14:00, or all", "--since"
        ) from None


def _stamp(nanoseconds: int) -> str:
    from netlynx.fleet.cursor import moment

    return moment(nanoseconds).isoformat()


def _span(nanoseconds: int) -> str:
    """A span of time in one unit, for people."""
    seconds = abs(nanoseconds) / 1e9
    sign = "-" if nanoseconds < 0 else ""
    for unit, most, size in (("ms", 1, 0.001), ("s", 100, 1), ("min", 6000, 60), ("h", 360_000, 3600)):
        if seconds < most:
            return f"{sign}{seconds / size:.0f} {unit}"
    return f"{sign}{seconds / 86400:.0f} d"
