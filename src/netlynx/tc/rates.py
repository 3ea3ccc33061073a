"""Rates as old structs have them: 32 bits of bytes a second, with how packets are counted on the link.

Source: linux/pkt_sched.h, qdisc_get_rtab and psched_ratecfg_precompute in net/sched/sch_api.c and sch_generic.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Enumeration, Layout, enum, member, s16, takes, u8, u16, u32
from netlynx.tc.units import Rate, Size, transmitted

MOST_32 = 0xFFFF_FFFF
CELL, IN_CELL = 53, 48  # bytes of a cell of ATM, and how many of those it carries


class LinkLayer(Enumeration, prefix="TC_LINKLAYER_"):
    """What packets become on the link: ATM cells take 53 bytes for 48."""

    __omitted__: ClassVar[dict[str, str]] = {"TC_LINKLAYER_MASK": "the bits that hold it"}

    UNAWARE = 0
    ETHERNET = 1
    ATM = 2


class RateSpec(Layout, c="tc_ratespec"):
    """A rate in bytes a second; the `overhead` of each packet on the link, and what it counts for at least (`mpu`).

    `cell_log` and `cell_align` are of the tables that kernels before 3.8 used.
    """

    cell_log: int = member(u8)
    linklayer: takes.Member[LinkLayer] = member(enum(LinkLayer, u8))
    overhead: int = member(u16)
    cell_align: int = member(s16)
    mpu: int = member(u16)
    rate: int = member(u32)


def rate_spec(rate: Rate | None, overhead: int = 0, mpu: int = 0, linklayer: LinkLayer | int | None = None) -> RateSpec:
    """A rate's struct; one that 32 bits do not hold stands there as their highest, with an attribute beside it.

    The link layer is said always: only where it is not does the kernel look for a table.
    """
    number = min(bytes_a_second(rate), MOST_32)
    layer = LinkLayer.ETHERNET if linklayer is None else linklayer
    return RateSpec(linklayer=layer, overhead=overhead, mpu=mpu, rate=number)


def bytes_a_second(rate: Rate | None) -> int:
    """A rate as the kernel counts it."""
    return 0 if rate is None else -(-rate // 8)


def rate_of(spec: RateSpec, rate64: Rate | None) -> Rate:
    """The rate that a struct and the attribute beside it, in which 64 bits hold it, say."""
    return Rate(8 * spec.rate) if rate64 is None else rate64


def wide(rate: Rate | None) -> Rate | None:
    """What stands in the attribute beside a struct: nothing where 32 bits hold the rate."""
    return rate if bytes_a_second(rate) > MOST_32 else None


def size_of(spec: RateSpec, rate: Rate, time: float) -> Size:
    """How many bytes take that time with what they become on the link. Source: psched_ns_t2l, net/sch_generic.h."""
    size = transmitted(rate, time)
    if spec.linklayer == LinkLayer.ATM:
        size = Size(size // CELL * IN_CELL)
    return Size(max(size - spec.overhead, 0))
