"""Routes: IPv4, IPv6, MPLS and multicast forwarding entries.

Source: linux/rtnetlink.h, rtnetlink(7), net/ipv4/fib_frontend.c and fib_semantics.c, net/ipv6/route.c,
net/mpls/af_mpls.c, net/ipv4/ipmr_base.c.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any, ClassVar

import msgspec

from netlynx.engine.mirrored import Mirrored
from netlynx.engine.operation import Do, Dump, EventKind, Group, make_do, make_dump
from netlynx.engine.unresolved import by_name
from netlynx.errors import EncodeError
from netlynx.route.arguments import family_filter, family_of_destination, index_of, member_of, table_of
from netlynx.route.constants import RTM, RTNLGRP, AddressFamily, Scope
from netlynx.route.encap import Encap, EncapType, encap
from netlynx.route.metrics import Metrics
from netlynx.route.route_names import (
    RT_TABLE,
    RTA,
    DeleteReason,
    IpProtocol,
    MulticastStats,
    NextHopFlags,
    NextHopMessage,
    RouteCacheInfo,
    RouteFlags,
    RouteMessage,
    RouteProtocol,
    RouterPreference,
    RouteType,
)
from netlynx.route.unsaid import by_links_addresses_and_nexthops, fence
from netlynx.route.verbs import Verbs, heard, register
from netlynx.schema import (
    Record,
    attr,
    be16,
    be32,
    boolean,
    enum,
    head,
    hook,
    interface,
    ip,
    labels,
    nest,
    prefix,
    routing_table,
    sequence,
    struct,
    takes,
    u8,
    u16,
    u32,
    via,
)
from netlynx.schema.arguments import number_of
from netlynx.schema.facts import Facts, NoFacts
from netlynx.wire.constants import NETLINK, NLM_F


def _weight(value: Any) -> bytes:  # Any: whatever stands in the field
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 256:
        raise EncodeError(f"a weight is a number from 1 to 256, not {value!r}")
    return bytes([value - 1])


class NextHop(Record, header=NextHopMessage):
    """One hop of a multipath route (`struct rtnexthop` + `RTA_*`).

    ``NextHop(gateway="192.0.2.1", weight=2)``. A multicast forwarding entry has its TTL threshold plus 1 in `weight`.
    Source: linux/rtnetlink.h, fib_add_nexthop in net/ipv4/fib_semantics.c, net/mpls/af_mpls.c.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("a hop carries a few of the route's own attributes (RTA)")

    oif: takes.Name[int] = head("ifindex", always=True)  # interface index; 0: by the gateway
    flags: takes.Flags[NextHopFlags] = head(default=NextHopFlags(0))
    weight: int = head("hops", kind=hook(lambda raw: raw[0] + 1, _weight, pure=True), default=1, always=True)
    new_destination: str | None = attr(RTA.NEWDST, labels)  # MPLS: outgoing labels
    gateway: takes.Ip[str | None] = attr(RTA.GATEWAY, ip, always=True)
    via: takes.Ip[str | None] = attr(RTA.VIA, via)  # next hop of another family
    encap: takes.Nested[Encap | None] = attr(RTA.ENCAP, encap)
    encap_type: takes.Member[EncapType | None] = attr(RTA.ENCAP_TYPE, enum(EncapType, u16))
    realms: int | None = attr(RTA.FLOW, u32)  # source realm << 16 | destination realm


