"""Whether somebody still has a port: what a peer looks for while it waits for an answer.

The kernel tells nobody when a netlink socket is closed, but lists them to whoever asks, without any privilege.
Source: linux/netlink_diag.h, sock_diag(7), net/netlink/diag.c.
"""

from __future__ import annotations

import errno
import socket
import struct
from typing import TYPE_CHECKING

from netlynx.errors import NetlinkError, NetlynxError, from_errno
from netlynx.wire.constants import AF_NETLINK, NLM_F, NLMSG
from netlynx.wire.message import Message, parse_messages

if TYPE_CHECKING:
    from .post import PeerSocket

_SOCK_DIAG_BY_FAMILY = 20  # linux/sock_diag.h
_REQUEST = struct.Struct("=BBHII8s")  # struct netlink_diag_req: family, protocol, pad, inode, show, cookie
_ANY_COOKIE = b"\xff" * 8  # INET_DIAG_NOCOOKIE
_SOCKET = struct.Struct("=BBBBIIII8s")  # struct netlink_diag_msg: …, protocol, state, port ID, …, inode, cookie
_FIRST, _LONGEST = 0.02, 0.25  # seconds between two looks: the first, and where doubling ends
_TIMEOUT = 5.0  # seconds for the kernel's list, which it gives at once
_ROOM = 65536


class Presence:
    """Looks now and then whether a port is still the same socket's; takes it for granted where that is not known."""

    def __init__(self, sock: PeerSocket, port: int) -> None:
        self.pause = _FIRST  # seconds until the next look
        self._socket = sock
        self._port = port
        self._seen: object = None
        self._known = True

    def gone(self) -> NetlinkError | None:
        """The error of a request whose receiver is gone; None as long as it is there."""
        self.pause = min(2 * self.pause, _LONGEST)
        if not self._known:
            return None
        try:
            found = self._socket.holder(self._port)
        except (NetlynxError, OSError, LookupError):
            self._known = False
            return None
        if found is not None and self._seen in (None, found):
            self._seen = found
            return None
        return from_errno(
            errno.ECONNREFUSED,
            "the peer closed its socket, or ended, without an answer",
            asked=f"a request to port {self._port}",
        )


def listed(sock: socket.socket, protocol: int, port: int) -> bytes | None:
    """The cookie of the socket that has a port, asked for on a NETLINK_SOCK_DIAG socket; None if nobody has.

    Raises OSError: this kernel does not list them, for one.
    """
    sock.settimeout(_TIMEOUT)
    body = _REQUEST.pack(AF_NETLINK, protocol, 0, 0, 0, _ANY_COOKIE)
    sock.send(Message(_SOCK_DIAG_BY_FAMILY, NLM_F.REQUEST | NLM_F.DUMP, 1, 0, body).pack())
    found = None
    while True:
        for message in parse_messages(sock.recv(_ROOM)):
            if message.type == NLMSG.DONE:
                return found
            if message.type == NLMSG.ERROR:
                raise from_errno(message.errno or errno.EIO, asked="list the netlink sockets")
            if message.type == _SOCK_DIAG_BY_FAMILY and len(message.payload) >= _SOCKET.size:
                _, _, _, _, portid, _, _, _, cookie = _SOCKET.unpack_from(message.payload)
                found = cookie if portid == port else found
