"""The plain socket when somebody has to wait: full queues, timeouts, and `close` from another thread."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable

import pytest

from netlynx.errors import (
    BufferOverrun,
    ConnectionClosed,
)
from netlynx.transport.netlink_socket import NetlinkSocket
from netlynx.wire.message import Message
from support import PATIENCE, Background, Open, descriptors, is_empty, needs_root, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="netlink is Linux")

USERSOCK = 2


# ------------------------------------------------------------------------------------ overrun, slow peers


@needs_root
def test_an_overrun_is_told_once_and_the_socket_stays_usable(connect: Open) -> None:
    sender, slow = connect(), connect(groups=[1])
    slow.receive_buffer = 4096
    for number in range(100):
        sender.send(bytes(500), group=1, sequence=number)
    with pytest.raises(BufferOverrun, match=r"messages were lost.*stays usable") as caught:
        slow.recv()
    assert caught.value.errno == errno.ENOBUFS
    kept = []
    while not is_empty(slow):
        kept.append(slow.recv().sequence)
    assert kept == list(range(len(kept)))  # the oldest
    assert 0 < len(kept) < 100
    sender.send(b"again", group=1)
    assert slow.recv().text == "again"


def fill(sender: NetlinkSocket, slow: NetlinkSocket) -> int:
    """Send to a port until its queue has no room for the least message; tells how many that took."""
    sender.settimeout(0)
    sent = 0
    try:
        while True:
            sender.send(b"", to=slow.port)
            sent += 1
    except BlockingIOError:
        sender.settimeout(PATIENCE)
        return sent


def test_a_full_peer_makes_the_sender_wait(connect: Open) -> None:
    sender, slow = connect(), connect()
    sent = fill(sender, slow)
    waiting = Background(lambda: sender.send(b"the last", to=slow.port))
    for _ in range(sent):
        assert slow.recv().payload == b""
    assert waiting.result() == 24
    assert slow.recv().text == "the last"


def test_a_sender_waits_no_longer_than_its_timeout(connect: Open) -> None:
    sender, slow = connect(), connect()
    fill(sender, slow)
    sender.settimeout(0.01)
    with pytest.raises(TimeoutError, match="queue stayed full"):
        sender.send(b"x", to=slow.port)


@needs_root
def test_a_multicast_is_not_repeated_while_its_unicast_waits(connect: Open) -> None:
    sender, slow, member = connect(), connect(), connect(groups=[1])
    fill(sender, slow)
    sender.settimeout(0.2)  # several slices of waiting in the kernel
    with pytest.raises(TimeoutError):
        sender.send(b"once", to=slow.port, group=1)
    assert member.recv().text == "once"
    assert is_empty(member)


# ------------------------------------------------------------------------------------- timeouts and close


def test_nothing_to_receive(connect: Open) -> None:
    sock = connect()
    sock.settimeout(0.01)
    assert sock.gettimeout() == 0.01
    with pytest.raises(TimeoutError, match=r"nothing came within 0\.01 s"):
        sock.recv()
    sock.setblocking(False)
    assert sock.gettimeout() == 0
    with pytest.raises(BlockingIOError):
        sock.recv_datagram()
    sock.setblocking(True)
    assert sock.gettimeout() is None
    with pytest.raises(ValueError, match="timeout takes a number of seconds"):
        sock.settimeout(-1)


def test_a_waiting_call_gets_what_comes(connect: Open) -> None:
    one, two = connect(), connect()
    waiting = Background(two.recv)
    until(lambda: two._users)
    one.send(b"here", to=two.port)
    message = waiting.result()
    assert isinstance(message, Message)
    assert message.text == "here"


def test_close_wakes_every_waiting_reader(connect: Open) -> None:
    for _ in range(3):
        sock = connect()
        sock.settimeout(None)
        waiting = [Background(sock.recv) for _ in range(3)]
        until(lambda sock=sock: sock._users == 3)  # type: ignore[misc]  # bound to this round's socket
        sock.close()
        for call in waiting:
            with pytest.raises(ConnectionClosed, match="was closed"):
                call.result()


def test_close_wakes_a_waiting_sender(connect: Open) -> None:
    sender, slow = connect(), connect()
    fill(sender, slow)
    sender.settimeout(None)
    waiting = Background(lambda: sender.send(b"x", to=slow.port))
    until(lambda: sender._users)
    sender.close()
    with pytest.raises(ConnectionClosed):
        waiting.result()


def test_a_closed_socket_refuses_everything_and_has_no_descriptors_left(connect: Open) -> None:
    before = descriptors()
    sock = connect()
    sock.send(b"x", group=1)
    sock.close()
    sock.close()
    assert descriptors() == before
    assert (sock.closed, sock.fileno()) == (True, -1)
    assert "closed" in repr(sock)
    calls: list[Callable[[], object]] = [
        sock.recv,
        sock.recv_datagram,
        lambda: sock.send(b"x"),
        sock.memberships,
        lambda: sock.pktinfo,
        lambda: sock.settimeout(1),
        sock.getsockname,
    ]
    for call in calls:
        with pytest.raises(ConnectionClosed):
            call()


def test_the_last_reader_to_leave_gives_the_port_back(connect: Open) -> None:
    sock = connect()
    waiting = Background(sock.recv)
    until(lambda: sock._users)
    sock.close()
    with pytest.raises(ConnectionClosed):
        waiting.result()
    assert connect(USERSOCK, sock.port).port == sock.port


def test_several_threads_receive_every_message_once(connect: Open) -> None:
    one, two = connect(), connect()
    readers = [Background(lambda: [two.recv().sequence for _ in range(250)]) for _ in range(4)]
    for number in range(1000):
        one.send(bytes(number), to=two.port, sequence=number)
    received: list[int] = []
    for reader in readers:
        numbers = reader.result()
        assert isinstance(numbers, list)
        assert numbers == sorted(numbers)
        received += numbers
    assert sorted(received) == list(range(1000))
