"""How a table is read whose messages hold many rows each, or whose values are of kinds that are known when it is asked
for, and not before: the elements of a set of nftables are both."""

from __future__ import annotations

from typing import Any

import msgspec

from netlynx.codec._codec import Plan, Sink, Spread
from netlynx.schema.compile import layout_size, plan_of, plan_with
from netlynx.schema.kinds import Kind


class Reading(msgspec.Struct, frozen=True):
    """`kinds` are those of fields that have others than their class says; the rest is what
    `netlynx.codec._codec.Spread` is told of messages and their rows."""

    kinds: tuple[tuple[str, Kind], ...]
    rows: int
    said: bytes = b""
    key: int = 0
    last: int = 0
    flags: int = 0
    aside: tuple[int, ...] = ()
    bare: bool = False

    def plan(self, record: type) -> Plan:
        """How the codec reads a row."""
        return plan_with(record, self.kinds) if self.kinds else plan_of(record)

    def sink(self, sink: Sink, record: Any) -> Sink:
        """What hands the rows of messages to a sink."""
        header = layout_size(record.__header__)[0] if record.__header__ is not None else 0
        return Spread(sink, header, self.rows, self.said, self.key, self.last, self.flags, self.aside, self.bare)
