"""Rows like the row before: what is remembered of one message must never show in another.

The same bytes inside a nest are decoded without that memory, so they tell what the values have to be.
"""

from __future__ import annotations

import struct
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from codec.records import Header, Leaf, attribute, decode, encode
from netlynx.errors import DecodeError
from netlynx.route import Address, Link, Neighbour, NextHopObject, Route, Rule
from netlynx.schema import Record, attr, head, ip, multi, nest, prefix, select, string, u32
from netlynx.tc import Filter
from netlynx.xfrm import Policy, State
from strategies import records
from worth import examples


class Row(Record, header=Header):
    family: int = head()
    small: int = head()
    number: int | None = attr(1, u32)
    destination: str | None = attr(2, prefix("length", default=True))
    gateway: str | None = attr(3, ip)
    name: str | None = attr(4, string)
    leaf: Leaf | None = attr(5, nest(Leaf))
    many: tuple[int, ...] = attr(6, multi(u32))
    seldom: int | None = attr(7, u32, rare=True)


class Single(Record):
    number: int | None = attr(1, u32)


class Second(Record, header=Header):
    """Two prefixes that share one length."""

    family: int = head()
    one: str | None = attr(1, prefix("length"))
    two: str | None = attr(2, prefix("length"))


class Twice(Record, header=Header):
    """Two fields of one member."""

    family: int = head()
    small: int = head()
    again: int = head("small")
    number: int | None = attr(1, u32)


class Chosen(Record, header=Header):
    """What a sub-message is depends on another attribute, here and inside a nest."""

    family: int = head()
    key: int | None = attr(1, u32)
    value: Leaf | Single | bytes | None = attr(2, select("key", {1: nest(Leaf), 2: nest(Single)}))
    inner: Inner | None = attr(3, nest(lambda: Inner))


class Inner(Record):
    value: Leaf | Single | bytes | None = attr(2, select("key", {1: nest(Leaf), 2: nest(Single)}))


class Around(Record):
    row: Row | None = attr(1, nest(Row))
    second: Second | None = attr(2, nest(Second))
    route: Route | None = attr(3, nest(Route))
    link: Link | None = attr(4, nest(Link))
    address: Address | None = attr(5, nest(Address))
    neighbour: Neighbour | None = attr(6, nest(Neighbour))
    rule: Rule | None = attr(7, nest(Rule))
    nexthop: NextHopObject | None = attr(8, nest(NextHopObject))
    chosen: Chosen | None = attr(9, nest(Chosen))
    filter: Filter | None = attr(10, nest(Filter))
    state: State | None = attr(11, nest(State))
    policy: Policy | None = attr(12, nest(Policy))


FIELDS: dict[Any, str] = {
    Row: "row",
    Second: "second",
    Route: "route",
    Link: "link",
    Address: "address",
    Neighbour: "neighbour",
    Rule: "rule",
    NextHopObject: "nexthop",
    Chosen: "chosen",
    Filter: "filter",
    State: "state",  # whose header is large, with structs and with addresses of a family that stands behind them
    Policy: "policy",
}
NUMBERS = {cls: number for number, cls in enumerate(FIELDS, 1)}


def alone(cls: Any, data: bytes) -> Any:
    try:
        return decode(cls, data)
    except DecodeError as error:
        return error.message


def nested(cls: Any, data: bytes) -> Any:
    record = decode(Around, attribute(NUMBERS[cls], data))
    if record.unknown:
        return record.unknown[0].problem.partition(": ")[2].rpartition(" (at")[0]
    return getattr(record, FIELDS[cls])


@st.composite
def tables(draw: st.DrawFn, cls: Any) -> list[bytes]:
    """Messages of one table: a few, and each again with bytes changed here and there."""
    messages = [encode(record) for record in draw(st.lists(records(cls, depth=1), min_size=1, max_size=3))]
    rows = []
    for which, changes in draw(
        st.lists(
            st.tuples(
                st.integers(0, len(messages) - 1),
                st.lists(st.tuples(st.integers(0, 4095), st.integers(0, 255)), max_size=3),
            ),
            min_size=3,
            max_size=12,
        )
    ):
        data = bytearray(messages[which])
        for at, value in changes:
            data[at % len(data)] = value
        rows.append(bytes(data))
    return rows


@examples(90)
@given(case=st.sampled_from(list(NUMBERS)).flatmap(lambda cls: st.tuples(st.just(cls), tables(cls))))
def test_a_row_is_what_its_bytes_say_whatever_came_before(case: tuple[Any, list[bytes]]) -> None:
    cls, rows = case
    for data in rows:
        assert alone(cls, data) == nested(cls, data)


def message(length: int, *parts: bytes, family: int = 2) -> bytes:
    return struct.pack("=BBBBI", family, length, 0, 0, 0) + b"".join(parts)


