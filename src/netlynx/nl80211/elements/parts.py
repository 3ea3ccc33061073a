"""What elements say: what networks, of which kind, take part in a frame, in records.

Source: IEEE 802.11-2020, 9.4.2; 802.11ax; 802.11be; Wi-Fi Simple Configuration 2.0.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Record, array, attr, binary, boolean, flag, indexed, nest, spelt, string, takes, u8, u16, u32
from netlynx.schema.facts import NoFacts

from ..suites import Akm, Cipher

_VALUE = NoFacts("read from the elements of a frame, which IEEE 802.11 describes; never sent as it is")


class Rsn(Record):
    """How a network is secured: ciphers, ways to agree on keys, whether management frames are protected."""

    __facts__: ClassVar[NoFacts] = _VALUE

    version: int | None = attr(1, u16)
    group: takes.Member[Cipher | None] = attr(2, spelt(Cipher, u32))
    pairwise: takes.Several[Cipher] = attr(3, array(spelt(Cipher, u32)), default=())
    akm: takes.Several[Akm] = attr(4, array(spelt(Akm, u32)), default=())
    capabilities: takes.Several[str] = attr(5, indexed(string), default=())
    pmkids: takes.Several[bytes] = attr(6, indexed(binary), default=())
    group_management: takes.Member[Cipher | None] = attr(7, spelt(Cipher, u32))

    @property
    def mfp(self) -> str:
        """Whether management frames are protected: ``no``, ``optional`` or ``required``."""
        if "mfp-required" in self.capabilities:
            return "required"
        return "optional" if "mfp-capable" in self.capabilities else "no"


class Tim(Record):
    """Which stations have frames waiting; `group` is whether group frames wait, too."""

    __facts__: ClassVar[NoFacts] = _VALUE

    count: int | None = attr(1, u8)  # beacons until the next one that announces group frames
    period: int | None = attr(2, u8)  # beacons
    group: bool = attr(3, flag)
    stations: takes.Several[int] = attr(4, array(u16), default=())  # by their association IDs


class CountryChannels(Record):
    """Channels and how strongly may be sent on them."""

    __facts__: ClassVar[NoFacts] = _VALUE

    first: int | None = attr(1, u8)
    count: int | None = attr(2, u8)
    power: int | None = attr(3, u8)  # dBm at most


class Country(Record):
    """Where the network is, and what is allowed there."""

    __facts__: ClassVar[NoFacts] = _VALUE

    code: str | None = attr(1, string)  # two letters
    environment: str | None = attr(2, string)  # any, indoor or outdoor; else as a number
    channels: takes.Records[CountryChannels] = attr(3, indexed(nest(CountryChannels)), default=())


class BssLoad(Record):
    """How busy an access point is."""

    __facts__: ClassVar[NoFacts] = _VALUE

    stations: int | None = attr(1, u16)
    utilisation: int | None = attr(2, u8)  # of the channel, in 255ths
    capacity: int | None = attr(3, u16)  # for more traffic, in 32 us a second


class ChannelSwitch(Record):
    """A network is about to go to another channel."""

    __facts__: ClassVar[NoFacts] = _VALUE

    mode: int | None = attr(1, u8)  # 1: nobody may send until then
    channel: int | None = attr(2, u8)
    count: int | None = attr(3, u8)  # beacons


class HtCapabilities(Record):
    """What a station can do of HT (802.11n)."""

    __facts__: ClassVar[NoFacts] = _VALUE

    capabilities: takes.Several[str] = attr(1, indexed(string), default=())
    max_ampdu: int | None = attr(2, u32)  # bytes
    ampdu_spacing: int | None = attr(3, u32)  # nanoseconds
    rx_mcs: takes.Several[int] = attr(4, array(u8), default=())  # indexes that it can receive


class HtOperation(Record):
    """How a network uses HT."""

    __facts__: ClassVar[NoFacts] = _VALUE

    primary: int | None = attr(1, u8)  # channel
    secondary: str | None = attr(2, string)  # none, above or below
    any_width: bool = attr(3, flag)
    rifs: bool = attr(4, flag)
    protection: str | None = attr(5, string)
    non_greenfield: bool = attr(6, flag)
    obss_non_ht: bool = attr(7, flag)


class VhtCapabilities(Record):
    """What a station can do of VHT (802.11ac): of 1, 2 … streams the highest MCS, 0 where there is none."""

    __facts__: ClassVar[NoFacts] = _VALUE

    capabilities: takes.Several[str] = attr(1, indexed(string), default=())
    rx_mcs: takes.Several[int] = attr(2, array(u8), default=())
    tx_mcs: takes.Several[int] = attr(3, array(u8), default=())
    rx_highest: int | None = attr(4, u16)  # Mbit/s, 0: not said
    tx_highest: int | None = attr(5, u16)


class VhtOperation(Record):
    """How a network uses VHT."""

    __facts__: ClassVar[NoFacts] = _VALUE

    width: str | None = attr(1, string)  # 20-or-40, 80, 160 or 80p80 MHz
    center1: int | None = attr(2, u8)  # channel
    center2: int | None = attr(3, u8)
    basic_mcs: takes.Several[int] = attr(4, array(u8), default=())


class HeCapabilities(Record):
    """What a station can do of HE (802.11ax): for each width, of 1, 2 … streams the highest MCS."""

    __facts__: ClassVar[NoFacts] = _VALUE

    mac: takes.Several[str] = attr(1, indexed(string), default=())
    phy: takes.Several[str] = attr(2, indexed(string), default=())
    rx_mcs_80: takes.Several[int] = attr(3, array(u8), default=())
    tx_mcs_80: takes.Several[int] = attr(4, array(u8), default=())
    rx_mcs_160: takes.Several[int] = attr(5, array(u8), default=())
    tx_mcs_160: takes.Several[int] = attr(6, array(u8), default=())
    rx_mcs_80p80: takes.Several[int] = attr(7, array(u8), default=())
    tx_mcs_80p80: takes.Several[int] = attr(8, array(u8), default=())
    ppe_thresholds: bytes | None = attr(9, binary)


class HeOperation(Record):
    """How a network uses HE."""

    __facts__: ClassVar[NoFacts] = _VALUE

    color: int | None = attr(1, u8)
    color_partial: bool = attr(2, flag)
    color_disabled: bool = attr(3, flag)
    pe_duration: int | None = attr(4, u8)  # units of 4 us
    twt_required: bool = attr(5, flag)
    rts_threshold: int | None = attr(6, u16)  # units of 32 us, 1023: none
    er_su_disabled: bool = attr(7, flag)
    basic_mcs: takes.Several[int] = attr(8, array(u8), default=())
    primary: int | None = attr(9, u8)  # channel, in 6 GHz
    width: int | None = attr(10, u16)  # MHz, in 6 GHz
    center1: int | None = attr(11, u8)
    center2: int | None = attr(12, u8)


class EhtCapabilities(Record):
    """What a station can do of EHT (802.11be)."""

    __facts__: ClassVar[NoFacts] = _VALUE

    mac: takes.Several[str] = attr(1, indexed(string), default=())
    phy: takes.Several[str] = attr(2, indexed(string), default=())
    rest: bytes | None = attr(3, binary)  # MCS sets, then PPE thresholds: their size depends on HE capabilities


class EhtOperation(Record):
    """How a network uses EHT."""

    __facts__: ClassVar[NoFacts] = _VALUE

    width: int | None = attr(1, u16)  # MHz
    center1: int | None = attr(2, u8)
    center2: int | None = attr(3, u8)
    disabled_subchannels: int | None = attr(4, u16)  # bit n: 20 MHz from 20·n MHz on


class MeshConfiguration(Record):
    """How a mesh works, and whether a station of it takes more peers."""

    __facts__: ClassVar[NoFacts] = _VALUE

    path_selection: int | None = attr(1, u8)  # 1: HWMP
    path_metric: int | None = attr(2, u8)  # 1: airtime
    congestion_control: int | None = attr(3, u8)
    synchronisation: int | None = attr(4, u8)
    authentication: int | None = attr(5, u8)
    peerings: int | None = attr(6, u8)
    capabilities: takes.Several[str] = attr(7, indexed(string), default=())


class Wps(Record):
    """What Wi-Fi Protected Setup says of a device."""

    __facts__: ClassVar[NoFacts] = _VALUE

    version: str | None = attr(1, string)
    state: str | None = attr(2, string)  # unconfigured or configured
    locked: bool | None = attr(3, boolean)
    uuid: str | None = attr(4, string)
    manufacturer: str | None = attr(5, string)
    model: str | None = attr(6, string)
    model_number: str | None = attr(7, string)
    serial: str | None = attr(8, string)
    device: str | None = attr(9, string)
    methods: int | None = attr(10, u16)


class RawElement(Record):
    """An element that nothing here explains, or that is malformed."""

    __facts__: ClassVar[NoFacts] = _VALUE

    id: int | None = attr(1, u8)
    extension: int | None = attr(2, u8)  # where `id` is 255
    data: bytes | None = attr(3, binary)


class VendorElement(Record):
    """An element of a vendor's own."""

    __facts__: ClassVar[NoFacts] = _VALUE

    oui: str | None = attr(1, string)  # 00:50:f2
    type: int | None = attr(2, u8)
    data: bytes | None = attr(3, binary)
