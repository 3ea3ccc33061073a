"""Generic random early detection: queues of their own within one. Source: linux/pkt_sched.h, net/sched/sch_gred.c."""

from __future__ import annotations

from typing import ClassVar, Self

from netlynx.errors import EncodeError
from netlynx.schema import (
    Constants,
    Kind,
    Layout,
    Record,
    array,
    attr,
    binary,
    boolean,
    enum,
    member,
    multi,
    nest,
    simpler,
    struct,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts, NoFacts
from netlynx.tc.qdiscs.red import PROBABILITY, RedFlag, early, share_of_2_32
from netlynx.tc.units import Rate, Share, Size, rate64, size32

MOST_QUEUES = 16  # MAX_DPs


class TCA_GRED(Constants):
    """Attributes of `gred`."""

    UNSPEC = 0
    PARMS = 1
    STAB = 2
    DPS = 3
    MAX_P = 4
    LIMIT = 5
    VQ_LIST = 6


class TCA_GRED_VQ_LIST(Constants, renamed={"ENTRY": "TCA_GRED_VQ_ENTRY"}):
    """The attribute in TCA_GRED_VQ_LIST."""

    ENTRY = 1


class TCA_GRED_VQ(Constants):
    """Attributes of a virtual queue."""

    UNSPEC = 0
    PAD = 1
    DP = 2
    STAT_BYTES = 3
    STAT_PACKETS = 4
    STAT_BACKLOG = 5
    STAT_PROB_DROP = 6
    STAT_PROB_MARK = 7
    STAT_FORCED_DROP = 8
    STAT_FORCED_MARK = 9
    STAT_PDROP = 10
    STAT_OTHER = 11
    FLAGS = 12


class GredOptions(Layout, c="tc_gred_sopt"):
    """How many virtual queues there are, and the one of packets that belong to none."""

    queues: int = member(u32, c="DPs")
    default: int = member(u32, c="def_DP")
    grio: bool = member(enum(bool, u8))
    flags: takes.Flags[RedFlag] = member(enum(RedFlag, u8))
    pad1: int = member(u16)


class GredQueueOptions(Layout, c="tc_gred_qopt"):
    """What a virtual queue is told, and what it has counted."""

    limit: int = member(u32)
    min: int = member(u32, c="qth_min")
    max: int = member(u32, c="qth_max")
    dp: int = member(u32, c="DP")
    backlog: int = member(u32)
    average: int = member(u32, c="qave")
    forced: int = member(u32)
    early: int = member(u32)
    other: int = member(u32)
    pdrop: int = member(u32)
    wlog: int = member(u8, c="Wlog")
    plog: int = member(u8, c="Plog")
    scell_log: int = member(u8, c="Scell_log")
    priority: int = member(u8, c="prio")
    packets: int = member(u32)
    bytes: int = member(u32, c="bytesin")


class GredQueueAttributes(Record):
    """The flags of a virtual queue, and what it has counted; see `GredQueue`."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_GRED_VQ, policy="gred_vq_policy")

    dp: int | None = attr(TCA_GRED_VQ.DP, u32)
    bytes: int | None = attr(TCA_GRED_VQ.STAT_BYTES, u64)
    packets: int | None = attr(TCA_GRED_VQ.STAT_PACKETS, u32)
    backlog: int | None = attr(TCA_GRED_VQ.STAT_BACKLOG, u32)
    prob_drop: int | None = attr(TCA_GRED_VQ.STAT_PROB_DROP, u32)
    prob_mark: int | None = attr(TCA_GRED_VQ.STAT_PROB_MARK, u32)
    forced_drop: int | None = attr(TCA_GRED_VQ.STAT_FORCED_DROP, u32)
    forced_mark: int | None = attr(TCA_GRED_VQ.STAT_FORCED_MARK, u32)
    pdrop: int | None = attr(TCA_GRED_VQ.STAT_PDROP, u32)
    other: int | None = attr(TCA_GRED_VQ.STAT_OTHER, u32)
    flags: takes.Flags[RedFlag | None] = attr(TCA_GRED_VQ.FLAGS, enum(RedFlag, u32))


class GredAttributes(Record):
    """`gred` as messages say it: all virtual queues are told, one at a time is taken.

    Source: gred_change and gred_dump in net/sched/sch_gred.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_GRED)  # gred_policy is of requests: one queue's probability

    parms: takes.Records[GredQueueOptions] = attr(TCA_GRED.PARMS, array(struct(GredQueueOptions)))
    table: bytes | None = attr(TCA_GRED.STAB, binary(256))
    setup: takes.Nested[GredOptions | None] = attr(TCA_GRED.DPS, struct(GredOptions))
    probabilities: takes.MaybeSeveral[int] = attr(TCA_GRED.MAX_P, array(u32))
    limit: takes.Amount[Size | None] = attr(TCA_GRED.LIMIT, size32)
    entries: takes.Records[GredQueueAttributes] = attr(
        (TCA_GRED.VQ_LIST, TCA_GRED_VQ_LIST.ENTRY), multi(nest(GredQueueAttributes))
    )


