"""Rare fields: they take no room in records that have none of them, and nobody can tell otherwise."""

from __future__ import annotations

import copy
import pickle
import struct
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codec.records import Header, Leaf, attribute, decode, encode, nested
from netlynx.codec._codec import to_json
from netlynx.errors import DecodeError, EncodeError
from netlynx.route import Route
from netlynx.schema import (
    Attribute,
    Record,
    attr,
    class_of,
    fields_of,
    flag,
    head,
    multi,
    nest,
    prefix,
    replace_fields,
    string,
    u32,
)
from strategies import records


class Mixed(Record, header=Header):
    family: int = head()
    often: int | None = attr(1, u32)
    seldom: int | None = attr(2, u32, rare=True, always=True)
    name: str | None = attr(3, string)
    leaf: Leaf | None = attr(4, nest(Leaf), rare=True)
    many: tuple[int, ...] = attr(5, multi(u32), rare=True)
    on: bool = attr(6, flag, rare=True)
    inside: int | None = attr((7, 1), u32, rare=True)
    source: str | None = attr(8, prefix("length"), rare=True)


class Same(Record, header=Header):
    """The same fields, none of them rare."""

    family: int = head()
    often: int | None = attr(1, u32)
    seldom: int | None = attr(2, u32, always=True)
    name: str | None = attr(3, string)
    leaf: Leaf | None = attr(4, nest(Leaf))
    many: tuple[int, ...] = attr(5, multi(u32))
    on: bool = attr(6, flag)
    inside: int | None = attr((7, 1), u32)
    source: str | None = attr(8, prefix("length"))


PLAIN = Mixed(family=2, often=1, name="a")
WIDE = Mixed(family=2, often=1, seldom=3, many=(4, 5), leaf=Leaf(number=6))
HEADER = struct.pack("=BBBBI", 1, 0, 0, 0, 0)


def number(type_: int, value: int) -> bytes:
    return attribute(type_, struct.pack("=I", value))


def test_records_without_rare_fields_are_smaller() -> None:
    assert type(PLAIN) is Mixed
    assert type(PLAIN).__basicsize__ < type(WIDE).__basicsize__
    assert type(Route(destination="10.0.0.0/8")).__basicsize__ <= 128
    assert type(decode(Mixed, encode(PLAIN))) is Mixed


@given(record=records(Same, depth=1))
def test_the_same_bytes_give_the_same_values_and_the_same_json(record: Same) -> None:
    data = encode(record)
    mixed = decode(Mixed, data)
    assert fields_of(mixed) == fields_of(record)
    assert encode(mixed) == data
    assert to_json(mixed) == to_json(record)


@given(record=records(Same, depth=1))
def test_a_record_that_is_made_equals_the_one_that_is_read(record: Same) -> None:
    made = Mixed(**fields_of(record))
    read = decode(Mixed, encode(made))
    again = decode(Same, encode(record))
    assert (made == read) == (record == again)
    if made == read:
        assert type(made) is type(read)
        assert hash(made) == hash(read)


@pytest.mark.parametrize("order", [(1, 2, 3), (2, 1, 3), (3, 1, 2)])
def test_the_first_rare_attribute_may_come_anywhere(order: tuple[int, ...]) -> None:
    parts = {1: number(1, 10), 2: number(2, 20), 3: attribute(3, b"x\0")}
    record = decode(Mixed, HEADER + b"".join(parts[each] for each in order))
    assert (record.often, record.seldom, record.name, record.many, record.on) == (10, 20, "x", (), False)


def test_unknown_attributes_stay_when_the_record_is_widened() -> None:
    record = decode(Mixed, HEADER + number(99, 1) + number(2, 20) + number(98, 2))
    assert [each.type for each in record.unknown] == [99, 98]
    assert record.seldom == 20


def test_a_malformed_rare_attribute_says_where_and_leaks_nothing() -> None:
    bad = HEADER + number(2, 1) + nested(4, struct.pack("=HH", 3, 1))
    with pytest.raises(DecodeError, match=r"Mixed\.leaf"):
        decode(Mixed, bad, strict=True)
    assert decode(Mixed, bad).unknown[0].problem.startswith("leaf: ")


def test_absent_fields_read_as_their_defaults() -> None:
    assert (PLAIN.seldom, PLAIN.leaf, PLAIN.many, PLAIN.on, PLAIN.inside) == (None, None, (), False, None)
    assert b'"seldom":null' in to_json(PLAIN)


def test_a_rare_field_that_is_given_as_its_default_is_not_there() -> None:
    assert type(Mixed(often=1, seldom=None, many=())) is Mixed
    assert Mixed(often=1, seldom=None) == Mixed(often=1)
    assert type(replace_fields(WIDE, seldom=None, many=(), leaf=None)) is Mixed


def test_equality_and_hash_are_those_of_values() -> None:
    stripped: Any = msgspec.structs.replace(WIDE, seldom=None, many=(), leaf=None)
    plain = Mixed(family=2, often=1)
    assert stripped == plain
    assert plain == stripped
    assert hash(stripped) == hash(plain)
    assert plain != WIDE
    assert plain != WIDE
    assert replace_fields(plain, seldom=3, many=(4, 5), leaf=Leaf(number=6)) == WIDE
    assert len({WIDE, plain, stripped}) == 2
    assert WIDE != 3


def test_records_match_print_and_say_of_what_class_they_are() -> None:
    match WIDE:
        case Mixed(seldom=found):
            assert found == 3
    assert isinstance(WIDE, Mixed)
    assert class_of(WIDE) is Mixed
    assert class_of(PLAIN) is Mixed
    assert repr(WIDE).startswith("Mixed(family=2, often=1, ")
    assert "seldom=3" in repr(WIDE)


@pytest.mark.parametrize("record", [PLAIN, WIDE], ids=["plain", "wide"])
def test_records_are_copied_and_pickled(record: Mixed) -> None:
    for other in (copy.copy(record), copy.deepcopy(record), pickle.loads(pickle.dumps(record))):
        assert other == record
        assert type(other) is type(record)


def test_replacing_a_field_that_is_not_there_names_the_nearest() -> None:
    with pytest.raises(TypeError, match="Mixed has no field 'seldon'; did you mean seldom"):
        replace_fields(PLAIN, seldon=1)  # the mistake that this is about
    with pytest.raises(TypeError, match="Mixed has no field 'seldon'"):
        Mixed(seldon=1, seldom=2)  # type: ignore[call-arg]  # the mistake that this is about


def test_a_wrong_rare_value_is_refused_with_its_path() -> None:
    with pytest.raises(EncodeError) as refused:
        encode(Mixed(seldom=-1))
    assert refused.value.path == "Mixed.seldom"


def test_a_header_field_cannot_be_rare() -> None:
    class Wrong(Record, header=Header):
        id: int | None = attr(1, u32, header="id", rare=True)

    with pytest.raises(TypeError, match=r"Wrong\.id is in the header"):
        encode(Wrong(id=1))


def test_a_record_of_more_than_its_declared_fields_is_refused() -> None:
    class Wrong(Record):
        value: int | None = attr(1, u32)
        more: int = 0

    with pytest.raises(TypeError, match="not declared"):
        encode(Wrong(value=1))


@given(numbers=st.lists(st.integers(0, 2**32 - 1), max_size=5))
def test_unknown_data_of_a_wide_record_goes_back(numbers: list[int]) -> None:
    record = replace_fields(WIDE, unknown=tuple(Attribute(99, struct.pack("=I", each)) for each in numbers))
    assert decode(Mixed, encode(record)) == record
