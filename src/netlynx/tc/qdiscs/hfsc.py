"""`hfsc`: classes with curves of what they are served. Source: linux/pkt_sched.h, tc-hfsc(7), net/sched/sch_hfsc.c;
how `umax` and `dmax` become a curve, tc/q_hfsc.c of iproute2.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.errors import EncodeError
from netlynx.schema import Constants, Layout, Record, attr, member, simpler, spelt, takes, u16, u32, u64
from netlynx.schema.facts import Facts, NoFacts
from netlynx.tc.handle import Minor
from netlynx.tc.units import Rate, Size, Time, microseconds, rate32, size32


class TCA_HFSC(Constants):
    """Attributes of a class."""

    UNSPEC = 0
    RSC = 1
    FSC = 2
    USC = 3


class Hfsc(Layout, c="tc_hfsc_qopt"):
    """The qdisc `hfsc`. Packets that no filter sends to a class go to `default`, a class such as ``":20"``; without
    it, or where that is no class without others in it, they are dropped.
    """

    default: takes.Member[Minor] = member(spelt(Minor, u16), c="defcls")


class ServiceCurveStruct(Layout, c="tc_service_curve"):
    """A curve as messages say it."""

    m1: takes.Amount[Rate] = member(rate32)
    d: takes.Amount[Time] = member(microseconds)
    m2: takes.Amount[Rate] = member(rate32)


class ServiceCurve(Record):
    """How much is served when: at the rate `m1` for the time `d`, then at `m2`.

    It can be said by what is wanted, too: at least `rate`, and `umax` bytes within the time `dmax`, of which `m1`, `d`
    and `m2` are made. The kernel keeps rates to some digits: it may say a few bytes a second less or more.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("says what ServiceCurveStruct says")

    m1: takes.Amount[Rate | None] = attr(1, rate32)
    d: takes.Amount[Time | None] = attr(2, microseconds)
    m2: takes.Amount[Rate | None] = attr(3, rate32)
    umax: takes.Amount[Size | None] = attr(4, size32)
    dmax: takes.Amount[Time | None] = attr(5, microseconds)
    rate: takes.Amount[Rate | None] = attr(6, rate32)

    @classmethod
    def __read__(cls, wire: ServiceCurveStruct) -> ServiceCurve:
        return cls(m1=wire.m1, d=wire.d, m2=wire.m2)

    def __write__(self) -> ServiceCurveStruct:
        if self.umax is not None or self.dmax is not None or self.rate is not None:
            return self._wanted()
        if not self.m1 and not self.m2:
            raise EncodeError("a curve of two rates of 0 is none: say `m2`, or `rate`", "m2")
        if self.m1 and not self.d:
            raise EncodeError("it says how long `m1` lasts: without it there is `m2` alone", "d")
        return ServiceCurveStruct(m1=self.m1 or 0, d=self.d or 0, m2=self.m2 or 0)

    def _wanted(self) -> ServiceCurveStruct:
        """The curve that serves `umax` bytes within `dmax`, and at least `rate`."""
        for name in ("m1", "d", "m2"):
            if getattr(self, name) is not None:
                raise EncodeError("`rate`, `umax` and `dmax` say it: one or the other", name)
        if not self.rate:
            raise EncodeError("say it, too", "rate")
        if self.umax and not self.dmax:
            raise EncodeError("say within which time", "dmax")
        size, time = int(self.umax or 0), float(self.dmax or 0)
        steep = 8 * -(-size * 1_000_000 // round(time * 1_000_000)) if time else 0  # bits a second, of whole bytes
        if steep > self.rate:
            return ServiceCurveStruct(m1=steep, d=time, m2=self.rate)
        return ServiceCurveStruct(d=max(0.0, time - 8 * size / self.rate), m2=self.rate)


CURVE = simpler(ServiceCurve, ServiceCurveStruct)


class HfscClass(Record):
    """A class of `hfsc`, by its curves: what it is served in any case (`rt`, real time), how it shares what is left
    (`ls`, link sharing), and what it is never served more than (`ul`, upper limit).

    A new one has `rt`, `ls` or both (tc's `sc` is both, and the same); `ul` limits `ls` alone. A change leaves curves
    that it does not say as they are: a class never loses one. Source: hfsc_change_class in net/sched/sch_hfsc.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_HFSC, policy="hfsc_policy")

    rt: takes.Nested[ServiceCurve | None] = attr(TCA_HFSC.RSC, CURVE)
    ls: takes.Nested[ServiceCurve | None] = attr(TCA_HFSC.FSC, CURVE)
    ul: takes.Nested[ServiceCurve | None] = attr(TCA_HFSC.USC, CURVE)


class HfscStatistics(Layout, c="tc_hfsc_stats"):
    """What a class counts: bytes served (`work`), of which `rtwork` by its real-time curve; how often it was busy
    (`period`), and its `level`, 0 where it has no classes in it.
    """

    work: int = member(u64)
    rtwork: int = member(u64)
    period: int = member(u32)
    level: int = member(u32)
