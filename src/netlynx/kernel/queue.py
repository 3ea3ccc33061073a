"""What waits to be received at a socket: the kernel's accounting, overruns, and who is woken.

Source: net/netlink/af_netlink.c.
"""

from __future__ import annotations

import errno
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from netlynx.errors import refuse
from netlynx.transport.readiness import Readiness

from .accounting import BUFFER_DEFAULT
from .ports import Packet, ProtocolTable

if TYPE_CHECKING:
    from .clock import Clock


class ReceiveQueue:
    """The receiving side of a socket. `accepts`, `has_room` and `enqueue` are for those who hold the kernel's lock."""

    def __init__(self, table: ProtocolTable) -> None:
        self.receive_buffer = BUFFER_DEFAULT
        self.drops = 0  # messages lost to a full queue
        self.filter: Callable[[bytes], int] | None = None
        self._table = table
        self._lock = table.lock
        self._clock: Clock = table.clock
        self._queue: deque[Packet] = deque()
        self._used = 0  # bytes of the receive buffer (sk_rmem_alloc)
        self._error = 0  # what the next receive raises (sk_err)
        self._congested = False  # overrun, and not read empty since (NETLINK_S_CONGESTED)
        self._silent = False  # losses are not told (NETLINK_NO_ENOBUFS)
        self._closed = False
        self._readiness = Readiness()

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    @property
    def queued(self) -> int:
        """Bytes of the receive buffer in use, the kernel's bookkeeping included (see `accounting`)."""
        return self._used

    @property
    def ready(self) -> bool:
        """Whether a datagram or an error waits, and always once closed: when the descriptor polls readable."""
        return self._readiness.ready

    def on_ready(self, function: Callable[[], object] | None) -> None:
        """Call a function whenever `ready` comes to hold, under the kernel's lock: it must not wait."""
        with self._lock:
            self._readiness.listener = function

    def fileno(self) -> int:
        """A descriptor that polls readable while a datagram or an error waits, and for ever once closed."""
        with self._lock:
            return self._readiness.fileno()

    def take_error(self) -> int:
        """The errno that the next receive would raise, or 0; it is forgotten then (SO_ERROR)."""
        with self._lock:
            self._check_open()
            number, self._error = self._error, 0
            self._update()
            return number

    def accepts(self, packet: Packet) -> bool:
        """Whether the socket's packet filter lets a packet through."""
        return self.filter is None or self.filter(packet.data) > 0

    def has_room(self, packet: Packet) -> bool:
        """Whether a packet may be queued: an empty queue takes any, an overrun one takes none until read empty."""
        fits = self._used == 0 or self._used + packet.cost <= self.receive_buffer
        return fits and not self._congested

    def enqueue(self, packet: Packet) -> None:
        """Put a packet into the queue."""
        if not self._closed:
            self._queue.append(packet)
            self._used += packet.cost
            self._readiness.set(True)
            self._lock.notify_all()

    def dropped(self) -> int:
        """See `Transport.dropped`."""
        return self.drops

    def overrun(self) -> None:
        """Note that a message was lost: the next receive raises ENOBUFS, once until the queue is read empty."""
        with self._lock:
            self.drops += 1
            if not self._silent and not self._congested and not self._closed:
                self._congested = True
                self._error = errno.ENOBUFS
                self._readiness.set(True)
                self._lock.notify_all()

    def _next(self, peek: bool, timeout: float | None) -> Packet:
        """The oldest packet, taken out unless `peek`; the caller holds the lock. Raises EBADF, EAGAIN or the error."""
        deadline = None if timeout is None else self._clock.now() + timeout
        while True:
            self._check_open()
            if self._error:
                number, self._error = self._error, 0
                self._woken()
                raise refuse(number)
            if self._queue:
                packet = self._queue[0] if peek else self._queue.popleft()
                if not peek:
                    self._used -= packet.cost
                return packet
            if self._congested:
                self._woken()
            if not self._clock.wait(self._lock, deadline):
                raise refuse(errno.EAGAIN)

    def _woken(self) -> None:
        """After a receive: let senders try again, unless an overrun has not been read empty yet.

        One that has not been told yet, because it came while a packet was handed out, lasts: a second one would be
        told in the same word. (netlink_rcv_wake forgets it there.)
        """
        if not self._queue and not self._error:
            self._congested = False
        if not self._congested:
            self._lock.notify_all()
        self._update()

    def _update(self) -> None:
        self._readiness.set(bool(self._queue or self._error or self._closed))

    def _check_open(self) -> None:
        if self._closed:
            raise refuse(errno.EBADF)
