"""Ending what works on a connection of nats-py's."""

from __future__ import annotations

import asyncio
from typing import Any  # what tasks give is nobody's concern here

_PAUSE = 0.1


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
