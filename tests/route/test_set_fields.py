"""A field that is set is in the request, or the request is refused with the field's name: every record, verb and field.

With a value in one field more, the bytes that are sent have to differ from those without it, and from those with
another value; or an EncodeError names the field.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntFlag
from typing import Any

import pytest

from facts.walk import title
from netlynx import route, tc
from netlynx.codec._codec import encode
from netlynx.engine.operation import Guarded
from netlynx.errors import EncodeError
from netlynx.route import ensuring, verbs
from netlynx.route.address import Address
from netlynx.route.address_label import AddressLabel
from netlynx.route.can_gateway import CanGateway
from netlynx.route.link import Link
from netlynx.route.mctp import MctpAddress, MctpNeighbour, MctpRoute
from netlynx.route.mdb import MdbEntry, entry_of
from netlynx.route.neighbour import Neighbour
from netlynx.route.neighbour_table import NeighbourTable
from netlynx.route.netns_id import NamespaceId
from netlynx.route.nexthop import NextHopObject
from netlynx.route.phonet import PhonetAddress, PhonetRoute
from netlynx.route.port_vlan import PortVlan
from netlynx.route.route import NextHop, Route
from netlynx.route.rule import Rule
from netlynx.route.stats import StatsSettings
from netlynx.route.vlan_options import VlanOptions
from netlynx.route.vni import Vni
from netlynx.schema.compile import plan_of
from netlynx.schema.kinds import Code, Kind, Option
from netlynx.schema.record import replace_fields
from netlynx.schema.settle import kind_of
from netlynx.schema.spelling import Spelt
from netlynx.tc import verbs as tc_verbs

VERBS = ("add", "append", "replace", "change", "link", "delete")

ROOMS: dict[Any, Any] = {
    **dict.fromkeys(verbs.changes.registry, verbs),
    **dict.fromkeys(tc_verbs.changes.registry, tc_verbs),
}

# What makes a request of each class, as little as possible, by the family that it is about.
BASES: dict[Any, list[dict[str, Any]]] = {
    Address: [{"index": 2, "address": "192.0.2.1/24"}, {"index": 2, "address": "2001:db8::1/64"}],
    Link: [{"index": 2, "kind": "vlan"}, {"index": 2}, {"name": "v0", "kind": "ifb"}, {"index": 2, "change": "up"}],
    Neighbour: [
        {"index": 2, "destination": "192.0.2.1", "address": "02:00:00:00:00:01"},
        {"index": 2, "destination": "2001:db8::1", "address": "02:00:00:00:00:01"},
        {"index": 2, "family": "bridge", "address": "02:00:00:00:00:01"},
    ],
    NamespaceId: [{"pid": 7}],
    NeighbourTable: [
        {"name": "arp_cache", "index": 2, "lock_time": 5},
        {"name": "arp_cache", "gc_interval": 5},
        {"name": "arp_cache", "index": 2, "queue_length_bytes": 5},
    ],
    PortVlan: [{"index": 2, "vlan": 10}, {"index": 2, "vlan": 10, "state": "blocking"}],
    VlanOptions: [{"bridge": 2, "vlan": 10, "multicast_querier": True}],
    MdbEntry: [
        {"bridge": 2, "index": 3, "group": "239.1.1.1"},
        {"bridge": 2, "index": 2, "group": "ff0e::5"},
        {"bridge": 2, "group": "239.1.1.1", "destination": "192.0.2.1"},
        {"bridge": 2, "index": 3, "group": "239.1.1.1", "filter_mode": "include", "sources": ("192.0.2.7",)},
    ],
    Vni: [{"index": 2, "vni": 10}, {"index": 2, "vni": 10, "group": "192.0.2.1"}],
    AddressLabel: [{"prefix": "fd00::/8", "label": 7}],
    StatsSettings: [{"index": 2, "l3_stats": True}],
    CanGateway: [
        {"source": 2, "destination": 3, "mod_set": {"id": 5, "parts": "id"}},
        {"source": 2, "destination": 3, "flags": "fd", "fd_set": {"id": 5, "parts": "id"}},
    ],
    MctpAddress: [{"index": 2, "address": 8}],
    MctpRoute: [{"oif": 2, "destination": 8}],
    MctpNeighbour: [{"index": 2, "destination": 8, "address": "20"}],
    PhonetAddress: [{"index": 2, "address": 0x6C}],
    PhonetRoute: [{"oif": 2, "destination": 0x6C}],
    NextHopObject: [{"id": 5, "oif": 2, "family": "inet"}, {"id": 5, "oif": 2, "family": "inet6"}],
    Route: [
        {"destination": "10.0.0.0/8", "oif": 2},
        {"destination": "2001:db8::/32", "oif": 2},
        {"destination": "100", "oif": 2},
        {"destination": "10.0.0.0/8", "multipath": (NextHop(oif=2), NextHop(oif=3))},
        # As listings show it, written by hand: it is read by no more than that.
        {"family": "inet", "tos": 0, "protocol": 3, "scope": 0, "type": 1, "flags": 0, "table": 254, "oif": 2}
        | {"destination": "10.0.0.0/8", "gateway": "192.0.2.2"},
        {"family": "inet6", "tos": 0, "protocol": 3, "scope": 0, "type": 1, "flags": 0, "table": 254, "oif": 2}
        | {"destination": "2001:db8::/32", "metric": 1024, "preference": "medium"},
        {"family": "ipmr", "destination": "233.252.0.1", "source": "192.0.2.1", "iif": 2},
        {"family": "ipmr", "destination": "233.252.0.1", "source": "192.0.2.1"},
    ],
    Rule: [
        {"priority": 9, "family": "inet"},
        {"priority": 9, "family": "inet6"},
        {"priority": 9, "family": "inet", "suppress_prefixlen": -1, "protocol": 3, "table": 254, "action": "table"},
    ],
    tc.Action: [{"kind": "gact", "data": tc.Gact(control="drop")}],
    tc.Chain: [{"index": 2, "parent": "ingress", "chain": 5}],
    tc.Filter: [{"index": 2, "parent": "ingress", "priority": 5, "handle": 1, "kind": "matchall"}],
    tc.Class: [
        {"index": 2, "handle": "1:10", "parent": "1:", "data": tc.HtbClass(rate="1mbit")},
        {"index": 2, "handle": "1:10", "parent": "1:1", "data": tc.HfscClass(ls={"m2": "1mbit"})},
        {"index": 2, "handle": "1:10"},
    ],
    tc.Qdisc: [
        {"index": 2, "handle": "1:", "data": tc.Htb()},
        {"index": 2, "handle": "1:", "kind": "clsact", "parent": "clsact"},
        {"index": 2, "handle": "1:", "parent": "1:10", "kind": "mq"},
        {"index": 2, "handle": "1:"},
    ],
}

# Pairs of values where any two of the kind will not do.
VALUES: dict[str, tuple[Any, Any]] = {
    "Link.data": (route.Vlan(id=5), route.Vlan(id=6)),
    "Link.slave_data": (route.BridgePort(cost=5), route.BridgePort(cost=6)),
    "Link.protinfo": (b"1234", b"5678"),
    "Link.af_spec": ({"inet6": {"token": "::1"}}, {"inet6": {"token": "::2"}}),
    "Class.data": (tc.HtbClass(rate="5mbit"), tc.HtbClass(rate="6mbit")),
    "Qdisc.data": (tc.Ets(bands=5), tc.Ets(bands=6)),
    "Route.multipath": ((NextHop(oif=3),), (NextHop(oif=4),)),
}


def two_values(cls: Any, name: str, base: dict[str, Any]) -> tuple[Any, Any] | None:
    """Two values of a field that the kernel can tell apart; None for what needs others beside it to mean something."""
    if known := VALUES.get(f"{cls.__name__}.{name}"):
        return known
    return of_kind(kind_of(cls, name), ":" in str(base.get("address") or base.get("destination")))


def of_kind(kind: Kind, inet6: bool) -> tuple[Any, Any] | None:
    if kind.options & Option.MULTI or kind.code in (Code.INDEXED, Code.ARRAY):
        assert kind.item is not None
        one = of_kind(kind.item, inet6)
        return None if one is None else ((one[0],), (one[1],))
    if isinstance(kind.values, type) and issubclass(kind.values, Spelt):
        return kind.values(0x1_0003), kind.values(0x1_0005)
    if kind.values is not None and kind.values is not bool:
        first, second, *_ = [*(each for each in kind.values if int(each)), *kind.values]
        return first, second
    if kind.code is Code.INTEGER:
        return (False, True) if kind.values is bool else (1, 3)
    if kind.code is Code.IP:
        six = kind.width == 16 or (not kind.width and inet6)
        return ("2001:db8::8", "2001:db8::9") if six else ("192.0.2.8", "192.0.2.9")
    if kind.code is Code.PREFIX:
        return ("2001:db8:8::/48", "2001:db8:9::/48") if inet6 else ("10.8.0.0/16", "10.9.0.0/16")
    if kind.code in (Code.NEST, Code.STRUCT) and kind.target is not None:
        inner: Any = kind.target()
        for name, declaration in inner.__declarations__.items():
            pair = None if declaration.read_only else of_kind(kind_of(inner, name), inet6)
            if pair is not None:
                return tuple(inner(**{name: value}) for value in pair)  # type: ignore[return-value]
        return None
    plain = {
        Code.STRING: ("one", "two"),
        Code.BINARY: (b"\1\2\3\4", b"\5\6\7\x08"),
        Code.MAC: ("02:00:00:00:00:08", "02:00:00:00:00:09"),
        Code.FLAG: (False, True),
    }
    return plain.get(kind.code)


def outcome(verb: str, cls: Any, values: dict[str, Any]) -> Any:
    """What is sent, or the path of the field that is refused."""
    try:
        made = getattr(ROOMS[cls], verb)(cls(**values))
    except EncodeError as error:
        return error.path
    # What the kernel does not look at is looked at before, as tests on a real kernel see.
    checked = repr(made.record) if isinstance(made, Guarded) else ""
    return made.message_type, made.flags, made.payload, checked


RECORDS = [
    pytest.param(cls, base, id=f"{title(cls)}-{i}") for cls, bases in BASES.items() for i, base in enumerate(bases)
]


def requests(cls: Any, base: dict[str, Any], *without: str) -> Iterator[tuple[str, Any]]:
    """The verbs of which there is such a request at all, and the request."""
    for verb in VERBS:
        if verb in without or not hasattr(ROOMS[cls], verb):
            continue
        if not isinstance(said := outcome(verb, cls, base), str):
            yield verb, said


def test_every_record_that_has_verbs_is_here() -> None:
    assert set(BASES) == set(ROOMS)


def test_what_can_be_added_can_be_ensured() -> None:
    assert {cls for cls, known in verbs.changes.registry.items() if "add" not in known.without} == set(ensuring._LOOKS)


@pytest.mark.parametrize(("cls", "base"), RECORDS)
def test_a_set_field_is_sent_or_refused(cls: Any, base: dict[str, Any]) -> None:
    pairs = {name: two_values(cls, name, base) for name in cls.__declarations__ if name not in base}
    assert [
        (verb, name, wrong)
        for verb, without in requests(cls, base)
        for name, pair in pairs.items()
        if pair and (wrong := lost(verb, cls, name, base, without, pair))
    ] == []


def lost(verb: str, cls: Any, name: str, base: dict[str, Any], without: Any, pair: tuple[Any, Any]) -> str:
    """What is wrong with a request that has one of two values more than one without."""
    one, other = (outcome(verb, cls, base | {name: value}) for value in pair)
    for said in (one, other):
        if isinstance(said, str):
            return "" if said.startswith(cls.__name__) else f"refused, but as {said}"
    if one == other:
        return "two values are sent as the same"
    default = cls.__declarations__[name].default
    if without not in (one, other) or default in pair or _filled_in(cls, name, pair, base):
        return ""
    return "it is not sent"


def bits(cls: Any, base: dict[str, Any]) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Each flag of each field that has some, of the hops of a route, too: the field, the flag, and all values."""
    for name in cls.__declarations__:
        for flag in flags_of(kind_of(cls, name)):
            yield name, flag, {**base, name: flag}
    for flag in flags_of(kind_of(NextHop, "flags")) if "multipath" in base else ():
        hops = (replace_fields(base["multipath"][0], flags=flag), *base["multipath"][1:])
        yield "multipath[0].flags", flag, {**base, "multipath": hops}


