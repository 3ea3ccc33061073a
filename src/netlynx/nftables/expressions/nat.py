"""Expressions that translate the addresses of a connection."""

from __future__ import annotations

from typing import ClassVar

from netlynx.nftables.constants import Family
from netlynx.nftables.expressions.expression import Expression, without_effect
from netlynx.nftables.registers import Register, register
from netlynx.schema import Constants, Enumeration, FlagSet, attr, be32, enum, takes
from netlynx.schema.facts import Facts


class NFTA_NAT(Constants):
    """Attributes of a translation."""

    UNSPEC = 0
    TYPE = 1
    FAMILY = 2
    REG_ADDR_MIN = 3
    REG_ADDR_MAX = 4
    REG_PROTO_MIN = 5
    REG_PROTO_MAX = 6
    FLAGS = 7


class NFTA_MASQ(Constants):
    """Attributes of a translation to an interface's own address."""

    UNSPEC = 0
    FLAGS = 1
    REG_PROTO_MIN = 2
    REG_PROTO_MAX = 3


class NFTA_REDIR(Constants):
    """Attributes of a translation to the host itself."""

    UNSPEC = 0
    REG_PROTO_MIN = 1
    REG_PROTO_MAX = 2
    FLAGS = 3


class NatType(Enumeration, prefix="NFT_NAT_"):
    """Which address is translated."""

    SNAT = 0
    DNAT = 1


class NatFlags(FlagSet, prefix="NF_NAT_RANGE_"):
    """How an address and a port are chosen. The kernel sets the first two itself, by what it is given."""

    MAP_IPS = 0x01
    PROTO_SPECIFIED = 0x02
    PROTO_RANDOM = 0x04
    PERSISTENT = 0x08
    PROTO_RANDOM_FULLY = 0x10
    PROTO_OFFSET = 0x20
    NETMAP = 0x40


class Nat(Expression):
    """`nat`: the address, the port, or ranges of them, that registers hold. Source: net/netfilter/nft_nat.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_NAT, policy="nft_nat_policy")

    type: takes.Member[NatType | None] = attr(NFTA_NAT.TYPE, enum(NatType, be32))
    family: takes.Member[Family | None] = attr(NFTA_NAT.FAMILY, enum(Family, be32))
    reg_addr_min: takes.Member[Register | None] = attr(NFTA_NAT.REG_ADDR_MIN, register)
    reg_addr_max: takes.Member[Register | None] = attr(NFTA_NAT.REG_ADDR_MAX, register)
    reg_proto_min: takes.Member[Register | None] = attr(NFTA_NAT.REG_PROTO_MIN, register)
    reg_proto_max: takes.Member[Register | None] = attr(NFTA_NAT.REG_PROTO_MAX, register)
    flags: takes.Flags[NatFlags | None] = attr(NFTA_NAT.FLAGS, enum(NatFlags, be32))

    def __sent__(self) -> Nat:
        """Refuses the end of a range that has no beginning."""
        if self.reg_addr_min is None:
            without_effect(self, "it is the end of a range: set reg_addr_min, too", "reg_addr_max")
        if self.reg_proto_min is None:
            without_effect(self, "it is the end of a range: set reg_proto_min, too", "reg_proto_max")
        return self


class Masquerade(Expression):
    """`masq`: the source becomes the address of the interface that the packet leaves by.

    Source: net/netfilter/nft_masq.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_MASQ, policy="nft_masq_policy")

    flags: takes.Flags[NatFlags | None] = attr(NFTA_MASQ.FLAGS, enum(NatFlags, be32))
    reg_proto_min: takes.Member[Register | None] = attr(NFTA_MASQ.REG_PROTO_MIN, register)
    reg_proto_max: takes.Member[Register | None] = attr(NFTA_MASQ.REG_PROTO_MAX, register)

    def __sent__(self) -> Masquerade:
        """Refuses the end of a range that has no beginning."""
        if self.reg_proto_min is None:
            without_effect(self, "it is the end of a range: set reg_proto_min, too", "reg_proto_max")
        return self


class Redirect(Expression):
    """`redir`: the destination becomes the host itself. Source: net/netfilter/nft_redir.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_REDIR, policy="nft_redir_policy")

    reg_proto_min: takes.Member[Register | None] = attr(NFTA_REDIR.REG_PROTO_MIN, register)
    reg_proto_max: takes.Member[Register | None] = attr(NFTA_REDIR.REG_PROTO_MAX, register)
    flags: takes.Flags[NatFlags | None] = attr(NFTA_REDIR.FLAGS, enum(NatFlags, be32))

    def __sent__(self) -> Redirect:
        """Refuses the end of a range that has no beginning."""
        if self.reg_proto_min is None:
            without_effect(self, "it is the end of a range: set reg_proto_min, too", "reg_proto_max")
        return self
