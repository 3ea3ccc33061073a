"""What the operations and verbs on routes send, and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest

from netlynx.codec._codec import decode, encode
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.route.constants import RTM, RTNLGRP, AddressFamily, Scope
from netlynx.route.encap import EncapType, MplsEncap
from netlynx.route.metrics import Metrics
from netlynx.route.route import ROUTES, NextHop, Route, route, routes
from netlynx.route.route_names import NextHopFlags, RouteCacheInfo, RouteFlags, RouteProtocol, RouteType
from netlynx.route.route_requests import MplsRoute
from netlynx.route.segment_routing import Seg6Encap
from netlynx.route.segments import Seg6Mode, Seg6Tunnel, SegmentRoutingHeader
from netlynx.route.verbs import add, append, change, delete, replace
from netlynx.schema import replace_fields
from netlynx.schema.compile import plan_of
from netlynx.schema.record import READ as MARK
from netlynx.wire.constants import NLM_F

READ = Route(
    family=AddressFamily.INET,
    tos=0,
    protocol=RouteProtocol.BOOT,
    scope=Scope.GLOBAL,
    type=RouteType.UNICAST,
    flags=RouteFlags.LINKDOWN | RouteFlags.ONLINK,
    table=254,
    destination="10.3.0.0/24",
    gateway="10.0.0.2",
    oif=3,
    unknown=MARK,
)


def sent(operation: Any) -> Any:
    return operation.request


def test_what_is_not_given_is_filled_in() -> None:
    operation = add(Route(destination="10.1.0.0/16", gateway="192.0.2.1"))
    assert operation.message_type == RTM.NEWROUTE
    assert operation.flags == NLM_F.CREATE | NLM_F.EXCL
    made = operation.request
    assert (made.family, made.table, made.protocol) == (AddressFamily.INET, 254, RouteProtocol.STATIC)
    assert (made.scope, made.type) == (Scope.GLOBAL, RouteType.UNICAST)


@pytest.mark.parametrize(
    ("record", "table", "scope"),
    [
        (Route(destination="10.0.0.0/8", oif=2), 254, Scope.LINK),
        (Route(destination="10.0.0.0/8", via="2001:db8::1"), 254, Scope.GLOBAL),
        (Route(destination="10.0.0.0/8", multipath=(NextHop(oif=2),)), 254, Scope.GLOBAL),
        (Route(destination="10.0.0.0/8", nexthop_id=5), 254, Scope.GLOBAL),
        (Route(destination="10.0.0.1", type=RouteType.LOCAL, oif=1), 255, Scope.HOST),
        (Route(destination="10.0.0.255", type=RouteType.BROADCAST, oif=2), 255, Scope.LINK),
        (Route(destination="10.0.0.0/8", type=RouteType.BLACKHOLE), 254, Scope.GLOBAL),
        (Route(destination="2001:db8::/32", oif=2), 254, Scope.GLOBAL),
        (Route(destination="2001:db8::1", type=RouteType.LOCAL, oif=1), 255, Scope.GLOBAL),
        (Route(destination="10.0.0.0/8", oif=2, scope=Scope.SITE, table=7), 7, Scope.SITE),
    ],
)
def test_table_and_scope_follow_from_the_type(record: Route, table: int, scope: Scope) -> None:
    made = sent(add(record))
    assert (made.table, made.scope) == (table, scope)


def test_a_type_may_be_given_by_its_name() -> None:
    record = Route(destination="10.0.0.1", oif=1, type="local")
    assert sent(add(record)).table == 255


@pytest.mark.parametrize(
    ("record", "family"),
    [
        (Route(destination="default", gateway="2001:db8::1"), AddressFamily.INET6),
        (Route(destination="default", gateway="10.0.0.1"), AddressFamily.INET),
        (Route(destination="default", oif=2), AddressFamily.INET),
        (Route(destination="default", multipath=(NextHop(gateway="2001:db8::1"),)), AddressFamily.INET6),
        (Route(destination="default", source="2001:db8::/32", oif=2), AddressFamily.INET6),
        (Route(destination="default", preferred_source="2001:db8::2", oif=2), AddressFamily.INET6),
        (Route(destination="100", via="10.0.0.1"), AddressFamily.MPLS),
    ],
)
def test_the_family_follows_from_the_addresses(record: Route, family: AddressFamily) -> None:
    assert sent(add(record)).family == family


def test_a_route_is_deleted_by_what_is_given_alone() -> None:
    operation = delete(Route(destination="10.1.0.0/16"))
    assert (operation.message_type, operation.flags) == (RTM.DELROUTE, 0)
    made = operation.request
    assert (made.scope, made.type, made.protocol) == (Scope.NOWHERE, None, None)


def test_change_replaces_what_is_there_and_append_creates() -> None:
    record = Route(destination="10.1.0.0/16", oif=2)
    assert change(record).flags == NLM_F.REPLACE
    assert replace(record).flags == NLM_F.REPLACE | NLM_F.CREATE
    assert append(record).flags == NLM_F.APPEND | NLM_F.CREATE


def test_a_route_that_was_read_goes_back_without_what_the_kernel_sets() -> None:
    hop = NextHop(oif=3, gateway="fe80::2", flags=NextHopFlags.DEAD | NextHopFlags.ONLINK, unknown=MARK)
    read = replace_fields(
        READ,
        family=AddressFamily.INET6,
        destination="2001:db8::/32",
        gateway=None,
        multipath=(hop,),
        cacheinfo=RouteCacheInfo(expires=29998),
    )
    made = sent(add(read))
    assert (made.flags, made.cacheinfo, made.expires) == (RouteFlags.ONLINK, None, 299)
    assert made.multipath[0].flags == NextHopFlags.ONLINK
    assert sent(delete(read)).expires is None
    assert sent(delete(READ)).scope is Scope.GLOBAL


def test_of_a_read_nexthop_route_only_the_nexthop_goes_back() -> None:
    read = replace_fields(READ, nexthop_id=5, type=RouteType.BLACKHOLE)
    made = sent(delete(read))
    assert (made.nexthop_id, made.gateway, made.oif, made.type) == (5, None, None, None)
    assert sent(add(read)).type is RouteType.UNICAST


def test_a_label_route_sends_what_mpls_takes() -> None:
    made = sent(add(Route(destination="100", new_destination="200/300", via="10.0.0.2", oif=3)))
    assert isinstance(made, MplsRoute)
    assert made.protocol is RouteProtocol.STATIC
    again = decode(plan_of(Route), encode(plan_of(MplsRoute), made))
    assert (again.destination, again.new_destination, again.via, again.table) == ("100", "200/300", "10.0.0.2", 254)


def test_the_type_of_a_tunnel_follows_from_its_record() -> None:
    record = Route(
        destination="10.0.0.0/8",
        multipath=(NextHop(gateway="10.0.0.1", encap=MplsEncap(labels="100")), NextHop(gateway="10.0.0.2")),
    )
    hops = sent(add(record)).multipath
    assert [hop.encap_type for hop in hops] == [EncapType.MPLS, None]
    made = add(Route(destination="2001:db8::/32", oif=2, encap=Seg6Encap(tunnel=Seg6Tunnel(segments=("2001:db8::5",)))))
    again = decode(plan_of(Route), made.payload)
    assert again.encap.tunnel.segments == ("2001:db8::5", "::")


def test_a_segment_routing_header_is_made_from_its_segments() -> None:
    tunnel = Seg6Tunnel(mode=Seg6Mode.ENCAP, segments=("2001:db8::5", "2001:db8::6"))
    record = Route(destination="2001:db8::/32", oif=2, encap=Seg6Encap(tunnel=tunnel))
    again = decode(plan_of(Route), add(record).payload).encap.tunnel
    assert (again.header_length, again.routing_type, again.segments_left, again.last_entry) == (4, 4, 1, 1)
    assert again.segments == tunnel.segments


@pytest.mark.parametrize(
    ("record", "path", "words"),
    [
        (Route(destination="10.0.0.0/8", gateway="2001:db8::1"), "Route.gateway", "via"),
        (Route(destination="2001:db8::/32", gateway="10.0.0.1"), "Route.gateway", "IPv4 address in an IPv6"),
        (
            Route(destination="10.0.0.0/8", multipath=(NextHop(oif=1), NextHop(gateway="2001:db8::1"))),
            "Route.multipath[1].gateway",
            "via",
        ),
        (Route(destination="10.0.0.0/8", gateway="10.0.0.1", via="2001:db8::1"), "Route.via", "not both"),
        (Route(gateway="10.0.0.1"), "Route.destination", "set the destination"),
        (Route(destination="10.0.0.0/33", oif=1), "Route.destination", "0 to 32"),
        (Route(destination="ten", oif=1), "Route.destination", "not an address"),
        (Route(destination="10.0.0.0/8", nexthop_id=1, gateway="10.0.0.1"), "Route.gateway", "one or the other"),
        (Route(destination="10.0.0.0/8", oif=-1), "Route.oif", "negative"),
        (Route(destination="10.0.0.0/8", metric=1 << 32, oif=1), "Route.metric", "out of range"),
        (Route(destination="10.0.0.0/8", oif=1, metrics=Metrics(mtu=-1)), "Route.metrics.mtu", "negative"),
        (Route(destination="10.0.0.0/8", multipath=(NextHop(oif=1, weight=257),)), "Route.multipath[0].weight", "256"),
        (Route(destination="100", gateway="10.0.0.1"), "Route.gateway", "via"),
        (Route(destination="100", via="10.0.0.1", table=7), "Route.table", "main"),
        (Route(destination="100", via="10.0.0.1", metric=1), "Route.metric", "do not have"),
        (Route(destination="10.0.0.0/8", oif=1, encap=b"1234"), "Route.encap", "encap_type"),
        (
            Route(destination="10.0.0.0/8", oif=1, encap=MplsEncap(labels="1"), encap_type=EncapType.SEG6),
            "Route.encap",
            "mpls",
        ),
        (
            Route(destination="2001:db8::/32", oif=1, encap=Seg6Encap(tunnel=Seg6Tunnel(segments=("here",)))),
            "Route.encap.tunnel.segments[0]",
            "IPv6",
        ),
    ],
)
def test_what_cannot_work_is_refused_with_its_path(record: Route, path: str, words: str) -> None:
    with pytest.raises(EncodeError) as refused:
        add(record)
    assert refused.value.path == path
    assert words in refused.value.message


def test_a_value_of_the_wrong_type_is_refused() -> None:
    with pytest.raises(EncodeTypeError) as refused:
        add(Route(destination="2001:db8::/32", oif=1, encap=Seg6Encap(tunnel=SegmentRoutingHeader())))
    assert refused.value.path == "Route.encap.tunnel"


def test_a_misspelt_keyword_names_the_field_that_was_meant() -> None:
    with pytest.raises(TypeError, match="gateway"):
        Route(destination="10.0.0.0/8", gatewya="10.0.0.1")


def test_a_dump_asks_the_kernel_for_what_it_is_given() -> None:
    listing = routes(family="inet", table=5000, oif=3, protocol="bgp", type="unicast")
    asked = decode(plan_of(Route), listing.payload)
    assert (asked.family, asked.table, asked.oif) == (AddressFamily.INET, 5000, 3)
    assert (asked.protocol, asked.type, asked.flags) == (RouteProtocol.BGP, RouteType.UNICAST, RouteFlags(0))
    assert dict(listing.match) == {
        "family": AddressFamily.INET,
        "table": 5000,
        "protocol": RouteProtocol.BGP,
        "type": RouteType.UNICAST,
    }


def test_a_dump_of_everything_or_of_exceptions_is_a_bare_header() -> None:
    assert routes().payload == bytes(12)
    assert routes(cached=True).payload == bytes(8) + bytes([0, 2, 0, 0])


def test_a_program_s_own_protocol_number_is_a_filter_too() -> None:
    assert dict(routes(protocol=77).match) == {"protocol": 77}


@pytest.mark.parametrize("family", ["can", "phonet", "mctp"])
def test_what_is_listed_elsewhere_is_no_route_of_ip(family: str) -> None:
    with pytest.raises(EncodeError, match=f"listed by route.{family}_"):
        routes(family=family)


def test_a_lookup_asks_for_one_address() -> None:
    asked = route("10.0.0.1", source="10.0.0.9", oif=3, mark=7, ip_proto="tcp", dport=443)
    assert (asked.message_type, asked.flags, asked.reply) == (RTM.GETROUTE, 0, Route)
    # family 2, both prefix lengths 32, flags RTM_F_LOOKUP_TABLE; the port stands in network byte order
    assert asked.payload[:12] == bytes([2, 32, 32, 0, 0, 0, 0, 0, 0, 0x10, 0, 0])
    assert bytes([6, 0, 29, 0, 1, 0xBB]) in asked.payload
    assert route("2001:db8::1", fibmatch=True).payload[8:12] == bytes([0, 0x20, 0, 0])


@pytest.mark.parametrize(
    ("call", "path"),
    [
        (lambda: route("10.0.0.0/8"), "route.route(destination)"),
        (lambda: route("default"), "route.route(destination)"),
        (lambda: route("10.0.0.1", source="10.0.0.0/8"), "route.route(source)"),
        (lambda: route("10.0.0.1", source="2001:db8::1"), "Route.source"),
        (lambda: route("10.0.0.1", oif=0), "route.route(oif)"),
        (lambda: route("10.0.0.1", ip_proto="sctpp"), "route.route(ip_proto)"),
        (lambda: routes(table=0), "route.routes(table)"),
        (lambda: routes(table=1.5), "route.routes(table)"),  # type: ignore[arg-type]  # the point of it
        (lambda: routes(family="ipv4"), "route.routes(family)"),
        (lambda: routes(type="blackhole!"), "route.routes(type)"),
    ],
)
def test_arguments_that_cannot_be_are_named(call: Any, path: str) -> None:
    with pytest.raises(EncodeError) as refused:
        call()
    assert refused.value.path == path


def test_the_group_of_routes() -> None:
    assert ROUTES.numbers == (RTNLGRP.IPV4_ROUTE, RTNLGRP.IPV6_ROUTE, RTNLGRP.MPLS_ROUTE)


@pytest.mark.parametrize("kind", ["blackhole", "unreachable", "prohibit"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gateway", "2001:db8::1"),
        ("oif", 3),
        ("preference", "high"),
        ("encap", MplsEncap(labels="100")),
        ("multipath", [{"gateway": "2001:db8::1"}]),
    ],
)
def test_a_route_of_ipv6_that_leads_nowhere_has_no_way(kind: Any, name: str, value: Any) -> None:
    plain = Route(destination="2001:db8:5::/48", type=kind)
    for verb in (add, append, change, replace):
        verb(plain)
        with pytest.raises(EncodeError, match=rf"^Route\.{name}: .*lead to lo"):
            verb(plain.replace(**{name: value}))
