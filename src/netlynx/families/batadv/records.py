"""What is said of meshes: settings, neighbours, originators, clients, claims. Source: net/batman-adv/netlink.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Record, attr, boolean, enum, flag, interface, ip4, mac, string, takes, u8, u16, u32, u64
from netlynx.schema.facts import Facts

from .constants import BATADV_ATTR, ClientFlags, GatewayMode, MeterResult, MulticastFlags, QuerierFlags


class _Message:
    """What all messages have: of the family's attributes they take and tell those that are declared."""

    __slots__ = ()
    __facts__: ClassVar[Facts] = Facts(attributes=BATADV_ATTR, policy="batadv_netlink_policy")
    __omitted__: ClassVar[dict[str, str]] = {"BATADV_ATTR_*": "of another message"}


class Mesh(_Message, Record, header=GenericHeader):
    """A mesh, a link of the kind ``batadv``; `index` tells which.

    What it is: `version` to `querier`. The rest is set by `set_mesh`, of which what is not given stays as it is. What
    the kernel was built without (loop avoidance, network coding …) is not told, and setting it changes nothing.
    """

    index: takes.Name[int | None] = attr(BATADV_ATTR.MESH_IFINDEX, interface)
    name: str | None = attr(BATADV_ATTR.MESH_IFNAME, string, read_only=True)
    address: str | None = attr(BATADV_ATTR.MESH_ADDRESS, mac, read_only=True)
    version: str | None = attr(BATADV_ATTR.VERSION, string, read_only=True)
    algorithm: str | None = attr(BATADV_ATTR.ALGO_NAME, string, read_only=True)
    primary: takes.Name[int | None] = attr(BATADV_ATTR.HARD_IFINDEX, interface, read_only=True)  # of its interfaces
    primary_name: str | None = attr(BATADV_ATTR.HARD_IFNAME, string, read_only=True)
    primary_address: str | None = attr(BATADV_ATTR.HARD_ADDRESS, mac, read_only=True)
    table_version: int | None = attr(BATADV_ATTR.TT_TTVN, u8, read_only=True)
    backbone_checksum: int | None = attr(BATADV_ATTR.BLA_CRC, u16, read_only=True)
    multicast: takes.Flags[MulticastFlags | None] = attr(
        BATADV_ATTR.MCAST_FLAGS, enum(MulticastFlags, u32), read_only=True
    )
    querier: takes.Flags[QuerierFlags | None] = attr(
        BATADV_ATTR.MCAST_FLAGS_PRIV, enum(QuerierFlags, u32), read_only=True
    )
    aggregated_ogms: bool | None = attr(BATADV_ATTR.AGGREGATED_OGMS_ENABLED, boolean)
    ap_isolation: bool | None = attr(BATADV_ATTR.AP_ISOLATION_ENABLED, boolean)  # of what has no VLAN
    isolation_mark: int | None = attr(BATADV_ATTR.ISOLATION_MARK, u32)
    isolation_mask: int | None = attr(BATADV_ATTR.ISOLATION_MASK, u32)
    bonding: bool | None = attr(BATADV_ATTR.BONDING_ENABLED, boolean)
    loop_avoidance: bool | None = attr(BATADV_ATTR.BRIDGE_LOOP_AVOIDANCE_ENABLED, boolean)
    distributed_arp: bool | None = attr(BATADV_ATTR.DISTRIBUTED_ARP_TABLE_ENABLED, boolean)
    fragmentation: bool | None = attr(BATADV_ATTR.FRAGMENTATION_ENABLED, boolean)
    gateway_down: int | None = attr(BATADV_ATTR.GW_BANDWIDTH_DOWN, u32)  # 100 kbit/s
    gateway_up: int | None = attr(BATADV_ATTR.GW_BANDWIDTH_UP, u32)  # 100 kbit/s
    gateway_mode: takes.Member[GatewayMode | None] = attr(BATADV_ATTR.GW_MODE, enum(GatewayMode, u8))
    gateway_class: int | None = attr(BATADV_ATTR.GW_SEL_CLASS, u32)  # how one is chosen
    hop_penalty: int | None = attr(BATADV_ATTR.HOP_PENALTY, u8)  # 255 is everything
    log_level: int | None = attr(BATADV_ATTR.LOG_LEVEL, u32)  # bits
    multicast_forceflood: bool | None = attr(BATADV_ATTR.MULTICAST_FORCEFLOOD_ENABLED, boolean)
    multicast_fanout: int | None = attr(BATADV_ATTR.MULTICAST_FANOUT, u32)  # copies of a packet to single nodes
    network_coding: bool | None = attr(BATADV_ATTR.NETWORK_CODING_ENABLED, boolean)
    originator_interval: int | None = attr(BATADV_ATTR.ORIG_INTERVAL, u32)  # ms


