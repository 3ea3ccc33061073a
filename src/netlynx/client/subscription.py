"""Listening: what `Connection.subscribe` returns."""

from __future__ import annotations

import select
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from netlynx import limits
from netlynx.client.hearing import Hearing
from netlynx.client.listening import Inbox
from netlynx.client.polling import Pollable
from netlynx.engine.operation import Do, Event, Group, Overrun
from netlynx.errors import ConnectionClosed, RequestTimeout
from netlynx.transport.pool import SocketPool, Waker, milliseconds

if TYPE_CHECKING:
    from netlynx.generic.family import FamilyInfo

T = TypeVar("T")


class Subscription(Generic[T]):
    """Notifications as they arrive: `Event`s, and `Overrun` where some were lost. Iterating ends when it is closed.

    A malformed notification raises DecodeError in its place; later events still arrive. Any thread may `close` it.
    """

    def __init__(
        self,
        pool: SocketPool,
        groups: Iterable[Group[T]],
        hearing: Hearing,
        families: Mapping[str, FamilyInfo],
        timeout: float,
    ) -> None:
        self._timeout = timeout
        self._waker = Waker()
        self._inbox = Inbox(pool, tuple(groups), hearing, families, timeout)
        self._ready = self._inbox.received.popleft
        self._pollable: Pollable | None = None
        try:
            pool.attach(self)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the subscription and wake whoever waits. What it had taken from its sockets is still handed out."""
        self._inbox.close()
        self._handed_out()
        self._waker.wake()

    def __iter__(self) -> Iterator[Event[T] | Overrun]:
        return self

    def __next__(self) -> Event[T] | Overrun:
        try:
            return self._ready()
        except IndexError:
            pass
        try:
            while (item := self._inbox.next()) is None:
                if self._inbox.closed:
                    raise StopIteration
                self._wait(None)
            return item
        finally:
            self._handed_out()

    def get(self, timeout: float | None = None) -> Event[T] | Overrun:
        """The next event, waiting at most `timeout` seconds for it. Raises RequestTimeout, ConnectionClosed."""
        timeout = limits.optional_seconds("timeout", timeout)
        deadline = None if timeout is None else time.monotonic() + timeout
        try:
            while (item := self._inbox.next()) is None:
                if self._inbox.closed:
                    raise ConnectionClosed("the subscription is closed")
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    raise RequestTimeout(f"no notification within {timeout} s")
                self._wait(left)
            return item
        finally:
            self._handed_out()

    @property
    def portid(self) -> int:
        """The port ID of the socket that listens: what a kernel is told that sends to one socket (`netlynx.ovs`).

        Raises ConnectionClosed; ValueError where it listens to several protocols, with a socket for each.
        """
        return self._inbox.portid

    def fileno(self) -> int:
        """A descriptor for select, poll, epoll and other loops: readable while `drain` has something to give.

        That includes what was taken from the sockets together with what was handed out before, lost notifications, an
        error to be raised, and the end: it stays readable once the subscription is closed. After it is readable,
        ``drain()`` gives all there is without waiting, and ``get(timeout=0)`` one. The descriptor is not
        to be read or closed; the first call makes it, and it lasts as long as the subscription.
        """
        if self._pollable is None:
            self._pollable = Pollable(self._inbox)
            self._ready = deque[Event[T] | Overrun]().popleft  # from now on what is handed out counts: no quick way
        return self._pollable.fileno()

    def drain(self, most: int | None = None) -> list[Event[T] | Overrun]:
        """All that has arrived by now, or the first `most` of it, without waiting.

        Raises ConnectionClosed once it is closed and empty, ValueError for a `most` below 1.
        """
        try:
            return self._inbox.drain(most)
        finally:
            self._handed_out()

    def _handed_out(self) -> None:
        if self._pollable is not None:
            self._pollable.update()

    def do(self, operation: Do[None]) -> None:
        """Carry out an operation on the socket that listens, where the kernel's side wants it so (`netfilter.queue`).

        Events that arrive meanwhile are handed out later. Raises NetlinkError, RequestTimeout, ConnectionClosed, and
        TypeError for an operation that is not of this kind.
        """
        self._inbox.do(operation, self._timeout)

    def send(self, *operations: Do[None]) -> None:
        """As `do`, without waiting for an answer, which costs less; many go together to a datagram.

        A refusal is raised where it stands in the stream, but for `NotFound`: what the operation was about may be gone
        by then.
        """
        self._inbox.tell(operations)

    def _wait(self, timeout: float | None) -> None:
        """Until any of the sockets is readable, or the subscription is closed."""
        poll = select.poll()
        for descriptor in (self._waker.fileno(), *self._inbox.descriptors):
            poll.register(descriptor, select.POLLIN)
        poll.poll(milliseconds(self._inbox.patience(timeout)))
