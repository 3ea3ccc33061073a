"""Dumps: tables in parts, their end, what interrupts them, and one at a time."""

from __future__ import annotations

import errno
import socket
import struct

import pytest

from conformance.messages import (
    ACK_TLVS,
    ADD_ADDRESS,
    ADD_LINK,
    CAP_ACK,
    CREATE,
    DELETE_ADDRESS,
    DONE,
    DUMP,
    DUMP_INTR,
    ERROR,
    EXCL,
    EXT_ACK,
    GET_ADDRESS,
    GET_LINK,
    LOOPBACK,
    MULTI,
    NOOP,
    SOL_NETLINK,
    STRICT,
    Answer,
    address,
    all_answers,
    answers,
    attribute,
    datagrams,
    link,
    request,
)
from conformance.sides import ROUTE, Side, Socket, empty

ADDRESS = 76  # bytes of one address in a dump, the header included
PART = 3776  # what a datagram holds as long as no larger buffer was received into
PER_PART = PART // ADDRESS
MANY = 120  # addresses, so that there are three parts


@pytest.fixture
def sock(side: Side) -> Socket:
    return side.bound(77, protocol=ROUTE)


@pytest.fixture
def full(side: Side, sock: Socket) -> Socket:
    """A socket of a namespace that has many addresses."""
    sock.send(b"".join(request(ADD_ADDRESS, address(number), CREATE | EXCL) for number in range(MANY)))
    assert empty(sock)
    return sock


def ask(
    sock: Socket, kind: int = GET_ADDRESS, payload: bytes = bytes(8), sequence: int = 5, *, ack: bool = False
) -> None:
    sock.send(request(kind, payload, DUMP, sequence, ack=ack))


def interrupted(found: list[list[Answer]]) -> list[list[int]]:
    """Of each datagram the places of the messages that say so."""
    return [[at for at, answer in enumerate(part) if answer.flags & DUMP_INTR] for part in found]


def test_an_empty_table_is_its_end_alone(sock: Socket) -> None:
    ask(sock)
    assert datagrams(sock) == [[Answer(DONE, MULTI, 5, 77, bytes(4))]]


def test_a_small_table_and_its_end(sock: Socket) -> None:
    sock.send(request(ADD_ADDRESS, address(1), CREATE | EXCL))
    ask(sock)
    first, done = all_answers(sock)
    assert first[:4] == (ADD_ADDRESS, MULTI, 5, 77)
    assert done == Answer(DONE, MULTI, 5, 77, bytes(4))


def test_the_end_is_not_acknowledged(sock: Socket) -> None:
    ask(sock, ack=True)
    assert [answer.type for answer in all_answers(sock)] == [DONE]


def test_a_long_table_comes_in_parts_of_a_page(full: Socket) -> None:
    ask(full)
    sizes = [len(part) for part in datagrams(full, PART)]
    assert sizes == [PER_PART, PER_PART, MANY - 2 * PER_PART, 1]


def test_parts_grow_with_the_buffers_received_into(full: Socket) -> None:
    ask(full)
    sizes = [len(part) for part in datagrams(full, 65536)]
    assert sizes == [PER_PART, MANY - PER_PART, 1]


def test_a_socket_remembers_its_largest_buffer(full: Socket) -> None:
    ask(full)
    datagrams(full, 65536)
    ask(full)
    assert [len(part) for part in datagrams(full, 65536)] == [MANY, 1]


def test_a_small_buffer_cuts_a_part_which_is_lost(full: Socket) -> None:
    ask(full)
    data, _, flags, _ = full.recvmsg(100)
    assert (len(data), flags) == (100, socket.MSG_TRUNC)
    assert len(all_answers(full)) == MANY - PER_PART + 1


def test_every_row_comes_once_and_in_order(full: Socket) -> None:
    ask(full)
    rows = [answer.payload[12:16] for answer in all_answers(full, PART) if answer.type == ADD_ADDRESS]
    assert rows == [bytes((127, 1, *divmod(number, 256))) for number in range(MANY)]


def test_all_parts_have_the_number_and_port_of_the_request(full: Socket) -> None:
    ask(full, sequence=99)
    assert {answer[1:4] for answer in all_answers(full, PART)} == {(MULTI, 99, 77)}


def test_parts_come_from_port_0_to_no_group(full: Socket) -> None:
    ask(full)
    assert full.recvfrom(PART)[1] == (0, 0)
    assert full.recvfrom(PART)[1] == (0, 0)


def test_peeking_makes_the_next_part(full: Socket) -> None:
    ask(full)
    first = full.recv(PART, socket.MSG_PEEK)
    assert full.recv(PART) == first
    assert len(answers(full.recv(PART))) == PER_PART


def test_a_second_dump_is_refused_while_one_is_under_way(full: Socket) -> None:
    ask(full)
    ask(full, sequence=6)
    first, second, *_ = datagrams(full, PART)
    assert {answer.sequence for answer in first} == {5}
    assert [(answer.type, answer.sequence, answer.errno) for answer in second] == [(ERROR, 6, errno.EBUSY)]


def test_the_first_dump_is_none_the_worse_for_it(full: Socket) -> None:
    ask(full)
    ask(full, sequence=6)
    assert sum(answer.type == ADD_ADDRESS for answer in all_answers(full, PART)) == MANY


