"""Filters: what they let through is what a look at the decoded records would choose, for every kind of field."""

from __future__ import annotations

import struct
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codec.records import Colour, Header, Marks, attribute, decode, encode
from codec.test_hostile import Everything
from netlynx.codec import _codec
from netlynx.errors import DecodeError, EncodeError
from netlynx.netfilter.flow import Flow
from netlynx.netfilter.log import Packet
from netlynx.route.constants import AddressFamily
from netlynx.route.metrics import Metrics
from netlynx.route.route import Route
from netlynx.route.route_names import RouteFlags
from netlynx.schema import Record, array, attr, enum, flag, head, multi, s16, string, u8, u16
from netlynx.schema.compile import plan_of
from strategies import records
from worth import examples

TYPE, SEQUENCE, PORT = 24, 7, 99


def message(payload: bytes, flags: int = 2, kind: int = TYPE) -> bytes:
    header = struct.pack("=IHHII", 16 + len(payload), kind, flags, SEQUENCE, PORT)
    return header + payload + bytes(-len(payload) % 4)


def chosen(cls: Any, payloads: list[bytes], **wanted: Any) -> list[Any]:
    """The records that a filtered sink keeps; a counting sink must come to the same number."""
    data = b"".join(map(message, payloads))
    conditions = _codec.Filter(plan_of(cls), tuple(wanted.items()))
    sink = _codec.Records(plan_of(cls), conditions)
    assert sink.read(data, 0, len(data), TYPE, SEQUENCE, PORT) == (len(data), 2)
    counter = _codec.Counter(conditions)
    assert counter.read(data, 0, len(data), TYPE, SEQUENCE, PORT) == (len(data), 2)
    assert counter.count == len(sink.records)
    return sink.records


def fits(value: Any, wanted: Any, default: Any = None) -> bool:
    """What a condition means, said on decoded values: the oracle."""
    if wanted is None:
        return value is None or (value == default and (default is False or default == ()))
    if isinstance(wanted, (set, frozenset)):
        return any(fits(value, each, default) for each in wanted)
    if isinstance(value, tuple) and not isinstance(wanted, tuple):
        return any(fits(each, wanted) for each in value)
    if isinstance(wanted, dict):
        return isinstance(value, _records_with(wanted)) and all(
            fits(getattr(value, name), each, type(value).__declarations__[name].default)
            for name, each in wanted.items()
        )
    if isinstance(wanted, range):
        return value is not None and value in wanted
    if isinstance(wanted, Marks | RouteFlags) or (isinstance(value, Marks | RouteFlags) and isinstance(wanted, int)):
        return isinstance(value, int) and (value & wanted == wanted if wanted else value == 0)
    return bool(value == wanted)


class _Having(type):
    names: tuple[str, ...]

    def __instancecheck__(cls, instance: Any) -> bool:
        return all(name in getattr(instance, "__declarations__", ()) for name in cls.names)


def _records_with(wanted: dict[str, Any]) -> type:
    return _Having("having", (), {"names": tuple(wanted)})


def value_of(record: Any, draw: Any) -> dict[str, Any]:
    """A condition on some field: mostly the value that the record has, as it is, in a set, a range or a dict."""
    name = draw(st.sampled_from([*type(record).__declarations__]))
    value = getattr(record, name)
    forms = [value, None]
    if isinstance(value, int) and not isinstance(value, bool):
        forms += [{value, 1, 2}]
        forms += [range(value - 1, value + 2), range(value + 1, value + 5), range(value, value + 9, 2)]
    if isinstance(value, str):
        forms += [{value, None}]
    if isinstance(value, tuple) and value:
        forms += [value[0]]
        value = value[0]
    if hasattr(value, "__declarations__"):
        forms += [value_of(value, draw)]
    return {name: draw(st.sampled_from(forms))}


class Others(Record, header=Header):
    """What `Everything` lacks."""

    family: int = head()
    colour: Colour = head()
    id: int = head()
    marks: Marks | None = attr(1, enum(Marks, u16))
    shade: Colour | None = attr(2, enum(Colour, u8))
    cold: int | None = attr(3, s16)
    shades: tuple[Colour, ...] = attr(4, array(enum(Colour, u8)), default=())
    names: tuple[str, ...] = attr(5, multi(string))
    deep: bool = attr((6, 1), flag)


@examples(60)
@given(st.data())
def test_a_filter_on_bytes_chooses_what_a_look_at_the_records_would(data: st.DataObject) -> None:
    cls = data.draw(st.sampled_from([Everything, Others, Route]))
    drawn = data.draw(st.lists(records(cls), min_size=1, max_size=4))
    payloads = [encode(each) for each in drawn]
    decoded = [decode(cls, each) for each in payloads]
    wanted = value_of(data.draw(st.sampled_from(decoded)), data.draw)
    try:
        expected = [
            each
            for each in decoded
            if all(
                fits(getattr(each, name), value, cls.__declarations__[name].default) for name, value in wanted.items()
            )
        ]
        assert chosen(cls, payloads, **wanted) == expected
    except EncodeError:
        # What came from elsewhere need not be a value that the field could be given: a range over text, for one.
        assert not isinstance(*wanted.values(), (str, int, type(None)))


