"""A deletion is at least as specific as its record: what does not fit all of it stays, however the kernel compares."""

from __future__ import annotations

from typing import Any

import pytest

import netlynx
from netlynx import route
from netlynx.route import Address, Link, Neighbour, NextHopObject, Route, Rule

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel]

FORWARDED = "02:00:00:00:00:07"

# Each of these differs from what is there, in a field that the kernel takes for "any" or does not look at.
OTHERS = [
    Route(destination="10.1.0.0/16", metric=0),
    Route(destination="10.1.0.0/16", realms=0),
    Route(destination="10.1.0.0/16", realms=3),
    Route(destination="10.1.0.0/16", gateway="10.9.0.7", realms=3),
    Route(destination="10.1.0.0/16", encap=route.MplsEncap(labels="100")),
    Route(destination="10.1.0.0/16", gateway="10.9.0.7", metrics={"mtu": 1400}),  # type: ignore[arg-type]
    Route(destination="10.1.0.0/16", preferred_source="0.0.0.0"),
    Route(destination="10.1.0.0/16", gateway="0.0.0.0"),
    Route(destination="10.1.0.0/16", oif=0),
    Route(destination="10.1.0.0/16", protocol="unspec"),  # type: ignore[arg-type]
    Route(destination="10.1.0.0/16", nexthop_id=0),
    Route(destination="10.1.0.0/16", flags="onlink"),  # type: ignore[arg-type]
    Route(destination="10.1.0.0/16", multipath=[{"gateway": "10.9.0.7"}, {"gateway": "10.9.0.8"}]),  # type: ignore[list-item, arg-type]
    Route(destination="2001:db8:4::/48", metric=0),
    Route(destination="2001:db8:4::/48", expires=5),
    Route(destination="2001:db8:4::/48", type="blackhole"),  # type: ignore[arg-type]
    Route(
        destination="2001:db8:4::/48",
        multipath=[{"gateway": "2001:db8:1::2"}, {"gateway": "2001:db8:1::9"}],  # type: ignore[list-item, arg-type]
    ),
    Rule(family="inet", fwmark=0),  # type: ignore[arg-type]
    Rule(family="inet", source="0.0.0.0/0"),  # type: ignore[arg-type]
    Rule(family="inet", priority=0, table=5),  # type: ignore[arg-type]
    Rule(family="inet", priority=9, flags="invert"),  # type: ignore[arg-type]
    Address(index="v0", address="10.9.0.1/24", scope="link"),  # type: ignore[arg-type]
    Address(index="v0", address="10.9.0.1/24", broadcast="10.9.0.255"),  # type: ignore[arg-type]
    Address(index="v0", address="10.9.0.1/24", flags="noprefixroute"),  # type: ignore[arg-type]
    Address(index="v0", address="10.9.0.1/24", metric=7),  # type: ignore[arg-type]
    Address(index="v0", local="10.9.0.1", prefixlen=25),  # type: ignore[arg-type]
    Address(index="v0", local="10.9.0.1/25"),  # type: ignore[arg-type]
    Address(index="v0", address="10.9.0.1/25"),  # type: ignore[arg-type]
    Address(index="v0", address="10.9.0.1/24", protocol=7),  # type: ignore[arg-type]
    Address(index="v0", local="10.9.0.1", address="10.9.0.7", prefixlen=24),  # type: ignore[arg-type]
    Address(index="v0", address="10.9.0.1/24", label="v0:x"),  # type: ignore[arg-type]
    Address(index="v0", address="2001:db8:1::1/64", scope="link"),  # type: ignore[arg-type]
    Address(index="v0", address="2001:db8:1::1/64", metric=7),  # type: ignore[arg-type]
    Address(index="v0", address="2001:db8:1::1/64", protocol=7),  # type: ignore[arg-type]
    Address(index="v0", address="2001:db8:1::1/64", flags="noprefixroute"),  # type: ignore[arg-type]
    Address(index="v0", local="2001:db8:1::1", address="2001:db8:1::9", prefixlen=64),  # type: ignore[arg-type]
    NextHopObject(id=7, family="inet6"),  # type: ignore[arg-type]
    NextHopObject(id=7, protocol="bgp"),  # type: ignore[arg-type]
    NextHopObject(id=7, scope="host"),  # type: ignore[arg-type]
    NextHopObject(id=7, flags="onlink"),  # type: ignore[arg-type]
    NextHopObject(id=7, gateway="10.9.0.9"),
    NextHopObject(id=7, oif="v1"),  # type: ignore[arg-type]
    NextHopObject(id=7, blackhole=True),
    NextHopObject(id=7, fdb=True),
    NextHopObject(id=7, group=[{"id": 5}]),  # type: ignore[arg-type, list-item]
    NextHopObject(id=7, encap=route.MplsEncap(labels="100")),
    NextHopObject(id=7, master=1),
    Neighbour(family="bridge", index="v1", address=FORWARDED, state="permanent"),  # type: ignore[arg-type]
    Neighbour(family="bridge", index="v1", address=FORWARDED, state="none"),  # type: ignore[arg-type]
    Neighbour(family="bridge", index="v1", address=FORWARDED, protocol="bgp"),  # type: ignore[arg-type]
    Neighbour(family="bridge", index="v1", address=FORWARDED, flags="sticky"),  # type: ignore[arg-type]
    Neighbour(family="bridge", index="v1", address=FORWARDED, flags="router"),  # type: ignore[arg-type]
    Neighbour(family="bridge", index="v1", address=FORWARDED, master="v0"),  # type: ignore[arg-type]
    Neighbour(family="bridge", index="v1", address=FORWARDED, nexthop_id=7),  # type: ignore[arg-type]
    Neighbour(family="bridge", index="v1", address=FORWARDED, extended_flags="managed"),  # type: ignore[arg-type]
    Neighbour(family="bridge", index="v1", address=FORWARDED, fdb_attributes={"dont_refresh": True}),  # type: ignore[arg-type]
    Neighbour(index="v0", destination="10.9.0.99", state="stale"),  # type: ignore[arg-type]
    Neighbour(index="v0", destination="10.9.0.99", state="none"),  # type: ignore[arg-type]
    Neighbour(index="v0", destination="10.9.0.99", flags="router"),  # type: ignore[arg-type]
    Neighbour(index="v0", destination="10.9.0.99", extended_flags="managed"),  # type: ignore[arg-type]
    Neighbour(index="v0", destination="10.9.0.99", protocol="bgp"),  # type: ignore[arg-type]
    Neighbour(index="v0", destination="10.9.0.99", address="02:00:00:00:00:02"),  # type: ignore[arg-type]
]


