"""Plain values that callers give: seconds, counts, sizes, text. What is none is refused at the call, by its name."""

from __future__ import annotations

FOR_EVER = 1e9
"""Seconds, 30 years: so many and more, infinity too, are as good as no limit, and no clock has to hold them."""


def seconds(name: str, value: object) -> float:
    """The number of seconds that a parameter was given: 0 or more; as `FOR_EVER` what is more than that.

    Raises TypeError for what is no number (`bool` is none), ValueError for one below 0 and for NaN.
    """
    if type(value) is not float and type(value) is not int:
        if isinstance(value, bool) or not hasattr(value, "__float__"):
            raise TypeError(f"{name} takes a number of seconds, 0 or more, not {value!r}")
        try:
            value = float(value)  # of numpy, a fraction …
        except TypeError:
            raise TypeError(f"{name} takes a number of seconds, 0 or more, not {value!r}") from None
    if not value >= 0:
        raise ValueError(f"{name} takes a number of seconds, 0 or more, not {value!r}")
    return value if value < FOR_EVER else FOR_EVER


def optional_seconds(name: str, value: object) -> float | None:
    """As `seconds`, where None is for ever: what is as good as that is None, too."""
    if value is None:
        return None
    given = seconds(name, value)
    return None if given >= FOR_EVER else given


def whole(name: str, value: object, least: int = 0, most: int | None = None, unit: str = "") -> int:
    """The whole number that a parameter was given, from `least` to `most`; `unit` is what it counts, in words.

    Raises TypeError for what is no whole number (`bool` is none), ValueError for one out of range.
    """
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} takes {_range(least, most, unit)}, not {value!r}")
    number = int(value.__index__())
    if number < least or (most is not None and number > most):
        raise ValueError(f"{name} takes {_range(least, most, unit)}, not {value!r}")
    return number


def number(name: str, value: object) -> int:
    """As `whole`, for who says in other words which numbers there are. Raises TypeError."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} takes a number, not {value!r}")
    return int(value.__index__())


def text(name: str, value: object) -> str:
    """The text that a parameter was given. Raises TypeError."""
    if not isinstance(value, str):
        raise TypeError(f"{name} takes text, not {value!r}")
    return value


def bytes_of_queue(name: str, value: object) -> int:
    """The size of a socket's queue, in bytes, as `whole`: the kernel takes an int of C. Source: socket(7)."""
    return whole(name, value, 0, 2**31 - 1, " of bytes")


def _range(least: int, most: int | None, unit: str) -> str:
    return f"a whole number{unit}, {least} or more" if most is None else f"a whole number{unit} from {least} to {most}"
