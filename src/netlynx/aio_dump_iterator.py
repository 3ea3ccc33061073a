"""Reading a table as it is asked for, on asyncio or trio: what `AsyncConnection.dump` returns."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

import anyio
from anyio.lowlevel import checkpoint_if_cancelled

from netlynx.engine.dumping import HELD, DumpPlan
from netlynx.exchanging import Wait, note_sent
from netlynx.transport.pool import Lease

if TYPE_CHECKING:
    from netlynx.aio import AsyncConnection

T = TypeVar("T")


class AsyncDumpIterator(Generic[T]):
    """The records of one dump, read as they are asked for. See `netlynx.Connection.dump` for what it promises."""

    def __init__(
        self, connection: AsyncConnection, plan: DumpPlan[T], attempts: Callable[[], Iterator[Any]] | None = None
    ) -> None:
        self._connection = connection
        self._plan = plan
        self._begin = attempts or plan.streams
        self._attempts = self._begin()
        self._begun = False
        self._lease: Lease | None = None
        self._ready: deque[T] = deque()

    def __aiter__(self) -> AsyncIterator[T]:
        return self

    async def __anext__(self) -> T:
        while not self._ready:
            part = await self._part()
            if part is None:
                raise StopAsyncIteration
            self._ready.extend(part)
        return self._ready.popleft()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Give up the rest; the socket goes with it, so nothing of it is met later. Iterating ends."""
        self._attempts = iter(())
        self._ready.clear()
        lease, self._lease = self._lease, None
        if lease is not None:
            lease.traffic.strayed(self._exchange.strays)
            self._connection._wake(lease.transport.fileno())
            self._connection._pool.discard(lease)

    async def all(self) -> list[T]:
        """The whole table as a list, read again when it was interrupted. Raises as `netlynx.Connection.dump`.

        Iterating over the same dump ends with it.
        """
        self.close()
        records: list[T] = (await self._connection._read_whole(self._plan, self._plan.records)).records
        return records

    def json(self, *, between: bytes = b"", after: bytes = b"", hold: int = HELD) -> AsyncIterator[memoryview]:
        """The table as JSON in UTF-8, piece by piece; see `netlynx.DumpIterator.json`."""
        self.close()
        return _pieces(AsyncDumpIterator(self._connection, self._plan, partial(self._plan.texts, between, after, hold)))

    async def _part(self) -> Any:
        """The next records, some or all of a datagram's, or a piece of JSON; None at the end."""
        connection = self._connection
        await connection._name(self._plan)
        operation = self._plan.operation
        if self._begun or not operation.family:
            return await self._read()
        self._begun = True
        info = await connection._family(operation, self._plan.deadline)
        self._plan.operation = connection._families.located(operation, info)
        try:
            return await self._read()
        except connection._families.STALE:
            if not await connection._moved(operation, info, self._plan.deadline):
                raise
        self._plan.operation = connection._families.located(
            operation, await connection._family(operation, self._plan.deadline)
        )
        self._attempts = self._begin()
        return await self._read()

    async def _read(self) -> Any:
        connection = self._connection
        try:
            while True:
                if self._lease is None:
                    attempt = next(self._attempts, None)
                    if attempt is None:
                        return None
                    self._attempt = attempt
                    await checkpoint_if_cancelled()
                    operation = self._plan.operation
                    lease = await connection._lease(operation.protocol, operation, self._plan.deadline)
                    self._exchange = attempt.start(lease.next_sequence(), lease.portid)
                    self._wait = Wait(self._exchange)
                    self._lease = lease
                    if attempt.number > 1:
                        lease.traffic.retried()
                    await connection._send(lease, self._exchange.request, operation, self._plan.deadline)
                while not self._exchange.done:
                    size, sender = await connection._receive(
                        self._lease, self._plan.operation, self._plan.deadline, self._wait
                    )
                    part = self._attempt.feed(self._lease.buffer, size, sender)
                    if part:
                        return part
                self._lease.traffic.strayed(self._exchange.strays)
                connection._pool.give_back(self._lease)
                self._lease = None
                rest = self._attempt.finish()
                if self._attempt.pause:
                    await anyio.sleep(self._attempt.pause)
                if rest:
                    return rest
        except BaseException as error:
            if self._lease is not None:
                note_sent(error, self._lease, self._exchange.request, self._exchange)
            self.close()
            raise


async def _pieces(dump: AsyncDumpIterator[Any]) -> AsyncGenerator[Any, None]:
    """What is handed out of a dump, piece by piece."""
    try:
        while (piece := await dump._part()) is not None:
            yield piece
    finally:
        dump.close()
