"""Stochastic fair blue: flows that do not heed losses are held back. Source: linux/pkt_sched.h, tc-sfb(8)."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from netlynx.errors import EncodeError
from netlynx.schema import Constants, Kind, Layout, Record, attr, member, quantity, simpler, struct, takes, u32
from netlynx.schema.facts import Facts, NoFacts
from netlynx.tc.units import Share, Time, milliseconds

_MOST = 0xFFFF  # SFB_MAX_PROB
_share: Kind = quantity(Share, u32, _MOST, nearest=True)


class TCA_SFB(Constants):
    """Attributes of `sfb`."""

    UNSPEC = 0
    PARMS = 1


class SfbOptions(Layout, c="tc_sfb_qopt"):
    """All that `sfb` is told; see `Sfb`."""

    rehash: takes.Amount[Time] = member(milliseconds, c="rehash_interval")
    warmup: takes.Amount[Time] = member(milliseconds, c="warmup_time")
    max: int = member(u32)
    target: int = member(u32, c="bin_size")
    increment: takes.Amount[Share] = member(_share)
    decrement: takes.Amount[Share] = member(_share)
    limit: int = member(u32)
    penalty_rate: int = member(u32)
    penalty_burst: int = member(u32)


class SfbAttributes(Record):
    """`sfb` as messages say it. Source: sfb_change and sfb_dump in net/sched/sch_sfb.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_SFB, policy="sfb_policy")

    parms: takes.Nested[SfbOptions | None] = attr(TCA_SFB.PARMS, struct(SfbOptions))


class Sfb(Record):
    """`sfb`: each flow falls into bins, of which packets are dropped, the more the longer they stay full.

    `limit` packets wait at most (0: as many as the device's queue has), `max` of a flow; a bin is full with `target`.
    How probable a drop is grows by `increment` and falls by `decrement`. Bins are shuffled each `rehash`, of which the
    new ones are filled `warmup` before. A flow that does not care has `penalty_rate` packets a second, and
    `penalty_burst` at once. What is left out is as tc has it: 25, 20, 0.0005, 0.00005, 600s, 60s, 10 and 20.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("SfbAttributes, said simply")

    limit: int | None = attr(1, u32)
    max: int | None = attr(2, u32)
    target: int | None = attr(3, u32)
    increment: takes.Amount[Share | None] = attr(4, _share)
    decrement: takes.Amount[Share | None] = attr(5, _share)
    rehash: takes.Amount[Time | None] = attr(6, milliseconds)
    warmup: takes.Amount[Time | None] = attr(7, milliseconds)
    penalty_rate: int | None = attr(8, u32)
    penalty_burst: int | None = attr(9, u32)

    @classmethod
    def __read__(cls, wire: SfbAttributes) -> Self:
        parms = wire.parms or SfbOptions()
        return cls(**{name: getattr(parms, name) for name in SfbOptions.__declarations__})

    def __write__(self) -> SfbAttributes:
        made: dict[str, Any] = {
            "limit": 0,
            "increment": Share(33 / _MOST),
            "decrement": Share(3 / _MOST),
            "rehash": Time(600),
            "warmup": Time(60),
            "penalty_rate": 10,
            "penalty_burst": 20,
        }
        made |= {name: value for name in SfbOptions.__declarations__ if (value := getattr(self, name)) is not None}
        # tc's proportion: a flow may have a quarter more than makes its bins full.
        made.setdefault("max", (5 * self.target + 3) // 4 if self.target else 25)
        made.setdefault("target", (4 * int(made["max"]) + 3) // 5)
        if not made["max"] or not made["target"]:
            raise EncodeError("of none at all, nothing would pass", "max" if not made["max"] else "target")
        return SfbAttributes(parms=SfbOptions(**made))


class SfbStatistics(Layout, c="tc_sfb_xstats"):
    """Why packets were dropped, how many were marked, the fullest bin, and the probabilities of bins."""

    earlydrop: int = member(u32)
    penaltydrop: int = member(u32)
    bucketdrop: int = member(u32)
    queuedrop: int = member(u32)
    childdrop: int = member(u32)
    marked: int = member(u32)
    maxqlen: int = member(u32)
    maxprob: takes.Amount[Share] = member(_share)
    avgprob: takes.Amount[Share] = member(_share)


SFB: Kind = simpler(Sfb, SfbAttributes)
