"""How stations connect, and with which keys. Source: linux/nl80211.h."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Enumeration, FlagSet


class AuthType(Enumeration, prefix="NL80211_AUTHTYPE_"):
    """How a station authenticates."""

    OPEN_SYSTEM = 0
    SHARED_KEY = 1
    FT = 2
    NETWORK_EAP = 3
    SAE = 4
    FILS_SK = 5
    FILS_SK_PFS = 6
    FILS_PK = 7
    EPPKE = 8
    IEEE8021X = 9
    AUTOMATIC = 10


class KeyType(Enumeration, prefix="NL80211_KEYTYPE_"):
    """Whom a key is for."""

    GROUP = 0
    PAIRWISE = 1
    PEERKEY = 2


class KeyMode(Enumeration, prefix="NL80211_KEY_"):
    """When a key is used."""

    RX_TX = 0
    NO_TX = 1
    SET_TX = 2


class Mfp(Enumeration, prefix="NL80211_MFP_"):
    """Whether management frames are protected."""

    NO = 0
    REQUIRED = 1
    OPTIONAL = 2


class WpaVersions(
    FlagSet,
    prefix="NL80211_WPA_VERSION_",
    renamed={"WPA_1": "NL80211_WPA_VERSION_1", "WPA_2": "NL80211_WPA_VERSION_2", "WPA_3": "NL80211_WPA_VERSION_3"},
    labels={"WPA_1": "wpa1", "WPA_2": "wpa2", "WPA_3": "wpa3"},
):
    """Versions of WPA."""

    WPA_1 = 1
    WPA_2 = 2
    WPA_3 = 4


class SaePwe(Enumeration, prefix="NL80211_SAE_PWE_"):
    """How a password becomes a point of a curve."""

    UNSPECIFIED = 0
    HUNT_AND_PECK = 1
    HASH_TO_ELEMENT = 2
    BOTH = 3


class TimeoutReason(Enumeration, prefix="NL80211_TIMEOUT_"):
    """What it was that took too long."""

    UNSPECIFIED = 0
    SCAN = 1
    AUTH = 2
    ASSOC = 3


class ConnectFailure(Enumeration, prefix="NL80211_CONN_FAIL_"):
    """Why an access point takes no station in."""

    MAX_CLIENTS = 0
    BLOCKED_CLIENT = 1


class ExternalAuth(Enumeration, prefix="NL80211_EXTERNAL_AUTH_"):
    """What a program that authenticates in place of the kernel is to do."""

    START = 0
    ABORT = 1


class TdlsOperation(Enumeration, prefix="NL80211_TDLS_"):
    """What happens on a direct link."""

    DISCOVERY_REQ = 0
    SETUP = 1
    TEARDOWN = 2
    ENABLE_LINK = 3
    DISABLE_LINK = 4


class TdlsPeer(FlagSet, prefix="NL80211_TDLS_PEER_"):
    """What a peer of a direct link can do."""

    HT = 1
    VHT = 2
    WMM = 4
    HE = 8


class CriticalProtocol(Enumeration, prefix="NL80211_CRIT_PROTO_"):
    """Protocols that are not to be disturbed."""

    __omitted__: ClassVar[dict[str, str]] = {"NL80211_CRIT_PROTO_MAX_DURATION": "milliseconds, and no protocol"}

    UNSPEC = 0
    DHCP = 1
    EAPOL = 2
    APIPA = 3


class CqmEvent(Enumeration, prefix="NL80211_CQM_RSSI_"):
    """What became of the signal."""

    THRESHOLD_EVENT_LOW = 0
    THRESHOLD_EVENT_HIGH = 1
    BEACON_LOSS_EVENT = 2


class ApSettings(FlagSet, prefix="NL80211_AP_SETTINGS_"):
    """What a program does for an access point."""

    EXTERNAL_AUTH_SUPPORT = 1
    SA_QUERY_OFFLOAD_SUPPORT = 2


class AclPolicy(Enumeration, prefix="NL80211_ACL_POLICY_"):
    """Whom an access point takes in."""

    ACCEPT_UNLESS_LISTED = 0
    DENY_UNLESS_LISTED = 1


class HiddenSsid(Enumeration, prefix="NL80211_HIDDEN_SSID_"):
    """How a network hides its name."""

    NOT_IN_USE = 0
    ZERO_LEN = 1
    ZERO_CONTENTS = 2
