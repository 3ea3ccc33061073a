"""How stations connect to networks, and what is told of that.

The kernel authenticates and associates by itself (`Connect`) or step by step, as it is told (`Authenticate`,
`Associate`); what comes then, the handshake of WPA and its keys, is for a program such as wpa_supplicant. Source:
nl80211_connect, nl80211_authenticate, nl80211_associate in net/wireless/nl80211.c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import (
    Record,
    array,
    attr,
    binary,
    enum,
    flag,
    indexed,
    interface,
    nest,
    s32,
    spelt,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema import mac as hardware
from netlynx.schema.facts import Facts

from .elements.kind import element_bytes
from .enums.connecting import AuthType, ConnectFailure, CqmEvent, ExternalAuth, KeyType, Mfp, TimeoutReason, WpaVersions
from .enums.interfaces import ChannelType, ChannelWidth
from .enums.reasons import Reason, Status
from .enums.regulation import RadarEvent
from .frame_kind import frame_bytes
from .key import WepKey
from .numbers.attributes import NL80211_ATTR as _A
from .numbers.attributes import OF_OTHERS
from .numbers.power import NL80211_ATTR_CQM
from .numbers.stations import NL80211_STA_WME
from .suites import Akm, Cipher
from .units import network_name

if TYPE_CHECKING:
    from .elements.elements import Elements
    from .frame import Frame


class Connect(Record, header=GenericHeader):
    """The network that an interface is to connect to, and how. One that is open needs its `ssid` and nothing else."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    ssid: str | None = attr(_A.SSID, network_name)
    bssid: str | None = attr(_A.MAC, hardware)  # only this access point
    bssid_hint: str | None = attr(_A.MAC_HINT, hardware)
    previous: str | None = attr(_A.PREV_BSSID, hardware)
    frequency: int | None = attr(_A.WIPHY_FREQ, u32)  # MHz; only there
    frequency_hint: int | None = attr(_A.WIPHY_FREQ_HINT, u32)  # MHz
    auth_type: takes.Member[AuthType | None] = attr(_A.AUTH_TYPE, enum(AuthType, u32))
    privacy: bool = attr(_A.PRIVACY, flag)  # the network encrypts
    wpa: takes.Flags[WpaVersions | None] = attr(_A.WPA_VERSIONS, enum(WpaVersions, u32))
    pairwise: takes.MaybeSeveral[Cipher] = attr(_A.CIPHER_SUITES_PAIRWISE, array(spelt(Cipher, u32)))
    group: takes.Member[Cipher | None] = attr(_A.CIPHER_SUITE_GROUP, spelt(Cipher, u32))
    akms: takes.MaybeSeveral[Akm] = attr(_A.AKM_SUITES, array(spelt(Akm, u32)))
    mfp: takes.Member[Mfp | None] = attr(_A.USE_MFP, enum(Mfp, u32))
    elements: bytes | None = attr(_A.IE, binary(2304))  # to send with the request to associate
    keys: takes.MaybeSeveral[WepKey] = attr(_A.KEYS, indexed(nest(WepKey)), secret=True)
    pmk: bytes | None = attr(_A.PMK, binary(64), secret=True)  # for devices that do the handshake themselves
    sae_password: bytes | None = attr(_A.SAE_PASSWORD, binary(128), secret=True)
    control_port: bool = attr(_A.CONTROL_PORT, flag)  # nothing but the handshake passes until a program says so
    background_scan: int | None = attr(_A.BG_SCAN_PERIOD, u16)  # seconds between scans
    no_ht: bool = attr(_A.DISABLE_HT, flag)
    no_vht: bool = attr(_A.DISABLE_VHT, flag)
    no_he: bool = attr(_A.DISABLE_HE, flag)
    no_eht: bool = attr(_A.DISABLE_EHT, flag)
    owned: bool = attr(_A.SOCKET_OWNER, flag)  # it ends when the socket that asked for it is closed


