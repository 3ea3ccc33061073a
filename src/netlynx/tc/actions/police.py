"""`police`: packets up to a rate go one way, and those beyond it another.

Source: linux/pkt_cls.h, net/sched/act_police.c, tc-police(8).
"""

from __future__ import annotations

from typing import ClassVar, Final, Self

from netlynx.errors import EncodeError
from netlynx.schema import (
    Constants,
    Kind,
    Layout,
    Record,
    attr,
    binary,
    enum,
    member,
    quantity,
    s32,
    simpler,
    struct,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts
from netlynx.tc.actions.common import COUNTED, SIMPLE, Options, Times, counted, lacks, refers
from netlynx.tc.clock import ticks_per_second
from netlynx.tc.control import CONTROL, PASS, Control
from netlynx.tc.rates import LinkLayer, RateSpec, rate_of, rate_spec, wide
from netlynx.tc.units import Rate, Size, Time, rate32, rate64, size16, size32, ticks, transmit_time, transmitted


class TCA_POLICE(Constants):
    """Attributes of `police`."""

    UNSPEC = 0
    TBF = 1
    RATE = 2
    PEAKRATE = 3
    AVRATE = 4
    RESULT = 5
    TM = 6
    PAD = 7
    RATE64 = 8
    PEAKRATE64 = 9
    PKTRATE64 = 10
    PKTBURST64 = 11


class PoliceParms(Layout, c="tc_police"):
    """The struct of `police`: the number of the action, what becomes of packets beyond the rate, and the rates; how
    long a burst takes, and the longest packet."""

    index: int = member(u32)
    exceed: takes.Member[Control] = member(CONTROL, c="action")
    limit: int = member(u32)
    burst: takes.Amount[Time] = member(ticks)
    mtu: takes.Amount[Size] = member(size32)
    rate: takes.Nested[RateSpec | None] = member(struct(RateSpec))
    peakrate: takes.Nested[RateSpec | None] = member(struct(RateSpec))
    references: int = member(s32, c="refcnt")
    bindings: int = member(s32, c="bindcnt")
    capab: int = member(u32)


class PoliceAttributes(Record):
    """The attributes of `police`."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_POLICE, policy="police_policy")
    __differs__: ClassVar[dict[str, str]] = {"conform": "the kernel reads it as an int"}

    parms: takes.Nested[PoliceParms | None] = attr(TCA_POLICE.TBF, struct(PoliceParms))
    table: bytes | None = attr(TCA_POLICE.RATE, binary(1024))
    rate: takes.Amount[Rate | None] = attr(TCA_POLICE.RATE64, rate64)
    peak_table: bytes | None = attr(TCA_POLICE.PEAKRATE, binary(1024))
    peakrate: takes.Amount[Rate | None] = attr(TCA_POLICE.PEAKRATE64, rate64)
    average_rate: takes.Amount[Rate | None] = attr(TCA_POLICE.AVRATE, rate32)
    packet_rate: int | None = attr(TCA_POLICE.PKTRATE64, u64)
    packet_burst: takes.Amount[Time | None] = attr(TCA_POLICE.PKTBURST64, quantity(Time, u64, ticks_per_second))
    conform: takes.Member[Control | None] = attr(TCA_POLICE.RESULT, CONTROL)
    times: takes.Nested[Times | None] = attr(TCA_POLICE.TM, struct(Times), read_only=True)


_TABLE: Final = bytes(1024)
"""What the kernel wants to have, and since 3.8 does not look into where the link layer is said."""
_SHORT = 2047  # bytes of a packet, where nothing is said
RECLASSIFY = Control.of("reclassify")


class Police(Options):
    """`police`: ``Police(rate="10mbit", burst="100kb", exceed="drop")``. Packets up to the `rate`, and in a `burst` of
    so many bytes beyond it, `conform`; what becomes of the others says `exceed`.

    `conform` is ``pass`` and `exceed` is ``reclassify`` unless told. What is longer than `mtu` exceeds (2040 bytes
    unless told). A `peakrate` needs `mtu`, which is then the burst at that rate, too. Each packet counts as `overhead`
    more bytes, and as `mpu` at least. `average_rate` compares with what the filter's estimator finds. In place of
    bytes, packets are counted with `packet_rate` (a second) and `packet_burst`.

    A burst is kept as the time that it takes: of what is read, the last bytes may differ.
    Source: tcf_police_init in net/sched/act_police.c, tc-police(8).
    """

    __facts__ = SIMPLE

    rate: takes.Amount[Rate | None] = attr(6, rate64)
    burst: takes.Amount[Size | None] = attr(7, size32)
    mtu: takes.Amount[Size | None] = attr(8, size32)
    peakrate: takes.Amount[Rate | None] = attr(9, rate64)
    average_rate: takes.Amount[Rate | None] = attr(10, rate32)
    packet_rate: int | None = attr(11, u64)
    packet_burst: int | None = attr(12, u64)
    exceed: takes.Member[Control | None] = attr(13, CONTROL)
    conform: takes.Member[Control | None] = attr(14, CONTROL)
    mpu: takes.Amount[Size | None] = attr(15, size16)
    overhead: int | None = attr(16, u16)
    linklayer: takes.Member[LinkLayer | None] = attr(17, enum(LinkLayer, u8))

    @classmethod
    def __read__(cls, wire: PoliceAttributes) -> Self:
        parms = wire.parms or PoliceParms()
        spec, peak = parms.rate or RateSpec(), parms.peakrate or RateSpec()
        rate, peakrate = rate_of(spec, wire.rate), rate_of(peak, wire.peakrate)
        burst = wire.packet_burst
        return cls(
            **counted(parms, wire.times),
            rate=rate or None,
            burst=transmitted(rate, parms.burst) if rate else None,
            mtu=parms.mtu or None,
            peakrate=peakrate or None,
            average_rate=wire.average_rate,
            packet_rate=wire.packet_rate,
            packet_burst=None if burst is None or wire.packet_rate is None else round(burst * wire.packet_rate),
            exceed=parms.exceed,
            conform=PASS if wire.conform is None else wire.conform,
            mpu=Size(spec.mpu) if spec.mpu else None,
            overhead=spec.overhead or None,
            linklayer=spec.linklayer or None,
        )

    def __write__(self) -> PoliceAttributes:
        rate, peakrate, packets = self.rate or None, self.peakrate or None, self.packet_rate
        if not refers(self):
            self._check()
        exceed = RECLASSIFY if self.exceed is None else self.exceed
        mtu = self.mtu or 0
        cells = 0
        while (mtu or _SHORT) >> cells > 255:
            cells += 1
        specs = [RateSpec() if each is None else self._spec(each, cells) for each in (rate, peakrate)]
        parms = PoliceParms(
            index=self.index or 0,
            exceed=exceed,
            burst=0 if rate is None or self.burst is None else transmit_time(rate, self.burst),
            mtu=mtu,
            rate=specs[0],
            peakrate=specs[1],
            references=self.references or 0,
            bindings=self.bindings or 0,
        )
        return PoliceAttributes(
            parms=parms,
            table=None if rate is None else _TABLE,
            rate=wide(rate),
            peak_table=None if peakrate is None else _TABLE,
            peakrate=wide(peakrate),
            average_rate=self.average_rate,
            packet_rate=packets,
            packet_burst=None if not packets or self.packet_burst is None else Time(self.packet_burst / packets),
            conform=self.conform or None,
            times=self.times,
        )

    def _spec(self, rate: Rate, cells: int) -> RateSpec:
        made = rate_spec(rate, self.overhead or 0, self.mpu or 0, self.linklayer)
        return made.replace(cell_log=cells, cell_align=-1)

    def _check(self) -> None:
        if not self.rate:
            lacks(self, "burst", "peakrate", "mpu", "overhead", "linklayer", what="what has no rate")
        elif not self.burst:
            raise EncodeError("say how many bytes may go at once", "burst")
        elif self.packet_rate is not None:
            raise EncodeError("the kernel counts either bytes or packets: there is a rate", "packet_rate")
        if self.peakrate and not self.mtu:
            raise EncodeError("the peak rate needs it: how many bytes may go at once at that rate", "mtu")
        if (self.packet_rate is None) != (self.packet_burst is None):
            raise EncodeError("packet_rate and packet_burst go together", "packet_burst")
        for name in ("packet_rate", "packet_burst"):
            if getattr(self, name) == 0:
                raise EncodeError("none at all: the kernel refuses that", name)
        if self.conform is not None and str(self.conform).startswith("goto"):
            raise EncodeError("the kernel takes a chain for what exceeds alone", "conform")
        if not (self.rate or self.average_rate or self.packet_rate or self.mtu or self.index):
            raise EncodeError("say how much: rate, packet_rate, average_rate or mtu", "rate")


POLICE: Kind = simpler(Police, PoliceAttributes, carried=COUNTED)
"""Of actions, and of filters that have one of their own (TCA_*_POLICE)."""
