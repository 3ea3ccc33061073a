"""Ports: who gets which, who may not have it, and what an address says."""

from __future__ import annotations

import errno
import socket

import pytest

from conformance.messages import JOIN, LEAVE, SOL_NETLINK
from conformance.sides import GENERIC, ROUTE, USERSOCK, Side, errno_of


def test_a_new_socket_has_no_port_and_no_groups(side: Side) -> None:
    assert side.socket().getsockname() == (0, 0)


def test_the_first_socket_gets_the_process_id(side: Side) -> None:
    assert side.port(side.bound()) == side.pid


def test_the_second_socket_gets_a_port_above_2_to_the_31(side: Side) -> None:
    side.bound()
    assert 2**31 <= side.port(side.bound()) <= 2**32 - 4096


def test_ports_that_the_kernel_chooses_differ(side: Side) -> None:
    ports = [side.port(side.bound()) for _ in range(50)]
    assert len(set(ports)) == 50


def test_a_port_of_ones_own_choice(side: Side) -> None:
    assert side.bound(77).getsockname() == (77, 0)


@pytest.mark.parametrize("port", [1, 2**31 - 1, 2**31, 2**32 - 1])
def test_a_port_is_any_number_of_32_bits(side: Side, port: int) -> None:
    assert side.port(side.bound(port)) == port


def test_a_port_in_use_is_refused(side: Side) -> None:
    side.bound(77)
    assert errno_of(side.socket().bind, (77, 0)) == errno.EADDRINUSE


def test_a_socket_that_was_refused_a_port_can_have_another(side: Side) -> None:
    side.bound(77)
    other = side.socket()
    assert errno_of(other.bind, (77, 0)) == errno.EADDRINUSE
    other.bind((78, 0))
    assert other.getsockname() == (78, 0)


def test_a_refused_port_leaves_no_membership_but_stands_in_the_address(side: Side) -> None:
    side.bound(77)
    other = side.socket()
    assert errno_of(other.bind, (77, 1)) == errno.EADDRINUSE
    assert other.getsockname() == (77, 0)


def test_a_socket_that_was_refused_a_port_gets_another_when_it_sends(side: Side) -> None:
    side.bound(77)
    other, peer = side.socket(), side.bound(78)
    assert errno_of(other.bind, (77, 0)) == errno.EADDRINUSE
    other.sendto(b"x", (78, 0))
    assert peer.recvfrom(9) == (b"x", (side.pid, 0))


def test_the_process_id_can_be_taken_by_choice_and_the_next_gets_another(side: Side) -> None:
    side.bound(side.pid)
    assert side.port(side.bound()) != side.pid


def test_a_closed_socket_gives_its_port_back(side: Side) -> None:
    side.bound(77).close()
    assert side.port(side.bound(77)) == 77


def test_the_process_id_is_given_out_again_once_it_is_free(side: Side) -> None:
    side.bound().close()
    assert side.port(side.bound()) == side.pid


def test_protocols_have_ports_of_their_own(side: Side) -> None:
    assert [side.port(side.bound(77, protocol=each)) for each in (USERSOCK, ROUTE, GENERIC)] == [77, 77, 77]


def test_a_bound_socket_cannot_move(side: Side) -> None:
    sock = side.bound(77)
    assert errno_of(sock.bind, (78, 0)) == errno.EINVAL
    assert sock.getsockname() == (77, 0)


def test_a_bound_socket_cannot_ask_for_any_port(side: Side) -> None:
    assert errno_of(side.bound(77).bind, (0, 0)) == errno.EINVAL


def test_a_bound_socket_can_be_bound_to_its_port_again(side: Side) -> None:
    sock = side.bound(77)
    sock.bind((77, 0))
    assert sock.getsockname() == (77, 0)


def test_sending_binds(side: Side) -> None:
    sock = side.socket()
    assert errno_of(sock.sendto, b"x", (4242, 0)) == errno.ECONNREFUSED
    assert side.port(sock) == side.pid


def test_a_message_that_is_too_long_binds_all_the_same(side: Side) -> None:
    sock = side.socket()
    assert errno_of(sock.sendto, bytes(300_000), (4242, 0)) == errno.EMSGSIZE
    assert side.port(sock) == side.pid


def test_an_empty_message_does_not_bind(side: Side) -> None:
    sock = side.socket()
    assert errno_of(sock.sendto, b"", (4242, 0)) == errno.ENODATA
    assert sock.getsockname() == (0, 0)


def test_connecting_binds(side: Side) -> None:
    sock = side.socket()
    sock.connect((77, 0))
    assert side.port(sock) == side.pid


def test_joining_does_not_bind(side: Side) -> None:
    sock = side.socket()
    sock.setsockopt(SOL_NETLINK, JOIN, 3)
    assert sock.getsockname() == (0, 4)


