"""Whether what was read says all that was asked for."""

from __future__ import annotations

from typing import Any

from netlynx.schema import Record
from netlynx.schema.sending import given
from netlynx.tc.action import HardwareStatisticsBits
from netlynx.tc.units import Size


def agrees(wanted: Any, found: Any) -> bool:
    """Whether all that was asked for is there; of what is nothing, a kernel may be silent."""
    if isinstance(wanted, Record):
        if found is None:
            return not given(wanted)
        return all(agrees(getattr(wanted, name), getattr(found, name)) for name in given(wanted))
    if isinstance(wanted, tuple):
        return len(wanted) == len(found) and all(map(agrees, wanted, found))
    if isinstance(wanted, HardwareStatisticsBits):  # a kernel speaks of all of them
        return found is not None and bool(wanted.value == found.value)
    if isinstance(wanted, Size):  # a burst is kept as the time that it takes
        return abs(wanted - (found or 0)) <= wanted // 500 + 1
    return bool(wanted == found) or (not wanted and found is None)
