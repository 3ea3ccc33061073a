"""Full queues: what multicasts cost, who is told, and when messages get in again."""

from __future__ import annotations

import errno
import socket
import struct

import pytest

from conformance.messages import BROADCAST_ERROR, NO_ENOBUFS, SOL_NETLINK
from conformance.sides import Side, Socket, empty, errno_of, readable

SO_MEMINFO = 55
SMALL = 832  # what a message of up to 256 bytes counts
RULE = "a message gets in only if all of it fits"
COST = "the sizes of the kernel's own structures are these"


class Scene:
    """A sender, a place for its unicast legs, and a member whose queue holds two small messages."""

    def __init__(self, side: Side) -> None:
        self.sender, self.member = side.bound(77), side.bound(78, 0b1)
        self.sink = side.bound(79)
        self.member.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 0)

    def tell(self, *texts: bytes) -> None:
        for text in texts:
            self.sender.sendto(text, (79, 0b1))
            self.sink.recv(9)

    def heard(self) -> list[bytes | int]:
        """What the member receives until there is nothing more: messages, and the errno of what fails."""
        found: list[bytes | int] = []
        while True:
            try:
                found.append(self.member.recv(9, socket.MSG_DONTWAIT))
            except BlockingIOError:
                return found
            except OSError as error:
                found.append(error.errno or 0)

    def memory(self) -> tuple[int, int]:
        """Bytes in use, and messages dropped."""
        numbers = struct.unpack("=9I", self.member.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 36))
        return numbers[0], numbers[8]


@pytest.fixture
def scene(side: Side) -> Scene:
    side.since((6, 16), RULE)
    return Scene(side)


def used(sock: Socket) -> int:
    return int(struct.unpack("=9I", sock.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 36))[0])


@pytest.mark.parametrize("size", [1, 256, 257, 704, 705, 1728, 1729, 3776, 3780, 6000, 16384, 40000, 200000])
def test_a_unicast_counts_more_than_its_bytes(side: Side, size: int) -> None:
    side.since((6, 16), COST)
    alice, bob = side.bound(77), side.bound(78)
    alice.sendto(bytes(size), (78, 0))
    blocks = {1: 832, 256: 832, 257: 1280, 704: 1280, 705: 2304, 1728: 2304, 1729: 4352, 3776: 4352}
    pages = {3780: 4416, 6000: 6592, 16384: 16960, 40000: 40576, 200000: 200576}
    assert used(bob) == {**blocks, **pages}[size]


def test_receiving_gives_the_room_back(side: Side) -> None:
    alice, bob = side.bound(77), side.bound(78)
    alice.sendto(b"x", (78, 0))
    bob.recv(9)
    assert used(bob) == 0


def test_peeking_gives_no_room_back(side: Side) -> None:
    alice, bob = side.bound(77), side.bound(78)
    alice.sendto(b"x", (78, 0))
    before = used(bob)
    bob.recv(9, socket.MSG_PEEK)
    assert used(bob) == before > 0


def test_the_default_queue_holds_256_small_messages(side: Side) -> None:
    side.since((6, 16), RULE)
    sender, sink, member = side.bound(77), side.bound(79), side.bound(78, 0b1)
    for _ in range(300):
        sender.sendto(b"x", (79, 0b1))
        sink.recv(9)
    numbers = struct.unpack("=9I", member.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 36))
    assert (numbers[0], numbers[8]) == (256 * SMALL, 44)


def test_the_overrun_is_told_first_and_then_come_the_oldest(scene: Scene) -> None:
    scene.tell(b"1", b"2", b"3", b"4")
    assert scene.heard() == [errno.ENOBUFS, b"1", b"2"]


def test_the_overrun_is_told_once_however_much_is_lost(scene: Scene) -> None:
    scene.tell(*(b"%d" % number for number in range(8)))
    assert scene.memory() == (2 * SMALL, 6)
    assert scene.heard() == [errno.ENOBUFS, b"0", b"1"]


def test_nothing_gets_in_until_the_queue_was_read_empty(scene: Scene) -> None:
    scene.tell(b"1", b"2", b"3")
    assert errno_of(scene.member.recv, 9) == errno.ENOBUFS
    assert scene.member.recv(9) == b"1"
    scene.tell(b"4")
    assert scene.heard() == [b"2"]
    scene.tell(b"5")
    assert scene.heard() == [b"5"]


def test_losses_before_the_queue_was_read_empty_are_not_told_again(scene: Scene) -> None:
    scene.tell(b"1", b"2", b"3")
    assert errno_of(scene.member.recv, 9) == errno.ENOBUFS
    scene.tell(b"4", b"5")
    assert scene.heard() == [b"1", b"2"]
    assert scene.memory() == (0, 3)


