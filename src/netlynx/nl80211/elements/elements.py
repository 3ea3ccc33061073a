"""All elements of a frame, by what they say. Source: IEEE 802.11-2020, table 9-92; linux/ieee80211.h."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from netlynx.schema import Record, array, attr, binary, indexed, nest, string, takes, u8
from netlynx.schema.facts import NoFacts

from ..capabilities import ERP, EXTENDED
from ..units import Bitrate, hundreds, network_name
from ..words import read_words
from . import plain, security, throughput
from .parts import (
    BssLoad,
    ChannelSwitch,
    Country,
    EhtCapabilities,
    EhtOperation,
    HeCapabilities,
    HeOperation,
    HtCapabilities,
    HtOperation,
    MeshConfiguration,
    RawElement,
    Rsn,
    Tim,
    VendorElement,
    VhtCapabilities,
    VhtOperation,
    Wps,
)

_EXTENSION = 255
_RATES, _RSN, _EXTENDED_RATES, _VENDOR = 1, 48, 50, 221
_WPA, _WPS, _WMM = bytes.fromhex("0050f201"), bytes.fromhex("0050f204"), bytes.fromhex("0050f202")


class Elements(Record):
    """The information elements of a beacon, a probe or another frame, decoded; `data` are the bytes that they are.

    Of an element that is there several times the first counts. What nothing here explains, and what is malformed, is
    among the `others`, as it is. Where a request takes elements, bytes will do.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("IEEE 802.11 describes them: linux/nl80211.h has them as bytes")

    ssid: str | None = attr(1, network_name)
    rates: takes.Several[Bitrate] = attr(2, indexed(hundreds), default=())
    basic_rates: takes.Several[Bitrate] = attr(3, indexed(hundreds), default=())  # that every station has to know
    required: takes.Several[str] = attr(4, indexed(string), default=())  # standards that it has to: ht, vht, sae-h2e
    channel: int | None = attr(5, u8)
    tim: takes.Nested[Tim | None] = attr(6, nest(Tim))
    country: takes.Nested[Country | None] = attr(7, nest(Country))
    power_constraint: int | None = attr(8, u8)  # dB less than the country allows
    load: takes.Nested[BssLoad | None] = attr(9, nest(BssLoad))
    switch: takes.Nested[ChannelSwitch | None] = attr(10, nest(ChannelSwitch))
    erp: takes.MaybeSeveral[str] = attr(11, indexed(string))
    rsn: takes.Nested[Rsn | None] = attr(12, nest(Rsn))
    wpa: takes.Nested[Rsn | None] = attr(13, nest(Rsn))
    wps: takes.Nested[Wps | None] = attr(14, nest(Wps))
    wmm: bytes | None = attr(15, binary)  # how traffic is weighted, behind the vendor's number
    ht: takes.Nested[HtCapabilities | None] = attr(16, nest(HtCapabilities))
    ht_operation: takes.Nested[HtOperation | None] = attr(17, nest(HtOperation))
    vht: takes.Nested[VhtCapabilities | None] = attr(18, nest(VhtCapabilities))
    vht_operation: takes.Nested[VhtOperation | None] = attr(19, nest(VhtOperation))
    he: takes.Nested[HeCapabilities | None] = attr(20, nest(HeCapabilities))
    he_operation: takes.Nested[HeOperation | None] = attr(21, nest(HeOperation))
    eht: takes.Nested[EhtCapabilities | None] = attr(22, nest(EhtCapabilities))
    eht_operation: takes.Nested[EhtOperation | None] = attr(23, nest(EhtOperation))
    extended: takes.MaybeSeveral[str] = attr(24, indexed(string))  # extended capabilities
    mesh_id: str | None = attr(25, network_name)
    mesh: takes.Nested[MeshConfiguration | None] = attr(26, nest(MeshConfiguration))
    rm_capabilities: bytes | None = attr(27, binary)  # what it can measure for others
    operating_classes: takes.MaybeSeveral[int] = attr(28, array(u8))
    vendors: takes.Records[VendorElement] = attr(29, indexed(nest(VendorElement)), default=())
    others: takes.Records[RawElement] = attr(30, indexed(nest(RawElement)), default=())
    data: bytes | None = attr(31, binary)

    @classmethod
    def of(cls, data: bytes) -> Elements:
        """Elements from their bytes. Nothing is refused: what is malformed is told as it is."""
        return read_elements(data)

    @classmethod
    def __natural__(cls, value: Any) -> Any:
        return read_elements(bytes(value)) if isinstance(value, bytes | bytearray | memoryview) else value

    @property
    def security(self) -> str:
        """How the network is secured, in a word or two: ``open``, ``WPA2 PSK``, ``WPA2 PSK, SAE``, ``WPA``.

        That of a network with WEP is not told here: `Bss.security` knows.
        """
        said = ["RSN that cannot be read"] if any(each.id == _RSN for each in self.others) else []
        if self.wpa is not None:
            said.append("WPA " + ", ".join(str(each).removeprefix("wpa-") for each in self.wpa.akm))
        if self.rsn is not None:
            said.append("WPA2 " + ", ".join(map(str, self.rsn.akm)))
        return "; ".join(said) or "open"


