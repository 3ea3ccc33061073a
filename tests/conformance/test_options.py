"""Options: what can be read and set, in how many bytes, and the errno of what cannot."""

from __future__ import annotations

import errno
import socket
import struct

import pytest

from conformance.messages import (
    BROADCAST_ERROR,
    CAP_ACK,
    EXT_ACK,
    LISTEN_ALL_NSID,
    NO_ENOBUFS,
    PKTINFO,
    SOL_NETLINK,
    STRICT,
)
from conformance.sides import Side, errno_of

FLAGS = [PKTINFO, BROADCAST_ERROR, NO_ENOBUFS, LISTEN_ALL_NSID, CAP_ACK, EXT_ACK, STRICT]
SOL_SOCKET = socket.SOL_SOCKET

# asm-generic/socket.h
SO_PASSCRED, SO_SNDBUFFORCE, SO_RCVBUFFORCE, SO_PROTOCOL, SO_DOMAIN, SO_MEMINFO, SO_NETNS_COOKIE = (
    16,
    32,
    33,
    38,
    39,
    55,
    71,
)
SO_ATTACH_FILTER, SO_DETACH_FILTER, SO_LOCK_FILTER = 26, 27, 44


@pytest.mark.parametrize("option", FLAGS)
def test_a_flag_is_off_until_it_is_set_and_reads_as_1(side: Side, option: int) -> None:
    sock = side.socket()
    assert sock.getsockopt(SOL_NETLINK, option) == 0
    sock.setsockopt(SOL_NETLINK, option, 42)
    assert sock.getsockopt(SOL_NETLINK, option) == 1
    sock.setsockopt(SOL_NETLINK, option, 0)
    assert sock.getsockopt(SOL_NETLINK, option) == 0


@pytest.mark.parametrize("value", [b"", b"\1", b"\1\0\0"])
def test_a_flag_of_too_few_bytes_is_off(side: Side, value: bytes) -> None:
    sock = side.socket()
    sock.setsockopt(SOL_NETLINK, PKTINFO, 1)
    sock.setsockopt(SOL_NETLINK, PKTINFO, value)
    assert sock.getsockopt(SOL_NETLINK, PKTINFO) == 0


@pytest.mark.parametrize("value", [-1, 2**31 - 1, struct.pack("=iq", 1, 0)])
def test_a_flag_is_on_for_every_other_number(side: Side, value: int | bytes) -> None:
    sock = side.socket()
    sock.setsockopt(SOL_NETLINK, PKTINFO, value)
    assert sock.getsockopt(SOL_NETLINK, PKTINFO) == 1


@pytest.mark.parametrize(("room", "outcome"), [(1, errno.EINVAL), (3, errno.EINVAL), (4, 0), (8, 0)])
def test_a_flag_needs_four_bytes_to_be_read_into(side: Side, room: int, outcome: int) -> None:
    sock = side.socket()
    assert errno_of(sock.getsockopt, SOL_NETLINK, PKTINFO, room) == outcome
    if not outcome:
        assert sock.getsockopt(SOL_NETLINK, PKTINFO, room) == bytes(4)


@pytest.mark.parametrize("option", [0, 6, 7, 13, 99])
def test_netlink_options_that_there_are_not(side: Side, option: int) -> None:
    sock = side.socket()
    assert errno_of(sock.setsockopt, SOL_NETLINK, option, 1) == errno.ENOPROTOOPT
    assert errno_of(sock.getsockopt, SOL_NETLINK, option) == errno.ENOPROTOOPT


@pytest.mark.parametrize("level", [socket.IPPROTO_IP, socket.IPPROTO_TCP, 99])
def test_other_levels(side: Side, level: int) -> None:
    sock = side.socket()
    assert errno_of(sock.setsockopt, level, 1, 1) == errno.ENOPROTOOPT
    assert errno_of(sock.getsockopt, level, 1) == errno.ENOPROTOOPT


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (socket.SO_TYPE, socket.SOCK_RAW),
        (socket.SO_ERROR, 0),
        (socket.SO_ACCEPTCONN, 0),
        (socket.SO_SNDLOWAT, 1),
        (SO_PROTOCOL, 2),
        (SO_DOMAIN, 16),
    ],
)
def test_what_can_be_read_but_not_set(side: Side, option: int, value: int) -> None:
    sock = side.socket()
    assert sock.getsockopt(SOL_SOCKET, option) == value
    assert errno_of(sock.setsockopt, SOL_SOCKET, option, 1) == errno.ENOPROTOOPT


def test_socket_options_that_there_are_not(side: Side) -> None:
    sock = side.socket()
    assert errno_of(sock.setsockopt, SOL_SOCKET, 999, 1) == errno.ENOPROTOOPT
    assert errno_of(sock.getsockopt, SOL_SOCKET, 999) == errno.ENOPROTOOPT


@pytest.mark.parametrize("option", [socket.SO_RCVBUF, SO_RCVBUFFORCE, SO_PASSCRED, socket.SO_TYPE, 999])
def test_a_socket_option_of_too_few_bytes_is_invalid_whatever_it_is(side: Side, option: int) -> None:
    for value in (b"", b"\1\0\0"):
        assert errno_of(side.socket().setsockopt, SOL_SOCKET, option, value) == errno.EINVAL


def test_a_socket_option_is_cut_to_the_room_there_is(side: Side) -> None:
    sock = side.socket()
    assert sock.getsockopt(SOL_SOCKET, socket.SO_RCVBUF, 2) == (212992).to_bytes(4, "little")[:2]
    assert sock.getsockopt(SOL_SOCKET, socket.SO_RCVBUF, 64) == (212992).to_bytes(4, "little")


