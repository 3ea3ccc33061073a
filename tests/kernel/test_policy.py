"""Policies from declarations: what no protocol of the conformance suite shows, in the kernel's words."""

from __future__ import annotations

import errno
import struct

import pytest

from netlynx.errors import NetlinkError
from netlynx.kernel import ExtendedAck, Policy, Request, Rule, Validation, VirtualKernel
from netlynx.kernel.policy import check_attributes, check_request, policy_of
from netlynx.schema import (
    Record,
    attr,
    binary,
    bitfield32,
    flag,
    indexed,
    multi,
    nest,
    s16,
    select,
    sint,
    string,
    u8,
    u32,
    uint,
)
from netlynx.schema.policy import AttributeType
from netlynx.wire.constants import NL_POLICY_TYPE_ATTR
from netlynx.wire.message import Attribute, pack_attributes, parse_acknowledgement, parse_attributes
from netlynx.wire.message import nest as nested
from virtual import GET, NEW, PROTOCOL, receive, request

STRICT, LIBERAL = Validation.STRICT, Validation.LIBERAL


class Inner(Record):
    level: int | None = attr(2, u8)
    deeper: Inner | None = attr(3, nest(lambda: Inner))


class Outer(Record):
    number: int | None = attr(1, u32)
    signed: int | None = attr(2, s16)
    text: str | None = attr(3, string(3))
    data: bytes | None = attr(4, binary(3))
    present: bool = attr(5, flag)
    bits: object = attr(6, bitfield32)
    size: int | None = attr(7, uint)
    step: int | None = attr(8, sint)
    inner: Inner | None = attr(9, nest(Inner))
    inline: int | None = attr((10, 1), u32)
    beside: int | None = attr((10, 4), u8)
    several: tuple[int, ...] = attr(11, multi(u8))
    levels: tuple[Inner, ...] = attr(12, indexed(nest(Inner)))
    numbers: tuple[int, ...] = attr(13, indexed(u32))
    chosen: object = attr(14, select("text", {"a": nest(Inner)}))
    bare: Inner | None = attr(16, nest(Inner, bare=True))
    last: int | None = attr(20, u8)


def refusal(*attributes: Attribute, validation: Validation = STRICT) -> tuple[int, str, ExtendedAck]:
    """Errno, words and extended acknowledgement of the check of some attributes; errno 0 if they pass."""
    extack = ExtendedAck()
    try:
        check_request(Outer, pack_attributes(attributes), validation, extack)
    except NetlinkError as error:
        return error.errno or 0, error.message, extack
    return 0, extack.message, extack


def described(extack: ExtendedAck) -> dict[int, int]:
    return {
        each.type: int.from_bytes(each.payload, "little", signed=each.type in (2, 3))
        for each in parse_attributes(extack.policy)
    }


@pytest.mark.parametrize(
    "attribute",
    [
        Attribute(1, bytes(4)),
        Attribute(2, bytes(2)),
        Attribute(3, b"abc\0"),
        Attribute(4, b""),
        Attribute(5),
        Attribute(6, bytes(8)),
        Attribute(7, bytes(4)),
        Attribute(7, bytes(8)),
        Attribute(8, b"\xff" * 4),
        Attribute(9, nested=True),
        nested(9, [nested(3, [nested(3, [Attribute(2, b"\1")])])]),
        nested(10, [Attribute(1, bytes(4)), Attribute(4, b"\1")]),
        Attribute(11, b"\1"),
        nested(12, [nested(0, [Attribute(2, b"\1")]), Attribute(7), nested(1, [])]),
        nested(13, [Attribute(1, bytes(4)), Attribute(2, bytes(4))]),
        nested(14, [Attribute(2, b"\1")]),
        Attribute(14, b"anything"),
        Attribute(16, Attribute(2, b"\1").pack()),
    ],
)
def test_what_fits_passes_the_strictest_check(attribute: Attribute) -> None:
    assert refusal(attribute)[:2] == (0, "")


