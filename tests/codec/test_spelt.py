"""Numbers of a class of its own, in which it says how it is written: made of bytes, and shared."""

from __future__ import annotations

import gc
import pickle
import struct
from typing import Any

import pytest

from codec.records import attribute, decode, encode
from netlynx.schema import Record, Spelt, attr, s32, spelt, u16, u32, u64
from netlynx.schema.kinds import be32


class Hexadecimal(Spelt):
    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> int:
        return int(text, 16)

    @property
    def label(self) -> str:
        return hex(self)


class Called(Spelt):
    """One that is made in its own way: calling it decides."""

    __slots__ = ()

    def __new__(cls, value: int) -> Called:
        return super().__new__(cls, value + 1)

    @classmethod
    def parse(cls, text: str) -> int:
        return int(text)

    @property
    def label(self) -> str:
        return str(int(self))


class Row(Record):
    small: Any = attr(1, spelt(Hexadecimal, u16))
    plain: Any = attr(2, spelt(Hexadecimal, u32))
    network: Any = attr(3, spelt(Hexadecimal, be32))
    large: Any = attr(4, spelt(Hexadecimal, u64))
    signed: Any = attr(5, spelt(Hexadecimal, s32))
    called: Any = attr(6, spelt(Called, u32))


NUMBERS = [0, 1, 255, 257, (1 << 15) - 1, 1 << 15, (1 << 30) - 1, 1 << 30, (1 << 31) - 1, 1 << 31, (1 << 32) - 1]
LARGE = [(1 << 45) + 7, (1 << 60) - 1, 1 << 60, (1 << 63) + 5, (1 << 64) - 1]


def is_whole(found: Any, number: int) -> bool:
    """Whether it is the number in every way that a number is used."""
    return (
        type(found) is Hexadecimal
        and found == number
        and hash(found) == hash(number)
        and found + 1 == number + 1
        and str(found) == hex(number)
        and pickle.loads(pickle.dumps(found)) == number
    )


@pytest.mark.parametrize("number", NUMBERS + LARGE)
def test_a_number_is_what_calling_its_class_makes(number: int) -> None:
    for _ in range(2):
        assert is_whole(decode(Row, attribute(4, struct.pack("=Q", number))).large, number)
        if number < 1 << 32:
            assert is_whole(decode(Row, attribute(2, struct.pack("=I", number))).plain, number)
            assert is_whole(decode(Row, attribute(3, struct.pack(">I", number))).network, number)
        if number < 1 << 16:
            assert is_whole(decode(Row, attribute(1, struct.pack("=H", number))).small, number)


@pytest.mark.parametrize("number", [0, 1, -1, -(1 << 15), (1 << 31) - 1, -(1 << 31)])
def test_one_below_zero_stays_below(number: int) -> None:
    for _ in range(2):
        assert is_whole(decode(Row, attribute(5, struct.pack("=i", number))).signed, number)
    assert decode(Row, encode(Row(signed=number))).signed == number


def test_a_class_that_is_made_in_its_own_way_is_called() -> None:
    found = decode(Row, attribute(6, struct.pack("=I", 41))).called
    assert (type(found), int(found)) == (Called, 42)


def test_fields_of_several_classes_do_not_share() -> None:
    for _ in range(3):
        record = decode(Row, attribute(2, struct.pack("=I", 5)) + attribute(6, struct.pack("=I", 5)))
        assert (type(record.plain), int(record.plain)) == (Hexadecimal, 5)
        assert (type(record.called), int(record.called)) == (Called, 6)


def test_numbers_that_take_turns_are_shared() -> None:
    rows = [decode(Row, attribute(2, struct.pack("=I", 0x10000 + number % 3))) for number in range(30)]
    assert len({id(each.plain) for each in rows}) == 3


def test_the_collector_has_nothing_to_look_for_in_them() -> None:
    rows = [decode(Row, attribute(2, struct.pack("=I", number))) for number in range(70_000, 71_000)]
    assert not any(gc.is_tracked(each.plain) for each in rows)
    assert [int(each.plain) for each in rows] == list(range(70_000, 71_000))
