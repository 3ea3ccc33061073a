"""Channels: interrupts with the queues that they serve.

Source: linux/ethtool_netlink_generated.h, net/ethtool/channels.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Constants, Record, attr, enum, interface, string, takes, u32
from netlynx.schema.facts import Facts

from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags


class ETHTOOL_A_CHANNELS(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    RX_MAX = 2
    TX_MAX = 3
    OTHER_MAX = 4
    COMBINED_MAX = 5
    RX_COUNT = 6
    TX_COUNT = 7
    OTHER_COUNT = 8
    COMBINED_COUNT = 9


class Channels(Record, header=GenericHeader):
    """How many channels there are; the kernel alone says those that end in `_max`."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_CHANNELS,
        policy=("ethnl_channels_get_policy", "ethnl_channels_set_policy"),
        spec=("ethtool", "channels"),
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_CHANNELS.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_CHANNELS.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_CHANNELS.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    rx_max: int | None = attr(ETHTOOL_A_CHANNELS.RX_MAX, u32)
    tx_max: int | None = attr(ETHTOOL_A_CHANNELS.TX_MAX, u32)
    other_max: int | None = attr(ETHTOOL_A_CHANNELS.OTHER_MAX, u32)
    combined_max: int | None = attr(ETHTOOL_A_CHANNELS.COMBINED_MAX, u32)
    rx: int | None = attr(ETHTOOL_A_CHANNELS.RX_COUNT, u32)
    tx: int | None = attr(ETHTOOL_A_CHANNELS.TX_COUNT, u32)
    other: int | None = attr(ETHTOOL_A_CHANNELS.OTHER_COUNT, u32)  # link interrupts and the like
    combined: int | None = attr(ETHTOOL_A_CHANNELS.COMBINED_COUNT, u32)  # for both directions
