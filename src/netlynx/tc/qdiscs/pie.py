"""Proportional integral controller enhanced, for all packets or each flow. Source: linux/pkt_sched.h, tc-pie(8)."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Layout, Record, attr, enum, member, takes, u32, u64
from netlynx.schema.facts import Facts
from netlynx.tc.units import Size, Time, microseconds, size32


class TCA_PIE(Constants):
    """Attributes of `pie`."""

    UNSPEC = 0
    TARGET = 1
    LIMIT = 2
    TUPDATE = 3
    ALPHA = 4
    BETA = 5
    ECN = 6
    BYTEMODE = 7
    DQ_RATE_ESTIMATOR = 8


class TCA_FQ_PIE(Constants):
    """Attributes of `fq_pie`."""

    UNSPEC = 0
    LIMIT = 1
    FLOWS = 2
    TARGET = 3
    TUPDATE = 4
    ALPHA = 5
    BETA = 6
    QUANTUM = 7
    MEMORY_LIMIT = 8
    ECN_PROB = 9
    ECN = 10
    BYTEMODE = 11
    DQ_RATE_ESTIMATOR = 12


class Pie(Record):
    """`pie`: drops packets, ever more of them, where they wait longer than the `target`, looked at each `tupdate`.

    `limit` packets wait at most. `alpha` and `beta` are how much the delay and its change count, in sixteenths. `ecn`
    marks instead of dropping while few are, `bytemode` has the length of packets count, `dq_rate_estimator` takes the
    delay from the rate of departure and not from times of arrival. What is left out, the kernel has its own for.
    Source: pie_change and pie_dump in net/sched/sch_pie.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_PIE, policy="pie_policy")

    limit: int | None = attr(TCA_PIE.LIMIT, u32)
    target: takes.Amount[Time | None] = attr(TCA_PIE.TARGET, microseconds)
    tupdate: takes.Amount[Time | None] = attr(TCA_PIE.TUPDATE, microseconds)
    alpha: int | None = attr(TCA_PIE.ALPHA, u32)
    beta: int | None = attr(TCA_PIE.BETA, u32)
    ecn: bool | None = attr(TCA_PIE.ECN, enum(bool, u32))
    bytemode: bool | None = attr(TCA_PIE.BYTEMODE, enum(bool, u32))
    dq_rate_estimator: bool | None = attr(TCA_PIE.DQ_RATE_ESTIMATOR, enum(bool, u32))


class FqPie(Record):
    """`fq_pie`: `pie` for each of `flows` queues, which take turns of `quantum` bytes.

    `memory_limit` is for all that waits; `ecn_prob` is up to which percentage of drops packets are marked instead. The
    number of flows cannot be changed later. All else is as for `Pie`. Source: fq_pie_change and fq_pie_dump in
    net/sched/sch_fq_pie.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_FQ_PIE, policy="fq_pie_policy")
    __fixed__: ClassVar[tuple[str, ...]] = ("flows",)

    limit: int | None = attr(TCA_FQ_PIE.LIMIT, u32)
    flows: int | None = attr(TCA_FQ_PIE.FLOWS, u32)
    target: takes.Amount[Time | None] = attr(TCA_FQ_PIE.TARGET, microseconds)
    tupdate: takes.Amount[Time | None] = attr(TCA_FQ_PIE.TUPDATE, microseconds)
    alpha: int | None = attr(TCA_FQ_PIE.ALPHA, u32)
    beta: int | None = attr(TCA_FQ_PIE.BETA, u32)
    quantum: takes.Amount[Size | None] = attr(TCA_FQ_PIE.QUANTUM, size32)
    memory_limit: takes.Amount[Size | None] = attr(TCA_FQ_PIE.MEMORY_LIMIT, size32)
    ecn_prob: int | None = attr(TCA_FQ_PIE.ECN_PROB, u32)
    ecn: bool | None = attr(TCA_FQ_PIE.ECN, enum(bool, u32))
    bytemode: bool | None = attr(TCA_FQ_PIE.BYTEMODE, enum(bool, u32))
    dq_rate_estimator: bool | None = attr(TCA_FQ_PIE.DQ_RATE_ESTIMATOR, enum(bool, u32))


class PieStatistics(Layout, c="tc_pie_xstats"):
    """How probable it is that a packet is dropped now (of 2^64 - 1), how long packets wait, and what was counted.

    `rate` is that of departures, in bytes a second, where it is estimated.
    """

    probability: int = member(u64, c="prob")
    delay: takes.Amount[Time] = member(microseconds)
    rate: int = member(u32, c="avg_dq_rate")
    rate_estimating: bool = member(enum(bool, u32), c="dq_rate_estimating")
    packets_in: int = member(u32)
    dropped: int = member(u32)
    overlimit: int = member(u32)
    maxq: int = member(u32)
    ecn_mark: int = member(u32)


class FqPieStatistics(Layout, c="tc_fq_pie_xstats"):
    """What `fq_pie` has counted: packets, flows that are new and old, memory."""

    packets_in: int = member(u32)
    dropped: int = member(u32)
    overlimit: int = member(u32)
    overmemory: int = member(u32)
    ecn_mark: int = member(u32)
    new_flow_count: int = member(u32)
    new_flows_len: int = member(u32)
    old_flows_len: int = member(u32)
    memory_usage: takes.Amount[Size] = member(size32)
