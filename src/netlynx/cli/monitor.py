"""Notifications as they arrive: what the kernel says on its own."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from netlynx.cli.form import json_text, misused
from netlynx.cli.listening import heard, label, listening, write_overrun
from netlynx.cli.namespaces import Namespaces, have_names
from netlynx.cli.options import JsonLines, Kernel, Netns, target
from netlynx.cli.output import coloured, row_as_text
from netlynx.cli.server_options import Credentials, Stream, TlsCa, TlsCertificate, TlsKey
from netlynx.cli.stdout import note, write
from netlynx.cli.terminal import Paint
from netlynx.cli.watched import NUMBERED, OBJECTS, USUAL, Watched, letters_to, singular, unheard, watched
from netlynx.errors import ConnectionClosed

if TYPE_CHECKING:
    from netlynx.client.connection import Connection
    from netlynx.client.subscription import Subscription
    from netlynx.engine.operation import Event
    from netlynx.sql.history import History
    from netlynx.usersock import Peer


# What options of publishing are where nothing is said: they cannot be told from unsaid then, and mean nothing.
_USUAL: dict[str, Any] = {"--spool-size": 256, "--tables-every": 300.0, "--stream": "netlynx"}


def _checked(objects: list[str] | None) -> list[str]:
    """The kinds of objects, in the singular as records are called; the plural is understood."""
    chosen = []
    for given in objects or USUAL:
        name = singular(given)
        if name is None:
            raise typer.BadParameter(unheard(given))
        chosen.append(name)
    return list(dict.fromkeys(chosen))


def monitor(
    objects: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="OBJECT",
            callback=_checked,
            help=f"Which: {', '.join((*OBJECTS, *NUMBERED))}; {', '.join(USUAL)} if none.",
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="nats://HOST[:PORT]", help="Publish them on this server, and print none."),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(
            "--host", metavar="NAME", help="With --to, what this host is called; as the system says if nothing."
        ),
    ] = None,
    spool: Annotated[
        Path | None,
        typer.Option("--spool", metavar="DIR", help="With --to, where they wait until the server has stored them."),
    ] = None,
    spool_size: Annotated[
        int, typer.Option("--spool-size", metavar="MIB", min=1, help="How much may wait there.")
    ] = _USUAL["--spool-size"],
    tables_every: Annotated[
        float,
        typer.Option(
            "--tables-every", metavar="SECONDS", min=1, help="With --to, how often whole tables are published."
        ),
    ] = _USUAL["--tables-every"],
    credentials: Credentials = None,
    tls_ca: TlsCa = None,
    tls_cert: TlsCertificate = None,
    tls_key: TlsKey = None,
    stream: Stream = _USUAL["--stream"],
    all_namespaces: Annotated[
        bool,
        typer.Option(
            "--all-namespaces",
            help="Hear the namespaces that have an ID here, too: with the ID and, if there is one, the name.",
        ),
    ] = False,
    parquet: Annotated[
        Path | None,
        typer.Option("--parquet", metavar="DIR", help="Keep them in this folder, in a file an hour, and print none."),
    ] = None,
    json: JsonLines = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Print changes as the kernel announces them, until Ctrl-C.

    `peer:GROUP` are letters of other processes to a group, `ynl:FAMILY` what any family says to its groups, read by
    its kernel spec. With --all-namespaces a line of another network namespace says of which. A line that says
    `overrun` means that notifications were lost: what was listed before may be out of date. What --parquet keeps,
    `netlynx sql --history DIR` asks.

    With --to they go to NATS JetStream, which keeps them for readers of many hosts. What the server has not stored yet
    waits on disk, also from one start to the next.
    """
    from netlynx import route
    from netlynx.client.connection import connect
    from netlynx.usersock import Peer

    names = objects or USUAL
    kinds = [each for name in names for each in watched(name)]
    groups = letters_to(names)
    where = target(kernel, netns)
    if to is not None:
        if json or parquet is not None or groups:
            what = "letters are printed" if groups else "what is published is neither printed nor kept: leave that out"
            raise misused(what, "--to")
        from netlynx.cli.publishing import Publishing
        from netlynx.fleet.server import Security

        Publishing(
            to,
            Security(credentials, tls_ca, tls_cert, tls_key),
            stream,
            host,
            namespace=None if netns is None else Path(netns).name,
            spool=spool,
            spool_size=spool_size << 20,
            tables_every=tables_every,
            named=have_names(kernel),
        ).run(names, kinds, where, all_namespaces)
        return
    told: dict[str, Any] = {"--host": host, "--spool": spool, "--credentials": credentials}
    told |= {"--tls-ca": tls_ca, "--tls-cert": tls_cert, "--tls-key": tls_key}
    told |= {"--spool-size": spool_size, "--tables-every": tables_every, "--stream": stream}
    for option, value in told.items():
        if value != _USUAL.get(option):
            raise misused("it says something of what is published: give --to as well", option)
    if parquet is not None and (json or groups):
        raise misused(
            "letters are printed" if groups else "what goes to files is not printed: leave --json out", "--parquet"
        )
    with contextlib.ExitStack() as stack:
        nl = stack.enter_context(connect(**where))
        own = stack.enter_context(Peer(groups=groups, **where)) if groups else None
        heard = [each.group for each in kinds]
        if kinds and all_namespaces and route.NAMESPACE_IDS not in heard:
            heard.append(route.NAMESPACE_IDS)  # what they are called depends on it
        events = stack.enter_context(nl.subscribe(*heard, all_namespaces=all_namespaces)) if kinds else None
        namespaces = Namespaces(nl, named=have_names(kernel))
        title = f"listening to notifications of {', '.join(names)}"
        kept = None if parquet is None else stack.enter_context(_kept(parquet))
        stack.enter_context(listening(nl, title, *([own] if own else ())))
        if own is not None and events is not None:
            stack.enter_context(_hearing(own, json, nl))
        elif own is not None:
            _hear(own, json)
        if events is not None:
            if kept is not None:
                _keep(events, kinds, kept)
            else:
                _follow(events, kinds, namespaces, json)