class Route(Record, header=RouteMessage):
    """One route (`rtmsg` + `RTA_*`).

    To make one, `destination` and where to are enough: ``Route(destination="10.1.0.0/16", gateway="192.0.2.1")``;
    ``"default"`` stands for everything, a label such as ``"100"`` for an MPLS route. What is not given is filled in:

    * `family` from the addresses, IPv4 where none tells;
    * `table` main, or local for types local, broadcast, anycast and NAT;
    * `protocol` static (`ip route` says boot, which rtnetlink(7) keeps for routes made during boot);
    * `type` unicast; `scope` host for local, link for broadcast, multicast, anycast and for unicast without a next
      hop's address, else global (IPv6 and MPLS: always global); `encap_type` from `encap`.

    To delete, what is not given matches anything, except for the destination, `table` (as above) and `tos` (0). The
    kernel would take a `gateway` or `oif` for the first hop of a route of several, too, and delete that with all its
    hops: what is there is listed first, and that is refused; `multipath` names such a route. In IPv6 a `gateway`
    removes that one hop of it, which is how its hops were added, and the others stay. A record that was read deletes
    exactly the route it was read from, and can be added again: what only the kernel can set is left out then. That
    includes what it repeats of the nexthop object where `nexthop_id` is set.

    An entry of multicast routing (`family` ipmr) has a `source` and a `destination`, the group, an `iif`, and a hop for
    each interface of its table (`multicast_tables`), in the order of their numbers: its `weight` is the least TTL that
    goes out there, plus 1, and 1 leaves that interface out. The kernel makes it or puts it in the place of the one that
    is there: `replace` does that, and no other verb but `delete`. `table` is 253 where none is given, and any
    `preferred_source` makes a proxy entry (MRT_ADD_MFC_PROXY).

    `flags` are the kernel's but for ONLINK: in a record made by hand, others are refused, as all is that a request
    cannot say. In IPv4, `tos` is part of the route's key; IPv6 has `source` instead.
    Attributes go out in the order of the IPv4 dump; IPv6 puts `metric` behind `preferred_source` and `metrics`.

    Source: linux/rtnetlink.h, fib_dump_info in net/ipv4/fib_semantics.c, rt6_fill_node in net/ipv6/route.c.
    """

    # CAN gateways, MCTP and Phonet have tables of their own; 0 is what nobody says.
    __families__: ClassVar[tuple[int, ...]] = (
        *(AddressFamily.UNSPEC, AddressFamily.INET, AddressFamily.INET6, AddressFamily.MPLS),
        *(AddressFamily.IPMR, AddressFamily.IP6MR),
    )
    __facts__: ClassVar[Facts] = Facts(
        attributes=RTA, policy=("rtm_ipv4_policy", "rtm_ipv6_policy"), spec=("rt-route", "route-attrs")
    )
    __omitted__: ClassVar[dict[str, str]] = {
        "RTA_PROTOINFO": "not used by the kernel",
        "RTA_SESSION": "not used by the kernel",
        "RTA_MP_ALGO": "not used by the kernel",
    }
    __differs__: ClassVar[dict[str, str]] = {
        "source_port": "network byte order, which neither policy nor specification says",
        "destination_port": "network byte order, which neither policy nor specification says",
    }

    family: takes.Member[AddressFamily | None] = head(default=None, always=True)
    tos: int | None = head(default=None)
    protocol: takes.Member[RouteProtocol | None] = head(default=None, always=True)
    scope: takes.Member[Scope | None] = head(default=None, always=True)
    type: takes.Member[RouteType | None] = head(default=None, always=True)
    flags: takes.Flags[RouteFlags | None] = head(default=None)
    table: takes.Name[int | None] = attr(
        RTA.TABLE, routing_table, header="table", overflow=int(RT_TABLE.COMPAT), always=True
    )
    destination: takes.Prefix[str | None] = attr(RTA.DST, prefix("dst_len", default=True), always=True)
    source: takes.Prefix[str | None] = attr(RTA.SRC, prefix("src_len"), always=True, rare=True)
    metric: int | None = attr(RTA.PRIORITY, u32, always=True)
    metrics: takes.Nested[Metrics | None] = attr(RTA.METRICS, nest(Metrics))
    preferred_source: takes.Ip[str | None] = attr(RTA.PREFSRC, ip)  # own address that connections use
    nexthop_id: int | None = attr(RTA.NH_ID, u32, rare=True)  # a nexthop object
    ttl_propagate: bool | None = attr(RTA.TTL_PROPAGATE, boolean, rare=True)  # MPLS
    new_destination: str | None = attr(RTA.NEWDST, labels, rare=True)  # MPLS: outgoing labels, such as 200/300
    gateway: takes.Ip[str | None] = attr(RTA.GATEWAY, ip, always=True)
    via: takes.Ip[str | None] = attr(RTA.VIA, via, rare=True)  # next hop of another family: IPv6 for IPv4, any for MPLS
    oif: takes.Name[int | None] = attr(RTA.OIF, interface, always=True)  # interface index
    encap: takes.Nested[Encap | None] = attr(RTA.ENCAP, encap, rare=True)
    encap_type: takes.Member[EncapType | None] = attr(RTA.ENCAP_TYPE, enum(EncapType, u16), rare=True)
    realms: int | None = attr(RTA.FLOW, u32, rare=True)  # source realm << 16 | destination realm
    multipath: takes.Records[NextHop] = attr(RTA.MULTIPATH, sequence(NextHop), default=(), always=True, rare=True)
    iif: takes.Name[int | None] = attr(  # interface index; only lookups and multicast entries have it
        RTA.IIF, interface, rare=True
    )
    mark: int | None = attr(RTA.MARK, u32, rare=True)
    uid: int | None = attr(RTA.UID, u32, rare=True)
    cacheinfo: takes.Nested[RouteCacheInfo | None] = attr(RTA.CACHEINFO, struct(RouteCacheInfo), rare=True)
    preference: takes.Member[RouterPreference | None] = attr(RTA.PREF, enum(RouterPreference, u8), rare=True)  # IPv6
    # Seconds to live, when an IPv6 route is made (read it in `cacheinfo`); of a multicast entry, its age in 1/100 s.
    expires: int | None = attr(RTA.EXPIRES, u32, rare=True)
    multicast_stats: takes.Nested[MulticastStats | None] = attr(RTA.MFC_STATS, struct(MulticastStats), rare=True)
    ip_proto: takes.Member[IpProtocol | None] = attr(RTA.IP_PROTO, enum(IpProtocol, u8), rare=True)
    source_port: int | None = attr(RTA.SPORT, be16, rare=True)
    destination_port: int | None = attr(RTA.DPORT, be16, rare=True)
    flow_label: int | None = attr(RTA.FLOWLABEL, be32, rare=True)
    delete_reason: takes.Member[DeleteReason | None] = attr(RTA.DEL_REASON, enum(DeleteReason, u32), rare=True)


