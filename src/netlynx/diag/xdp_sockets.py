"""Sockets that take packets past the network stack (AF_XDP), as the kernel lists them.

Source: linux/xdp_diag.h, net/xdp/xsk_diag.c, Documentation/networking/af_xdp.rst.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.diag.asking import RequestHeader, list_sockets
from netlynx.diag.constants import SocketFamily, SocketType
from netlynx.diag.parts import COOKIE, SocketMemory
from netlynx.engine.operation import Dump
from netlynx.schema import (
    Constants,
    FlagSet,
    Layout,
    Record,
    attr,
    enum,
    head,
    interface,
    member,
    struct,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts


class XDP_DIAG(Constants):
    """Attributes of a socket."""

    NONE = 0
    INFO = 1
    UID = 2
    RX_RING = 3
    TX_RING = 4
    UMEM = 5
    UMEM_FILL_RING = 6
    UMEM_COMPLETION_RING = 7
    MEMINFO = 8
    STATS = 9


class XdpShow(FlagSet, prefix="XDP_SHOW_"):
    """What a request asks for."""

    INFO = 1
    RING_CFG = 2
    UMEM = 4
    MEMINFO = 8
    STATS = 16


class XdpMemoryFlags(FlagSet, prefix="XDP_DU_F_"):
    """What is told of memory that is shared with the program."""

    ZEROCOPY = 1


class XdpMessage(Layout, c="xdp_diag_msg", packed=True):
    """The fixed header of a socket's message (`xdp_diag_msg`)."""

    __differs__: ClassVar[dict[str, str]] = COOKIE

    family: takes.Member[SocketFamily] = member(enum(SocketFamily, u8), c="xdiag_family")
    type: takes.Member[SocketType] = member(enum(SocketType, u8), c="xdiag_type")
    pad: int = member(u16, c="pad")
    inode: int = member(u32, c="xdiag_ino")
    cookie: int = member(u64, c="xdiag_cookie")


class XdpRequestHeader(RequestHeader, c="xdp_diag_req", packed=True):
    """The fixed header of a request; the kernel looks at what to show, and at nothing else."""

    __differs__: ClassVar[dict[str, str]] = COOKIE

    inode: int = member(u32, c="xdiag_ino")
    show: takes.Flags[XdpShow] = member(enum(XdpShow, u32), c="xdiag_show")
    cookie: int = member(u64, c="xdiag_cookie")


class XdpRequest(Record, header=XdpRequestHeader):
    """What the kernel is asked for."""

    family: takes.Member[SocketFamily] = head(default=SocketFamily.XDP)
    show: takes.Flags[XdpShow] = head(default=XdpShow(0))


class XdpInfo(Layout, c="xdp_diag_info"):
    """What a socket is bound to."""

    index: takes.Name[int] = member(interface, c="ifindex")
    queue: int = member(u32, c="queue_id")


class XdpRing(Layout, c="xdp_diag_ring"):
    """A ring of descriptors."""

    entries: int = member(u32, c="entries")


class XdpUmem(Layout, c="xdp_diag_umem"):
    """Memory that is shared with the program, perhaps by several sockets."""

    size: int = member(u64, c="size")  # bytes
    id: int = member(u32, c="id")
    pages: int = member(u32, c="num_pages")
    chunk_size: int = member(u32, c="chunk_size")  # bytes
    headroom: int = member(u32, c="headroom")  # bytes
    index: takes.Name[int] = member(interface, c="ifindex")
    queue: int = member(u32, c="queue_id")
    flags: takes.Flags[XdpMemoryFlags] = member(enum(XdpMemoryFlags, u32), c="flags")
    users: int = member(u32, c="refs")


class XdpStatistics(Layout, c="xdp_diag_stats"):
    """Packets that were not received or sent, and how often a ring was empty."""

    receive_dropped: int = member(u64, c="n_rx_dropped")
    receive_invalid: int = member(u64, c="n_rx_invalid")
    receive_full: int = member(u64, c="n_rx_full")
    fill_ring_empty: int = member(u64, c="n_fill_ring_empty")
    send_invalid: int = member(u64, c="n_tx_invalid")
    send_ring_empty: int = member(u64, c="n_tx_ring_empty")


class XdpSocket(Record, header=XdpMessage):
    """A socket that takes packets past the network stack, bound to a queue of an interface.

    Source: linux/xdp_diag.h, xsk_diag_fill in net/xdp/xsk_diag.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=XDP_DIAG)

    family: takes.Member[SocketFamily] = head(default=SocketFamily.XDP)
    type: takes.Member[SocketType] = head()
    info: takes.Nested[XdpInfo | None] = attr(XDP_DIAG.INFO, struct(XdpInfo))
    inode: int = head()
    uid: int | None = attr(XDP_DIAG.UID, u32, always=True)
    cookie: int = head()
    receive_ring: takes.Nested[XdpRing | None] = attr(XDP_DIAG.RX_RING, struct(XdpRing))
    send_ring: takes.Nested[XdpRing | None] = attr(XDP_DIAG.TX_RING, struct(XdpRing))
    umem: takes.Nested[XdpUmem | None] = attr(XDP_DIAG.UMEM, struct(XdpUmem))
    fill_ring: takes.Nested[XdpRing | None] = attr(XDP_DIAG.UMEM_FILL_RING, struct(XdpRing))
    completion_ring: takes.Nested[XdpRing | None] = attr(XDP_DIAG.UMEM_COMPLETION_RING, struct(XdpRing))
    memory: takes.Nested[SocketMemory | None] = attr(XDP_DIAG.MEMINFO, struct(SocketMemory))
    statistics: takes.Nested[XdpStatistics | None] = attr(XDP_DIAG.STATS, struct(XdpStatistics))


def xdp() -> Dump[XdpSocket]:
    """XDP sockets of this network namespace that are bound.

    The kernel filters nothing, and does not go on behind a socket that is not bound yet (it takes that for a list
    that has no room left): what is behind is not listed, and it does not say so.
    """
    request = XdpRequest(show=sum(XdpShow))
    return list_sockets("diag.xdp", request, XdpSocket)
