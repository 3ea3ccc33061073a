"""How an async connection waits: for the kernel's answers, and for threads that make calls which may take long."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Any, TypeVar

import anyio
from anyio.lowlevel import checkpoint_if_cancelled

from netlynx.client import async_threads as aio_threads
from netlynx.client.async_threads import ROUTE, AsyncThreads, type_of
from netlynx.client.driving import OTHERWISE, AsyncWays, aadvance
from netlynx.client.exchanging import GRACE, Wait, receive, send, settled, strays
from netlynx.client.sending import LookingAhead, begin_do, may_last
from netlynx.engine.carrying import carrying_on
from netlynx.engine.exchange import DoExchange
from netlynx.engine.operation import Do, Dump
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
from netlynx.errors import NetlynxError, RequestTimeout
from netlynx.transport.base import ALL_LASTS
from netlynx.transport.deadline import Deadline
from netlynx.transport.errands import Errand, under_way
from netlynx.transport.pool import Lease

T = TypeVar("T")


class AsyncWaiting(AsyncThreads):
    """The half of `netlynx.AsyncConnection` that waits. Not for anybody else."""

    # -- conversations -------------------------------------------------------------------------------------------

    async def _run(self, steps: Steps[T], deadline: Deadline | None = None) -> T:
        """Wait for whatever a conversation wants, to its end; returns what comes of it."""
        value: T = (await aadvance(steps, _WAYS, self, deadline)).value
        return value

    async def _advance(self, steps: Steps[Any], deadline: Deadline | None) -> Handed | Ended:
        """Wait for whatever a conversation wants until it hands something out or ends."""
        return await aadvance(steps, _WAYS, self, deadline)

    async def _do(self, operation: Do[T], deadline: Deadline | None = None) -> T:
        """One request and its answer, mostly one system call: a conversation would take a tenth more."""
        began = monotonic()
        if began >= self._due:
            await self._let_others_run()
            began = monotonic()
        if deadline is not None:
            deadline.check(operation)
        pool = self._pool
        kind = operation.message_type
        if pool.lasting and not (
            began < self._trusted.get(kind, 0.0) and operation.protocol == ROUTE and not under_way()
        ):
            lease, exchange, whole = await self._begin_do(operation, deadline)
        else:
            lease = pool.lease(operation.protocol)
            try:
                exchange = DoExchange(operation, lease.next_sequence(), lease.portid)
                whole = settled(lease, exchange)
            except BaseException:
                pool.discard(lease)
                raise
            now = monotonic()
            if now - began < aio_threads.SLOW:
                self._trusted[kind] = now + aio_threads.FRESH
            else:
                self._took(now - began, kind)
        if whole:
            pool.give_back(lease)
            return exchange.answer  # type: ignore[no-any-return]  # a codec's knows no T
        try:
            await self._run(carrying_on(lease, exchange, exchange.came, operation), deadline)
        except BaseException:
            pool.discard(lease)
            raise
        pool.give_back(lease)
        return exchange.result()

    async def _lend(self, step: Lend, deadline: Deadline | None) -> Lease:
        if deadline is not None:
            deadline.check(step.asked)
        return await self._lease(step.protocol, step.asked, deadline)

    async def _feed(self, step: Feed, deadline: Deadline | None) -> Any:
        lease, exchange = step.line, step.exchange
        if step.unsent:
            await self._send(Send(lease, exchange.request, exchange.operation), deadline)
            step.unsent = False
        return step.attempt.feed(lease.buffer, *await self._receive(lease, exchange.operation, deadline, Wait.of(step)))

    async def _lease(self, protocol: int, asked: object, deadline: Deadline | None) -> Lease:
        """A socket; to open one may take as long as any other call to a kernel that is far away."""
        pool = self._pool
        if pool.lasting < ALL_LASTS:
            return pool.lease(protocol)
        for opening in tuple(self._openings):
            await self._rung(opening)
            self._openings.discard(opening)
        return await self._away(partial(pool.lease, protocol), asked, deadline, let_go=pool.discard)

    async def _begin_do(self, operation: Do[T], deadline: Deadline | None) -> tuple[Lease, DoExchange[T], bool]:
        """Send a request from a thread."""
        pool = self._pool
        hands = self._changing if may_last(operation) else self._reading
        if pool.lasting >= ALL_LASTS:
            lease = await self._lease(operation.protocol, operation, deadline)
            try:
                exchange: DoExchange[T] = DoExchange(operation, lease.next_sequence(), lease.portid)
                call = partial(settled, lease, exchange)
                return lease, exchange, await self._away(call, operation, deadline, lease=lease, hands=hands)
            except BaseException:
                pool.discard(lease)
                raise
        return await self._away(
            partial(begin_do, pool, operation),
            operation,
            deadline,
            let_go=lambda begun: pool.discard(begun[0]),
            hands=hands,
        )

    async def _ask(self, step: Ask, deadline: Deadline | None) -> tuple[Lease, Came | None]:
        """Send a datagram of a batch, and have the next one made meanwhile."""
        sockets, exchange = step.lines, step.exchange
        await self._turn()
        if deadline is not None:
            deadline.check(exchange)
        if not self._pool.lasting:
            lease, request = sockets.begin(exchange)
            return lease, sockets.ask(lease, request, exchange)
        if self._pool.lasting >= ALL_LASTS:
            call = partial(sockets.begin_and_ask, exchange)
            return await self._away(call, exchange, deadline, lease=sockets, hands=self._changing)
        lease, request = sockets.begin(exchange)
        following = LookingAhead(sockets, exchange)  # here, as the iterable is the caller's
        came = await self._away(
            partial(sockets.ask, lease, request, exchange, following.follow),
            exchange,
            deadline,
            lease=sockets,
            hands=self._changing,
            meanwhile=following.look,
        )
        return lease, came

    async def _settle(self, step: Settle, deadline: Deadline | None) -> None:
        """Find out what became of a batch that an error ended, as far as that is known soon."""
        sockets, error = step.lines, step.error
        sockets.stop()
        with anyio.move_on_after(GRACE, shield=True), suppress(NetlynxError):
            for errand in sockets.under_way():
                await self._rung(errand)
            if sockets.carrying:
                sockets.errand = Errand(sockets.end)
                self._changing.give(sockets.errand)
                await self._rung(sockets.errand)
            sockets.end()
            while (missing := sockets.settle(error)) and not self._pool.closed:
                await self._readable(missing.transport.fileno())
            return
        sockets.settle(error)

    async def _send(self, step: Send, deadline: Deadline | None) -> None:
        lease, request, asked, answers = step.line, step.request, step.asked, step.answers
        await checkpoint_if_cancelled()
        if await self._sent(lease, request, asked, deadline, answers):
            return
        with anyio.move_on_after(self.timeout if deadline is None else deadline.left(self.timeout)):
            while True:
                await anyio.sleep(0.001)
                self._pool.check_open()
                if await self._sent(lease, request, asked, deadline, answers):
                    return
        if deadline is not None:
            deadline.check(asked)
        raise RequestTimeout(f"{asked}: could not be sent within {self.timeout} s")

    async def _sent(
        self, lease: Lease, request: bytes | bytearray, asked: Any, deadline: Deadline | None, answers: int
    ) -> bool:
        """Whether a request could be sent."""
        if self._pool.lasting:
            changes = not isinstance(asked, Dump | Do) or may_last(asked)
            if changes or self._held_up(monotonic(), type_of(asked)):
                hands = self._reading if isinstance(asked, Dump) else self._changing
                call = partial(send, lease, request, asked, answers)
                return await self._away(call, asked, deadline, lease=lease, hands=hands)
        began = monotonic()
        sent = send(lease, request, asked, answers)
        self._took(monotonic() - began, type_of(asked))
        return sent

    async def _receive(self, lease: Lease, asked: Any, deadline: Deadline | None, wait: Wait | None = None) -> Came:
        """The next datagram, which is in the lease's buffer."""
        since = wait.goes_on() if wait is not None else 0.0
        if since and monotonic() >= since + self.timeout:
            raise RequestTimeout(f"{asked}: no answer within {self.timeout} s")
        while True:
            if deadline is not None:
                deadline.check(asked)
            if self._pool.lasting and self._held_up(monotonic(), type_of(asked)):
                came = await self._away(partial(receive, lease, asked), asked, deadline, lease=lease, told=False)
            else:
                began = monotonic()
                came = receive(lease, asked)
                if came is not None:
                    self._took(monotonic() - began, type_of(asked))
            if came is not None:
                break
            now = monotonic()
            since = since or (wait.began(now) if wait is not None else now)
            left = since + self.timeout - now
            with anyio.move_on_after(left if deadline is None else deadline.left(left)) as scope:
                await self._readable(lease.transport.fileno())
            if scope.cancelled_caught:
                if deadline is not None:
                    deadline.check(asked)
                raise RequestTimeout(f"{asked}: no answer within {self.timeout} s")
        if monotonic() >= self._due:
            await self._let_others_run()
        return came

    async def _take(self, step: Take, deadline: Deadline | None) -> Came | None:
        """What has come to a socket, if anything has."""
        call = partial(receive, step.line, step.asked)
        if self._pool.lasting >= ALL_LASTS:
            return await self._away(call, step.asked, deadline, lease=step.line, told=False)
        return call()

    async def _empty(self, step: Empty, deadline: Deadline | None) -> int:
        """Take what came to a socket before it was asked anything; how many datagrams that was."""
        lease, asked = step.line, step.asked
        if self._pool.lasting >= ALL_LASTS:
            return await self._away(partial(strays, lease, asked), asked, deadline, lease=lease, told=False)
        return strays(lease, asked)


_WAYS: AsyncWays = {
    **OTHERWISE,
    Do: AsyncWaiting._do,
    Lend: AsyncWaiting._lend,
    Send: AsyncWaiting._send,
    Feed: AsyncWaiting._feed,
    Receive: lambda self, step, deadline: self._receive(step.line, step.asked, deadline, Wait.of(step)),
    Ask: AsyncWaiting._ask,
    Settle: AsyncWaiting._settle,
    Empty: AsyncWaiting._empty,
    Take: AsyncWaiting._take,
    Pause: lambda self, step, deadline: anyio.sleep(step.seconds),
}
