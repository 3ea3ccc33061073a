"""Timestamps of packets: which are made.

Source: linux/ethtool_netlink_generated.h, net/ethtool/tsconfig.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Constants, Record, attr, enum, interface, nest, string, takes, u32
from netlynx.schema.facts import Facts

from .bitset import Bits, bitset
from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags
from .tsinfo import Provider


class ETHTOOL_A_TSCONFIG(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    HWTSTAMP_PROVIDER = 2
    TX_TYPES = 3
    RX_FILTERS = 4
    HWTSTAMP_FLAGS = 5


class TimestampConfig(Record, header=GenericHeader):
    """Which packets a device timestamps."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_TSCONFIG,
        policy=("ethnl_tsconfig_get_policy", "ethnl_tsconfig_set_policy"),
        spec=("ethtool", "tsconfig"),
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_TSCONFIG.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_TSCONFIG.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_TSCONFIG.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    provider: takes.Nested[Provider | None] = attr(ETHTOOL_A_TSCONFIG.HWTSTAMP_PROVIDER, nest(Provider))
    tx_types: Bits | None = attr(ETHTOOL_A_TSCONFIG.TX_TYPES, bitset)
    rx_filters: Bits | None = attr(ETHTOOL_A_TSCONFIG.RX_FILTERS, bitset)
    flags: Bits | None = attr(ETHTOOL_A_TSCONFIG.HWTSTAMP_FLAGS, bitset)
