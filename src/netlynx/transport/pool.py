"""Sockets of one connection: each exchange has one to itself, and gives it back when it is done with it.

So no thread reads another's answer, a dump never meets a second request on its socket (EBUSY), and a socket whose
exchange was given up (timeout, cancellation, an abandoned dump) is closed with whatever was still coming.
"""

from __future__ import annotations

import os
import select
import threading
from collections import deque

from netlynx.errors import ConnectionClosed
from netlynx.transport.base import Kernel, Transport

BUFFER = (
    256 * 1024
)  # the kernel fills 32 KiB of it at most, but for a single larger message; untouched pages cost nothing

_SPARE = 8  # idle sockets kept for each protocol

_forks = 0  # how often this process came out of a fork: sockets opened before belong to the parent


def _count_fork() -> None:
    global _forks
    _forks += 1


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_count_fork)


class Waker:
    """A descriptor that becomes readable for good when the connection closes: everybody who waits polls it too."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()

    def fileno(self) -> int:
        """The descriptor to poll."""
        return self._read

    def wake(self) -> None:
        """Wake everybody, now and later."""
        os.write(self._write, b"\0")

    def __del__(self) -> None:
        os.close(self._read)
        os.close(self._write)


class Lease:
    """A socket in somebody's hands, with its buffer and sequence numbers."""

    __slots__ = ("buffer", "forks", "poll", "protocol", "sequence", "transport")

    def __init__(self, protocol: int, transport: Transport, waker: Waker) -> None:
        self.protocol = protocol
        self.transport = transport
        self.buffer = bytearray(BUFFER)
        self.sequence = 0
        self.forks = _forks
        self.poll = select.poll()
        self.poll.register(transport.fileno(), select.POLLIN)
        self.poll.register(waker.fileno(), select.POLLIN)

    def next_sequence(self) -> int:
        """The next sequence number: 1 … 2³²-1, then 1 again (0 is what notifications carry)."""
        self.sequence = self.sequence % 0xFFFFFFFF + 1
        return self.sequence


class SocketPool:
    """Opens, lends and closes the sockets of one connection. All methods may be called from any thread."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.closed = False
        self.waker = Waker()
        self._spare: dict[int, deque[Lease]] = {}
        self._lock = threading.Lock()

    def lease(self, protocol: int) -> Lease:
        """An idle socket of this protocol, or a new one. Raises ConnectionClosed, NetlinkError."""
        if self.closed:
            raise ConnectionClosed("the connection is closed")
        spare = self._spare.get(protocol)
        while spare:
            try:
                lease = spare.pop()
            except IndexError:
                break
            if lease.forks == _forks:
                return lease
            lease.transport.close()
        return self.fresh(protocol)

    def fresh(self, protocol: int) -> Lease:
        """A new socket of this protocol. Raises ConnectionClosed, NetlinkError."""
        if self.closed:
            raise ConnectionClosed("the connection is closed")
        return Lease(protocol, self.kernel.open(protocol), self.waker)

    def give_back(self, lease: Lease) -> None:
        """Return a socket on which nothing is outstanding."""
        if not self.closed and lease.forks == _forks:
            spare = self._spare.get(lease.protocol)
            if spare is None:
                with self._lock:
                    spare = self._spare.setdefault(lease.protocol, deque())
            if len(spare) < _SPARE:
                spare.append(lease)
                if not self.closed:
                    return
                self._empty()  # closed in between: nobody else will
                return
        lease.transport.close()

    def discard(self, lease: Lease) -> None:
        """Close a socket on which something may still be coming."""
        lease.transport.close()

    def close(self) -> None:
        """Close all idle sockets and wake everybody who waits on a lent one."""
        with self._lock:
            if self.closed:
                return
            self.closed = True
        self.waker.wake()
        self._empty()

    def _empty(self) -> None:
        for spare in list(self._spare.values()):
            while spare:
                try:
                    spare.pop().transport.close()
                except IndexError:
                    break
