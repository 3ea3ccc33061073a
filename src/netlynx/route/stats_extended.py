"""Counters that only some interfaces have: of bridges, bonds and MPLS, and those of hardware that forwards by itself.

Source: linux/if_link.h, linux/if_bridge.h, linux/if_bonding.h, linux/mpls.h; br_fill_linkxstats in
net/bridge/br_netlink.c, bond_fill_linkxstats in drivers/net/bonding/bond_netlink.c, rtnl_offload_xstats_fill in
net/core/rtnetlink.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.route.link_bridge import BridgeVlanFlags
from netlynx.route.link_stats import LinkStatistics64
from netlynx.schema import (
    Constants,
    Layout,
    Record,
    attr,
    boolean,
    enum,
    member,
    multi,
    nest,
    struct,
    takes,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts, NoFacts


class LINK_XSTATS_TYPE(Constants):
    """Which kind of interface counts."""

    UNSPEC = 0
    BRIDGE = 1
    BOND = 2


class BRIDGE_XSTATS(Constants):
    """What bridges count."""

    UNSPEC = 0
    VLAN = 1
    MCAST = 2
    PAD = 3
    STP = 4


class BOND_XSTATS(Constants, renamed={"AD": "BOND_XSTATS_3AD"}):
    """What bonds count."""

    UNSPEC = 0
    AD = 1


class BOND_3AD_STAT(Constants):
    """Frames of 802.3ad, of which 0 is an attribute too."""

    LACPDU_RX = 0
    LACPDU_TX = 1
    LACPDU_UNKNOWN_RX = 2
    LACPDU_ILLEGAL_RX = 3
    MARKER_RX = 4
    MARKER_TX = 5
    MARKER_RESP_RX = 6
    MARKER_RESP_TX = 7
    MARKER_UNKNOWN_RX = 8
    PAD = 9


class IFLA_OFFLOAD_XSTATS(Constants):
    """What hardware that forwards by itself counts."""

    UNSPEC = 0
    CPU_HIT = 1
    HW_S_INFO = 2
    L3_STATS = 3


class IFLA_OFFLOAD_XSTATS_HW_S_INFO(Constants):
    """Whether a counter of hardware is wanted and used."""

    UNSPEC = 0
    REQUEST = 1
    USED = 2


class MPLS_STATS(Constants):
    """What MPLS counts."""

    UNSPEC = 0
    LINK = 1


class BridgeVlanStats(Layout, c="bridge_vlan_xstats"):
    """Traffic of one VLAN of a bridge, or of one of its ports where that counts by itself (`vlan_stats_per_port`)."""

    rx_bytes: int = member(u64)
    rx_packets: int = member(u64)
    tx_bytes: int = member(u64)
    tx_packets: int = member(u64)
    vid: int = member(u16)
    flags: takes.Flags[BridgeVlanFlags] = member(enum(BridgeVlanFlags, u16))
    padding: int = member(u32, c="pad2")


class BothWays(Layout):
    """What was received, and what was sent."""

    __facts__: ClassVar[NoFacts] = NoFacts("an array of two in struct br_mcast_stats: BR_MCAST_DIR_RX, BR_MCAST_DIR_TX")

    rx: int = member(u64)
    tx: int = member(u64)


class BridgeMulticastStats(Layout, c="br_mcast_stats"):
    """What a bridge or one of its ports saw of IGMP and MLD. It counts with `multicast_stats_enabled` only."""

    __differs__: ClassVar[dict[str, str]] = dict.fromkeys(
        (
            *("igmp_v1_queries", "igmp_v2_queries", "igmp_v3_queries", "igmp_leaves"),
            *("igmp_v1_reports", "igmp_v2_reports", "igmp_v3_reports", "mld_v1_queries", "mld_v2_queries"),
            *("mld_leaves", "mld_v1_reports", "mld_v2_reports", "bytes", "packets"),
        ),
        "an array of two: what was received, and what was sent",
    )

    igmp_v1_queries: BothWays | None = member(struct(BothWays), c="igmp_v1queries")
    igmp_v2_queries: BothWays | None = member(struct(BothWays), c="igmp_v2queries")
    igmp_v3_queries: BothWays | None = member(struct(BothWays), c="igmp_v3queries")
    igmp_leaves: BothWays | None = member(struct(BothWays))
    igmp_v1_reports: BothWays | None = member(struct(BothWays), c="igmp_v1reports")
    igmp_v2_reports: BothWays | None = member(struct(BothWays), c="igmp_v2reports")
    igmp_v3_reports: BothWays | None = member(struct(BothWays), c="igmp_v3reports")
    igmp_parse_errors: int = member(u64)
    mld_v1_queries: BothWays | None = member(struct(BothWays), c="mld_v1queries")
    mld_v2_queries: BothWays | None = member(struct(BothWays), c="mld_v2queries")
    mld_leaves: BothWays | None = member(struct(BothWays))
    mld_v1_reports: BothWays | None = member(struct(BothWays), c="mld_v1reports")
    mld_v2_reports: BothWays | None = member(struct(BothWays), c="mld_v2reports")
    mld_parse_errors: int = member(u64)
    bytes: BothWays | None = member(struct(BothWays), c="mcast_bytes")
    packets: BothWays | None = member(struct(BothWays), c="mcast_packets")


class BridgeStpStats(Layout, c="bridge_stp_xstats"):
    """What a port of a bridge saw of the spanning tree protocol."""

    transitions_to_blocking: int = member(u64, c="transition_blk")
    transitions_to_forwarding: int = member(u64, c="transition_fwd")
    rx_bpdu: int = member(u64)
    tx_bpdu: int = member(u64)
    rx_topology_changes: int = member(u64, c="rx_tcn")
    tx_topology_changes: int = member(u64, c="tx_tcn")


class BridgeStats(Record):
    """What a bridge counts, or one of its ports (`BRIDGE_XSTATS_*`). Source: br_fill_linkxstats."""

    __facts__: ClassVar[Facts] = Facts(attributes=BRIDGE_XSTATS)

    vlans: takes.Records[BridgeVlanStats] = attr(BRIDGE_XSTATS.VLAN, multi(struct(BridgeVlanStats)))
    multicast: takes.Nested[BridgeMulticastStats | None] = attr(BRIDGE_XSTATS.MCAST, struct(BridgeMulticastStats))
    stp: takes.Nested[BridgeStpStats | None] = attr(BRIDGE_XSTATS.STP, struct(BridgeStpStats))  # of a port


class BondStats(Record):
    """Frames of 802.3ad that a bond or one of its members sent and received. Source: bond_3ad_stats_fill."""

    __facts__: ClassVar[tuple[Facts, ...]] = (Facts(attributes=BOND_XSTATS), Facts(attributes=BOND_3AD_STAT))

    lacpdu_rx: int | None = attr((BOND_XSTATS.AD, BOND_3AD_STAT.LACPDU_RX), u64)
    lacpdu_tx: int | None = attr((BOND_XSTATS.AD, BOND_3AD_STAT.LACPDU_TX), u64)
    lacpdu_unknown_rx: int | None = attr((BOND_XSTATS.AD, BOND_3AD_STAT.LACPDU_UNKNOWN_RX), u64)
    lacpdu_illegal_rx: int | None = attr((BOND_XSTATS.AD, BOND_3AD_STAT.LACPDU_ILLEGAL_RX), u64)
    marker_rx: int | None = attr((BOND_XSTATS.AD, BOND_3AD_STAT.MARKER_RX), u64)
    marker_tx: int | None = attr((BOND_XSTATS.AD, BOND_3AD_STAT.MARKER_TX), u64)
    marker_response_rx: int | None = attr((BOND_XSTATS.AD, BOND_3AD_STAT.MARKER_RESP_RX), u64)
    marker_response_tx: int | None = attr((BOND_XSTATS.AD, BOND_3AD_STAT.MARKER_RESP_TX), u64)
    marker_unknown_rx: int | None = attr((BOND_XSTATS.AD, BOND_3AD_STAT.MARKER_UNKNOWN_RX), u64)


class ExtendedStats(Record):
    """What a kind of interface counts of its own (`LINK_XSTATS_TYPE_*`). Source: linux/if_link.h."""

    __facts__: ClassVar[Facts] = Facts(attributes=LINK_XSTATS_TYPE)

    bridge: takes.Nested[BridgeStats | None] = attr(LINK_XSTATS_TYPE.BRIDGE, nest(BridgeStats))
    bond: takes.Nested[BondStats | None] = attr(LINK_XSTATS_TYPE.BOND, nest(BondStats))


class HardwareStats(Layout, c="rtnl_hw_stats64"):
    """What hardware forwarded by itself."""

    rx_packets: int = member(u64)
    tx_packets: int = member(u64)
    rx_bytes: int = member(u64)
    tx_bytes: int = member(u64)
    rx_errors: int = member(u64)
    tx_errors: int = member(u64)
    rx_dropped: int = member(u64)
    tx_dropped: int = member(u64)
    multicast: int = member(u64)


class HardwareStatsInfo(Record):
    """Whether a counter of hardware was asked for, and whether a driver has it (`IFLA_OFFLOAD_XSTATS_HW_S_INFO_*`)."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_OFFLOAD_XSTATS_HW_S_INFO)

    requested: bool | None = attr(IFLA_OFFLOAD_XSTATS_HW_S_INFO.REQUEST, boolean)
    used: bool | None = attr(IFLA_OFFLOAD_XSTATS_HW_S_INFO.USED, boolean)


