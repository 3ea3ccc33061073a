"""The packet scheduler's clock, in which old structs count time. Source: psched_show in net/sched/sch_api.c."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_NANOSECONDS_A_TICK = 64  # PSCHED_TICKS2NS of every kernel since 2.6.31


@cache
def ticks_per_second() -> float:
    """How many ticks a second has, as the running kernel says (/proc/net/psched); 64 ns each where it does not."""
    try:
        nanoseconds, a_tick, microseconds = (int(each, 16) for each in Path("/proc/net/psched").read_text().split()[:3])
        return microseconds * nanoseconds / a_tick
    except (OSError, ValueError, ZeroDivisionError):
        return 1e9 / _NANOSECONDS_A_TICK


@cache
def timer_frequency() -> int:
    """How often a second the kernel's timers can fire, as it says itself: 1e9 with high-resolution timers, else HZ.

    Where it does not say, 100, as tc has it (__get_hz in iproute2's lib/utils.c).
    """
    try:
        return int(Path("/proc/net/psched").read_text().split()[3], 16) or 100
    except (OSError, ValueError, IndexError):
        return 100
