"""Qdiscs that are told next to nothing. Source: linux/pkt_sched.h, net/sched/sch_NAME.c of each."""

from __future__ import annotations

from typing import ClassVar, Self

from netlynx.errors import EncodeError
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Kind,
    Layout,
    Record,
    attr,
    boolean,
    enum,
    member,
    s32,
    simpler,
    struct,
    takes,
    u32,
)
from netlynx.schema.facts import Facts, NoFacts
from netlynx.tc.qdiscs.taprio import Clock


class Blackhole(Record):
    """`blackhole`: drops everything."""


class PlugAction(Enumeration, prefix="TCQ_PLUG_"):
    """What `plug` is to do: keep what comes from now on apart, let the oldest part go, or all until told otherwise."""

    BUFFER = 0
    RELEASE_ONE = 1
    RELEASE_INDEFINITE = 2
    LIMIT = 3


class Plug(Layout, c="tc_plug_qopt"):
    """`plug`: keeps packets until it is told to let them go, `limit` bytes of them. The kernel tells nothing of it.

    When it is made it is told no more than a limit. Source: plug_init and plug_change in net/sched/sch_plug.c.
    """

    action: takes.Member[PlugAction] = member(enum(PlugAction, s32))
    limit: int = member(u32)


class Skbprio(Layout, c="tc_skbprio_qopt"):
    """`skbprio`: the packet of the highest priority goes first; of `limit` that wait, one of the lowest is dropped."""

    limit: int = member(u32)


class TCA_ETF(Constants):
    """Attributes of `etf`."""

    UNSPEC = 0
    PARMS = 1


class EtfFlag(FlagSet, prefix="TC_ETF_"):
    """How `etf` takes times, and who keeps them."""

    DEADLINE_MODE_ON = 1
    OFFLOAD_ON = 2
    SKIP_SOCK_CHECK = 4


class EtfOptions(Layout, c="tc_etf_qopt"):
    """By how many nanoseconds packets are handed to the device before their time, of which clock."""

    delta: int = member(s32)
    clock: takes.Member[Clock] = member(enum(Clock, s32), c="clockid")
    flags: takes.Flags[EtfFlag] = member(enum(EtfFlag, u32))


class EtfAttributes(Record):
    """`etf` as messages say it. Source: etf_init and etf_dump in net/sched/sch_etf.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_ETF, policy="etf_policy")

    parms: takes.Nested[EtfOptions | None] = attr(TCA_ETF.PARMS, struct(EtfOptions))


class Etf(Record):
    """`etf`: packets leave at the times that their sockets say, of a `clock`: ``Etf(clock="tai", delta=200000)``.

    `delta` nanoseconds before that they are handed to the device. With `deadline_mode` the time is the latest one, with
    `offload` the device keeps it, and with `skip_sock_check` packets pass of which no socket has said that it does.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("EtfOptions, said simply")

    clock: takes.Member[Clock | None] = attr(1, enum(Clock, s32))
    delta: int | None = attr(2, s32)
    deadline_mode: bool | None = attr(3, boolean)
    offload: bool | None = attr(4, boolean)
    skip_sock_check: bool | None = attr(5, boolean)

    @classmethod
    def __read__(cls, wire: EtfAttributes) -> Self:
        parms = wire.parms or EtfOptions()
        return cls(
            clock=parms.clock,
            delta=parms.delta,
            deadline_mode=EtfFlag.DEADLINE_MODE_ON in parms.flags or None,
            offload=EtfFlag.OFFLOAD_ON in parms.flags or None,
            skip_sock_check=EtfFlag.SKIP_SOCK_CHECK in parms.flags or None,
        )

    def __write__(self) -> EtfAttributes:
        if self.clock is None:
            raise EncodeError("say of which clock the times are", "clock")
        flags = EtfFlag(0)
        for said, flag in (
            (self.deadline_mode, EtfFlag.DEADLINE_MODE_ON),
            (self.offload, EtfFlag.OFFLOAD_ON),
            (self.skip_sock_check, EtfFlag.SKIP_SOCK_CHECK),
        ):
            flags |= flag if said else EtfFlag(0)
        return EtfAttributes(parms=EtfOptions(clock=self.clock, delta=self.delta or 0, flags=flags))


ETF: Kind = simpler(Etf, EtfAttributes)
