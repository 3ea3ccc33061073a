"""Sockets of TCP, UDP and whatever else stands on IP, as the kernel lists them.

Source: linux/inet_diag.h, net/ipv4/inet_diag.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.diag.constants import INET_DIAG, INET_DIAG_REQ, InetProtocol, Shutdown, SocketFamily, SocketState, Timer
from netlynx.diag.parts import (
    COOKIE,
    SK_DIAG_BPF_STORAGES,
    BpfStorage,
    BpfStorages,
    Md5Key,
    MemoryUse,
    SocketMemory,
    SocketOptions,
    UpperProtocol,
)
from netlynx.diag.protocols import MptcpInfo, SctpInfo
from netlynx.diag.tcp_info import BbrInfo, DctcpInfo, TcpInfo, VegasInfo
from netlynx.schema import (
    Layout,
    Record,
    array,
    attr,
    be16,
    binary,
    boolean,
    constant,
    enum,
    head,
    interface,
    ip_of,
    member,
    multi,
    nest,
    string,
    struct,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.endpoint import stored_endpoint
from netlynx.schema.facts import Facts

_RARE_ON_TCP = "what TCP alone has"


class InetMessage(Layout, c="inet_diag_msg", packed=True):
    """The fixed header of a socket's message (`inet_diag_msg`)."""

    __differs__: ClassVar[dict[str, str]] = COOKIE

    family: takes.Member[SocketFamily] = member(enum(SocketFamily, u8), c="idiag_family")
    state: takes.Member[SocketState] = member(enum(SocketState, u8), c="idiag_state")
    timer: takes.Member[Timer] = member(enum(Timer, u8), c="idiag_timer")
    retransmits: int = member(u8, c="idiag_retrans")
    source_port: int = member(be16, c="idiag_sport")
    destination_port: int = member(be16, c="idiag_dport")
    source: takes.Ip[str | None] = member(ip_of("family"), c="idiag_src")
    destination: takes.Ip[str | None] = member(ip_of("family"), c="idiag_dst")
    index: takes.Name[int] = member(interface, c="idiag_if")
    cookie: int = member(u64, c="idiag_cookie")
    expires: int = member(u32, c="idiag_expires")
    receive_queue: int = member(u32, c="idiag_rqueue")
    send_queue: int = member(u32, c="idiag_wqueue")
    uid: int = member(u32, c="idiag_uid")
    inode: int = member(u32, c="idiag_inode")


class InetRequestHeader(Layout, c="inet_diag_req_v2", packed=True):
    """The fixed header of a request."""

    __differs__: ClassVar[dict[str, str]] = COOKIE

    family: takes.Member[SocketFamily] = member(enum(SocketFamily, u8), c="sdiag_family")
    protocol: int = member(u8, c="sdiag_protocol")
    extensions: int = member(u8, c="idiag_ext")
    raw_protocol: int = member(u8, c="pad")  # of raw sockets: struct inet_diag_req_raw
    states: int = member(u32, c="idiag_states")
    source_port: int = member(be16, c="idiag_sport")
    destination_port: int = member(be16, c="idiag_dport")
    source: takes.Ip[str | None] = member(ip_of("family"), c="idiag_src")
    destination: takes.Ip[str | None] = member(ip_of("family"), c="idiag_dst")
    index: takes.Name[int] = member(interface, c="idiag_if")
    cookie: int = member(u64, c="idiag_cookie")


class InetRequest(Record, header=InetRequestHeader):
    """What the kernel is asked for: sockets of one family and protocol, or the one with these addresses and ports."""

    __facts__: ClassVar[Facts] = Facts(attributes=INET_DIAG_REQ)
    family: takes.Member[SocketFamily] = head(default=SocketFamily.UNSPEC)
    protocol: int = head()
    extensions: int = head()
    raw_protocol: int = head()
    states: int = head()
    source_port: int = head()
    destination_port: int = head()
    source: takes.Ip[str | None] = head(default=None)
    destination: takes.Ip[str | None] = head(default=None)
    index: takes.Name[int] = head()
    cookie: int = head()
    bytecode: bytes | None = attr(INET_DIAG_REQ.BYTECODE, binary)
    storages: takes.Nested[BpfStorages | None] = attr(INET_DIAG_REQ.SK_BPF_STORAGES, nest(BpfStorages))
    large_protocol: int | None = attr(INET_DIAG_REQ.PROTOCOL, u32)  # one that the header has no room for


