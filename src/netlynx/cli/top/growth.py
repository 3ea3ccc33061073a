"""Counters that were read twice: by how much each grew, where that can be told. No rate is ever negative."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Counts: TypeAlias = Sequence[int | None]

_WIDTHS = (32, 64)  # bits of counters: many drivers' are of 32 in a message that has room for 64


def growth(before: Counts, now: Counts) -> list[int | None]:
    """How much each counter grew; None for what is not counted, and for all of what began to count anew.

    That is what all counters say together: of a device that is reset, or made again with the same number, none is
    above what it was. One that alone is less than before went past its end, if it was near that and is near 0 again.
    """
    if began_anew(before, now):
        return [None] * len(now)
    return [_grown(old, new) for old, new in zip(before, now, strict=True)]


def began_anew(before: Counts, now: Counts) -> bool:
    """Whether all that had counted something, two at the least, are below what they were."""
    had = [(old, new) for old, new in zip(before, now, strict=True) if old]
    return len(had) > 1 and all(new is None or new < old for old, new in had)


def _grown(before: int | None, now: int | None) -> int | None:
    if before is None or now is None:
        return None
    if now >= before:
        return now - before
    for width in _WIDTHS:
        quarter = 1 << width - 2
        if 3 * quarter <= before < 4 * quarter and now < quarter:
            return now + 4 * quarter - before
    return None
