"""How a connection waits for the kernel's answers, in the thread that asks."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from netlynx.engine.batch import BatchExchange
from netlynx.engine.exchange import DoExchange, DumpExchange
from netlynx.errors import NetlynxError, RequestTimeout
from netlynx.exchanging import GRACE, UNSENT, BatchSockets, Came, Wait, broken_off, note_sent, receive, send, too_large
from netlynx.transport.base import Draining
from netlynx.transport.pool import Lease, SocketPool, milliseconds

if TYPE_CHECKING:
    from netlynx.deadline import Deadline
    from netlynx.engine.call import CallExchange


class Waiting:
    """The half of `netlynx.Connection` that waits. Not for anybody else."""

    _pool: SocketPool

    @property
    def timeout(self) -> float:
        """How long, in seconds, one answer may take. It may be set at any time."""
        return self._pool.patience.seconds

    @timeout.setter
    def timeout(self, seconds: float) -> None:
        self._pool.patience.seconds = seconds

    def _carry_on(
        self,
        lease: Lease,
        exchange: DoExchange[Any] | CallExchange[Any] | BatchExchange[Any],
        came: Came | None,
        asked: Any,
        deadline: Deadline | None,
    ) -> None:
        """Feed an exchange what came, and what comes, until it is done."""
        if came is UNSENT:
            self._send(lease, exchange.request, asked, deadline)
            came = None
        elif came is not None:
            lease.last = came
        wait = Wait(exchange)
        try:
            while not exchange.feed(lease.buffer, *(came or self._receive(lease, asked, deadline, wait))):
                came = None
        except NetlynxError as error:
            note_sent(error, lease, exchange.request, exchange)
            raise
        finally:
            lease.traffic.strayed(exchange.strays)

    def _settle(self, sockets: BatchSockets, error: BaseException) -> None:
        """Find out what became of a batch that an error ended, as far as that is known soon."""
        sockets.end()
        until = time.monotonic() + GRACE
        while (missing := sockets.settle(error)) and not self._pool.closed and time.monotonic() < until:
            missing.poll.poll(milliseconds(until - time.monotonic()))

    def _send(self, lease: Lease, request: bytes, asked: Any, deadline: Deadline | None) -> None:
        end = 0.0
        while not send(lease, request, asked):
            if deadline is not None:
                deadline.check(asked)
            end = end or time.monotonic() + self.timeout
            if time.monotonic() > end:
                raise RequestTimeout(f"{asked}: could not be sent within {self.timeout} s")
            lease.poll.poll(1)
            self._pool.check_open()

    def _drain(self, draining: Draining, lease: Lease, exchange: DumpExchange, most: int) -> tuple[int, int, int, int]:
        """Receive into the exchange's sink as far as it goes without waiting; returns what `feed` is to be told."""
        asked = exchange.operation
        size, sender, at, flags = draining.drain(
            exchange.sink, lease.buffer, asked.reply_type, exchange.sequence, exchange.portid, lease.traffic, most
        )
        if size < 0:
            raise broken_off(-size, asked)
        if size > len(lease.buffer):
            raise too_large(size, asked)
        if size:
            lease.last = size, sender
        return size, sender, at, flags

    def _receive(self, lease: Lease, asked: Any, deadline: Deadline | None, wait: Wait | None = None) -> Came:
        """The next datagram, which is in the lease's buffer."""
        since = wait.goes_on() if wait is not None else 0.0
        end = since and since + self.timeout
        if end:
            if deadline is not None:
                deadline.check(asked)
            if time.monotonic() >= end:
                raise RequestTimeout(f"{asked}: no answer within {self.timeout} s")
        while True:
            self._pool.check_open()
            came = receive(lease, asked)
            if came is not None:
                return came
            now = time.monotonic()
            end = end or (wait.began(now) if wait is not None else now) + self.timeout
            if now >= end:
                raise RequestTimeout(f"{asked}: no answer within {self.timeout} s")
            lease.poll.poll(milliseconds(end - now if deadline is None else deadline.left(end - now)))
            if deadline is not None:
                deadline.check(asked)