ROUTES: Group[Route] = Group(
    "route.ROUTES",
    NETLINK.ROUTE,
    (RTNLGRP.IPV4_ROUTE, RTNLGRP.IPV6_ROUTE, RTNLGRP.MPLS_ROUTE),
    {RTM.NEWROUTE: (EventKind.NEW, Route), RTM.DELROUTE: (EventKind.DELETE, Route)},
)
"""Routes that come, change and go: IPv4, IPv6 and MPLS."""

MULTICAST_ROUTES: Group[Route] = Group(
    "route.MULTICAST_ROUTES",
    NETLINK.ROUTE,
    (RTNLGRP.IPV4_MROUTE, RTNLGRP.IPV6_MROUTE),
    {RTM.NEWROUTE: (EventKind.NEW, Route), RTM.DELROUTE: (EventKind.DELETE, Route)},
)
"""Multicast forwarding entries that come and go, IPv4 and IPv6."""


def _is_listed(listing: Dump[Route], record: Route) -> bool:
    if record.family not in (AddressFamily.INET, AddressFamily.INET6, AddressFamily.MPLS):
        return False
    if record.flags is not None and record.flags & RouteFlags.CLONED:
        return False
    asked: Any = listing.request
    return asked.oif is None or record.oif == asked.oif or any(hop.oif == asked.oif for hop in record.multipath)


