"""`connmark`: a packet gets the mark of its connection. Source: linux/tc_act/tc_connmark.h, tc-connmark(8)."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Record, attr, member, struct, takes, u16
from netlynx.schema.facts import Facts
from netlynx.tc.actions.common import Parms, Plain, Times


class TCA_CONNMARK(Constants):
    """Attributes of `connmark`."""

    UNSPEC = 0
    PARMS = 1
    TM = 2
    PAD = 3


class ConnmarkParms(Parms, c="tc_connmark"):
    """The struct of `connmark`."""

    zone: int = member(u16)


class ConnmarkAttributes(Record):
    """The attributes of `connmark`."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_CONNMARK, policy="connmark_policy")

    parms: takes.Nested[ConnmarkParms | None] = attr(TCA_CONNMARK.PARMS, struct(ConnmarkParms))
    times: takes.Nested[Times | None] = attr(TCA_CONNMARK.TM, struct(Times), read_only=True)


class Connmark(Plain):
    """`connmark`: a packet of a connection that is tracked in `zone` (0 unless told) gets that one's mark.

    Source: net/sched/act_connmark.c, tc-connmark(8).
    """

    __wire__ = ConnmarkAttributes
    __parms__ = ConnmarkParms

    zone: int | None = attr(6, u16)