@pytest.mark.parametrize(("option", "least"), [(socket.SO_RCVBUF, 2304), (socket.SO_SNDBUF, 4608)])
@pytest.mark.parametrize("asked", [0, 1, 1000, 5000, 100_000])
def test_a_buffer_is_twice_what_was_asked_for_but_no_less_than_a_minimum(
    side: Side, option: int, least: int, asked: int
) -> None:
    sock = side.socket()
    sock.setsockopt(SOL_SOCKET, option, asked)
    assert sock.getsockopt(SOL_SOCKET, option) == max(least, 2 * asked)


@pytest.mark.parametrize("asked", [2**30, 2**31 - 1, -1])
def test_a_buffer_is_limited_by_the_system(side: Side, asked: int) -> None:
    sock = side.socket()
    sock.setsockopt(SOL_SOCKET, socket.SO_RCVBUF, asked)
    sock.setsockopt(SOL_SOCKET, socket.SO_SNDBUF, asked)
    assert sock.getsockopt(SOL_SOCKET, socket.SO_RCVBUF) == 2 * side.rmem_max
    assert sock.getsockopt(SOL_SOCKET, socket.SO_SNDBUF) == 2 * side.wmem_max


@pytest.mark.parametrize(
    ("asked", "granted"), [(-1, 2304), (0, 2304), (10**7, 2 * 10**7), (2**30, 2**31 - 2), (2**31 - 1, 2**31 - 2)]
)
def test_who_may_forces_it_beyond_the_limit(side: Side, asked: int, granted: int) -> None:
    side.as_true_root()
    sock = side.socket()
    sock.setsockopt(SOL_SOCKET, SO_RCVBUFFORCE, asked)
    assert sock.getsockopt(SOL_SOCKET, socket.SO_RCVBUF) == granted


@pytest.mark.parametrize("option", [socket.SO_RCVTIMEO, socket.SO_SNDTIMEO])
def test_a_time_limit_is_read_back(side: Side, option: int) -> None:
    sock = side.socket()
    sock.setsockopt(SOL_SOCKET, option, struct.pack("=qq", 3, 500_000))
    assert sock.getsockopt(SOL_SOCKET, option, 16) == struct.pack("=qq", 3, 500_000)


@pytest.mark.parametrize("option", [socket.SO_RCVTIMEO, socket.SO_SNDTIMEO])
@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (1, errno.EINVAL),
        (struct.pack("=q", 1), errno.EINVAL),
        (struct.pack("=qq", 0, 1_000_000), errno.EDOM),
        (struct.pack("=qq", 0, -1), errno.EDOM),
        (struct.pack("=qq", -1, 0), 0),
    ],
)
def test_time_limits_that_are_none(side: Side, option: int, value: int | bytes, outcome: int) -> None:
    assert errno_of(side.socket().setsockopt, SOL_SOCKET, option, value) == outcome


def test_a_time_limit_in_the_past_does_not_wait(side: Side) -> None:
    sock = side.bound(77)
    sock.setsockopt(SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("=qq", -1, 0))
    assert errno_of(sock.recv, 1) == errno.EAGAIN


@pytest.mark.parametrize("value", [-1, 0, 7])
def test_the_low_mark_of_receiving(side: Side, value: int) -> None:
    sock = side.socket()
    assert sock.getsockopt(SOL_SOCKET, socket.SO_RCVLOWAT) == 1
    sock.setsockopt(SOL_SOCKET, socket.SO_RCVLOWAT, value)
    assert sock.getsockopt(SOL_SOCKET, socket.SO_RCVLOWAT) == (2**31 - 1 if value < 0 else value or 1)


def test_the_memory_in_use_counts_what_waits(side: Side) -> None:
    alice, bob = side.bound(77), side.bound(78)
    before = struct.unpack("=9I", bob.getsockopt(SOL_SOCKET, SO_MEMINFO, 36))
    alice.sendto(b"x", (78, 0))
    after = struct.unpack("=9I", bob.getsockopt(SOL_SOCKET, SO_MEMINFO, 36))
    assert (before[0], before[1], before[3], before[8]) == (0, 212992, 212992, 0)
    assert after[0] > 256  # the bookkeeping of the kernel


def test_the_cookie_of_the_namespace_takes_eight_bytes(side: Side) -> None:
    one, two, elsewhere = side.socket(), side.socket(), side.socket(place=1)
    assert errno_of(one.getsockopt, SOL_SOCKET, SO_NETNS_COOKIE, 4) == errno.EINVAL
    cookies = [sock.getsockopt(SOL_SOCKET, SO_NETNS_COOKIE, 8) for sock in (one, two, elsewhere)]
    assert cookies[0] == cookies[1] != cookies[2]


def test_a_filter_that_is_not_there_cannot_be_detached(side: Side) -> None:
    assert errno_of(side.socket().setsockopt, SOL_SOCKET, SO_DETACH_FILTER, 0) == errno.ENOENT


def test_a_locked_filter_stays_locked(side: Side) -> None:
    sock = side.socket()
    sock.setsockopt(SOL_SOCKET, SO_LOCK_FILTER, 1)
    assert sock.getsockopt(SOL_SOCKET, SO_LOCK_FILTER) == 1
    assert errno_of(sock.setsockopt, SOL_SOCKET, SO_LOCK_FILTER, 0) == errno.EPERM
    assert errno_of(sock.setsockopt, SOL_SOCKET, SO_DETACH_FILTER, 0) == errno.EPERM


@pytest.mark.parametrize("value", [1, b"1234", bytes(15), bytes(17)])
def test_a_filter_program_of_another_size_is_none(side: Side, value: int | bytes) -> None:
    assert errno_of(side.socket().setsockopt, SOL_SOCKET, SO_ATTACH_FILTER, value) == errno.EINVAL
