"""What is checked of attributes, how strictly, and how a refusal names the attribute and its policy."""

from __future__ import annotations

import errno
import struct

import pytest

from conformance.messages import (
    ADD_LINK,
    CAP_ACK,
    EXT_ACK,
    GET_LINK,
    LOOPBACK,
    MSG,
    NOWHERE,
    OFFS,
    POLICY,
    SET_LINK,
    SOL_NETLINK,
    STRICT,
    Answer,
    all_answers,
    attribute,
    link,
    request,
)
from conformance.sides import ROUTE, Side, Socket

ADDRESS, NAME, MTU, INFO, EXTENDED, UNKNOWN = 1, 3, 4, 18, 29, 200  # IFLA_*, and one that no kernel has
NESTED = 0x8000
U32 = attribute(4, bytes(8)) + attribute(5, struct.pack("=Q", 2**32 - 1)) + attribute(1, struct.pack("=I", 4))
STRING_15 = attribute(7, struct.pack("=I", 15)) + attribute(1, struct.pack("=I", 11))
BINARY_32 = attribute(7, struct.pack("=I", 32)) + attribute(1, struct.pack("=I", 10))
NEST = attribute(1, struct.pack("=I", 13))
LEFTOVER = "bytes leftover after parsing attributes"
FAILED = "Attribute failed policy validation"


@pytest.fixture
def lax(side: Side) -> Socket:
    sock = side.bound(77, protocol=ROUTE)
    for option in (EXT_ACK, CAP_ACK):
        sock.setsockopt(SOL_NETLINK, option, 1)
    return sock


@pytest.fixture
def strict(lax: Socket) -> Socket:
    lax.setsockopt(SOL_NETLINK, STRICT, 1)
    return lax


def refusal(sock: Socket, payload: bytes, kind: int = GET_LINK) -> Answer:
    """The acknowledgement of a request, whatever it says."""
    sock.send(request(kind, payload, ack=True))
    return all_answers(sock)[-1]


@pytest.mark.parametrize(
    ("wrong", "policy"),
    [
        (attribute(MTU, b""), U32),
        (attribute(MTU, b"ab"), U32),
        (attribute(EXTENDED, b"abc"), U32),
        (attribute(NAME, b""), STRING_15),
        (attribute(NAME, b"a" * 16), STRING_15),
        (attribute(NAME, b"a" * 16 + b"\0"), STRING_15),
        (attribute(ADDRESS, bytes(33)), BINARY_32),
        (attribute(INFO, b"a"), NEST),
        (attribute(INFO, b"abc"), NEST),
    ],
)
def test_a_refusal_names_the_attribute_and_its_policy(lax: Socket, wrong: bytes, policy: bytes) -> None:
    answer = refusal(lax, link(LOOPBACK) + wrong)
    assert answer.errno == errno.ERANGE
    assert answer.extended == {MSG: FAILED.encode() + b"\0", OFFS: struct.pack("=I", 32), POLICY: policy}


def test_the_parts_of_an_extended_acknowledgement_have_an_order(lax: Socket) -> None:
    answer = refusal(lax, link(LOOPBACK) + attribute(MTU, b"ab"))
    assert list(answer.extended) == [MSG, OFFS, POLICY]


def test_the_offset_counts_from_the_start_of_the_request(lax: Socket) -> None:
    answer = refusal(
        lax, link(LOOPBACK) + attribute(NAME, b"lo\0") + attribute(EXTENDED, bytes(4)) + attribute(MTU, b"")
    )
    assert answer.extended[OFFS] == struct.pack("=I", 16 + 16 + 8 + 8)


def test_the_first_attribute_at_fault_is_named(lax: Socket) -> None:
    answer = refusal(lax, link(LOOPBACK) + attribute(MTU, b"") + attribute(NAME, b""))
    assert answer.extended[OFFS] == struct.pack("=I", 32)


@pytest.mark.parametrize(
    "right",
    [
        attribute(NAME, b"a" * 15),
        attribute(NAME, b"a" * 15 + b"\0"),
        attribute(NAME, b"\0"),
        attribute(EXTENDED, bytes(8)),
        attribute(MTU, bytes(16)),
        attribute(ADDRESS, bytes(32)),
        attribute(ADDRESS, b""),
        attribute(INFO, b""),
        attribute(INFO | NESTED, b""),
        attribute(MTU | NESTED, bytes(4)),
        attribute(UNKNOWN, b"anything"),
        attribute(0, b"anything"),
    ],
)
def test_what_old_policies_let_pass(lax: Socket, right: bytes) -> None:
    answer = refusal(lax, link(NOWHERE) + right)
    assert (answer.errno, answer.flags & 0x200) == (errno.ENODEV, 0)


def test_an_attribute_may_come_twice_and_the_last_one_counts(lax: Socket) -> None:
    assert refusal(lax, link() + attribute(NAME, b"none\0") + attribute(NAME, b"lo\0")).errno == 0
    assert refusal(lax, link() + attribute(NAME, b"lo\0") + attribute(NAME, b"none\0")).errno == errno.ENODEV


@pytest.mark.parametrize("kind", [UNKNOWN, 0, 0x3FFF])
def test_strict_checking_refuses_unknown_attributes(strict: Socket, kind: int) -> None:
    answer = refusal(strict, link(LOOPBACK) + attribute(kind, b"ab"))
    assert (answer.errno, answer.text) == (errno.EINVAL, "Unknown attribute type")
    assert answer.extended[OFFS] == struct.pack("=I", 32)
    assert POLICY not in answer.extended


