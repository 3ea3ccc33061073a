"""From port to port: what arrives, what is refused, who waits."""

from __future__ import annotations

import errno
import socket
import struct
import threading

import pytest

from conformance.messages import ROUTE_MESSAGE
from conformance.sides import ROUTE, Side, empty, errno_of, readable


@pytest.mark.parametrize("size", [1, 3, 16, 255, 4096, 65536])
def test_a_message_arrives_whole_with_its_sender(side: Side, size: int) -> None:
    alice, bob = side.bound(77), side.bound(78)
    data = bytes(number & 0xFF for number in range(size))
    assert alice.sendto(data, (78, 0)) == size
    assert bob.recvfrom(70000) == (data, (77, 0))


def test_messages_arrive_in_their_order(side: Side) -> None:
    alice, bob = side.bound(77), side.bound(78)
    for number in range(100):
        alice.sendto(bytes([number]), (78, 0))
    assert [bob.recv(9)[0] for _ in range(100)] == list(range(100))


def test_nobody_at_a_port(side: Side) -> None:
    assert errno_of(side.bound(77).sendto, b"x", (4242, 0)) == errno.ECONNREFUSED


def test_a_port_of_a_closed_socket(side: Side) -> None:
    side.bound(78).close()
    assert errno_of(side.bound(77).sendto, b"x", (78, 0)) == errno.ECONNREFUSED


def test_a_protocol_without_a_kernel_side(side: Side) -> None:
    assert errno_of(side.bound(77).sendto, b"x", (0, 0)) == errno.ECONNREFUSED


def test_a_socket_can_talk_to_itself(side: Side) -> None:
    sock = side.bound(77)
    sock.sendto(b"me", (77, 0))
    assert sock.recvfrom(9) == (b"me", (77, 0))


def test_the_ports_of_another_protocol_are_not_reached(side: Side) -> None:
    side.bound(78, protocol=ROUTE)
    assert errno_of(side.bound(77).sendto, b"x", (78, 0)) == errno.ECONNREFUSED


def test_sockets_of_a_protocol_with_a_kernel_side_reach_each_other(side: Side) -> None:
    alice, bob = side.bound(77, protocol=ROUTE), side.bound(78, protocol=ROUTE)
    alice.sendto(ROUTE_MESSAGE, (78, 0))
    assert bob.recvfrom(99) == (ROUTE_MESSAGE, (77, 0))


def test_buffers_are_joined_to_one_message(side: Side) -> None:
    alice, bob = side.bound(77), side.bound(78)
    assert alice.sendmsg([b"one ", b"", b"two"], [], 0, (78, 0)) == 7
    assert bob.recv(99) == b"one two"


def test_an_empty_message_is_no_message(side: Side) -> None:
    side.bound(78)
    assert errno_of(side.bound(77).sendto, b"", (78, 0)) == errno.ENODATA


def test_the_largest_message_has_32_bytes_less_than_the_send_buffer(side: Side) -> None:
    alice, bob = side.bound(77), side.bound(78)
    most = side.default_buffer - 32
    assert alice.sendto(bytes(most), (78, 0)) == most
    assert len(bob.recv(300_000)) == most
    assert errno_of(alice.sendto, bytes(most + 1), (78, 0)) == errno.EMSGSIZE
    assert empty(bob)


@pytest.mark.parametrize("asked", [0, 3000, 10000])
def test_the_largest_message_follows_the_send_buffer(side: Side, asked: int) -> None:
    alice = side.bound(77)
    side.bound(78)
    alice.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, asked)
    most = max(4608, 2 * asked) - 32
    assert alice.sendto(bytes(most), (78, 0)) == most
    assert errno_of(alice.sendto, bytes(most + 1), (78, 0)) == errno.EMSGSIZE


def test_an_overlong_message_is_refused_before_its_port_is_looked_up(side: Side) -> None:
    assert errno_of(side.bound(77).sendto, bytes(300_000), (4242, 0)) == errno.EMSGSIZE