ALIKE = {
    "table": st.sampled_from([254, 10, 300]),
    "gateway": st.sampled_from([None, "192.0.2.1", "192.0.2.2"]),
    "oif": st.sampled_from([1, 2]),
    "protocol": st.sampled_from(["static", "boot"]),
    "metric": st.sampled_from([None, 0, 7]),
}


@examples(60)
@given(st.data())
def test_messages_that_look_alike_are_told_apart(data: st.DataObject) -> None:
    """What a filter remembers of how a message was made stands in for a look at the next: never for its values."""
    values = data.draw(st.lists(st.fixed_dictionaries(ALIKE), min_size=20, max_size=40))
    payloads = [encode(Route(family="inet", destination="10.0.0.0/8", **each)) for each in values]
    wanted = data.draw(st.fixed_dictionaries({}, optional=ALIKE))
    expected = [
        each
        for each in (decode(Route, payload) for payload in payloads)
        if all(fits(getattr(each, name), getattr(Route(**{name: value}), name)) for name, value in wanted.items())
    ]
    assert chosen(Route, payloads, **wanted) == expected


@examples(60)
@given(st.data())
def test_the_same_of_messages_with_bytes_changed_at_random(data: st.DataObject) -> None:
    cls = data.draw(st.sampled_from([Everything, Others, Route]))
    original = decode(cls, encode(data.draw(records(cls))))
    changed = bytearray(encode(original))
    if not changed:
        return
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    name = data.draw(st.sampled_from([*cls.__declarations__]))
    value = getattr(original, name)
    try:
        record = decode(cls, bytes(changed))
    except DecodeError:
        record = None
    try:
        kept = chosen(cls, [bytes(changed)], **{name: value})
    except DecodeError:
        assert record is None
        return
    except EncodeError:
        return
    if record is not None:
        assert kept == [record] * fits(getattr(record, name), value, cls.__declarations__[name].default)


def route(**fields: Any) -> bytes:
    return encode(Route(family=AddressFamily.INET, table=254, **fields))


ROUTES = [
    route(destination="10.0.0.0/8", gateway="192.0.2.1", oif=3, type="unicast"),
    route(destination="10.1.0.0/16", type="blackhole", metric=7),
    route(destination="default", metrics=Metrics(mtu=1400), flags=("onlink", "dead")),
    encode(Route(family=AddressFamily.INET6, destination="default", table=1000, oif=3)),
    encode(Route(family=AddressFamily.MPLS, destination="100")),
]


@pytest.mark.parametrize(
    ("wanted", "positions"),
    [
        ({"gateway": "192.0.2.1"}, [0]),
        ({"oif": 3}, [0, 3]),
        ({"oif": 3, "table": 254}, [0]),
        ({"type": "blackhole"}, [1]),
        ({"destination": "10.0.0.0/8"}, [0]),
        ({"destination": "default"}, [2, 3]),
        ({"destination": "::/0"}, [3]),
        ({"destination": "100"}, [4]),
        ({"destination": {"100", "10.1.0.0/16"}}, [1, 4]),
        ({"table": {1000, 7}}, [3]),
        ({"table": set(range(900, 1100))}, [3]),
        ({"table": range(200, 1000)}, [0, 1, 2]),
        ({"table": range(200, 1001, 4)}, [3]),
        ({"table": range(0)}, []),
        ({"metrics": {"mtu": 1400}}, [2]),
        ({"metrics": {"mtu": None}}, []),
        ({"metrics": Metrics(mtu=1400)}, [2]),
        ({"metrics": None, "family": "inet"}, [0, 1]),
        ({"gateway": None, "oif": None}, [1, 2, 4]),
        ({"gateway": {None, "192.0.2.1"}, "oif": 3}, [0, 3]),
        ({"flags": "onlink"}, [2]),
        ({"flags": {"onlink", "dead"}}, [2]),
        ({"flags": {"onlink", "pervasive"}}, [2]),
        ({"flags": ["onlink", "dead"]}, [2]),
        ({"flags": ("onlink", "pervasive")}, []),
        ({"flags": {("onlink", "pervasive"), "dead"}}, [2]),
        ({"flags": {0, "dead"}}, [0, 1, 2, 3, 4]),
        ({"flags": 0}, [0, 1, 3, 4]),
    ],
)
def test_what_may_stand_for_a_value(wanted: dict[str, Any], positions: list[int]) -> None:
    assert chosen(Route, ROUTES, **wanted) == [decode(Route, ROUTES[at]) for at in positions]


