"""Listening, on asyncio or trio: what `AsyncConnection.subscribe` returns."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

import anyio
from anyio.lowlevel import checkpoint

from netlynx import limits
from netlynx.client.driving import OTHERWISE, aadvance
from netlynx.client.event_loop import EventLoop
from netlynx.client.hearing import Hearing
from netlynx.client.listening import Asked, Inbox
from netlynx.client.polling import Pollable
from netlynx.engine.operation import Do, Event, Group, Overrun
from netlynx.errors import ConnectionClosed, NetlynxError, NotSupported, RequestTimeout
from netlynx.transport.base import ALL_LASTS
from netlynx.transport.errands import Errand, Hands

if TYPE_CHECKING:
    from netlynx.client.async_connection import AsyncConnection

T = TypeVar("T")

_LOOK = 0.005  # seconds for which `drain` looks whether a kernel that is far away hands something over


class AsyncSubscription(Generic[T]):
    """Notifications as they arrive: `Event`s, and `Overrun` where some were lost. Iterating ends when it is closed.

    A malformed notification raises DecodeError in its place; later events still arrive. One task at a time may wait.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        groups: Iterable[Group[T]],
        hearing: Hearing,
    ) -> None:
        self._connection = connection
        self._pollable: Pollable | None = None
        with suppress(RuntimeError):  # made outside of any event loop
            connection._loop = EventLoop()
        wanted, pool = tuple(groups), connection._pool

        def inbox() -> Inbox[T]:
            return Inbox(pool, wanted, hearing, connection._known(wanted), connection.timeout)

        self._closed = False
        self._awaited: list[anyio.Event] = []  # set when it is open, or closed
        self._opening: Errand[Inbox[T]] | None = None
        self._opened: Inbox[T] | None = None
        self._sending = Hands(1)  # in their order
        self._far = pool.lasting >= ALL_LASTS  # every call waits for another process: none is made here
        if self._far:
            if not wanted:
                raise ValueError("subscribe to at least one group, such as route.LINKS")
            pool.check_open()
            self._opening = opening = Errand(inbox)
            connection._openings.add(opening)
            connection._reading.give(opening)
        else:
            self._opened = inbox()
        try:
            pool.attach(self)
        except BaseException:
            self.close()
            raise

    @property
    def _inbox(self) -> Inbox[T]:
        assert self._opened is not None
        return self._opened

    async def _listening(self) -> Inbox[T]:
        """The sockets, once they are open. Raises what opening them raised, ConnectionClosed."""
        opening = self._opening
        if opening is not None:
            over = anyio.Event()
            if opening.ring(partial(EventLoop().soon, over.set)):
                self._awaited.append(over)
                try:
                    await over.wait()
                finally:
                    self._awaited.remove(over)
            if self._opening is opening:
                self._open(opening)
        if self._opened is None:
            raise ConnectionClosed("the subscription is closed")
        return self._opened

    def _open(self, opening: Errand[Inbox[T]]) -> None:
        """Go on with what was opened. Raises what opening it raised."""
        self._connection._openings.discard(opening)
        self._opened = opening.value
        self._opening = None
        if opening.error is not None:
            self._closed = True
            raise opening.error

    async def __aenter__(self) -> Self:
        await self._listening()
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the subscription and wake the task that waits. What it had taken from its sockets is still handed out.

        May be called from any thread, as `AsyncConnection.close`.
        """
        self._connection._in_loop(self._close)

    def _close(self) -> None:
        self._closed = True
        opening, inbox, reading = self._opening, self._opened, self._connection._reading
        if opening is not None:
            self._opening = None
            self._connection._openings.discard(opening)
            for over in self._awaited:
                over.set()
            if not opening.afterwards(_close_opened):
                reading.give(Errand(lambda: _close_opened(opening)))
        if inbox is None:
            return
        for descriptor in () if inbox.closed else inbox.descriptors:
            self._connection._wake(descriptor)
        if not self._far:
            inbox.close()
        elif inbox.end():
            reading.give(Errand(inbox.release))
        self._sending.close()
        self._handed_out()

    def __aiter__(self) -> AsyncIterator[Event[T] | Overrun]:
        return self

    async def __anext__(self) -> Event[T] | Overrun:
        try:
            return await self.get()
        except ConnectionClosed:
            raise StopAsyncIteration from None

    async def get(self, timeout: float | None = None) -> Event[T] | Overrun:
        """The next event, waiting at most `timeout` seconds for it. Raises RequestTimeout, ConnectionClosed."""
        timeout = limits.optional_seconds("timeout", timeout)
        if timeout is not None and self._opening is not None:
            with anyio.move_on_after(timeout):
                await self._listening()
            if self._opening is not None:
                raise RequestTimeout(f"no notification within {timeout} s")
        inbox = await self._listening()
        if not inbox.ready:
            with anyio.move_on_after(timeout):
                while not inbox.ready:
                    await self._fill()
                    if inbox.ready:
                        await checkpoint()
                    elif inbox.closed:
                        raise ConnectionClosed("the subscription is closed")
                    else:
                        with anyio.move_on_after(inbox.patience(None)):
                            await self._wait()
        try:
            item = inbox.take()
        finally:
            self._handed_out()
        if item is None:
            raise RequestTimeout(f"no notification within {timeout} s")
        return item

    @property
    def portid(self) -> int:
        """The port ID of the socket that listens: what a kernel is told that sends to one socket (`netlynx.ovs`).

        Raises ConnectionClosed; ValueError where it listens to several protocols, with a socket for each; NotSupported
        for a kernel that another process serves.
        """
        if self._far:
            raise NotSupported(
                errno.EOPNOTSUPP,
                "threads wait for a kernel that another process serves: its sockets are theirs",
                asked="tell the port of an async subscription",
                hint="A sync subscription has one",
            )
        return self._inbox.portid

    def fileno(self) -> int:
        """A descriptor for select, poll, epoll and other loops: readable while `drain` has something to give.

        That includes what was taken from the sockets together with what was handed out before, lost notifications, an
        error to be raised, and the end: it stays readable once the subscription is closed. After it is readable,
        ``drain()`` gives all there is without waiting. The descriptor is not
        to be read or closed; the first call makes it, and it lasts as long as the subscription. Raises NotSupported for
        a kernel that another process serves.
        """
        if self._far:
            raise NotSupported(
                errno.EOPNOTSUPP,
                "threads wait for a kernel that another process serves: there is no descriptor",
                asked="poll an async subscription",
                hint="A sync subscription has one",
            )
        if self._pollable is None:
            self._pollable = Pollable(self._inbox)
        return self._pollable.fileno()

    def drain(self, most: int | None = None) -> list[Event[T] | Overrun]:
        """All that has arrived by now, or the first `most` of it, without waiting.

        Of a kernel that another process serves, what it handed over by now or within some milliseconds. Raises
        ConnectionClosed once it is closed and empty, ValueError for a `most` below 1.
        """
        if not self._far:
            try:
                return self._inbox.drain(most)
            finally:
                self._handed_out()
        opening = self._opening
        if opening is not None:
            if not opening.over:
                return []
            self._open(opening)
        if self._opened is None:
            raise ConnectionClosed("the subscription is closed")
        inbox = self._opened
        if inbox.closed:
            return inbox.drain(most)
        taking = Errand(lambda: _emptied(inbox))
        self._connection._reading.give(taking)
        taking.returned.acquire(timeout=_LOOK)
        if not inbox.ready:
            return []
        return inbox.hand_out(most)

    def _handed_out(self) -> None:
        if self._pollable is not None:
            self._pollable.update()

    async def do(self, operation: Do[None]) -> None:
        """Carry out an operation on the socket that listens; see `netlynx.Subscription.do`."""
        if self._far:
            inbox, connection = await self._listening(), self._connection
            await connection._away(lambda: inbox.do(operation, connection.timeout), operation)
            return
        await aadvance(self._inbox.asking(operation, self._until_readable, self._connection.timeout), OTHERWISE)

    async def _until_readable(self, asked: Asked, seconds: float) -> None:
        with anyio.move_on_after(seconds):
            await self._wait()

    def send(self, *operations: Do[None]) -> None:
        """As `do`, without waiting for an answer; see `netlynx.Subscription.send`. Sending never blocks."""
        if not self._far:
            self._inbox.tell(operations)
            return
        if self._closed:
            raise ConnectionClosed("the subscription is closed")
        self._sending.give(Errand(lambda: self._tell(operations)))

    def _tell(self, operations: tuple[Do[None], ...]) -> None:
        """In a thread: send them as soon as the sockets are open. An error comes where the subscription is read."""
        opening = self._opening
        if opening is not None:
            with opening.returned:
                pass
        inbox = self._opened or (None if opening is None else opening.value)
        if inbox is not None:
            try:
                inbox.tell(operations)
            except NetlynxError as error:
                inbox.fail(error)

    async def _fill(self) -> None:
        """Take what waits on the sockets."""
        if self._far:
            await self._connection._away(self._inbox.fill, "receive notifications", told=False)
        else:
            self._inbox.fill()

    async def _wait(self) -> None:
        """Until any of the sockets is readable. Raises ConnectionClosed when they are closed meanwhile."""
        if len(self._inbox.descriptors) == 1:
            await self._hear(self._inbox.descriptors[0])
            return
        closed = False
        async with anyio.create_task_group() as tasks:

            async def one(descriptor: int) -> None:
                nonlocal closed
                try:
                    await self._hear(descriptor)
                except ConnectionClosed:
                    closed = True
                tasks.cancel_scope.cancel()

            for descriptor in self._inbox.descriptors:
                tasks.start_soon(one, descriptor)
        if closed:
            raise ConnectionClosed("the subscription is closed")

    async def _hear(self, descriptor: int) -> None:
        """As `_wait`, for one socket. A task of its own may get here when that is closed: its number is no socket's
        then, or another's."""
        if self._inbox.closed:
            raise ConnectionClosed("the subscription is closed")
        await self._connection._readable(descriptor)


def _close_opened(opening: Errand[Inbox[Any]]) -> None:
    """Close what was opened for a subscription that was closed meanwhile."""
    with suppress(NetlynxError, OSError):
        if opening.value is not None:
            opening.value.close()


def _emptied(inbox: Inbox[Any]) -> None:
    """Take all that waits on the sockets, up to an error."""
    while not inbox.failed and inbox.fill():
        pass
