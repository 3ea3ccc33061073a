"""Which neighbour or forwarding entries the kernel takes for a deletion.

Source: neigh_delete in net/core/neighbour.c, rtnl_fdb_del in net/core/rtnetlink.c, br_fdb_delete in
net/bridge/br_fdb.c.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from netlynx.operation import Dump, Guarded
from netlynx.route.constants import AddressFamily
from netlynx.route.neighbour import Neighbour, NeighbourFlags, fdb, neighbours
from netlynx.route.rivals import Guard

_SELF, _PROXY = NeighbourFlags.SELF, NeighbourFlags.PROXY


class _Neighbours(Guard):
    record = Neighbour

    def needed(self, record: Any, pattern: Any) -> bool:
        if pattern.family == AddressFamily.BRIDGE:
            # Without a VLAN, the kernel removes the port's entries of that address in all of them.
            return self.was_read(record) and pattern.vlan is None and not pattern.flags & _SELF
        # Of a neighbour, it looks at nothing but where it is.
        return not self.was_read(record) and bool(pattern.address or pattern.state or pattern.protocol is not None)

    def domain(self, operation: Guarded[Any]) -> Hashable:
        pattern = operation.pattern
        return pattern.family, pattern.index, pattern.flags & _PROXY

    def listing(self, operation: Guarded[Any]) -> Dump[Any]:
        pattern = operation.pattern
        if pattern.family == AddressFamily.BRIDGE:
            return fdb(index=pattern.index)
        return neighbours(family=pattern.family, index=pattern.index, proxy=bool(pattern.flags & _PROXY))

    def around(self, operation: Guarded[Any]) -> Dump[Any]:
        pattern = operation.pattern
        if pattern.family == AddressFamily.BRIDGE:
            return self.listing(operation).where(address=pattern.address)
        return self.listing(operation).where(destination=pattern.destination)

    def covers(self, dump: Dump[Any]) -> bool:
        return {name for name, _ in dump.match} <= {"family", "index"}

    def key_of(self, record: Any) -> Hashable:
        if record.family == AddressFamily.BRIDGE:
            return record.index, record.address, bool(record.flags & _SELF)
        return record.family, record.index, record.destination, record.flags & _PROXY

    def means(self, operation: Guarded[Any], rival: Any) -> bool:
        pattern = operation.pattern
        if pattern.family == AddressFamily.BRIDGE:
            return bool(rival.vlan == pattern.vlan)
        if pattern.protocol not in (None, rival.protocol):
            return False
        return pattern.address in (None, rival.address) and pattern.state in (0, rival.state)

    def taken(self, pattern: Any, rivals: list[Any]) -> list[Any]:
        return list(rivals)


NEIGHBOURS = _Neighbours()
