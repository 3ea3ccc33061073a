"""Sequence numbers of events, one row of them for each CPU, and what is missing in them."""

from __future__ import annotations

_TURN = 0x1_0000_0000  # numbers are of 32 bits
_AHEAD = _TURN // 2  # what is farther off than this is not ahead, but behind


class Numbering:
    """What was lost, from two witnesses: numbers that are missing, and what the kernel says it dropped.

    Both tell of the same events, at different times: the kernel counts for all CPUs at once, and a number is missed
    when its CPU says the next one. What one has told already the other does not tell again. What the kernel had no
    memory to make, the numbers alone tell.
    """

    __slots__ = ("_ahead", "_next")

    def __init__(self) -> None:
        self._next: dict[int, int] = {}  # by CPU
        self._ahead = 0  # how many were told by the kernel and not by the numbers yet; below 0: the other way round

    def see(self, cpu: int, sequence: int) -> int:
        """An event with its number; how many are found to be lost before it."""
        expected = self._next.get(cpu, sequence)
        self._next[cpu] = (sequence + 1) % _TURN
        missing = (sequence - expected) % _TURN
        if not missing or missing > _AHEAD:
            return 0
        told = min(missing, max(self._ahead, 0))
        self._ahead -= missing
        return missing - told

    def dropped(self, count: int) -> int:
        """So many more the kernel says it dropped; how many of them were not told of."""
        told = min(count, max(-self._ahead, 0))
        self._ahead += count
        return count - told
