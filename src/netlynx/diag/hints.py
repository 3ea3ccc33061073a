"""What socket diagnostics mean where an errno says little. Source: net/core/sock_diag.c, net/ipv4/inet_diag.c."""

from __future__ import annotations

import errno
from typing import Any

from netlynx.diag.constants import SOCK_DESTROY, InetProtocol, SocketFamily
from netlynx.diag.inet import InetRequest
from netlynx.engine.operation import Do, Dump
from netlynx.errors import NetlinkError, NotSupported
from netlynx.wire.message import Acknowledgement

# What lists the sockets of a protocol: what they are called, its module, and the option that the kernel is built with.
_PROTOCOLS: dict[int, tuple[str, str, str]] = {
    InetProtocol.TCP: ("TCP", "tcp_diag", "CONFIG_INET_TCP_DIAG"),
    InetProtocol.UDP: ("UDP", "udp_diag", "CONFIG_INET_UDP_DIAG"),
    InetProtocol.UDPLITE: ("UDP-Lite", "udp_diag", "CONFIG_INET_UDP_DIAG"),
    InetProtocol.RAW: ("raw", "raw_diag", "CONFIG_INET_RAW_DIAG"),
    InetProtocol.SCTP: ("SCTP", "sctp_diag", "CONFIG_INET_SCTP_DIAG"),
    InetProtocol.DCCP: ("DCCP", "dccp_diag", "CONFIG_INET_DCCP_DIAG"),
    InetProtocol.MPTCP: ("MPTCP", "mptcp_diag", "CONFIG_INET_MPTCP_DIAG"),
}

# The same of families that have no such protocols.
_FAMILIES: dict[int, tuple[str, str, str]] = {
    SocketFamily.UNIX: ("Unix", "unix_diag", "CONFIG_UNIX_DIAG"),
    SocketFamily.NETLINK: ("netlink", "netlink_diag", "CONFIG_NETLINK_DIAG"),
    SocketFamily.PACKET: ("packet", "af_packet_diag", "CONFIG_PACKET_DIAG"),
    SocketFamily.TIPC: ("TIPC", "tipc_diag", "CONFIG_TIPC_DIAG"),
    SocketFamily.VSOCK: ("vsock", "vsock_diag", "CONFIG_VSOCKETS_DIAG"),
    SocketFamily.SMC: ("SMC", "smc_diag", "CONFIG_SMC_DIAG"),
    SocketFamily.XDP: ("XDP", "xsk_diag", "CONFIG_XDP_SOCKETS_DIAG"),
}


def lister(request: Any) -> tuple[str, str, str] | None:
    """What lists the sockets that a request is about: what they are called, its module, its option."""
    if isinstance(request, InetRequest):
        return _PROTOCOLS.get(request.large_protocol or request.protocol)
    return _FAMILIES.get(getattr(request, "family", SocketFamily.UNSPEC))


def meaning(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> type[NetlinkError] | None:
    """A list that is not there is one that the kernel does not make; one socket may be missing by itself."""
    return NotSupported if isinstance(operation, Dump) and answer.errno == errno.ENOENT else None


def hint(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> str:
    """What to do about a refusal, or "" where no more is known than its number tells."""
    if meaning(operation, answer) is not None and (listing := lister(operation.request)):
        what, module, option = listing
        return f"This kernel does not list {what} sockets: its module is {module} ({option})"
    if operation.message_type == SOCK_DESTROY and answer.errno == errno.EOPNOTSUPP:
        return "Either this kernel was built without CONFIG_INET_DIAG_DESTROY, or it closes no sockets of this sort"
    return ""
