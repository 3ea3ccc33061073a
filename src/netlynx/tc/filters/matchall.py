"""`matchall`: all packets. Source: linux/pkt_cls.h, net/sched/cls_matchall.c, tc-matchall(8)."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Layout, Record, attr, enum, member, struct, takes, u32, u64
from netlynx.schema.facts import Facts
from netlynx.tc.action import ACTIONS_OF_A_FILTER, Action
from netlynx.tc.filters.common import ClassifierFlag
from netlynx.tc.handle import HANDLE, Handle


class TCA_MATCHALL(Constants):
    """Attributes of `matchall`."""

    UNSPEC = 0
    CLASSID = 1
    ACT = 2
    FLAGS = 3
    PCNT = 4
    PAD = 5


class MatchAllHits(Layout, c="tc_matchall_pcnt"):
    """How many packets were looked at, on all processors."""

    hits: int = member(u64, c="rhit")


class MatchAll(Record):
    """`matchall`, which takes every packet that gets to it: one of each priority."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_MATCHALL, policy="mall_policy", spec=("tc", "matchall-attrs"))

    classid: takes.Member[Handle | None] = attr(TCA_MATCHALL.CLASSID, HANDLE)
    actions: takes.MaybeSeveral[Action] = attr(TCA_MATCHALL.ACT, ACTIONS_OF_A_FILTER)
    flags: takes.Flags[ClassifierFlag | None] = attr(TCA_MATCHALL.FLAGS, enum(ClassifierFlag, u32))
    hits: takes.Nested[MatchAllHits | None] = attr(TCA_MATCHALL.PCNT, struct(MatchAllHits), read_only=True)
