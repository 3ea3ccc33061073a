"""Multicasts from user space and from the kernel: who hears them, and the address that each carries."""

from __future__ import annotations

import errno
import socket

import pytest

from conformance.messages import (
    ADD_ADDRESS,
    CREATE,
    ECHO,
    EXCL,
    JOIN,
    LEAVE,
    SOL_NETLINK,
    address,
    answers,
    request,
)
from conformance.sides import ROUTE, Side, empty, errno_of

ADDRESSES = 1 << 4  # RTNLGRP_IPV4_IFADDR is group 5


def test_all_members_hear_it(side: Side) -> None:
    sender, members = side.bound(77), [side.bound(mask=0b1) for _ in range(3)]
    sender.sendto(b"all", (77, 0b1))
    assert [member.recvfrom(9) for member in members] == [(b"all", (77, 0b1))] * 3


def test_others_do_not(side: Side) -> None:
    sender, other = side.bound(77), side.bound(mask=0b10)
    sender.sendto(b"all", (77, 0b1))
    assert empty(other)


def test_a_sender_does_not_hear_its_own(side: Side) -> None:
    sender, other = side.bound(77, 0b1), side.bound(78)
    sender.sendto(b"all", (78, 0b1))
    assert other.recv(9) == b"all"
    assert empty(sender)


def test_the_unicast_leg_to_oneself_carries_the_group(side: Side) -> None:
    sender = side.bound(77, 0b1)
    sender.sendto(b"all", (77, 0b1))
    assert sender.recvfrom(9) == (b"all", (77, 0b1))
    assert empty(sender)


def test_the_unicast_leg_carries_the_group_to_one_who_is_no_member(side: Side) -> None:
    sender, other = side.bound(77), side.bound(78)
    sender.sendto(b"all", (78, 0b100))
    assert other.recvfrom(9) == (b"all", (77, 0b100))


def test_a_member_that_is_named_too_gets_one_copy(side: Side) -> None:
    sender, member = side.bound(77), side.bound(78, 0b1)
    sender.sendto(b"once", (78, 0b1))
    assert member.recvfrom(9) == (b"once", (77, 0b1))
    assert empty(member)


def test_to_the_absent_kernel_it_is_delivered_and_then_refused(side: Side) -> None:
    sender, member = side.bound(77), side.bound(mask=0b1)
    assert errno_of(sender.sendto, b"all", (0, 0b1)) == errno.ECONNREFUSED
    assert member.recv(9) == b"all"


def test_to_a_port_that_nobody_has_it_is_delivered_and_then_refused(side: Side) -> None:
    sender, member = side.bound(77), side.bound(mask=0b1)
    assert errno_of(sender.sendto, b"all", (4242, 0b1)) == errno.ECONNREFUSED
    assert member.recv(9) == b"all"


def test_of_several_groups_only_the_lowest_is_addressed(side: Side) -> None:
    sender, low, high = side.bound(77), side.bound(mask=0b010), side.bound(mask=0b100)
    sender.sendto(b"all", (77, 0b110))
    assert low.recvfrom(9) == (b"all", (77, 0b010))
    assert empty(high)


def test_a_member_of_both_groups_gets_one_copy(side: Side) -> None:
    sender, member = side.bound(77), side.bound(mask=0b11)
    sender.sendto(b"all", (77, 0b11))
    member.recv(9)
    assert empty(member)


def test_nobody_listening_is_no_error(side: Side) -> None:
    sender = side.bound(77)
    assert sender.sendto(b"all", (77, 0b1)) == 3


@pytest.mark.parametrize("group", [1, 2, 16, 31, 32])
def test_each_of_the_32_groups_of_an_address(side: Side, group: int) -> None:
    sender, member = side.bound(77), side.socket()
    member.setsockopt(SOL_NETLINK, JOIN, group)
    sender.sendto(b"x", (77, 1 << group - 1))
    assert member.recvfrom(9) == (b"x", (77, 1 << group - 1))


def test_a_socket_without_a_port_hears_its_groups(side: Side) -> None:
    sender, member = side.bound(77), side.socket()
    member.setsockopt(SOL_NETLINK, JOIN, 1)
    sender.sendto(b"x", (77, 1))
    assert member.recv(9) == b"x"
    assert member.getsockname() == (0, 1)


def test_leaving_ends_it(side: Side) -> None:
    sender, member = side.bound(77), side.bound(mask=0b1)
    member.setsockopt(SOL_NETLINK, LEAVE, 1)
    sender.sendto(b"x", (77, 0b1))
    assert empty(member)


