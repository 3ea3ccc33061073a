"""The heavy-hitter filter: flows that send much give way. Source: linux/pkt_sched.h, tc-hhf(8)."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Layout, Record, attr, member, takes, u32
from netlynx.schema.facts import Facts
from netlynx.tc.units import Size, Time, microseconds, size32


class TCA_HHF(Constants):
    """Attributes of `hhf`."""

    UNSPEC = 0
    BACKLOG_LIMIT = 1
    QUANTUM = 2
    HH_FLOWS_LIMIT = 3
    RESET_TIMEOUT = 4
    ADMIT_BYTES = 5
    EVICT_TIMEOUT = 6
    NON_HH_WEIGHT = 7


class Hhf(Record):
    """`hhf`: `limit` packets wait at most, in two queues, which take turns of `quantum` bytes.

    A flow that sends more than `admit_bytes` within `reset_timeout` is a heavy hitter, of which `flows_limit` are
    known, until it is silent for `evict_timeout`; the others have `non_hh_weight` times their turns. What is left out,
    the kernel has its own for. Source: hhf_change and hhf_dump in net/sched/sch_hhf.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_HHF, policy="hhf_policy")

    limit: int | None = attr(TCA_HHF.BACKLOG_LIMIT, u32)
    quantum: takes.Amount[Size | None] = attr(TCA_HHF.QUANTUM, size32)
    flows_limit: int | None = attr(TCA_HHF.HH_FLOWS_LIMIT, u32)
    reset_timeout: takes.Amount[Time | None] = attr(TCA_HHF.RESET_TIMEOUT, microseconds)
    admit_bytes: takes.Amount[Size | None] = attr(TCA_HHF.ADMIT_BYTES, size32)
    evict_timeout: takes.Amount[Time | None] = attr(TCA_HHF.EVICT_TIMEOUT, microseconds)
    non_hh_weight: int | None = attr(TCA_HHF.NON_HH_WEIGHT, u32)


class HhfStatistics(Layout, c="tc_hhf_xstats"):
    """Packets dropped, times that there was no room for another heavy hitter, how many there were and are."""

    drop_overlimit: int = member(u32)
    hh_overlimit: int = member(u32)
    hh_tot_count: int = member(u32)
    hh_cur_count: int = member(u32)