class MeshRequest(_Message, Record, header=GenericHeader):
    """Which mesh is asked."""

    index: takes.Name[int | None] = attr(BATADV_ATTR.MESH_IFINDEX, interface)


class InterfaceRequest(_Message, Record, header=GenericHeader):
    """Which mesh is asked, and about which of its interfaces; without, about all."""

    index: takes.Name[int | None] = attr(BATADV_ATTR.MESH_IFINDEX, interface)
    interface: takes.Name[int | None] = attr(BATADV_ATTR.HARD_IFINDEX, interface)


class Interface(_Message, Record, header=GenericHeader):
    """An interface that a mesh `index` sends on. Links become one by their `master`; `set_interface` sets the rest."""

    index: takes.Name[int | None] = attr(BATADV_ATTR.MESH_IFINDEX, interface)
    interface: takes.Name[int | None] = attr(BATADV_ATTR.HARD_IFINDEX, interface)
    mesh_name: str | None = attr(BATADV_ATTR.MESH_IFNAME, string, read_only=True)
    name: str | None = attr(BATADV_ATTR.HARD_IFNAME, string, read_only=True)
    address: str | None = attr(BATADV_ATTR.HARD_ADDRESS, mac, read_only=True)
    active: bool = attr(BATADV_ATTR.ACTIVE, flag, read_only=True)
    hop_penalty: int | None = attr(BATADV_ATTR.HOP_PENALTY, u8)  # added to that of the mesh
    probe_interval: int | None = attr(BATADV_ATTR.ELP_INTERVAL, u32)  # ms; of BATMAN_V
    throughput_override: int | None = attr(BATADV_ATTR.THROUGHPUT_OVERRIDE, u32)  # 100 kbit/s; 0: as measured


class Vlan(_Message, Record, header=GenericHeader):
    """A VLAN of a mesh, as it is told."""

    __differs__: ClassVar[dict[str, str]] = {
        "vlan": "it is taken as a u16 and told as a u32 (batadv_netlink_vlan_fill)"
    }

    index: takes.Name[int | None] = attr(BATADV_ATTR.MESH_IFINDEX, interface)
    mesh_name: str | None = attr(BATADV_ATTR.MESH_IFNAME, string)
    vlan: int | None = attr(BATADV_ATTR.VLANID, u32)
    ap_isolation: bool | None = attr(BATADV_ATTR.AP_ISOLATION_ENABLED, boolean)


class VlanRequest(_Message, Record, header=GenericHeader):
    """Which VLAN of which mesh, and what it is to have."""

    index: takes.Name[int | None] = attr(BATADV_ATTR.MESH_IFINDEX, interface)
    vlan: int | None = attr(BATADV_ATTR.VLANID, u16)
    ap_isolation: bool | None = attr(BATADV_ATTR.AP_ISOLATION_ENABLED, boolean)


class Algorithm(_Message, Record, header=GenericHeader):
    """A routing algorithm that the kernel has: a mesh is made with one."""

    name: str | None = attr(BATADV_ATTR.ALGO_NAME, string)


