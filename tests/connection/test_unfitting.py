"""Something came that is no answer: a timeout says what it was, and what is made for such kernels takes it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

import netlynx
from netlynx.engine.operation import Do, Transaction
from netlynx.kernel import KernelSocket, VirtualKernel
from netlynx.wire.constants import NLMSG
from netlynx.wire.message import Message
from support import PATIENCE
from toy import NEW, Entry, add, entries, entry, payload

MODULE = 27  # a protocol of a small module
DONE = int(NLMSG.DONE)

Answers = Callable[[Message], list[Message]]


def serve(kernel: VirtualKernel, answers: Answers) -> None:
    """A module that answers whatever it is asked with these messages."""

    def callback(sock: KernelSocket, message: Message) -> None:
        for answer in answers(message):
            sock.unicast(answer, to=message.portid)

    kernel.protocol(MODULE, callback)


def hello(message: Message) -> list[Message]:
    return [Message(DONE, 0, 0, 0, payload(Entry(number=7)))]


UNFITTING: dict[str, tuple[Answers, str]] = {
    "no number": (
        hello,
        r"came that (is|are) no answer to it: it is of type 3 \(NLMSG_DONE\), .* sequence number is 0, where",
    ),
    "another number": (
        lambda asked: [Message(NEW, 0, asked.sequence + 1000, asked.portid, b"")],
        r"it is of type 16, 0 bytes, and its sequence number is \d+, where the request",
    ),
    "another port": (
        lambda asked: [Message(NEW, 0, asked.sequence, asked.portid + 1, b"")],
        r"it is of type 16, and for port \d+, where the request's is \d+",
    ),
    "several": (
        lambda asked: [*hello(asked), *hello(asked), *hello(asked)],
        r"[39] messages came that are no answer to it: it is of type 3",
    ),
}
CALLS: dict[str, Callable[[Any], Any]] = {
    "do": lambda nl: nl.do(entry(1, protocol=MODULE)),
    "dump": lambda nl: nl.dump(entries(protocol=MODULE)).all(),
    "stream": lambda nl: first(nl.dump(entries(protocol=MODULE))),
    "batch": lambda nl: nl.batch([add(Entry(number=1), protocol=MODULE)]),
    "transaction": lambda nl: nl.do(
        Transaction("toy.change", *(each(add(Entry(number=1), protocol=MODULE)) for each in (one, several, one)))
    ),
}
unfitting = pytest.mark.parametrize("answer", UNFITTING)
calls = pytest.mark.parametrize("what", CALLS)


def first(dump: Any) -> Any:
    return anext(dump) if hasattr(dump, "__anext__") else next(dump)


def one(operation: Do[None]) -> Any:
    return operation


def several(operation: Do[None]) -> Any:
    return (operation,)


@calls
@unfitting
def test_a_timeout_says_what_came_and_why_it_is_no_answer(kernel: VirtualKernel, what: str, answer: str) -> None:
    answers, words = UNFITTING[answer]
    serve(kernel, answers)
    with (
        netlynx.connect(kernel=kernel, timeout=0.02) as nl,
        pytest.raises(netlynx.RequestTimeout, match=rf"no answer within 0.02 s; .*{words}"),
    ):
        CALLS[what](nl)


@pytest.mark.anyio
@calls
@unfitting
async def test_so_does_that_of_an_async_call(kernel: VirtualKernel, anyio_backend: str, what: str, answer: str) -> None:
    answers, words = UNFITTING[answer]
    serve(kernel, answers)
    async with netlynx.aconnect(kernel=kernel, timeout=0.02) as nl:
        with pytest.raises(netlynx.RequestTimeout, match=rf"no answer within 0.02 s; .*{words}"):
            await CALLS[what](nl)


@pytest.fixture
def flooded(kernel: VirtualKernel) -> Iterator[VirtualKernel]:
    """A kernel whose module sends whoever asks it for something one stray after the other, and no answer."""
    askers: list[tuple[KernelSocket, int]] = []
    stop = threading.Event()

    def asked(sock: KernelSocket, message: Message) -> None:
        sock.unicast(Message(NEW, 0, 0, 0, b""), to=message.portid)  # one is there, however busy the machine is
        askers.append((sock, message.portid))

    kernel.protocol(MODULE, asked)

    def flood() -> None:
        while not stop.wait(0.002):
            for sock, portid in list(askers):
                with suppress(OSError):  # it is gone, or full
                    sock.unicast(Message(NEW, 0, 0, 0, b""), to=portid)

    thread = threading.Thread(target=flood)
    thread.start()
    yield kernel
    stop.set()
    thread.join()


LIMITS = (0.05, 0.5, 5.0)  # seconds; a machine may be so busy that within the first ones nothing is looked at
CAME = re.compile(r" s; \d+ messages? came that")


@calls
@pytest.mark.parametrize("deadline", [False, True], ids=["timeout", "deadline"])
def test_strays_that_keep_coming_make_no_wait_longer(flooded: VirtualKernel, what: str, deadline: bool) -> None:
    for seconds in LIMITS:
        with (
            netlynx.connect(kernel=flooded, timeout=PATIENCE if deadline else seconds) as nl,
            pytest.raises(netlynx.RequestTimeout, match=f"{seconds} s") as late,
        ):
            CALLS[what](Limited(nl, seconds) if deadline else nl)
        if CAME.search(str(late.value)):
            return
    pytest.fail(str(late.value))


@pytest.mark.anyio
@calls
@pytest.mark.parametrize("deadline", [False, True], ids=["timeout", "deadline"])
async def test_nor_of_a_task(flooded: VirtualKernel, anyio_backend: str, what: str, deadline: bool) -> None:
    for seconds in LIMITS:
        async with netlynx.aconnect(kernel=flooded, timeout=PATIENCE if deadline else seconds) as nl:
            with pytest.raises(netlynx.RequestTimeout, match=f"{seconds} s") as late:
                await CALLS[what](Limited(nl, seconds) if deadline else nl)
        if CAME.search(str(late.value)):
            return
    pytest.fail(str(late.value))


class Limited:
    """A connection whose calls have a deadline."""

    def __init__(self, nl: Any, seconds: float) -> None:
        self._nl, self._seconds = nl, seconds

    def __getattr__(self, name: str) -> Any:
        return partial(getattr(self._nl, name), deadline=self._seconds)


def test_a_message_of_the_wrong_type_is_named(kernel: VirtualKernel) -> None:
    serve(kernel, lambda asked: [Message(NEW + 7, 0, asked.sequence, asked.portid, b"")])
    with netlynx.connect(kernel=kernel, timeout=0.02) as nl, pytest.raises(netlynx.RequestTimeout) as caught:
        nl.do(entry(1, protocol=MODULE))
    assert "it is of type 23, where an answer is of type 16" in str(caught.value)


def test_nothing_is_said_of_what_did_not_come(kernel: VirtualKernel) -> None:
    serve(kernel, lambda asked: [])
    with netlynx.connect(kernel=kernel, timeout=0.02) as nl, pytest.raises(netlynx.RequestTimeout) as caught:
        nl.do(entry(1, protocol=MODULE))
    assert str(caught.value).endswith("no answer within 0.02 s")


def test_a_plain_socket_takes_all_of_it(kernel: VirtualKernel) -> None:
    serve(kernel, lambda asked: [Message(DONE, 0, 0, 0, b"hello users!!!")])
    with netlynx.NetlinkSocket(MODULE, kernel=kernel) as sock:
        sock.settimeout(PATIENCE)
        sock.send(b"hello netlink!!")
        message = sock.recv()
    assert (message.text, message.type, message.sequence) == ("hello users!!!", DONE, 0)
