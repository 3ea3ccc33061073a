"""Netlink sockets, as the kernel lists them: its own ends, and those of programs. One's own is among them.

Source: linux/netlink_diag.h, net/netlink/diag.c, netlink(7).
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.diag.asking import RequestHeader, list_sockets
from netlynx.diag.constants import SocketFamily, SocketType
from netlynx.diag.parts import COOKIE, SocketMemory
from netlynx.engine.operation import Dump
from netlynx.errors import EncodeError
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Layout,
    Record,
    array,
    attr,
    enum,
    head,
    hook,
    member,
    struct,
    takes,
    u8,
    u32,
    u64,
)
from netlynx.schema.arguments import number_of
from netlynx.schema.facts import Facts
from netlynx.wire.constants import MAX_PROTOCOLS

NDIAG_PROTO_ALL = 255
"""Where a request has a protocol: all of them."""


class NETLINK_DIAG(Constants):
    """Attributes of a socket."""

    MEMINFO = 0
    GROUPS = 1
    RX_RING = 2
    TX_RING = 3
    FLAGS = 4


class NetlinkShow(FlagSet, prefix="NDIAG_SHOW_"):
    """What a request asks for."""

    MEMINFO = 1
    GROUPS = 2
    RING_CFG = 4
    FLAGS = 8


class NetlinkSocketFlags(FlagSet, prefix="NDIAG_FLAG_"):
    """What a socket was told to do (see netlink(7)), and whether a dump of its is being answered (CB_RUNNING)."""

    CB_RUNNING = 1
    PKTINFO = 2
    BROADCAST_ERROR = 4
    NO_ENOBUFS = 8
    LISTEN_ALL_NSID = 16
    CAP_ACK = 32


class NetlinkProtocol(Enumeration, prefix="NETLINK_"):
    """Protocols by number; a module of its own may have any other. Source: linux/netlink.h."""

    __omitted__: ClassVar[dict[str, str]] = {
        "NETLINK_UNUSED": "a number that is free",
        "NETLINK_INET_DIAG": "SOCK_DIAG, as it was called once",
        "NETLINK_*": "socket options",
    }

    ROUTE = 0
    USERSOCK = 2
    FIREWALL = 3
    SOCK_DIAG = 4
    NFLOG = 5
    XFRM = 6
    SELINUX = 7
    ISCSI = 8
    AUDIT = 9
    FIB_LOOKUP = 10
    CONNECTOR = 11
    NETFILTER = 12
    IP6_FW = 13
    DNRTMSG = 14
    KOBJECT_UEVENT = 15
    GENERIC = 16
    SCSITRANSPORT = 18
    ECRYPTFS = 19
    RDMA = 20
    CRYPTO = 21
    SMC = 22


class NetlinkState(Enumeration):
    """What a socket is at: it never had a peer (`close`), has one, or has none any more.

    Source: net/netlink/af_netlink.c of the kernel; one that is new has the state that all sockets begin with.
    """

    UNCONNECTED = 0
    ESTABLISHED = 1
    CLOSE = 7


class NetlinkMessage(Layout, c="netlink_diag_msg", packed=True):
    """The fixed header of a socket's message (`netlink_diag_msg`)."""

    __differs__: ClassVar[dict[str, str]] = COOKIE

    family: takes.Member[SocketFamily] = member(enum(SocketFamily, u8), c="ndiag_family")
    type: takes.Member[SocketType] = member(enum(SocketType, u8), c="ndiag_type")
    protocol: takes.Member[NetlinkProtocol] = member(enum(NetlinkProtocol, u8), c="ndiag_protocol")
    state: takes.Member[NetlinkState] = member(enum(NetlinkState, u8), c="ndiag_state")
    portid: int = member(u32, c="ndiag_portid")
    destination_portid: int = member(u32, c="ndiag_dst_portid")
    destination_group: int = member(u32, c="ndiag_dst_group")
    inode: int = member(u32, c="ndiag_ino")
    cookie: int = member(u64, c="ndiag_cookie")


