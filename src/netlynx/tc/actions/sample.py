"""`sample`: some packets are told to `psample`. Source: linux/tc_act/tc_sample.h, tc-sample(8)."""

from __future__ import annotations

from typing import ClassVar

from netlynx.errors import EncodeError
from netlynx.schema import Constants, Record, attr, struct, takes, u32
from netlynx.schema.facts import Facts
from netlynx.tc.actions.common import Parms, Plain, Times, needs


class TCA_SAMPLE(Constants):
    """Attributes of `sample`."""

    UNSPEC = 0
    TM = 1
    PARMS = 2
    RATE = 3
    TRUNC_SIZE = 4
    PSAMPLE_GROUP = 5
    PAD = 6


class SampleParms(Parms, c="tc_sample"):
    """The struct of `sample`."""


class SampleAttributes(Record):
    """The attributes of `sample`."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_SAMPLE, policy="sample_policy")

    parms: takes.Nested[SampleParms | None] = attr(TCA_SAMPLE.PARMS, struct(SampleParms))
    every: int | None = attr(TCA_SAMPLE.RATE, u32)
    group: int | None = attr(TCA_SAMPLE.PSAMPLE_GROUP, u32)
    truncate: int | None = attr(TCA_SAMPLE.TRUNC_SIZE, u32)
    times: takes.Nested[Times | None] = attr(TCA_SAMPLE.TM, struct(Times), read_only=True)


class Sample(Plain):
    """`sample`: one packet in `every`, by chance, is told to a `group` of the generic netlink family psample, the first
    `truncate` bytes of it, or all.

    Source: net/sched/act_sample.c, tc-sample(8) (where `every` is called rate).
    """

    __wire__ = SampleAttributes
    __parms__ = SampleParms

    every: int | None = attr(6, u32)
    group: int | None = attr(7, u32)
    truncate: int | None = attr(8, u32)

    def __check__(self) -> None:
        if self.every is None and self.group is None and self.index is not None:
            return
        needs(self, "every", "group", what="a sample")
        if not self.every:
            raise EncodeError("one packet in none: the kernel refuses that", "every")
