"""Power over Ethernet: the side that gives it.

Source: linux/ethtool_netlink_generated.h, net/ethtool/pse-pd.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Record,
    attr,
    enum,
    interface,
    multi,
    nest,
    string,
    takes,
    u32,
    uint,
)
from netlynx.schema.facts import Facts

from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags


class ETHTOOL_A_PSE(Constants, prefix="ETHTOOL_A_"):
    """Attributes."""

    PSE_UNSPEC = 0
    PSE_HEADER = 1
    PODL_PSE_ADMIN_STATE = 2
    PODL_PSE_ADMIN_CONTROL = 3
    PODL_PSE_PW_D_STATUS = 4
    C33_PSE_ADMIN_STATE = 5
    C33_PSE_ADMIN_CONTROL = 6
    C33_PSE_PW_D_STATUS = 7
    C33_PSE_PW_CLASS = 8
    C33_PSE_ACTUAL_PW = 9
    C33_PSE_EXT_STATE = 10
    C33_PSE_EXT_SUBSTATE = 11
    C33_PSE_AVAIL_PW_LIMIT = 12
    C33_PSE_PW_LIMIT_RANGES = 13
    PSE_PW_D_ID = 14
    PSE_PRIO_MAX = 15
    PSE_PRIO = 16


class ETHTOOL_A_C33_PSE_PW_LIMIT(Constants):
    """Attributes of a range of limits."""

    UNSPEC = 0
    MIN = 1
    MAX = 2


class ETHTOOL_A_PSE_NTF(Constants):
    """Attributes of what a controller says."""

    HEADER = 1
    EVENTS = 2


class PodlAdmin(Enumeration, prefix="ETHTOOL_PODL_PSE_ADMIN_STATE_"):
    """Whether power over data lines is switched on."""

    UNKNOWN = 1
    DISABLED = 2
    ENABLED = 3


class PodlDetection(Enumeration, prefix="ETHTOOL_PODL_PSE_PW_D_STATUS_"):
    """What power over data lines is doing."""

    UNKNOWN = 1
    DISABLED = 2
    SEARCHING = 3
    DELIVERING = 4
    SLEEP = 5
    IDLE = 6
    ERROR = 7


class PoeAdmin(Enumeration, prefix="ETHTOOL_C33_PSE_ADMIN_STATE_"):
    """Whether power over Ethernet (IEEE 802.3, clause 33) is switched on."""

    UNKNOWN = 1
    DISABLED = 2
    ENABLED = 3


class PoeDetection(Enumeration, prefix="ETHTOOL_C33_PSE_PW_D_STATUS_"):
    """What power over Ethernet is doing."""

    UNKNOWN = 1
    DISABLED = 2
    SEARCHING = 3
    DELIVERING = 4
    TEST = 5
    FAULT = 6
    OTHERFAULT = 7


class PoeReason(Enumeration, prefix="ETHTOOL_C33_PSE_EXT_STATE_"):
    """Why there is no power."""

    ERROR_CONDITION = 1
    MR_MPS_VALID = 2
    MR_PSE_ENABLE = 3
    OPTION_DETECT_TED = 4
    OPTION_VPORT_LIM = 5
    OVLD_DETECTED = 6
    PD_DLL_POWER_TYPE = 7
    POWER_NOT_AVAILABLE = 8
    SHORT_DETECTED = 9


class PseEvents(
    FlagSet,
    prefix="ETHTOOL_PSE_EVENT_",
    renamed={
        "DETECTION": "ETHTOOL_C33_PSE_EVENT_DETECTION",
        "CLASSIFICATION": "ETHTOOL_C33_PSE_EVENT_CLASSIFICATION",
        "DISCONNECTION": "ETHTOOL_C33_PSE_EVENT_DISCONNECTION",
    },
):
    """What has happened at a port."""

    OVER_CURRENT = 1
    OVER_TEMP = 2
    DETECTION = 4
    CLASSIFICATION = 8
    DISCONNECTION = 16
    OVER_BUDGET = 32
    SW_PW_CONTROL_ERROR = 64


class PowerLimit(Record):
    """A range that limits may be set in."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_C33_PSE_PW_LIMIT, spec=("ethtool", "c33-pse-pw-limit"))

    min: int | None = attr(ETHTOOL_A_C33_PSE_PW_LIMIT.MIN, u32)  # milliwatts
    max: int | None = attr(ETHTOOL_A_C33_PSE_PW_LIMIT.MAX, u32)  # milliwatts


