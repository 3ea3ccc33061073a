"""What a kernel takes in one attribute: its policy, as refusals and the generic netlink controller describe it.

Source: linux/netlink.h (`enum netlink_policy_type_attr`), net/netlink/policy.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import takes
from netlynx.schema.facts import Facts
from netlynx.schema.kinds import enum, s64, u32, u64
from netlynx.schema.names import Enumeration
from netlynx.schema.record import Record, attr
from netlynx.wire.constants import NL_POLICY_TYPE_ATTR


class AttributeType(Enumeration, prefix="NL_ATTR_TYPE_"):
    """Kinds of attributes in a policy."""

    INVALID = 0
    FLAG = 1
    U8 = 2
    U16 = 3
    U32 = 4
    U64 = 5
    S8 = 6
    S16 = 7
    S32 = 8
    S64 = 9
    BINARY = 10
    STRING = 11
    NUL_STRING = 12
    NESTED = 13
    NESTED_ARRAY = 14
    BITFIELD32 = 15
    SINT = 16
    UINT = 17


class AttributePolicy(Record):
    """What is taken in one attribute; in text, words such as ``u32 from 1 to 4094``.

    Lengths are in bytes, those of strings without the NUL at their end. Of an integer, either the range or `mask` is
    given; of a nest, the number (`nested`) and the highest attribute of the policy that checks what is inside.

    Source: NL_POLICY_TYPE_ATTR_* in linux/netlink.h, in the order of net/netlink/policy.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NL_POLICY_TYPE_ATTR, spec=("nlctrl", "policy-attrs"))

    nested: int | None = attr(NL_POLICY_TYPE_ATTR.POLICY_IDX, u32)
    nested_highest: int | None = attr(NL_POLICY_TYPE_ATTR.POLICY_MAXTYPE, u32)
    mask: int | None = attr(NL_POLICY_TYPE_ATTR.MASK, u64)
    min_unsigned: int | None = attr(NL_POLICY_TYPE_ATTR.MIN_VALUE_U, u64)
    max_unsigned: int | None = attr(NL_POLICY_TYPE_ATTR.MAX_VALUE_U, u64)
    min_signed: int | None = attr(NL_POLICY_TYPE_ATTR.MIN_VALUE_S, s64)
    max_signed: int | None = attr(NL_POLICY_TYPE_ATTR.MAX_VALUE_S, s64)
    bitfield_mask: int | None = attr(NL_POLICY_TYPE_ATTR.BITFIELD32_MASK, u32)
    min_length: int | None = attr(NL_POLICY_TYPE_ATTR.MIN_LENGTH, u32)
    max_length: int | None = attr(NL_POLICY_TYPE_ATTR.MAX_LENGTH, u32)
    type: takes.Member[AttributeType | None] = attr(NL_POLICY_TYPE_ATTR.TYPE, enum(AttributeType, u32))

    @property
    def minimum(self) -> int | None:
        """The lowest value of an integer."""
        return self.min_unsigned if self.min_signed is None else self.min_signed

    @property
    def maximum(self) -> int | None:
        """The highest value of an integer."""
        return self.max_unsigned if self.max_signed is None else self.max_signed

    def __str__(self) -> str:
        words = []
        if self.type is not None:
            known = isinstance(self.type, AttributeType)
            words.append(self.type.name.lower() if known else f"type {int(self.type)}")
        words += [_between(self.min_unsigned, self.max_unsigned), _between(self.min_signed, self.max_signed)]
        if length := _between(self.min_length, self.max_length):
            words.append(f"{length} bytes")
        for mask in (self.bitfield_mask, self.mask):
            if mask is not None:
                words.append(f"with bits of {mask:#x}")
        return " ".join(filter(None, words))


def _between(low: int | None, high: int | None) -> str:
    """A range in words, either end of which may be open."""
    if low is None:
        return "" if high is None else f"up to {high}"
    return f"at least {low}" if high is None else f"from {low} to {high}"
