"""Conditions that more than one field, or less than a whole number, has to meet, as `Dump.match` has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

WHOLE = ""
"""Stands where the name of a field does, beside an `AnyOf`."""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Of several lists of conditions (pairs as in `Dump.match`) any has to be met, all of it; or none, if `negated`."""

    alternatives: tuple[tuple[tuple[str, Any], ...], ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Masked:
    """A number that is `masked` in the bits of `mask`, whatever it is in the others."""

    masked: int
    mask: int
