"""Nothing is kept that should go, and nothing goes that should be kept."""

from __future__ import annotations

import gc
import struct
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import IntFlag
from typing import Any

import pytest

from codec.records import Colour, Leaf, Marks, attribute, decode, encode, nested, one
from codec.test_hostile import Everything
from netlynx.codec import _codec
from netlynx.engine.operation import Event
from netlynx.errors import DecodeError, EncodeError
from netlynx.route.constants import AddressFamily
from netlynx.route.route import NextHop, Route
from netlynx.route.route_names import RouteProtocol, RouteType
from netlynx.schema import Record, attr, boolean, enum, flag, hook, multi, nest, select, sequence, u8, u32
from netlynx.schema.compile import plan_of
from support import resident

TIMES = 60_000
FEW = 3_000


class Everyday(Record):
    colour: Any = attr(1, enum(Colour, u8))
    truth: Any = attr(2, boolean)
    there: bool = attr(3, flag)
    marks: Any = attr(4, enum(Marks, u32))
    inner: Any = attr(5, nest(Leaf))
    many: tuple[Any, ...] = attr(6, multi(nest(Leaf)))
    chosen: Any = attr(7, select("colour", {Colour.RED: nest(Leaf)}))
    odd: Any = attr(8, hook(lambda raw: None if raw else NotImplemented, lambda value: value))


FULL = b"".join(
    [
        attribute(1, b"\1"),
        attribute(2, b"\1"),
        attribute(3),
        attribute(4, b"\3\0\0\0"),
        nested(5, attribute(1, b"\7\0\0\0")),
        nested(6, attribute(2, b"a\0")),
        nested(6, attribute(9, b"unknown")),
        nested(7, attribute(1, b"\7\0\0\0")),
        attribute(8, b"x"),
        attribute(99, b"unknown"),
    ]
)
ROUTE = encode(
    Route(
        family=AddressFamily.INET,
        destination="10.0.0.0/8",
        type=RouteType.UNICAST,
        table=254,
        multipath=(NextHop(gateway="10.0.0.1", weight=2), NextHop(oif=3)),
    )
)
SHARED: list[Any] = [
    None,
    True,
    False,
    NotImplemented,
    (),
    b"",
    "",
    0,
    7,
    Colour.RED,
    Marks(3),
    Marks(0),
    AddressFamily.INET,
    RouteProtocol.STATIC,
    Everyday,
    Leaf,
    Route,
    NextHop,
]


def fails(error: type[Exception], function: Callable[[], Any]) -> Callable[[], None]:
    def run() -> None:
        with pytest.raises(error):
            function()

    return run


def events() -> None:
    data = struct.pack("=IHHII", 16 + len(ROUTE), 24, 0, 0, 0) + ROUTE
    _codec.Notifications({24: (plan_of(Route), "new", "new")}, Event).read(data, len(data), [])


def messages() -> None:
    data = (struct.pack("=IHHII", 16 + len(ROUTE), 24, 2, 7, 8) + ROUTE) * 3
    _codec.Records(plan_of(Route)).read(data, 0, len(data), 24, 7, 8)
    unsettled = _codec.Filter(plan_of(Route), (("table", 254), ("multipath", ROUTED.multipath)))
    for conditions in (unsettled, _codec.Filter(plan_of(Route), (("table", 255),))):
        _codec.Records(plan_of(Route), conditions).read(data, 0, len(data), 24, 7, 8)
        _codec.Counter(conditions).read(data, 0, len(data), 24, 7, 8)


def columns() -> None:
    payload = FULL + nested(5, b"\1") + nested(6, b"\1") + nested(7, b"\1") + attribute(1, b"abc")
    data = struct.pack("=IHHII", 16 + len(payload), 24, 2, 7, 8) + payload
    sink = _codec.Columns(plan_of(Everyday))
    sink.read(data, 0, len(data), 24, 7, 8)
    sink.finish()


EVERYDAY = decode(Everyday, FULL)
ROUTED = decode(Route, ROUTE)
PATHS: dict[str, Callable[[], Any]] = {
    "decode": lambda: decode(Everyday, FULL),
    "decode a route": lambda: decode(Route, ROUTE),
    "encode": lambda: encode(EVERYDAY.__class__(colour=Colour.RED, truth=True, inner=Leaf(number=7), many=(Leaf(),))),
    "encode a route": lambda: encode(ROUTED),
    "json": lambda: (_codec.to_json(EVERYDAY), _codec.to_json(ROUTED)),
    "messages": messages,
    "events": events,
    "nothing": lambda: decode(Everyday, b""),
    "odd hook": lambda: decode(Everyday, attribute(8)),
    "unfit": lambda: decode(Everyday, attribute(1, b"abc") + attribute(4, b"abc") + attribute(3, b"abc")),
    "truncated": fails(DecodeError, lambda: decode(Everyday, FULL + b"\1")),
    "truncated nest": fails(DecodeError, lambda: decode(Everyday, FULL + nested(5, b"\1"), strict=True)),
    "truncated repetition": fails(DecodeError, lambda: decode(Everyday, FULL + nested(6, b"\1"), strict=True)),
    "truncated choice": fails(DecodeError, lambda: decode(Everyday, FULL + nested(7, b"\1"), strict=True)),
    "truncated sequence": fails(DecodeError, lambda: decode(Route, ROUTE + attribute(9, b"\1"), strict=True)),
    "broken nests are kept": lambda: decode(Everyday, FULL + nested(5, b"\1") + nested(6, b"\1") + nested(7, b"\1")),
    "a broken sequence is kept": lambda: decode(Route, ROUTE + attribute(9, b"\1")),
    "columns of what is broken": columns,
    "refused": fails(EncodeError, lambda: encode(Everyday(colour="pink", truth=True, inner=Leaf()))),
    "refused deep": fails(EncodeError, lambda: encode(Route(multipath=(NextHop(), NextHop(gateway="x"))))),
}


