"""The memory and the descriptors that this process has: neither grows with time."""

from __future__ import annotations

import gc
import os
from pathlib import Path

from .tally import Tally

GROWTH = 16 << 10  # KiB that memory may grow by, from the middle of a run to its end


class Resources:
    """What was seen of them from its making on."""

    def __init__(self) -> None:
        self.memory: list[int] = []  # KiB, in each round
        self.descriptors = [_descriptors()]  # at first, then in each round

    def look(self) -> None:
        """Note what there is now."""
        gc.collect()
        self.memory.append(int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024)
        self.descriptors.append(_descriptors())

    def judge(self, tally: Tally) -> None:
        """All is done, and what was used should be given back."""
        self.look()
        if self.descriptors[-1] > self.descriptors[0]:
            tally.fault(f"{self.descriptors[-1] - self.descriptors[0]} descriptors were left open")
        # While it goes on: what runs at its end is not what runs in its middle.
        rounds = self.memory[len(self.memory) // 2 : -1]
        if rounds and rounds[-1] - rounds[0] > GROWTH:
            tally.fault(f"memory grew from {rounds[0]} to {rounds[-1]} KiB")


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))
