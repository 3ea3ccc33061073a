"""Tables of `ip addr`, `ip route`, `ip nexthop` and `ip rule`. See `witness`."""

from __future__ import annotations

from typing import Any

from netlynx.route.address import Address, AddressFlags
from netlynx.route.constants import AddressFamily
from netlynx.route.encap import MplsEncap
from netlynx.route.nexthop import NextHopObject
from netlynx.route.route import NextHop, Route
from netlynx.route.route_names import IpProtocol, RouteFlags
from netlynx.route.rule import Rule, RuleAction, RuleFlags
from netlynx.route.segment_routing import Seg6Encap, Seg6LocalEncap
from witness import (
    ABSENT,
    Names,
    Table,
    attribute,
    given,
    hexadecimal,
    interface,
    label,
    newer,
    nonzero,
    null_if,
    rendered,
    table_name,
    true_if,
)

HOST_BITS = {AddressFamily.INET: 32, AddressFamily.INET6: 128}
NO_SUPPRESSION = (None, -1, 0xFFFF_FFFF)


# -- addresses ---------------------------------------------------------------------------------------------------

# `ip` gives each flag a key of its own; some have another name there than in the headers.
ADDRESS_FLAGS = {
    "nodad": AddressFlags.NODAD,
    "optimistic": AddressFlags.OPTIMISTIC,
    "dadfailed": AddressFlags.DADFAILED,
    "home": AddressFlags.HOMEADDRESS,
    "deprecated": AddressFlags.DEPRECATED,
    "tentative": AddressFlags.TENTATIVE,
    "mngtmpaddr": AddressFlags.MANAGETEMPADDR,
    "noprefixroute": AddressFlags.NOPREFIXROUTE,
    "autojoin": AddressFlags.MCAUTOJOIN,
    "stable-privacy": AddressFlags.STABLE_PRIVACY,
}


def _peer(record: Address, names: Names) -> Any:
    return record.address if record.local not in (None, record.address) else ABSENT


def _secondary(family: AddressFamily) -> Any:
    def say(record: Address, names: Names) -> Any:
        return true_if(record.family is family and AddressFlags.SECONDARY in (record.flags or AddressFlags(0)))

    return say


def _flag(flag: AddressFlags) -> Any:
    return lambda record, names: true_if(flag in record.flags)


ADDRESS: Table = {
    "family": attribute("family", label),
    "local": lambda record, names: record.local or record.address,
    "address": _peer,
    "prefixlen": attribute("prefixlen"),
    "metric": attribute("metric"),
    "broadcast": attribute("broadcast"),
    "scope": attribute("scope", label),
    "secondary": _secondary(AddressFamily.INET),
    "temporary": _secondary(AddressFamily.INET6),
    "dynamic": lambda record, names: true_if(AddressFlags.PERMANENT not in record.flags),
    **{key: _flag(flag) for key, flag in ADDRESS_FLAGS.items()},
    "protocol": newer(attribute("protocol", label)),
    "label": attribute("label"),
    "valid_life_time": attribute("cacheinfo.valid"),
    "preferred_life_time": attribute("cacheinfo.preferred"),
}


# -- routes ------------------------------------------------------------------------------------------------------

METRICS = {
    "mtu": "mtu",
    "window": "window",
    "ssthresh": "ssthresh",
    "cwnd": "cwnd",
    "advmss": "advmss",
    "reordering": "reordering",
    "hoplimit": "hoplimit",
    "initcwnd": "initcwnd",
    "rto_min": "rto_min",
    "initrwnd": "initrwnd",
    "congestion": "congestion_control",
}

