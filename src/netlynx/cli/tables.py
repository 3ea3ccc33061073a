"""How records look in tables: the columns of each kind of object, and the rows of one record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from netlynx.cli.interfaces import Interfaces
from netlynx.cli.output import Column, Row

if TYPE_CHECKING:
    from netlynx.crypto import Algorithm
    from netlynx.generic.family import FamilyInfo
    from netlynx.route.address import Address
    from netlynx.route.address_label import AddressLabel
    from netlynx.route.link import Link
    from netlynx.route.neighbour import Neighbour
    from netlynx.route.neighbour_table import NeighbourTable
    from netlynx.route.netns_id import NamespaceId
    from netlynx.route.nexthop import NextHopObject
    from netlynx.route.route import NextHop, Route
    from netlynx.route.rule import PortRange, Rule


@dataclass(frozen=True)
class Table:
    """The columns of a kind of object, and the function that makes one record's rows: one, or one a next hop."""

    columns: Sequence[Column]
    rows: Callable[[Any, Interfaces], list[Row]]  # Any: the record, of the kind that the columns are for


def text(value: object) -> str:
    """A value as people read it: nothing for None, the label of an enum, flags joined by commas."""
    return "" if value is None else str(value)


def table_name(number: int | None) -> str:
    """A routing table: its name, as iproute2 has it, else the number."""
    from netlynx.route import table_names

    return "" if number is None else table_names.table_name(number)


def _link(link: Link, interfaces: Interfaces) -> list[Row]:
    # A link below that is in another namespace has an index there: its name here would be another one's.
    parent = interfaces.name(link.parent) if link.netns_id is None else f"if{link.parent}" if link.parent else ""
    return [
        [
            str(link.index),
            text(link.name),
            text(link.kind),
            text(link.operstate),
            text(link.mtu),
            text(link.address),
            interfaces.name(link.master),
            parent,
            text(link.flags),
        ]
    ]


def _address(address: Address, interfaces: Interfaces) -> list[Row]:
    own = address.local or address.address or address.multicast or address.anycast
    length = "" if address.prefixlen is None else f"/{address.prefixlen}"
    peer = address.address if address.address not in (own, None) else None
    return [
        [
            interfaces.name(address.index),
            f"{text(own)}{length if peer is None else ''}",
            "" if peer is None else f"{peer}{length}",
            text(address.family),
            text(address.scope),
            text(address.label),
            text(address.flags),
        ]
    ]


def _route(route: Route, interfaces: Interfaces) -> list[Row]:
    first = [
        text(route.destination),
        text(route.source),
        text(route.gateway or route.via),
        interfaces.name(route.oif),
        text(route.type),
        table_name(route.table),
        text(route.protocol),
        text(route.scope),
        text(route.metric),
        text(route.preferred_source),
        _route_flags(route.flags),
        "",
    ]
    return [first, *(_hop(hop, interfaces) for hop in route.multipath)]


def _hop(hop: NextHop, interfaces: Interfaces) -> Row:
    via = text(hop.gateway or hop.via)
    return ["", "", via, interfaces.name(hop.oif), "", "", "", "", "", "", _route_flags(hop.flags), str(hop.weight)]


def _route_flags(flags: int | None) -> str:
    """Those of a route, or of a hop, that say what is done with it; not what is said of a look-up's answer."""
    from netlynx.route import RouteFlags

    return text(RouteFlags((flags or 0) & _told_flags()))


@cache
def _told_flags() -> int:
    from netlynx.route import RouteFlags as F

    state = F.DEAD | F.PERVASIVE | F.ONLINK | F.LINKDOWN | F.UNRESOLVED
    return int(state | F.OFFLOAD | F.TRAP | F.RT_OFFLOAD | F.RT_TRAP | F.RT_OFFLOAD_FAILED)


def _neighbour(neighbour: Neighbour, interfaces: Interfaces) -> list[Row]:
    return [
        [
            text(neighbour.destination),
            interfaces.name(neighbour.index),
            text(neighbour.address),
            text(neighbour.vlan),
            interfaces.name(neighbour.master),
            text(neighbour.state),
            text(neighbour.flags),
            text(neighbour.protocol),
        ]
    ]


def _rule(rule: Rule, interfaces: Interfaces) -> list[Row]:
    return [
        [
            str(rule.priority or 0),
            text(rule.family),
            rule.source or "all",
            rule.destination or "all",
            _selectors(rule),
            text(rule.action),
            "" if text(rule.action) != "table" or rule.l3mdev else table_name(rule.table),
            text(rule.protocol),
        ]
    ]


def _nexthop(nexthop: NextHopObject, interfaces: Interfaces) -> list[Row]:
    members: Iterable[str] = (
        f"{each.id}" if each.weight == 1 else f"{each.id}*{each.weight}" for each in nexthop.group or ()
    )
    kind = "blackhole" if nexthop.blackhole else "fdb" if nexthop.fdb else text(nexthop.group_type)
    bucket = nexthop.bucket
    if bucket is not None:  # one that moved
        kind, members = "bucket", [f"{text(bucket.index)} to {text(bucket.nexthop_id)}"]
    return [
        [
            text(nexthop.id),
            kind,
            " ".join(members),
            text(nexthop.gateway),
            interfaces.name(nexthop.oif),
            text(nexthop.encap_type),
            text(nexthop.family) if nexthop.family else "",
            text(nexthop.protocol),
            text(nexthop.flags),
        ]
    ]


