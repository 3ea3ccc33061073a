"""Virtual functions of a link (SR-IOV), and the ports of IEEE 802.1Qbg that stand for them.

Source: linux/if_link.h, rtnl_fill_vfinfo and rtnl_port_fill in net/core/rtnetlink.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.route.kinds.vlan import VlanProtocol
from netlynx.schema import (
    Constants,
    Enumeration,
    Layout,
    Record,
    attr,
    be16,
    binary,
    enum,
    member,
    multi,
    nest,
    raw,
    string,
    struct,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts


class IFLA_VF_INFO(Constants, prefix="IFLA_VF_", renamed={"UNSPEC": "IFLA_VF_INFO_UNSPEC"}):
    """Attributes of IFLA_VFINFO_LIST."""

    UNSPEC = 0
    INFO = 1


class IFLA_VF(Constants):
    """Attributes of one virtual function."""

    UNSPEC = 0
    MAC = 1
    VLAN = 2
    TX_RATE = 3
    SPOOFCHK = 4
    LINK_STATE = 5
    RATE = 6
    RSS_QUERY_EN = 7
    STATS = 8
    TRUST = 9
    IB_NODE_GUID = 10
    IB_PORT_GUID = 11
    VLAN_LIST = 12
    BROADCAST = 13


class IFLA_VF_STATS(Constants):
    """Attributes of a virtual function's counters."""

    RX_PACKETS = 0
    TX_PACKETS = 1
    RX_BYTES = 2
    TX_BYTES = 3
    BROADCAST = 4
    MULTICAST = 5
    PAD = 6
    RX_DROPPED = 7
    TX_DROPPED = 8


class IFLA_VF_VLAN_INFO(Constants, prefix="IFLA_VF_VLAN_", renamed={"UNSPEC": "IFLA_VF_VLAN_INFO_UNSPEC"}):
    """Attributes of IFLA_VF_VLAN_LIST."""

    UNSPEC = 0
    INFO = 1


class IFLA_VF_PORT(Constants, prefix="IFLA_VF_", renamed={"UNSPEC": "IFLA_VF_PORT_UNSPEC"}):
    """Attributes of IFLA_VF_PORTS."""

    UNSPEC = 0
    PORT = 1


class IFLA_PORT(Constants):
    """Attributes of one port."""

    UNSPEC = 0
    VF = 1
    PROFILE = 2
    VSI_TYPE = 3
    INSTANCE_UUID = 4
    HOST_UUID = 5
    REQUEST = 6
    RESPONSE = 7


class VfLinkState(Enumeration, prefix="IFLA_VF_LINK_STATE_"):
    """Whether a virtual function has a carrier: as its physical function has, always, never."""

    AUTO = 0
    ENABLE = 1
    DISABLE = 2


class PortRequest(Enumeration, prefix="PORT_REQUEST_"):
    """What a port is to do."""

    PREASSOCIATE = 0
    PREASSOCIATE_RR = 1
    ASSOCIATE = 2
    DISASSOCIATE = 3


class PortResponse(
    Enumeration,
    prefix="PORT_",
    renamed={"VDP_RESPONSE_VTID_VERSION_VIOLATION": "PORT_VDP_RESPONSE_VTID_VERSION_VIOALTION"},
):
    """What became of a port's request: VDP_… from 802.1Qbg, PROFILE_… from port profiles."""

    __omitted__: ClassVar[dict[str, str]] = {
        "PORT_UUID_MAX": "a size",
        "PORT_PROFILE_MAX": "a size",
        "PORT_SELF_VF": "a number of a virtual function",
        "PORT_REQUEST_*": "see PortRequest",
    }

    VDP_RESPONSE_SUCCESS = 0
    VDP_RESPONSE_INVALID_FORMAT = 1
    VDP_RESPONSE_INSUFFICIENT_RESOURCES = 2
    VDP_RESPONSE_UNUSED_VTID = 3
    VDP_RESPONSE_VTID_VIOLATION = 4
    VDP_RESPONSE_VTID_VERSION_VIOLATION = 5
    VDP_RESPONSE_OUT_OF_SYNC = 6
    PROFILE_RESPONSE_SUCCESS = 256
    PROFILE_RESPONSE_INPROGRESS = 257
    PROFILE_RESPONSE_INVALID = 258
    PROFILE_RESPONSE_BADSTATE = 259
    PROFILE_RESPONSE_INSUFFICIENT_RESOURCES = 260
    PROFILE_RESPONSE_ERROR = 261


