"""A value has one form from construction on: whichever way it is written, record and request are the same.

The fault that this stands against: code that compared a text with an enum's member, sent less than it was given, and
removed more than was asked for.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from enum import IntFlag
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.walk import declared, title
from netlynx.codec._codec import encode_record
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.route import verbs
from netlynx.route.address import Address
from netlynx.route.constants import AddressFamily, Scope
from netlynx.route.link import Link
from netlynx.route.link_bridge import BridgeSpec, BridgeVlan
from netlynx.route.link_constants import LinkFlags
from netlynx.route.route import NextHop, Route
from netlynx.schema import Enumeration, FlagSet, Layout, Record, Spelt
from netlynx.schema.kinds import Code, Kind, Option
from netlynx.schema.settle import kind_of
from netlynx.schema.tags import tags_of
from netlynx.tc import verbs as tc_verbs
from strategies import layouts, records
from worth import examples

several = examples(2)
VERBS = ("add", "append", "replace", "change", "link", "delete")
CHANGED = {**dict.fromkeys(verbs.changes.registry, verbs), **dict.fromkeys(tc_verbs.changes.registry, tc_verbs)}


def spellings(kind: Kind, value: Any) -> Iterator[Any]:
    """Other ways to write a field's canonical value."""
    if kind.options & Option.MULTI or kind.code in (Code.ARRAY, Code.INDEXED, Code.SEQUENCE):
        if isinstance(value, tuple):
            yield list(value)
            yield [msgspec.structs.asdict(each) if isinstance(each, Layout) else each for each in value]
    elif kind.values is bool:
        yield int(value)
    elif kind.values is not None and issubclass(kind.values, Spelt):
        yield value.label
        yield int(value)
    elif kind.values is not None:
        yield from members(kind.values, value)
    elif kind.code is Code.INTEGER:
        yield Index(value)
    elif kind.code in (Code.IP, Code.VIA):
        yield ipaddress.ip_address(value)
        yield str(ipaddress.ip_address(value).exploded)
    elif kind.code is Code.PREFIX and "/" in value:
        given = ipaddress.ip_interface(value)
        yield given
        yield given.with_netmask if given.version == 4 else given.exploded.upper()
    elif kind.code is Code.MAC:
        yield value.upper()
        yield value.replace(":", "-")
    elif kind.code is Code.BINARY:
        yield bytearray(value)
        yield memoryview(value)
    elif kind.code in (Code.NEST, Code.STRUCT) and isinstance(value, (Record, Layout)):
        if kind.options & Option.TAGGED:
            value = tags_of(kind.held).write(value)
        yield {name: getattr(value, name) for name in type(value).__declarations__} | extra(value)


def extra(value: Any) -> dict[str, Any]:
    return {"tail": value.tail} if isinstance(value, Layout) else {"unknown": value.unknown}


def members(values: Any, value: Any) -> Iterator[Any]:
    """Number, name and label in any case, dashes or underscores; of flags several of them."""
    yield int(value)
    if issubclass(values, IntFlag):
        names = [member.name for member in values if member & value == member]
        if value and sum(values[name] for name in names) == value:
            yield from (names, set(names), tuple(name.lower().replace("_", "-") for name in names))
        yield value.labels
    elif isinstance(value, values):
        for name in {value.name, value.label}:
            yield from (name, name.lower(), name.upper(), name.replace("_", "-"), name.replace("-", "_"))


class Index:
    """A number of another library: it has `__index__`."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value


def all_of(base: type) -> list[Any]:
    return [cls for cls in declared(base) if cls.__module__.startswith("netlynx.") and cls.__declarations__]


def each_respelled(record: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of a record that is set, in every other spelling."""
    cls = type(record).__narrow__
    fields = {name: getattr(record, name) for name in cls.__declarations__}
    for name, value in fields.items():
        if value is None or value == cls.__declarations__[name].default:
            continue
        for other in spellings(kind_of(cls, name), value):
            yield name, {**fields, name: other}


def differing(a: Any, b: Any, path: str = "") -> str:
    """Where two values are not of the same type and value, all the way down; "" if nowhere."""
    if type(a) is not type(b) or a != b:
        return f"{path}: {a!r} and {b!r}"
    if isinstance(a, (Record, Layout)):
        found = (differing(getattr(a, name), getattr(b, name), f"{path}.{name}") for name in a.__declarations__)
        return next(filter(None, found), "")
    if isinstance(a, tuple):
        return next(filter(None, (differing(x, y, f"{path}[]") for x, y in zip(a, b, strict=True))), "")
    return ""


def test_the_names_of_numbers_are_known_to_json_and_tables() -> None:
    for cls in (*all_of(Record), *all_of(Layout)):
        for name, declaration in cls.__declarations__.items():
            values = None if declaration.kind is None else declaration.kind.values
            assert values in (None, bool) or issubclass(values, (Enumeration, FlagSet, Spelt)), f"{title(cls)}.{name}"


@pytest.mark.parametrize("cls", all_of(Record), ids=title)
@several
@given(data=st.data())
def test_every_spelling_makes_the_same_record(cls: Any, data: st.DataObject) -> None:
    record = data.draw(records(cls, depth=2))
    for name, values in each_respelled(record):
        assert differing(cls(**values), record) == "", name


@pytest.mark.parametrize("cls", all_of(Layout), ids=title)
@several
@given(data=st.data())
def test_every_spelling_makes_the_same_struct(cls: Any, data: st.DataObject) -> None:
    layout = data.draw(layouts(cls))
    for name, values in each_respelled(layout):
        assert differing(cls(**values), layout) == "", name


