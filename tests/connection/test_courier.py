"""The thread that sends a batch's datagrams: what it sends by itself, and what it does not."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from netlynx.errors import ConnectionClosed
from netlynx.transport._calls import Courier, SystemCalls
from support import PATIENCE, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="takes SOCK_SEQPACKET and MSG_TRUNC")

PLAIN = b"nothing was refused"


class Wire:
    """A socket of which the other end is the test's: what is put there beforehand is what comes back."""

    def __init__(self) -> None:
        ours, self.peer = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.peer.settimeout(PATIENCE)
        self.calls = SystemCalls()
        self.calls.descriptor = ours.fileno()
        self.ours = ours
        self.buffer, self.other = bytearray(64), bytearray(64)
        self.courier = Courier()
        self.answer(b"first")
        assert self.ask(b"first") == b"first"  # sent without a thread

    def answer(self, *answers: bytes) -> None:
        for each in answers:
            self.peer.send(each)

    def ask(self, request: bytes, meanwhile: Callable[[], object] = bool, *, buffer: bytearray | None = None) -> bytes:
        buffer = self.buffer if buffer is None else buffer
        came = self.courier.ask(self.calls, meanwhile, request, buffer)
        return b"" if came is None else bytes(buffer[: came[0]])

    def sent(self) -> list[bytes]:
        """All that was sent since."""
        found = []
        self.peer.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                found.append(self.peer.recv(64))
        return found

    def close(self) -> None:
        self.courier.close()
        self.ours.close()
        self.peer.close()


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire()
    assert wire.sent() == [b"first"]
    yield wire
    wire.close()


@pytest.mark.parametrize("late", [False, True])
def test_a_request_follows_at_once_when_the_answer_is_the_plain_one(wire: Wire, late: bool) -> None:
    following, further = b"second", b"third"

    def meanwhile() -> None:
        if late:
            until(lambda: wire.buffer.startswith(PLAIN))
        wire.courier.follow(following, PLAIN, wire.other)

    wire.answer(PLAIN, b"of the second")
    assert wire.ask(b"one", meanwhile) == PLAIN
    assert wire.courier.carries()
    assert wire.courier.carries(following)
    assert not wire.courier.carries(further)
    until(lambda: bytes(wire.other[:13]) == b"of the second")  # without being asked for
    assert wire.sent() == [b"one", following]
    assert wire.ask(following, buffer=wire.other) == b"of the second"
    assert not wire.courier.carries()
    wire.answer(b"of the third")
    assert wire.ask(further) == b"of the third"
    assert wire.sent() == [further]


@pytest.mark.parametrize("answer", [PLAIN[:-1] + b"D", PLAIN + b".", PLAIN[:-1], b""])
@pytest.mark.parametrize("late", [False, True])
def test_nothing_follows_any_other_answer_or_none(wire: Wire, answer: bytes, late: bool) -> None:
    def meanwhile() -> None:
        if late:
            until(lambda: wire.buffer.startswith(answer) if answer else wire.sent() == [b"one"])
        wire.courier.follow(b"second", PLAIN, wire.other)

    if answer:
        wire.answer(answer)
    assert wire.ask(b"one", meanwhile) == answer
    assert not wire.courier.carries()
    assert wire.sent() == ([] if late and not answer else [b"one"])
    wire.answer(b"of the second")
    assert wire.ask(b"second") == b"of the second"
    assert wire.sent() == [b"second"]


def test_many_in_a_row_are_sent_once_each_and_in_order(wire: Wire) -> None:
    requests = [b"request %d" % number for number in range(2000)]
    buffers = [wire.buffer, wire.other]
    received: list[bytes] = []
    followed = 0

    for number, request in enumerate(requests):
        plain = number % 7 != 3
        wire.answer(b"answer %d" % number if plain else b"refusal")
        if wire.courier.carries(request):
            followed += 1
            buffers.reverse()

        def meanwhile(number: int = number) -> None:
            if number + 1 < len(requests):
                wire.courier.follow(requests[number + 1], b"answer %d" % number, buffers[1])

        # What follows finds no answer yet: it is asked for like any that takes its time.
        came = wire.courier.ask(wire.calls, meanwhile, request, buffers[0])
        if came is None:
            until(lambda: receives(wire, buffers[0]))
        received += wire.sent()
    assert received == requests
    assert followed > 0


def receives(wire: Wire, buffer: bytearray) -> bool:
    try:
        wire.calls.receive_into(buffer)
    except BlockingIOError:
        return False
    return True


def test_one_that_follows_is_finished_before_the_courier_ends(wire: Wire) -> None:
    wire.answer(PLAIN, b"of the second")
    assert wire.ask(b"one", lambda: wire.courier.follow(b"second", PLAIN, wire.other)) == PLAIN
    wire.courier.close()
    assert wire.sent() == [b"one", b"second"]
    assert [each for each in threading.enumerate() if each.name == "netlynx batch"] == []


