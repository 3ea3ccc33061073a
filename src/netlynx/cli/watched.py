"""What `netlynx monitor` can listen to: kinds of objects, their notifications, and how these are shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any  # of whatever record a kind of object has

from netlynx.cli.form import json_text
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listening import event_as_json
from netlynx.cli.output import Column, Row

if TYPE_CHECKING:
    from netlynx.cli.tables import Table
    from netlynx.engine.operation import Event, Group

USUAL = ("link", "address", "route", "neighbour", "rule")
_NEXTHOP = "nexthop"
_FLOWS = ("flow", "expectation")
_QUOTA = "quota"
_FIREWALL = ("ruleset", "trace")
_TRAFFIC = ("qdisc", "class", "filter", "chain", "action")
_FAMILIES = ("ethtool", "netdev", "mptcp", "wifi", "devlink", "l2tp", "gtp", "ioam6", "psample")
_OVS = {"ovs-datapath": "DATAPATHS", "ovs-port": "VPORTS", "ovs-flow": "FLOWS"}
_NAMESPACE = "namespace-id"
_SWITCH = ("vlan", "mdb", "vni")
_PROTOCOLS = ("rdma", "selinux", "scsi", "iscsi")
_BUSES = ("mctp-address", "phonet-address", "phonet-route", "dcb")
_DONE = ("uevent", "task", "process", "audit")
_XFRM = {
    "xfrm-state": "STATES",
    "xfrm-policy": "POLICIES",
    "xfrm-acquire": "ACQUIRES",
    "xfrm-expire": "EXPIRIES",
    "xfrm-replay": "REPLAYS",
    "xfrm-report": "REPORTS",
    "xfrm-migration": "MIGRATIONS",
    "xfrm-mapping": "MAPPINGS",
}
_MULTICAST = ("multicast-route", "cache-report", "multicast-address", "anycast-address")
_INTERFACES = ("netconf", "stats", "prefix", "advertisement")
OBJECTS = (
    *USUAL,
    _NEXTHOP,
    *_MULTICAST,
    *_INTERFACES,
    _NAMESPACE,
    *_SWITCH,
    *_BUSES,
    "family",
    *_FLOWS,
    _QUOTA,
    *_FIREWALL,
    *_TRAFFIC,
    *_FAMILIES,
    *_DONE,
    *_PROTOCOLS,
    *_XFRM,
    *_OVS,
)
NUMBERED = {
    "log:GROUP": "with a number from 0 to 65535",
    "peer:GROUP": "with a number from 1 to 32",
    "ynl:FAMILY[:GROUP]": "with the names of a family and of a group of its",
}
# What has something to show, but nothing that is heard by listening; and what shows it.
SILENT = {
    "queue": "each packet of a queue wants a verdict: `netlynx queue NUMBER` shows them and gives it",
    **dict.fromkeys(("drop", "drop-monitor"), "drops are told while they are monitored: `netlynx drops` does that"),
    **dict.fromkeys(("sample", "sample-group"), "samples and their groups are told together: listen to `psample`"),
    "wireguard": "the kernel tells nothing of WireGuard unasked: `netlynx wireguard` lists it",
    **dict.fromkeys(
        ("action", "filter", "chain"), "there is no listening to traffic control but for `qdisc` and `class`"
    ),
    **dict.fromkeys(("port-vlan", "vlan-options"), "changes of VLANs are told together: listen to `vlan`"),
    "mdb-entry": "changes of groups are told together: listen to `mdb`",
    "fdb": "entries of forwarding databases are neighbours: listen to `neighbour`",
    "tcp_metrics": "the kernel tells nothing of TCP metrics unasked",
    "address-label": "the kernel tells nothing of labels unasked: `netlynx address-labels` lists them",
    "neighbour-table": "the kernel tells nothing of these tables unasked: `netlynx neighbour-tables` lists them",
    "stats-settings": "what is to be counted is told with what is: listen to `stats`",
    "multicast-table": "the kernel tells nothing of these tables unasked: `netlynx multicast-tables` lists them",
    "nexthop-bucket": "buckets that move are told of with their groups: listen to `nexthop`",
    "can-gateway": "the kernel tells nothing of CAN gateways unasked: `netlynx can-gateways` lists them",
    "mctp-route": "the kernel tells nothing of MCTP's routes unasked: `netlynx mctp-routes` lists them",
    "mctp-neighbour": "the kernel tells nothing of MCTP's neighbours unasked: `netlynx mctp-neighbours` lists them",
    **dict.fromkeys(
        ("ipset", "ipset-entry"), "the kernel tells nothing of sets unasked: `netlynx ipset list` lists them"
    ),
    **dict.fromkeys(
        ("ipvs", "ipvs-service", "ipvs-destination", "ipvs-daemon", "ipvs-timeouts"),
        "the kernel tells nothing of IPVS unasked: `netlynx ipvs` lists it",
    ),
    **dict.fromkeys(
        ("macsec", "macsec-channel", "macsec-transmit-sa", "macsec-receive-sa", "macsec-offload"),
        "the kernel tells nothing of MACsec unasked: `netlynx macsec` lists it",
    ),
    **dict.fromkeys(
        ("crypto", "algorithm"), "the kernel tells nothing of algorithms unasked: `netlynx crypto` lists them"
    ),
    "rdma-device": "devices that come and go are told of as `rdma`",
    **dict.fromkeys(
        ("rdma-system", "rdma-counting", "rdma-frmr-pool"),
        "the kernel tells nothing of these unasked: `netlynx rdma` lists what there is",
    ),
    "conntrack-timeout": "the kernel tells nothing of policies unasked: `netlynx conntrack-timeouts` lists them",
    "conntrack-helper": "the kernel tells nothing of helpers unasked: `netlynx conntrack-helpers` lists them",
    "account": "the kernel tells of quotas that are used up, and of no more: listen to `quota`",
    "fingerprint": "the kernel tells nothing of fingerprints",
    **dict.fromkeys(("seg6-key", "seg6-source"), "the kernel tells nothing of segment routing unasked"),
    **dict.fromkeys(
        ("ioam6-namespace", "ioam6-schema", "ioam6-attachment"),
        "the kernel tells nothing of these unasked: `ioam6` is the traces that arrive",
    ),
    "gtp-context": "contexts are told of with what answers: listen to `gtp`",
    "fou-port": "the kernel tells nothing of these ports unasked",
    "ila-mapping": "the kernel tells nothing of these mappings unasked",
    **dict.fromkeys(("l2tp-tunnel", "l2tp-session"), "tunnels and sessions are told of together: listen to `l2tp`"),
    "ovs-meter": "the kernel tells nothing of meters unasked: `netlynx ovs meters` shows what one counted",
    "ovs-ct-limit": "the kernel tells nothing of limits unasked: `netlynx ovs ct-limits` lists them",
    "mptcp-endpoint": "the kernel tells nothing of endpoints unasked: `mptcp` is what becomes of connections",
    "mptcp-limits": "the kernel tells nothing of limits unasked: `mptcp` is what becomes of connections",
    "tcp-metrics": "the kernel tells nothing of TCP metrics unasked",
    "napi": "the kernel tells nothing of NAPI instances unasked",
    **dict.fromkeys(
        ("nft-table", "nft-chain", "nft-rule", "nft-set", "nft-element", "nft-elements", "nft-object", "nft-flowtable"),
        "what changes in the firewall is told by transactions: listen to `ruleset`",
    ),
    "policy": "policies change with their families: listen to `family`, and `netlynx policy` shows them",
}

# Whatever is set by these families, they tell of themselves.
_BY_FAMILY = ("ethtool", "devlink")

_PLURALS = {
    "classes": "class",
    "addresses": "address",
    "mctp-addresses": "mctp-address",
    "phonet-addresses": "phonet-address",
    "families": "family",
    "processes": "process",
    "policies": "policy",
    "xfrm-policies": "xfrm-policy",
    "nsids": "namespace-id",
    "nsid": "namespace-id",
    "stat": "stats",
    "prefixes": "prefix",
    "multicast-addresses": "multicast-address",
    "anycast-addresses": "anycast-address",
}
_POSSIBLE = Path("/sys/devices/system/cpu/possible")
_GROUP = re.compile(r"peer:([1-9]|[12]\d|3[0-2])")  # NETLINK_USERSOCK has 32

AsJson = Callable[[str, "Event[Any]"], str]


def _any(record: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Watched:
    """A kind of object: its name in what is printed, its notifications, how one of them looks.

    `only` tells its records from those of the same class that are another kind's.
    """

    name: str
    group: Group[Any]
    table: Table
    as_json: AsJson
    only: Callable[[Any], bool] = _any

    def says(self, record: object) -> bool:
        """Whether a record is one of its notifications'."""
        return self.carries(type(record)) and self.only(record)

    def carries(self, cls: type[Any]) -> bool:
        """Whether records of a class may be."""
        group = self.group
        records = tuple(said[1] for said in (*group.messages.values(), *group.commands.values()))
        if cls.__name__ == "Commit":  # what many of them make together
            return self.name == _FIREWALL[0]
        if issubclass(cls, records):
            return True
        return not records and cls.__name__.lower() == self.name


