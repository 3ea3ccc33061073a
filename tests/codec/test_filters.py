"""Filters: what they let through is what a look at the decoded records would choose, for every kind of field."""

from __future__ import annotations

import struct
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codec.records import Colour, Header, Leaf, Marks, Pair, attribute, decode, encode, nested
from codec.test_hostile import Everything
from facts.walk import declared
from netlynx.errors import DecodeError, EncodeError
from netlynx.route.constants import AddressFamily
from netlynx.route.metrics import Metrics
from netlynx.route.route import Route
from netlynx.route.route_names import RouteFlags
from netlynx.schema import Record, array, attr, enum, flag, head, multi, s16, string, u8, u16, u32
from netlynx.schema import struct as struct_of
from netlynx.schema.compile import plan_of
from netlynx.wire import _codec
from strategies import records

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
    if isinstance(wanted, Marks | RouteFlags):
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
        forms += [] if isinstance(value, Marks | RouteFlags) else [{value, 1, 2}]  # of flags, a set means them all
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


@settings(deadline=None, max_examples=300)
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
            if all(fits(getattr(each, name), value, cls.__declarations__[name].default) for name, value in wanted.items())
        ]
        assert chosen(cls, payloads, **wanted) == expected
    except EncodeError:
        # What came from elsewhere need not be a value that the field could be given: a range over text, for one.
        assert not isinstance(*wanted.values(), (str, int, type(None)))


@settings(deadline=None, max_examples=300)
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
