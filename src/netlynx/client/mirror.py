"""The sync mirror: a thread listens and reads, everybody else looks at what it keeps."""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Self, TypeVar

from netlynx import limits
from netlynx.engine.copy import Change, Missed
from netlynx.engine.keeping import Keeper, Keeping
from netlynx.engine.mirror import CHANGES, ChangeQueue, MirrorState
from netlynx.engine.mirroring import TURNS, MirrorView, explain_wait, hear
from netlynx.engine.operation import Dump, Event, Overrun
from netlynx.errors import ConnectionClosed, RequestTimeout
from netlynx.transport.pool import Waker, milliseconds

if TYPE_CHECKING:
    from netlynx.client.connection import Connection

T = TypeVar("T")


class Bell(Waker):
    """A waker that can be rung again and again."""

    def clear(self) -> None:
        """Forget that it was rung."""
        if select.select([self], [], [], 0)[0]:
            os.read(self.fileno(), 8)


class Mirror(MirrorView):
    """Copies of tables that are kept up to date by a thread of their own, from ``with nl.mirror(...)`` on.

    ``mirror[route.links()]`` is the copy of a listing. Any thread may look, wait and close.
    """

    def __init__(self, connection: Connection, listings: tuple[Dump[Any], ...], receive_buffer: int) -> None:
        self._connection = connection
        self._receive_buffer = receive_buffer
        self._changed = threading.Condition(threading.RLock())
        super().__init__(MirrorState(listings), self._changed)
        self._waker = Bell()
        self._keeping = Keeping(self._state, self._changed, connection._carrier, time.monotonic)
        self._ended: BaseException | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Listen, and read every table. Names in the listings mean what is called so now.

        Raises NetlinkError, RequestTimeout, ConnectionClosed.
        """
        if self._thread is not None:
            raise RuntimeError("a mirror is entered once: make another with nl.mirror(...)")
        self._connection.do(self._state.naming())
        self._subscription = self._connection.subscribe(*self._state.groups(), receive_buffer=self._receive_buffer)
        self._inbox = self._subscription._inbox
        self._thread = threading.Thread(target=self._run, name="netlynx mirror", daemon=True)
        self._thread.start()
        try:
            self._wait(lambda: self._state.loaded, self._connection.timeout, "the tables could not be read")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop keeping the copies: they stay as they are, and whoever waits is woken."""
        with self._looking:
            self._keeping.closed = True
            self._changed.notify_all()
        self._waker.wake()
        if self._thread is not None:
            self._subscription.close()
            if threading.current_thread() is not self._thread:
                self._thread.join()

    def wait_until(self, predicate: Callable[[Self], T], timeout: float | None = None) -> T:
        """Wait until `predicate(mirror)` is true, and return what it gave; it is asked at every generation.

        ``mirror.wait_until(lambda m: m[route.links()].get(name="eth0"), 10)`` is the link. It is called with the copies
        held still, so it should be quick. Raises RequestTimeout, ConnectionClosed, and what the predicate raises.
        """
        return self._wait(lambda: predicate(self), timeout, "what was waited for did not come")

    def settle(self, timeout: float | None = None) -> int:
        """Wait until all that the kernel has told by now is taken in and nothing is in doubt; returns the generation.

        Then the copies are what a dump would give. Raises RequestTimeout, ConnectionClosed.
        """
        with self._looking:
            self._keeping.asked += 1
            ticket = self._keeping.asked
        self._waker.wake()
        self._wait(lambda: self._keeping.settled >= ticket, timeout, "the mirror did not come to rest")
        return self.generation

    def changes(self, limit: int = CHANGES) -> Changes:
        """A feed of the changes from now on: iterate over it for `Change`s. Close it, or use it in a ``with`` block.

        At most `limit` changes wait to be read; when there are more they are dropped, and a `Missed` says so.
        """
        with self._looking:
            return Changes(self, self._state.watch(limit))

    # -- the thread ----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._connection._run(self._keeping.steps(Keeper(self._hear, self._rest, self._turn, self._tell)))
        except BaseException as error:
            self._ended = error
        with self._changed:
            self._keeping.closed = True
            self._changed.notify_all()
        self._subscription.close()

    def _hear(self) -> tuple[list[Event[Any] | Overrun], bool]:
        return hear(self._inbox, self._state, TURNS)

    def _tell(self) -> None:
        self._changed.notify_all()

    def _turn(self) -> None:
        pass  # there are other threads for that

    def _rest(self, timeout: float | None, asked: int) -> None:
        poll = select.poll()
        for descriptor in (self._waker.fileno(), self._subscription._waker.fileno(), *self._inbox.descriptors):
            poll.register(descriptor, select.POLLIN)
        if asked == self._keeping.asked and not self._keeping.closed:
            poll.poll(milliseconds(timeout))
        self._waker.clear()

    def _wait(self, condition: Callable[[], T], timeout: float | None, what: str) -> T:
        timeout = limits.optional_seconds("timeout", timeout)
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._looking:
            while not (value := condition()):
                if self._keeping.closed:
                    raise ConnectionClosed("the mirror is closed") from self._ended
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    raise RequestTimeout(explain_wait(what, timeout, self)) from self.failure
                self._changed.wait(left)
            return value


class Changes(Iterator[Change[Any] | Missed]):
    """What changes in a mirror, record by record, in order. Iterating ends when it, or the mirror, is closed."""

    def __init__(self, mirror: Mirror, queue: ChangeQueue) -> None:
        self._mirror = mirror
        self._queue = queue
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Read no more of it."""
        with self._mirror._looking:
            self._closed = True
            self._mirror._state.unwatch(self._queue)
            self._mirror._changed.notify_all()

    def __next__(self) -> Change[Any] | Missed:
        try:
            return self.get()
        except ConnectionClosed:
            raise StopIteration from None

    def get(self, timeout: float | None = None) -> Change[Any] | Missed:
        """The next change, waiting at most `timeout` seconds for it. Raises RequestTimeout, ConnectionClosed."""
        taken: Change[Any] | Missed | None = None

        def there() -> bool:
            nonlocal taken
            taken = self._queue.take()
            return taken is not None or self._closed

        self._mirror._wait(there, timeout, "nothing changed")
        if taken is None:
            raise ConnectionClosed("the feed of changes is closed")
        return taken
