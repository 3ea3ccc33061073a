"""Whether a port is in all VLANs that are to be removed from it, or changed there.

Of a removal the kernel says nothing where it is not; of a change, those before the first that it lacks are changed by
then. Source: br_vlan_info and br_process_vlan_info in net/bridge/br_netlink.c, br_vlan_process_options and
br_vlan_rtm_process_global_options in net/bridge/br_vlan_options.c.
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
from netlynx.route.vlan_options import VlanOptions, vlan_options
from netlynx.schema.record import replace_fields

_SORT = BridgeVlanFlags.PVID | BridgeVlanFlags.UNTAGGED


class _PortVlans(Guard):
    record: Any = PortVlan
    done = "removed"

    def concerns(self, operation: Do[Any]) -> bool:
        return type(getattr(operation, "request", None)).__name__ in ("PortVlan", "VlanOptions")

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
        there = {vlan: getattr(each, "flags", 0) for each in rivals for vlan in each.vlans}
        wanted = getattr(record, "flags", _SORT & 0) & _SORT
        lacking = [vlan for vlan in _all(record) if vlan not in there or wanted & ~there[vlan]]
        if lacking:
            names = ", ".join(
                f"{first}-{last}" if last != first else str(first) for first, last in ranges_of(lacking, "")
            )
            problem = f"it is not in VLAN {names}" + (f" as {wanted}" if wanted else "")
            raise NotFound(errno.ENOENT, problem, asked=str(operation), hint=f"Nothing was {self.done}")
        return bare(operation), self.left(record, rivals)

    def left(self, record: Any, rivals: list[Any]) -> list[Any]:
        """What there is when it is done."""
        return [left for each in rivals for left in _without(each, _all(record))]


class _Changed(_PortVlans):
    done = "changed"

    def needed(self, record: Any, pattern: Any) -> bool:
        return record.last is not None

    def left(self, record: Any, rivals: list[Any]) -> list[Any]:
        return rivals


class _Options(_Changed):
    record = VlanOptions

    def domain(self, operation: Guarded[Any]) -> Hashable:
        return int(operation.pattern.bridge)

    def listing(self, operation: Guarded[Any]) -> Dump[Any]:
        return vlan_options(bridge=operation.pattern.bridge)

    def key_of(self, record: Any) -> Hashable:
        return int(record.bridge)


def _all(record: Any) -> range:
    """All VLANs that a record is about, of which some were not asked for as a number."""
    return range(record.vlan, (record.last or record.vlan) + 1)


def _without(each: Any, gone: range) -> list[Any]:
    """What is left of VLANs that are alike without some of them."""
    left = [vlan for vlan in each.vlans if vlan not in gone]
    ranges = ranges_of(left, "") if left else ()
    return [replace_fields(each, vlan=first, last=None if first == last else last) for first, last in ranges]


VLANS, CHANGED, OPTIONS = _PortVlans(), _Changed(), _Options()
