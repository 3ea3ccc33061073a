"""The network emulator: delays, losses and other misfortunes. Source: linux/pkt_sched.h, tc-netem(8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from netlynx.errors import EncodeError
from netlynx.schema import (
    Constants,
    Kind,
    Layout,
    Record,
    array,
    attr,
    boolean,
    enum,
    head,
    member,
    nest,
    quantity,
    s16,
    s32,
    s64,
    simpler,
    string,
    struct,
    takes,
    u32,
    u64,
)
from netlynx.schema.facts import Facts, NoFacts
from netlynx.schema.record import was_read
from netlynx.tc.clock import ticks_per_second
from netlynx.tc.distributions import name_of, table
from netlynx.tc.rates import MOST_32, bytes_a_second, wide
from netlynx.tc.units import Rate, Share, Time, nanoseconds, rate64, share32, ticks

LIMIT = 1000
"""Packets that wait at most, unless told: tc's number. Of none at all the kernel would drop all."""

_LONGEST_JITTER = 0x7FFF_FFFF / 1e9  # INT_MAX nanoseconds: the kernel cuts what is more
_MOST_TICKS = 0xFFFF_FFFF


class TCA_NETEM(Constants):
    """Attributes of `netem`."""

    UNSPEC = 0
    CORR = 1
    DELAY_DIST = 2
    REORDER = 3
    CORRUPT = 4
    LOSS = 5
    RATE = 6
    ECN = 7
    RATE64 = 8
    PAD = 9
    LATENCY64 = 10
    JITTER64 = 11
    SLOT = 12
    SLOT_DIST = 13
    PRNG_SEED = 14


class NETEM_LOSS(Constants):
    """Attributes in TCA_NETEM_LOSS."""

    UNSPEC = 0
    GI = 1
    GE = 2


class NetemOptions(Layout, c="tc_netem_qopt"):
    """What stands before the attributes; `gap` is the distance of packets that go at once."""

    latency: takes.Amount[Time] = member(ticks)
    limit: int = member(u32)
    loss: takes.Amount[Share] = member(share32)
    gap: int = member(u32)
    duplicate: takes.Amount[Share] = member(share32)
    jitter: takes.Amount[Time] = member(ticks)


class NetemCorrelation(Layout, c="tc_netem_corr"):
    """How much each packet's luck has of the one before."""

    delay: takes.Amount[Share] = member(share32, c="delay_corr")
    loss: takes.Amount[Share] = member(share32, c="loss_corr")
    duplicate: takes.Amount[Share] = member(share32, c="dup_corr")


class NetemChance(Layout, c="tc_netem_reorder"):
    """How probable it is that packets are reordered."""

    probability: takes.Amount[Share] = member(share32)
    correlation: takes.Amount[Share] = member(share32)


class NetemCorruption(NetemChance, c="tc_netem_corrupt"):
    """How probable it is that a bit of a packet is changed."""


class NetemRate(Layout, c="tc_netem_rate"):
    """A rate in bytes a second, what each packet counts for besides, and the cells that it is cut into."""

    rate: int = member(u32)
    packet_overhead: int = member(s32)
    cell_size: int = member(u32)
    cell_overhead: int = member(s32)


class LossState(Layout, c="tc_netem_gimodel"):
    """Losses by a Markov chain of four states; how probable it is to pass from one to another.

    1: packets pass; 2: they pass within a burst of losses; 3: they are lost within one; 4: one is lost alone. Unless
    told, `p31` is what `p13` leaves of all, and `p23` is all.
    """

    p13: takes.Amount[Share] = member(share32)
    p31: takes.Amount[Share] = member(share32)
    p32: takes.Amount[Share] = member(share32)
    p14: takes.Amount[Share] = member(share32)
    p23: takes.Amount[Share] = member(share32)

    @classmethod
    def __settle__(cls, values: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"p31": Share(1 - values["p13"]), "p23": Share(1), **values} if "p13" in values else values


class LossGilbertElliott(Layout, c="tc_netem_gemodel"):
    """Losses by the Gilbert-Elliott model: `p` is how probable it is to get into the bad state, `r` to leave it.

    `h` is how probable it is that a packet passes in the bad state, `k1` that one is lost in the good one. tc has
    ``1-h`` for the first, ``1-k`` for the second. Unless told, `r` is what `p` leaves of all.
    """

    p: takes.Amount[Share] = member(share32)
    r: takes.Amount[Share] = member(share32)
    h: takes.Amount[Share] = member(share32)
    k1: takes.Amount[Share] = member(share32)

    @classmethod
    def __settle__(cls, values: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"r": Share(1 - values["p"]), **values} if "p" in values else values


