"""Attributes of what a radio is and can do. Source: linux/nl80211.h."""

from __future__ import annotations

from netlynx.schema import Constants


class NL80211_BAND_ATTR(Constants):
    """Attributes of a band."""

    FREQS = 1
    RATES = 2
    HT_MCS_SET = 3
    HT_CAPA = 4
    HT_AMPDU_FACTOR = 5
    HT_AMPDU_DENSITY = 6
    VHT_MCS_SET = 7
    VHT_CAPA = 8
    IFTYPE_DATA = 9
    EDMG_CHANNELS = 10
    EDMG_BW_CONFIG = 11
    S1G_MCS_NSS_SET = 12
    S1G_CAPA = 13


class NL80211_BAND_IFTYPE_ATTR(Constants):
    """Attributes of what a band can do for some types of interfaces."""

    IFTYPES = 1
    HE_CAP_MAC = 2
    HE_CAP_PHY = 3
    HE_CAP_MCS_SET = 4
    HE_CAP_PPE = 5
    HE_6GHZ_CAPA = 6
    VENDOR_ELEMS = 7
    EHT_CAP_MAC = 8
    EHT_CAP_PHY = 9
    EHT_CAP_MCS_SET = 10
    EHT_CAP_PPE = 11
    UHR_CAP_MAC = 12
    UHR_CAP_PHY = 13


class NL80211_BITRATE_ATTR(Constants, renamed={"X2GHZ_SHORTPREAMBLE": "NL80211_BITRATE_ATTR_2GHZ_SHORTPREAMBLE"}):
    """Attributes of a rate."""

    RATE = 1
    X2GHZ_SHORTPREAMBLE = 2


class NL80211_FREQUENCY_ATTR(
    Constants,
    renamed={
        "NO_IBSS": "__NL80211_FREQUENCY_ATTR_NO_IBSS",
        "X1MHZ": "NL80211_FREQUENCY_ATTR_1MHZ",
        "X2MHZ": "NL80211_FREQUENCY_ATTR_2MHZ",
        "X4MHZ": "NL80211_FREQUENCY_ATTR_4MHZ",
        "X8MHZ": "NL80211_FREQUENCY_ATTR_8MHZ",
        "X16MHZ": "NL80211_FREQUENCY_ATTR_16MHZ",
    },
):
    """Attributes of a channel."""

    FREQ = 1
    DISABLED = 2
    NO_IR = 3
    NO_IBSS = 4
    RADAR = 5
    MAX_TX_POWER = 6
    DFS_STATE = 7
    DFS_TIME = 8
    NO_HT40_MINUS = 9
    NO_HT40_PLUS = 10
    NO_80MHZ = 11
    NO_160MHZ = 12
    DFS_CAC_TIME = 13
    INDOOR_ONLY = 14
    IR_CONCURRENT = 15
    NO_20MHZ = 16
    NO_10MHZ = 17
    WMM = 18
    NO_HE = 19
    OFFSET = 20
    X1MHZ = 21
    X2MHZ = 22
    X4MHZ = 23
    X8MHZ = 24
    X16MHZ = 25
    NO_320MHZ = 26
    NO_EHT = 27
    PSD = 28
    DFS_CONCURRENT = 29
    NO_6GHZ_VLP_CLIENT = 30
    NO_6GHZ_AFC_CLIENT = 31
    CAN_MONITOR = 32
    ALLOW_6GHZ_VLP_AP = 33
    ALLOW_20MHZ_ACTIVITY = 34
    NO_4MHZ = 35
    NO_8MHZ = 36
    NO_16MHZ = 37
    S1G_NO_PRIMARY = 38
    NO_UHR = 39
    CAC_START_TIME = 40
    PAD = 41


class NL80211_WMMR(Constants):
    """Attributes of the limits that a regulator sets for an access category."""

    CW_MIN = 1
    CW_MAX = 2
    AIFSN = 3
    TXOP = 4


class NL80211_IFACE_LIMIT(Constants):
    """Attributes of how many interfaces of some types there can be."""

    UNSPEC = 0
    MAX = 1
    TYPES = 2


class NL80211_IFACE_COMB(Constants):
    """Attributes of a combination of interfaces."""

    UNSPEC = 0
    LIMITS = 1
    MAXNUM = 2
    STA_AP_BI_MATCH = 3
    NUM_CHANNELS = 4
    RADAR_DETECT_WIDTHS = 5
    RADAR_DETECT_REGIONS = 6
    BI_MIN_GCD = 7


class NL80211_IFTYPE_AKM_ATTR(Constants):
    """Attributes of the key management that some types of interfaces can do."""

    IFTYPES = 1
    SUITES = 2


class NL80211_WIPHY_RADIO_ATTR(Constants):
    """Attributes of one of several radios of a wiphy."""

    INDEX = 1
    FREQ_RANGE = 2
    INTERFACE_COMBINATION = 3
    ANTENNA_MASK = 4
    RTS_THRESHOLD = 5


class NL80211_WIPHY_RADIO_FREQ_ATTR(Constants):
    """Attributes of a range of frequencies of one radio."""

    START = 1
    END = 2


class NL80211_SAR_ATTR(Constants):
    """Attributes of limits of the absorption rate."""

    TYPE = 1
    SPECS = 2


class NL80211_SAR_ATTR_SPECS(Constants):
    """Attributes of one such limit."""

    POWER = 1
    RANGE_INDEX = 2
    START_FREQ = 3
    END_FREQ = 4


class NL80211_TXQ_ATTR(Constants):
    """Attributes of the parameters of an access category."""

    AC = 1
    QUEUE = 1
    TXOP = 2
    CWMIN = 3
    CWMAX = 4
    AIFS = 5


class NL80211_TXRATE(Constants):
    """Attributes of the rates that may be used in a band."""

    LEGACY = 1
    HT = 2
    VHT = 3
    GI = 4
    HE = 5
    HE_GI = 6
    HE_LTF = 7
    EHT = 8
    EHT_GI = 9
    EHT_LTF = 10


class NL80211_MBSSID_CONFIG_ATTR(Constants):
    """Attributes of how several networks share one beacon."""

    MAX_INTERFACES = 1
    MAX_EMA_PROFILE_PERIODICITY = 2
    INDEX = 3
    TX_IFINDEX = 4
    EMA = 5
    TX_LINK_ID = 6
