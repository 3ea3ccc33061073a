"""Plans: compiled once, refused when a declaration cannot work, never seen half made."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from codec.records import Header, Leaf, Pair, attribute, decode, encode, nested, one
from netlynx.codec import _codec
from netlynx.schema import (
    Record,
    array,
    attr,
    binary,
    enum,
    head,
    indexed,
    ip,
    mac,
    multi,
    nest,
    prefix,
    string,
    u8,
    u32,
)
from netlynx.schema import struct as struct_of
from netlynx.schema.compile import plan_of


def test_a_plan_is_made_once() -> None:
    assert plan_of(Leaf) is plan_of(Leaf)
    assert repr(plan_of(Leaf)) == "<Plan Leaf: 2 fields>"


def test_a_plan_is_not_pickled() -> None:
    with pytest.raises(TypeError, match="a plan is not pickled"):
        pickle.dumps(plan_of(Leaf))


@pytest.mark.parametrize("item", [ip, mac, string, binary, nest(Leaf), array(u8)], ids=lambda item: item.name)
def test_an_array_of_what_has_no_size_is_refused(item: Any) -> None:
    with pytest.raises(TypeError, match="has no fixed size"):
        plan_of(one(array(item)))
    with pytest.raises(TypeError, match="size is not known"):
        array(item, 3)


@pytest.mark.parametrize("make", [multi, indexed, array])
@pytest.mark.parametrize("item", [prefix("length"), multi(u8)], ids=["prefix", "multi"])
def test_what_needs_a_slot_of_its_own_is_no_element(make: Any, item: Any) -> None:
    with pytest.raises(TypeError, match="cannot be made of"):
        make(item)


def test_only_text_and_bytes_take_a_limit() -> None:
    with pytest.raises(TypeError, match="u32 takes no limit"):
        u32(5)
    with pytest.raises(TypeError, match="an enum is carried by an integer, not by string"):
        enum(bool, string)


def test_a_failed_compilation_leaves_nothing_behind() -> None:
    class Broken(Record):
        inner: Any = attr(1, array(ip))

    class Around(Record):
        inner: Any = attr(1, nest(Broken))

    for _ in range(2):
        for cls in (Around, Broken):
            with pytest.raises(TypeError, match="has no fixed size"):
                plan_of(cls)
    assert Around not in _codec.plans
    assert Broken not in _codec.plans
    assert decode(one(u8), attribute(1, b"\5")).value == 5


@pytest.fixture
def impatient() -> Iterator[None]:
    """Threads change places as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("impatient")
def test_threads_that_need_the_same_plan_at_once_get_a_whole_one() -> None:
    def fresh() -> Any:
        class Inner(Record, header=Header):
            family: int = head()
            numbers: tuple[int, ...] = attr(1, multi(u32))
            pair: Any = attr(2, struct_of(Pair))

        class Outer(Record):
            self: Any = attr(1, nest(lambda: Outer))
            inner: Any = attr(2, nest(Inner))

        return Outer

    data = nested(1, nested(2, b"\7" + bytes(7) + attribute(1, b"\5\0\0\0")))
    with ThreadPoolExecutor(4) as pool:
        for _ in range(100):
            cls, start = fresh(), Barrier(4)

            def work(cls: Any = cls, start: Barrier = start) -> bytes:
                start.wait(timeout=30)
                record = decode(cls, data)
                assert record.self.inner.numbers == (5,)
                return encode(record)

            assert {each.result(timeout=60) for each in [pool.submit(work) for _ in range(4)]} == {data}
            _codec.plans.pop(cls)


@pytest.mark.usefixtures("impatient")
def test_threads_share_a_plan() -> None:
    """What one row leaves for the next is never half of one and half of another."""
    rows = [(nested(9), text) for text in ("", "a", "name", "x" * 39, "y" * 50)]
    expected = {attribute(2, text.encode() + b"\0") + row: text for row, text in rows}

    def work(_: int) -> None:
        for _ in range(300):
            for payload, text in expected.items():
                assert decode(Leaf, payload).text == text

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(8), timeout=120))
