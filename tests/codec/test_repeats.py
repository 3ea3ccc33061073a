"""Nested values that come back are shared, by their bytes alone and within bounds."""

from __future__ import annotations

import gc
import struct
import sys
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codec.records import Header, Leaf, Pair, attribute, decode, encode, nested
from netlynx.errors import DecodeError
from netlynx.route import Metrics, NextHop, Route
from netlynx.schema import Record, array, attr, hook, indexed, nest, prefix, u16, u32
from netlynx.schema import struct as struct_of

KEPT = 4096  # values of one field, see decode/repeats.pxi
PATIENCE, RESPITE = 2048, 16384  # values made in vain before looking is given up, and for how many


class Row(Record, header=Header):
    number: int | None = attr(1, u32)
    leaf: Leaf | None = attr(2, nest(Leaf))
    pair: Pair | None = attr(3, struct_of(Pair))
    leaves: tuple[Leaf, ...] | None = attr(4, indexed(nest(Leaf)))
    numbers: tuple[int, ...] | None = attr(5, array(u16))


def row(*parts: bytes) -> bytes:
    return bytes(8) + b"".join(parts)


def leaf(number: int) -> bytes:
    return row(nested(2, attribute(1, struct.pack("=I", number))))


def route(*gateways: str) -> bytes:
    hops = tuple(NextHop(gateway=gateway) for gateway in gateways)
    return encode(Route(family=2, destination="10.0.0.0/8", multipath=hops))  # type: ignore[arg-type]  # a number


@pytest.fixture
def sought() -> None:
    """Values of routes that come back are looked for: other tests may have had that given up for a while."""
    messages = [
        encode(Route(family=2, metrics=Metrics(mtu=number), multipath=(NextHop(oif=number),)))  # type: ignore[arg-type]  # a number
        for number in (1, 2)
    ]
    for number in range(RESPITE + PATIENCE):
        decode(Route, messages[number % 2])  # other values than just before, or they would be taken from there


@pytest.mark.usefixtures("sought")
def test_values_that_come_back_after_others_are_shared() -> None:
    sets = [("10.0.0.1", "10.0.0.2"), ("10.0.0.3", "10.0.0.4"), ("10.0.0.1", "10.0.0.4")]
    first = [decode(Route, route(*each)).multipath for each in sets]
    second = [decode(Route, route(*each)).multipath for each in sets]
    assert [tuple(hop.gateway for hop in each) for each in second] == sets
    assert all(one is other for one, other in zip(first, second, strict=True))


@settings(max_examples=100, deadline=None)
@given(
    values=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=6),
    order=st.randoms(use_true_random=False),
)
def test_a_value_is_what_its_bytes_say(values: list[tuple[int, int, int]], order: Any) -> None:
    rows = [
        Row(
            number=one,
            leaf=Leaf(number=one, text=str(two)),
            pair=Pair(low=two, high=three, name=str(one)),
            leaves=(Leaf(number=three), Leaf(text=str(one))),
            numbers=(one, two, three),
        )
        for one, two, three in values
    ] * 3
    order.shuffle(rows)
    for each in rows:
        assert decode(Row, encode(each)) == each


def test_many_values_drive_each_other_out() -> None:
    for _ in range(2):
        for number in range(3 * KEPT):
            assert decode(Row, leaf(number)).leaf == Leaf(number=number)
    for number in list(range(100)) * 300:  # after a respite they are looked for again
        record = decode(Row, leaf(number))
        assert record.leaf == Leaf(number=number)
    assert decode(Row, leaf(7)).leaf is decode(Row, leaf(7)).leaf


