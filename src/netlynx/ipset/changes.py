"""Entries that are added, changed, deleted and asked for.

Source: ip_set_uadd, ip_set_udel and ip_set_utest in net/netfilter/ipset/ip_set_core.c.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import msgspec

from netlynx.codec._codec import Filling, Maker
from netlynx.engine.operation import Do, Talk
from netlynx.errors import EncodeError, EncodeTypeError, NotFound
from netlynx.ipset.constants import IPSET_CMD, IPSET_ERR, PROTOCOL, EntryFlags
from netlynx.ipset.entries import ROWS, Entry
from netlynx.ipset.operations import named
from netlynx.ipset.protocols import WITH_PORTS, IpProtocol, protocol_name
from netlynx.ipset.sets import MAX_TIMEOUT
from netlynx.netfilter.constants import NFNL_SUBSYS
from netlynx.netfilter.nfnetlink import message_type
from netlynx.schema.record import Record, replace_fields, was_read
from netlynx.schema.sending import is_set, settable
from netlynx.wire.constants import NETLINK, NLM_F

# Without NLM_F_EXCL the kernel takes an entry that is there, or one to delete that is not, for no error.
_REQUESTS: dict[str, tuple[int, int]] = {
    "add": (IPSET_CMD.ADD, NLM_F.CREATE | NLM_F.EXCL),
    "replace": (IPSET_CMD.ADD, NLM_F.CREATE | NLM_F.REPLACE),
    "delete": (IPSET_CMD.DEL, NLM_F.EXCL),
    "discard": (IPSET_CMD.DEL, 0),
    "test": (IPSET_CMD.TEST, 0),
}
_EXTENSIONS = ("timeout", "packets", "bytes", "comment", "skbmark", "skbprio", "skbqueue")
_PLAIN = (
    *("set", "address", "prefixlen", "protocol", "port", "mac", "mark", "address2", "prefixlen2", "interface", "name"),
    *("line", *_EXTENSIONS),
)
_ASKED = {"version": PROTOCOL, "request_line": 0}
_PUT = (Filling(Entry, _PLAIN, _ASKED, {}),)

Make = Callable[[Record], Do[None]]


def _learn(verb: str, record: object) -> tuple[int, int, Callable[[Any, str], Any], tuple[Filling, ...]]:
    if not isinstance(record, Entry):
        raise EncodeTypeError(f"ipset.{verb} takes an ipset.Entry, not {type(record).__name__} {record!r}")
    command, flags = _REQUESTS[verb]
    fillings = _PUT if command == IPSET_CMD.ADD else ()
    return message_type(NFNL_SUBSYS.IPSET, command), int(flags), prepared, fillings


MAKERS: dict[str, Make] = {
    verb: Maker(Do, f"ipset.{verb}", verb, int(NETLINK.NETFILTER), _learn).make for verb in _REQUESTS
}


def prepared(entry: Entry, verb: str) -> Entry:
    """An entry as it is sent. Raises EncodeError, with the field's path, for what the kernel would ignore."""
    if verb in ("delete", "discard", "test"):
        entry = _bare(entry, verb)
    entry = settable(entry, "Entry")
    for last, first, length in (("last_address", "address", "prefixlen"), ("last_address2", "address2", "prefixlen2")):
        if getattr(entry, last) is not None:
            if getattr(entry, first) is None:
                raise EncodeError(f"a range begins with {first}: set it too", f"Entry.{last}")
            if getattr(entry, length) is not None:
                raise EncodeError("of a range the kernel does not look at it: leave it out", f"Entry.{length}")
    if entry.last_port is not None and entry.port is None:
        raise EncodeError("a range begins with port: set it too", "Entry.last_port")
    if entry.last_port is not None and entry.protocol in (IpProtocol.ICMP, IpProtocol.ICMPV6):
        raise EncodeError("types and codes of ICMP make no ranges", "Entry.last_port")
    if entry.reference is not None and entry.name is None:
        raise EncodeError("only an entry of a list of sets, which has a name, has a place", "Entry.reference")
    for flag, needs in _NEEDS:
        if entry.flags is not None and entry.flags & flag and getattr(entry, needs) is None:
            raise EncodeError(f"{flag.label} is about the {needs}: set it too", "Entry.flags")
    return replace_fields(entry, **_ASKED)


