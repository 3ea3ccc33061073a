"""JSON: names of fields, labels of enums and flags, bytes in hexadecimal, nothing left out that is there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codec.records import Colour, Header, Leaf, Marks, Pair, shown
from netlynx.codec import _codec
from netlynx.schema import (
    Attribute,
    Bitfield32,
    Enumeration,
    FlagSet,
    Layout,
    Record,
    array,
    attr,
    binary,
    enum,
    flag,
    head,
    ip,
    member,
    multi,
    nest,
    string,
    struct,
    u8,
    u16,
    u32,
    u64,
)
from strategies import records


class Speed(Enumeration, upper=True, labels={"AD": "802.3ad"}):
    SLOW = 0
    AD = 1


class Loud(FlagSet, upper=True):
    LOWER_UP = 1


class Shown(Record, header=Header):
    family: int = head(always=True)
    small: int = head()
    name: str | None = attr(1, string, always=True)
    number: int | None = attr(2, u64)
    data: bytes | None = attr(3, binary)
    there: bool = attr(4, flag)
    seen: bool = attr(5, flag, always=True)
    colour: Any = attr(6, enum(Colour, u8))
    marks: Any = attr(7, enum(Marks, u16))
    speed: Any = attr(8, enum(Speed, u8))
    loud: Any = attr(9, enum(Loud, u8))
    pair: Any = attr(10, struct(Pair))
    inner: Any = attr(11, nest(Leaf))
    many: tuple[Any, ...] = attr(12, multi(nest(Leaf)))
    list: Any = attr(13, array(u8), always=True)
    gateway: Any = attr(14, ip)


class Odd(Layout):
    colour: Any = member(enum(Colour, u8))
    address: Any = member(struct(Pair))
    table: Any = member(array(u8, 2))


NOTHING = {"family": 0, "small": 0, "name": None, "seen": False, "list": None}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, {}),
        ({"family": 2, "small": 3}, {"family": 2, "small": 3}),
        ({"name": ""}, {"name": ""}),
        ({"number": 0}, {"number": 0}),
        ({"number": 2**64 - 1}, {"number": 2**64 - 1}),
        ({"data": b""}, {"data": ""}),
        ({"data": b"\0\xff\x10"}, {"data": "00ff10"}),
        ({"there": True, "seen": True}, {"there": True, "seen": True}),
        ({"colour": Colour.DARK_BLUE}, {"colour": "dark-blue"}),
        ({"colour": 77}, {"colour": 77}),
        ({"marks": Marks(0)}, {"marks": []}),
        ({"marks": Marks.UP | Marks.LOUD_ONE}, {"marks": ["up", "loud-one"]}),
        ({"marks": Marks(0x8100)}, {"marks": ["0x8100"]}),
        ({"marks": Marks(0x101)}, {"marks": ["up", "0x100"]}),
        ({"speed": Speed.AD}, {"speed": "802.3ad"}),
        ({"speed": Speed.SLOW, "loud": Loud.LOWER_UP}, {"speed": "SLOW", "loud": ["LOWER_UP"]}),
        ({"pair": Pair(low=1, name="x")}, {"pair": {"low": 1, "high": 0, "name": "x"}}),
        ({"pair": Pair(tail=b"\1\2")}, {"pair": {"low": 0, "high": 0, "name": "", "tail": "0102"}}),
        ({"inner": Leaf()}, {"inner": {}}),
        ({"many": (Leaf(number=1), Leaf(text="x"))}, {"many": [{"number": 1}, {"text": "x"}]}),
        ({"list": ()}, {"list": []}),
        ({"list": (1, 2)}, {"list": [1, 2]}),
        ({"gateway": "10.0.0.1"}, {"gateway": "10.0.0.1"}),
        (
            {"unknown": (Attribute(300, b"\1\2"), Attribute(5, b"", within=(18, 2), nested=True))},
            {
                "unknown": [
                    {"type": 300, "payload": "0102", "within": []},
                    {"type": 5, "payload": "", "within": [18, 2], "nested": True},
                ]
            },
        ),
    ],
)
def test_what_a_record_has_is_shown(values: dict[str, Any], expected: dict[str, Any]) -> None:
    assert json.loads(shown(Shown(**values))) == NOTHING | expected


def test_keys_stand_in_the_order_of_declaration() -> None:
    text = shown(Shown(name="a", number=1, unknown=(Attribute(1, b""),)))
    assert text == (
        '{"family":0,"small":0,"name":"a","number":1,"seen":false,"list":null,'
        '"unknown":[{"type":1,"payload":"","within":[]}]}'
    )


def test_a_struct_is_shown_whole() -> None:
    assert json.loads(shown(Bitfield32())) == {"value": 0, "selector": 0}
    assert json.loads(shown(Odd(colour=Colour.RED))) == {"colour": "red", "address": None, "table": []}


def test_an_empty_record_with_unknown_attributes_is_well_formed() -> None:
    assert json.loads(shown(Leaf(unknown=(Attribute(1, b"x"),)))).keys() == {"unknown"}


@pytest.mark.parametrize(
    "text",
    ['"', "\\", "\n\r\t\b\f", "\0\x1f", "\x7f\x80", "ä€😀", "\u2028", "</script>", "\udcff", "a\udc80b", '"\udcff"'],
)
def test_strings_are_escaped(text: str) -> None:
    assert json.loads(shown(Leaf(text=text))) == {"text": text}


@given(text=st.text(st.characters()))
def test_any_string_comes_back(text: str) -> None:
    assert json.loads(_codec.to_json(Leaf(text=text))) == {"text": text}


@given(shown_=records(Shown))
def test_any_record_is_well_formed(shown_: Shown) -> None:
    read = json.loads(_codec.to_json(shown_))
    for name in ("number", "name", "there", "gateway"):
        if name in read:
            assert read[name] == getattr(shown_, name)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (5, 5),
        (-(2**70), -(2**70)),
        ("x", "x"),
        (b"\xff", "ff"),
        ((), []),
        ((Leaf(number=1), None, (b"",)), [{"number": 1}, None, [""]]),
        (Colour.RED, "red"),
    ],
)
def test_values_by_themselves(value: Any, expected: Any) -> None:
    assert json.loads(_codec.to_json(value)) == expected


def test_flags_of_the_same_number_keep_their_own_names() -> None:
    assert (shown(Marks(1)), shown(Loud(1)), shown(Colour(1)), shown(Speed(1))) == (
        '["up"]',
        '["LOWER_UP"]',
        '"red"',
        '"802.3ad"',
    )


def test_what_is_nested_without_end_is_refused() -> None:
    class Chain(Record):
        inner: Chain | None = attr(1, nest(lambda: Chain))
        number: int | None = attr(2, u32)

    record: Chain | None = Chain(number=1)
    for _ in range(300_000):  # from Python 3.14 on, what counts is the stack that is left, not the calls
        record = Chain(inner=record)
    with pytest.raises(RecursionError, match="while writing JSON"):
        _codec.to_json(record)
    while record is not None:  # let go of one by one: freeing a chain at once takes stack as well
        record = record.inner


def test_a_zero_in_a_struct_is_a_number_and_padding_is_nothing() -> None:
    class Counters(Layout):
        packets: int = member(u32)
        pad: int = member(u32)

    assert json.loads(shown(Counters())) == {"packets": 0}
