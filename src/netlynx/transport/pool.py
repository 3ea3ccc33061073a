"""Sockets of one connection: each exchange has one to itself, and gives it back when it is done with it.

So no thread reads another's answer, a dump never meets a second request on its socket (EBUSY), and a socket whose
exchange was given up (timeout, cancellation, an abandoned dump) is closed with whatever was still coming.
"""

from __future__ import annotations

import itertools
import os
import select
import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakSet

from netlynx.codec._codec import Traffic, page_aligned
from netlynx.errors import ConnectionClosed
from netlynx.transport import watching
from netlynx.transport._calls import SystemCalls
from netlynx.transport.base import ALL_LASTS, Draining, Kernel, Transport, asking, lasting
from netlynx.transport.patience import LONGEST, Patience, PatientKernel

if TYPE_CHECKING:
    from netlynx.transport.deadline import Deadline
    from netlynx.transport.errands import Errand

# The kernel fills 32 KiB of it at most, but for a single larger message; untouched pages cost nothing.
BUFFER = 256 * 1024

_QUEUE = 212_992  # net.core.rmem_default
_SPARE = 8  # idle sockets kept for each protocol
_LONGEST_POLL = 0x7FFFFFFF  # milliseconds, what poll(2) takes

# A new socket may get the port ID of one that was given up: an answer to that must not fit its first requests.
_first_sequences = itertools.count(0, 1 << 20)

_forks = 0  # how often this process came out of a fork: sockets opened before belong to the parent


def milliseconds(seconds: float | None) -> float | None:
    """A time to wait as ``poll`` takes it: None for ever, never negative, infinity as long as it can be."""
    return None if seconds is None else min(max(0.0, seconds) * 1000, _LONGEST_POLL)


class Waker:
    """A descriptor that becomes readable for good when something closes: everybody who waits for it polls this too."""

    _descriptors: tuple[int, ...] = ()

    def __init__(self) -> None:
        self._forks = _forks
        if hasattr(os, "eventfd"):
            self._descriptors = (os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK),)
        else:
            self._descriptors = os.pipe()

    def fileno(self) -> int:
        """The descriptor to poll."""
        return self._descriptors[0]

    def wake(self) -> None:
        """Wake everybody, now and later. One that came from the parent process is left alone: it polls it as well."""
        if self._forks == _forks:
            os.write(self._descriptors[-1], (1).to_bytes(8, "little"))

    def __del__(self) -> None:
        for descriptor in self._descriptors:
            os.close(descriptor)


class Lease:
    """A socket in somebody's hands, with its buffer and sequence numbers."""

    __slots__ = (
        "_forks",
        "ask",
        "buffer",
        "direct",
        "draining",
        "empty",
        "errand",
        "last",
        "limit",
        "poll",
        "portid",
        "protocol",
        "queue",
        "received",
        "sequence",
        "traffic",
        "transport",
    )

    def __init__(self, protocol: int, transport: Transport, waker: Waker, traffic: Traffic) -> None:
        self.protocol = protocol
        self.transport = transport
        self.traffic = traffic
        self.draining = transport if isinstance(transport, Draining) and type(traffic) is Traffic else None
        self.direct = isinstance(transport, SystemCalls) and type(traffic) is Traffic
        self.limit: Callable[[Deadline | None], None] | None = getattr(transport, "limit", None)
        self.portid = transport.portid
        self.ask = asking(transport).ask
        self.buffer = page_aligned(BUFFER)
        self.last = 0, 0  # size and sender of the datagram that was waited for last
        self.queue = _QUEUE  # bytes that its receive queue has, or was asked to have
        self.received = 0  # datagrams, or one that may have been: counted before
        self.empty = 0  # datagrams in a row that came with nothing in them
        self.sequence = next(_first_sequences) & 0xFFFFFFFF
        self.errand: Errand[Any] | None = None  # a thread uses the socket until that is over
        self._forks = _forks
        self.poll = select.poll()
        self.poll.register(transport.fileno(), select.POLLIN)
        self.poll.register(waker.fileno(), select.POLLIN)

    @property
    def inherited(self) -> bool:
        """Whether it was opened before this process was forked: what is read from it is missed by the parent."""
        return self._forks != _forks

    @property
    def ahead(self) -> bool:
        """Whether something may have been received from it that nobody has seen yet."""
        return self.draining is not None and self.draining.ahead

    def next_sequence(self) -> int:
        """The next sequence number: 1 … 2³²-1, then 1 again (0 is what notifications carry)."""
        self.sequence = self.sequence % 0xFFFFFFFF + 1
        return self.sequence


def interrupt(lease: Lease) -> None:
    """End a call that another thread makes, where it waits for another process: that is not to be waited for."""
    end = getattr(lease.transport, "interrupt", None)
    if end is not None:
        end()


class Listener(Protocol):
    """A subscription: it has sockets of its own for as long as the connection is open."""

    def close(self) -> None:
        """Close them and wake whoever waits on them."""


