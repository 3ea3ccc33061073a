"""Numbers of socket diagnostics. Source: linux/sock_diag.h, linux/inet_diag.h, linux/in.h, linux/socket.h."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from netlynx.schema import Constants, Enumeration, FlagSet

SOCK_DIAG_BY_FAMILY = 20
"""The message of all requests and answers; what stands behind its header begins with an address family."""

SOCK_DESTROY = 21

INET_DIAG_NOCOOKIE = 0xFFFFFFFF
"""Both halves of the cookie of a request for a socket whose cookie is not known."""

NO_COOKIE = INET_DIAG_NOCOOKIE << 32 | INET_DIAG_NOCOOKIE


class SKNLGRP(Constants):
    """Multicast groups: sockets that end (`enum sknetlink_groups`)."""

    NONE = 0
    INET_TCP_DESTROY = 1
    INET_UDP_DESTROY = 2
    INET6_TCP_DESTROY = 3
    INET6_UDP_DESTROY = 4


class INET_DIAG(Constants):
    """Attributes of an inet socket; a request asks for the first eight by bits of its header."""

    __omitted__: ClassVar[dict[str, str]] = {
        "INET_DIAG_BC_*": "operations of a filter",
        "INET_DIAG_REQ_*": "attributes of requests",
        "INET_DIAG_NOCOOKIE": "a cookie",
        "INET_DIAG_GETSOCK_MAX": "of the messages before SOCK_DIAG_BY_FAMILY",
    }

    NONE = 0
    MEMINFO = 1
    INFO = 2
    VEGASINFO = 3
    CONG = 4
    TOS = 5
    TCLASS = 6
    SKMEMINFO = 7
    SHUTDOWN = 8
    DCTCPINFO = 9
    PROTOCOL = 10
    SKV6ONLY = 11
    LOCALS = 12
    PEERS = 13
    PAD = 14
    MARK = 15
    BBRINFO = 16
    CLASS_ID = 17
    MD5SIG = 18
    ULP_INFO = 19
    SK_BPF_STORAGES = 20
    CGROUP_ID = 21
    SOCKOPT = 22


class INET_DIAG_REQ(Constants):
    """Attributes of a request."""

    NONE = 0
    BYTECODE = 1
    SK_BPF_STORAGES = 2
    PROTOCOL = 3


class SocketFamily(Enumeration, prefix="AF_"):
    """Address families of sockets that the kernel lists."""

    __omitted__: ClassVar[dict[str, str]] = {"AF_*": "the kernel lists no sockets of them"}

    UNSPEC = 0
    UNIX = 1
    INET = 2
    INET6 = 10
    NETLINK = 16
    PACKET = 17
    TIPC = 30
    VSOCK = 40
    SMC = 43
    XDP = 44


class SocketType(Enumeration):
    """What a socket carries, the second argument of socket(2). Source: linux/net.h of the kernel."""

    STREAM = 1
    DGRAM = 2
    RAW = 3
    RDM = 4
    SEQPACKET = 5
    DCCP = 6
    PACKET = 10


class InetProtocol(Enumeration, prefix="IPPROTO_"):
    """Protocols whose sockets the kernel lists."""

    __omitted__: ClassVar[dict[str, str]] = {"IPPROTO_*": "the kernel lists no sockets of them by themselves"}

    TCP = 6
    UDP = 17
    DCCP = 33
    SCTP = 132
    UDPLITE = 136
    RAW = 255
    MPTCP = 262


class SocketState(
    Enumeration,
    labels={"FIN_WAIT1": "fin-wait-1", "FIN_WAIT2": "fin-wait-2"},
):
    """What a socket is at. Those of protocols without connections are established where they have a peer, else close.

    Source: include/net/tcp_states.h of the kernel.
    """

    ESTABLISHED = 1
    SYN_SENT = 2
    SYN_RECV = 3
    FIN_WAIT1 = 4
    FIN_WAIT2 = 5
    TIME_WAIT = 6
    CLOSE = 7
    CLOSE_WAIT = 8
    LAST_ACK = 9
    LISTEN = 10
    CLOSING = 11
    NEW_SYN_RECV = 12
    BOUND_INACTIVE = 13


def mask_of(states: Iterable[SocketState]) -> int:
    """States as a request has them: a bit for each."""
    return sum(1 << state for state in {*states})


ALL_STATES = mask_of(SocketState)
"""All of them as bits, as requests have them."""


class Timer(
    Enumeration, prefix="IDIAG_TIMER_", renamed={"RETRANSMIT": "IDIAG_TIMER_ON", "PERSIST": "IDIAG_TIMER_PROBE0"}
):
    """What a socket's timer is for."""

    OFF = 0
    RETRANSMIT = 1
    KEEPALIVE = 2
    TIMEWAIT = 3
    PERSIST = 4
    DELACK = 5


class Shutdown(FlagSet):
    """Directions that were shut down, as shutdown(2) has them. Source: include/net/sock.h of the kernel."""

    READ = 1
    WRITE = 2
