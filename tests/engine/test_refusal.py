"""What the kernel objects to, said in the words of the record: extended ACKs speak in byte offsets."""

from __future__ import annotations

import errno
import struct
from collections.abc import Sequence

import pytest

import netlynx
from netlynx import route
from netlynx.engine.exchange import DoExchange
from netlynx.engine.operation import Do
from netlynx.engine.refusal import describe_policy
from netlynx.errors import ENOTSUPP
from netlynx.schema.policy import AttributeType
from netlynx.wire.constants import NL_POLICY_TYPE_ATTR, NLMSGERR_ATTR
from netlynx.wire.message import Attribute, pack_attributes, parse_attributes
from toy import Entry, Hop, Limits, acknowledgement, add

SEQUENCE, PORT = 7, 4242
HEADER = 16  # struct nlmsghdr, from whose start the kernel counts
FIXED = 4  # the entry's own header

EVERYTHING = Entry(
    number=5,
    label="eth",
    limits=Limits(soft=1, hard=2),
    kind="toy",
    speed=10,
    others=(Limits(soft=3), Limits(soft=4, hard=5)),
    hops=(Hop(gateway=1), Hop(flags=1, gateway=2)),
)


def place(payload: bytes, types: Sequence[tuple[int, int]], fixed: int = FIXED) -> int:
    """Where an attribute starts, from the start of the message: each step is (type, how many of them to skip)."""
    at, end = fixed, len(payload)
    for depth, (number, skip) in enumerate(types):
        for attribute in parse_attributes(payload[at:end]):
            if attribute.type == number and not skip:
                break
            skip -= attribute.type == number
            at += 4 + (len(attribute.payload) + 3 & ~3)
        else:
            raise LookupError(number)
        if depth + 1 < len(types):
            end = at + 4 + len(attribute.payload)
            at += 4
    return HEADER + at


def u32(kind: int, number: int) -> Attribute:
    return Attribute(int(kind), struct.pack("=I", number))


def refused(operation: Do[None], *attributes: Attribute, number: int = errno.EINVAL) -> netlynx.NetlinkError:
    exchange = DoExchange(operation, SEQUENCE, PORT)
    message = bytearray(acknowledgement(SEQUENCE, PORT, number, attributes))
    exchange.feed(message, len(message))
    with pytest.raises(netlynx.NetlinkError) as caught:
        exchange.result()
    return caught.value


