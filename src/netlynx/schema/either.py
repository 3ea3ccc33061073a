"""Conditions that more than one field, or less than a whole number, has to meet, as `Dump.match` has them."""

from __future__ import annotations

from typing import Any

import msgspec

WHOLE = ""
"""Stands where the name of a field does, beside an `AnyOf`."""


class AnyOf(msgspec.Struct, frozen=True):
    """Of several lists of conditions (pairs as in `Dump.match`) any has to be met, all of it; or none, if `negated`."""

    alternatives: tuple[tuple[tuple[str, Any], ...], ...]
    negated: bool = False


class Masked(msgspec.Struct, frozen=True):
    """A number that is `masked` in the bits of `mask`, whatever it is in the others."""

    masked: int
    mask: int