def test_an_error_meanwhile_comes_out_when_the_request_is_done_with(wire: Wire) -> None:
    def failing() -> None:
        wire.courier.follow(b"second", PLAIN, wire.other)
        raise KeyboardInterrupt

    wire.answer(b"refusal")
    with pytest.raises(KeyboardInterrupt):
        wire.ask(b"one", failing)
    assert wire.sent() == [b"one"]
    assert not wire.courier.carries()
    wire.answer(b"of the next")
    assert wire.ask(b"next") == b"of the next"


def test_what_is_on_its_way_has_to_be_asked_for_and_one_at_a_time_may_follow(wire: Wire) -> None:
    def twice() -> None:
        wire.courier.follow(b"second", PLAIN, wire.other)
        with pytest.raises(ValueError, match="follow already"):
            wire.courier.follow(b"third", PLAIN, wire.other)

    wire.answer(PLAIN, b"of the second")
    wire.ask(b"one", twice)
    with pytest.raises(ValueError, match="not asked for yet"):
        wire.ask(b"third")
    sent: list[bytes] = []
    until(lambda: sent.extend(wire.sent()) or sent == [b"one", b"second"])


def test_what_became_of_a_request_is_known_whatever_was_raised(wire: Wire) -> None:
    def interrupted() -> None:
        wire.courier.follow(b"second", PLAIN, wire.other)
        until(lambda: wire.buffer.startswith(PLAIN))
        raise KeyboardInterrupt

    one, third = b"one", b"third"
    wire.answer(PLAIN, b"of the second")
    with pytest.raises(KeyboardInterrupt):
        wire.ask(one, interrupted)
    wire.courier.close()
    assert wire.sent() == [one, b"second"]
    assert wire.courier.became(one) == (wire.buffer, len(PLAIN), 0, 0)
    assert wire.courier.became(b"second") == (wire.other, len(b"of the second"), 0, 0)
    assert wire.courier.became(third) is None


def test_what_was_to_follow_and_did_not_was_not_sent(wire: Wire) -> None:
    second = b"second"

    def interrupted() -> None:
        wire.courier.follow(second, PLAIN, wire.other)
        raise KeyboardInterrupt

    wire.answer(b"refusal")
    with pytest.raises(KeyboardInterrupt):
        wire.ask(b"one", interrupted)
    wire.courier.close()
    assert wire.courier.became(b"one") == (wire.buffer, len(b"refusal"), 0, 0)
    assert wire.courier.became(second) is None


def test_a_courier_that_is_alone_has_no_thread_and_knows_what_it_sent(wire: Wire) -> None:
    courier = Courier(alone=True)
    for request in (b"one", b"second", b"third"):
        assert courier.ask(wire.calls, bool, request, wire.buffer) is None
    assert [each for each in threading.enumerate() if each.name == "netlynx batch"] == []
    wire.peer.close()
    with pytest.raises(ConnectionError):
        courier.ask(wire.calls, bool, b"last", wire.other)
    courier.close()
    assert courier.became(b"third") == (wire.buffer, -1, 0, 0)
    assert courier.became(b"last") is None


def test_a_child_that_is_forked_meanwhile_touches_no_lock(wire: Wire) -> None:
    def forking() -> None:
        child = os.fork()
        if not child:
            try:
                wire.courier.follow(b"second", PLAIN, wire.other)
            except ConnectionClosed:
                os._exit(7)
            os._exit(8)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7

    wire.answer(PLAIN)
    assert wire.ask(b"one", forking) == PLAIN
    child = os.fork()
    if not child:
        try:
            wire.ask(b"of the child")
        except ConnectionClosed:
            os._exit(7)
        os._exit(8)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert wire.sent() == [b"one"]


def test_nothing_is_sent_when_it_is_over_and_nothing_follows_nothing(wire: Wire) -> None:
    with pytest.raises(ValueError, match="nothing is on its way"):
        wire.courier.follow(b"second", PLAIN, wire.other)
    wire.courier.close()
    wire.courier.close()
    with pytest.raises(ConnectionClosed):
        wire.ask(b"one")
    assert wire.sent() == []


def test_buffers_are_let_go_of(wire: Wire) -> None:
    wire.answer(PLAIN, b"of the second")
    second = b"second"
    wire.ask(b"one", lambda: wire.courier.follow(second, PLAIN, wire.other))
    wire.buffer.append(0)  # BufferError while it is held
    with pytest.raises(BufferError):
        wire.other.append(0)
    wire.ask(second, buffer=wire.other)
    wire.other.append(0)
