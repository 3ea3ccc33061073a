"""Requests that make, change and remove routes: what is filled in, and what is refused.

Source: net/ipv4/fib_frontend.c and fib_semantics.c, net/ipv6/route.c, net/mpls/af_mpls.c.
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.codec._codec import Filling
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.route import multicast_requests
from netlynx.route.arguments import family_of, family_of_destination
from netlynx.route.constants import AddressFamily, Scope
from netlynx.route.encap import encap_type_of
from netlynx.route.lacking import refuse
from netlynx.route.route import NextHop, Route
from netlynx.route.route_names import (
    RT_TABLE,
    RTA,
    NextHopFlags,
    RouteFlags,
    RouteMessage,
    RouteProtocol,
    RouteType,
)
from netlynx.schema import Record, attr, boolean, head, interface, labels, prefix, replace_fields, sequence, takes, via
from netlynx.schema.facts import NoFacts
from netlynx.schema.record import was_read
from netlynx.schema.sending import changed, deletes_no_less, taken_flags, told


class MplsRoute(Record, header=RouteMessage):
    """What the kernel takes of a label route: the table in the header alone, and no attribute but these.

    Source: rtm_to_route_config in net/mpls/af_mpls.c.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("a Route's own attributes, those that MPLS takes")

    family: takes.Member[AddressFamily] = head(default=AddressFamily.MPLS)
    table: int = head(default=int(RT_TABLE.MAIN))
    protocol: takes.Member[RouteProtocol | None] = head(default=None)
    type: takes.Member[RouteType] = head(default=RouteType.UNICAST)
    destination: takes.Prefix[str | None] = attr(RTA.DST, prefix("dst_len"))
    ttl_propagate: bool | None = attr(RTA.TTL_PROPAGATE, boolean)
    new_destination: str | None = attr(RTA.NEWDST, labels)
    via: takes.Ip[str | None] = attr(RTA.VIA, via)
    oif: takes.Name[int | None] = attr(RTA.OIF, interface)
    multipath: takes.Records[NextHop] = attr(RTA.MULTIPATH, sequence(NextHop), default=())


_NEXT_HOP = ("gateway", "via", "oif", "encap", "encap_type", "realms")
_HOST_TABLE = (RouteType.LOCAL, RouteType.BROADCAST, RouteType.ANYCAST, RouteType.NAT)
_REJECT = (RouteType.BLACKHOLE, RouteType.UNREACHABLE, RouteType.PROHIBIT)
_LINK_SCOPE = (RouteType.BROADCAST, RouteType.MULTICAST, RouteType.ANYCAST)
_DESTINATION = "set the destination: a prefix, an address, an MPLS label, or 'default' for everything"


# Most routes that are made are a prefix and where to. What is filled in for them depends on little else.
_OFTEN_GIVEN = ("destination", "gateway", "oif", "metric", "metrics", "preferred_source", "table", "protocol")
_OFTEN_INET = (*_OFTEN_GIVEN, "realms", "tos")
_OFTEN_INET6 = (*_OFTEN_GIVEN, "source", "preference")
_MADE = {"table": int(RT_TABLE.MAIN), "protocol": RouteProtocol.STATIC, "type": RouteType.UNICAST}
_INET = {"family": AddressFamily.INET, **_MADE}
_INET6 = {"family": AddressFamily.INET6, **_MADE}
_ONLINK = {"flags": RouteFlags.ONLINK}  # the only one that a request has
PLAIN = (
    Filling(
        Route,
        _OFTEN_INET,
        {"scope": Scope.GLOBAL, **_INET},
        {"destination": AddressFamily.INET, "gateway": AddressFamily.INET},
        _ONLINK,
    ),
    Filling(
        Route,
        _OFTEN_INET,
        {"scope": Scope.LINK, **_INET},
        {"destination": AddressFamily.INET, "gateway": None},
        _ONLINK,
    ),
    Filling(Route, _OFTEN_INET6, {"scope": Scope.GLOBAL, **_INET6}, {"destination": AddressFamily.INET6}, _ONLINK),
)


