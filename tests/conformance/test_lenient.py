"""Dump requests that fall short of their header: who takes them, and who does not."""

from __future__ import annotations

import errno

import pytest

from conformance.messages import (
    ADD_LINK,
    DONE,
    ERROR,
    GET_ADDRESS,
    GET_LINK,
    GET_NEIGHBOUR,
    GET_NETCONF,
    GET_NEXTHOP,
    GET_ROUTE,
    GET_RULE,
    SOL_NETLINK,
    STRICT,
    all_answers,
    attribute,
    message,
    request,
)
from conformance.sides import ROUTE, Side, Socket
from conformance.test_dumps import DUMP

HEADERS = {GET_LINK: 16, GET_ADDRESS: 8, GET_ROUTE: 12, GET_NEIGHBOUR: 12, GET_RULE: 12, GET_NETCONF: 4}
SHORT = [(kind, size) for kind, whole in HEADERS.items() for size in {1, 4, whole - 1} if size < whole]
BRIDGE = 7  # AF_BRIDGE


@pytest.fixture
def sock(side: Side) -> Socket:
    return side.bound(77, protocol=ROUTE)


def end_of(sock: Socket, kind: int, payload: bytes) -> tuple[int, int]:
    """The type and errno of the message that ends a dump."""
    assert sock.send(request(kind, payload, DUMP)) > 0
    last = all_answers(sock)[-1]
    return last.type, last.errno


@pytest.mark.parametrize(("kind", "size"), SHORT)
def test_the_older_tables_are_listed_for_a_short_header(sock: Socket, kind: int, size: int) -> None:
    assert end_of(sock, kind, bytes(size)) == (DONE, 0)


@pytest.mark.parametrize("kind", [GET_LINK, GET_ROUTE, GET_NEIGHBOUR, GET_RULE])
def test_a_socket_that_wants_it_strictly_is_refused_them(sock: Socket, kind: int) -> None:
    sock.setsockopt(SOL_NETLINK, STRICT, 1)
    assert end_of(sock, kind, b"\0")[1] == errno.EINVAL


@pytest.mark.parametrize("size", [1, 4, 7])
def test_newer_tables_are_not(sock: Socket, size: int) -> None:
    assert end_of(sock, GET_NEXTHOP, bytes(size))[1] == errno.EINVAL


def test_nor_are_forwarding_tables(sock: Socket) -> None:
    assert end_of(sock, GET_NEIGHBOUR, bytes([BRIDGE]))[1] == errno.EINVAL


@pytest.mark.parametrize("kind", [GET_LINK, GET_ROUTE, GET_NEIGHBOUR, GET_RULE])
def test_attributes_that_are_malformed_are_passed_over(sock: Socket, kind: int) -> None:
    for number in range(1, 64):
        assert end_of(sock, kind, bytes(HEADERS[kind]) + attribute(number, b"\xff")) == (DONE, 0)


def test_links_are_listed_for_a_family_and_attributes(sock: Socket) -> None:
    sock.send(request(GET_LINK, bytes(4) + attribute(29, bytes(4)), DUMP))
    *links, end = [answer.type for answer in all_answers(sock)]
    assert (set(links), end) == ({ADD_LINK}, DONE)


@pytest.mark.parametrize("kind", [*HEADERS, GET_NEXTHOP])
def test_without_a_byte_a_request_is_not_looked_at(sock: Socket, kind: int) -> None:
    sock.send(request(kind, b"", DUMP))
    assert all_answers(sock) == []
    sock.send(request(kind, b"", DUMP, ack=True))
    assert [(answer.type, answer.errno) for answer in all_answers(sock)] == [(ERROR, 0)]


def test_a_short_header_is_refused_where_one_is_asked_for(sock: Socket) -> None:
    sock.send(message(GET_LINK, bytes(4), 1))
    assert [(answer.type, answer.errno) for answer in all_answers(sock)] == [(ERROR, errno.EINVAL)]
