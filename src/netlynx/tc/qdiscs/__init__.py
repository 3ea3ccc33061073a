"""What qdiscs and classes of one kind have of their own: TCA_OPTIONS, and what they count (TCA_STATS_APP, TCA_XSTATS).

`QDISC_OPTIONS`, `CLASS_OPTIONS` map the name of a kind (``"htb"``) to how its options are read, `QDISC_STATISTICS` and
`CLASS_STATISTICS` to how its own statistics are. Attribute numbers are in the file of their kind.
"""

from __future__ import annotations

from typing import Final

from netlynx.schema import Kind, nest, simpler, struct
from netlynx.tc.qdiscs.bands import Multiq, MultiqStruct, Prio, PriorityStruct
from netlynx.tc.qdiscs.cake import Cake, CakeMq, CakeStatistics
from netlynx.tc.qdiscs.cbs import Cbs, CbsAttributes
from netlynx.tc.qdiscs.codel import Codel, CodelStatistics, FqCodel, FqCodelFlowStatistics, FqCodelStatistics
from netlynx.tc.qdiscs.dualpi2 import Dualpi2, Dualpi2Statistics
from netlynx.tc.qdiscs.fifo import Fifo, PriorityMap
from netlynx.tc.qdiscs.fq import Fq, FqStatistics
from netlynx.tc.qdiscs.gred import GRED
from netlynx.tc.qdiscs.hfsc import Hfsc, HfscClass, HfscStatistics, ServiceCurve
from netlynx.tc.qdiscs.hhf import Hhf, HhfStatistics
from netlynx.tc.qdiscs.htb import Htb, HtbAttributes, HtbClass, HtbClassAttributes, HtbStatistics
from netlynx.tc.qdiscs.netem import NETEM, NetemStatistics
from netlynx.tc.qdiscs.pie import FqPie, FqPieStatistics, Pie, PieStatistics
from netlynx.tc.qdiscs.plain import Clsact, Ingress
from netlynx.tc.qdiscs.red import CHOKE, RED, ChokeStatistics, RedStatistics
from netlynx.tc.qdiscs.round_robin import Drr, DrrClass, DrrStatistics, Ets, EtsClass, Qfq, QfqClass, QfqStatistics
from netlynx.tc.qdiscs.sfb import SFB, SfbStatistics
from netlynx.tc.qdiscs.sfq import SFQ, SfqFlowStatistics
from netlynx.tc.qdiscs.small import ETF, Blackhole, Plug, Skbprio
from netlynx.tc.qdiscs.taprio import Taprio, TaprioAttributes, TaprioStatistics, TaprioStep
from netlynx.tc.qdiscs.tbf import TBF, Tbf
from netlynx.tc.qdiscs.traffic_classes import Mq, Mqprio, MqprioAttributes, Queues

__all__ = [
    "CLASS_OPTIONS",
    "CLASS_STATISTICS",
    "NEEDED",
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
    "blackhole": nest(Blackhole),
    "cake": nest(Cake),
    "cake_mq": nest(CakeMq),
    "cbs": simpler(Cbs, CbsAttributes),
    "choke": CHOKE,
    "clsact": nest(Clsact),
    "codel": nest(Codel),
    "drr": nest(Drr),
    "dualpi2": nest(Dualpi2),
    "etf": ETF,
    "ets": nest(Ets),
    "fq": nest(Fq),
    "fq_codel": nest(FqCodel),
    "fq_pie": nest(FqPie),
    "gred": GRED,
    "hfsc": struct(Hfsc),
    "hhf": nest(Hhf),
    "htb": simpler(Htb, HtbAttributes),
    "ingress": nest(Ingress),
    "mq": nest(Mq),
    "mqprio": simpler(Mqprio, MqprioAttributes),
    "multiq": simpler(Multiq, MultiqStruct),
    "netem": NETEM,
    "pfifo": struct(Fifo),
    "pfifo_fast": struct(PriorityMap),
    "pfifo_head_drop": struct(Fifo),
    "pie": nest(Pie),
    "plug": struct(Plug),
    "prio": simpler(Prio, PriorityStruct),
    "qfq": nest(Qfq),
    "red": RED,
    "sfb": SFB,
    "sfq": SFQ,
    "skbprio": struct(Skbprio),
    "taprio": simpler(Taprio, TaprioAttributes),
    "tbf": TBF,
}
"""TCA_OPTIONS of a qdisc by TCA_KIND."""

NEEDED: Final = frozenset(
    ("cbs", "choke", "etf", "ets", "gred", "hfsc", "htb", "mqprio", "multiq", "netem", "prio", "red", "taprio", "tbf")
)
"""Kinds that the kernel does not make without options: those of nothing said are sent where there are none."""

CLASS_OPTIONS: Final[dict[str, Kind]] = {
    "drr": nest(DrrClass),
    "ets": nest(EtsClass),
    "hfsc": nest(HfscClass),
    "htb": simpler(HtbClass, HtbClassAttributes),
    "qfq": nest(QfqClass),
}
"""TCA_OPTIONS of a class by the kind of its qdisc."""

QDISC_STATISTICS: Final[dict[str, Kind]] = {
    "cake": nest(CakeStatistics),
    "choke": struct(ChokeStatistics),
    "codel": struct(CodelStatistics),
    "dualpi2": struct(Dualpi2Statistics),
    "fq": struct(FqStatistics),
    "fq_codel": struct(FqCodelStatistics),
    "fq_pie": struct(FqPieStatistics),
    "hhf": struct(HhfStatistics),
    "netem": struct(NetemStatistics),
    "pie": struct(PieStatistics),
    "red": struct(RedStatistics),
    "sfb": struct(SfbStatistics),
    "taprio": nest(TaprioStatistics),
}
"""TCA_XSTATS and TCA_STATS_APP of a qdisc by TCA_KIND."""

CLASS_STATISTICS: Final[dict[str, Kind]] = {
    "cake": nest(CakeStatistics),
    "drr": struct(DrrStatistics),
    "fq_codel": struct(FqCodelFlowStatistics),
    "gred": GRED,
    "hfsc": struct(HfscStatistics),
    "htb": struct(HtbStatistics),
    "qfq": struct(QfqStatistics),
    "sfq": struct(SfqFlowStatistics),
    "taprio": nest(TaprioStatistics),
}
"""The same of a class."""
