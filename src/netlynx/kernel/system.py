"""A virtual socket with the calls of `socket.socket`, for code that is written for AF_NETLINK sockets.

`netlynx.NetlinkSocket` drives one as it drives the real thing. Source: netlink(7), socket(7), unix(7) for credentials.
"""

from __future__ import annotations

import errno
import socket
import struct
from collections.abc import Iterable, Sequence
from typing import Self

from netlynx.wire.constants import AF_NETLINK, NETLINK_OPTION, SOL_NETLINK
from netlynx.wire.message import SCM_CREDENTIALS, UCRED

from .credentials import Capability
from .ports import Packet, refuse
from .sockets import UserSocket
from .system_options import SystemOptions

Control = tuple[int, int, bytes]
"""A control message: level, type, data."""

_CONTROL_HEADER = 16  # struct cmsghdr on 64 bits
_INT = struct.Struct("=i")


class SystemSocket(SystemOptions):
    """An unbound netlink socket of a virtual kernel; errors are those of system calls.

    As with `socket.socket` it waits for ever, until `settimeout` says otherwise; SO_RCVTIMEO and SO_SNDTIMEO limit
    the waiting of single calls, and MSG_DONTWAIT forbids it.
    """

    family = AF_NETLINK

    def __init__(self, user: UserSocket, type: int = socket.SOCK_RAW) -> None:
        super().__init__(user, type)
        self._timeout: float | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fileno(self) -> int:
        """A descriptor to poll for reading; -1 once closed."""
        return -1 if self._user.closed else self._user.fileno()

    def settimeout(self, timeout: float | None) -> None:
        """How many seconds a call may wait: None for ever, 0 not at all."""
        self._timeout = timeout

    def gettimeout(self) -> float | None:
        """What `settimeout` set."""
        return self._timeout

    def setblocking(self, flag: bool) -> None:
        """``settimeout(None)`` if true, ``settimeout(0)`` if not."""
        self._timeout = None if flag else 0.0

    def close(self) -> None:
        """Close the socket; twice does no harm."""
        self._user.close()

    # ----------------------------------------------------------------------------------------- addresses

    def bind(self, address: tuple[int, int]) -> None:
        """Take a port ID (0: the kernel chooses) and be in just these of the first 32 groups; see `UserSocket.bind`."""
        self._user.bind(*address)

    def connect(self, address: tuple[int, int]) -> None:
        """Name the peer, a port ID and the lowest group of a mask; see `UserSocket.connect`."""
        port, mask = address
        self._user.connect(port, _lowest(mask))

    def getsockname(self) -> tuple[int, int]:
        """The port ID and the mask of the groups up to 32."""
        self._check_open()
        return self._user.portid, sum(1 << group - 1 for group in self._user.groups if group <= 32)

    def getpeername(self) -> tuple[int, int]:
        """What `connect` was given; (0, 0) without it."""
        self._check_open()
        port, group = self._user.peer
        return port, 1 << group - 1 if group else 0

    def listen(self, backlog: int = 0) -> None:
        """Raises EOPNOTSUPP: netlink has no connections."""
        self._check_open()
        raise refuse(errno.EOPNOTSUPP)

    def accept(self) -> tuple[SystemSocket, tuple[int, int]]:
        """Raises EOPNOTSUPP: netlink has no connections."""
        self._check_open()
        raise refuse(errno.EOPNOTSUPP)

    def shutdown(self, how: int) -> None:
        """Raises EOPNOTSUPP: netlink has no connections."""
        self._check_open()
        raise refuse(errno.EOPNOTSUPP)

    # ------------------------------------------------------------------------------------------- sending

    def send(self, data: bytes | memoryview, flags: int = 0) -> int:
        """Send a datagram to the peer that `connect` named, by default the kernel."""
        return self._send(bytes(data), flags, *self._user.peer)

    def sendto(self, data: bytes | memoryview, *rest: int | tuple[int, int]) -> int:
        """``sendto(data, address)`` or ``sendto(data, flags, address)``: to a port and the lowest group of a mask."""
        flags, address = (0, *rest)[-2:]
        if not isinstance(address, tuple) or not isinstance(flags, int):
            raise TypeError("sendto takes data, maybe flags, and an address of port ID and group mask")
        return self._send(bytes(data), flags, address[0], _lowest(address[1]))

    def sendmsg(
        self,
        buffers: Iterable[bytes | memoryview],
        ancdata: Iterable[Control] = (),
        flags: int = 0,
        address: tuple[int, int] | None = None,
    ) -> int:
        """Send buffers as one datagram, with other credentials if a control message has some (SCM_CREDENTIALS)."""
        data = b"".join(bytes(buffer) for buffer in buffers)
        port, group = self._user.peer if address is None else (address[0], _lowest(address[1]))
        owner = None
        if data:  # an empty message is refused before its control messages are looked at
            for level, kind, content in ancdata:
                if level == socket.SOL_SOCKET:
                    owner = self._owner(kind, content)
        return self._send(data, flags, port, group, owner)

    def _send(self, data: bytes, flags: int, port: int, group: int, owner: tuple[int, int, int] | None = None) -> int:
        if flags & socket.MSG_OOB:
            raise refuse(errno.EOPNOTSUPP)
        return self._user.send(data, port, group, timeout=self._patience(flags, self._send_timeout), owner=owner)

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

    # ----------------------------------------------------------------------------------------- receiving

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        """Receive a datagram, cut to `bufsize` bytes."""
        return self.recvmsg(bufsize, 0, flags)[0]

    def recvfrom(self, bufsize: int, flags: int = 0) -> tuple[bytes, tuple[int, int]]:
        """Receive a datagram and the sender's address."""
        data, _, _, address = self.recvmsg(bufsize, 0, flags)
        return data, address

    def recv_into(self, buffer: bytearray | memoryview, nbytes: int = 0, flags: int = 0) -> int:
        """Receive a datagram into a buffer; returns its length, the true one with MSG_TRUNC."""
        return self.recvfrom_into(buffer, nbytes, flags)[0]

    def recvfrom_into(
        self, buffer: bytearray | memoryview, nbytes: int = 0, flags: int = 0
    ) -> tuple[int, tuple[int, int]]:
        """As `recv_into`, with the sender's address."""
        view = memoryview(buffer)[: nbytes or None]
        length, _, _, address = self.recvmsg_into([view], 0, flags)
        return length, address

    def recvmsg(
        self, bufsize: int, ancbufsize: int = 0, flags: int = 0
    ) -> tuple[bytes, list[Control], int, tuple[int, int]]:
        """Receive a datagram: (data, control messages, flags, sender's address)."""
        packet, seen, control = self._receive(bufsize, ancbufsize, flags)
        return packet.data[:bufsize], control, seen, (packet.portid, packet.mask)

    def recvmsg_into(
        self, buffers: Sequence[bytearray | memoryview], ancbufsize: int = 0, flags: int = 0
    ) -> tuple[int, list[Control], int, tuple[int, int]]:
        """Receive a datagram into buffers: (length, control messages, flags, sender's address)."""
        views = [memoryview(buffer) for buffer in buffers]
        packet, seen, control = self._receive(sum(map(len, views)), ancbufsize, flags)
        at = 0
        for view in views:
            piece = packet.data[at : at + len(view)]
            view[: len(piece)] = piece
            at += len(piece)
        length = len(packet.data) if flags & socket.MSG_TRUNC else at
        return length, control, seen, (packet.portid, packet.mask)

    def _receive(self, room: int, ancbufsize: int, flags: int) -> tuple[Packet, int, list[Control]]:
        if flags & socket.MSG_OOB:
            raise refuse(errno.EOPNOTSUPP)
        patience = self._patience(flags, self._receive_timeout)
        packet = self._user.receive(room, peek=bool(flags & socket.MSG_PEEK), timeout=patience)
        control, cut = self._control(packet, ancbufsize)
        seen = (socket.MSG_TRUNC if len(packet.data) > room else 0) | (socket.MSG_CTRUNC if cut else 0)
        return packet, int(seen), control

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

    def _patience(self, flags: int, limit: float | None) -> float | None:
        """How long a call may wait: what `settimeout` and the option of the direction leave."""
        if flags & socket.MSG_DONTWAIT:
            return 0.0
        limits = [seconds for seconds in (self._timeout, limit) if seconds is not None]
        return min(limits, default=None)


def _lowest(mask: int) -> int:
    """The number of the lowest group in a mask: an address has one."""
    return (mask & -mask).bit_length()
