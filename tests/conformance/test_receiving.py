"""Receiving: cut messages, looking without taking, and the control messages that come along."""

from __future__ import annotations

import errno
import os
import socket
import struct

import pytest

from conformance.messages import JOIN, LISTEN_ALL_NSID, PKTINFO, SOL_NETLINK
from conformance.sides import Side, Socket, empty, errno_of

PEEK, TRUNC, CTRUNC, DONTWAIT = socket.MSG_PEEK, socket.MSG_TRUNC, socket.MSG_CTRUNC, socket.MSG_DONTWAIT
SCM_CREDENTIALS = 2


@pytest.fixture
def pair(side: Side) -> tuple[Socket, Socket]:
    return side.bound(77), side.bound(78)


def test_what_fits_is_not_marked(pair: tuple[Socket, Socket]) -> None:
    pair[0].sendto(b"0123456789", (78, 0))
    assert pair[1].recvmsg(10) == (b"0123456789", [], 0, (77, 0))


def test_what_does_not_fit_is_cut_and_marked(pair: tuple[Socket, Socket]) -> None:
    pair[0].sendto(b"0123456789", (78, 0))
    assert pair[1].recvmsg(4) == (b"0123", [], TRUNC, (77, 0))


def test_the_rest_of_a_cut_message_is_lost(pair: tuple[Socket, Socket]) -> None:
    pair[0].sendto(b"0123456789", (78, 0))
    pair[0].sendto(b"next", (78, 0))
    pair[1].recv(4)
    assert pair[1].recv(4) == b"next"


def test_a_buffer_of_no_size_takes_the_message_all_the_same(pair: tuple[Socket, Socket]) -> None:
    pair[0].sendto(b"0123456789", (78, 0))
    assert pair[1].recvmsg_into([]) == (0, [], TRUNC, (77, 0))
    assert empty(pair[1])


def test_with_trunc_the_true_length_is_returned(pair: tuple[Socket, Socket]) -> None:
    pair[0].sendto(b"0123456789", (78, 0))
    buffer = bytearray(4)
    assert pair[1].recvmsg_into([buffer], 0, TRUNC) == (10, [], TRUNC, (77, 0))
    assert buffer == b"0123"


def test_with_trunc_and_peek_a_message_can_be_measured(pair: tuple[Socket, Socket]) -> None:
    pair[0].sendto(b"0123456789", (78, 0))
    assert pair[1].recvmsg_into([], 0, TRUNC | PEEK)[0] == 10
    assert pair[1].recv(99) == b"0123456789"


def test_peeking_leaves_the_message(pair: tuple[Socket, Socket]) -> None:
    pair[0].sendto(b"1", (78, 0))
    pair[0].sendto(b"2", (78, 0))
    assert [pair[1].recv(9, PEEK), pair[1].recv(9, PEEK), pair[1].recv(9), pair[1].recv(9)] == [b"1", b"1", b"1", b"2"]


def test_peeking_into_a_small_buffer_cuts_nothing_off(pair: tuple[Socket, Socket]) -> None:
    pair[0].sendto(b"0123456789", (78, 0))
    assert pair[1].recvmsg(4, 0, PEEK) == (b"0123", [], TRUNC, (77, 0))
    assert pair[1].recv(99) == b"0123456789"


def test_there_is_nothing_to_peek_at(pair: tuple[Socket, Socket]) -> None:
    assert errno_of(pair[1].recv, 9, PEEK | DONTWAIT) == errno.EAGAIN


def test_a_message_is_spread_over_buffers(pair: tuple[Socket, Socket]) -> None:
    pair[0].sendto(b"0123456789", (78, 0))
    one, two = bytearray(4), bytearray(8)
    assert pair[1].recvmsg_into([one, two])[0] == 10
    assert (bytes(one), bytes(two)) == (b"0123", b"456789\0\0")


def test_into_a_buffer(pair: tuple[Socket, Socket]) -> None:
    pair[0].sendto(b"0123456789", (78, 0))
    buffer = bytearray(12)
    assert pair[1].recvfrom_into(buffer) == (10, (77, 0))
    assert buffer == b"0123456789\0\0"


# -------------------------------------------------------------------------------------------- control messages


def test_the_group_is_told_when_asked_for(pair: tuple[Socket, Socket]) -> None:
    pair[1].setsockopt(SOL_NETLINK, PKTINFO, 1)
    pair[1].setsockopt(SOL_NETLINK, JOIN, 7)
    pair[0].sendto(b"x", (77, 1 << 6))
    assert pair[1].recvmsg(9, 99)[1] == [(SOL_NETLINK, PKTINFO, struct.pack("=I", 7))]


def test_the_group_of_a_unicast_is_0(pair: tuple[Socket, Socket]) -> None:
    pair[1].setsockopt(SOL_NETLINK, PKTINFO, 1)
    pair[0].sendto(b"x", (78, 0))
    assert pair[1].recvmsg(9, 99)[1] == [(SOL_NETLINK, PKTINFO, bytes(4))]


