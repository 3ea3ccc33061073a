"""Requests and acknowledgements: which are carried out, which are ignored, and the bytes of the answers."""

from __future__ import annotations

import errno
import struct

import pytest

from conformance.messages import (
    ACK,
    ADD_ADDRESS,
    ADD_LINK,
    CAP_ACK,
    CAPPED,
    CREATE,
    DONE,
    DUMP,
    ERROR,
    EXCL,
    EXT_ACK,
    GET_LINK,
    LOOPBACK,
    NOOP,
    NOWHERE,
    OVERRUN,
    REPLACE,
    REQUEST,
    SET_LINK,
    SOL_NETLINK,
    Answer,
    address,
    all_answers,
    attribute,
    datagrams,
    link,
    message,
    padded,
    request,
)
from conformance.sides import ROUTE, Side, Socket, errno_of


@pytest.fixture
def sock(side: Side) -> Socket:
    return side.bound(77, protocol=ROUTE)


def asked(sock: Socket, data: bytes) -> list[Answer]:
    assert sock.send(data) == len(data)
    return all_answers(sock)


def acknowledgement(data: bytes, number: int = 0, sequence: int = 1) -> Answer:
    """What answers a request without the options of extended and capped acknowledgements."""
    if number:
        return Answer(ERROR, 0, sequence, 77, struct.pack("=i", -number) + padded(data))
    return Answer(ERROR, CAPPED, sequence, 77, bytes(4) + data[:16])


def test_success_without_ack_is_silent(sock: Socket) -> None:
    assert asked(sock, request(SET_LINK, link(LOOPBACK))) == []


def test_success_with_ack_repeats_the_header_alone(sock: Socket) -> None:
    data = request(SET_LINK, link(LOOPBACK), ack=True)
    assert asked(sock, data) == [acknowledgement(data)]


def test_an_error_is_answered_without_being_asked_for(sock: Socket) -> None:
    data = request(GET_LINK, link(NOWHERE))
    assert asked(sock, data) == [acknowledgement(data, errno.ENODEV)]


def test_an_error_is_answered_once_with_ack(sock: Socket) -> None:
    data = request(GET_LINK, link(NOWHERE), ack=True)
    assert asked(sock, data) == [acknowledgement(data, errno.ENODEV)]


def test_an_error_repeats_the_request_padded(sock: Socket) -> None:
    data = request(GET_LINK, link(NOWHERE) + struct.pack("=HHc", 5, 3, b"a"))
    (answer,) = asked(sock, data)
    assert len(data) == 40
    assert answer.payload == struct.pack("=i", -errno.ENODEV) + data


def test_with_cap_ack_an_error_repeats_the_header_alone(sock: Socket) -> None:
    sock.setsockopt(SOL_NETLINK, CAP_ACK, 1)
    data = request(GET_LINK, link(NOWHERE))
    assert asked(sock, data) == [Answer(ERROR, CAPPED, 1, 77, struct.pack("=i", -errno.ENODEV) + data[:16])]


def test_with_ext_ack_an_error_that_has_nothing_to_say_is_as_before(sock: Socket) -> None:
    sock.setsockopt(SOL_NETLINK, EXT_ACK, 1)
    data = request(GET_LINK, link(NOWHERE))
    assert asked(sock, data) == [acknowledgement(data, errno.ENODEV)]


def test_with_ext_ack_the_kernel_says_what_is_wrong(sock: Socket) -> None:
    sock.setsockopt(SOL_NETLINK, EXT_ACK, 1)
    sock.setsockopt(SOL_NETLINK, CAP_ACK, 1)
    info = attribute(18, attribute(1, b"no-such-kind\0"))
    (answer,) = asked(sock, request(ADD_LINK, link() + info, CREATE | EXCL))
    assert (answer.errno, answer.text) == (errno.EOPNOTSUPP, "Unknown device type")
    assert set(answer.extended) == {1}