def singular(given: str) -> str | None:
    """The kind of object that a word names, in the singular or the plural; None if it names none."""
    word = given.lower()
    for name in (word, _PLURALS.get(word, ""), word.removesuffix("s")):
        if name in OBJECTS or re.fullmatch(r"log:\d{1,5}", name) or _GROUP.fullmatch(name):
            return name
    return given if re.fullmatch(r"ynl:[^:]+(:[^:]+)?", given) else None


def unheard(given: str) -> str:
    """What to say of a word that names nothing to listen to."""
    word, _, _ = given.lower().partition(":")
    for name in (word, _PLURALS.get(word, ""), word.removesuffix("s")):
        if name in SILENT:
            return SILENT[name]
        family = next((each for each in _BY_FAMILY if name.startswith(f"{each}-")), None)
        if family is not None:
            return f"what is set of a device is told by its family: listen to `{family}`"
    wanted = next((each for each in NUMBERED if each.startswith(f"{word}:")), None)
    if wanted is not None:
        return f"{given!r} is none: it is written {wanted}, {NUMBERED[wanted]}"
    return f"{given!r} is none of {', '.join((*OBJECTS, *NUMBERED))}"


def letters_to(names: Iterable[str]) -> list[int]:
    """The groups of the ``peer:GROUP`` among the names."""
    return [int(name.removeprefix("peer:")) for name in names if name.startswith("peer:")]


