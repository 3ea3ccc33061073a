"""Records are values: compared, hashed, copied, changed by copy, pickled, matched, taken apart."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codec.records import Colour, Leaf, Marks, Pair, decode, encode
from netlynx.route.link import Link
from netlynx.route.route import NextHop, Route
from netlynx.route.route_names import RouteType
from netlynx.schema import Attribute, Bitfield32
from strategies import records

ROUTE = Route(
    destination="10.0.0.0/8",
    type=RouteType.BLACKHOLE,
    multipath=(NextHop(gateway="10.0.0.1", weight=2), NextHop(oif=3, unknown=(Attribute(99, b"x", (1, 2), True),))),
    unknown=(Attribute(300, b"abc"),),
)
VALUES = [
    ROUTE,
    Route(),
    Pair(low=1, name="x", tail=b"more"),
    Leaf(text="\udcff"),
    Bitfield32(value=1),
    Attribute(5, b"x", within=(18,), net_byteorder=True),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
class TestCopies:
    def test_copied(self, value: Any) -> None:
        assert copy.copy(value) == value
        assert copy.deepcopy(value) == value

    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    def test_pickled(self, value: Any, protocol: int) -> None:
        twin = pickle.loads(pickle.dumps(value, protocol))
        assert twin == value
        assert type(twin) is type(value)
        assert hash(twin) == hash(value)

    def test_replaced_by_nothing(self, value: Any) -> None:
        assert msgspec.structs.replace(value) == value

    def test_taken_apart_and_put_together(self, value: Any) -> None:
        assert type(value)(**msgspec.structs.asdict(value)) == value


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(record=st.sampled_from([Route, Link, NextHop]).flatmap(records))
def test_any_record_is_a_value(record: Any) -> None:
    for twin in (copy.copy(record), copy.deepcopy(record), pickle.loads(pickle.dumps(record))):
        assert twin == record
        assert hash(twin) == hash(record)
        assert encode(twin) == encode(record)
        assert repr(twin) == repr(record)
    read = decode(type(record), encode(record))
    assert (pickle.loads(pickle.dumps(read)), hash(read)) == (read, hash(record))


def test_enums_and_flags_are_pickled_as_what_they_are() -> None:
    for value in (Colour.RED, Marks(3), Marks(0x100), RouteType.UNICAST):
        twin = pickle.loads(pickle.dumps(value))
        assert (twin, type(twin)) == (value, type(value))


def test_one_field_is_replaced() -> None:
    changed = msgspec.structs.replace(ROUTE, destination="10.1.0.0/16")
    assert (changed.destination, changed.multipath) == ("10.1.0.0/16", ROUTE.multipath)
    assert ROUTE.destination == "10.0.0.0/8"
    with pytest.raises(TypeError, match="destinaton"):
        msgspec.structs.replace(ROUTE, destinaton="x")


def test_each_part_counts_when_compared() -> None:
    for other in (
        msgspec.structs.replace(ROUTE, unknown=()),
        msgspec.structs.replace(ROUTE, multipath=ROUTE.multipath[:1]),
        msgspec.structs.replace(ROUTE, oif=1),
    ):
        assert other != ROUTE
    assert Pair(low=1) != Pair(low=1, tail=b"x")
    assert Attribute(1, b"") != Attribute(1, b"", nested=True)


def test_a_record_shows_what_is_not_the_default() -> None:
    assert repr(Route(oif=3)) == "Route(oif=3)"
    assert repr(Attribute(1, b"x")) == "Attribute(type=1, payload=b'x')"
    assert eval(repr(Pair(low=1, name="x"))) == Pair(low=1, name="x")


def test_a_record_is_matched() -> None:
    match ROUTE:
        case Route(destination=destination, multipath=(NextHop(gateway=gateway), *_)):
            assert (destination, gateway) == ("10.0.0.0/8", "10.0.0.1")
        case _:
            pytest.fail("not matched")


def test_equal_records_are_one_key() -> None:
    assert len({ROUTE, copy.deepcopy(ROUTE), pickle.loads(pickle.dumps(ROUTE))}) == 1
