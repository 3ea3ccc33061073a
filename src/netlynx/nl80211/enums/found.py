"""What is said of networks that were found, and how they are looked for. Source: linux/nl80211.h."""

from __future__ import annotations

from netlynx.schema import Enumeration, FlagSet


class BssStatus(Enumeration, prefix="NL80211_BSS_STATUS_"):
    """What an interface has to do with a network."""

    AUTHENTICATED = 0
    ASSOCIATED = 1
    IBSS_JOINED = 2


class BssWidth(
    Enumeration,
    prefix="NL80211_BSS_CHAN_WIDTH_",
    renamed={
        "MHZ_20": "NL80211_BSS_CHAN_WIDTH_20",
        "MHZ_10": "NL80211_BSS_CHAN_WIDTH_10",
        "MHZ_5": "NL80211_BSS_CHAN_WIDTH_5",
        "MHZ_1": "NL80211_BSS_CHAN_WIDTH_1",
        "MHZ_2": "NL80211_BSS_CHAN_WIDTH_2",
    },
    labels={"MHZ_20": "20", "MHZ_10": "10", "MHZ_5": "5", "MHZ_1": "1", "MHZ_2": "2"},
):
    """How wide the channel is that a network was found on, in MHz."""

    MHZ_20 = 0
    MHZ_10 = 1
    MHZ_5 = 2
    MHZ_1 = 3
    MHZ_2 = 4


class BssUse(FlagSet, prefix="NL80211_BSS_USE_FOR_"):
    """What a network can be used for."""

    NORMAL = 1
    MLD_LINK = 2


class BssUnusable(
    FlagSet,
    prefix="NL80211_BSS_CANNOT_USE_",
    renamed={"BAND_6GHZ_PWR_MISMATCH": "NL80211_BSS_CANNOT_USE_6GHZ_PWR_MISMATCH"},
    labels={"BAND_6GHZ_PWR_MISMATCH": "6ghz-pwr-mismatch"},
):
    """Why a network cannot be used."""

    NSTR_NONPRIMARY = 1
    BAND_6GHZ_PWR_MISMATCH = 2


class ScanFlags(FlagSet, prefix="NL80211_SCAN_FLAG_"):
    """How a scan is done."""

    LOW_PRIORITY = 1
    FLUSH = 2
    AP = 4
    RANDOM_ADDR = 8
    FILS_MAX_CHANNEL_TIME = 16
    ACCEPT_BCAST_PROBE_RESP = 32
    OCE_PROBE_REQ_HIGH_TX_RATE = 64
    OCE_PROBE_REQ_DEFERRAL_SUPPRESSION = 128
    LOW_SPAN = 0x100
    LOW_POWER = 0x200
    HIGH_ACCURACY = 0x400
    RANDOM_SN = 0x800
    MIN_PREQ_CONTENT = 0x1000
    FREQ_KHZ = 0x2000
    COLOCATED_6GHZ = 0x4000
