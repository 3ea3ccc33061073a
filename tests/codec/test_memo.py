"""Rows of one table repeat their values, and the codec reuses them: only where the bytes say all."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codec.records import Colour, Header, Leaf, Marks, Pair, attribute, decode, encode, nested, one
from netlynx.codec import _codec
from netlynx.route.route import Route
from netlynx.schema import (
    Layout,
    Record,
    array,
    attr,
    binary,
    enum,
    head,
    hook,
    indexed,
    ip,
    labels,
    member,
    nest,
    prefix,
    rest,
    select,
    string,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema import struct as struct_of
from netlynx.schema.compile import plan_of
from strategies import records
from worth import examples


class Row(Record, header=Header):
    family: int = head()
    destination: str | None = attr(1, prefix("length", default=True))
    gateway: str | None = attr(2, ip)
    number: int | None = attr(3, u32)
    text: str | None = attr(4, string)
    colour: Any = attr(5, enum(Colour, u32))
    marks: Any = attr(6, enum(Marks, u32))
    pair: Pair | None = attr(7, struct_of(Pair))
    inner: Leaf | None = attr(8, nest(Leaf))
    many: tuple[int, ...] | None = attr(9, array(u16))
    wide: int | None = attr(10, u64)


def row(family: int, length: int, *parts: bytes) -> bytes:
    return struct.pack("=BBBBI", family, length, 0, 0, 0) + b"".join(parts)


@examples(60)
@given(rows=st.lists(records(Row, depth=1), min_size=1, max_size=8), order=st.randoms(use_true_random=False))
def test_rows_do_not_colour_each_other(rows: list[Row], order: Any) -> None:
    packed = [encode(each) for each in rows] * 3
    order.shuffle(packed)
    expected = {payload: record for record, payload in ((each, encode(each)) for each in rows)}
    data = b"".join(struct.pack("=IHHII", 16 + len(each), 1, 0, 2, 3) + each for each in packed)
    sink = _codec.Records(plan_of(Row))
    sink.read(data, 0, len(data), 1, 2, 3)
    assert sink.records == [expected[each] for each in packed]


def test_equal_values_are_one_object() -> None:
    data = row(2, 8, attribute(2, b"\n\0\0\1"), attribute(4, b"name\0"), nested(8, attribute(2, b"x\0")))
    first, second = decode(Row, data), decode(Row, data)
    assert first == second
    assert first.gateway is second.gateway
    assert first.text is second.text
    assert first.inner is second.inner


def test_a_prefix_length_that_alone_differs_makes_another_prefix() -> None:
    for length in (8, 16, 8, 24, 0, 32):
        assert decode(Row, row(2, length, attribute(1, b"\n\0\0\0"))).destination == f"10.0.0.0/{length}"


def test_a_family_that_alone_differs_makes_another_destination() -> None:
    for family, text in ((2, "0.16.17.0/20"), (28, "257"), (2, "0.16.17.0/20"), (28, "257")):
        assert decode(Row, row(family, 20, attribute(1, b"\0\x10\x11\0"))).destination == text
    assert [decode(Row, row(family, 0)).destination for family in (2, 10, 0, 2)] == [
        "0.0.0.0/0",
        "::/0",
        None,
        "0.0.0.0/0",
    ]


def test_real_routes_that_differ_in_their_header_alone() -> None:
    for length in (8, 9, 8):
        payload = bytearray(encode(Route(family=2, destination="10.0.0.0/8", table=254)))  # type: ignore[arg-type]
        payload[1] = length
        assert decode(Route, payload).destination == f"10.0.0.0/{length}"


def test_an_unknown_member_behind_a_known_one_and_back() -> None:
    for number in (1, 7, 2, 7, 1):
        value = decode(Row, row(0, 0, attribute(5, struct.pack("=I", number)))).colour
        assert value == number
        assert type(value) is (int if number == 7 else Colour)
    for number in (1, 0x100, 1, 3, 0x101, 1):
        value = decode(Row, row(0, 0, attribute(6, struct.pack("=I", number)))).marks
        assert (value, type(value)) == (number, Marks)


def test_a_longer_value_that_begins_alike_is_another() -> None:
    for text in ("name", "names", "name", "nam", "name" * 20, "name"):
        assert decode(Row, row(0, 0, attribute(4, text.encode() + b"\0"))).text == text
    for payload in (b"\1\0", b"\1\0\0\0", b"\1\0"):
        assert decode(Row, row(0, 0, attribute(10, payload))).wide == 1
    assert decode(Row, row(0, 0, attribute(4, b"name"))).text == "name"


def test_an_absent_value_is_not_the_one_of_the_row_before() -> None:
    decode(Row, row(2, 8, attribute(2, b"\n\0\0\1"), attribute(3, bytes(4))))
    record = decode(Row, row(2, 8))
    assert (record.gateway, record.number) == (None, None)


@pytest.mark.parametrize("kind", [rest(binary), rest(string), rest(u8)], ids=lambda each: each.name)
def test_the_rest_of_a_struct_is_not_that_of_one_that_begins_alike(kind: Any) -> None:
    class Ends(Layout, c="ends"):
        size: int = member(u32)
        data: Any = member(kind)

    class Around(Record):
        ends: Ends | None = attr(1, struct_of(Ends))

    for end in (b"ab", b"cd", b"", b"abc", b"ab"):
        data = decode(Around, attribute(1, bytes(4) + end)).ends.data
        assert (data.encode() if isinstance(data, str) else bytes(data)) == end


def test_what_does_not_fit_behind_what_does() -> None:
    decode(Row, row(0, 0, attribute(3, bytes(4))))
    record = decode(Row, row(0, 0, attribute(3, bytes(3))))
    assert (record.number, record.unknown[0].payload) == (None, bytes(3))
    assert decode(Row, row(0, 0, attribute(3, bytes(4)))).number == 0


class TestContext:
    """A nest whose meaning lies further out is read anew, however deep it is."""

    def test_a_choice_in_elements_of_elements(self) -> None:
        class Part(Record):
            data: Any = attr(1, select("family", {1: nest(Leaf), 2: struct_of(Pair)}))

        class List(Record):
            parts: Any = attr(1, indexed(indexed(nest(Part))))

        class Whole(Record, header=Header):
            family: int = head()
            list: Any = attr(1, nest(List))

        inside = nested(1, nested(1, nested(1, nested(1, nested(1, b"\4\0\1\0")))))
        kinds = [type(decode(Whole, row(family, 0) + inside).list.parts[0][0].data) for family in (1, 2, 1, 9)]
        assert kinds == [Leaf, Pair, Leaf, bytes]

    def test_a_choice_in_a_choice(self) -> None:
        class Part(Record):
            data: Any = attr(1, select("family", {1: nest(Leaf), 2: struct_of(Pair)}))

        class Middle(Record):
            kind: Any = attr(1, u8)
            parts: Any = attr(2, select("kind", {5: indexed(nest(Part))}))

        class Whole(Record, header=Header):
            family: int = head()
            middle: Any = attr(1, nest(Middle))

        inside = nested(1, attribute(1, b"\5"), nested(2, nested(1, nested(1, b"\4\0\1\0"))))
        kinds = [type(decode(Whole, row(family, 0) + inside).middle.parts[0].data) for family in (1, 2, 1)]
        assert kinds == [Leaf, Pair, Leaf]

    def test_a_hook_may_look_elsewhere(self) -> None:
        answers = iter(range(100))
        hooked = one(hook(lambda payload: next(answers), lambda value: b""))

        class Around(Record):
            inner: Any = attr(1, nest(hooked))

        assert [decode(Around, nested(1, attribute(1, b"x"))).inner.value for _ in range(3)] == [0, 1, 2]

    def test_a_record_that_holds_itself_is_compiled_once(self) -> None:
        class Self(Record, header=Header):
            inner: Any = attr(1, nest(lambda: Self))
            destination: Any = attr(2, prefix("length"))
            stack: Any = attr(3, labels)
            octet: Any = attr(4, u8)

        for length in (8, 16):
            data = nested(1, row(2, length, attribute(2, b"\n\0\0\0")))
            assert decode(Self, row(2, 0) + data).inner.destination == f"10.0.0.0/{length}"


def test_a_member_of_a_struct_is_reused_by_its_bytes_alone() -> None:
    for low, high in ((1, 2), (1, 3), (2, 2), (1, 2)):
        assert decode(Pair, encode(Pair(low=low, high=high))) == Pair(low=low, high=high)
