"""What requests say, and the tables that answer those for resources: one message with as many entries as fit.

Source: drivers/infiniband/core/nldev.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.rdma.constants import CountedResource, CounterCriteria, CounterMode
from netlynx.rdma.parts import OTHERS, A, device_index
from netlynx.rdma.resource import (
    FACTS,
    CmId,
    CompletionQueue,
    Context,
    FrmrPool,
    MemoryRegion,
    Of,
    ProtectionDomain,
    QueuePair,
    RawResource,
    SharedReceiveQueue,
)
from netlynx.rdma.statistics import Counter, RegionStatistics
from netlynx.schema import Record, attr, boolean, enum, indexed, multi, nest, string, takes, u32
from netlynx.schema.facts import Facts


class Wanted(Record):
    """A device, a port of it, or something of it by its number. `details` has the driver list what is its own, too."""

    __facts__: ClassVar[Facts] = FACTS
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    device: takes.Name[int | None] = attr(A.DEV_INDEX, device_index)
    port: int | None = attr(A.PORT_INDEX, u32)
    qp: int | None = attr(A.RES_LQPN, u32)
    cm_id: int | None = attr(A.RES_CM_IDN, u32)
    cq: int | None = attr(A.RES_CQN, u32)
    mr: int | None = attr(A.RES_MRN, u32)
    pd: int | None = attr(A.RES_PDN, u32)
    context: int | None = attr(A.RES_CTXN, u32)
    srq: int | None = attr(A.RES_SRQN, u32)
    details: bool | None = attr(A.DRIVER_DETAILS, boolean)
    file: str | None = attr(A.CHARDEV_TYPE, string(32))
    counted: takes.Member[CountedResource | None] = attr(A.STAT_RES, enum(CountedResource, u32))
    counter: int | None = attr(A.STAT_COUNTER_ID, u32)
    mode: takes.Member[CounterMode | None] = attr(A.STAT_MODE, enum(CounterMode, u32))
    criteria: takes.Flags[CounterCriteria | None] = attr(A.STAT_AUTO_MODE_MASK, enum(CounterCriteria, u32))
    optional: bool | None = attr(A.STAT_OPCOUNTER_ENABLED, boolean)
    counters: takes.Takes[tuple[int, ...] | None, tuple[int, ...] | None] = attr(A.STAT_HWCOUNTERS, indexed(u32))


class QueuePairs(Of):
    """Queue pairs of a device."""

    entries: takes.Records[QueuePair] = attr((A.RES_QP, A.RES_QP_ENTRY), multi(nest(QueuePair)))


class CmIds(Of):
    """Identifiers of the connection manager on a device."""

    entries: takes.Records[CmId] = attr((A.RES_CM_ID, A.RES_CM_ID_ENTRY), multi(nest(CmId)))


class CompletionQueues(Of):
    """Completion queues of a device."""

    entries: takes.Records[CompletionQueue] = attr((A.RES_CQ, A.RES_CQ_ENTRY), multi(nest(CompletionQueue)))


class MemoryRegions(Of):
    """Memory regions of a device."""

    entries: takes.Records[MemoryRegion] = attr((A.RES_MR, A.RES_MR_ENTRY), multi(nest(MemoryRegion)))


class ProtectionDomains(Of):
    """Protection domains of a device."""

    entries: takes.Records[ProtectionDomain] = attr((A.RES_PD, A.RES_PD_ENTRY), multi(nest(ProtectionDomain)))


class Contexts(Of):
    """Contexts of a device."""

    entries: takes.Records[Context] = attr((A.RES_CTX, A.RES_CTX_ENTRY), multi(nest(Context)))


class SharedReceiveQueues(Of):
    """Shared receive queues of a device."""

    entries: takes.Records[SharedReceiveQueue] = attr((A.RES_SRQ, A.RES_SRQ_ENTRY), multi(nest(SharedReceiveQueue)))


class RawQueuePairs(Of):
    """Queue pairs of a device, raw."""

    entries: takes.Records[RawResource] = attr((A.RES_QP, A.RES_QP_ENTRY), multi(nest(RawResource)))


class RawCompletionQueues(Of):
    """Completion queues of a device, raw."""

    entries: takes.Records[RawResource] = attr((A.RES_CQ, A.RES_CQ_ENTRY), multi(nest(RawResource)))


class RawMemoryRegions(Of):
    """Memory regions of a device, raw."""

    entries: takes.Records[RawResource] = attr((A.RES_MR, A.RES_MR_ENTRY), multi(nest(RawResource)))


class RawSharedReceiveQueues(Of):
    """Shared receive queues of a device, raw."""

    entries: takes.Records[RawResource] = attr((A.RES_SRQ, A.RES_SRQ_ENTRY), multi(nest(RawResource)))


class Counters(Of):
    """Counters of a device."""

    entries: takes.Records[Counter] = attr((A.STAT_COUNTER, A.STAT_COUNTER_ENTRY), multi(nest(Counter)))


class RegionsStatistics(Of):
    """What was counted of a device's memory regions."""

    entries: takes.Records[RegionStatistics] = attr((A.RES_MR, A.RES_MR_ENTRY), multi(nest(RegionStatistics)))


class FrmrPools(Of):
    """Pools of fast memory regions of a device."""

    entries: takes.Records[FrmrPool] = attr((A.FRMR_POOLS, A.FRMR_POOL_ENTRY), multi(nest(FrmrPool)))