class Pse(Record, header=GenericHeader):
    """Power that a port gives."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_PSE, policy=("ethnl_pse_get_policy", "ethnl_pse_set_policy"), spec=("ethtool", "pse")
    )

    device: str | None = attr((ETHTOOL_A_PSE.PSE_HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_PSE.PSE_HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_PSE.PSE_HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    phy_index: int | None = attr((ETHTOOL_A_PSE.PSE_HEADER, ETHTOOL_A_HEADER.PHY_INDEX), u32)
    podl_state: takes.Member[PodlAdmin | None] = attr(ETHTOOL_A_PSE.PODL_PSE_ADMIN_STATE, enum(PodlAdmin, u32))
    podl_control: takes.Member[PodlAdmin | None] = attr(  # to set it
        ETHTOOL_A_PSE.PODL_PSE_ADMIN_CONTROL, enum(PodlAdmin, u32)
    )
    podl_detection: takes.Member[PodlDetection | None] = attr(
        ETHTOOL_A_PSE.PODL_PSE_PW_D_STATUS, enum(PodlDetection, u32)
    )
    state: takes.Member[PoeAdmin | None] = attr(ETHTOOL_A_PSE.C33_PSE_ADMIN_STATE, enum(PoeAdmin, u32))
    control: takes.Member[PoeAdmin | None] = attr(ETHTOOL_A_PSE.C33_PSE_ADMIN_CONTROL, enum(PoeAdmin, u32))  # to set it
    detection: takes.Member[PoeDetection | None] = attr(ETHTOOL_A_PSE.C33_PSE_PW_D_STATUS, enum(PoeDetection, u32))
    power_class: int | None = attr(ETHTOOL_A_PSE.C33_PSE_PW_CLASS, u32)
    power: int | None = attr(ETHTOOL_A_PSE.C33_PSE_ACTUAL_PW, u32)  # milliwatts
    reason: takes.Member[PoeReason | None] = attr(ETHTOOL_A_PSE.C33_PSE_EXT_STATE, enum(PoeReason, u32))
    detail: int | None = attr(ETHTOOL_A_PSE.C33_PSE_EXT_SUBSTATE, u32)  # ETHTOOL_C33_PSE_EXT_SUBSTATE_* of the reason
    limit: int | None = attr(ETHTOOL_A_PSE.C33_PSE_AVAIL_PW_LIMIT, u32)  # milliwatts
    limits: takes.Records[PowerLimit] = attr(ETHTOOL_A_PSE.C33_PSE_PW_LIMIT_RANGES, multi(nest(PowerLimit)))
    domain: int | None = attr(ETHTOOL_A_PSE.PSE_PW_D_ID, u32)
    priority_max: int | None = attr(ETHTOOL_A_PSE.PSE_PRIO_MAX, u32)
    priority: int | None = attr(ETHTOOL_A_PSE.PSE_PRIO, u32)


class PseReport(Record, header=GenericHeader):
    """What a controller says of a port."""

    __facts__: ClassVar[Facts] = Facts(attributes=ETHTOOL_A_PSE_NTF, spec=("ethtool", "pse-ntf"))
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_PSE_NTF.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_PSE_NTF.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_PSE_NTF.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    events: takes.Flags[PseEvents | None] = attr(ETHTOOL_A_PSE_NTF.EVENTS, enum(PseEvents, uint))
