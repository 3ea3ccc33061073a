"""Whether the nexthop object that the kernel takes for a deletion, by its ID alone, is the one that is meant.

Source: rtm_del_nexthop in net/ipv4/nexthop.c.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from netlynx.engine.operation import Dump, Guarded
from netlynx.route.nexthop import NextHopObject, ResilientGroup, nexthops
from netlynx.route.rivals import ByKey
from netlynx.route.route_names import NextHopFlags
from netlynx.schema.sending import given

# What is said otherwise than it was asked for, and what changes by itself.
_PASSING = {"id", "encap_type", "unknown"}
_STATE = {"flags", "scope", "resilient", "group_stats", "hardware_stats_used", "options"}


class _Nexthops(ByKey):
    record = NextHopObject

    def needed(self, record: Any, pattern: Any) -> bool:
        return self.was_read(record) or bool({*given(record)} - _PASSING)

    def domain(self, operation: Guarded[Any]) -> Hashable:
        return "nexthops"

    def listing(self, operation: Guarded[Any]) -> Dump[Any]:
        return nexthops()

    def around(self, operation: Guarded[Any]) -> Dump[Any]:
        return nexthops().where(id=operation.pattern.id)

    def key_of(self, record: Any) -> Hashable:
        return int(record.id)

    def means(self, operation: Guarded[Any], rival: Any) -> bool:
        record = operation.record
        read = self.was_read(record)
        if (read or record.flags) and (record.flags ^ rival.flags) & NextHopFlags.ONLINK:
            return False
        if not read:
            return all(_fits(getattr(record, name), getattr(rival, name)) for name in {*given(record)} - _PASSING)
        names = {*given(record), *given(rival)} - _PASSING - _STATE
        return all(getattr(record, name) == getattr(rival, name) for name in names)


def _fits(value: Any, there: Any) -> bool:
    """Whether a field is there as it is given, maybe with more."""
    if isinstance(value, NextHopFlags):
        return not value & ~there
    if isinstance(value, ResilientGroup):
        return there is not None and all(getattr(value, name) == getattr(there, name) for name in given(value))
    return bool(value == there)


NEXTHOPS = _Nexthops()
