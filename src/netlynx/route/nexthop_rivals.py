"""Whether the nexthop object that the kernel takes for a deletion, by its ID alone, is the one that is meant.

Source: rtm_del_nexthop in net/ipv4/nexthop.c.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from netlynx.operation import Dump, Guarded
from netlynx.route.nexthop import NextHopObject, nexthops
from netlynx.route.rivals import Guard
from netlynx.schema.sending import given

# What changes by itself, or is said otherwise than it was asked for.
_PASSING = {"flags", "scope", "resilient", "group_stats", "hardware_stats_used", "options", "encap_type", "unknown"}


class _Nexthops(Guard):
    record = NextHopObject

    def needed(self, record: Any, pattern: Any) -> bool:
        return self.was_read(record)  # another one says nothing but its ID

    def domain(self, operation: Guarded[Any]) -> Hashable:
        return "nexthops"

    def listing(self, operation: Guarded[Any]) -> Dump[Any]:
        return nexthops()

    def around(self, operation: Guarded[Any]) -> Dump[Any]:
        return nexthops().where(id=operation.pattern.id)

    def covers(self, dump: Dump[Any]) -> bool:
        return True  # each is its own only rival

    def key_of(self, record: Any) -> Hashable:
        return int(record.id)

    def means(self, operation: Guarded[Any], rival: Any) -> bool:
        record = operation.record
        names = {*given(record), *given(rival)} - _PASSING
        return all(getattr(record, name) == getattr(rival, name) for name in names)

    def taken(self, pattern: Any, rivals: list[Any]) -> list[Any]:
        return rivals


NEXTHOPS = _Nexthops()
