"""What is said of rules, and of radar. Source: linux/nl80211.h."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Enumeration, FlagSet


class DfsState(Enumeration, prefix="NL80211_DFS_"):
    """Whether radar may be on a channel."""

    USABLE = 0
    UNAVAILABLE = 1
    AVAILABLE = 2


class DfsRegion(Enumeration, prefix="NL80211_DFS_"):
    """Whose rules about radar hold."""

    UNSET = 0
    FCC = 1
    ETSI = 2
    JP = 3


class RadarEvent(Enumeration, prefix="NL80211_RADAR_"):
    """What became of looking for radar."""

    DETECTED = 0
    CAC_FINISHED = 1
    CAC_ABORTED = 2
    NOP_FINISHED = 3
    PRE_CAC_EXPIRED = 4
    CAC_STARTED = 5


class RegInitiator(Enumeration, prefix="NL80211_REGDOM_SET_BY_"):
    """Who set the rules."""

    CORE = 0
    USER = 1
    DRIVER = 2
    COUNTRY_IE = 3


class RegType(Enumeration, prefix="NL80211_REGDOM_TYPE_"):
    """What rules are of."""

    COUNTRY = 0
    WORLD = 1
    CUSTOM_WORLD = 2
    INTERSECTION = 3


class RuleFlags(FlagSet, prefix="NL80211_RRF_"):
    """What a rule forbids, or allows."""

    __omitted__: ClassVar[dict[str, str]] = {"NL80211_RRF_NO_IR_ALL": "NO_IR, with a bit that it once had besides"}

    NO_OFDM = 1
    NO_CCK = 2
    NO_INDOOR = 4
    NO_OUTDOOR = 8
    DFS = 16
    PTP_ONLY = 32
    PTMP_ONLY = 64
    NO_IR = 128
    AUTO_BW = 0x800
    IR_CONCURRENT = 0x1000
    NO_HT40MINUS = 0x2000
    NO_HT40PLUS = 0x4000
    NO_80MHZ = 0x8000
    NO_160MHZ = 0x10000
    NO_HE = 0x20000
    NO_320MHZ = 0x40000
    NO_EHT = 0x80000
    PSD = 0x100000
    DFS_CONCURRENT = 0x200000
    NO_6GHZ_VLP_CLIENT = 0x400000
    NO_6GHZ_AFC_CLIENT = 0x800000
    ALLOW_6GHZ_VLP_AP = 0x1000000
    ALLOW_20MHZ_ACTIVITY = 0x2000000
    NO_UHR = 0x4000000


class HintType(Enumeration, prefix="NL80211_USER_REG_HINT_"):
    """Who says where the host is."""

    USER = 0
    CELL_BASE = 1
    INDOOR = 2
