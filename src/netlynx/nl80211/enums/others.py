"""What is said of frames, of traffic, of measurements, of neighbour awareness. Source: linux/nl80211.h."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Enumeration, FlagSet


class RxMgmtFlags(FlagSet, prefix="NL80211_RXMGMT_FLAG_"):
    """What became of a management frame that came."""

    ANSWERED = 1
    EXTERNAL_AUTH = 2


class P2pPowerSave(Enumeration, prefix="NL80211_P2P_PS_"):
    """Whether a peer can save power."""

    UNSUPPORTED = 0
    SUPPORTED = 1


class AccessCategory(Enumeration, prefix="NL80211_AC_"):
    """What traffic is: the categories of WMM."""

    VO = 0
    VI = 1
    BE = 2
    BK = 3


class SarType(Enumeration, prefix="NL80211_SAR_TYPE_"):
    """What a limit of the absorption rate is of."""

    POWER = 0


class CoalesceCondition(Enumeration, prefix="NL80211_COALESCE_CONDITION_"):
    """Whether packets wait that match, or those that do not."""

    MATCH = 0
    NO_MATCH = 1


class Preamble(Enumeration, prefix="NL80211_PREAMBLE_"):
    """How a frame begins."""

    LEGACY = 0
    HT = 1
    VHT = 2
    DMG = 3
    HE = 4


class PmsrStatus(Enumeration, prefix="NL80211_PMSR_STATUS_"):
    """What became of a measurement."""

    SUCCESS = 0
    REFUSED = 1
    TIMEOUT = 2
    FAILURE = 3


class PmsrType(Enumeration, prefix="NL80211_PMSR_TYPE_"):
    """What is measured."""

    INVALID = 0
    FTM = 1


class FtmFailure(Enumeration, prefix="NL80211_PMSR_FTM_FAILURE_"):
    """Why a distance could not be measured."""

    UNSPECIFIED = 0
    NO_RESPONSE = 1
    REJECTED = 2
    WRONG_CHANNEL = 3
    PEER_NOT_CAPABLE = 4
    INVALID_TIMESTAMP = 5
    PEER_BUSY = 6
    BAD_CHANGED_PARAMS = 7


class FtmRequestType(Enumeration, prefix="NL80211_PMSR_FTM_REQ_TYPE_"):
    """What a measurement is for."""

    INFRA = 0
    PD = 1


class TidConfig(Enumeration, prefix="NL80211_TID_CONFIG_"):
    """Whether something is on for a traffic identifier."""

    ENABLE = 0
    DISABLE = 1


class NanFunction(Enumeration, prefix="NL80211_NAN_FUNC_"):
    """What a function is."""

    __omitted__: ClassVar[dict[str, str]] = {"NL80211_NAN_FUNC_S*": "how long something may be"}

    PUBLISH = 0
    SUBSCRIBE = 1
    FOLLOW_UP = 2


class NanEnd(Enumeration, prefix="NL80211_NAN_FUNC_TERM_REASON_"):
    """Why a function ended."""

    USER_REQUEST = 0
    TTL_EXPIRED = 1
    ERROR = 2


class NanPublish(FlagSet, prefix="NL80211_NAN_"):
    """How a function is published."""

    __omitted__: ClassVar[dict[str, str]] = {"NL80211_NAN_SCHED_NOT_AVAIL_SLOT": "stands in a schedule"}

    SOLICITED_PUBLISH = 1
    UNSOLICITED_PUBLISH = 2
