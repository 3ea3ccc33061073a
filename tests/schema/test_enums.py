"""Enums are made quickly, and are what those of `enum` would be."""

from __future__ import annotations

import copy
import pickle
from enum import Enum, IntEnum, IntFlag, auto
from typing import Any

import msgspec
import pytest

from facts.walk import declared, title
from netlynx.schema import Enumeration, FlagSet

ALL: list[Any] = declared(Enumeration, FlagSet)


class Fruit(Enumeration, labels={"PEAR": "a pear"}):
    """Two of the names are of one number, and numbers are in no order."""

    PEAR = 4
    APPLE = 1
    BIRNE = 4

    @property
    def is_round(self) -> bool:
        return self is Fruit.APPLE


class Mood(FlagSet):
    """With none, with two bits at once, and not in order."""

    WILD = 4
    NONE = 0
    CALM = 1
    BOTH = 5
    MILD = 1


class Clash(Enumeration):
    """Names that integers have."""

    REAL = 0
    real = 1
    name = 2


def twin(cls: Any) -> Any:
    """The same names and numbers, by `enum`."""
    base: Any = IntFlag if issubclass(cls, FlagSet) else IntEnum
    return base(cls.__name__, {name: int(member) for name, member in cls.__members__.items()})


@pytest.mark.parametrize("cls", [Fruit, Mood, Clash, *ALL], ids=title)
def test_members_are_those_that_enum_makes(cls: Any) -> None:
    other = twin(cls)
    assert [(each.name, each.value) for each in cls] == [(each.name, each.value) for each in other]
    assert len(cls) == len(other)
    assert list(cls.__members__) == list(other.__members__)
    for name, member in cls.__members__.items():
        assert type(member) is cls
        assert type(member.value) is int
        assert (member.name, member._sort_order_) == (other[name].name, other[name]._sort_order_)
        assert cls[name] is member is cls(int(member)) is getattr(cls, name)
        assert member in cls
        assert copy.deepcopy(member) is member
        assert hash(member) == hash(other[name])
        assert member == int(member)
    for kept in ("_flag_mask_", "_singles_mask_", "_all_bits_"):
        assert getattr(cls, kept, None) == getattr(other, kept, None)


@pytest.mark.parametrize("cls", [each for each in ALL if issubclass(each, FlagSet)], ids=title)
def test_sets_of_flags_are_those_that_enum_makes(cls: Any) -> None:
    other = twin(cls)
    numbers = [int(each) for each in cls]
    for number in (0, sum(numbers), sum(numbers[:2]), sum(numbers[1:3]) | 1 << 40):
        assert [int(each) for each in cls(number)] == [int(each) for each in other(number)]
        assert int(~cls(number)) == int(~other(number))
        assert type(cls(number) | 1) is cls is type(cls(number) & 1)


def test_what_is_not_known_is_refused_or_kept() -> None:
    with pytest.raises(ValueError, match="7 is not a valid Fruit"):
        Fruit(7)
    assert Mood(8 | 1).labels == ["calm", "0x8"]
    assert [*Mood(5)] == [*twin(Mood)(5)]


def test_members_are_pickled_and_shown_by_their_names() -> None:
    for member in (Fruit.PEAR, Fruit.APPLE, Mood.WILD, Mood.WILD | Mood.CALM):
        assert pickle.loads(pickle.dumps(member)) is member
    assert Fruit.BIRNE is Fruit.PEAR
    assert Fruit.PEAR.label == "a pear"
    assert Fruit.APPLE.is_round
    assert msgspec.json.encode([Fruit.PEAR, Mood.CALM]) == b"[4,1]"
    assert msgspec.convert(4, Fruit) is Fruit.PEAR


def test_what_is_more_than_numbers_is_left_to_enum() -> None:
    class Counted(Enumeration):
        ONE = auto()
        TWO = auto()

    assert [*map(int, Counted)] == [1, 2]
    assert Clash.name == 2
    assert Clash.REAL.name == "REAL"
    made: Any = Enumeration("Made", {"ONE": 1}, module=__name__)  # type: ignore[call-overload]
    assert made.ONE == 1
    assert made.__module__ == __name__
    assert isinstance(made.ONE, Enum)


def test_a_name_is_given_once() -> None:
    with pytest.raises(TypeError, match="'ONE' already defined as 1"):
        type(Enumeration)("Twice", (Enumeration,), Twice())
    with pytest.raises(TypeError, match="cannot extend"):
        type(Enumeration)("More", (Fruit,), type(Enumeration).__prepare__("More", (Fruit,)))


class Twice(dict[str, Any]):
    """A body whose names are said when they are asked for."""

    def __init__(self) -> None:
        body: Any = type(Enumeration).__prepare__("Twice", (Enumeration,))
        body["ONE"] = 1
        body["ONE"] = 2
