"""Stations: who is there on a wireless network, how well they are heard, and what went to and from them.

Source: nl80211_send_station and nl80211_set_station in net/wireless/nl80211.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import (
    FlagSet,
    Layout,
    Record,
    attr,
    binary,
    enum,
    flag,
    indexed,
    interface,
    mac,
    member,
    nest,
    s8,
    s64,
    struct,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts
from netlynx.schema.natural import Masked

from .enums.meshes import MeshPower, PlinkAction, PlinkState
from .numbers.attributes import NL80211_ATTR as _A
from .numbers.attributes import OF_OTHERS
from .numbers.stations import NL80211_STA_BSS_PARAM, NL80211_STA_INFO, NL80211_STA_WME, NL80211_TID_STATS
from .numbers.stations import NL80211_TXQ_STATS as _Q
from .rate import Rate
from .units import Bitrate, kilobits

_I = NL80211_STA_INFO
_B = NL80211_STA_BSS_PARAM
_T = NL80211_TID_STATS


class StationFlags(FlagSet):
    """What is on at a station; bit n is the flag n of the header."""

    AUTHORIZED = 1 << 1
    SHORT_PREAMBLE = 1 << 2
    WME = 1 << 3
    MFP = 1 << 4
    AUTHENTICATED = 1 << 5
    TDLS_PEER = 1 << 6
    ASSOCIATED = 1 << 7
    SPP_AMSDU = 1 << 8


class StationFlagChange(Layout, Masked, c="nl80211_sta_flag_update"):
    """Flags of a station, and which of them are told or changed; all that are given, where `mask` is not."""

    mask: takes.Flags[StationFlags] = member(enum(StationFlags, u32), c="mask")
    flags: takes.Flags[StationFlags] = member(enum(StationFlags, u32), c="set")


class QueueStatistics(Record):
    """What was counted of the queues for a station, an interface or a whole radio."""

    __facts__: ClassVar[Facts] = Facts(attributes=_Q, spec=("nl80211", "txq-stats-attrs"))

    backlog_bytes: int | None = attr(_Q.BACKLOG_BYTES, u32)
    backlog_packets: int | None = attr(_Q.BACKLOG_PACKETS, u32)
    flows: int | None = attr(_Q.FLOWS, u32)
    drops: int | None = attr(_Q.DROPS, u32)
    ecn_marks: int | None = attr(_Q.ECN_MARKS, u32)
    over_limit: int | None = attr(_Q.OVERLIMIT, u32)  # packets dropped, as there were too many
    over_memory: int | None = attr(_Q.OVERMEMORY, u32)
    collisions: int | None = attr(_Q.COLLISIONS, u32)  # of hashes
    tx_bytes: int | None = attr(_Q.TX_BYTES, u32)
    tx_packets: int | None = attr(_Q.TX_PACKETS, u32)
    max_flows: int | None = attr(_Q.MAX_FLOWS, u32)


class TidStatistics(Record):
    """What was counted of one traffic identifier; the last of 17 is of what has none."""

    __facts__: ClassVar[Facts] = Facts(attributes=_T)

    rx_msdu: int | None = attr(_T.RX_MSDU, u64)
    tx_msdu: int | None = attr(_T.TX_MSDU, u64)
    tx_msdu_retries: int | None = attr(_T.TX_MSDU_RETRIES, u64)
    tx_msdu_failed: int | None = attr(_T.TX_MSDU_FAILED, u64)
    queue: takes.Nested[QueueStatistics | None] = attr(_T.TXQ_STATS, nest(QueueStatistics))


class Station(Record, header=GenericHeader):
    """A station as an interface knows it: of an access point those that are connected, else the access point."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A)
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    mac: str | None = attr(_A.MAC, mac)
    generation: int | None = attr(_A.GENERATION, u32)  # of the list: another where it changed
    inactive: int | None = attr((_A.STA_INFO, _I.INACTIVE_TIME), u32)  # milliseconds
    connected: int | None = attr((_A.STA_INFO, _I.CONNECTED_TIME), u32)  # seconds
    associated_at: int | None = attr((_A.STA_INFO, _I.ASSOC_AT_BOOTTIME), u64)  # nanoseconds since the host started
    flags: takes.Nested[StationFlagChange | None] = attr((_A.STA_INFO, _I.STA_FLAGS), struct(StationFlagChange))
    signal: int | None = attr((_A.STA_INFO, _I.SIGNAL), s8)  # dBm
    signal_average: int | None = attr((_A.STA_INFO, _I.SIGNAL_AVG), s8)  # dBm
    chain_signal: takes.MaybeSeveral[int] = attr(  # dBm, by antenna
        (_A.STA_INFO, _I.CHAIN_SIGNAL), indexed(s8, first=0)
    )
    chain_signal_average: takes.MaybeSeveral[int] = attr((_A.STA_INFO, _I.CHAIN_SIGNAL_AVG), indexed(s8, first=0))
    beacon_signal_average: int | None = attr((_A.STA_INFO, _I.BEACON_SIGNAL_AVG), s8)  # dBm
    ack_signal: int | None = attr((_A.STA_INFO, _I.ACK_SIGNAL), s8)  # dBm
    ack_signal_average: int | None = attr((_A.STA_INFO, _I.ACK_SIGNAL_AVG), s8)  # dBm
    rx_bytes: int | None = attr((_A.STA_INFO, _I.RX_BYTES64), u64, older=_I.RX_BYTES)
    rx_packets: int | None = attr((_A.STA_INFO, _I.RX_PACKETS), u32)
    rx_rate: takes.Nested[Rate | None] = attr((_A.STA_INFO, _I.RX_BITRATE), nest(Rate))
    rx_duration: int | None = attr((_A.STA_INFO, _I.RX_DURATION), u64)  # microseconds
    rx_drops: int | None = attr((_A.STA_INFO, _I.RX_DROP_MISC), u64)  # packets
    rx_mpdus: int | None = attr((_A.STA_INFO, _I.RX_MPDUS), u32)
    fcs_errors: int | None = attr((_A.STA_INFO, _I.FCS_ERROR_COUNT), u32)
    tx_bytes: int | None = attr((_A.STA_INFO, _I.TX_BYTES64), u64, older=_I.TX_BYTES)
    tx_packets: int | None = attr((_A.STA_INFO, _I.TX_PACKETS), u32)
    tx_rate: takes.Nested[Rate | None] = attr((_A.STA_INFO, _I.TX_BITRATE), nest(Rate))
    tx_duration: int | None = attr((_A.STA_INFO, _I.TX_DURATION), u64)  # microseconds
    tx_retries: int | None = attr((_A.STA_INFO, _I.TX_RETRIES), u32)
    tx_failed: int | None = attr((_A.STA_INFO, _I.TX_FAILED), u32)
    expected_throughput: takes.Amount[Bitrate | None] = attr((_A.STA_INFO, _I.EXPECTED_THROUGHPUT), kilobits)
    beacon_loss: int | None = attr((_A.STA_INFO, _I.BEACON_LOSS), u32)
    beacons: int | None = attr((_A.STA_INFO, _I.BEACON_RX), u64)
    short_preamble: bool = attr((_A.STA_INFO, _I.BSS_PARAM, _B.SHORT_PREAMBLE), flag)
    short_slot: bool = attr((_A.STA_INFO, _I.BSS_PARAM, _B.SHORT_SLOT_TIME), flag)
    cts_protection: bool = attr((_A.STA_INFO, _I.BSS_PARAM, _B.CTS_PROT), flag)
    dtim_period: int | None = attr((_A.STA_INFO, _I.BSS_PARAM, _B.DTIM_PERIOD), u8)  # beacons
    beacon_interval: int | None = attr((_A.STA_INFO, _I.BSS_PARAM, _B.BEACON_INTERVAL), u16)  # units of 1024 us
    airtime_weight: int | None = attr((_A.STA_INFO, _I.AIRTIME_WEIGHT), u16)
    tids: takes.Records[TidStatistics] = attr((_A.STA_INFO, _I.TID_STATS), indexed(nest(TidStatistics)), default=())
    plink_state: takes.Member[PlinkState | None] = attr((_A.STA_INFO, _I.PLINK_STATE), enum(PlinkState, u8))
    llid: int | None = attr((_A.STA_INFO, _I.LLID), u16)
    plid: int | None = attr((_A.STA_INFO, _I.PLID), u16)
    local_power: takes.Member[MeshPower | None] = attr((_A.STA_INFO, _I.LOCAL_PM), enum(MeshPower, u32))
    peer_power: takes.Member[MeshPower | None] = attr((_A.STA_INFO, _I.PEER_PM), enum(MeshPower, u32))
    nonpeer_power: takes.Member[MeshPower | None] = attr((_A.STA_INFO, _I.NONPEER_PM), enum(MeshPower, u32))
    clock_offset: int | None = attr((_A.STA_INFO, _I.T_OFFSET), s64)  # microseconds
    airtime_link_metric: int | None = attr((_A.STA_INFO, _I.AIRTIME_LINK_METRIC), u32)
    connected_to_gate: int | None = attr((_A.STA_INFO, _I.CONNECTED_TO_GATE), u8)  # 0 or 1
    connected_to_server: int | None = attr((_A.STA_INFO, _I.CONNECTED_TO_AS), u8)  # 0 or 1: of authentication
    elements: bytes | None = attr(_A.IE, binary)  # of the request with which it came: in events
    reason: int | None = attr(_A.REASON_CODE, u16)