class VfMac(Layout, c="ifla_vf_mac"):
    """Hardware address of virtual function `vf`, filled up with zeros."""

    vf: int = member(u32)
    mac: bytes = member(raw(32))

    @property
    def address(self) -> str:
        """The address as text: of 6 bytes (Ethernet), or 20 (InfiniBand) if there is something behind these."""
        return self.mac[: 20 if any(self.mac[6:]) else 6].hex(":")


class VfBroadcast(Layout, c="ifla_vf_broadcast"):
    """Broadcast address of the link that a virtual function belongs to, filled up with zeros."""

    broadcast: bytes = member(raw(32))


class VfVlan(Layout, c="ifla_vf_vlan"):
    """VLAN that the hardware puts on what a virtual function sends; 0 for none."""

    vf: int = member(u32)
    vlan: int = member(u32)
    qos: int = member(u32)


class VfVlanInfo(Layout, c="ifla_vf_vlan_info"):
    """One of several VLANs of a virtual function."""

    vf: int = member(u32)
    vlan: int = member(u32)
    qos: int = member(u32)
    protocol: takes.Member[VlanProtocol] = member(enum(VlanProtocol, be16), c="vlan_proto")


class VfTxRate(Layout, c="ifla_vf_tx_rate"):
    """Highest rate of sending, in Mbit/s; 0 for no limit."""

    vf: int = member(u32)
    rate: int = member(u32)


class VfRate(Layout, c="ifla_vf_rate"):
    """Guaranteed and highest rate of sending, in Mbit/s; 0 for none."""

    vf: int = member(u32)
    min_tx_rate: int = member(u32)
    max_tx_rate: int = member(u32)


class VfSpoofCheck(Layout, c="ifla_vf_spoofchk"):
    """Whether frames with a foreign source address are dropped."""

    vf: int = member(u32)
    setting: bool = member(enum(bool, u32))


class VfLinkStateSetting(Layout, c="ifla_vf_link_state"):
    """The carrier that a virtual function is shown."""

    vf: int = member(u32)
    link_state: takes.Member[VfLinkState] = member(enum(VfLinkState, u32))


class VfRssQuery(Layout, c="ifla_vf_rss_query_en"):
    """Whether a virtual function may ask for its RSS configuration."""

    vf: int = member(u32)
    setting: bool = member(enum(bool, u32))


class VfTrust(Layout, c="ifla_vf_trust"):
    """Whether a virtual function may do what concerns others, such as promiscuous mode."""

    vf: int = member(u32)
    setting: bool = member(enum(bool, u32))


class VfGuid(Layout, c="ifla_vf_guid"):
    """InfiniBand GUID of a virtual function."""

    vf: int = member(u32)
    guid: int = member(u64)


class PortVsi(Layout, c="ifla_port_vsi"):
    """Virtual station interface of a port (IEEE 802.1Qbg)."""

    manager: int = member(u8, c="vsi_mgr_id")
    type_id: bytes = member(raw(3), c="vsi_type_id")
    type_version: int = member(u8, c="vsi_type_version")
    pad: bytes = member(raw(3))