@contextlib.contextmanager
def _kept(folder: Path) -> Iterator[History]:
    """The files of a folder, which are finished whatever ends it; how many rows they got is said."""
    from netlynx.sql.needed import needed

    needed()
    from netlynx.sql.history import History

    kept = History(folder)
    try:
        yield kept
    finally:
        kept.close()
        note(f"{kept.rows} rows written to {folder}")


def _keep(events: Subscription[Any], kinds: list[Watched], kept: History) -> None:
    from netlynx.engine.operation import Overrun

    for item in events:
        if isinstance(item, Overrun):
            kept.lost(item)
            note(f"overrun: notifications were lost ({item.count}), which the files say, too")
        elif (kind := next((each for each in kinds if each.says(item.record)), None)) is not None:
            kept.add(kind.name, item)


@contextlib.contextmanager
def _hearing(own: Peer, json: bool, nl: Connection) -> Iterator[None]:
    """Hear letters in a thread; what goes wrong there ends the connection, and is raised here."""
    failures: list[Exception] = []

    def hear() -> None:
        try:
            _hear(own, json)
        except Exception as error:
            failures.append(error)
            nl.close()

    thread = threading.Thread(target=hear, name="netlynx-letters", daemon=True)
    thread.start()
    try:
        yield
    except ConnectionClosed:
        if not failures:
            raise
    finally:
        own.close()
        thread.join()
    if failures:
        raise failures[0]


def _hear(own: Peer, json: bool) -> None:
    """Print the letters that come until the peer is closed."""
    from netlynx.cli.peer import arriving, as_text, fields
    from netlynx.engine.operation import Overrun

    colours = coloured()
    with contextlib.suppress(BrokenPipeError):  # whoever sees that nobody reads any more closes everything
        for item in arriving(own):
            if isinstance(item, Overrun):
                write_overrun(item, json, colours)
            elif json:
                said = {"event": "letter", "object": "peer", **fields(item)}
                write(json_text(said, compact=True), flush=True)
            else:
                write(label("letter", colours), f"  {'peer':<9}  {as_text(item)}", flush=True)


def _follow(events: Subscription[Any], kinds: list[Watched], namespaces: Namespaces, json: bool) -> None:
    from netlynx import route

    colours = coloured()
    for event in heard(events, json, colours):
        if isinstance(event.record, route.NamespaceId):
            namespaces.learn(event)
            if event.nsid is None and (name := namespaces.name(event.record.nsid)):
                event = msgspec.structs.replace(event, record=event.record.replace(fd=name))
        kind = next((each for each in kinds if each.says(event.record)), None)
        if kind is None:
            continue  # an ID, heard for the sake of names
        if json:
            write(_event_as_json(kind, event, namespaces), flush=True)
        else:
            write(*_event_as_text(kind, event, namespaces, colours), flush=True)


def _event_as_json(kind: Watched, event: Event[Any], namespaces: Namespaces) -> str:
    """The event's object; of another namespace it has a last key, `namespace`, with its ID here and its name."""
    said = kind.as_json(kind.name, event)
    if event.nsid is None:
        return said
    where = {"nsid": event.nsid, "name": namespaces.name(event.nsid) or None}
    return f'{said[:-1]},"namespace":{json_text(where, compact=True)}}}'


def _event_as_text(kind: Watched, event: Event[Any], namespaces: Namespaces, colours: bool) -> list[str | Paint]:
    record, interfaces = event.record, namespaces.interfaces(event.nsid)
    if kind.name == "link":
        interfaces.learn(record.index, record.name)
    parts: list[str | Paint] = [label(event.kind, colours), f"  {kind.name:<9}  "]
    if event.nsid is not None:
        parts.append(f"{namespaces.label(event.nsid)}  ")
    for number, row in enumerate(kind.table.rows(record, interfaces)):
        parts += (", " if number else "", *row_as_text(kind.table.columns, row, colours=colours))
    return parts
