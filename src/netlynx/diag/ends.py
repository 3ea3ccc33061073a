"""Notifications of sockets that end, whoever closes them: groups to subscribe to.

The kernel tells of each TCP and UDP socket when nothing holds it any more. Both groups have the same messages, so they
are subscribed to one at a time. Source: sock_diag_broadcast_destroy in net/core/sock_diag.c.
"""

from __future__ import annotations

from netlynx.diag.constants import SKNLGRP, SOCK_DIAG_BY_FAMILY
from netlynx.diag.inet import InetSocket, TcpSocket, UdpSocket
from netlynx.engine.operation import EventKind, Group
from netlynx.wire.constants import NETLINK


def _ends(name: str, record: type[InetSocket], *numbers: int) -> Group[InetSocket]:
    return Group(name, NETLINK.SOCK_DIAG, numbers, {SOCK_DIAG_BY_FAMILY: (EventKind.DELETE, record)})


DESTROYED_TCP = _ends("diag.DESTROYED_TCP", TcpSocket, SKNLGRP.INET_TCP_DESTROY, SKNLGRP.INET6_TCP_DESTROY)
"""TCP sockets that ended."""

DESTROYED_UDP = _ends("diag.DESTROYED_UDP", UdpSocket, SKNLGRP.INET_UDP_DESTROY, SKNLGRP.INET6_UDP_DESTROY)
"""UDP sockets that ended."""
