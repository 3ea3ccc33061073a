"""What is counted: of ports, of queue pairs bound to counters, of memory regions; and what is counted on demand alone.

Source: nldev_stat_* of drivers/infiniband/core/nldev.c, drivers/infiniband/core/counters.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.rdma.constants import CounterCriteria, CounterMode, QpType
from netlynx.rdma.parts import OTHERS, TOLD, A
from netlynx.rdma.resource import FACTS, Of, QpNumbers
from netlynx.schema import Record, attr, boolean, enum, multi, nest, string, takes, u8, u32, u64
from netlynx.schema.facts import Facts

_VALUES = (A.STAT_HWCOUNTERS, A.STAT_HWCOUNTER_ENTRY)


class CountedValue(Record):
    """What a driver counted, by its own name for it."""

    __facts__: ClassVar[Facts] = FACTS
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    name: str | None = attr(A.STAT_HWCOUNTER_ENTRY_NAME, string)
    value: int | None = attr(A.STAT_HWCOUNTER_ENTRY_VALUE, u64)


class Statistics(Of):
    """What was counted of a port: of all of it, whatever counters its queue pairs are bound to."""

    port: int | None = attr(A.PORT_INDEX, u32, always=True)
    values: takes.Records[CountedValue] = attr(_VALUES, multi(nest(CountedValue)))


class Counter(Of):
    """A counter of a port and what it counted of the queue pairs that are bound to it.

    Where the kernel bound them, `type` or `pid` is what they have in common.
    """

    __differs__: ClassVar[dict[str, str]] = {"kernel": TOLD}

    port: int | None = attr(A.PORT_INDEX, u32, always=True)
    number: int | None = attr(A.STAT_COUNTER_ID, u32, always=True)
    mode: takes.Member[CounterMode | None] = attr(A.STAT_MODE, enum(CounterMode, u32))
    type: takes.Member[QpType | None] = attr(A.RES_TYPE, enum(QpType, u8))
    pid: int | None = attr(A.RES_PID, u32)
    kernel: str | None = attr(A.RES_KERN_NAME, string)
    queue_pairs: takes.Records[QpNumbers] = attr((A.RES_QP, A.RES_QP_ENTRY), multi(nest(QpNumbers)))
    values: takes.Records[CountedValue] = attr(_VALUES, multi(nest(CountedValue)))


class RegionStatistics(Of):
    """What was counted of a memory region: of such as are paged on demand."""

    number: int | None = attr(A.RES_MRN, u32, always=True)
    values: takes.Records[CountedValue] = attr(_VALUES, multi(nest(CountedValue)))


class Counting(Of):
    """How the queue pairs of a port are bound to counters: by `criteria`, all of them, or one by one ("manual").

    `optional` is whether what is counted on demand is counted of them too (newer than Linux 6.12).
    """

    port: int | None = attr(A.PORT_INDEX, u32, always=True)
    mode: takes.Member[CounterMode | None] = attr(A.STAT_MODE, enum(CounterMode, u32), always=True)
    criteria: takes.Flags[CounterCriteria | None] = attr(A.STAT_AUTO_MODE_MASK, enum(CounterCriteria, u32))
    optional: bool | None = attr(A.STAT_OPCOUNTER_ENABLED, boolean)


class Bound(Of):
    """Which counter a queue pair is bound to, or was."""

    port: int | None = attr(A.PORT_INDEX, u32)
    counter: int | None = attr(A.STAT_COUNTER_ID, u32)
    qp: int | None = attr(A.RES_LQPN, u32)


class Countable(Record):
    """Something that a driver can count; `enabled` is whether it does, of what it counts on demand alone."""

    __facts__: ClassVar[Facts] = FACTS
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    name: str | None = attr(A.STAT_HWCOUNTER_ENTRY_NAME, string)
    index: int | None = attr(A.STAT_HWCOUNTER_INDEX, u32)
    enabled: bool | None = attr(A.STAT_HWCOUNTER_DYNAMIC, boolean)


class Countables(Of):
    """All that can be counted of a port."""

    port: int | None = attr(A.PORT_INDEX, u32)
    each: takes.Records[Countable] = attr(_VALUES, multi(nest(Countable)))
