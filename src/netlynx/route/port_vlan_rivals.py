"""Whether a port is in the VLANs that are to be removed from it: the kernel says nothing where it is not.

Source: br_vlan_info and br_process_vlan_info in net/bridge/br_netlink.c.
"""

from __future__ import annotations

import errno
from collections.abc import Hashable
from typing import Any

from netlynx.engine.operation import Do, Dump, Guarded, bare
from netlynx.errors import NotFound
from netlynx.route.link_bridge import BridgeVlanFlags
from netlynx.route.link_vlans import ranges_of
from netlynx.route.port_vlan import PortVlan, port_vlans
from netlynx.route.rivals import Guard
from netlynx.schema.record import replace_fields

_SORT = BridgeVlanFlags.PVID | BridgeVlanFlags.UNTAGGED


class _PortVlans(Guard):
    record = PortVlan

    def concerns(self, operation: Do[Any]) -> bool:
        return type(getattr(operation, "request", None)).__name__ == "PortVlan"

    def needed(self, record: Any, pattern: Any) -> bool:
        return True

    def pattern(self, operation: Do[Any]) -> Any:
        return operation.request

    def domain(self, operation: Guarded[Any]) -> Hashable:
        return int(operation.pattern.index)

    def listing(self, operation: Guarded[Any]) -> Dump[Any]:
        return port_vlans(index=operation.pattern.index)

    def around(self, operation: Guarded[Any]) -> Dump[Any]:
        return self.listing(operation)

    def key_of(self, record: Any) -> Hashable:
        return int(record.index)

    def choose(self, operation: Guarded[Any], rivals: list[Any]) -> tuple[Do[Any], list[Any]]:
        record = operation.record
        there = {vlan: each.flags for each in rivals for vlan in each.vlans}
        wanted = record.flags & _SORT
        lacking = [vlan for vlan in record.vlans if vlan not in there or wanted & ~there[vlan]]
        if lacking:
            names = ", ".join(
                f"{first}-{last}" if last != first else str(first) for first, last in ranges_of(lacking, "")
            )
            problem = f"it is not in VLAN {names}" + (f" as {wanted}" if wanted else "")
            raise NotFound(errno.ENOENT, problem, asked=str(operation), hint="Nothing was removed")
        return bare(operation), [left for each in rivals for left in _without(each, record.vlans)]


def _without(each: Any, gone: range) -> list[Any]:
    """What is left of VLANs that are alike without some of them."""
    left = [vlan for vlan in each.vlans if vlan not in gone]
    ranges = ranges_of(left, "") if left else ()
    return [replace_fields(each, vlan=first, last=None if first == last else last) for first, last in ranges]


VLANS = _PortVlans()
