"""Ending what works on a connection of nats-py's, and being asked to end."""

from __future__ import annotations

import asyncio
from typing import Any  # what tasks give is nobody's concern here

_PAUSE = 0.1


class Stop:
    """An end that any thread may ask for, once it has begun."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asked = asyncio.Event()

    def begin(self) -> None:
        """What may be stopped runs in this loop."""
        self._loop = asyncio.get_running_loop()

    def ask(self) -> None:
        """Ask for it; from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._asked.set)

    async def wait(self) -> None:
        """Return once it was asked for."""
        await self._asked.wait()


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks until all have ended. Once is not enough: nats-py takes a cancellation for a time-out now and then,
    where the two meet, and goes on."""
    left = {*tasks}
    while left:
        for each in left:
            each.cancel()
        _, left = await asyncio.wait(left, timeout=_PAUSE)
    for each in tasks:
        if not each.cancelled():
            each.exception()  # looked at, whatever it is: who wants it asks again
