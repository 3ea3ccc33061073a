"""Listings of inet sockets: what the kernel is asked, and what of its answers is wanted."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from netlynx.diag.constants import ALL_STATES, SOCK_DIAG_BY_FAMILY, SocketFamily
from netlynx.diag.inet import InetRequest, InetSocket, TcpSocket, UdpSocket
from netlynx.engine.operation import Dump, make_dump
from netlynx.wire.constants import NETLINK

S = TypeVar("S", bound=InetSocket)

_EVERYTHING = 0xFF  # all eight attributes that a request can ask for
_IN_HEADER = 0xFF  # protocols with larger numbers have an attribute


def inet_listing(name: str, record: type[S]) -> Dump[S]:
    """The sockets of one protocol, of both families: the kernel is asked once for each."""
    protocol = int(record.__declarations__["protocol"].default)
    parts: list[Dump[S]] = []
    for family in (SocketFamily.INET, SocketFamily.INET6):
        request = InetRequest(
            family=family,
            protocol=protocol if protocol <= _IN_HEADER else 0,
            large_protocol=protocol if protocol > _IN_HEADER else None,
            extensions=_EVERYTHING,
            states=ALL_STATES,
        )
        parts.append(make_dump(name, NETLINK.SOCK_DIAG, SOCK_DIAG_BY_FAMILY, request, record, SOCK_DIAG_BY_FAMILY))
    first, *others = parts
    return msgspec.structs.replace(first, following=tuple(others))


def udp() -> Dump[UdpSocket]:
    """UDP sockets of this network namespace."""
    return inet_listing("diag.udp", UdpSocket)


def tcp() -> Dump[TcpSocket]:
    """TCP sockets of this network namespace."""
    return inet_listing("diag.tcp", TcpSocket)
