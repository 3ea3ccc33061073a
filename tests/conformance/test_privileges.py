"""Without capabilities: who may listen, send, change things and exceed limits."""

from __future__ import annotations

import errno
import os
import socket
import struct

import pytest

from conformance.messages import (
    ADD_ADDRESS,
    CREATE,
    DUMP,
    EXCL,
    GET_ADDRESS,
    GET_LINK,
    JOIN,
    LEAVE,
    LISTEN_ALL_NSID,
    LOOPBACK,
    MEMBERSHIPS,
    PKTINFO,
    ROUTE_MESSAGE,
    SET_LINK,
    SOL_NETLINK,
    address,
    all_answers,
    link,
    request,
)
from conformance.sides import GENERIC, ROUTE, USERSOCK, Side, Socket, empty, errno_of

SOL_SOCKET = socket.SOL_SOCKET
SO_SNDBUFFORCE, SO_RCVBUFFORCE, SCM_CREDENTIALS = 32, 33, 2


def ordinary(side: Side, protocol: int = USERSOCK) -> Socket:
    return side.socket(protocol, privileged=False)


def test_ports_are_for_all(side: Side) -> None:
    sock = ordinary(side)
    sock.bind((77, 0))
    assert sock.getsockname() == (77, 0)


def test_usersock_lets_nobody_else_listen(side: Side) -> None:
    sock = ordinary(side)
    assert errno_of(sock.setsockopt, SOL_NETLINK, JOIN, 1) == errno.EPERM
    assert sock.getsockname() == (0, 0)


def test_usersock_lets_nobody_else_leave_either(side: Side) -> None:
    assert errno_of(ordinary(side).setsockopt, SOL_NETLINK, LEAVE, 1) == errno.EPERM


def test_who_may_not_listen_may_not_bind_to_groups(side: Side) -> None:
    sock = ordinary(side)
    assert errno_of(sock.bind, (77, 1)) == errno.EPERM
    assert sock.getsockname() == (0, 0)


def test_a_group_that_there_is_not_is_forbidden_first(side: Side) -> None:
    assert errno_of(ordinary(side).setsockopt, SOL_NETLINK, JOIN, 33) == errno.EPERM


def test_a_refused_membership_leaves_the_list_empty(side: Side) -> None:
    sock = ordinary(side)
    assert errno_of(sock.setsockopt, SOL_NETLINK, JOIN, 1) == errno.EPERM
    assert sock.getsockopt(SOL_NETLINK, MEMBERSHIPS, 64) == b""


def test_usersock_lets_all_send_unicasts(side: Side) -> None:
    peer = side.bound(78)
    ordinary(side).sendto(b"x", (78, 0))
    assert peer.recv(9) == b"x"


def test_usersock_lets_all_send_multicasts(side: Side) -> None:
    member, sink = side.bound(78, 1), side.bound(79)
    ordinary(side).sendto(b"x", (79, 1))
    assert member.recv(9) == sink.recv(9) == b"x"


@pytest.mark.parametrize("protocol", [ROUTE, GENERIC])
def test_route_and_generic_let_all_listen(side: Side, protocol: int) -> None:
    sock = ordinary(side, protocol)
    sock.setsockopt(SOL_NETLINK, JOIN, 5)
    assert sock.getsockname() == (0, 0b10000)


def test_route_lets_all_hear_the_kernel(side: Side) -> None:
    listener, actor = ordinary(side, ROUTE), side.bound(77, protocol=ROUTE)
    listener.bind((78, 0b10000))
    actor.send(request(ADD_ADDRESS, address(1), CREATE | EXCL))
    assert listener.recvfrom(999)[1] == (0, 0b10000)


def test_route_lets_all_ask_the_kernel(side: Side) -> None:
    sock = ordinary(side, ROUTE)
    sock.send(request(GET_LINK, link(LOOPBACK)))
    assert len(all_answers(sock)) == 1


def test_route_lets_all_dump(side: Side) -> None:
    sock = ordinary(side, ROUTE)
    sock.send(request(GET_ADDRESS, bytes(8), DUMP))
    assert all_answers(sock)[-1].errno == 0


