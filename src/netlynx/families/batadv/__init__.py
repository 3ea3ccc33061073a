"""B.A.T.M.A.N. advanced: meshes, their interfaces, and whom they reach by which neighbour.

    from netlynx import route
    from netlynx.families import batadv

    nl.do(route.add(route.Link(name="bat0", kind="batadv")))
    nl.do(route.change(route.Link(name="wlan0", master="bat0")))
    nl.do(batadv.set_mesh(batadv.Mesh(index="bat0", gateway_mode="client", originator_interval=2000)))
    for each in nl.dump(batadv.originators(index="bat0").where(best=True)):
        print(each.address, "by", each.neighbour, each.quality)

All listings but `algorithms` want the mesh, and those of its neighbours and clients are `NotFound` until one of its
interfaces is active. Source: linux/batman_adv.h, net/batman-adv/netlink.c, batctl(8).
"""

from __future__ import annotations

from netlynx.engine.operation import Do, Group
from netlynx.generic import Family, do, dump, event
from netlynx.schema.arguments import record_of
from netlynx.schema.sending import settable

from .constants import (
    BATADV_ATTR,
    BATADV_CMD,
    ClientFlags,
    GatewayMode,
    MeterResult,
    MulticastFlags,
    QuerierFlags,
)
from .records import (
    Algorithm,
    ArpEntry,
    Backbone,
    Claim,
    Gateway,
    GlobalClient,
    Interface,
    InterfaceRequest,
    LocalClient,
    Mesh,
    MeshRequest,
    Meter,
    MeterCancellation,
    MeterRequest,
    MulticastNode,
    Neighbour,
    Originator,
    Vlan,
    VlanRequest,
)

__all__ = [
    "BATADV_ATTR",
    "BATADV_CMD",
    "EVENTS",
    "METERS",
    "Algorithm",
    "ArpEntry",
    "Backbone",
    "Batadv",
    "Claim",
    "ClientFlags",
    "Gateway",
    "GatewayMode",
    "GlobalClient",
    "Interface",
    "InterfaceRequest",
    "LocalClient",
    "Mesh",
    "MeshRequest",
    "Meter",
    "MeterCancellation",
    "MeterRequest",
    "MeterResult",
    "MulticastFlags",
    "MulticastNode",
    "Neighbour",
    "Originator",
    "QuerierFlags",
    "Vlan",
    "VlanRequest",
    "algorithms",
    "arp_entries",
    "backbones",
    "cancel_measuring",
    "claims",
    "gateways",
    "global_clients",
    "interface",
    "interfaces",
    "local_clients",
    "measure",
    "mesh",
    "multicast_nodes",
    "neighbours",
    "originators",
    "set_interface",
    "set_mesh",
    "set_vlan",
    "vlan",
]


class Batadv(Family, name="batadv", version=1):
    """The family ``batadv``."""

    mesh = do(BATADV_CMD.GET_MESH, request=MeshRequest, reply=Mesh, required=("index",))
    measure = do(BATADV_CMD.TP_METER, request=MeterRequest, reply=Meter, privileged="namespace")
    cancel_measuring = do(BATADV_CMD.TP_METER_CANCEL, request=MeterCancellation, privileged="namespace")
    algorithms = dump(BATADV_CMD.GET_ROUTING_ALGOS, reply=Algorithm, privileged="namespace")
    interface = do(BATADV_CMD.GET_HARDIF, request=InterfaceRequest, reply=Interface, required=("index", "interface"))
    interfaces = dump(BATADV_CMD.GET_HARDIF, request=MeshRequest, reply=Interface)
    local_clients = dump(
        BATADV_CMD.GET_TRANSTABLE_LOCAL, request=MeshRequest, reply=LocalClient, privileged="namespace"
    )
    global_clients = dump(
        BATADV_CMD.GET_TRANSTABLE_GLOBAL, request=MeshRequest, reply=GlobalClient, privileged="namespace"
    )
    originators = dump(BATADV_CMD.GET_ORIGINATORS, request=InterfaceRequest, reply=Originator, privileged="namespace")
    neighbours = dump(BATADV_CMD.GET_NEIGHBORS, request=InterfaceRequest, reply=Neighbour, privileged="namespace")
    gateways = dump(BATADV_CMD.GET_GATEWAYS, request=MeshRequest, reply=Gateway, privileged="namespace")
    claims = dump(BATADV_CMD.GET_BLA_CLAIM, request=MeshRequest, reply=Claim, privileged="namespace")
    backbones = dump(BATADV_CMD.GET_BLA_BACKBONE, request=MeshRequest, reply=Backbone, privileged="namespace")
    arp_entries = dump(BATADV_CMD.GET_DAT_CACHE, request=MeshRequest, reply=ArpEntry, privileged="namespace")
    multicast_nodes = dump(BATADV_CMD.GET_MCAST_FLAGS, request=MeshRequest, reply=MulticastNode, privileged="namespace")
    set_mesh = do(BATADV_CMD.SET_MESH, request=Mesh, required=("index",), privileged="namespace")
    set_interface = do(
        BATADV_CMD.SET_HARDIF, request=Interface, required=("index", "interface"), privileged="namespace"
    )
    vlan = do(BATADV_CMD.GET_VLAN, request=VlanRequest, reply=Vlan, required=("index", "vlan"))
    set_vlan = do(BATADV_CMD.SET_VLAN, request=VlanRequest, required=("index", "vlan"), privileged="namespace")

    mesh_changed = event(BATADV_CMD.SET_MESH, Mesh, group="config")
    interface_changed = event(BATADV_CMD.SET_HARDIF, Interface, group="config")
    vlan_changed = event(BATADV_CMD.SET_VLAN, Vlan, group="config")
    measured = event(BATADV_CMD.TP_METER, Meter, group="tpmeter")


EVENTS: Group[Mesh | Interface | Vlan] = Batadv.notifications("config")
"""Settings of meshes, interfaces and VLANs that were changed by this family."""
METERS: Group[Meter] = Batadv.notifications("tpmeter")
"""Measurements of throughput that are over: `Meter.cookie` tells which."""

mesh = Batadv.mesh
interface = Batadv.interface
interfaces = Batadv.interfaces
vlan = Batadv.vlan
set_vlan = Batadv.set_vlan
algorithms = Batadv.algorithms
originators = Batadv.originators
neighbours = Batadv.neighbours
gateways = Batadv.gateways
local_clients = Batadv.local_clients
global_clients = Batadv.global_clients
claims = Batadv.claims
backbones = Batadv.backbones
arp_entries = Batadv.arp_entries
multicast_nodes = Batadv.multicast_nodes
measure = Batadv.measure
cancel_measuring = Batadv.cancel_measuring


def set_mesh(mesh: Mesh) -> Do[None]:
    """Change the settings of a mesh that the record has; of one that was read, those that were replaced since.

    Raises EncodeError for what is told and not taken.
    """
    return Batadv.set_mesh(settable(record_of(Mesh, mesh, "batadv.set_mesh"), "Mesh", ("index",)))


def set_interface(interface: Interface) -> Do[None]:
    """Change the settings of an interface of a mesh, as `set_mesh` does. Raises EncodeError."""
    record = record_of(Interface, interface, "batadv.set_interface")
    return Batadv.set_interface(settable(record, "Interface", ("index", "interface")))
