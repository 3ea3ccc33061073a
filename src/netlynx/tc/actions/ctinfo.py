"""`ctinfo`: what the mark of a connection says is put into a packet. Source: linux/tc_act/tc_ctinfo.h, tc-ctinfo(8)."""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.errors import EncodeError
from netlynx.schema import Constants, Record, attr, struct, takes, u16, u32, u64
from netlynx.schema.facts import Facts
from netlynx.tc.actions.common import Parms, Plain, Times


class TCA_CTINFO(Constants):
    """Attributes of `ctinfo`."""

    UNSPEC = 0
    PAD = 1
    TM = 2
    ACT = 3
    ZONE = 4
    PARMS_DSCP_MASK = 5
    PARMS_DSCP_STATEMASK = 6
    PARMS_CPMARK_MASK = 7
    STATS_DSCP_SET = 8
    STATS_DSCP_ERROR = 9
    STATS_CPMARK_SET = 10


class CtinfoParms(Parms, c="tc_ctinfo"):
    """The struct of `ctinfo`."""


class CtinfoAttributes(Record):
    """The attributes of `ctinfo`."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_CTINFO, policy="ctinfo_policy")

    parms: takes.Nested[CtinfoParms | None] = attr(TCA_CTINFO.ACT, struct(CtinfoParms))
    zone: int | None = attr(TCA_CTINFO.ZONE, u16)
    dscp_mask: int | None = attr(TCA_CTINFO.PARMS_DSCP_MASK, u32)
    dscp_state: int | None = attr(TCA_CTINFO.PARMS_DSCP_STATEMASK, u32)
    cpmark_mask: int | None = attr(TCA_CTINFO.PARMS_CPMARK_MASK, u32)
    dscp_set: int | None = attr(TCA_CTINFO.STATS_DSCP_SET, u64, read_only=True)
    dscp_errors: int | None = attr(TCA_CTINFO.STATS_DSCP_ERROR, u64, read_only=True)
    cpmark_set: int | None = attr(TCA_CTINFO.STATS_CPMARK_SET, u64, read_only=True)
    times: takes.Nested[Times | None] = attr(TCA_CTINFO.TM, struct(Times), read_only=True)


_DSCP_BITS = 0x3F


class Ctinfo(Plain):
    """`ctinfo`: the six bits of `dscp_mask` in the mark of a connection become the DSCP of its packets; with
    `dscp_state` only of those in whose connection's mark a bit of that is set, too. With `cpmark_mask` (all bits:
    0xffffffff) packets get the bits of the connection's mark themselves.

    The kernel counts how often it did so (`dscp_set`, `cpmark_set`), and how often it could not. `zone` is 0 unless
    told. Source: tcf_ctinfo_init in net/sched/act_ctinfo.c, tc-ctinfo(8).
    """

    __wire__ = CtinfoAttributes
    __parms__ = CtinfoParms

    zone: int | None = attr(6, u16)
    dscp_mask: int | None = attr(7, u32)
    dscp_state: int | None = attr(8, u32)
    cpmark_mask: int | None = attr(9, u32)
    dscp_set: int | None = attr(10, u64, read_only=True)
    dscp_errors: int | None = attr(11, u64, read_only=True)
    cpmark_set: int | None = attr(12, u64, read_only=True)

    def __write__(self) -> Any:
        made: CtinfoAttributes = super().__write__()
        return made.replace(zone=0) if made.zone is None else made

    def __check__(self) -> None:
        mask = self.dscp_mask
        if mask and mask // (mask & -mask) != _DSCP_BITS:
            raise EncodeError(f"{mask:#x} is not six bits side by side", "dscp_mask")
        if self.dscp_state and not mask:
            raise EncodeError("it says when the DSCP is taken, and dscp_mask does not say from where", "dscp_state")
        if mask and self.dscp_state and mask & self.dscp_state:
            raise EncodeError(f"{self.dscp_state:#x} is in part where the DSCP is", "dscp_state")
        if not mask and self.cpmark_mask is None and self.index is None:
            raise EncodeError("say what is taken from the mark of a connection: dscp_mask or cpmark_mask", "dscp_mask")
