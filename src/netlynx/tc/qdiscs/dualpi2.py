"""`dualpi2`: a queue for senders that answer to every mark, and one for all others. Source: linux/pkt_sched.h,
net/sched/sch_dualpi2.c, RFC 9332.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import (
    Constants,
    Enumeration,
    Layout,
    Quantity,
    Record,
    attr,
    boolean,
    enum,
    member,
    quantity,
    s32,
    takes,
    u8,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.tc.units import Size, Time, microseconds, size32


class TCA_DUALPI2(Constants):
    """Attributes of `dualpi2`."""

    UNSPEC = 0
    LIMIT = 1
    MEMORY_LIMIT = 2
    TARGET = 3
    TUPDATE = 4
    ALPHA = 5
    BETA = 6
    STEP_THRESH_PKTS = 7
    STEP_THRESH_US = 8
    MIN_QLEN_STEP = 9
    COUPLING = 10
    DROP_OVERLOAD = 11
    DROP_EARLY = 12
    C_PROTECTION = 13
    ECN_MASK = 14
    SPLIT_GSO = 15
    PAD = 16


class Gain(float, Quantity):
    """How much a controller answers to a second of delay: a number, which the kernel keeps in 256ths."""

    __slots__ = ()
    word: ClassVar[str] = "gain"
    example: ClassVar[str] = "0.16"
    units: ClassVar[dict[str, float]] = {"": 1.0, "hz": 1.0}


class Dualpi2DropOverload(Enumeration, prefix="TC_DUALPI2_DROP_OVERLOAD_"):
    """What happens where marks alone do not help: packets are dropped by chance, or because the queue is full."""

    OVERFLOW = 0
    DROP = 1


class Dualpi2DropEarly(Enumeration, prefix="TC_DUALPI2_DROP_EARLY_"):
    """When packets are dropped: as they leave the queue, or as they come."""

    DROP_DEQUEUE = 0
    DROP_ENQUEUE = 1


class Dualpi2EcnMask(Enumeration, prefix="TC_DUALPI2_ECN_MASK_"):
    """By which of the two bits of ECN a packet belongs to the low-latency queue."""

    L4S_ECT = 1
    CLA_ECT = 2
    ANY_ECT = 3


_GAIN = quantity(Gain, u32, 256)


class Dualpi2(Record):
    """The qdisc `dualpi2`, for senders that speak L4S beside others. What is not said is as the kernel has it.

    `limit` is how many packets may wait (10000), `memory_limit` how much memory they take. The controller of the
    classic queue holds its delay at `target` (15 ms); every `update` (16 ms) it compares, with the gains `alpha` and
    `beta` (0.16 and 3.2). The other queue is marked above a delay of `step_delay` (1 ms) or a length of
    `step_packets`, once it has `step_from` packets; and by what the classic one does, `coupling` times (2).
    `classic_share` is the part of the link, in percent, that the classic queue has in any case (10).

    Source: dualpi2_change in net/sched/sch_dualpi2.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_DUALPI2, policy="dualpi2_policy")

    limit: int | None = attr(TCA_DUALPI2.LIMIT, u32)
    memory_limit: takes.Amount[Size | None] = attr(TCA_DUALPI2.MEMORY_LIMIT, size32)
    target: takes.Amount[Time | None] = attr(TCA_DUALPI2.TARGET, microseconds)
    update: takes.Amount[Time | None] = attr(TCA_DUALPI2.TUPDATE, microseconds)
    alpha: takes.Amount[Gain | None] = attr(TCA_DUALPI2.ALPHA, _GAIN)
    beta: takes.Amount[Gain | None] = attr(TCA_DUALPI2.BETA, _GAIN)
    step_packets: int | None = attr(TCA_DUALPI2.STEP_THRESH_PKTS, u32)
    step_delay: takes.Amount[Time | None] = attr(TCA_DUALPI2.STEP_THRESH_US, microseconds)
    step_from: int | None = attr(TCA_DUALPI2.MIN_QLEN_STEP, u32)
    coupling: int | None = attr(TCA_DUALPI2.COUPLING, u8)
    drop_overload: takes.Member[Dualpi2DropOverload | None] = attr(
        TCA_DUALPI2.DROP_OVERLOAD, enum(Dualpi2DropOverload, u8)
    )
    drop_early: takes.Member[Dualpi2DropEarly | None] = attr(TCA_DUALPI2.DROP_EARLY, enum(Dualpi2DropEarly, u8))
    classic_share: int | None = attr(TCA_DUALPI2.C_PROTECTION, u8)
    ecn: takes.Member[Dualpi2EcnMask | None] = attr(TCA_DUALPI2.ECN_MASK, enum(Dualpi2EcnMask, u8))
    split_gso: bool | None = attr(TCA_DUALPI2.SPLIT_GSO, boolean)


class Dualpi2Statistics(Layout, c="tc_dualpi2_xstats"):
    """What both queues count: the chance that a packet is marked or dropped (`probability`, of 2 to the power of 32),
    how long packets wait now, how many came, the longest that the queue was, marks, and the memory in use.

    `credit` is whose turn it is: above 0 the classic queue's.
    """

    probability: int = member(u32, c="prob")
    delay_classic: takes.Amount[Time] = member(microseconds, c="delay_c")
    delay_l4s: takes.Amount[Time] = member(microseconds, c="delay_l")
    packets_classic: int = member(u32, c="packets_in_c")
    packets_l4s: int = member(u32, c="packets_in_l")
    longest: int = member(u32, c="maxq")
    marks: int = member(u32, c="ecn_mark")
    step_marks: int = member(u32)
    credit: int = member(s32)
    memory_used: int = member(u32)
    memory_most: int = member(u32, c="max_memory_used")
    memory_limit: int = member(u32)
