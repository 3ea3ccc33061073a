"""Which neighbour or forwarding entries the kernel takes for a deletion.

Source: neigh_delete in net/core/neighbour.c, rtnl_fdb_del in net/core/rtnetlink.c, br_fdb_delete in
net/bridge/br_fdb.c.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from netlynx.engine.operation import Dump, Guarded
from netlynx.route.constants import AddressFamily
from netlynx.route.neighbour import Neighbour, NeighbourFlags, fdb, neighbours
from netlynx.route.rivals import Guard
from netlynx.schema.record import was_read
from netlynx.schema.sending import changed, given

_SELF, _PROXY = NeighbourFlags.SELF, NeighbourFlags.PROXY
_USE = NeighbourFlags.USE  # what was to be done when it was added, and nothing that an entry has
_TABLE = _SELF | NeighbourFlags.MASTER
_TUNNEL = ("destination", "port", "vni", "source_vni", "via_index")
# What a deletion may say and the kernel does not look at.
_UNSEEN = {"address", "state", "protocol", "master", "nexthop_id", "extended_flags"}


class _Neighbours(Guard):
    record = Neighbour

    def was_read(self, record: Any) -> bool:
        return was_read(record) and not changed(record)

    def needed(self, record: Any, pattern: Any) -> bool:
        if pattern.family == AddressFamily.BRIDGE:
            if self.was_read(record):
                # Without a VLAN, the kernel removes the port's entries of that address in all of them.
                return pattern.vlan is None and not pattern.flags & _SELF
            return bool({*given(record)} & (_UNSEEN - {"address"}) or record.flags & ~(_TABLE | _USE))
        # Of a neighbour, it looks at nothing but where it is.
        return not self.was_read(record) and bool(_UNSEEN & {*given(record)} or record.flags & ~(_PROXY | _USE))

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
            return record.index, record.address
        return record.family, record.index, record.destination, record.flags & _PROXY

    def means(self, operation: Guarded[Any], rival: Any) -> bool:
        record = operation.record
        if self.was_read(record):
            return bool(rival.vlan == record.vlan)
        where = _TABLE if rival.family == AddressFamily.BRIDGE else _PROXY
        if record.flags & ~(where | _USE | rival.flags) or (record.extended_flags or 0) & ~(rival.extended_flags or 0):
            return False
        return all(getattr(record, name) in (None, getattr(rival, name)) for name in _UNSEEN - {"extended_flags"})

    def taken(self, pattern: Any, rivals: list[Any]) -> list[Any]:
        if pattern.family != AddressFamily.BRIDGE:
            return list(rivals)
        own, bridges = pattern.flags & _SELF, not pattern.flags or pattern.flags & NeighbourFlags.MASTER
        return [each for each in rivals if (own if _is_own(each) else bridges) and _fits(pattern, each)]


def _is_own(rival: Any) -> bool:
    """Whether an entry lies in the database of its own device, as a bridge's own do, too."""
    return bool(rival.flags & _SELF) or rival.master == rival.index


def _fits(pattern: Any, rival: Any) -> bool:
    """Whether the kernel would remove a forwarding entry: it is not asked for a VLAN or a tunnel's end, or this one."""
    return all(getattr(pattern, name) in (None, getattr(rival, name)) for name in ("vlan", *_TUNNEL))


NEIGHBOURS = _Neighbours()
