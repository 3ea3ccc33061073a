"""Conditions that other parts of the kernel look at: `canid`, `ipset`, `ipt`."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import (
    Constants,
    FlagSet,
    Layout,
    Record,
    array,
    attr,
    binary,
    enum,
    member,
    string,
    struct,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts


class CanFilter(Layout, c="can_filter"):
    """The identifier of a CAN frame is `id` in the bits of `mask`. Source: linux/can.h."""

    id: int = member(u32, c="can_id")
    mask: int = member(u32, c="can_mask")


class SetDirection(FlagSet):
    """For each dimension of a set, from the lowest bit on, whether the source is looked for (or the destination).

    Source: IPSET_DIM_* in linux/netfilter/ipset/ip_set.h; the kernel counts dimensions from 1.
    """

    INVERTED = 1 << 0
    FIRST_SOURCE = 1 << 1
    SECOND_SOURCE = 1 << 2
    THIRD_SOURCE = 1 << 3


class SetMatch(Layout, c="xt_set_info"):
    """`ipset`: the packet is in the set that has this index. Source: linux/netfilter/xt_set.h."""

    index: int = member(u16)
    dimensions: int = member(u8, c="dim")
    flags: takes.Flags[SetDirection] = member(enum(SetDirection, u8))


class TCA_EM_IPT(Constants):
    """Attributes of `ipt`."""

    UNSPEC = 0
    HOOK = 1
    MATCH_NAME = 2
    MATCH_REVISION = 3
    NFPROTO = 4
    MATCH_DATA = 5


class XtablesMatch(Record):
    """`ipt`: a match of iptables, with the bytes of its own struct. Source: net/sched/em_ipt.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_EM_IPT, policy="em_ipt_policy")

    hook: int | None = attr(TCA_EM_IPT.HOOK, u32)
    name: str | None = attr(TCA_EM_IPT.MATCH_NAME, string(29))
    revision: int | None = attr(TCA_EM_IPT.MATCH_REVISION, u8)
    family: int | None = attr(TCA_EM_IPT.NFPROTO, u8)
    data: bytes | None = attr(TCA_EM_IPT.MATCH_DATA, binary)


CAN_FILTERS = array(struct(CanFilter))
