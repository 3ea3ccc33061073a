"""How messages are read whose rows lie in nests or stand beside each other, each with a C struct of its own: the VLANs
of a bridge's ports, and the groups that it forwards.

What a row is read as has a fixed header of its own: that of the message, and behind it the members of the struct.
"""

from __future__ import annotations

from typing import Any

import msgspec

from netlynx.codec._codec import Plan, Sink, Unfold
from netlynx.schema.compile import layout_size, plan_of


class Unfolding(msgspec.Struct, frozen=True):
    """`path` are the nests around a row and its own attribute; the rest is what `netlynx.codec._codec.Unfold` is told.

    In notifications, a row's message is of the type that it came in, and `mark`: what has other rows, or none, is told
    from it so (see `Group.unfoldings`).
    """

    path: tuple[int, ...]
    lead: int = 0
    within: int = 0
    also: int = 0
    aside: tuple[int, ...] = ()
    mark: int = 0

    def plan(self, record: type) -> Plan:
        """How the codec reads a row."""
        return plan_of(record)

    def sink(self, sink: Sink | None, record: Any) -> Unfold:
        """What hands the rows of messages to a sink."""
        header = layout_size(record.__header__)[0] - self.lead
        return Unfold(sink, header, self.path, self.lead, self.within, self.also, self.aside)
