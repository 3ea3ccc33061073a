"""How a connection waits for what its conversations want, in the thread that asks."""

from __future__ import annotations

import time
from typing import Any, TypeVar

from netlynx.client.driving import OTHERWISE, Ways, advance
from netlynx.client.exchanging import GRACE, Sockets, Wait, broken_off, receive, send, settled, strays, too_large
from netlynx.client.shell import Shell
from netlynx.engine.carrying import carrying_on
from netlynx.engine.changing import NUMBERS, ChangeExchange
from netlynx.engine.exchange import DoExchange, DumpExchange
from netlynx.engine.operation import Bound, Do
from netlynx.engine.steps import (
    Ask,
    Came,
    Empty,
    Ended,
    Feed,
    Handed,
    Lend,
    Pause,
    Receive,
    Send,
    Settle,
    Steps,
    Take,
)
from netlynx.errors import ConnectionClosed, RequestTimeout
from netlynx.transport.base import Draining
from netlynx.transport.deadline import Deadline
from netlynx.transport.pool import Lease, SocketPool, milliseconds

T = TypeVar("T")


class Waiting(Shell):
    """The half of `netlynx.Connection` that waits. Not for anybody else."""

    def __init__(self, pool: SocketPool, retries: int) -> None:
        super().__init__(pool, Sockets(pool), retries)

    def _run(self, steps: Steps[T], deadline: Deadline | None = None) -> T:
        """Wait for whatever a conversation wants, to its end; returns what comes of it."""
        value: T = advance(steps, _WAYS, self, deadline).value
        return value

    def _advance(self, steps: Steps[Any], deadline: Deadline | None) -> Handed | Ended:
        """Wait for whatever a conversation wants until it hands something out or ends."""
        return advance(steps, _WAYS, self, deadline)

    def _do(self, operation: Do[T], deadline: Deadline | None = None) -> T:
        """One request and its answer, mostly one system call: a conversation would take a tenth more."""
        if deadline is not None:
            deadline.check(operation)
        pool = self._pool
        lease = pool.lease(operation.protocol, deadline)
        try:
            exchange: DoExchange[T] = DoExchange(operation, lease.next_sequence(), lease.portid)
            whole = settled(lease, exchange)
            if not whole:
                self._run(carrying_on(lease, exchange, exchange.came, operation), deadline)
        except BaseException:
            pool.discard(lease)
            raise
        pool.give_back(lease)
        return exchange.answer if whole else exchange.result()

    def _change(self, change: Bound[T], deadline: Deadline | None = None) -> T | None:
        """One change as a transaction of its own: as `_do`, where all that is told is that it was carried out."""
        if deadline is not None:
            deadline.check(change)
        pool = self._pool
        lease = pool.lease(change.protocol, deadline)
        before = lease.sequence
        if change.reply is not None or before > 0xFFFFFFFF - NUMBERS:
            pool.give_back(lease)
            answer: T | None = self._run(self._carrier.carry_out(change), deadline)
            return answer
        lease.sequence += NUMBERS
        try:
            exchange = ChangeExchange(change, before, lease.portid)
            if settled(lease, exchange):
                pool.give_back(lease)
                return None
        except BaseException:
            pool.discard(lease)
            raise
        return self._run(self._carrier.changing_on(lease, change, before, exchange.came), deadline)

    def _feed(self, feed: Feed, deadline: Deadline | None) -> Any:
        """The next datagrams of a table: as many as are there, without Python between them, where that can be."""
        lease, attempt, exchange = feed.line, feed.attempt, feed.exchange
        if lease.inherited:
            raise ConnectionClosed("the dump is the parent process's: dump anew after a fork")
        if deadline is not None:
            deadline.check(exchange.operation)
        if feed.unsent:
            if not send(lease, exchange.request, exchange.operation):
                self._send(Send(lease, exchange.request, exchange.operation), deadline)
            feed.unsent = False
        draining = lease.draining
        wait = Wait.of(feed) if draining is None or exchange.strays else None
        if draining is not None:
            size, sender, at, flags = self._drain(draining, lease, exchange, attempt.stretch)
            part = attempt.feed(lease.buffer, size, sender, at, flags)
            if wait is not None and (at or flags):  # of messages that fit: those of dumps have NLM_F_MULTI
                wait.renew()
            if part or exchange.done:
                return part
            self._pool.check_open()
            if draining.ahead or lease.inherited:
                if wait is not None and (since := wait.goes_on()) and time.monotonic() >= since + self.timeout:
                    raise self._unanswered(exchange.operation)
                return part
        strays = exchange.strays
        size, sender = self._receive(lease, exchange.operation, deadline, wait)
        part = attempt.feed(lease.buffer, size, sender)
        if wait is not None and strays == exchange.strays:
            wait.renew()
        return part

    def _unanswered(self, asked: Any) -> RequestTimeout:
        return RequestTimeout(f"{asked}: no answer within {self.timeout} s")

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

    def _lend(self, step: Lend, deadline: Deadline | None) -> Lease:
        if deadline is not None:
            deadline.check(step.asked)
        return self._pool.lease(step.protocol, deadline)

    def _ask(self, step: Ask, deadline: Deadline | None) -> tuple[Lease, Came | None]:
        if deadline is not None:
            deadline.check(step.exchange)
        lease, request = step.lines.begin(step.exchange, deadline)
        return lease, step.lines.ask(lease, request, step.exchange)

    def _settle(self, step: Settle, deadline: Deadline | None) -> None:
        """Find out what became of a batch that an error ended, as far as that is known soon."""
        sockets, error = step.lines, step.error
        sockets.end()
        until = time.monotonic() + GRACE
        while (missing := sockets.settle(error)) and not self._pool.closed and time.monotonic() < until:
            missing.poll.poll(milliseconds(until - time.monotonic()))

    def _send(self, step: Send, deadline: Deadline | None) -> None:
        lease, asked, end = step.line, step.asked, 0.0
        while not send(lease, step.request, asked, step.answers):
            if deadline is not None:
                deadline.check(asked)
            end = end or time.monotonic() + self.timeout
            if time.monotonic() > end:
                raise RequestTimeout(f"{asked}: could not be sent within {self.timeout} s")
            lease.poll.poll(1)
            self._pool.check_open()

    def _receive(self, lease: Lease, asked: Any, deadline: Deadline | None, wait: Wait | None = None) -> Came:
        """The next datagram, which is in the lease's buffer."""
        since = wait.goes_on() if wait is not None else 0.0
        end = since and since + self.timeout
        if end:
            if deadline is not None:
                deadline.check(asked)
            if time.monotonic() >= end:
                raise self._unanswered(asked)
        while True:
            self._pool.check_open()
            came = receive(lease, asked)
            if came is not None:
                return came
            now = time.monotonic()
            end = end or (wait.began(now) if wait is not None else now) + self.timeout
            if now >= end:
                raise self._unanswered(asked)
            lease.poll.poll(milliseconds(end - now if deadline is None else deadline.left(end - now)))
            if deadline is not None:
                deadline.check(asked)


_WAYS: Ways = {
    **OTHERWISE,
    Do: Waiting._do,
    Lend: Waiting._lend,
    Send: Waiting._send,
    Feed: Waiting._feed,
    Receive: lambda self, step, deadline: self._receive(step.line, step.asked, deadline, Wait.of(step)),
    Ask: Waiting._ask,
    Settle: Waiting._settle,
    Empty: lambda self, step, deadline: strays(step.line, step.asked),
    Take: lambda self, step, deadline: receive(step.line, step.asked),
    Pause: lambda self, step, deadline: self._pool.pause(step.seconds),
}
