"""The databases of states and of policies: how many there are, and how they are hashed.

Source: linux/xfrm.h, build_sadinfo, build_spdinfo and xfrm_set_spdinfo in net/xfrm/xfrm_user.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Layout, Record, attr, member, struct, takes, u8, u32
from netlynx.schema.facts import Facts, NoFacts
from netlynx.xfrm.constants import XFRMA_SAD, XFRMA_SPD


class DatabaseHeader(Layout):
    """What stands before the attributes, and says nothing."""

    __facts__: ClassVar[NoFacts] = NoFacts("a number of 32 bits, which has no struct")

    pad: int = member(u32)


class StateBuckets(Layout, c="xfrmu_sadhinfo"):
    """Buckets of states: how many there are, and how many there can be."""

    now: int = member(u32, c="sadhcnt")
    most: int = member(u32, c="sadhmcnt")


class StateDatabase(Record, header=DatabaseHeader):
    """How many states there are, and their buckets."""

    __facts__: ClassVar[Facts] = Facts(attributes=XFRMA_SAD)

    states: int | None = attr(XFRMA_SAD.CNT, u32)
    buckets: takes.Nested[StateBuckets | None] = attr(XFRMA_SAD.HINFO, struct(StateBuckets))


class PolicyCounts(Layout, c="xfrmu_spdinfo"):
    """Policies by their direction; those of sockets apart."""

    incoming: int = member(u32, c="incnt")
    outgoing: int = member(u32, c="outcnt")
    forwarded: int = member(u32, c="fwdcnt")
    socket_incoming: int = member(u32, c="inscnt")
    socket_outgoing: int = member(u32, c="outscnt")
    socket_forwarded: int = member(u32, c="fwdscnt")


class PolicyBuckets(Layout, c="xfrmu_spdhinfo"):
    """Buckets of policies: how many there are, and how many there can be."""

    now: int = member(u32, c="spdhcnt")
    most: int = member(u32, c="spdhmcnt")


class Thresholds(Layout, c="xfrmu_spdhthresh"):
    """How long prefixes have to be for policies to be hashed: the local and the remote ones, in bits."""

    local: int = member(u8, c="lbits")
    remote: int = member(u8, c="rbits")


class PolicyDatabase(Record, header=DatabaseHeader):
    """How many policies there are, their buckets, and from which prefixes on they are hashed (`ipv4`, `ipv6`).

    At first only policies of single hosts are: 32 and 128 bits.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=XFRMA_SPD, policy="xfrma_spd_policy")

    policies: takes.Nested[PolicyCounts | None] = attr(XFRMA_SPD.INFO, struct(PolicyCounts), read_only=True)
    buckets: takes.Nested[PolicyBuckets | None] = attr(XFRMA_SPD.HINFO, struct(PolicyBuckets), read_only=True)
    ipv4: takes.Nested[Thresholds | None] = attr(XFRMA_SPD.IPV4_HTHRESH, struct(Thresholds))
    ipv6: takes.Nested[Thresholds | None] = attr(XFRMA_SPD.IPV6_HTHRESH, struct(Thresholds))
