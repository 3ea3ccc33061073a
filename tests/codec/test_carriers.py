"""Fields with an attribute for each address family, records in nests without their header, structs without padding."""

from __future__ import annotations

import struct

import pytest

from codec.test_filters import chosen
from netlynx.codec._codec import decode, encode
from netlynx.errors import EncodeError
from netlynx.kernel.policy import policy_of
from netlynx.schema import Layout, Record, attr, be16, be32, head, ip, ip4, member, nest, u8, u32
from netlynx.schema.compile import layout_size, plan_of, positions
from netlynx.schema.locate import locate
from netlynx.wire.message import Attribute
from netlynx.wire.message import nest as nested

FOUR, SIX = bytes([192, 0, 2, 1]), bytes([0x20, 0x01, 0x0D, 0xB8, *[0] * 11, 1])


class Head(Layout):
    kind: int = member(u8)
    pad: int = member(u8)
    number: int = member(be16)


class Ends(Record):
    source: str | None = attr((1, 1), ip, ip6=3)
    target: str | None = attr((1, 2), ip, ip6=4)


class Message(Record, header=Head):
    kind: int = head(default=0)
    number: int = head(default=0)
    gateway: str | None = attr(1, ip, ip6=7)
    count: int | None = attr(2, u32)


class Holder(Record, header=Head):
    kind: int = head(default=0)
    inner: Message | None = attr(5, nest(Message, headless=True))


class Packed(Layout, packed=True):
    number: int = member(be32)
    kind: int = member(u8)
    other: int = member(be32)


@pytest.mark.parametrize(("text", "type", "raw"), [("192.0.2.1", 1, FOUR), ("2001:db8::1", 7, SIX)])
def test_an_address_stands_in_the_attribute_of_its_family(text: str, type: int, raw: bytes) -> None:
    payload = bytes(4) + Attribute(type, raw).pack()
    assert encode(plan_of(Message), Message(gateway=text)) == payload
    assert decode(plan_of(Message), payload) == Message(gateway=text)


def test_it_does_so_within_a_nest_that_is_the_records_own() -> None:
    ends = Ends(source="192.0.2.1", target="2001:db8::1")
    payload = nested(1, [Attribute(1, FOUR), Attribute(4, SIX)]).pack()
    assert encode(plan_of(Ends), ends) == payload
    assert decode(plan_of(Ends), payload) == ends


def test_what_is_no_address_stays_raw() -> None:
    record = decode(plan_of(Message), bytes(4) + Attribute(7, b"abc").pack())
    assert record.gateway is None
    assert [(each.type, each.payload) for each in record.unknown] == [(7, b"abc")]


@pytest.mark.parametrize("wanted", ["192.0.2.1", "2001:db8::1"])
def test_a_filter_looks_at_both(wanted: str) -> None:
    payloads = [encode(plan_of(Message), Message(gateway=text)) for text in ("192.0.2.1", "2001:db8::1", "::2")]
    assert chosen(Message, payloads, gateway=wanted) == [Message(gateway=wanted)]


def test_a_refusal_names_the_field_whichever_attribute_it_was() -> None:
    for text in ("192.0.2.1", "2001:db8::1"):
        record = Message(gateway=text)
        assert locate(record, encode(plan_of(Message), record), 4) == "Message.gateway"


def test_the_kernels_side_knows_both_attributes() -> None:
    policy = policy_of(Message)
    assert sorted(policy.rules) == [1, 2, 7]
    assert policy.highest == 7


def test_only_addresses_of_either_family_have_two_attributes() -> None:
    with pytest.raises(TypeError, match="not for ip4"):
        attr(1, ip4, ip6=2)


def test_a_message_in_a_nest_has_no_header() -> None:
    holder = Holder(kind=9, inner=Message(count=5))
    payload = b"\x09\0\0\0" + nested(5, [Attribute(2, struct.pack("=I", 5))]).pack()
    assert encode(plan_of(Holder), holder) == payload
    assert decode(plan_of(Holder), payload) == holder
    assert encode(plan_of(Message), Message(kind=1, number=2, count=5))[:4] == b"\x01\0\0\x02"  # elsewhere it has one
    assert encode(plan_of(Holder), Holder(inner=Message(kind=1, number=2, count=5)))[4:] == payload[4:]
    assert locate(holder, payload, 8) == "Holder.inner.count"
    with pytest.raises(EncodeError, match=r"Holder\.inner\.count"):
        encode(plan_of(Holder), Holder(inner=Message(count=-1)))


def test_a_packed_struct_has_no_padding() -> None:
    assert layout_size(Packed) == (9, 1)
    assert positions(Packed) == {"number": (0, 4), "kind": (4, 1), "other": (5, 4)}
    raw = bytes(range(1, 10))
    packed = decode(plan_of(Packed), raw)
    assert (packed.number, packed.kind, packed.other) == (0x01020304, 5, 0x06070809)
    assert encode(plan_of(Packed), packed) == raw


def test_a_struct_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Measured(Layout):
        number: int = member(u32)
        kind: int = member(u8)

    asked: list[object] = []

    def counted(layout: type[Layout]) -> dict[str, tuple[int, int]]:
        asked.append(layout)
        return positions(layout)

    monkeypatch.setattr("netlynx.schema.compile.positions", counted)
    assert [layout_size(Measured) for _ in range(3)] == [(8, 4)] * 3  # as whoever makes a message for each row asks
    assert asked == [Measured]
