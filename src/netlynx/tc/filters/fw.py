"""`fw`: the mark of a packet. Source: linux/pkt_cls.h, net/sched/cls_fw.c, tc-fw(8)."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Record, attr, string, takes, u32
from netlynx.schema.facts import Facts
from netlynx.tc.action import ACTIONS_OF_A_FILTER, Action
from netlynx.tc.actions.police import POLICE, Police
from netlynx.tc.constants import KIND_LIMIT
from netlynx.tc.handle import HANDLE, Handle


class TCA_FW(Constants):
    """Attributes of `fw`."""

    UNSPEC = 0
    CLASSID = 1
    POLICE = 2
    INDEV = 3
    ACT = 4
    MASK = 5


class Fw(Record):
    """`fw`: packets that the firewall has marked. The handle of the filter is the mark.

    `mask` tells which bits of the mark count; it is one for all filters of a priority. `indev` is the device that a
    packet came in by. Without any of the fields, the mark itself is the class.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_FW, policy="fw_policy", spec=("tc", "fw-attrs"))

    classid: takes.Member[Handle | None] = attr(TCA_FW.CLASSID, HANDLE)
    indev: str | None = attr(TCA_FW.INDEV, string(KIND_LIMIT))
    mask: int | None = attr(TCA_FW.MASK, u32)
    actions: takes.MaybeSeveral[Action] = attr(TCA_FW.ACT, ACTIONS_OF_A_FILTER)
    police: takes.Nested[Police | None] = attr(TCA_FW.POLICE, POLICE)  # as filters had it before actions
