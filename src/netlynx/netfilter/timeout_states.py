"""Timeouts of a connection's states, as each protocol has them (`netlynx.netfilter.timeouts`). All are in seconds.

Source: linux/netfilter/nfnetlink_cttimeout.h.
"""

from __future__ import annotations

from typing import ClassVar, TypeAlias

from netlynx.netfilter.constants import TransportProtocol
from netlynx.schema import Constants, Record, attr, be32
from netlynx.schema.facts import Facts

GENERIC = 255
"""Stands for all protocols that connection tracking does not know."""


class CTA_TIMEOUT_GENERIC(Constants):
    """Of protocols that are not known."""

    UNSPEC = 0
    TIMEOUT = 1


class CTA_TIMEOUT_TCP(Constants):
    """States of TCP."""

    UNSPEC = 0
    SYN_SENT = 1
    SYN_RECV = 2
    ESTABLISHED = 3
    FIN_WAIT = 4
    CLOSE_WAIT = 5
    LAST_ACK = 6
    TIME_WAIT = 7
    CLOSE = 8
    SYN_SENT2 = 9
    RETRANS = 10
    UNACK = 11


class CTA_TIMEOUT_UDP(Constants):
    """States of UDP, and of UDP-Lite."""

    UNSPEC = 0
    UNREPLIED = 1
    REPLIED = 2


class CTA_TIMEOUT_ICMP(Constants):
    """Of ICMP."""

    UNSPEC = 0
    TIMEOUT = 1


class CTA_TIMEOUT_ICMPV6(Constants):
    """Of ICMPv6."""

    UNSPEC = 0
    TIMEOUT = 1


class CTA_TIMEOUT_DCCP(Constants):
    """States of DCCP."""

    UNSPEC = 0
    REQUEST = 1
    RESPOND = 2
    PARTOPEN = 3
    OPEN = 4
    CLOSEREQ = 5
    CLOSING = 6
    TIMEWAIT = 7


class CTA_TIMEOUT_SCTP(Constants):
    """States of SCTP."""

    UNSPEC = 0
    CLOSED = 1
    COOKIE_WAIT = 2
    COOKIE_ECHOED = 3
    ESTABLISHED = 4
    SHUTDOWN_SENT = 5
    SHUTDOWN_RECD = 6
    SHUTDOWN_ACK_SENT = 7
    HEARTBEAT_SENT = 8
    HEARTBEAT_ACKED = 9


class CTA_TIMEOUT_GRE(Constants):
    """States of GRE."""

    UNSPEC = 0
    UNREPLIED = 1
    REPLIED = 2


class Generic(Record):
    """Of a protocol that connection tracking does not know."""

    __facts__: ClassVar[Facts] = Facts(attributes=CTA_TIMEOUT_GENERIC, policy="generic_timeout_nla_policy")

    timeout: int | None = attr(CTA_TIMEOUT_GENERIC.TIMEOUT, be32)


class Tcp(Record):
    """Of TCP. `retrans` is once packets are sent again and again, `unack` while data is not acknowledged."""

    __facts__: ClassVar[Facts] = Facts(attributes=CTA_TIMEOUT_TCP, policy="tcp_timeout_nla_policy")

    syn_sent: int | None = attr(CTA_TIMEOUT_TCP.SYN_SENT, be32)
    syn_recv: int | None = attr(CTA_TIMEOUT_TCP.SYN_RECV, be32)
    established: int | None = attr(CTA_TIMEOUT_TCP.ESTABLISHED, be32)
    fin_wait: int | None = attr(CTA_TIMEOUT_TCP.FIN_WAIT, be32)
    close_wait: int | None = attr(CTA_TIMEOUT_TCP.CLOSE_WAIT, be32)
    last_ack: int | None = attr(CTA_TIMEOUT_TCP.LAST_ACK, be32)
    time_wait: int | None = attr(CTA_TIMEOUT_TCP.TIME_WAIT, be32)
    close: int | None = attr(CTA_TIMEOUT_TCP.CLOSE, be32)
    syn_sent2: int | None = attr(CTA_TIMEOUT_TCP.SYN_SENT2, be32)
    retrans: int | None = attr(CTA_TIMEOUT_TCP.RETRANS, be32)
    unack: int | None = attr(CTA_TIMEOUT_TCP.UNACK, be32)