def test_receiving_does_not_bind(side: Side) -> None:
    sock = side.socket()
    assert errno_of(sock.recv, 1, socket.MSG_DONTWAIT) == errno.EAGAIN
    assert sock.getsockname() == (0, 0)


def test_groups_can_be_joined_with_the_port(side: Side) -> None:
    assert side.bound(77, 0b101).getsockname() == (77, 0b101)


def test_binding_again_replaces_the_groups(side: Side) -> None:
    sock = side.bound(77, 0b101)
    sock.bind((77, 0b010))
    assert sock.getsockname() == (77, 0b010)
    sock.bind((77, 0))
    assert sock.getsockname() == (77, 0)


def test_binding_again_keeps_groups_above_32(side: Side) -> None:
    sock = side.bound(77, 0b1, protocol=ROUTE)
    sock.setsockopt(SOL_NETLINK, JOIN, 33)
    sock.bind((77, 0))
    assert sock.getsockopt(SOL_NETLINK, 9, 8) == b"\0\0\0\0\1\0\0\0"


def test_the_32nd_group_is_the_highest_bit_of_an_address(side: Side) -> None:
    assert side.bound(77, 1 << 31).getsockname() == (77, 1 << 31)


def test_groups_above_32_are_not_in_an_address(side: Side) -> None:
    sock = side.bound(77, protocol=ROUTE)
    sock.setsockopt(SOL_NETLINK, JOIN, 33)
    assert sock.getsockname() == (77, 0)


def test_leaving_takes_the_bit_out_of_the_address(side: Side) -> None:
    sock = side.bound(77, 0b11)
    sock.setsockopt(SOL_NETLINK, LEAVE, 1)
    assert sock.getsockname() == (77, 0b10)


# ------------------------------------------------------------------------------------------- connected sockets


def test_without_a_peer_its_name_is_zero(side: Side) -> None:
    assert side.bound(77).getpeername() == (0, 0)


def test_connecting_names_the_peer_whether_it_is_there_or_not(side: Side) -> None:
    sock = side.bound(77)
    sock.connect((4242, 0))
    assert sock.getpeername() == (4242, 0)
    assert errno_of(sock.send, b"x") == errno.ECONNREFUSED


def test_a_connected_socket_sends_without_an_address(side: Side) -> None:
    sock, peer = side.bound(77), side.bound(78)
    sock.connect((78, 0))
    assert sock.send(b"hello") == 5
    assert peer.recvfrom(9) == (b"hello", (77, 0))


def test_a_socket_that_is_not_connected_sends_to_the_kernel(side: Side) -> None:
    assert errno_of(side.bound(77).send, b"x") == errno.ECONNREFUSED


def test_an_address_overrides_the_peer(side: Side) -> None:
    sock, peer, other = side.bound(77), side.bound(78), side.bound(79)
    sock.connect((78, 0))
    sock.sendto(b"x", (79, 0))
    assert other.recv(9) == b"x"
    assert errno_of(peer.recv, 9, socket.MSG_DONTWAIT) == errno.EAGAIN


def test_a_connected_socket_takes_unicasts_of_its_peer_only(side: Side) -> None:
    sock, peer, other = side.bound(77), side.bound(78), side.bound(79)
    sock.connect((78, 0))
    assert errno_of(other.sendto, b"x", (77, 0)) == errno.ECONNREFUSED
    peer.sendto(b"y", (77, 0))
    assert sock.recv(9) == b"y"


def test_a_socket_connected_to_the_kernel_takes_unicasts_of_nobody_else(side: Side) -> None:
    sock, other = side.bound(77), side.bound(79)
    sock.connect((0, 0))
    assert errno_of(other.sendto, b"x", (77, 0)) == errno.ECONNREFUSED


def test_a_connected_socket_hears_multicasts_of_all(side: Side) -> None:
    sock, other = side.bound(77, 1), side.bound(79)
    sock.connect((78, 0))
    other.sendto(b"all", (79, 1))
    assert sock.recv(9) == b"all"


def test_connecting_to_a_group_makes_every_message_a_multicast(side: Side) -> None:
    sock, member = side.bound(77), side.bound(78, 0b10)
    sock.connect((77, 0b10))
    assert sock.getpeername() == (77, 0b10)
    sock.send(b"all")
    assert member.recvfrom(9) == (b"all", (77, 0b10))


def test_of_several_groups_the_lowest_is_the_peer(side: Side) -> None:
    sock = side.bound(77)
    sock.connect((77, 0b110))
    assert sock.getpeername() == (77, 0b010)


def test_a_peer_can_be_replaced(side: Side) -> None:
    sock, other = side.bound(77), side.bound(79)
    sock.connect((78, 0))
    sock.connect((79, 0))
    sock.send(b"x")
    assert other.recv(9) == b"x"
