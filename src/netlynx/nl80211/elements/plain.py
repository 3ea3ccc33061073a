"""Elements of networks in general: rates, traffic, countries, load, meshes. Source: IEEE 802.11-2020, 9.4.2."""

from __future__ import annotations

from ..units import Bitrate
from ..words import Bit, Table, read_words
from .parts import BssLoad, ChannelSwitch, Country, CountryChannels, MeshConfiguration, Tim

_MESH: Table = (
    Bit(0, "accepts-peers"),
    Bit(1, "mcca-supported"),
    Bit(2, "mcca"),
    Bit(3, "forwarding"),
    Bit(4, "mbca"),
    Bit(5, "tbtt-adjusting"),
    Bit(6, "power-save"),
)
_SELECTORS = {127: "ht", 126: "vht", 125: "glk", 124: "epd", 123: "sae-h2e", 122: "he", 121: "eht"}
"""What stands among basic rates and is none: a standard that stations have to know."""


def read_rates(data: bytes, rates: list[Bitrate], basic: list[Bitrate], required: list[str]) -> None:
    """Append all rates, those that every station has to know, and the standards that it has to."""
    for each in data:
        number = each & 0x7F
        if each & 0x80 and number in _SELECTORS:
            required.append(_SELECTORS[number])
            continue
        rate = Bitrate(number * 500_000)
        rates.append(rate)
        if each & 0x80:
            basic.append(rate)


def read_tim(data: bytes) -> Tim:
    """Raises ValueError."""
    if len(data) < 3:
        raise ValueError("too short for a TIM")
    offset, bits = (data[2] >> 1) * 16, int.from_bytes(data[3:], "little")
    stations = tuple(offset + bit for bit in range(bits.bit_length()) if bits >> bit & 1 and offset + bit)
    return Tim(count=data[0], period=data[1], group=bool(data[2] & 1), stations=stations)


def read_country(data: bytes) -> Country:
    """Raises ValueError."""
    if len(data) < 3:
        raise ValueError("too short for a country")
    environment = {0x20: "any", 0x4F: "outdoor", 0x49: "indoor"}.get(data[2], str(data[2]))
    triplets = [data[at : at + 3] for at in range(3, len(data) - 2, 3)]
    channels = [  # those from 201 on are about classes of operation
        CountryChannels(first=first, count=count, power=power) for first, count, power in triplets if first < 201
    ]
    return Country(code=data[:2].decode("ascii", "replace"), environment=environment, channels=tuple(channels))


def read_load(data: bytes) -> BssLoad:
    """Raises ValueError."""
    if len(data) < 5:
        raise ValueError("too short for a load")
    return BssLoad(
        stations=int.from_bytes(data[:2], "little"),
        utilisation=data[2],
        capacity=int.from_bytes(data[3:5], "little"),
    )


def read_switch(data: bytes) -> ChannelSwitch:
    """Raises ValueError."""
    if len(data) < 3:
        raise ValueError("too short for a switch of channels")
    return ChannelSwitch(mode=data[0], channel=data[1], count=data[2])


def read_mesh(data: bytes) -> MeshConfiguration:
    """Raises ValueError."""
    if len(data) < 7:
        raise ValueError("too short for the configuration of a mesh")
    return MeshConfiguration(
        path_selection=data[0],
        path_metric=data[1],
        congestion_control=data[2],
        synchronisation=data[3],
        authentication=data[4],
        peerings=data[5] >> 1 & 0x3F,
        capabilities=read_words(_MESH, data[6]),
    )
