"""Counters that standards define: MAC, PHY, control frames, RMON.

Source: linux/ethtool_netlink_generated.h, linux/ethtool_netlink.h, net/ethtool/stats.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import (
    Constants,
    Enumeration,
    Record,
    attr,
    enum,
    interface,
    keyed,
    multi,
    nest,
    string,
    takes,
    u32,
    u64,
)
from netlynx.schema.facts import Facts

from .bitset import Bits, bitset
from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags
from .pause import StatisticsSource


class ETHTOOL_A_STATS(Constants):
    """Attributes."""

    UNSPEC = 0
    PAD = 1
    HEADER = 2
    GROUPS = 3
    GRP = 4
    SRC = 5


class ETHTOOL_A_STATS_GRP(Constants):
    """Attributes of a group of counters."""

    UNSPEC = 0
    PAD = 1
    ID = 2
    SS_ID = 3
    STAT = 4
    HIST_RX = 5
    HIST_TX = 6
    HIST_BKT_LOW = 7
    HIST_BKT_HI = 8
    HIST_VAL = 9


class StatisticsGroup(Enumeration, prefix="ETHTOOL_STATS_"):
    """Groups of counters."""

    ETH_PHY = 0
    ETH_MAC = 1
    ETH_CTRL = 2
    RMON = 3
    PHY = 4


EVERYWHERE = ("eth-phy", "eth-mac", "eth-ctrl", "rmon")
"""The groups that every kernel with such counters has (since Linux 5.13); phydev came later."""


class PhyCounter(
    Enumeration, prefix="ETHTOOL_A_STATS_ETH_PHY_", renamed={"SYMBOL_ERRORS": "ETHTOOL_A_STATS_ETH_PHY_5_SYM_ERR"}
):
    """Counters of the physical layer (IEEE 802.3, 30.3.2)."""

    SYMBOL_ERRORS = 0


class MacCounter(
    Enumeration,
    prefix="ETHTOOL_A_STATS_ETH_MAC_",
    renamed={
        "TX_PACKETS": "ETHTOOL_A_STATS_ETH_MAC_2_TX_PKT",
        "SINGLE_COLLISIONS": "ETHTOOL_A_STATS_ETH_MAC_3_SINGLE_COL",
        "MULTIPLE_COLLISIONS": "ETHTOOL_A_STATS_ETH_MAC_4_MULTI_COL",
        "RX_PACKETS": "ETHTOOL_A_STATS_ETH_MAC_5_RX_PKT",
        "FCS_ERRORS": "ETHTOOL_A_STATS_ETH_MAC_6_FCS_ERR",
        "ALIGNMENT_ERRORS": "ETHTOOL_A_STATS_ETH_MAC_7_ALIGN_ERR",
        "TX_BYTES": "ETHTOOL_A_STATS_ETH_MAC_8_TX_BYTES",
        "TX_DEFERRED": "ETHTOOL_A_STATS_ETH_MAC_9_TX_DEFER",
        "LATE_COLLISIONS": "ETHTOOL_A_STATS_ETH_MAC_10_LATE_COL",
        "EXCESSIVE_COLLISIONS": "ETHTOOL_A_STATS_ETH_MAC_11_XS_COL",
        "TX_INTERNAL_ERRORS": "ETHTOOL_A_STATS_ETH_MAC_12_TX_INT_ERR",
        "CARRIER_SENSE_ERRORS": "ETHTOOL_A_STATS_ETH_MAC_13_CS_ERR",
        "RX_BYTES": "ETHTOOL_A_STATS_ETH_MAC_14_RX_BYTES",
        "RX_INTERNAL_ERRORS": "ETHTOOL_A_STATS_ETH_MAC_15_RX_INT_ERR",
        "TX_MULTICAST": "ETHTOOL_A_STATS_ETH_MAC_18_TX_MCAST",
        "TX_BROADCAST": "ETHTOOL_A_STATS_ETH_MAC_19_TX_BCAST",
        "EXCESSIVE_DEFERRAL": "ETHTOOL_A_STATS_ETH_MAC_20_XS_DEFER",
        "RX_MULTICAST": "ETHTOOL_A_STATS_ETH_MAC_21_RX_MCAST",
        "RX_BROADCAST": "ETHTOOL_A_STATS_ETH_MAC_22_RX_BCAST",
        "LENGTH_MISMATCHES": "ETHTOOL_A_STATS_ETH_MAC_23_IR_LEN_ERR",
        "LENGTH_OUT_OF_RANGE": "ETHTOOL_A_STATS_ETH_MAC_24_OOR_LEN",
        "TOO_LONG": "ETHTOOL_A_STATS_ETH_MAC_25_TOO_LONG_ERR",
    },
):
    """Counters of the MAC (IEEE 802.3, 30.3.1)."""

    TX_PACKETS = 0
    SINGLE_COLLISIONS = 1
    MULTIPLE_COLLISIONS = 2
    RX_PACKETS = 3
    FCS_ERRORS = 4
    ALIGNMENT_ERRORS = 5
    TX_BYTES = 6
    TX_DEFERRED = 7
    LATE_COLLISIONS = 8
    EXCESSIVE_COLLISIONS = 9
    TX_INTERNAL_ERRORS = 10
    CARRIER_SENSE_ERRORS = 11
    RX_BYTES = 12
    RX_INTERNAL_ERRORS = 13
    TX_MULTICAST = 14
    TX_BROADCAST = 15
    EXCESSIVE_DEFERRAL = 16
    RX_MULTICAST = 17
    RX_BROADCAST = 18
    LENGTH_MISMATCHES = 19
    LENGTH_OUT_OF_RANGE = 20
    TOO_LONG = 21


class ControlCounter(
    Enumeration,
    prefix="ETHTOOL_A_STATS_ETH_CTRL_",
    renamed={
        "TX": "ETHTOOL_A_STATS_ETH_CTRL_3_TX",
        "RX": "ETHTOOL_A_STATS_ETH_CTRL_4_RX",
        "RX_UNSUPPORTED": "ETHTOOL_A_STATS_ETH_CTRL_5_RX_UNSUP",
    },
):
    """Counters of MAC control frames (IEEE 802.3, 30.3.3)."""

    TX = 0
    RX = 1
    RX_UNSUPPORTED = 2


class RmonCounter(Enumeration, prefix="ETHTOOL_A_STATS_RMON_"):
    """Counters of RMON (RFC 2819)."""

    UNDERSIZE = 0
    OVERSIZE = 1
    FRAG = 2
    JABBER = 3


class DriverPhyCounter(Enumeration, prefix="ETHTOOL_A_STATS_PHY_"):
    """Counters of the PHY's driver."""

    RX_PKTS = 0
    RX_BYTES = 1
    RX_ERRORS = 2
    TX_PKTS = 3
    TX_BYTES = 4
    TX_ERRORS = 5


