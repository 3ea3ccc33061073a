"""Events of many hosts, printed as `netlynx monitor` prints those of one, with the host in front."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any  # records of whatever kind

import msgspec

from netlynx.cli.form import json_text
from netlynx.cli.listening import closed_from_elsewhere, label
from netlynx.cli.output import coloured, row_as_text
from netlynx.cli.stdout import check_output, note, tell, write
from netlynx.errors import EncodeError, NetlynxError
from netlynx.fleet.catching import called
from netlynx.fleet.following import Following, Told
from netlynx.fleet.messages import Events, Said
from netlynx.fleet.needed import FleetError
from netlynx.fleet.order import Gap

if TYPE_CHECKING:
    from netlynx.cli.terminal import Paint
    from netlynx.cli.watched import Watched
    from netlynx.fleet.server import Security


@dataclass(frozen=True, slots=True)
class Choice:
    """Which events: of all where a tuple is empty."""

    hosts: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


class Names:
    """The names of one namespace's interfaces, as far as events told them."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}

    def name(self, index: int | None) -> str:
        """The name, ``if7`` for an interface 7 of which none was told, nothing for no interface."""
        return self._names.get(index, f"if{index}") if index else ""

    def learn(self, index: int, name: str | None) -> None:
        """Remember a name."""
        if name is not None:
            self._names[index] = name


def print_events(
    server: str, choice: Choice, since: datetime | None, follow: bool, json: bool, stream: str, security: Security
) -> None:
    """Print them until there are no more, or until Ctrl-C. Raises FleetError."""
    check_output()
    following = Following(
        server,
        hosts=choice.hosts,
        namespaces=choice.namespaces,
        rooms=choice.rooms,
        kinds=choice.kinds,
        since=since,
        stream=stream,
        security=security,
    )
    with contextlib.suppress(KeyboardInterrupt), closed_from_elsewhere(following.stop):
        asyncio.run(_print(following, follow, json))


async def _print(following: Following, follow: bool, json: bool) -> None:
    colours = coloured()
    names: dict[tuple[str, Any], Names] = {}
    unreadable = 0
    async for told in following.told(follow=follow, begun=lambda: note("listening to hosts")):
        if isinstance(told, Events):
            unreadable += _print_message(told, names, json, colours)
        else:
            _print_told(told, json, colours)
    unreadable += following.unreadable
    if unreadable:
        tell(f"messages and events that could not be read: {unreadable}")
    if following.again:
        note(f"events that came twice, and are here once: {following.again}")


def _print_message(events: Events, names: dict[tuple[str, Any], Names], json: bool, colours: bool) -> int:
    """Print a message's events; how many of them cannot be read."""
    try:
        lines = events.lines()
    except FleetError:
        return events.count
    subject = events.subject
    own = names.setdefault((subject.host, subject.namespace), Names())
    failed = 0
    for said in lines:
        if json:
            write(_as_json(events, said))
            continue
        try:
            write(*_as_text(events, said, own, colours))
        except (EncodeError, NetlynxError, ValueError, TypeError):
            failed += 1
            write(*_plainly(events, said, colours))
    sys.stdout.flush()
    return failed


def _as_json(events: Events, said: Said) -> str:
    """One object: the host and its namespace, then what `netlynx monitor --json` has, then what the publisher adds."""
    subject = events.subject
    record = msgspec.json.decode(said.record) or {}
    own = {"host": subject.host, "namespace": called(subject.namespace), "event": said.event, "object": said.object}
    behind = {"sequence": said.sequence, "time": said.time, "generation": said.generation, "start": events.start}
    taken = own.keys() | behind.keys()
    fields = {f"record_{key}" if key in taken else key: value for key, value in record.items()}
    return json_text(own | fields | _more(said) | behind, compact=True)


def _more(said: Said) -> dict[str, Any]:
    """What is told of a publisher, and of which namespace by ID an event is."""
    found = {}
    for name in ("nsid", "reason", "count", "lost", "first", "last", "of", "bytes", "before"):
        value = getattr(said, name)
        if value is not None:
            found[name] = msgspec.to_builtins(value)
    if said.start is not None:
        found["of_start"] = said.start
    return found


def _head(host: str, namespace: Any, event: str, kind: str, colours: bool) -> list[str | Paint]:
    where = f"{host}/{called(namespace)}" if namespace is not None else host
    return [f"{where:<12}  ", label(event, colours), f"  {kind if kind != event else '':<9}  "]


def _as_text(events: Events, said: Said, names: Names, colours: bool) -> list[str | Paint]:
    subject = events.subject
    parts = _head(subject.host, subject.namespace, said.event, subject.kind, colours)
    record = events.record_of(said)
    if record is None:
        return [*parts, _words(_more(said) or msgspec.json.decode(said.record) or {})]
    if subject.kind == "link":
        names.learn(record.index, record.name)  # type: ignore[attr-defined]  # a link has them
    watched = _watched(subject.kind)
    if watched is None:
        return [*parts, _words(msgspec.json.decode(said.record))]
    for number, row in enumerate(watched.table.rows(record, names)):  # type: ignore[arg-type]  # they have names, too
        parts += (", " if number else "", *row_as_text(watched.table.columns, row, colours=colours))
    return parts


def _plainly(events: Events, said: Said, colours: bool) -> list[str | Paint]:
    """An event of which no record can be made."""
    subject = events.subject
    parts = _head(subject.host, subject.namespace, said.event, subject.kind, colours)
    return [*parts, bytes(said.record).decode("utf-8", "backslashreplace")]


def _words(fields: dict[str, Any]) -> str:
    kept = {key: value for key, value in fields.items() if value not in (None, [], {})}
    return " ".join(f"{key}={value if isinstance(value, str) else json_text(value)}" for key, value in kept.items())


@cache
def _watched(kind: str) -> Watched | None:
    """How a kind of object is printed."""
    from netlynx.cli.watched import OBJECTS, watched

    return watched(kind)[0] if kind in OBJECTS else None


def _print_told(told: Told, json: bool, colours: bool) -> None:
    """Print what is missing where it would have stood."""
    if isinstance(told, Gap):
        if json:
            said: dict[str, Any] = {"host": told.host, "namespace": called(told.namespace)}
            said |= {"event": "gap", "object": None}
            said |= {"count": told.count, "first": told.first, "last": told.last, "start": told.start}
            write(json_text(said, compact=True), flush=True)
        else:
            what = f"sequences {told.first} to {told.last} did not come: list anew what matters"
            write(*_head(told.host, told.namespace, "gap", "", colours), what, flush=True)
        return
    upto = told.last or "the end"
    if json:
        lost = {"host": None, "namespace": None, "event": "gap", "object": None}
        write(json_text({**lost, "messages": [told.first, told.last]}, compact=True), flush=True)
    else:
        write(label("gap", colours), f"  messages {told.first} to {upto} of the stream were gone before they were read")