class NetlinkRequestHeader(RequestHeader, c="netlink_diag_req", packed=True):
    """The fixed header of a request; the kernel looks at the protocol and at what to show."""

    __differs__: ClassVar[dict[str, str]] = COOKIE

    inode: int = member(u32, c="ndiag_ino")
    show: takes.Flags[NetlinkShow] = member(enum(NetlinkShow, u32), c="ndiag_show")
    cookie: int = member(u64, c="ndiag_cookie")


class NetlinkRequest(Record, header=NetlinkRequestHeader):
    """What the kernel is asked for."""

    family: takes.Member[SocketFamily] = head(default=SocketFamily.NETLINK)
    protocol: int = head(default=NDIAG_PROTO_ALL)
    show: takes.Flags[NetlinkShow] = head(default=NetlinkShow(0))


class NetlinkRing(Layout, c="netlink_diag_ring"):
    """A ring of frames that is shared with the program: before Linux 4.6."""

    block_size: int = member(u32, c="ndr_block_size")  # bytes
    blocks: int = member(u32, c="ndr_block_nr")
    frame_size: int = member(u32, c="ndr_frame_size")  # bytes
    frames: int = member(u32, c="ndr_frame_nr")


def _group_numbers(payload: bytes) -> tuple[int, ...]:
    """The numbers of the bits that are set, from 1 on; the kernel has whole machine words, in its byte order."""
    word = int.from_bytes(payload, "little")
    return tuple(number + 1 for number in range(word.bit_length()) if word >> number & 1)


def _group_bits(groups: tuple[int, ...]) -> bytes:
    word = sum(1 << number - 1 for number in set(groups))
    return word.to_bytes((word.bit_length() + 63) // 64 * 8, "little")


class NetlinkSocket(Record, header=NetlinkMessage):
    """A netlink socket. The kernel's own ends have port 0, and no process has their inodes.

    `groups` are the numbers of the multicast groups that it listens to, None where it never joined any. `portid` is
    its address, `destination_portid` and `destination_group` those of who it is connected to.

    Source: linux/netlink_diag.h, sk_diag_fill in net/netlink/diag.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NETLINK_DIAG)

    family: takes.Member[SocketFamily] = head(default=SocketFamily.NETLINK)
    type: takes.Member[SocketType] = head()
    protocol: takes.Member[NetlinkProtocol] = head(default=NetlinkProtocol.ROUTE)
    state: takes.Member[NetlinkState] = head(default=NetlinkState.UNCONNECTED)
    portid: int = head()
    destination_portid: int = head()
    destination_group: int = head()
    groups: takes.MaybeSeveral[int] = attr(
        NETLINK_DIAG.GROUPS, hook(_group_numbers, _group_bits, array(u32), pure=True), always=True
    )
    inode: int = head()
    cookie: int = head()
    flags: takes.Flags[NetlinkSocketFlags | None] = attr(NETLINK_DIAG.FLAGS, enum(NetlinkSocketFlags, u32))
    memory: takes.Nested[SocketMemory | None] = attr(NETLINK_DIAG.MEMINFO, struct(SocketMemory))
    receive_ring: takes.Nested[NetlinkRing | None] = attr(NETLINK_DIAG.RX_RING, struct(NetlinkRing))
    send_ring: takes.Nested[NetlinkRing | None] = attr(NETLINK_DIAG.TX_RING, struct(NetlinkRing))


def netlink(*, protocol: NetlinkProtocol | str | int | None = None) -> Dump[NetlinkSocket]:
    """Netlink sockets of this network namespace; the kernel filters by protocol, by its name or number.

    Raises EncodeError for a protocol that there cannot be.
    """
    match: tuple[tuple[str, object], ...] = ()
    request = NetlinkRequest(show=sum(NetlinkShow))
    if protocol is not None:
        number = number_of(NetlinkProtocol, protocol, "diag.netlink(protocol)")
        if not 0 <= number < MAX_PROTOCOLS:
            raise EncodeError(f"{number} is no protocol: they are 0 to {MAX_PROTOCOLS - 1}", "diag.netlink(protocol)")
        match = (("protocol", number),)
        request = NetlinkRequest(show=sum(NetlinkShow), protocol=number)
    return list_sockets("diag.netlink", request, NetlinkSocket, match)