def _bucket(nexthop: NextHopObject, interfaces: Interfaces) -> list[Row]:
    bucket = nexthop.bucket
    found = (None, None, None) if bucket is None else (bucket.index, bucket.nexthop_id, bucket.idle_time)
    number, leads, idle = found
    return [[text(nexthop.id), text(number), text(leads), "" if idle is None else f"{idle / 100:.2f}"]]


def _forwarding(entry: Neighbour, interfaces: Interfaces) -> list[Row]:
    return [
        [
            text(entry.address),
            interfaces.name(entry.index),
            text(entry.vlan),
            interfaces.name(entry.master),
            text(entry.destination),
            text(entry.nexthop_id),
            text(entry.vni),
            text(entry.port),
            text(entry.state),
            text(entry.flags),
        ]
    ]


def _namespace(known: NamespaceId, _: Interfaces) -> list[Row]:
    return [[text(known.nsid), text(known.fd)]]


def _address_label(label: AddressLabel, interfaces: Interfaces) -> list[Row]:
    return [[text(label.prefix), interfaces.name(label.index), text(label.label)]]


def _neighbour_table(table: NeighbourTable, interfaces: Interfaces) -> list[Row]:
    probes = (table.app_probes, table.unicast_probes, table.multicast_probes)
    thresholds = (table.threshold1, table.threshold2, table.threshold3)
    return [
        [
            text(table.name),
            "*" if table.index is None else interfaces.name(table.index) or text(table.index),
            text(table.base_reachable_time),
            text(table.retransmit_time),
            text(table.gc_stale_time),
            text(table.delay_probe_time),
            "" if None in probes else "/".join(map(text, probes)),
            text(table.queue_length_bytes),
            "" if table.config is None else text(table.config.entries),
            "" if None in thresholds else "/".join(map(text, thresholds)),
        ]
    ]


def _algorithm(algorithm: Algorithm, _: Interfaces) -> list[Row]:
    from netlynx.crypto import AlgorithmFlags

    keyed = algorithm.skcipher or algorithm.cipher
    vectored = algorithm.skcipher or algorithm.aead
    blocks = algorithm.hash or keyed or algorithm.aead
    keys = "" if keyed is None else f"{keyed.min_key_size}-{keyed.max_key_size}"
    flags = AlgorithmFlags(algorithm.flags & ~(0xF | AlgorithmFlags.TESTED))
    return [
        [
            text(algorithm.name),
            text(algorithm.driver),
            algorithm.kind,
            text(algorithm.priority),
            text(algorithm.references),
            text(algorithm.module),
            "" if blocks is None else text(blocks.block_size),
            f"{keyed.min_key_size}" if keyed is not None and keyed.min_key_size == keyed.max_key_size else keys,
            "" if vectored is None else text(vectored.iv_size),
            "" if algorithm.hash is None else text(algorithm.hash.digest_size),
            text(flags) if algorithm.is_tested else ",".join(filter(None, (text(flags), "untested"))),
        ]
    ]


def _selectors(rule: Rule) -> str:
    """What else a packet must have, and what else happens, in the words of ip-rule(8)."""
    mask = "" if rule.fwmask in (None, 0xFFFF_FFFF) else f"/{rule.fwmask:#x}"
    said = {
        "not": "" if "invert" in rule.flags.labels else None,
        "tos": rule.tos or None,
        "dscp": rule.dscp,
        "fwmark": None if rule.fwmark is None else f"{rule.fwmark:#x}{mask}",
        "iif": rule.iifname,
        "oif": rule.oifname,
        "l3mdev": "" if rule.l3mdev else None,
        "uidrange": None if rule.uid_range is None else f"{rule.uid_range.start}-{rule.uid_range.end}",
        "ipproto": rule.ip_proto,
        "sport": _ports(rule.source_ports),
        "dport": _ports(rule.destination_ports),
        "goto": rule.goto,
        "suppress_prefixlength": None if rule.suppress_prefixlen in (None, -1) else rule.suppress_prefixlen,
    }
    return " ".join(f"{word} {value}".strip() for word, value in said.items() if value is not None)


def _ports(ports: PortRange | None) -> str | None:
    if ports is None:
        return None
    return str(ports.start) if ports.start == ports.end else f"{ports.start}-{ports.end}"