_WHOLE: dict[int, tuple[str, Callable[[bytes], Any]]] = {
    0: ("ssid", lambda data: data.decode("utf-8", "surrogateescape")),
    3: ("channel", lambda data: data[0]),
    5: ("tim", plain.read_tim),
    7: ("country", plain.read_country),
    11: ("load", plain.read_load),
    32: ("power_constraint", lambda data: data[0]),
    37: ("switch", plain.read_switch),
    42: ("erp", lambda data: read_words(ERP, data[0])),
    45: ("ht", throughput.read_ht),
    _RSN: ("rsn", security.read_rsn),
    59: ("operating_classes", tuple),
    61: ("ht_operation", throughput.read_ht_operation),
    70: ("rm_capabilities", bytes),
    113: ("mesh", plain.read_mesh),
    114: ("mesh_id", lambda data: data.decode("utf-8", "surrogateescape")),
    127: ("extended", lambda data: read_words(EXTENDED, int.from_bytes(data, "little"))),
    191: ("vht", throughput.read_vht),
    192: ("vht_operation", throughput.read_vht_operation),
}
_EXTENSIONS: dict[int, tuple[str, Callable[[bytes], Any]]] = {
    35: ("he", throughput.read_he),
    36: ("he_operation", throughput.read_he_operation),
    106: ("eht_operation", throughput.read_eht_operation),
    108: ("eht", throughput.read_eht),
}
_VENDORS: dict[bytes, tuple[str, Callable[[bytes], Any]]] = {
    _WPA: ("wpa", security.read_rsn),
    _WPS: ("wps", security.read_wps),
    _WMM: ("wmm", bytes),
}


def split_elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each element's number and bytes; one that is cut short at the end has what is there."""
    at = 0
    while at + 2 <= len(data):
        yield data[at], data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]


def read_elements(data: bytes) -> Elements:
    """Elements from their bytes. Nothing is refused: what is malformed is told as it is."""
    fields: dict[str, Any] = {}
    rates: tuple[list[Bitrate], list[Bitrate], list[str]] = ([], [], [])
    vendors, others = [], []
    for number, value in split_elements(data):
        if number in (_RATES, _EXTENDED_RATES):
            plain.read_rates(value, *rates)
            continue
        name, reader, payload = _reader(number, value)
        try:
            if name and name not in fields:
                fields[name] = reader(payload)
                continue
        except (ValueError, IndexError):
            fields.pop(name, None)
        if number == _VENDOR and len(value) >= 4:
            vendors.append(VendorElement(oui=value[:3].hex(":"), type=value[3], data=value[4:]))
        elif number == _EXTENSION and value:
            others.append(RawElement(id=number, extension=value[0], data=value[1:]))
        else:
            others.append(RawElement(id=number, data=value))
    return Elements(
        **fields,
        rates=tuple(rates[0]),
        basic_rates=tuple(rates[1]),
        required=tuple(rates[2]),
        vendors=tuple(vendors),
        others=tuple(others),
        data=data,
    )


def _reader(number: int, value: bytes) -> tuple[str, Callable[[bytes], Any], bytes]:
    """What an element says, what reads it, and which bytes of it; an empty name where nothing does."""
    if number == _EXTENSION and value:
        return (*_EXTENSIONS.get(value[0], ("", bytes)), value[1:])
    if number == _VENDOR:
        return (*_VENDORS.get(value[:4], ("", bytes)), value[4:])
    return (*_WHOLE.get(number, ("", bytes)), value)