def watched(name: str) -> list[Watched]:
    """What a name stands for: several groups of a spec, none for letters. Raises SpecError."""
    if name.startswith("peer:"):
        return []
    if name.startswith("ynl:"):
        return _of_spec(name)
    if name in _SWITCH:
        return [_of_switch(name)]
    if name in _OVS:
        from netlynx import ovs as room
        from netlynx.cli import ovs

        return [Watched(name, getattr(room, _OVS[name]), getattr(ovs, _OVS[name]), event_as_json)]
    if name in _XFRM:
        from netlynx import xfrm
        from netlynx.cli.tables import Table
        from netlynx.schema.secrets import without_secrets

        table = Table(_plain().columns, lambda record, interfaces: _fields(without_secrets(record), interfaces))
        return [Watched(name, getattr(xfrm, _XFRM[name]), table, _without_secrets)]
    if name in _PROTOCOLS:
        table = _plain()
        return [Watched(name, group, table, event_as_json) for group in _groups(name)]
    return [_of_room(name)]


def _groups(protocol: str) -> tuple[Group[Any], ...]:
    """What a protocol tells of few things."""
    from netlynx import iscsi, rdma, scsi, selinux

    return {
        "rdma": (rdma.DEVICES,),
        "selinux": (selinux.EVENTS,),
        "scsi": (scsi.EVENTS,),
        "iscsi": (iscsi.EVENTS, iscsi.ADAPTERS),
    }[protocol]