class VfStatistics(Record):
    """Packets and bytes of a virtual function. Source: linux/if_link.h."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_VF_STATS, spec=("rt-link", "vf-stats-attrs"))

    rx_packets: int | None = attr(IFLA_VF_STATS.RX_PACKETS, u64)
    tx_packets: int | None = attr(IFLA_VF_STATS.TX_PACKETS, u64)
    rx_bytes: int | None = attr(IFLA_VF_STATS.RX_BYTES, u64)
    tx_bytes: int | None = attr(IFLA_VF_STATS.TX_BYTES, u64)
    broadcast: int | None = attr(IFLA_VF_STATS.BROADCAST, u64)
    multicast: int | None = attr(IFLA_VF_STATS.MULTICAST, u64)
    rx_dropped: int | None = attr(IFLA_VF_STATS.RX_DROPPED, u64)
    tx_dropped: int | None = attr(IFLA_VF_STATS.TX_DROPPED, u64)


class VirtualFunction(Record):
    """One virtual function of a link. Every setting carries the function's number, `vf`.

    Source: linux/if_link.h, rtnl_fill_vfinfo and do_setvfinfo in net/core/rtnetlink.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=IFLA_VF, policy="ifla_vf_policy", spec=("rt-link", "vfinfo-attrs")),
        Facts(attributes=IFLA_VF_VLAN_INFO, spec=("rt-link", "vf-vlan-attrs")),
    )

    mac: takes.Nested[VfMac | None] = attr(IFLA_VF.MAC, struct(VfMac))
    broadcast: takes.Nested[VfBroadcast | None] = attr(IFLA_VF.BROADCAST, struct(VfBroadcast))  # read-only
    vlan: takes.Nested[VfVlan | None] = attr(IFLA_VF.VLAN, struct(VfVlan))
    rate: takes.Nested[VfRate | None] = attr(IFLA_VF.RATE, struct(VfRate))
    tx_rate: takes.Nested[VfTxRate | None] = attr(IFLA_VF.TX_RATE, struct(VfTxRate))
    spoof_check: takes.Nested[VfSpoofCheck | None] = attr(IFLA_VF.SPOOFCHK, struct(VfSpoofCheck))
    link_state: takes.Nested[VfLinkStateSetting | None] = attr(IFLA_VF.LINK_STATE, struct(VfLinkStateSetting))
    rss_query: takes.Nested[VfRssQuery | None] = attr(IFLA_VF.RSS_QUERY_EN, struct(VfRssQuery))
    trust: takes.Nested[VfTrust | None] = attr(IFLA_VF.TRUST, struct(VfTrust))
    node_guid: takes.Nested[VfGuid | None] = attr(IFLA_VF.IB_NODE_GUID, struct(VfGuid))
    port_guid: takes.Nested[VfGuid | None] = attr(IFLA_VF.IB_PORT_GUID, struct(VfGuid))
    vlans: takes.Records[VfVlanInfo] = attr((IFLA_VF.VLAN_LIST, IFLA_VF_VLAN_INFO.INFO), multi(struct(VfVlanInfo)))
    statistics: takes.Nested[VfStatistics | None] = attr(IFLA_VF.STATS, nest(VfStatistics))


class Port(Record):
    """The port of a switch that stands for a virtual function, or for the link itself. Source: linux/if_link.h."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_PORT, policy="ifla_port_policy")
    __differs__: ClassVar[dict[str, str]] = {"host_uuid": "the policy says string, it is the 16 bytes of a UUID"}

    vf: int | None = attr(IFLA_PORT.VF, u32)
    profile: str | None = attr(IFLA_PORT.PROFILE, string(40))
    vsi_type: takes.Nested[PortVsi | None] = attr(IFLA_PORT.VSI_TYPE, struct(PortVsi))
    instance_uuid: bytes | None = attr(IFLA_PORT.INSTANCE_UUID, binary(16))
    host_uuid: bytes | None = attr(IFLA_PORT.HOST_UUID, binary(16))
    request: takes.Member[PortRequest | None] = attr(IFLA_PORT.REQUEST, enum(PortRequest, u8))
    response: takes.Member[PortResponse | None] = attr(IFLA_PORT.RESPONSE, enum(PortResponse, u16))
