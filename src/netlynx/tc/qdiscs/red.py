"""Random early detection, and two that are like it. Source: linux/pkt_sched.h, tc-red(8), tc-choke(8)."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from netlynx.errors import EncodeError
from netlynx.schema import (
    Bitfield32,
    Constants,
    FlagSet,
    Kind,
    Layout,
    Record,
    attr,
    binary,
    bitfield32,
    boolean,
    enum,
    member,
    quantity,
    simpler,
    struct,
    takes,
    u8,
    u32,
)
from netlynx.schema.facts import Facts, NoFacts
from netlynx.schema.record import was_read
from netlynx.tc.qdiscs import random_early
from netlynx.tc.units import Rate, Share, Size, rate64, size32

PROBABILITY = Share(0.02)
"""How probable it is at most that a packet is dropped, unless told: tc's number."""

CHOKE_PACKET = 1000
"""Bytes of an average packet of `choke`: tc's number."""

share_of_2_32: Kind = quantity(Share, u32, 1 << 32, nearest=True)


class TCA_RED(Constants):
    """Attributes of `red`."""

    UNSPEC = 0
    PARMS = 1
    STAB = 2
    MAX_P = 3
    FLAGS = 4
    EARLY_DROP_BLOCK = 5
    MARK_BLOCK = 6


class TCA_CHOKE(Constants):
    """Attributes of `choke`."""

    UNSPEC = 0
    PARMS = 1
    STAB = 2
    MAX_P = 3


class RedFlag(FlagSet, prefix="TC_RED_"):
    """What `red` does besides, or instead of dropping."""

    __omitted__: ClassVar[dict[str, str]] = {"TC_RED_HISTORIC_FLAGS": "those that the struct has room for"}

    ECN = 1
    HARDDROP = 2
    ADAPTATIVE = 4
    NODROP = 8


RED_FLAGS = 15
"""All of them: TC_RED_SUPPORTED_FLAGS of the kernel."""


class RedOptions(Layout, c="tc_red_qopt"):
    """Bytes (of `choke`: packets) that may wait, between which the average has packets dropped, and how it is taken."""

    limit: int = member(u32)
    min: int = member(u32, c="qth_min")
    max: int = member(u32, c="qth_max")
    wlog: int = member(u8, c="Wlog")
    plog: int = member(u8, c="Plog")
    scell_log: int = member(u8, c="Scell_log")
    flags: takes.Flags[RedFlag] = member(enum(RedFlag, u8))


class RedStatistics(Layout, c="tc_red_xstats"):
    """Packets dropped early, dropped since there was no room, dropped by others, and marked."""

    early: int = member(u32)
    pdrop: int = member(u32)
    other: int = member(u32)
    marked: int = member(u32)


class ChokeStatistics(Layout, c="tc_choke_xstats"):
    """The same of `choke`; `matched` were dropped since one of their flow waited."""

    early: int = member(u32)
    pdrop: int = member(u32)
    other: int = member(u32)
    marked: int = member(u32)
    matched: int = member(u32)


class RedAttributes(Record):
    """`red` as messages say it. Source: __red_change and red_dump in net/sched/sch_red.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_RED, policy="red_policy")

    parms: takes.Nested[RedOptions | None] = attr(TCA_RED.PARMS, struct(RedOptions))
    table: bytes | None = attr(TCA_RED.STAB, binary(256))
    probability: takes.Amount[Share | None] = attr(TCA_RED.MAX_P, share_of_2_32)
    flags: Bitfield32 | None = attr(TCA_RED.FLAGS, bitfield32)
    early_drop_block: int | None = attr(TCA_RED.EARLY_DROP_BLOCK, u32)
    mark_block: int | None = attr(TCA_RED.MARK_BLOCK, u32)


class ChokeAttributes(Record):
    """`choke` as messages say it. Source: choke_change and choke_dump in net/sched/sch_choke.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_CHOKE, policy="choke_policy")

    parms: takes.Nested[RedOptions | None] = attr(TCA_CHOKE.PARMS, struct(RedOptions))
    table: bytes | None = attr(TCA_CHOKE.STAB, binary(256))
    probability: takes.Amount[Share | None] = attr(TCA_CHOKE.MAX_P, share_of_2_32)


