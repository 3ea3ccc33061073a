"""Expressions as words, one function for each class: what they take from registers, and put there."""

from __future__ import annotations

import sys
from typing import Any

from netlynx.nftables.data import VerdictCode
from netlynx.nftables.expressions.acting import Dup, Forward, Queue, Reject, RejectType, TProxy
from netlynx.nftables.expressions.comparing import Lookup, LookupFlags, RangeOp
from netlynx.nftables.expressions.comparing import Range as RangeExpression
from netlynx.nftables.expressions.computing import Bitwise, BitwiseOp, Byteorder, Hash, HashType, Immediate
from netlynx.nftables.expressions.computing import Numgen as NumgenExpression
from netlynx.nftables.expressions.every import Dynset
from netlynx.nftables.expressions.nat import Masquerade, Nat, Redirect
from netlynx.nftables.expressions.packet import ExtensionHeader, Payload
from netlynx.nftables.expressions.packet import Meta as MetaExpression
from netlynx.nftables.expressions.referring import ObjectReference
from netlynx.nftables.expressions.tracking import Conntrack
from netlynx.nftables.registers import Register

from . import fields, loads
from .comparing import ranged
from .contents import prefix_of
from .following import Following, Masked, number, slots
from .keys import OBJECTS
from .layout import bits_of, from_bytes
from .nodes import (
    Computed,
    Constant,
    Ct,
    Field,
    Hashed,
    Joined,
    Looked,
    Mapped,
    Meta,
    Option,
    Plain,
    Range,
    Raw,
)
from .registers import slot_of
from .statements import Assign, Change, Match, Refer, Refuse, ResetOption, ToQueue, Verdicts
from .statements import Nat as NatWord
from .statements import Send as SendWord
from .unknown import Unknown, given, known

_HOST: Any = sys.byteorder


def _bitwise(self: Following, step: Bitwise) -> None:
    held = self.take(step.sreg)
    op = step.op if step.op is not None else BitwiseOp.MASK_XOR
    if isinstance(held, Constant) or step.sreg2 is not None:
        raise Unknown
    if op in (BitwiseOp.LSHIFT, BitwiseOp.RSHIFT):
        by = int.from_bytes(given(given(step.data).value), _HOST)
        looked = held.looked() if isinstance(held, Masked) else held
        if isinstance(looked, Field) and bits_of(looked).shift == by and op == BitwiseOp.RSHIFT:
            self.put(step.dreg, looked)  # as it stands among several
            return
        self.put(step.dreg, Computed(looked, "<<" if op == BitwiseOp.LSHIFT else ">>", by))
        return
    if op != BitwiseOp.MASK_XOR:
        raise Unknown
    kept, turned = given(given(step.mask).value), given(given(step.xor).value)
    of = held.looked() if isinstance(held, Masked) else held
    mask, xor = number(of, kept), number(of, turned)
    if isinstance(of, Raw) and not xor:
        field = fields.masked(self.context, of, mask)
        if field is not None:
            self.put(step.dreg, field)
            return
    if isinstance(of, Option) and of.place is not None and not xor:
        option = loads.masked_option(of, mask)
        if option is not None:
            self.put(step.dreg, option)
            return
    self.put(step.dreg, Masked(of, mask, xor, len(kept)))


def _byteorder(self: Following, step: Byteorder) -> None:
    held = self.take(step.sreg)
    if not isinstance(held, Looked) or step.sreg != step.dreg or step.len != step.size:
        raise Unknown
    self.put(step.dreg, held, turned=True)


def _ranged(self: Following, step: RangeExpression) -> None:
    low, high = given(given(step.from_data).value), given(given(step.to_data).value)
    held, turned = self.both(step.sreg)
    ranged(self, held, low, high, "!=" if step.op == RangeOp.NEQ else "", turned)


def _lookup(self: Following, step: Lookup) -> None:
    looked = self.joined(step.sreg)
    to = self.contents(step.set, looked)
    inverted = bool(int(step.flags or 0) & LookupFlags.INV)
    if step.dreg is None:
        self.say(Match(looked, "!=" if inverted else "", to), looked)
    elif step.dreg == Register.VERDICT:
        self.say(Verdicts(looked, to), looked)
    else:
        found = self.sets.get(step.set or "")
        mapped = Mapped(looked, to, None if found is None else found.data)
        self.fresh = [each for each in self.fresh if each == slot_of(step.dreg)]
        self.put(step.dreg, mapped)


def _immediate(self: Following, step: Immediate) -> None:
    data = given(step.data)
    if step.dreg == Register.VERDICT:
        known(isinstance(given(data.verdict).code, VerdictCode))
        self.say(step)
        return
    self.put(step.dreg, Constant(given(data.value)))


