"""Networks that were found, and how they are looked for. Source: nl80211_send_bss and nl80211_trigger_scan in
net/wireless/nl80211.c."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Record, attr, binary, enum, flag, indexed, interface, mac, s8, takes, u8, u16, u32, u64
from netlynx.schema.facts import Facts

from .elements.kind import element_bytes
from .enums.found import BssStatus, BssUnusable, BssUse, BssWidth, ScanFlags
from .numbers.attributes import NL80211_ATTR as _A
from .numbers.attributes import OF_OTHERS
from .numbers.networks import NL80211_BSS as _B
from .units import dbm, network_name
from .worded import worded

if TYPE_CHECKING:
    from .elements.elements import Elements


class Bss(Record, header=GenericHeader):
    """A network as an interface saw it last: one access point on one channel, say."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A)
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    wdev: int | None = attr(_A.WDEV, u64)
    bssid: str | None = attr((_A.BSS, _B.BSSID), mac)
    frequency: int | None = attr((_A.BSS, _B.FREQUENCY), u32)  # MHz
    frequency_offset: int | None = attr((_A.BSS, _B.FREQUENCY_OFFSET), u32)  # kHz more
    width: takes.Member[BssWidth | None] = attr((_A.BSS, _B.CHAN_WIDTH), enum(BssWidth, u32))
    signal: float | None = attr((_A.BSS, _B.SIGNAL_MBM), dbm)  # dBm
    signal_percent: int | None = attr((_A.BSS, _B.SIGNAL_UNSPEC), u8)  # where the device knows no dBm
    chain_signal: takes.MaybeSeveral[int] = attr((_A.BSS, _B.CHAIN_SIGNAL), indexed(s8, first=0))  # dBm, by antenna
    status: takes.Member[BssStatus | None] = attr((_A.BSS, _B.STATUS), enum(BssStatus, u32))
    capability: takes.MaybeSeveral[str] = attr((_A.BSS, _B.CAPABILITY), worded("NETWORK", 2))
    beacon_interval: int | None = attr((_A.BSS, _B.BEACON_INTERVAL), u16)  # units of 1024 us
    tsf: int | None = attr((_A.BSS, _B.TSF), u64)  # microseconds: its clock, in the last frame
    beacon_tsf: int | None = attr((_A.BSS, _B.BEACON_TSF), u64)
    parent_tsf: int | None = attr((_A.BSS, _B.PARENT_TSF), u64)  # of the network that was connected to
    parent: str | None = attr((_A.BSS, _B.PARENT_BSSID), mac)
    seen_ago: int | None = attr((_A.BSS, _B.SEEN_MS_AGO), u32)  # milliseconds
    seen_at: int | None = attr((_A.BSS, _B.LAST_SEEN_BOOTTIME), u64)  # nanoseconds since the host started
    elements: takes.Natural[Elements | None] = attr((_A.BSS, _B.INFORMATION_ELEMENTS), element_bytes)
    beacon_elements: takes.Natural[Elements | None] = attr((_A.BSS, _B.BEACON_IES), element_bytes)
    probed: bool = attr((_A.BSS, _B.PRESP_DATA), flag)  # `elements` are of an answer to a probe
    mld: str | None = attr((_A.BSS, _B.MLD_ADDR), mac)
    link_id: int | None = attr((_A.BSS, _B.MLO_LINK_ID), u8)
    use_for: takes.Flags[BssUse | None] = attr((_A.BSS, _B.USE_FOR), enum(BssUse, u32))
    unusable: takes.Flags[BssUnusable | None] = attr((_A.BSS, _B.CANNOT_USE_REASONS), enum(BssUnusable, u64))
    generation: int | None = attr(_A.GENERATION, u32)

    @property
    def ssid(self) -> str:
        """The name of the network; empty where it hides that."""
        return (self.elements.ssid if self.elements is not None else None) or ""

    @property
    def security(self) -> str:
        """How it is secured: ``open``, ``WEP``, ``WPA2 PSK``, ``WPA2 PSK, SAE`` and so on."""
        said = self.elements.security if self.elements is not None else "open"
        return "WEP" if said == "open" and "privacy" in (self.capability or ()) else said


class BssFilter(Record, header=GenericHeader):
    """Whose networks."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    wdev: int | None = attr(_A.WDEV, u64)
    unusable: bool = attr(_A.BSS_DUMP_INCLUDE_USE_DATA, flag)  # those that cannot be used, too, and why


class Scan(Record, header=GenericHeader):
    """How networks are looked for, and what is said of a scan that began, ended or was given up.

    Without `ssids` nothing is sent (passive); an empty name asks whoever hears it. `frequencies` are in MHz, all that
    are allowed where there are none.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    wiphy: int | None = attr(_A.WIPHY, u32)
    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    wdev: int | None = attr(_A.WDEV, u64)
    ssids: takes.MaybeSeveral[str] = attr(_A.SCAN_SSIDS, indexed(network_name))
    frequencies: takes.MaybeSeveral[int] = attr(_A.SCAN_FREQUENCIES, indexed(u32))
    flags: takes.Flags[ScanFlags | None] = attr(_A.SCAN_FLAGS, enum(ScanFlags, u32))
    elements: bytes | None = attr(_A.IE, binary(2304))  # to send with each probe
    bssid: str | None = attr(_A.BSSID, mac)  # only this one
    duration: int | None = attr(_A.MEASUREMENT_DURATION, u16)  # units of 1024 us on each channel
    duration_mandatory: bool = attr(_A.MEASUREMENT_DURATION_MANDATORY, flag)
    mac_mask: str | None = attr(_A.MAC_MASK, mac)
    start_tsf: int | None = attr(_A.SCAN_START_TIME_TSF, u64)  # microseconds
    start_tsf_bssid: str | None = attr(_A.SCAN_START_TIME_TSF_BSSID, mac)
    mac: str | None = attr(_A.MAC, mac)  # to send with, where the flags say random-addr
