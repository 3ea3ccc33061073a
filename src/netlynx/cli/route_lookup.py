"""Why the kernel refused to say which way packets go: rules and routes are gone through as it does.

Source: net/core/fib_rules.c (`fib_rules_lookup`, `fib_rule_match`), net/ipv4/fib_rules.c, net/ipv6/fib6_rules.c,
net/ipv4/route.c (`ip_route_output_key_hash_rcu`, `ip_route_input_slow`).
"""

from __future__ import annotations

import errno
import os
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

from netlynx.errors import NetlinkError
from netlynx.route import AddressFamily, LinkFlags, Route, RouteType, Rule, RuleAction, RuleFlags
from netlynx.route.table_names import table_name

if TYPE_CHECKING:
    from netlynx.client.connection import Connection
    from netlynx.engine.operation import Do
    from netlynx.route.rule import PortRange

_ROUTES = {
    RouteType.BLACKHOLE: errno.EINVAL,
    RouteType.UNREACHABLE: errno.EHOSTUNREACH,
    RouteType.PROHIBIT: errno.EACCES,
}
_RULES = {
    RuleAction.BLACKHOLE: errno.EINVAL,
    RuleAction.UNREACHABLE: errno.ENETUNREACH,
    RuleAction.PROHIBIT: errno.EACCES,
}
_LOOPBACK = 1  # where the host's own packets come from, to rules
_NO_ROUTE = "No table that the rules have for such packets has a route to it"


def cause(nl: Connection, wanted: Do[Route], error: NetlinkError) -> str:
    """What makes the kernel refuse a look-up, or "" where that was not found out."""
    asked = wanted.request
    assert isinstance(asked, Route)
    if asked.family not in (AddressFamily.INET, AddressFamily.INET6) or error.message:
        return ""
    try:
        return _of_settings(nl, asked, error.errno or 0) or _of_rules(nl, asked, error.errno or 0)
    except NetlinkError:  # something is gone meanwhile, or may not be asked for
        return ""


def _of_settings(nl: Connection, asked: Route, number: int) -> str:
    """Of interfaces and addresses: what is looked at before any rule."""
    from netlynx import route

    if number == errno.ENETUNREACH and asked.oif is not None:
        link = nl.do(route.link(index=asked.oif))
        if not link.flags & LinkFlags.UP:
            return f"{link.name} is down"
    if asked.family != AddressFamily.INET:
        return ""
    if asked.iif is not None:
        if number == errno.EHOSTUNREACH and nl.do(route.netconf(asked.iif, family="inet")).forwarding is False:
            return f"{nl.do(route.link(index=asked.iif)).name} does not forward: `netlynx netconf` shows its setting"
    elif number in (errno.EINVAL, errno.ENETUNREACH) and asked.source is not None:
        address = _alone(asked.source)
        if not nl.count(route.routes(family="inet", type="local").where(destination=f"{address}/32")):
            return f"{address} is no address of this host"
    return ""


def _of_rules(nl: Connection, asked: Route, number: int) -> str:
    from netlynx import route

    address = ip_address(_alone(asked.destination))
    bits = range(address.max_prefixlen + 1)
    prefixes = {str(ip_network(f"{address}/{length}", strict=False)) for length in bits}
    routes = nl.dump(route.routes(family=asked.family).where(destination=prefixes)).all()
    beyond = 0  # where a rule leads to: those before it are passed over
    for rule in nl.dump(route.rules(family=asked.family)):
        if (rule.priority or 0) < beyond:
            continue
        selects = _selects(nl, rule, asked)
        if selects is None:
            return ""
        if not selects or rule.action == RuleAction.NOP:
            continue
        if rule.action == RuleAction.GOTO:
            beyond = rule.goto or 0
            continue
        if rule.action in _RULES:
            return f"Rule {rule.priority or 0} says {rule.action.label}" if _RULES[rule.action] == number else ""
        found = _longest([each for each in routes if each.table == rule.table])
        if found is None or found.type == RouteType.THROW:
            continue
        if found.type is None or _ROUTES.get(found.type) != number or _suppresses(rule):
            return ""
        return f"The route {found.destination} of table {table_name(rule.table or 0)} is of type {found.type.label}"
    return _NO_ROUTE if number == errno.ENETUNREACH else ""


def _selects(nl: Connection, rule: Rule, asked: Route) -> bool | None:
    """Whether a rule is for such packets; None where that depends on what is not known here."""
    if rule.flags & (RuleFlags.UNRESOLVED | RuleFlags.FIND_SADDR):
        return None
    said = (
        _within(asked.source, rule.source),
        _within(asked.destination, rule.destination),
        rule.iifname is None or _is(nl, asked.iif or _LOOPBACK, rule.iifname),
        rule.oifname is None or _is(nl, asked.oif, rule.oifname),
        rule.fwmark is None or not (rule.fwmark ^ (asked.mark or 0)) & (rule.fwmask or 0xFFFFFFFF),
        rule.uid_range is None or _has_user(rule, asked),
        _in_range(asked.source_port, rule.source_ports),
        _in_range(asked.destination_port, rule.destination_ports),
        rule.ip_proto is None or (None if asked.ip_proto is None else rule.ip_proto == asked.ip_proto),
        not rule.l3mdev or (False if asked.oif is None and asked.iif is None else None),
        not (rule.tos or rule.dscp) or (None if asked.tos else False),
        None if rule.source_port_mask or rule.destination_port_mask or rule.dscp_mask else True,
        None if rule.flow_label or rule.tunnel_id else True,
    )
    if None in said and False not in said:
        return None
    return all(said) != bool(rule.flags & RuleFlags.INVERT)


def _within(address: str | None, prefix: str | None) -> bool:
    if prefix is None:
        return True
    return address is not None and ip_address(_alone(address)) in ip_network(prefix)


def _is(nl: Connection, index: int | None, name: str) -> bool:
    from netlynx import route

    return index is not None and nl.do(route.link(index=index)).name == name


def _in_range(port: int | None, ports: PortRange | None) -> bool:
    return ports is None or ports.start <= (port or 0) <= ports.end


def _suppresses(rule: Rule) -> bool:
    """Whether it may pass over what its table has."""
    return rule.suppress_ifgroup is not None or rule.suppress_prefixlen not in (None, -1)


def _has_user(rule: Rule, asked: Route) -> bool:
    if asked.uid is None and asked.iif is not None:
        return False  # what comes in has no user
    assert rule.uid_range is not None
    return rule.uid_range.start <= (os.getuid() if asked.uid is None else asked.uid) <= rule.uid_range.end


def _longest(routes: list[Route]) -> Route | None:
    """Of routes of one table to an address, the one that is taken."""

    def worth(each: Route) -> Any:
        return -ip_network(each.destination or "").prefixlen, each.metric or 0

    return min(routes, key=worth, default=None)


def _alone(address: Any) -> str:
    return str(address).partition("/")[0]
