"""Whether there is such a neighbour table, and such an interface in it: the kernel says of neither which it misses.

Source: neightbl_set and lookup_neigh_parms in net/core/neighbour.c, which answer ENOENT to both.
"""

from __future__ import annotations

import errno
from collections.abc import Hashable
from typing import Any

from netlynx.engine.operation import Do, Dump, Guarded, bare
from netlynx.errors import NotFound
from netlynx.route.neighbour_table import NeighbourTable, neighbour_tables
from netlynx.route.rivals import Guard


class _NeighbourTables(Guard):
    record = NeighbourTable

    def needed(self, record: Any, pattern: Any) -> bool:
        return True

    def domain(self, operation: Guarded[Any]) -> Hashable:
        return "neighbour tables"

    def listing(self, operation: Guarded[Any]) -> Dump[Any]:
        return neighbour_tables()

    def around(self, operation: Guarded[Any]) -> Dump[Any]:
        return neighbour_tables()

    def key_of(self, record: Any) -> Hashable:
        return "neighbour tables"

    def choose(self, operation: Guarded[Any], rivals: list[Any]) -> tuple[Do[Any], list[Any]]:
        asked = operation.pattern
        there = [each for each in rivals if each.name == asked.name and asked.family in (0, each.family)]
        if not there:
            known = ", ".join(f"{each.name} ({each.family.label})" for each in rivals if each.index is None)
            raise NotFound(
                errno.ENOENT,
                "there is no such neighbour table",
                asked=str(operation),
                attribute="NeighbourTable.name",
                hint=f"Nothing was sent; there are {known}",
            )
        if asked.index is not None and all(each.index != asked.index for each in there):
            raise NotFound(
                errno.ENOENT,
                f"{asked.name} has no parameters of an interface {asked.index}",
                asked=str(operation),
                attribute="NeighbourTable.index",
                hint="Nothing was sent; it has those of the interfaces that are there and speak its protocol",
            )
        return bare(operation), rivals


CHANGED = _NeighbourTables()