def test_the_last_message_taken_opens_the_queue_again(scene: Scene) -> None:
    scene.tell(b"1", b"2", b"3")
    assert errno_of(scene.member.recv, 9) == errno.ENOBUFS
    scene.member.recv(9)
    scene.member.recv(9)
    scene.tell(b"4")
    assert scene.heard() == [b"4"]


def test_a_second_overrun_is_told_again(scene: Scene) -> None:
    scene.tell(b"1", b"2", b"3")
    scene.heard()
    scene.tell(b"4", b"5", b"6")
    assert scene.heard() == [errno.ENOBUFS, b"4", b"5"]


def test_the_error_can_be_read_as_an_option_and_is_gone_then(scene: Scene) -> None:
    scene.tell(b"1", b"2", b"3")
    assert scene.member.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ENOBUFS
    assert scene.member.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
    assert scene.heard() == [b"1", b"2"]


def test_peeking_tells_the_error_and_takes_it(scene: Scene) -> None:
    scene.tell(b"1", b"2", b"3")
    assert errno_of(scene.member.recv, 9, socket.MSG_PEEK) == errno.ENOBUFS
    assert scene.heard() == [b"1", b"2"]


def test_an_overrun_makes_the_descriptor_readable(scene: Scene) -> None:
    scene.tell(b"1", b"2", b"3")
    for _ in range(3):
        assert readable(scene.member)
        errno_of(scene.member.recv, 9)
    assert not readable(scene.member)


def test_a_unicast_to_an_overrun_socket_must_wait(scene: Scene) -> None:
    scene.tell(b"1", b"2", b"3")
    assert errno_of(scene.sender.sendto, b"4", socket.MSG_DONTWAIT, (78, 0)) == errno.EAGAIN
    assert errno_of(scene.member.recv, 9) == errno.ENOBUFS
    scene.member.recv(9)
    assert errno_of(scene.sender.sendto, b"4", socket.MSG_DONTWAIT, (78, 0)) == errno.EAGAIN


def test_without_enobufs_losses_are_silent(scene: Scene) -> None:
    scene.member.setsockopt(SOL_NETLINK, NO_ENOBUFS, 1)
    scene.tell(b"1", b"2", b"3")
    assert scene.memory() == (2 * SMALL, 1)
    assert scene.heard() == [b"1", b"2"]


def test_without_enobufs_messages_get_in_as_soon_as_there_is_room(scene: Scene) -> None:
    scene.member.setsockopt(SOL_NETLINK, NO_ENOBUFS, 1)
    scene.tell(b"1", b"2", b"3")
    assert scene.member.recv(9) == b"1"
    scene.tell(b"4")
    assert scene.heard() == [b"2", b"4"]


def test_turning_enobufs_off_lets_messages_in_but_leaves_the_error(scene: Scene) -> None:
    scene.tell(b"1", b"2", b"3")
    scene.member.setsockopt(SOL_NETLINK, NO_ENOBUFS, 1)
    assert errno_of(scene.member.recv, 9) == errno.ENOBUFS
    assert scene.member.recv(9) == b"1"
    scene.tell(b"4")
    assert scene.heard() == [b"2", b"4"]


def test_a_sending_program_is_not_told_of_a_loss(scene: Scene) -> None:
    scene.member.setsockopt(SOL_NETLINK, BROADCAST_ERROR, 1)
    scene.tell(b"1", b"2", b"3", b"4")


def test_a_larger_queue_holds_more_at_once(scene: Scene) -> None:
    scene.tell(b"1", b"2")
    scene.member.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2 * SMALL)
    scene.tell(b"3", b"4", b"5")
    assert scene.heard() == [errno.ENOBUFS, b"1", b"2", b"3", b"4"]


def test_an_empty_queue_takes_a_multicast_that_is_larger_than_it(scene: Scene) -> None:
    scene.sender.sendto(bytes(5000), (79, 0b1))
    assert len(scene.member.recv(9999)) == 5000
    assert empty(scene.member)


def test_a_filter_drops_before_anything_is_counted(scene: Scene) -> None:
    import array

    program = array.array("B", struct.pack("=HBBI", 0x06, 0, 0, 0))
    address, _ = program.buffer_info()
    scene.member.setsockopt(socket.SOL_SOCKET, 26, struct.pack("HP", 1, address))
    scene.tell(b"1", b"2", b"3", b"4")
    assert scene.memory()[0] == 0
    assert scene.heard() == []
