"""Addresses of which another attribute says the family, and what older kernels say in another attribute."""

from __future__ import annotations

import itertools
import struct
from ipaddress import IPv4Address
from random import Random
from typing import Any

import pytest

from codec.records import attribute, nested
from fuzz import ways
from netlynx.codec import _codec
from netlynx.errors import EncodeError
from netlynx.generic import GenericHeader
from netlynx.route import AddressFamily
from netlynx.schema import Record, attr, enum, ip, ip_of, nest, takes, u16, u32, u64
from netlynx.schema.compile import plan_of
from table_rows import complaints


class Counts(Record):
    many: int | None = attr(1, u64)


class End(Record):
    family: takes.Member[AddressFamily | None] = attr(7, enum(AddressFamily, u16))
    address: takes.Ip[str | None] = attr(3, ip_of("family"))


class Plain(Record, header=GenericHeader):
    address: takes.Ip[str | None] = attr(3, ip_of("family"))
    family: takes.Member[AddressFamily | None] = attr(7, enum(AddressFamily, u16))
    number: int | None = attr(4, u32)
    counts: takes.Nested[Counts | None] = attr(6, nest(Counts), older=5)


class Within(Record, header=GenericHeader):
    address: takes.Ip[str | None] = attr((1, 3), ip_of("family"))
    family: takes.Member[AddressFamily | None] = attr((1, 7), enum(AddressFamily, u16))
    number: int | None = attr((1, 4), u32)
    counts: takes.Nested[Counts | None] = attr((1, 6), nest(Counts), older=5)
    end: takes.Nested[End | None] = attr(2, nest(End))


HEADER = bytes((1, 1, 0, 0))
FOUR, SIX = bytes((192, 0, 2, 1)) + bytes(12), bytes((0x20, 1, 0xD, 0xB8)) + bytes(8) + b"\0\0\0\1"
BARE = bytes((0x20, 1, 0xD, 0xB8)) + bytes(12)
MEANT = {
    (2, FOUR): "192.0.2.1",
    (10, FOUR): "c000:201::",
    (2, BARE): "32.1.13.184",
    (10, BARE): "2001:db8::",
    (10, SIX): "2001:db8::1",
    (2, SIX): "32.1.13.184",
    (7, BARE): "2001:db8::",
    (None, BARE): "2001:db8::",
    (2, FOUR[:4]): "192.0.2.1",
    (10, FOUR[:4]): "192.0.2.1",
}


def parts(family: int | None, address: bytes, number: int, late: bool) -> bytes:
    said = [] if family is None else [attribute(7, struct.pack("=H", family))]
    rest = [attribute(3, address), attribute(4, struct.pack("=I", number))]
    return b"".join(rest + said if late else said + rest)


def message(cls: Any, *made: bytes) -> bytes:
    whole = b"".join(made)
    return HEADER + (nested(1, whole) + nested(2, *made[:1]) if cls is Within else whole)


@pytest.mark.parametrize("cls", [Plain, Within])
@pytest.mark.parametrize("late", [False, True], ids=["behind it", "before it"])
def test_the_family_is_looked_for_wherever_it_stands(cls: Any, late: bool) -> None:
    for (family, address), text in MEANT.items():
        record = _codec.decode(plan_of(cls), message(cls, parts(family, address, 3, late)))
        assert (record.address, record.family, record.number, record.unknown) == (text, family, 3, ())
        if cls is Within:
            assert record.end.address == text


@pytest.mark.parametrize("cls", [Plain, Within])
def test_all_ways_agree_whatever_came_before(cls: Any) -> None:
    """Messages with the same attributes at the same places, of which another family or address makes other values."""
    made = [
        message(cls, parts(family, address, number, late))
        for late in (False, True)
        for (family, address), number in itertools.product(MEANT, (3, 3, 4))
    ]
    for seed in range(12):
        shuffled = list(made)
        Random(seed).shuffle(shuffled)
        ways.check(cls, shuffled, Random(seed), complaints)


@pytest.mark.parametrize("cls", [Plain, Within])
def test_what_is_sent_is_of_the_family_that_is_said(cls: Any) -> None:
    for family, address in ((2, "192.0.2.1"), (10, "2001:db8::"), (None, "2001:db8::1"), (None, "192.0.2.1")):
        record = cls(family=family, address=address)
        assert _codec.decode(plan_of(cls), _codec.encode_record(record)) == record
    assert cls(address=IPv4Address("192.0.2.1")).address == "192.0.2.1"
    for family, address in ((2, "2001:db8::1"), (10, "192.0.2.1"), (7, "192.0.2.1")):
        with pytest.raises(EncodeError, match="address, and the family beside it is") as caught:
            _codec.encode_record(cls(family=family, address=address))
        assert caught.value.path == f"{cls.__name__}.address"


@pytest.mark.parametrize("cls", [Plain, Within])
def test_of_two_attributes_the_last_one_counts(cls: Any) -> None:
    old, new = nested(5, attribute(1, struct.pack("=I", 7))), nested(6, attribute(1, struct.pack("=Q", 2**33)))
    made = {None: b"", 7: old, 2**33: new}
    both = {2**33: old + new, 7: new + old}
    for many, payload in (*made.items(), *both.items()):
        record = _codec.decode(plan_of(cls), message(cls, payload))
        assert (None if record.counts is None else record.counts.many) == many
    messages = [message(cls, payload) for payload in (*made.values(), *both.values())] * 3
    for seed in range(12):
        Random(seed).shuffle(messages)
        ways.check(cls, messages, Random(seed), complaints)
    sent = _codec.encode_record(cls(counts=Counts(many=3)))
    assert attribute(1, struct.pack("=Q", 3)) in sent
    assert struct.pack("=H", 0x8006) in sent


def test_a_declaration_that_means_nothing_is_refused() -> None:
    class Alone(Record, header=GenericHeader):
        address: str | None = attr(3, ip_of("family"))

    class Apart(Record, header=GenericHeader):
        family: int | None = attr((1, 7), u16)
        address: str | None = attr(3, ip_of("family"))

    for cls in (Alone, Apart):
        with pytest.raises(TypeError, match=r"\.address: no attribute 'family' stands beside it"):
            plan_of(cls)
    with pytest.raises(TypeError, match="either family"):
        attr(3, ip, ip6=4, older=5)
