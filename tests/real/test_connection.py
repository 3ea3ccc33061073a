"""The shells over real sockets: closing a descriptor wakes nobody there, as it does in a virtual kernel."""

from __future__ import annotations

import gc
import os
import select
import time
from collections.abc import Callable

import anyio
import pytest

import netlynx
from netlynx import netns, route
from netlynx.netns import NetworkNamespace
from support import PATIENCE, Background, descriptors

pytestmark = pytest.mark.namespace

AT_ONCE = PATIENCE / 2  # seconds: a busy machine wakes threads late, and no timeout would have woken them yet


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def ended_at_once(waiting: Background, close: Callable[[], None]) -> object:
    start = time.monotonic()
    close()
    try:
        return waiting.result()
    finally:
        assert time.monotonic() - start < AT_ONCE


def test_closing_a_subscription_wakes_the_thread_that_waits(nl: netlynx.Connection) -> None:
    for subscribe in (
        lambda: nl.subscribe(route.LINKS),
        lambda: nl.subscribe(route.LINKS, route.ROUTES),
    ):
        events = subscribe()
        assert ended_at_once(Background(lambda events=events: list(events)), events.close) == []
    nl.do(route.up(1))


def test_closing_the_connection_wakes_the_thread_that_waits_and_closes_the_sockets(
    namespace: NetworkNamespace,
) -> None:
    gc.collect()
    before = descriptors()
    nl = netlynx.connect(netns=namespace)
    nl.do(route.up(1))
    events = nl.subscribe(route.LINKS)
    with pytest.raises(netlynx.ConnectionClosed):
        ended_at_once(Background(lambda: events.get(PATIENCE)), nl.close)
    assert descriptors() == before + 2  # what woke the waiters lives as long as they may


def test_descriptors_stay_flat_however_a_connection_is_used(namespace: NetworkNamespace) -> None:
    def use() -> None:
        with netlynx.connect(netns=namespace) as nl:
            nl.do(route.up(1))
            next(nl.dump(route.links()))
            with nl.subscribe(route.LINKS) as events:
                assert events.drain() == []
            try:
                nl.do(route.link(name="nobody"))
            except netlynx.NotFound:
                return
            pytest.fail("there is no such link")

    use()
    gc.collect()
    gc.disable()
    try:
        before = descriptors()
        for _ in range(200):
            use()
        assert descriptors() <= before
    finally:
        gc.enable()


def test_a_child_process_gets_its_own_answers(nl: netlynx.Connection) -> None:
    nl.do(route.up(1))
    events = nl.subscribe(route.LINKS)
    child = os.fork()
    if not child:
        status = 1
        try:
            for _ in range(50):
                assert nl.do(route.link(index=1)).name == "lo"
            nl.close()
            status = 0
        finally:
            os._exit(status)
    for _ in range(50):
        assert nl.do(route.link(index=1)).name == "lo"
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert not select.select([nl._pool.waker, events._waker], [], [], 0)[0]
    nl.do(route.add(route.Link(name="d0", kind="ifb")))
    assert isinstance(events.get(PATIENCE), netlynx.Event)


@pytest.mark.anyio
async def test_tasks_ask_listen_give_up_and_are_woken(namespace: NetworkNamespace) -> None:
    outcomes: list[object] = []

    async def listen(nl: netlynx.AsyncConnection) -> None:
        async for event in nl.subscribe(route.LINKS, route.ROUTES):
            outcomes.append(event)
        outcomes.append("end")

    async def wait(events: netlynx.AsyncSubscription[route.Link]) -> None:
        try:
            while True:
                await events.get()
        except netlynx.ConnectionClosed:
            outcomes.append("closed")

    with anyio.fail_after(PATIENCE):
        async with netlynx.aconnect(netns=namespace) as nl, anyio.create_task_group() as tasks:
            tasks.start_soon(listen, nl)
            tasks.start_soon(wait, nl.subscribe(route.LINKS))
            while len(nl._waiting) < 2:
                await anyio.lowlevel.checkpoint()
            await nl.do(route.add(route.Link(name="d0", kind="ifb")))
            while not outcomes:
                await anyio.lowlevel.checkpoint()
            with anyio.move_on_after(0):
                await nl.dump(route.links()).all()
            async for _ in nl.dump(route.links()):
                break
            assert {link.name for link in await nl.dump(route.links()).all()} >= {"lo", "d0"}
            nl.close()
    event, *rest = outcomes
    assert isinstance(event, netlynx.Event)
    assert {"end", "closed"} <= set(map(str, rest))
    with pytest.raises(netlynx.ConnectionClosed):
        await nl.do(route.up(1))


def test_a_namespace_that_may_not_be_entered_is_told_as_such(
    monkeypatch: pytest.MonkeyPatch, namespace: NetworkNamespace
) -> None:
    nl = netlynx.connect(netns=namespace)

    def refuse(*_: object) -> None:
        raise netlynx.PermissionDenied(1, asked="enter network namespace", hint="This needs CAP_SYS_ADMIN")

    monkeypatch.setattr(netns, "socket_in", refuse)
    with pytest.raises(netlynx.PermissionDenied, match=r"enter network namespace: .* This needs CAP_SYS_ADMIN"):
        nl.do(route.up(1))
    nl.close()
