"""What should be there is there: made, or found, and then what of it differs."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

import netlynx
from netlynx import netns, route
from netlynx.errors import EncodeTypeError
from netlynx.schema.record import replace_fields

pytestmark = pytest.mark.namespace


@pytest.fixture
def index(nl: netlynx.Connection) -> int:
    nl.do(route.add(route.Link(name="v0", kind="veth", data=route.Veth(peer=route.Link(name="v1")))))
    nl.do(route.add(route.Link(name="br0", kind="bridge")))
    for name in ("lo", "v0", "v1", "br0"):
        nl.do(route.up(name))
    found = nl.do(route.link(name="v0")).index
    nl.do(route.add(route.Address(index=found, address="192.0.2.1/24")))
    nl.do(route.add(route.Address(index=found, address="2001:db8::1/64", flags="nodad")))
    return found


# What is there, another field of it, and how that is said.
CASES: list[tuple[Any, str, Any]] = [
    (route.Link(name="br1", kind="bridge", mtu=1400), "mtu", 1300),
    (route.Address(index=0, address="192.0.2.5/24", label="v0:x"), "label", "v0:y"),
    (route.Address(index=0, address="2001:db8::5/64", flags="nodad"), "metric", 7),
    (route.Route(destination="198.51.100.0/24", gateway="192.0.2.2"), "gateway", "192.0.2.3"),
    (route.Route(destination="2001:db8:5::/48", gateway="2001:db8::2", metric=9), "preference", "high"),
    (route.Route(destination="198.51.100.0/24", oif=0, metrics=route.Metrics(mtu=1400)), "protocol", "bgp"),
    (route.NextHopObject(id=5, oif=0, gateway="192.0.2.2"), "gateway", "192.0.2.3"),
    (
        route.Neighbour(index=0, destination="192.0.2.9", address="02:00:00:00:00:01"),
        "address",
        "02:00:00:00:00:02",
    ),
]


@pytest.mark.parametrize("shell", ["sync", "async"])
@pytest.mark.parametrize(("record", "name", "other"), CASES)
def test_it_is_made_found_and_told_apart(
    nl: netlynx.Connection,
    netns: netns.NetworkNamespace,
    index: int,
    record: Any,
    name: str,
    other: Any,
    shell: str,
) -> None:
    for field in ("index", "oif"):
        if getattr(record, field, None) == 0 and not isinstance(record, route.Link):
            record = replace_fields(record, **{field: index})

    async def asked(operation: Any) -> Any:
        async with netlynx.aconnect(netns=netns) as anl:
            return await anl.do(operation)

    def do(wanted: Any) -> route.Ensured:
        operation = route.ensure(route.add(wanted))
        done: route.Ensured = anyio.run(asked, operation) if shell == "async" else nl.do(operation)
        return done

    assert do(record) == route.Ensured(made=True)
    found = do(record)
    assert (found.made, found.differences) == (False, {})
    assert type(found.record).__name__ == type(record).__name__
    found = do(replace_fields(record, **{name: other}))
    assert not found.made
    assert list(found.differences) == [name]
    wanted, there = found.differences[name]
    assert wanted == getattr(replace_fields(record, **{name: other}), name) or wanted != there


def test_a_rule_is_there_or_not(nl: netlynx.Connection) -> None:
    rule = route.Rule(priority=5, table=100, source="10.0.0.0/8")
    assert nl.do(route.ensure(route.add(rule))).made
    assert nl.do(route.ensure(route.add(rule))) == route.Ensured(
        made=False, record=nl.dump(route.rules().where(priority=5)).all()[0]
    )
    assert nl.do(route.ensure(route.add(replace_fields(rule, table=101)))).made


def test_names_are_looked_up(nl: netlynx.Connection, index: int) -> None:
    wanted = route.Route(destination="198.51.100.0/24", oif="v0")  # type: ignore[arg-type]
    assert nl.do(route.ensure(route.add(wanted))).made
    assert not nl.do(route.ensure(route.add(wanted))).differences


def test_what_else_is_refused_is_an_error(nl: netlynx.Connection, index: int) -> None:
    with pytest.raises(netlynx.NetlinkError):
        nl.do(route.ensure(route.add(route.Route(destination="198.51.100.0/24", gateway="203.0.113.1"))))
    with pytest.raises(EncodeTypeError, match=r"takes a route\.add"):
        route.ensure(route.delete(route.Route(destination="198.51.100.0/24")))


def test_what_was_asked_to_be_nothing_differs_from_what_is_there(nl: netlynx.Connection) -> None:
    bridge = route.Link(name="b0", kind="bridge", group=7, data=route.Bridge(ageing=3000, multicast_router=2))
    nl.do(route.add(bridge))
    none = route.Link(name="b0", kind="bridge", group=0, data=route.Bridge(ageing=0, multicast_router=0))
    found = nl.do(route.ensure(route.add(none)))
    assert found.differences["group"] == (0, 7)
    assert set(found.differences) == {"group", "data.ageing", "data.multicast_router"}
    assert nl.do(route.ensure(route.add(bridge.replace(master=0)))).differences == {}


@pytest.mark.parametrize(
    "record",
    [
        route.Link(name="br1", kind="bridge", master=0, group=0),
        route.Address(index=0, address="192.0.2.7/24", metric=0),
        route.Route(destination="198.51.100.0/24", oif=0, metric=0, tos=0),
        route.Route(destination="2001:db8:7::/48", oif=0, metric=0),
        route.NextHopObject(id=7, oif=0),
        route.Rule(priority=5, table=100, fwmark=0, source="10.0.0.0/8"),
    ],
    ids=["link", "address", "route", "route of IPv6", "nexthop", "rule"],
)
def test_what_was_asked_to_be_nothing_is_as_it_was_asked(nl: netlynx.Connection, index: int, record: Any) -> None:
    for field in ("index", "oif"):
        if getattr(record, field, None) == 0 and not isinstance(record, route.Link):
            record = replace_fields(record, **{field: index})
    assert nl.do(route.ensure(route.add(record))).made
    found = nl.do(route.ensure(route.add(record)))
    assert (found.made, found.differences) == (False, {})
