"""Reading a table as it is asked for, on asyncio or trio: what `AsyncConnection.dump` returns."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

import anyio

from netlynx import limits
from netlynx.engine.dumping import HELD, DumpPlan
from netlynx.engine.steps import Handed, Steps

if TYPE_CHECKING:
    from netlynx.client.async_connection import AsyncConnection
    from netlynx.errors import NotSupported

T = TypeVar("T")


class AsyncDumpIterator(Generic[T]):
    """The records of one dump, read as they are asked for. See `netlynx.Connection.dump` for what it promises."""

    def __init__(self, connection: AsyncConnection, plan: DumpPlan[T]) -> None:
        self._connection = connection
        self._plan = plan
        self._steps = connection._carrier.read(plan, plan.streams)
        self._waited = False  # for by a task
        self._ready: deque[T] = deque()

    def __aiter__(self) -> AsyncIterator[T]:
        return self

    async def __anext__(self) -> T:
        while not self._ready:
            if self._waited:
                raise anyio.BusyResourceError("reading")
            self._waited = True
            try:
                came = await self._connection._advance(self._steps, self._plan.deadline)
            finally:
                self._waited = False
            if type(came) is not Handed:
                raise StopAsyncIteration
            self._ready.extend(came.value)
        return self._ready.popleft()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.close()

    @property
    def skipped(self) -> tuple[NotSupported, ...]:
        """Of several listings read as one (`netlynx.diag.sockets`): the errors of those that the kernel does not make.

        Complete when the dump has ended.
        """
        return tuple(self._plan.skipped)

    def close(self) -> None:
        """Give up the rest; the socket goes with it, so nothing of it is met later. Iterating ends."""
        self._steps.close()
        self._ready.clear()

    async def all(self) -> list[T]:
        """The whole table as a list, read again when it was interrupted. Raises as `netlynx.Connection.dump`.

        Iterating over the same dump ends with it.
        """
        self.close()
        plan = self._plan
        steps = self._connection._carrier.read(plan, plan.attempts, plan.records)
        records: list[T] = (await self._connection._run(steps, plan.deadline)).records
        return records

    def json(self, *, between: bytes = b"", after: bytes = b"", hold: int = HELD) -> AsyncIterator[memoryview]:
        """The table as JSON in UTF-8, piece by piece; see `netlynx.DumpIterator.json`."""
        self.close()
        plan = self._plan
        steps = self._connection._carrier.read(
            plan, plan.texts, between, after, limits.whole("hold", hold, unit=" of bytes")
        )
        return _pieces(self._connection, plan, steps)


async def _pieces(connection: AsyncConnection, plan: DumpPlan[Any], steps: Steps[Any]) -> AsyncGenerator[Any, None]:
    """What is handed out of a dump, piece by piece."""
    try:
        while type(came := await connection._advance(steps, plan.deadline)) is Handed:
            yield came.value
    finally:
        steps.close()
