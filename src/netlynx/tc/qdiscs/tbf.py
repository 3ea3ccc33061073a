"""The token bucket filter, which lets so much through a second and no more. Source: linux/pkt_sched.h, tc-tbf(8)."""

from __future__ import annotations

from typing import ClassVar, Self

from netlynx.errors import EncodeError
from netlynx.schema import Constants, Kind, Layout, Record, attr, enum, member, simpler, struct, takes, u8, u16
from netlynx.schema.facts import Facts, NoFacts
from netlynx.tc.rates import LinkLayer, RateSpec, rate_of, rate_spec, size_of, wide
from netlynx.tc.units import Rate, Size, Time, microseconds, rate64, size16, size32, ticks, transmit_time


class TCA_TBF(Constants):
    """Attributes of `tbf`."""

    UNSPEC = 0
    PARMS = 1
    RTAB = 2
    PTAB = 3
    RATE64 = 4
    PRATE64 = 5
    BURST = 6
    PBURST = 7
    PAD = 8


class TbfOptions(Layout, c="tc_tbf_qopt"):
    """Both rates, how many bytes may wait, and how long each bucket takes to run full."""

    rate: takes.Nested[RateSpec | None] = member(struct(RateSpec))
    peakrate: takes.Nested[RateSpec | None] = member(struct(RateSpec))
    limit: takes.Amount[Size] = member(size32)
    buffer: takes.Amount[Time] = member(ticks)
    mtu: takes.Amount[Time] = member(ticks)


class TbfAttributes(Record):
    """`tbf` as messages say it. Source: tbf_change and tbf_dump in net/sched/sch_tbf.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_TBF, policy="tbf_policy")
    __omitted__: ClassVar[dict[str, str]] = {
        "TCA_TBF_RTAB": "kernels since 3.8 compute what they need of the rate",
        "TCA_TBF_PTAB": "as TCA_TBF_RTAB",
    }

    parms: takes.Nested[TbfOptions | None] = attr(TCA_TBF.PARMS, struct(TbfOptions))
    rate: takes.Amount[Rate | None] = attr(TCA_TBF.RATE64, rate64)
    peakrate: takes.Amount[Rate | None] = attr(TCA_TBF.PRATE64, rate64)
    burst: takes.Amount[Size | None] = attr(TCA_TBF.BURST, size32)
    mtu: takes.Amount[Size | None] = attr(TCA_TBF.PBURST, size32)


class Tbf(Record):
    """`tbf`: packets leave at a `rate`, but for a `burst` of so many bytes that may go at once, and wait until then.

    `rate`, `burst`, and one of `limit` and `latency` are needed: how many bytes may wait, or how long a byte may. The
    kernel is told of the first, and tells it. A `peakrate`, at which a burst leaves, needs `mtu`, the bytes that may go
    at once at that rate. Each packet counts as `overhead` more bytes, and as `mpu` at least.

    A burst is kept as the time that it takes: of what is read, the last bytes may differ.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("TbfAttributes, said simply")

    rate: takes.Amount[Rate | None] = attr(1, rate64)
    burst: takes.Amount[Size | None] = attr(2, size32)
    limit: takes.Amount[Size | None] = attr(3, size32)
    latency: takes.Amount[Time | None] = attr(4, microseconds)
    peakrate: takes.Amount[Rate | None] = attr(5, rate64)
    mtu: takes.Amount[Size | None] = attr(6, size32)
    mpu: takes.Amount[Size | None] = attr(7, size16)
    overhead: int | None = attr(8, u16)
    linklayer: takes.Member[LinkLayer | None] = attr(9, enum(LinkLayer, u8))

    @classmethod
    def __read__(cls, wire: TbfAttributes) -> Self:
        parms = wire.parms or TbfOptions()
        spec, peak = parms.rate or RateSpec(), parms.peakrate or RateSpec()
        rate, peakrate = rate_of(spec, wire.rate), rate_of(peak, wire.peakrate)
        return cls(
            rate=rate,
            burst=wire.burst if wire.burst is not None else size_of(spec, rate, parms.buffer),
            limit=parms.limit,
            peakrate=peakrate or None,
            mtu=wire.mtu if wire.mtu is not None else size_of(peak, peakrate, parms.mtu) if peakrate else None,
            mpu=Size(spec.mpu) if spec.mpu else None,
            overhead=spec.overhead or None,
            linklayer=spec.linklayer,
        )

    def __write__(self) -> TbfAttributes:
        rate, burst, peakrate, mtu = self.rate, self.burst, self.peakrate, self.mtu
        if not rate:
            raise EncodeError("say how much may go a second", "rate")
        if not burst:
            raise EncodeError("say how many bytes may go at once", "burst")
        limit, latency = self.limit, self.latency
        if (limit is None) == (latency is None):
            raise EncodeError("say either how many bytes may wait (limit) or how long (latency)", "limit")
        if (peakrate is None) != (mtu is None):
            raise EncodeError("peakrate and mtu go together: how fast, and how many bytes at once", "mtu")
        if peakrate is not None and peakrate <= rate:
            raise EncodeError(f"the peak rate has to be more than the rate, {rate}", "peakrate")
        if latency is not None:
            limit = _limit(latency, rate, burst, peakrate, mtu)
        layer, overhead, mpu = self.linklayer, self.overhead or 0, self.mpu or 0
        parms = TbfOptions(
            rate=rate_spec(rate, overhead, mpu, layer),
            peakrate=RateSpec() if peakrate is None else rate_spec(peakrate, overhead, mpu, layer),
            limit=limit or 0,
            buffer=transmit_time(rate, burst),
            mtu=0 if peakrate is None or mtu is None else transmit_time(peakrate, mtu),
        )
        return TbfAttributes(
            parms=parms,
            rate=wide(rate),
            peakrate=wide(peakrate),
            burst=burst,
            mtu=mtu,
        )


def _limit(latency: float, rate: int, burst: int, peakrate: int | None, mtu: int | None) -> Size:
    """The bytes of which the last one waits so long: they leave at the rate, once the burst is gone."""
    least = rate / 8 * latency + burst
    if peakrate is not None and mtu is not None:
        least = min(least, peakrate / 8 * latency + mtu)
    return Size(int(round(least, 6)))


TBF: Kind = simpler(Tbf, TbfAttributes)