_prefix = attrgetter("family", "table", "destination", "source", "tos", "metric")
_target = attrgetter(
    *("type", "scope", "protocol", "gateway", "via", "oif", "preferred_source", "nexthop_id", "encap", "metrics"),
    *("realms", "new_destination"),
)


def _identity(record: Route) -> tuple[object, ...]:
    hops = tuple((hop.oif, hop.gateway, hop.via, hop.weight, hop.encap, hop.realms) for hop in record.multipath)
    return *_prefix(record), *_target(record), hops


def _gateways(record: Route) -> set[tuple[str | None]]:
    return {(record.gateway,), *((hop.gateway,) for hop in record.multipath)}


def _interfaces(record: Route) -> set[tuple[int | None]]:
    return {(record.oif,), *((hop.oif,) for hop in record.multipath)}


def _merges(record: Route) -> bool:
    return record.family != AddressFamily.INET  # IPv6 makes one multipath route of those with the same prefix


_MIRRORED = Mirrored(
    # The first of an IPv4 prefix is replaced; a route that is new comes beside those that are there.
    msgspec.structs.replace(ROUTES, updates=(RTM.NEWROUTE,)),
    key=_identity,
    lookups={
        ("destination",): None,
        ("table",): None,
        ("table", "destination"): None,
        ("table", "destination", "metric"): None,
        ("oif",): _interfaces,
        ("gateway",): lambda record: (
            (to,) for to in {record.gateway, *(h.gateway for h in record.multipath)} - {None}
        ),
        ("protocol",): None,
        ("nexthop_id",): None,
    },
    belongs=_is_listed,
    volatile=("cacheinfo", "expires"),
    slot=_prefix,
    merges=_merges,
    # The kernel removes, and marks dead, what led over a link, from an address or to a nexthop object that is gone.
    causes=by_links_addresses_and_nexthops,
    fence=fence,
)


_FAMILIES = (
    *(AddressFamily.INET, AddressFamily.INET6, AddressFamily.MPLS),
    *(AddressFamily.IPMR, AddressFamily.IP6MR),
)


@by_name(table="table", oif="interface")
def routes(
    *,
    family: AddressFamily | str | None = None,
    table: int | str | None = None,
    oif: int | str | None = None,
    protocol: RouteProtocol | str | int | None = None,
    type: RouteType | str | None = None,
    cached: bool = False,
) -> Dump[Route]:
    """Routes of all families and all tables, the local one included, or those that fit; the kernel filters.

    `oif` finds multipath routes too that have a hop on that interface. `cached` asks for exceptions (redirects,
    path MTU) instead of routes. Families "ipmr" and "ip6mr" list multicast forwarding entries. Fails with NotFound for
    a `table` that does not exist if `family` is given too (without, nothing is listed), and for an `oif` that no
    interface has. Raises EncodeError and EncodeTypeError, with the name of the argument, for values that cannot be.

    No list has room for a route whose message is larger than 32 KiB: some 2,000 next hops of IPv4, 1,000 of IPv6. The
    list ends there with EMSGSIZE; but with `family` inet or inet6 the kernel ends it before that route as if it were
    complete (`rtnl_dumpit` of net/core/rtnetlink.c, RTNL_FLAG_DUMP_SPLIT_NLM_DONE), and nothing that it sends tells.
    Where there may be such routes, ``routes().where(family="inet")`` is told of them: it has the kernel list all
    families (while it holds its lock on the network's configuration, which it does not for one family), and leaves
    the others out here.
    """
    request: dict[str, Any] = {"flags": RouteFlags.CLONED if cached else RouteFlags(0)}
    match: list[tuple[str, object]] = []
    wanted = family_filter(family, "route.routes(family)", *_FAMILIES)
    if wanted is not None:
        request["family"] = wanted
    if table is not None:
        request["table"] = table_of(table, "route.routes(table)")
    if protocol is not None:
        request["protocol"] = number_of(RouteProtocol, protocol, "route.routes(protocol)")
    if type is not None:
        request["type"] = member_of(RouteType, type, "route.routes(type)")
        if not request["type"]:
            raise EncodeError("no route is of it: to the kernel, it means all of them", "route.routes(type)")
    # An exception has its route's table and family, but shows no protocol or type of its own in IPv4.
    held = ("family", "table") if cached else ("family", "table", "protocol", "type")
    match = [(name, request[name]) for name in held if name in request]  # a protocol of 0, the kernel takes for all
    if oif is not None:
        request["oif"] = index_of(oif, "route.routes(oif)")  # no match: a multipath route has it in a hop
    return make_dump(
        "route.routes",
        NETLINK.ROUTE,
        RTM.GETROUTE,
        Route(**request),
        Route,
        RTM.NEWROUTE,
        match=tuple(match),
        mirrored=None if cached or request.get("family") in (AddressFamily.IPMR, AddressFamily.IP6MR) else _MIRRORED,
    )