def _of_switch(name: str) -> Watched:
    """Records of two classes, each with columns of its own."""
    from netlynx import route
    from netlynx.cli import bridge
    from netlynx.cli.tables import Table

    group: Group[Any]
    other: type[Any]
    if name == "vni":
        return Watched(name, route.VNIS, bridge.VNIS, event_as_json)
    if name == "vlan":
        group, usual, other, rare = route.VLANS, bridge.VLANS, route.VlanOptions, bridge.OPTIONS
    else:
        group, usual, other, rare = route.MDB, bridge.ENTRIES, route.MdbRouter, bridge.ROUTERS
    blank = [""] * len(usual.columns)

    def rows(record: Any, interfaces: Interfaces) -> list[Row]:
        if isinstance(record, other):
            return [[*blank, *row] for row in rare.rows(record, interfaces)]
        return [[*row, *[""] * len(rare.columns)] for row in usual.rows(record, interfaces)]

    return Watched(name, group, Table((*usual.columns, *rare.columns), rows), event_as_json)


def _without_secrets(name: str, event: Event[Any]) -> str:
    """An event of states, without their keys."""
    from netlynx.engine.operation import Event
    from netlynx.schema.secrets import without_secrets

    return event_as_json(name, Event(event.kind, without_secrets(event.record)))


def _plain() -> Table:
    """How records look of which no list has columns."""
    from netlynx.cli.tables import Table

    return Table((Column("FIELDS", bare=True),), _fields)


def _of_spec(name: str) -> list[Watched]:
    """The group of ``ynl:FAMILY:GROUP``, or all of ``ynl:FAMILY``."""
    from netlynx import ynl
    from netlynx.cli.ynl import load

    _, family, *groups = name.split(":")
    spec = load(family)
    table = _plain()
    found = [Watched(spec.name, group, table, event_as_json) for group in spec.subscribe(*groups)]
    if not found:
        raise ynl.SpecError(f"{spec.name} has no groups: it says nothing unasked", spec.where)
    return found


def _of_room(name: str) -> Watched:
    """A kind of object by its name in the singular; its room is loaded here."""
    from netlynx import route
    from netlynx.cli import tables

    if name.startswith("log:"):
        from netlynx.cli.packets import PACKETS
        from netlynx.netfilter import log

        return Watched("packet", log.packets(int(name.removeprefix("log:")), threshold=1), PACKETS, event_as_json)
    if name in _FLOWS:
        from netlynx.cli.conntrack import EXPECTATIONS, FLOWS
        from netlynx.netfilter import conntrack

        if name == "flow":
            return Watched(name, conntrack.FLOWS, FLOWS, event_as_json)
        return Watched(name, conntrack.EXPECTATIONS, EXPECTATIONS, event_as_json)
    if name == _QUOTA:
        from netlynx.cli.netfilter_lists import ACCOUNTS
        from netlynx.netfilter import accounting

        return Watched(name, accounting.QUOTAS, ACCOUNTS, event_as_json)
    if name in _FIREWALL:
        from netlynx import nftables
        from netlynx.cli import nft_changes

        if name == "trace":
            return Watched(name, nftables.TRACES, nft_changes.TRACES, event_as_json)
        return Watched(name, nftables.CHANGES, nft_changes.COMMITS, nft_changes.commit_as_json)
    if name in _TRAFFIC:
        from netlynx.cli import traffic

        return Watched(name, *traffic.watched(name), event_as_json)
    if name in _BUSES:
        from netlynx.cli import bus_lists

        if name == "dcb":
            from netlynx import dcb
            from netlynx.cli.data_center import TABLE

            return Watched(name, dcb.CHANGES, TABLE, event_as_json)
        return {
            "mctp-address": Watched(name, route.MCTP_ADDRESSES, bus_lists.MCTP_ADDRESSES, event_as_json),
            "phonet-address": Watched(name, route.PHONET_ADDRESSES, bus_lists.PHONET_ADDRESSES, event_as_json),
            "phonet-route": Watched(name, route.PHONET_ROUTES, bus_lists.PHONET_ROUTES, event_as_json),
        }[name]
    if name == "family":
        from netlynx import generic

        return Watched(name, generic.FAMILIES, tables.FAMILIES, event_as_json)
    if name in _FAMILIES:
        return Watched(name, _family(name), _plain(), event_as_json)
    if name == "uevent":
        from netlynx import uevent
        from netlynx.cli import uevents

        table = tables.Table((Column("DEVICE", bare=True),), lambda event, _: [[uevents.words(event)]])
        return Watched(name, uevent.events(), table, lambda _, event: uevents.as_json(event.record))
    if name == "task":
        from netlynx import taskstats
        from netlynx.cli import tasks

        table = tables.Table(tasks.COLUMNS, lambda usage, _: [tasks.row(usage)])
        return Watched(name, taskstats.exits(_POSSIBLE.read_text().strip()), table, event_as_json)
    if name == "audit":
        from netlynx import audit as auditing
        from netlynx.cli import audit

        return Watched(name, auditing.LOG, audit.TABLE, audit.as_json)
    if name == "process":
        from netlynx import connector
        from netlynx.cli import processes

        return Watched(name, connector.PROCESSES, processes.TABLE, processes.as_json)
    if name in _MULTICAST or name in _INTERFACES:
        return _of_packets(name)
    group, table = {
        "link": (route.LINKS, tables.LINKS),
        "address": (route.ADDRESSES, tables.ADDRESSES),
        "route": (route.ROUTES, tables.ROUTES),
        "neighbour": (route.NEIGHBOURS, tables.NEIGHBOURS),
        "rule": (route.RULES, tables.RULES),
        _NEXTHOP: (route.NEXTHOPS, tables.NEXTHOPS),
        _NAMESPACE: (route.NAMESPACE_IDS, tables.NAMESPACES),
    }[name]
    only = {"route": _is_unicast, "address": _is_unicast}.get(name, _any)
    return Watched(name, group, table, event_as_json, only)


