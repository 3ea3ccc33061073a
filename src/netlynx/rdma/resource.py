"""Resources of devices: how many there are, and each of them with what it is bound to and whose it is.

Numbers are a device's own. Of what a process made there is its `pid`, of what the kernel made the name of its part,
`kernel`. Keys of memory are told to who has CAP_NET_ADMIN. Source: fill_res_* of drivers/infiniband/core/nldev.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.rdma.constants import CmState, PathMigration, PollContext, PortSpace, QpState, QpType, SrqType
from netlynx.rdma.parts import OTHERS, TOLD, A, DriverValue, device_index, driver_values
from netlynx.schema import Record, attr, binary, boolean, enum, multi, nest, string, takes, u8, u32, u64
from netlynx.schema.endpoint import stored_endpoint
from netlynx.schema.facts import Facts

FACTS = Facts(attributes=A, policy="nldev_policy")


class Of(Record):
    """Something of a device, by its index and its name."""

    __facts__: ClassVar[Facts] = FACTS
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    index: takes.Name[int | None] = attr(A.DEV_INDEX, device_index, always=True)
    name: str | None = attr(A.DEV_NAME, string(64), always=True)


class ResourceCount(Record):
    """How many there are of a kind of resource, and, in Linux 7.3, how many there can be."""

    __facts__: ClassVar[Facts] = FACTS
    __omitted__: ClassVar[dict[str, str]] = OTHERS
    __differs__: ClassVar[dict[str, str]] = {"kind": TOLD}

    kind: str | None = attr(A.RES_SUMMARY_ENTRY_NAME, string)
    current: int | None = attr(A.RES_SUMMARY_ENTRY_CURR, u64)
    maximum: int | None = attr(A.RES_SUMMARY_ENTRY_MAX, u64)


class Resources(Of):
    """How many resources a device has, by kind: ``qp``, ``cq``, ``mr``, ``pd``, ``cm_id``, ``ctx``, ``srq``."""

    counts: takes.Records[ResourceCount] = attr((A.RES_SUMMARY, A.RES_SUMMARY_ENTRY), multi(nest(ResourceCount)))

    def count(self, kind: str) -> int | None:
        """How many there are of a kind; None where the kernel does not say."""
        return next((each.current for each in self.counts if each.kind == kind), None)


class QueuePair(Of):
    """A queue pair. `number` is that of its own, `remote` that of the peer's, of connected ones; so are PSNs."""

    __differs__: ClassVar[dict[str, str]] = {"kernel": TOLD, "subtype": TOLD}

    port: int | None = attr(A.PORT_INDEX, u32)
    number: int | None = attr(A.RES_LQPN, u32, always=True)
    remote: int | None = attr(A.RES_RQPN, u32)
    type: takes.Member[QpType | None] = attr(A.RES_TYPE, enum(QpType, u8), always=True)
    subtype: str | None = attr(A.RES_SUBTYPE, string)
    state: takes.Member[QpState | None] = attr(A.RES_STATE, enum(QpState, u8), always=True)
    receive_psn: int | None = attr(A.RES_RQ_PSN, u32)
    send_psn: int | None = attr(A.RES_SQ_PSN, u32)
    path_migration: takes.Member[PathMigration | None] = attr(A.RES_PATH_MIG_STATE, enum(PathMigration, u8))
    pd: int | None = attr(A.RES_PDN, u32)
    pid: int | None = attr(A.RES_PID, u32)
    kernel: str | None = attr(A.RES_KERN_NAME, string)
    details: takes.MaybeSeveral[DriverValue] = attr(A.DRIVER, driver_values)


class CmId(Of):
    """An identifier of the connection manager, which makes connections as a socket does."""

    __differs__: ClassVar[dict[str, str]] = {"kernel": TOLD}

    port: int | None = attr(A.PORT_INDEX, u32)
    number: int | None = attr(A.RES_CM_IDN, u32, always=True)
    qp: int | None = attr(A.RES_LQPN, u32)
    type: takes.Member[QpType | None] = attr(A.RES_TYPE, enum(QpType, u8))
    port_space: takes.Member[PortSpace | None] = attr(A.RES_PS, enum(PortSpace, u32))
    state: takes.Member[CmState | None] = attr(A.RES_STATE, enum(CmState, u8), always=True)
    source: str | None = attr(A.RES_SRC_ADDR, stored_endpoint)
    destination: str | None = attr(A.RES_DST_ADDR, stored_endpoint)
    pid: int | None = attr(A.RES_PID, u32)
    kernel: str | None = attr(A.RES_KERN_NAME, string)
    details: takes.MaybeSeveral[DriverValue] = attr(A.DRIVER, driver_values)


class CompletionQueue(Of):
    """A completion queue for `size` entries; `users` are the queue pairs and others that complete into it."""

    __differs__: ClassVar[dict[str, str]] = {"kernel": TOLD}

    number: int | None = attr(A.RES_CQN, u32, always=True)
    size: int | None = attr(A.RES_CQE, u32, always=True)
    users: int | None = attr(A.RES_USECNT, u64)
    poll_context: takes.Member[PollContext | None] = attr(A.RES_POLL_CTX, enum(PollContext, u8))
    dim: bool | None = attr(A.DEV_DIM, boolean)
    context: int | None = attr(A.RES_CTXN, u32)
    pid: int | None = attr(A.RES_PID, u32)
    kernel: str | None = attr(A.RES_KERN_NAME, string)
    details: takes.MaybeSeveral[DriverValue] = attr(A.DRIVER, driver_values)