def there(nl: netlynx.Connection) -> Any:
    return (
        {
            each.destination
            for each in nl.dump(route.routes(table=254))
            if each.destination in ("10.1.0.0/16", "2001:db8:4::/48")
        },
        [(each.priority, each.table) for each in nl.dump(route.rules(family="inet"))],
        {each.local or each.address for each in nl.dump(route.addresses())},
        {each.id for each in nl.dump(route.nexthops())},
        {each.address for each in nl.dump(route.fdb())} & {FORWARDED},
        {each.destination for each in nl.dump(route.neighbours(family="inet")).all()} & {"10.9.0.99"},
    )


@pytest.mark.parametrize("record", OTHERS, ids=lambda record: str(record)[:70])
@pytest.mark.parametrize("way", ["do", "batch"])
def test_what_does_not_fit_stays(record: Any, way: str, nl: netlynx.Connection) -> None:
    nl.do(route.add(Link(name="v0", kind="veth", data=route.Veth(peer=Link(name="v1")))))
    nl.do(route.up("v0"))
    nl.do(route.up("v1"))
    nl.do(route.add(Address(index="v0", address="10.9.0.1/24")))  # type: ignore[arg-type]
    nl.do(route.add(Address(index="v0", address="2001:db8:1::1/64", flags="nodad")))  # type: ignore[arg-type]
    nl.do(route.add(Route(destination="10.1.0.0/16", gateway="10.9.0.7", metric=7)))
    nl.do(route.add(Route(destination="2001:db8:4::/48", gateway="2001:db8:1::2", metric=7, expires=900)))
    nl.do(route.add(Rule(priority=9, fwmark=3, table=5)))
    nl.do(route.add(Neighbour(index="v0", destination="10.9.0.99", address="02:00:00:00:00:01")))  # type: ignore[arg-type]
    nl.do(route.add(NextHopObject(id=7, oif="v0", gateway="10.9.0.7")))  # type: ignore[arg-type]
    nl.do(route.add(Link(name="br0", kind="bridge")))
    nl.do(route.change(Link(name="v1", master="br0")))  # type: ignore[arg-type]
    nl.do(route.add(Neighbour(family="bridge", index="v1", address=FORWARDED, state="noarp")))  # type: ignore[arg-type]
    before = there(nl)
    assert all(before), before
    ways = {"do": lambda: nl.do(route.delete(record)), "batch": lambda: nl.batch([route.delete(record)])}
    with pytest.raises((netlynx.EncodeError, netlynx.NetlinkError)):
        ways[way]()
    assert there(nl) == before
