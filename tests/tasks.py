"""What the tests of the async shell share: tasks that wait for each other by what they do, not by the clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio
import anyio.abc
from anyio.lowlevel import checkpoint

import netlynx
from support import PATIENCE


async def until(condition: Callable[[], object]) -> None:
    with anyio.fail_after(PATIENCE):
        while not condition():
            await checkpoint()


async def task_waits(connection: netlynx.AsyncConnection) -> None:
    """Until some task waits for the kernel."""
    await until(lambda: connection._waiting)


async def task_starts(
    tasks: anyio.abc.TaskGroup, function: Callable[[], Awaitable[None]], connection: netlynx.AsyncConnection
) -> None:
    async def later() -> None:
        await task_waits(connection)
        await function()

    tasks.start_soon(later)
