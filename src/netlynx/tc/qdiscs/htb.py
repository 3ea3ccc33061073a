"""`htb`: classes that have a rate each, and lend what they do not need. Source: linux/pkt_sched.h, tc-htb(8),
net/sched/sch_htb.c; what is computed where nothing is said, tc/q_htb.c of iproute2.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.errors import EncodeError
from netlynx.schema import Constants, Layout, Record, attr, enum, flag, member, s32, struct, takes, u16, u32
from netlynx.schema.facts import Facts, NoFacts
from netlynx.tc.clock import ticks_per_second, timer_frequency
from netlynx.tc.handle import MINOR, Minor
from netlynx.tc.rates import MOST_32, LinkLayer, RateSpec, bytes_a_second, rate_of, rate_spec, wide
from netlynx.tc.units import Rate, Size, Time, rate64, size32

_VERSION = 3  # TC_HTB_PROTOVER: the kernel takes no other
_R2Q = 10
_MTU = 1600
_HIGHEST_PRIORITY = 7  # TC_HTB_NUMPRIO - 1


class TCA_HTB(Constants):
    """Attributes of the qdisc and of its classes."""

    UNSPEC = 0
    PARMS = 1
    INIT = 2
    CTAB = 3
    RTAB = 4
    DIRECT_QLEN = 5
    RATE64 = 6
    CEIL64 = 7
    PAD = 8
    OFFLOAD = 9


class HtbGlobal(Layout, c="tc_htb_glob"):
    """What all classes have in common."""

    version: int = member(u32)
    rate2quantum: int = member(u32)
    defcls: takes.Member[Minor] = member(MINOR)
    debug: int = member(u32)
    direct_pkts: int = member(u32)


class HtbParameters(Layout, c="tc_htb_opt"):
    """A class: bursts are the time that sending them takes at the class's rate."""

    rate: takes.Nested[RateSpec] = member(struct(RateSpec), default=RateSpec())
    ceil: takes.Nested[RateSpec] = member(struct(RateSpec), default=RateSpec())
    buffer: int = member(u32)
    cbuffer: int = member(u32)
    quantum: int = member(u32)
    level: int = member(u32)
    prio: int = member(u32)


class HtbStatistics(Layout, c="tc_htb_xstats"):
    """What a class counts: packets sent at its own rate (`lends`) and above that (`borrows`).

    `giants` are packets larger than it was made for; `tokens` and `ctokens` is the time that it may send at once,
    in the scheduler's ticks, below 0 while it waits.
    """

    lends: int = member(u32)
    borrows: int = member(u32)
    giants: int = member(u32)
    tokens: int = member(s32)
    ctokens: int = member(s32)


class HtbAttributes(Record):
    """The qdisc as messages say it."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_HTB, policy="htb_policy")
    __omitted__: ClassVar[dict[str, str]] = {
        "TCA_HTB_PARMS": "of classes",
        "TCA_HTB_?TAB": "of classes",
        "TCA_HTB_*64": "of classes",
    }

    common: takes.Nested[HtbGlobal | None] = attr(TCA_HTB.INIT, struct(HtbGlobal))
    direct_qlen: int | None = attr(TCA_HTB.DIRECT_QLEN, u32)
    offload: bool = attr(TCA_HTB.OFFLOAD, flag)


class HtbClassAttributes(Record):
    """A class as messages say it."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_HTB, policy="htb_policy")
    __omitted__: ClassVar[dict[str, str]] = {
        "TCA_HTB_INIT": "of the qdisc",
        "TCA_HTB_DIRECT_QLEN": "of the qdisc",
        "TCA_HTB_?TAB": "tables of kernels before 3.8; later ones look for them only where no link layer is said",
    }

    rate: takes.Amount[Rate | None] = attr(TCA_HTB.RATE64, rate64)
    ceil: takes.Amount[Rate | None] = attr(TCA_HTB.CEIL64, rate64)
    parameters: takes.Nested[HtbParameters | None] = attr(TCA_HTB.PARMS, struct(HtbParameters))
    offload: bool = attr(TCA_HTB.OFFLOAD, flag)


