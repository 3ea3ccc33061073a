"""Which route the kernel takes for a deletion.

Source: fib_table_delete in net/ipv4/fib_trie.c, fib_nh_match and fib_metrics_match in net/ipv4/fib_semantics.c,
ip6_route_del and ip6_route_multipath_del in net/ipv6/route.c, mpls_route_del in net/mpls/af_mpls.c; tried out.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

from netlynx.engine.operation import Do, Dump, Guarded
from netlynx.route.constants import AddressFamily, Scope
from netlynx.route.rivals import Guard
from netlynx.route.route import NextHop, Route, routes
from netlynx.route.route_names import NextHopFlags, RouteFlags, RouteProtocol
from netlynx.route.route_requests import MplsRoute
from netlynx.schema.record import class_of, fields_of, replace_fields

_INET, _INET6, _MPLS = AddressFamily.INET, AddressFamily.INET6, AddressFamily.MPLS

# What changes by itself, is said twice, or is no part of the route.
_PASSING = {"flags", "cacheinfo", "expires", "delete_reason", "unknown", "encap_type"}
# What a deletion may say and the kernel does not look at, of IPv4 where it says neither interface nor gateway.
_IGNORED = {
    _INET: ("ttl_propagate", "realms", "encap"),
    _INET6: ("type", "preferred_source", "metrics", "encap", "preference"),
    _MPLS: ("new_destination", "via", "oif", "multipath", "protocol", "ttl_propagate"),
}


class _Routes(Guard):
    record = Route

    def concerns(self, operation: Do[Any]) -> bool:
        return class_of(getattr(operation, "request", None)) in (Route, MplsRoute)

    def needed(self, record: Any, pattern: Any) -> bool:
        family = pattern.family
        if family not in _IGNORED or pattern.flags & RouteFlags.CLONED:
            return False
        if self.was_read(record):
            return True
        # Hops are compared one by one: some of them may be all that another route has. One next hop may be the first
        # of several, or, in IPv6, whatever another route has that leads to a nexthop object.
        unseen = any(getattr(pattern, name) for name in _IGNORED[family]) or pattern.flags & RouteFlags.ONLINK
        return bool(unseen or pattern.multipath or pattern.oif or pattern.gateway or getattr(pattern, "via", None))

    def domain(self, operation: Guarded[Any]) -> Hashable:
        return operation.pattern.family, operation.pattern.table

    def listing(self, operation: Guarded[Any]) -> Dump[Any]:
        pattern = operation.pattern
        return routes(family=pattern.family, table=None if pattern.family == _MPLS else pattern.table)

    def around(self, operation: Guarded[Any]) -> Dump[Any]:
        pattern = operation.pattern
        key = {"destination": pattern.destination}
        if pattern.family == _INET:
            key["tos"] = pattern.tos
        elif pattern.family == _INET6:
            key["source"] = pattern.source
        return self.listing(operation).where(**key)

    def covers(self, dump: Dump[Any]) -> bool:
        asked: Any = dump.request
        return (
            class_of(asked) is Route
            and {name for name, _ in dump.match} <= {"family", "table"}
            and asked.oif is None
            and not asked.flags
        )

    def key_of(self, record: Any) -> Hashable:
        return (
            record.family,
            record.table,
            record.destination,
            getattr(record, "source", None),
            getattr(record, "tos", None) or 0 if record.family == _INET else 0,
        )

    def means(self, operation: Guarded[Any], rival: Any) -> bool:
        record = operation.record
        if not self.was_read(record):
            return any(_given(operation.pattern, each) for each in _deleted_as(operation.pattern, rival))
        return record is rival or _whole(record) == _whole(rival)

    def taken(self, pattern: Any, rivals: list[Any]) -> list[Any]:
        if pattern.family == _INET:
            return next(([each] for each in rivals if _fits_inet(pattern, each)), [])
        if pattern.family == _INET6:
            return _taken_inet6(pattern, rivals)
        return rivals[:1]

    def ways(self, operation: Guarded[Any]) -> Iterator[Any]:
        pattern = operation.pattern
        if pattern.family == _INET6 and pattern.multipath and self.was_read(operation.record):
            # Without a gateway, what fits goes with all its hops; by their gateways, they go one by one.
            yield replace_fields(pattern, multipath=(), oif=pattern.multipath[0].oif)
            yield replace_fields(pattern, protocol=RouteProtocol.UNSPEC)
            return
        yield pattern
        if pattern.multipath:
            return
        if pattern.family == _INET6 and pattern.gateway is None:
            yield replace_fields(pattern, gateway="::")  # no gateway, instead of any
        if pattern.family == _INET and (pattern.oif or pattern.gateway or pattern.via):
            # As a multipath route of one hop, it is compared with all hops of another.
            hop = NextHop(oif=pattern.oif or 0, gateway=pattern.gateway, via=pattern.via, realms=pattern.realms)
            single = dict.fromkeys(("oif", "gateway", "via", "realms", "encap", "encap_type"))
            yield replace_fields(pattern, multipath=(hop,), **single)

    def choose(self, operation: Guarded[Any], rivals: list[Any]) -> tuple[Do[Any], list[Any]]:
        chosen, left = super().choose(operation, rivals)
        pattern = operation.pattern
        if _is_one_hop(pattern):
            kept = {id(each) for each in left}
            left = [rest for each in rivals for rest in ((each,) if id(each) in kept else _without_hop(pattern, each))]
        return chosen, left


ROUTES = _Routes()


def _is_one_hop(pattern: Any) -> bool:
    """Whether the kernel takes one hop of a route of several, and leaves the others: of IPv6, by its gateway."""
    return bool(pattern.family == _INET6 and pattern.gateway and not pattern.multipath)


def _deleted_as(pattern: Any, rival: Any) -> list[Any]:
    """What of a route the kernel deletes at once: all of it, or each of its hops."""
    if not rival.multipath or not _is_one_hop(pattern):
        return [rival]
    return [_of_one_hop(rival, hop) for hop in rival.multipath]


def _without_hop(pattern: Any, rival: Any) -> list[Any]:
    """What is left of a route when the hop is gone that the pattern fits."""
    hops = [hop for hop in rival.multipath if not _fits_inet6(pattern, pattern, rival, hop)]
    if len(hops) > 1:
        return [replace_fields(rival, multipath=tuple(hops))]
    return [_of_one_hop(rival, hop) for hop in hops]


def _of_one_hop(rival: Any, hop: Any) -> Any:
    return replace_fields(rival, multipath=(), oif=hop.oif, gateway=hop.gateway, encap=hop.encap)


def _whole(record: Any) -> dict[str, Any]:
    """What tells a route from others."""
    values = {name: value for name, value in fields_of(record).items() if name not in _PASSING}
    values["multipath"] = tuple(_hop(hop) for hop in record.multipath)
    values["metric"] = record.metric or 0
    values["onlink"] = (record.flags or 0) & RouteFlags.ONLINK
    return values


def _hop(hop: Any) -> dict[str, Any]:
    values = {name: value for name, value in fields_of(hop).items() if name not in ("unknown", "encap_type")}
    values["flags"] = hop.flags & NextHopFlags.ONLINK
    return values


def _given(record: Any, rival: Any) -> bool:
    """Whether a route is as a record says that somebody made."""
    if record.flags & RouteFlags.ONLINK & ~rival.flags:
        return False
    for name, value in fields_of(record).items():
        if name in _PASSING or not value:
            continue
        there = getattr(rival, name)
        if name == "metrics":
            if not _fit(value, there):
                return False
        elif name == "multipath":
            if len(value) != len(there) or not all(map(_is_hop, value, there)):
                return False
        elif name != "scope" and (there or 0 if name in ("metric", "tos") else there) != value:
            return False
    return True


def _is_hop(hop: Any, there: Any) -> bool:
    if hop.flags & NextHopFlags.ONLINK & ~there.flags:
        return False
    return all(
        name in ("unknown", "encap_type", "flags") or not value or value == getattr(there, name)
        for name, value in fields_of(hop).items()
    )


def _fit(wanted: Any, there: Any) -> bool:
    """Whether metrics are there as they are given."""
    return there is not None and all(
        value is None or name == "unknown" or value == getattr(there, name) for name, value in fields_of(wanted).items()
    )


def _fits_inet(pattern: Any, rival: Any) -> bool:
    if pattern.type and rival.type != pattern.type:
        return False
    if pattern.scope not in (None, Scope.NOWHERE) and rival.scope != pattern.scope:
        return False
    for name in ("preferred_source", "protocol", "metric"):
        value = getattr(pattern, name)
        if value and (getattr(rival, name) or 0) != value:
            return False
    return _leads_inet(pattern, rival) and (pattern.metrics is None or _fit(pattern.metrics, rival.metrics))


def _leads_inet(pattern: Any, rival: Any) -> bool:
    if pattern.nexthop_id:
        return bool(rival.nexthop_id == pattern.nexthop_id)
    single = pattern.oif or pattern.gateway or pattern.via
    if rival.nexthop_id:
        return not (single or pattern.multipath)
    hops = rival.multipath or (rival,)
    if single:
        if pattern.encap is not None and pattern.encap != hops[0].encap:
            return False
        return _hop_fits(pattern, hops[0])
    if not pattern.multipath:
        return True
    return len(hops) <= len(pattern.multipath) and all(map(_hop_fits, pattern.multipath, hops))


def _hop_fits(asked: Any, hop: Any) -> bool:
    if asked.oif and asked.oif != hop.oif:
        return False
    if asked.realms and asked.realms != (hop.realms or 0):
        return False
    if asked.gateway is None and asked.via is None:
        return True
    return bool(asked.gateway == hop.gateway and asked.via == hop.via)


def _taken_inet6(pattern: Any, rivals: list[Any]) -> list[Any]:
    # The kernel has each hop as a route of its own.
    entries = [(rival, hop, i) for rival in rivals for i, hop in enumerate(rival.multipath or (rival,))]
    taken: list[Any] = []
    for asked in pattern.multipath or (pattern,):  # one request after the other
        for entry in list(entries):
            rival, hop, _ = entry
            if not _fits_inet6(pattern, asked, rival, hop):
                continue
            sure = not pattern.protocol or entry[2] == 0
            if sure and pattern.protocol and rival.protocol != pattern.protocol:
                continue
            taken.append(rival)  # for sure, or perhaps: only the first hop's protocol is shown
            if sure:
                entries.remove(entry)
                break
    return taken


def _fits_inet6(pattern: Any, asked: Any, rival: Any, hop: Any) -> bool:
    if rival.nexthop_id and pattern.nexthop_id and rival.nexthop_id != pattern.nexthop_id:
        return False
    if pattern.metric and rival.metric != pattern.metric:
        return False
    if rival.nexthop_id:
        return True
    if pattern.nexthop_id or (asked.oif and asked.oif != hop.oif):
        return False
    return asked.gateway is None or asked.gateway == (hop.gateway or "::")
