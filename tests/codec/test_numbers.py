"""Numbers: every width and byte order, enums, flags, booleans, and what no field can carry."""

from __future__ import annotations

import struct
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codec.records import Colour, Marks, attribute, decode, encode, one
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema import (
    Attribute,
    be16,
    be32,
    be64,
    boolean,
    enum,
    flag,
    s8,
    s16,
    s32,
    s64,
    sint,
    u8,
    u16,
    u32,
    u64,
    uint,
)

# kind, its format for the struct module, smallest and largest value
INTEGERS = [
    (u8, "=B", 0, 2**8 - 1),
    (u16, "=H", 0, 2**16 - 1),
    (u32, "=I", 0, 2**32 - 1),
    (u64, "=Q", 0, 2**64 - 1),
    (s8, "=b", -(2**7), 2**7 - 1),
    (s16, "=h", -(2**15), 2**15 - 1),
    (s32, "=i", -(2**31), 2**31 - 1),
    (s64, "=q", -(2**63), 2**63 - 1),
    (be16, ">H", 0, 2**16 - 1),
    (be32, ">I", 0, 2**32 - 1),
    (be64, ">Q", 0, 2**64 - 1),
]
RECORDS = {kind.name: one(kind) for kind, *_ in INTEGERS}


@pytest.mark.parametrize(("kind", "layout", "least", "most"), INTEGERS, ids=[kind.name for kind, *_ in INTEGERS])
class TestIntegers:
    @given(data=st.data())
    def test_a_number_is_what_struct_packs(self, kind: Any, layout: str, least: int, most: int, data: Any) -> None:
        number = data.draw(st.integers(least, most) | st.sampled_from([least, most, 0, 1]))
        record = RECORDS[kind.name](value=number)
        payload = attribute(1, struct.pack(layout, number))
        assert encode(record) == payload
        assert decode(type(record), payload) == record

    @given(payload=st.binary(min_size=8, max_size=8))
    def test_bytes_come_back_as_they_were(self, kind: Any, layout: str, least: int, most: int, payload: bytes) -> None:
        message = attribute(1, payload[: kind.width])
        record = decode(RECORDS[kind.name], message)
        assert record.value == struct.unpack(layout, payload[: kind.width])[0]
        assert encode(record) == message

    def test_the_ends_of_the_range_hold(self, kind: Any, layout: str, least: int, most: int) -> None:
        for number in (least - 1, most + 1, -(2**63) - 1, 2**64, 10**30, -(10**30)):
            with pytest.raises(EncodeError) as caught:
                encode(RECORDS[kind.name](value=number))
            assert caught.value.path == "One.value"
            assert caught.value.message.startswith(f"{number} is out of range")
        for number in (least, most):
            assert decode(RECORDS[kind.name], encode(RECORDS[kind.name](value=number))).value == number

    @pytest.mark.parametrize("value", ["1", 1.0, Decimal(1), Fraction(1), b"1", [1], object, True, False])
    def test_only_numbers_are_numbers(self, kind: Any, layout: str, least: int, most: int, value: Any) -> None:
        with pytest.raises(EncodeTypeError, match=r"^One\.value: expected a number, not "):
            encode(RECORDS[kind.name](value=value))


def test_the_message_tells_the_range() -> None:
    with pytest.raises(
        EncodeError, match=r"^One\.value: 256 is out of range for an unsigned 8-bit number \(0 to 255\)$"
    ):
        encode(one(u8)(value=256))
    with pytest.raises(EncodeError, match=r"^One\.value: -1 is out of range: it cannot be negative$"):
        encode(one(u8)(value=-1))
    with pytest.raises(
        EncodeError, match=r"^One\.value: 128 is out of range for a signed 8-bit number \(-128 to 127\)$"
    ):
        encode(one(s8)(value=128))
    with pytest.raises(EncodeError, match=r"\(0 to 18446744073709551615\)$"):
        encode(one(u64)(value=2**64))


def test_what_counts_as_an_index_is_a_number() -> None:
    class Five:
        def __index__(self) -> int:
            return 5

    assert encode(one(u16)(value=Five())) == encode(one(u16)(value=5))


@pytest.mark.parametrize(
    ("payload", "number"), [(b"\7", 7), (b"\7\0", 7), (b"\7\0\0\0", 7), (b"\7\0\0\0\0\0\0\1", 7 | 1 << 56)]
)
def test_a_kernel_may_change_the_width_of_a_number(payload: bytes, number: int) -> None:
    assert decode(one(u32), attribute(1, payload)).value == number


@pytest.mark.parametrize("size", [0, 3, 5, 6, 7, 9, 16])
def test_what_has_no_width_of_a_number_stays_raw(size: int) -> None:
    record = decode(one(u32), attribute(1, bytes(size)))
    assert (record.value, record.unknown) == (None, (Attribute(1, bytes(size)),))
    assert encode(record) == attribute(1, bytes(size))