def test_most_of_a_thousand_values_that_come_back_are_found_again() -> None:
    payloads = [encode(Row(pair=Pair(low=7, high=number))) for number in range(1000)]
    for _ in range((RESPITE + PATIENCE) // 500):  # other tests may have had looking given up
        first = [decode(Row, each).pair for each in payloads]
    second = [decode(Row, each).pair for each in payloads]
    assert sum(one is other for one, other in zip(first, second, strict=True)) > 800


def test_a_value_that_depends_on_more_than_its_bytes_is_not_shared() -> None:
    class Inner(Record, header=Header):
        destination: str | None = attr(1, prefix("length"))

    class Outer(Record):
        inner: Inner | None = attr(1, nest(Inner))
        numbers: Any = attr(2, hook(lambda payload: [], lambda value: b""))

    for length in (8, 9, 8, 9):
        inside = struct.pack("=BBBBI", 2, length, 0, 0, 0) + attribute(1, b"\n\0\0\0")
        assert decode(Outer, nested(1, inside)).inner.destination == f"10.0.0.0/{length}"
    lists = [decode(Outer, attribute(2, b"x")).numbers for _ in range(3)]
    assert len({id(each) for each in lists}) == 3


def pure(decoder: Callable[[bytes], Any]) -> Any:
    class Pure(Record):
        number: int | None = attr(1, u32)
        value: Any = attr(2, hook(decoder, lambda value: b"", pure=True))

    return Pure


def test_a_pure_hook_is_asked_once_for_the_same_bytes() -> None:
    asked: list[bytes] = []

    def decoder(payload: bytes) -> bytes:
        asked.append(payload)
        return payload.upper()

    cls = pure(decoder)
    for _ in range(3):
        for payload in (b"a", b"b", b"c"):
            assert decode(cls, attribute(2, payload)).value == payload.upper()
    assert asked == [b"a", b"b", b"c"]


def test_a_failure_is_not_remembered() -> None:
    answers = iter([ValueError("not yet"), NotImplemented, "now"])

    def decoder(payload: bytes) -> Any:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    cls = pure(decoder)
    assert "not yet" in decode(cls, attribute(2, b"x")).unknown[0].problem
    assert decode(cls, attribute(2, b"x")).unknown[0].payload == b"x"
    assert [decode(cls, attribute(2, b"x")).value for _ in range(2)] == ["now", "now"]


def test_nests_are_no_deeper_for_being_known() -> None:
    class Self(Record):
        inner: Any = attr(1, nest(lambda: Self))
        number: int | None = attr(2, u32)

    def deep(levels: int) -> bytes:
        data = attribute(2, bytes(4))
        for _ in range(levels):
            data = nested(1, data)
        return data

    for levels in (30, 40, 45, 40, 41, 45):
        if levels > 40:
            with pytest.raises(DecodeError, match="deep"):
                decode(Self, deep(levels), strict=True)
        record, left = decode(Self, deep(levels)), levels
        while record.inner is not None:
            record, left = record.inner, left - 1
        assert left == max(0, levels - 40)
        assert record.number == (None if left else 0)
        assert [each.problem for each in record.unknown] == ["inner: nested more than 40 deep (at byte 0)"] * bool(left)


def test_what_was_kept_goes_with_the_class() -> None:
    class Value:
        pass

    cls = pure(lambda payload: Value())
    kept = weakref.ref(decode(cls, attribute(2, b"x")).value)
    gc.collect()
    assert kept() is not None
    assert kept() is decode(cls, attribute(2, b"x")).value


@pytest.mark.usefixtures("sought")
def test_shared_values_are_counted() -> None:
    metrics = [decode(Route, encode(Route(family=2, metrics=Metrics(mtu=mtu)))).metrics for mtu in (1400, 1401)]  # type: ignore[arg-type]  # a number
    before = [sys.getrefcount(each) for each in metrics]
    rows = [decode(Route, encode(Route(family=2, metrics=each))) for each in metrics * 50]  # type: ignore[arg-type]  # a number
    assert [sys.getrefcount(each) for each in metrics] == [count + 50 for count in before]
    del rows
    assert [sys.getrefcount(each) for each in metrics] == before