class NetemLoss(Record):
    """A model of losses."""

    __facts__: ClassVar[Facts] = Facts(attributes=NETEM_LOSS)

    state: takes.Nested[LossState | None] = attr(NETEM_LOSS.GI, struct(LossState))
    gilbert_elliott: takes.Nested[LossGilbertElliott | None] = attr(NETEM_LOSS.GE, struct(LossGilbertElliott))


_signed_nanoseconds = quantity(Time, s64, 1_000_000_000)


class NetemSlot(Layout, c="tc_netem_slot"):
    """Slots in which packets go, as on a shared medium: how long the next one is away, and how much goes in one.

    It is away between `min_delay` and `max_delay` (the first, unless told), or, where the qdisc has a
    `slot_distribution`, `delay` and some of `jitter`. 0 packets or bytes: as many as there are.
    """

    min_delay: takes.Amount[Time] = member(_signed_nanoseconds)
    max_delay: takes.Amount[Time] = member(_signed_nanoseconds)
    packets: int = member(s32, c="max_packets")
    bytes: int = member(s32, c="max_bytes")
    delay: takes.Amount[Time] = member(_signed_nanoseconds, c="dist_delay")
    jitter: takes.Amount[Time] = member(_signed_nanoseconds, c="dist_jitter")

    @classmethod
    def __settle__(cls, values: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"max_delay": values["min_delay"], **values} if "min_delay" in values else values


class NetemStatistics(Layout, c="tc_netem_xstats"):
    """What happened to packets. Kernels before 7.1 do not tell."""

    delayed: int = member(u64)
    dropped: int = member(u64)
    corrupted: int = member(u64)
    duplicated: int = member(u64)
    reordered: int = member(u64)
    ecn_marked: int = member(u64)
    allocation_errors: int = member(u64)


