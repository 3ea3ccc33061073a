"""Ports of datapaths. Source: linux/openvswitch.h, net/openvswitch/vport.c and vport-*.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.ovs.constants import OVS_TUNNEL_ATTR, OVS_VPORT_ATTR, OVS_VPORT_UPCALL_ATTR, OVS_VXLAN_EXT
from netlynx.ovs.header import OvsHeader
from netlynx.ovs.values import VportType
from netlynx.schema import (
    Layout,
    Record,
    array,
    attr,
    enum,
    flag,
    head,
    interface,
    member,
    nest,
    s32,
    string,
    struct,
    takes,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts


class VportStatistics(Layout, c="ovs_vport_stats"):
    """What a port counts."""

    rx_packets: int = member(u64)
    tx_packets: int = member(u64)
    rx_bytes: int = member(u64)
    tx_bytes: int = member(u64)
    rx_errors: int = member(u64)
    tx_errors: int = member(u64)
    rx_dropped: int = member(u64)
    tx_dropped: int = member(u64)


class UpcallStatistics(Record):
    """How many packets of a port were sent up to be asked about, and how many could not be; newer kernels tell."""

    __facts__: ClassVar[Facts] = Facts(attributes=OVS_VPORT_UPCALL_ATTR, spec=("ovs_vport", "upcall-stats"))

    success: int | None = attr(OVS_VPORT_UPCALL_ATTR.SUCCESS, u64)
    fail: int | None = attr(OVS_VPORT_UPCALL_ATTR.FAIL, u64)


class VxlanExtensions(Record):
    """Extensions of a port that is a VXLAN tunnel: `gbp`, group policies in its packets."""

    __facts__: ClassVar[Facts] = Facts(attributes=OVS_VXLAN_EXT, spec=("ovs_flow", "vxlan-ext-attrs"))
    __differs__: ClassVar[dict[str, str]] = {"gbp": "a flag of ports; a number of keys alone"}

    gbp: bool = attr(OVS_VXLAN_EXT.GBP, flag)


class TunnelOptions(Record):
    """Options of ports that are tunnels over UDP: the port where they hear, and extensions of VXLAN."""

    __facts__: ClassVar[Facts] = Facts(attributes=OVS_TUNNEL_ATTR, spec=("ovs_vport", "vport-options"))
    __differs__: ClassVar[dict[str, str]] = {
        "port": "16 bits in the kernel (vport-vxlan.c, vport-geneve.c)",
        "extensions": "a nest in the kernel (vport-vxlan.c)",
    }

    port: int | None = attr(OVS_TUNNEL_ATTR.DST_PORT, u16)
    extensions: takes.Nested[VxlanExtensions | None] = attr(OVS_TUNNEL_ATTR.EXTENSION, nest(VxlanExtensions))


class Vport(Record, header=OvsHeader):
    """A port of a datapath: a link that it takes packets from and sends packets to, which has its `name`.

    `number` is what flows call it; the local port has 0, and a new one the least that is free, unless it is said.
    `upcall_pids` are the port IDs of the sockets that are asked about its packets, 0 for none. `options` are for
    tunnels. `index` is its link's, in another namespace (`nsid`) if that is said; of a new internal port, what
    that is to be.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=OVS_VPORT_ATTR, policy="vport_policy", spec=("ovs_vport", "vport"))

    datapath: takes.Name[int] = head("dp_ifindex")
    number: int | None = attr(OVS_VPORT_ATTR.PORT_NO, u32, always=True)
    type: takes.Member[VportType | None] = attr(OVS_VPORT_ATTR.TYPE, enum(VportType, u32))
    name: str | None = attr(OVS_VPORT_ATTR.NAME, string(15), always=True)
    options: takes.Nested[TunnelOptions | None] = attr(OVS_VPORT_ATTR.OPTIONS, nest(TunnelOptions))
    upcall_pids: takes.MaybeSeveral[int] = attr(OVS_VPORT_ATTR.UPCALL_PID, array(u32))
    index: takes.Name[int | None] = attr(OVS_VPORT_ATTR.IFINDEX, interface)
    nsid: int | None = attr(OVS_VPORT_ATTR.NETNSID, s32, read_only=True)
    statistics: takes.Nested[VportStatistics | None] = attr(
        OVS_VPORT_ATTR.STATS, struct(VportStatistics), read_only=True
    )
    upcalls: takes.Nested[UpcallStatistics | None] = attr(
        OVS_VPORT_ATTR.UPCALL_STATS, nest(UpcallStatistics), read_only=True
    )
