"""The expression that uses an object."""

from __future__ import annotations

from typing import ClassVar

from netlynx.nftables.constants import NAME_LENGTH
from netlynx.nftables.expressions.expression import Expression
from netlynx.nftables.object_types import ObjectType
from netlynx.nftables.registers import Register, register
from netlynx.schema import Constants, attr, be32, chars, enum, takes
from netlynx.schema.facts import Facts


class NFTA_OBJREF(Constants):
    """Attributes of a reference to an object."""

    UNSPEC = 0
    IMM_TYPE = 1
    IMM_NAME = 2
    SET_SREG = 3
    SET_NAME = 4
    SET_ID = 5


class ObjectReference(Expression):
    """`objref`: use the object of this type and name, or the one that a map tells for the key in a register.

    Its names go without the NUL that other names end with, as nft sends them.

    Source: net/netfilter/nft_objref.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_OBJREF, policy="nft_objref_policy")

    imm_type: takes.Member[ObjectType | None] = attr(NFTA_OBJREF.IMM_TYPE, enum(ObjectType, be32))
    imm_name: str | None = attr(NFTA_OBJREF.IMM_NAME, chars(NAME_LENGTH))
    set_sreg: takes.Member[Register | None] = attr(NFTA_OBJREF.SET_SREG, register)
    set_name: str | None = attr(NFTA_OBJREF.SET_NAME, chars(NAME_LENGTH))
    set_id: int | None = attr(NFTA_OBJREF.SET_ID, be32)  # of a set of the same transaction
