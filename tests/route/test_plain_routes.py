"""The short way from a plain route to its request ends where the long one does."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlynx.codec._codec import Maker
from netlynx.engine.operation import Do
from netlynx.errors import EncodeError
from netlynx.route import Link, Metrics, NextHop, Route, RouteProtocol
from netlynx.route.route_requests import PLAIN, prepare
from netlynx.route.verbs import add, append, change, changes, replace

LONG_WAYS = {
    verb: Maker(
        Do, f"route.{verb.__name__}", verb.__name__, 0, lambda name, record: (*changes.learn(name, record)[:3], ())
    ).make
    for verb in (add, append, replace, change)
}

near = st.sampled_from(["192.0.2.1", "2001:db8::1", "router", "", "é", ipaddress.ip_address("192.0.2.1"), 5])
far = st.sampled_from(
    [
        "10.0.0.0/8",
        "10.1.2.3",
        "2001:db8::/32",
        "::/0",
        "0.0.0.0/0",
        "default",
        "100",
        "100/200",
        "10.0.0.0/33",
        "x",
        "",
    ]
)
fields = st.fixed_dictionaries(
    {"destination": far | st.none() | st.just(ipaddress.ip_network("10.0.0.0/8"))},
    optional={
        "gateway": near | st.none(),
        "via": st.just("2001:db8::1"),
        "oif": st.integers(0, 9),
        "table": st.sampled_from([254, 255, 1000]),
        "protocol": st.sampled_from([RouteProtocol.BGP, "bgp", 200, 300]),
        "type": st.sampled_from(["blackhole", "local", None]),
        "scope": st.sampled_from([0, 253, None]),
        "family": st.sampled_from([2, 10, None]),
        "metric": st.integers(0, 99),
        "metrics": st.just(Metrics(mtu=1400)),
        "tos": st.just(4),
        "mark": st.just(7),
        "preference": st.just("high"),
        "source": far,
        "preferred_source": near,
        "flags": st.sampled_from(["onlink", 0, None, "offload", ["onlink", "dead"]]),
        "nexthop_id": st.just(5),
        "multipath": st.sampled_from([(), [], (NextHop(oif=2),)]),
    },
)


def outcome(verb: Any, record: Any) -> Any:
    try:
        made = verb(record)
    except EncodeError as error:
        return type(error), str(error)
    return made.name, made.message_type, made.flags, made.request, made.payload


@pytest.mark.parametrize("verb", LONG_WAYS)
@given(values=fields)
def test_both_ways_make_the_same_request(verb: Any, values: dict[str, Any]) -> None:
    assert outcome(verb, Route(**values)) == outcome(LONG_WAYS[verb], Route(**values))


@pytest.mark.parametrize(
    "record",
    [
        Route(destination="10.0.0.0/8", gateway="192.0.2.1", oif=2),
        Route(destination="10.0.0.0/8", gateway="192.0.2.1", oif=2, flags="onlink"),
        Route(destination="10.0.0.0/8", oif=2, metric=7),
        Route(destination="2001:db8::/32", gateway="fe80::1", oif=2),
    ],
)
def test_plain_routes_go_the_short_way(record: Route) -> None:
    (filled,) = [copy for filling in PLAIN if (copy := filling(record)) is not None]
    assert filled == prepare(record, "add")


@pytest.mark.parametrize(
    "record",
    [
        Route(),
        Route(destination="default"),
        Route(destination="10.0.0.0/8", type="local"),
        Route(destination="10.0.0.0/8", gateway="192.0.2.1", oif=2, flags="offload"),
        Link(name="v0"),
    ],
)
def test_anything_else_takes_the_long_one(record: Any) -> None:
    assert [filling(record) for filling in PLAIN] == [None, None, None]
