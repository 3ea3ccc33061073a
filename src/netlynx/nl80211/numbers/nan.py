"""Attributes of neighbour awareness networking. Source: linux/nl80211.h."""

from __future__ import annotations

from netlynx.schema import Constants


class NL80211_NAN_FUNC(Constants):
    """Attributes of a function: what is published or looked for."""

    TYPE = 1
    SERVICE_ID = 2
    PUBLISH_TYPE = 3
    PUBLISH_BCAST = 4
    SUBSCRIBE_ACTIVE = 5
    FOLLOW_UP_ID = 6
    FOLLOW_UP_REQ_ID = 7
    FOLLOW_UP_DEST = 8
    CLOSE_RANGE = 9
    TTL = 10
    SERVICE_INFO = 11
    SRF = 12
    RX_MATCH_FILTER = 13
    TX_MATCH_FILTER = 14
    INSTANCE_ID = 15
    TERM_REASON = 16


class NL80211_NAN_SRF(Constants):
    """Attributes of who may answer."""

    INCLUDE = 1
    BF = 2
    BF_IDX = 3
    MAC_ADDRS = 4


class NL80211_NAN_MATCH(Constants):
    """Attributes of what was found."""

    FUNC_LOCAL = 1
    FUNC_PEER = 2


class NL80211_NAN_CONF(Constants):
    """Attributes of how it works."""

    CLUSTER_ID = 1
    EXTRA_ATTRS = 2
    VENDOR_ELEMS = 3
    BAND_CONFIGS = 4
    SCAN_PERIOD = 5
    SCAN_DWELL_TIME = 6
    DISCOVERY_BEACON_INTERVAL = 7
    NOTIFY_DW = 8


class NL80211_NAN_BAND_CONF(Constants):
    """Attributes of how it works in a band."""

    BAND = 1
    FREQ = 2
    RSSI_CLOSE = 3
    RSSI_MIDDLE = 4
    WAKE_DW = 5
    DISABLE_SCAN = 6


class NL80211_NAN_CAPA(Constants):
    """Attributes of what a device can do of it."""

    CONFIGURABLE_SYNC = 1
    USERSPACE_DE = 2
    OP_MODE = 3
    NUM_ANTENNAS = 4
    MAX_CHANNEL_SWITCH_TIME = 5
    CAPABILITIES = 6
    PHY = 7


class NL80211_NAN_PHY_CAP_ATTR(Constants):
    """Attributes of what its radio can do."""

    HT_MCS_SET = 1
    HT_CAPA = 2
    HT_AMPDU_FACTOR = 3
    HT_AMPDU_DENSITY = 4
    VHT_MCS_SET = 5
    VHT_CAPA = 6
    HE_MAC = 7
    HE_PHY = 8
    HE_MCS_SET = 9
    HE_PPE = 10


class NL80211_NAN_PEER_MAP_ATTR(Constants):
    """Attributes of when a peer is where."""

    MAP_ID = 1
    TIME_SLOTS = 2
