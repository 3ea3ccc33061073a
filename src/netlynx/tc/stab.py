"""Size tables: what packets count for on links that put them into cells. Source: linux/pkt_sched.h, tc-stab(8)."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Layout, Record, array, attr, enum, member, s16, s32, struct, takes, u8, u16, u32
from netlynx.schema.facts import Facts
from netlynx.tc.rates import LinkLayer


class TCA_STAB(Constants):
    """Attributes of a size table."""

    UNSPEC = 0
    BASE = 1
    DATA = 2


class SizeSpec(Layout, c="tc_sizespec"):
    """How a packet's length is looked up: in cells of 2 to the power of `cell_log` bytes, in a table of `tsize`.

    The sizes in the table are shifted by `size_log`; `overhead` is added first, `mpu` and `mtu` are what the table was
    made for.
    """

    cell_log: int = member(u8)
    size_log: int = member(u8)
    cell_align: int = member(s16)
    overhead: int = member(s32)
    linklayer: takes.Member[LinkLayer] = member(enum(LinkLayer, u32))
    mpu: int = member(u32)
    mtu: int = member(u32)
    tsize: int = member(u32)


class SizeTable(Record):
    """A size table of a qdisc. The kernel tells its `base` only. Source: qdisc_get_stab in net/sched/sch_api.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_STAB, policy="stab_policy")

    base: takes.Nested[SizeSpec | None] = attr(TCA_STAB.BASE, struct(SizeSpec))
    data: takes.MaybeSeveral[int] = attr(TCA_STAB.DATA, array(u16))
