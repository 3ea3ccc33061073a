"""An event loop goes on while this host's kernel removes bridges, of which each takes it long."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest
from anyio.lowlevel import checkpoint

import netlynx
from netlynx import route
from netlynx.netns import NetworkNamespace

BRIDGES = 24


def bridge(number: int) -> route.Link:
    return route.Link(name=f"br{number}", kind="bridge")


async def all_at_once(nl: netlynx.AsyncConnection) -> None:
    async with anyio.create_task_group() as tasks:
        for number in range(BRIDGES):
            tasks.start_soon(nl.do, route.delete(route.Link(name=f"br{number}")))


DELETIONS: dict[str, Callable[[netlynx.AsyncConnection], Awaitable[Any]]] = {
    "batch": lambda nl: nl.batch(route.delete(route.Link(name=f"br{number}")) for number in range(BRIDGES)),
    "at once": all_at_once,
    "flush": lambda nl: nl.do(route.flush(route.links().where(kind="bridge"))),
}


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
@pytest.mark.parametrize("how", DELETIONS)
async def test_the_loop_turns_while_the_kernel_removes_bridges(netns: NetworkNamespace, how: str) -> None:
    async with netlynx.aconnect(netns=netns) as nl:
        await nl.batch(route.add(bridge(number)) for number in range(BRIDGES))
        turns = 0

        async def tick() -> None:
            nonlocal turns
            while True:
                await checkpoint()
                turns += 1

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(tick)
            await DELETIONS[how](nl)
            tasks.cancel_scope.cancel()
        assert await nl.count(route.links().where(kind="bridge")) == 0
    assert turns >= BRIDGES  # a loop that stands still while one bridge is removed turns no more than once for each
