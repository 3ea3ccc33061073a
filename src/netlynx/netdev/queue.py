"""Queues of devices: which NAPI instance serves each, and whose memory it receives into."""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.netdev.constants import NETDEV_A_LEASE, NETDEV_A_QUEUE, QueueType
from netlynx.netdev.page_pool import IoUring
from netlynx.schema import Record, attr, enum, interface, nest, s32, takes, u32
from netlynx.schema.facts import Facts, NoFacts

_QUEUE, _LEASE = NETDEV_A_QUEUE, NETDEV_A_LEASE
_TOLD = {"NETDEV_A_QUEUE_*": "what is told of it, not what it is found by: Queue"}


class XskInfo(Record):
    """There for a queue that an AF_XDP socket uses; the kernel says nothing more of that."""

    __facts__: ClassVar[NoFacts] = NoFacts("the set xsk-info of the spec has no attributes")


class QueueId(Record):
    """Which queue of a device."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=_QUEUE, policy="netdev_queue_id_nl_policy", spec=("netdev", "queue-id")
    )
    __omitted__: ClassVar[dict[str, str]] = _TOLD

    id: int | None = attr(_QUEUE.ID, u32)
    type: takes.Member[QueueType | None] = attr(_QUEUE.TYPE, enum(QueueType, u32))


class Lease(Record):
    """The queue of another, mostly physical, device that stands behind one of a virtual device."""

    __facts__: ClassVar[Facts] = Facts(attributes=_LEASE, policy="netdev_lease_nl_policy", spec=("netdev", "lease"))

    __elsewhere__: ClassVar[dict[str, tuple[str, ...]]] = {"index": ("nsid",)}

    index: takes.Name[int | None] = attr(_LEASE.IFINDEX, interface)  # of the other interface
    queue: takes.Nested[QueueId | None] = attr(_LEASE.QUEUE, nest(QueueId))
    nsid: int | None = attr(_LEASE.NETNS_ID, s32)  # of the other interface's network namespace


class QueueKey(Record, header=GenericHeader):
    """Which queue of which interface; all three are needed."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=_QUEUE, policy="netdev_queue_get_do_nl_policy", spec=("netdev", "queue")
    )
    __omitted__: ClassVar[dict[str, str]] = _TOLD

    index: takes.Name[int | None] = attr(_QUEUE.IFINDEX, interface)
    type: takes.Member[QueueType | None] = attr(_QUEUE.TYPE, enum(QueueType, u32))
    id: int | None = attr(_QUEUE.ID, u32)


class QueueFilter(Record, header=GenericHeader):
    """Whose queues."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=_QUEUE, policy="netdev_queue_get_dump_nl_policy", spec=("netdev", "queue")
    )
    __omitted__: ClassVar[dict[str, str]] = _TOLD

    index: takes.Name[int | None] = attr(_QUEUE.IFINDEX, interface)


class QueueRequest(Record, header=GenericHeader):
    """A queue to be made."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=_QUEUE, policy="netdev_queue_create_nl_policy", spec=("netdev", "queue")
    )
    __omitted__: ClassVar[dict[str, str]] = {"NETDEV_A_QUEUE_*": "what is told of it, not what it is made of: Queue"}

    index: takes.Name[int | None] = attr(_QUEUE.IFINDEX, interface)
    type: takes.Member[QueueType | None] = attr(_QUEUE.TYPE, enum(QueueType, u32))
    lease: takes.Nested[Lease | None] = attr(_QUEUE.LEASE, nest(Lease))


class Queue(Record, header=GenericHeader):
    """One queue."""

    __facts__: ClassVar[Facts] = Facts(attributes=_QUEUE, spec=("netdev", "queue"))

    id: int | None = attr(_QUEUE.ID, u32)  # from 0, for each interface and type
    index: takes.Name[int | None] = attr(_QUEUE.IFINDEX, interface)  # of the interface
    type: takes.Member[QueueType | None] = attr(_QUEUE.TYPE, enum(QueueType, u32))
    napi_id: int | None = attr(_QUEUE.NAPI_ID, u32)
    dmabuf: int | None = attr(_QUEUE.DMABUF, u32)
    io_uring: takes.Nested[IoUring | None] = attr(_QUEUE.IO_URING, nest(IoUring))
    xsk: takes.Nested[XskInfo | None] = attr(_QUEUE.XSK, nest(XskInfo))
    lease: takes.Nested[Lease | None] = attr(_QUEUE.LEASE, nest(Lease))