def test_an_empty_queue_takes_a_message_that_is_larger_than_it(side: Side) -> None:
    alice, bob = side.bound(77), side.bound(78)
    bob.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 0)
    assert alice.sendto(bytes(50000), (78, 0)) == 50000
    assert len(bob.recv(60000)) == 50000


def fill(sock: object, portid: int) -> int:
    """Send until the receiver has no room; how many messages it took."""
    count = 0
    while not errno_of(sock.sendto, b"x", socket.MSG_DONTWAIT, (portid, 0)):  # type: ignore[attr-defined]  # a socket
        count += 1
    return count


def test_a_sender_that_may_not_wait_is_told_that_the_queue_is_full(side: Side) -> None:
    alice, bob = side.bound(77), side.bound(78)
    assert fill(alice, 78) > 200
    assert errno_of(alice.sendto, b"y", socket.MSG_DONTWAIT, (78, 0)) == errno.EAGAIN
    assert bob.recv(9) == b"x"


def test_nothing_is_lost_of_unicasts_and_nobody_hears_of_an_overrun(side: Side) -> None:
    alice, bob = side.bound(77), side.bound(78)
    sent = fill(alice, 78)
    received = 0
    while not empty(bob):
        received += 1
    assert received == sent


def test_a_socket_that_does_not_block_need_not_say_so_each_time(side: Side) -> None:
    alice = side.bound(77)
    side.bound(78)
    fill(alice, 78)
    alice.setblocking(False)
    assert errno_of(alice.sendto, b"y", (78, 0)) == errno.EAGAIN


def test_a_sender_stops_waiting_after_its_time_limit(side: Side) -> None:
    alice = side.bound(77)
    side.bound(78)
    fill(alice, 78)
    alice.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("=qq", 0, 20_000))
    assert errno_of(alice.sendto, b"y", (78, 0)) == errno.EAGAIN


def test_a_sender_that_waits_goes_on_when_there_is_room(side: Side) -> None:
    alice, bob = side.bound(77), side.bound(78)
    sent = fill(alice, 78)
    waiting = threading.Thread(target=alice.sendto, args=(b"last", (78, 0)), daemon=True)
    waiting.start()
    received = [bob.recv(9) for _ in range(sent + 1)]
    waiting.join(10)
    assert not waiting.is_alive()
    assert received[-1] == b"last"


def test_a_sender_that_waits_is_refused_when_the_receiver_closes(side: Side) -> None:
    alice, bob = side.bound(77), side.bound(78)
    fill(alice, 78)
    outcome: list[int] = []
    waiting = threading.Thread(target=lambda: outcome.append(errno_of(alice.sendto, b"y", (78, 0))), daemon=True)
    waiting.start()
    bob.close()
    waiting.join(10)
    assert outcome == [errno.ECONNREFUSED]


def test_a_descriptor_is_readable_while_something_waits(side: Side) -> None:
    alice, bob = side.bound(77), side.bound(78)
    assert not readable(bob)
    alice.sendto(b"1", (78, 0))
    alice.sendto(b"2", (78, 0))
    assert readable(bob)
    bob.recv(9)
    assert readable(bob)
    bob.recv(9)
    assert not readable(bob)


def test_a_reader_that_waits_is_woken_by_a_message(side: Side) -> None:
    alice, bob = side.bound(77), side.bound(78)
    heard: list[bytes] = []
    waiting = threading.Thread(target=lambda: heard.append(bob.recv(9)), daemon=True)
    waiting.start()
    alice.sendto(b"wake up", (78, 0))
    waiting.join(10)
    assert heard == [b"wake up"]


def test_a_reader_stops_waiting_after_its_time_limit(side: Side) -> None:
    sock = side.bound(77)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("=qq", 0, 20_000))
    assert errno_of(sock.recv, 1) == errno.EAGAIN