@pytest.mark.parametrize(
    ("kind", "number", "size"),
    [
        (uint, 0, 4),
        (uint, 2**32 - 1, 4),
        (uint, 2**32, 8),
        (uint, 2**64 - 1, 8),
        (sint, 2**31 - 1, 4),
        (sint, 2**31, 8),
        (sint, -(2**31), 4),
        (sint, -(2**31) - 1, 8),
        (sint, -(2**63), 8),
        (sint, -1, 4),
    ],
)
def test_automatic_integers_take_the_smaller_size_that_fits(kind: Any, number: int, size: int) -> None:
    record = one(kind)(value=number)
    payload = encode(record)
    assert payload == attribute(1, number.to_bytes(size, "little", signed=number < 0))
    assert decode(type(record), payload) == record


@pytest.mark.parametrize(("kind", "number"), [(uint, -1), (uint, 2**64), (sint, 2**63), (sint, -(2**63) - 1)])
def test_automatic_integers_end_at_64_bits(kind: Any, number: int) -> None:
    with pytest.raises(EncodeError, match="is out of range"):
        encode(one(kind)(value=number))


class TestEnums:
    Coloured = one(enum(Colour, u16))

    def test_a_known_number_is_a_member_and_an_unknown_one_itself(self) -> None:
        for number in (1, 2, 200, 0, 3, 65535):
            record = decode(self.Coloured, attribute(1, struct.pack("=H", number)))
            assert record.value == number
            assert type(record.value) is (Colour if number in set(Colour) else int)
            assert encode(record) == attribute(1, struct.pack("=H", number))

    @pytest.mark.parametrize("name", ["DARK_BLUE", "dark_blue", "dark-blue", "Dark-Blue"])
    def test_a_name_stands_for_its_number(self, name: str) -> None:
        assert encode(self.Coloured(value=name)) == attribute(1, struct.pack("=H", 200))

    def test_an_unknown_name_is_refused_with_the_known_ones(self) -> None:
        with pytest.raises(EncodeError) as caught:
            encode(self.Coloured(value="pink"))
        assert str(caught.value) == "One.value: unknown name 'pink'; known: dark_blue, green, red"

    def test_several_names_are_not_one_member(self) -> None:
        with pytest.raises(EncodeTypeError, match=r"expected a name or a number, not tuple"):
            encode(self.Coloured(value=("red", "green")))


class TestFlags:
    Marked = one(enum(Marks, u32))

    @given(number=st.integers(0, 2**32 - 1))
    def test_any_bits_are_a_set_of_flags(self, number: int) -> None:
        payload = attribute(1, struct.pack("=I", number))
        record = decode(self.Marked, payload)
        assert type(record.value) is Marks
        assert record.value == number
        assert encode(record) == payload

    @pytest.mark.parametrize(
        "value",
        [Marks.UP | Marks.LOUD_ONE, 3, ("up", "loud-one"), ["UP", 2], {"up", "loud_one"}, (Marks.UP, "loud_one")],
    )
    def test_flags_are_given_as_members_numbers_or_names(self, value: Any) -> None:
        assert encode(self.Marked(value=value)) == attribute(1, struct.pack("=I", 3))

    def test_no_flags_are_a_value(self) -> None:
        assert encode(self.Marked(value=())) == attribute(1, bytes(4))

    def test_an_unknown_flag_is_refused(self) -> None:
        with pytest.raises(EncodeError, match=r"^One\.value: unknown name 'down'; known: high, loud_one, up$"):
            encode(self.Marked(value=("up", "down")))


class TestBooleans:
    def test_zero_and_one_are_booleans_and_the_rest_numbers(self) -> None:
        for number in range(256):
            value = decode(one(boolean), attribute(1, bytes([number]))).value
            assert value == number
            assert type(value) is (bool if number < 2 else int)
            assert encode(one(boolean)(value=value)) == attribute(1, bytes([number]))

    def test_a_word_is_no_boolean(self) -> None:
        with pytest.raises(EncodeTypeError, match="expected a number, not str 'yes'"):
            encode(one(boolean)(value="yes"))

    def test_a_flag_is_there_or_not(self) -> None:
        Flagged = one(flag)
        assert Flagged().value is False
        assert encode(Flagged()) == b""
        assert encode(Flagged(value=True)) == attribute(1)
        assert decode(Flagged, attribute(1)).value is True
        assert decode(Flagged, b"").value is False

    @pytest.mark.parametrize(("payload", "value"), [(b"\1", True), (b"\0", False)])
    def test_some_drivers_send_a_byte_for_a_flag(self, payload: bytes, value: bool) -> None:
        assert decode(one(flag), attribute(1, payload)).value is value

    @pytest.mark.parametrize("payload", [b"\2", b"\1\0", bytes(4)])
    def test_what_is_no_flag_stays_raw(self, payload: bytes) -> None:
        record = decode(one(flag), attribute(1, payload))
        assert (record.value, record.unknown) == (False, (Attribute(1, payload),))
        assert encode(record) == attribute(1, payload)

    @pytest.mark.parametrize("value", [1, 0, "yes", b"", ()])
    def test_a_flag_takes_nothing_else(self, value: Any) -> None:
        with pytest.raises(EncodeTypeError, match=r"^One\.value: expected True or False, not "):
            encode(one(flag)(value=value))
