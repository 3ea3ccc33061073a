"""What is looked at as the expressions that load it, one class of node each."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from netlynx.nftables.data import Data
from netlynx.nftables.expressions.computing import Bitwise, BitwiseOp, HashType, NumgenType
from netlynx.nftables.expressions.computing import Hash as HashExpression
from netlynx.nftables.expressions.computing import Numgen as NumgenExpression
from netlynx.nftables.expressions.expression import Expression
from netlynx.nftables.expressions.looking import Fib as FibExpression
from netlynx.nftables.expressions.looking import Osf as OsfExpression
from netlynx.nftables.expressions.looking import OsfFlags, Routing, Xfrm
from netlynx.nftables.expressions.looking import Socket as SocketExpression
from netlynx.nftables.expressions.looking import Tunnel as TunnelExpression
from netlynx.nftables.expressions.packet import ExtensionHeader, ExtensionHeaderFlags, ExtensionHeaderOp, Payload
from netlynx.nftables.expressions.packet import Meta as MetaExpression
from netlynx.nftables.expressions.tracking import Conntrack
from netlynx.nftables.registers import Register

from .keys import FIB_FLAGS, FIB_PRESENT, OPTIONS
from .layout import Bits, base_of, bits_of
from .nodes import Ct, Fib, Field, Hashed, Ipsec, Joined, Looked, Meta, Numgen, Option, Osf, Raw, Rt, Socket, Tunnel
from .registers import register_of

OSF_TTLS = {"": 0, "loose": 1, "skip": 2}


def loaded(looked: Looked, slot: int, *, joined: bool = False) -> list[Expression]:
    """The expressions that load something into a slot; `joined`: as a part of several, without bits behind it."""
    where, place = register_of(slot), bits_of(looked)
    made = [_LOADS[type(looked)](looked, where, place)]
    if place.mask:
        made.append(
            Bitwise(
                sreg=where,
                dreg=where,
                len=place.length,
                op=BitwiseOp.MASK_XOR,
                mask=Data(value=place.mask.to_bytes(place.length, "big")),
                xor=Data(value=bytes(place.length)),
            )
        )
        if joined and place.shift:
            made.append(shifted(slot, place.length, BitwiseOp.RSHIFT, place.shift))
    return made


def shifted(slot: int, length: int, op: BitwiseOp, by: int) -> Expression:
    """The expression that shifts what is in a slot."""
    where = register_of(slot)
    return Bitwise(sreg=where, dreg=where, len=length, op=op, data=Data(value=by.to_bytes(4, sys.byteorder)))


def computed(looked: Hashed, slot: int, source: int) -> list[Expression]:
    """The expression of a hash of what is in another slot."""
    of: Any = looked.of
    length = sum(-(-each.bits // 32) * 4 for each in of.parts) if isinstance(of, Joined) else bits_of(of).length
    return [
        HashExpression(
            sreg=register_of(source),
            dreg=register_of(slot),
            len=length,
            modulus=looked.modulus,
            seed=looked.seed,
            offset=looked.offset,
            type=HashType.JENKINS,
        )
    ]


def _payload(looked: Field | Raw, where: Register, place: Bits) -> Expression:
    return Payload(dreg=where, base=base_of(looked), offset=place.offset, len=place.length)


def _meta(looked: Meta, where: Register, place: Bits) -> Expression:
    return MetaExpression(key=looked.entry.number, dreg=where)


def _ct(looked: Ct, where: Register, place: Bits) -> Expression:
    return Conntrack(key=looked.entry.number, dreg=where, direction=looked.direction or None)


def _rt(looked: Rt, where: Register, place: Bits) -> Expression:
    return Routing(key=looked.entry.number, dreg=where)


def _socket(looked: Socket, where: Register, place: Bits) -> Expression:
    return SocketExpression(key=looked.entry.number, dreg=where, level=looked.level or 0)


def _ipsec(looked: Ipsec, where: Register, place: Bits) -> Expression:
    return Xfrm(key=looked.entry.number, dir=looked.direction, spnum=looked.number, dreg=where)


def _tunnel(looked: Tunnel, where: Register, place: Bits) -> Expression:
    return TunnelExpression(key=looked.entry.number, dreg=where)


def _fib(looked: Fib, where: Register, place: Bits) -> Expression:
    flags: Any = sum(FIB_FLAGS[each] for each in looked.flags) | (FIB_PRESENT if looked.present else 0)
    return FibExpression(flags=flags, result=looked.entry.number, dreg=where)


def _option(looked: Option, where: Register, place: Bits) -> Expression:
    present = looked.spot is None
    return ExtensionHeader(
        dreg=where,
        type=looked.kind,
        offset=0 if present else place.offset,
        len=1 if present else place.length,
        op=ExtensionHeaderOp(OPTIONS[looked.where][0]),
        flags=ExtensionHeaderFlags.PRESENT if present else ExtensionHeaderFlags(0),
    )


def _numgen(looked: Numgen, where: Register, place: Bits) -> Expression:
    kind = NumgenType.INCREMENTAL if looked.mode == "inc" else NumgenType.RANDOM
    return NumgenExpression(dreg=where, modulus=looked.modulus, type=kind, offset=looked.offset)


def _symhash(looked: Hashed, where: Register, place: Bits) -> Expression:
    return HashExpression(dreg=where, modulus=looked.modulus, offset=looked.offset, type=HashType.SYM)


def _osf(looked: Osf, where: Register, place: Bits) -> Expression:
    flags = OsfFlags.VERSION if looked.key == "version" else None
    return OsfExpression(dreg=where, ttl=OSF_TTLS[looked.ttl], flags=flags)


_LOADS: dict[type, Callable[[Any, Register, Bits], Expression]] = {
    Field: _payload,
    Raw: _payload,
    Meta: _meta,
    Ct: _ct,
    Rt: _rt,
    Socket: _socket,
    Ipsec: _ipsec,
    Tunnel: _tunnel,
    Fib: _fib,
    Option: _option,
    Numgen: _numgen,
    Hashed: _symhash,
    Osf: _osf,
}