@pytest.mark.parametrize("rest", [b"\2\0\1", b"\3\0\1\0", b"\0\0\0\0", b"\x30\0\1\0abcd"])
def test_strict_checking_refuses_leftovers(strict: Socket, rest: bytes) -> None:
    answer = refusal(strict, link(LOOPBACK) + rest)
    assert (answer.errno, answer.text, set(answer.extended)) == (errno.EINVAL, LEFTOVER, {MSG})


@pytest.mark.parametrize("rest", [b"\2\0\1", b"\3\0\1\0", b"\x30\0\1\0abcd"])
def test_without_it_leftovers_are_but_warned_of(lax: Socket, rest: bytes) -> None:
    answer = refusal(lax, link(LOOPBACK) + rest)
    assert (answer.errno, answer.text, set(answer.extended)) == (0, LEFTOVER, {MSG})


def test_attributes_before_a_leftover_count(lax: Socket) -> None:
    assert refusal(lax, link() + attribute(NAME, b"lo\0") + b"\2\0\1").errno == 0


def test_strict_checking_is_for_reading_only(strict: Socket) -> None:
    assert refusal(strict, link(LOOPBACK) + attribute(UNKNOWN, b"ab"), SET_LINK).errno == 0


@pytest.mark.parametrize("size", [1, 4, 15])
def test_a_header_cut_short(lax: Socket, size: int) -> None:
    answer = refusal(lax, link(LOOPBACK)[:size], SET_LINK)
    assert (answer.errno, answer.text) == (errno.EINVAL, "Invalid header length")


@pytest.mark.parametrize("size", [1, 4, 15])
def test_a_header_cut_short_in_the_words_of_a_handler(lax: Socket, size: int) -> None:
    answer = refusal(lax, link(LOOPBACK)[:size])
    assert (answer.errno, answer.text) == (errno.EINVAL, "Invalid header for get link")


def test_strict_checking_wants_what_is_not_used_to_be_0(strict: Socket) -> None:
    answer = refusal(strict, link(LOOPBACK, flags=1))
    assert (answer.errno, answer.text) == (errno.EINVAL, "Invalid values in header for get link request")


def test_without_it_a_header_may_say_anything(lax: Socket) -> None:
    assert refusal(lax, link(LOOPBACK, flags=1)).errno == 0


def test_strict_checking_refuses_known_attributes_that_have_no_meaning_there(strict: Socket) -> None:
    answer = refusal(strict, link(LOOPBACK) + attribute(MTU, bytes(4)))
    assert (answer.errno, answer.text) == (errno.EINVAL, "Unsupported attribute in get link request")


def test_a_policy_is_checked_before_anything_is_looked_up(lax: Socket) -> None:
    assert refusal(lax, link(NOWHERE) + attribute(MTU, b"ab")).errno == errno.ERANGE


def test_neither_name_nor_index_is_invalid(lax: Socket) -> None:
    answer = refusal(lax, link())
    assert (answer.errno, answer.flags & 0x200) == (errno.EINVAL, 0)


def test_without_ext_ack_only_the_errno_is_told(side: Side) -> None:
    sock = side.bound(77, protocol=ROUTE)
    data = request(GET_LINK, link(LOOPBACK) + attribute(MTU, b"ab"))
    sock.send(data)
    (answer,) = all_answers(sock)
    assert (answer.flags, answer.payload) == (0, struct.pack("=i", -errno.ERANGE) + data)


def test_a_policy_guards_changes_as_well(lax: Socket) -> None:
    answer = refusal(lax, link(LOOPBACK) + attribute(MTU, b"ab"), ADD_LINK)
    assert (answer.errno, answer.extended[POLICY]) == (errno.ERANGE, U32)


GET_ACTION, ROOT_FLAGS, DUMP = 50, 2, 0x300  # linux/rtnetlink.h, linux/netlink.h
FLAGS = attribute(10, struct.pack("=I", 3)) + attribute(1, struct.pack("=I", 15))


def bits(lax: Socket, payload: bytes) -> Answer:
    """The end of a dump whose request has flags with a mask."""
    lax.send(request(GET_ACTION, bytes(4) + attribute(ROOT_FLAGS, payload), DUMP))
    return all_answers(lax)[-1]


@pytest.mark.parametrize(("value", "selector"), [(0, 0), (1, 1), (0, 3), (2, 3)])
def test_bits_that_are_selected_and_known(lax: Socket, value: int, selector: int) -> None:
    assert bits(lax, struct.pack("=II", value, selector)).errno == 0


@pytest.mark.parametrize(
    ("payload", "number"),
    [
        (struct.pack("=II", 1, 0), errno.EINVAL),
        (struct.pack("=II", 8, 8), errno.EINVAL),
        (struct.pack("=II", 0, 8), errno.EINVAL),
        (b"1234", errno.ERANGE),
        (bytes(12), errno.ERANGE),
    ],
)
def test_bits_that_are_not(side: Side, lax: Socket, payload: bytes, number: int) -> None:
    answer = bits(lax, payload)
    assert (answer.errno, answer.text) == (number, FAILED)
    side.since((6, 10), "the end of a dump carries more than words")
    assert (answer.extended[OFFS], answer.extended[POLICY]) == (struct.pack("=I", 20), FLAGS)