def _of_packets(name: str) -> Watched:
    """What is told of routing of multicast, of how interfaces are set up, and of routers."""
    from netlynx import route
    from netlynx.cli import advertised, interface_listing, multicast, tables

    if name == "advertisement":
        return Watched(name, route.ADVERTISEMENTS, advertised.OPTIONS, advertised.as_json)
    group, table = {
        "multicast-route": (route.MULTICAST_ROUTES, multicast.ROUTES),
        "cache-report": (route.CACHE_REPORTS, multicast.REPORTS),
        "multicast-address": (route.MULTICAST_ADDRESSES, tables.ADDRESSES),
        "anycast-address": (route.ANYCAST_ADDRESSES, tables.ADDRESSES),
        "netconf": (route.NETCONFS, interface_listing.NETCONF),
        "stats": (route.STATS, interface_listing.STATS),
        "prefix": (route.PREFIXES, advertised.PREFIXES),
    }[name]
    only = {"multicast-route": _is_multicast, "multicast-address": _is_multicast, "anycast-address": _is_anycast}
    return Watched(name, group, table, event_as_json, only.get(name, _any))


def _is_unicast(record: Any) -> bool:
    return not _is_multicast(record) and not _is_anycast(record)


def _is_multicast(record: Any) -> bool:
    """Whether an address is one, or a route a forwarding entry of multicast routing."""
    if hasattr(record, "multicast"):
        return record.multicast is not None
    return record.family in (128, 129)  # RTNL_FAMILY_IPMR, RTNL_FAMILY_IP6MR


def _is_anycast(record: Any) -> bool:
    return getattr(record, "anycast", None) is not None


def _family(name: str) -> Group[Any]:
    if name == "netdev":
        from netlynx import netdev

        return netdev.Netdev.notifications()
    room: Any = import_module(f"netlynx.{'nl80211' if name == 'wifi' else name}")
    events: Group[Any] = room.EVENTS
    return events


def _fields(record: Any, interfaces: Interfaces) -> list[Row]:
    """All that a record has, as ``key=value``: for records that no list has columns for."""
    from netlynx.codec._codec import to_json

    said = {key: value for key, value in json.loads(to_json(record)).items() if value not in (None, [], {})}
    words = (f"{key}={value if isinstance(value, str) else json_text(value)}" for key, value in said.items())
    return [[" ".join(words)]]
