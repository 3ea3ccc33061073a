"""A served kernel that hangs: every wait ends with its time limit, its cancellation or its connection."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Any

import anyio
import pytest
from anyio.lowlevel import checkpoint

import netlynx
from netlynx import usersock
from netlynx.engine.operation import Transaction
from netlynx.kernel import Server, VirtualKernel
from support import PATIENCE, Background, until
from toy import ENTRIES, PROTOCOL, Entry, Table, add, entries, entry, flush, rows

LIMIT = 0.05


class Hanging:
    """A server whose clients get no answers, from a call that the test chooses on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from netlynx.kernel.session import Session

        self.hangs = ""  # at the calls of this name
        self.reached = threading.Event()
        self.go_on = threading.Event()
        answer, run = Session._answer, Session.run

        def answering(session: Session, numbered: Any) -> None:
            self.wait(type(numbered.call).__name__)
            answer(session, numbered)

        def running(session: Session) -> None:
            self.wait("Greeting")
            run(session)

        monkeypatch.setattr(Session, "_answer", answering)
        monkeypatch.setattr(Session, "run", running)

    def wait(self, call: str) -> None:
        if call == self.hangs:
            self.reached.set()
            assert self.go_on.wait(PATIENCE)


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Hanging:
    return Hanging(monkeypatch)


@pytest.fixture
def at(hanging: Hanging, kernel: VirtualKernel, server: Server) -> Iterator[str]:
    Table(kernel, rows(3))
    yield f"unix:{server.path}"
    hanging.go_on.set()


CALLS: dict[str, Callable[[Any, float | None], Any]] = {
    "do": lambda nl, limit: nl.do(entry(1), deadline=limit),
    "dump": lambda nl, limit: nl.dump(entries(), deadline=limit).all(),
    "stream": lambda nl, limit: drawn(nl.dump(entries(), deadline=limit)),
    "count": lambda nl, limit: nl.count(entries(), deadline=limit),
    "table": lambda nl, limit: nl.table(entries(), deadline=limit),
    "batch": lambda nl, limit: nl.batch([add(Entry(number=9))], deadline=limit),
    "flush": lambda nl, limit: nl.do(flush(), deadline=limit),
    "transaction": lambda nl, limit: nl.do(
        Transaction("toy.change", add(Entry(number=7)), (add(Entry(number=8)),), add(Entry(number=9))), deadline=limit
    ),
}
calls = pytest.mark.parametrize("what", CALLS)
where = pytest.mark.parametrize("hangs", ["Greeting", "Open", "Send", "Receive"])


def drawn(dump: Any) -> Any:
    return anext(dump) if hasattr(dump, "__anext__") else next(dump)


@calls
@where
@pytest.mark.parametrize("far", [False, True], ids=["timeout", "deadline"])
def test_a_call_ends_in_time(hanging: Hanging, at: str, what: str, hangs: str, far: bool) -> None:
    with netlynx.connect(kernel=at, timeout=PATIENCE if far else LIMIT) as nl:
        hanging.hangs = hangs
        with pytest.raises(netlynx.RequestTimeout, match=f"{LIMIT} s"):
            CALLS[what](nl, LIMIT if far else None)
        hanging.go_on.set()
        hanging.hangs = ""
        nl.timeout = PATIENCE
        assert nl.do(entry(1)).number == 1


@where
def test_a_subscription_ends_in_time(hanging: Hanging, at: str, hangs: str) -> None:
    with netlynx.connect(kernel=at, timeout=LIMIT) as nl:
        hanging.hangs = hangs if hangs != "Send" else "SetOption"
        with pytest.raises(netlynx.RequestTimeout, match=f"{LIMIT} s"):
            nl.subscribe(ENTRIES).get()


@calls
@where
def test_closing_ends_the_wait_of_another_thread(hanging: Hanging, at: str, what: str, hangs: str) -> None:
    with netlynx.connect(kernel=at, timeout=PATIENCE) as nl:
        hanging.hangs = hangs
        waiting = Background(lambda: CALLS[what](nl, None))
        assert hanging.reached.wait(PATIENCE)
        nl.close()
        with pytest.raises(netlynx.ConnectionClosed):
            waiting.result()


def test_closing_waits_for_no_confirmation_of_a_kernel_that_owes_an_answer(hanging: Hanging, at: str) -> None:
    nl = netlynx.connect(kernel=at, timeout=LIMIT)
    nl.do(entry(1))
    hanging.hangs = "End"
    nl.close()  # which waits for LIMIT
    assert hanging.reached.wait(PATIENCE)


# ------------------------------------------------------------------------------------------------- the async shell


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def anl(at: str) -> AsyncIterator[netlynx.AsyncConnection]:
    async with netlynx.aconnect(kernel=at, timeout=PATIENCE) as connection:
        yield connection


