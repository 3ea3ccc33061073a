"""`simple`: a packet is noted in the kernel's log, with a text. Source: linux/tc_act/tc_defact.h, tc-simple(8)."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Record, attr, string, struct, takes
from netlynx.schema.facts import Facts
from netlynx.tc.actions.common import Parms, Plain, Times, needs

TEXT_LIMIT = 31  # SIMP_MAX_DATA, with the NUL


class TCA_DEF(Constants):
    """Attributes of `simple`."""

    UNSPEC = 0
    TM = 1
    PARMS = 2
    DATA = 3
    PAD = 4


class SimpleParms(Parms, c="tc_defact"):
    """The struct of `simple`."""


class SimpleAttributes(Record):
    """The attributes of `simple`."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_DEF, policy="simple_policy")

    parms: takes.Nested[SimpleParms | None] = attr(TCA_DEF.PARMS, struct(SimpleParms))
    text: str | None = attr(TCA_DEF.DATA, string(TEXT_LIMIT))
    times: takes.Nested[Times | None] = attr(TCA_DEF.TM, struct(Times), read_only=True)


class Simple(Plain):
    """`simple`: the kernel's log says `text` (up to 31 bytes) and how many packets there were so far.

    Source: net/sched/act_simple.c, tc-simple(8).
    """

    __wire__ = SimpleAttributes
    __parms__ = SimpleParms

    text: str | None = attr(6, string(TEXT_LIMIT))

    def __check__(self) -> None:
        needs(self, "text", what="a note in the log")
