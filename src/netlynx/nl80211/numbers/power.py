"""Attributes of sleeping, of what wakes a host, and of what is told of a connection. Source: linux/nl80211.h."""

from __future__ import annotations

from netlynx.schema import Constants


class NL80211_ATTR_CQM(Constants):
    """Attributes of how good a connection is."""

    RSSI_THOLD = 1
    RSSI_HYST = 2
    RSSI_THRESHOLD_EVENT = 3
    PKT_LOSS_EVENT = 4
    TXE_RATE = 5
    TXE_PKTS = 6
    TXE_INTVL = 7
    BEACON_LOSS_EVENT = 8
    RSSI_LEVEL = 9


class NL80211_ATTR_COALESCE_RULE(Constants):
    """Attributes of which packets may wait for others."""

    DELAY = 1
    CONDITION = 2
    PKT_PATTERN = 3


class NL80211_PKTPAT(Constants):
    """Attributes of a pattern that packets are compared with."""

    MASK = 1
    PATTERN = 2
    OFFSET = 3


class NL80211_WOWLAN_TRIG(Constants, renamed={"X4WAY_HANDSHAKE": "NL80211_WOWLAN_TRIG_4WAY_HANDSHAKE"}):
    """Attributes of what wakes a host."""

    ANY = 1
    DISCONNECT = 2
    MAGIC_PKT = 3
    PKT_PATTERN = 4
    GTK_REKEY_SUPPORTED = 5
    GTK_REKEY_FAILURE = 6
    EAP_IDENT_REQUEST = 7
    X4WAY_HANDSHAKE = 8
    RFKILL_RELEASE = 9
    WAKEUP_PKT_80211 = 10
    WAKEUP_PKT_80211_LEN = 11
    WAKEUP_PKT_8023 = 12
    WAKEUP_PKT_8023_LEN = 13
    TCP_CONNECTION = 14
    WAKEUP_TCP_MATCH = 15
    WAKEUP_TCP_CONNLOST = 16
    WAKEUP_TCP_NOMORETOKENS = 17
    NET_DETECT = 18
    NET_DETECT_RESULTS = 19
    UNPROTECTED_DEAUTH_DISASSOC = 20


class NL80211_WOWLAN_TCP(Constants):
    """Attributes of a connection that is kept while a host sleeps."""

    SRC_IPV4 = 1
    DST_IPV4 = 2
    DST_MAC = 3
    SRC_PORT = 4
    DST_PORT = 5
    DATA_PAYLOAD = 6
    DATA_PAYLOAD_SEQ = 7
    DATA_PAYLOAD_TOKEN = 8
    DATA_INTERVAL = 9
    WAKE_PAYLOAD = 10
    WAKE_MASK = 11


class NL80211_TID_CONFIG_ATTR(Constants):
    """Attributes of how frames of some traffic identifiers are sent."""

    PAD = 1
    VIF_SUPP = 2
    PEER_SUPP = 3
    OVERRIDE = 4
    TIDS = 5
    NOACK = 6
    RETRY_SHORT = 7
    RETRY_LONG = 8
    AMPDU_CTRL = 9
    RTSCTS_CTRL = 10
    AMSDU_CTRL = 11
    TX_RATE_TYPE = 12
    TX_RATE = 13