class GredQueue(Record):
    """A virtual queue of `gred`, number `dp`: random early detection, as `Red` says it, for packets of that number.

    `limit`, `min`, `max` and `average_packet` are needed. With `grio`, `priority` orders the queues: the lower count
    for the higher. The rest the kernel tells, with what it has counted.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("GredQueueOptions and GredQueueAttributes, said simply")

    dp: int | None = attr(1, u32)
    limit: takes.Amount[Size | None] = attr(2, size32)
    min: takes.Amount[Size | None] = attr(3, size32)
    max: takes.Amount[Size | None] = attr(4, size32)
    average_packet: takes.Amount[Size | None] = attr(5, size32)
    burst: int | None = attr(6, u32)
    probability: takes.Amount[Share | None] = attr(7, share_of_2_32)
    bandwidth: takes.Amount[Rate | None] = attr(8, rate64)
    priority: int | None = attr(9, u8)
    ecn: bool | None = attr(10, boolean)
    harddrop: bool | None = attr(11, boolean)
    wlog: int | None = attr(12, u8)
    plog: int | None = attr(13, u8)
    scell_log: int | None = attr(14, u8)
    idle_table: bytes | None = attr(15, binary(256))
    average: int | None = attr(16, u32)
    counted: takes.Nested[GredQueueAttributes | None] = attr(17, nest(GredQueueAttributes))


class Gred(Record):
    """`gred`: up to 16 virtual queues, each with random early detection; the low bits of a packet's index choose one.

    It is made with their number and the `default` one of packets that choose none: ``Gred(queues=4, default=3)``,
    perhaps with `grio`, a `limit` of bytes for all, `ecn` and `harddrop`. Then each virtual queue is told in a change
    of its own: ``Gred(virtual_queues=[GredQueue(dp=1, …)])``. `steps` are those of one that was read.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("GredAttributes, said simply")

    queues: int | None = attr(1, u32)
    default: int | None = attr(2, u32)
    grio: bool | None = attr(3, boolean)
    limit: takes.Amount[Size | None] = attr(4, size32)
    ecn: bool | None = attr(5, boolean)
    harddrop: bool | None = attr(6, boolean)
    virtual_queues: takes.Records[GredQueue] = attr(7, multi(nest(GredQueue)))

    @property
    def steps(self) -> tuple[Gred, ...]:
        """What makes the same: how it is added, and a change for each virtual queue."""
        return (self.replace(virtual_queues=()), *(Gred(virtual_queues=(each,)) for each in self.virtual_queues))

    @classmethod
    def __read__(cls, wire: GredAttributes) -> Self:
        setup = wire.setup
        flags = RedFlag(0) if setup is None else setup.flags
        told = {each.dp: each for each in wire.entries}
        chances = dict(enumerate(wire.probabilities or ()))
        known = [
            _queue(each, chances.get(place), told.get(each.dp), wire.table)
            for place, each in enumerate(wire.parms)
            if each.dp < MOST_QUEUES
        ]
        return cls(
            queues=None if setup is None else setup.queues,
            default=None if setup is None else setup.default,
            grio=None if setup is None else setup.grio or None,
            limit=wire.limit,
            ecn=RedFlag.ECN in flags or None,
            harddrop=RedFlag.HARDDROP in flags or None,
            virtual_queues=known,
        )

    def __write__(self) -> GredAttributes:
        if not self.virtual_queues:
            return self._setup()
        if self.queues or len(self.virtual_queues) > 1:
            raise EncodeError("the kernel takes each in a change of its own: see steps", "virtual_queues")
        for name in ("default", "grio", "limit", "ecn", "harddrop"):
            if getattr(self, name):
                raise EncodeError("it is said where the qdisc is made, not with a virtual queue", name)
        try:
            return _told(self.virtual_queues[0])
        except EncodeError as error:
            raise EncodeError(error.message, f"virtual_queues[0].{error.path}") from None

    def _setup(self) -> GredAttributes:
        if not self.queues or self.default is None:
            missing = "queues" if not self.queues else "default"
            raise EncodeError("say how many virtual queues there are, and which is the default", missing)
        if self.queues > MOST_QUEUES or self.default >= self.queues:
            wrong = "queues" if self.queues > MOST_QUEUES else "default"
            raise EncodeError(f"there are {MOST_QUEUES} queues at most, and the default is one of them", wrong)
        setup = GredOptions(queues=self.queues, default=self.default, grio=bool(self.grio), flags=_flags(self))
        return GredAttributes(setup=setup, limit=self.limit)


