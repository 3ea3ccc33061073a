"""Whether a VXLAN device has all networks that are to be removed from it: those before one that it lacks would go.

Source: vxlan_vni_add_del in drivers/net/vxlan/vxlan_vnifilter.c.
"""

from __future__ import annotations

import errno
from collections.abc import Hashable
from typing import Any

from netlynx.engine.operation import Do, Dump, Guarded, bare
from netlynx.errors import NotFound
from netlynx.route.rivals import Guard
from netlynx.route.vni import Vni, vnis
from netlynx.schema.record import replace_fields


class _Vnis(Guard):
    record = Vni

    def needed(self, record: Any, pattern: Any) -> bool:
        return record.last is not None

    def domain(self, operation: Guarded[Any]) -> Hashable:
        return int(operation.pattern.index)

    def listing(self, operation: Guarded[Any]) -> Dump[Any]:
        return vnis(index=operation.pattern.index)

    def around(self, operation: Guarded[Any]) -> Dump[Any]:
        return self.listing(operation)

    def key_of(self, record: Any) -> Hashable:
        return int(record.index)

    def choose(self, operation: Guarded[Any], rivals: list[Any]) -> tuple[Do[Any], list[Any]]:
        wanted = operation.pattern.vnis
        at = wanted.start
        for each in sorted(rivals, key=lambda each: each.vni):
            if each.vni <= at < each.vnis.stop:
                at = each.vnis.stop
        if at < wanted.stop:
            raise NotFound(errno.ENOENT, f"it has no network {at}", asked=str(operation), hint="Nothing was removed")
        return bare(operation), [left for each in rivals for left in _without(each, wanted)]


def _without(each: Any, gone: range) -> list[Any]:
    """What is left of networks that are alike without some of them."""
    parts = (each.vni, min(each.vnis.stop, gone.start)), (max(each.vni, gone.stop), each.vnis.stop)
    return [
        replace_fields(each, vni=first, last=stop - 1 if stop - 1 > first else None)
        for first, stop in dict.fromkeys(parts)
        if first < stop
    ]


VNIS = _Vnis()
