"""A peer's socket: letters out and in, many at a time where the kernel is this host's."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterable
from typing import TYPE_CHECKING

from netlynx.errors import BufferOverrun
from netlynx.transport.netlink_socket import NetlinkSocket, each_group
from netlynx.wire.constants import NETLINK, protocol_number

if TYPE_CHECKING:
    from netlynx.netns import Where
    from netlynx.transport.handle import SocketMaker

    from .letters import Desk


_GROUPS = 32  # netlink_add_usersock_entry in net/netlink/af_netlink.c


class PeerSocket(NetlinkSocket):
    """A `NetlinkSocket` that asks for credentials, and sorts what comes into a `Desk`."""

    def __init__(
        self,
        protocol: int | str,
        port: int,
        groups: Iterable[int],
        netns: Where | None,
        kernel: SocketMaker | str | None,
        timeout: float | None = None,
        *,
        parting: bool = True,
    ) -> None:
        self._parting = parting
        numbers = tuple(each_group(groups))
        if protocol_number(protocol) == NETLINK.USERSOCK and any(number > _GROUPS for number in numbers):
            raise ValueError(f"NETLINK_USERSOCK has the groups 1 to {_GROUPS}, not {max(numbers)}")
        super().__init__(protocol, port, numbers, netns=netns, kernel=kernel, timeout=timeout)
        try:
            self.pass_credentials = True
        except BaseException:
            self.close()
            raise
        self._lost = False  # an overrun that is still to be told, after the letters before it

    def post(self, packet: bytes, to: int, group: int, timeout: float | None) -> int:
        """Send a packed letter; raises as `NetlinkSocket.send`. The common case has no detours."""
        if to and not group:
            with self._state:
                self._check_open()
                self._users += 1
            try:
                return self._socket.sendto(packet, socket.MSG_DONTWAIT, (to, 0))
            except OSError:
                pass  # once more, with time and with words
            finally:
                with self._state:
                    self._users -= 1
                    if self._closed and not self._users:
                        self._release()
        return self.send(packet, to=to, group=group, raw=True, timeout=timeout)

    def holder(self, port: int) -> object:
        """What tells the socket that has a port from others that had it or will; None if nobody has.

        Raises LookupError where that cannot be known, OSError, NetlinkError.
        """
        if self._kernel is not None:
            sockets = getattr(self._kernel, "sockets", None)
            if sockets is None:
                raise LookupError("only this host's kernel and those of this process list their sockets")
            return next((each for each in sockets() if (each.protocol, each.portid) == (self._protocol, port)), None)
        from .presence import listed

        with self._using("list the netlink sockets"):
            sock = self._socket_beside(NETLINK.SOCK_DIAG)
        with sock:
            return listed(sock, self._protocol, port)

    def collect(self, desk: Desk) -> bool:
        """Sort what has arrived into the desk, without waiting; whether there was anything.

        Raises ConnectionClosed, NetlinkError.
        """
        if self._kernel is not None:  # no descriptor that the codec could read from
            return self._collect_datagrams(desk)
        with self._using("receive letters") as sock, self._receiving:
            if self._lost:
                self._lost = False
                desk.overrun()
                return True
            count, error = desk.collect(sock.fileno())
            if error == errno.ENOBUFS:
                self._lost = bool(count)
                if not count:
                    desk.overrun()
                return True
            if error not in (0, errno.EAGAIN, errno.EINTR):
                raise OSError(error, os.strerror(error))
            return bool(count)

    @property
    def far(self) -> bool:
        """Whether another process serves the kernel, so that every call waits for it."""
        return self._far

    def _collect_datagrams(self, desk: Desk) -> bool:
        try:
            arrived = self.recv_waiting()
        except BufferOverrun:
            desk.overrun()
            return True
        for datagram in arrived:
            desk.take(datagram)
        return bool(arrived)