# What the kernel does not look at when a route is made or removed.
_ASKED = "only a lookup has it: the kernel keeps none of it in a route"
_TOLD = "the kernel tells it, and takes none"
_LABELS = "only label routes have it"
_NO_ROUTE = {
    **dict.fromkeys(("iif", "mark", "uid", "ip_proto", "source_port", "destination_port", "flow_label"), _ASKED),
    **dict.fromkeys(("multicast_stats", "delete_reason"), _TOLD),
    "cacheinfo": f"{_TOLD}: give the seconds in expires",
    **dict.fromkeys(("ttl_propagate", "new_destination"), _LABELS),
}
_LACKING: dict[AddressFamily, dict[str, str]] = {
    AddressFamily.INET: {
        **_NO_ROUTE,
        **dict.fromkeys(("source", "preference", "expires"), "IPv4 routes have none: the kernel would ignore it"),
    },
    AddressFamily.INET6: {**_NO_ROUTE, **dict.fromkeys(("realms", "tos", "via"), "IPv6 routes have none")},
}


def prepare(record: Route, verb: str) -> Route | MplsRoute:
    """The record as it is sent. Raises EncodeError for what the kernel would ignore or take for something else."""
    read = was_read(record)
    if read:
        if verb != "delete" and (record.flags or 0) & RouteFlags.CLONED:
            raise EncodeError("what the kernel learned of a path cannot be made", "Route.flags")
        if verb != "delete" and record.family == AddressFamily.INET6 and record.metric == 0:
            raise EncodeError("only the kernel's own routes have 0: it would make 1024 of it", "Route.metric")
        record = _without_told(record, verb)
    if record.family in (AddressFamily.IPMR, AddressFamily.IP6MR):
        entry: Route = multicast_requests.prepare(record, verb, read)
        return entry
    if record.nexthop_id:
        _refuse_beside_nexthop_id(record)
    if verb == "delete":
        deletes_no_less(record, "Route", unseen=("expires", "cacheinfo", "delete_reason"))
        if not read:
            _refuse_wildcards(record)
    taken = RouteFlags.ONLINK | (RouteFlags.CLONED if verb == "delete" else RouteFlags(0))
    record = replace_fields(record, flags=taken_flags(record, taken, "Route"))
    family = _family(record)
    if record.destination is None:
        raise EncodeError(_DESTINATION, "Route.destination")
    encap_type = encap_type_of(record.encap, record.encap_type, "Route")
    hops = tuple(_hop(hop, f"Route.multipath[{i}]") for i, hop in enumerate(record.multipath))
    record = replace_fields(record, family=family, encap_type=encap_type, multipath=hops)
    _check_next_hop(record, family, "Route")
    for i, hop in enumerate(hops):
        _check_next_hop(hop, family, f"Route.multipath[{i}]")
    if verb != "delete":
        record = replace_fields(
            record,
            type=RouteType.UNICAST if record.type is None else record.type,
            protocol=RouteProtocol.STATIC if record.protocol is None else record.protocol,
        )
    if family == AddressFamily.MPLS:
        return _mpls(record)
    refuse(record, _LACKING.get(family, {}))
    if family == AddressFamily.INET6:
        if record.scope not in (None, Scope.GLOBAL):
            raise EncodeError("IPv6 routes have no scope", "Route.scope")
        if verb != "delete" and record.type in _REJECT and not read:
            for name in ("gateway", "oif", "encap", "multipath", "preference"):
                if getattr(record, name):
                    raise EncodeError(f"{record.type.label} routes of IPv6 have none: they lead to lo", f"Route.{name}")
        for i, hop in enumerate(hops):
            if hop.realms is not None:
                raise EncodeError("IPv6 routes have no realms", f"Route.multipath[{i}].realms")
    table = RT_TABLE.LOCAL if record.type in _HOST_TABLE else RT_TABLE.MAIN
    return replace_fields(
        record,
        table=int(table) if record.table is None else record.table,
        scope=_scope(record, family, verb) if record.scope is None else record.scope,
    )