@pytest.mark.parametrize(
    ("attribute", "number", "text"),
    [
        (Attribute(2, bytes(4)), errno.EINVAL, "invalid attribute length"),
        (Attribute(7, bytes(2)), errno.EINVAL, "invalid attribute length"),
        (Attribute(11, bytes(2)), errno.EINVAL, "invalid attribute length"),
        (Attribute(5, b"x"), errno.ERANGE, "Attribute failed policy validation"),
        (Attribute(6, bytes(4)), errno.ERANGE, "Attribute failed policy validation"),
        (Attribute(4, b"1234"), errno.ERANGE, "Attribute failed policy validation"),
        (Attribute(9, bytes(8)), errno.EINVAL, "NLA_F_NESTED is missing"),
        (Attribute(4, b"", nested=True), errno.EINVAL, "NLA_F_NESTED not expected"),
        (Attribute(12, bytes(8)), errno.EINVAL, "NLA_F_NESTED is missing"),
        (Attribute(15, b""), errno.EINVAL, "Unsupported attribute"),
        (Attribute(21, b""), errno.EINVAL, "Unknown attribute type"),
    ],
)
def test_what_does_not_fit_is_refused_in_the_kernels_words(attribute: Attribute, number: int, text: str) -> None:
    found, words, extack = refusal(Attribute(1, bytes(4)), attribute)
    assert (found, words, extack.offset) == (number, text, 16 + 8)


@pytest.mark.parametrize(
    "attribute",
    [
        Attribute(1, bytes(9)),
        Attribute(2, bytes(4)),
        Attribute(9, bytes(4) + b"\0\0"),
        Attribute(15, b"x"),
        Attribute(99),
    ],
)
def test_old_policies_take_more(attribute: Attribute) -> None:
    assert refusal(attribute, validation=LIBERAL)[0] == 0


def test_an_offset_points_into_nests() -> None:
    inside = nested(9, [nested(3, [Attribute(2, b"\1"), Attribute(2, b"\1\2")])])
    _, text, extack = refusal(Attribute(1, bytes(4)), inside)
    assert (text, extack.offset) == ("invalid attribute length", 16 + 8 + 4 + 4 + 8)


def test_a_nest_whose_fields_are_the_records_own_is_checked_as_well() -> None:
    _, text, extack = refusal(nested(10, [Attribute(1, bytes(2))]))
    assert (text, extack.offset) == ("invalid attribute length", 16 + 4)
    assert refusal(nested(10, [Attribute(2, b"")]))[1] == "Unsupported attribute"


def test_each_element_of_an_array_is_checked() -> None:
    _, text, extack = refusal(nested(12, [nested(1, [Attribute(2, b"\1")]), nested(2, [Attribute(2, b"\1\2")])]))
    assert (text, extack.offset) == ("invalid attribute length", 16 + 4 + 12 + 4)
    number, text, extack = refusal(nested(12, [nested(1, [Attribute(2, b"\1")]), Attribute(2, b"ab")]))
    assert (number, text, extack.offset) == (errno.ERANGE, "Array element too short", 16 + 4 + 12)


def test_nests_in_nests_have_an_end() -> None:
    deep = nested(3, [])
    for _ in range(12):
        deep = nested(3, [deep])
    assert refusal(nested(9, [deep]))[1] == "allowed policy recursion depth exceeded"


def test_a_policy_is_described_by_type_and_range() -> None:
    name = NL_POLICY_TYPE_ATTR
    signed = described(refusal(Attribute(2, bytes(4)))[2])
    assert signed == {name.MIN_VALUE_S: -(2**15), name.MAX_VALUE_S: 2**15 - 1, name.TYPE: AttributeType.S16}
    auto = described(refusal(Attribute(7, bytes(2)))[2])
    assert auto == {name.MIN_VALUE_U: 0, name.MAX_VALUE_U: 2**64 - 1, name.TYPE: AttributeType.UINT}
    bits = described(refusal(Attribute(6, b""))[2])
    assert bits == {name.BITFIELD32_MASK: 2**32 - 1, name.TYPE: AttributeType.BITFIELD32}
    assert described(refusal(Attribute(5, b"x"))[2]) == {name.TYPE: AttributeType.FLAG}


