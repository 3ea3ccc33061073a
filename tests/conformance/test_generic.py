"""Strict policies, as families of generic netlink have them, and attributes that are missing."""

from __future__ import annotations

import errno
import struct

import pytest

from conformance.messages import (
    CAP_ACK,
    DUMP,
    ERROR,
    EXT_ACK,
    MISS_TYPE,
    MSG,
    OFFS,
    POLICY,
    SOL_NETLINK,
    Answer,
    all_answers,
    answers,
    attribute,
    attributes,
    request,
)
from conformance.sides import GENERIC, Side, Socket

CONTROL, GET_FAMILY, GET_POLICY, GET_DEVICE = 16, 3, 10, 1  # linux/genetlink.h, linux/netdev.h
NUMBER, NAME, INDEX = 1, 2, 1
NESTED = 0x8000
LONG_NAME = attribute(7, struct.pack("=I", 15)) + attribute(1, struct.pack("=I", 12))
FROM_1 = (
    attribute(4, struct.pack("=Q", 1)) + attribute(5, struct.pack("=Q", 2**32 - 1)) + attribute(1, struct.pack("=I", 4))
)
U16 = attribute(4, bytes(8)) + attribute(5, struct.pack("=Q", 2**16 - 1)) + attribute(1, struct.pack("=I", 3))


def head(command: int) -> bytes:
    """struct genlmsghdr."""
    return struct.pack("=BBH", command, 1, 0)


@pytest.fixture
def sock(side: Side) -> Socket:
    made = side.bound(77, protocol=GENERIC)
    for option in (EXT_ACK, CAP_ACK):
        made.setsockopt(SOL_NETLINK, option, 1)
    return made


@pytest.fixture
def devices(sock: Socket) -> int:
    """The message type of the family "netdev"."""
    sock.send(request(CONTROL, head(GET_FAMILY) + attribute(NAME, b"netdev\0")))
    (answer,) = answers(sock.recv(65536))
    if answer.type == ERROR:
        pytest.skip("this kernel has no family netdev, which is there since Linux 6.3")
    return int(struct.unpack("=H", attributes(answer.payload[4:])[NUMBER])[0])


def refusal(sock: Socket, kind: int, payload: bytes, flags: int = 0) -> Answer:
    sock.send(request(kind, payload, flags, ack=True))
    return all_answers(sock)[-1]


@pytest.mark.parametrize("value", [b"", b"ab", bytes(8)])
def test_an_integer_has_its_length_and_no_other(sock: Socket, devices: int, value: bytes) -> None:
    answer = refusal(sock, devices, head(GET_DEVICE) + attribute(INDEX, value))
    assert (answer.errno, answer.text) == (errno.EINVAL, "invalid attribute length")
    assert (answer.extended[OFFS], answer.extended[POLICY]) == (struct.pack("=I", 20), FROM_1)


def test_what_is_no_nest_is_not_flagged_as_one(sock: Socket, devices: int) -> None:
    answer = refusal(sock, devices, head(GET_DEVICE) + attribute(INDEX | NESTED, struct.pack("=I", 1)))
    assert (answer.errno, answer.text) == (errno.EINVAL, "NLA_F_NESTED not expected")
    assert (answer.extended[OFFS], answer.extended[POLICY]) == (struct.pack("=I", 20), FROM_1)


def test_a_value_out_of_its_range(sock: Socket, devices: int) -> None:
    answer = refusal(sock, devices, head(GET_DEVICE) + attribute(INDEX, bytes(4)))
    assert (answer.errno, answer.text) == (errno.ERANGE, "integer out of range")
    assert (answer.extended[OFFS], answer.extended[POLICY]) == (struct.pack("=I", 20), FROM_1)


@pytest.mark.parametrize("kind", [0, 2, 99])
def test_an_attribute_that_the_command_does_not_know(sock: Socket, devices: int, kind: int) -> None:
    answer = refusal(sock, devices, head(GET_DEVICE) + attribute(INDEX, struct.pack("=I", 1)) + attribute(kind, b"ab"))
    assert (answer.errno, answer.text) == (errno.EINVAL, "Unknown attribute type")
    assert answer.extended[OFFS] == struct.pack("=I", 28)


def test_leftovers_are_refused(sock: Socket, devices: int) -> None:
    answer = refusal(sock, devices, head(GET_DEVICE) + attribute(INDEX, struct.pack("=I", 1)) + b"\2\0\1")
    assert (answer.errno, answer.text) == (errno.EINVAL, "bytes leftover after parsing attributes")


def test_a_missing_attribute_is_named_and_nothing_else(sock: Socket, devices: int) -> None:
    answer = refusal(sock, devices, head(GET_DEVICE))
    assert answer.errno == errno.EINVAL
    assert answer.extended == {MISS_TYPE: struct.pack("=I", INDEX)}


def test_what_is_not_there_has_nothing_to_say(sock: Socket, devices: int) -> None:
    answer = refusal(sock, devices, head(GET_DEVICE) + attribute(INDEX, struct.pack("=I", 4711)))
    assert (answer.errno, answer.flags) == (errno.ENODEV, 0x100)


def test_a_command_that_there_is_not(sock: Socket, devices: int) -> None:
    assert refusal(sock, devices, head(99)).errno == errno.EOPNOTSUPP


@pytest.mark.parametrize("size", [0, 1, 3])
def test_less_than_a_header(sock: Socket, size: int) -> None:
    assert refusal(sock, CONTROL, head(GET_FAMILY)[:size]).errno == errno.EINVAL


@pytest.mark.parametrize(
    ("name", "outcome"),
    [(b"nonesuch\0", errno.ENOENT), (b"n" * 15 + b"\0", errno.ENOENT), (b"n" * 16 + b"\0", errno.EINVAL)],
)
def test_text_of_a_limited_length(sock: Socket, name: bytes, outcome: int) -> None:
    assert refusal(sock, CONTROL, head(GET_FAMILY) + attribute(NAME, name)).errno == outcome


@pytest.mark.parametrize("name", [b"", b"netdev", b"n" * 17])
def test_text_that_must_end_with_a_nul(sock: Socket, name: bytes) -> None:
    answer = refusal(sock, CONTROL, head(GET_FAMILY) + attribute(NAME, name))
    assert answer.errno == errno.EINVAL
    assert answer.extended == {
        MSG: b"Attribute failed policy validation\0",
        OFFS: struct.pack("=I", 20),
        POLICY: LONG_NAME,
    }


def test_a_dump_whose_request_breaks_the_policy_is_refused_before_it_begins(sock: Socket) -> None:
    answer = refusal(sock, CONTROL, head(GET_POLICY) + attribute(NUMBER, bytes(4)), DUMP)
    assert (answer.type, answer.errno, answer.text) == (ERROR, errno.EINVAL, "invalid attribute length")
    assert answer.extended[POLICY] == U16


def test_a_dump_whose_request_lacks_something_is_refused_before_it_begins(sock: Socket) -> None:
    answer = refusal(sock, CONTROL, head(GET_POLICY), DUMP)
    assert (answer.type, answer.errno) == (ERROR, errno.EINVAL)


def test_a_command_that_only_dumps_does_nothing_else(sock: Socket) -> None:
    assert refusal(sock, CONTROL, head(GET_POLICY)).errno == errno.EOPNOTSUPP
