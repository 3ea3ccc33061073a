"""What the sync and the async shell share of requests: every call of a transport that does not wait."""

from __future__ import annotations

import errno
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeAlias

from netlynx.engine.batch import BatchExchange
from netlynx.errors import NetlynxError, from_errno, from_error
from netlynx.transport._calls import Courier, SystemCalls
from netlynx.transport.pool import BUFFER, Lease, SocketPool
from netlynx.wire._codec import page_aligned

Came: TypeAlias = tuple[int, int]
"""Size and sender of a datagram, which is in the lease's buffer."""

Ask: TypeAlias = Callable[[bytes, bytearray | memoryview], Came | None]

UNSENT: Came = (-1, 0)
"""The request could not be sent: the receiver's queue is full, as its reader may be slow."""


def ask(lease: Lease, request: bytes, asked: object, by: Ask | None = None) -> Came | None:
    """Send a request. What came back at once, None for nothing yet, or `UNSENT`. Raises NetlinkError.

    `by` is what sends and receives, if not the lease itself.
    """
    try:
        came = (by or lease.ask)(request, lease.buffer)
    except BlockingIOError:
        return UNSENT
    except NetlynxError:
        raise
    except OSError as error:
        raise failure(error, lease, asked) from error
    lease.traffic.sent(request)
    if came is not None:
        lease.traffic.received(lease.buffer, *came)
        if came[0] > len(lease.buffer):
            raise too_large(came[0], asked)
    return came


def send(lease: Lease, request: bytes, asked: object) -> bool:
    """Whether a request could be sent. Raises NetlinkError."""
    try:
        lease.transport.send(request)
    except BlockingIOError:
        return False
    except OSError as error:
        raise failure(error, lease, asked) from error
    lease.traffic.sent(request)
    return True


def receive(lease: Lease, asked: object) -> Came | None:
    """The next datagram if there is one. Raises NetlinkError."""
    try:
        size, sender, _ = lease.transport.receive_into(lease.buffer)
    except BlockingIOError:
        return None
    except OSError as error:
        raise failure(error, lease, asked) from error
    lease.traffic.received(lease.buffer, size, sender)
    if size > len(lease.buffer):
        raise too_large(size, asked)
    return size, sender


def note_sent(error: BaseException, lease: Lease, request: bytes) -> None:
    """Have an error of netlynx's show the request that was sent."""
    if isinstance(error, NetlynxError):
        from netlynx.messages import note_request  # once there is an error

        note_request(error, lease.protocol, request)


def failure(error: OSError, lease: Lease, asked: object) -> NetlynxError:
    """What a system call said, as an error of the operation."""
    if error.errno == errno.ENOBUFS:
        lease.traffic.overran()
    return from_error(error, str(asked))


def too_large(size: int, asked: object) -> NetlynxError:
    """The error for an answer that was cut short."""
    return from_errno(errno.EMSGSIZE, asked=str(asked), hint=f"A message of {size} bytes came; this is a bug to report")


def _enlarge(lease: Lease) -> bool:
    """Whether the socket's receive queue has the size that wide datagrams of a batch need."""
    return lease.transport.set_receive_buffer(BatchExchange.QUEUE // 2) >= BatchExchange.QUEUE


class BatchSockets:
    """The sockets of one batch, one for each protocol, given back at its end but for one whose exchange failed."""

    def __init__(self, pool: SocketPool, ahead: bool) -> None:
        self._pool = pool
        self._leases: dict[int, Lease] = {}
        self._busy: Lease | None = None
        self._wide = False
        self._courier = Courier() if ahead else None
        self._other: memoryview | None = None  # what comes back for a datagram that the courier sends by itself

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        try:
            if self._courier is not None:
                self._courier.close()
        finally:
            for lease in self._leases.values():
                if lease is self._busy:
                    self._pool.discard(lease)
                else:
                    self._pool.give_back(lease)

    def begin(self, exchange: BatchExchange[Any]) -> tuple[Lease, bytes]:
        """The socket for an exchange, and its datagram."""
        lease = self._leases.get(exchange.protocol)
        if lease is None:
            lease = self._leases[exchange.protocol] = self._pool.lease(exchange.protocol)
            if self._wide:  # the queue of another protocol's socket grew, so this one's does
                _enlarge(lease)
        if exchange.widen is not None and _enlarge(lease):
            self._wide = True
            exchange.widen()
        request = exchange.start(lease.sequence, lease.portid)
        lease.sequence = exchange.last_sequence
        self._busy = lease
        return lease, request

    def ask(self, lease: Lease, request: bytes, exchange: BatchExchange[Any]) -> Came | None:
        """As the function `ask`; the batch's next datagram is made ready while a host's kernel works on this one."""
        courier, transport = self._courier, lease.transport
        if courier is None or not isinstance(transport, SystemCalls):
            return ask(lease, request, exchange)
        if courier.carries(request):  # begun right behind the one before it
            assert self._other is not None
            lease.buffer, self._other = self._other, lease.buffer
        return ask(lease, request, exchange, partial(courier.ask, transport, partial(self._look_ahead, exchange)))

    def _look_ahead(self, exchange: BatchExchange[Any]) -> None:
        following = exchange.look_ahead()
        if following is not None:
            assert self._courier is not None
            assert exchange.packed is not None
            if self._other is None:
                self._other = page_aligned(BUFFER)
            self._courier.follow(following.request, exchange.packed.acknowledgement, self._other)

    def done(self) -> None:
        """Nothing is outstanding on the socket that was begun with, unless the courier sent more already."""
        if self._courier is None or not self._courier.carries():
            self._busy = None
