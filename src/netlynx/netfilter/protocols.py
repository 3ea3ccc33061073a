"""What connection tracking knows of TCP, DCCP and SCTP beyond ports.

Source: linux/netfilter/nf_conntrack_tcp.h, linux/netfilter/nf_conntrack_sctp.h,
linux/netfilter/nfnetlink_conntrack.h.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Layout,
    Record,
    attr,
    be32,
    be64,
    enum,
    member,
    struct,
    takes,
    u8,
)
from netlynx.schema.facts import Facts


class CTA_PROTOINFO(Constants):
    """Which protocol CTA_PROTOINFO is about."""

    UNSPEC = 0
    TCP = 1
    DCCP = 2
    SCTP = 3


class CTA_PROTOINFO_TCP(Constants):
    """Attributes of TCP."""

    UNSPEC = 0
    STATE = 1
    WSCALE_ORIGINAL = 2
    WSCALE_REPLY = 3
    FLAGS_ORIGINAL = 4
    FLAGS_REPLY = 5


class CTA_PROTOINFO_DCCP(Constants):
    """Attributes of DCCP."""

    UNSPEC = 0
    STATE = 1
    ROLE = 2
    HANDSHAKE_SEQ = 3
    PAD = 4


class CTA_PROTOINFO_SCTP(Constants):
    """Attributes of SCTP."""

    UNSPEC = 0
    STATE = 1
    VTAG_ORIGINAL = 2
    VTAG_REPLY = 3


class TcpState(Enumeration, prefix="TCP_CONNTRACK_", upper=True, renamed={"SYN_SENT2": "TCP_CONNTRACK_LISTEN"}):
    """Where a TCP connection is; SYN_SENT2 is a simultaneous open."""

    NONE = 0
    SYN_SENT = 1
    SYN_RECV = 2
    ESTABLISHED = 3
    FIN_WAIT = 4
    CLOSE_WAIT = 5
    LAST_ACK = 6
    TIME_WAIT = 7
    CLOSE = 8
    SYN_SENT2 = 9

    __omitted__: ClassVar[dict[str, str]] = {
        "TCP_CONNTRACK_MAX": "only marks the end of the states",
        "TCP_CONNTRACK_IGNORE": "no state: what the state machine does with a packet",
        "TCP_CONNTRACK_RETRANS": "no state: a timeout",
        "TCP_CONNTRACK_UNACK": "no state: a timeout",
        "TCP_CONNTRACK_TIMEOUT_MAX": "only marks the end of the timeouts",
    }


class DccpState(Enumeration, upper=True):
    """Where a DCCP connection is (net/netfilter/nf_conntrack_proto_dccp.c; gone from kernels since Linux 6.16)."""

    NONE = 0
    REQUEST = 1
    RESPOND = 2
    PARTOPEN = 3
    OPEN = 4
    CLOSEREQ = 5
    CLOSING = 6
    TIMEWAIT = 7
    IGNORE = 8
    INVALID = 9


class SctpState(Enumeration, prefix="SCTP_CONNTRACK_", upper=True):
    """Where an SCTP association is."""

    NONE = 0
    CLOSED = 1
    COOKIE_WAIT = 2
    COOKIE_ECHOED = 3
    ESTABLISHED = 4
    SHUTDOWN_SENT = 5
    SHUTDOWN_RECD = 6
    SHUTDOWN_ACK_SENT = 7
    HEARTBEAT_SENT = 8

    __omitted__: ClassVar[dict[str, str]] = {
        "SCTP_CONNTRACK_HEARTBEAT_ACKED": "not in use any more",
        "SCTP_CONNTRACK_MAX": "only marks the end",
    }


class TcpFlags(
    FlagSet,
    prefix="IP_CT_TCP_FLAG_",
    renamed={
        "CHALLENGE_ACK": "IP_CT_EXP_CHALLENGE_ACK",
        "SIMULTANEOUS_OPEN": "IP_CT_TCP_SIMULTANEOUS_OPEN",
    },
):
    """What is known of one end of a TCP connection."""

    WINDOW_SCALE = 0x01
    SACK_PERM = 0x02
    CLOSE_INIT = 0x04
    BE_LIBERAL = 0x08
    DATA_UNACKNOWLEDGED = 0x10
    MAXACK_SET = 0x20
    CHALLENGE_ACK = 0x40
    SIMULTANEOUS_OPEN = 0x80


class TcpFlagChange(Layout, c="nf_ct_tcp_flags"):
    """Flags of one end; of a request, only those in `mask` are changed."""

    flags: takes.Flags[TcpFlags] = member(enum(TcpFlags, u8), c="flags")
    mask: takes.Flags[TcpFlags] = member(enum(TcpFlags, u8), c="mask")


class TcpInfo(Record):
    """State of a TCP connection (`CTA_PROTOINFO_TCP_*`). `window_scale` is the shift that the sender announced."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=CTA_PROTOINFO_TCP, policy="tcp_nla_policy", spec=("conntrack", "protoinfo-tcp-attrs")
    )

    state: takes.Member[TcpState | None] = attr(CTA_PROTOINFO_TCP.STATE, enum(TcpState, u8))
    window_scale: int | None = attr(CTA_PROTOINFO_TCP.WSCALE_ORIGINAL, u8)
    reply_window_scale: int | None = attr(CTA_PROTOINFO_TCP.WSCALE_REPLY, u8)
    flags: takes.Nested[TcpFlagChange | None] = attr(CTA_PROTOINFO_TCP.FLAGS_ORIGINAL, struct(TcpFlagChange))
    reply_flags: takes.Nested[TcpFlagChange | None] = attr(CTA_PROTOINFO_TCP.FLAGS_REPLY, struct(TcpFlagChange))


class DccpInfo(Record):
    """State of a DCCP connection (`CTA_PROTOINFO_DCCP_*`). `role` is 0 where the original sender is the client."""

    __facts__: ClassVar[Facts] = Facts(attributes=CTA_PROTOINFO_DCCP, spec=("conntrack", "protoinfo-dccp-attrs"))

    state: takes.Member[DccpState | None] = attr(CTA_PROTOINFO_DCCP.STATE, enum(DccpState, u8))
    role: int | None = attr(CTA_PROTOINFO_DCCP.ROLE, u8)
    handshake_sequence: int | None = attr(CTA_PROTOINFO_DCCP.HANDSHAKE_SEQ, be64)


class SctpInfo(Record):
    """State of an SCTP association (`CTA_PROTOINFO_SCTP_*`), and the verification tag of each direction."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=CTA_PROTOINFO_SCTP, policy="sctp_nla_policy", spec=("conntrack", "protoinfo-sctp-attrs")
    )

    state: takes.Member[SctpState | None] = attr(CTA_PROTOINFO_SCTP.STATE, enum(SctpState, u8))
    verification_tag: int | None = attr(CTA_PROTOINFO_SCTP.VTAG_ORIGINAL, be32)
    reply_verification_tag: int | None = attr(CTA_PROTOINFO_SCTP.VTAG_REPLY, be32)
