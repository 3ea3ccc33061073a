"""Two network namespaces: what is apart, and what listeners of all namespaces hear."""

from __future__ import annotations

import errno
import struct

import pytest

from conformance.messages import (
    ADD_ADDRESS,
    CREATE,
    EXCL,
    GET_ADDRESS,
    LISTEN_ALL_NSID,
    PKTINFO,
    SOL_NETLINK,
    address,
    all_answers,
    request,
)
from conformance.sides import ROUTE, USERSOCK, Side, Socket, empty, errno_of

ADDRESSES = 1 << 4
TAGGED = (SOL_NETLINK, LISTEN_ALL_NSID)


def change(side: Side, place: int, number: int = 1) -> None:
    """Make the kernel of a namespace multicast."""
    sock = side.socket(ROUTE, place=place)
    sock.send(request(ADD_ADDRESS, address(number), CREATE | EXCL))


@pytest.fixture
def everywhere(side: Side) -> Socket:
    """A socket that listens to all namespaces that have an ID in its own."""
    sock = side.bound(77, ADDRESSES, ROUTE)
    sock.setsockopt(SOL_NETLINK, LISTEN_ALL_NSID, 1)
    return sock


def test_a_port_can_be_had_in_each(side: Side) -> None:
    assert side.bound(77).getsockname() == side.bound(77, place=1).getsockname() == (77, 0)


def test_the_process_id_is_given_in_each(side: Side) -> None:
    assert side.port(side.bound()) == side.port(side.bound(place=1)) == side.pid


def test_ports_of_another_are_not_reached(side: Side) -> None:
    side.bound(78, place=1)
    assert errno_of(side.bound(77).sendto, b"x", (78, 0)) == errno.ECONNREFUSED


def test_multicasts_stay_inside(side: Side) -> None:
    sender, here, there = side.bound(77), side.bound(78, 1), side.bound(78, 1, place=1)
    sender.sendto(b"x", (77, 1))
    assert here.recv(9) == b"x"
    assert empty(there)


def test_each_has_a_kernel_side_of_its_own(side: Side) -> None:
    change(side, 1)
    here, there = side.bound(78, protocol=ROUTE), side.bound(78, protocol=ROUTE, place=1)
    for sock in (here, there):
        sock.send(request(GET_ADDRESS, bytes(8), 0x300))
    assert (len(all_answers(here)), len(all_answers(there))) == (1, 2)


def test_the_kernels_multicasts_stay_inside(side: Side) -> None:
    listener = side.bound(77, ADDRESSES, ROUTE)
    change(side, 1)
    assert empty(listener)


def test_an_id_alone_lets_nothing_through(side: Side) -> None:
    listener = side.bound(77, ADDRESSES, ROUTE)
    side.socket(place=1)
    side.give_id(0, 1, 5)
    change(side, 1)
    assert empty(listener)


def test_listening_to_all_hears_nothing_of_those_without_an_id(side: Side, everywhere: Socket) -> None:
    change(side, 1)
    assert empty(everywhere)


@pytest.mark.parametrize("nsid", [0, 5, 2**31 - 1])
def test_listening_to_all_hears_those_with_an_id_and_tells_it(side: Side, everywhere: Socket, nsid: int) -> None:
    side.socket(place=1)
    side.give_id(0, 1, nsid)
    change(side, 1)
    _, control, _, source = everywhere.recvmsg(999, 99)
    assert control == [(*TAGGED, struct.pack("=i", nsid))]
    assert source == (0, ADDRESSES)


def test_the_own_namespace_has_no_id(side: Side, everywhere: Socket) -> None:
    change(side, 0)
    assert everywhere.recvmsg(999, 99)[1] == []


def test_an_id_in_the_other_direction_is_another_matter(side: Side, everywhere: Socket) -> None:
    side.socket(place=1)
    side.give_id(1, 0, 5)
    change(side, 1)
    assert empty(everywhere)


def test_the_group_comes_before_the_namespace(side: Side, everywhere: Socket) -> None:
    everywhere.setsockopt(SOL_NETLINK, PKTINFO, 1)
    side.socket(place=1)
    side.give_id(0, 1, 5)
    change(side, 1)
    assert everywhere.recvmsg(999, 99)[1] == [
        (SOL_NETLINK, PKTINFO, struct.pack("=i", 5)),
        (*TAGGED, struct.pack("=i", 5)),
    ]


def test_it_can_be_turned_off_again(side: Side, everywhere: Socket) -> None:
    side.socket(place=1)
    side.give_id(0, 1, 5)
    everywhere.setsockopt(SOL_NETLINK, LISTEN_ALL_NSID, 0)
    change(side, 1)
    assert empty(everywhere)


def test_programs_multicasts_are_heard_across_too(side: Side) -> None:
    listener, sender = side.bound(77, 1), side.bound(78, place=1)
    listener.setsockopt(SOL_NETLINK, LISTEN_ALL_NSID, 1)
    side.give_id(0, 1, 5)
    sender.sendto(b"x", (78, 1))
    data, control, _, source = listener.recvmsg(9, 99)
    assert (data, control, source) == (b"x", [(*TAGGED, struct.pack("=i", 5))], (78, 1))


def test_a_sender_of_the_same_port_elsewhere_is_heard(side: Side) -> None:
    listener, sender = side.bound(77, 1), side.bound(77, place=1, protocol=USERSOCK)
    listener.setsockopt(SOL_NETLINK, LISTEN_ALL_NSID, 1)
    side.give_id(0, 1, 5)
    sender.sendto(b"x", (77, 1))
    assert sender.recvfrom(9) == (b"x", (77, 1))
    heard = not empty(listener)
    assert heard is False  # the port of the unicast leg is left out of the multicast in every namespace