class Htb(Record):
    """The qdisc `htb`. Packets that no filter sends to a class go to `default`, a class such as ``":20"``.

    Without it, or where that class is not there, they are sent at once, at no rate: `direct_qlen` of them may wait (the
    device's own queue length where it is not said), and `direct_packets` went so. `r2q` is 10 unless it is said: a
    class without a `quantum` has its rate in bytes a second divided by that. `offload` leaves all to the device. None
    of it can be changed. Source: htb_init, htb_dump in net/sched/sch_htb.c.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("says what HtbAttributes says")

    default: takes.Member[Minor | None] = attr(1, MINOR)
    r2q: int | None = attr(2, u32)
    direct_qlen: int | None = attr(3, u32)
    offload: bool = attr(4, flag)
    direct_packets: int | None = attr(5, u32, read_only=True)
    version: int | None = attr(6, u32, read_only=True)

    @classmethod
    def __read__(cls, wire: HtbAttributes) -> Htb:
        made = wire.common
        if made is None:
            return cls(direct_qlen=wire.direct_qlen, offload=wire.offload)
        return cls(
            default=made.defcls,
            r2q=made.rate2quantum,
            direct_qlen=wire.direct_qlen,
            offload=wire.offload,
            direct_packets=made.direct_pkts,
            version=made.version,
        )

    def __write__(self) -> HtbAttributes:
        if self.r2q == 0:
            raise EncodeError("the kernel takes 0 for 1, at the least", "r2q")
        common = HtbGlobal(
            version=_VERSION if self.version is None else self.version,
            rate2quantum=_R2Q if self.r2q is None else self.r2q,
            defcls=0 if self.default is None else self.default.checked("default"),
            direct_pkts=self.direct_packets or 0,
        )
        return HtbAttributes(common=common, direct_qlen=self.direct_qlen, offload=self.offload)


class HtbClass(Record):
    """A class of `htb`: it may send at `rate`, and up to `ceil` what others of its parent do not need.

    `rate` is needed; `ceil` is the same unless it is said. `burst` may be sent at once, at the speed of `ceil`, and
    `cburst` at that of the device; unless they are said they are what is sent between two ticks of the kernel's timer
    and one packet of `mtu` bytes more (1600 unless said), as tc computes it. Classes of a lower `prio`, from 0 to 7,
    are asked first; `quantum` is how much each of them sends at a time, by `r2q` of the qdisc unless it is said. All
    packets count for `overhead` bytes more, and for `mpu` at least; on an ATM `linklayer` for the cells that they fill.

    A class is changed as a whole: what is not said is again what it is without being said. `level` is 0 where it has
    no classes in it, else 7 at the top; an inner class keeps what it was told of `quantum` and `prio` and does not use
    it. `offload` is the qdisc's. Source: htb_change_class, htb_dump_class in net/sched/sch_htb.c.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("says what HtbClassAttributes says")

    rate: takes.Amount[Rate | None] = attr(1, rate64)
    ceil: takes.Amount[Rate | None] = attr(2, rate64)
    burst: takes.Amount[Size | None] = attr(3, size32)
    cburst: takes.Amount[Size | None] = attr(4, size32)
    quantum: takes.Amount[Size | None] = attr(5, size32)
    prio: int | None = attr(6, u32)
    overhead: int | None = attr(7, u16)
    mpu: int | None = attr(8, u16)
    linklayer: takes.Member[LinkLayer | None] = attr(9, enum(LinkLayer, u32))
    mtu: int | None = attr(10, u32)
    level: int | None = attr(11, u32, read_only=True)
    offload: bool = attr(12, flag, read_only=True)

    @classmethod
    def __read__(cls, wire: HtbClassAttributes) -> HtbClass:
        made = wire.parameters
        if made is None:
            return cls(offload=wire.offload)
        rate, ceil = rate_of(made.rate, wire.rate), rate_of(made.ceil, wire.ceil)
        return cls(
            rate=rate,
            ceil=ceil,
            burst=sent_in(made.buffer, rate),
            cburst=sent_in(made.cbuffer, ceil),
            quantum=made.quantum,
            prio=made.prio,
            overhead=made.rate.overhead,
            mpu=made.rate.mpu,
            linklayer=made.rate.linklayer,
            level=made.level,
            offload=wire.offload,
        )

    def __write__(self) -> HtbClassAttributes:
        if not self.rate:
            raise EncodeError("an htb class needs a rate: see `ceil` for how much more it may borrow", "rate")
        ceil = self.rate if self.ceil is None else self.ceil
        if not ceil:
            raise EncodeError("at this rate nothing is ever sent", "ceil")
        if self.prio is not None and self.prio > _HIGHEST_PRIORITY:
            raise EncodeError(f"the kernel would make {_HIGHEST_PRIORITY} of it, the last there is", "prio")
        if self.mtu is not None and self.burst is not None and self.cburst is not None:
            raise EncodeError("it says how large `burst` and `cburst` are, which say so themselves", "mtu")
        parameters = HtbParameters(
            rate=self._spec(self.rate),
            ceil=self._spec(ceil),
            buffer=self._time("burst", self.rate),
            cbuffer=self._time("cburst", ceil),
            quantum=self.quantum or 0,
            level=self.level or 0,
            prio=self.prio or 0,
        )
        return HtbClassAttributes(rate=wide(self.rate), ceil=wide(ceil), parameters=parameters, offload=self.offload)

    def _spec(self, rate: Rate) -> RateSpec:
        return rate_spec(rate, self.overhead or 0, self.mpu or 0, self.linklayer)

    def _time(self, name: str, rate: Rate) -> int:
        """How long the burst takes that was said; else what may be sent while the timer cannot fire, and a packet."""
        said: Size | None = getattr(self, name)
        if said is not None:
            return time_of(said, rate, name)
        mtu = _MTU if self.mtu is None else self.mtu
        return min(_ticks(bytes_a_second(rate) // timer_frequency() + mtu, rate), MOST_32)


def time_of(size: int, rate: Rate, name: str) -> int:
    """How many ticks of the scheduler's clock it takes to send so many bytes.

    Raises EncodeError with the field's name where 32 bits do not hold them.
    """
    number = _ticks(size, rate)
    if number > MOST_32:
        most, needed = (Time(each / ticks_per_second()) for each in (MOST_32, number))
        raise EncodeError(f"at {rate} it takes {needed} to send so much, and {most} is the most there is", name)
    return number


def _ticks(size: int, rate: Rate) -> int:
    return -(-size * round(ticks_per_second()) // bytes_a_second(rate))


def sent_in(number: int, rate: Rate) -> Size:
    """How many bytes are sent in so many ticks of the scheduler's clock, to the nearest one."""
    second = round(ticks_per_second())
    return Size((2 * number * bytes_a_second(rate) + second) // (2 * second))
