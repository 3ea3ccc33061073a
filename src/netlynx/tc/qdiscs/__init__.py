"""What qdiscs and classes of one kind have of their own: TCA_OPTIONS, and what they count (TCA_STATS_APP, TCA_XSTATS).

`QDISC_OPTIONS`, `CLASS_OPTIONS` map the name of a kind (``"htb"``) to how its options are read, `QDISC_STATISTICS` and
`CLASS_STATISTICS` to how its own statistics are. Attribute numbers are in the file of their kind.
"""

from __future__ import annotations

from typing import Final

from netlynx.schema import Kind, nest, struct
from netlynx.tc.qdiscs.fifo import Fifo, PriorityMap
from netlynx.tc.qdiscs.plain import Clsact, Ingress
from netlynx.tc.qdiscs.tbf import TBF, Tbf

__all__ = [
    "CLASS_OPTIONS",
    "CLASS_STATISTICS",
    "QDISC_OPTIONS",
    "QDISC_STATISTICS",
    "Clsact",
    "Fifo",
    "Ingress",
    "PriorityMap",
    "Tbf",
]

QDISC_OPTIONS: Final[dict[str, Kind]] = {
    "bfifo": struct(Fifo),
    "clsact": nest(Clsact),
    "ingress": nest(Ingress),
    "pfifo": struct(Fifo),
    "pfifo_fast": struct(PriorityMap),
    "pfifo_head_drop": struct(Fifo),
    "prio": struct(PriorityMap),
    "tbf": TBF,
}
"""TCA_OPTIONS of a qdisc by TCA_KIND."""

CLASS_OPTIONS: Final[dict[str, Kind]] = {}
"""TCA_OPTIONS of a class by the kind of its qdisc."""

QDISC_STATISTICS: Final[dict[str, Kind]] = {}
"""TCA_XSTATS and TCA_STATS_APP of a qdisc by TCA_KIND."""

CLASS_STATISTICS: Final[dict[str, Kind]] = {}
"""The same of a class."""
