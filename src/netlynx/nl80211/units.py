"""Kinds of values that only wireless has: rates, powers, names of networks, sets that come as nests of flags.

Source: net/wireless/nl80211.c.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterable
from enum import IntEnum
from typing import Any, ClassVar

from msgspec.structs import replace

from netlynx.schema import Constants, Kind, Quantity, Spelt, array, binary, enum, hook, quantity, u16, u32
from netlynx.schema.kinds import Option

from .numbers.commands import NL80211_CMD

_ATTRIBUTE = struct.Struct("=HH")
_NESTED = 0x8000  # NLA_F_NESTED


class Bitrate(int, Quantity):
    """Bits a second: ``"54mbit"``; k, m, g before ``bit`` are powers of 1000."""

    __slots__ = ()
    word: ClassVar[str] = "rate"
    example: ClassVar[str] = "54mbit"
    units: ClassVar[dict[str, float]] = {"bit": 1, "kbit": 1e3, "mbit": 1e6, "gbit": 1e9}

    def __str__(self) -> str:
        return f"{self / 1_000_000:g}mbit"

    def __repr__(self) -> str:
        return f"Bitrate({str(self)!r})"


hundreds: Kind = quantity(Bitrate, u32, each=100_000)  # a rate that is counted in 100 kbit/s
kilobits: Kind = quantity(Bitrate, u32, each=1_000)


def _power(payload: bytes) -> float:
    return int.from_bytes(payload, sys.byteorder, signed=True) / 100 if len(payload) == u32.width else NotImplemented


def _hundredths(value: float) -> bytes:
    return round(value * 100).to_bytes(u32.width, sys.byteorder, signed=True)


dbm: Kind = hook(_power, _hundredths, pure=True)
"""A power in dBm, of which the kernel counts hundredths."""


def _name(payload: bytes) -> str:
    return payload.decode("utf-8", "surrogateescape")


def name_bytes(value: str | bytes) -> bytes:
    """The bytes of a network's name, of which there are 32 at most. Raises ValueError, TypeError."""
    if not isinstance(value, str | bytes):
        raise TypeError(f"the name of a network is text or bytes, not {value!r}")
    made = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    if len(made) > _NAME:
        raise ValueError(f"the name of a network has {_NAME} bytes at most, {value!r} has {len(made)}")
    return made


_NAME = 32  # IEEE80211_MAX_SSID_LEN

network_name: Kind = hook(_name, name_bytes, pure=True)
"""The name of a network: up to 32 bytes, which need not be text, without a NUL behind them."""


def _as_it_is(payload: bytes) -> bytes:
    return payload


_raw = hook(_as_it_is, bytes, shown=binary, pure=True)
raw_nest: Kind = replace(_raw, options=_raw.options | Option.NESTED)
"""What is in a nest, as bytes."""


def members(values: type[IntEnum]) -> Kind:
    """A set that comes as a nest of flags, whose types are members of an enum: a tuple of these."""

    def decode(payload: bytes) -> Any:
        return tuple(_member(values, number) for number in types_of(payload))

    def encode(value: Iterable[Any]) -> bytes:
        if isinstance(value, str | int):
            value = (value,)
        return b"".join(_ATTRIBUTE.pack(_ATTRIBUTE.size, _number(values, each)) for each in value)

    made = hook(decode, encode, shown=array(enum(values, u16)), pure=True)
    return replace(made, options=made.options | Option.NESTED)


def types_of(payload: bytes) -> list[int]:
    """The types of the attributes in a nest. Raises ValueError for what is none."""
    found, at = [], 0
    while at + _ATTRIBUTE.size <= len(payload):
        length, kind = _ATTRIBUTE.unpack_from(payload, at)
        if length < _ATTRIBUTE.size:
            raise ValueError(f"an attribute of {length} bytes")
        found.append(kind & ~_NESTED)
        at += (length + 3) & ~3
    return found


def _member(values: type[IntEnum], number: int) -> Any:
    return values(number) if number in values._value2member_map_ else number


def _number(values: type[IntEnum], given: Any) -> int:
    if isinstance(given, str):
        known = {each.label: each for each in values}  # type: ignore[attr-defined]  # an Enumeration
        name = given.lower().replace("_", "-")
        if name not in known:
            raise ValueError(f"{given!r} is none of {', '.join(known)}")
        return int(known[name])
    return int(given)


def bit_numbers(values: type[IntEnum]) -> Kind:
    """A set in which bit n of a string of bytes is the member n of an enum: a tuple of these."""

    def decode(payload: bytes) -> Any:
        bits = int.from_bytes(payload, "little")
        return tuple(_member(values, number) for number in range(bits.bit_length()) if bits >> number & 1)

    def encode(value: Iterable[Any]) -> bytes:
        bits = sum(1 << _number(values, each) for each in value)
        return bits.to_bytes((bits.bit_length() + 7) // 8, "little")

    return hook(decode, encode, shown=array(enum(values, u16)), pure=True)


class _Named(Spelt):
    """A number that has a name in a set of constants; one that has none is its digits."""

    __slots__ = ()
    names: ClassVar[type[Constants]]

    @classmethod
    def _known(cls) -> dict[str, int]:
        return {
            name.partition("_")[2].partition("_")[2].lower().replace("_", "-"): int(number)
            for name, number in cls.names.__c_names__.items()
        }

    @classmethod
    def parse(cls, text: str) -> int:
        """The number of a name, or of digits. Raises ValueError."""
        known = cls._known()
        name = text.lower().replace("_", "-")
        if name in known:
            return known[name]
        if not name.isdecimal():
            raise ValueError(f"{text!r} is no command of nl80211")
        return int(name)

    @property
    def label(self) -> str:
        """The name."""
        return next((name for name, number in self._known().items() if number == self), str(int(self)))


class Command(_Named):
    """A command of the family by its name: ``trigger-scan``."""

    __slots__ = ()
    names: ClassVar[type[Constants]] = NL80211_CMD
