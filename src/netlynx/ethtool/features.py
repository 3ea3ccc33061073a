"""What a device does in place of the kernel: checksums, segmentation, filters.

Source: linux/ethtool_netlink_generated.h, net/ethtool/features.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Constants, Record, attr, enum, interface, string, takes, u32
from netlynx.schema.facts import Facts

from .bitset import Bits, bitset
from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags


class ETHTOOL_A_FEATURES(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    HW = 2
    WANTED = 3
    ACTIVE = 4
    NOCHANGE = 5


class Features(Record, header=GenericHeader):
    """Features of a device by name, such as ``tx-generic-segmentation``. `wanted` can be set."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_FEATURES,
        policy=("ethnl_features_get_policy", "ethnl_features_set_policy"),
        spec=("ethtool", "features"),
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_FEATURES.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_FEATURES.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_FEATURES.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    hardware: Bits | None = attr(ETHTOOL_A_FEATURES.HW, bitset)  # those on can be changed
    wanted: Bits | None = attr(ETHTOOL_A_FEATURES.WANTED, bitset)  # asked for
    active: Bits | None = attr(ETHTOOL_A_FEATURES.ACTIVE, bitset)  # in use
    fixed: Bits | None = attr(ETHTOOL_A_FEATURES.NOCHANGE, bitset)  # those on never change