async def reached(hanging: Hanging) -> None:
    """Until the server hangs. The loop turns meanwhile."""
    with anyio.fail_after(PATIENCE):
        while not hanging.reached.is_set():
            await checkpoint()


@pytest.mark.anyio
@calls
@where
async def test_a_task_is_cancelled_while_it_waits_and_the_loop_turns(
    kernel: VirtualKernel, hanging: Hanging, anl: netlynx.AsyncConnection, what: str, hangs: str
) -> None:
    hanging.hangs = hangs
    ended = False

    async def run() -> None:
        nonlocal ended
        await CALLS[what](anl, None)
        ended = True

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run)
        await reached(hanging)
        for _ in range(100):
            await checkpoint()
        tasks.cancel_scope.cancel()
    assert not ended
    hanging.hangs = ""
    assert (await anl.do(entry(1))).number == 1  # while the other still hangs
    hanging.go_on.set()


@pytest.mark.anyio
@calls
@where
@pytest.mark.parametrize("far", [False, True], ids=["timeout", "deadline"])
async def test_an_awaited_call_ends_in_time(hanging: Hanging, at: str, what: str, hangs: str, far: bool) -> None:
    async with netlynx.aconnect(kernel=at, timeout=PATIENCE if far else LIMIT) as nl:
        hanging.hangs = hangs
        with pytest.raises(netlynx.RequestTimeout, match=f"{LIMIT} s"):
            await CALLS[what](nl, LIMIT if far else None)


@pytest.mark.anyio
@calls
@where
async def test_closing_ends_the_wait_of_a_task(
    kernel: VirtualKernel, hanging: Hanging, anl: netlynx.AsyncConnection, what: str, hangs: str
) -> None:
    hanging.hangs = hangs
    ended: list[BaseException] = []

    async def run() -> None:
        try:
            await CALLS[what](anl, None)
        except netlynx.ConnectionClosed as error:
            ended.append(error)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run)
        await reached(hanging)
        anl.close()
    assert ended
    hanging.go_on.set()
    until(lambda: not kernel.sockets())


# ------------------------------------------------------------------------------------------- async subscriptions

HEARS = ["Greeting", "Open", "SetOption", "Receive"]


@pytest.mark.anyio
@pytest.mark.parametrize("hangs", HEARS)
async def test_a_wait_for_events_is_cancelled_and_the_loop_turns(
    hanging: Hanging, anl: netlynx.AsyncConnection, hangs: str
) -> None:
    hanging.hangs = hangs
    got: list[Any] = []

    async def listen() -> None:
        async with anl.subscribe(ENTRIES) as events:
            if hangs == "Receive":
                await anl.do(add(Entry(number=9)))
            got.append(await events.get())

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(listen)
        await reached(hanging)
        for _ in range(100):
            await checkpoint()
        tasks.cancel_scope.cancel()
    assert got == []


@pytest.mark.anyio
@pytest.mark.parametrize("hangs", HEARS)
@pytest.mark.parametrize("way", ["get", "drain", "close", "timeout"])
async def test_no_call_of_a_subscription_keeps_the_loop(
    kernel: VirtualKernel, hanging: Hanging, at: str, hangs: str, way: str
) -> None:
    async with netlynx.aconnect(kernel=at, timeout=LIMIT if way == "timeout" else PATIENCE) as nl:
        hanging.hangs = hangs
        events = nl.subscribe(ENTRIES)
        if hangs == "Receive":
            with netlynx.connect(kernel=kernel) as other:
                await events.__aenter__()
                other.do(add(Entry(number=9)))
        if way == "get":
            with pytest.raises(netlynx.RequestTimeout, match=r"no notification within 0.05 s"):
                await events.get(LIMIT)
        elif way == "timeout":
            with pytest.raises(netlynx.RequestTimeout, match=r"0.05 s"):
                await events.get()
        elif way == "drain":
            assert events.drain() == []
        else:
            events.close()
            with pytest.raises(netlynx.ConnectionClosed):
                await events.get()
    hanging.go_on.set()
    until(lambda: not kernel.sockets())


@pytest.mark.anyio
async def test_what_is_asked_after_subscribing_is_heard(anl: netlynx.AsyncConnection) -> None:
    """Though `subscribe` returned before the kernel knew of it."""
    events = anl.subscribe(ENTRIES)
    await anl.do(add(Entry(number=9)))
    with anyio.fail_after(PATIENCE):
        assert (await events.get()).record.number == 9  # type: ignore[union-attr]
        await anl.batch(add(Entry(number=number)) for number in range(10, 500))
        heard = [(await events.get()).record.number for _ in range(10, 500)]  # type: ignore[union-attr]
        assert heard == list(range(10, 500))
        await anl.do(add(Entry(number=500)))
        while not (drained := events.drain()):
            await checkpoint()
    assert [event.record.number for event in drained] == [500]  # type: ignore[union-attr]
    events.close()
    with pytest.raises(netlynx.ConnectionClosed):
        events.drain()
    with pytest.raises(ValueError, match="at least one group"):
        anl.subscribe()