def test_a_dump_that_fits_one_part_is_over_when_it_is_asked_for(sock: Socket) -> None:
    ask(sock, sequence=5)
    ask(sock, sequence=6)
    assert [(answer.type, answer.sequence) for answer in all_answers(sock)] == [(DONE, 5), (DONE, 6)]


def test_other_requests_are_answered_during_a_dump(full: Socket) -> None:
    ask(full)
    full.send(request(NOOP, sequence=6, ack=True))
    first, second, *_ = datagrams(full, PART)
    assert (first[0].sequence, second[0].sequence) == (5, 6)


def test_two_sockets_dump_at_the_same_time(side: Side, full: Socket) -> None:
    other = side.bound(78, protocol=ROUTE)
    ask(full)
    ask(other)
    assert [sum(answer.type == ADD_ADDRESS for answer in all_answers(each, PART)) for each in (full, other)] == [
        MANY,
        MANY,
    ]


def test_a_socket_may_be_closed_during_a_dump(side: Side, full: Socket) -> None:
    ask(full)
    full.close()
    other = side.bound(77, protocol=ROUTE)
    ask(other)
    assert sum(answer.type == ADD_ADDRESS for answer in all_answers(other)) == MANY


def test_a_change_during_a_dump_is_told_by_the_next_part(side: Side, full: Socket) -> None:
    ask(full)
    first = answers(full.recv(PART))  # which makes the second part
    side.bound(78, protocol=ROUTE).send(request(ADD_ADDRESS, address(1000), CREATE | EXCL))
    assert interrupted([first, *datagrams(full, PART)])[:3] == [[], [], [0]]


def test_removing_is_a_change_too(side: Side, full: Socket) -> None:
    ask(full)
    full.recv(PART)
    side.bound(78, protocol=ROUTE).send(request(DELETE_ADDRESS, address(MANY - 1)))
    assert interrupted(datagrams(full, PART)) == [[], [0], []]


def test_a_change_before_a_dump_is_none_of_its_business(full: Socket) -> None:
    ask(full)
    assert not any(map(any, interrupted(datagrams(full, PART))))


def test_a_request_that_changes_nothing_interrupts_nothing(side: Side, full: Socket) -> None:
    ask(full)
    full.recv(PART)
    side.bound(78, protocol=ROUTE).send(request(ADD_ADDRESS, address(1), CREATE | EXCL))
    assert not any(map(any, interrupted(datagrams(full, PART))))


# --------------------------------------------------------------------------------------- errors of the end

STRICT_DUMPS = [
    (b"\0", errno.EINVAL, "Invalid header for link dump"),
    (link(flags=1), errno.EINVAL, "Invalid values in header for link dump request"),
    (link(LOOPBACK), errno.EINVAL, "Filter by device index not supported for link dumps"),
    (link() + attribute(4, bytes(4)), errno.EINVAL, "Unsupported attribute in link dump request"),
    (link() + attribute(200, b"ab"), errno.EINVAL, "Unknown attribute type"),
    (link() + attribute(29, b"ab"), errno.ERANGE, "Attribute failed policy validation"),
]


@pytest.mark.parametrize(("payload", "number", "text"), STRICT_DUMPS)
def test_the_end_carries_an_error_and_its_words(sock: Socket, payload: bytes, number: int, text: str) -> None:
    for option in (EXT_ACK, CAP_ACK, STRICT):
        sock.setsockopt(SOL_NETLINK, option, 1)
    ask(sock, GET_LINK, payload)
    (done,) = all_answers(sock)
    assert (done.type, done.flags, done.sequence, done.portid) == (DONE, MULTI | ACK_TLVS, 5, 77)
    assert (done.errno, done.text) == (number, text)


@pytest.mark.parametrize(("payload", "number", "text"), STRICT_DUMPS)
def test_without_ext_ack_the_end_carries_the_errno_alone(sock: Socket, payload: bytes, number: int, text: str) -> None:
    sock.setsockopt(SOL_NETLINK, STRICT, 1)
    ask(sock, GET_LINK, payload)
    assert all_answers(sock) == [Answer(DONE, MULTI, 5, 77, struct.pack("=i", -number))]


def test_the_end_names_the_attribute_and_its_policy(side: Side, sock: Socket) -> None:
    side.since((6, 10), "the end of a dump carries more than words")
    for option in (EXT_ACK, STRICT):
        sock.setsockopt(SOL_NETLINK, option, 1)
    ask(sock, GET_LINK, link() + attribute(29, b"ab"))
    (done,) = all_answers(sock)
    policy = attribute(4, bytes(8)) + attribute(5, struct.pack("=Q", 2**32 - 1)) + attribute(1, struct.pack("=I", 4))
    assert (done.extended[2], done.extended[4]) == (struct.pack("=I", 32), policy)


@pytest.mark.parametrize("payload", [payload for payload, _, _ in STRICT_DUMPS[1:]])
def test_without_strict_checking_such_a_dump_succeeds(sock: Socket, payload: bytes) -> None:
    ask(sock, GET_LINK, payload)
    found = all_answers(sock)
    *links, end = [(answer.type, answer.flags) for answer in found]
    assert (set(links), end) == ({(ADD_LINK, MULTI)}, (DONE, MULTI))  # tunnels' modules put links everywhere
    assert found[-1].errno == 0


def test_a_dump_of_a_type_that_has_no_table_is_no_dump(sock: Socket) -> None:
    sock.send(request(2002, bytes(16), DUMP))
    (answer,) = all_answers(sock)
    assert (answer.type, answer.errno) == (ERROR, errno.EOPNOTSUPP)
