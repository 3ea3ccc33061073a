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
    MISS_NEST,
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
    return family(sock, b"netdev")


@pytest.fixture
def ethtool(sock: Socket) -> int:
    return family(sock, b"ethtool")


def family(sock: Socket, name: bytes) -> int:
    """The message type of a family."""
    sock.send(request(CONTROL, head(GET_FAMILY) + attribute(NAME, name + b"\0")))
    (answer,) = answers(sock.recv(65536))
    if answer.type == ERROR:
        pytest.skip(f"this kernel has no family {name.decode()}")
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


@pytest.mark.parametrize("kind", [3, 9])
def test_an_attribute_between_known_ones_of_which_nothing_is_known(sock: Socket, kind: int) -> None:
    answer = refusal(sock, CONTROL, head(GET_POLICY) + attribute(NUMBER, b"\x10\0") + attribute(kind, b"ab"), DUMP)
    assert (answer.type, answer.errno) == (ERROR, errno.EINVAL)
    assert answer.extended == {MSG: b"Unsupported attribute\0", OFFS: struct.pack("=I", 28)}


def test_a_dump_whose_request_lacks_something_is_refused_before_it_begins(sock: Socket) -> None:
    answer = refusal(sock, CONTROL, head(GET_POLICY), DUMP)
    assert (answer.type, answer.errno) == (ERROR, errno.EINVAL)


def test_a_command_that_only_dumps_does_nothing_else(sock: Socket) -> None:
    assert refusal(sock, CONTROL, head(GET_POLICY)).errno == errno.EOPNOTSUPP


# -------------------------------------------------------------------------------------------------------- nests

GET_RINGS, HEADER, DEVICE, DEVICE_NAME, FLAGS = 15, 1, 1, 2, 3  # linux/ethtool_netlink.h
LOOPBACK = attribute(DEVICE, struct.pack("=I", 1))
U32 = attribute(4, bytes(8)) + attribute(5, struct.pack("=Q", 2**32 - 1)) + attribute(1, struct.pack("=I", 4))
NEST = attribute(1, struct.pack("=I", 13))


def rings(sock: Socket, ethtool: int, inside: bytes, kind: int = HEADER | NESTED) -> Answer:
    return refusal(sock, ethtool, head(GET_RINGS) + attribute(kind, inside))


def test_a_nest_is_flagged_as_one(sock: Socket, ethtool: int) -> None:
    answer = rings(sock, ethtool, LOOPBACK, HEADER)
    assert (answer.errno, answer.text) == (errno.EINVAL, "NLA_F_NESTED is missing")
    assert (answer.extended[OFFS], answer.extended[POLICY]) == (struct.pack("=I", 20), NEST)


def test_bits_that_are_reserved(sock: Socket, ethtool: int) -> None:
    answer = rings(sock, ethtool, LOOPBACK + attribute(FLAGS, struct.pack("=I", 0x80)))
    assert answer.errno == errno.EINVAL
    assert answer.extended == {MSG: b"reserved bit set\0", OFFS: struct.pack("=I", 32)}


@pytest.mark.parametrize(
    ("inside", "number", "text", "offset"),
    [
        (LOOPBACK + attribute(9, b""), errno.EINVAL, "Unknown attribute type", 32),
        (attribute(0, b""), errno.EINVAL, "Unknown attribute type", 24),
        (attribute(DEVICE, bytes(8)), errno.EINVAL, "invalid attribute length", 24),
        (attribute(DEVICE_NAME, b"n" * 20), errno.EINVAL, "Attribute failed policy validation", 24),
        (b"abc", errno.ERANGE, "Attribute failed policy validation", 20),
    ],
)
def test_an_offset_points_into_the_nest(
    sock: Socket, ethtool: int, inside: bytes, number: int, text: str, offset: int
) -> None:
    answer = rings(sock, ethtool, inside)
    assert (answer.errno, answer.text) == (number, text)
    assert answer.extended[OFFS] == struct.pack("=I", offset)


def test_leftovers_in_a_nest_are_refused(sock: Socket, ethtool: int) -> None:
    answer = rings(sock, ethtool, LOOPBACK + b"\1\0\0\0")
    assert (answer.errno, answer.text) == (errno.EINVAL, "bytes leftover after parsing attributes")


GET_TIMESTAMPS, PROVIDER, PROVIDER_INDEX, PROVIDER_QUALIFIER = 25, 7, 1, 2  # linux/ethtool_netlink.h


@pytest.mark.parametrize(
    ("inside", "missing"),
    [
        (b"", PROVIDER_INDEX),
        (attribute(PROVIDER_INDEX, bytes(4)), PROVIDER_QUALIFIER),
        (attribute(PROVIDER_QUALIFIER, bytes(4)), PROVIDER_INDEX),
    ],
)
def test_an_attribute_missing_in_a_nest_is_named_with_the_nest(
    side: Side, sock: Socket, ethtool: int, inside: bytes, missing: int
) -> None:
    side.since((6, 14), "timestamps have a provider")
    header = attribute(HEADER | NESTED, LOOPBACK)
    answer = refusal(sock, ethtool, head(GET_TIMESTAMPS) + header + attribute(PROVIDER | NESTED, inside))
    assert answer.errno == errno.EINVAL
    assert list(answer.extended.items()) == [
        (MISS_TYPE, struct.pack("=I", missing)),
        (MISS_NEST, struct.pack("=I", 16 + 4 + len(header))),
    ]


GET_FEATURES, MEASUREMENTS, PEERS, CHANNEL = 95, 273, 5, 2  # linux/nl80211.h
ELEMENT = 1  # of an array: any number will do


@pytest.fixture
def wireless(sock: Socket) -> int:
    return family(sock, b"nl80211")


@pytest.mark.parametrize("size", [1, 2, 3])
def test_an_element_of_an_array_that_is_no_nest(sock: Socket, wireless: int, size: int) -> None:
    peers = attribute(PEERS | NESTED, attribute(ELEMENT, b"") + attribute(ELEMENT, bytes(size)))
    answer = refusal(sock, wireless, head(GET_FEATURES) + attribute(MEASUREMENTS | NESTED, peers))
    assert answer.errno == errno.ERANGE
    assert answer.extended == {MSG: b"Array element too short\0", OFFS: struct.pack("=I", 32)}


def inside_each_other(depth: int) -> bytes:
    """So many nests: measurements of peers on channels, which have measurements …"""
    inside = b""
    for level in reversed(range(depth)):
        inside = attribute((MEASUREMENTS, PEERS, ELEMENT, CHANNEL)[level % 4] | NESTED, inside)
    return inside


def test_nests_may_be_ten_deep_and_an_array_counts_once(sock: Socket, wireless: int) -> None:
    assert refusal(sock, wireless, head(GET_FEATURES) + inside_each_other(13)).errno == 0  # the innermost is empty
    answer = refusal(sock, wireless, head(GET_FEATURES) + inside_each_other(14))
    assert answer.errno == errno.EINVAL
    assert answer.extended == {MSG: b"allowed policy recursion depth exceeded\0"}


@pytest.mark.parametrize("size", [0, 7, 15, 17, 20])
def test_data_of_one_size_only(sock: Socket, size: int) -> None:
    answer = refusal(sock, family(sock, b"tcp_metrics"), head(1) + attribute(2, bytes(size)))
    assert (answer.errno, answer.text) == (errno.ERANGE, "binary attribute size out of range")
    sixteen = struct.pack("=I", 16)
    assert answer.extended[POLICY] == attribute(6, sixteen) + attribute(7, sixteen) + attribute(
        1, struct.pack("=I", 10)
    )
