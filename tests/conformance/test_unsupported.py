"""What netlink sockets are not: types, protocols and calls that are refused."""

from __future__ import annotations

import errno
import socket

import pytest

from conformance.sides import Side, errno_of


@pytest.mark.parametrize("type", [socket.SOCK_RAW, socket.SOCK_DGRAM])
def test_raw_and_datagram_sockets_are_the_same(side: Side, type: int) -> None:
    sock = side.socket(type=type)
    peer = side.bound(78)
    sock.sendto(b"x", (78, 0))
    assert peer.recv(9) == b"x"
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE) == type


@pytest.mark.parametrize("type", [socket.SOCK_STREAM, socket.SOCK_RDM, socket.SOCK_SEQPACKET])
def test_other_types_there_are_not(side: Side, type: int) -> None:
    assert errno_of(lambda: side.socket(type=type)) == errno.ESOCKTNOSUPPORT


@pytest.mark.parametrize("protocol", [3, 25, 31, 32, 1000])
def test_protocols_that_nobody_registered(side: Side, protocol: int) -> None:
    assert errno_of(lambda: side.socket(protocol)) == errno.EPROTONOSUPPORT


def test_listening(side: Side) -> None:
    assert errno_of(side.bound(77).listen, 1) == errno.EOPNOTSUPP


def test_accepting(side: Side) -> None:
    assert errno_of(side.bound(77).accept) == errno.EOPNOTSUPP


@pytest.mark.parametrize("how", [socket.SHUT_RD, socket.SHUT_WR, socket.SHUT_RDWR])
def test_shutting_down(side: Side, how: int) -> None:
    assert errno_of(side.bound(77).shutdown, how) == errno.EOPNOTSUPP


def test_sending_out_of_band(side: Side) -> None:
    side.bound(78)
    assert errno_of(side.bound(77).sendto, b"x", socket.MSG_OOB, (78, 0)) == errno.EOPNOTSUPP


def test_receiving_out_of_band(side: Side) -> None:
    assert errno_of(side.bound(77).recv, 1, socket.MSG_OOB) == errno.EOPNOTSUPP


def test_nothing_works_on_a_closed_socket(side: Side) -> None:
    sock = side.bound(77)
    sock.close()
    for call in (
        lambda: sock.bind((77, 0)),
        lambda: sock.connect((78, 0)),
        lambda: sock.sendto(b"x", (78, 0)),
        lambda: sock.recv(1),
        lambda: sock.getsockopt(270, 3),
        lambda: sock.setsockopt(270, 3, 1),
        sock.getsockname,
        sock.getpeername,
    ):
        assert errno_of(call) == errno.EBADF
