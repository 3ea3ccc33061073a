"""A virtual socket with the calls of `socket.socket`, for code that is written for AF_NETLINK sockets.

`netlynx.NetlinkSocket` drives one as it drives the real thing. Source: netlink(7), socket(7), unix(7) for credentials.
"""

from __future__ import annotations

import errno
import socket
import struct
from collections.abc import Iterable

from netlynx.errors import refuse
from netlynx.transport.socket_calls import Address, Control, Received
from netlynx.wire.constants import NETLINK_OPTION, SOL_NETLINK
from netlynx.wire.message import SCM_CREDENTIALS, UCRED

from .credentials import Capability
from .ports import Packet
from .system_options import SystemOptions

_CONTROL_HEADER = 16  # struct cmsghdr on 64 bits
_INT = struct.Struct("=i")


class SystemSocket(SystemOptions):
    """An unbound netlink socket of a virtual kernel; see `SocketCalls`."""

    def fileno(self) -> int:
        """A descriptor to poll for reading; -1 once closed."""
        return -1 if self._user.closed else self._user.fileno()

    def close(self) -> None:
        """Close the socket; twice does no harm."""
        self._user.close()

    # ----------------------------------------------------------------------------------------- addresses

    def bind(self, address: Address) -> None:
        """Take a port ID (0: the kernel chooses) and be in just these of the first 32 groups; see `UserSocket.bind`."""
        self._user.bind(*address)

    def connect(self, address: Address) -> None:
        """Name the peer, a port ID and the lowest group of a mask; see `UserSocket.connect`."""
        port, mask = address
        self._user.connect(port, _lowest(mask))

    def getsockname(self) -> Address:
        """The port ID and the mask of the groups up to 32."""
        self._check_open()
        return self._user.portid, sum(1 << group - 1 for group in self._user.groups if group <= 32)

    def getpeername(self) -> Address:
        """What `connect` was given; (0, 0) without it."""
        self._check_open()
        port, group = self._user.peer
        return port, 1 << group - 1 if group else 0

    # ----------------------------------------------------------------------------------- sending, receiving

    def transmit(
        self,
        data: bytes,
        control: Iterable[Control] = (),
        flags: int = 0,
        address: Address | None = None,
        *,
        again: bool = False,
    ) -> int:
        """See `SocketCalls.transmit` and, for `again`, `UserSocket.send`."""
        if flags & socket.MSG_OOB:
            raise refuse(errno.EOPNOTSUPP)
        port, group = self._user.peer if address is None else (address[0], _lowest(address[1]))
        owner = None
        if data:  # an empty message is refused before its control messages are looked at
            for level, kind, content in control:
                if level == socket.SOL_SOCKET:
                    owner = self._owner(kind, content)
        patience = self._patience(flags, self._send_timeout)
        return self._user.send(data, port, group, timeout=patience, owner=owner, again=again)

    def _owner(self, kind: int, content: bytes) -> tuple[int, int, int]:
        """The credentials of a control message, if the owner may say so. Raises EINVAL and EPERM."""
        if kind != SCM_CREDENTIALS or len(content) != UCRED.size:
            raise refuse(errno.EINVAL)
        pid, uid, gid = UCRED.unpack(content)
        own = self._user.credentials
        for said, true, capability in (
            (pid, own.pid, Capability.SYS_ADMIN),
            (uid, own.uid, Capability.SETUID),
            (gid, own.gid, Capability.SETGID),
        ):
            if said != true and not own.may(capability):
                raise refuse(errno.EPERM)
        return pid, uid, gid

    def take(self, room: int, control_room: int, flags: int) -> Received:
        """See `SocketCalls.take`."""
        if flags & socket.MSG_OOB:
            raise refuse(errno.EOPNOTSUPP)
        patience = self._patience(flags, self._receive_timeout)
        packet = self._user.receive(room, peek=bool(flags & socket.MSG_PEEK), timeout=patience)
        control, cut = self._control(packet, control_room)
        length = len(packet.data)
        seen = (socket.MSG_TRUNC if length > room else 0) | (socket.MSG_CTRUNC if cut else 0)
        return Received(packet.data[:room], length, control, int(seen), (packet.portid, packet.mask))

    def _control(self, packet: Packet, room: int) -> tuple[list[Control], bool]:
        """The control messages of a packet that there is room for, the last one cut to it, and whether any was cut."""
        wanted: list[Control] = []
        if self._user.option(NETLINK_OPTION.PKTINFO):
            wanted.append((SOL_NETLINK, int(NETLINK_OPTION.PKTINFO), _INT.pack(packet.group)))
        if self._user.option(NETLINK_OPTION.LISTEN_ALL_NSID) and packet.nsid is not None:
            wanted.append((SOL_NETLINK, int(NETLINK_OPTION.LISTEN_ALL_NSID), _INT.pack(packet.nsid)))
        if self._passes_credentials:
            wanted.append((socket.SOL_SOCKET, SCM_CREDENTIALS, UCRED.pack(*packet.owner)))
        given: list[Control] = []
        for level, kind, data in wanted:
            if room < _CONTROL_HEADER:
                return given, True
            given.append((level, kind, data[: room - _CONTROL_HEADER]))
            if room < _CONTROL_HEADER + len(data):
                return given, True
            room -= _CONTROL_HEADER + -(-len(data) // 8) * 8
        return given, False


def _lowest(mask: int) -> int:
    """The number of the lowest group in a mask: an address has one."""
    return (mask & -mask).bit_length()