_STATES = {"REACHABLE": "green", "FAILED": "red", "INCOMPLETE": "yellow", "STALE": "yellow"}
LINKS = Table(
    (
        Column("INDEX", right=True, bare=True, spare=4),
        Column("NAME", bare=True),
        Column("KIND", spare=3),
        Column("STATE", colours={"UP": "green", "DOWN": "red", "LOWERLAYERDOWN": "red", "DORMANT": "yellow"}),
        Column("MTU", right=True, spare=6),
        Column("ADDRESS", spare=1),
        Column("MASTER", spare=2),
        Column("PARENT", spare=5),
        Column("FLAGS", spare=7),
    ),
    _link,
)
ADDRESSES = Table(
    (
        Column("DEV", bare=True),
        Column("ADDRESS", bare=True),
        Column("PEER", spare=1),
        Column("FAMILY", spare=4),
        Column("SCOPE", spare=2),
        Column("LABEL", spare=5),
        Column("FLAGS", spare=3),
    ),
    _address,
)
ROUTES = Table(
    (
        Column("DESTINATION", bare=True),
        Column("FROM", spare=2),
        Column("VIA"),
        Column("DEV"),
        Column("TYPE", colours={"blackhole": "red", "unreachable": "red", "prohibit": "red"}, spare=3),
        Column("TABLE", spare=4),
        Column("PROTOCOL", spare=7),
        Column("SCOPE", spare=8),
        Column("METRIC", right=True, spare=5),
        Column("SRC", spare=6),
        Column("FLAGS", colours={"dead": "red", "linkdown": "red"}, spare=2),
        Column("WEIGHT", right=True, spare=1),
    ),
    _route,
)
NEIGHBOURS = Table(
    (
        Column("DESTINATION", bare=True),
        Column("DEV"),
        Column("ADDRESS"),
        Column("VLAN", right=True, spare=1),
        Column("MASTER", spare=2),
        Column("STATE", colours=_STATES),
        Column("FLAGS", spare=3),
        Column("PROTOCOL", spare=4),
    ),
    _neighbour,
)
NEXTHOPS = Table(
    (
        Column("ID", right=True),
        Column("TYPE", colours={"blackhole": "red"}, bare=True, spare=1),
        Column("GROUP", wrap=True),
        Column("VIA"),
        Column("DEV"),
        Column("ENCAP", spare=2),
        Column("FAMILY", spare=5),
        Column("PROTOCOL", spare=4),
        Column("FLAGS", spare=3),
    ),
    _nexthop,
)
NEXTHOP_BUCKETS = Table(
    (
        Column("GROUP", right=True, bare=True),
        Column("BUCKET", right=True, bare=True),
        Column("NEXTHOP", right=True),
        Column("IDLE", right=True),
    ),
    _bucket,
)
FDB = Table(
    (
        Column("ADDRESS", bare=True),
        Column("DEV"),
        Column("VLAN", right=True, spare=1),
        Column("MASTER", spare=3),
        Column("DESTINATION"),
        Column("NEXTHOP", right=True, spare=4),
        Column("VNI", right=True, spare=2),
        Column("PORT", right=True, spare=7),
        Column("STATE", colours=_STATES, spare=5),
        Column("FLAGS", spare=6),
    ),
    _forwarding,
)
ADDRESS_LABELS = Table((Column("PREFIX", bare=True), Column("DEV"), Column("LABEL", right=True)), _address_label)
NEIGHBOUR_TABLES = Table(
    (
        Column("TABLE", bare=True),
        Column("DEV", bare=True),
        Column("REACHABLE", right=True),
        Column("RETRANS", right=True, spare=4),
        Column("STALE", right=True, spare=2),
        Column("DELAY", right=True, spare=6),
        Column("PROBES", right=True, spare=3),
        Column("QUEUE", right=True, spare=7),
        Column("ENTRIES", right=True, spare=1),
        Column("THRESHOLDS", right=True, spare=5),
    ),
    _neighbour_table,
)
ALGORITHMS = Table(
    (
        Column("NAME", bare=True),
        Column("DRIVER", bare=True),
        Column("TYPE", spare=1),
        Column("PRIORITY", right=True),
        Column("REFS", right=True, spare=8),
        Column("MODULE", spare=4),
        Column("BLOCK", right=True, spare=5),
        Column("KEY", right=True, spare=2),
        Column("IV", right=True, spare=6),
        Column("DIGEST", right=True, spare=3),
        Column("FLAGS", spare=7),
    ),
    _algorithm,
)
NAMESPACES = Table((Column("NSID", right=True), Column("NAMESPACE")), _namespace)
RULES = Table(
    (
        Column("PRIORITY", right=True),
        Column("FAMILY", bare=True, spare=1),
        Column("FROM"),
        Column("TO"),
        Column("FOR", bare=True, wrap=True),
        Column("ACTION"),
        Column("TABLE"),
        Column("PROTOCOL", spare=2),
    ),
    _rule,
)


def groups_of(info: FamilyInfo) -> str:
    """The groups of a family of generic netlink, with their numbers."""
    return ", ".join(f"{group.name} ({group.id})" for group in info.groups)


def _family(info: FamilyInfo, _: Interfaces) -> list[Row]:
    return [[info.name or "", str(info.id), text(info.version), groups_of(info)]]


FAMILIES = Table((Column("NAME", bare=True), Column("ID"), Column("VERSION"), Column("GROUPS")), _family)
