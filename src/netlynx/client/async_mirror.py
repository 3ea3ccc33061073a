"""The async mirror: a task listens and reads, the other tasks look at what it keeps."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Self, TypeVar

import anyio
from anyio.lowlevel import checkpoint, checkpoint_if_cancelled

from netlynx import limits
from netlynx.engine.copy import Change, Missed
from netlynx.engine.keeping import Keeper, Keeping
from netlynx.engine.mirror import CHANGES, ChangeQueue, MirrorState
from netlynx.engine.mirroring import TURNS, MirrorView, explain_wait, hear
from netlynx.engine.operation import Dump, Event, Overrun
from netlynx.errors import ConnectionClosed, RequestTimeout

if TYPE_CHECKING:
    from netlynx.client.async_connection import AsyncConnection

T = TypeVar("T")


class AsyncMirror(MirrorView):
    """Copies of tables that are kept up to date by a task of their own, from ``async with nl.mirror(...)`` on.

    Looking needs no ``await``: as long as a task does not wait, all that it sees is of one generation. The rest is as
    `netlynx.Mirror` has it.
    """

    def __init__(self, connection: AsyncConnection, listings: tuple[Dump[Any], ...], receive_buffer: int) -> None:
        super().__init__(MirrorState(listings), nullcontext())
        self._connection = connection
        self._receive_buffer = receive_buffer
        self._changed = anyio.Event()
        self._rung = anyio.Event()
        self._keeping = Keeping(self._state, nullcontext(), connection._carrier, time.monotonic)
        self._ended: BaseException | None = None
        self._entered = False

    async def __aenter__(self) -> Self:
        """Listen, and read every table. Names in the listings mean what is called so now.

        Raises NetlinkError, RequestTimeout, ConnectionClosed.
        """
        if self._entered:
            raise RuntimeError("a mirror is entered once: make another with nl.mirror(...)")
        await self._connection.do(self._state.naming())
        self._subscription = self._connection.subscribe(*self._state.groups(), receive_buffer=self._receive_buffer)
        self._inbox = await self._subscription._listening()
        self._tasks = anyio.create_task_group()
        self._scope = anyio.CancelScope()  # the task's own: who closes a mirror inside its block goes on there
        self._entered = True
        await self._tasks.__aenter__()
        self._tasks.start_soon(self._run)
        try:
            await self._wait(lambda: self._state.loaded, self._connection.timeout, "the tables could not be read")
        except BaseException as error:
            await self._end(error)
            raise
        return self

    async def __aexit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        await self._end(error)

    async def _end(self, error: BaseException | None) -> None:
        self.close()
        # The task raises nothing, and what the block raises goes on as it is: in no group of exceptions.
        await self._tasks.__aexit__(None, None, None)
        if isinstance(error, ConnectionClosed):
            await checkpoint_if_cancelled()  # then it was the cancelled task that closed the mirror

    def close(self) -> None:
        """Stop keeping the copies: they stay as they are, and whoever waits is woken. May be called from any thread."""
        self._keeping.closed = True
        self._connection._in_loop(self._close)

    def _close(self) -> None:
        if self._entered:
            self._subscription.close()
            self._scope.cancel()
        self._tell()

    async def wait_until(self, predicate: Callable[[Self], T], timeout: float | None = None) -> T:
        """Wait until `predicate(mirror)` is true, and return what it gave; see `netlynx.Mirror.wait_until`."""
        return await self._wait(lambda: predicate(self), timeout, "what was waited for did not come")

    async def settle(self, timeout: float | None = None) -> int:
        """Wait until nothing that the kernel has told by now is in doubt; see `netlynx.Mirror.settle`."""
        self._keeping.asked += 1
        ticket = self._keeping.asked
        self._rung.set()
        await self._wait(lambda: self._keeping.settled >= ticket, timeout, "the mirror did not come to rest")
        return self.generation

    def changes(self, limit: int = CHANGES) -> AsyncChanges:
        """A feed of the changes from now on, for ``async for``; see `netlynx.Mirror.changes`."""
        return AsyncChanges(self, self._state.watch(limit))

    # -- the task ------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        with self._scope:
            try:
                await self._connection._run(self._keeping.steps(Keeper(self._hear, self._rest, self._turn, self._tell)))
            except Exception as error:
                self._ended = error
            finally:
                self._keeping.closed = True
                self._subscription.close()
                self._tell()

    async def _hear(self) -> tuple[list[Event[Any] | Overrun], bool]:
        """See `hear`; by a thread where every call waits for another process."""
        if not self._subscription._far:
            return hear(self._inbox, self._state, TURNS)
        return await self._connection._away(
            lambda: hear(self._inbox, self._state, TURNS), "receive what changed", told=False
        )

    async def _turn(self) -> None:
        await checkpoint()

    async def _rest(self, timeout: float | None, asked: int) -> None:
        if asked == self._keeping.asked:
            await self._until_heard(timeout)
            self._rung = anyio.Event()

    async def _until_heard(self, timeout: float | None) -> None:
        with anyio.move_on_after(timeout):
            async with anyio.create_task_group() as tasks:

                async def rung() -> None:
                    await self._rung.wait()
                    tasks.cancel_scope.cancel()

                async def audible() -> None:
                    try:
                        await self._subscription._wait()
                    except ConnectionClosed:
                        self._keeping.closed = True
                    tasks.cancel_scope.cancel()

                tasks.start_soon(rung)
                tasks.start_soon(audible)

    def _tell(self) -> None:
        self._changed.set()
        self._changed = anyio.Event()

    async def _wait(self, condition: Callable[[], T], timeout: float | None, what: str) -> T:
        timeout = limits.optional_seconds("timeout", timeout)
        with anyio.move_on_after(timeout):
            while not (value := condition()):
                if self._keeping.closed:
                    raise ConnectionClosed("the mirror is closed") from self._ended
                await self._changed.wait()
            return value
        raise RequestTimeout(explain_wait(what, timeout, self)) from self.failure


class AsyncChanges(AsyncIterator[Change[Any] | Missed]):
    """What changes in a mirror, record by record, in order. Iterating ends when it, or the mirror, is closed."""

    def __init__(self, mirror: AsyncMirror, queue: ChangeQueue) -> None:
        self._mirror = mirror
        self._queue = queue
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Read no more of it. May be called from any thread."""
        self._closed = True
        self._mirror._connection._in_loop(self._close)

    def _close(self) -> None:
        self._mirror._state.unwatch(self._queue)
        self._mirror._tell()

    async def __anext__(self) -> Change[Any] | Missed:
        try:
            return await self.get()
        except ConnectionClosed:
            raise StopAsyncIteration from None

    async def get(self, timeout: float | None = None) -> Change[Any] | Missed:
        """The next change, waiting at most `timeout` seconds for it. Raises RequestTimeout, ConnectionClosed."""
        taken: Change[Any] | Missed | None = None

        def there() -> bool:
            nonlocal taken
            taken = self._queue.take()
            return taken is not None or self._closed

        await self._mirror._wait(there, timeout, "nothing changed")
        if taken is None:
            raise ConnectionClosed("the feed of changes is closed")
        return taken
