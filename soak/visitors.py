"""Subscriptions and mirrors that come and go on an event loop while routes change: given up at any time."""

from __future__ import annotations

import random
import threading

import anyio

import netlynx
from netlynx import route

from .readers import LISTING
from .tally import Tally
from .writers import mark


async def visit(chance: random.Random, tally: Tally, stop: threading.Event) -> None:
    """One after the other, until told to stop."""
    async with netlynx.aconnect() as nl:
        while not stop.is_set():
            with anyio.move_on_after(chance.uniform(0.0, 0.1)):
                if chance.randrange(2):
                    async with nl.subscribe(route.ROUTES) as events:
                        async for item in events:
                            if isinstance(item, netlynx.Event):
                                mark(item)
                else:
                    async with nl.mirror(LISTING) as mirror:
                        await mirror.settle()
                        await anyio.sleep(chance.uniform(0.0, 0.1))
            tally.count("visits")
            await anyio.sleep(chance.uniform(0.0, 0.1))
