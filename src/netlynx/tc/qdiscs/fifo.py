"""Queues without classes or choice: first in, first out. Source: linux/pkt_sched.h, net/sched/sch_fifo.c."""

from __future__ import annotations

from netlynx.schema import Layout, array, member, s32, takes, u8, u32


class Fifo(Layout, c="tc_fifo_qopt"):
    """`pfifo` and `pfifo_head_drop` (a limit in packets), `bfifo` (in bytes)."""

    limit: int = member(u32)


class PriorityMap(Layout, c="tc_prio_qopt"):
    """`pfifo_fast` and `prio`: how many bands there are, and the band of each priority of a packet (0 to 15)."""

    bands: int = member(s32)
    priorities: takes.Several[int] = member(array(u8, 16), c="priomap")