def _flags(said: Gred | GredQueue) -> RedFlag:
    return (RedFlag.ECN if said.ecn else RedFlag(0)) | (RedFlag.HARDDROP if said.harddrop else RedFlag(0))


def _queue(
    parms: GredQueueOptions, chance: int | None, told: GredQueueAttributes | None, table: bytes | None
) -> GredQueue:
    flags = told.flags if told is not None and told.flags is not None else RedFlag(0)
    return GredQueue(
        dp=parms.dp,
        limit=parms.limit,
        min=parms.min,
        max=parms.max,
        probability=None if chance is None else Share(round(chance / (1 << 32), 9)),
        priority=parms.priority,
        ecn=RedFlag.ECN in flags or None,
        harddrop=RedFlag.HARDDROP in flags or None,
        wlog=parms.wlog,
        plog=parms.plog,
        scell_log=parms.scell_log,
        idle_table=table,
        average=parms.average,
        counted=None if told is None or told.packets is None else told,
    )


def _told(queue: GredQueue) -> GredAttributes:
    for name in ("dp", "limit", "min", "max"):
        if getattr(queue, name) is None:
            raise EncodeError("a virtual queue has to have it", name)
    if queue.dp is None or queue.dp >= MOST_QUEUES:
        raise EncodeError(f"numbers are less than {MOST_QUEUES}", "dp")
    limit, low, high = queue.limit or 0, queue.min or 0, queue.max or 0
    red, table = early(queue, limit, low, high, queue.average_packet)
    parms = GredQueueOptions(
        limit=limit,
        min=low,
        max=high,
        dp=queue.dp,
        wlog=red.wlog,
        plog=red.plog,
        scell_log=red.scell_log,
        priority=queue.priority or 0,
    )
    return GredAttributes(
        parms=(parms,),
        table=table,
        probabilities=(round((queue.probability or PROBABILITY) * (1 << 32)),),
        entries=(GredQueueAttributes(dp=queue.dp, flags=_flags(queue)),),
    )


GRED: Kind = simpler(Gred, GredAttributes)
