"""Rates, sizes and times as tc writes them, and how its structs count them. Source: tc(8), "UNITS"; tc/tc_util.c.

A number without a unit is bits a second, bytes, seconds, as it is in JSON; text has its unit.
"""

from __future__ import annotations

import math
from typing import ClassVar

from netlynx.schema import Kind, Quantity, quantity, u16, u32, u64
from netlynx.tc.clock import ticks_per_second


class Rate(int, Quantity):
    """Bits a second: ``"10mbit"``, ``"1gibps"``. ``bit`` counts bits and ``bps`` bytes; k, m, g, t before it are
    powers of 1000, and ki, mi, gi, ti of 1024.
    """

    __slots__ = ()
    word: ClassVar[str] = "rate"
    example: ClassVar[str] = "10mbit"
    units: ClassVar[dict[str, float]] = {
        f"{prefix}{unit}": factor * bits
        for unit, bits in (("bit", 1), ("bps", 8))
        for prefix, factor in (
            ("", 1),
            *((letter, 1000**power) for power, letter in enumerate("kmgt", 1)),
            *((f"{letter}i", 1024**power) for power, letter in enumerate("kmgt", 1)),
        )
    }

    def __str__(self) -> str:
        for power, letter in ((4, "t"), (3, "g"), (2, "m"), (1, "k")):
            if self and not self % 1000**power:
                return f"{self // 1000**power}{letter}bit"
        return f"{int(self)}bit"

    def __repr__(self) -> str:
        return f"Rate({str(self)!r})"


class Size(int, Quantity):
    """Bytes: ``"32kb"``. k, m and g are powers of 1024 here; of ``kbit`` and the like, 8 bits are a byte."""

    __slots__ = ()
    word: ClassVar[str] = "size"
    example: ClassVar[str] = "32kb"
    units: ClassVar[dict[str, float]] = {
        "b": 1,
        **{name: 1024**power for power, letter in enumerate("kmg", 1) for name in (letter, f"{letter}b")},
        **{f"{letter}bit": 1024**power / 8 for power, letter in enumerate("kmg", 1)},
    }

    def __str__(self) -> str:
        for power, letter in ((3, "gb"), (2, "mb"), (1, "kb")):
            if self and not self % 1024**power:
                return f"{self // 1024**power}{letter}"
        return f"{int(self)}b"

    def __repr__(self) -> str:
        return f"Size({str(self)!r})"


class Time(float, Quantity):
    """Seconds: ``"100ms"``, ``"5us"``, ``"1.5s"``, ``"64ns"``."""

    __slots__ = ()
    word: ClassVar[str] = "time"
    example: ClassVar[str] = "100ms"
    units: ClassVar[dict[str, float]] = {
        **dict.fromkeys(("s", "sec", "secs"), 1.0),
        **dict.fromkeys(("ms", "msec", "msecs"), 1e-3),
        **dict.fromkeys(("us", "usec", "usecs"), 1e-6),
        **dict.fromkeys(("ns", "nsec", "nsecs"), 1e-9),
    }

    def __str__(self) -> str:
        unit = next((name for name in ("s", "ms", "us") if self >= self.units[name]), "ns")
        return self.written(unit)

    def __repr__(self) -> str:
        return f"Time({str(self)!r})"


class Share(float, Quantity):
    """A part of the whole, from 0 to 1: how probable something is. ``"1%"`` is 0.01."""

    __slots__ = ()
    word: ClassVar[str] = "share"
    example: ClassVar[str] = "1%"
    units: ClassVar[dict[str, float]] = {"%": 0.01}

    def __str__(self) -> str:
        return self.written("%")

    def __repr__(self) -> str:
        return f"Share({str(self)!r})"


rate32: Kind = quantity(Rate, u32, each=8)
"""Bytes a second in 32 bits: what is more than 34 gbit has another attribute beside it."""
rate64: Kind = quantity(Rate, u64, each=8)
size16: Kind = quantity(Size, u16)
size32: Kind = quantity(Size, u32)
microseconds: Kind = quantity(Time, u32, 1_000_000)
milliseconds: Kind = quantity(Time, u32, 1_000)
nanoseconds32: Kind = quantity(Time, u32, 1_000_000_000)
nanoseconds: Kind = quantity(Time, u64, 1_000_000_000)
ticks: Kind = quantity(Time, u32, ticks_per_second)
"""Ticks of the packet scheduler's clock, 64 ns each."""
share32: Kind = quantity(Share, u32, 0xFFFF_FFFF, nearest=True)
"""Of 2^32 - 1, which is all of it."""


def transmit_time(rate: int, size: int) -> Time:
    """How long so many bytes take at a rate, or the longest time that 32 bits of ticks hold.

    Source: tc_calc_xmittime in tc/tc_core.c since iproute2 6.14; those before cut it to whole microseconds.
    """
    return Time(min(size * 8 / rate, 0xFFFF_FFFF / ticks_per_second()))


def transmitted(rate: int, time: float) -> Size:
    """How many bytes take that time at a rate, which the kernel has cut to whole ticks: the next whole byte."""
    return Size(math.ceil(round(rate / 8 * time, 4)))
