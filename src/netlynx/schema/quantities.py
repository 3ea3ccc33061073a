"""Numbers with a unit: rates, sizes, times. What the kernel counts in, the field says; what people write, the class.

class Time(float, Quantity): ...      # seconds

interval: Time | None = attr(TCA_CODEL.INTERVAL, quantity(Time, u32, 1_000_000))   # the kernel's are microseconds
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, ClassVar, Self

from msgspec.structs import replace

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema.kinds import Code, Kind, Option, hook

_ORDER = sys.byteorder
_COUNTED = (1 << 63) - 1
"""What a column of integers holds: no rate is more."""
_WIDTHS = (0, 1, 2, 4, 8)
"""Bytes that are a number; none are the 0 of a member that a shorter struct lacks."""
_EXACT = 1 << 50
"""Up to here a float holds every integer, and what becomes of it on the way."""


class Quantity:
    """A number with a unit, which text has behind it: ``"10mbit"``.

    A subclass is a number in its base unit, which it is in JSON and columns too; it has `units`, the factors of units
    to that by their names in lower case, and says in `word` what it is.
    """

    __slots__ = ()
    word: ClassVar[str]
    base: ClassVar[str]  # the base unit, in words
    units: ClassVar[dict[str, float]]
    example: ClassVar[str]

    @classmethod
    def of(cls, value: Any) -> Self:
        """The quantity that a text with its unit, or a number of base units, means.

        Raises EncodeError for a text without a unit or with one that is none, and for what is negative or no number,
        EncodeTypeError for what is neither text nor a number.
        """
        if type(value) is cls:
            return value
        if isinstance(value, str):
            value = cls.parse(value)
        elif isinstance(value, bool) or not isinstance(value, int | float):
            raise EncodeTypeError(
                f"expected a {cls.word} such as {cls.example!r}, not {type(value).__name__} {value!r}"
            )
        if not math.isfinite(value) or value < 0:
            raise EncodeError(f"{value} is no {cls.word}")
        return cls(value)  # type: ignore[call-arg]  # subclasses are numbers

    @classmethod
    def parse(cls, text: str) -> float:
        """The number of base units that a text such as ``1.5ms`` says. Raises EncodeError as `of`."""
        stripped = text.strip().lower()
        digits = stripped.rstrip("abcdefghijklmnopqrstuvwxyz%")
        unit = stripped[len(digits) :]
        try:
            number = Decimal(digits)
        except InvalidOperation:
            raise EncodeError(f"{text!r} is no {cls.word} such as {cls.example!r}") from None
        if unit not in cls.units:
            if not unit and number == 0:
                return 0.0
            said = f"{unit!r} is no unit of a {cls.word}" if unit else f"{text!r} has no unit"
            raise EncodeError(f"{said}: one of {', '.join(cls.units)}")
        return float(number * Decimal(str(cls.units[unit])))  # in decimal: 0.3 * 0.001 is 0.0003 there, and no less

    def written(self, unit: str) -> str:
        """The text with this unit, in as few digits as make the same of it."""
        value: Any = self
        texts = (f"{float(value) / self.units[unit]:.{digits}g}{unit}" for digits in (6, 9, 12, 15))
        exact = (text for text in texts if type(self).parse(text) == value)
        return next(exact, f"{float(value) / self.units[unit]:.17g}{unit}")


def quantity(
    cls: type[Any], kind: Kind, per: float | Callable[[], float] = 1, *, each: int = 0, nearest: bool = False
) -> Kind:
    """An integer of this kind, of which `per` are one base unit of the class, or each of which is `each` base units.

    What is between two of the kernel's units is sent as the larger one, or as the `nearest`: then what is read is the
    shortest decimal that means the same. A fraction whose number a float cannot hold
    stays raw when it is read, and so does what is negative. Raises TypeError for a kind that is no integer in host byte
    order.
    """
    signed = bool(kind.options & Option.SIGNED)
    if kind.code is not Code.INTEGER or kind.options & ~Option.SIGNED or not kind.width:
        raise TypeError(f"a quantity is carried by an integer in host byte order, not by {kind.name}")
    width = kind.width
    most = min((1 << 8 * width - signed) - 1, _COUNTED // (each or 1))

    def scale() -> float:
        return per() if callable(per) else per

    def value_of(number: int) -> Any:
        if nearest:
            return cls(_shortest(number, scale()))
        return cls(number * each if each else number / scale() if issubclass(cls, float) else number)

    def read(payload: bytes) -> Any:
        if len(payload) not in _WIDTHS:
            return NotImplemented
        number = int.from_bytes(payload, _ORDER)
        if number > most or (number >= _EXACT and issubclass(cls, float)):
            return NotImplemented
        return value_of(number)

    def write(value: Any) -> bytes:
        made = cls.of(value)
        number = -(-made // each) if each else round(made * scale()) if nearest else _least(made * scale())
        if number > most:
            raise EncodeError(f"{made} is more than the kernel can be told ({value_of(most)})")
        return int(number).to_bytes(width, _ORDER)

    made = hook(lru_cache(1024)(read), write, pure=True)
    return replace(made, name=f"{cls.word} in {kind.name}", width=width, quantity=cls)


def _shortest(number: int, scale: float) -> float:
    """The decimal with the fewest digits of which `scale` times is nearest to the number."""
    exact = number / scale
    return next(
        (made for made in (round(exact, digits) for digits in range(16)) if round(made * scale) == number), exact
    )


def _least(number: float) -> int:
    """The integer that is meant, or the next one: what is off by the last digits of a float is meant."""
    near = round(number)
    return near if abs(number - near) <= max(1e-3, near * 1e-15) else math.ceil(number)
