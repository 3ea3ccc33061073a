"""What qdiscs, classes and actions count. Source: linux/gen_stats.h, linux/pkt_sched.h, net/core/gen_stats.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Layout, Record, attr, member, struct, takes, u32, u64
from netlynx.schema.facts import Facts


class TCA_STATS(Constants):
    """Attributes in TCA_STATS2 and TCA_ACT_STATS."""

    UNSPEC = 0
    BASIC = 1
    RATE_EST = 2
    QUEUE = 3
    APP = 4
    RATE_EST64 = 5
    PAD = 6
    BASIC_HW = 7
    PKT64 = 8


class BasicStatistics(Layout, c="gnet_stats_basic"):
    """Bytes and packets; `packets` is cut to 32 bits."""

    bytes: int = member(u64)
    packets: int = member(u32)


class RateEstimate(Layout, c="gnet_stats_rate_est"):
    """What a rate estimator found: bytes and packets a second."""

    bps: int = member(u32)
    pps: int = member(u32)


class RateEstimate64(Layout, c="gnet_stats_rate_est64"):
    """The same in 64 bits, where 32 do not hold it."""

    bps: int = member(u64)
    pps: int = member(u64)


class QueueStatistics(Layout, c="gnet_stats_queue"):
    """What waits now (`qlen` packets, `backlog` bytes), and what was dropped, put back, and over a limit."""

    qlen: int = member(u32)
    backlog: int = member(u32)
    drops: int = member(u32)
    requeues: int = member(u32)
    overlimits: int = member(u32)


class Totals(Layout, c="tc_stats"):
    """The same as old programs read it, cut to 32 bits but for the bytes."""

    bytes: int = member(u64)
    packets: int = member(u32)
    drops: int = member(u32)
    overlimits: int = member(u32)
    bps: int = member(u32)
    pps: int = member(u32)
    qlen: int = member(u32)
    backlog: int = member(u32)


class Statistics(Record):
    """What a qdisc, class or action has counted since it was made.

    `packets` has all 64 bits where `basic` has not; `hardware` is the part that a device has forwarded by itself.
    Source: linux/gen_stats.h, gnet_stats_copy_basic and its neighbours in net/core/gen_stats.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_STATS)
    __omitted__: ClassVar[dict[str, str]] = {"TCA_STATS_APP": "each kind's own: QdiscStatistics and ClassStatistics"}

    basic: takes.Nested[BasicStatistics | None] = attr(TCA_STATS.BASIC, struct(BasicStatistics))
    hardware: takes.Nested[BasicStatistics | None] = attr(TCA_STATS.BASIC_HW, struct(BasicStatistics))
    packets: int | None = attr(TCA_STATS.PKT64, u64)
    rate: takes.Nested[RateEstimate | None] = attr(TCA_STATS.RATE_EST, struct(RateEstimate))
    rate64: takes.Nested[RateEstimate64 | None] = attr(TCA_STATS.RATE_EST64, struct(RateEstimate64))
    queue: takes.Nested[QueueStatistics | None] = attr(TCA_STATS.QUEUE, struct(QueueStatistics))
