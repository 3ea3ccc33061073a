"""Sockets as JSON: an object each, in which certain keys always are, whatever kind it is of.

Sockets of IP have them all by themselves. Their JSON is written by the codec, without any record; who holds them, and
the namespace, are put in behind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from netlynx import diag
from netlynx.cli.form import json_text
from netlynx.cli.socket_table import queue_lengths
from netlynx.cli.socket_text import NOT_ASKED, as_lines
from netlynx.codec._codec import to_json

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

_LINE = re.compile(rb'("inode":(\d+).*)}\n')
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


def lines_of_inet(pieces: Iterable[memoryview], holding: Holding | None, namespace: str | None) -> Iterator[bytes]:
    """Lines of JSON as the codec wrote them, with what is known besides; each piece is whole lines."""
    more = b"" if namespace is None else b',"namespace":' + json_text(namespace, compact=True).encode()
    known: dict[bytes, bytes] = {}

    def whole(found: re.Match[bytes]) -> bytes:
        assert holding is not None
        inode = found[2]
        said = known.get(inode)
        if said is None:
            text = json_text(holding(int(inode)), compact=True).encode()
            said = known[inode] = b',"processes":' + text + more + b"}\n"
        return found[1] + said

    if holding is None:
        yield from map(bytes, as_lines(pieces, NOT_ASKED + more))
    else:
        for piece in pieces:
            yield _LINE.sub(whole, bytes(piece))


def line_of(record: Any, holding: Holding | None, namespace: str | None) -> bytes:
    """The line of a socket of any other kind: its own fields, behind those that all have."""
    own = json.loads(to_json(record))
    receive, send = queue_lengths(record)
    own |= {"receive_queue": receive, "send_queue": send}
    if isinstance(record, diag.PacketSocket | diag.XdpSocket) and record.info is not None:
        own["index"] = record.info.index
    row = {**{name: own.get(name) for name in KEYS}, **own}
    row["processes"] = None if holding is None else holding(record.inode or 0)
    if namespace is not None:
        row["namespace"] = namespace
    return json_text(row, compact=True).encode() + b"\n"
