"""Attributes of how distances to others are measured. Source: linux/nl80211.h."""

from __future__ import annotations

from netlynx.schema import Constants


class NL80211_PMSR_ATTR(Constants):
    """Attributes of measurements."""

    MAX_PEERS = 1
    REPORT_AP_TSF = 2
    RANDOMIZE_MAC_ADDR = 3
    TYPE_CAPA = 4
    PEERS = 5
    MAX_PEER_ISTA_ROLE = 6
    MAX_PEER_RSTA_ROLE = 7


class NL80211_PMSR_PEER_ATTR(Constants):
    """Attributes of whom is measured with."""

    ADDR = 1
    CHAN = 2
    REQ = 3
    RESP = 4
    REQ_TYPE = 5


class NL80211_PMSR_REQ_ATTR(Constants):
    """Attributes of a request."""

    DATA = 1
    GET_AP_TSF = 2


class NL80211_PMSR_RESP_ATTR(Constants):
    """Attributes of a result."""

    DATA = 1
    STATUS = 2
    HOST_TIME = 3
    AP_TSF = 4
    FINAL = 5
    PAD = 6


class NL80211_PMSR_FTM_TYPE_CAPA_ATTR(Constants):
    """Attributes of what kinds of measurements of time there can be."""

    INFRA_SUPPORT = 1
    PD_SUPPORT = 2


class NL80211_PMSR_FTM_CAPA_ATTR(Constants, renamed={"X6GHZ_SUPPORT": "NL80211_PMSR_FTM_CAPA_ATTR_6GHZ_SUPPORT"}):
    """Attributes of what a device can do of them."""

    ASAP = 1
    NON_ASAP = 2
    REQ_LCI = 3
    REQ_CIVICLOC = 4
    PREAMBLES = 5
    BANDWIDTHS = 6
    MAX_BURSTS_EXPONENT = 7
    MAX_FTMS_PER_BURST = 8
    TRIGGER_BASED = 9
    NON_TRIGGER_BASED = 10
    X6GHZ_SUPPORT = 11
    MAX_TX_LTF_REP = 12
    MAX_RX_LTF_REP = 13
    MAX_TX_STS = 14
    MAX_RX_STS = 15
    MAX_TOTAL_LTF_TX = 16
    MAX_TOTAL_LTF_RX = 17
    RSTA_SUPPORT = 18
    ISTA_CAPS = 19
    RSTA_CAPS = 20
    SUPPORT_NTB = 21
    SUPPORT_TB = 22
    SUPPORT_EDCA = 23
    TYPE_CAPS = 24
    CONCURRENT_ISTA_RSTA_SUPPORT = 25
    MAX_NUM_TX_ANTENNAS = 26
    MAX_NUM_RX_ANTENNAS = 27
    MIN_INTERVAL_EDCA = 28
    MIN_INTERVAL_NTB = 29
    PD_PREAMBLES = 30
    PD_BANDWIDTHS = 31


class NL80211_PMSR_FTM_REQ_ATTR(Constants):
    """Attributes of what is asked for."""

    ASAP = 1
    PREAMBLE = 2
    NUM_BURSTS_EXP = 3
    BURST_PERIOD = 4
    BURST_DURATION = 5
    FTMS_PER_BURST = 6
    NUM_FTMR_RETRIES = 7
    REQUEST_LCI = 8
    REQUEST_CIVICLOC = 9
    TRIGGER_BASED = 10
    NON_TRIGGER_BASED = 11
    LMR_FEEDBACK = 12
    BSS_COLOR = 13
    RSTA = 14
    MIN_TIME_BETWEEN_MEASUREMENTS = 15
    MAX_TIME_BETWEEN_MEASUREMENTS = 16
    NOMINAL_TIME = 17
    AW_DURATION = 18
    NUM_MEASUREMENTS = 19
    PAD = 20
    INGRESS = 21
    EGRESS = 22
    PD_SUPPRESS_RESULTS = 23


class NL80211_PMSR_FTM_RESP_ATTR(Constants):
    """Attributes of what was measured."""

    FAIL_REASON = 1
    BURST_INDEX = 2
    NUM_FTMR_ATTEMPTS = 3
    NUM_FTMR_SUCCESSES = 4
    BUSY_RETRY_TIME = 5
    NUM_BURSTS_EXP = 6
    BURST_DURATION = 7
    FTMS_PER_BURST = 8
    RSSI_AVG = 9
    RSSI_SPREAD = 10
    TX_RATE = 11
    RX_RATE = 12
    RTT_AVG = 13
    RTT_VARIANCE = 14
    RTT_SPREAD = 15
    DIST_AVG = 16
    DIST_VARIANCE = 17
    DIST_SPREAD = 18
    LCI = 19
    CIVICLOC = 20
    PAD = 21
    BURST_PERIOD = 22
    TX_LTF_REPETITION_COUNT = 23
    RX_LTF_REPETITION_COUNT = 24
    MAX_TIME_BETWEEN_MEASUREMENTS = 25
    MIN_TIME_BETWEEN_MEASUREMENTS = 26
    NUM_TX_SPATIAL_STREAMS = 27
    NUM_RX_SPATIAL_STREAMS = 28
    NOMINAL_TIME = 29
    AVAILABILITY_WINDOW = 30
    CHANNEL_WIDTH = 31
    PREAMBLE = 32
    IS_DELAYED_LMR = 33
