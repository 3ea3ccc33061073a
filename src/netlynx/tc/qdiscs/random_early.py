"""What random early detection is told, computed of what people say. Source: tc/tc_red.c, net/red.h."""

from __future__ import annotations

import math
from typing import Final

from netlynx.errors import EncodeError
from netlynx.tc.clock import ticks_per_second
from netlynx.tc.units import Rate, transmit_time

BANDWIDTH: Final = Rate(10_000_000)
"""Of the link, unless told: tc's number."""

_MOST_LOG = 31  # of a shift of 32 bits
_IDLE_CELLS = 256  # RED_STAB_SIZE


def averaging(minimum: float, burst: int, average_packet: int) -> int:
    """Wlog, how slowly the average follows: that a burst of so many packets does not reach the minimum.

    Raises EncodeError for a burst that is too small for that.
    """
    least = burst + 1 - minimum / average_packet
    if least < 1:
        needed = math.ceil(minimum / average_packet)
        raise EncodeError(f"a burst of {burst} packets is too small for this minimum: {needed} at least", "burst")
    for log in range(1, _MOST_LOG + 1):
        weight = 0.5**log
        if least <= (1 - (1 - weight) ** burst) / weight:
            return log
    raise EncodeError(f"a burst of {burst} packets is too large", "burst")


def slope(minimum: int, maximum: int, probability: float) -> int:
    """Plog: by which power of two a byte between both is less probable than certain to have a packet dropped.

    Raises EncodeError for a maximum that is none, and for a probability that is too small to be told.
    """
    if maximum <= minimum:
        raise EncodeError(f"it has to be more than min, {minimum}", "max")
    each = probability / (maximum - minimum)
    for log in range(_MOST_LOG + 1):
        if each > 1:
            return log
        each *= 2
    raise EncodeError("it is too small for this min and max", "probability")


def idle(averaging_log: int, average_packet: int, bandwidth: Rate) -> tuple[int, bytes]:
    """Scell_log and its table: how fast the average falls while the link is idle, of which packets go at a rate.

    Raises EncodeError for a link that is too slow to be told of.
    """
    if average_packet * 8 / bandwidth * ticks_per_second() > 0xFFFF_FFFF:
        raise EncodeError("the link is too slow for this average packet", "bandwidth")
    ticks = math.ceil(transmit_time(bandwidth, average_packet) * ticks_per_second() - 1e-3)
    return _falling(-math.log(1 - 0.5**averaging_log) / max(ticks, 1))


def idle_of(cell_log: int) -> bytes:
    """A table for a Scell_log that was read: of what the kernel does not tell, the middle of what it may have been."""
    return _falling(_MOST_LOG / (384 << cell_log))[1]


def _falling(each_tick: float) -> tuple[int, bytes]:
    longest = _MOST_LOG / each_tick
    log = next(log for log in range(64) if longest / (1 << log) < 512)
    table = [min(int((cell << log) * each_tick), _MOST_LOG) for cell in range(_IDLE_CELLS - 1)]
    return log, bytes([*table, _MOST_LOG])
