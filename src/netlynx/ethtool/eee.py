"""Energy-efficient Ethernet.

Source: linux/ethtool_netlink_generated.h, net/ethtool/eee.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Constants, Record, attr, boolean, enum, interface, string, takes, u32
from netlynx.schema.facts import Facts

from .bitset import Bits, bitset
from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags


class ETHTOOL_A_EEE(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    MODES_OURS = 2
    MODES_PEER = 3
    ACTIVE = 4
    ENABLED = 5
    TX_LPI_ENABLED = 6
    TX_LPI_TIMER = 7


class Eee(Record, header=GenericHeader):
    """Energy-efficient Ethernet of a device: the link sleeps while there is nothing to send."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_EEE, policy=("ethnl_eee_get_policy", "ethnl_eee_set_policy"), spec=("ethtool", "eee")
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_EEE.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_EEE.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_EEE.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    ours: Bits | None = attr(ETHTOOL_A_EEE.MODES_OURS, bitset)  # supported link modes, and those on advertised
    peer: Bits | None = attr(ETHTOOL_A_EEE.MODES_PEER, bitset)
    active: bool | None = attr(ETHTOOL_A_EEE.ACTIVE, boolean)
    enabled: bool | None = attr(ETHTOOL_A_EEE.ENABLED, boolean)
    tx_lpi_enabled: bool | None = attr(ETHTOOL_A_EEE.TX_LPI_ENABLED, boolean)  # whether the own side sleeps
    tx_lpi_timer: int | None = attr(ETHTOOL_A_EEE.TX_LPI_TIMER, u32)  # microseconds of idleness before
