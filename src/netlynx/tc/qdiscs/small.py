"""Qdiscs that are told next to nothing. Source: linux/pkt_sched.h, net/sched/sch_NAME.c of each."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Layout,
    Record,
    attr,
    enum,
    member,
    s32,
    struct,
    takes,
    u32,
)
from netlynx.schema.facts import Facts
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


class Etf(Record):
    """`etf`: packets leave at the times that their sockets say: ``Etf(parms={"clock": "tai", "delta": 200000})``.

    Source: etf_init and etf_dump in net/sched/sch_etf.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_ETF, policy="etf_policy")

    parms: takes.Nested[EtfOptions | None] = attr(TCA_ETF.PARMS, struct(EtfOptions))
