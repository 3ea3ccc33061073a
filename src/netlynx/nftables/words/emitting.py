"""Statements as expressions, in the registers that nft takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from netlynx.errors import EncodeError
from netlynx.nftables.data import Data
from netlynx.nftables.expressions.acting import Dup, Forward, Queue, TProxy
from netlynx.nftables.expressions.comparing import CompareOp, Lookup, LookupFlags, RangeOp
from netlynx.nftables.expressions.comparing import Range as RangeExpression
from netlynx.nftables.expressions.every import Dynset, DynsetFlags, DynsetOp
from netlynx.nftables.expressions.expression import Expression
from netlynx.nftables.expressions.nat import Masquerade, NatType, Redirect
from netlynx.nftables.expressions.nat import Nat as NatExpression
from netlynx.nftables.expressions.packet import (
    ChecksumFlags,
    ChecksumType,
    ExtensionHeader,
    ExtensionHeaderOp,
    Payload,
)
from netlynx.nftables.expressions.packet import Meta as MetaExpression
from netlynx.nftables.expressions.referring import ObjectReference
from netlynx.nftables.expressions.tracking import Conntrack
from netlynx.nftables.registers import Register

from .anonymous import swaps
from .context import NFPROTO
from .emitter import Emitter
from .headers import HEADERS
from .keys import OBJECTS, OPTIONS
from .layout import base_of, bits_of, ends_of, swapped, to_bytes
from .nodes import (
    Computed,
    Ct,
    Either,
    Field,
    Flagged,
    Items,
    Looked,
    Mapped,
    Meta,
    Named,
    Option,
    Prefix,
    Range,
    Raw,
    Wild,
)
from .registers import register_of, slot_of
from .statements import Assign, Change, Match, Nat, Refer, ResetOption, Send, ToQueue, Verdicts

_COMPARED = {
    "": CompareOp.EQ,
    "==": CompareOp.EQ,
    "!=": CompareOp.NEQ,
    "<": CompareOp.LT,
    "<=": CompareOp.LTE,
    ">": CompareOp.GT,
    ">=": CompareOp.GTE,
}
_ORDERED = ("<", "<=", ">", ">=")
PROTO_SPECIFIED = 2  # NF_NAT_RANGE_*
NAT_FLAGS = {"random": 4, "persistent": 8, "fully-random": 16}
NETMAP = 64


def emit(emitter: Emitter, statement: Any) -> None:  # Any: a statement, or an expression as it is
    """Add the expressions of a statement."""
    if isinstance(statement, Expression):
        emitter.add(statement)
        return
    emitter.registers.next = 0
    _HOW[type(statement)](emitter, statement)


def _match(self: Emitter, match: Match) -> None:
    left, right, operator = match.left, match.right, match.operator
    if isinstance(right, Named | Items):
        _in_set(self, match)
        return
    op = _COMPARED.get(operator, CompareOp.EQ)
    if isinstance(right, Prefix):
        _prefix(self, left, op, right)
        return
    turned = (isinstance(right, Range) or operator in _ORDERED) and swapped(left)
    slot = self.load(left, swap=turned)
    if isinstance(right, Range):
        low, high = ends_of(left, right, swap=turned)
        if operator == "!=":
            self.add(
                RangeExpression(
                    sreg=register_of(slot), op=RangeOp.NEQ, from_data=Data(value=low), to_data=Data(value=high)
                )
            )
        else:
            self.compare(slot, CompareOp.GTE, low)
            self.compare(slot, CompareOp.LTE, high)
    elif isinstance(right, Wild):
        self.compare(slot, op, right.start.encode("utf-8", "surrogateescape"))
    elif isinstance(right, Either):
        none = bytes(bits_of(left).length)
        self.mask(slot, to_bytes(left, right.flags), none, None)
        self.compare(slot, CompareOp.EQ if operator == "!" else CompareOp.NEQ, none)
    elif isinstance(right, Flagged):
        self.mask(slot, to_bytes(left, right.mask), bytes(bits_of(left).length))
        self.compare(slot, op, to_bytes(left, right.flags))
    elif isinstance(right, int | str):
        of = left
        while isinstance(of, Computed):
            of = of.of
        self.compare(slot, op, to_bytes(of, right, swap=turned))
    else:
        raise EncodeError(f"{right!r} is nothing to compare with", "rule")


def _in_set(self: Emitter, match: Match) -> None:
    left, right = match.left, match.right
    swap = right.interval if isinstance(right, Named) else swaps(left, right)
    slot = self.load(left, swap=swap)
    name, number, _ = self.set_of(left, right)
    flags = LookupFlags.INV if match.operator == "!=" else None
    self.add(Lookup(sreg=register_of(slot), set=name, set_id=number, flags=flags))


def _prefix(self: Emitter, left: Looked, op: CompareOp, right: Prefix) -> None:
    value = to_bytes(left, right.value)
    if right.length and right.length % 8 == 0 and left.order == "big":
        length = right.length // 8
        if isinstance(left, Field | Raw):
            slot = self.take(length)
            place = bits_of(left)
            self.add(Payload(dreg=register_of(slot), base=base_of(left), offset=place.offset, len=length))
        else:
            slot = self.load(left)
        self.compare(slot, op, value[:length])
        return
    slot = self.load(left)
    ones = (1 << right.length) - 1 << left.bits - right.length
    self.mask(slot, to_bytes(left, ones), bytes(len(value)), None)
    self.compare(slot, op, value)


def _verdicts(self: Emitter, statement: Verdicts) -> None:
    to = statement.to
    swap = to.interval if isinstance(to, Named) else swaps(statement.of, to)
    slot = self.load(statement.of, swap=swap)
    name, number, _ = self.set_of(statement.of, to)
    self.add(Lookup(sreg=register_of(slot), dreg=Register.VERDICT, set=name, set_id=number))


def _assign(self: Emitter, statement: Assign) -> None:
    left, right = statement.left, statement.right
    if isinstance(left, Field | Raw):
        _write(self, left, right)
        return
    slot = self.put(right, left)
    if isinstance(right, Looked) and left.order == "big" and right.order == "host" and bits_of(left).length > 1:
        self.swap(slot, bits_of(left).length)
    where = register_of(slot)
    if isinstance(left, Meta):
        self.add(MetaExpression(key=left.entry.number, sreg=where))
    elif isinstance(left, Ct):
        self.add(Conntrack(key=left.entry.number, sreg=where, direction=left.direction or None))
    elif isinstance(left, Option):
        place = bits_of(left)
        op = ExtensionHeaderOp(OPTIONS[left.where][0])
        self.add(ExtensionHeader(type=left.kind, offset=place.offset, len=place.length, op=op, sreg=where))
    else:
        raise EncodeError(f"{type(left).__name__} cannot be set", "rule")


def _write(self: Emitter, left: Field | Raw, right: Any) -> None:  # Any: Looked or a value
    """Write to a packet: whole pairs of bytes where a checksum has to be mended, the other bits as they are."""
    header = HEADERS[left.header] if isinstance(left, Field) else None
    place = bits_of(left)
    offset, length, shift = place.offset, place.length, place.shift
    checksum = header is not None and header.checksum is not None
    if checksum:
        if offset % 2:
            offset, length = offset - 1, length + 1
        if length % 2:
            length, shift = length + 1, shift + 8
    if isinstance(right, Looked):
        if place.mask or length != place.length:
            raise EncodeError("bits that are no whole pairs of bytes can be set to a value alone", "rule")
        slot = self.load(right)
        if right.order == "host" and length > 1:
            self.swap(slot, length)
    elif place.mask or length != place.length:
        slot = self.take(length)
        self.add(Payload(dreg=register_of(slot), base=base_of(left), offset=offset, len=length))
        ones = (1 << left.bits) - 1 << shift
        keep = ((1 << length * 8) - 1) ^ ones
        self.mask(slot, keep.to_bytes(length, "big"), (right << shift).to_bytes(length, "big"))
    else:
        slot = self.constant(to_bytes(left, right))
    summed = header is not None and isinstance(left, Field) and left.field in header.summed
    self.add(
        Payload(
            sreg=register_of(slot),
            base=base_of(left),
            offset=offset,
            len=length,
            csum_type=ChecksumType(header.sum_kind) if header is not None and checksum else None,
            csum_offset=header.checksum if header is not None else None,
            csum_flags=ChecksumFlags.PSEUDOHDR if summed else None,
        )
    )


def _change(self: Emitter, statement: Change) -> None:
    key = register_of(self.load(statement.key))
    data = None if statement.data is None else register_of(self.load(statement.data))
    several = len(statement.statements) > 1
    self.add(
        Dynset(
            set_name=statement.name,
            op=DynsetOp[statement.operator.upper()],
            sreg_key=key,
            sreg_data=data,
            timeout=statement.timeout,
            expr=statement.statements[0] if len(statement.statements) == 1 else None,
            expressions=statement.statements if several else (),
            flags=DynsetFlags.EXPR if several else None,
        )
    )


def _ends(self: Emitter, value: Any, like: Looked) -> tuple[Register | None, Register | None]:  # Any: as above
    """Registers of the least and, of a range, of the greatest value."""
    if value is None:
        return None, None
    if isinstance(value, Range):
        low, high = ends_of(like, value, swap=False)
        return register_of(self.constant(low)), register_of(self.constant(high))
    return register_of(self.put(value, like)), None


def _nat(self: Emitter, statement: Nat) -> None:
    flags = sum(NAT_FLAGS[each] for each in statement.flags)
    ip = Field("ip6", "saddr") if statement.family == "ip6" else Field("ip", "saddr")
    low, high = _ends(self, statement.address, ip)
    if isinstance(statement.address, Mapped) and low is not None and (statement.joined or statement.many):
        # What the map has stands in registers one after the other: the address, and the port or the last address
        second = register_of(slot_of(low) + ip.bits // 32)
        if statement.many:
            high = second
        ports: tuple[Register | None, Register | None] = (second if statement.joined else None, None)
    else:
        ports = _ends(self, statement.port, Field("tcp", "dport"))
        flags |= PROTO_SPECIFIED if statement.port is not None else 0
    first_port, last_port = ports
    flags |= NETMAP if statement.prefix else 0
    told: Any = flags or None  # Any: flags as a number
    if statement.kind in ("snat", "dnat"):
        self.add(
            NatExpression(
                type=NatType[statement.kind.upper()],
                family=NFPROTO[statement.family],
                reg_addr_min=low,
                reg_addr_max=high,
                reg_proto_min=first_port,
                reg_proto_max=last_port,
                flags=told,
            )
        )
    elif statement.kind == "masquerade":
        self.add(Masquerade(flags=told, reg_proto_min=first_port, reg_proto_max=last_port))
    elif statement.kind == "redirect":
        self.add(Redirect(flags=told, reg_proto_min=first_port, reg_proto_max=last_port))
    else:
        self.add(TProxy(family=NFPROTO.get(statement.family, 0), reg_addr=low, reg_port=first_port))


def _send(self: Emitter, statement: Send) -> None:
    ip = Field("ip6", "saddr") if statement.family == "ip6" else Field("ip", "saddr")
    if statement.kind == "dup":
        address = None if statement.address is None else register_of(self.put(statement.address, ip))
        device = None if statement.device is None else register_of(self.put(statement.device, Meta("oif")))
        self.add(Dup(sreg_addr=address, sreg_dev=device))
        return
    device = register_of(self.put(statement.device, Meta("oif")))
    address = None if statement.address is None else register_of(self.put(statement.address, ip))
    family = None if statement.address is None else NFPROTO[statement.family]
    self.add(Forward(sreg_dev=device, sreg_addr=address, nfproto=family))


def _queue(self: Emitter, statement: ToQueue) -> None:
    number = register_of(self.load(statement.number))
    flags: Any = ["cpu_fanout" if each == "fanout" else each for each in statement.flags] or None
    self.add(Queue(sreg_qnum=number, flags=flags))


def _refer(self: Emitter, statement: Refer) -> None:
    kind = OBJECTS[statement.kind]
    if isinstance(statement.name, Mapped):
        slot = self.load(statement.name.of)
        name, number, _ = self.set_of(statement.name.of, statement.name.to, objects=kind)
        self.add(ObjectReference(set_sreg=register_of(slot), set_name=name, set_id=number))
    else:
        self.add(ObjectReference(imm_type=kind, imm_name=statement.name))


def _reset(self: Emitter, statement: ResetOption) -> None:
    kind = OPTIONS["tcp option"][1][statement.name].number if statement.number is None else statement.number
    self.add(ExtensionHeader(type=kind, op=ExtensionHeaderOp.TCPOPT))


_HOW: dict[type, Callable[[Emitter, Any], None]] = {
    Match: _match,
    Verdicts: _verdicts,
    Assign: _assign,
    Change: _change,
    Nat: _nat,
    Send: _send,
    ToQueue: _queue,
    Refer: _refer,
    ResetOption: _reset,
}
