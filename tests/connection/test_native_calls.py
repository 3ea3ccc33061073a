"""Several system calls in one: between sockets of this host, and over transports that have only the single ones."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

import pytest

from netlynx.engine.subscription import DATAGRAM
from netlynx.transport.base import Asking, Gathering, Transport, asking, gathering
from netlynx.transport.host import HostKernel, HostSocket

USERSOCK = 2


class Plain:
    """A transport with nothing but its single calls."""

    def __init__(self, transport: Transport) -> None:
        self.send = transport.send
        self.receive_into = transport.receive_into


@pytest.fixture
def pair() -> Iterator[tuple[HostSocket, HostSocket]]:
    kernel = HostKernel()
    ends = kernel.open(USERSOCK), kernel.open(USERSOCK)
    yield ends
    for end in ends:
        end.close()


def places(index: bytearray, count: int) -> list[tuple[int, int, int]]:
    return [DATAGRAM.unpack_from(index, number * DATAGRAM.size) for number in range(count)]


@pytest.mark.parametrize("plain", [False, True])
def test_many_datagrams_are_received_one_behind_the_other(pair: tuple[HostSocket, HostSocket], plain: bool) -> None:
    here, there = pair
    receiving: Gathering = gathering(Plain(here) if plain else here)  # type: ignore[arg-type]  # it receives, no more
    assert isinstance(here, Gathering)
    sent = [bytes([number]) * size for number, size in enumerate((5, 8, 1, 40))]
    for data in sent:
        there.send(data, here.portid)
    buffer, index = bytearray(1024), bytearray(10 * DATAGRAM.size)
    assert receiving.receive_many(buffer, index, 1024) == (4, False)
    assert [(start, sender) for start, _, sender in places(index, 4)] == [
        (start, there.portid) for start in (0, 8, 16, 20)
    ]
    assert [bytes(buffer[start : start + size]) for start, size, _ in places(index, 4)] == sent
    assert receiving.receive_many(buffer, index, 1024) == (0, False)


@pytest.mark.parametrize("plain", [False, True])
def test_receiving_many_stops_at_a_full_index_and_a_filled_buffer(
    pair: tuple[HostSocket, HostSocket], plain: bool
) -> None:
    here, there = pair
    receiving: Gathering = gathering(Plain(here) if plain else here)  # type: ignore[arg-type]  # it receives, no more
    for _ in range(5):
        there.send(bytes(40), here.portid)
    buffer = bytearray(1024)
    assert receiving.receive_many(buffer, bytearray(2 * DATAGRAM.size), 1024) == (2, True)
    assert receiving.receive_many(buffer, bytearray(10 * DATAGRAM.size), 41) == (2, True)
    assert receiving.receive_many(bytearray(8), index := bytearray(10 * DATAGRAM.size), 1024) == (1, True)
    assert places(index, 1) == [(0, 40, there.portid)]  # its true size tells that it was cut


class Failing:
    """A transport that fails behind its first datagram."""

    def __init__(self) -> None:
        self.coming: list[object] = [b"first", OSError(errno.ENOBUFS, "lost"), b"second"]

    def receive_into(self, buffer: memoryview) -> tuple[int, int, int]:
        if not self.coming:
            raise BlockingIOError
        data = self.coming.pop(0)
        if isinstance(data, OSError):
            raise data
        assert isinstance(data, bytes)
        buffer[: len(data)] = data
        return len(data), 0, 0


def test_an_error_waits_for_what_came_before_it_to_be_handed_out() -> None:
    receiving = gathering(Failing())  # type: ignore[arg-type]  # it receives, no more
    buffer, index = bytearray(1024), bytearray(10 * DATAGRAM.size)
    assert receiving.receive_many(buffer, index, 1024) == (1, True)
    with pytest.raises(OSError, match="lost"):
        receiving.receive_many(buffer, index, 1024)
    assert receiving.receive_many(buffer, index, 1024) == (1, False)


@pytest.mark.parametrize("plain", [False, True])
def test_asking_a_protocol_that_has_no_kernel_side_is_refused(pair: tuple[HostSocket, HostSocket], plain: bool) -> None:
    here, _ = pair
    assert isinstance(here, Asking)
    with pytest.raises(ConnectionRefusedError):
        asking(Plain(here) if plain else here).ask(bytes(16), bytearray(64))  # type: ignore[arg-type]


def test_a_closed_socket_is_a_bad_descriptor(pair: tuple[HostSocket, HostSocket]) -> None:
    here, _ = pair
    here.close()
    for call in (
        lambda: here.send(b"x", 1),
        lambda: here.receive_into(bytearray(8)),
        lambda: here.ask(b"x", bytearray(8)),
        lambda: here.receive_many(bytearray(8), bytearray(12), 8),
    ):
        with pytest.raises(OSError, match=os.strerror(errno.EBADF)):
            call()


def test_what_a_buffer_cannot_be_is_refused_and_the_other_one_let_go_of(pair: tuple[HostSocket, HostSocket]) -> None:
    here, _ = pair
    buffer = bytearray(8)
    with pytest.raises((BufferError, TypeError)):
        here.receive_many(buffer, b"constant", 8)  # type: ignore[arg-type]  # the mistake that this is about
    buffer.extend(b"not exported any more")
