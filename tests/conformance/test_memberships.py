"""Memberships by option and as the kernel lists them."""

from __future__ import annotations

import errno
import struct

import pytest

from conformance.messages import JOIN, LEAVE, MEMBERSHIPS, SOL_NETLINK
from conformance.sides import ROUTE, USERSOCK, Side, errno_of


def listed(sock: object) -> bytes:
    found: bytes = sock.getsockopt(SOL_NETLINK, MEMBERSHIPS, 64)  # type: ignore[attr-defined]  # a socket
    return found


def test_the_list_is_empty_before_groups_were_used(side: Side) -> None:
    assert listed(side.bound(77)) == b""


def test_the_list_has_a_word_for_32_groups(side: Side) -> None:
    sock = side.socket()
    sock.setsockopt(SOL_NETLINK, JOIN, 3)
    assert listed(sock) == b"\4\0\0\0"


def test_the_list_keeps_its_length_when_the_last_group_is_left(side: Side) -> None:
    sock = side.socket()
    sock.setsockopt(SOL_NETLINK, JOIN, 3)
    sock.setsockopt(SOL_NETLINK, LEAVE, 3)
    assert listed(sock) == bytes(4)


def test_a_refused_group_makes_room_for_the_list_all_the_same(side: Side) -> None:
    sock = side.socket()
    assert errno_of(sock.setsockopt, SOL_NETLINK, JOIN, 33) == errno.EINVAL
    assert listed(sock) == bytes(4)


def test_a_protocol_with_more_groups_has_more_words(side: Side) -> None:
    sock = side.socket(ROUTE)
    sock.setsockopt(SOL_NETLINK, JOIN, 33)
    assert listed(sock) == b"\0\0\0\0\1\0\0\0"


def test_groups_of_the_bind_are_in_the_list(side: Side) -> None:
    assert listed(side.bound(77, 0b101)) == b"\5\0\0\0"


def test_the_list_read_as_a_number_is_its_first_word(side: Side) -> None:
    assert side.bound(77, 0b101).getsockopt(SOL_NETLINK, MEMBERSHIPS) == 5


def test_the_list_cannot_be_set(side: Side) -> None:
    assert errno_of(side.socket().setsockopt, SOL_NETLINK, MEMBERSHIPS, 1) == errno.ENOPROTOOPT


@pytest.mark.parametrize("option", [JOIN, LEAVE])
@pytest.mark.parametrize("group", [0, 33, 1000, -1])
def test_groups_that_there_are_not(side: Side, option: int, group: int) -> None:
    assert errno_of(side.socket(USERSOCK).setsockopt, SOL_NETLINK, option, group) == errno.EINVAL


@pytest.mark.parametrize("value", [b"", b"\1", b"\1\0\0"])
def test_a_group_of_too_few_bytes_is_group_0(side: Side, value: bytes) -> None:
    assert errno_of(side.socket().setsockopt, SOL_NETLINK, JOIN, value) == errno.EINVAL


def test_a_group_of_more_bytes_is_read_from_the_first_four(side: Side) -> None:
    sock = side.socket()
    sock.setsockopt(SOL_NETLINK, JOIN, struct.pack("=ii", 2, -1))
    assert sock.getsockname() == (0, 2)


def test_leaving_a_group_that_was_not_joined_is_no_error(side: Side) -> None:
    sock = side.socket()
    sock.setsockopt(SOL_NETLINK, LEAVE, 5)
    assert listed(sock) == bytes(4)


def test_membership_cannot_be_read_by_the_options_that_set_it(side: Side) -> None:
    for option in (JOIN, LEAVE):
        assert errno_of(side.socket().getsockopt, SOL_NETLINK, option) == errno.ENOPROTOOPT


def test_bits_of_groups_that_a_protocol_does_not_have_are_dropped_from_an_address(side: Side) -> None:
    sock = side.bound(77, 0xFFFFFFFF)
    assert sock.getsockname() == (77, 0xFFFFFFFF)
