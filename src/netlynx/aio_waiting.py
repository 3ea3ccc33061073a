"""How an async connection waits: for the kernel's answers, and for threads that make calls which may take long."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Any, TypeVar

import anyio
from anyio.lowlevel import checkpoint, checkpoint_if_cancelled

from netlynx.deadline import Deadline
from netlynx.driving import OTHERWISE, AsyncWays, aadvance
from netlynx.engine.carrying import carrying_on
from netlynx.engine.exchange import DoExchange
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
)
from netlynx.errands import Errand, Hands, under_way
from netlynx.errors import ConnectionClosed, NetlynxError, RequestTimeout
from netlynx.event_loop import EventLoop
from netlynx.exchanging import GRACE, BatchSockets, Wait, ask, receive, send, strays
from netlynx.operation import Do, Dump
from netlynx.sending import LookingAhead, begin_do, may_last
from netlynx.shell import Shell
from netlynx.transport.base import ALL_LASTS
from netlynx.transport.pool import Lease, SocketPool
from netlynx.wire.constants import NETLINK

T = TypeVar("T")

_ROUTE = int(NETLINK.ROUTE)

_TURN = 0.001  # seconds for which answers that are there at once may keep the event loop: others want to run too
_LOOK = 0.0003  # seconds for which a thread is looked out for: most are done by then, and waking the loop takes as long
SLOW = 0.004  # seconds: a kernel that takes so long for something small, twice running, is held up by somebody
_WARY = 1.0  # seconds for which all calls are then made by threads
FRESH = 0.02  # seconds for which something of a type may be asked by the loop's own thread after an answer at once
_NEVER = float("-inf")


class AsyncWaiting(Shell):
    """The half of `netlynx.AsyncConnection` that waits. Not for anybody else.

    The kernel works within the call that sends, and a thread that makes it can do nothing else. So what may take long
    is sent by another thread than the event loop's (`may_last`). All else is likewise, unless something of its type was
    answered at once a moment ago: whether another process holds a lock that it takes cannot be known before. So the
    loop's own thread waits for a lock only if that was taken within `FRESH` since the last answer, and then once.
    """

    def __init__(self, pool: SocketPool, retries: int) -> None:
        self._waiting: set[int] = set()
        self._changing, self._reading = Hands(), Hands()  # so that no question waits behind changes
        super().__init__(pool, _Waking(pool, self._waiting, self._changing), retries)
        self._loop: EventLoop | None = None  # of the task that waited last
        self._due = 0.0  # when others are to have their turn
        self._trusted: dict[int, float] = {}  # until when something of a type may be asked here: see `_type_of`
        self._slow = False  # the last small thing took long: once may be the scheduler's doing
        self._wary_until = 0.0  # when the kernel may be asked by the loop's own thread again
        self._errands: dict[Errand[Any], anyio.Event] = {}  # those that tasks wait for
        self._openings: set[Errand[Any]] = set()  # of subscriptions that listen as soon as these are over

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
            began < self._trusted.get(kind, 0.0) and operation.protocol == _ROUTE and not under_way()
        ):
            lease, exchange, came = await self._begin_do(operation, deadline)
        else:
            lease = pool.lease(operation.protocol)
            try:
                exchange = DoExchange(operation, lease.next_sequence(), lease.portid)
                came = ask(lease, exchange.request, operation)
            except BaseException:
                pool.discard(lease)
                raise
            now = monotonic()
            if now - began < SLOW:
                self._trusted[kind] = now + FRESH
            else:
                self._took(now - began, kind)
        try:
            if came is None or not exchange.settle(lease.buffer, *came):
                await self._run(carrying_on(lease, exchange, came, operation), deadline)
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
        return step.attempt.feed(lease.buffer, *await self._receive(lease, exchange.operation, deadline, Wait.of(step)))

    # -- turns ---------------------------------------------------------------------------------------------------

    async def _let_others_run(self) -> None:
        """Go on in a turn of the loop of which less than `_TURN` was used, by all tasks of the connection together."""
        while True:
            due = self._due
            await checkpoint()
            if self._due == due:  # the first of them in this turn
                self._due = monotonic() + _TURN
                return
            if monotonic() < self._due:
                return

    async def _turn(self) -> None:
        """Let others run if it is time, and see in any case whether the task was cancelled."""
        if monotonic() >= self._due:
            await self._let_others_run()
        else:
            await checkpoint_if_cancelled()

    def _held_up(self, now: float, kind: int) -> bool:
        """Whether asking for something of a type may take long now."""
        return now >= self._trusted.get(kind, _NEVER) or bool(under_way()) or self._pool.lasting >= ALL_LASTS

    def _took(self, seconds: float, kind: int) -> None:
        """Note how long the kernel took for something small of a type."""
        now = monotonic()
        if seconds < SLOW:
            self._slow = False
            if now >= self._wary_until:
                self._trusted[kind] = now + FRESH
            return
        self._trusted.clear()
        if self._slow:
            self._wary_until = now + _WARY
        self._slow = True

    # -- calls made by threads -----------------------------------------------------------------------------------

    async def _away(
        self,
        call: Callable[[], T],
        asked: object,
        deadline: Deadline | None = None,
        *,
        lease: Lease | BatchSockets | None = None,
        let_go: Callable[[T], object] | None = None,
        hands: Hands | None = None,
        meanwhile: Callable[[], object] | None = None,
        told: bool = True,
    ) -> T:
        """Have a call made by a thread, and wait for it; `meanwhile` is called here.

        What it uses is the thread's until it is over: who gives up waiting may discard the `lease` all the same, which
        is closed when the thread is done; `let_go` is for what the call returns when nobody waits for it any more.

        Raises what the call raises, RequestTimeout, ConnectionClosed; cancelled, a note tells what was on its way.
        """
        errand = Errand(call)
        if lease is not None:
            lease.errand = errand
        (hands or self._reading).give(errand)
        try:
            if meanwhile is not None:
                meanwhile()
            if not errand.returned.acquire(timeout=max(0.0, min(_LOOK, self._due - monotonic()))):
                await self._over(errand, asked, deadline)
        except BaseException as error:
            errand.give_up()
            # A batch tells more itself; and that nothing was received needs no words.
            if not isinstance(error, NetlynxError | GeneratorExit) and told and not isinstance(lease, BatchSockets):
                error.add_note(f"{asked}: {_state(errand)} when this was given up")
            if let_go is not None and not errand.afterwards(partial(_let_go, let_go)):
                _let_go(let_go, errand)
            raise
        if lease is not None:
            lease.errand = None
        if hands is not self._changing and errand.value is not None:  # which says that nothing was there
            self._took(errand.took, _type_of(asked))
        return errand.result()

    async def _over(self, errand: Errand[Any], asked: object, deadline: Deadline | None) -> None:
        """Wait for an errand. Raises RequestTimeout, ConnectionClosed."""
        self._loop = loop = EventLoop()  # before looking: who closes from now on will have it wake this task
        self._pool.check_open()
        over = anyio.Event()
        if not errand.ring(partial(loop.soon, over.set)):
            return
        self._errands[errand] = over
        try:
            with anyio.move_on_after(self.timeout if deadline is None else deadline.left(self.timeout)):
                await over.wait()
        finally:
            self._errands.pop(errand, None)
        if errand.over:
            return
        self._pool.check_open()
        if deadline is not None:
            deadline.check(f"{asked} ({_state(errand)})")
        raise RequestTimeout(f"{asked}: no answer within {self.timeout} s; {_state(errand)}")

    async def _lease(self, protocol: int, asked: object, deadline: Deadline | None) -> Lease:
        """A socket; to open one may take as long as any other call to a kernel that is far away."""
        pool = self._pool
        if pool.lasting < ALL_LASTS:
            return pool.lease(protocol)
        for opening in tuple(self._openings):
            await self._rung(opening)
            self._openings.discard(opening)
        return await self._away(partial(pool.lease, protocol), asked, deadline, let_go=pool.discard)

    async def _begin_do(self, operation: Do[T], deadline: Deadline | None) -> tuple[Lease, DoExchange[T], Came | None]:
        """Send a request from a thread."""
        pool = self._pool
        hands = self._changing if may_last(operation) else self._reading
        if pool.lasting >= ALL_LASTS:
            lease = await self._lease(operation.protocol, operation, deadline)
            try:
                exchange: DoExchange[T] = DoExchange(operation, lease.next_sequence(), lease.portid)
                call = partial(ask, lease, exchange.request, operation)
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

    async def _rung(self, errand: Errand[Any]) -> None:
        """Wait for an errand whatever comes. Several tasks may."""
        over = anyio.Event()
        if errand.ring(partial(EventLoop().soon, over.set)):
            await over.wait()

    # -- one step ------------------------------------------------------------------------------------------------

    async def _send(self, step: Send, deadline: Deadline | None) -> None:
        lease, request, asked = step.line, step.request, step.asked
        await checkpoint_if_cancelled()
        if await self._sent(lease, request, asked, deadline):
            return
        with anyio.move_on_after(self.timeout if deadline is None else deadline.left(self.timeout)):
            while True:
                await anyio.sleep(0.001)
                self._pool.check_open()
                if await self._sent(lease, request, asked, deadline):
                    return
        if deadline is not None:
            deadline.check(asked)
        raise RequestTimeout(f"{asked}: could not be sent within {self.timeout} s")

    async def _sent(self, lease: Lease, request: bytes, asked: Any, deadline: Deadline | None) -> bool:
        """Whether a request could be sent."""
        if self._pool.lasting:
            changes = not isinstance(asked, Dump | Do) or may_last(asked)
            if changes or self._held_up(monotonic(), _type_of(asked)):
                hands = self._reading if isinstance(asked, Dump) else self._changing
                call = partial(send, lease, request, asked)
                return await self._away(call, asked, deadline, lease=lease, hands=hands)
        began = monotonic()
        sent = send(lease, request, asked)
        self._took(monotonic() - began, _type_of(asked))
        return sent

    async def _receive(self, lease: Lease, asked: Any, deadline: Deadline | None, wait: Wait | None = None) -> Came:
        """The next datagram, which is in the lease's buffer."""
        since = wait.goes_on() if wait is not None else 0.0
        if since and monotonic() >= since + self.timeout:
            raise RequestTimeout(f"{asked}: no answer within {self.timeout} s")
        while True:
            if deadline is not None:
                deadline.check(asked)
            if self._pool.lasting and self._held_up(monotonic(), _type_of(asked)):
                came = await self._away(partial(receive, lease, asked), asked, deadline, lease=lease, told=False)
            else:
                began = monotonic()
                came = receive(lease, asked)
                if came is not None:
                    self._took(monotonic() - began, _type_of(asked))
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

    async def _empty(self, step: Empty, deadline: Deadline | None) -> int:
        """Take what came to a socket before it was asked anything; how many datagrams that was."""
        lease, asked = step.line, step.asked
        if self._pool.lasting >= ALL_LASTS:
            return await self._away(partial(strays, lease, asked), asked, deadline, lease=lease, told=False)
        return strays(lease, asked)

    async def _readable(self, descriptor: int) -> None:
        """Until there is something to receive. Raises ConnectionClosed when the connection or the waiter's socket is
        closed, BusyResourceError (of anyio) when another task waits for the same."""
        self._loop = EventLoop()  # before looking: who closes from now on will have it wake this task
        self._pool.check_open()
        if descriptor in self._waiting:
            raise anyio.BusyResourceError("receiving")
        self._waiting.add(descriptor)
        try:
            await anyio.wait_readable(descriptor)
        except anyio.ClosedResourceError:
            raise ConnectionClosed("the connection was closed while this waited") from None
        finally:
            self._waiting.discard(descriptor)
        self._pool.check_open()

    # -- closing -------------------------------------------------------------------------------------------------

    def _in_loop(self, function: Callable[[], None]) -> None:
        """Call something that concerns tasks that may wait, from any thread."""
        loop = self._loop
        if loop is None:
            function()
        else:
            loop.call(function)

    def _wake(self, descriptor: int) -> None:
        """Have the task that waits for a descriptor, if there is one, find that it is closed."""
        _wake(descriptor, self._waiting)

    def _wake_all(self) -> None:
        for descriptor in tuple(self._waiting):
            self._wake(descriptor)
        for over in tuple(self._errands.values()):
            over.set()


