"""An event loop goes on while this host's kernel removes bridges, of which each takes it long, or is held by others."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any

import anyio
import pytest
from anyio.lowlevel import checkpoint

import netlynx
from both_kernels import Opening, Wrapped
from netlynx import route
from netlynx.client.async_threads import SLOW
from netlynx.netns import NetworkNamespace
from netlynx.transport.base import SENDING_LASTS, Transport
from netlynx.transport.host import HostKernel
from support import PATIENCE
from tasks import until

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


class Locked(Opening):
    """This host's kernel, of which the test holds a lock that every request takes."""

    lasting = SENDING_LASTS

    def __init__(self, netns: NetworkNamespace) -> None:
        super().__init__(HostKernel(netns), lambda transport: Waiting(transport, self))
        self.reached = threading.Semaphore(0)  # released by each that comes to wait
        self.free = threading.Event()
        self.free.set()
        self.askers: list[int] = []  # threads

    def ask(self) -> None:
        self.askers.append(threading.get_ident())
        if not self.free.is_set():
            self.reached.release()
            assert self.free.wait(PATIENCE)


class Waiting(Wrapped):
    def __init__(self, transport: Transport, kernel: Locked) -> None:
        super().__init__(transport)
        self._kernel = kernel

    def send(self, data: bytes, portid: int = 0, group: int = 0) -> int:
        self._kernel.ask()
        return self._transport.send(data, portid, group)


READS: dict[str, Callable[[netlynx.AsyncConnection], Awaitable[Any]]] = {
    "do": lambda nl: nl.do(route.link(name="lo")),
    "dump": lambda nl: nl.dump(route.links()).all(),
    "count": lambda nl: nl.count(route.addresses()),
    "table": lambda nl: nl.table(route.rules()),
    "change": lambda nl: nl.do(route.replace(route.Route(destination="10.0.0.0/8", type="blackhole"))),
}


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
@pytest.mark.parametrize("before", [False, True], ids=["first", "later"])
@pytest.mark.parametrize("what", READS)
async def test_the_loop_turns_while_others_hold_what_a_question_takes(
    netns: NetworkNamespace, what: str, before: bool
) -> None:
    kernel = Locked(netns)
    async with netlynx.aconnect(kernel=kernel, timeout=PATIENCE) as nl:
        if before:
            await READS[what](nl)
            await until(lambda: monotonic() > max(nl._trusted.values(), default=0.0))  # some time ago
        kernel.free.clear()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(READS[what], nl)
            await until(lambda: kernel.reached.acquire(blocking=False))  # which takes the loop's thread
            with anyio.move_on_after(0):
                await READS[what](nl)  # and so does the next, and can be given up
            kernel.free.set()
        assert threading.get_ident() not in kernel.askers


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_what_is_answered_at_once_is_asked_by_the_loops_thread(
    netns: NetworkNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netlynx.client.async_threads.FRESH", 3600.0)
    monkeypatch.setattr("netlynx.client.async_threads.SLOW", 3600.0)  # however busy the machine
    kernel = Locked(netns)
    own = threading.get_ident()
    async with netlynx.aconnect(kernel=kernel) as nl:
        for _ in range(10):
            await nl.do(route.link(name="lo"))
        assert [asker == own for asker in kernel.askers] == [False] + [True] * 9
        await nl.count(route.rules())
        assert kernel.askers[-1] != own  # another type, which may take another lock
        nl._took(2 * 3600.0, 0)
        await nl.do(route.link(name="lo"))
        assert kernel.askers[-1] != own
        await nl.do(route.link(name="lo"))
        assert kernel.askers[-1] == own  # once is the scheduler's doing
        for _ in range(2):
            nl._took(2 * 3600.0, 0)
        for _ in range(3):
            await nl.do(route.link(name="lo"))
            assert kernel.askers[-1] != own
        assert SLOW < 0.01
