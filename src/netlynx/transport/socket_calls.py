"""The calls of `socket.socket`, made of sending one datagram and taking one: for sockets that are not this host's.

Code that is written for AF_NETLINK sockets, `netlynx.NetlinkSocket` among it, drives them as it drives the real thing.
Source: socket(7), netlink(7).
"""

from __future__ import annotations

import abc
import errno
import socket
import struct
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Self, TypeAlias

from netlynx.errors import refuse
from netlynx.wire.constants import AF_NETLINK

Control: TypeAlias = tuple[int, int, bytes]
"""A control message: level, type, data."""

Address: TypeAlias = tuple[int, int]
"""A port ID, and a mask of the first 32 groups."""

_TIMEVAL = struct.Struct("=qq")


class Received(NamedTuple):
    """One datagram as a receive call gives it."""

    data: bytes  # no more than there was room for
    length: int  # the true one
    control: list[Control]
    flags: int  # MSG_TRUNC, MSG_CTRUNC
    source: Address


class SocketCalls(abc.ABC):
    """What `socket.socket` has, on top of `transmit` and `take`; errors are those of system calls.

    As with `socket.socket` it waits for ever, until `settimeout` says otherwise; SO_RCVTIMEO and SO_SNDTIMEO limit
    the waiting of single calls, and MSG_DONTWAIT forbids it.
    """

    family = AF_NETLINK

    def __init__(self) -> None:
        self._timeout: float | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @abc.abstractmethod
    def transmit(
        self, data: bytes, control: Iterable[Control] = (), flags: int = 0, address: Address | None = None
    ) -> int:
        """Send a datagram to an address, to the peer without one; returns its length."""

    @abc.abstractmethod
    def take(self, room: int, control_room: int, flags: int) -> Received:
        """Receive a datagram into `room` bytes, and its control messages into `control_room`."""

    @abc.abstractmethod
    def close(self) -> None:
        """Close the socket; twice does no harm."""

    @abc.abstractmethod
    def getpeername(self) -> Address:
        """What `connect` was given; (0, 0) without it."""

    def settimeout(self, timeout: float | None) -> None:
        """How many seconds a call may wait: None for ever, 0 not at all."""
        self._timeout = timeout

    def gettimeout(self) -> float | None:
        """What `settimeout` set."""
        return self._timeout

    def setblocking(self, flag: bool) -> None:
        """``settimeout(None)`` if true, ``settimeout(0)`` if not."""
        self._timeout = None if flag else 0.0

    def listen(self, backlog: int = 0) -> None:
        """Raises EOPNOTSUPP: netlink has no connections."""
        self._refuse_connections()

    def accept(self) -> None:
        """Raises EOPNOTSUPP: netlink has no connections."""
        self._refuse_connections()

    def shutdown(self, how: int) -> None:
        """Raises EOPNOTSUPP: netlink has no connections."""
        self._refuse_connections()

    def _refuse_connections(self) -> None:
        self.getpeername()  # of a socket that is closed, EBADF
        raise refuse(errno.EOPNOTSUPP)

    # ------------------------------------------------------------------------------------------- sending

    def send(self, data: bytes | memoryview, flags: int = 0) -> int:
        """Send a datagram to the peer that `connect` named, by default the kernel."""
        return self.transmit(bytes(data), (), flags)

    def sendto(self, data: bytes | memoryview, *rest: int | Address) -> int:
        """``sendto(data, address)`` or ``sendto(data, flags, address)``: to a port and the lowest group of a mask."""
        flags, address = (0, *rest)[-2:]
        if not isinstance(address, tuple) or not isinstance(flags, int):
            raise TypeError("sendto takes data, maybe flags, and an address of port ID and group mask")
        return self.transmit(bytes(data), (), flags, address)

    def sendmsg(
        self,
        buffers: Iterable[bytes | memoryview],
        ancdata: Iterable[Control] = (),
        flags: int = 0,
        address: Address | None = None,
    ) -> int:
        """Send buffers as one datagram, with other credentials if a control message has some (SCM_CREDENTIALS)."""
        return self.transmit(b"".join(bytes(buffer) for buffer in buffers), ancdata, flags, address)

    # ----------------------------------------------------------------------------------------- receiving

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        """Receive a datagram, cut to `bufsize` bytes."""
        return self.take(bufsize, 0, flags).data

    def recvfrom(self, bufsize: int, flags: int = 0) -> tuple[bytes, Address]:
        """Receive a datagram and the sender's address."""
        taken = self.take(bufsize, 0, flags)
        return taken.data, taken.source

    def recv_into(self, buffer: bytearray | memoryview, nbytes: int = 0, flags: int = 0) -> int:
        """Receive a datagram into a buffer; returns its length, the true one with MSG_TRUNC."""
        return self.recvfrom_into(buffer, nbytes, flags)[0]

    def recvfrom_into(self, buffer: bytearray | memoryview, nbytes: int = 0, flags: int = 0) -> tuple[int, Address]:
        """As `recv_into`, with the sender's address."""
        view = memoryview(buffer)[: nbytes or None]
        length, _, _, address = self.recvmsg_into([view], 0, flags)
        return length, address

    def recvmsg(self, bufsize: int, ancbufsize: int = 0, flags: int = 0) -> tuple[bytes, list[Control], int, Address]:
        """Receive a datagram: (data, control messages, flags, sender's address)."""
        data, _, control, seen, source = self.take(bufsize, ancbufsize, flags)
        return data, control, seen, source

    def recvmsg_into(
        self, buffers: Sequence[bytearray | memoryview], ancbufsize: int = 0, flags: int = 0
    ) -> tuple[int, list[Control], int, Address]:
        """Receive a datagram into buffers: (length, control messages, flags, sender's address)."""
        views = [memoryview(buffer) for buffer in buffers]
        data, length, control, seen, source = self.take(sum(map(len, views)), ancbufsize, flags)
        at = 0
        for view in views:
            piece = data[at : at + len(view)]
            view[: len(piece)] = piece
            at += len(piece)
        return length if flags & socket.MSG_TRUNC else at, control, seen, source

    def _patience(self, flags: int, limit: float | None) -> float | None:
        """How long a call may wait: what `settimeout` and the option of the direction leave."""
        if flags & socket.MSG_DONTWAIT:
            return 0.0
        limits = [seconds for seconds in (self._timeout, limit) if seconds is not None]
        return min(limits, default=None)


def time_limit(data: bytes) -> float | None:
    """A `struct timeval` of SO_RCVTIMEO as seconds, None for 0, which means for ever. Raises EINVAL and EDOM."""
    if len(data) < _TIMEVAL.size:
        raise refuse(errno.EINVAL)
    seconds, microseconds = _TIMEVAL.unpack_from(data)
    if not 0 <= microseconds < 1_000_000:
        raise refuse(errno.EDOM)
    if seconds < 0:
        return 0.0
    return seconds + microseconds / 1e6 or None