def flags_of(kind: Kind) -> list[Any]:
    return [*kind.values] if isinstance(kind.values, type) and issubclass(kind.values, IntFlag) else []


@pytest.mark.parametrize(("cls", "base"), RECORDS)
def test_a_set_flag_is_sent_or_refused(cls: Any, base: dict[str, Any]) -> None:
    beside = {f"{cls.__name__}.{each}" for each in base}  # which it may be that it cannot be beside of
    flags = [each for each in bits(cls, base) if cls(**each[2]) != cls(**base)]

    def lost(verb: str, without: Any, name: str, values: dict[str, Any]) -> bool:
        said = outcome(verb, cls, values)
        if isinstance(said, str):
            return said not in {f"{cls.__name__}.{name}", *beside}
        return bool(said == without) and not _filled_in(cls, name, (values[name],), base)

    assert [
        (verb, name, flag.label)
        for verb, without in requests(cls, base)
        for name, flag, values in flags
        if lost(verb, without, name, values)
    ] == []


def _filled_in(cls: Any, name: str, pair: Any, base: dict[str, Any]) -> bool:
    """Whether one of the values is what is filled in where none is given."""
    request: Any = ROOMS[cls].add(cls(**base)).request
    return getattr(entry_of(request) if cls is MdbEntry else request, name, None) in pair


