"""`netlynx sockets`: who talks to whom on this host, and which processes those are."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netlynx.cli.form import COLUMNS, Form, misused
from netlynx.cli.options import Format, Json, Kernel, Lines, connection
from netlynx.cli.output import form_of
from netlynx.cli.socket_places import ALL, Place, namespaces, once, read, skip
from netlynx.cli.stdout import note, tell, write_array, write_lines

if TYPE_CHECKING:
    from netlynx import diag
    from netlynx.cli.output import Row
    from netlynx.cli.socket_json import Holding
    from netlynx.cli.socket_table import Besides

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="KIND|CONDITION",
        help="Kinds: tcp, mptcp, udp, udplite, raw, sctp, dccp (inet: these), unix, packet, netlink, vsock, xdp, tipc, "
        "smc; all without one. Conditions: FIELD=VALUE, also != < > <= >=, as in source=10.0.0.0/8 or "
        "info.rtt>=5000, with VALUE,VALUE for any of several.",
    ),
]
States = Annotated[
    list[str] | None,
    typer.Option("--state", metavar="STATE", help="Only in this state: established, listen, time-wait …; repeatable."),
]
Listening = Annotated[
    bool, typer.Option("--listening", help="Only those that listen, or have no connection and no peer.")
]
Ports = Annotated[
    list[str] | None, typer.Option("--port", metavar="PORT|FROM-TO", help="Only with this port at either end.")
]
Processes = Annotated[
    bool, typer.Option("--process", help="Tell who holds each: process, descriptor, user, unit of systemd.")
]
Where = Annotated[
    str | None,
    typer.Option(
        "--netns", metavar="NAME|PATH|PID|all", help="The network namespace to list; all: each of this host, once."
    ),
]
Watch = Annotated[
    bool, typer.Option("--watch", help="Draw the table anew, with rates of bytes and retransmissions, until Ctrl-C.")
]
Every = Annotated[
    float | None,
    typer.Option("--every", metavar="SECONDS", min=0.1, help="How often --watch draws it: 1, if not said."),
]
Rounds = Annotated[int | None, typer.Option("--count", metavar="N", min=1, help="End --watch after so many times.")]
Kill = Annotated[
    bool, typer.Option("--kill", help="Close those that are listed, whoever has them open, when you say yes to it.")
]
Yes = Annotated[bool, typer.Option("--yes", help="With --kill: do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="With --kill: list what would be closed, and close nothing.")]
Wide = Annotated[bool, typer.Option("--wide", help="All columns, a line for each socket.")]


def sockets(
    words: Words = None,
    state: States = None,
    listening: Listening = False,
    port: Ports = None,
    process: Processes = False,
    wide: Wide = False,
    watch: Watch = False,
    every: Every = None,
    count: Rounds = None,
    kill: Kill = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    netns: Where = None,
    kernel: Kernel = "host",
) -> None:
    """List sockets: who talks to whom, and how it goes. Conditions on sockets of IP are compared by the kernel.

    In JSON, times of `info` are in microseconds; `processes` is null without --process.
    """
    form = form_of(json, lines, format)
    if (watch or kill) and (form is not Form.TABLE or watch == kill):
        raise misused("--watch and --kill print tables, and one excludes the other")
    if (yes or dry_run) and not kill:
        raise misused("it goes with --kill", "--yes" if yes else "--dry-run")
    if (every or count) and not watch:
        raise misused("it goes with --watch", "--every" if every else "--count")
    asked, named = asked_for(words or [], state or [], listening, port or [], killing=kill)
    if form in COLUMNS:
        _write_columns(asked, form, process, netns, kernel)
        return
    skipped: dict[str, str] = {}
    if kill:
        from netlynx.cli.socket_kill import close

        if netns == ALL:
            raise misused("--kill is of one network namespace: name it", "--netns")
        with connection(netns, kernel) as nl:
            close(Place(None, nl), asked, _owners(kernel, process), skipped, wide=wide, sure=yes, dry_run=dry_run)
        tell_limits(None, skipped, named)
        return
    if watch:
        from netlynx.cli.socket_watch import watch as draw

        def rows(besides: Besides) -> list[Row]:
            return _rows(netns, kernel, asked, _owners(kernel, process), skipped, wide, besides)

        with contextlib.suppress(KeyboardInterrupt):
            draw(rows, every or 1.0, count, wide)
        tell_limits(None, skipped, named)
        return
    held = _owners(kernel, process)
    if form is Form.TABLE:
        from netlynx.cli.socket_table import write_sockets

        write_sockets(_rows(netns, kernel, asked, held, skipped, wide), wide)
    else:
        from netlynx.cli.socket_json import processes_of

        holding = None if held is None else processes_of(held)
        with namespaces(netns, kernel) as places:
            write = write_lines if form is Form.LINES else write_array
            write(_json(places, asked, holding, skipped, form))
    tell_limits(held, skipped, named)


def _rows(
    netns: str | None,
    kernel: str,
    asked: diag.AllSockets[Any],
    held: diag.Owners | None,
    skipped: dict[str, str],
    wide: bool,
    *besides: Besides,
) -> list[Row]:
    with namespaces(netns, kernel) as places:
        return [row for place in places for row in table_rows(place, asked, held, skipped, wide, *besides)]


def asked_for(
    words: list[str], state: list[str], listening: bool, port: list[str], *, killing: bool
) -> tuple[diag.AllSockets[Any], set[str]]:
    """The listing that is asked for, and the kinds that were named. Raises typer.BadParameter."""
    from netlynx import diag
    from netlynx.cli import socket_words
    from netlynx.diag.conditions import every

    kinds, named, conditions = socket_words.sorted_out(words)
    states = socket_words.states(state)
    if listening:
        if states is not None:
            raise misused("--listening and --state say the same: give one of them")
        states = socket_words.LISTENING
    ends = socket_words.ports(port)
    condition = every([*conditions, *([ends] if ends is not None else [])])
    if killing:
        from netlynx.cli.socket_kill import closable

        kinds = closable(kinds, named, narrowed=condition is not None or states is not None)
    try:
        return diag.sockets(condition, protocols=kinds or None, states=states), named
    except TypeError as error:
        raise misused(str(error)) from None


def table_rows(
    place: Place,
    asked: diag.AllSockets[Any],
    held: diag.Owners | None,
    skipped: dict[str, str],
    wide: bool,
    *besides: Besides,
) -> list[Row]:
    """The rows of one namespace's sockets."""
    from netlynx.cli.interfaces import Interfaces
    from netlynx.cli.socket_table import rows

    return [*rows(place.name or "", read(place, asked, skipped), held, Interfaces(place.nl), wide, *besides)]


