"""Structs that are written more simply than they are laid out: ranges, and flags with a mask beside them."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any, ClassVar

from netlynx.errors import EncodeError


class Range:
    """For a layout whose two members are the ends of a range: the first alone means just that number.

    In a record the field is also given as a number, as ``"53-54"``, or as a list or tuple of both ends.
    """

    __slots__ = ()
    __declarations__: ClassVar[dict[str, Any]]

    @classmethod
    def __settle__(cls, values: dict[str, Any]) -> dict[str, Any]:
        low, high = list(cls.__declarations__)[:2]
        return {**values, high: values[low]} if low in values and high not in values else values

    @classmethod
    def __natural__(cls, value: Any) -> Any:
        ends = value
        if isinstance(value, str):
            ends = value.split("-")
            if not all(part.strip().isdecimal() for part in ends):
                raise EncodeError(f"{value!r} is no range such as 53-54")
            ends = [int(part) for part in ends]
        elif hasattr(value, "__index__") and not isinstance(value, bool):
            ends = [operator.index(value)]
        if not isinstance(ends, (list, tuple, range)) or not 1 <= len(ends) <= 2:
            return value
        if not all(hasattr(end, "__index__") for end in ends):
            return value
        return cls(**dict(zip(cls.__declarations__, ends, strict=False)))


class Masked:
    """For a layout of flags and the bits of them that count: a mask that is not given is the flags that are."""

    __slots__ = ()
    __declarations__: ClassVar[dict[str, Any]]

    @classmethod
    def __settle__(cls, values: Mapping[str, Any]) -> Mapping[str, Any]:
        flags, mask = flags_and_mask(cls)
        return {**values, mask: values[flags]} if flags in values and mask not in values else values

    @classmethod
    def __natural__(cls, value: Any) -> Any:
        if isinstance(value, (str, int, list, tuple, set, frozenset)) and not isinstance(value, bool):
            return cls(**{flags_and_mask(cls)[0]: value})
        return value


def flags_and_mask(cls: type[Masked]) -> tuple[str, str]:
    """The names of its flags, and of the bits of them that count."""
    first, second = list(cls.__declarations__)[:2]
    return (second, first) if first == "mask" else (first, second)
