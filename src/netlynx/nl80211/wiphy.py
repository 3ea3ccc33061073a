"""Radios (a *wiphy* is one, or several that work together): what each can do, and how it is set.

The kernel tells of a radio in many messages: `netlynx.nl80211.wiphys` puts them together. Source: nl80211_send_wiphy
and nl80211_set_wiphy in net/wireless/nl80211.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import (
    Layout,
    Record,
    array,
    attr,
    binary,
    enum,
    flag,
    indexed,
    interface,
    keyed,
    member,
    multi,
    nest,
    spelt,
    string,
    struct,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema import mac as hardware
from netlynx.schema.facts import Facts

from .band import Band
from .enums.features import ApSmeFeature, ExtendedFeature, Feature, ProbeResponseOffload
from .enums.interfaces import ChannelType, ChannelWidth, InterfaceType, TxPowerSetting
from .numbers.attributes import NL80211_ATTR as _A
from .numbers.attributes import OF_OTHERS
from .numbers.radio import (
    NL80211_IFACE_COMB,
    NL80211_IFACE_LIMIT,
    NL80211_IFTYPE_AKM_ATTR,
    NL80211_MBSSID_CONFIG_ATTR,
    NL80211_WIPHY_RADIO_ATTR,
    NL80211_WIPHY_RADIO_FREQ_ATTR,
)
from .station import QueueStatistics
from .suites import Akm, Cipher
from .units import Command, bit_numbers, dbm, members


class InterfaceLimit(Record):
    """How many interfaces of these types there can be, together."""

    __facts__: ClassVar[Facts] = Facts(attributes=NL80211_IFACE_LIMIT, spec=("nl80211", "iface-limit-attributes"))

    max: int | None = attr(NL80211_IFACE_LIMIT.MAX, u32)
    types: takes.MaybeSeveral[InterfaceType] = attr(NL80211_IFACE_LIMIT.TYPES, members(InterfaceType))


class InterfaceCombination(Record):
    """Which interfaces there can be at the same time."""

    __facts__: ClassVar[Facts] = Facts(attributes=NL80211_IFACE_COMB, spec=("nl80211", "if-combination-attributes"))

    limits: takes.Records[InterfaceLimit] = attr(NL80211_IFACE_COMB.LIMITS, indexed(nest(InterfaceLimit)), default=())
    max: int | None = attr(NL80211_IFACE_COMB.MAXNUM, u32)  # of all of them
    channels: int | None = attr(NL80211_IFACE_COMB.NUM_CHANNELS, u32)  # that they can be on
    same_beacon_interval: bool = attr(NL80211_IFACE_COMB.STA_AP_BI_MATCH, flag)
    radar_widths: int | None = attr(NL80211_IFACE_COMB.RADAR_DETECT_WIDTHS, u32)  # bit n: member n of ChannelWidth
    radar_regions: int | None = attr(NL80211_IFACE_COMB.RADAR_DETECT_REGIONS, u32)  # bit n: member n of DfsRegion
    min_beacon_interval: int | None = attr(NL80211_IFACE_COMB.BI_MIN_GCD, u32)  # of all, the greatest common divisor


class FrameTypes(Record):
    """Types of management frames, as the two bytes at their beginning have them: 0x40 are probe requests."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, spec=("nl80211", "frame-type-attrs"))
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    types: takes.Several[int] = attr(_A.FRAME_TYPE, multi(u16))


class VendorCommand(Layout, c="nl80211_vendor_cmd_info"):
    """A command or an event of a vendor's own."""

    vendor: int = member(u32, c="vendor_id")  # an OUI
    subcommand: int = member(u32, c="subcmd")


class TypeAkms(Record):
    """The ways to agree on keys that these types of interfaces can do."""

    __facts__: ClassVar[Facts] = Facts(attributes=NL80211_IFTYPE_AKM_ATTR)

    types: takes.MaybeSeveral[InterfaceType] = attr(NL80211_IFTYPE_AKM_ATTR.IFTYPES, members(InterfaceType))
    akms: takes.Several[Akm] = attr(NL80211_IFTYPE_AKM_ATTR.SUITES, array(spelt(Akm, u32)), default=())