def _value(self: Following, register: int | None, like: Looked) -> Any:  # Any: Looked or a value of `like`'s datatype
    if register is None:
        return None
    held = self.take(register)
    if isinstance(held, Constant):
        if len(held.value) != bits_of(like).length:
            raise Unknown
        return from_bytes(like, held.value)
    looked = held.looked() if isinstance(held, Masked) else held
    if isinstance(looked, Mapped) and looked.like is None:
        return Mapped(looked.of, looked.to, like)
    return looked


def _assign(self: Following, left: Looked, register: int | None) -> None:
    right = _value(self, register, left)
    self.say(Assign(left, right), left, right)


def _meta(self: Following, step: MetaExpression) -> None:
    if step.sreg is None:
        self.load(step)
    else:
        _assign(self, loads.meta(step, self.family), step.sreg)


def _ct(self: Following, step: Conntrack) -> None:
    if step.sreg is None:
        self.load(step)
    else:
        _assign(self, loads.ct(step, self.family), step.sreg)


def _exthdr(self: Following, step: ExtensionHeader) -> None:
    if step.dreg is not None:
        self.load(step)
        return
    option = loads.exthdr(step, self.family)
    if step.sreg is not None:
        _assign(self, option, step.sreg)
    else:
        self.say(ResetOption(option.name, option.number), option)


def _payload(self: Following, step: Payload) -> None:
    if step.sreg is None:
        self.load(step)
        return
    field = self.field(step)
    held = self.take(step.sreg)
    if isinstance(held, Masked) and isinstance(held.of, Field | Raw) and bits_of(held.of) == bits_of(field):
        changed = ((1 << held.length * 8) - 1) & ~held.mask
        offset = (step.offset or 0) * 8
        whole = Raw(field.base if isinstance(field, Raw) else loads.BASES[int(step.base or 0)], offset, held.length * 8)
        part = fields.masked(self.context, whole, changed)
        if part is None or held.xor & held.mask:
            raise Unknown
        shift = (changed & -changed).bit_length() - 1
        self.say(Assign(part, held.xor >> shift), part)
        return
    _assign(self, field, step.sreg)


def _dynset(self: Following, step: Dynset) -> None:
    name = given(step.set_name)
    key = self.joined(step.sreg_key, step.sreg_data)
    data = None if step.sreg_data is None else self.joined(step.sreg_data)
    words = step.expressions or (() if step.expr is None else (step.expr,))
    known(all(type(each) in loads.PLAIN for each in words))
    operator = ("add", "update", "delete")[int(given(step.op))]
    found = self.sets.get(name)
    meter = None if found is None else found.meter
    self.say(Change(operator, name, key, data, step.timeout or None, tuple(words), meter), key, data)


def _ends(self: Following, low: int | None, high: int | None, like: Looked) -> Any:  # Any: Looked, a value, a range
    first = _value(self, low, like)
    if high is None or high == low:
        return first
    last = _value(self, high, like)
    if not isinstance(first, int) or not isinstance(last, int):
        raise Unknown
    if first == last:
        return first
    return prefix_of(like, first, last) or Range(first, last)


_PORT = Plain("inet_service", 16)
_ADDRESS = {"ip": Plain("ipv4_addr", 32), "ip6": Plain("ipv6_addr", 128)}
_FLAGS = {"random": 4, "fully-random": 16, "persistent": 8}
_PREFIX, _PORTS = 64, 2


def _nat_flags(flags: Any) -> tuple[str, ...]:  # Any: flags as a number, or None
    bits = int(flags or 0)
    if bits & ~(1 | _PREFIX | _PORTS | sum(_FLAGS.values())):
        raise Unknown
    return tuple(name for name, bit in _FLAGS.items() if bits & bit)


def _nat(self: Following, step: Nat) -> None:
    family = {2: "ip", 10: "ip6"}[int(step.family or 0)]
    kind = ("snat", "dnat")[int(step.type or 0)]
    like, flags = _ADDRESS[family], _nat_flags(step.flags)
    prefix = bool(int(step.flags or 0) & _PREFIX)
    held = None if step.reg_addr_min is None else self.take(step.reg_addr_min)
    if isinstance(held, Mapped):
        second = None if step.reg_addr_min is None else slot_of(step.reg_addr_min) + like.bits // 32
        joined = step.reg_proto_min is not None and slot_of(step.reg_proto_min) == second
        many = step.reg_addr_max not in (None, step.reg_addr_min)
        data: Looked = Joined((like, _PORT)) if joined else like
        address: Any = Mapped(held.of, held.to, held.like or data)
        port = None if joined else _ends(self, step.reg_proto_min, step.reg_proto_max, _PORT)
        word = NatWord(kind, family, address, port, flags, joined, many, prefix)
    else:
        address = _ends(self, step.reg_addr_min, step.reg_addr_max, like)
        port = _ends(self, step.reg_proto_min, step.reg_proto_max, _PORT)
        word = NatWord(kind, family, address, port, flags, prefix=prefix)
    self.say(word, address, port)


