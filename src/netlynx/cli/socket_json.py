"""Sockets as JSON: an object each, in which certain keys always are, whatever kind it is of.

Sockets of IP have them all by themselves. Their JSON is written by the codec, without any record; who holds them, and
the namespace, are put in behind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import msgspec

from netlynx import diag
from netlynx.cli.form import json_text
from netlynx.cli.socket_table import queue_lengths
from netlynx.codec._codec import to_json
from netlynx.diag import InetSocket
from netlynx.engine.named import NamedDump
from netlynx.schema import attr, string
from netlynx.schema.facts import NoFacts
from netlynx.schema.record import RecordMeta

KEYS = (
    "family",
    "protocol",
    "state",
    "source",
    "source_port",
    "destination",
    "destination_port",
    "index",
    "inode",
    "uid",
    "cookie",
    "mark",
    "receive_queue",
    "send_queue",
)
"""What every object has, null where sockets of its kind have nothing of the sort; and `processes`."""

_OBJECT = re.compile(rb'("inode":(\d+).*),"processes":null}(?=,?$)', re.MULTILINE)
_NOBODY = 0x3FFF  # the highest number of an attribute: no message has it
Holding = Callable[[int], list[dict[str, Any]]]


def processes_of(owners: diag.Owners) -> Holding:
    """What JSON has of who holds a socket."""
    known: dict[int, dict[str, Any]] = {}

    def holding(inode: int) -> list[dict[str, Any]]:
        found = []
        for process, fd in owners.holding(inode):
            said = known.get(process.pid)
            if said is None:
                said = known[process.pid] = {name: getattr(process, name) for name in process.__struct_fields__}
            first = {"pid": said["pid"], "name": said["name"], "fd": fd, "user": said["user"]}
            found.append({**first, **{name: value for name, value in said.items() if name not in first}})
        return found

    return holding


@cache
def row_class(record: type[InetSocket]) -> type[InetSocket]:
    """The record with one key more in its JSON, `processes`: null, as the kernel says nothing of them."""
    body = {
        "__module__": __name__,
        "__doc__": record.__doc__,
        "__facts__": NoFacts("what the kernel tells, and a key for what it does not"),
        "__annotations__": {"processes": "str | None"},
        "processes": attr(_NOBODY, string, always=True),
    }
    made: Any = RecordMeta(record.__name__, (record,), body)
    return made  # type: ignore[no-any-return]  # a class made here


def with_processes(listing: Any) -> Any:
    """The same listing of sockets of IP, each with the key."""
    if isinstance(listing, NamedDump):
        model = with_processes(listing.model)
        return NamedDump(
            listing.name, listing.words, listing.wanted, lambda numbers: with_processes(listing.make(numbers)), model
        )
    following = tuple(map(with_processes, listing.following))
    return msgspec.structs.replace(listing, reply=row_class(listing.reply), following=following)


def filled_in(pieces: Iterable[memoryview], holding: Holding | None, namespace: str | None) -> Iterator[memoryview]:
    """JSON as the codec wrote it, an object a line, with what is known besides; each piece is whole objects."""
    if holding is None and namespace is None:
        yield from pieces
        return
    more = b"" if namespace is None else b',"namespace":' + json_text(namespace, compact=True).encode()
    known: dict[bytes, bytes] = {}

    def whole(found: re.Match[bytes]) -> bytes:
        inode = found[2]
        said = known.get(inode)
        if said is None:
            held = None if holding is None else holding(int(inode))
            text = json_text(held, compact=True).encode()
            said = known[inode] = b',"processes":' + text + more + b"}"
        return found[1] + said

    for piece in pieces:
        yield memoryview(_OBJECT.sub(whole, piece))


def of_others(record: Any, holding: Holding | None, namespace: str | None) -> bytes:
    """A socket of any other kind: its own fields, behind those that all have."""
    own = json.loads(to_json(record))
    receive, send = queue_lengths(record)
    own |= {"receive_queue": receive, "send_queue": send}
    if isinstance(record, diag.PacketSocket | diag.XdpSocket) and record.info is not None:
        own["index"] = record.info.index
    row = {**{name: own.get(name) for name in KEYS}, **own}
    row["processes"] = None if holding is None else holding(record.inode or 0)
    if namespace is not None:
        row["namespace"] = namespace
    return json_text(row, compact=True).encode()
