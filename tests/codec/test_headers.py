"""Fields of the fixed header, and those that an attribute carries too."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codec.records import Colour, Header, Pair, attribute, decode, encode
from netlynx.errors import DecodeError, EncodeError
from netlynx.schema import Attribute, Layout, Record, attr, enum, head, hook, member, u8, u32
from netlynx.schema import struct as struct_of

octets = st.integers(0, 255)


class Shown(Record, header=Header):
    """Not all of the header, and not in its order."""

    id: int = head()
    colour: Colour | int = head()
    flag: int = head("small")


class Mirrored(Record, header=Header):
    table: int | None = attr(1, u32, header="length", overflow=252)
    flags: int | None = attr(2, u32, header="small", overflow=-1)
    colour: Colour | int | None = attr(3, enum(Colour, u32), header="colour", overflow=255)


class Odd(Layout):
    length: int = member(u8)
    pair: Pair | None = member(struct_of(Pair))


class Hooked(Record, header=Odd):
    length: int = head(kind=hook(lambda raw: {1: "one"}[raw[0]], lambda value: b"\1" * len(value)), default="one")
    pair: Pair | None = head(default=None)


def packed(family: int, length: int, small: int, colour: int, number: int) -> bytes:
    return struct.pack("=BBBBI", family, length, small, colour, number)


@given(small=octets, colour=octets, number=st.integers(0, 2**32 - 1))
def test_what_is_shown_comes_back(small: int, colour: int, number: int) -> None:
    payload = packed(0, 0, small, colour, number)
    record = decode(Shown, payload)
    assert (record.flag, record.colour, record.id) == (small, colour, number)
    assert encode(record) == payload


@pytest.mark.parametrize(
    ("record", "path"),
    [
        (lambda: Shown(id=2**32), "Shown.id"),
        (lambda: Shown(flag=256), "Shown.flag"),
        (lambda: Shown(colour=-1), "Shown.colour"),
        (lambda: Shown(id="x"), "Shown.id"),  # type: ignore[arg-type]
        (lambda: Mirrored(table=-1), "Mirrored.table"),
        (lambda: Mirrored(table=2**32), "Mirrored.table"),
        (lambda: Mirrored(colour="pink"), "Mirrored.colour"),  # type: ignore[arg-type]
    ],
)
def test_a_bad_one_is_named(record: Callable[[], Any], path: str) -> None:
    with pytest.raises(EncodeError) as caught:
        encode(record())
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("field", "number", "attribute_number", "in_header"),
    [
        ("table", 0, 1, 0),
        ("table", 254, 1, 254),
        ("table", 255, 1, 255),
        ("table", 256, 1, 252),
        ("table", 2**32 - 1, 1, 252),
        ("flags", 255, 2, 255),
        ("flags", 256, 2, 0),
        ("flags", 0x12345, 2, 0x45),
        ("colour", 200, 3, 200),
        ("colour", 1000, 3, 255),
    ],
)
def test_a_large_number_has_a_stand_in_in_the_header(
    field: str, number: int, attribute_number: int, in_header: int
) -> None:
    payload = encode(Mirrored(**{field: number}))
    position = {"table": 1, "flags": 2, "colour": 3}[field]
    assert payload[position] == in_header
    assert payload[8:] == attribute(attribute_number, number.to_bytes(4, "little"))
    assert getattr(decode(Mirrored, payload), field) == number


@given(table=st.integers(0, 2**32 - 1), flags=st.integers(0, 2**32 - 1), colour=st.integers(0, 2**32 - 1))
def test_the_attribute_wins_over_the_header(table: int, flags: int, colour: int) -> None:
    record = Mirrored(table=table, flags=flags, colour=colour)
    assert decode(Mirrored, encode(record)) == record


def test_the_header_alone_does() -> None:
    assert decode(Mirrored, packed(0, 254, 7, 2, 0)) == Mirrored(table=254, flags=7, colour=Colour.GREEN)


def test_an_attribute_that_does_not_fit_leaves_the_header_its_say() -> None:
    record = decode(Mirrored, packed(0, 254, 0, 0, 0) + attribute(1, b"abc"))
    assert (record.table, record.unknown) == (254, (Attribute(1, b"abc"),))


def test_a_name_is_an_enum_in_both_places() -> None:
    assert encode(Mirrored(colour="green"))[3] == 2  # type: ignore[arg-type]


class TestHooksAndStructs:
    def test_they_stand_in_headers_too(self) -> None:
        record = Hooked(length="x", pair=Pair(low=1, high=2, name="abc"))  # type: ignore[arg-type]
        assert decode(Hooked, encode(record)).pair == record.pair

    def test_an_error_names_the_field_and_its_place(self) -> None:
        with pytest.raises(DecodeError) as caught:
            decode(Hooked, b"\2" + bytes(19))
        assert str(caught.value) == "Hooked.length: cannot be decoded: 2 (at byte 0)"

    def test_more_bytes_than_the_header_has_are_refused(self) -> None:
        with pytest.raises(EncodeError, match=r"^Hooked\.length: 2 bytes where 1 are the most$"):
            encode(Hooked(length="ab"))  # type: ignore[arg-type]


@pytest.mark.parametrize("size", range(8))
def test_a_short_header_is_an_error(size: int) -> None:
    with pytest.raises(DecodeError, match=rf"^Shown: {size} bytes are too few for the 8-byte header \(at byte 0\)$"):
        decode(Shown, bytes(size))


def test_a_header_member_that_is_none_is_refused_when_it_is_declared() -> None:
    class Wrong(Record, header=Header):
        size: int = head()

    with pytest.raises(TypeError, match=r"^Wrong\.size: the header has no member 'size'$"):
        decode(Wrong, bytes(8))