def _masquerade(self: Following, step: Masquerade | Redirect) -> None:
    kind = "masquerade" if isinstance(step, Masquerade) else "redirect"
    port = _ends(self, step.reg_proto_min, step.reg_proto_max, _PORT)
    self.say(NatWord(kind, "", None, port, _nat_flags(step.flags)), port)


def _tproxy(self: Following, step: TProxy) -> None:
    family = {0: "", 2: "ip", 10: "ip6"}[int(step.family or 0)]
    address = None if step.reg_addr is None else _value(self, step.reg_addr, _ADDRESS[family])
    port = _value(self, step.reg_port, _PORT)
    self.say(NatWord("tproxy", family, address, port), address, port)


def _dup(self: Following, step: Dup) -> None:
    family = {"ip": "ip", "ip6": "ip6"}.get(self.family, "")
    address = None if step.sreg_addr is None else _value(self, step.sreg_addr, _ADDRESS[family])
    device = _value(self, step.sreg_dev, Meta("oif"))
    self.say(SendWord("dup", family, address, device), address, device)


def _forward(self: Following, step: Forward) -> None:
    family = {0: "", 2: "ip", 10: "ip6"}[int(step.nfproto or 0)]
    device = _value(self, step.sreg_dev, Meta("oif"))
    address = None if step.sreg_addr is None else _value(self, step.sreg_addr, _ADDRESS[family])
    self.say(SendWord("fwd", family, address, device), address, device)


def _queue(self: Following, step: Queue) -> None:
    if step.sreg_qnum is None:
        self.say(step)
        return
    bits = int(step.flags or 0)
    flags = tuple(name for name, bit in (("bypass", 1), ("fanout", 2)) if bits & bit)
    number = self.looked(step.sreg_qnum)
    self.say(ToQueue(number, flags), number)


def _reject(self: Following, step: Reject) -> None:
    kind, code = int(step.type or 0), int(step.icmp_code or 0)
    self.statements.reject(kind == RejectType.TCP_RST, kind == RejectType.ICMP_UNREACH)
    if kind == RejectType.TCP_RST:
        self.say(Refuse("tcp reset"))
    elif kind == RejectType.ICMPX_UNREACH:
        self.say(Refuse("icmpx", code))
    else:
        self.say(Refuse({"ip": "icmp", "ip6": "icmpv6"}[self.context.network], code))


def _refer(self: Following, step: ObjectReference) -> None:
    if step.imm_name is not None:
        kind = next(name for name, number in OBJECTS.items() if number == int(step.imm_type or 0))
        self.say(Refer(kind, step.imm_name))
        return
    looked = self.joined(step.set_sreg)
    to = self.contents(step.set_name, looked)
    found = self.sets.get(step.set_name or "")
    if found is None or not found.objects:
        raise Unknown
    self.say(Refer(found.objects, Mapped(looked, to, Ct("helper"))), looked)


def _hash(self: Following, step: Hash) -> None:
    modulus = given(step.modulus)
    if step.type == HashType.SYM:
        self.put(step.dreg, Hashed("symhash", modulus, step.offset or 0))
        return
    slot, left, parts = slot_of(given(step.sreg)), given(step.len), []
    while left > 0:
        part = self.looked_at(slot)
        parts.append(part)
        if slot in self.fresh:
            self.fresh.remove(slot)
        slot, left = slot + slots(part), left - bits_of(part).length
        if left > 0:
            left -= -bits_of(part).length % 4
    of = parts[0] if len(parts) == 1 else Joined(tuple(parts))
    self.put(step.dreg, Hashed("jhash", modulus, step.offset or 0, of, step.seed))


def _numgen(self: Following, step: NumgenExpression) -> None:
    self.put(step.dreg, loads.numgen(step, self.family))


HOW: dict[type, Any] = {
    Bitwise: _bitwise,
    Byteorder: _byteorder,
    RangeExpression: _ranged,
    Lookup: _lookup,
    Immediate: _immediate,
    MetaExpression: _meta,
    Conntrack: _ct,
    ExtensionHeader: _exthdr,
    Payload: _payload,
    Dynset: _dynset,
    Nat: _nat,
    Masquerade: _masquerade,
    Redirect: _masquerade,
    TProxy: _tproxy,
    Dup: _dup,
    Forward: _forward,
    Queue: _queue,
    Reject: _reject,
    ObjectReference: _refer,
    Hash: _hash,
    NumgenExpression: _numgen,
}
