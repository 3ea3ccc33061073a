"""Filters of listings, in all rooms: a word means the same everywhere, and what can match nothing is refused."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator
from enum import IntEnum, IntFlag
from importlib import import_module
from typing import Any

import pytest

import netlynx
from netlynx import (
    crypto,
    devlink,
    diag,
    ethtool,
    fou,
    generic,
    gtp,
    ila,
    ioam6,
    ipset,
    ipvs,
    l2tp,
    macsec,
    mptcp,
    netdev,
    nftables,
    ovs,
    rdma,
    route,
    seg6,
    tcp_metrics,
    xfrm,
)
from netlynx.engine.named import NamedDump
from netlynx.engine.operation import Dump
from netlynx.ethtool import Ethtool
from netlynx.netdev.constants import StatisticsScope
from netlynx.netfilter import NetfilterFamily, accounting, conntrack, helpers, timeouts
from netlynx.netfilter.conntrack import FlowStatus, Tuple
from netlynx.route import AddressFamily as AF
from netlynx.route import RouteProtocol, RouteType
from netlynx.route.link_constants import LinkExtensions

WEB = Tuple(source="10.0.0.1", destination="10.0.0.2", protocol=6, source_port=1, destination_port=2)  # type: ignore[arg-type]

# What each argument of each listing may be (one value), and what fits nothing and has to be refused.
FITS: dict[str, dict[str, Any]] = {
    "route.links": {
        "kind": "veth",
        "master": 7,
        "family": AF.BRIDGE,
        "target_netnsid": 3,
        "vf": True,
        "statistics": False,
        "extensions": LinkExtensions.VF,
    },
    "route.addresses": {"family": AF.INET, "index": 7, "target_netnsid": 3},
    "route.multicast_addresses": {"family": AF.INET, "index": 7},
    "route.anycast_addresses": {"index": 7},
    "route.routes": {
        "family": AF.INET6,
        "table": 254,
        "oif": 7,
        "protocol": RouteProtocol.STATIC,
        "type": RouteType.BLACKHOLE,
        "cached": True,
    },
    "route.neighbours": {"family": AF.INET6, "index": 7, "master": 8, "proxy": True},
    "route.fdb": {"bridge": 7, "index": 8},
    "route.address_labels": {},
    "route.neighbour_tables": {"family": AF.INET6},
    "route.port_vlans": {"index": 7, "statistics": True},
    "route.vlan_options": {"bridge": 7},
    "route.mdb": {},
    "route.mdb_routers": {},
    "route.mst_states": {},
    "route.vnis": {"index": 7, "statistics": True},
    "route.netconfs": {"family": AF.INET6},
    "route.stats": {"sets": route.StatsSets.OFFLOAD, "offload": route.OffloadSets.L3_STATS},
    "route.multicast_tables": {},
    "route.multicast_routes": {"family": AF.IPMR, "table": 253, "oif": 7},
    "route.can_gateways": {},
    "route.mctp_addresses": {"index": 7},
    "route.mctp_routes": {},
    "route.mctp_neighbours": {"index": 7},
    "route.phonet_addresses": {},
    "route.phonet_routes": {},
    "route.namespace_ids": {"target_nsid": 3},
    "route.nexthops": {"family": AF.INET, "oif": 7, "master": 8, "groups": True, "fdb": True, "stats": True},
    "route.nexthop_buckets": {"id": 7, "oif": 8, "nexthop_id": 9},
    "route.rules": {"family": AF.INET6},
    "conntrack.flows": {
        "family": NetfilterFamily.IPV6,
        "zone": 3,
        "mark": 3,
        "mark_mask": 7,
        "status": FlowStatus.SEEN_REPLY,
        "original": WEB,
        "reply": WEB,
        "reset_counters": True,
    },
    "conntrack.expectations": {"family": NetfilterFamily.IPV4, "master": WEB, "zone": 3},
    "conntrack.dying": {},
    "conntrack.unconfirmed": {},
    "conntrack.cpu_statistics": {},
    "conntrack.expectation_statistics": {},
    "accounting.accounts": {
        "flags": accounting.AccountFlags.OVERQUOTA,
        "mask": accounting.AccountFlags.QUOTA_PKTS,
        "reset": True,
    },
    "timeouts.policies": {},
    "helpers.helpers": {},
    "generic.families": {},
    "crypto.algorithms": {},
    "xfrm.states": {"protocol": xfrm.Protocol.ESP, "source": "192.0.2.0/24", "destination": "198.51.100.0/24"},
    "xfrm.policies": {},
    "rdma.devices": {},
    "rdma.resources": {},
    **{f"rdma.{name}": {"device": 2} for name in ("links", "region_statistics", "frmr_pools")},
    **{f"rdma.{name}": {"device": 2, "port": 1, "details": True} for name in ("queue_pairs", "cm_ids")},
    **{
        f"rdma.{name}": {"device": 2, "details": True}
        for name in (
            *("completion_queues", "memory_regions", "protection_domains", "contexts", "shared_receive_queues"),
        )
    },
    "rdma.counters": {"device": 2, "port": 1},
    "nftables.tables": {"family": nftables.Family.BRIDGE},
    "nftables.chains": {"family": nftables.Family.BRIDGE},
    "nftables.rules": {"family": nftables.Family.BRIDGE, "table": "t", "chain": "c"},
    "nftables.sets": {"family": nftables.Family.BRIDGE, "table": "t"},
    "nftables.objects": {"family": nftables.Family.BRIDGE, "table": "t", "type": nftables.ObjectType.QUOTA},
    "nftables.flowtables": {"family": nftables.Family.INET, "table": "t"},
    "ipvs.services": {},
    "ipvs.daemons": {},
    "macsec.devices": {},
    "ovs.datapaths": {},
    "l2tp.tunnels": {},
    "seg6.keys": {},
    "ioam6.namespaces": {},
    "ioam6.schemas": {},
    "fou.ports": {},
    "ila.mappings": {},
    "gtp.contexts": {},
    "l2tp.sessions": {},
    "mptcp.endpoints": {},
    "devlink.devices": {},
    "devlink.infos": {},
    "devlink.reporters": {"where": "pci/0000:03:00.0/1"},
    **{
        f"devlink.{name}": {"device": "pci/0000:03:00.0"}
        for name in (
            *("ports", "params", "regions", "rates", "traps", "trap_groups", "trap_policers"),
            *("buffers", "pools", "port_pools", "bindings", "linecards"),
        )
    },
    "netdev.devices": {},
    "netdev.page_pools": {"index": 7},
    "netdev.page_pool_statistics": {"info": netdev.PagePoolInfo(index=7)},
    "netdev.queues": {"index": 7},
    "netdev.napis": {"index": 7},
    "netdev.statistics": {"index": 7, "scope": StatisticsScope.QUEUE},
    "tcp_metrics.entries": {},
    **{
        f"diag.{name}": {
            "condition": diag.where.source_port == 80,
            "family": diag.SocketFamily.INET6,
            "states": diag.SocketState.TIME_WAIT,
            "storages": True,
        }
        for name in ("dccp", "mptcp", "raw", "sctp", "tcp", "udp", "udplite")
    },
    "ipset.sets": {},
    "ipset.entries": {"set": "blocked"},
    "diag.unix": {"states": diag.SocketState.LISTEN, "pending": True},
    "diag.packet": {},
    "diag.netlink": {"protocol": diag.NetlinkProtocol.SOCK_DIAG},
    "diag.vsock": {"states": diag.SocketState.SYN_SENT},
    "diag.xdp": {},
    "diag.tipc": {"states": diag.SocketState.CLOSE_WAIT},
    "diag.smc": {},
    **{f"ethtool.{name}": {"device": "eth0", "device_index": 7} for name in dir(ethtool) if name.startswith("all_")},
    **{
        f"ethtool.{name}": {"device": "eth0", "device_index": 7}
        for name in ("linkinfos", "linkstates", "modules", "phys", "plca_statuses")
    },
}
BESIDE = {
    ("conntrack.flows", "mark_mask"): {"mark": 1},
    ("nftables.rules", "chain"): {"table": "t"},
    ("conntrack.expectations", "zone"): {"master": WEB},
    ("conntrack.flows", "family"): {"original": None},
}
FITS_NOTHING: dict[tuple[str, str], tuple[Any, ...]] = {
    ("route.links", "family"): (AF.INET, AF.MPLS, "packet"),
    ("route.links", "master"): (-1, True),
    ("route.addresses", "family"): (AF.BRIDGE, "mpls", 129, "ipx"),
    ("route.addresses", "index"): (0, -1),
    ("route.multicast_addresses", "family"): (AF.BRIDGE, "mpls"),
    ("route.multicast_addresses", "index"): (0,),
    ("route.anycast_addresses", "index"): (0,),
    ("route.routes", "family"): (AF.BRIDGE, "packet", "can"),
    ("route.routes", "table"): (0, -1),
    ("route.routes", "oif"): (0,),
    ("route.routes", "type"): (RouteType.UNSPEC, 0, "no-such"),
    ("route.routes", "protocol"): ("no-such", 256),
    ("route.neighbours", "family"): (AF.BRIDGE, "mpls", "packet"),
    ("route.neighbours", "index"): (0,),
    ("route.nexthops", "family"): (AF.BRIDGE, "mpls"),
    ("route.nexthops", "oif"): (0,),
    ("route.nexthop_buckets", "id"): (0,),
    ("route.rules", "family"): (AF.BRIDGE, "mpls", "packet"),
    ("route.fdb", "bridge"): (0,),
    ("route.neighbour_tables", "family"): (AF.BRIDGE, "mpls"),
    ("route.netconfs", "family"): (AF.BRIDGE, "can"),
    ("route.stats", "sets"): (0, "no-such", []),
    ("route.stats", "offload"): (0, "no-such"),
    ("route.multicast_routes", "family"): (AF.BRIDGE, "mpls"),
    ("route.multicast_routes", "table"): (0, -1),
    ("route.multicast_routes", "oif"): (0,),
    ("accounting.accounts", "flags"): (0, "no-such"),
    ("accounting.accounts", "mask"): (0, "no-such"),
    ("diag.tcp", "condition"): (lambda: diag.where.automatic | (diag.where.inode == 3), 80),
    ("diag.tcp", "family"): ("bridge", 17, "ipx"),
    ("diag.tcp", "states"): ((), "no-such", 99),
    ("conntrack.flows", "family"): ("arp", "dual", NetfilterFamily.BRIDGE, 1, "ipx"),
    ("conntrack.flows", "zone"): (-1, 65536),
    ("conntrack.flows", "mark"): (-1, 1 << 32, "7"),
    ("conntrack.flows", "status"): (0, "no-such"),
    ("conntrack.flows", "original"): (
        Tuple(),
        Tuple(protocol=17, icmp_id=1),  # type: ignore[arg-type]
        Tuple(protocol=1, icmp_type=3),  # type: ignore[arg-type]
        Tuple(source="::1", destination="10.0.0.1"),
        lambda: Tuple(protocol="no-such"),  # type: ignore[arg-type]
        "10.0.0.1",
    ),
    ("conntrack.flows", "reply"): (Tuple(), Tuple(protocol=99, source_port=1)),  # type: ignore[arg-type]
    ("conntrack.expectations", "family"): ("arp", 1),
    ("conntrack.expectations", "master"): (Tuple(), Tuple(source="::1")),
    ("nftables.rules", "family"): ("inet6", "ipx", 99),
    ("nftables.rules", "chain"): ("c",),
    ("nftables.objects", "type"): ("no-such", 99),
    ("diag.unix", "states"): (0, 14, "no-such", (), ["listen", "no-such"]),
    ("diag.vsock", "states"): (0, "connected", set()),
    ("diag.tipc", "states"): (99, []),
    ("diag.netlink", "protocol"): (-1, 32, 255, "no-such"),
}


def listings() -> Iterator[tuple[str, Callable[..., Dump[Any]]]]:
    """All functions of all rooms that make a listing."""
    rooms = {"route": route, "conntrack": conntrack, "generic": generic, "mptcp": mptcp, "netdev": netdev}
    rooms |= {"accounting": accounting, "timeouts": timeouts, "helpers": helpers, "ipvs": ipvs}
    rooms |= {"ovs": ovs, "fou": fou, "ila": ila, "gtp": gtp, "seg6": seg6, "ioam6": ioam6}
    rooms |= {"nftables": nftables, "xfrm": xfrm, "rdma": rdma, "devlink": devlink, "macsec": macsec, "l2tp": l2tp}
    rooms |= {"tcp_metrics": tcp_metrics, "ethtool": ethtool, "diag": diag, "crypto": crypto, "ipset": ipset}
    for room, module in rooms.items():
        for name in getattr(module, "__all__", dir(module)):
            each = getattr(module, name)
            if name.startswith("netfilter_") or inspect.isclass(each):
                continue
            answer = str(inspect.signature(each).return_annotation) if inspect.isfunction(each) else ""
            if answer and any(
                one.default is one.empty and one.kind is not one.VAR_KEYWORD
                for one in inspect.signature(each).parameters.values()
            ):
                continue  # what is listed depends on it: that is no filter
            if getattr(each, "verb", "") == "dump" or answer.startswith(("Dump[", "Sockets[")):
                yield f"{room}.{name}", each


LISTINGS = dict(listings())


def arguments(name: str) -> list[str]:
    """The arguments of a listing; those of a declared command are the fields of its request that the table has."""
    if getattr(LISTINGS[name], "verb", "") or name == "ethtool.all_statistics":
        return list(FITS[name])
    return list(inspect.signature(LISTINGS[name]).parameters)


def test_the_table_has_every_listing_and_every_argument() -> None:
    assert LISTINGS.keys() == FITS.keys()
    assert {name: set(arguments(name)) for name in LISTINGS} == {name: set(each) for name, each in FITS.items()}
    for name in LISTINGS:
        command: Any = LISTINGS[name]
        if getattr(command, "verb", "") and command.request and not name.startswith("ethtool."):
            assert set(FITS[name]) == set(command.request.__declarations__), name


def spellings(value: Any) -> list[Any]:
    """Everything that means a member: itself, its number, its name and its label in any case."""
    if isinstance(value, IntFlag):
        name = value.name
        if not name:
            return [value, int(value)]
        return [value, int(value), name, name.lower(), name.lower().replace("_", "-"), [name], {value}, value.label]
    if isinstance(value, IntEnum):
        names = [key for key, each in type(value).__members__.items() if each is value]
        words = [word for name in names for word in (name, name.lower(), name.lower().replace("_", "-"), name.title())]
        return [value, int(value), *words, getattr(value, "label", names[0])]
    return []


ENUMERATED = [
    (name, argument, spelled)
    for name, each in FITS.items()
    for argument, value in each.items()
    for spelled in spellings(value)
]


@pytest.mark.parametrize(("name", "argument", "spelled"), ENUMERATED)
def test_every_spelling_asks_the_same(name: str, argument: str, spelled: Any) -> None:
    value = FITS[name][argument]
    asked, meant = LISTINGS[name](**{argument: spelled}), LISTINGS[name](**{argument: value})
    assert asked.payload == meant.payload
    assert dict(asked.match) == dict(meant.match)
    assert asked.filter() is not None or not meant.match


@pytest.mark.parametrize(("name", "argument"), [(name, each) for name in FITS for each in FITS[name]])
def test_every_filter_is_asked_of_the_kernel_or_compared_here(name: str, argument: str) -> None:
    beside = BESIDE.get((name, argument), {})
    with_it = LISTINGS[name](**beside, **{argument: FITS[name][argument]})
    without = LISTINGS[name](**beside)
    if isinstance(without, NamedDump):  # of all devices of RDMA; the model is of one
        without = without.model
        with_it = getattr(with_it, "model", with_it)
    assert (with_it.payload, with_it.match, with_it.message_type) != (
        without.payload,
        without.match,
        without.message_type,
    )


@pytest.mark.parametrize(("name", "argument"), FITS_NOTHING)
def test_what_fits_nothing_is_refused(name: str, argument: str) -> None:
    for value in FITS_NOTHING[name, argument]:
        with pytest.raises(netlynx.EncodeError, match=f"{argument}|protocol"):
            LISTINGS[name](**{argument: value() if callable(value) else value})


FAMILIES = [name for name, each in FITS.items() if "family" in each]
NFT = [name for name in FAMILIES if name.startswith("nftables.")]


@pytest.mark.parametrize("name", NFT)
@pytest.mark.parametrize(("word", "number"), [("inet", 1), ("ip", 2), ("ip6", 10), ("INET", 1)])
def test_families_of_nftables_are_in_the_words_of_nft(name: str, word: str, number: int) -> None:
    """To which inet is IPv4 and IPv6 together: a table that an administrator calls so is never another."""
    asked = LISTINGS[name](family=word)
    assert dict(asked.match)["family"] == asked.request.family == number  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", [name for name in FAMILIES if name not in NFT])
@pytest.mark.parametrize(("word", "number"), [("inet", 2), ("inet6", 10), ("INET", 2)])
def test_a_family_is_the_same_word_everywhere(name: str, word: str, number: int) -> None:
    if name == "route.links" and number == AF.INET:  # which the kernel lists as bridges and IPv6 see them
        with pytest.raises(netlynx.EncodeError, match="family"):
            LISTINGS[name](family=word)
        return
    if name == "route.multicast_routes":  # the kernel has families of their own for them
        number = {2: 128, 10: 129}[number]
    asked = LISTINGS[name](family=word)
    assert dict(asked.match)["family"] == asked.request.family == number  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("nothing", ["unspec", 0, AF.UNSPEC])
def test_no_family_is_all_of_them(name: str, nothing: Any) -> None:
    if name == "route.multicast_addresses":  # which lists IPv6's unless asked
        assert LISTINGS[name](family=nothing).match == ()
        return
    plain, asked = LISTINGS[name](), LISTINGS[name](family=nothing)
    assert (asked.payload, asked.match) == (plain.payload, plain.match)


@pytest.mark.parametrize(
    "given",
    [
        {"mark": 0x100, "mark_mask": 0xFF},
        {"mark_mask": 0xFF},
        {"family": "inet6", "original": Tuple(source="10.0.0.1")},
        {"original": Tuple(source="10.0.0.1"), "reply": Tuple(source="::1")},
        {"original": Tuple(protocol=6), "reply": Tuple(protocol=17)},
    ],
)
def test_filters_that_fit_nothing_together_are_refused(given: dict[str, Any]) -> None:
    for ask in (conntrack.flows, conntrack.flush):
        with pytest.raises(netlynx.EncodeError, match=r"conntrack\.fl"):
            ask(**given)


def test_enumerations_are_among_the_arguments() -> None:
    """The table above is not empty where it matters: each annotated enumeration has its spellings tried."""
    tried = {(name, argument) for name, argument, _ in ENUMERATED}
    for name, each in LISTINGS.items():
        if not inspect.isfunction(each):
            continue
        hints = typing.get_type_hints(each, vars(import_module(each.__module__)))
        for argument, hint in hints.items():
            kinds = [
                one for one in typing.get_args(hint) if inspect.isclass(one) and issubclass(one, (IntEnum, IntFlag))
            ]
            if kinds and argument != "return":
                assert (name, argument) in tried


assert Ethtool  # its listings are those of `ethtool`
