"""What qdiscs and classes of one kind have of their own: TCA_OPTIONS, and what they count (TCA_STATS_APP, TCA_XSTATS).

`QDISC_OPTIONS`, `CLASS_OPTIONS` map the name of a kind (``"htb"``) to how its options are read, `QDISC_STATISTICS` and
`CLASS_STATISTICS` to how its own statistics are. Attribute numbers are in the file of their kind.
"""

from __future__ import annotations

from typing import Final

from netlynx.schema import Kind, nest, simpler, struct
from netlynx.tc.qdiscs.bands import Multiq, MultiqStruct, Prio, PriorityStruct
from netlynx.tc.qdiscs.cbs import Cbs, CbsAttributes
from netlynx.tc.qdiscs.dualpi2 import Dualpi2, Dualpi2Statistics
from netlynx.tc.qdiscs.fifo import Fifo, PriorityMap
from netlynx.tc.qdiscs.hfsc import Hfsc, HfscClass, HfscStatistics, ServiceCurve
from netlynx.tc.qdiscs.htb import Htb, HtbAttributes, HtbClass, HtbClassAttributes, HtbStatistics
from netlynx.tc.qdiscs.plain import Clsact, Ingress
from netlynx.tc.qdiscs.round_robin import Drr, DrrClass, DrrStatistics, Ets, EtsClass, Qfq, QfqClass, QfqStatistics
from netlynx.tc.qdiscs.taprio import Taprio, TaprioAttributes, TaprioStatistics, TaprioStep
from netlynx.tc.qdiscs.tbf import TBF, Tbf
from netlynx.tc.qdiscs.traffic_classes import Mq, Mqprio, MqprioAttributes, Queues

__all__ = [
    "CLASS_OPTIONS",
    "CLASS_STATISTICS",
    "QDISC_OPTIONS",
    "QDISC_STATISTICS",
    "Cbs",
    "Clsact",
    "Drr",
    "DrrClass",
    "Dualpi2",
    "Ets",
    "EtsClass",
    "Fifo",
    "Hfsc",
    "HfscClass",
    "Htb",
    "HtbClass",
    "Ingress",
    "Mq",
    "Mqprio",
    "Multiq",
    "Prio",
    "PriorityMap",
    "Qfq",
    "QfqClass",
    "Queues",
    "ServiceCurve",
    "Taprio",
    "TaprioStep",
    "Tbf",
]

QDISC_OPTIONS: Final[dict[str, Kind]] = {
    "bfifo": struct(Fifo),
    "cbs": simpler(Cbs, CbsAttributes),
    "clsact": nest(Clsact),
    "drr": nest(Drr),
    "dualpi2": nest(Dualpi2),
    "ets": nest(Ets),
    "hfsc": struct(Hfsc),
    "htb": simpler(Htb, HtbAttributes),
    "ingress": nest(Ingress),
    "mq": nest(Mq),
    "mqprio": simpler(Mqprio, MqprioAttributes),
    "multiq": simpler(Multiq, MultiqStruct),
    "pfifo": struct(Fifo),
    "pfifo_fast": struct(PriorityMap),
    "pfifo_head_drop": struct(Fifo),
    "prio": simpler(Prio, PriorityStruct),
    "qfq": nest(Qfq),
    "taprio": simpler(Taprio, TaprioAttributes),
    "tbf": TBF,
}
"""TCA_OPTIONS of a qdisc by TCA_KIND."""

CLASS_OPTIONS: Final[dict[str, Kind]] = {
    "drr": nest(DrrClass),
    "ets": nest(EtsClass),
    "hfsc": nest(HfscClass),
    "htb": simpler(HtbClass, HtbClassAttributes),
    "qfq": nest(QfqClass),
}
"""TCA_OPTIONS of a class by the kind of its qdisc."""

QDISC_STATISTICS: Final[dict[str, Kind]] = {
    "dualpi2": struct(Dualpi2Statistics),
    "taprio": nest(TaprioStatistics),
}
"""TCA_XSTATS and TCA_STATS_APP of a qdisc by TCA_KIND."""

CLASS_STATISTICS: Final[dict[str, Kind]] = {
    "drr": struct(DrrStatistics),
    "hfsc": struct(HfscStatistics),
    "htb": struct(HtbStatistics),
    "qfq": struct(QfqStatistics),
    "taprio": nest(TaprioStatistics),
}
"""The same of a class."""
