"""Expressions that load something, as what they look at: the way back of `loading`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from netlynx.nftables.expressions.acting import Log
from netlynx.nftables.expressions.computing import Numgen as NumgenExpression
from netlynx.nftables.expressions.computing import NumgenType
from netlynx.nftables.expressions.counting import ConnectionLimit, Counter, Last, Limit, Quota
from netlynx.nftables.expressions.looking import Fib as FibExpression
from netlynx.nftables.expressions.looking import Osf as OsfExpression
from netlynx.nftables.expressions.looking import Routing, Xfrm
from netlynx.nftables.expressions.looking import Socket as SocketExpression
from netlynx.nftables.expressions.looking import Tunnel as TunnelExpression
from netlynx.nftables.expressions.packet import ExtensionHeader, Payload
from netlynx.nftables.expressions.packet import Meta as MetaExpression
from netlynx.nftables.expressions.tracking import Conntrack, FlowOffload, NoTrack, Synproxy

from . import headers
from .keys import (
    CT,
    FIB_FLAGS,
    FIB_PRESENT,
    FIB_RESULTS,
    IPSEC,
    META,
    OPTIONS,
    RT,
    SOCKET,
    TUNNEL,
    Key,
)
from .layout import bits_from
from .nodes import Ct, Fib, Ipsec, Looked, Meta, Numgen, Option, Osf, Rt, Socket, Tunnel
from .unknown import known

BASES = {number: name for name, number in headers.BASES.items()}
PLAIN = (Counter, Limit, Quota, ConnectionLimit, Last, Log, NoTrack, FlowOffload, Synproxy)
_DIRECTIONS = ("original", "reply")
_OSF_TTLS = ("", "loose", "skip")


def _name_of(table: dict[str, Key], number: int | None) -> str:
    return next(key.name for key in table.values() if key.number == number)


def meta(step: MetaExpression, family: str) -> Meta:
    """The key of a packet's metadata."""
    return Meta(_name_of(META, step.key))


def ct(step: Conntrack, family: str) -> Ct:
    """The key of a connection; of addresses without a family that of the rule."""
    direction = "" if step.direction is None else _DIRECTIONS[int(step.direction)]
    if step.key in (8, 9):
        name = ("saddr", "daddr")[int(step.key) - 8]
        return Ct(name + ("6" if family == "ip6" else "4"), direction)
    return Ct(_name_of(CT, step.key), direction)


def exthdr(step: ExtensionHeader, family: str) -> Option:
    """The field of an option or an extension header."""
    where, options = next((name, known) for name, (op, known) in OPTIONS.items() if op == int(step.op or 0))
    named = [each for each in options.values() if each.number == step.type]
    number = step.type if not named else None
    name = named[0].name if named else ""
    if int(step.flags or 0) & 1 or (step.dreg is None and step.sreg is None):
        return Option(where, name, number=number)
    first, bits = (step.offset or 0) * 8, (step.len or 0) * 8
    for each in named:
        for spot in each.fields.values():
            if (spot.offset, spot.bits) == (first, bits):
                return Option(where, each.name, spot.name)
    return Option(where, name, number=step.type, place=(first, bits))


def masked_option(option: Option, mask: int) -> Option | None:
    """The field of an option whose bits a mask leaves of bytes."""
    for each in OPTIONS[option.where][1].values():
        for spot in each.fields.values():
            place = bits_from(spot.offset, spot.bits)
            found = (place.offset * 8, place.length * 8) == option.place and place.mask == mask
            if each.number == option.kind and found:
                return Option(option.where, each.name, spot.name)
    return None


def numgen(step: NumgenExpression, family: str) -> Numgen:
    """A number that is made."""
    mode = "random" if step.type == NumgenType.RANDOM else "inc"
    return Numgen(mode, step.modulus or 0, step.offset or 0)


def _rt(step: Routing, family: str) -> Rt:
    return Rt(_name_of(RT, step.key))


def _socket(step: SocketExpression, family: str) -> Socket:
    return Socket(_name_of(SOCKET, step.key), step.level if step.key == SOCKET["cgroupv2"].number else None)


def _ipsec(step: Xfrm, family: str) -> Ipsec:
    return Ipsec(("in", "out")[int(step.dir or 0)], _name_of(IPSEC, step.key), step.spnum or 0)


def _tunnel(step: TunnelExpression, family: str) -> Tunnel:
    known(not step.mode)
    return Tunnel(_name_of(TUNNEL, step.key))


def _fib(step: FibExpression, family: str) -> Fib:
    bits = int(step.flags or 0)
    known(not bits & ~(FIB_PRESENT | sum(FIB_FLAGS.values())))
    flags = tuple(name for name, bit in FIB_FLAGS.items() if bits & bit)
    return Fib(flags, _name_of(FIB_RESULTS, step.result), bool(bits & FIB_PRESENT))


def _osf(step: OsfExpression, family: str) -> Osf:
    return Osf("version" if int(step.flags or 0) & 1 else "name", _OSF_TTLS[step.ttl or 0])


LOADED: dict[type, Callable[[Any, str], Looked]] = {
    MetaExpression: meta,
    Conntrack: ct,
    ExtensionHeader: exthdr,
    Routing: _rt,
    SocketExpression: _socket,
    Xfrm: _ipsec,
    TunnelExpression: _tunnel,
    FibExpression: _fib,
    OsfExpression: _osf,
    Payload: lambda step, family: Numgen("", 0),  # never called: fields need what is known of the packet
}
