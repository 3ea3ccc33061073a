"""What interfaces are, and how they use channels. Source: linux/nl80211.h."""

from __future__ import annotations

from netlynx.schema import Enumeration


class InterfaceType(Enumeration, prefix="NL80211_IFTYPE_", labels={"ADHOC": "ibss", "STATION": "managed"}):
    """What an interface is."""

    UNSPECIFIED = 0
    ADHOC = 1
    STATION = 2
    AP = 3
    AP_VLAN = 4
    WDS = 5
    MONITOR = 6
    MESH_POINT = 7
    P2P_CLIENT = 8
    P2P_GO = 9
    P2P_DEVICE = 10
    OCB = 11
    NAN = 12
    NAN_DATA = 13
    PD = 14


class ChannelType(Enumeration, prefix="NL80211_CHAN_"):
    """How wide a channel is, in words from before VHT."""

    NO_HT = 0
    HT20 = 1
    HT40MINUS = 2
    HT40PLUS = 3


class ChannelWidth(
    Enumeration,
    prefix="NL80211_CHAN_WIDTH_",
    renamed={
        "MHZ_20_NOHT": "NL80211_CHAN_WIDTH_20_NOHT",
        "MHZ_20": "NL80211_CHAN_WIDTH_20",
        "MHZ_40": "NL80211_CHAN_WIDTH_40",
        "MHZ_80": "NL80211_CHAN_WIDTH_80",
        "MHZ_80P80": "NL80211_CHAN_WIDTH_80P80",
        "MHZ_160": "NL80211_CHAN_WIDTH_160",
        "MHZ_5": "NL80211_CHAN_WIDTH_5",
        "MHZ_10": "NL80211_CHAN_WIDTH_10",
        "MHZ_1": "NL80211_CHAN_WIDTH_1",
        "MHZ_2": "NL80211_CHAN_WIDTH_2",
        "MHZ_4": "NL80211_CHAN_WIDTH_4",
        "MHZ_8": "NL80211_CHAN_WIDTH_8",
        "MHZ_16": "NL80211_CHAN_WIDTH_16",
        "MHZ_320": "NL80211_CHAN_WIDTH_320",
    },
    labels={
        "MHZ_20_NOHT": "20-noht",
        "MHZ_20": "20",
        "MHZ_40": "40",
        "MHZ_80": "80",
        "MHZ_80P80": "80p80",
        "MHZ_160": "160",
        "MHZ_5": "5",
        "MHZ_10": "10",
        "MHZ_1": "1",
        "MHZ_2": "2",
        "MHZ_4": "4",
        "MHZ_8": "8",
        "MHZ_16": "16",
        "MHZ_320": "320",
    },
):
    """How wide a channel is, in MHz."""

    MHZ_20_NOHT = 0
    MHZ_20 = 1
    MHZ_40 = 2
    MHZ_80 = 3
    MHZ_80P80 = 4
    MHZ_160 = 5
    MHZ_5 = 6
    MHZ_10 = 7
    MHZ_1 = 8
    MHZ_2 = 9
    MHZ_4 = 10
    MHZ_8 = 11
    MHZ_16 = 12
    MHZ_320 = 13


class BandId(
    Enumeration,
    prefix="NL80211_BAND_",
    renamed={
        "BAND_2GHZ": "NL80211_BAND_2GHZ",
        "BAND_5GHZ": "NL80211_BAND_5GHZ",
        "BAND_60GHZ": "NL80211_BAND_60GHZ",
        "BAND_6GHZ": "NL80211_BAND_6GHZ",
    },
    labels={"BAND_2GHZ": "2ghz", "BAND_5GHZ": "5ghz", "BAND_60GHZ": "60ghz", "BAND_6GHZ": "6ghz"},
):
    """A band of frequencies, by the number that the kernel has for it."""

    BAND_2GHZ = 0
    BAND_5GHZ = 1
    BAND_60GHZ = 2
    BAND_6GHZ = 3
    S1GHZ = 4
    LC = 5


class TxPowerSetting(Enumeration, prefix="NL80211_TX_POWER_"):
    """How the power of a sender is chosen."""

    AUTOMATIC = 0
    LIMITED = 1
    FIXED = 2


class PowerSave(Enumeration, prefix="NL80211_PS_", labels={"DISABLED": "off", "ENABLED": "on"}):
    """Whether a station saves power."""

    DISABLED = 0
    ENABLED = 1


class MonitorFlag(Enumeration, prefix="NL80211_MNTR_FLAG_"):
    """What a monitor shows."""

    FCSFAIL = 1
    PLCPFAIL = 2
    CONTROL = 3
    OTHER_BSS = 4
    COOK_FRAMES = 5
    ACTIVE = 6
    SKIP_TX = 7


class SmpsMode(Enumeration, prefix="NL80211_SMPS_"):
    """How antennas save power."""

    OFF = 0
    STATIC = 1
    DYNAMIC = 2


class TxRateSetting(Enumeration, prefix="NL80211_TX_RATE_"):
    """How a rate is chosen."""

    AUTOMATIC = 0
    LIMITED = 1
    FIXED = 2


class GuardInterval(Enumeration, prefix="NL80211_TXRATE_"):
    """Which guard interval is used (HT and VHT)."""

    DEFAULT_GI = 0
    FORCE_SGI = 1
    FORCE_LGI = 2