def _json(
    places: Iterator[Place], asked: diag.AllSockets[Any], holding: Holding | None, skipped: dict[str, str], form: Form
) -> Iterator[memoryview]:
    """The sockets of all namespaces: whole lines, or with commas between them."""
    from netlynx.cli.socket_json import filled_in, of_others, with_processes
    from netlynx.diag import InetSocket
    from netlynx.errors import NotSupported

    between, after = (b"", b"\n") if form is Form.LINES else (b",\n", b"")
    lead = b""
    for place in places:
        for part in asked.parts:
            try:
                if issubclass(part.reply, InetSocket):
                    pieces = place.nl.dump(with_processes(part)).json(between=between, after=after)
                    for number, piece in enumerate(filled_in(pieces, holding, place.name)):
                        yield piece if number else memoryview(lead + piece)
                        lead = between
                else:
                    for each in once(place.nl.dump(part)):
                        yield memoryview(lead + of_others(each, holding, place.name) + after)
                        lead = between
            except NotSupported as error:
                skipped.update((skip(error),))


def _write_columns(asked: diag.AllSockets[Any], form: Form, process: bool, netns: str | None, kernel: str) -> None:
    from netlynx.cli.export import write_table

    if len(asked.parts) != 1 or process or netns == ALL:
        raise misused(
            "columns are of one kind of sockets, of one namespace, without processes: as in `netlynx sockets tcp`",
            "--format",
        )
    with connection(netns, kernel) as nl:
        write_table(nl.table(asked.parts[0]), form)


def _owners(kernel: str, wanted: bool) -> diag.Owners | None:
    from netlynx import diag

    if not wanted:
        return None
    if kernel not in ("", "host"):
        raise misused("--process reads this host's /proc, which says nothing of another kernel's sockets", "--process")
    return diag.owners()


def tell_limits(held: diag.Owners | None, skipped: dict[str, str], named: set[str]) -> None:
    """Say on stderr what is not in the output. Raises typer.Exit where a kind that was named is not."""
    if held is not None and not held.complete:
        note(f"owners: {held}")
    missing = [said for kind, said in skipped.items() if kind in named]
    for each in missing:
        tell(each)
    if missing:
        raise typer.Exit(1)
    if skipped:
        note(f"this kernel does not list {', '.join(skipped)} (`netlynx sockets KIND` says why)")
