"""The PHYs of a device.

Source: linux/ethtool_netlink_generated.h, net/ethtool/phy.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Constants, Enumeration, Record, attr, enum, interface, string, takes, u32
from netlynx.schema.facts import Facts

from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags


class ETHTOOL_A_PHY(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    INDEX = 2
    DRVNAME = 3
    NAME = 4
    UPSTREAM_TYPE = 5
    UPSTREAM_INDEX = 6
    UPSTREAM_SFP_NAME = 7
    DOWNSTREAM_SFP_NAME = 8


class Upstream(Enumeration, prefix="PHY_UPSTREAM_"):
    """What a PHY is attached to."""

    MAC = 0
    PHY = 1


class Phy(Record, header=GenericHeader):
    """A PHY of a device."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_PHY, policy="ethnl_phy_get_policy", spec=("ethtool", "phy"))
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_PHY.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_PHY.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_PHY.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    index: int | None = attr(ETHTOOL_A_PHY.INDEX, u32)
    driver: str | None = attr(ETHTOOL_A_PHY.DRVNAME, string)
    name: str | None = attr(ETHTOOL_A_PHY.NAME, string)
    upstream: takes.Member[Upstream | None] = attr(ETHTOOL_A_PHY.UPSTREAM_TYPE, enum(Upstream, u32))
    upstream_index: int | None = attr(ETHTOOL_A_PHY.UPSTREAM_INDEX, u32)  # of the PHY before it
    upstream_sfp: str | None = attr(ETHTOOL_A_PHY.UPSTREAM_SFP_NAME, string)
    downstream_sfp: str | None = attr(ETHTOOL_A_PHY.DOWNSTREAM_SFP_NAME, string)