def test_what_was_queued_before_leaving_stays(side: Side) -> None:
    sender, member = side.bound(77), side.bound(mask=0b1)
    sender.sendto(b"x", (77, 0b1))
    member.setsockopt(SOL_NETLINK, LEAVE, 1)
    assert member.recv(9) == b"x"


def test_joining_twice_gives_one_copy(side: Side) -> None:
    sender, member = side.bound(77), side.bound(mask=0b1)
    member.setsockopt(SOL_NETLINK, JOIN, 1)
    sender.sendto(b"x", (77, 0b1))
    member.recv(9)
    assert empty(member)


def test_joining_twice_is_undone_by_leaving_once(side: Side) -> None:
    sender, member = side.bound(77), side.bound(mask=0b1)
    member.setsockopt(SOL_NETLINK, JOIN, 1)
    member.setsockopt(SOL_NETLINK, LEAVE, 1)
    sender.sendto(b"x", (77, 0b1))
    assert empty(member)


def test_a_multicast_never_waits_for_a_full_member(side: Side) -> None:
    sender, member = side.bound(77), side.bound(mask=0b1)
    member.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 0)
    for _ in range(10):
        sender.sendto(b"x", (77, 0b1))
        sender.recv(9)


def test_a_full_member_does_not_keep_others_from_hearing(side: Side) -> None:
    sender, full, well = side.bound(77), side.bound(mask=0b1), side.bound(mask=0b1)
    full.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 0)
    for number in range(10):
        sender.sendto(bytes([number]), (77, 0b1))
        sender.recv(9)
    assert [well.recv(9)[0] for _ in range(10)] == list(range(10))


# --------------------------------------------------------------------------------- the kernel's notifications


def add_address(sock: object, number: int, flags: int = 0) -> None:
    sock.send(request(ADD_ADDRESS, address(number), CREATE | EXCL | flags, 9))  # type: ignore[attr-defined]  # a socket


def test_the_kernel_speaks_from_port_0_and_names_the_group(side: Side) -> None:
    listener, actor = side.bound(77, ADDRESSES, ROUTE), side.bound(78, protocol=ROUTE)
    add_address(actor, 1)
    data, source = listener.recvfrom(999)
    assert source == (0, ADDRESSES)
    (told,) = answers(data)
    assert (told.type, told.flags, told.sequence, told.portid) == (ADD_ADDRESS, 0, 9, 78)


def test_who_asks_hears_of_it_like_others_if_a_member(side: Side) -> None:
    actor = side.bound(77, ADDRESSES, ROUTE)
    add_address(actor, 1)
    assert actor.recvfrom(999)[1] == (0, ADDRESSES)
    assert empty(actor)


def test_who_asks_hears_nothing_if_no_member(side: Side) -> None:
    actor = side.bound(77, protocol=ROUTE)
    add_address(actor, 1)
    assert empty(actor)


def test_an_echo_goes_to_who_asks_for_it(side: Side) -> None:
    actor = side.bound(77, protocol=ROUTE)
    add_address(actor, 1, ECHO)
    data, source = actor.recvfrom(999)
    (told,) = answers(data)
    assert source == (0, ADDRESSES)  # a unicast, though it names the group
    assert (told.type, told.flags, told.sequence, told.portid) == (ADD_ADDRESS, 0, 9, 77)
    assert empty(actor)


def test_an_echo_to_a_member_comes_once(side: Side) -> None:
    actor = side.bound(77, ADDRESSES, ROUTE)
    add_address(actor, 1, ECHO)
    assert actor.recvfrom(999)[1] == (0, ADDRESSES)
    assert empty(actor)


def test_an_echo_is_no_other_listeners_business(side: Side) -> None:
    listener, actor = side.bound(77, ADDRESSES, ROUTE), side.bound(78, protocol=ROUTE)
    add_address(actor, 1, ECHO)
    echoed, heard = actor.recv(999), listener.recv(999)
    assert answers(echoed)[0][:4] == answers(heard)[0][:4]
    assert empty(listener)


def test_a_request_that_fails_is_not_echoed(side: Side) -> None:
    actor = side.bound(77, protocol=ROUTE)
    add_address(actor, 1)
    add_address(actor, 1, ECHO)
    (refused,) = answers(actor.recv(999))
    assert refused.errno == errno.EEXIST
    assert empty(actor)