class Disconnect(Record, header=GenericHeader):
    """Which interface leaves its network, and why."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    reason: takes.Member[Reason | None] = attr(_A.REASON_CODE, enum(Reason, u16))


class Authenticate(Record, header=GenericHeader):
    """One step of connecting: to authenticate with an access point that was found."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    bssid: str | None = attr(_A.MAC, hardware)
    ssid: str | None = attr(_A.SSID, network_name)
    frequency: int | None = attr(_A.WIPHY_FREQ, u32)  # MHz
    auth_type: takes.Member[AuthType | None] = attr(_A.AUTH_TYPE, enum(AuthType, u32))
    elements: bytes | None = attr(_A.IE, binary(2304))
    data: bytes | None = attr(_A.AUTH_DATA, binary, secret=True)  # of SAE and FILS, from the transaction number on
    local: bool = attr(_A.LOCAL_STATE_CHANGE, flag)  # nothing is sent
    link_id: int | None = attr(_A.MLO_LINK_ID, u8)
    mld: str | None = attr(_A.MLD_ADDR, hardware)


class Associate(Record, header=GenericHeader):
    """The next step: to associate with the access point."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    bssid: str | None = attr(_A.MAC, hardware)
    ssid: str | None = attr(_A.SSID, network_name)
    frequency: int | None = attr(_A.WIPHY_FREQ, u32)  # MHz
    previous: str | None = attr(_A.PREV_BSSID, hardware)  # reassociate, coming from there
    wpa: takes.Flags[WpaVersions | None] = attr(_A.WPA_VERSIONS, enum(WpaVersions, u32))
    pairwise: takes.MaybeSeveral[Cipher] = attr(_A.CIPHER_SUITES_PAIRWISE, array(spelt(Cipher, u32)))
    group: takes.Member[Cipher | None] = attr(_A.CIPHER_SUITE_GROUP, spelt(Cipher, u32))
    akms: takes.MaybeSeveral[Akm] = attr(_A.AKM_SUITES, array(spelt(Akm, u32)))
    mfp: takes.Member[Mfp | None] = attr(_A.USE_MFP, enum(Mfp, u32))
    elements: bytes | None = attr(_A.IE, binary(2304))
    control_port: bool = attr(_A.CONTROL_PORT, flag)
    no_ht: bool = attr(_A.DISABLE_HT, flag)
    no_vht: bool = attr(_A.DISABLE_VHT, flag)
    no_he: bool = attr(_A.DISABLE_HE, flag)
    no_eht: bool = attr(_A.DISABLE_EHT, flag)
    rrm: bool = attr(_A.USE_RRM, flag)


class Leave(Record, header=GenericHeader):
    """The way back: which access point, or station, is told that it is over, and why."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    mac: str | None = attr(_A.MAC, hardware)
    reason: takes.Member[Reason | None] = attr(_A.REASON_CODE, enum(Reason, u16))
    ssid: str | None = attr(_A.SSID, network_name)
    elements: bytes | None = attr(_A.IE, binary(2304))
    local: bool = attr(_A.LOCAL_STATE_CHANGE, flag)  # nothing is sent


