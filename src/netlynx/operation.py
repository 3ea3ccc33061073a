"""Operations as values: what to send and what comes back. No I/O here; a connection carries them out.

Protocol rooms make them (``route.links()``, ``route.add(record)``); users hand them to `do`, `dump`, `batch` and
`subscribe`. The request is checked and encoded when the operation is made, once.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from enum import StrEnum
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec

from netlynx.schema.compile import plan_of
from netlynx.schema.record import Record
from netlynx.wire._codec import encode

T = TypeVar("T", covariant=True)


def in_words(record: Record) -> str:
    """What a request says, for error messages: its fields that are set, enums and flags by name."""
    fields = []
    for name, declaration in record.__declarations__.items():
        value = getattr(record, name)
        if value is not None and value != declaration.default:
            fields.append(f"{name}={in_words(value) if isinstance(value, Record) else value}")
    return ", ".join(fields)


class Do(msgspec.Struct, Generic[T], frozen=True):
    """One request and its one answer: a record, or nothing but the acknowledgement (`reply` is None).

    `name` is the function that made it (``route.add``). `family` is the generic netlink family that it goes to, whose
    number is the message type: a connection finds it out (`located`).
    """

    name: str
    protocol: int
    message_type: int
    flags: int
    request: Record
    payload: bytes
    reply: type[Record] | None = None
    reply_type: int = 0
    family: str = ""

    def __str__(self) -> str:
        return f"{self.name}({in_words(self.request)})"


class Dump(msgspec.Struct, Generic[T], frozen=True):
    """A request for a table: many records come back. `family` is as for `Do`.

    `match` lists (field, value) pairs: the kernel is asked to filter by them, and what comes back is checked again.
    """

    name: str
    protocol: int
    message_type: int
    flags: int
    request: Record
    payload: bytes
    reply: type[Record]
    reply_type: int
    match: tuple[tuple[str, Any], ...] = ()
    family: str = ""

    def __str__(self) -> str:
        return f"{self.name}({in_words(self.request)})"


class Talk(msgspec.Struct, Generic[T], frozen=True):
    """Several requests that make one answer, such as the parts of a policy put together.

    `steps` is a generator: it yields operations, gets the answer of a `Do` or the list of a `Dump` for each, or the
    error thrown in, and returns the answer of the whole.
    """

    name: str
    steps: Callable[[], Generator[Do[Any] | Dump[Any], Any, T]]

    def __str__(self) -> str:
        return f"{self.name}()"


class Flush(msgspec.Struct, Generic[T], frozen=True):
    """Delete all that a dump lists: the kernel has no such request for most tables, so it is a dump and a batch."""

    name: str
    dump: Dump[T]
    delete: Callable[[Any], Do[None]]

    def __str__(self) -> str:
        return f"{self.name}({self.dump})"


class EventKind(StrEnum):
    """What a notification says of its record."""

    NEW = "new"
    DELETE = "delete"


class Event(msgspec.Struct, Generic[T], frozen=True, gc=False):
    """A notification: the kernel made or changed (`new`) or removed (`delete`) what `record` describes.

    Families of generic netlink say other things too: then `kind` is the notification's own name.
    """

    kind: EventKind | str
    record: T


class Overrun(msgspec.Struct, frozen=True, gc=False):
    """Notifications were lost: the receive queue was full (ENOBUFS). Read the state anew; later events still arrive.

    `count` numbers the overruns of this subscription.
    """

    count: int


Meaning: TypeAlias = tuple[EventKind | str, type[Record]]
"""What a message says of the record that it carries."""


class Group(msgspec.Struct, Generic[T], frozen=True):
    """Notifications of one kind of object: the kernel's multicast groups and the messages that come on them.

    `messages` maps a message type to what it says and the record it carries. A generic netlink family's notifications
    all have its number as their type: there, `commands` maps what their headers say, and a connection finds out the
    numbers of the family and of its `groups`.
    """

    name: str
    protocol: int
    numbers: tuple[int, ...]
    messages: dict[int, Meaning]
    family: str = ""
    groups: tuple[str, ...] = ()
    commands: dict[int, Meaning] = {}


def make_do(
    name: str,
    protocol: int,
    message_type: int,
    request: Record,
    *,
    flags: int = 0,
    reply: type[Record] | None = None,
    reply_type: int = 0,
) -> Do[Any]:
    """A `Do` with its request encoded. Raises EncodeError with the path of the field at fault."""
    payload = encode(plan_of(type(request)), request)
    return Do(name, protocol, message_type, flags, request, payload, reply, reply_type)


def make_dump(
    name: str,
    protocol: int,
    message_type: int,
    request: Record,
    reply: type[Record],
    reply_type: int,
    *,
    flags: int = 0,
    match: tuple[tuple[str, Any], ...] = (),
) -> Dump[Any]:
    """A `Dump` with its request encoded. Raises EncodeError with the path of the field at fault."""
    payload = encode(plan_of(type(request)), request)
    return Dump(name, protocol, message_type, flags, request, payload, reply, reply_type, match)