@by_name(iif="interface", oif="interface")
def route(
    destination: str,
    *,
    source: str | None = None,
    iif: int | str | None = None,
    oif: int | str | None = None,
    tos: int | None = None,
    mark: int | None = None,
    uid: int | None = None,
    ip_proto: IpProtocol | str | int | None = None,
    sport: int | None = None,
    dport: int | None = None,
    flow_label: int | None = None,
    fibmatch: bool = False,
) -> Do[Route]:
    """What the kernel would do with a packet to the address `destination` (an MPLS label: ``"100"``).

    With `iif` the packet comes in there, else it is the host's own. The answer is the result of the lookup, one next
    hop with the source address chosen; with `fibmatch` it is the route that matched, as `routes` lists it.
    `ip_proto` is icmp, tcp, udp or icmpv6; `flow_label` is IPv6's and unknown to Linux 6.12. Fails with
    `NetlinkError` when nothing leads there: errno ENETUNREACH, EHOSTUNREACH, EACCES or EINVAL, as a sender would
    see it. Raises EncodeError for values that cannot be.
    """
    family = family_of_destination(destination)
    if family is None or "/" in str(destination):
        raise EncodeError(
            f"{destination!r} is not one address; for a prefix list route.routes()", "route.route(destination)"
        )
    if source is not None and "/" in str(source):
        raise EncodeError(f"{source!r} is not one address", "route.route(source)")
    flags = RouteFlags.FIB_MATCH if fibmatch else RouteFlags(0)
    if family is AddressFamily.INET:
        flags |= RouteFlags.LOOKUP_TABLE  # or the answer says main, whichever table it came from
    request = Route(
        family=family,
        destination=destination,
        source=source,
        iif=None if iif is None else index_of(iif, "route.route(iif)"),
        oif=None if oif is None else index_of(oif, "route.route(oif)"),
        tos=tos,
        mark=mark,
        uid=uid,
        ip_proto=None if ip_proto is None else number_of(IpProtocol, ip_proto, "route.route(ip_proto)"),
        source_port=sport,
        destination_port=dport,
        flow_label=flow_label,
        flags=flags,
    )
    return make_do("route.route", NETLINK.ROUTE, RTM.GETROUTE, request, reply=Route, reply_type=RTM.NEWROUTE)


def _mute(request: Any, verb: str) -> str:
    return "entries of multicast routing" if request.family == AddressFamily.IPMR else heard(request, verb)


register(
    Route,
    Verbs(
        new=RTM.NEWROUTE,
        delete=RTM.DELROUTE,
        prepare="netlynx.route.route_requests:prepare",
        fillings="netlynx.route.route_requests:PLAIN",
        flags={"change": NLM_F.REPLACE},
        guard="netlynx.route.route_rivals:ROUTES",
        mute=_mute,
    ),
)
