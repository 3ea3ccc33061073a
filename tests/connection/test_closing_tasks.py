"""Closing while a task is about to wait: on the real kernel, whose descriptors are gone once they are closed."""

from __future__ import annotations

import anyio
import pytest
from anyio.lowlevel import checkpoint

import netlynx
from netlynx import netns, route, uevent
from support import PATIENCE

pytestmark = [pytest.mark.anyio, pytest.mark.namespace]


@pytest.mark.parametrize("turns", range(12))
async def test_a_mirror_can_be_closed_at_any_turn_of_the_event_loop(
    namespace: netns.NetworkNamespace, turns: int
) -> None:
    async with netlynx.aconnect(netns=namespace) as nl:
        for _ in range(5):  # trio takes tasks in any order
            async with nl.mirror(route.links()) as mirror:
                await mirror.settle(PATIENCE)
                for _ in range(turns):
                    await checkpoint()


@pytest.mark.parametrize("turns", range(6))
async def test_a_subscription_to_several_protocols_can_be_closed_at_any_turn(
    namespace: netns.NetworkNamespace, turns: int
) -> None:
    async with netlynx.aconnect(netns=namespace) as nl:
        for _ in range(5):
            events = nl.subscribe(route.LINKS, uevent.events())

            async def hear(events: netlynx.AsyncSubscription[object] = events) -> None:
                async for _ in events:  # until it is closed
                    pass

            with anyio.fail_after(PATIENCE):
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(hear)
                    for _ in range(turns):
                        await checkpoint()
                    events.close()