RULES = Policy(
    {
        1: Rule(AttributeType.U8, 1, low=2, high=5),
        2: Rule(AttributeType.S32, 4, low=-3),
        3: Rule(AttributeType.U32, 4, mask=0b101),
        4: Rule(AttributeType.BINARY, low=6, high=6),
        5: Rule(AttributeType.NUL_STRING, longest=3),
        6: Rule(AttributeType.BITFIELD32, mask=0b1),
    },
    highest=6,
)


@pytest.mark.parametrize(
    ("attribute", "number", "text"),
    [
        (Attribute(1, b"\1"), errno.ERANGE, "integer out of range"),
        (Attribute(1, b"\6"), errno.ERANGE, "integer out of range"),
        (Attribute(1, b"\5"), 0, ""),
        (Attribute(2, struct.pack("=i", -4)), errno.ERANGE, "integer out of range"),
        (Attribute(2, struct.pack("=i", -3)), 0, ""),
        (Attribute(3, struct.pack("=I", 0b10)), errno.EINVAL, "reserved bit set"),
        (Attribute(3, struct.pack("=I", 0b100)), 0, ""),
        (Attribute(4, bytes(5)), errno.ERANGE, "binary attribute size out of range"),
        (Attribute(4, bytes(7)), errno.ERANGE, "binary attribute size out of range"),
        (Attribute(4, bytes(6)), 0, ""),
        (Attribute(5, b"abc"), errno.EINVAL, "Attribute failed policy validation"),
        (Attribute(5, b"abcd\0"), errno.EINVAL, "Attribute failed policy validation"),
        (Attribute(5, b"abc\0"), 0, ""),
        (Attribute(6, struct.pack("=II", 0, 0)), 0, ""),
        (Attribute(6, struct.pack("=II", 1, 1)), 0, ""),
        (Attribute(6, struct.pack("=II", 1, 0)), errno.EINVAL, "Attribute failed policy validation"),
        (Attribute(6, struct.pack("=II", 2, 2)), errno.EINVAL, "Attribute failed policy validation"),
    ],
)
def test_rules_of_ones_own_narrow_what_is_taken(attribute: Attribute, number: int, text: str) -> None:
    extack, found = ExtendedAck(), 0
    try:
        check_attributes(RULES, attribute.pack(), 0, STRICT, extack)
    except NetlinkError as error:
        found = error.errno or 0
    assert (found, extack.message) == (number, text)


def test_ranges_and_masks_are_described() -> None:
    name = NL_POLICY_TYPE_ATTR
    found = [{each.type for each in parse_attributes(RULES.rules[kind].description())} for kind in (1, 2, 3, 4)]
    assert found == [
        {name.MIN_VALUE_U, name.MAX_VALUE_U, name.TYPE},
        {name.MIN_VALUE_S, name.MAX_VALUE_S, name.TYPE},
        {name.MASK, name.TYPE},
        {name.MIN_LENGTH, name.MAX_LENGTH, name.TYPE},
    ]


def test_a_policy_is_made_once() -> None:
    assert policy_of(Outer) is policy_of(Outer)
    assert policy_of(Outer).highest == 20


def test_a_handler_may_check_its_request_itself(kernel: VirtualKernel) -> None:
    service = kernel.serve(PROTOCOL)
    seen: list[int | None] = []

    @service.do(NEW)
    def new(request: Request) -> None:
        seen.append(request.parse(Outer, STRICT).number)

    service.do(GET, record=Outer, validation=STRICT)(lambda request: None)
    user = kernel.open(PROTOCOL)
    user.send(request(NEW, Attribute(1, struct.pack("=I", 7)).pack()))
    assert seen == [7]
    for kind in (NEW, GET):
        user.send(request(kind, Attribute(1, bytes(8)).pack()))
        answer = parse_acknowledgement(receive(user)[0])
        assert (answer.errno, answer.text, answer.offset) == (errno.EINVAL, "invalid attribute length", 16)


def test_what_is_beyond_the_sound_part_is_not_decoded(kernel: VirtualKernel) -> None:
    service = kernel.serve(PROTOCOL)
    seen: list[Outer] = []
    service.do(NEW, record=Outer, validation=LIBERAL)(lambda request: seen.append(request.record))
    kernel.open(PROTOCOL).send(request(NEW, Attribute(1, struct.pack("=I", 7)).pack() + b"\xff\xff\1\0"))
    assert seen == [Outer(number=7)]
