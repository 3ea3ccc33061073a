"""A virtual socket with the calls of `socket.socket`, for code that is written for AF_NETLINK sockets.

`netlynx.NetlinkSocket` drives one as it drives the real thing. Source: netlink(7), socket(7).
"""

from __future__ import annotations

import array
import ctypes
import errno
import socket
import struct
from collections.abc import Sequence

from netlynx.wire.constants import NETLINK_OPTION, SOL_NETLINK
from netlynx.wire.options import (
    SO_ATTACH_FILTER,
    SO_DETACH_FILTER,
    SO_LOCK_FILTER,
    SO_RCVBUFFORCE,
    SO_SNDBUFFORCE,
)
from netlynx.wire.socket import SO_NETNS_COOKIE

from .filters import Instruction, compile_filter
from .ports import refuse
from .sockets import UserSocket

_INSTRUCTION = struct.Struct("=HBBI")  # struct sock_filter
_CONTROL_LENGTH = 20  # CMSG_LEN of the control message that tells the group
_COOKIE = (1).to_bytes(8, "little")  # of the one network namespace


class SystemSocket:
    """An unbound netlink socket of a virtual kernel; errors are those of system calls.

    Receiving never waits; sending waits for room in a peer's queue, as long as SO_SNDTIMEO says.
    """

    def __init__(self, user: UserSocket) -> None:
        self._user = user
        self._send_timeout: float | None = None
        self._locked = False

    def fileno(self) -> int:
        """A descriptor to poll for reading."""
        return self._user.fileno()

    def bind(self, address: tuple[int, int]) -> None:
        """Take a port ID (0: the kernel chooses) and join the groups of a mask."""
        port, mask = address
        self._user.bind(port)
        for group in range(1, 33):
            if mask >> group - 1 & 1:
                self._user.join(group)

    def getsockname(self) -> tuple[int, int]:
        """The port ID and the mask of the groups up to 32."""
        mask = sum(1 << group - 1 for group in self._user.groups if group <= 32)
        return self._user.portid, mask

    def sendto(self, data: bytes, flags: int, address: tuple[int, int]) -> int:
        """Send a datagram to a port ID and to the lowest group of a mask; see `UserSocket.send`."""
        port, mask = address
        group = (mask & -mask).bit_length()
        timeout = 0.0 if flags & socket.MSG_DONTWAIT else self._send_timeout
        return self._user.send(data, port, group, timeout=timeout)

    def recvmsg_into(
        self, buffers: Sequence[bytearray | memoryview], ancbufsize: int = 0, flags: int = 0
    ) -> tuple[int, list[tuple[int, int, bytes]], int, tuple[int, int]]:
        """Receive a datagram: (length, control messages, flags, sender's address). MSG_PEEK and MSG_TRUNC work."""
        views = [memoryview(buffer) for buffer in buffers]
        packet = self._user.receive(sum(map(len, views)), peek=bool(flags & socket.MSG_PEEK))
        at = 0
        for view in views:
            piece = packet.data[at : at + len(view)]
            view[: len(piece)] = piece
            at += len(piece)
        seen = socket.MSG_TRUNC if at < len(packet.data) else 0
        control: list[tuple[int, int, bytes]] = []
        if self._user.option(NETLINK_OPTION.PKTINFO):
            if ancbufsize >= _CONTROL_LENGTH:
                control.append((SOL_NETLINK, int(NETLINK_OPTION.PKTINFO), struct.pack("=I", packet.group)))
            else:
                seen |= socket.MSG_CTRUNC
        length = len(packet.data) if flags & socket.MSG_TRUNC else at
        return length, control, int(seen), (packet.portid, packet.mask)

    def getsockopt(self, level: int, option: int, buflen: int = 0) -> int | bytes:
        """An option of level SOL_NETLINK or SOL_SOCKET; raises ENOPROTOOPT for others."""
        if level == SOL_NETLINK:
            if option == NETLINK_OPTION.LIST_MEMBERSHIPS:
                return self._memberships()[:buflen]
            return self._user.option(option)
        if option == socket.SO_RCVBUF:
            return self._user.receive_buffer
        if option == socket.SO_SNDBUF:
            return self._user.send_buffer
        if option == SO_NETNS_COOKIE:
            return _COOKIE[:buflen]
        raise refuse(errno.ENOPROTOOPT)

    def _memberships(self) -> bytes:
        masks = array.array("I", bytes(4 * -(-self._user.group_count // 32)))
        for group in self._user.groups:
            masks[(group - 1) // 32] |= 1 << (group - 1) % 32
        return masks.tobytes()

    def setsockopt(self, level: int, option: int, value: int | bytes) -> None:
        """Set an option of level SOL_NETLINK or SOL_SOCKET; raises ENOPROTOOPT for others."""
        if level == SOL_NETLINK and isinstance(value, int):
            self._user.set_option(option, value)
        elif option in (socket.SO_RCVBUF, SO_RCVBUFFORCE) and isinstance(value, int):
            self._user.set_receive_buffer(value)
        elif option in (socket.SO_SNDBUF, SO_SNDBUFFORCE) and isinstance(value, int):
            self._user.set_send_buffer(value)
        elif option == socket.SO_SNDTIMEO and isinstance(value, bytes):
            seconds, microseconds = struct.unpack("ll", value)
            self._send_timeout = seconds + microseconds / 1e6 or None
        elif option in (SO_ATTACH_FILTER, SO_DETACH_FILTER, SO_LOCK_FILTER):
            self._set_filter(option, value)
        else:
            raise refuse(errno.ENOPROTOOPT)

    def _set_filter(self, option: int, value: int | bytes) -> None:
        if option == SO_LOCK_FILTER and isinstance(value, int):
            if self._locked and not value:
                raise refuse(errno.EPERM)
            self._locked = bool(value)
        elif self._locked:
            raise refuse(errno.EPERM)
        elif option == SO_ATTACH_FILTER and isinstance(value, bytes):
            self._user.filter = compile_filter(_read_program(value))
        elif self._user.filter is None:
            raise refuse(errno.ENOENT)
        else:
            self._user.filter = None

    def close(self) -> None:
        """Close the socket; twice does no harm."""
        self._user.close()


def _read_program(value: bytes) -> list[Instruction]:
    """The instructions that a `struct sock_fprog` points to; the caller keeps them alive meanwhile."""
    count, address = struct.unpack("HP", value)
    code = ctypes.string_at(address, count * _INSTRUCTION.size)
    return list(_INSTRUCTION.iter_unpack(code))
