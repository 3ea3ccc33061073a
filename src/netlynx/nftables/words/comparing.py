"""Comparisons of what is in a register, as matches: of fields, of flags, prefixes and ranges."""

from __future__ import annotations

from typing import Any

from netlynx.nftables.expressions.comparing import Compare, CompareOp
from netlynx.nftables.expressions.expression import Expression

from . import fields
from .contents import PREFIXED
from .following import Following, Held, Masked, number
from .layout import bits_of, from_bytes
from .nodes import (
    Constant,
    Either,
    Field,
    Flagged,
    Looked,
    Prefix,
    Range,
    Raw,
    Wild,
)
from .statements import Match
from .unknown import Unknown, given

_OPERATORS = {
    CompareOp.EQ: "",
    CompareOp.NEQ: "!=",
    CompareOp.LT: "<",
    CompareOp.LTE: "<=",
    CompareOp.GT: ">",
    CompareOp.GTE: ">=",
}


def compare(self: Following, first: Compare, then: Expression | None) -> int:
    """Read a comparison, and the next one where both are of a range; how many they were."""
    held, turned = self.both(first.sreg)
    data = given(given(first.data).value)
    if isinstance(held, Constant):
        raise Unknown
    if first.op == CompareOp.GTE and isinstance(then, Compare) and then.op == CompareOp.LTE and then.sreg == first.sreg:
        last = given(given(then.data).value)
        self.and_also(then)
        ranged(self, held, data, last, "", turned)
        return 2
    operator = _OPERATORS[CompareOp(given(first.op))]
    if isinstance(held, Masked):
        _masked(self, held, operator, data)
    elif isinstance(held, Raw):
        _raw(self, held, operator, data)
    else:
        _plain(self, held, operator, data, turned)
    return 1


def _plain(self: Following, held: Looked, operator: str, data: bytes, turned: bool) -> None:
    whole = bits_of(held).length
    if held.type.text and len(data) < whole:
        _match(self, held, operator, Wild(data.decode("utf-8", "surrogateescape")))
        return
    if len(data) < whole and held.order == "big":
        _match(self, held, operator, Prefix(int.from_bytes(data.ljust(whole, b"\0"), "big"), len(data) * 8))
        return
    if len(data) != whole:
        raise Unknown
    value = from_bytes(held, data, swap=turned)
    if held.type.flags and operator == "":
        operator = "=="
    _match(self, held, operator, value)


def _raw(self: Following, held: Raw, operator: str, data: bytes) -> None:
    """Bytes that are no field: several fields, the beginning of one, or only bytes."""
    if len(data) * 8 != held.length:
        raise Unknown
    if operator == "":
        parts = list(fields.parts(self.context, held.base, held.offset, held.length))
        if len(parts) > 1 and isinstance(parts[0], Field):
            value, left = int.from_bytes(data, "big"), held.length
            for place, part in enumerate(parts):
                left -= part.bits
                if place and isinstance(part, Raw):  # by what was learnt just now
                    found = fields.exact(self.context, part.base, part.offset, part.bits)
                    part = found or part
                _match(self, part, "", value >> left & (1 << part.bits) - 1)
            return
    if operator in ("", "!="):
        field = fields.longer(self.context, held.base, held.offset, held.length)
        if field is not None and field.bits % 8 == 0:
            value = int.from_bytes(data, "big") << field.bits - held.length
            _match(self, field, operator, Prefix(value, held.length))
            return
    _match(self, held, operator, int.from_bytes(data, "big"))


def _masked(self: Following, held: Masked, operator: str, data: bytes) -> None:
    of, value = held.of, number(held.of, data)
    if held.xor:
        _match(self, held.looked(), operator or "==", value)
        return
    if of.type.flags and not isinstance(of, Raw):
        if not value and operator in ("", "!="):
            _match(self, of, "!" if operator == "" else "", Either(held.mask))
        else:
            _match(self, of, operator, Flagged(value, held.mask))
        return
    ones = (1 << of.bits) - 1
    free = (ones & ~held.mask).bit_length()
    leading = free and held.mask == ones >> free << free and not value & ~held.mask
    if leading and of.type.name in PREFIXED and operator in ("", "!="):
        _match(self, of, operator, Prefix(value, of.bits - free))
        return
    _match(self, held.looked(), "==" if operator == "" else operator, value)


def ranged(self: Following, held: Held, low: bytes, high: bytes, operator: str, turned: bool) -> None:
    """Whether something is in a range."""
    if isinstance(held, Masked):
        of: Any = held.looked()
        _match(self, of, operator, Range(number(held.of, low), number(held.of, high)))
        return
    if isinstance(held, Constant):
        raise Unknown
    if isinstance(held, Raw):
        _match(self, held, operator, Range(int.from_bytes(low, "big"), int.from_bytes(high, "big")))
        return
    first, last = from_bytes(held, low, swap=turned), from_bytes(held, high, swap=turned)
    if not isinstance(first, int) or not isinstance(last, int):
        raise Unknown
    _match(self, held, operator, Range(first, last))


def _match(self: Following, left: Looked, operator: str, right: Any) -> None:  # Any: what values.Right is
    self.say(Match(left, operator, right), left)
