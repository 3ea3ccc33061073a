"""Fair queueing with pacing. Source: linux/pkt_sched.h, tc-fq(8)."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Layout, Record, array, attr, enum, member, s32, s64, struct, takes, u8, u32, u64
from netlynx.schema.facts import Facts
from netlynx.tc.qdiscs.fifo import PriorityMap
from netlynx.tc.units import Rate, Size, Time, microseconds, nanoseconds32, rate32, size32


class TCA_FQ(Constants):
    """Attributes of `fq`."""

    UNSPEC = 0
    PLIMIT = 1
    FLOW_PLIMIT = 2
    QUANTUM = 3
    INITIAL_QUANTUM = 4
    RATE_ENABLE = 5
    FLOW_DEFAULT_RATE = 6
    FLOW_MAX_RATE = 7
    BUCKETS_LOG = 8
    FLOW_REFILL_DELAY = 9
    ORPHAN_MASK = 10
    LOW_RATE_THRESHOLD = 11
    CE_THRESHOLD = 12
    TIMER_SLACK = 13
    HORIZON = 14
    HORIZON_DROP = 15
    PRIOMAP = 16
    WEIGHTS = 17
    OFFLOAD_HORIZON = 18


class Fq(Record):
    """`fq`: the flows of sockets take turns, each paced as its socket says.

    `limit` packets wait at most, `flow_limit` of a flow; a turn has `quantum` bytes, a flow's first one
    `initial_quantum`, which it gets again after it was silent for `refill_delay`. With `pacing` a flow keeps to its
    rate, which is `max_rate` at most; sockets of less than `low_rate_threshold` are not paced on. Packets that waited
    longer than `ce_threshold` are marked. Of both, the highest that 32 bits hold is none. Flows are found in 2 to the
    power of `buckets_log` places, and packets without a socket in `orphan_mask` + 1. A packet that is to leave later
    than the `horizon` is dropped (`horizon_drop`) or capped. Three bands take the priorities of `priorities`, with
    `weights`. What is left out, the kernel has its own for. Source: fq_change and fq_dump in net/sched/sch_fq.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_FQ, policy="fq_policy")

    limit: int | None = attr(TCA_FQ.PLIMIT, u32)
    flow_limit: int | None = attr(TCA_FQ.FLOW_PLIMIT, u32)
    quantum: takes.Amount[Size | None] = attr(TCA_FQ.QUANTUM, size32)
    initial_quantum: takes.Amount[Size | None] = attr(TCA_FQ.INITIAL_QUANTUM, size32)
    pacing: bool | None = attr(TCA_FQ.RATE_ENABLE, enum(bool, u32))
    default_rate: takes.Amount[Rate | None] = attr(TCA_FQ.FLOW_DEFAULT_RATE, rate32)  # no kernel of today heeds it
    max_rate: takes.Amount[Rate | None] = attr(TCA_FQ.FLOW_MAX_RATE, rate32)
    buckets_log: int | None = attr(TCA_FQ.BUCKETS_LOG, u32)
    refill_delay: takes.Amount[Time | None] = attr(TCA_FQ.FLOW_REFILL_DELAY, microseconds)
    orphan_mask: int | None = attr(TCA_FQ.ORPHAN_MASK, u32)
    low_rate_threshold: takes.Amount[Rate | None] = attr(TCA_FQ.LOW_RATE_THRESHOLD, rate32)
    ce_threshold: takes.Amount[Time | None] = attr(TCA_FQ.CE_THRESHOLD, microseconds)
    timer_slack: takes.Amount[Time | None] = attr(TCA_FQ.TIMER_SLACK, nanoseconds32)
    horizon: takes.Amount[Time | None] = attr(TCA_FQ.HORIZON, microseconds)
    horizon_drop: bool | None = attr(TCA_FQ.HORIZON_DROP, enum(bool, u8))
    priorities: takes.Nested[PriorityMap | None] = attr(TCA_FQ.PRIOMAP, struct(PriorityMap))
    weights: takes.MaybeSeveral[int] = attr(TCA_FQ.WEIGHTS, array(s32))
    offload_horizon: takes.Amount[Time | None] = attr(TCA_FQ.OFFLOAD_HORIZON, microseconds)


class FqStatistics(Layout, c="tc_fq_qd_stats"):
    """What `fq` has counted: flows, of which some wait for their time (`throttled`), and packets that went too far."""

    gc_flows: int = member(u64)
    highprio_packets: int = member(u64)
    tcp_retrans: int = member(u64)
    throttled: int = member(u64)
    flows_plimit: int = member(u64)
    pkts_too_long: int = member(u64)
    allocation_errors: int = member(u64)
    time_next_delayed_flow: int = member(s64)
    flows: int = member(u32)
    inactive_flows: int = member(u32)
    throttled_flows: int = member(u32)
    unthrottle_latency: takes.Amount[Time] = member(nanoseconds32, c="unthrottle_latency_ns")
    ce_mark: int = member(u64)
    horizon_drops: int = member(u64)
    horizon_caps: int = member(u64)
    fastpath_packets: int = member(u64)
    band_drops: takes.Several[int] = member(array(u64, 3))
    band_packets: takes.Several[int] = member(array(u32, 3), c="band_pkt_count")
    pad: int = member(u32)
