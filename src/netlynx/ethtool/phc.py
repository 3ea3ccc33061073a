"""Virtual clocks of a PTP hardware clock.

Source: linux/ethtool_netlink_generated.h, net/ethtool/phc_vclocks.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Constants, Record, array, attr, enum, interface, s32, string, takes, u32
from netlynx.schema.facts import Facts

from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags


class ETHTOOL_A_PHC_VCLOCKS(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    NUM = 2
    INDEX = 3


class VirtualClocks(Record, header=GenericHeader):
    """Which virtual clocks a device has."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_PHC_VCLOCKS, policy="ethnl_phc_vclocks_get_policy", spec=("ethtool", "phc-vclocks")
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_PHC_VCLOCKS.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_PHC_VCLOCKS.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_PHC_VCLOCKS.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    count: int | None = attr(ETHTOOL_A_PHC_VCLOCKS.NUM, u32)
    indices: takes.MaybeSeveral[int] = attr(ETHTOOL_A_PHC_VCLOCKS.INDEX, array(s32))