class _Waking:
    """The sockets of conversations, as `Sockets`; whoever waits for one that is discarded is woken."""

    def __init__(self, pool: SocketPool, waiting: set[int], hands: Hands) -> None:
        self.idle = pool.idle
        self.give_back = pool.give_back
        self._pool = pool
        self._waiting = waiting
        self._hands = hands

    def discard(self, lease: Lease) -> None:
        """Close a socket: one on which a task still waits is that of a dump that another one closes."""
        _wake(lease.transport.fileno(), self._waiting)
        self._pool.discard(lease)

    def gather(self, ahead: bool) -> BatchSockets:
        """The sockets of a batch."""
        return BatchSockets(self._pool, ahead, self._hands)


def _wake(descriptor: int, waiting: set[int]) -> None:
    if descriptor in waiting:
        with suppress(RuntimeError):  # no loop runs: nobody can be woken
            anyio.notify_closing(descriptor)


def _type_of(asked: Any) -> int:
    """A number for all that is asked in one way: of rtnetlink, the message type."""
    if not isinstance(asked, Do | Dump):
        return -1
    return asked.message_type if asked.protocol == _ROUTE else asked.message_type | asked.protocol << 16


def _let_go(function: Callable[[Any], object], errand: Errand[Any]) -> None:
    """Let go of what an errand brought, if it brought anything."""
    if errand.begun and errand.error is None:
        function(errand.result())


def _state(errand: Errand[Any]) -> str:
    """How far it had come, in words."""
    if errand.over and errand.begun:
        return "the kernel had done with it"
    return "the kernel was at it and goes on with it" if errand.begun else "it was not sent"


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
    Pause: lambda self, step, deadline: anyio.sleep(step.seconds),
}
