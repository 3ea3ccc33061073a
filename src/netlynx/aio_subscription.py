"""Listening, on asyncio or trio: what `AsyncConnection.subscribe` returns."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, Self, TypeVar

import anyio
from anyio.lowlevel import checkpoint

from netlynx.errors import ConnectionClosed, RequestTimeout
from netlynx.event_loop import EventLoop
from netlynx.listening import Inbox
from netlynx.operation import Do, Event, Group, Overrun

if TYPE_CHECKING:
    from netlynx.aio import AsyncConnection
    from netlynx.generic.family import FamilyInfo

T = TypeVar("T")


class AsyncSubscription(Generic[T]):
    """Notifications as they arrive: `Event`s, and `Overrun` where some were lost. Iterating ends when it is closed.

    A malformed notification raises DecodeError in its place; later events still arrive. One task at a time may wait.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        groups: Iterable[Group[T]],
        receive_buffer: int,
        families: Mapping[str, FamilyInfo],
    ) -> None:
        self._connection = connection
        with suppress(RuntimeError):  # made outside of any event loop
            connection._loop = EventLoop()
        self._inbox = Inbox(connection._pool, tuple(groups), receive_buffer, families, connection.timeout)
        try:
            connection._pool.attach(self)
        except BaseException:
            self.close()
            raise

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the subscription and wake the task that waits. What it had taken from its sockets is still handed out.

        May be called from any thread, as `AsyncConnection.close`.
        """
        self._connection._in_loop(self._close)

    def _close(self) -> None:
        for descriptor in () if self._inbox.closed else self._inbox.descriptors:
            self._connection._wake(descriptor)
        self._inbox.close()

    def __aiter__(self) -> AsyncIterator[Event[T] | Overrun]:
        return self

    async def __anext__(self) -> Event[T] | Overrun:
        try:
            return await self.get()
        except ConnectionClosed:
            raise StopAsyncIteration from None

    async def get(self, timeout: float | None = None) -> Event[T] | Overrun:
        """The next event, waiting at most `timeout` seconds for it. Raises RequestTimeout, ConnectionClosed."""
        inbox = self._inbox
        if not inbox.ready:
            with anyio.move_on_after(timeout):
                while not inbox.ready:
                    inbox.fill()
                    if inbox.ready:
                        await checkpoint()
                    elif inbox.closed:
                        raise ConnectionClosed("the subscription is closed")
                    else:
                        await self._wait()
        item = inbox.take()
        if item is None:
            raise RequestTimeout(f"no notification within {timeout} s")
        return item

    def drain(self, most: int | None = None) -> list[Event[T] | Overrun]:
        """All that has arrived by now, or the first `most` of it, without waiting.

        Raises ConnectionClosed once it is closed and empty, ValueError for a `most` below 1.
        """
        return self._inbox.drain(most)

    async def do(self, operation: Do[None]) -> None:
        """Carry out an operation on the socket that listens; see `netlynx.Subscription.do`."""
        asked = self._inbox.ask(operation)
        try:
            with anyio.move_on_after(self._connection.timeout):
                while not self._inbox.answered(asked):
                    await self._wait()
            if not asked.feed.answered(asked.sequence):
                raise RequestTimeout(f"{operation}: no answer within {self._connection.timeout} s")
            asked.feed.result(asked.sequence)
        finally:
            asked.feed.give_up(asked.sequence)

    def send(self, *operations: Do[None]) -> None:
        """As `do`, without waiting for an answer; see `netlynx.Subscription.send`. Sending never blocks."""
        self._inbox.tell(operations)

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
