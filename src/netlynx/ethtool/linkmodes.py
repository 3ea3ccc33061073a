"""Speed, duplex and what is advertised to the other side.

Source: linux/ethtool_netlink_generated.h, net/ethtool/linkmodes.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Constants, Enumeration, Record, attr, boolean, enum, interface, string, takes, u8, u32
from netlynx.schema.facts import Facts

from .bitset import Bits, bitset
from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags


class ETHTOOL_A_LINKMODES(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    AUTONEG = 2
    OURS = 3
    PEER = 4
    SPEED = 5
    DUPLEX = 6
    MASTER_SLAVE_CFG = 7
    MASTER_SLAVE_STATE = 8
    LANES = 9
    RATE_MATCHING = 10


class Duplex(Enumeration, prefix="DUPLEX_"):
    """Both directions at once, or one at a time."""

    HALF = 0
    FULL = 1
    UNKNOWN = 255


class ClockConfig(Enumeration, prefix="MASTER_SLAVE_CFG_"):
    """Which side is to give the clock."""

    UNSUPPORTED = 0
    UNKNOWN = 1
    MASTER_PREFERRED = 2
    SLAVE_PREFERRED = 3
    MASTER_FORCE = 4
    SLAVE_FORCE = 5


class ClockState(Enumeration, prefix="MASTER_SLAVE_STATE_"):
    """Which side gives the clock."""

    UNSUPPORTED = 0
    UNKNOWN = 1
    MASTER = 2
    SLAVE = 3
    ERR = 4


class RateMatching(Enumeration, prefix="RATE_MATCH_"):
    """How the PHY evens out rates that differ."""

    NONE = 0
    PAUSE = 1
    CRS = 2
    OPEN_LOOP = 3


UNKNOWN_SPEED = 0xFFFFFFFF
"""What `speed` is where there is no link (SPEED_UNKNOWN)."""


class LinkModes(Record, header=GenericHeader):
    """Modes of a link: ``1000baseT/Full``, ``Autoneg``, ``Pause`` …; of `ours`, those on are advertised."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_LINKMODES,
        policy=("ethnl_linkmodes_get_policy", "ethnl_linkmodes_set_policy"),
        spec=("ethtool", "linkmodes"),
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_LINKMODES.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_LINKMODES.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_LINKMODES.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    autonegotiation: bool | None = attr(ETHTOOL_A_LINKMODES.AUTONEG, boolean)
    ours: Bits | None = attr(ETHTOOL_A_LINKMODES.OURS, bitset)  # supported, and those on advertised
    peer: Bits | None = attr(ETHTOOL_A_LINKMODES.PEER, bitset)  # what the other side advertises
    speed: int | None = attr(ETHTOOL_A_LINKMODES.SPEED, u32)  # Mbit/s
    duplex: takes.Member[Duplex | None] = attr(ETHTOOL_A_LINKMODES.DUPLEX, enum(Duplex, u8))
    clock_config: takes.Member[ClockConfig | None] = attr(ETHTOOL_A_LINKMODES.MASTER_SLAVE_CFG, enum(ClockConfig, u8))
    clock_state: takes.Member[ClockState | None] = attr(ETHTOOL_A_LINKMODES.MASTER_SLAVE_STATE, enum(ClockState, u8))
    lanes: int | None = attr(ETHTOOL_A_LINKMODES.LANES, u32)
    rate_matching: takes.Member[RateMatching | None] = attr(ETHTOOL_A_LINKMODES.RATE_MATCHING, enum(RateMatching, u8))
