"""The rate that frames go at: in bits a second, and what makes it up. Source: nl80211_put_sta_rate in
net/wireless/nl80211.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Record, attr, enum, flag, takes, u8
from netlynx.schema.facts import Facts

from .enums.rates import EhtGuardInterval, EhtRu, HeGuardInterval, HeRu
from .numbers.stations import NL80211_RATE_INFO as _R
from .units import Bitrate, hundreds

_WIDTHS = {
    "mhz_320": 320,
    "mhz_160": 160,
    "mhz_80p80": 160,
    "mhz_80": 80,
    "mhz_40": 40,
    "mhz_16": 16,
    "mhz_10": 10,
    "mhz_8": 8,
    "mhz_5": 5,
    "mhz_4": 4,
    "mhz_2": 2,
    "mhz_1": 1,
}


class Rate(Record):
    """The rate of frames that were sent or received.

    What it is made of depends on the standard: `mcs` is of HT, `vht_mcs` and `vht_streams` of VHT, and so on; none of
    them are rates as they were before. The width is a flag for each, none is 20 MHz: see `width`.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=_R)

    bitrate: takes.Amount[Bitrate | None] = attr(_R.BITRATE32, hundreds, older=_R.BITRATE)
    mcs: int | None = attr(_R.MCS, u8)
    short_gi: bool = attr(_R.SHORT_GI, flag)
    vht_mcs: int | None = attr(_R.VHT_MCS, u8)
    vht_streams: int | None = attr(_R.VHT_NSS, u8)
    he_mcs: int | None = attr(_R.HE_MCS, u8)
    he_streams: int | None = attr(_R.HE_NSS, u8)
    he_gi: takes.Member[HeGuardInterval | None] = attr(_R.HE_GI, enum(HeGuardInterval, u8))
    he_dcm: int | None = attr(_R.HE_DCM, u8)  # dual carrier modulation: 0 or 1
    he_ru: takes.Member[HeRu | None] = attr(_R.HE_RU_ALLOC, enum(HeRu, u8))
    eht_mcs: int | None = attr(_R.EHT_MCS, u8)
    eht_streams: int | None = attr(_R.EHT_NSS, u8)
    eht_gi: takes.Member[EhtGuardInterval | None] = attr(_R.EHT_GI, enum(EhtGuardInterval, u8))
    eht_ru: takes.Member[EhtRu | None] = attr(_R.EHT_RU_ALLOC, enum(EhtRu, u8))
    s1g_mcs: int | None = attr(_R.S1G_MCS, u8)
    s1g_streams: int | None = attr(_R.S1G_NSS, u8)
    uhr_mcs: int | None = attr(_R.UHR_MCS, u8)
    uhr_elr: bool = attr(_R.UHR_ELR, flag)
    uhr_im: bool = attr(_R.UHR_IM, flag)
    mhz_1: bool = attr(_R.X1_MHZ_WIDTH, flag)
    mhz_2: bool = attr(_R.X2_MHZ_WIDTH, flag)
    mhz_4: bool = attr(_R.X4_MHZ_WIDTH, flag)
    mhz_5: bool = attr(_R.X5_MHZ_WIDTH, flag)
    mhz_8: bool = attr(_R.X8_MHZ_WIDTH, flag)
    mhz_10: bool = attr(_R.X10_MHZ_WIDTH, flag)
    mhz_16: bool = attr(_R.X16_MHZ_WIDTH, flag)
    mhz_40: bool = attr(_R.X40_MHZ_WIDTH, flag)
    mhz_80: bool = attr(_R.X80_MHZ_WIDTH, flag)
    mhz_80p80: bool = attr(_R.X80P80_MHZ_WIDTH, flag)
    mhz_160: bool = attr(_R.X160_MHZ_WIDTH, flag)
    mhz_320: bool = attr(_R.X320_MHZ_WIDTH, flag)

    @property
    def width(self) -> int:
        """How wide the channel was, in MHz."""
        return next((width for name, width in _WIDTHS.items() if getattr(self, name)), 20)

    @property
    def words(self) -> str:
        """The rate and what makes it up, in a line: ``13 Mbit/s, MCS 1``."""
        said = [] if self.bitrate is None else [f"{self.bitrate / 1_000_000:g} Mbit/s"]
        for name in ("", "vht", "he", "eht", "s1g", "uhr"):
            mcs = getattr(self, f"{name}_mcs" if name else "mcs")
            streams = getattr(self, f"{name}_streams", None) if name else None
            if mcs is not None:
                said.append(" ".join(filter(None, (name.upper(), f"MCS {mcs}", streams and f"NSS {streams}"))))
        if self.width != 20:
            said.append(f"{self.width} MHz")
        if self.short_gi:
            said.append("short GI")
        return ", ".join(said)