@given(lengths=st.lists(st.integers(0, 32), min_size=2, max_size=9), last=st.lists(st.integers(0, 255), min_size=9))
@example(lengths=[8, 8, 16, 16, 8], last=[1, 2, 3, 3, 3, 0, 0, 0, 0])
@example(lengths=[8, 16, 24, 24], last=[1] * 9)
def test_prefixes_have_the_length_of_their_own_header(lengths: list[int], last: list[int]) -> None:
    for length, octet in zip(lengths, last, strict=False):
        address = bytes([10, 0, 0, octet])
        row = alone(Row, message(length, attribute(1, bytes(4)), attribute(2, address)))
        assert row.destination == f"10.0.0.{octet}/{length}"
        both = alone(Second, message(length, attribute(1, address), attribute(2, address)))
        assert (both.one, both.two) == (f"10.0.0.{octet}/{length}",) * 2


def test_an_absent_destination_is_everything_only_where_the_header_says_so() -> None:
    for length in (0, 0, 8, 0, 8, 8, 0):
        row = alone(Row, message(length, attribute(1, bytes(4))))
        assert row.destination == ("0.0.0.0/0" if length == 0 else None)


def test_the_order_of_attributes_of_one_size_is_seen() -> None:
    one, two = attribute(1, struct.pack("=I", 1)), attribute(7, struct.pack("=I", 2))
    for parts in ((one, two), (one, two), (two, one), (one, one), (two, two), (one, two)):
        row = alone(Row, message(8, *parts))
        assert row == nested(Row, message(8, *parts))


def test_of_an_attribute_that_stands_twice_the_last_one_counts() -> None:
    for numbers in ((1, 5), (2, 5), (3, 5), (3, 5), (5, 6), (6, 7), (7, 7), (7, 8)):
        row = alone(Row, message(8, *(attribute(1, struct.pack("=I", number)) for number in numbers)))
        assert row.number == numbers[-1]


def test_sub_messages_change_while_their_selector_stays() -> None:
    for key, number in ((1, 1), (1, 2), (1, 3), (2, 3), (2, 4), (2, 5), (1, 5), (1, 6), (9, 6), (9, 7), (1, 7)):
        inside = attribute(2, attribute(1, struct.pack("=I", number)))
        for parts in ((attribute(1, struct.pack("=I", key)), inside), (inside, attribute(1, struct.pack("=I", key)))):
            value = alone(Chosen, message(0, *parts)).value
            assert type(value) is {1: Leaf, 2: Single}.get(key, bytes)
            assert value == nested(Chosen, message(0, *parts)).value
            assert value == inside[4:] or value.number == number


def test_what_a_sub_message_is_depends_on_its_selector_in_every_row() -> None:
    inside = attribute(2, attribute(1, bytes(4)))
    for key in (1, 1, 2, 2, 3, 1, 2):
        row = alone(Chosen, message(0, attribute(1, struct.pack("=I", key)), inside, attribute(3, inside)))
        kind = {1: Leaf, 2: Single, 3: bytes}[key]
        assert type(row.value) is kind
        assert type(row.inner.value) is kind


def test_what_repeats_and_what_is_unknown_is_read_anew() -> None:
    for number in (1, 1, 2, 2, 3):
        payload = struct.pack("=I", number)
        assert alone(Row, message(8, attribute(6, payload), attribute(6, bytes(4)))).many == (number, 0)
        (unknown,) = alone(Row, message(8, attribute(99, payload))).unknown
        assert unknown.payload == payload


def test_equal_rows_share_their_values() -> None:
    data = message(8, attribute(2, b"\n\0\0\1"), attribute(4, b"a name\0"), attribute(5, attribute(1, bytes(4))))
    rows = [alone(Row, data) for _ in range(3)]
    assert rows[0] == rows[1] == rows[2]
    assert rows[1].name is rows[2].name
    assert rows[1].leaf is rows[2].leaf


LARGE = 700  # bytes of a name: the message is one that is remembered only where that seems to pay


def test_large_rows_are_what_their_bytes_say_while_they_are_remembered_and_while_they_are_not() -> None:
    def large(number: int, letter: int) -> bytes:
        return message(8, attribute(1, struct.pack("=I", number)), attribute(4, bytes([letter]) * LARGE + b"\0"))

    same = [large(1, 97)] * 5
    counting = [large(number, 97) for number in range(5)]
    others = [large(number, 97 + number % 26) for number in range(300)]  # none is like the one before: given up
    for data in [*same, *counting, *others, *same, *counting, *same]:
        row = alone(Row, data)
        assert (row.number, row.name) == (struct.unpack_from("=I", data, 12)[0], chr(data[20]) * LARGE)
        assert row == nested(Row, data)


def test_a_large_row_that_comes_again_shares_its_values_even_after_many_others() -> None:
    name = attribute(4, b"a" * LARGE + b"\0")
    for number in range(1000):
        alone(Row, message(8, name, family=number % 30))
    rows = [alone(Row, message(8, name)) for _ in range(300)]
    assert rows[-1].name is rows[-2].name


def test_two_fields_of_one_member_change_together() -> None:
    for small in (1, 1, 2, 3, 3, 4, 4, 1, 5):
        record = decode(Twice, encode(Row(family=2, small=small, number=7)))
        assert (record.small, record.again, record.number) == (small, small, 7)