class Originator(_Message, Record, header=GenericHeader):
    """A node of the mesh, and one of the neighbours that lead to it; `best` is the one that is used."""

    address: str | None = attr(BATADV_ATTR.ORIG_ADDRESS, mac)
    neighbour: str | None = attr(BATADV_ATTR.NEIGH_ADDRESS, mac)
    interface: takes.Name[int | None] = attr(BATADV_ATTR.HARD_IFINDEX, interface)
    interface_name: str | None = attr(BATADV_ATTR.HARD_IFNAME, string)
    quality: int | None = attr(BATADV_ATTR.TQ, u8)  # of BATMAN_IV, 255 is all
    throughput: int | None = attr(BATADV_ATTR.THROUGHPUT, u32)  # of BATMAN_V, kbit/s
    last_seen: int | None = attr(BATADV_ATTR.LAST_SEEN_MSECS, u32)  # ms ago
    best: bool = attr(BATADV_ATTR.FLAG_BEST, flag)


class Neighbour(_Message, Record, header=GenericHeader):
    """A node that is heard directly."""

    address: str | None = attr(BATADV_ATTR.NEIGH_ADDRESS, mac)
    interface: takes.Name[int | None] = attr(BATADV_ATTR.HARD_IFINDEX, interface)
    interface_name: str | None = attr(BATADV_ATTR.HARD_IFNAME, string)
    throughput: int | None = attr(BATADV_ATTR.THROUGHPUT, u32)  # of BATMAN_V, kbit/s
    last_seen: int | None = attr(BATADV_ATTR.LAST_SEEN_MSECS, u32)  # ms ago


class Gateway(_Message, Record, header=GenericHeader):
    """A node that leads out of the mesh; `best` is the one that is used."""

    address: str | None = attr(BATADV_ATTR.ORIG_ADDRESS, mac)
    router: str | None = attr(BATADV_ATTR.ROUTER, mac)  # the neighbour that leads there
    interface: takes.Name[int | None] = attr(BATADV_ATTR.HARD_IFINDEX, interface)
    interface_name: str | None = attr(BATADV_ATTR.HARD_IFNAME, string)
    quality: int | None = attr(BATADV_ATTR.TQ, u8)  # of BATMAN_IV
    throughput: int | None = attr(BATADV_ATTR.THROUGHPUT, u32)  # of BATMAN_V, 100 kbit/s
    down: int | None = attr(BATADV_ATTR.BANDWIDTH_DOWN, u32)  # 100 kbit/s
    up: int | None = attr(BATADV_ATTR.BANDWIDTH_UP, u32)  # 100 kbit/s
    best: bool = attr(BATADV_ATTR.FLAG_BEST, flag)


class LocalClient(_Message, Record, header=GenericHeader):
    """A client of the mesh that is behind this node. `last_seen` is not told of one that stays (NOPURGE)."""

    address: str | None = attr(BATADV_ATTR.TT_ADDRESS, mac)
    vlan: int | None = attr(BATADV_ATTR.TT_VID, u16)  # bit 15: it has one
    flags: takes.Flags[ClientFlags | None] = attr(BATADV_ATTR.TT_FLAGS, enum(ClientFlags, u32))
    checksum: int | None = attr(BATADV_ATTR.TT_CRC32, u32)
    last_seen: int | None = attr(BATADV_ATTR.LAST_SEEN_MSECS, u32)  # ms ago


class GlobalClient(_Message, Record, header=GenericHeader):
    """A client behind another node, `originator`; `best` is the one that is used of several."""

    address: str | None = attr(BATADV_ATTR.TT_ADDRESS, mac)
    originator: str | None = attr(BATADV_ATTR.ORIG_ADDRESS, mac)
    vlan: int | None = attr(BATADV_ATTR.TT_VID, u16)  # bit 15: it has one
    flags: takes.Flags[ClientFlags | None] = attr(BATADV_ATTR.TT_FLAGS, enum(ClientFlags, u32))
    version: int | None = attr(BATADV_ATTR.TT_TTVN, u8)  # of the node's table when it was told
    latest_version: int | None = attr(BATADV_ATTR.TT_LAST_TTVN, u8)
    checksum: int | None = attr(BATADV_ATTR.TT_CRC32, u32)
    best: bool = attr(BATADV_ATTR.FLAG_BEST, flag)


