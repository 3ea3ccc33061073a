"""Expressions that keep a state of their own: counters, limits, quotas. Sets and objects have them too."""

from __future__ import annotations

from typing import ClassVar

from netlynx.nftables.expressions.expression import Expression
from netlynx.schema import Constants, Enumeration, FlagSet, attr, be32, be64, enum, takes
from netlynx.schema.facts import Facts


class NFTA_COUNTER(Constants):
    """Attributes of a counter."""

    UNSPEC = 0
    BYTES = 1
    PACKETS = 2
    PAD = 3


class NFTA_LIMIT(Constants):
    """Attributes of a limit."""

    UNSPEC = 0
    RATE = 1
    UNIT = 2
    BURST = 3
    TYPE = 4
    FLAGS = 5
    PAD = 6


class NFTA_QUOTA(Constants):
    """Attributes of a quota."""

    UNSPEC = 0
    BYTES = 1
    FLAGS = 2
    PAD = 3
    CONSUMED = 4


class NFTA_CONNLIMIT(Constants):
    """Attributes of a limit of connections."""

    UNSPEC = 0
    COUNT = 1
    FLAGS = 2


class NFTA_LAST(Constants):
    """Attributes of when something was last seen."""

    UNSPEC = 0
    SET = 1
    MSECS = 2
    PAD = 3


class LimitType(Enumeration, prefix="NFT_LIMIT_"):
    """What is limited: packets, or their bytes."""

    PKTS = 0
    PKT_BYTES = 1


class LimitFlags(FlagSet, prefix="NFT_LIMIT_F_"):
    """INV: what is over the limit matches."""

    INV = 1


class QuotaFlags(FlagSet, prefix="NFT_QUOTA_F_"):
    """INV: what is over the quota matches; DEPLETED: it is used up, and a notification has said so."""

    INV = 1
    DEPLETED = 2


class ConnectionLimitFlags(FlagSet, prefix="NFT_CONNLIMIT_F_"):
    """INV: more connections than `count` match."""

    INV = 1


class Counter(Expression):
    """`counter`: packets and their bytes; also an object. Source: net/netfilter/nft_counter.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_COUNTER, policy="nft_counter_policy@net/netfilter/nft_counter.c")

    bytes: int | None = attr(NFTA_COUNTER.BYTES, be64)
    packets: int | None = attr(NFTA_COUNTER.PACKETS, be64)


class Limit(Expression):
    """`limit`: `rate` in `unit` seconds, and `burst` at once; also an object. Source: net/netfilter/nft_limit.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_LIMIT, policy="nft_limit_policy")

    rate: int | None = attr(NFTA_LIMIT.RATE, be64)
    unit: int | None = attr(NFTA_LIMIT.UNIT, be64)  # seconds
    burst: int | None = attr(NFTA_LIMIT.BURST, be32)
    type: takes.Member[LimitType | None] = attr(NFTA_LIMIT.TYPE, enum(LimitType, be32))
    flags: takes.Flags[LimitFlags | None] = attr(NFTA_LIMIT.FLAGS, enum(LimitFlags, be32))


class Quota(Expression):
    """`quota`: until `bytes` have been used, of which `consumed` are; also an object.

    Source: net/netfilter/nft_quota.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_QUOTA, policy="nft_quota_policy")

    bytes: int | None = attr(NFTA_QUOTA.BYTES, be64)
    consumed: int | None = attr(NFTA_QUOTA.CONSUMED, be64)  # bytes
    flags: takes.Flags[QuotaFlags | None] = attr(NFTA_QUOTA.FLAGS, enum(QuotaFlags, be32))


class ConnectionLimit(Expression):
    """`connlimit`: at most `count` connections; also an object. Source: net/netfilter/nft_connlimit.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_CONNLIMIT, policy="nft_connlimit_policy")

    count: int | None = attr(NFTA_CONNLIMIT.COUNT, be32)
    flags: takes.Flags[ConnectionLimitFlags | None] = attr(NFTA_CONNLIMIT.FLAGS, enum(ConnectionLimitFlags, be32))


class Last(Expression):
    """`last`: how long ago a packet came here last, if one did (`set`). Source: net/netfilter/nft_last.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_LAST, policy="nft_last_policy")

    set: int | None = attr(NFTA_LAST.SET, be32)  # 1: a packet came
    msecs: int | None = attr(NFTA_LAST.MSECS, be64)  # milliseconds ago
