"""Pause frames: how a full receiver stops the sender.

Source: linux/ethtool_netlink_generated.h, net/ethtool/pause.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Constants, Enumeration, Record, attr, boolean, enum, interface, nest, string, takes, u32, u64
from netlynx.schema.facts import Facts

from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags


class ETHTOOL_A_PAUSE(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    AUTONEG = 2
    RX = 3
    TX = 4
    STATS = 5
    STATS_SRC = 6


class ETHTOOL_A_PAUSE_STAT(Constants):
    """Attributes of the statistics."""

    UNSPEC = 0
    PAD = 1
    TX_FRAMES = 2
    RX_FRAMES = 3
    TX_PAUSE_STORM_EVENTS = 4


class StatisticsSource(Enumeration, prefix="ETHTOOL_MAC_STATS_SRC_"):
    """Which MAC of a port with MAC merge counts."""

    AGGREGATE = 0
    EMAC = 1
    PMAC = 2


class PauseStatistics(Record):
    """Pause frames since the device is there."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_PAUSE_STAT, spec=("ethtool", "pause-stat"))

    tx_frames: int | None = attr(ETHTOOL_A_PAUSE_STAT.TX_FRAMES, u64)
    rx_frames: int | None = attr(ETHTOOL_A_PAUSE_STAT.RX_FRAMES, u64)
    tx_storms: int | None = attr(
        ETHTOOL_A_PAUSE_STAT.TX_PAUSE_STORM_EVENTS, u64
    )  # times the device stopped pausing others: a crashed host


class Pause(Record, header=GenericHeader):
    """Whether pause frames are sent and heeded."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_PAUSE,
        policy=("ethnl_pause_get_policy", "ethnl_pause_set_policy"),
        spec=("ethtool", "pause"),
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_PAUSE.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_PAUSE.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_PAUSE.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    autonegotiation: bool | None = attr(ETHTOOL_A_PAUSE.AUTONEG, boolean)
    rx: bool | None = attr(ETHTOOL_A_PAUSE.RX, boolean)  # heeded
    tx: bool | None = attr(ETHTOOL_A_PAUSE.TX, boolean)  # sent
    statistics: takes.Nested[PauseStatistics | None] = attr(  # with RequestFlags.STATS
        ETHTOOL_A_PAUSE.STATS, nest(PauseStatistics)
    )
    statistics_source: takes.Member[StatisticsSource | None] = attr(
        ETHTOOL_A_PAUSE.STATS_SRC, enum(StatisticsSource, u32)
    )
