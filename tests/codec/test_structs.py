"""C structs: padding as the compiler adds it, shorter and longer ones, arrays, structs in structs."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codec.records import Colour, Marks, Pair, attribute, decode, encode, one
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema import (
    Attribute,
    Bitfield32,
    Layout,
    array,
    be16,
    be32,
    bitfield32,
    enum,
    ip4,
    ip6,
    member,
    s16,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema import struct as struct_of
from strategies import layouts


class Wide(Layout):
    flag: int = member(u8)
    counter: int = member(u64)
    port: int = member(be16)
    pair: Pair | None = member(struct_of(Pair))
    colour: int = member(enum(Colour, u8))
    marks: int = member(enum(Marks, u16))
    table: tuple[int, ...] = member(array(s16, 3))
    address: str | None = member(ip4)
    end: int = member(be32)


class CPair(ctypes.Structure):
    _fields_ = (("low", ctypes.c_uint8), ("high", ctypes.c_uint32), ("name", ctypes.c_char * 6))


class CWide(ctypes.Structure):
    _fields_ = (
        ("flag", ctypes.c_uint8),
        ("counter", ctypes.c_uint64),
        ("port", ctypes.c_uint16),
        ("pair", CPair),
        ("colour", ctypes.c_uint8),
        ("marks", ctypes.c_uint16),
        ("table", ctypes.c_int16 * 3),
        ("address", ctypes.c_uint32),
        ("end", ctypes.c_uint32),
    )


def test_padding_is_that_of_the_compiler() -> None:
    wide = Wide(flag=1, counter=2, pair=Pair(low=3, high=4, name="six..."), colour=2, marks=3, table=(-1, 0, 1))
    there = CWide.from_buffer_copy(encode(wide))
    assert (there.flag, there.counter, there.pair.low, there.pair.high, there.pair.name) == (1, 2, 3, 4, b"six...")
    assert (there.colour, there.marks, tuple(there.table)) == (2, 3, (-1, 0, 1))
    assert len(encode(wide)) == ctypes.sizeof(CWide)


@given(wide=layouts(Wide))
def test_a_struct_comes_back_from_its_bytes(wide: Wide) -> None:
    assert decode(Wide, encode(wide)) == wide


@given(wide=layouts(Wide), size=st.integers(0, ctypes.sizeof(CWide)))
def test_a_shorter_one_has_defaults_at_the_end(wide: Wide, size: int) -> None:
    short = decode(Wide, encode(wide)[:size])
    for name in Wide.__struct_fields__[:-1]:
        end = getattr(CWide, name).offset + getattr(CWide, name).size
        assert getattr(short, name) == getattr(wide if end <= size else Wide(), name)


@given(wide=layouts(Wide), tail=st.binary(min_size=1, max_size=40))
def test_a_longer_one_keeps_its_tail(wide: Wide, tail: bytes) -> None:
    longer = encode(wide) + tail
    assert decode(Wide, longer).tail == tail
    assert encode(decode(Wide, longer)) == longer


def test_it_is_an_attribute_too() -> None:
    record = one(struct_of(Pair))(value=Pair(low=1, high=2, name="x", tail=b"new"))
    assert encode(record) == attribute(1, struct.pack("=BxxxI6sxx", 1, 2, b"x") + b"new")
    assert decode(type(record), encode(record)) == record


def test_a_bitfield_is_a_value_and_a_selector() -> None:
    record = one(bitfield32)(value=Bitfield32(value=1, selector=3))
    assert encode(record) == attribute(1, struct.pack("=II", 1, 3))
    assert decode(type(record), encode(record)) == record


@pytest.mark.parametrize("value", [5, (1, 2), Bitfield32(), Pair])
def test_another_struct_is_refused(value: Any) -> None:
    with pytest.raises(EncodeTypeError, match=r"^One\.value: expected Pair, not "):
        encode(one(struct_of(Pair))(value=value))


@pytest.mark.parametrize(
    ("wide", "path", "message"),
    [
        (lambda: Wide(table=(1, 2, 3, 4)), "Wide.table", "8 bytes where 6 are the most"),
        (
            lambda: Wide(table=(1, 70000)),
            "Wide.table[1]",
            "70000 is out of range for a signed 16-bit number (-32768 to 32767)",
        ),
        (lambda: Wide(table=5), "Wide.table", "expected a sequence, not int"),  # type: ignore[arg-type]
        (lambda: Wide(pair=Pair(high=-1)), "Wide.pair.high", "-1 is out of range: it cannot be negative"),
        (lambda: Wide(colour="pink"), "Wide.colour", "unknown name 'pink'; known: dark_blue, green, red"),  # type: ignore[arg-type]
        (lambda: Wide(address="::1"), "Wide.address", "::1 is not an IPv4 address"),
        (lambda: Wide(tail="text"), "Wide.tail", "expected bytes, not str 'text'"),  # type: ignore[arg-type]
    ],
)
def test_a_bad_member_is_named(wide: Callable[[], Wide], path: str, message: str) -> None:
    with pytest.raises(EncodeError) as caught:
        encode(wide())
    assert (caught.value.path, caught.value.message) == (path, message)


class TestArrays:
    @given(numbers=st.lists(st.integers(0, 2**32 - 1), max_size=50).map(tuple))
    def test_numbers_stand_back_to_back(self, numbers: tuple[int, ...]) -> None:
        record = one(array(u32))(value=numbers)
        payload = attribute(1, struct.pack(f"={len(numbers)}I", *numbers))
        assert decode(type(record), payload) == record
        assert encode(record) == payload  # an empty one, too: None is what says nothing

    def test_elements_of_any_fixed_size_do(self) -> None:
        for kind, values in ((ip6, ("::1", "::")), (be16, (1, 65535)), (enum(Colour, u8), (Colour.RED, 7))):
            record = one(array(kind))(value=values)
            assert decode(type(record), encode(record)) == record
        pairs = one(array(struct_of(Pair)))(value=(Pair(low=1), Pair(high=2)))
        assert decode(type(pairs), encode(pairs)) == pairs

    @pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
    def test_half_an_element_leaves_it_raw(self, size: int) -> None:
        record = decode(one(array(u32)), attribute(1, bytes(size)))
        assert (record.value, record.unknown) == (None, (Attribute(1, bytes(size)),))

    def test_a_bad_element_is_named(self) -> None:
        with pytest.raises(EncodeError) as caught:
            encode(one(array(u8))(value=(1, 2, 256)))
        assert caught.value.path == "One.value[2]"

    @pytest.mark.parametrize("value", [0, 5, "", "abc", b"", b"abc", False])
    def test_only_sequences_are_sequences(self, value: Any) -> None:
        with pytest.raises(EncodeTypeError, match=r"^One\.value: expected a sequence, not "):
            encode(one(array(u8))(value=value))
