"""What an async connection has threads do, and when: calls to a kernel that may take long."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Any, TypeVar

import anyio
from anyio.lowlevel import checkpoint, checkpoint_if_cancelled

from netlynx.client.event_loop import EventLoop
from netlynx.client.exchanging import BatchSockets
from netlynx.client.shell import Shell
from netlynx.engine.operation import Do, Dump
from netlynx.errors import ConnectionClosed, NetlynxError, RequestTimeout
from netlynx.transport.base import ALL_LASTS
from netlynx.transport.deadline import Deadline
from netlynx.transport.errands import Errand, Hands, under_way
from netlynx.transport.pool import Lease, SocketPool
from netlynx.wire.constants import NETLINK

T = TypeVar("T")

ROUTE = int(NETLINK.ROUTE)

_TURN = 0.001  # seconds for which answers that are there at once may keep the event loop: others want to run too
_LOOK = 0.0003  # seconds for which a thread is looked out for: most are done by then, and waking the loop takes as long
SLOW = 0.004  # seconds: a kernel that takes so long for something small, twice running, is held up by somebody
_WARY = 1.0  # seconds for which all calls are then made by threads
FRESH = 0.02  # seconds for which something of a type may be asked by the loop's own thread after an answer at once
_NEVER = float("-inf")


class AsyncThreads(Shell):
    """What an async connection has threads do, and when. Not for anybody else.

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
        self._trusted: dict[int, float] = {}  # until when something of a type may be asked here: see `type_of`
        self._slow = False  # the last small thing took long: once may be the scheduler's doing
        self._wary_until = 0.0  # when the kernel may be asked by the loop's own thread again
        self._errands: dict[Errand[Any], anyio.Event] = {}  # those that tasks wait for
        self._openings: set[Errand[Any]] = set()  # of subscriptions that listen as soon as these are over

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
            self._took(errand.took, type_of(asked))
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

    async def _rung(self, errand: Errand[Any]) -> None:
        """Wait for an errand whatever comes. Several tasks may."""
        over = anyio.Event()
        if errand.ring(partial(EventLoop().soon, over.set)):
            await over.wait()

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


def type_of(asked: Any) -> int:
    """A number for all that is asked in one way: of rtnetlink, the message type."""
    if not isinstance(asked, Do | Dump):
        return -1
    return asked.message_type if asked.protocol == ROUTE else asked.message_type | asked.protocol << 16


def _let_go(function: Callable[[Any], object], errand: Errand[Any]) -> None:
    """Let go of what an errand brought, if it brought anything."""
    if errand.begun and errand.error is None:
        function(errand.result())


def _state(errand: Errand[Any]) -> str:
    """How far it had come, in words."""
    if errand.over and errand.begun:
        return "the kernel had done with it"
    return "the kernel was at it and goes on with it" if errand.begun else "it was not sent"