@pytest.mark.parametrize(
    ("cls", "verb"),
    [
        pytest.param(cls, verb, id=f"{title(cls)}-{verb}")
        for cls in sorted(CHANGED, key=title)
        for verb in VERBS
        if hasattr(CHANGED[cls], verb)
    ],
)
@several
@given(data=st.data())
def test_every_verb_sends_the_same_bytes_for_every_spelling(cls: Any, verb: str, data: st.DataObject) -> None:
    record = data.draw(records(cls, depth=2))
    sends = getattr(CHANGED[cls], verb)
    wanted = outcome(sends, record)
    for name, values in each_respelled(record):
        assert outcome(sends, cls(**values)) == wanted, name
        # Nobody looks at what `msgspec.structs.replace` puts into a record: the verbs do.
        if name in cls.__struct_fields__ and name not in cls.__rare__:
            respelled = msgspec.structs.replace(record, **{name: values[name]})
            assert outcome(sends, respelled) == wanted, name


def outcome(verb: Callable[[Any], Any], record: Any) -> Any:
    """What is sent, or the error with its words."""
    try:
        made = verb(record)
    except EncodeError as error:
        return type(error), str(error)
    return made.message_type, made.flags, made.payload


@pytest.mark.parametrize("family", ["inet", "INET", 2, AddressFamily.INET, None])
def test_an_address_is_deleted_with_its_own_address_in_every_spelling(family: Any) -> None:
    wanted = verbs.delete(Address(index=1, local="192.0.2.9", address="192.0.2.9", prefixlen=24))
    values = {} if family is None else {"family": family}
    assert verbs.delete(Address(index=1, address="192.0.2.9/24", **values)).payload == wanted.payload


@pytest.mark.parametrize("family", ["bridge", "Bridge", 7, AddressFamily.BRIDGE])
def test_vlans_of_a_port_are_deleted_and_not_the_port(family: Any) -> None:
    spec = BridgeSpec(vlans=(BridgeVlan(vid=10),))
    made = verbs.delete(Link(family=family, index=5, af_spec=spec))
    assert made.request == Link(family=AddressFamily.BRIDGE, index=5, af_spec=spec)
    with pytest.raises(EncodeError, match="set_bridge_port"):
        verbs.change(Link(family=family, index=5, af_spec=spec))


@pytest.mark.parametrize("scope", ["global", 0, Scope.GLOBAL])
def test_a_scope_that_is_given_is_the_same_however_it_is_given(scope: Any) -> None:
    wanted = verbs.add(Address(index=1, address="127.0.0.5/8", scope=Scope.GLOBAL))
    assert verbs.add(Address(index=1, address="127.0.0.5/8", scope=scope)).payload == wanted.payload


class TestRefusals:
    @pytest.mark.parametrize(
        ("values", "path", "error"),
        [
            ({"type": "nonsense"}, "Route.type", EncodeError),
            ({"type": 1.5}, "Route.type", EncodeTypeError),
            ({"flags": ["onlink", "nonsense"]}, "Route.flags", EncodeError),
            ({"metrics": {"mut": 3}}, "Route.metrics", EncodeTypeError),
            ({"multipath": [{"flags": "nonsense"}]}, "Route.multipath[0].flags", EncodeError),
        ],
    )
    def test_what_nothing_can_mean_is_refused_with_its_path(self, values: Any, path: str, error: Any) -> None:
        with pytest.raises(error) as caught:
            Route(**values)
        assert caught.value.path == path

    @pytest.mark.parametrize(
        ("field", "value"),
        [("oif", "v0"), ("gateway", 5), ("metrics", 5), ("multipath", 5), ("encap", 5), ("destination", 10)],
    )
    def test_a_value_of_no_use_is_refused_when_it_is_sent(self, field: str, value: Any) -> None:
        with pytest.raises(EncodeError) as caught:
            encode_record(Route(**{field: value}))
        assert caught.value.path == f"Route.{field}"


class TestNaturalShapes:
    def test_nested_records_are_given_as_dicts(self) -> None:
        route = Route(destination="10.0.0.0/8", metrics={"mtu": 1400}, multipath=[{"gateway": "192.0.2.1"}])  # type: ignore[arg-type]
        assert route.metrics is not None
        assert route.metrics.mtu == 1400
        assert route.multipath == (NextHop(gateway="192.0.2.1"),)

    def test_a_sub_message_is_the_one_that_its_selector_chooses(self) -> None:
        from netlynx.route.kinds.vlan import Vlan

        assert Link(kind="vlan", data={"id": 5}).data == Vlan(id=5)  # type: ignore[arg-type]
        with pytest.raises(EncodeError, match="set kind too"):
            Link(data={"id": 5})  # type: ignore[arg-type]

    def test_nothing_is_none_of_several(self) -> None:
        assert Route(multipath=None) == Route()  # type: ignore[arg-type]

    def test_flags_are_given_as_they_are_shown(self) -> None:
        assert Link(flags=["up", "0x80000000"]).flags == LinkFlags.UP | 0x80000000  # type: ignore[arg-type]

    def test_replaced_values_have_their_form_too(self) -> None:
        assert Route(oif=1).replace(type="local").type is Route(type="local").type  # type: ignore[arg-type]
        assert Route(oif=1).replace(mark=Index(3)).mark == 3  # type: ignore[arg-type]