def test_the_words_follow_the_repeated_request(sock: Socket) -> None:
    sock.setsockopt(SOL_NETLINK, EXT_ACK, 1)
    info = attribute(18, attribute(1, b"no-such-kind\0"))
    data = request(ADD_LINK, link() + info, CREATE | EXCL)
    (answer,) = asked(sock, data)
    assert answer.flags == 0x200
    assert answer.payload[4 : 4 + len(data)] == data
    assert answer.text == "Unknown device type"


def test_without_ext_ack_there_are_no_words(sock: Socket) -> None:
    info = attribute(18, attribute(1, b"no-such-kind\0"))
    data = request(ADD_LINK, link() + info, CREATE | EXCL)
    assert asked(sock, data) == [acknowledgement(data, errno.EOPNOTSUPP)]


def test_an_answer_comes_before_its_acknowledgement(sock: Socket) -> None:
    data = request(GET_LINK, link(LOOPBACK), sequence=5, ack=True)
    sock.send(data)
    first, second = datagrams(sock)
    assert [answer[:4] for answer in first] == [(ADD_LINK, 0, 5, 77)]
    assert first[0].payload[4:8] == struct.pack("=i", LOOPBACK)
    assert second == [acknowledgement(data, sequence=5)]


def test_an_answer_comes_without_ack_too(sock: Socket) -> None:
    assert [answer.type for answer in asked(sock, request(GET_LINK, link(LOOPBACK)))] == [ADD_LINK]


@pytest.mark.parametrize("sequence", [0, 1, 2**31, 2**32 - 1])
def test_the_sequence_number_comes_back(sock: Socket, sequence: int) -> None:
    (answer,) = asked(sock, request(NOOP, b"", sequence=sequence, ack=True))
    assert answer.sequence == sequence


def test_the_port_of_an_answer_is_the_true_one_not_the_headers(sock: Socket) -> None:
    data = message(GET_LINK, link(NOWHERE), REQUEST, portid=4242)
    (answer,) = asked(sock, data)
    assert answer.portid == 77
    assert answer.payload[4:20] == data[:16]


def test_the_answer_comes_from_port_0(sock: Socket) -> None:
    sock.send(request(NOOP, ack=True))
    assert sock.recvfrom(99)[1] == (0, 0)


def test_an_unknown_type_is_not_supported(sock: Socket) -> None:
    data = request(2000, link())
    assert asked(sock, data) == [acknowledgement(data, errno.EOPNOTSUPP)]


def test_the_dump_bits_of_a_request_that_changes_mean_other_things(sock: Socket) -> None:
    data = request(SET_LINK, link(LOOPBACK), DUMP, ack=True)
    assert asked(sock, data) == [acknowledgement(data)]


def test_creating_what_is_there_is_refused(sock: Socket) -> None:
    sock.send(request(ADD_ADDRESS, address(1), CREATE | EXCL))
    data = request(ADD_ADDRESS, address(1), CREATE | EXCL)
    assert asked(sock, data) == [acknowledgement(data, errno.EEXIST)]


def test_flags_come_back_in_the_acknowledgement(sock: Socket) -> None:
    data = request(SET_LINK, link(LOOPBACK), REPLACE, ack=True)
    (answer,) = asked(sock, data)
    assert struct.unpack_from("=H", answer.payload, 10)[0] == REQUEST | ACK | REPLACE


# ---------------------------------------------------------------------------------------------- what is ignored


@pytest.mark.parametrize("kind", [0, NOOP, ERROR, DONE, OVERRUN, 5, 15])
def test_control_types_are_acknowledged_and_nothing_else(sock: Socket, kind: int) -> None:
    data = request(kind, b"1234", ack=True)
    assert asked(sock, data) == [acknowledgement(data)]


@pytest.mark.parametrize("kind", [NOOP, ERROR, DONE])
def test_control_types_without_ack_are_silent(sock: Socket, kind: int) -> None:
    assert asked(sock, request(kind, b"1234")) == []