class Claim(_Message, Record, header=GenericHeader):
    """A client of a bridged network that one node alone carries into the mesh."""

    address: str | None = attr(BATADV_ATTR.BLA_ADDRESS, mac)
    vlan: int | None = attr(BATADV_ATTR.BLA_VID, u16)  # bit 15: it has one
    backbone: str | None = attr(BATADV_ATTR.BLA_BACKBONE, mac)  # the node that does
    own: bool = attr(BATADV_ATTR.BLA_OWN, flag)  # which is this one
    checksum: int | None = attr(BATADV_ATTR.BLA_CRC, u16)


class Backbone(_Message, Record, header=GenericHeader):
    """A node of the mesh that is in the same bridged network."""

    address: str | None = attr(BATADV_ATTR.BLA_BACKBONE, mac)
    vlan: int | None = attr(BATADV_ATTR.BLA_VID, u16)  # bit 15: it has one
    own: bool = attr(BATADV_ATTR.BLA_OWN, flag)
    checksum: int | None = attr(BATADV_ATTR.BLA_CRC, u16)
    last_seen: int | None = attr(BATADV_ATTR.LAST_SEEN_MSECS, u32)  # ms ago


class ArpEntry(_Message, Record, header=GenericHeader):
    """An entry of the distributed ARP table that this node has."""

    ip: takes.Ip[str | None] = attr(BATADV_ATTR.DAT_CACHE_IP4ADDRESS, ip4)
    address: str | None = attr(BATADV_ATTR.DAT_CACHE_HWADDRESS, mac)
    vlan: int | None = attr(BATADV_ATTR.DAT_CACHE_VID, u16)  # bit 15: it has one
    last_seen: int | None = attr(BATADV_ATTR.LAST_SEEN_MSECS, u32)  # ms ago


class MulticastNode(_Message, Record, header=GenericHeader):
    """A node of the mesh, and which multicast it wants; of one that does not say so `flags` is None."""

    address: str | None = attr(BATADV_ATTR.ORIG_ADDRESS, mac)
    flags: takes.Flags[MulticastFlags | None] = attr(BATADV_ATTR.MCAST_FLAGS, enum(MulticastFlags, u32))


class MeterRequest(_Message, Record, header=GenericHeader):
    """To which node throughput is to be measured, and for how long; what it is called is told in `Meter.cookie`."""

    index: takes.Name[int | None] = attr(BATADV_ATTR.MESH_IFINDEX, interface)
    address: str | None = attr(BATADV_ATTR.ORIG_ADDRESS, mac)
    duration: int | None = attr(BATADV_ATTR.TPMETER_TEST_TIME, u32)  # ms


class MeterCancellation(_Message, Record, header=GenericHeader):
    """The measurement to which node is to end."""

    index: takes.Name[int | None] = attr(BATADV_ATTR.MESH_IFINDEX, interface)
    address: str | None = attr(BATADV_ATTR.ORIG_ADDRESS, mac)


class Meter(_Message, Record, header=GenericHeader):
    """A measurement of throughput: the answer to its request has `cookie` alone, the rest is told when it ends."""

    cookie: int | None = attr(BATADV_ATTR.TPMETER_COOKIE, u32)
    result: takes.Member[MeterResult | None] = attr(BATADV_ATTR.TPMETER_RESULT, enum(MeterResult, u8))
    address: str | None = attr(BATADV_ATTR.ORIG_ADDRESS, mac)
    duration: int | None = attr(BATADV_ATTR.TPMETER_TEST_TIME, u32)  # ms that it took
    bytes: int | None = attr(BATADV_ATTR.TPMETER_BYTES, u64)  # that arrived
