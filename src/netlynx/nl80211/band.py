"""Bands: their channels, rates, and what a radio can do in them. Source: nl80211_send_wiphy and nl80211_msg_put_channel
in net/wireless/nl80211.c."""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.errors import EncodeTypeError
from netlynx.schema import (
    Kind,
    Record,
    array,
    attr,
    binary,
    enum,
    flag,
    hook,
    indexed,
    nest,
    s8,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts

from .enums.interfaces import InterfaceType
from .enums.regulation import DfsState
from .mcs import VHT_MCS, highest_mcs, mcs_indexes
from .numbers.radio import NL80211_BAND_ATTR as _B
from .numbers.radio import NL80211_BAND_IFTYPE_ATTR as _I
from .numbers.radio import NL80211_BITRATE_ATTR, NL80211_WMMR
from .numbers.radio import NL80211_FREQUENCY_ATTR as _F
from .units import Bitrate, dbm, hundreds, members
from .worded import worded


class WmmRule(Record):
    """The limits that a regulator sets for one access category."""

    __facts__: ClassVar[Facts] = Facts(attributes=NL80211_WMMR, spec=("nl80211", "wmm-attrs"))

    cw_min: int | None = attr(NL80211_WMMR.CW_MIN, u16)
    cw_max: int | None = attr(NL80211_WMMR.CW_MAX, u16)
    aifsn: int | None = attr(NL80211_WMMR.AIFSN, u8)
    txop: int | None = attr(NL80211_WMMR.TXOP, u16)  # microseconds


class Frequency(Record):
    """A channel, and what is forbidden on it."""

    __facts__: ClassVar[Facts] = Facts(attributes=_F, spec=("nl80211", "frequency-attrs"))

    frequency: int | None = attr(_F.FREQ, u32)  # MHz
    offset: int | None = attr(_F.OFFSET, u32)  # kHz more
    disabled: bool = attr(_F.DISABLED, flag)
    no_ir: bool = attr(_F.NO_IR, flag)  # nothing may be sent before something was heard
    no_ibss: bool = attr(_F.NO_IBSS, flag)  # told with `no_ir`, which means both by now
    radar: bool = attr(_F.RADAR, flag)  # radar has to be looked for
    max_power: float | None = attr(_F.MAX_TX_POWER, dbm)  # dBm
    dfs_state: takes.Member[DfsState | None] = attr(_F.DFS_STATE, enum(DfsState, u32))
    dfs_time: int | None = attr(_F.DFS_TIME, u32)  # milliseconds for which it has been so
    dfs_cac_time: int | None = attr(_F.DFS_CAC_TIME, u32)  # milliseconds to look for radar
    cac_started_at: int | None = attr(_F.CAC_START_TIME, u64)  # nanoseconds since the host started
    no_ht40_minus: bool = attr(_F.NO_HT40_MINUS, flag)
    no_ht40_plus: bool = attr(_F.NO_HT40_PLUS, flag)
    no_20mhz: bool = attr(_F.NO_20MHZ, flag)
    no_10mhz: bool = attr(_F.NO_10MHZ, flag)
    no_80mhz: bool = attr(_F.NO_80MHZ, flag)
    no_160mhz: bool = attr(_F.NO_160MHZ, flag)
    no_320mhz: bool = attr(_F.NO_320MHZ, flag)
    no_he: bool = attr(_F.NO_HE, flag)
    no_eht: bool = attr(_F.NO_EHT, flag)
    no_uhr: bool = attr(_F.NO_UHR, flag)
    indoor_only: bool = attr(_F.INDOOR_ONLY, flag)
    ir_concurrent: bool = attr(_F.IR_CONCURRENT, flag)
    dfs_concurrent: bool = attr(_F.DFS_CONCURRENT, flag)
    can_monitor: bool = attr(_F.CAN_MONITOR, flag)
    psd: int | None = attr(_F.PSD, s8)  # dBm in each MHz
    no_6ghz_vlp_client: bool = attr(_F.NO_6GHZ_VLP_CLIENT, flag)
    no_6ghz_afc_client: bool = attr(_F.NO_6GHZ_AFC_CLIENT, flag)
    allow_6ghz_vlp_ap: bool = attr(_F.ALLOW_6GHZ_VLP_AP, flag)
    allow_20mhz_activity: bool = attr(_F.ALLOW_20MHZ_ACTIVITY, flag)
    mhz_1: bool = attr(_F.X1MHZ, flag)  # of S1G, below 1 GHz
    mhz_2: bool = attr(_F.X2MHZ, flag)
    mhz_4: bool = attr(_F.X4MHZ, flag)
    mhz_8: bool = attr(_F.X8MHZ, flag)
    mhz_16: bool = attr(_F.X16MHZ, flag)
    no_4mhz: bool = attr(_F.NO_4MHZ, flag)
    no_8mhz: bool = attr(_F.NO_8MHZ, flag)
    no_16mhz: bool = attr(_F.NO_16MHZ, flag)
    s1g_no_primary: bool = attr(_F.S1G_NO_PRIMARY, flag)
    wmm: takes.Records[WmmRule] = attr(_F.WMM, indexed(nest(WmmRule), first=0), default=())

    @property
    def channel(self) -> int | None:
        """Its number in its band; None where it has none."""
        return channel_of(self.frequency or 0)

    @property
    def words(self) -> list[str]:
        """What is forbidden on it, and what has to be done before: ``no-ir``, ``radar``."""
        return [
            name.replace("_", "-")
            for name, declaration in self.__declarations__.items()
            if declaration.kind is flag and name != "no_ibss" and getattr(self, name)
        ]


def channel_of(frequency: int) -> int | None:
    """The number of the channel at a frequency in MHz; None where there is none. Raises EncodeTypeError."""
    if isinstance(frequency, bool) or not isinstance(frequency, int):
        raise EncodeTypeError(f"expected a number of MHz, not {frequency!r}", "nl80211.channel_of(frequency)")
    if frequency == 2484:
        return 14
    for low, high, base in ((2412, 2472, 2407), (4910, 4980, 4000), (5000, 5925, 5000), (5955, 7115, 5950)):
        if low <= frequency <= high and (frequency - base) % 5 == 0:
            return (frequency - base) // 5
    return {5935: 2}.get(frequency) or (
        (frequency - 56160) // 2160 if 58320 <= frequency <= 70200 and (frequency - 56160) % 2160 == 0 else None
    )


class RadioRate(Record):
    """A rate of a band, as before HT."""

    __facts__: ClassVar[Facts] = Facts(attributes=NL80211_BITRATE_ATTR, spec=("nl80211", "bitrate-attrs"))

    bitrate: takes.Amount[Bitrate | None] = attr(NL80211_BITRATE_ATTR.RATE, hundreds)
    short_preamble: bool = attr(NL80211_BITRATE_ATTR.X2GHZ_SHORTPREAMBLE, flag)


class BandCapabilities(Record):
    """What a radio can do in a band as these types of interfaces."""

    __facts__: ClassVar[Facts] = Facts(attributes=_I, spec=("nl80211", "iftype-data-attrs"))

    types: takes.MaybeSeveral[InterfaceType] = attr(_I.IFTYPES, members(InterfaceType))
    he_mac: takes.MaybeSeveral[str] = attr(_I.HE_CAP_MAC, worded("HE_MAC", 6, "little"))
    he_phy: takes.MaybeSeveral[str] = attr(_I.HE_CAP_PHY, worded("HE_PHY", 11, "little"))
    he_mcs: bytes | None = attr(_I.HE_CAP_MCS_SET, binary)
    he_ppe: bytes | None = attr(_I.HE_CAP_PPE, binary)
    he_6ghz: int | None = attr(_I.HE_6GHZ_CAPA, u16)
    vendor_elements: bytes | None = attr(_I.VENDOR_ELEMS, binary)
    eht_mac: takes.MaybeSeveral[str] = attr(_I.EHT_CAP_MAC, worded("EHT_MAC", 2, "little"))
    eht_phy: takes.MaybeSeveral[str] = attr(_I.EHT_CAP_PHY, worded("EHT_PHY", 9, "little"))
    eht_mcs: bytes | None = attr(_I.EHT_CAP_MCS_SET, binary)
    eht_ppe: bytes | None = attr(_I.EHT_CAP_PPE, binary)
    uhr_mac: bytes | None = attr(_I.UHR_CAP_MAC, binary)
    uhr_phy: bytes | None = attr(_I.UHR_CAP_PHY, binary)


def _indexes(payload: bytes) -> Any:
    return mcs_indexes(payload) if len(payload) == _HT_MCS_SET else NotImplemented


def _index_bits(value: Any) -> bytes:
    bits = sum(1 << int(index) for index in value)
    return bits.to_bytes(_HT_MCS_SET, "little")


_HT_MCS_SET, _VHT_MCS_SET = 16, 8
_ht_mcs: Kind = hook(_indexes, _index_bits, shown=array(u8), pure=True)


class Band(Record):
    """What a radio has of a band, and can do there."""

    __facts__: ClassVar[Facts] = Facts(attributes=_B, spec=("nl80211", "band-attrs"))

    frequencies: takes.Records[Frequency] = attr(_B.FREQS, indexed(nest(Frequency), first=0), default=())
    rates: takes.Records[RadioRate] = attr(_B.RATES, indexed(nest(RadioRate), first=0), default=())
    ht: takes.MaybeSeveral[str] = attr(_B.HT_CAPA, worded("HT", 2))
    ht_mcs: takes.MaybeSeveral[int] = attr(_B.HT_MCS_SET, _ht_mcs)  # indexes that it can receive
    ht_ampdu_factor: int | None = attr(_B.HT_AMPDU_FACTOR, u8)  # 2 to the power of 13 and it, less 1: bytes at most
    ht_ampdu_density: int | None = attr(_B.HT_AMPDU_DENSITY, u8)  # 2 to the power of it, in 1/8 us; 0: none
    vht: takes.MaybeSeveral[str] = attr(_B.VHT_CAPA, worded("VHT", 4))
    vht_mcs: bytes | None = attr(_B.VHT_MCS_SET, binary(_VHT_MCS_SET))
    types: takes.Records[BandCapabilities] = attr(_B.IFTYPE_DATA, indexed(nest(BandCapabilities)), default=())
    edmg_channels: int | None = attr(_B.EDMG_CHANNELS, u8)
    edmg_widths: int | None = attr(_B.EDMG_BW_CONFIG, u8)
    s1g_mcs: bytes | None = attr(_B.S1G_MCS_NSS_SET, binary)
    s1g: bytes | None = attr(_B.S1G_CAPA, binary)

    @property
    def vht_rx_mcs(self) -> tuple[int, ...]:
        """Of 1, 2 … streams the highest MCS of VHT that it can receive."""
        return highest_mcs(self.vht_mcs[:2], VHT_MCS) if self.vht_mcs else ()

    @property
    def vht_tx_mcs(self) -> tuple[int, ...]:
        """The same of what it can send."""
        return highest_mcs(self.vht_mcs[4:6], VHT_MCS) if self.vht_mcs else ()