COUNTERS: dict[int, type[Enumeration]] = {
    StatisticsGroup.ETH_PHY: PhyCounter,
    StatisticsGroup.ETH_MAC: MacCounter,
    StatisticsGroup.ETH_CTRL: ControlCounter,
    StatisticsGroup.RMON: RmonCounter,
    StatisticsGroup.PHY: DriverPhyCounter,
}
"""What the numbers of a group's counters mean."""


class Bucket(Record):
    """Packets by length."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_STATS_GRP, spec=("ethtool", "stats-grp"))
    __omitted__: ClassVar[dict[str, str]] = {"ETHTOOL_A_STATS_GRP_*": "of the group around it: CounterGroup"}

    low: int | None = attr(ETHTOOL_A_STATS_GRP.HIST_BKT_LOW, u32)  # bytes
    high: int | None = attr(ETHTOOL_A_STATS_GRP.HIST_BKT_HI, u32)  # bytes; 0: no limit
    packets: int | None = attr(ETHTOOL_A_STATS_GRP.HIST_VAL, u64)


class CounterGroup(Record):
    """The counters of a group; `named` has them by name."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_STATS_GRP, spec=("ethtool", "stats-grp"))
    __omitted__: ClassVar[dict[str, str]] = {"ETHTOOL_A_STATS_GRP_HIST_*": "of the buckets: Bucket"}
    __differs__: ClassVar[dict[str, str]] = {"counters": "each value lies in a nest, under the number of its counter"}

    id: takes.Member[StatisticsGroup | None] = attr(ETHTOOL_A_STATS_GRP.ID, enum(StatisticsGroup, u32))
    string_set: int | None = attr(ETHTOOL_A_STATS_GRP.SS_ID, u32)  # where the kernel has their names
    counters: takes.Several[dict[int, int]] = attr(
        ETHTOOL_A_STATS_GRP.STAT, multi(keyed(u64))
    )  # number: value, each in a nest of its own
    rx: takes.Records[Bucket] = attr(ETHTOOL_A_STATS_GRP.HIST_RX, multi(nest(Bucket)))
    tx: takes.Records[Bucket] = attr(ETHTOOL_A_STATS_GRP.HIST_TX, multi(nest(Bucket)))

    @property
    def named(self) -> dict[str, int]:
        """The counters by name, one that is unknown by its number."""
        names = COUNTERS.get(self.id if self.id is not None else -1)
        known = {} if names is None else {int(each): each.label for each in names}
        return {known.get(number, str(number)): value for nest in self.counters for number, value in nest.items()}


class Statistics(Record, header=GenericHeader):
    """Counters of a device, in the groups that were asked for."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_STATS, policy="ethnl_stats_get_policy", spec=("ethtool", "stats")
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_STATS.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_STATS.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_STATS.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    wanted: Bits | None = attr(ETHTOOL_A_STATS.GROUPS, bitset)  # asked for: eth-phy, eth-mac, eth-ctrl, rmon, phydev
    groups: takes.Records[CounterGroup] = attr(ETHTOOL_A_STATS.GRP, multi(nest(CounterGroup)))
    source: takes.Member[StatisticsSource | None] = attr(ETHTOOL_A_STATS.SRC, enum(StatisticsSource, u32))
