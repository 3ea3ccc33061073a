"""What ipset means by its error numbers, and what to do about them.

Source: linux/netfilter/ipset/ip_set.h, ip_set_bitmap.h, ip_set_hash.h, ip_set_list.h; net/netfilter/ipset/.
"""

from __future__ import annotations

import errno
import sys
from typing import Any

from netlynx.engine.hints import Private
from netlynx.engine.operation import Do, Dump
from netlynx.errors import AlreadyExists, Busy, NetlinkError, NotFound, NotSupported
from netlynx.ipset.constants import (
    IPSET_ATTR,
    IPSET_CMD,
    IPSET_ERR,
    IPSET_ERR_BITMAP,
    IPSET_ERR_HASH,
    IPSET_ERR_LIST,
)
from netlynx.ipset.types import TYPES
from netlynx.wire.message import Acknowledgement, parse_attributes

_HEADER = 4  # bytes of struct nfgenmsg

_WORDS: dict[int, str] = {
    IPSET_ERR.PROTOCOL: "the kernel does not understand the request",
    IPSET_ERR.FIND_TYPE: "set type not supported",
    IPSET_ERR.MAX_SETS: "there are as many sets as there can be",
    IPSET_ERR.BUSY: "the set is in use",
    IPSET_ERR.EXIST_SETNAME2: "the second set",
    IPSET_ERR.TYPE_MISMATCH: "the two sets are of different types",
    IPSET_ERR.EXIST: "the entry",
    IPSET_ERR.INVALID_CIDR: "the set takes no net of this prefix length",
    IPSET_ERR.INVALID_NETMASK: "the netmask is invalid",
    IPSET_ERR.INVALID_FAMILY: "the set's type is not of this family",
    IPSET_ERR.TIMEOUT: "the set was made without timeouts",
    IPSET_ERR.REFERENCED: "the set is referred to, and cannot be renamed",
    IPSET_ERR.IPADDR_IPV4: "an IPv4 address is missing, or the set is of IPv4 and another was given",
    IPSET_ERR.IPADDR_IPV6: "an IPv6 address is missing, or the set is of IPv6 and another was given",
    IPSET_ERR.COUNTER: "the set was made without counters",
    IPSET_ERR.COMMENT: "the set was made without comments",
    IPSET_ERR.INVALID_MARKMASK: "the markmask is invalid",
    IPSET_ERR.SKBINFO: "the set was made without skbinfo",
    IPSET_ERR.BITMASK_NETMASK_EXCL: "netmask and bitmask exclude each other",
}

_OWN: dict[str, dict[int, str]] = {
    "bitmap": {
        IPSET_ERR_BITMAP.BITMAP_RANGE: "it is outside of the set's range",
        IPSET_ERR_BITMAP.BITMAP_RANGE_SIZE: "the range is too large: a bitmap has room for 65536 at most",
    },
    "hash": {
        IPSET_ERR_HASH.HASH_FULL: "the set is full",
        IPSET_ERR_HASH.HASH_ELEM: "the entry cannot stand in such a set: it would be a null address or net",
        IPSET_ERR_HASH.INVALID_PROTO: "the protocol is invalid",
        IPSET_ERR_HASH.MISSING_PROTO: "the protocol is missing",
        IPSET_ERR_HASH.HASH_RANGE_UNSUPPORTED: "the set's type takes no ranges of IPv6 addresses",
        IPSET_ERR_HASH.HASH_RANGE: "the range is invalid",
    },
    "list": {
        IPSET_ERR_LIST.NAME: "there is no set of that name to put in",
        IPSET_ERR_LIST.LOOP: "a list cannot have lists in it",
        IPSET_ERR_LIST.BEFORE: "the set that it is to stand before or behind is not in the list, or none was named",
        IPSET_ERR_LIST.NAMEREF: "there is no set of that name to stand before or behind",
        IPSET_ERR_LIST.LIST_FULL: "the list is full",
        IPSET_ERR_LIST.REF_EXIST: "the set that it is to stand before or behind is not in the list",
    },
}

_SYMBOLS = {
    kind: {number: name for name, number in numbers.__c_names__.items()}
    for kind, numbers in {"bitmap": IPSET_ERR_BITMAP, "hash": IPSET_ERR_HASH, "list": IPSET_ERR_LIST}.items()
}
_GENERIC = {number: name for name, number in IPSET_ERR.__c_names__.items()}
_FLAGS: dict[int, str] = {IPSET_ERR.COUNTER: "counters", IPSET_ERR.COMMENT: "comment", IPSET_ERR.SKBINFO: "skbinfo"}
_PUTS = {IPSET_CMD.ADD, IPSET_CMD.CREATE}