class InetSocket(Record, header=InetMessage):
    """What sockets of all inet protocols have.

    An IPv6 socket that talks to an IPv4 host has addresses such as ``::ffff:192.0.2.1``, as it is told by the kernel.
    `index` is the interface that it is bound to, 0 for none. `cookie` tells a socket from all others, as long as the
    kernel runs; `inode` is that of its descriptors, 0 where no process has any (as in time-wait). `expires` is how
    long, in milliseconds, until its `timer` ends. `receive_queue` and `send_queue` are bytes; of a TCP socket that
    listens, connections that wait to be accepted and how many may.

    `mark` is told to who may administer the network (CAP_NET_ADMIN). `class_id` is that of its cgroup (net_cls), else
    its priority (SO_PRIORITY), `cgroup` the number of its cgroup in the version 2 hierarchy: its inode there.

    Source: linux/inet_diag.h, inet_sk_diag_fill in net/ipv4/inet_diag.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (Facts(attributes=INET_DIAG), Facts(attributes=SK_DIAG_BPF_STORAGES))
    __omitted__: ClassVar[dict[str, str]] = {
        "INET_DIAG_INFO": "of which protocol it is",
        "INET_DIAG_CONG": _RARE_ON_TCP,
        "INET_DIAG_VEGASINFO": _RARE_ON_TCP,
        "INET_DIAG_DCTCPINFO": _RARE_ON_TCP,
        "INET_DIAG_BBRINFO": _RARE_ON_TCP,
        "INET_DIAG_MD5SIG": _RARE_ON_TCP,
        "INET_DIAG_ULP_INFO": _RARE_ON_TCP,
        "INET_DIAG_LOCALS": "what SCTP alone has",
        "INET_DIAG_PEERS": "what SCTP alone has",
    }

    family: takes.Member[SocketFamily] = head(default=SocketFamily.UNSPEC)
    protocol: InetProtocol | int = constant(enum(InetProtocol, u16), 0)
    state: takes.Member[SocketState] = head()
    source: takes.Ip[str | None] = head(default=None, always=True)
    source_port: int = head()
    destination: takes.Ip[str | None] = head(default=None, always=True)
    destination_port: int = head()
    index: takes.Name[int] = head()
    inode: int = head()
    uid: int = head()
    cookie: int = head()
    mark: int | None = attr(INET_DIAG.MARK, u32, always=True)
    receive_queue: int = head()
    send_queue: int = head()
    timer: takes.Member[Timer] = head(default=Timer.OFF)
    expires: int = head()  # ms
    retransmits: int = head()
    shutdown: takes.Flags[Shutdown | None] = attr(INET_DIAG.SHUTDOWN, enum(Shutdown, u8))
    tos: int | None = attr(INET_DIAG.TOS, u8)
    traffic_class: int | None = attr(INET_DIAG.TCLASS, u8)
    v6only: bool | None = attr(INET_DIAG.SKV6ONLY, boolean)
    class_id: int | None = attr(INET_DIAG.CLASS_ID, u32)
    cgroup: int | None = attr(INET_DIAG.CGROUP_ID, u64)
    memory: takes.Nested[SocketMemory | None] = attr(INET_DIAG.SKMEMINFO, struct(SocketMemory))
    options: takes.Nested[SocketOptions | None] = attr(INET_DIAG.SOCKOPT, struct(SocketOptions))
    memory_use: takes.Nested[MemoryUse | None] = attr(INET_DIAG.MEMINFO, struct(MemoryUse), rare=True)
    protocol_number: int | None = attr(INET_DIAG.PROTOCOL, u8, rare=True)  # of raw sockets, and of what has ended
    storages: takes.Records[BpfStorage] = attr(
        (INET_DIAG.SK_BPF_STORAGES, SK_DIAG_BPF_STORAGES.STORAGE), multi(nest(BpfStorage)), rare=True
    )


class TcpSocket(InetSocket):
    """A TCP socket; `info` is what TCP knows of its connection, but in time-wait and before the connection is there."""

    __omitted__: ClassVar[dict[str, str]] = {
        name: why for name, why in InetSocket.__omitted__.items() if why != _RARE_ON_TCP and name != "INET_DIAG_INFO"
    }

    protocol: InetProtocol = constant(enum(InetProtocol, u16), InetProtocol.TCP)
    congestion: str | None = attr(INET_DIAG.CONG, string)
    info: takes.Nested[TcpInfo | None] = attr(INET_DIAG.INFO, struct(TcpInfo))
    upper: takes.Nested[UpperProtocol | None] = attr(INET_DIAG.ULP_INFO, nest(UpperProtocol), rare=True)
    vegas: takes.Nested[VegasInfo | None] = attr(INET_DIAG.VEGASINFO, struct(VegasInfo), rare=True)
    dctcp: takes.Nested[DctcpInfo | None] = attr(INET_DIAG.DCTCPINFO, struct(DctcpInfo), rare=True)
    bbr: takes.Nested[BbrInfo | None] = attr(INET_DIAG.BBRINFO, struct(BbrInfo), rare=True)
    md5_keys: takes.MaybeSeveral[Md5Key] = attr(INET_DIAG.MD5SIG, array(struct(Md5Key)), rare=True, secret=True)


_UNCONNECTED = InetSocket.__omitted__
_SCTP = {name: why for name, why in _UNCONNECTED.items() if "SCTP" not in why and name != "INET_DIAG_INFO"}


class DccpSocket(TcpSocket):
    """A DCCP socket. Its `info` has what DCCP can say in TCP's words. Source: net/dccp/diag.c."""

    protocol: InetProtocol = constant(enum(InetProtocol, u16), InetProtocol.DCCP)