class RadioRange(Record):
    """Frequencies that one of several radios can use."""

    __facts__: ClassVar[Facts] = Facts(attributes=NL80211_WIPHY_RADIO_FREQ_ATTR)

    start: int | None = attr(NL80211_WIPHY_RADIO_FREQ_ATTR.START, u32)  # kHz
    end: int | None = attr(NL80211_WIPHY_RADIO_FREQ_ATTR.END, u32)  # kHz


class Radio(Record):
    """One of several radios that are one wiphy."""

    __facts__: ClassVar[Facts] = Facts(attributes=NL80211_WIPHY_RADIO_ATTR)

    index: int | None = attr(NL80211_WIPHY_RADIO_ATTR.INDEX, u32)
    ranges: takes.Records[RadioRange] = attr(NL80211_WIPHY_RADIO_ATTR.FREQ_RANGE, multi(nest(RadioRange)))
    combinations: takes.Records[InterfaceCombination] = attr(
        NL80211_WIPHY_RADIO_ATTR.INTERFACE_COMBINATION, multi(nest(InterfaceCombination))
    )
    antennas: int | None = attr(NL80211_WIPHY_RADIO_ATTR.ANTENNA_MASK, u32)
    rts_threshold: int | None = attr(NL80211_WIPHY_RADIO_ATTR.RTS_THRESHOLD, u32)