@pytest.mark.parametrize(("kind", "payload"), [(SET_LINK, link(LOOPBACK)), (ADD_ADDRESS, address(1))])
def test_route_lets_nobody_else_change_things(side: Side, kind: int, payload: bytes) -> None:
    sock = ordinary(side, ROUTE)
    sock.send(request(kind, payload))
    assert [answer.errno for answer in all_answers(sock)] == [errno.EPERM]


def test_route_lets_nobody_else_send_to_peers(side: Side) -> None:
    peer = side.bound(78, protocol=ROUTE)
    assert errno_of(ordinary(side, ROUTE).sendto, ROUTE_MESSAGE, (78, 0)) == errno.EPERM
    assert empty(peer)


def test_route_lets_nobody_else_send_to_groups(side: Side) -> None:
    member = side.bound(78, 1, ROUTE)
    assert errno_of(ordinary(side, ROUTE).sendto, ROUTE_MESSAGE, (0, 1)) == errno.EPERM
    assert empty(member)


def test_what_may_not_be_sent_does_not_bind(side: Side) -> None:
    sock = ordinary(side, ROUTE)
    assert errno_of(sock.sendto, ROUTE_MESSAGE, (78, 0)) == errno.EPERM
    assert sock.getsockname() == (0, 0)


def test_who_may_not_send_may_not_connect(side: Side) -> None:
    sock = ordinary(side, ROUTE)
    assert errno_of(sock.connect, (78, 0)) == errno.EPERM
    assert sock.getpeername() == (0, 0)


def test_all_may_connect_to_the_kernel(side: Side) -> None:
    ordinary(side, ROUTE).connect((0, 0))


def test_a_port_without_an_owner_is_forbidden_before_it_is_missing(side: Side) -> None:
    assert errno_of(ordinary(side, ROUTE).sendto, ROUTE_MESSAGE, (4242, 0)) == errno.EPERM


@pytest.mark.parametrize("option", [SO_RCVBUFFORCE, SO_SNDBUFFORCE])
def test_buffers_cannot_be_forced(side: Side, option: int) -> None:
    assert errno_of(ordinary(side).setsockopt, SOL_SOCKET, option, 10_000) == errno.EPERM


def test_buffers_can_be_set_up_to_the_limit(side: Side) -> None:
    sock = ordinary(side)
    sock.setsockopt(SOL_SOCKET, socket.SO_RCVBUF, 2**30)
    assert sock.getsockopt(SOL_SOCKET, socket.SO_RCVBUF) == 2 * side.rmem_max


def test_listening_to_other_namespaces_cannot_be_set(side: Side) -> None:
    sock = ordinary(side)
    for value in (1, 0):
        assert errno_of(sock.setsockopt, SOL_NETLINK, LISTEN_ALL_NSID, value) == errno.EPERM


def test_other_options_are_for_all(side: Side) -> None:
    sock = ordinary(side)
    sock.setsockopt(SOL_NETLINK, PKTINFO, 1)
    assert sock.getsockopt(SOL_NETLINK, PKTINFO) == 1


@pytest.mark.parametrize(("pid", "uid"), [(1, None), (None, 12345)])
def test_credentials_of_others_cannot_be_sent(side: Side, pid: int | None, uid: int | None) -> None:
    side.as_true_root()  # others have numbers there
    side.bound(78)
    owner = struct.pack("=iII", pid or side.pid, os.getuid() if uid is None else uid, os.getgid())
    control = [(SOL_SOCKET, SCM_CREDENTIALS, owner)]
    assert errno_of(ordinary(side).sendmsg, [b"x"], control, 0, (78, 0)) == errno.EPERM


def test_ones_own_credentials_can_be_sent_by_all(side: Side) -> None:
    peer = side.bound(78)
    owner = struct.pack("=iII", side.pid, os.getuid(), os.getgid())
    ordinary(side).sendmsg([b"x"], [(SOL_SOCKET, SCM_CREDENTIALS, owner)], 0, (78, 0))
    assert peer.recv(9) == b"x"
