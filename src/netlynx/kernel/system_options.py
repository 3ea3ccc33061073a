"""`getsockopt` and `setsockopt` of a virtual socket: bytes as programs give them, errors as the kernel has them.

Source: net/core/sock.c, net/netlink/af_netlink.c, socket(7), netlink(7).
"""

from __future__ import annotations

import errno
import socket
import struct

from netlynx.errors import refuse
from netlynx.transport.netlink_socket import SO_NETNS_COOKIE
from netlynx.transport.option_values import (
    MEMINFO,
    SO_ATTACH_FILTER,
    SO_DETACH_FILTER,
    SO_LOCK_FILTER,
    SO_MEMINFO,
    SO_PASSCRED,
    SO_RCVBUFFORCE,
    SO_SNDBUFFORCE,
    attached_code,
    instructions_of,
)
from netlynx.transport.socket_calls import SocketCalls, time_limit
from netlynx.wire.constants import AF_NETLINK, NETLINK_OPTION, SOL_NETLINK

from .credentials import Capability
from .filters import compile_filter
from .sockets import UserSocket

# asm-generic/socket.h; those that the socket module has no name for, or not everywhere
_SO_PROTOCOL = 38
_SO_DOMAIN = 39

_INT = struct.Struct("=i")
_TIMEVAL = struct.Struct("=qq")