def told(cls: Any, base: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What the kernel only tells: the fields, and a value that such a one may have."""
    for name, declaration in cls.__declarations__.items():
        if declaration.read_only and (pair := two_values(cls, name, base)):
            yield name, next(value for value in pair if value and value != declaration.default)


@pytest.mark.parametrize(("cls", "base"), RECORDS)
def test_what_the_kernel_only_tells_is_refused_by_name(cls: Any, base: dict[str, Any]) -> None:
    compared = ("delete",) if cls is NextHopObject else ()  # all of it, with what is there
    for name, set_by_hand in told(cls, base):
        verbs = [verb for verb, _ in requests(cls, base, *compared)]
        said = {verb: outcome(verb, cls, base | {name: set_by_hand}) for verb in verbs}
        assert said == dict.fromkeys(verbs, f"{cls.__name__}.{name}")


@pytest.mark.parametrize(("cls", "base"), RECORDS)
def test_what_the_kernel_only_tells_is_not_taken_away_either(cls: Any, base: dict[str, Any]) -> None:
    """A record that was read, with nothing in the place of what the kernel said there, would be sent as it was read."""
    for name, value in told(cls, base):
        nothing = cls.__declarations__[name].default
        read = cls.from_bytes(encode(plan_of(cls), cls(**base, **{name: value})))
        assert getattr(read, name) != nothing
        for verb, _ in requests(cls, base, "append", "delete"):
            with pytest.raises(EncodeError) as refused:
                getattr(ROOMS[cls], verb)(read.replace(**{name: nothing}))
            assert (verb, refused.value.path) == (verb, f"{cls.__name__}.{name}")


# Whose changes the kernel tells the one who asked for them: tests/real/test_echo.py hears them.
HEARD = {Address, Link, NamespaceId, NextHopObject, Route, Rule}


@pytest.mark.parametrize("verb", [each for each in VERBS if hasattr(verbs, each)])
@pytest.mark.parametrize(
    "cls", [pytest.param(each, id=title(each)) for each in BASES if each not in HEARD and ROOMS[each] is verbs]
)
def test_an_answer_that_never_comes_is_not_asked_for(cls: Any, verb: str) -> None:
    """The kernel would do as it was asked, and the answer that is missing would be called an error."""
    for base in BASES[cls]:
        if isinstance(outcome(verb, cls, base), str):
            continue  # there is no such request
        with pytest.raises(EncodeError, match="does not answer with") as caught:
            getattr(verbs, verb)(cls(**base), echo=True)
        assert caught.value.path == f"route.{verb}(echo)"
