"""Policies: what the kernel checks of a request's attributes before a handler sees them, and how it words refusals.

A record's declaration is its policy: the kinds say which type and length each attribute has. The kernel knows two
tempers. The old one (`Validation.LIBERAL`) takes unknown attributes, long integers and leftovers; each of the flags
forbids one of them. Source: lib/nlattr.c, net/netlink/policy.c, include/net/netlink.h (`enum netlink_validation`).
"""

from __future__ import annotations

import errno
import functools
import struct
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntFlag

from netlynx.errors import NetlinkError
from netlynx.schema.common import Bitfield32
from netlynx.schema.compile import plan_of
from netlynx.schema.kinds import Code, Kind, Option, ip4, ip6
from netlynx.schema.policy import AttributeType
from netlynx.schema.record import Record
from netlynx.wire.constants import NL_POLICY_TYPE_ATTR, NLA_F, NLA_HDRLEN, NLA_TYPE_MASK, NLMSG_HDRLEN
from netlynx.wire.message import Attribute, align, pack_attributes

from .replies import ExtendedAck

_HEADER = struct.Struct("=HH")
_BITFIELD = struct.Struct("=II")  # struct nla_bitfield32
_DEEPEST = 10  # MAX_POLICY_RECURSION_DEPTH
_UNSIGNED = {1: AttributeType.U8, 2: AttributeType.U16, 4: AttributeType.U32, 8: AttributeType.U64}
_SIGNED = {1: AttributeType.S8, 2: AttributeType.S16, 4: AttributeType.S32, 8: AttributeType.S64}
_AUTO = (AttributeType.SINT, AttributeType.UINT)
_WORD = 4
_NESTS = (AttributeType.NESTED, AttributeType.NESTED_ARRAY)


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

    kind: int  # `AttributeType`; INVALID takes anything
    width: int = 0  # bytes of an integer
    longest: int = 0  # bytes of text and binary data, 0: no limit
    low: int | None = None  # the range of an integer's value, or of the bytes of binary data
    high: int | None = None
    mask: int | None = None  # the bits that an integer or a bitfield32 may have, in place of a range
    nested: Policy | type[Record] | None = None  # what is inside a nest; a record may contain itself
    big: bool = False  # an integer in network byte order
    reject: bool = False  # nothing is taken
    each: int = 0  # bytes of each element of a packed array
    element: Rule | None = None  # what each element of a nest looks like, whatever its number

    @property
    def signed(self) -> bool:
        """Whether an integer has a sign."""
        return self.kind == AttributeType.SINT or self.kind in _SIGNED.values()

    @property
    def range(self) -> tuple[int, int]:
        """The lowest and the highest value of an integer."""
        bits = 8 * self.width
        least, most = (-(1 << bits - 1), (1 << bits - 1) - 1) if self.signed else (0, (1 << bits) - 1)
        return (least if self.low is None else self.low, most if self.high is None else self.high)

    def description(self, index: Callable[[Policy], int] | None = None) -> bytes:
        """The rule as NL_POLICY_TYPE_ATTR attributes, as an extended acknowledgement carries it.

        Empty for what the kernel does not describe. `index` numbers the policies of nests, where they are described
        too (the generic netlink controller).
        """
        found: list[Attribute] = []
        if self.reject or self.big or self.kind == AttributeType.INVALID:
            return b""
        if self.kind in _NESTS:
            if index is not None and isinstance(self.nested, Policy):
                found.append(_u32(NL_POLICY_TYPE_ATTR.POLICY_IDX, index(self.nested)))
                found.append(_u32(NL_POLICY_TYPE_ATTR.POLICY_MAXTYPE, self.nested.highest))
        elif self.kind == AttributeType.BITFIELD32:
            found.append(_u32(NL_POLICY_TYPE_ATTR.BITFIELD32_MASK, 0xFFFFFFFF if self.mask is None else self.mask))
        elif self.mask is not None:
            found.append(_u64(NL_POLICY_TYPE_ATTR.MASK, self.mask))
        elif self.width:
            low, high = self.range
            found.append(_u64(NL_POLICY_TYPE_ATTR.MIN_VALUE_S if self.signed else NL_POLICY_TYPE_ATTR.MIN_VALUE_U, low))
            found.append(
                _u64(NL_POLICY_TYPE_ATTR.MAX_VALUE_S if self.signed else NL_POLICY_TYPE_ATTR.MAX_VALUE_U, high)
            )
        else:
            if self.low:
                found.append(_u32(NL_POLICY_TYPE_ATTR.MIN_LENGTH, self.low))
            longest = self.longest if self.high is None else self.high
            if longest:
                found.append(_u32(NL_POLICY_TYPE_ATTR.MAX_LENGTH, longest))
        found.append(_u32(NL_POLICY_TYPE_ATTR.TYPE, self.kind))
        return pack_attributes(found)


