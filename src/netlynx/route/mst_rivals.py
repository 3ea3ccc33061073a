"""Whether a port has the instance of the spanning tree whose state is to be set: the kernel says nothing where not.

Source: br_mst_set_state and br_mst_fill_info in net/bridge/br_mst.c.
"""

from __future__ import annotations

import errno
from collections.abc import Hashable
from typing import Any

from netlynx.engine.operation import Do, Dump, Guarded, bare
from netlynx.errors import NotFound
from netlynx.route.mst import MstPort, mst_states
from netlynx.route.rivals import Guard
from netlynx.schema.record import replace_fields


class _MstPorts(Guard):
    record = MstPort

    def pattern(self, operation: Do[Any]) -> Any:
        return operation.request

    def domain(self, operation: Guarded[Any]) -> Hashable:
        return "instances of the spanning tree"

    def listing(self, operation: Guarded[Any]) -> Dump[Any]:
        return mst_states()

    def around(self, operation: Guarded[Any]) -> Dump[Any]:
        return self.listing(operation).where(index=operation.record.index)

    def key_of(self, record: Any) -> Hashable:
        return int(record.index)

    def choose(self, operation: Guarded[Any], rivals: list[Any]) -> tuple[Do[Any], list[Any]]:
        wanted = operation.record
        if all(each.instance != wanted.instance for each in rivals):
            raise NotFound(
                errno.ENOENT,
                f"the port has no instance {wanted.instance} of the spanning tree",
                asked=f"{operation.name}({wanted.index}, {wanted.instance}, {wanted.state})",
                hint="Nothing was sent: its bridge has to have mst-enable, and a VLAN of the port that instance",
            )
        return bare(operation), [
            replace_fields(each, state=wanted.state) if each.instance == wanted.instance else each for each in rivals
        ]


STATES = _MstPorts()