class MemoryRegion(Of):
    """A region of memory that a device reads and writes: `length` in bytes, its keys for the device and for peers."""

    __differs__: ClassVar[dict[str, str]] = {"kernel": TOLD}

    number: int | None = attr(A.RES_MRN, u32, always=True)
    local_key: int | None = attr(A.RES_LKEY, u32)
    remote_key: int | None = attr(A.RES_RKEY, u32)
    address: int | None = attr(A.RES_IOVA, u64)
    length: int | None = attr(A.RES_MRLEN, u64, always=True)
    pd: int | None = attr(A.RES_PDN, u32)
    pid: int | None = attr(A.RES_PID, u32)
    kernel: str | None = attr(A.RES_KERN_NAME, string)
    details: takes.MaybeSeveral[DriverValue] = attr(A.DRIVER, driver_values)


class ProtectionDomain(Of):
    """A protection domain: what of regions, queue pairs and the like may work together."""

    __differs__: ClassVar[dict[str, str]] = {"kernel": TOLD}

    number: int | None = attr(A.RES_PDN, u32, always=True)
    local_dma_key: int | None = attr(A.RES_LOCAL_DMA_LKEY, u32)
    unsafe_global_key: int | None = attr(A.RES_UNSAFE_GLOBAL_RKEY, u32)
    users: int | None = attr(A.RES_USECNT, u64)
    context: int | None = attr(A.RES_CTXN, u32)
    pid: int | None = attr(A.RES_PID, u32)
    kernel: str | None = attr(A.RES_KERN_NAME, string)
    details: takes.MaybeSeveral[DriverValue] = attr(A.DRIVER, driver_values)


class Context(Of):
    """A context: a process that has opened the device."""

    __differs__: ClassVar[dict[str, str]] = {"kernel": TOLD}

    number: int | None = attr(A.RES_CTXN, u32, always=True)
    pid: int | None = attr(A.RES_PID, u32)
    kernel: str | None = attr(A.RES_KERN_NAME, string)
    details: takes.MaybeSeveral[DriverValue] = attr(A.DRIVER, driver_values)


class QpNumbers(Record):
    """A queue pair by its number, or those from `first` to `last`."""

    __facts__: ClassVar[Facts] = FACTS
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    number: int | None = attr(A.RES_LQPN, u32)
    first: int | None = attr(A.MIN_RANGE, u32)
    last: int | None = attr(A.MAX_RANGE, u32)


class SharedReceiveQueue(Of):
    """A receive queue that queue pairs share; one of type XRC has a completion queue."""

    __differs__: ClassVar[dict[str, str]] = {"kernel": TOLD}

    number: int | None = attr(A.RES_SRQN, u32, always=True)
    type: takes.Member[SrqType | None] = attr(A.RES_TYPE, enum(SrqType, u8), always=True)
    pd: int | None = attr(A.RES_PDN, u32)
    cq: int | None = attr(A.RES_CQN, u32)
    queue_pairs: takes.Records[QpNumbers] = attr((A.RES_QP, A.RES_QP_ENTRY), multi(nest(QpNumbers)))
    pid: int | None = attr(A.RES_PID, u32)
    kernel: str | None = attr(A.RES_KERN_NAME, string)
    details: takes.MaybeSeveral[DriverValue] = attr(A.DRIVER, driver_values)


class RawResource(Of):
    """A resource as the driver's hardware has it: bytes that the driver alone understands."""

    data: bytes | None = attr(A.RES_RAW, binary, always=True)


class FrmrPool(Of):
    """A pool of fast memory regions that a driver keeps for reuse (Linux 7.3), by what they are for.

    `waiting` are those in the pool, `pinned` how many are kept at least, `aging` for how many seconds all others are.
    """

    ats: bool | None = attr((A.FRMR_POOL_KEY, A.FRMR_POOL_KEY_ATS), boolean)
    access: int | None = attr((A.FRMR_POOL_KEY, A.FRMR_POOL_KEY_ACCESS_FLAGS), u32)
    vendor_key: int | None = attr((A.FRMR_POOL_KEY, A.FRMR_POOL_KEY_VENDOR_KEY), u64)
    kernel_vendor_key: int | None = attr((A.FRMR_POOL_KEY, A.FRMR_POOL_KEY_KERNEL_VENDOR_KEY), u64)
    dma_blocks: int | None = attr((A.FRMR_POOL_KEY, A.FRMR_POOL_KEY_NUM_DMA_BLOCKS), u64)
    waiting: int | None = attr(A.FRMR_POOL_QUEUE_HANDLES, u32, read_only=True)
    used: int | None = attr(A.FRMR_POOL_IN_USE, u64, read_only=True)
    most_used: int | None = attr(A.FRMR_POOL_MAX_IN_USE, u64, read_only=True)
    pinned: int | None = attr(A.FRMR_POOL_PINNED_HANDLES, u32)
    aging: int | None = attr(A.FRMR_POOLS_AGING_PERIOD, u32)