def private(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> Private:
    """What the number of an error means, and the line that stood with what it is about."""
    line = _line(answer) if _command(operation) in (IPSET_CMD.ADD, IPSET_CMD.DEL) else 0
    if answer.errno <= IPSET_ERR.PRIVATE:
        return Private(line=line)
    symbol, words = in_words(answer.errno, _command(operation), kinds_of(operation.request))
    return Private(symbol, words, line)


def in_words(number: int, command: int, kinds: tuple[str, ...]) -> tuple[str, str]:
    """What the kernel calls an error number of ipset's, and what it means; where kinds differ, all of that."""
    if number in (IPSET_ERR.EXIST, IPSET_ERR.EXIST_SETNAME2):
        there = command in _PUTS or command == IPSET_CMD.RENAME
        return _GENERIC[number], f"{_WORDS[number]} is {'there already' if there else 'not there'}"
    if number in _WORDS:
        return _GENERIC[number], _WORDS[number]
    known = {_SYMBOLS[kind][number]: _OWN[kind][number] for kind in kinds if number in _OWN[kind]}
    if not known:
        return str(number), "an error that only the set's type knows"
    return " or ".join(known), ", or ".join(
        words if len(known) == 1 else f"{words} (of a {kind})"
        for kind, words in zip((each for each in kinds if number in _OWN[each]), known.values(), strict=True)
    )


def kinds_of(request: Any) -> tuple[str, ...]:
    """Of which kinds the set of a request may be, as far as the request tells."""
    named = getattr(request, "type", None)
    if named is not None:
        return (named.partition(":")[0],)
    if getattr(request, "name", None) is not None and hasattr(request, "comment"):
        return ("list",)
    if not hasattr(request, "address"):
        return tuple(_OWN)
    if request.address is None:
        return ("bitmap",) if request.mac is None else ("hash",)
    beside = ("port", "mark", "address2", "interface", "protocol")
    return ("hash",) if any(getattr(request, each) is not None for each in beside) else ("hash", "bitmap")


def meaning(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> type[NetlinkError] | None:
    """The class of an error that has a number of ipset's own."""
    return error_of(answer.errno, _command(operation))


def error_of(number: int, command: int) -> type[NetlinkError] | None:
    """The class of an error number of ipset's, for a command."""
    if number == IPSET_ERR.EXIST:
        return AlreadyExists if command in _PUTS else NotFound
    if number == IPSET_ERR.EXIST_SETNAME2:
        return AlreadyExists if command == IPSET_CMD.RENAME else NotFound
    if number in (IPSET_ERR.BUSY, IPSET_ERR.REFERENCED):
        return Busy
    return NotSupported if number == IPSET_ERR.FIND_TYPE else None


def hint(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> str:
    """What to do about a refusal, or "" where no more is known than its words tell."""
    request: Any = operation.request
    command, number = _command(operation), answer.errno
    if number == errno.EINVAL and not answer.text and command in (IPSET_CMD.LIST, IPSET_CMD.PROTOCOL, IPSET_CMD.TYPE):
        return "This kernel lacks ipset: its module is ip_set (CONFIG_IP_SET)"
    if number == IPSET_ERR.FIND_TYPE:
        return lacking(request.type, request.family)
    if number == errno.EEXIST and command == IPSET_CMD.CREATE:
        return f"There is a set {request.name} already: destroy it before, or make another and swap the two"
    if number == errno.ENOENT and command not in (IPSET_CMD.CREATE, IPSET_CMD.TYPE, IPSET_CMD.PROTOCOL):
        name = getattr(request, "set", None) or getattr(request, "name", None)  # the set of an entry, or a set
        return f"There is no set {name}" if name else ""
    return advice(number, command, kinds_of(request))


def advice(number: int, command: int, kinds: tuple[str, ...]) -> str:
    """What to do about an error of ipset's; "" where its words say all that is known."""
    if number == IPSET_ERR_HASH.HASH_FULL and kinds == ("hash",):
        return (
            "It has as many entries as its maxelem says, or a bucket as many as it can have: make a set with a larger "
            "maxelem (65536 unless given), fill it, and swap the two; with forceadd a full set drops others"
        )
    if number == IPSET_ERR.BUSY:
        return "A rule, a list of sets, or a listing that goes on just now refers to it"
    if number == IPSET_ERR.REFERENCED:
        return "A rule or a list of sets refers to it: make another and swap the two"
    if number == IPSET_ERR.TIMEOUT:
        return "Make it with a timeout; 0 lets entries that say none stay"
    if number in _FLAGS:
        return f"Make it with the flag {_FLAGS[number]}"
    if number == IPSET_ERR.PROTOCOL and command in (IPSET_CMD.ADD, IPSET_CMD.DEL, IPSET_CMD.TEST):
        return "The set's type takes other fields than these, or it is of another family: ipset.set_(name) tells both"
    return ""


def lacking(name: str | None, family: Any) -> str:
    """What would provide a type of sets."""
    if name not in TYPES:
        return f"The types that netlynx knows are {', '.join(TYPES)}"
    module = "ip_set_" + name.replace(":", "_").replace(",", "")
    of = f" for {family.label}" if getattr(family, "label", None) and family else ""
    return f"This kernel has no {name}{of}: its module is {module} (CONFIG_{module.upper()})"


def _command(operation: Do[Any] | Dump[Any]) -> int:
    return operation.message_type & 0xFF


def _line(answer: Acknowledgement) -> int:
    """The line of the entry that an error is about: the kernel writes it into the request that it repeats."""
    if answer.payload is None:
        return 0
    for each in parse_attributes(answer.payload[_HEADER:]):
        if each.type & 0x3FFF == IPSET_ATTR.LINENO and len(each.payload) == 4:
            return int.from_bytes(each.payload, sys.byteorder)
    return 0
