"""Expressions that compare what is in a register, and end the rule where it does not fit."""

from __future__ import annotations

from typing import ClassVar

from netlynx.nftables.constants import NAME_LENGTH
from netlynx.nftables.data import Data
from netlynx.nftables.expressions.expression import Expression
from netlynx.nftables.registers import Register, register
from netlynx.schema import Constants, Enumeration, FlagSet, attr, be32, enum, nest, string, takes
from netlynx.schema.facts import Facts


class NFTA_CMP(Constants):
    """Attributes of a comparison."""

    UNSPEC = 0
    SREG = 1
    OP = 2
    DATA = 3


class NFTA_RANGE(Constants):
    """Attributes of a comparison with a range."""

    UNSPEC = 0
    SREG = 1
    OP = 2
    FROM_DATA = 3
    TO_DATA = 4


class NFTA_LOOKUP(Constants):
    """Attributes of a lookup in a set."""

    UNSPEC = 0
    SET = 1
    SREG = 2
    DREG = 3
    SET_ID = 4
    FLAGS = 5


class CompareOp(Enumeration, prefix="NFT_CMP_"):
    """How a register has to compare with the data, as unsigned numbers in network byte order."""

    EQ = 0
    NEQ = 1
    LT = 2
    LTE = 3
    GT = 4
    GTE = 5


class RangeOp(Enumeration, prefix="NFT_RANGE_"):
    """Whether a register has to be within a range, or outside it."""

    EQ = 0
    NEQ = 1


class LookupFlags(FlagSet, prefix="NFT_LOOKUP_F_"):
    """INV: the key must not be in the set."""

    INV = 1


class Compare(Expression):
    """`cmp`: compare a register with data, as many bytes as those are.

    Source: net/netfilter/nft_cmp.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_CMP, policy="nft_cmp_policy")

    sreg: takes.Member[Register | None] = attr(NFTA_CMP.SREG, register)
    op: takes.Member[CompareOp | None] = attr(NFTA_CMP.OP, enum(CompareOp, be32))
    data: takes.Natural[Data | None] = attr(NFTA_CMP.DATA, nest(Data))


class Range(Expression):
    """`range`: compare a register with the numbers `from_data` to `to_data`, both of which are in the range.

    Source: net/netfilter/nft_range.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_RANGE, policy="nft_range_policy")

    sreg: takes.Member[Register | None] = attr(NFTA_RANGE.SREG, register)
    op: takes.Member[RangeOp | None] = attr(NFTA_RANGE.OP, enum(RangeOp, be32))
    from_data: takes.Natural[Data | None] = attr(NFTA_RANGE.FROM_DATA, nest(Data))
    to_data: takes.Natural[Data | None] = attr(NFTA_RANGE.TO_DATA, nest(Data))


class Lookup(Expression):
    """`lookup`: find the key in `sreg` in a set; of a map, what it maps to goes to `dreg`.

    `set_id` is the ID of a set of the same transaction, which has no name yet.

    Source: net/netfilter/nft_lookup.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_LOOKUP, policy="nft_lookup_policy")

    sreg: takes.Member[Register | None] = attr(NFTA_LOOKUP.SREG, register)
    dreg: takes.Member[Register | None] = attr(NFTA_LOOKUP.DREG, register)
    set: str | None = attr(NFTA_LOOKUP.SET, string(NAME_LENGTH))
    set_id: int | None = attr(NFTA_LOOKUP.SET_ID, be32)
    flags: takes.Flags[LookupFlags | None] = attr(NFTA_LOOKUP.FLAGS, enum(LookupFlags, be32))
