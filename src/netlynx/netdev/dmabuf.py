"""Memory of other devices (dmabufs) that packets are received into and sent from."""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.netdev.constants import NETDEV_A_DMABUF
from netlynx.netdev.queue import QueueId
from netlynx.schema import Record, attr, interface, multi, nest, takes, u32
from netlynx.schema.facts import Facts

_DMABUF = NETDEV_A_DMABUF


class ReceiveBinding(Record, header=GenericHeader):
    """A dmabuf to receive into."""

    __facts__: ClassVar[Facts] = Facts(attributes=_DMABUF, policy="netdev_bind_rx_nl_policy", spec=("netdev", "dmabuf"))
    __omitted__: ClassVar[dict[str, str]] = {"NETDEV_A_DMABUF_ID": "the kernel's answer: Binding"}

    index: takes.Name[int | None] = attr(_DMABUF.IFINDEX, interface)  # of the interface
    fd: int | None = attr(_DMABUF.FD, u32)
    queues: takes.MaybeSeveral[QueueId] = attr(_DMABUF.QUEUES, multi(nest(QueueId)))
    page_size: int | None = attr(_DMABUF.RX_PAGE_SIZE, u32)  # bytes, a power of two; the system's unless given


class TransmitBinding(Record, header=GenericHeader):
    """A dmabuf to send from."""

    __facts__: ClassVar[Facts] = Facts(attributes=_DMABUF, policy="netdev_bind_tx_nl_policy", spec=("netdev", "dmabuf"))
    __omitted__: ClassVar[dict[str, str]] = {"NETDEV_A_DMABUF_*": "for receiving, or the kernel's answer: Binding"}

    index: takes.Name[int | None] = attr(_DMABUF.IFINDEX, interface)  # of the interface
    fd: int | None = attr(_DMABUF.FD, u32)


class Binding(Record, header=GenericHeader):
    """A dmabuf that is bound, for as long as the socket that asked for it is open."""

    __facts__: ClassVar[Facts] = Facts(attributes=_DMABUF, spec=("netdev", "dmabuf"))
    __omitted__: ClassVar[dict[str, str]] = {"NETDEV_A_DMABUF_*": "what was asked for: ReceiveBinding"}

    id: int | None = attr(_DMABUF.ID, u32)