@dataclass(slots=True, eq=False)
class Policy:
    """The rules of one nest, by attribute type; an attribute up to `highest` without a rule may be anything."""

    rules: dict[int, Rule] = field(default_factory=dict)
    highest: int = 0
    arrays: bool = False  # in it or in its nests there are elements to look at


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
                policy.rules[number] = Rule(AttributeType.NESTED, nested=_within(record, (*path, number)))
        elif declaration.ip6 is not None:
            policy.highest = max(policy.highest, declaration.ip6)
            policy.rules[number] = _rule(ip4)
            policy.rules[int(declaration.ip6)] = _rule(ip6)
        elif declaration.kind is not None:
            policy.rules[number] = _rule(declaration.kind)
    return policy


def _rule(kind: Kind) -> Rule:
    if kind.options & Option.MULTI and kind.item is not None:
        return _rule(kind.item)
    if kind.code is Code.INTEGER:
        if kind.options & Option.AUTO:
            return Rule(AttributeType.SINT if kind.options & Option.SIGNED else AttributeType.UINT, kind.width)
        types = _SIGNED if kind.options & Option.SIGNED else _UNSIGNED
        return Rule(types[kind.width], kind.width)
    if kind.code is Code.FLAG:
        return Rule(AttributeType.FLAG)
    if kind.code is Code.STRING:
        return Rule(AttributeType.STRING, longest=kind.width)
    if kind.code is Code.BINARY:
        return Rule(AttributeType.BINARY, longest=kind.width)
    if (kind.code is Code.NEST and not kind.options & Option.BARE) or kind.options & Option.NESTED:
        return Rule(AttributeType.NESTED, nested=_inside(kind))
    if kind.options & Option.BARE or kind.code in (Code.SELECT, Code.HOOK):
        return Rule(AttributeType.INVALID)
    if kind.code is Code.INDEXED:
        inside = _inside(kind.item) if kind.item is not None and kind.item.code is Code.NEST else None
        return Rule(AttributeType.NESTED if inside is None else AttributeType.NESTED_ARRAY, nested=inside)
    if kind.code is Code.STRUCT and kind.target is not None and kind.target() is Bitfield32:
        return Rule(AttributeType.BITFIELD32)
    return Rule(AttributeType.BINARY)


def _inside(kind: Kind) -> type[Record] | None:
    """The record that a nest holds, unless more than attributes is in it."""
    target = kind.target() if kind.target is not None else None
    return target if target is not None and issubclass(target, Record) and target.__header__ is None else None


# ------------------------------------------------------------------------------------------------- checking


def check_request(
    record: type[Record], payload: bytes, validation: Validation, extack: ExtendedAck, policy: Policy | None = None
) -> bytes:
    """Check a request's payload against the policy of a record, or another one; returns the part of it that is sound.

    Says in `extack` what is wrong, a tolerated leftover too.

    Raises:
        NetlinkError: EINVAL or ERANGE.
    """
    size = plan_of(record).header_size
    if len(payload) < size:
        raise _broken(extack, errno.EINVAL, "Invalid header length")
    return payload[: check_attributes(policy or policy_of(record), payload, align(size), validation, extack)]


def check_attributes(policy: Policy, payload: bytes, start: int, validation: Validation, extack: ExtendedAck) -> int:
    """Check the attributes of a payload from `start` on; returns where those that are sound end. As `check_request`."""
    end = _check(policy, payload, start, len(payload), validation, extack, 0)
    if policy.arrays:
        _check_elements(policy, payload, start, end, validation, extack)
    return end


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
    if rule.kind == AttributeType.INVALID and not rule.reject:
        return
    size = length - NLA_HDRLEN
    if rule.kind in _AUTO:
        wrong = size not in (4, 8)
    else:
        wrong = bool(rule.width) and size != rule.width and bool(validation & Validation.STRICT_ATTRS)
    if wrong:
        raise _broken(extack, errno.EINVAL, "invalid attribute length", at, rule)
    if validation & Validation.NESTED and flagged is not (rule.kind in _NESTS):
        text = "NLA_F_NESTED not expected" if flagged else "NLA_F_NESTED is missing"
        raise _broken(extack, errno.EINVAL, text, at, rule)
    if rule.reject or not _fits(rule, data, at + NLA_HDRLEN, size):
        bits = rule.reject or (rule.kind == AttributeType.BITFIELD32 and size == _BITFIELD.size)
        number = errno.EINVAL if bits or rule.kind == AttributeType.NUL_STRING else errno.ERANGE
        raise _broken(extack, number, "Attribute failed policy validation", at, rule)
    _check_value(rule, data, at, size, extack)
    if rule.nested is not None and size:
        inside = rule.nested if isinstance(rule.nested, Policy) else policy_of(rule.nested)
        if rule.kind == AttributeType.NESTED_ARRAY:
            _check_array(inside, data, at + NLA_HDRLEN, at + length, validation, extack, depth + 1)
        else:
            _check(inside, data, at + NLA_HDRLEN, at + length, validation, extack, depth + 1)


