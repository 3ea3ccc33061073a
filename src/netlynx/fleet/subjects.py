"""What messages of a fleet are called: ``netlynx.<host>.<namespace>.<room>.<kind>``, and of tables
``netlynx.<host>.<namespace>.<room>.snapshot.<table>.<part>``.

A subject of NATS is tokens with dots between them, and ``*`` and ``>`` mean something in it. So of a name only letters,
digits, ``-`` and ``_`` of ASCII stand as they are; each other byte of its UTF-8 is ``%`` and two hexadecimal digits, as
in URLs: the host ``db.example`` is the token ``db%2Eexample``. There is one way to write a name, and no other is read.

| namespace | token |
|---|---|
| the publisher's own, without a name | ``_`` |
| another without a name, by its ID there | ``_3`` |
| one with a name | the name; a leading ``_`` of it as ``%5F`` |
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from netlynx.fleet.needed import FleetError

PREFIX = "netlynx"
OWN = "_"
SNAPSHOT = "snapshot"

_OTHER = re.compile(rb"[^A-Za-z0-9_-]")
_WRITTEN = re.compile(r"(?:[A-Za-z0-9_-]|%[0-9A-F]{2})+")
_BYTE = re.compile(rb"%([0-9A-F]{2})")
_NUMBERED = re.compile(r"_(0|[1-9][0-9]{0,9})")
_PART = re.compile(r"[1-9][0-9]{0,8}")


def escape(name: str) -> str:
    """A name as one token. Raises FleetError for an empty one."""
    if not name:
        raise FleetError("an empty name is no token of a subject")
    written = _OTHER.sub(lambda found: b"%%%02X" % found[0][0], name.encode("utf-8", "surrogateescape"))
    return written.decode("ascii")


def unescape(token: str) -> str:
    """The name that a token stands for. Raises FleetError for a token that `escape` does not write."""
    if _WRITTEN.fullmatch(token):
        read = _BYTE.sub(lambda found: bytes((int(found[1], 16),)), token.encode("ascii"))
        name = read.decode("utf-8", "surrogateescape")
        if escape(name) == token:
            return name
    raise FleetError(f"{token!r} is no token of a fleet's subjects")


def escape_namespace(namespace: str | int | None) -> str:
    """The token of a namespace: by its name, by its ID where it has no name, None for the publisher's own."""
    if namespace is None:
        return OWN
    if isinstance(namespace, int):
        if namespace < 0:
            raise FleetError(f"{namespace} is no ID of a namespace")
        return f"{OWN}{namespace}"
    token = escape(namespace)
    return f"%5F{token[1:]}" if token.startswith(OWN) else token


def unescape_namespace(token: str) -> str | int | None:
    """The namespace of a token. Raises FleetError."""
    if token == OWN:
        return None
    if token.startswith(OWN):
        if (found := _NUMBERED.fullmatch(token)) is None:
            raise FleetError(f"{token!r} is no namespace of a fleet's subjects")
        return int(found[1])
    if token.startswith("%5F"):
        return unescape(f"{OWN}{token[3:]}")
    return unescape(token)


@dataclass(frozen=True, slots=True)
class Subject:
    """Of what a message is. `kind` is what ``netlynx monitor`` calls it (``link``), or ``start``, ``stop`` and
    ``overrun`` in the room ``fleet``; of a part of a table it is ``snapshot``, with `table` and `part` (from 1).
    """

    host: str
    namespace: str | int | None
    room: str
    kind: str
    table: str | None = None
    part: int = 0

    def __post_init__(self) -> None:
        if (self.kind == SNAPSHOT) != (self.table is not None) or (self.table is not None) != (self.part > 0):
            raise FleetError("a snapshot has a table and a part, counted from 1, and nothing else has")

    @property
    def text(self) -> str:
        """As NATS has it. Raises FleetError for an empty name."""
        tokens = [PREFIX, escape(self.host), escape_namespace(self.namespace), escape(self.room), escape(self.kind)]
        if self.table is not None:
            tokens += [escape(self.table), str(self.part)]
        return ".".join(tokens)

    @classmethod
    def parse(cls, text: str) -> Subject:
        """What a subject says. Raises FleetError for one that is no fleet's."""
        prefix, *tokens = text.split(".")
        if prefix == PREFIX and len(tokens) in (4, 6):
            host, namespace, room, kind = tokens[:4]
            part = _PART.fullmatch(tokens[5]) if len(tokens) == 6 else None
            if (kind == SNAPSHOT) == (part is not None) == (len(tokens) == 6):
                return cls(
                    unescape(host),
                    unescape_namespace(namespace),
                    unescape(room),
                    unescape(kind),
                    unescape(tokens[4]) if part else None,
                    int(part[0]) if part else 0,
                )
        raise FleetError(f"{text!r} is no subject of a fleet: netlynx.HOST.NAMESPACE.ROOM.KIND")


def matching(host: str | None = None, room: str | None = None, kind: str | None = None) -> str:
    """The subjects of events as NATS filters by them: of all, or of those with these names. Raises FleetError."""
    tokens = ("*" if name is None else escape(name) for name in (host, None, room, kind))
    return ".".join((PREFIX, *tokens))


EVENTS = matching()
"""Subjects of all events."""

SNAPSHOTS = f"{PREFIX}.*.*.*.{SNAPSHOT}.>"
"""Subjects of all parts of tables: a consumer that is given the last of each has the latest of all tables."""
