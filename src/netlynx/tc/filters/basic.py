"""`basic` and `cgroup`: what a tree of conditions says. Source: net/sched/cls_basic.c, net/sched/cls_cgroup.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Layout, Record, attr, member, struct, takes, u64
from netlynx.schema.facts import Facts
from netlynx.tc.action import ACTIONS_OF_A_FILTER, Action
from netlynx.tc.actions.police import POLICE, Police
from netlynx.tc.ematches import EMATCHES, Ematch
from netlynx.tc.handle import HANDLE, Handle


class TCA_BASIC(Constants):
    """Attributes of `basic`."""

    UNSPEC = 0
    CLASSID = 1
    EMATCHES = 2
    ACT = 3
    POLICE = 4
    PCNT = 5
    PAD = 6


class TCA_CGROUP(Constants):
    """Attributes of `cgroup`."""

    UNSPEC = 0
    ACT = 1
    POLICE = 2
    EMATCHES = 3


class BasicHits(Layout, c="tc_basic_pcnt"):
    """How many packets were looked at, and how many of them matched, on all processors."""

    looked_at: int = member(u64, c="rcnt")
    hits: int = member(u64, c="rhit")


class Basic(Record):
    """`basic`: packets of which `match` is true, or all of them. Source: net/sched/cls_basic.c, tc-basic(8)."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_BASIC, policy="basic_policy", spec=("tc", "basic-attrs"))

    classid: takes.Member[Handle | None] = attr(TCA_BASIC.CLASSID, HANDLE)
    match: takes.Nested[Ematch | None] = attr(TCA_BASIC.EMATCHES, EMATCHES)
    actions: takes.MaybeSeveral[Action] = attr(TCA_BASIC.ACT, ACTIONS_OF_A_FILTER)
    police: takes.Nested[Police | None] = attr(TCA_BASIC.POLICE, POLICE)  # as filters had it before actions
    hits: takes.Nested[BasicHits | None] = attr(TCA_BASIC.PCNT, struct(BasicHits), read_only=True)


class CgroupFilter(Record):
    """`cgroup`: packets of sockets, into the class that the net_cls group of their process says.

    Where `match` is true, or always. A filter of this kind has to have a handle, and is alone in its priority. Source:
    net/sched/cls_cgroup.c, tc-cgroup(8).
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_CGROUP, policy="cgroup_policy", spec=("tc", "cgroup-attrs"))

    match: takes.Nested[Ematch | None] = attr(TCA_CGROUP.EMATCHES, EMATCHES)
    actions: takes.MaybeSeveral[Action] = attr(TCA_CGROUP.ACT, ACTIONS_OF_A_FILTER)
    police: takes.Nested[Police | None] = attr(TCA_CGROUP.POLICE, POLICE)  # as filters had it before actions
