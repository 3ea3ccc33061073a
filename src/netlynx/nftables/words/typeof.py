"""What nft notes beside a set of the things whose values its keys are: where a type alone says too little it needs it.

Each is a number for its sort, and type, length, value of what it is: the header and the place of the field in nft's
table, the key. Source: the sets that nft 1.0.6 makes; libnftnl's udata.h.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from .headers import HEADERS
from .keys import CT, FIB_FLAGS, FIB_RESULTS, IPSEC, META, RT, SOCKET
from .layout import bits_of
from .nodes import Ct, Fib, Field, Ipsec, Joined, Looked, Meta, Osf, Rt, Socket

_VERDICT, _PAYLOAD, _META, _SOCKET, _OSF, _CT, _CONCATENATION = 1, 7, 9, 10, 11, 12, 13
_RT, _FIB, _IPSEC = 25, 26, 27
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
    if isinstance(looked, Osf):
        return _OSF, b""
    if isinstance(looked, Rt):
        return _RT, _part(0, _number(looked.entry.number))
    if isinstance(looked, Socket) and looked.level is None:
        return _SOCKET, _part(0, _number(looked.entry.number))
    if isinstance(looked, Ipsec):
        direction = ("in", "out").index(looked.direction)
        said = _part(0, _number(looked.entry.number)) + _part(1, _number(direction))
        return _IPSEC, said + _part(2, _number(looked.number))
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


def looked_of(said: bytes | None) -> Looked | None:
    """What is noted, the way back; None for what says nothing, or nothing that is known here."""
    try:
        return None if not said else _looked(dict(_parts(said)))
    except (LookupError, StopIteration, ValueError):
        return None


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        yield data[at], data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]


def _looked(said: dict[int, bytes]) -> Looked | None:
    number = int.from_bytes(said[0], sys.byteorder)
    inner = dict(_parts(said[1]))
    if number == _CONCATENATION:
        parts = [_looked(dict(_parts(each))) for each in inner.values()]
        known = [each for each in parts if each is not None]
        return Joined(tuple(known)) if parts and len(known) == len(parts) else None
    values = {kind: int.from_bytes(value, sys.byteorder) for kind, value in inner.items()}
    if number == _PAYLOAD:
        name = next(header for header, each in _HEADERS.items() if each == values[0])
        place = values[1] - (1 if name == "vlan" and values[1] > 3 else 0)
        return Field(name, list(HEADERS[name].fields)[place - 1])
    if number == _META:
        return Meta(next(key.name for key in META.values() if key.number == values[0]))
    if number == _CT:
        direction = "" if values[1] == _EITHER else ("original", "reply")[values[1]]
        return Ct(next(key.name for key in CT.values() if key.number == values[0]), direction)
    if number == _FIB:
        flags = tuple(name for name, bit in FIB_FLAGS.items() if values[1] & bit)
        return Fib(flags, next(key.name for key in FIB_RESULTS.values() if key.number == values[0]))
    if number == _OSF:
        return Osf()
    if number == _RT:
        return Rt(next(key.name for key in RT.values() if key.number == values[0]))
    if number == _SOCKET:
        return Socket(next(key.name for key in SOCKET.values() if key.number == values[0]))
    if number == _IPSEC:
        name = next(key.name for key in IPSEC.values() if key.number == values[0])
        return Ipsec(("in", "out")[values[1]], name, values.get(2, 0))
    return None
