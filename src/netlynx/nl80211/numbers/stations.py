"""Attributes of what is told of stations, of channels and of paths through a mesh. Source: linux/nl80211.h."""

from __future__ import annotations

from netlynx.schema import Constants


class NL80211_STA_INFO(Constants):
    """Attributes of what is known of a station."""

    INACTIVE_TIME = 1
    RX_BYTES = 2
    TX_BYTES = 3
    LLID = 4
    PLID = 5
    PLINK_STATE = 6
    SIGNAL = 7
    TX_BITRATE = 8
    RX_PACKETS = 9
    TX_PACKETS = 10
    TX_RETRIES = 11
    TX_FAILED = 12
    SIGNAL_AVG = 13
    RX_BITRATE = 14
    BSS_PARAM = 15
    CONNECTED_TIME = 16
    STA_FLAGS = 17
    BEACON_LOSS = 18
    T_OFFSET = 19
    LOCAL_PM = 20
    PEER_PM = 21
    NONPEER_PM = 22
    RX_BYTES64 = 23
    TX_BYTES64 = 24
    CHAIN_SIGNAL = 25
    CHAIN_SIGNAL_AVG = 26
    EXPECTED_THROUGHPUT = 27
    RX_DROP_MISC = 28
    BEACON_RX = 29
    BEACON_SIGNAL_AVG = 30
    TID_STATS = 31
    RX_DURATION = 32
    PAD = 33
    ACK_SIGNAL = 34
    ACK_SIGNAL_AVG = 35
    RX_MPDUS = 36
    FCS_ERROR_COUNT = 37
    CONNECTED_TO_GATE = 38
    TX_DURATION = 39
    AIRTIME_WEIGHT = 40
    AIRTIME_LINK_METRIC = 41
    ASSOC_AT_BOOTTIME = 42
    CONNECTED_TO_AS = 43


class NL80211_TID_STATS(Constants):
    """Attributes of what is counted of one traffic identifier."""

    RX_MSDU = 1
    TX_MSDU = 2
    TX_MSDU_RETRIES = 3
    TX_MSDU_FAILED = 4
    PAD = 5
    TXQ_STATS = 6


class NL80211_TXQ_STATS(Constants):
    """Attributes of what is counted of queues."""

    BACKLOG_BYTES = 1
    BACKLOG_PACKETS = 2
    FLOWS = 3
    DROPS = 4
    ECN_MARKS = 5
    OVERLIMIT = 6
    OVERMEMORY = 7
    COLLISIONS = 8
    TX_BYTES = 9
    TX_PACKETS = 10
    MAX_FLOWS = 11


class NL80211_RATE_INFO(
    Constants,
    renamed={
        "X40_MHZ_WIDTH": "NL80211_RATE_INFO_40_MHZ_WIDTH",
        "X80_MHZ_WIDTH": "NL80211_RATE_INFO_80_MHZ_WIDTH",
        "X80P80_MHZ_WIDTH": "NL80211_RATE_INFO_80P80_MHZ_WIDTH",
        "X160_MHZ_WIDTH": "NL80211_RATE_INFO_160_MHZ_WIDTH",
        "X10_MHZ_WIDTH": "NL80211_RATE_INFO_10_MHZ_WIDTH",
        "X5_MHZ_WIDTH": "NL80211_RATE_INFO_5_MHZ_WIDTH",
        "X320_MHZ_WIDTH": "NL80211_RATE_INFO_320_MHZ_WIDTH",
        "X1_MHZ_WIDTH": "NL80211_RATE_INFO_1_MHZ_WIDTH",
        "X2_MHZ_WIDTH": "NL80211_RATE_INFO_2_MHZ_WIDTH",
        "X4_MHZ_WIDTH": "NL80211_RATE_INFO_4_MHZ_WIDTH",
        "X8_MHZ_WIDTH": "NL80211_RATE_INFO_8_MHZ_WIDTH",
        "X16_MHZ_WIDTH": "NL80211_RATE_INFO_16_MHZ_WIDTH",
    },
):
    """Attributes of the rate of a frame."""

    BITRATE = 1
    MCS = 2
    X40_MHZ_WIDTH = 3
    SHORT_GI = 4
    BITRATE32 = 5
    VHT_MCS = 6
    VHT_NSS = 7
    X80_MHZ_WIDTH = 8
    X80P80_MHZ_WIDTH = 9
    X160_MHZ_WIDTH = 10
    X10_MHZ_WIDTH = 11
    X5_MHZ_WIDTH = 12
    HE_MCS = 13
    HE_NSS = 14
    HE_GI = 15
    HE_DCM = 16
    HE_RU_ALLOC = 17
    X320_MHZ_WIDTH = 18
    EHT_MCS = 19
    EHT_NSS = 20
    EHT_GI = 21
    EHT_RU_ALLOC = 22
    S1G_MCS = 23
    S1G_NSS = 24
    X1_MHZ_WIDTH = 25
    X2_MHZ_WIDTH = 26
    X4_MHZ_WIDTH = 27
    X8_MHZ_WIDTH = 28
    X16_MHZ_WIDTH = 29
    UHR_MCS = 30
    UHR_ELR = 31
    UHR_IM = 32


