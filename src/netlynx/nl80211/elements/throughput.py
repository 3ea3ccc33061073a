"""What stations can do and how networks use it: HT, VHT, HE, EHT. Source: IEEE 802.11-2020, 9.4.2.55, 9.4.2.56,
9.4.2.157, 9.4.2.158; 802.11ax, 9.4.2.248, 9.4.2.249; 802.11be, 9.4.2.311, 9.4.2.313."""

from __future__ import annotations

from typing import Any

from ..capabilities import EHT_MAC, EHT_PHY, HE_MAC, HE_PHY, HT, VHT
from ..mcs import HE_MCS, VHT_MCS, highest_mcs, mcs_indexes
from ..words import read_words
from .parts import (
    EhtCapabilities,
    EhtOperation,
    HeCapabilities,
    HeOperation,
    HtCapabilities,
    HtOperation,
    VhtCapabilities,
    VhtOperation,
)

_SPACING = (0, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000)  # nanoseconds


def _need(data: bytes, size: int) -> None:
    if len(data) < size:
        raise ValueError(f"{len(data)} bytes, where there have to be {size}")


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")


def ampdu_length(exponent: int) -> int:
    """The longest A-MPDU of an exponent, in bytes."""
    return (1 << 13 + exponent) - 1


def ampdu_spacing(density: int) -> int:
    """The least time between its frames, in nanoseconds."""
    return _SPACING[density & 7]


def read_ht(data: bytes) -> HtCapabilities:
    """Raises ValueError."""
    _need(data, 26)
    return HtCapabilities(
        capabilities=read_words(HT, _little(data[:2])),
        max_ampdu=ampdu_length(data[2] & 3),
        ampdu_spacing=ampdu_spacing(data[2] >> 2),
        rx_mcs=mcs_indexes(data[3:13]),
    )


def read_ht_operation(data: bytes) -> HtOperation:
    """Raises ValueError."""
    _need(data, 22)
    return HtOperation(
        primary=data[0],
        secondary=("none", "above", "reserved", "below")[data[1] & 3],
        any_width=bool(data[1] & 4),
        rifs=bool(data[1] & 8),
        protection=("no", "nonmember", "20mhz", "non-ht-mixed")[data[2] & 3],
        non_greenfield=bool(data[2] & 4),
        obss_non_ht=bool(data[2] & 16),
    )


def read_vht(data: bytes) -> VhtCapabilities:
    """Raises ValueError."""
    _need(data, 12)
    return VhtCapabilities(
        capabilities=read_words(VHT, _little(data[:4])),
        rx_mcs=highest_mcs(data[4:6], VHT_MCS),
        rx_highest=_little(data[6:8]) & 0x1FFF,
        tx_mcs=highest_mcs(data[8:10], VHT_MCS),
        tx_highest=_little(data[10:12]) & 0x1FFF,
    )


def read_vht_operation(data: bytes) -> VhtOperation:
    """Raises ValueError."""
    _need(data, 5)
    return VhtOperation(
        width={0: "20-or-40", 1: "80", 2: "160", 3: "80p80"}.get(data[0], str(data[0])),
        center1=data[1],
        center2=data[2],
        basic_mcs=highest_mcs(data[3:5], VHT_MCS),
    )


def he_sets(phy: bytes, data: bytes) -> tuple[dict[str, Any], bytes]:
    """The MCS sets of HE and what stands behind them; which there are says what the radio can do."""
    bits = _little(phy)
    fields: dict[str, Any] = {}
    widths = ["80", *(["160"] if bits >> 3 & 1 else []), *(["80p80"] if bits >> 4 & 1 else [])]
    for width in widths:
        _need(data, 4)
        fields[f"rx_mcs_{width}"] = highest_mcs(data[:2], HE_MCS)
        fields[f"tx_mcs_{width}"] = highest_mcs(data[2:4], HE_MCS)
        data = data[4:]
    return fields, data


def read_he(data: bytes) -> HeCapabilities:
    """Raises ValueError."""
    _need(data, 21)
    mac, phy = data[:6], data[6:17]
    sets, rest = he_sets(phy, data[17:])
    return HeCapabilities(
        mac=read_words(HE_MAC, _little(mac)),
        phy=read_words(HE_PHY, _little(phy)),
        ppe_thresholds=rest or None,
        **sets,
    )


def read_he_operation(data: bytes) -> HeOperation:
    """Raises ValueError."""
    _need(data, 6)
    bits, rest = _little(data[:3]), data[6:]
    fields: dict[str, Any] = {}
    if bits >> 14 & 1:  # as VHT has it, for stations of VHT
        _need(rest, 3)
        rest = rest[3:]
    if bits >> 15 & 1:  # how many networks share the radio
        _need(rest, 1)
        rest = rest[1:]
    if bits >> 17 & 1:
        _need(rest, 5)
        fields = {"primary": rest[0], "width": 20 << (rest[1] & 3), "center1": rest[2], "center2": rest[3]}
    return HeOperation(
        pe_duration=bits & 7,
        twt_required=bool(bits >> 3 & 1),
        rts_threshold=bits >> 4 & 0x3FF,
        er_su_disabled=bool(bits >> 16 & 1),
        color=data[3] & 0x3F,
        color_partial=bool(data[3] >> 6 & 1),
        color_disabled=bool(data[3] >> 7),
        basic_mcs=highest_mcs(data[4:6], HE_MCS),
        **fields,
    )


def read_eht(data: bytes) -> EhtCapabilities:
    """Raises ValueError."""
    _need(data, 11)
    return EhtCapabilities(
        mac=read_words(EHT_MAC, _little(data[:2])), phy=read_words(EHT_PHY, _little(data[2:11])), rest=data[11:] or None
    )


def read_eht_operation(data: bytes) -> EhtOperation:
    """Raises ValueError."""
    _need(data, 5)
    if not data[0] & 1:
        return EhtOperation()
    _need(data, 8)
    fields: dict[str, Any] = {"width": 20 << (data[5] & 7), "center1": data[6], "center2": data[7]}
    if data[0] & 2:
        _need(data, 10)
        fields["disabled_subchannels"] = _little(data[8:10])
    return EhtOperation(**fields)
