"""Processes that talk to each other over NETLINK_USERSOCK: one to one, and one to a group."""

from __future__ import annotations

from contextlib import ExitStack
from multiprocessing.connection import Connection as Pipe

from netlynx.cli.hello.children import child, receive
from netlynx.cli.hello.classical import ANSWER, PATIENCE, QUESTION
from netlynx.cli.hello.steps import Say, check
from netlynx.transport.netlink_socket import NetlinkSocket

GROUP = 1
NEWS = "hello everybody!!"


def talk(say: Say) -> None:
    """The classical exchange with another process. Raises Failed, NetlinkError and TimeoutError."""
    with child(_answer) as other, NetlinkSocket("usersock", kernel="host") as user:
        user.settimeout(PATIENCE)
        port = receive(other)
        say(f"send process {port}:{QUESTION}")
        user.send(QUESTION, to=port)
        heard = receive(other)
        say(f"process {port} recv from process {user.port}: {heard}")
        message = user.recv()
        say(f"from process {port}:{message.text}")
        check("what the other process heard", heard, QUESTION)
        check("the answer", message.text, ANSWER)
        check("the answer's sender", message.source and message.source.portid, port)


def _answer(pipe: Pipe) -> None:
    with NetlinkSocket("usersock", kernel="host") as sock:
        sock.settimeout(PATIENCE)
        pipe.send(sock.port)
        message = sock.recv()
        pipe.send(message.text)
        assert message.source is not None  # it came from a socket
        sock.send(ANSWER, to=message.source.portid)


def multicast(say: Say) -> None:
    """One message to two listeners, processes both. Raises Failed, NetlinkError and TimeoutError."""
    with ExitStack() as stack:
        listeners = [stack.enter_context(child(_listen)) for _ in range(2)]
        ports = [receive(listener) for listener in listeners]
        say(f"send group {GROUP}:{NEWS}")
        with NetlinkSocket("usersock", kernel="host") as sock:
            sock.send(NEWS, group=GROUP)
        for port, listener in zip(ports, listeners, strict=True):
            heard = receive(listener)
            say(f"process {port} recv from group {GROUP}: {heard}")
            check(f"what process {port} heard", heard, NEWS)


def _listen(pipe: Pipe) -> None:
    with NetlinkSocket("usersock", groups=[GROUP], kernel="host") as sock:
        sock.settimeout(PATIENCE)
        pipe.send(sock.port)
        pipe.send(sock.recv().text)
