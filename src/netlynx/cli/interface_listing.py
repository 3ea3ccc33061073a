"""Listings of what interfaces count, and of how they are set up to forward."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from netlynx.cli.declare import Interface, Option
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listed import Asked, listing
from netlynx.cli.options import Dev, NetconfFamily
from netlynx.cli.output import Column, Row
from netlynx.cli.tables import Table, text

if TYPE_CHECKING:
    from netlynx.route.netconf import Netconf
    from netlynx.route.stats import Stats
    from netlynx.route.stats_extended import ExtendedStats

_COUNTED = ("bytes", "packets", "errors", "dropped")
_WORTH = {"bytes": 1, "errors": 2, "dropped": 3, "packets": 4}
_USUAL = tuple(f"{way}_{each}" for way in ("rx", "tx") for each in _COUNTED)


def _stats(stats: Stats, interfaces: Interfaces) -> list[Row]:
    name = interfaces.name(stats.index)
    rows: list[Row] = []
    for what, said in _sets(stats):
        words = " ".join(f"{each} {value}" for each, value in _numbers(said) if each not in _USUAL and value)
        rows.append([name, what, *(text(getattr(said, each, None)) for each in _USUAL), words])
    return rows or [_without(stats, name)]


def _without(stats: Stats, name: str) -> Row:
    """The row of what counts nothing: what was asked to be counted, if that is told."""
    info = None if stats.offload is None else stats.offload.l3_stats_info
    said = "" if info is None or not info.requested else "l3-stats requested"
    return [name, said, *[""] * (len(STATS.columns) - 2)]


def _sets(stats: Stats) -> Iterator[tuple[str, Any]]:
    """Each struct or record with counters, and what it is."""
    if stats.link is not None:
        yield "link", stats.link
    yield from _extended("", stats.xstats)
    yield from _extended("port ", stats.xstats_slave)
    offload = stats.offload
    if offload is not None and offload.cpu_hit is not None:
        yield "cpu-hit", offload.cpu_hit
    if offload is not None and offload.l3_stats is not None:
        used = offload.l3_stats_info is None or offload.l3_stats_info.used
        yield "l3-stats" if used else "l3-stats unused", offload.l3_stats
    if stats.mpls is not None:
        yield "mpls", stats.mpls


def _extended(prefix: str, said: ExtendedStats | None) -> Iterator[tuple[str, Any]]:
    if said is not None and said.bridge is not None:
        for vlan in said.bridge.vlans:
            yield f"{prefix}vlan {vlan.vid}", vlan
        if said.bridge.multicast is not None:
            yield f"{prefix}multicast", said.bridge.multicast
        if said.bridge.stp is not None:
            yield f"{prefix}stp", said.bridge.stp
    if said is not None and said.bond is not None:
        yield f"{prefix}802.3ad", said.bond


def _numbers(said: Any) -> Iterator[tuple[str, int]]:
    """All that it counts, one level down too: ``igmp_leaves.rx``."""
    for name in said.__declarations__:
        value = getattr(said, name)
        if name in ("vid", "flags", "padding"):
            continue
        if isinstance(value, int):
            yield name, value
        elif value is not None:
            yield from ((f"{name}.{way}", getattr(value, way)) for way in ("rx", "tx"))


STATS = Table(
    (
        Column("DEV", bare=True),
        Column("OF", bare=True),
        *(Column(f"{way} {each.upper()}", right=True, spare=_WORTH[each]) for way in ("RX", "TX") for each in _COUNTED),
        Column("MORE", wrap=True, bare=True),
    ),
    _stats,
)


@listing("interface_listing:STATS", single="dev", beside=("sets", "offload"))
def stats(
    dev: Annotated[str | None, Interface("--dev", metavar="NAME", help="Only this one.")] = None,
    sets: Annotated[
        str | None,
        Option("--sets", metavar="SET[,SET]", help="Only these: link, xstats, xstats-slave, offload, afstats."),
    ] = None,
    offload: Annotated[
        str | None,
        Option("--offload", metavar="SET[,SET]", help="Of offload only these: cpu-hit, hw-stats-info, l3-stats."),
    ] = None,
) -> Asked:
    """List what interfaces count: traffic, VLANs and multicast of bridges, 802.3ad of bonds, MPLS, hardware."""
    from netlynx import route

    wanted: Any = None if sets is None else sets.split(",")
    some: Any = None if offload is None else offload.split(",")
    if dev is not None:
        return route.interface_stats(dev, sets=wanted, offload=some)
    return route.stats(sets=wanted, offload=some)


def _netconf(settings: Netconf, interfaces: Interfaces) -> list[Row]:
    from netlynx.route.netconf import ALL_INTERFACES, DEFAULT_INTERFACE

    index = settings.index
    name = {ALL_INTERFACES: "all", DEFAULT_INTERFACE: "default"}.get(index or 0) or interfaces.name(index)
    return [
        [
            name,
            text(settings.family),
            *(_switch(getattr(settings, each)) for each in _SWITCHES[:1]),
            text(settings.rp_filter),
            *(_switch(getattr(settings, each)) for each in _SWITCHES[1:]),
        ]
    ]


_SWITCHES = (
    "forwarding",
    "mc_forwarding",
    "proxy_neigh",
    "ignore_routes_with_linkdown",
    "input",
    "bc_forwarding",
    "force_forwarding",
)


def _switch(value: bool | None) -> str:
    return "" if value is None else "on" if value else "off"


NETCONF = Table(
    (
        Column("DEV", bare=True),
        Column("FAMILY"),
        Column("FORWARDING"),
        Column("RP FILTER", spare=1),
        Column("MULTICAST", spare=2),
        Column("PROXY", spare=3),
        Column("IGNORE DOWN", spare=4),
        Column("INPUT", spare=6),
        Column("BROADCAST", spare=5),
        Column("FORCED", spare=7),
    ),
    _netconf,
)


@listing("interface_listing:NETCONF")
def netconf(dev: Dev = None, family: NetconfFamily = None) -> Asked:
    """List how interfaces are set up to forward packets; `sysctl` changes that."""
    from netlynx import route

    settings = route.netconfs(family=family)
    return settings if dev is None else settings.where(index=dev)