class Udp(Record):
    """Of UDP and UDP-Lite: before an answer came, and after."""

    __facts__: ClassVar[Facts] = Facts(attributes=CTA_TIMEOUT_UDP, policy="udp_timeout_nla_policy")

    unreplied: int | None = attr(CTA_TIMEOUT_UDP.UNREPLIED, be32)
    replied: int | None = attr(CTA_TIMEOUT_UDP.REPLIED, be32)


class Icmp(Record):
    """Of ICMP."""

    __facts__: ClassVar[Facts] = Facts(attributes=CTA_TIMEOUT_ICMP, policy="icmp_timeout_nla_policy")

    timeout: int | None = attr(CTA_TIMEOUT_ICMP.TIMEOUT, be32)


class Icmpv6(Record):
    """Of ICMPv6."""

    __facts__: ClassVar[Facts] = Facts(attributes=CTA_TIMEOUT_ICMPV6, policy="icmpv6_timeout_nla_policy")

    timeout: int | None = attr(CTA_TIMEOUT_ICMPV6.TIMEOUT, be32)


class Dccp(Record):
    """Of DCCP (until Linux 6.15)."""

    __facts__: ClassVar[Facts] = Facts(attributes=CTA_TIMEOUT_DCCP)

    request: int | None = attr(CTA_TIMEOUT_DCCP.REQUEST, be32)
    respond: int | None = attr(CTA_TIMEOUT_DCCP.RESPOND, be32)
    partopen: int | None = attr(CTA_TIMEOUT_DCCP.PARTOPEN, be32)
    open: int | None = attr(CTA_TIMEOUT_DCCP.OPEN, be32)
    closereq: int | None = attr(CTA_TIMEOUT_DCCP.CLOSEREQ, be32)
    closing: int | None = attr(CTA_TIMEOUT_DCCP.CLOSING, be32)
    timewait: int | None = attr(CTA_TIMEOUT_DCCP.TIMEWAIT, be32)


class Sctp(Record):
    """Of SCTP."""

    __facts__: ClassVar[Facts] = Facts(attributes=CTA_TIMEOUT_SCTP, policy="sctp_timeout_nla_policy")

    closed: int | None = attr(CTA_TIMEOUT_SCTP.CLOSED, be32)
    cookie_wait: int | None = attr(CTA_TIMEOUT_SCTP.COOKIE_WAIT, be32)
    cookie_echoed: int | None = attr(CTA_TIMEOUT_SCTP.COOKIE_ECHOED, be32)
    established: int | None = attr(CTA_TIMEOUT_SCTP.ESTABLISHED, be32)
    shutdown_sent: int | None = attr(CTA_TIMEOUT_SCTP.SHUTDOWN_SENT, be32)
    shutdown_recd: int | None = attr(CTA_TIMEOUT_SCTP.SHUTDOWN_RECD, be32)
    shutdown_ack_sent: int | None = attr(CTA_TIMEOUT_SCTP.SHUTDOWN_ACK_SENT, be32)
    heartbeat_sent: int | None = attr(CTA_TIMEOUT_SCTP.HEARTBEAT_SENT, be32)
    heartbeat_acked: int | None = attr(CTA_TIMEOUT_SCTP.HEARTBEAT_ACKED, be32)  # of kernels before Linux 6.2


class Gre(Record):
    """Of GRE: before an answer came, and after."""

    __facts__: ClassVar[Facts] = Facts(attributes=CTA_TIMEOUT_GRE, policy="gre_timeout_nla_policy")

    unreplied: int | None = attr(CTA_TIMEOUT_GRE.UNREPLIED, be32)
    replied: int | None = attr(CTA_TIMEOUT_GRE.REPLIED, be32)


Timeouts: TypeAlias = Generic | Tcp | Udp | Icmp | Icmpv6 | Dccp | Sctp | Gre
"""The time limits of one protocol, in seconds."""

RECORDS: dict[int, type[Timeouts]] = {
    TransportProtocol.ICMP: Icmp,
    TransportProtocol.TCP: Tcp,
    TransportProtocol.UDP: Udp,
    TransportProtocol.DCCP: Dccp,
    TransportProtocol.GRE: Gre,
    TransportProtocol.ICMPV6: Icmpv6,
    TransportProtocol.SCTP: Sctp,
    TransportProtocol.UDPLITE: Udp,
    GENERIC: Generic,
}
"""The record of a protocol's timeouts."""
