"""What a driver writes into the kernel log.

Source: linux/ethtool_netlink_generated.h, net/ethtool/debug.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Constants, Record, attr, enum, interface, string, takes, u32
from netlynx.schema.facts import Facts

from .bitset import Bits, bitset
from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags


class ETHTOOL_A_DEBUG(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    MSGMASK = 2


class Debug(Record, header=GenericHeader):
    """The messages of a driver: ``drv``, ``link``, ``tx_err`` …"""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_DEBUG,
        policy=("ethnl_debug_get_policy", "ethnl_debug_set_policy"),
        spec=("ethtool", "debug"),
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_DEBUG.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_DEBUG.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_DEBUG.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    messages: Bits | None = attr(ETHTOOL_A_DEBUG.MSGMASK, bitset)
