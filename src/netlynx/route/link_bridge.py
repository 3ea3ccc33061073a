"""What a bridge says of its ports and of itself: IFLA_AF_SPEC in messages of the bridge family.

Source: linux/if_bridge.h, net/bridge/br_netlink.c, net/bridge/br_mst.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.route.kinds.bridge_port import BridgePortState
from netlynx.route.link_cfm import Cfm
from netlynx.route.link_mrp import Mrp
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Layout,
    Record,
    attr,
    enum,
    member,
    multi,
    nest,
    struct,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts


class IFLA_BRIDGE(Constants):
    """Attributes of IFLA_AF_SPEC in messages of the bridge family."""

    FLAGS = 0
    MODE = 1
    VLAN_INFO = 2
    VLAN_TUNNEL_INFO = 3
    MRP = 4
    CFM = 5
    MST = 6


class IFLA_BRIDGE_VLAN_TUNNEL(Constants):
    """Attributes of IFLA_BRIDGE_VLAN_TUNNEL_INFO."""

    UNSPEC = 0
    ID = 1
    VID = 2
    FLAGS = 3


class IFLA_BRIDGE_MST(Constants):
    """Attributes of IFLA_BRIDGE_MST."""

    UNSPEC = 0
    ENTRY = 1


class IFLA_BRIDGE_MST_ENTRY(Constants):
    """Attributes of one instance of the multiple spanning tree protocol."""

    UNSPEC = 0
    MSTI = 1
    STATE = 2


class BridgeFlags(FlagSet, prefix="BRIDGE_FLAGS_"):
    """Whom a request is for: the bridge that the port belongs to, or the port's own driver."""

    MASTER = 1
    SELF = 2


class BridgeMode(
    Enumeration,
    prefix="BRIDGE_MODE_",
    renamed={"UNDEFINED": "BRIDGE_MODE_UNDEF"},
):
    """How a network card's own switch works."""

    VEB = 0
    VEPA = 1
    UNDEFINED = 0xFFFF


class BridgeVlanFlags(FlagSet, prefix="BRIDGE_VLAN_INFO_"):
    """What a VLAN is on a port, and where a range of VLANs begins and ends."""

    MASTER = 1 << 0  # for the bridge, not for the port
    PVID = 1 << 1  # untagged frames that come in belong to it
    UNTAGGED = 1 << 2  # frames go out without a tag
    RANGE_BEGIN = 1 << 3
    RANGE_END = 1 << 4
    BRENTRY = 1 << 5  # the bridge itself is a member
    ONLY_OPTS = 1 << 6  # options of a VLAN that is there already


class BridgeVlan(Layout, c="bridge_vlan_info"):
    """One VLAN of a port, or an end of a range."""

    flags: takes.Flags[BridgeVlanFlags] = member(enum(BridgeVlanFlags, u16))
    vid: int = member(u16)


class VlanTunnel(Record):
    """The tunnel (VXLAN network) that a VLAN of a port is mapped to. Source: linux/if_bridge.h."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_BRIDGE_VLAN_TUNNEL, policy="vlan_tunnel_policy")

    id: int | None = attr(IFLA_BRIDGE_VLAN_TUNNEL.ID, u32)
    vid: int | None = attr(IFLA_BRIDGE_VLAN_TUNNEL.VID, u16)
    flags: takes.Flags[BridgeVlanFlags | None] = attr(IFLA_BRIDGE_VLAN_TUNNEL.FLAGS, enum(BridgeVlanFlags, u16))


class MstState(Record):
    """State of a port in one instance of the multiple spanning tree protocol. Source: linux/if_bridge.h."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_BRIDGE_MST_ENTRY, policy="br_mst_nl_policy")

    instance: int | None = attr(IFLA_BRIDGE_MST_ENTRY.MSTI, u16)
    state: takes.Member[BridgePortState | None] = attr(IFLA_BRIDGE_MST_ENTRY.STATE, enum(BridgePortState, u8))


class BridgeSpec(Record):
    """VLANs, tunnels and redundancy protocols of a bridge or its port. Source: linux/if_bridge.h."""

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=IFLA_BRIDGE),
        Facts(attributes=IFLA_BRIDGE_MST),
    )

    flags: takes.Flags[BridgeFlags | None] = attr(IFLA_BRIDGE.FLAGS, enum(BridgeFlags, u16))
    mode: takes.Member[BridgeMode | None] = attr(IFLA_BRIDGE.MODE, enum(BridgeMode, u16))
    vlans: takes.Records[BridgeVlan] = attr(IFLA_BRIDGE.VLAN_INFO, multi(struct(BridgeVlan)))
    tunnels: takes.Records[VlanTunnel] = attr(IFLA_BRIDGE.VLAN_TUNNEL_INFO, multi(nest(VlanTunnel)))
    mrp: takes.Nested[Mrp | None] = attr(IFLA_BRIDGE.MRP, nest(Mrp))
    cfm: takes.Nested[Cfm | None] = attr(IFLA_BRIDGE.CFM, nest(Cfm))
    mst: takes.Records[MstState] = attr((IFLA_BRIDGE.MST, IFLA_BRIDGE_MST.ENTRY), multi(nest(MstState)))
