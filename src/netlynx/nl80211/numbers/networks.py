"""Attributes of networks: found, regulated, of a mesh, and how they are run. Source: linux/nl80211.h."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants


class NL80211_BSS(Constants):
    """Attributes of a network that was found."""

    BSSID = 1
    FREQUENCY = 2
    TSF = 3
    BEACON_INTERVAL = 4
    CAPABILITY = 5
    INFORMATION_ELEMENTS = 6
    SIGNAL_MBM = 7
    SIGNAL_UNSPEC = 8
    STATUS = 9
    SEEN_MS_AGO = 10
    BEACON_IES = 11
    CHAN_WIDTH = 12
    BEACON_TSF = 13
    PRESP_DATA = 14
    LAST_SEEN_BOOTTIME = 15
    PAD = 16
    PARENT_TSF = 17
    PARENT_BSSID = 18
    CHAIN_SIGNAL = 19
    FREQUENCY_OFFSET = 20
    MLO_LINK_ID = 21
    MLD_ADDR = 22
    USE_FOR = 23
    CANNOT_USE_REASONS = 24


class NL80211_REG_RULE_ATTR(Constants, prefix="NL80211_ATTR_"):
    """Attributes of a regulatory rule."""

    __omitted__: ClassVar[dict[str, str]] = {"NL80211_ATTR_*": "of messages: numbers/attributes.py"}

    REG_RULE_FLAGS = 1
    FREQ_RANGE_START = 2
    FREQ_RANGE_END = 3
    FREQ_RANGE_MAX_BW = 4
    POWER_RULE_MAX_ANT_GAIN = 5
    POWER_RULE_MAX_EIRP = 6
    DFS_CAC_TIME = 7
    POWER_RULE_PSD = 8


class NL80211_BSS_SELECT_ATTR(Constants):
    """Attributes of how one of several networks is chosen."""

    RSSI = 1
    BAND_PREF = 2
    RSSI_ADJUST = 3


class NL80211_SCHED_SCAN_MATCH_ATTR(Constants):
    """Attributes of what a repeated scan looks for."""

    SSID = 1
    RSSI = 2
    RELATIVE_RSSI = 3
    RSSI_ADJUST = 4
    BSSID = 5


class NL80211_SCHED_SCAN_PLAN(Constants):
    """Attributes of how often a scan is repeated."""

    INTERVAL = 1
    ITERATIONS = 2


class NL80211_MESHCONF(Constants):
    """Attributes of how a mesh works."""

    RETRY_TIMEOUT = 1
    CONFIRM_TIMEOUT = 2
    HOLDING_TIMEOUT = 3
    MAX_PEER_LINKS = 4
    MAX_RETRIES = 5
    TTL = 6
    AUTO_OPEN_PLINKS = 7
    HWMP_MAX_PREQ_RETRIES = 8
    PATH_REFRESH_TIME = 9
    MIN_DISCOVERY_TIMEOUT = 10
    HWMP_ACTIVE_PATH_TIMEOUT = 11
    HWMP_PREQ_MIN_INTERVAL = 12
    HWMP_NET_DIAM_TRVS_TIME = 13
    HWMP_ROOTMODE = 14
    ELEMENT_TTL = 15
    HWMP_RANN_INTERVAL = 16
    GATE_ANNOUNCEMENTS = 17
    HWMP_PERR_MIN_INTERVAL = 18
    FORWARDING = 19
    RSSI_THRESHOLD = 20
    SYNC_OFFSET_MAX_NEIGHBOR = 21
    HT_OPMODE = 22
    HWMP_PATH_TO_ROOT_TIMEOUT = 23
    HWMP_ROOT_INTERVAL = 24
    HWMP_CONFIRMATION_INTERVAL = 25
    POWER_MODE = 26
    AWAKE_WINDOW = 27
    PLINK_TIMEOUT = 28
    CONNECTED_TO_GATE = 29
    NOLEARN = 30
    CONNECTED_TO_AS = 31


class NL80211_MESH_SETUP(Constants):
    """Attributes of how a mesh is joined."""

    ENABLE_VENDOR_PATH_SEL = 1
    ENABLE_VENDOR_METRIC = 2
    IE = 3
    USERSPACE_AUTH = 4
    USERSPACE_AMPE = 5
    ENABLE_VENDOR_SYNC = 6
    USERSPACE_MPM = 7
    AUTH_PROTOCOL = 8


class NL80211_HE_OBSS_PD_ATTR(Constants):
    """Attributes of how quiet a channel has to be (HE)."""

    MIN_OFFSET = 1
    MAX_OFFSET = 2
    NON_SRG_MAX_OFFSET = 3
    BSS_COLOR_BITMAP = 4
    PARTIAL_BSSID_BITMAP = 5
    SR_CTRL = 6


class NL80211_HE_BSS_COLOR_ATTR(Constants):
    """Attributes of the colour of a network (HE)."""

    COLOR = 1
    DISABLED = 2
    PARTIAL = 3


class NL80211_FTM_RESP_ATTR(Constants):
    """Attributes of a responder that others measure their distance to."""

    ENABLED = 1
    LCI = 2
    CIVICLOC = 3


class NL80211_FTM_STATS(Constants):
    """Attributes of what such a responder counted."""

    SUCCESS_NUM = 1
    PARTIAL_NUM = 2
    FAILED_NUM = 3
    ASAP_NUM = 4
    NON_ASAP_NUM = 5
    TOTAL_DURATION_MSEC = 6
    UNKNOWN_TRIGGERS_NUM = 7
    RESCHEDULE_REQUESTS_NUM = 8
    OUT_OF_WINDOW_TRIGGERS_NUM = 9
    PAD = 10


class NL80211_FILS_DISCOVERY_ATTR(Constants):
    """Attributes of frames that announce a network between its beacons."""

    INT_MIN = 1
    INT_MAX = 2
    TMPL = 3


class NL80211_UNSOL_BCAST_PROBE_RESP_ATTR(Constants):
    """Attributes of probe responses that nobody asked for."""

    INT = 1
    TMPL = 2


class NL80211_S1G_SHORT_BEACON_ATTR(Constants):
    """Attributes of short beacons below 1 GHz."""

    HEAD = 1
    TAIL = 2