def _check_array(
    inside: Policy, data: bytes, at: int, end: int, validation: Validation, extack: ExtendedAck, depth: int
) -> None:
    """Check a nest of nests, whose types are indices."""
    while end - at >= NLA_HDRLEN:
        length, _ = _HEADER.unpack_from(data, at)
        if not NLA_HDRLEN <= length <= end - at:
            return
        if 0 < length - NLA_HDRLEN < NLA_HDRLEN:
            raise _broken(extack, errno.ERANGE, "Array element too short", at)
        if length > NLA_HDRLEN:
            _check(inside, data, at + NLA_HDRLEN, at + length, validation, extack, depth)
        at += align(length)


def _check_elements(
    policy: Policy, data: bytes, at: int, end: int, validation: Validation, extack: ExtendedAck
) -> None:
    """Check what no policy of the kernel can: the elements of arrays. Generated modules do it likewise, afterwards."""
    for kind, here, length in _attributes(data, at, end):
        rule = policy.rules.get(kind)
        if rule is None:
            continue
        first, last = here + NLA_HDRLEN, here + length
        if rule.each and (length - NLA_HDRLEN) % rule.each:
            raise _broken(extack, errno.EINVAL, "invalid attribute length", here, rule)
        if rule.element is not None:
            for _, each, size in _attributes(data, first, last):
                flagged = bool(_HEADER.unpack_from(data, each)[1] & NLA_F.NESTED)
                _check_one(rule.element, data, each, size, flagged, validation, extack, 0)
        elif isinstance(rule.nested, Policy) and rule.nested.arrays:
            nests = [(first, last)]
            if rule.kind == AttributeType.NESTED_ARRAY:
                nests = [(each + NLA_HDRLEN, each + size) for _, each, size in _attributes(data, first, last)]
            for begin, stop in nests:
                _check_elements(rule.nested, data, begin, stop, validation, extack)


def _attributes(data: bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The attributes from `at` to `end`: type, place, and length with the header."""
    while end - at >= NLA_HDRLEN:
        length, number = _HEADER.unpack_from(data, at)
        if not NLA_HDRLEN <= length <= end - at:
            return
        yield number & NLA_TYPE_MASK, at, length
        at += align(length)


def _check_value(rule: Rule, data: bytes, at: int, size: int, extack: ExtendedAck) -> None:
    """The range of an integer or of the length of binary data, and the bits that are reserved."""
    if rule.kind == AttributeType.BINARY and (rule.low is not None or rule.high is not None):
        if size < (rule.low or 0) or (rule.high is not None and size > rule.high):
            raise _broken(extack, errno.ERANGE, "binary attribute size out of range", at, rule)
    elif rule.width:
        width = size if rule.kind in _AUTO else rule.width
        payload = data[at + NLA_HDRLEN : at + NLA_HDRLEN + width]
        value = int.from_bytes(payload, "big" if rule.big else sys.byteorder, signed=rule.signed)
        if rule.mask is not None:
            if value & ~rule.mask:
                raise _broken(extack, errno.EINVAL, "reserved bit set", at)  # the one refusal without a policy
        elif not rule.range[0] <= value <= rule.range[1]:
            raise _broken(extack, errno.ERANGE, "integer out of range", at, rule)


def _fits(rule: Rule, data: bytes, at: int, size: int) -> bool:
    if rule.width:
        return size >= (_WORD if rule.kind in _AUTO else rule.width)
    if rule.kind == AttributeType.FLAG:
        return size == 0
    if rule.kind == AttributeType.BITFIELD32:
        if size != _BITFIELD.size:
            return False
        value, selector = _BITFIELD.unpack_from(data, at)
        return not (selector & ~(0xFFFFFFFF if rule.mask is None else rule.mask) or value & ~selector)
    if rule.kind == AttributeType.NUL_STRING:
        end = data.find(b"\0", at, at + min(size, rule.longest + 1 if rule.longest else size))
        return end >= 0
    if rule.kind == AttributeType.STRING:
        text = size - (size > 0 and data[at + size - 1] == 0)
        return size > 0 and (not rule.longest or text <= rule.longest)
    if rule.kind in _NESTS:
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