class NetemAttributes(Record, header=NetemOptions):
    """`netem` as messages say it. Source: netem_change and netem_dump in net/sched/sch_netem.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_NETEM, policy="netem_policy")

    latency: takes.Amount[Time] = head(default=Time(0))
    limit: int = head()
    loss: takes.Amount[Share] = head(default=Share(0))
    gap: int = head()
    duplicate: takes.Amount[Share] = head(default=Share(0))
    jitter: takes.Amount[Time] = head(default=Time(0))
    correlation: takes.Nested[NetemCorrelation | None] = attr(TCA_NETEM.CORR, struct(NetemCorrelation))
    delay_distribution: takes.MaybeSeveral[int] = attr(TCA_NETEM.DELAY_DIST, array(s16))
    reorder: takes.Nested[NetemChance | None] = attr(TCA_NETEM.REORDER, struct(NetemChance))
    corrupt: takes.Nested[NetemCorruption | None] = attr(TCA_NETEM.CORRUPT, struct(NetemCorruption))
    model: takes.Nested[NetemLoss | None] = attr(TCA_NETEM.LOSS, nest(NetemLoss))
    rate: takes.Nested[NetemRate | None] = attr(TCA_NETEM.RATE, struct(NetemRate))
    ecn: bool | None = attr(TCA_NETEM.ECN, enum(bool, u32))
    rate64: takes.Amount[Rate | None] = attr(TCA_NETEM.RATE64, rate64)
    latency64: takes.Amount[Time | None] = attr(TCA_NETEM.LATENCY64, nanoseconds)
    jitter64: takes.Amount[Time | None] = attr(TCA_NETEM.JITTER64, nanoseconds)
    slot: takes.Nested[NetemSlot | None] = attr(TCA_NETEM.SLOT, struct(NetemSlot))
    slot_distribution: takes.MaybeSeveral[int] = attr(TCA_NETEM.SLOT_DIST, array(s16))
    seed: int | None = attr(TCA_NETEM.PRNG_SEED, u64)


class Netem(Record):
    """`netem`: packets are delayed, lost, duplicated, corrupted, reordered, or slowed down to a rate.

    Of each packet the delay is `delay` and up to `jitter` more or less, by a `distribution`: normal, pareto,
    paretonormal, uniform, a file of tc's, or the numbers of a table; the kernel does not tell which. A `loss` may
    follow one of two models instead, `loss_state` or `loss_gilbert_elliott`; with `ecn` packets are marked where they
    would be lost. Of those that are reordered (`reorder`) each `gap`-th goes at once. At a `rate`, each packet counts
    as `packet_overhead` more bytes, and each cell of `cell_size` bytes as `cell_overhead` more. Shares are given as
    ``"1%"`` or 0.01. A correlation is how much of the luck of the packet before each one has.

    `limit` packets wait at most, 1000 unless told. A change says all of it: what is left out is no longer so, but for
    the distributions, which stay until others are given. `seed` is for the same misfortunes again (Linux 6.6).
    """

    __facts__: ClassVar[NoFacts] = NoFacts("NetemAttributes, said simply")

    limit: int | None = attr(1, u32)
    delay: takes.Amount[Time | None] = attr(2, nanoseconds)
    jitter: takes.Amount[Time | None] = attr(3, nanoseconds)
    delay_correlation: takes.Amount[Share | None] = attr(4, share32)
    distribution: str | None = attr(5, string)
    distribution_table: takes.MaybeSeveral[int] = attr(25, array(s16))
    loss: takes.Amount[Share | None] = attr(6, share32)
    loss_correlation: takes.Amount[Share | None] = attr(7, share32)
    loss_state: takes.Nested[LossState | None] = attr(8, struct(LossState))
    loss_gilbert_elliott: takes.Nested[LossGilbertElliott | None] = attr(9, struct(LossGilbertElliott))
    ecn: bool | None = attr(10, boolean)
    duplicate: takes.Amount[Share | None] = attr(11, share32)
    duplicate_correlation: takes.Amount[Share | None] = attr(12, share32)
    corrupt: takes.Amount[Share | None] = attr(13, share32)
    corrupt_correlation: takes.Amount[Share | None] = attr(14, share32)
    reorder: takes.Amount[Share | None] = attr(15, share32)
    reorder_correlation: takes.Amount[Share | None] = attr(16, share32)
    gap: int | None = attr(17, u32)
    rate: takes.Amount[Rate | None] = attr(18, rate64)
    packet_overhead: int | None = attr(19, s32)
    cell_size: int | None = attr(20, u32)
    cell_overhead: int | None = attr(21, s32)
    slot: takes.Nested[NetemSlot | None] = attr(22, struct(NetemSlot))
    slot_distribution: str | None = attr(23, string)
    slot_distribution_table: takes.MaybeSeveral[int] = attr(26, array(s16))
    seed: int | None = attr(24, u64)

    @classmethod
    def __read__(cls, wire: NetemAttributes) -> Self:
        correlation, model = wire.correlation or NetemCorrelation(), wire.model or NetemLoss()
        reorder, corrupt = wire.reorder or NetemChance(), wire.corrupt or NetemCorruption()
        rate = wire.rate or NetemRate()
        delays, slots = name_of(wire.delay_distribution), name_of(wire.slot_distribution)
        return cls(
            limit=wire.limit,
            delay=(wire.latency if wire.latency64 is None else wire.latency64) or None,
            jitter=(wire.jitter if wire.jitter64 is None else wire.jitter64) or None,
            delay_correlation=correlation.delay or None,
            distribution=delays,
            distribution_table=wire.delay_distribution if delays is None else None,
            loss=wire.loss or None,
            loss_correlation=correlation.loss or None,
            loss_state=model.state,
            loss_gilbert_elliott=model.gilbert_elliott,
            ecn=wire.ecn or None,
            duplicate=wire.duplicate or None,
            duplicate_correlation=correlation.duplicate or None,
            corrupt=corrupt.probability or None,
            corrupt_correlation=corrupt.correlation or None,
            reorder=reorder.probability or None,
            reorder_correlation=reorder.correlation or None,
            gap=wire.gap or None,
            rate=wire.rate64 or (Rate(8 * rate.rate) if rate.rate else None),
            packet_overhead=rate.packet_overhead or None,
            cell_size=rate.cell_size or None,
            cell_overhead=rate.cell_overhead or None,
            slot=wire.slot if wire.slot not in (None, NetemSlot()) else None,
            slot_distribution=slots,
            slot_distribution_table=wire.slot_distribution if slots is None else None,
            seed=wire.seed,
        )

    def __write__(self) -> NetemAttributes:
        if not was_read(self):
            self._refuse_what_has_no_effect()
        delay, jitter, rate = self.delay or Time(0), self.jitter or Time(0), self.rate
        if jitter > _LONGEST_JITTER:
            raise EncodeError(f"the kernel makes it {_LONGEST_JITTER} seconds at most", "jitter")
        model = NetemLoss(state=self.loss_state, gilbert_elliott=self.loss_gilbert_elliott)
        # All that is told is told anew, zero where it is nothing: what a change leaves out would stay.
        return NetemAttributes(
            latency=_in_ticks(delay),
            jitter=_in_ticks(jitter),
            latency64=None if _whole(delay) else delay,
            jitter64=None if _whole(jitter) else jitter,
            limit=LIMIT if self.limit is None else self.limit,
            loss=self.loss or 0,
            gap=self.gap or (1 if self.reorder else 0),
            duplicate=self.duplicate or 0,
            correlation=NetemCorrelation(
                delay=self.delay_correlation or 0,
                loss=self.loss_correlation or 0,
                duplicate=self.duplicate_correlation or 0,
            ),
            reorder=NetemChance(probability=self.reorder or 0, correlation=self.reorder_correlation or 0),
            corrupt=NetemCorruption(probability=self.corrupt or 0, correlation=self.corrupt_correlation or 0),
            model=None if model == NetemLoss() else model,
            rate=NetemRate(
                rate=min(bytes_a_second(rate), MOST_32),
                packet_overhead=self.packet_overhead or 0,
                cell_size=self.cell_size or 0,
                cell_overhead=self.cell_overhead or 0,
            ),
            rate64=wide(rate),
            ecn=bool(self.ecn),
            slot=self.slot or NetemSlot(),
            delay_distribution=_table("distribution", self.distribution, self.distribution_table),
            slot_distribution=_table("slot_distribution", self.slot_distribution, self.slot_distribution_table),
            seed=self.seed,
        )

    def _refuse_what_has_no_effect(self) -> None:
        """Raises EncodeError with the name of a field that means nothing without another, which it names."""
        for name, others in _NEEDS.items():
            if getattr(self, name) and not any(getattr(self, other) for other in others):
                raise EncodeError(f"it has no effect without {' or '.join(others)}", name)
        models = [name for name in _LOSSES if getattr(self, name) is not None]
        if len(models) > 1:
            raise EncodeError(f"packets are lost either by it or by {models[0]}", models[1])
        slot = self.slot
        spread = bool(self.slot_distribution or self.slot_distribution_table)
        if slot is not None and spread and not slot.jitter:
            raise EncodeError("it goes with the delay and jitter of the slot", "slot_distribution")
        if slot is not None and slot.jitter and not spread:
            raise EncodeError(
                "the delay and jitter of the slot need it, normal say; kernels do not tell which it was",
                "slot_distribution",
            )
        if slot is not None and slot.max_delay < slot.min_delay:
            raise EncodeError(f"it is less than min_delay, {slot.min_delay}", "slot.max_delay")


_LOSSES = ("loss", "loss_state", "loss_gilbert_elliott")
_NEEDS: dict[str, tuple[str, ...]] = {
    "delay_correlation": ("jitter",),
    "distribution": ("jitter",),
    "distribution_table": ("jitter",),
    "loss_correlation": ("loss",),
    "ecn": _LOSSES,
    "duplicate_correlation": ("duplicate",),
    "corrupt_correlation": ("corrupt",),
    "reorder": ("delay",),
    "reorder_correlation": ("reorder",),
    "gap": ("reorder",),
    "packet_overhead": ("rate",),
    "cell_size": ("rate",),
    "cell_overhead": ("cell_size",),
    "slot_distribution": ("slot",),
    "slot_distribution_table": ("slot",),
}


def _in_ticks(time: float) -> Time:
    return Time(min(time, _MOST_TICKS / ticks_per_second()))


def _whole(time: float) -> bool:
    """Whether 32 bits of ticks say it to the nanosecond."""
    number = time * ticks_per_second()
    return number <= _MOST_TICKS and abs(number - round(number)) * 1e9 / ticks_per_second() < 0.5


def _table(field: str, name: str | None, given: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """The table that is sent. Raises EncodeError for a name that has none, and for both."""
    if name is None:
        return given
    if given is not None:
        raise EncodeError(f"say either its name or its {field}_table", field)
    try:
        return table(name)
    except EncodeError as error:
        raise EncodeError(error.message, field) from None


NETEM: Kind = simpler(Netem, NetemAttributes)
