"""Classes that take turns: `drr`, `qfq` and, by a band for each priority, `ets`. Source: linux/pkt_sched.h,
net/sched/sch_drr.c, sch_qfq.c, sch_ets.c, tc-drr(8), tc-qfq(8), tc-ets(8).
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.schema import Constants, Layout, Record, attr, member, multi, takes, u8, u32
from netlynx.schema.facts import Facts
from netlynx.tc.units import Size, size32


class TCA_DRR(Constants):
    """Attributes of a class of `drr`."""

    UNSPEC = 0
    QUANTUM = 1


class TCA_QFQ(Constants):
    """Attributes of a class of `qfq`."""

    UNSPEC = 0
    WEIGHT = 1
    LMAX = 2


class TCA_ETS(Constants):
    """Attributes of `ets` and of its classes."""

    UNSPEC = 0
    NBANDS = 1
    NSTRICT = 2
    QUANTA = 3
    QUANTA_BAND = 4
    PRIOMAP = 5
    PRIOMAP_BAND = 6


class Drr(Record):
    """The qdisc `drr`, deficit round robin: its classes say all. What no filter sends to one of them is dropped."""


class DrrClass(Record):
    """A class of `drr`: it sends `quantum` bytes when its turn comes, one packet of the device's MTU unless said."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_DRR, policy="drr_policy")

    quantum: takes.Amount[Size | None] = attr(TCA_DRR.QUANTUM, size32)


class DrrStatistics(Layout, c="tc_drr_stats"):
    """How many bytes a class may send before its turn is over."""

    deficit: int = member(u32)


class Qfq(Record):
    """The qdisc `qfq`, quick fair queueing: its classes say all. What no filter sends to one of them is dropped."""


class QfqClass(Record):
    """A class of `qfq`: its share is its `weight`, from 1 to 1024, of all of them.

    `max_packet` is the largest packet that it sends, from 512 bytes on, one of the device's MTU unless it is said. What
    a change does not say is again what it is without being said: a weight of 1.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_QFQ, policy="qfq_policy")

    weight: int | None = attr(TCA_QFQ.WEIGHT, u32)
    max_packet: takes.Amount[Size | None] = attr(TCA_QFQ.LMAX, size32)


class QfqStatistics(Layout, c="tc_qfq_stats"):
    """A class's weight and largest packet, once more."""

    weight: int = member(u32)
    max_packet: int = member(u32, c="lmax")


class Ets(Record):
    """The qdisc `ets`, enhanced transmission selection: `bands`, of which the first `strict` go before all others.

    The others share what is left by their `quanta`, in bytes, in their order; those of which none is said have a packet
    of the device's MTU. Without `bands` there are as many as these make. `priorities` is the band of each priority of a
    packet, from 0 on; those of which none is said are in the last one. It is changed as a whole. Its classes are the
    bands, from 1 on: they come and go with it.
    """

    __facts__: ClassVar[Facts] = Facts(
        attributes=TCA_ETS, policy=("ets_policy", "ets_quanta_policy", "ets_priomap_policy")
    )

    bands: int | None = attr(TCA_ETS.NBANDS, u8)
    strict: int | None = attr(TCA_ETS.NSTRICT, u8)
    quanta: takes.Several[Size] = attr((TCA_ETS.QUANTA, TCA_ETS.QUANTA_BAND), multi(size32))
    priorities: takes.Several[int] = attr((TCA_ETS.PRIOMAP, TCA_ETS.PRIOMAP_BAND), multi(u8))

    @classmethod
    def __settle__(cls, values: dict[str, Any]) -> dict[str, Any]:
        made = len(values.get("quanta") or ()) + (values.get("strict") or 0)
        return {**values, "bands": made} if values.get("bands") is None and made else values


class EtsClass(Record):
    """A band of `ets`, which can only be changed: the `quantum` of one that shares, in bytes."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_ETS, policy="ets_class_policy")
    __omitted__: ClassVar[dict[str, str]] = {
        "TCA_ETS_NBANDS": "of the qdisc",
        "TCA_ETS_NSTRICT": "of the qdisc",
        "TCA_ETS_QUANTA": "of the qdisc",
        "TCA_ETS_PRIOMAP*": "of the qdisc",
    }

    quantum: takes.Amount[Size | None] = attr(TCA_ETS.QUANTA_BAND, size32)
