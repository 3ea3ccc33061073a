"""Numbers as a table that is read at a glance has them: three digits and a unit, in a place of the same width."""

from __future__ import annotations

_UNITS = ("", "k", "M", "G", "T", "P", "E")
UNKNOWN = "-"


def scaled(number: float | None) -> str:
    """``0``, ``7.5``, ``999``, ``1.2k``, ``12.3M``; ``-`` for what is not known (yet). Units are of a thousand."""
    if number is None:
        return UNKNOWN
    if not number:
        return "0"
    for unit in _UNITS:
        if number < 999.5 or unit == _UNITS[-1]:
            break
        number /= 1000
    places = 0 if number >= 99.95 else 1
    text = f"{number:.{places}f}"
    text = text.removesuffix(".0") if not unit or places == 0 else text
    return f"{'<0.1' if text == '0' else text}{unit}"


def whole(number: int | None) -> str:
    """``1,234,567``; ``-`` for what is not known."""
    return UNKNOWN if number is None else f"{number:,}"


def age(seconds: float | None) -> str:
    """``9s``, ``12m``, ``3h``, ``5d``; ``-`` for what is not known."""
    if seconds is None:
        return UNKNOWN
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= 2 * size:
            return f"{seconds // size:.0f}{unit}"
    return f"{seconds:.0f}s"


def milliseconds(value: float | None) -> str:
    """``0.25``, ``12.3``, ``250``; ``-`` for what is not known."""
    return UNKNOWN if value is None else f"{value:.3g}"


def many(number: int, noun: str) -> str:
    """``1 link``, ``1,001 links``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
