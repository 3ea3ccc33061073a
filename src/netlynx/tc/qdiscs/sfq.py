"""Stochastic fair queueing. Source: linux/pkt_sched.h, tc-sfq(8)."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from netlynx.errors import EncodeError
from netlynx.schema import Kind, Layout, Record, attr, boolean, enum, head, member, s32, simpler, struct, takes, u8, u32
from netlynx.schema.facts import NoFacts
from netlynx.schema.record import was_read
from netlynx.tc.qdiscs.random_early import averaging, slope
from netlynx.tc.qdiscs.red import PROBABILITY, RedFlag, share_of_2_32
from netlynx.tc.units import Share, Size, size32


class SfqBase(Layout, c="tc_sfq_qopt"):
    """What `sfq` was told before Linux 3.3."""

    quantum: takes.Amount[Size] = member(size32)
    perturb: int = member(s32, c="perturb_period")
    limit: int = member(u32)
    divisor: int = member(u32)
    flows: int = member(u32)


class SfqRedStatistics(Layout, c="tc_sfqred_stats"):
    """Packets that random early detection has dropped and marked, by chance and since there were too many."""

    prob_drop: int = member(u32)
    forced_drop: int = member(u32)
    prob_mark: int = member(u32)
    forced_mark: int = member(u32)
    prob_mark_head: int = member(u32)
    forced_mark_head: int = member(u32)


class SfqOptions(Layout, c="tc_sfq_qopt_v1"):
    """All that `sfq` is told. 0 is the kernel's own, or as it was."""

    base: takes.Nested[SfqBase | None] = member(struct(SfqBase), c="v0")
    depth: int = member(u32)
    headdrop: int = member(u32)
    red_limit: takes.Amount[Size] = member(size32, c="limit")
    min: takes.Amount[Size] = member(size32, c="qth_min")
    max: takes.Amount[Size] = member(size32, c="qth_max")
    wlog: int = member(u8, c="Wlog")
    plog: int = member(u8, c="Plog")
    scell_log: int = member(u8, c="Scell_log")
    flags: takes.Flags[RedFlag] = member(enum(RedFlag, u8))
    probability: takes.Amount[Share] = member(share_of_2_32, c="max_P")
    statistics: takes.Nested[SfqRedStatistics | None] = member(struct(SfqRedStatistics), c="stats")


class SfqAttributes(Record, header=SfqOptions):
    """`sfq` as messages say it: a struct and no attributes. Source: sfq_change, sfq_dump in net/sched/sch_sfq.c."""

    __facts__: ClassVar[NoFacts] = NoFacts("it has no attributes")

    base: takes.Nested[SfqBase | None] = head(default=None)
    depth: int = head()
    headdrop: int = head()
    red_limit: takes.Amount[Size] = head(default=Size(0))
    min: takes.Amount[Size] = head(default=Size(0))
    max: takes.Amount[Size] = head(default=Size(0))
    wlog: int = head()
    plog: int = head()
    scell_log: int = head()
    flags: takes.Flags[RedFlag] = head(default=RedFlag(0))
    probability: takes.Amount[Share] = head(default=Share(0))
    statistics: takes.Nested[SfqRedStatistics | None] = head(default=None)


class Sfq(Record):
    """`sfq`: flows fall into queues, which take turns of `quantum` bytes; every `perturb` seconds into others.

    `limit` packets wait at most, of `flows` queues, `depth` in one, which are found by a hash of `divisor` places;
    `headdrop` drops the oldest one. With `red_limit` (bytes of a queue) each queue does random early detection, with
    `min`, `max`, `average_packet`, `burst`, `probability`, `ecn` and `harddrop` as for `Red`. What is left out or 0,
    the kernel has its own for; it does not tell of average packet and burst, but of what follows from them.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("SfqOptions, said simply")

    limit: int | None = attr(1, u32)
    perturb: int | None = attr(2, s32)
    quantum: takes.Amount[Size | None] = attr(3, size32)
    divisor: int | None = attr(4, u32)
    flows: int | None = attr(5, u32)
    depth: int | None = attr(6, u32)
    headdrop: bool | None = attr(7, boolean)
    red_limit: takes.Amount[Size | None] = attr(8, size32)
    min: takes.Amount[Size | None] = attr(9, size32)
    max: takes.Amount[Size | None] = attr(10, size32)
    average_packet: takes.Amount[Size | None] = attr(11, size32)
    burst: int | None = attr(12, u32)
    probability: takes.Amount[Share | None] = attr(13, share_of_2_32)
    ecn: bool | None = attr(14, boolean)
    harddrop: bool | None = attr(15, boolean)
    wlog: int | None = attr(16, u8)
    plog: int | None = attr(17, u8)
    statistics: takes.Nested[SfqRedStatistics | None] = attr(18, struct(SfqRedStatistics))

    @classmethod
    def __read__(cls, wire: SfqAttributes) -> Self:
        base = wire.base or SfqBase()
        with_red = bool(wire.min)
        shared: dict[str, Any] = {name: getattr(base, name) or None for name in SfqBase.__declarations__}
        return cls(
            **shared,
            depth=wire.depth or None,
            headdrop=bool(wire.headdrop) or None,
            red_limit=wire.red_limit or None,
            min=wire.min or None,
            max=wire.max or None,
            probability=wire.probability if with_red else None,
            ecn=RedFlag.ECN in wire.flags or None,
            harddrop=RedFlag.HARDDROP in wire.flags or None,
            wlog=wire.wlog if with_red else None,
            plog=wire.plog if with_red else None,
            statistics=wire.statistics if wire.statistics != SfqRedStatistics() else None,
        )

    def __write__(self) -> SfqAttributes:
        shared: dict[str, Any] = {name: getattr(self, name) or 0 for name in SfqBase.__declarations__}
        base = SfqBase(**shared)
        made = SfqAttributes(base=base, depth=self.depth or 0, headdrop=int(bool(self.headdrop)))
        # The kernel does not tell the limit, nor heed it: what was read is known by the logarithms that it tells.
        told = was_read(self) or None not in (self.wlog, self.plog)
        if self.red_limit or (self.min and told):
            return self._with_red(made, self.red_limit or 0)
        for name in ("min", "max", "average_packet", "burst", "probability", "ecn", "harddrop", "wlog"):
            if getattr(self, name):
                raise EncodeError("it has no effect without red_limit", name)
        return made

    def _with_red(self, made: SfqAttributes, limit: int) -> SfqAttributes:
        high = self.max or (3 * self.min if self.min else limit // 4)
        low = self.min or high // 3
        probability = self.probability or PROBABILITY
        wlog, plog = self.wlog, self.plog
        if wlog is None or plog is None:
            packet = self.average_packet or 1000  # tc's number
            wlog = averaging(low, self.burst or (2 * low + high) // (3 * packet), packet)
            plog = slope(low, high, probability)
        flags = (RedFlag.ECN if self.ecn else RedFlag(0)) | (RedFlag.HARDDROP if self.harddrop else RedFlag(0))
        return made.replace(
            red_limit=Size(limit), min=low, max=high, wlog=wlog, plog=plog, flags=flags, probability=probability
        )


class SfqFlowStatistics(Layout, c="tc_sfq_xstats"):
    """What a flow of `sfq`, a class, may still send in its turn: bytes."""

    allot: int = member(s32)


SFQ: Kind = simpler(Sfq, SfqAttributes)