@pytest.fixture
def quiet() -> Iterator[None]:
    """No collection in between, and none of what earlier tests left."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def counts() -> list[int]:
    return [sys.getrefcount(each) for each in SHARED]


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("path", PATHS)
def test_references_are_counted(path: str) -> None:
    run = PATHS[path]
    times = 500 if "pytest" in run.__qualname__ or "fails" in run.__qualname__ else 2000
    for _ in range(20):
        run()
    gc.collect()
    before = counts()
    for _ in range(times):
        run()
    gc.collect()
    after = counts()
    grown = {repr(each): now - then for each, then, now in zip(SHARED, before, after, strict=True)}
    assert {name: by for name, by in grown.items() if abs(by) > times // 10} == {}


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("path", PATHS)
def test_memory_does_not_grow(path: str) -> None:
    run = PATHS[path]
    times = 1000 if "fails" in run.__qualname__ else FEW
    for _ in range(200):
        run()
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(times):
            run()
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 20_000


def test_60_000_rounds_leave_the_process_as_large_as_it_was() -> None:
    """What C allocates (tables of plans, buffers of writers) is not seen by tracemalloc."""
    plan, failing = plan_of(Everyday), FULL + nested(5, b"\1")
    for rounds in (5_000, TIMES):
        before = resident()
        for _ in range(rounds):
            _codec.to_json(_codec.decode(plan, FULL))
            _codec.encode(plan, EVERYDAY_SENDABLE)
            with suppress(DecodeError):
                _codec.decode(plan, failing)
    assert resident() - before < 4 << 20


EVERYDAY_SENDABLE = Everyday(colour=Colour.RED, truth=True, marks=("up",), inner=Leaf(number=7), many=(Leaf(), Leaf()))


def test_a_plan_frees_its_tables() -> None:
    def build() -> None:
        cls = one(u8)
        encode(cls(value=5))
        decode(cls, attribute(1, b"\5"))
        del _codec.plans[cls]

    for _ in range(300):
        build()
    gc.collect()
    before = resident()
    for _ in range(1000):
        build()
    gc.collect()
    assert resident() - before < 4 << 20


def test_flags_that_a_sender_makes_up_do_not_fill_the_memory() -> None:
    class Many(IntFlag):
        ONE = 1

    marked = one(enum(Many, u32))
    for number in range(30_000):
        value = decode(marked, attribute(1, struct.pack("=I", number))).value
        assert value == number
        assert type(value) is Many
    assert len(Many._value2member_map_) < 10_000
    assert decode(marked, attribute(1, b"\1\0\0\0")).value is Many.ONE
    assert Many(5) == 5


class TestTracking:
    """A dump of a million records must not be walked by the garbage collector again and again."""

    @pytest.mark.parametrize("record", [EVERYDAY, ROUTED, ROUTED.multipath[0], EVERYDAY.inner, Leaf(), Route()])
    def test_records_are_not_tracked(self, record: Any) -> None:
        assert not gc.is_tracked(record)

    def test_nor_are_unknown_attributes(self) -> None:
        assert not gc.is_tracked(EVERYDAY.unknown[0])

    def test_a_tuple_of_them_is_let_go_by_the_first_collection(self) -> None:
        everything = decode(Everything, bytes(8) + attribute(14, bytes(8)))
        gc.collect()
        assert not gc.is_tracked(everything.numbers)


def test_a_value_outlives_the_plan_and_the_data() -> None:
    cls = one(multi(nest(Leaf)))
    data = bytearray(nested(1, attribute(2, b"abc\0")))
    record = decode(cls, data)
    data[:] = bytes(len(data))
    del _codec.plans[cls]
    gc.collect()
    assert record.value == (Leaf(text="abc"),)


def test_a_sequence_is_a_tuple_of_its_own_each_time() -> None:
    class Hopping(Record):
        hops: Any = attr(1, sequence(NextHop))

    first = decode(Hopping, attribute(1, encode(NextHop(oif=1))[:0]))
    assert first.hops == ()
