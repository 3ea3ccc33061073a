"""Whether there is a link, how good it is, and why there is none.

Source: linux/ethtool_netlink_generated.h, net/ethtool/linkstate.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Constants, Enumeration, Record, attr, boolean, enum, interface, string, takes, u8, u32
from netlynx.schema.facts import Facts

from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags


class ETHTOOL_A_LINKSTATE(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    LINK = 2
    SQI = 3
    SQI_MAX = 4
    EXT_STATE = 5
    EXT_SUBSTATE = 6
    EXT_DOWN_CNT = 7


class LinkDownReason(Enumeration, prefix="ETHTOOL_LINK_EXT_STATE_"):
    """Why there is no link."""

    AUTONEG = 0
    LINK_TRAINING_FAILURE = 1
    LINK_LOGICAL_MISMATCH = 2
    BAD_SIGNAL_INTEGRITY = 3
    NO_CABLE = 4
    CABLE_ISSUE = 5
    EEPROM_ISSUE = 6
    CALIBRATION_FAILURE = 7
    POWER_BUDGET_EXCEEDED = 8
    OVERHEAT = 9
    MODULE = 10
    OTP_SPEED_VIOLATION = 11
    BMC_REQUEST_DOWN = 12


class LinkState(Record, header=GenericHeader):
    """The state of a link."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_LINKSTATE, policy="ethnl_linkstate_get_policy", spec=("ethtool", "linkstate")
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_LINKSTATE.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_LINKSTATE.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_LINKSTATE.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    link: bool | None = attr(ETHTOOL_A_LINKSTATE.LINK, boolean)
    sqi: int | None = attr(ETHTOOL_A_LINKSTATE.SQI, u32)  # signal quality, up to sqi_max
    sqi_max: int | None = attr(ETHTOOL_A_LINKSTATE.SQI_MAX, u32)
    reason: takes.Member[LinkDownReason | None] = attr(ETHTOOL_A_LINKSTATE.EXT_STATE, enum(LinkDownReason, u8))
    detail: int | None = attr(ETHTOOL_A_LINKSTATE.EXT_SUBSTATE, u8)  # ETHTOOL_LINK_EXT_SUBSTATE_* of the reason
    downs: int | None = attr(
        ETHTOOL_A_LINKSTATE.EXT_DOWN_CNT, u32
    )  # how often the link went down; with RequestFlags.STATS
