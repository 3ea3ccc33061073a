"""Rate estimators: how many bytes and packets pass a second. Source: linux/gen_stats.h, net/core/gen_estimator.c."""

from __future__ import annotations

import math
from typing import Any

from netlynx.errors import EncodeError
from netlynx.schema import Layout, member, s8, u8
from netlynx.tc.units import Time

_LEAST, _MOST = -2, 3
"""Powers of two of a second that the kernel takes: a quarter, to 8 of them."""


class RateEstimator(Layout, c="tc_estimator"):
    """How a rate is to be estimated: ``"1s 4s"``, or both times in a list, as ``tc … estimator`` has it.

    It is looked at each first time, 250ms to 8s in powers of two, and averaged over some of the second. `interval` is
    that power (of seconds), and the average moves by a part of 2 to the power of `ewma_log`. The kernel tells the rate
    that it found, and not how.
    """

    interval: int = member(s8)
    ewma_log: int = member(u8)

    @classmethod
    def __natural__(cls, value: Any) -> Any:
        times = value.split() if isinstance(value, str) else value
        if not isinstance(times, list | tuple):
            return value
        if len(times) != 2:
            raise EncodeError(f"{value!r} is no estimator such as '1s 4s': how often, and over how long")
        often, long = (Time.of(each) for each in times)
        power = next((power for power in range(_LEAST, _MOST + 1) if often <= 2.0**power), None)
        if not often or power is None:
            raise EncodeError(f"it is looked at every 250ms to {2**_MOST}s, not every {often}")
        return cls(interval=power, ewma_log=_averaged(often, long))


def _averaged(often: float, long: float) -> int:
    """By which power of two the average moves: tc_setup_estimator in tc/tc_estimator.c."""
    for log in range(1, 32):
        if often > -math.log(1 - 0.5**log) * long:
            if log > 1:
                return log - 1
            break
    raise EncodeError(f"{long} is too short a time, or too long, to average what is seen every {often}")