@pytest.mark.anyio
@pytest.mark.parametrize("hangs", HEARS)
@pytest.mark.parametrize("whole", [False, True], ids=["subscription", "connection"])
async def test_closing_wakes_a_task_that_waits_for_events(
    kernel: VirtualKernel, hanging: Hanging, at: str, hangs: str, whole: bool
) -> None:
    async with netlynx.aconnect(kernel=at, timeout=PATIENCE) as nl:
        hanging.hangs = hangs
        events = nl.subscribe(ENTRIES)
        ended: list[BaseException] = []

        async def listen() -> None:
            try:
                if hangs == "Receive":
                    await events.__aenter__()
                    with netlynx.connect(kernel=kernel) as other:
                        other.do(add(Entry(number=9)))
                await events.get()
            except netlynx.ConnectionClosed as error:
                ended.append(error)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listen)
            await reached(hanging)
            for _ in range(10):
                await checkpoint()
            (nl if whole else events).close()
        assert ended
    hanging.go_on.set()
    until(lambda: not kernel.sockets())


# ------------------------------------------------------------------------------------------------ a plain socket


@pytest.mark.parametrize("hangs", ["Send", "Receive"])
@pytest.mark.parametrize("closed", [False, True], ids=["timeout", "closed"])
def test_a_plain_socket_waits_no_longer_either(hanging: Hanging, at: str, hangs: str, closed: bool) -> None:
    sock = netlynx.NetlinkSocket(PROTOCOL, kernel=at)
    sock.settimeout(PATIENCE if closed else LIMIT)
    hanging.hangs = hangs
    waiting = Background(lambda: sock.send("?") if hangs == "Send" else sock.recv())
    if closed:
        assert hanging.reached.wait(PATIENCE)
        sock.close()
    with pytest.raises(netlynx.ConnectionClosed if closed else netlynx.RequestTimeout):
        waiting.result()
    sock.close()


@pytest.mark.parametrize("hangs", ["Greeting", "MakeSocket", "Bind", "SetOption"])
@pytest.mark.parametrize("kind", ["socket", "peer"])
def test_opening_a_plain_socket_ends_in_time(hanging: Hanging, at: str, hangs: str, kind: str) -> None:
    hanging.hangs = hangs
    make: Callable[[], Any] = {
        "socket": lambda: netlynx.NetlinkSocket(PROTOCOL, kernel=at, timeout=LIMIT),
        "peer": lambda: usersock.Peer(kernel=at, timeout=LIMIT),
    }[kind]
    with pytest.raises(netlynx.RequestTimeout, match=r"0\.05 s"):
        make()


@pytest.mark.anyio
@pytest.mark.parametrize("hangs", ["Greeting", "MakeSocket", "Bind"])
async def test_an_async_peer_is_opened_while_the_loop_turns(hanging: Hanging, at: str, hangs: str) -> None:
    hanging.hangs = hangs
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(partial(usersock.AsyncPeer.open, kernel=at))
        await reached(hanging)  # which takes the loop
        tasks.cancel_scope.cancel()
    with pytest.raises(netlynx.RequestTimeout):
        await usersock.AsyncPeer.open(kernel=at, timeout=LIMIT)


LETTERS: dict[str, Callable[[usersock.AsyncPeer, float | None], Any]] = {
    "send": lambda peer, limit: peer.send(b"letter", to=peer.port, timeout=limit),
    "request": lambda peer, limit: peer.request(b"letter", to=peer.port, timeout=limit),
    "receive": lambda peer, limit: peer.receive(timeout=limit),
}


@pytest.mark.anyio
@pytest.mark.parametrize("what", LETTERS)
async def test_an_async_peer_waits_in_threads(hanging: Hanging, at: str, what: str) -> None:
    async with await usersock.AsyncPeer.open(kernel=at) as peer:
        await peer.send(b"before", to=peer.port)
        letter = await peer.receive(PATIENCE)
        assert isinstance(letter, usersock.Letter)
        assert letter.content == b"before"
        hanging.hangs = "Receive" if what == "receive" else "Send"
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(LETTERS[what], peer, None)
            await reached(hanging)
            with pytest.raises(netlynx.RequestTimeout):
                await LETTERS[what](peer, LIMIT)
            tasks.cancel_scope.cancel()
        hanging.hangs = ""
        hanging.go_on.set()
        await peer.send(b"after", to=peer.port)
        found: Any = None
        while not found or found.content != b"after":  # what was given up may have been sent all the same
            found = await peer.receive(PATIENCE)
    assert peer.port
