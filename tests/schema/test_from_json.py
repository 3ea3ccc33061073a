"""Records from JSON: the exact inverse of writing them, and errors that name the value at fault."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import netlynx
from codec.records import Colour, Marks
from facts.walk import declared, title
from netlynx import route
from netlynx.codec._codec import to_json
from netlynx.route.segments import Seg6Tunnel
from netlynx.schema import Attribute, Enumeration, Layout, Record, attr, enum, nest, select, string, u8, u16
from netlynx.schema.from_json import from_json
from netlynx.schema.record import was_read
from schema.test_round_trips import of_rooms, thorough
from strategies import layouts, records


def there_and_back(record: Any) -> Any:
    return from_json(type(record), json.loads(to_json(record)))


@pytest.mark.parametrize("cls", of_rooms(Record), ids=title)
@thorough
@given(data=st.data())
def test_a_record_comes_back_from_its_json(cls: Any, data: st.DataObject) -> None:
    record = data.draw(records(cls))
    again = there_and_back(record)
    assert there_and_back(again) == again
    assert again == record or "pad" in repr(record)  # JSON shows everything but padding


@pytest.mark.parametrize("cls", declared(Enumeration), ids=title)
def test_every_member_of_an_enumeration_has_a_label_of_its_own(cls: Any) -> None:
    assert len({member.label.lower() for member in cls}) == len(cls)


@pytest.mark.parametrize("cls", of_rooms(Layout), ids=title)
@thorough
@given(data=st.data())
def test_a_struct_comes_back_from_its_json(cls: Any, data: st.DataObject) -> None:
    layout = data.draw(layouts(cls))
    again = there_and_back(layout)
    for name in cls.__struct_fields__:
        assert name.startswith("pad") or getattr(again, name) == getattr(layout, name)


@pytest.mark.parametrize(
    "record",
    [
        route.Route(destination="10.0.0.0/8", type=route.RouteType.BLACKHOLE, table=1000),
        route.Route(protocol=200, scope=99),  # type: ignore[arg-type]  # numbers that have no names
        route.Route(multipath=(route.NextHop(oif=2, weight=256), route.NextHop(gateway="192.0.2.1"))),
        route.Route(
            encap_type=route.EncapType.SEG6,
            encap=route.Seg6Encap(tunnel=Seg6Tunnel(segments=("2001:db8::1", "2001:db8::2"))),
        ),
        route.Link(name="v\udcff", kind="veth", data=route.Veth(peer=route.Link(name="é"))),
        route.Link(kind="unheard-of", data=b"\1\2", flags=route.LinkFlags(0x80000041)),
        route.Link(kind="bond", data=route.Bond(mode=route.BondMode.LACP)),
        route.NextHopObject(id=1, group=(route.NextHopMember(id=2, weight=7), route.NextHopMember(id=3))),
        route.Rule(flags=route.RuleFlags.INVERT, fwmark=2**32 - 1),
        route.Route(
            unknown=(Attribute(99, b"\0\xff"), Attribute(5, b"", within=(8, 2), nested=True, net_byteorder=True))
        ),
    ],
    ids=repr,
)
def test_what_is_odd_comes_back_too(record: Any) -> None:
    assert there_and_back(record) == record


class Inner(Record):
    sub: Any = attr(1, select("kind", {"a": nest(lambda: Leaf), "t": string}))


class Leaf(Record):
    colour: Any = attr(1, enum(Colour, u8))
    marks: Any = attr(2, enum(Marks, u16))


class Outer(Record):
    kind: str | None = attr(1, string)
    inner: Any = attr(2, nest(Inner))


@pytest.mark.parametrize(
    "record",
    [
        Outer(kind="a", inner=Inner(sub=Leaf(colour=Colour.DARK_BLUE))),
        Outer(kind="t", inner=Inner(sub="text")),
        Outer(kind="?", inner=Inner(sub=b"\1")),
    ],
)
def test_a_sub_message_may_be_chosen_by_a_record_around_it(record: Outer) -> None:
    assert there_and_back(record) == record


def test_numbers_and_single_names_are_taken_where_names_and_lists_are_written() -> None:
    assert from_json(Leaf, {"colour": int(Colour.DARK_BLUE), "marks": "up"}) == Leaf(
        colour=Colour.DARK_BLUE, marks=Marks.UP
    )
    assert from_json(Leaf, {"marks": ["UP", 0x80, "0x100"]}).marks == Marks(0x181)


@pytest.mark.parametrize(
    ("cls", "value", "words"),
    [
        (route.Route, {"gatewya": "192.0.2.1"}, "Route: Route has no field 'gatewya'; did you mean gateway?"),
        (route.Route, {"metrics": {"mut": 1}}, "Route.metrics: Metrics has no field 'mut'; did you mean mtu?"),
        (route.Route, ["x"], "Route: expected an object of Route's fields, not a list"),
        (route.Route, {"metrics": 5}, "Route.metrics: expected an object of Metrics's fields, not 5"),
        (route.Route, {"multipath": {}}, "Route.multipath: expected a list, not an object"),
        (route.Route, {"multipath": [{}, {"oif": 1, "x": 2}]}, "Route.multipath[1]: NextHop has no field 'x'"),
        (route.Route, {"type": "unciast"}, "Route.type: unknown name 'unciast'; known: "),
        (route.Route, {"type": True}, "Route.type: expected a name or a number, not true"),
        (route.Route, {"encap": {"id": 5}}, "Route.encap: set encap_type too: it says what this is"),
        (route.Link, {"kind": "x", "data": {}}, "Link.data: nothing is known of kind 'x': give bytes"),
        (route.Link, {"physical_port_id": "0g"}, "Link.physical_port_id: '0g' is not bytes as hexadecimal digits"),
        (route.Link, {"physical_port_id": 1}, "Link.physical_port_id: expected bytes as hexadecimal digits, not 1"),
        (route.Route, {"unknown": [{"type": 1}]}, "Route.unknown[0]: expected an object of type, payload"),
        (route.Route, {"unknown": {}}, "Route.unknown: expected a list of attributes"),
    ],
)
def test_what_is_wrong_is_named_by_its_path(cls: Any, value: object, words: str) -> None:
    with pytest.raises(netlynx.EncodeError) as caught:
        from_json(cls, value)
    assert str(caught.value).startswith(words)


def test_what_a_listing_printed_counts_as_read_all_the_way_down() -> None:
    value = {"name": "v0", "kind": "bridge", "data": {"priority": 5}, "vf_ports": [{"vf": 0}]}
    found = from_json(route.Link, value, read=True)
    assert all(map(was_read, (found, found.data, *found.vf_ports)))
    assert found == from_json(route.Link, value)
    assert not was_read(from_json(route.Link, value))


def test_a_field_in_two_spellings_is_refused() -> None:
    with pytest.raises(TypeError, match="preferred_source is given twice"):
        from_json(route.Route, {"preferred-source": "192.0.2.1", "preferred_source": "192.0.2.2"})
