"""A peer that goes while it is asked: the request ends soon, and not at the end of its time."""

from __future__ import annotations

import os
import signal
import threading

import anyio
import pytest

import netlynx
from netlynx.kernel import VirtualKernel
from netlynx.usersock import AsyncPeer, Letter, Peer
from support import PATIENCE, Background

LONG = 3600.0  # nobody waits for that


@pytest.fixture(params=["host", "virtual", "namespace"])
def where(request: pytest.FixtureRequest) -> dict[str, object]:
    if request.param == "virtual":
        return {"kernel": VirtualKernel()}
    return {"netns": request.getfixturevalue("netns")} if request.param == "namespace" else {}


def asked(peer: Peer) -> Letter:
    letter = peer.receive(timeout=PATIENCE)
    assert isinstance(letter, Letter)
    return letter


def test_a_request_ends_when_its_receiver_is_closed(where: dict[str, object]) -> None:
    with Peer(**where) as client:  # type: ignore[arg-type]
        server = Peer(**where)  # type: ignore[arg-type]
        asking = Background(lambda: client.request("?", to=server.port, timeout=LONG))
        asked(server)
        server.close()
        with pytest.raises(netlynx.PortRefused, match="closed its socket, or ended, without an answer"):
            asking.result()


def test_and_when_another_has_its_port_by_then(where: dict[str, object]) -> None:
    with Peer(**where) as client:  # type: ignore[arg-type]
        server = Peer(**where)  # type: ignore[arg-type]
        looked = threading.Event()
        holder = client.socket.holder  # type: ignore[attr-defined]

        def looking(port: int) -> object:
            found = holder(port)
            looked.set()
            return found

        client.socket.holder = looking  # type: ignore[attr-defined]
        asking = Background(lambda: client.request("?", to=server.port, timeout=LONG))
        asked(server)
        assert looked.wait(PATIENCE)  # since then it is known whose port it was
        port = server.port
        server.close()
        with Peer(port, **where), pytest.raises(netlynx.PortRefused, match="without an answer"):  # type: ignore[arg-type]
            asking.result()


def test_the_answer_of_a_peer_that_is_gone_is_an_answer(where: dict[str, object]) -> None:
    with Peer(**where) as client:  # type: ignore[arg-type]
        server = Peer(**where)  # type: ignore[arg-type]
        asking = Background(lambda: client.request("?", to=server.port, timeout=LONG))
        server.answer(asked(server), "!")
        server.close()
        assert asking.result().text == "!"


def test_a_process_that_is_killed_is_noticed() -> None:
    readable, writable = os.pipe()
    child = os.fork()
    if not child:
        try:
            peer = Peer()
            os.write(writable, peer.port.to_bytes(4, "little"))
            peer.receive()
            os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)
    with Peer() as client:
        port = int.from_bytes(os.read(readable, 4), "little")
        with pytest.raises(netlynx.PortRefused):
            client.request("?", to=port, timeout=LONG)
    os.waitpid(child, 0)
    os.close(readable)
    os.close(writable)


def test_a_peer_that_takes_its_time_is_waited_for(where: dict[str, object]) -> None:
    with Peer(**where) as client, Peer(**where) as server:  # type: ignore[arg-type]
        asking = Background(lambda: client.request("?", to=server.port, timeout=0.3))
        letter = asked(server)
        server.send("something else", to=letter.sender)
        with pytest.raises(netlynx.RequestTimeout, match=r"1 other letters came from it.*of type 0 with sequence 0"):
            asking.result()


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_an_async_request_ends_as_soon(where: dict[str, object]) -> None:
    async with AsyncPeer(**where) as client:  # type: ignore[arg-type]
        server = AsyncPeer(**where)  # type: ignore[arg-type]
        async with anyio.create_task_group() as tasks:

            async def go() -> None:
                await server.receive(timeout=PATIENCE)
                server.close()

            tasks.start_soon(go)
            with pytest.raises(netlynx.PortRefused, match="without an answer"):
                await client.request("?", to=server.port, timeout=LONG)