@pytest.mark.parametrize(
    ("types", "path"),
    [
        ([(1, 0)], "Entry.number"),
        ([(2, 0)], "Entry.label"),
        ([(3, 0)], "Entry.limits"),
        ([(3, 0), (2, 0)], "Entry.limits.hard"),
        ([(4, 0), (1, 0)], "Entry.kind"),
        ([(4, 0), (2, 0)], "Entry.speed"),
        ([(5, 0)], "Entry.others[0]"),
        ([(5, 1)], "Entry.others[1]"),
        ([(5, 1), (2, 0)], "Entry.others[1].hard"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_offset_becomes_the_path_of_the_field(types: list[tuple[int, int]], path: str) -> None:
    operation = add(EVERYTHING)
    offset = place(operation.payload, types)
    assert refused(operation, u32(NLMSGERR_ATTR.OFFS, offset)).attribute == path


@pytest.mark.parametrize("inside", [1, 4, 7])
def test_an_offset_inside_a_value_is_that_field_too(inside: int) -> None:
    operation = add(EVERYTHING)
    offset = place(operation.payload, [(1, 0)]) + inside
    assert refused(operation, u32(NLMSGERR_ATTR.OFFS, offset)).attribute == "Entry.number"


def test_an_entry_of_a_sequence_is_named_by_its_position() -> None:
    operation = add(EVERYTHING)
    start = place(operation.payload, [(6, 0)]) + 4
    size = struct.unpack_from("=H", operation.payload, start - HEADER)[0]
    for position in (0, 1):
        offset = start + position * size
        assert refused(operation, u32(NLMSGERR_ATTR.OFFS, offset)).attribute == f"Entry.hops[{position}]"
        gateway = refused(operation, u32(NLMSGERR_ATTR.OFFS, offset + 4)).attribute
        assert gateway == f"Entry.hops[{position}].gateway"


@pytest.mark.parametrize("offset", [0, HEADER, HEADER + FIXED - 1, 100_000])
def test_an_offset_that_hits_no_attribute_is_the_record(offset: int) -> None:
    assert refused(add(EVERYTHING), u32(NLMSGERR_ATTR.OFFS, offset)).attribute == "Entry"


def test_an_attribute_that_the_record_does_not_declare_is_named_by_its_number() -> None:
    operation = add(Entry(number=5, unknown=(netlynx.Attribute(99, b"\1\0\0\0"),)))
    offset = place(operation.payload, [(99, 0)])
    assert refused(operation, u32(NLMSGERR_ATTR.OFFS, offset)).attribute == "Entry.attribute 99"


def test_what_lies_in_a_routes_metrics_is_named() -> None:
    metrics = route.Metrics(mtu=1400, congestion_control="reno")
    operation = route.add(route.Route(destination="10.0.0.0/8", gateway="192.0.2.1", metrics=metrics))
    offset = place(operation.payload, [(8, 0), (2, 0)], fixed=12)  # RTA_METRICS, RTAX_MTU
    error = refused(operation, u32(NLMSGERR_ATTR.OFFS, offset), Attribute(int(NLMSGERR_ATTR.MSG), b"Invalid MTU\0"))
    assert error.attribute == "Route.metrics.mtu"
    assert str(error).startswith("route.add(")
    assert "Invalid MTU [Invalid argument (EINVAL)]; attribute Route.metrics.mtu" in str(error)


@pytest.mark.parametrize(
    ("nest", "number", "path"),
    [
        (None, 2, "Entry.label"),
        (None, 77, "Entry.attribute 77"),
        ([(3, 0)], 2, "Entry.limits.hard"),
        ([(4, 0)], 2, "Entry.speed"),
        ([(5, 1)], 1, "Entry.others[1].soft"),
    ],
)
def test_a_missing_attribute_is_named_with_the_nest_it_belongs_in(
    nest: list[tuple[int, int]] | None, number: int, path: str
) -> None:
    operation = add(EVERYTHING)
    attributes = [u32(NLMSGERR_ATTR.MISS_TYPE, number)]
    if nest is not None:
        attributes.append(u32(NLMSGERR_ATTR.MISS_NEST, place(operation.payload, nest)))
    error = refused(operation, *attributes)
    assert error.missing == path
    assert f"missing {path}" in str(error)
    assert error.attribute == ""


def policy(*attributes: tuple[int, str, int]) -> bytes:
    return pack_attributes([Attribute(int(kind), struct.pack(layout, value)) for kind, layout, value in attributes])


TYPE = NL_POLICY_TYPE_ATTR.TYPE
KINDS = AttributeType


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([(TYPE, "=I", KINDS.U8)], "u8"),
        (
            [
                (TYPE, "=I", KINDS.U16),
                (NL_POLICY_TYPE_ATTR.MIN_VALUE_U, "=Q", 1),
                (NL_POLICY_TYPE_ATTR.MAX_VALUE_U, "=Q", 4094),
            ],
            "u16 from 1 to 4094",
        ),
        (
            [
                (TYPE, "=I", KINDS.S32),
                (NL_POLICY_TYPE_ATTR.MIN_VALUE_S, "=q", -5),
                (NL_POLICY_TYPE_ATTR.MAX_VALUE_S, "=q", 5),
            ],
            "s32 from -5 to 5",
        ),
        ([(TYPE, "=I", KINDS.U32), (NL_POLICY_TYPE_ATTR.MIN_VALUE_U, "=Q", 1)], "u32 at least 1"),
        ([(TYPE, "=I", KINDS.STRING), (NL_POLICY_TYPE_ATTR.MAX_LENGTH, "=I", 15)], "string up to 15 bytes"),
        (
            [
                (TYPE, "=I", KINDS.BINARY),
                (NL_POLICY_TYPE_ATTR.MIN_LENGTH, "=I", 4),
                (NL_POLICY_TYPE_ATTR.MAX_LENGTH, "=I", 16),
            ],
            "binary from 4 to 16 bytes",
        ),
        (
            [(TYPE, "=I", KINDS.BITFIELD32), (NL_POLICY_TYPE_ATTR.BITFIELD32_MASK, "=I", 7)],
            "bitfield32 with bits of 0x7",
        ),
        ([(TYPE, "=I", KINDS.U32), (NL_POLICY_TYPE_ATTR.MASK, "=Q", 0xF0)], "u32 with bits of 0xf0"),
        ([(TYPE, "=I", 250)], "type 250"),
        ([(TYPE, "=Hx", 3)], ""),
    ],
)
def test_a_policy_is_put_into_words(parts: list[tuple[int, str, int]], words: str) -> None:
    assert describe_policy(policy(*parts)) == words


def test_the_policy_that_was_broken_is_in_the_error() -> None:
    operation = add(EVERYTHING)
    broken = policy(
        (TYPE, "=I", KINDS.U32), (NL_POLICY_TYPE_ATTR.MIN_VALUE_U, "=Q", 0), (NL_POLICY_TYPE_ATTR.MAX_VALUE_U, "=Q", 9)
    )
    error = refused(
        operation,
        u32(NLMSGERR_ATTR.OFFS, place(operation.payload, [(1, 0)])),
        Attribute(int(NLMSGERR_ATTR.POLICY), broken, nested=True),
        number=errno.ERANGE,
    )
    assert (error.attribute, error.policy) == ("Entry.number", "u32 from 0 to 9")
    assert str(error).endswith("; attribute Entry.number; the kernel takes u32 from 0 to 9")


@pytest.mark.parametrize(
    ("number", "builtin"),
    [
        (errno.EPERM, PermissionError),
        (errno.EOPNOTSUPP, netlynx.NotSupported),
        (ENOTSUPP, netlynx.NotSupported),
        (errno.ENODEV, FileNotFoundError),
        (errno.EEXIST, FileExistsError),
        (errno.EBUSY, BlockingIOError),
        (errno.ERANGE, netlynx.NetlinkError),
    ],
)
def test_refusals_are_the_builtin_exceptions_too(number: int, builtin: type[Exception]) -> None:
    error = refused(add(EVERYTHING), number=number)
    assert isinstance(error, builtin)
    assert error.errno == number
    assert "Unknown error" not in str(error)
