"""What messages are called and what they carry: each room says it of its own, in its file `lexicon`.

Loaded when somebody wants to know: the room of a protocol when its first message is read.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any, NamedTuple

from netlynx.errors import DecodeError
from netlynx.schema.compile import plan_of
from netlynx.wire.constants import NETLINK, NLM_F, NLMSG
from netlynx.wire.message import Message

# The rooms of each protocol that say what its messages are; of a type, the first that knows it.
ROOMS: dict[int, tuple[str, ...]] = {
    NETLINK.ROUTE: ("route", "tc", "dcb"),
    NETLINK.FIREWALL: ("firewall",),
    NETLINK.SOCK_DIAG: ("diag",),
    NETLINK.XFRM: ("xfrm",),
    NETLINK.SELINUX: ("selinux",),
    NETLINK.ISCSI: ("iscsi",),
    NETLINK.AUDIT: ("audit",),
    NETLINK.FIB_LOOKUP: ("fib_lookup",),
    NETLINK.CONNECTOR: ("connector",),
    NETLINK.NETFILTER: ("netfilter", "nftables", "ipset"),
    NETLINK.KOBJECT_UEVENT: ("uevent",),
    NETLINK.GENERIC: ("generic",),
    NETLINK.SCSITRANSPORT: ("scsi",),
    NETLINK.RDMA: ("rdma",),
    NETLINK.CRYPTO: ("crypto",),
}

# Protocols of which a datagram is one message, without a header of netlink's.
UNFRAMED = frozenset({int(NETLINK.KOBJECT_UEVENT)})
# Those that speak in messages of a type that ends something elsewhere.
_OWN_TYPES = frozenset({int(NETLINK.CONNECTOR), int(NETLINK.SCSITRANSPORT), int(NETLINK.ISCSI), *UNFRAMED})


class Said(NamedTuple):
    """A message that is looked up: `answer` is whether the kernel sent it, `families` are the names of generic
    netlink's families by number, `asked` is the request with its sequence number, where that was seen."""

    message: Message
    answer: bool
    families: Mapping[int, str]
    asked: Message | None = None


class Entry(NamedTuple):
    """What a message is called, and what reads it: a class of records or layouts, or a function that is given the
    payload and raises DecodeError; None where nothing does. `payload` stands for a message's own that is incomplete."""

    name: str
    record: Any = None
    payload: bytes | None = None


def look_up(protocol: int, said: Said) -> Entry:
    """What a message is called and what reads it."""
    kind = said.message.type
    if kind < NLMSG.MIN_TYPE and protocol not in _OWN_TYPES:
        return Entry(_control_names().get(kind, str(kind)))
    for entry in _lexicons(protocol):
        found = entry(said)
        if found is not None:
            return found
    return Entry(_control_names().get(kind, str(kind)))


def is_control(protocol: int, kind: int) -> bool:
    """Whether messages of this type are netlink's own: acknowledgements, ends of listings."""
    return kind < NLMSG.MIN_TYPE and protocol not in _OWN_TYPES


def read(entry: Entry, payload: bytes) -> Any:
    """What a message carries, None where nothing reads it. Raises DecodeError."""
    reader = entry.record
    if reader is None:
        return None
    try:
        payload = payload if entry.payload is None else entry.payload
        return decoded(reader, payload) if isinstance(reader, type) else reader(payload)
    except (UnicodeError, ValueError) as error:  # what a reader in Python did not expect
        if isinstance(error, DecodeError):
            raise
        raise DecodeError(str(error), 0, entry.name) from error


def decoded(cls: Any, payload: bytes) -> Any:
    """A payload as a record or layout of this class. Raises DecodeError."""
    from netlynx.codec._codec import decode

    return decode(plan_of(cls), payload)


def of_constants(names: Any, records: Mapping[int, Any], base: int = 0) -> dict[int, Entry]:
    """Entries by message type, from the constants that name the types and the records of some of them."""
    return {base + int(number): Entry(name, records.get(int(number))) for name, number in names.__c_names__.items()}


def dumps(message: Message) -> bool:
    """Whether a request asks for a table."""
    return message.flags & NLM_F.DUMP == NLM_F.DUMP and not message.flags & NLM_F.CREATE


@functools.cache
def _lexicons(protocol: int) -> tuple[Callable[[Said], Entry | None], ...]:
    rooms: Iterable[str] = ROOMS.get(protocol, ())
    return tuple(import_module(f"netlynx.{room}.lexicon").entry for room in rooms)


@functools.cache
def _control_names() -> dict[int, str]:
    names = {int(number): name for name, number in NLMSG.__c_names__.items()}
    del names[int(NLMSG.MIN_TYPE)]
    return names
