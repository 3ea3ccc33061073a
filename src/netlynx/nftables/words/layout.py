"""Where the bits of something stand when it is in a register, and the bytes of values there."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Literal

from .headers import BASES, HEADERS, Base
from .nodes import Anything, Either, Field, Joined, Looked, Option, Prefix, Range, Raw, Scalar, Together, Wild

_HOST: Literal["little", "big"] = sys.byteorder


@dataclass(frozen=True, slots=True)
class Bits:
    """Bytes to load, and the bits of them that count: `shift` is how many follow."""

    offset: int
    length: int
    shift: int
    mask: int  # 0: all


def bits_from(offset: int, count: int) -> Bits:
    """What is loaded for bits that may begin and end within a byte."""
    first, last = offset // 8, -(-(offset + count) // 8)
    shift = last * 8 - offset - count
    whole = shift == 0 and offset % 8 == 0
    return Bits(first, last - first, shift, 0 if whole else (1 << count) - 1 << shift)


def bits_of(looked: Looked) -> Bits:
    """Where something stands in what is loaded for it."""
    if isinstance(looked, Field):
        return bits_from(looked.place.offset, looked.bits)
    if isinstance(looked, Raw):
        return bits_from(looked.offset, looked.length)
    if isinstance(looked, Option) and looked.spot is not None:
        return bits_from(looked.spot.offset, looked.spot.bits)
    return Bits(0, -(-looked.bits // 8), 0, 0)


def base_of(looked: Field | Raw) -> int:
    """The number of the header from which something is counted."""
    base: Base = HEADERS[looked.header].base if isinstance(looked, Field) else looked.base  # type: ignore[assignment]
    return BASES[base]


def to_bytes(looked: Looked, value: int | str, *, swap: bool = False, shifted: bool = True) -> bytes:
    """A value as it stands in the register; `swap`: big-endian, whatever the order of what is looked at."""
    spot = bits_of(looked)
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape").ljust(spot.length, b"\0")
    big = swap or looked.order == "big"
    return (value << (spot.shift if shifted else 0)).to_bytes(spot.length, "big" if big else _HOST)


def from_bytes(looked: Looked, data: bytes, *, swap: bool = False, shifted: bool = True) -> int | str:
    """The value of bytes in a register."""
    if looked.type.text:
        return data.rstrip(b"\0").decode("utf-8", "surrogateescape")
    number = int.from_bytes(data, "big" if swap or looked.order == "big" else _HOST)
    return number >> (bits_of(looked).shift if shifted else 0)


def is_span(value: Scalar) -> bool:
    """Whether more than one value is meant."""
    if isinstance(value, Together):
        return any(is_span(each) for each in value.parts)
    return isinstance(value, Prefix | Range | Wild)


def ends_of(looked: Looked, value: Scalar, *, swap: bool) -> tuple[bytes, bytes]:
    """The first and the last of the values that are meant, as they stand in the register."""
    if isinstance(value, Together) and isinstance(looked, Joined):
        low, high = b"", b""
        for part, each in zip(looked.parts, value.parts, strict=True):
            ends = _ends(part, each, swap=swap, shifted=False)
            low += ends[0].ljust(-(-len(ends[0]) // 4) * 4, b"\0")
            high += ends[1].ljust(-(-len(ends[1]) // 4) * 4, b"\0")
        return low, high
    return _ends(looked, value, swap=swap, shifted=True)


def _ends(looked: Looked, value: Scalar, *, swap: bool, shifted: bool) -> tuple[bytes, bytes]:
    if isinstance(value, Prefix):
        value = Range(value.value, value.value | (1 << looked.bits - value.length) - 1)
    if isinstance(value, Range):
        low = to_bytes(looked, value.low, swap=swap, shifted=shifted)
        return low, to_bytes(looked, value.high, swap=swap, shifted=shifted)
    if isinstance(value, Wild):
        start = value.start.encode("utf-8", "surrogateescape")
        length = bits_of(looked).length
        return start.ljust(length, b"\0"), start.ljust(length, b"\xff")
    if isinstance(value, Either):
        value = value.flags
    if isinstance(value, int | str):
        alone = to_bytes(looked, value, swap=swap, shifted=shifted)
        return alone, alone
    raise TypeError(f"no bytes for {value!r}")


def swapped(looked: Looked) -> bool:
    """Whether numbers of it have to be turned round before they are compared as ranges are: byte by byte."""
    return looked.order == "host" and not looked.type.text and bits_of(looked).length in (2, 4, 8)


def everything(value: object) -> bool:
    """Whether an element stands for what no other has."""
    return isinstance(value, Anything)