_NEEDS = (
    (EntryFlags.BEFORE, "reference"),
    (EntryFlags.PHYSDEV, "interface"),
    (EntryFlags.WILDCARD, "interface"),
    (EntryFlags.NOMATCH, "address"),
)


def _bare(entry: Entry, verb: str) -> Entry:
    """An entry with nothing but what tells it from others: more than that the kernel does not look at."""
    rest = [name for name in _EXTENSIONS if is_set(entry, name)]
    if rest and not was_read(entry):
        doing = "deletes" if verb != "test" else "looks one up"
        raise EncodeError(f"the kernel does not look at it when it {doing}: leave it out", f"Entry.{rest[0]}")
    flags = entry.flags
    if flags is not None and flags & EntryFlags.NOMATCH and verb != "test":
        if not was_read(entry):
            raise EncodeError("nomatch: the kernel does not look at it when it deletes: leave it out", "Entry.flags")
        flags = flags & ~EntryFlags.NOMATCH or None
    return replace_fields(entry, **dict.fromkeys(rest), flags=flags)


def add(entry: Entry) -> Do[None]:
    """Put an entry into its set, or all that its range, net or ports stand for where the set has single ones.

    `AlreadyExists` when it is there (of several, those before it were added). Raises EncodeError, EncodeTypeError.
    For many at a time see `add_all`, or hand these operations to `batch`.
    """
    return made("add", entry)


def replace(entry: Entry) -> Do[None]:
    """Put an entry into its set, or change its timeout, counters, comment and skbinfo when it is there.

    What the entry does not say is then as for a new one. Raises as `add`.
    """
    return made("replace", entry)


def delete(entry: Entry) -> Do[None]:
    """Take an entry out of its set; `NotFound` when it is not there.

    One that was read is the one that it was read from, whatever became of its counters. Raises EncodeError for what the
    kernel does not look at, such as a timeout; EncodeTypeError.
    """
    return made("delete", entry)


def test(entry: Entry) -> Talk[bool]:
    """Whether the set has the entry, or a net with it in; False for what a `nomatch` excepts.

    With the flag nomatch: whether it is excepted. Raises as `delete`, and `NotFound` where there is no such set.
    """
    operation = made("test", entry)
    operation = msgspec.structs.replace(operation, payload=ROWS.alone(operation.payload))

    def steps() -> Generator[Do[None], Any, bool]:
        try:
            yield operation
        except NotFound as error:
            if error.errno == IPSET_ERR.EXIST:
                return False
            raise
        return True

    return Talk("ipset.test", steps)


def made(verb: str, entry: Entry) -> Do[None]:
    """The request of a verb for one entry. Raises EncodeError with the path of the field at fault."""
    operation = MAKERS[verb](entry)
    if entry.set is None:
        named(None, "Entry.set")
    if entry.timeout is not None and entry.timeout > MAX_TIMEOUT:
        raise EncodeError(f"the kernel would make {MAX_TIMEOUT} of it, some 24 days: that is most", "Entry.timeout")
    if entry.port and entry.protocol is not None and entry.protocol not in WITH_PORTS:
        raise EncodeError(f"{protocol_name(entry.protocol)} has no ports: the kernel would make 0 of it", "Entry.port")
    if entry.protocol in _ICMP and entry.address is not None and (":" in entry.address) is (entry.protocol == _ICMP[0]):
        raise EncodeError(f"{entry.address} is of the other family: the kernel would make 0 of port", "Entry.protocol")
    return operation


_ICMP = (IpProtocol.ICMP, IpProtocol.ICMPV6)