class NL80211_STA_BSS_PARAM(Constants):
    """Attributes of what a station was told of its network."""

    CTS_PROT = 1
    SHORT_PREAMBLE = 2
    SHORT_SLOT_TIME = 3
    DTIM_PERIOD = 4
    BEACON_INTERVAL = 5


class NL80211_STA_WME(Constants):
    """Attributes of how a station saves power."""

    UAPSD_QUEUES = 1
    MAX_SP = 2


class NL80211_STA_FLAG(Constants):
    """Attributes of what is on at a station, as requests had them first."""

    AUTHORIZED = 1
    SHORT_PREAMBLE = 2
    WME = 3
    MFP = 4
    AUTHENTICATED = 5
    TDLS_PEER = 6
    ASSOCIATED = 7
    SPP_AMSDU = 8


class NL80211_SURVEY_INFO(Constants):
    """Attributes of what was measured on a channel."""

    FREQUENCY = 1
    NOISE = 2
    IN_USE = 3
    TIME = 4
    TIME_BUSY = 5
    TIME_EXT_BUSY = 6
    TIME_RX = 7
    TIME_TX = 8
    TIME_SCAN = 9
    PAD = 10
    TIME_BSS_RX = 11
    FREQUENCY_OFFSET = 12


class NL80211_MPATH_INFO(Constants):
    """Attributes of a path through a mesh."""

    FRAME_QLEN = 1
    SN = 2
    METRIC = 3
    EXPTIME = 4
    FLAGS = 5
    DISCOVERY_TIMEOUT = 6
    DISCOVERY_RETRIES = 7
    HOP_COUNT = 8
    PATH_CHANGE = 9


class NL80211_KEY(Constants):
    """Attributes of a key."""

    DATA = 1
    IDX = 2
    CIPHER = 3
    SEQ = 4
    DEFAULT = 5
    DEFAULT_MGMT = 6
    TYPE = 7
    DEFAULT_TYPES = 8
    MODE = 9
    DEFAULT_BEACON = 10
    LTF_SEED = 11


class NL80211_KEY_DEFAULT_TYPE(Constants):
    """Attributes of what a key is the default for."""

    UNICAST = 1
    MULTICAST = 2


class NL80211_REKEY_DATA(Constants):
    """Attributes of what a device needs to renew keys by itself."""

    KEK = 1
    KCK = 2
    REPLAY_CTR = 3
    AKM = 4


class NL80211_PMKSA_CANDIDATE(Constants):
    """Attributes of an access point that keys could be agreed on with beforehand."""

    INDEX = 1
    BSSID = 2
    PREAUTH = 3
