"""Collision avoidance on a shared cable (10BASE-T1S).

Source: linux/ethtool_netlink_generated.h, net/ethtool/plca.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Constants, Record, attr, boolean, enum, interface, string, takes, u16, u32
from netlynx.schema.facts import Facts

from .header import ETHTOOL_A_HEADER, RequestFlags


class ETHTOOL_A_PLCA(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    VERSION = 2
    ENABLED = 3
    STATUS = 4
    NODE_CNT = 5
    NODE_ID = 6
    TO_TMR = 7
    BURST_CNT = 8
    BURST_TMR = 9


class Plca(Record, header=GenericHeader):
    """PLCA of a device: its configuration, or its `status`."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_PLCA,
        policy=("ethnl_plca_get_cfg_policy", "ethnl_plca_set_cfg_policy", "ethnl_plca_get_status_policy"),
        spec=("ethtool", "plca"),
    )

    device: str | None = attr((ETHTOOL_A_PLCA.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_PLCA.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_PLCA.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    phy_index: int | None = attr((ETHTOOL_A_PLCA.HEADER, ETHTOOL_A_HEADER.PHY_INDEX), u32)
    version: int | None = attr(ETHTOOL_A_PLCA.VERSION, u16)
    enabled: bool | None = attr(ETHTOOL_A_PLCA.ENABLED, boolean)
    status: bool | None = attr(ETHTOOL_A_PLCA.STATUS, boolean)  # whether beacons are seen
    nodes: int | None = attr(ETHTOOL_A_PLCA.NODE_CNT, u32)  # on the cable; only the coordinator needs it
    node_id: int | None = attr(ETHTOOL_A_PLCA.NODE_ID, u32)  # 0: the coordinator, 255: none
    opportunity: int | None = attr(ETHTOOL_A_PLCA.TO_TMR, u32)  # bit times
    burst: int | None = attr(ETHTOOL_A_PLCA.BURST_CNT, u32)  # frames beyond the first
    burst_timer: int | None = attr(ETHTOOL_A_PLCA.BURST_TMR, u32)  # bit times