class LinkEvent(Record, header=GenericHeader):
    """What is told of how an interface is connected: a frame that came or went, or what became of something.

    `status` is that of a request that was answered, `timed_out` says that none was; `by_peer` that the other side
    ended it. Of keys and of the frames' content, nothing is told that is secret.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=_A)
    __omitted__: ClassVar[dict[str, str]] = {**OF_OTHERS, "NL80211_STA_WME_MAX_SP": "of stations of an access point"}

    wiphy: int | None = attr(_A.WIPHY, u32)
    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    wdev: int | None = attr(_A.WDEV, u64)
    mac: str | None = attr(_A.MAC, hardware)
    ssid: str | None = attr(_A.SSID, network_name)
    status: takes.Member[Status | None] = attr(_A.STATUS_CODE, enum(Status, u16))
    reason: takes.Member[Reason | None] = attr(_A.REASON_CODE, enum(Reason, u16))
    by_peer: bool = attr(_A.DISCONNECTED_BY_AP, flag)
    timed_out: bool = attr(_A.TIMED_OUT, flag)
    timeout: takes.Member[TimeoutReason | None] = attr(_A.TIMEOUT_REASON, enum(TimeoutReason, u32))
    authorized: bool = attr(_A.PORT_AUTHORIZED, flag)
    frame: takes.Natural[Frame | None] = attr(_A.FRAME, frame_bytes)
    frequency: int | None = attr(_A.WIPHY_FREQ, u32)  # MHz
    frequency_offset: int | None = attr(_A.WIPHY_FREQ_OFFSET, u32)  # kHz more
    width: takes.Member[ChannelWidth | None] = attr(_A.CHANNEL_WIDTH, enum(ChannelWidth, u32))
    channel_type: takes.Member[ChannelType | None] = attr(_A.WIPHY_CHANNEL_TYPE, enum(ChannelType, u32))
    center1: int | None = attr(_A.CENTER_FREQ1, u32)  # MHz
    center2: int | None = attr(_A.CENTER_FREQ2, u32)  # MHz
    signal: int | None = attr(_A.RX_SIGNAL_DBM, s32)  # dBm
    cookie: int | None = attr(_A.COOKIE, u64)  # of the request that this is about
    acknowledged: bool = attr(_A.ACK, flag)  # of a frame that was sent
    duration: int | None = attr(_A.DURATION, u32)  # milliseconds
    request: takes.Natural[Elements | None] = attr(_A.REQ_IE, element_bytes)  # elements of the request
    response: takes.Natural[Elements | None] = attr(_A.RESP_IE, element_bytes)  # elements of the answer
    elements: takes.Natural[Elements | None] = attr(_A.IE, element_bytes)
    failure: takes.Member[ConnectFailure | None] = attr(_A.CONN_FAILED_REASON, enum(ConnectFailure, u32))
    key_type: takes.Member[KeyType | None] = attr(_A.KEY_TYPE, enum(KeyType, u32))
    key_id: int | None = attr(_A.KEY_IDX, u8)
    radar: takes.Member[RadarEvent | None] = attr(_A.RADAR_EVENT, enum(RadarEvent, u32))
    switch_count: int | None = attr(_A.CH_SWITCH_COUNT, u32)  # beacons until the channel changes
    external: takes.Member[ExternalAuth | None] = attr(_A.EXTERNAL_AUTH_ACTION, enum(ExternalAuth, u32))
    cqm: takes.Member[CqmEvent | None] = attr((_A.CQM, NL80211_ATTR_CQM.RSSI_THRESHOLD_EVENT), enum(CqmEvent, u32))
    cqm_level: int | None = attr((_A.CQM, NL80211_ATTR_CQM.RSSI_LEVEL), s32)  # dBm
    packets_lost: int | None = attr((_A.CQM, NL80211_ATTR_CQM.PKT_LOSS_EVENT), u32)
    beacons_lost: bool = attr((_A.CQM, NL80211_ATTR_CQM.BEACON_LOSS_EVENT), flag)
    uapsd_queues: int | None = attr((_A.STA_WME, NL80211_STA_WME.UAPSD_QUEUES), u8)
    link_id: int | None = attr(_A.MLO_LINK_ID, u8)


class Quality(Record, header=GenericHeader):
    """When it is to be told that a connection got worse or better."""

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=_A, policy="nl80211_policy"),
        Facts(attributes=NL80211_ATTR_CQM, policy="nl80211_attr_cqm_policy"),
    )
    __omitted__: ClassVar[dict[str, str]] = {
        "NL80211_ATTR_*": "of other messages, or what is told and not asked for: LinkEvent"
    }

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    hysteresis: int | None = attr((_A.CQM, NL80211_ATTR_CQM.RSSI_HYST), u32)  # dB
    packets: int | None = attr((_A.CQM, NL80211_ATTR_CQM.TXE_PKTS), u32)  # that are looked at
    interval: int | None = attr((_A.CQM, NL80211_ATTR_CQM.TXE_INTVL), u32)  # seconds
    rate: int | None = attr((_A.CQM, NL80211_ATTR_CQM.TXE_RATE), u32)  # percent of them lost
    thresholds: takes.MaybeSeveral[int] = attr((_A.CQM, NL80211_ATTR_CQM.RSSI_THOLD), array(s32))  # dBm
