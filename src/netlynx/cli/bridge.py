"""`netlynx bridge`: what a switch knows: VLANs of its ports, its multicast and forwarding databases, instances of the
spanning tree, and the networks of VXLAN devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from netlynx.cli.commands import App
from netlynx.cli.declare import Interface, Option
from netlynx.cli.form import misused
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listed import Asked, listing
from netlynx.cli.listing import fdb
from netlynx.cli.options import Dev
from netlynx.cli.output import Column, Row
from netlynx.cli.tables import Table, text

if TYPE_CHECKING:
    from netlynx.route.mdb import MdbEntry, MdbRouter
    from netlynx.route.mst import MstPort
    from netlynx.route.port_vlan import PortVlan
    from netlynx.route.vlan_options import VlanOptions
    from netlynx.route.vni import Vni

_Statistics = Annotated[bool, Option("--statistics", help="Show what each counts, which makes one of every range.")]
_Bridge = Annotated[str | None, Interface("--bridge", metavar="NAME", help="Only those of this one.")]


def _vlan(each: PortVlan, interfaces: Interfaces) -> list[Row]:
    tunnel = "" if each.tunnel_id is None else _range(each.tunnel_id, each.tunnel_id + len(each.vlans) - 1)
    most = f"/{each.multicast_max_groups}" if each.multicast_max_groups else ""
    return [
        [
            interfaces.name(each.index),
            _range(each.vlan, each.last),
            text(each.flags or None),
            text(each.state),
            tunnel,
            text(each.multicast_router),
            f"{text(each.multicast_groups)}{most}",
            "yes" if each.neighbour_suppress else "",
            text(each.rx_packets),
            text(each.rx_bytes),
            text(each.tx_packets),
            text(each.tx_bytes),
        ]
    ]


def _options(each: VlanOptions, interfaces: Interfaces) -> list[Row]:
    return [
        [
            interfaces.name(each.bridge),
            _range(each.vlan, each.last),
            text(each.mst_instance),
            _switch(each.multicast_snooping),
            _switch(each.multicast_querier),
            text(each.multicast_igmp_version),
            text(each.multicast_mld_version),
            " ".join(interfaces.name(port.index) for port in each.multicast_router_ports),
        ]
    ]


def _entry(each: MdbEntry, interfaces: Interfaces) -> list[Row]:
    wanted = " ".join(text(source.address) for source in each.sources)
    mode = text(each.filter_mode) if each.sources else ""
    end = [text(each.destination), text(each.port), text(each.vni), interfaces.name(each.via_index)]
    return [
        [
            interfaces.name(each.bridge),
            interfaces.name(each.index) if each.index != each.bridge or each.destination is None else "",
            text(each.group),
            text(each.vlan or None),
            text(each.source),
            f"{mode} {wanted}".strip(),
            text(each.state),
            text(each.source_vni),
            *end,
            text(each.protocol),
            text(each.flags or None),
        ]
    ]


def _router(each: MdbRouter, interfaces: Interfaces) -> list[Row]:
    return [
        [
            interfaces.name(each.bridge),
            interfaces.name(each.index),
            text(each.vlan),
            text(each.type),
            text(each.timer),
        ]
    ]


def _vni(each: Vni, interfaces: Interfaces) -> list[Row]:
    counted = (
        *(each.rx_packets, each.rx_bytes, each.rx_drops, each.rx_errors),
        *(each.tx_packets, each.tx_bytes, each.tx_drops, each.tx_errors),
    )
    return [[interfaces.name(each.index), _range(each.vni, each.last), text(each.group), *map(text, counted)]]


def _mst(each: MstPort, interfaces: Interfaces) -> list[Row]:
    return [[interfaces.name(each.index), interfaces.name(each.bridge), text(each.instance), text(each.state)]]


def _range(first: int | None, last: int | None) -> str:
    return text(first) if last in (None, first) else f"{first}-{last}"


def _switch(value: bool | None) -> str:
    return "" if value is None else "on" if value else "off"


_STATES = {"forwarding": "green", "blocking": "red", "disabled": "red"}
VLANS = Table(
    (
        Column("DEV", bare=True),
        Column("VLAN", right=True),
        Column("FLAGS"),
        Column("STATE", colours=_STATES, spare=1),
        Column("TUNNEL", right=True, spare=2),
        Column("ROUTER", spare=4),
        Column("GROUPS", right=True, spare=5),
        Column("SUPPRESS", spare=6),
        *(Column(title, right=True, spare=3) for title in ("RX", "RX BYTES", "TX", "TX BYTES")),
    ),
    _vlan,
)
OPTIONS = Table(
    (
        Column("BRIDGE", bare=True),
        Column("VLAN", right=True),
        Column("MST", right=True, spare=1),
        Column("SNOOPING"),
        Column("QUERIER", spare=2),
        Column("IGMP", right=True, spare=3),
        Column("MLD", right=True, spare=3),
        Column("ROUTERS", wrap=True),
    ),
    _options,
)
ENTRIES = Table(
    (
        Column("BRIDGE", bare=True, spare=1),
        Column("DEV", bare=True),
        Column("GROUP", bare=True),
        Column("VLAN", right=True, spare=2),
        Column("SOURCE"),
        Column("SOURCES", wrap=True),
        Column("STATE", spare=6),
        Column("SOURCE VNI", right=True, spare=5),
        Column("DESTINATION"),
        Column("PORT", right=True, spare=7),
        Column("VNI", right=True, spare=3),
        Column("VIA", spare=4),
        Column("PROTOCOL", spare=8),
        Column("FLAGS", spare=9),
    ),
    _entry,
)
ROUTERS = Table(
    (
        Column("BRIDGE", bare=True),
        Column("DEV", bare=True),
        Column("VLAN", right=True),
        Column("TYPE"),
        Column("TIMER", right=True),
    ),
    _router,
)
_COUNTERS = (
    *("RX", "RX BYTES", "RX DROPS", "RX ERRORS"),
    *("TX", "TX BYTES", "TX DROPS", "TX ERRORS"),
)
VNIS = Table(
    (
        Column("DEV", bare=True),
        Column("VNI", right=True),
        Column("GROUP"),
        *(Column(title, right=True, spare=1 + at % 4) for at, title in enumerate(_COUNTERS)),
    ),
    _vni,
)
STATES = Table(
    (
        Column("DEV", bare=True),
        Column("BRIDGE"),
        Column("INSTANCE", right=True),
        Column("STATE", colours=_STATES),
    ),
    _mst,
)


@listing({"PortVlan": VLANS, "VlanOptions": OPTIONS})
def vlan(
    dev: Dev = None,
    statistics: _Statistics = False,
    whole: Annotated[
        bool, Option("--global", help="List what VLANs are for a whole bridge: snooping, instances.")
    ] = False,
) -> Asked:
    """List the VLANs that ports of bridges are in, and the bridges themselves."""
    from netlynx import route

    if not whole:
        return route.port_vlans(index=dev, statistics=statistics)
    if statistics:
        raise misused("what a VLAN counts, it counts on each port", "--statistics")
    return route.vlan_options(bridge=dev)


@listing({"MdbEntry": ENTRIES, "MdbRouter": ROUTERS})
def mdb(
    bridge: _Bridge = None,
    dev: Dev = None,
    routers: Annotated[
        bool, Option("--routers", help="List the ports behind which multicast routers are, instead.")
    ] = False,
) -> Asked:
    """List to which ports of bridges, and tunnel ends of VXLAN devices, multicast groups are forwarded."""
    from netlynx import route

    wanted = {name: value for name, value in (("bridge", bridge), ("index", dev)) if value is not None}
    if routers:
        asked = route.mdb_routers()
        return asked.where(**wanted) if wanted else asked
    entries = route.mdb()
    return entries.where(**wanted) if wanted else entries


@listing(VNIS)
def vni(dev: Dev = None, statistics: _Statistics = False) -> Asked:
    """List the networks that VXLAN devices take frames of, where they filter them."""
    from netlynx import route

    return route.vnis(index=dev, statistics=statistics)


@listing(STATES)
def mst(dev: Dev = None, bridge: _Bridge = None) -> Asked:
    """List the states of ports in the instances of the multiple spanning tree protocol."""
    from netlynx import route

    wanted = {name: value for name, value in (("bridge", bridge), ("index", dev)) if value is not None}
    asked = route.mst_states()
    return asked.where(**wanted) if wanted else asked


commands = App()


@commands.callback()
def about() -> None:
    """List what a switch knows: VLANs, multicast groups, addresses, networks, states of the spanning tree."""


for _command in (vlan, mdb, fdb, vni, mst):
    commands.command()(_command)