class StationKey(Record, header=GenericHeader):
    """Which station, and of which interface."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    mac: str | None = attr(_A.MAC, mac)


class StationRemoval(StationKey, header=GenericHeader):
    """Which station is thrown out, and what it is told; all of the interface, where `mac` is left out."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    reason: int | None = attr(_A.REASON_CODE, u16)
    subtype: int | None = attr(_A.MGMT_SUBTYPE, u8)  # 12: deauthentication, 10: disassociation
    link_id: int | None = attr(_A.MLO_LINK_ID, u8)


class StationSettings(StationKey, header=GenericHeader):
    """What a station is set to, or begins with: what is None stays as it is."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    flags: takes.Nested[StationFlagChange | None] = attr(_A.STA_FLAGS2, struct(StationFlagChange))
    aid: int | None = attr(_A.STA_AID, u16)  # of 1 to 2007
    peer_aid: int | None = attr(_A.PEER_AID, u16)
    listen_interval: int | None = attr(_A.STA_LISTEN_INTERVAL, u16)  # beacons
    rates: bytes | None = attr(_A.STA_SUPPORTED_RATES, binary(32))  # one byte each, in 500 kbit/s
    vlan: takes.Name[int | None] = attr(_A.STA_VLAN, interface)
    capability: int | None = attr(_A.STA_CAPABILITY, u16)
    ext_capability: bytes | None = attr(_A.STA_EXT_CAPABILITY, binary)
    ht_capability: bytes | None = attr(_A.HT_CAPABILITY, binary(26))
    vht_capability: bytes | None = attr(_A.VHT_CAPABILITY, binary(12))
    he_capability: bytes | None = attr(_A.HE_CAPABILITY, binary(54))
    eht_capability: bytes | None = attr(_A.EHT_CAPABILITY, binary(51))
    uapsd_queues: int | None = attr((_A.STA_WME, NL80211_STA_WME.UAPSD_QUEUES), u8)
    max_sp: int | None = attr((_A.STA_WME, NL80211_STA_WME.MAX_SP), u8)
    plink_action: takes.Member[PlinkAction | None] = attr(_A.STA_PLINK_ACTION, enum(PlinkAction, u8))
    plink_state: takes.Member[PlinkState | None] = attr(_A.STA_PLINK_STATE, enum(PlinkState, u8))
    local_power: takes.Member[MeshPower | None] = attr(_A.LOCAL_MESH_POWER_MODE, enum(MeshPower, u32))
    airtime_weight: int | None = attr(_A.AIRTIME_WEIGHT, u16)
