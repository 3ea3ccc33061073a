"""Conditions that nothing can meet at once are refused: an address beside a family that has none such, two values."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

import netlynx
from netlynx import mptcp, route
from netlynx.engine.operation import Dump
from netlynx.netfilter import conntrack
from netlynx.schema import Layout, Record
from netlynx.schema.kinds import Code
from test_filters import LISTINGS

ADDRESS = {"inet": "192.0.2.0", "inet6": "2001:db8::"}
OTHER = {"inet": "inet6", "inet6": "inet"}
OF_ONE = (
    *("route.anycast_addresses", "route.multicast_addresses", "route.fdb"),
    *("route.multicast_routes", "route.multicast_tables"),
)  # have a family without being asked
ONLY = ("broadcast", "anycast")  # the field itself takes the addresses of one family and no others


def addresses_in(record: Any, depth: int = 3) -> Iterator[tuple[str, ...]]:
    """The paths of a record's addresses; what stands in a sub-message chosen by a name is of any family."""
    for name, declaration in record.__declarations__.items():
        kind = declaration.kind
        if kind is None:
            continue
        kind = kind.item or kind
        if kind.name in ("ip4", "ip6"):
            continue  # refuses the others' by itself
        if kind.code in (Code.IP, Code.PREFIX):
            yield (name,)
        elif kind.code in (Code.NEST, Code.STRUCT, Code.SEQUENCE) and kind.target is not None and depth:
            target = kind.target()
            if issubclass(target, (Record, Layout)):
                yield from ((name, *rest) for rest in addresses_in(target, depth - 1))


def condition(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    for name in reversed(path[1:]):
        value = {name: value}
    return {path[0]: value}


def cases() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for name, make in LISTINGS.items():
        if name in (*OF_ONE, "route.links"):  # of links, another family lists another thing
            continue
        reply = make().reply
        for path in addresses_in(reply) if "family" in reply.__declarations__ else ():
            if path[-1] in ONLY:
                continue
            for family in ADDRESS:
                yield name, family, path


CASES = list(cases())


def test_the_cases_are_all_there_are() -> None:
    found = {(name, ".".join(path)) for name, _, path in CASES}
    assert found >= {
        ("route.addresses", "address"),
        ("route.addresses", "local"),
        ("route.routes", "destination"),
        ("route.routes", "multipath.gateway"),
        ("route.neighbours", "destination"),
        ("route.nexthops", "gateway"),
        ("route.rules", "source"),
        ("conntrack.flows", "original.source"),
        ("conntrack.expectations", "master.destination"),
        ("mptcp.endpoints", "address"),
    }


def asked(name: str, family: str) -> Dump[Any]:
    """The listing of one family, by its argument where it has one."""
    try:
        return LISTINGS[name](family=family)
    except TypeError:
        return LISTINGS[name]().where(family=family)


@pytest.mark.parametrize(("name", "family", "path"), CASES, ids=["-".join((a, b, *c)) for a, b, c in CASES])
def test_an_address_of_another_family_is_refused(name: str, family: str, path: tuple[str, ...]) -> None:
    own, other = ADDRESS[family], ADDRESS[OTHER[family]]
    listing = asked(name, family)
    for spelled in (other, f"{other}/32", ip_address(other), ip_network(f"{other}/32"), {other, f"{other}/30"}):
        with pytest.raises(netlynx.EncodeError, match="nothing can fit") as caught:
            listing.where(**condition(path, spelled))
        assert caught.value.path.endswith("." + ".".join(path))
        with pytest.raises(netlynx.EncodeError, match="nothing can fit"):
            LISTINGS[name]().where(**condition(path, spelled), family=family)
        LISTINGS[name]().where(**condition(path, spelled))
        LISTINGS[name]().where(**condition(path, spelled), family={"inet", "inet6"})
    for fits in (own, ip_network(f"{own}/16", strict=False), {own, other}, None):
        listing.where(**condition(path, fits))


def test_records_as_values_are_looked_into() -> None:
    with pytest.raises(netlynx.EncodeError, match=r"Flow\.original\.source: 192\.0\.2\.1 is IPv4"):
        conntrack.flows(family="inet6").where(original=conntrack.Tuple(source="192.0.2.1"))
    hop = route.NextHop(gateway="2001:db8::1", oif=1)
    for value in (hop, (hop, hop)):
        with pytest.raises(netlynx.EncodeError, match=r"Route\.multipath\.gateway: 2001:db8::1 is IPv6"):
            route.routes(family="inet").where(multipath=value)


def test_labels_are_a_family_too() -> None:
    for family, destination in (("inet", "100"), ("mpls", "192.0.2.0/24"), ("mpls", "2001:db8::/32")):
        with pytest.raises(netlynx.EncodeError, match="nothing can fit"):
            route.routes(family=family).where(destination=destination)
    route.routes(family="mpls").where(destination="100")


def test_what_may_be_of_any_family_is_not_refused() -> None:
    route.routes(family="inet").where(via="2001:db8::1")
    route.routes(family="inet").where(destination="default")
    route.routes(family="inet6").where(destination="default")
    route.fdb().where(destination="192.0.2.1")
    route.fdb().where(destination="2001:db8::1")


@pytest.mark.parametrize(
    "make",
    [
        lambda: route.addresses(family="inet").where(family="inet6"),
        lambda: route.routes().where(metric=1).where(metric=2),
        lambda: route.links(kind="veth").where(kind="bridge"),
        lambda: route.links().where(address="02:00:00:00:00:01").where(address="02:00:00:00:00:02"),
        lambda: mptcp.endpoints().where(id=1).where(id=2),
    ],
    ids=["family", "number", "text", "hardware address", "generic"],
)
def test_two_values_for_one_field_are_refused(make: Any) -> None:
    with pytest.raises(netlynx.EncodeError, match=r"nothing is .* and "):
        make()


def test_the_same_value_twice_is_one_and_flags_and_elements_add_up() -> None:
    route.links(kind="veth").where(kind="veth")
    route.links().where(address="02:00:00:00:00:0A").where(address="02:00:00:00:00:0a")
    route.addresses(family="inet").where(family=2)
    route.links().where(flags="up").where(flags="loopback")
    route.links().where(alternative_names="a").where(alternative_names="b")
    route.routes().where(metric={1, 2}).where(metric=2)
    route.routes(table="blue").where(table=7)  # which number it has is not known yet


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"table": set()}, "Route.table"),
        ({"table": 254, "oif": frozenset()}, "Route.oif"),
        ({"metric": range(5, 5)}, "Route.metric"),
        ({"metrics": {"mtu": set()}}, "Route.metrics.mtu"),
    ],
)
def test_any_of_no_values_is_refused(fields: dict[str, Any], path: str) -> None:
    with pytest.raises(netlynx.EncodeError, match="no value in this") as refused:
        route.routes().where(**fields)
    assert refused.value.path == path
