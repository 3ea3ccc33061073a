"""The same, awaited, on asyncio and trio: many tasks, cancellation, a full queue, closing."""

from __future__ import annotations

import errno
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing

import anyio
import pytest
import trio
import trio.testing

import netlynx
from netlynx import Overrun, RequestTimeout, netns
from netlynx.kernel import VirtualKernel
from netlynx.usersock import AsyncPeer, Letter
from support import PATIENCE, namespaces_refused
from usersock.greeting import RECORDS, Greeting

pytestmark = pytest.mark.anyio

Make = Callable[..., AsyncPeer]


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["virtual", "real"])
async def make(request: pytest.FixtureRequest, anyio_backend: str) -> AsyncIterator[Make]:
    made: list[AsyncPeer] = []

    def on(**where: object) -> Make:
        def one(port: int = 0, groups: tuple[int, ...] = (), **more: object) -> AsyncPeer:
            made.append(AsyncPeer(port, groups, **where, **more))  # type: ignore[arg-type]  # as the test has it
            return made[-1]

        return one

    if request.param == "virtual":
        with VirtualKernel() as kernel:
            yield on(kernel=kernel)
            for peer in made:
                peer.close()
    elif reason := namespaces_refused():
        pytest.skip(reason)
    else:
        with netns.anonymous() as namespace:
            yield on(netns=namespace)
            for peer in made:
                peer.close()


async def received(peer: AsyncPeer) -> Letter:
    letter = await peer.receive(timeout=PATIENCE)
    assert isinstance(letter, Letter)
    return letter


def answering(peer: AsyncPeer, answer: Callable[[Letter], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    async def serve() -> None:
        async for letter in peer:
            assert isinstance(letter, Letter)
            await answer(letter)

    return serve


async def test_the_classical_exchange(make: Make) -> None:
    server, client = make(100), make()
    await client.send("hello netlink!!", to=100)
    letter = await received(server)
    assert (letter.text, letter.sender) == ("hello netlink!!", client.port)
    await server.send("hello users!!!", to=letter.sender)
    assert (await received(client)).text == "hello users!!!"


async def test_many_letters_go_together_and_arrive_one_by_one(make: Make) -> None:
    server, client = make(), make()
    words = [f"letter {number}" for number in range(500)]
    assert await client.send_all(words, to=server.port) == 500
    assert [(await received(server)).text for _ in words] == words


async def test_many_tasks_share_one_peer(make: Make) -> None:
    server, client = make(), make()
    answers: dict[int, str] = {}

    async def ask(number: int) -> None:
        answers[number] = (await client.request(str(number), to=server.port, timeout=PATIENCE)).text

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(answering(server, lambda letter: server.answer(letter, f"<{letter.text}>")))
        async with anyio.create_task_group() as asking:
            for number in range(100):
                asking.start_soon(ask, number)
        server.close()
    assert answers == {number: f"<{number}>" for number in range(100)}


async def test_a_cancelled_reader_hands_the_socket_on(make: Make) -> None:
    server, client = make(), make()
    heard: list[str] = []

    async def wait(scope: anyio.CancelScope) -> None:
        with scope:
            heard.append((await received(server)).text)

    first, second = anyio.CancelScope(), anyio.CancelScope()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wait, first)
        tasks.start_soon(wait, second)
        await anyio.wait_all_tasks_blocked()
        first.cancel()
        await anyio.wait_all_tasks_blocked()
        await client.send("still there", to=server.port)
    assert heard == ["still there"]


async def test_a_refusal_is_the_other_sides_error(make: Make) -> None:
    server, client = make(), make()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(answering(server, lambda letter: server.refuse(letter, errno.EEXIST, "there is one")))
        with pytest.raises(netlynx.AlreadyExists, match="there is one"):
            await client.request(b"?", to=server.port, timeout=PATIENCE)
        server.close()


async def test_no_answer_is_a_timeout(make: Make) -> None:
    server, client = make(), make()
    with pytest.raises(RequestTimeout, match=f"the answer of port {server.port} did not come in time"):
        await client.request(b"?", to=server.port, timeout=0.01)
    with pytest.raises(RequestTimeout):
        await client.receive(timeout=0)
    assert [letter.text for letter in server.drain() if isinstance(letter, Letter)] == ["?"]


async def test_a_full_queue_makes_the_sender_wait_while_others_run(make: Make) -> None:
    server, client = make(), make()
    sent = 0
    with pytest.raises(RequestTimeout, match="its queue stayed full"):  # noqa: PT012 # the last of them raises
        while sent < 1000:
            await client.send(bytes(10_000), to=server.port, timeout=0.01)
            sent += 1
    assert sent > 5
    async with anyio.create_task_group() as tasks:

        async def more() -> None:
            for _ in range(20):
                await client.send(bytes(10_000), to=server.port)

        tasks.start_soon(more)
        for _ in range(sent + 20):
            assert len((await received(server)).content) == 10_000


async def test_letters_to_a_group_that_were_lost_are_told(make: Make) -> None:
    listener, sender = make(groups=(1,)), make()
    listener.socket.receive_buffer = 5_000
    for _ in range(100):
        await sender.send(bytes(1000), group=1)
    assert await listener.receive(timeout=PATIENCE) == Overrun(1)
    assert 0 < len(listener.drain()) < 99


async def test_closing_wakes_everybody(make: Make) -> None:
    peer = make()
    raised: list[bool] = []

    async def wait() -> None:
        try:
            await peer.receive()
        except netlynx.ConnectionClosed:
            raised.append(True)

    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(wait)
        await anyio.wait_all_tasks_blocked()
        peer.close()
    assert raised == [True] * 3
    with pytest.raises(netlynx.ConnectionClosed):
        await peer.send(b"x", to=1)
    assert [letter async for letter in peer] == []


async def test_records_are_asked_for_and_answered_and_the_kernel_vouches_for_who_did(make: Make) -> None:
    server, client = make(records=RECORDS), make(records=RECORDS)

    async def answer(letter: Letter) -> None:
        await server.answer(letter, Greeting(text=letter.content.text.upper(), times=letter.content.times))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(answering(server, answer))
        answered = await client.request(Greeting(text="hi", times=3), to=server.port, timeout=PATIENCE)
        server.close()
    assert answered.content == Greeting(text="HI", times=3)
    assert answered.owner is not None
    assert (answered.owner.pid, answered.owner.uid) == (os.getpid(), os.getuid())


def test_a_request_that_had_to_wait_to_be_sent_takes_no_longer_than_it_may() -> None:
    """On a clock that jumps to whatever is waited for."""

    async def main() -> None:
        with (
            VirtualKernel() as kernel,
            closing(AsyncPeer(kernel=kernel)) as server,
            closing(AsyncPeer(kernel=kernel)) as client,
        ):
            with pytest.raises(RequestTimeout, match="its queue stayed full"):  # noqa: PT012 # the last of them raises
                while True:
                    await client.send(bytes(10_000), to=server.port, timeout=0.01)

            async def make_room() -> None:
                await anyio.sleep(0.9)
                server.drain()

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(make_room)
                begun = anyio.current_time()
                with pytest.raises(RequestTimeout, match="the answer of port"):
                    await client.request(b"?", to=server.port, timeout=1)
                assert anyio.current_time() - begun == pytest.approx(1)

    trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0))