def test_options_count_when_a_message_is_received_not_when_it_is_sent(pair: tuple[Socket, Socket]) -> None:
    pair[0].sendto(b"x", (78, 0))
    pair[1].setsockopt(SOL_NETLINK, PKTINFO, 1)
    assert len(pair[1].recvmsg(9, 99)[1]) == 1


def test_no_room_for_a_control_message_is_marked(pair: tuple[Socket, Socket]) -> None:
    pair[1].setsockopt(SOL_NETLINK, PKTINFO, 1)
    pair[0].sendto(b"x", (78, 0))
    assert pair[1].recvmsg(9, 0) == (b"x", [], CTRUNC, (77, 0))


def test_a_control_message_needs_no_padding(pair: tuple[Socket, Socket]) -> None:
    pair[1].setsockopt(SOL_NETLINK, PKTINFO, 1)
    pair[0].sendto(b"x", (78, 0))
    assert pair[1].recvmsg(9, 20)[1:3] == ([(SOL_NETLINK, PKTINFO, bytes(4))], 0)


def test_a_second_control_message_without_room_is_marked(pair: tuple[Socket, Socket]) -> None:
    pair[1].setsockopt(SOL_NETLINK, PKTINFO, 1)
    pair[1].setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    pair[0].sendto(b"x", (78, 0))
    assert pair[1].recvmsg(9, 24)[1:3] == ([(SOL_NETLINK, PKTINFO, bytes(4))], CTRUNC)


def test_a_second_control_message_is_cut_to_the_room_there_is(pair: tuple[Socket, Socket]) -> None:
    pair[1].setsockopt(SOL_NETLINK, PKTINFO, 1)
    pair[1].setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    pair[0].sendto(b"x", (78, 0))
    _, control, flags, _ = pair[1].recvmsg(9, 44)
    assert control[1] == (socket.SOL_SOCKET, SCM_CREDENTIALS, struct.pack("=i", os.getpid()))
    assert flags == CTRUNC


def test_credentials_are_told_when_asked_for(side: Side, pair: tuple[Socket, Socket]) -> None:
    pair[1].setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    pair[0].sendto(b"x", (78, 0))
    owner = struct.pack("=iII", side.pid, os.getuid(), os.getgid())
    assert pair[1].recvmsg(9, 99)[1] == [(socket.SOL_SOCKET, SCM_CREDENTIALS, owner)]


def test_the_group_comes_before_the_credentials(pair: tuple[Socket, Socket]) -> None:
    pair[1].setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    pair[1].setsockopt(SOL_NETLINK, PKTINFO, 1)
    pair[0].sendto(b"x", (78, 0))
    assert [kind for _, kind, _ in pair[1].recvmsg(9, 99)[1]] == [PKTINFO, SCM_CREDENTIALS]


def test_multicasts_have_credentials_too(side: Side, pair: tuple[Socket, Socket]) -> None:
    pair[1].setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    pair[1].setsockopt(SOL_NETLINK, JOIN, 1)
    pair[0].sendto(b"x", (77, 1))
    assert struct.unpack_from("=i", pair[1].recvmsg(9, 99)[1][0][2])[0] == side.pid


def test_a_namespace_id_is_not_told_by_unicasts(pair: tuple[Socket, Socket]) -> None:
    pair[1].setsockopt(SOL_NETLINK, LISTEN_ALL_NSID, 1)
    pair[0].sendto(b"x", (78, 0))
    assert pair[1].recvmsg(9, 99)[1] == []


def send_as(sock: Socket, owner: bytes) -> None:
    sock.sendmsg([b"x"], [(socket.SOL_SOCKET, SCM_CREDENTIALS, owner)], 0, (78, 0))


def test_ones_own_credentials_can_be_sent(side: Side, pair: tuple[Socket, Socket]) -> None:
    pair[1].setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    owner = struct.pack("=iII", side.pid, os.getuid(), os.getgid())
    send_as(pair[0], owner)
    assert pair[1].recvmsg(9, 99)[1][0][2] == owner


def test_who_may_says_to_be_another_process(side: Side, pair: tuple[Socket, Socket]) -> None:
    side.as_true_root()
    pair[1].setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    owner = struct.pack("=iII", 1, os.getuid(), os.getgid())
    send_as(pair[0], owner)
    assert pair[1].recvmsg(9, 99)[1][0][2] == owner


@pytest.mark.parametrize(("kind", "data"), [(SCM_CREDENTIALS, b"1234"), (1, struct.pack("=i", 0)), (99, b"1234")])
def test_other_control_messages_of_the_socket_level_are_invalid(
    pair: tuple[Socket, Socket], kind: int, data: bytes
) -> None:
    assert errno_of(pair[0].sendmsg, [b"x"], [(socket.SOL_SOCKET, kind, data)], 0, (78, 0)) == errno.EINVAL
    assert empty(pair[1])


def test_control_messages_of_other_levels_are_ignored(pair: tuple[Socket, Socket]) -> None:
    pair[0].sendmsg([b"x"], [(SOL_NETLINK, PKTINFO, b"1234")], 0, (78, 0))
    assert pair[1].recv(9) == b"x"