class Wiphy(Record, header=GenericHeader):
    """A radio: its bands, what it can do, how it is set."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A)
    __omitted__: ClassVar[dict[str, str]] = {
        **OF_OTHERS,
        "NL80211_MBSSID_CONFIG_ATTR_*": "of an access point that is started",
    }

    wiphy: int | None = attr(_A.WIPHY, u32)  # its number
    name: str | None = attr(_A.WIPHY_NAME, string)
    generation: int | None = attr(_A.GENERATION, u32)
    mac: str | None = attr(_A.MAC, hardware)
    macs: takes.MaybeSeveral[str] = attr(_A.MAC_ADDRS, indexed(hardware))  # all, where it has several
    bands: dict[int, Band] | None = attr(_A.WIPHY_BANDS, keyed(nest(Band)))  # by `BandId`
    types: takes.MaybeSeveral[InterfaceType] = attr(_A.SUPPORTED_IFTYPES, members(InterfaceType))
    software_types: takes.MaybeSeveral[InterfaceType] = attr(_A.SOFTWARE_IFTYPES, members(InterfaceType))
    combinations: takes.Records[InterfaceCombination] = attr(
        _A.INTERFACE_COMBINATIONS, indexed(nest(InterfaceCombination)), default=()
    )
    commands: takes.Several[Command] = attr(_A.SUPPORTED_COMMANDS, indexed(spelt(Command, u32)), default=())
    features: takes.Flags[Feature | None] = attr(_A.FEATURE_FLAGS, enum(Feature, u32))
    extended_features: takes.MaybeSeveral[ExtendedFeature] = attr(_A.EXT_FEATURES, bit_numbers(ExtendedFeature))
    ciphers: takes.MaybeSeveral[Cipher] = attr(_A.CIPHER_SUITES, array(spelt(Cipher, u32)))
    akms: takes.MaybeSeveral[Akm] = attr(_A.AKM_SUITES, array(spelt(Akm, u32)))
    type_akms: takes.Records[TypeAkms] = attr(_A.IFTYPE_AKM_SUITES, indexed(nest(TypeAkms)), default=())
    max_scan_ssids: int | None = attr(_A.MAX_NUM_SCAN_SSIDS, u8)
    max_scan_elements: int | None = attr(_A.MAX_SCAN_IE_LEN, u16)  # bytes
    max_repeated_scan_ssids: int | None = attr(_A.MAX_NUM_SCHED_SCAN_SSIDS, u8)
    max_repeated_scan_elements: int | None = attr(_A.MAX_SCHED_SCAN_IE_LEN, u16)  # bytes
    max_repeated_scans: int | None = attr(_A.SCHED_SCAN_MAX_REQS, u32)
    max_match_sets: int | None = attr(_A.MAX_MATCH_SETS, u8)
    max_scan_plans: int | None = attr(_A.MAX_NUM_SCHED_SCAN_PLANS, u32)
    max_scan_plan_interval: int | None = attr(_A.MAX_SCAN_PLAN_INTERVAL, u32)  # seconds
    max_scan_plan_iterations: int | None = attr(_A.MAX_SCAN_PLAN_ITERATIONS, u32)
    retry_short: int | None = attr(_A.WIPHY_RETRY_SHORT, u8)
    retry_long: int | None = attr(_A.WIPHY_RETRY_LONG, u8)
    fragmentation: int | None = attr(_A.WIPHY_FRAG_THRESHOLD, u32)  # bytes; 4294967295: off
    rts_threshold: int | None = attr(_A.WIPHY_RTS_THRESHOLD, u32)  # bytes; 4294967295: off
    coverage_class: int | None = attr(_A.WIPHY_COVERAGE_CLASS, u8)  # 3 us, some 450 m, each
    antennas_tx: int | None = attr(_A.WIPHY_ANTENNA_TX, u32)  # a bit each
    antennas_rx: int | None = attr(_A.WIPHY_ANTENNA_RX, u32)
    antennas_available_tx: int | None = attr(_A.WIPHY_ANTENNA_AVAIL_TX, u32)
    antennas_available_rx: int | None = attr(_A.WIPHY_ANTENNA_AVAIL_RX, u32)
    max_pmkids: int | None = attr(_A.MAX_NUM_PMKIDS, u8)
    max_akms: int | None = attr(_A.MAX_NUM_AKM_SUITES, u16)
    max_remain_on_channel: int | None = attr(_A.MAX_REMAIN_ON_CHANNEL_DURATION, u32)  # milliseconds
    max_stations: int | None = attr(_A.MAX_AP_ASSOC_STA, u16)  # of an access point
    max_acl: int | None = attr(_A.MAC_ACL_MAX, u32)
    max_csa_counters: int | None = attr(_A.MAX_CSA_COUNTERS, u8)
    ibss_rsn: bool = attr(_A.SUPPORT_IBSS_RSN, flag)
    mesh_auth: bool = attr(_A.SUPPORT_MESH_AUTH, flag)
    ap_uapsd: bool = attr(_A.SUPPORT_AP_UAPSD, flag)
    roams: bool = attr(_A.ROAM_SUPPORT, flag)  # by itself
    tdls: bool = attr(_A.TDLS_SUPPORT, flag)
    tdls_external: bool = attr(_A.TDLS_EXTERNAL_SETUP, flag)
    control_port_ethertype: bool = attr(_A.CONTROL_PORT_ETHERTYPE, flag)
    offchannel_tx: bool = attr(_A.OFFCHANNEL_TX_OK, flag)
    mhz_5: bool = attr(_A.SUPPORT_5_MHZ, flag)
    mhz_10: bool = attr(_A.SUPPORT_10_MHZ, flag)
    self_managed: bool = attr(_A.WIPHY_SELF_MANAGED_REG, flag)  # the rules of regulators are its own
    mlo: bool = attr(_A.MLO_SUPPORT, flag)
    ap_sme: takes.Flags[ApSmeFeature | None] = attr(_A.DEVICE_AP_SME, enum(ApSmeFeature, u32))
    probe_offload: takes.Flags[ProbeResponseOffload | None] = attr(
        _A.PROBE_RESP_OFFLOAD, enum(ProbeResponseOffload, u32)
    )
    tx_frames: dict[int, FrameTypes] | None = attr(_A.TX_FRAME_TYPES, keyed(nest(FrameTypes)))  # by InterfaceType
    rx_frames: dict[int, FrameTypes] | None = attr(_A.RX_FRAME_TYPES, keyed(nest(FrameTypes)))
    ht_overrides: bytes | None = attr(_A.HT_CAPABILITY_MASK, binary)  # what of HT a connection may leave out
    vht_overrides: bytes | None = attr(_A.VHT_CAPABILITY_MASK, binary)
    extended: bytes | None = attr(_A.EXT_CAPA, binary)  # extended capabilities
    extended_mask: bytes | None = attr(_A.EXT_CAPA_MASK, binary)
    vendor_commands: takes.Records[VendorCommand] = attr(_A.VENDOR_DATA, indexed(struct(VendorCommand)), default=())
    vendor_events: takes.Records[VendorCommand] = attr(_A.VENDOR_EVENTS, indexed(struct(VendorCommand)), default=())
    queue: takes.Nested[QueueStatistics | None] = attr(_A.TXQ_STATS, nest(QueueStatistics))
    queue_limit: int | None = attr(_A.TXQ_LIMIT, u32)  # packets
    queue_memory: int | None = attr(_A.TXQ_MEMORY_LIMIT, u32)  # bytes
    queue_quantum: int | None = attr(_A.TXQ_QUANTUM, u32)  # bytes
    eml_capability: int | None = attr(_A.EML_CAPABILITY, u16)
    mld_capability: int | None = attr(_A.MLD_CAPA_AND_OPS, u16)
    max_timestamp_peers: int | None = attr(_A.MAX_HW_TIMESTAMP_PEERS, u16)
    nan_bands: int | None = attr(_A.BANDS, u32)  # for neighbour awareness: a bit for each BandId
    mbssid_interfaces: int | None = attr((_A.MBSSID_CONFIG, NL80211_MBSSID_CONFIG_ATTR.MAX_INTERFACES), u8)
    mbssid_periodicity: int | None = attr(
        (_A.MBSSID_CONFIG, NL80211_MBSSID_CONFIG_ATTR.MAX_EMA_PROFILE_PERIODICITY), u8
    )
    radios: takes.Records[Radio] = attr(_A.WIPHY_RADIOS, indexed(nest(Radio)), default=())

    @property
    def frequencies(self) -> list[int]:
        """All channels that may be used, in MHz."""
        return [
            each.frequency
            for band in (self.bands or {}).values()
            for each in band.frequencies
            if each.frequency is not None and not each.disabled
        ]


class WiphyKey(Record, header=GenericHeader):
    """Which radio: by number, or by one of its interfaces; for a listing, that parts of it may come."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    wiphy: int | None = attr(_A.WIPHY, u32)
    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    wdev: int | None = attr(_A.WDEV, u64)
    split: bool = attr(_A.SPLIT_WIPHY_DUMP, flag)