class UdpSocket(InetSocket):
    """A UDP socket: established where it was connected to a peer, else close."""

    __omitted__: ClassVar[dict[str, str]] = _UNCONNECTED

    protocol: InetProtocol = constant(enum(InetProtocol, u16), InetProtocol.UDP)


class UdpLiteSocket(UdpSocket):
    """A UDP-Lite socket."""

    protocol: InetProtocol = constant(enum(InetProtocol, u16), InetProtocol.UDPLITE)


class RawSocket(InetSocket):
    """A raw socket. `source_port` and `protocol_number` are the protocol that it hears, 255 for none."""

    __omitted__: ClassVar[dict[str, str]] = _UNCONNECTED

    protocol: InetProtocol = constant(enum(InetProtocol, u16), InetProtocol.RAW)


class SctpSocket(InetSocket):
    """An SCTP socket that listens, or one association of one, whose own addresses and those of its peer are more than
    `source` and `destination`: ``192.0.2.1:5000``. Source: net/sctp/diag.c."""

    __omitted__: ClassVar[dict[str, str]] = _SCTP

    protocol: InetProtocol = constant(enum(InetProtocol, u16), InetProtocol.SCTP)
    info: takes.Nested[SctpInfo | None] = attr(INET_DIAG.INFO, struct(SctpInfo))
    locals: takes.MaybeSeveral[str] = attr(INET_DIAG.LOCALS, array(stored_endpoint))
    peers: takes.MaybeSeveral[str] = attr(INET_DIAG.PEERS, array(stored_endpoint))


class MptcpSocket(InetSocket):
    """A Multipath TCP socket; `info` is what it knows of its connection. Source: net/mptcp/mptcp_diag.c."""

    __omitted__: ClassVar[dict[str, str]] = {
        name: why for name, why in _UNCONNECTED.items() if name not in ("INET_DIAG_INFO", "INET_DIAG_CONG")
    }

    protocol: InetProtocol = constant(enum(InetProtocol, u16), InetProtocol.MPTCP)
    congestion: str | None = attr(INET_DIAG.CONG, string)
    info: takes.Nested[MptcpInfo | None] = attr(INET_DIAG.INFO, struct(MptcpInfo))