class OffloadStats(Record):
    """Traffic of an interface whose hardware forwards by itself (`IFLA_OFFLOAD_XSTATS_*`).

    `l3_stats_info` says whether `l3_stats` were asked for (``route.change(route.StatsSettings(index=…,
    l3_stats=True))``), and whether they are counted. Source: rtnl_offload_xstats_fill.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_OFFLOAD_XSTATS)

    cpu_hit: takes.Nested[LinkStatistics64 | None] = attr(
        IFLA_OFFLOAD_XSTATS.CPU_HIT, struct(LinkStatistics64)
    )  # packets that went through the CPU all the same
    l3_stats_info: takes.Nested[HardwareStatsInfo | None] = attr(
        (IFLA_OFFLOAD_XSTATS.HW_S_INFO, IFLA_OFFLOAD_XSTATS.L3_STATS), nest(HardwareStatsInfo)
    )
    l3_stats: takes.Nested[HardwareStats | None] = attr(IFLA_OFFLOAD_XSTATS.L3_STATS, struct(HardwareStats))


class MplsStats(Layout, c="mpls_link_stats"):
    """Labelled packets of an interface on which MPLS is switched on (`net.mpls.conf.NAME.input`)."""

    rx_packets: int = member(u64)
    tx_packets: int = member(u64)
    rx_bytes: int = member(u64)
    tx_bytes: int = member(u64)
    rx_errors: int = member(u64)
    tx_errors: int = member(u64)
    rx_dropped: int = member(u64)
    tx_dropped: int = member(u64)
    rx_noroute: int = member(u64)  # of a label that leads nowhere