def test_what_is_no_request_is_acknowledged_without_being_carried_out(sock: Socket) -> None:
    data = message(GET_LINK, link(NOWHERE), ACK)
    assert asked(sock, data) == [acknowledgement(data)]


def test_what_is_no_request_is_silent_without_ack(sock: Socket) -> None:
    assert asked(sock, message(GET_LINK, link(NOWHERE), 0)) == []


@pytest.mark.parametrize("size", [1, 4, 15])
def test_less_than_a_header_is_ignored(sock: Socket, size: int) -> None:
    assert asked(sock, request(NOOP, ack=True)[:size]) == []


@pytest.mark.parametrize("length", [0, 1, 15])
def test_a_length_below_a_header_is_ignored(sock: Socket, length: int) -> None:
    assert asked(sock, message(NOOP, b"", REQUEST | ACK, length=length)) == []


@pytest.mark.parametrize("length", [17, 20, 2**31, 2**32 - 1])
def test_a_length_beyond_the_datagram_is_ignored(sock: Socket, length: int) -> None:
    assert asked(sock, message(NOOP, b"", REQUEST | ACK, length=length)) == []


def test_no_payload_at_all_is_taken_as_nothing_to_do(sock: Socket) -> None:
    data = request(GET_LINK, b"", ack=True)
    assert asked(sock, data) == [acknowledgement(data)]


# ------------------------------------------------------------------------------------ several in one datagram


def test_the_requests_of_a_datagram_are_answered_in_order(sock: Socket) -> None:
    several = [request(NOOP, sequence=number, ack=True) for number in (1, 2, 3)]
    assert asked(sock, b"".join(several)) == [
        acknowledgement(data, sequence=number) for number, data in enumerate(several, 1)
    ]


def test_each_answer_is_a_datagram_of_its_own(sock: Socket) -> None:
    sock.send(b"".join(request(NOOP, sequence=number, ack=True) for number in (1, 2, 3)))
    assert [len(each) for each in datagrams(sock)] == [1, 1, 1]


def test_an_error_does_not_stop_the_rest(sock: Socket) -> None:
    wrong, right = request(GET_LINK, link(NOWHERE), sequence=1), request(NOOP, sequence=2, ack=True)
    assert asked(sock, wrong + right) == [acknowledgement(wrong, errno.ENODEV), acknowledgement(right, sequence=2)]


def test_a_malformed_message_stops_the_rest(sock: Socket) -> None:
    right = request(NOOP, sequence=1, ack=True)
    wrong = message(NOOP, b"", REQUEST | ACK, 2, length=3)
    assert asked(sock, right + wrong + request(NOOP, sequence=3, ack=True)) == [acknowledgement(right)]


def test_messages_start_at_multiples_of_four(sock: Socket) -> None:
    odd, even = request(NOOP, b"abc", sequence=1, ack=True), request(NOOP, sequence=2, ack=True)
    assert [answer.sequence for answer in asked(sock, odd + even)] == [1, 2]


def test_the_last_message_needs_no_padding(sock: Socket) -> None:
    data = request(NOOP, b"abc", ack=True)[:19]
    assert asked(sock, data) == [acknowledgement(data)]


@pytest.mark.parametrize("rest", [b"abc", bytes(15), b"\1" * 15])
def test_a_rest_too_short_for_a_header_is_ignored(sock: Socket, rest: bytes) -> None:
    data = request(NOOP, b"", ack=True)
    assert asked(sock, data + rest) == [acknowledgement(data)]


def test_zeros_after_the_last_message_are_ignored(sock: Socket) -> None:
    data = request(NOOP, b"", ack=True)
    assert asked(sock, data + bytes(64)) == [acknowledgement(data)]


def test_the_kernel_takes_a_datagram_as_large_as_the_send_buffer_allows(side: Side, sock: Socket) -> None:
    most = side.default_buffer - 32
    data = request(NOOP, bytes(most - 16), ack=True)
    assert asked(sock, data) == [acknowledgement(data)]
    assert errno_of(sock.send, data + b"x") == errno.EMSGSIZE