class WiphySettings(Record, header=GenericHeader):
    """What a radio is set to; what is None stays. The channel and the power are those of an interface of it."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    wiphy: int | None = attr(_A.WIPHY, u32)
    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    wdev: int | None = attr(_A.WDEV, u64)
    name: str | None = attr(_A.WIPHY_NAME, string(19))
    frequency: int | None = attr(_A.WIPHY_FREQ, u32)  # MHz
    frequency_offset: int | None = attr(_A.WIPHY_FREQ_OFFSET, u32)  # kHz more
    width: takes.Member[ChannelWidth | None] = attr(_A.CHANNEL_WIDTH, enum(ChannelWidth, u32))
    channel_type: takes.Member[ChannelType | None] = attr(_A.WIPHY_CHANNEL_TYPE, enum(ChannelType, u32))
    center1: int | None = attr(_A.CENTER_FREQ1, u32)  # MHz
    center2: int | None = attr(_A.CENTER_FREQ2, u32)  # MHz
    power_setting: takes.Member[TxPowerSetting | None] = attr(_A.WIPHY_TX_POWER_SETTING, enum(TxPowerSetting, u32))
    power: float | None = attr(_A.WIPHY_TX_POWER_LEVEL, dbm)  # dBm
    retry_short: int | None = attr(_A.WIPHY_RETRY_SHORT, u8)  # 1 to 255
    retry_long: int | None = attr(_A.WIPHY_RETRY_LONG, u8)
    fragmentation: int | None = attr(_A.WIPHY_FRAG_THRESHOLD, u32)  # bytes, even from 256 on; 4294967295: off
    rts_threshold: int | None = attr(_A.WIPHY_RTS_THRESHOLD, u32)  # bytes; 4294967295: off
    coverage_class: int | None = attr(_A.WIPHY_COVERAGE_CLASS, u8)
    dynamic_ack: bool = attr(_A.WIPHY_DYN_ACK, flag)
    antennas_tx: int | None = attr(_A.WIPHY_ANTENNA_TX, u32)
    antennas_rx: int | None = attr(_A.WIPHY_ANTENNA_RX, u32)
    queue_limit: int | None = attr(_A.TXQ_LIMIT, u32)  # packets
    queue_memory: int | None = attr(_A.TXQ_MEMORY_LIMIT, u32)  # bytes
    queue_quantum: int | None = attr(_A.TXQ_QUANTUM, u32)  # bytes


class WiphyNamespace(Record, header=GenericHeader):
    """Which radio goes to which network namespace, with all of its interfaces."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    wiphy: int | None = attr(_A.WIPHY, u32)
    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    pid: int | None = attr(_A.PID, u32)  # that of a process there
    fd: int | None = attr(_A.NETNS_FD, u32)