class SocketPool:
    """Opens, lends and closes the sockets of one connection. All methods may be called from any thread."""

    def __init__(self, kernel: Kernel, timeout: float = LONGEST, *, parting: bool = True) -> None:
        """`timeout` and `parting` are what the `Patience` has for kernels of other processes."""
        self.closed = False
        self.waker = Waker()
        self._kernel: Kernel | None = kernel
        self.lasting = lasting(kernel)
        self.patience = Patience(timeout, self.waker, parting=parting)
        self.traffic = Traffic()
        self._spare: dict[int, deque[Lease]] = {}
        self._listeners: WeakSet[Listener] = WeakSet()
        self._lock = threading.RLock()  # reentrant: a signal handler may close what its thread is using
        _pools.add(self)

    @property
    def kernel(self) -> Kernel:
        """The kernel that sockets are opened to. Raises ConnectionClosed."""
        kernel = self._kernel
        if kernel is None:
            raise ConnectionClosed("the connection is closed")
        return kernel

    def through(self, kernel: Kernel) -> None:
        """Open sockets to another kernel from now on; idle ones are closed, those in use and listeners stay."""
        with self._lock:
            self.check_open()
            self._kernel = kernel
            self.lasting = lasting(kernel)
        self._empty()

    def lease(self, protocol: int, deadline: Deadline | None = None) -> Lease:
        """An idle socket of this protocol, or a new one. Raises ConnectionClosed, NetlinkError; RequestTimeout, too,
        where the kernel is another process's, whose calls end with the deadline."""
        if self.closed:
            self.check_open()
        spare = self._spare.get(protocol)
        while spare:
            try:
                lease = spare.pop()
            except IndexError:
                break
            if lease._forks == _forks:
                if lease.limit is not None:
                    lease.limit(deadline)
                return lease
            lease.transport.close()
        return self.fresh(protocol, deadline)

    def idle(self, protocol: int) -> Lease | None:
        """An idle socket of this protocol, if there is one and its kernel is not another process's."""
        spare = self._spare.get(protocol)
        if spare and not self.closed and self.lasting < ALL_LASTS:
            try:
                lease = spare.pop()
            except IndexError:
                return None
            if lease._forks == _forks:
                return lease
            lease.transport.close()
        return None

    def fresh(self, protocol: int, deadline: Deadline | None = None) -> Lease:
        """A new socket of this protocol. Raises as `lease`."""
        kernel, traffic = self.kernel, self.traffic
        if isinstance(kernel, PatientKernel):
            transport = kernel.open_within(protocol, self.patience, deadline)
        else:
            transport = kernel.open(protocol)
        if watching.wanted():
            traffic = watching.Watched(traffic, protocol, transport.portid)
        lease = Lease(protocol, transport, self.waker, traffic)
        if self.closed:
            lease.transport.close()
            self.check_open()
        return lease

    def check_open(self) -> None:
        """Raises ConnectionClosed once `close` was called."""
        if self.closed:
            raise ConnectionClosed("the connection is closed")

    def give_back(self, lease: Lease) -> None:
        """Return a socket on which nothing is outstanding."""
        if not self.closed and lease._forks == _forks:
            spare = self._spare.get(lease.protocol)
            if spare is None:
                with self._lock:
                    spare = self._spare.setdefault(lease.protocol, deque())
            if len(spare) < _SPARE:
                spare.append(lease)
                if self.closed:  # in between: nobody else will
                    self._empty()
                return
        lease.transport.close()

    def discard(self, lease: Lease) -> None:
        """Close a socket on which something may still be coming; one that a thread uses, when it is done."""
        if lease.errand is None or not lease.errand.afterwards(lambda _: lease.transport.close()):
            lease.transport.close()
        else:
            interrupt(lease)

    def attach(self, listener: Listener) -> None:
        """Close `listener` with the connection. Raises ConnectionClosed if that has happened."""
        with self._lock:
            self.check_open()
            self._listeners.add(listener)

    def close(self) -> None:
        """Close all idle sockets and all listeners, and wake everybody who waits on a lent socket.

        The kernel is let go of, and with it the network namespace that it holds, unless somebody else uses it.
        """
        with self._lock:
            if self.closed:
                return
            self.closed = True
            self._kernel = None
            listeners = list(self._listeners)
        self.waker.wake()
        self._empty()
        for listener in listeners:
            listener.close()

    def pause(self, seconds: float) -> None:
        """Wait for nothing but the time to pass or the connection to be closed. Raises ConnectionClosed."""
        poll = select.poll()
        poll.register(self.waker.fileno(), select.POLLIN)
        poll.poll(milliseconds(seconds))
        self.check_open()

    def _empty(self) -> None:
        for spare in list(self._spare.values()):
            while spare:
                try:
                    spare.pop().transport.close()
                except IndexError:
                    break

    def leave_parent(self) -> None:
        """After a fork, in the child: a waker of its own, and a lock that no thread of the parent holds."""
        self._lock = threading.RLock()
        self.waker = self.patience.waker = Waker()
        if self.closed:
            self.waker.wake()


_pools: WeakSet[SocketPool] = WeakSet()


def _after_fork() -> None:
    global _forks
    _forks += 1
    for pool in list(_pools):
        pool.leave_parent()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
