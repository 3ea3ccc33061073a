"""What nft notes beside a set of the things whose values its keys are: where a type alone says too little it needs it.

Each is a number for its sort, and type, length, value of what it is: the header and the place of the field in nft's
table, the key. Source: the sets that nft 1.0.6 makes; libnftnl's udata.h.
"""

from __future__ import annotations

import sys

from .headers import HEADERS
from .keys import FIB_FLAGS
from .layout import bits_of
from .nodes import Ct, Fib, Field, Joined, Looked, Meta

_VERDICT, _PAYLOAD, _META, _CT, _CONCATENATION, _FIB = 1, 7, 9, 12, 13, 26
_HEADERS = {
    "ah": 1,
    "esp": 2,
    "comp": 3,
    "icmp": 4,
    "igmp": 5,
    "udp": 6,
    "udplite": 7,
    "tcp": 8,
    "dccp": 9,
    "sctp": 10,
    "th": 11,
    "ip": 12,
    "ip6": 13,
    "icmpv6": 14,
    "arp": 15,
    "vlan": 16,
    "ether": 17,
}
_EITHER = 0xFFFF_FFFF  # of both directions of a connection


def typeof(looked: Looked) -> bytes | None:
    """What is noted of keys, None where nft notes nothing."""
    found = _said(looked)
    if found is None or (isinstance(looked, Field) and bits_of(looked).mask):
        return None
    number, said = found
    return _part(0, _number(number)) + _part(1, said)


def verdicts() -> bytes:
    """What is noted of data that are verdicts."""
    return _part(0, _number(_VERDICT)) + _part(1, b"")


def _part(kind: int, value: bytes) -> bytes:
    return bytes((kind, len(value))) + value


def _number(value: int) -> bytes:
    return value.to_bytes(4, sys.byteorder)


def _said(looked: Looked) -> tuple[int, bytes] | None:
    if isinstance(looked, Field):
        place = list(HEADERS[looked.header].fields).index(looked.field) + 1
        if looked.header == "vlan" and place > 2:
            place += 1  # nft has one bit under two names
        said = _part(0, _number(_HEADERS[looked.header])) + _part(1, _number(place))
        if bits_of(looked).mask:
            said += _part(4, _number(looked.bits))
        return _PAYLOAD, said
    if isinstance(looked, Meta):
        return _META, _part(0, _number(looked.entry.number))
    if isinstance(looked, Ct):
        direction = _EITHER if not looked.direction else ("original", "reply").index(looked.direction)
        return _CT, _part(0, _number(looked.entry.number)) + _part(1, _number(direction))
    if isinstance(looked, Fib):
        flags = sum(FIB_FLAGS[each] for each in looked.flags)
        return _FIB, _part(0, _number(looked.entry.number)) + _part(1, _number(flags))
    if isinstance(looked, Joined):
        return _joined(looked)
    return None


def _joined(looked: Joined) -> tuple[int, bytes]:
    said = b""
    for place, part in enumerate(looked.parts):
        found = _said(part)
        if found is None:
            return _CONCATENATION, b""
        said += _part(place, _part(0, _number(found[0])) + _part(1, found[1]))
    return _CONCATENATION, said
