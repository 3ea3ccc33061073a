"""Expressions that read of a packet, or write to it: its bytes, its extension headers, what the kernel notes of it."""

from __future__ import annotations

from typing import ClassVar

from netlynx.nftables.expressions.expression import Expression, without_effect
from netlynx.nftables.registers import Register, register
from netlynx.schema import Constants, Enumeration, FlagSet, attr, be32, enum, replace_fields, takes, u8
from netlynx.schema.facts import Facts


class NFTA_PAYLOAD(Constants):
    """Attributes of a packet's bytes."""

    UNSPEC = 0
    DREG = 1
    BASE = 2
    OFFSET = 3
    LEN = 4
    SREG = 5
    CSUM_TYPE = 6
    CSUM_OFFSET = 7
    CSUM_FLAGS = 8


class NFTA_EXTHDR(Constants):
    """Attributes of an extension header or an option."""

    UNSPEC = 0
    DREG = 1
    TYPE = 2
    OFFSET = 3
    LEN = 4
    FLAGS = 5
    OP = 6
    SREG = 7


class NFTA_META(Constants):
    """Attributes of what is noted of a packet."""

    UNSPEC = 0
    DREG = 1
    KEY = 2
    SREG = 3


class PayloadBase(Enumeration, prefix="NFT_PAYLOAD_"):
    """The header from which an offset counts."""

    LL_HEADER = 0
    NETWORK_HEADER = 1
    TRANSPORT_HEADER = 2
    INNER_HEADER = 3
    TUN_HEADER = 4


class ChecksumType(Enumeration, prefix="NFT_PAYLOAD_CSUM_"):
    """The checksum that is mended where bytes are written."""

    NONE = 0
    INET = 1
    SCTP = 2


class ChecksumFlags(FlagSet, prefix="NFT_PAYLOAD_L4CSUM_"):
    """PSEUDOHDR: the checksum of the transport header is mended too, as its pseudo-header has changed."""

    PSEUDOHDR = 1


class ExtensionHeaderOp(Enumeration, prefix="NFT_EXTHDR_OP_"):
    """Where the header or option is."""

    IPV6 = 0
    TCPOPT = 1
    IPV4 = 2
    SCTP = 3
    DCCP = 4


class ExtensionHeaderFlags(FlagSet, prefix="NFT_EXTHDR_F_"):
    """PRESENT: whether it is there (1 or 0) instead of what it holds."""

    PRESENT = 1


class MetaKey(Enumeration, prefix="NFT_META_"):
    """What is noted of a packet."""

    LEN = 0
    PROTOCOL = 1
    PRIORITY = 2
    MARK = 3
    IIF = 4
    OIF = 5
    IIFNAME = 6
    OIFNAME = 7
    IIFTYPE = 8
    OIFTYPE = 9
    SKUID = 10
    SKGID = 11
    NFTRACE = 12
    RTCLASSID = 13
    SECMARK = 14
    NFPROTO = 15
    L4PROTO = 16
    BRI_IIFNAME = 17
    BRI_OIFNAME = 18
    PKTTYPE = 19
    CPU = 20
    IIFGROUP = 21
    OIFGROUP = 22
    CGROUP = 23
    PRANDOM = 24
    SECPATH = 25
    IIFKIND = 26
    OIFKIND = 27
    BRI_IIFPVID = 28
    BRI_IIFVPROTO = 29
    TIME_NS = 30
    TIME_DAY = 31
    TIME_HOUR = 32
    SDIF = 33
    SDIFNAME = 34
    BRI_BROUTE = 35
    BRI_IIFHWADDR = 37


class Payload(Expression):
    """`payload`: load `len` bytes of a packet to `dreg`, or write those of `sreg` to it.

    Source: net/netfilter/nft_payload.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_PAYLOAD, policy="nft_payload_policy")

    sreg: takes.Member[Register | None] = attr(NFTA_PAYLOAD.SREG, register)
    dreg: takes.Member[Register | None] = attr(NFTA_PAYLOAD.DREG, register)
    base: takes.Member[PayloadBase | None] = attr(NFTA_PAYLOAD.BASE, enum(PayloadBase, be32))
    offset: int | None = attr(NFTA_PAYLOAD.OFFSET, be32)  # bytes
    len: int | None = attr(NFTA_PAYLOAD.LEN, be32)  # bytes
    csum_type: takes.Member[ChecksumType | None] = attr(NFTA_PAYLOAD.CSUM_TYPE, enum(ChecksumType, be32))
    csum_offset: int | None = attr(NFTA_PAYLOAD.CSUM_OFFSET, be32)  # bytes
    csum_flags: takes.Flags[ChecksumFlags | None] = attr(NFTA_PAYLOAD.CSUM_FLAGS, enum(ChecksumFlags, be32))

    def __sent__(self) -> Payload:
        """Refuses a checksum where nothing is written."""
        if self.sreg is None:
            why = "a checksum is mended where bytes are written, and here some are read"
            without_effect(self, why, "csum_type", "csum_offset", "csum_flags")
        return self


class ExtensionHeader(Expression):
    """`exthdr`: load of an extension header or an option to `dreg`, write to it from `sreg`, or remove it (neither).

    Source: net/netfilter/nft_exthdr.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_EXTHDR, policy="nft_exthdr_policy")

    dreg: takes.Member[Register | None] = attr(NFTA_EXTHDR.DREG, register)
    sreg: takes.Member[Register | None] = attr(NFTA_EXTHDR.SREG, register)
    type: int | None = attr(NFTA_EXTHDR.TYPE, u8)  # IPPROTO_*, TCPOPT_*, IPOPT_*, the type of an SCTP chunk
    offset: int | None = attr(NFTA_EXTHDR.OFFSET, be32)  # bytes
    len: int | None = attr(NFTA_EXTHDR.LEN, be32)  # bytes
    op: takes.Member[ExtensionHeaderOp | None] = attr(NFTA_EXTHDR.OP, enum(ExtensionHeaderOp, be32))
    flags: takes.Flags[ExtensionHeaderFlags | None] = attr(NFTA_EXTHDR.FLAGS, enum(ExtensionHeaderFlags, be32))

    def __sent__(self) -> ExtensionHeader:
        """The kernel tells zeros that it refuses where it is to write or to remove."""
        if self.dreg is not None:
            return self
        unsaid = ("flags",) if self.sreg is not None else ("flags", "offset", "len")
        return replace_fields(self, **{name: getattr(self, name) or None for name in unsaid})


class Meta(Expression):
    """`meta`: load what is noted of a packet to `dreg`, or set it from `sreg`.

    Source: net/netfilter/nft_meta.c, net/bridge/netfilter/nft_meta_bridge.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_META, policy="nft_meta_policy")

    key: takes.Member[MetaKey | None] = attr(NFTA_META.KEY, enum(MetaKey, be32))
    dreg: takes.Member[Register | None] = attr(NFTA_META.DREG, register)
    sreg: takes.Member[Register | None] = attr(NFTA_META.SREG, register)