def test_a_field_of_a_header_that_does_not_stand_there_is_its_default() -> None:
    packet = encode(Packet(flow=Flow(mark=7)))
    family = decode(Packet, packet).flow.family
    for wanted, found in (({"family": family}, 1), ({"family": "ipv4"}, 0), ({"family": family, "mark": 7}, 1)):
        assert len(chosen(Packet, [packet], flow=wanted)) == found


def test_a_malformed_message_is_left_out_where_its_header_tells() -> None:
    damaged = bytes([10, *bytes(11)]) + b"\3\0\4\0"
    assert chosen(Route, [damaged], family="inet", oif=7) == []
    with pytest.raises(DecodeError, match="less than its own header"):
        chosen(Route, [damaged], family="inet6", oif=7)


def test_a_number_that_the_kernel_sends_wider_is_the_same_number() -> None:
    wide = bytes([10, *bytes(11)]) + attribute(15, struct.pack("=Q", 1000))
    assert [each.table for each in chosen(Route, [wide], table=1000)] == [1000]


def test_of_a_repeated_attribute_the_last_that_fits_counts() -> None:
    twice = bytes(12) + attribute(4, b"\1\0\0\0") + attribute(4, b"\2\0\0\0") + attribute(4, b"odd")
    assert chosen(Route, [twice], oif=1) == []
    assert [each.oif for each in chosen(Route, [twice], oif=2)] == [2]


def test_a_malformed_message_is_reported_where_it_was_looked_at() -> None:
    data = message(ROUTES[0]) + message(bytes(12) + b"\3\0\4\0")
    for sink in (_codec.Counter, lambda conditions: _codec.Records(plan_of(Route), conditions)):
        reader = sink(_codec.Filter(plan_of(Route), (("oif", 3),)))
        with pytest.raises(DecodeError, match="less than its own header") as caught:
            reader.read(data, 0, len(data), TYPE, SEQUENCE, PORT)
        assert caught.value.path == "Route"
    half = message(ROUTES[0]) + b"half"
    with pytest.raises(DecodeError, match="4 bytes are left") as caught:
        _codec.Counter().read(half, 0, len(half), TYPE, SEQUENCE, PORT)
    assert caught.value.offset == len(half) - 4


@pytest.mark.parametrize(
    ("wanted", "error", "text"),
    [
        ({"gatewya": "192.0.2.1"}, TypeError, "Route has no field 'gatewya'; did you mean gateway"),
        ({"metrics": {"mut": 1}}, TypeError, "Metrics has no field 'mut'; did you mean mtu"),
        ({"oif": {"mtu": 1}}, TypeError, "Route.oif: expected a value, not a dict"),
        ({"gateway": "here"}, EncodeError, "Route.gateway: 'here' is not an IPv4 or IPv6 address"),
        ({"destination": "10.0.0.0/99"}, EncodeError, "Route.destination: '10.0.0.0/99'"),
        ({"metrics": {"mtu": "x"}}, EncodeError, "Route.metrics.mtu: expected a number"),
        ({"table": {1, -1}}, EncodeError, "Route.table: -1 is out of range"),
        ({"gateway": range(3)}, EncodeError, "Route.gateway: expected one value or a set of them"),
        ({"type": "grey-hole"}, EncodeError, "Route.type: unknown name 'grey-hole'"),
    ],
)
def test_what_cannot_be_wanted_is_refused(wanted: dict[str, Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error) as caught:
        _codec.Filter(plan_of(Route), tuple(wanted.items()))
    assert str(caught.value).startswith(text)


def test_counting_makes_no_objects() -> None:
    data = b"".join(map(message, ROUTES)) * 2000
    for conditions in (None, _codec.Filter(plan_of(Route), (("oif", 3), ("gateway", {None, "192.0.2.1"})))):
        made = [blocks_while_counting(data, conditions) for _ in range(3)]
        assert min(made) < 50  # other threads of the process make objects, too, but not each time


def blocks_while_counting(data: bytes, conditions: Any) -> int:
    """How many blocks of memory more were in use at a time while 10,000 messages were counted."""
    counter = _codec.Counter(conditions)
    blocks = peak = sys.getallocatedblocks()
    at = 0
    size = len(data) // 100
    for _ in range(100):
        at = counter.read(data, at, at + size, TYPE, SEQUENCE, PORT)[0]
        peak = max(peak, sys.getallocatedblocks())
    assert counter.count == (10_000 if conditions is None else 4_000)
    return peak - blocks


def test_a_filter_is_made_once_for_the_same_conditions_but_not_where_they_may_have_changed() -> None:
    fixed: tuple[tuple[str, Any], ...] = (("type", 1), ("gateway", None))
    assert plan_of(Route).filter(fixed) is plan_of(Route).filter(fixed)
    assert plan_of(Route).filter((("type", 1),)) is not plan_of(Route).filter(fixed)
    changing: tuple[tuple[str, Any], ...] = (("table", {254}),)
    assert plan_of(Route).filter(changing).matches(Route(table=254))
    changing[0][1].add(255)
    assert plan_of(Route).filter(changing).matches(Route(table=255))