def _refuse_wildcards(record: Route) -> None:
    """What a deletion would take for "any" (fib_table_delete, ip6_route_del)."""
    compared = ("metric", "realms", "preferred_source", "oif", "protocol", "nexthop_id", "type", "source")
    deletes_no_less(record, "Route", compared=compared)
    if record.gateway == "0.0.0.0":
        deletes_no_less(record, "Route", compared=("gateway",))


def _without_told(record: Route, verb: str) -> Route:
    """A record that was read without what the kernel only tells. What was replaced since stays, to be refused."""
    new = changed(record)
    gone: dict[str, Any] = dict.fromkeys(("cacheinfo", "delete_reason", "multicast_stats", "expires"))
    if record.nexthop_id and told(record, "nexthop_id"):  # it shows what the nexthop object says
        gone.update(dict.fromkeys(_NEXT_HOP), multipath=())
        if record.type is RouteType.BLACKHOLE:
            gone["type"] = None if verb == "delete" else RouteType.UNICAST
    if verb != "delete" and record.cacheinfo is not None and record.cacheinfo.expires > 0:
        gone["expires"] = max(record.cacheinfo.expires // 100, 1)
    return replace_fields(record, **{name: value for name, value in gone.items() if name not in new})


def _refuse_beside_nexthop_id(record: Route) -> None:
    for name in (*_NEXT_HOP, "multipath"):
        if name != "realms" and getattr(record, name) not in (None, ()):
            raise EncodeError(f"nexthop {record.nexthop_id} says it already: give one or the other", f"Route.{name}")


def _hop(hop: NextHop, path: str) -> NextHop:
    if not isinstance(hop, NextHop):
        raise EncodeTypeError(f"expected NextHop, not {type(hop).__name__} {hop!r}", path)
    flags = taken_flags(hop, NextHopFlags.ONLINK, path)
    return replace_fields(hop, flags=flags, encap_type=encap_type_of(hop.encap, hop.encap_type, path))


def _family(record: Route) -> AddressFamily:
    if record.family is not None:
        return record.family
    found = family_of_destination(record.destination)
    if found is None and record.new_destination is not None:
        return AddressFamily.MPLS
    if found is None:
        hops = [getattr(hop, "gateway", None) for hop in record.multipath]
        near = [record.source, record.gateway, record.preferred_source, *hops]
        found = next((family_of(address) for address in near if address is not None), None)
    return AddressFamily.INET if found is None else found


def _check_next_hop(hop: Route | NextHop, family: AddressFamily, path: str) -> None:
    if hop.gateway is None:
        return
    if hop.via is not None:
        raise EncodeError("a next hop has a gateway or a via, not both", f"{path}.via")
    if family == AddressFamily.MPLS or (family == AddressFamily.INET and ":" in str(hop.gateway)):
        kind = "a label route" if family == AddressFamily.MPLS else "an IPv4 route"
        raise EncodeError(f"{hop.gateway!s} is of another family than {kind}: give it as via", f"{path}.gateway")


def _scope(record: Route, family: AddressFamily, verb: str) -> Scope:
    if family != AddressFamily.INET:
        return Scope.GLOBAL
    if verb == "delete":
        return Scope.NOWHERE  # matches any
    if record.type in (RouteType.LOCAL, RouteType.NAT):
        return Scope.HOST
    if record.type in _LINK_SCOPE:
        return Scope.LINK
    reached = record.gateway or record.via or record.multipath or record.nexthop_id
    return Scope.LINK if record.type == RouteType.UNICAST and not reached else Scope.GLOBAL


def _mpls(record: Route) -> MplsRoute:
    taken = {name: getattr(record, name) for name in MplsRoute.__declarations__ if name not in ("table", "type")}
    if record.table not in (None, int(RT_TABLE.MAIN)):
        raise EncodeError("label routes have the main table only", "Route.table")
    if record.type not in (None, RouteType.UNICAST):
        raise EncodeError("label routes are unicast", "Route.type")
    for name in Route.__declarations__:
        if name not in (*taken, "table", "type") and getattr(record, name):
            raise EncodeError("label routes do not have this", f"Route.{name}")
    return MplsRoute(**taken)
