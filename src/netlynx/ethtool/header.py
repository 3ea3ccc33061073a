"""What every message begins with: which device it is about, and what the kernel is to do besides.

Source: linux/ethtool_netlink_generated.h, Documentation/networking/ethtool-netlink.rst.
"""

from __future__ import annotations

from netlynx.schema import Constants, FlagSet


class ETHTOOL_A_HEADER(Constants):
    """Attributes of the header nest."""

    UNSPEC = 0
    DEV_INDEX = 1
    DEV_NAME = 2
    FLAGS = 3
    PHY_INDEX = 4


class RequestFlags(FlagSet, prefix="ETHTOOL_FLAG_"):
    """What is wanted of the answer."""

    COMPACT_BITSETS = 1  # bits as numbers, without their names
    OMIT_REPLY = 2  # of `features` and `tsconfig`: do not say what has changed; the answer is None
    STATS = 4  # statistics too, where the driver has them


NO_PHY = {"ETHTOOL_A_HEADER_PHY_INDEX": "the kernel takes it of objects that belong to a PHY alone"}
"""Why most records have no `phy_index`."""
