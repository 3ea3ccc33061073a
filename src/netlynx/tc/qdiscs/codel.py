"""Controlled delay, for all packets or for each flow. Source: linux/pkt_sched.h, tc-codel(8), tc-fq_codel(8)."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Layout, Record, attr, enum, member, s32, takes, u8, u32
from netlynx.schema.facts import Facts, NoFacts
from netlynx.tc.units import Size, Time, microseconds, size32


class TCA_CODEL(Constants):
    """Attributes of `codel`."""

    UNSPEC = 0
    TARGET = 1
    LIMIT = 2
    INTERVAL = 3
    ECN = 4
    CE_THRESHOLD = 5


class TCA_FQ_CODEL(Constants):
    """Attributes of `fq_codel`."""

    UNSPEC = 0
    TARGET = 1
    LIMIT = 2
    INTERVAL = 3
    ECN = 4
    FLOWS = 5
    QUANTUM = 6
    CE_THRESHOLD = 7
    DROP_BATCH_SIZE = 8
    MEMORY_LIMIT = 9
    CE_THRESHOLD_SELECTOR = 10
    CE_THRESHOLD_MASK = 11


class Codel(Record):
    """`codel`: drops packets where, for an `interval`, none has waited less than the `target`.

    `limit` packets wait at most. With `ecn` packets are marked and not dropped, and from `ce_threshold` on marked in
    any case. What is left out, the kernel has its own for: a target of 5ms, an interval of 100ms, 1000 packets.
    It keeps times in units of 1024 nanoseconds, and tells the whole microseconds that those are: of 5ms, 4999us.
    Source: codel_change and codel_dump in net/sched/sch_codel.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_CODEL, policy="codel_policy")

    limit: int | None = attr(TCA_CODEL.LIMIT, u32)
    target: takes.Amount[Time | None] = attr(TCA_CODEL.TARGET, microseconds)
    interval: takes.Amount[Time | None] = attr(TCA_CODEL.INTERVAL, microseconds)
    ecn: bool | None = attr(TCA_CODEL.ECN, enum(bool, u32))
    ce_threshold: takes.Amount[Time | None] = attr(TCA_CODEL.CE_THRESHOLD, microseconds)


class FqCodel(Record):
    """`fq_codel`: `codel` for each of `flows` queues, which take turns of `quantum` bytes.

    `memory_limit` is for all that waits; where there is too much, `drop_batch` packets at once go. `ce_threshold` is
    for packets of which the DS field, of what the mask leaves of it, is the selector. The number of flows cannot be
    changed later. What is left out, the kernel has its own for. Source: fq_codel_change and fq_codel_dump in
    net/sched/sch_fq_codel.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_FQ_CODEL, policy="fq_codel_policy")
    __fixed__: ClassVar[tuple[str, ...]] = ("flows",)

    limit: int | None = attr(TCA_FQ_CODEL.LIMIT, u32)
    flows: int | None = attr(TCA_FQ_CODEL.FLOWS, u32)
    quantum: takes.Amount[Size | None] = attr(TCA_FQ_CODEL.QUANTUM, size32)
    target: takes.Amount[Time | None] = attr(TCA_FQ_CODEL.TARGET, microseconds)
    interval: takes.Amount[Time | None] = attr(TCA_FQ_CODEL.INTERVAL, microseconds)
    memory_limit: takes.Amount[Size | None] = attr(TCA_FQ_CODEL.MEMORY_LIMIT, size32)
    drop_batch: int | None = attr(TCA_FQ_CODEL.DROP_BATCH_SIZE, u32)
    ecn: bool | None = attr(TCA_FQ_CODEL.ECN, enum(bool, u32))
    ce_threshold: takes.Amount[Time | None] = attr(TCA_FQ_CODEL.CE_THRESHOLD, microseconds)
    ce_threshold_selector: int | None = attr(TCA_FQ_CODEL.CE_THRESHOLD_SELECTOR, u8)
    ce_threshold_mask: int | None = attr(TCA_FQ_CODEL.CE_THRESHOLD_MASK, u8)


class CodelStatistics(Layout, c="tc_codel_xstats"):
    """How `codel` stands: `count` drops in this state and in the last one, how long the last packet waited (`delay`).

    `drop_next` is when the next one is dropped, in microseconds from now; `dropping` says whether it is in that state.
    """

    maxpacket: takes.Amount[Size] = member(size32)
    count: int = member(u32)
    lastcount: int = member(u32)
    delay: takes.Amount[Time] = member(microseconds, c="ldelay")
    drop_next: int = member(s32)
    drop_overlimit: int = member(u32)
    ecn_mark: int = member(u32)
    dropping: bool = member(enum(bool, u32))
    ce_mark: int = member(u32)


class FqCodelStatistics(Layout, c="tc_fq_codel_xstats"):
    """What `fq_codel` has counted: flows that are new and old, packets marked and dropped, memory. `type` is 0."""

    type: int = member(u32)
    maxpacket: takes.Amount[Size] = member(size32)
    drop_overlimit: int = member(u32)
    ecn_mark: int = member(u32)
    new_flow_count: int = member(u32)
    new_flows_len: int = member(u32)
    old_flows_len: int = member(u32)
    ce_mark: int = member(u32)
    memory_usage: takes.Amount[Size] = member(size32)
    drop_overmemory: int = member(u32)


class FqCodelFlowStatistics(Layout):
    """How one flow of `fq_codel`, a class, stands. `type` is 1; see `CodelStatistics`."""

    __facts__: ClassVar[NoFacts] = NoFacts("struct tc_fq_codel_xstats as far as it is of a class")

    type: int = member(u32)
    deficit: int = member(s32)
    delay: takes.Amount[Time] = member(microseconds, c="ldelay")
    count: int = member(u32)
    lastcount: int = member(u32)
    dropping: bool = member(enum(bool, u32))
    drop_next: int = member(s32)