class SystemOptions(SocketCalls):
    """The options of a virtual socket, at levels SOL_NETLINK and SOL_SOCKET; others are ENOPROTOOPT."""

    def __init__(self, user: UserSocket, type: int = socket.SOCK_RAW) -> None:
        super().__init__()
        self._user = user
        self._type = type
        self._send_timeout: float | None = None  # SO_SNDTIMEO
        self._receive_timeout: float | None = None
        self._locked = False
        self._values: dict[int, int] = {socket.SO_REUSEADDR: 0, SO_PASSCRED: 0, socket.SO_RCVLOWAT: 1}

    @property
    def user(self) -> UserSocket:
        """The socket itself."""
        return self._user

    @property
    def type(self) -> int:
        """SOCK_RAW or SOCK_DGRAM, which are the same to netlink."""
        return self._type

    @property
    def proto(self) -> int:
        """The protocol number."""
        return self._user.protocol

    def _check_open(self) -> None:
        if self._user.closed:
            raise refuse(errno.EBADF)

    @property
    def _passes_credentials(self) -> bool:
        return bool(self._values[SO_PASSCRED])

    # ------------------------------------------------------------------------------------------- reading

    def getsockopt(self, level: int, option: int, buflen: int = 0) -> int | bytes:
        """An option: an int, or with `buflen` its bytes, no more than that.

        Raises OSError: ENOPROTOOPT, there is no such option to read; EINVAL, `buflen` is too small for it.
        """
        self._check_open()
        if level == SOL_NETLINK:
            if option == NETLINK_OPTION.LIST_MEMBERSHIPS:
                value = self._user.memberships()
            else:
                value = _INT.pack(self._user.option(option))
                if 0 < buflen < _INT.size:
                    raise refuse(errno.EINVAL)
        elif level == socket.SOL_SOCKET:
            value = self._read(option, buflen)
        else:
            raise refuse(errno.ENOPROTOOPT)
        if buflen:
            return value[:buflen]
        return int(_INT.unpack(value[: _INT.size].ljust(_INT.size, b"\0"))[0])

    def _read(self, option: int, buflen: int) -> bytes:
        user = self._user
        if option in self._values:
            return _INT.pack(self._values[option])
        if option == SO_NETNS_COOKIE:
            if buflen != 8:
                raise refuse(errno.EINVAL)
            return user.netns.cookie.to_bytes(8, "little")
        if option == SO_MEMINFO:
            return MEMINFO.pack(user.queued, user.receive_buffer, 0, user.send_buffer, 0, 0, 0, 0, user.drops)
        if option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            return _timeval(self._receive_timeout if option == socket.SO_RCVTIMEO else self._send_timeout)
        if option == socket.SO_ERROR:
            return _INT.pack(user.take_error())
        table = {
            socket.SO_TYPE: self._type,
            socket.SO_RCVBUF: user.receive_buffer,
            socket.SO_SNDBUF: user.send_buffer,
            socket.SO_ACCEPTCONN: 0,
            socket.SO_SNDLOWAT: 1,
            SO_LOCK_FILTER: int(self._locked),
            _SO_PROTOCOL: user.protocol,
            _SO_DOMAIN: AF_NETLINK,
        }
        if option not in table:
            raise refuse(errno.ENOPROTOOPT)
        return _INT.pack(table[option])

    # ------------------------------------------------------------------------------------------- setting

    def setsockopt(self, level: int, option: int, value: int | bytes) -> None:
        """Set an option to an int, or to the bytes of one.

        Raises OSError: ENOPROTOOPT, there is no such option to set; EINVAL, the bytes are too few or the value does not
        fit; EPERM, it takes a capability.
        """
        self._check_open()
        data = value if isinstance(value, bytes) else _INT.pack(_signed(value))
        if level == SOL_NETLINK:
            # Too few bytes are not refused: they are no value.
            self._user.set_option(option, _INT.unpack_from(data)[0] & 0xFFFFFFFF if len(data) >= _INT.size else 0)
        elif level == socket.SOL_SOCKET:
            if len(data) < _INT.size:
                raise refuse(errno.EINVAL)
            self._write(option, _INT.unpack_from(data)[0], data)
        else:
            raise refuse(errno.ENOPROTOOPT)

    def _write(self, option: int, number: int, data: bytes) -> None:
        user = self._user
        if option in (SO_RCVBUFFORCE, SO_SNDBUFFORCE) and not user.credentials.may(Capability.NET_ADMIN):
            raise refuse(errno.EPERM)
        if option in (socket.SO_RCVBUF, SO_RCVBUFFORCE):
            user.set_receive_buffer(number, force=option == SO_RCVBUFFORCE)
        elif option in (socket.SO_SNDBUF, SO_SNDBUFFORCE):
            user.set_send_buffer(number, force=option == SO_SNDBUFFORCE)
        elif option == socket.SO_RCVTIMEO:
            self._receive_timeout = time_limit(data)
        elif option == socket.SO_SNDTIMEO:
            self._send_timeout = time_limit(data)
        elif option in (SO_ATTACH_FILTER, SO_DETACH_FILTER, SO_LOCK_FILTER):
            self._set_filter(option, number, data)
        elif option == socket.SO_RCVLOWAT:
            self._values[option] = max(number, 1) if number >= 0 else 0x7FFFFFFF
        elif option in self._values:
            self._values[option] = int(bool(number))
        else:
            raise refuse(errno.ENOPROTOOPT)

    def attach_filter(self, code: bytes) -> None:
        """What SO_ATTACH_FILTER does with the instructions that its value points to. Raises EPERM, EINVAL."""
        program = instructions_of(code)
        if self._locked:
            raise refuse(errno.EPERM)
        self._user.filter = compile_filter(program)

    def _set_filter(self, option: int, number: int, data: bytes) -> None:
        if option == SO_LOCK_FILTER:
            if self._locked and not number:
                raise refuse(errno.EPERM)
            self._locked = bool(number)
        elif option == SO_ATTACH_FILTER:
            self.attach_filter(attached_code(data))
        elif self._locked:
            raise refuse(errno.EPERM)
        elif self._user.filter is None:
            raise refuse(errno.ENOENT)
        else:
            self._user.filter = None


def _signed(value: int) -> int:
    return value - (1 << 32) if value > 0x7FFFFFFF else value


def _timeval(seconds: float | None) -> bytes:
    whole, part = divmod(round((seconds or 0) * 1_000_000), 1_000_000)
    return _TIMEVAL.pack(whole, part)