METRICS_TABLE: Table = {
    **{key: attribute(name) for key, name in METRICS.items()},
    "rtt": attribute("rtt", lambda eighths: ABSENT if eighths is None else eighths // 8),
    "rttvar": attribute("rttvar", lambda quarters: ABSENT if quarters is None else quarters // 4),
    "ecn": lambda metrics, names: null_if(metrics.features is not None and "ecn" in metrics.features.labels),
    "quickack": attribute("quickack", lambda value: ABSENT if value is None else int(value)),
    "fastopen_no_cookie": attribute("fastopen_no_cookie", lambda value: ABSENT if value is None else int(value)),
}


def _destination(text: str | None) -> Any:
    """A prefix as `ip` writes it, which leaves out the length of a host's."""
    if text is None:
        return ABSENT
    address, _, length = text.partition("/")
    if length == "0":
        return "default"
    if ":" in address or "." in address:
        return address if int(length or 0) == (128 if ":" in address else 32) else text
    return text


def _via(record: Any, names: Names) -> Any:
    if record.via is None:
        return ABSENT
    return {"family": "inet6" if ":" in record.via else "inet", "host": record.via}


def _hop_flags(flags: int) -> list[str]:
    known = {1: "dead", 2: "pervasive", 4: "onlink", 8: "offload", 16: "linkdown", 32: "unresolved", 64: "trap"}
    shown = [name for bit, name in known.items() if flags & bit]
    return sorted([*shown, "rt_offload"] if flags & RouteFlags.RT_OFFLOAD else shown)


def _realms(record: Any, names: Names) -> Any:
    if record.realms is None:
        return ABSENT
    source, destination = record.realms >> 16, record.realms & 0xFFFF
    return {"from": str(source), "to": str(destination)} if source else {"to": str(destination)}


def _seg6(encap: Any) -> bool:
    return isinstance(encap, Seg6Encap) and encap.tunnel is not None


# `ip` prints the keys of an encapsulation among those of the route: the labels of MPLS as a second `dst`.
ENCAP: Table = {
    "encap": lambda record, names: ABSENT if record.encap is None else record.encap_type.label,
    "dst (2)": lambda record, names: record.encap.labels if isinstance(record.encap, MplsEncap) else ABSENT,
    "ttl": lambda record, names: given(record.encap.ttl) if isinstance(record.encap, MplsEncap) else ABSENT,
    "mode": lambda record, names: label(record.encap.tunnel.mode) if _seg6(record.encap) else ABSENT,
    "segs": lambda record, names: list(record.encap.tunnel.segments) if _seg6(record.encap) else ABSENT,
    "action": lambda record, names: label(record.encap.action) if isinstance(record.encap, Seg6LocalEncap) else ABSENT,
    "nh6": lambda record, names: given(record.encap.nexthop6) if isinstance(record.encap, Seg6LocalEncap) else ABSENT,
}


def _weight(hop: NextHop, names: Names) -> int:
    return hop.weight


HOP: Table = {
    **ENCAP,
    "to": attribute("new_destination"),
    "gateway": attribute("gateway"),
    "via": _via,
    "dev": interface("oif"),
    "weight": _weight,
    "flow": _realms,
    "flags": attribute("flags", _hop_flags),
}
MPLS_HOP: Table = {key: say for key, say in HOP.items() if key != "weight"}


def _hops(record: Route, names: Names) -> Any:
    table = MPLS_HOP if record.family is AddressFamily.MPLS else HOP
    return [rendered(table, hop, names) for hop in record.multipath] or ABSENT


def _nexthop(record: Route, names: Names) -> Any:
    return ABSENT if record.nexthop_id is None else rendered(NEXTHOP, names.nexthops[record.nexthop_id], names)


def _metrics(record: Route, names: Names) -> Any:
    return ABSENT if record.metrics is None else [rendered(METRICS_TABLE, record.metrics, names)]


def _expires(record: Route, names: Names) -> Any:
    left = record.cacheinfo.expires if record.cacheinfo else 0
    return left // 100 if left else ABSENT  # hundredths of a second; `ip` shows whole ones


def _cache(name: str) -> Any:
    return lambda record, names: nonzero(getattr(record.cacheinfo, name)) if record.cacheinfo else ABSENT


ROUTE: Table = {
    **ENCAP,
    "type": attribute("type", label),
    "dst": attribute("destination", _destination),
    "from": attribute("source", _destination),
    "to": attribute("new_destination"),
    "tos": attribute("tos", lambda tos: hexadecimal(tos or None)),
    "nhid": attribute("nexthop_id"),
    "gateway": attribute("gateway"),
    "via": _via,
    "dev": interface("oif"),
    "table": lambda record, names: table_name(record.table),
    "protocol": attribute("protocol", label),
    "scope": attribute("scope", label),
    "prefsrc": attribute("preferred_source"),
    "metric": attribute("metric"),
    "flags": attribute("flags", _hop_flags),
    "flow": _realms,
    "expires": _expires,
    "users": _cache("references"),
    "age": _cache("last_use"),
    "used": _cache("used"),
    "metrics": _metrics,
    "pref": attribute("preference", label),
    "nh_info": _nexthop,
    "nexthops": _hops,
    "ttl-propogate": attribute("ttl_propagate"),  # spelt so by `ip`
}


def _members(record: NextHopObject, names: Names) -> Any:
    if record.group is None:
        return ABSENT
    return [{"id": each.id} | ({"weight": each.weight} if each.weight > 1 else {}) for each in record.group]


NEXTHOP: Table = {
    **ENCAP,
    "id": attribute("id"),
    "group": _members,
    "type": lambda record, names: (
        "resilient" if record.group_type is not None and record.group_type.label == "resilient" else ABSENT
    ),
    "gateway": attribute("gateway"),
    "dev": interface("oif"),
    "scope": attribute("scope", label),
    "blackhole": lambda record, names: null_if(record.blackhole),
    "protocol": attribute("protocol", label),
    "flags": attribute("flags", _hop_flags),
    "fdb": lambda record, names: null_if(record.fdb),
}


# -- rules -------------------------------------------------------------------------------------------------------


def _split(record: Rule, name: str) -> tuple[Any, Any]:
    """Address and length of a selector, the latter only where it is not a host's."""
    text = getattr(record, name)
    if text is None:
        return ABSENT, ABSENT
    address, _, length = text.partition("/")
    bits = int(length) if length else HOST_BITS[record.family]
    return address, ABSENT if bits == HOST_BITS[record.family] else bits


def _source(record: Rule, names: Names) -> Any:
    address, _ = _split(record, "source")
    return "all" if address is ABSENT else address


def _ip_protocol(record: Rule, names: Names) -> Any:
    """By the name in /etc/protocols."""
    return "ipv6-icmp" if record.ip_proto is IpProtocol.ICMPV6 else label(record.ip_proto)


def _mask(record: Rule, names: Names) -> Any:
    return hexadecimal(record.fwmask) if record.fwmask not in (None, 0xFFFF_FFFF) else ABSENT


def _ports(name: str, end: str) -> Any:
    """`sport` for one port, `sport_start` and `sport_end` for several."""

    def say(record: Rule, names: Names) -> Any:
        ports = getattr(record, name)
        if ports is None or (ports.start == ports.end) is not (end == ""):
            return ABSENT
        return getattr(ports, end or "start")

    return say


def _table(record: Rule, names: Names) -> Any:
    return table_name(record.table) if record.action is RuleAction.TABLE and not record.l3mdev else ABSENT


def _action(record: Rule, names: Names) -> Any:
    return ABSENT if record.action in (RuleAction.TABLE, RuleAction.GOTO, RuleAction.NOP) else label(record.action)


def _realm(shift: int) -> Any:
    def say(record: Rule, names: Names) -> Any:
        return ABSENT if not record.realms or not record.realms >> 16 else str(record.realms >> shift & 0xFFFF)

    return say


def _rule_flag(flag: RuleFlags) -> Any:
    return lambda record, names: null_if(flag in record.flags)


RULE: Table = {
    "priority": lambda record, names: record.priority or 0,
    "not": _rule_flag(RuleFlags.INVERT),
    "src": _source,
    "srclen": lambda record, names: _split(record, "source")[1],
    "dst": lambda record, names: _split(record, "destination")[0],
    "dstlen": lambda record, names: _split(record, "destination")[1],
    "tos": attribute("tos", lambda tos: hexadecimal(tos or None)),
    "fwmark": attribute("fwmark", hexadecimal),
    "fwmask": _mask,
    "iif": attribute("iifname"),
    "iif_detached": _rule_flag(RuleFlags.IIF_DETACHED),
    "oif": attribute("oifname"),
    "oif_detached": _rule_flag(RuleFlags.OIF_DETACHED),
    "l3mdev": lambda record, names: null_if(record.l3mdev),
    "uid_start": attribute("uid_range.start"),
    "uid_end": attribute("uid_range.end"),
    "ipproto": _ip_protocol,
    "sport": _ports("source_ports", ""),
    "sport_start": _ports("source_ports", "start"),
    "sport_end": _ports("source_ports", "end"),
    "dport": _ports("destination_ports", ""),
    "dport_start": _ports("destination_ports", "start"),
    "dport_end": _ports("destination_ports", "end"),
    "tun_id": attribute("tunnel_id"),
    "table": _table,
    "suppress_prefixlen": lambda record, names: (
        ABSENT if record.suppress_prefixlen in NO_SUPPRESSION else record.suppress_prefixlen
    ),
    "suppress_ifgroup": lambda record, names: (
        ABSENT if record.suppress_ifgroup in NO_SUPPRESSION else str(record.suppress_ifgroup)
    ),
    "flow_from": _realm(16),
    "flow_to": _realm(0),
    "goto": attribute("goto"),
    "unresolved": _rule_flag(RuleFlags.UNRESOLVED),
    "nop": lambda record, names: null_if(record.action is RuleAction.NOP),
    "action": _action,
    "protocol": attribute("protocol", label),
}
