"""Conditions on packets, joined by and, or and not: what `basic`, `cgroup` and `flow` filters have.

Source: linux/pkt_cls.h, net/sched/ematch.c, tc-ematch(8).
"""

from __future__ import annotations

from netlynx.tc.ematches.compared import Bytes, Compare, Text
from netlynx.tc.ematches.meta import Meta, MetaId
from netlynx.tc.ematches.others import CanFilter, SetMatch, XtablesMatch
from netlynx.tc.ematches.tree import EMATCHES, Ematch

__all__ = [
    "EMATCHES",
    "Bytes",
    "CanFilter",
    "Compare",
    "Ematch",
    "Meta",
    "MetaId",
    "SetMatch",
    "Text",
    "XtablesMatch",
]