class Red(Record):
    """`red`: the more wait on average, the more probable it is that a packet is dropped, up to `probability` at `max`.

    `limit` (the bytes that may wait) and `average_packet` are needed. Unless told, `max` is a quarter of the limit,
    `min` a third of `max`, `burst` (of packets that come at once without loss) what follows from both, `probability`
    2 percent and the link's `bandwidth` 10mbit, as tc has it. `adaptive` follows the probability to the load, `ecn`
    marks instead of dropping, but with `harddrop` above `max`; `nodrop` does not drop what cannot be marked. Packets of
    the two events go to the filters of a block.

    The kernel keeps what follows from average packet, burst and bandwidth: `wlog`, `plog`, `scell_log`, and an
    `idle_table` of how the average falls while the link is idle, which it does not tell. One that was read has those
    instead, and is sent with them and a guess of the table.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("RedAttributes, said simply")

    limit: takes.Amount[Size | None] = attr(1, size32)
    min: takes.Amount[Size | None] = attr(2, size32)
    max: takes.Amount[Size | None] = attr(3, size32)
    average_packet: takes.Amount[Size | None] = attr(4, size32)
    burst: int | None = attr(5, u32)
    probability: takes.Amount[Share | None] = attr(6, share_of_2_32)
    bandwidth: takes.Amount[Rate | None] = attr(7, rate64)
    ecn: bool | None = attr(8, boolean)
    harddrop: bool | None = attr(9, boolean)
    adaptive: bool | None = attr(10, boolean)
    nodrop: bool | None = attr(11, boolean)
    early_drop_block: int | None = attr(12, u32)
    mark_block: int | None = attr(13, u32)
    wlog: int | None = attr(14, u8)
    plog: int | None = attr(15, u8)
    scell_log: int | None = attr(16, u8)
    idle_table: bytes | None = attr(17, binary(256))

    @classmethod
    def __read__(cls, wire: RedAttributes) -> Self:
        parms = wire.parms or RedOptions()
        flags = parms.flags if wire.flags is None else RedFlag(wire.flags.value)
        return cls(
            limit=parms.limit,
            min=parms.min,
            max=parms.max,
            probability=wire.probability,
            ecn=RedFlag.ECN in flags or None,
            harddrop=RedFlag.HARDDROP in flags or None,
            adaptive=RedFlag.ADAPTATIVE in flags or None,
            nodrop=RedFlag.NODROP in flags or None,
            early_drop_block=wire.early_drop_block or None,
            mark_block=wire.mark_block or None,
            wlog=parms.wlog,
            plog=parms.plog,
            scell_log=parms.scell_log,
            idle_table=wire.table,
        )

    def __write__(self) -> RedAttributes:
        if not self.limit:
            raise EncodeError("say how many bytes may wait", "limit")
        for name in ("nodrop", "harddrop"):
            if getattr(self, name) and not self.ecn and not was_read(self):
                raise EncodeError("it has no effect without ecn", name)
        high = self.max or (3 * self.min if self.min else self.limit // 4)
        low = self.min or high // 3
        parms, table = early(self, self.limit, low, high, self.average_packet)
        flags = RedFlag(0)
        for name, flag in (("ecn", 1), ("harddrop", 2), ("adaptive", 4), ("nodrop", 8)):
            flags |= RedFlag(flag) if getattr(self, name) else 0
        return RedAttributes(
            parms=parms,
            table=table,
            probability=self.probability or PROBABILITY,
            flags=Bitfield32(value=int(flags), selector=RED_FLAGS),
            early_drop_block=self.early_drop_block,
            mark_block=self.mark_block,
        )


class Choke(Record):
    """`choke`: as `red`, in packets; and a packet that finds one of its flow among those that wait goes with it.

    `limit` (the packets that may wait) and the link's `bandwidth` are needed; all else is as for `Red`, with average
    packets of 1000 bytes.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("ChokeAttributes, said simply")

    limit: int | None = attr(1, u32)
    min: int | None = attr(2, u32)
    max: int | None = attr(3, u32)
    burst: int | None = attr(4, u32)
    probability: takes.Amount[Share | None] = attr(5, share_of_2_32)
    bandwidth: takes.Amount[Rate | None] = attr(6, rate64)
    ecn: bool | None = attr(7, boolean)
    wlog: int | None = attr(8, u8)
    plog: int | None = attr(9, u8)
    scell_log: int | None = attr(10, u8)
    idle_table: bytes | None = attr(11, binary(256))

    @classmethod
    def __read__(cls, wire: ChokeAttributes) -> Self:
        parms = wire.parms or RedOptions()
        return cls(
            limit=parms.limit,
            min=parms.min,
            max=parms.max,
            probability=wire.probability,
            ecn=RedFlag.ECN in parms.flags or None,
            wlog=parms.wlog,
            plog=parms.plog,
            scell_log=parms.scell_log,
            idle_table=wire.table,
        )

    def __write__(self) -> ChokeAttributes:
        if not self.limit:
            raise EncodeError("say how many packets may wait", "limit")
        if self.wlog is None and not self.bandwidth:
            raise EncodeError("say how fast the link is", "bandwidth")
        high = self.max or self.limit // 4
        low = self.min or high // 3
        if high > self.limit:
            raise EncodeError(f"it is more than the limit, {self.limit}", "max")
        parms, table = early(self, self.limit, low, high, Size(CHOKE_PACKET), CHOKE_PACKET)
        made = parms.replace(flags=RedFlag.ECN if self.ecn else RedFlag(0))
        return ChokeAttributes(parms=made, table=table, probability=self.probability or PROBABILITY)


def early(record: Any, limit: int, low: int, high: int, packet: Size | None, unit: int = 1) -> tuple[RedOptions, bytes]:
    """The struct of a record like `Red`, and its table; its sizes are in units of so many bytes.

    Raises EncodeError with the field of the record that is at fault.
    """
    if record.wlog is not None:
        for name in ("plog", "scell_log"):
            if getattr(record, name) is None:
                raise EncodeError("it goes with wlog", name)
        for name in ("average_packet", "burst", "bandwidth"):
            if getattr(record, name, None):
                raise EncodeError(f"say either what follows from it (wlog, plog, scell_log) or {name}", "wlog")
        logs = (record.wlog, record.plog, record.scell_log)
        table = record.idle_table or random_early.idle_of(record.scell_log)
    else:
        if not packet:
            raise EncodeError("say how many bytes a packet has on average", "average_packet")
        burst = record.burst or (2 * low + high) * unit // (3 * packet)
        probability = record.probability or PROBABILITY
        slope = random_early.slope(low * unit, high * unit, probability)
        wlog = random_early.averaging(low * unit, burst, packet)
        cell_log, table = random_early.idle(wlog, packet, record.bandwidth or random_early.BANDWIDTH)
        logs = (wlog, slope, cell_log)
    wlog, plog, scell_log = logs
    return RedOptions(limit=limit, min=low, max=high, wlog=wlog, plog=plog, scell_log=scell_log), table


RED: Kind = simpler(Red, RedAttributes)
CHOKE: Kind = simpler(Choke, ChokeAttributes)
