"""Policies: what the kernel checks of a request's attributes before a handler sees them, and how it words refusals.

A record's declaration is its policy: the kinds say which type and length each attribute has. The kernel knows two
tempers. The old one (`Validation.LIBERAL`) takes unknown attributes, long integers and leftovers; each of the flags
forbids one of them. Source: lib/nlattr.c, net/netlink/policy.c, include/net/netlink.h (`enum netlink_validation`).
"""

from __future__ import annotations

import errno
import functools
import struct
from dataclasses import dataclass, field
from enum import IntFlag

from netlynx.errors import NetlinkError
from netlynx.schema.common import Bitfield32
from netlynx.schema.compile import plan_of
from netlynx.schema.kinds import Code, Kind, Option
from netlynx.schema.record import Record
from netlynx.wire.constants import NL_ATTR_TYPE, NL_POLICY_TYPE_ATTR, NLA_F, NLA_HDRLEN, NLA_TYPE_MASK, NLMSG_HDRLEN
from netlynx.wire.message import Attribute, align, pack_attributes

from .replies import ExtendedAck

_HEADER = struct.Struct("=HH")
_DEEPEST = 10  # MAX_POLICY_RECURSION_DEPTH
_UNSIGNED = {1: NL_ATTR_TYPE.U8, 2: NL_ATTR_TYPE.U16, 4: NL_ATTR_TYPE.U32, 8: NL_ATTR_TYPE.U64}
_SIGNED = {1: NL_ATTR_TYPE.S8, 2: NL_ATTR_TYPE.S16, 4: NL_ATTR_TYPE.S32, 8: NL_ATTR_TYPE.S64}
_NESTS = (NL_ATTR_TYPE.NESTED, NL_ATTR_TYPE.NESTED_ARRAY)


class Validation(IntFlag):
    """What is not tolerated (`enum netlink_validation`)."""

    LIBERAL = 0
    TRAILING = 1  # bytes after the last attribute
    MAXTYPE = 2  # attributes above the highest that is known
    UNSPEC = 4  # attributes of which nothing is known
    STRICT_ATTRS = 8  # integers longer than they are
    NESTED = 16  # nests without NLA_F_NESTED, and the flag on what is none
    DEPRECATED_STRICT = TRAILING | MAXTYPE  # what NETLINK_GET_STRICT_CHK asks of rtnetlink
    STRICT = DEPRECATED_STRICT | UNSPEC | STRICT_ATTRS | NESTED  # what generic netlink does by itself


@dataclass(frozen=True, slots=True)
class Rule:
    """What one attribute must look like (`struct nla_policy`)."""

    kind: int  # NL_ATTR_TYPE
    width: int = 0  # bytes of an integer
    longest: int = 0  # bytes of text and binary data, 0: no limit
    nested: Policy | type[Record] | None = None  # what is inside a nest; a record may contain itself

    def description(self) -> bytes:
        """The rule as NL_POLICY_TYPE_ATTR attributes, as an extended acknowledgement carries it."""
        found: list[Attribute] = []
        if self.kind in _UNSIGNED.values():
            found.append(_u64(NL_POLICY_TYPE_ATTR.MIN_VALUE_U, 0))
            found.append(_u64(NL_POLICY_TYPE_ATTR.MAX_VALUE_U, (1 << 8 * self.width) - 1))
        elif self.kind in _SIGNED.values():
            found.append(_u64(NL_POLICY_TYPE_ATTR.MIN_VALUE_S, -(1 << 8 * self.width - 1)))
            found.append(_u64(NL_POLICY_TYPE_ATTR.MAX_VALUE_S, (1 << 8 * self.width - 1) - 1))
        elif self.kind == NL_ATTR_TYPE.BITFIELD32:
            found.append(_u32(NL_POLICY_TYPE_ATTR.BITFIELD32_MASK, 0xFFFFFFFF))
        elif self.longest:
            found.append(_u32(NL_POLICY_TYPE_ATTR.MAX_LENGTH, self.longest))
        found.append(_u32(NL_POLICY_TYPE_ATTR.TYPE, self.kind))
        return pack_attributes(found)


@dataclass(slots=True)
class Policy:
    """The rules of one nest, by attribute type; an attribute up to `highest` without a rule may be anything."""

    rules: dict[int, Rule] = field(default_factory=dict)
    highest: int = 0


@functools.cache
def policy_of(record: type[Record]) -> Policy:
    """The policy that follows from a record's declaration."""
    return _within(record, ())


def _within(record: type[Record], path: tuple[int, ...]) -> Policy:
    """The policy of the nest at `path`, whose fields are the record's own."""
    policy = Policy()
    for declaration in record.__declarations__.values():
        if declaration.role != "attr" or declaration.path[: len(path)] != path:
            continue
        number = int(declaration.path[len(path)])
        policy.highest = max(policy.highest, number)
        if len(declaration.path) > len(path) + 1:
            if number not in policy.rules:
                policy.rules[number] = Rule(NL_ATTR_TYPE.NESTED, nested=_within(record, (*path, number)))
        elif declaration.kind is not None:
            policy.rules[number] = _rule(declaration.kind)
    return policy


def _rule(kind: Kind) -> Rule:
    if kind.options & Option.MULTI and kind.item is not None:
        return _rule(kind.item)
    if kind.code is Code.INTEGER:
        if kind.options & Option.AUTO:
            return Rule(NL_ATTR_TYPE.SINT if kind.options & Option.SIGNED else NL_ATTR_TYPE.UINT, kind.width)
        types = _SIGNED if kind.options & Option.SIGNED else _UNSIGNED
        return Rule(types[kind.width], kind.width)
    if kind.code is Code.FLAG:
        return Rule(NL_ATTR_TYPE.FLAG)
    if kind.code is Code.STRING:
        return Rule(NL_ATTR_TYPE.STRING, longest=kind.width)
    if kind.code is Code.BINARY:
        return Rule(NL_ATTR_TYPE.BINARY, longest=kind.width)
    if kind.code is Code.NEST and kind.target is not None and not kind.options & Option.BARE:
        target = kind.target()
        inside = target if issubclass(target, Record) and target.__header__ is None else None
        return Rule(NL_ATTR_TYPE.NESTED, nested=inside)
    if kind.code is Code.STRUCT and kind.target is not None and kind.target() is Bitfield32:
        return Rule(NL_ATTR_TYPE.BITFIELD32)
    return Rule(NL_ATTR_TYPE.BINARY)


# ------------------------------------------------------------------------------------------------- checking


def check_request(record: type[Record], payload: bytes, validation: Validation, extack: ExtendedAck) -> bytes:
    """Check a request's payload against the policy of a record; returns the part of it that is sound.

    Says in `extack` what is wrong, a tolerated leftover too.

    Raises:
        NetlinkError: EINVAL or ERANGE.
    """
    size = plan_of(record).header_size
    if len(payload) < size:
        raise _broken(extack, errno.EINVAL, "Invalid header length")
    start = align(size)
    return payload[: _check(policy_of(record), payload, start, len(payload), validation, extack, 0)]


def _check(
    policy: Policy, data: bytes, at: int, end: int, validation: Validation, extack: ExtendedAck, depth: int
) -> int:
    """Check the attributes from `at` to `end`; returns where those that are sound end."""
    if depth >= _DEEPEST:
        raise _broken(extack, errno.EINVAL, "allowed policy recursion depth exceeded")
    while end - at >= NLA_HDRLEN:
        length, number = _HEADER.unpack_from(data, at)
        if not NLA_HDRLEN <= length <= end - at:
            break
        kind = number & NLA_TYPE_MASK
        if 0 < kind <= policy.highest:
            rule = policy.rules.get(kind)
            _check_one(rule, data, at, length, bool(number & NLA_F.NESTED), validation, extack, depth)
        elif validation & Validation.MAXTYPE:
            raise _broken(extack, errno.EINVAL, "Unknown attribute type", at)
        at = min(at + align(length), end)
    if at < end:
        extack.message = "bytes leftover after parsing attributes"
        if validation & Validation.TRAILING:
            raise _broken(extack, errno.EINVAL, extack.message)
    return at


def _check_one(
    rule: Rule | None,
    data: bytes,
    at: int,
    length: int,
    flagged: bool,
    validation: Validation,
    extack: ExtendedAck,
    depth: int,
) -> None:
    if rule is None:
        if validation & Validation.UNSPEC:
            raise _broken(extack, errno.EINVAL, "Unsupported attribute", at)
        return
    size = length - NLA_HDRLEN
    if rule.kind in (NL_ATTR_TYPE.SINT, NL_ATTR_TYPE.UINT):
        wrong = size not in (4, 8)
    else:
        wrong = bool(rule.width) and size != rule.width and bool(validation & Validation.STRICT_ATTRS)
    if wrong:
        raise _broken(extack, errno.EINVAL, "invalid attribute length", at, rule)
    if validation & Validation.NESTED and flagged is not (rule.kind in _NESTS):
        text = "NLA_F_NESTED not expected" if flagged else "NLA_F_NESTED is missing"
        raise _broken(extack, errno.EINVAL, text, at, rule)
    if not _fits(rule, data, at + NLA_HDRLEN, size):
        raise _broken(extack, errno.ERANGE, "Attribute failed policy validation", at, rule)
    if rule.kind == NL_ATTR_TYPE.NESTED and rule.nested is not None and size:
        inside = rule.nested if isinstance(rule.nested, Policy) else policy_of(rule.nested)
        _check(inside, data, at + NLA_HDRLEN, at + length, validation, extack, depth + 1)


def _fits(rule: Rule, data: bytes, at: int, size: int) -> bool:
    if rule.width:
        return size >= min(rule.width, 4 if rule.kind in (NL_ATTR_TYPE.SINT, NL_ATTR_TYPE.UINT) else rule.width)
    if rule.kind == NL_ATTR_TYPE.FLAG:
        return size == 0
    if rule.kind == NL_ATTR_TYPE.BITFIELD32:
        return size == 8
    if rule.kind == NL_ATTR_TYPE.STRING:
        text = size - (size > 0 and data[at + size - 1] == 0)
        return size > 0 and (not rule.longest or text <= rule.longest)
    if rule.kind == NL_ATTR_TYPE.NESTED:
        return size == 0 or size >= NLA_HDRLEN
    return not rule.longest or size <= rule.longest


def _broken(
    extack: ExtendedAck, number: int, text: str, at: int | None = None, rule: Rule | None = None
) -> NetlinkError:
    extack.message = text
    if at is not None:
        extack.offset = NLMSG_HDRLEN + at
    if rule is not None:
        extack.policy = rule.description()
    return NetlinkError(number, text)


def _u32(kind: int, value: int) -> Attribute:
    return Attribute(int(kind), struct.pack("=I", int(value)))


def _u64(kind: int, value: int) -> Attribute:
    return Attribute(int(kind), struct.pack("=q" if value < 0 else "=Q", value))
