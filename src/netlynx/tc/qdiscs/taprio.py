"""`taprio`: gates of traffic classes that open and close by a schedule. Source: linux/pkt_sched.h, tc-taprio(8),
net/sched/sch_taprio.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.errors import EncodeError
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Record,
    attr,
    enum,
    multi,
    nest,
    s32,
    s64,
    struct,
    takes,
    u8,
    u32,
    u64,
)
from netlynx.schema.facts import Facts, NoFacts
from netlynx.tc.qdiscs.traffic_classes import MqprioStruct, Preemption, Queues, queues_of, struct_of
from netlynx.tc.units import Time, nanoseconds, nanoseconds32


class TCA_TAPRIO_ATTR(Constants):
    """Attributes of `taprio`, and of its schedules."""

    UNSPEC = 0
    PRIOMAP = 1
    SCHED_ENTRY_LIST = 2
    SCHED_BASE_TIME = 3
    SCHED_SINGLE_ENTRY = 4
    SCHED_CLOCKID = 5
    PAD = 6
    ADMIN_SCHED = 7
    SCHED_CYCLE_TIME = 8
    SCHED_CYCLE_TIME_EXTENSION = 9
    FLAGS = 10
    TXTIME_DELAY = 11
    TC_ENTRY = 12


class TCA_TAPRIO_SCHED(Constants):
    """Attributes of a list of steps."""

    UNSPEC = 0
    ENTRY = 1


class TCA_TAPRIO_SCHED_ENTRY(Constants):
    """Attributes of a step."""

    UNSPEC = 0
    INDEX = 1
    CMD = 2
    GATE_MASK = 3
    INTERVAL = 4


class TCA_TAPRIO_TC_ENTRY(Constants):
    """Attributes of a traffic class."""

    UNSPEC = 0
    INDEX = 1
    MAX_SDU = 2
    FP = 3


class TCA_TAPRIO_OFFLOAD_STATS(Constants):
    """Attributes of what a device counts."""

    PAD = 1
    WINDOW_DROPS = 2
    TX_OVERRUNS = 3


class TaprioCommand(Enumeration, prefix="TC_TAPRIO_CMD_"):
    """What a step does: it sets the gates, and may hold frames that can be interrupted, or release them."""

    SET_GATES = 0
    SET_AND_HOLD = 1
    SET_AND_RELEASE = 2


class TaprioFlag(FlagSet, prefix="TCA_TAPRIO_ATTR_FLAG_"):
    """Who keeps the schedule: packets have the time at which they are sent (for `etf`), or the device does all."""

    TXTIME_ASSIST = 1
    FULL_OFFLOAD = 2


class Clock(Enumeration, prefix="CLOCK_"):
    """A clock of the system."""

    __not_in_headers__: ClassVar[dict[str, str]] = dict.fromkeys(
        ("CLOCK_REALTIME", "CLOCK_MONOTONIC", "CLOCK_BOOTTIME", "CLOCK_TAI"),
        "linux/time.h, which is no header of netlink",
    )

    REALTIME = 0
    MONOTONIC = 1
    BOOTTIME = 7
    TAI = 11


class TaprioStep(Record):
    """A step of a schedule: the gates of the traffic classes whose bits are in `gates` are open, for `interval`."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_TAPRIO_SCHED_ENTRY, policy="entry_policy@net/sched/sch_taprio.c")

    index: int | None = attr(TCA_TAPRIO_SCHED_ENTRY.INDEX, u32, read_only=True)
    command: takes.Member[TaprioCommand | None] = attr(TCA_TAPRIO_SCHED_ENTRY.CMD, enum(TaprioCommand, u8))
    gates: int | None = attr(TCA_TAPRIO_SCHED_ENTRY.GATE_MASK, u32)
    interval: takes.Amount[Time | None] = attr(TCA_TAPRIO_SCHED_ENTRY.INTERVAL, nanoseconds32)


_STEPS = (TCA_TAPRIO_ATTR.SCHED_ENTRY_LIST, TCA_TAPRIO_SCHED.ENTRY)


class TaprioSchedule(Record):
    """A schedule that begins at `base_time`, in nanoseconds of the qdisc's clock, and repeats every `cycle_time`."""

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=TCA_TAPRIO_ATTR, policy="taprio_policy"),
        Facts(attributes=TCA_TAPRIO_SCHED),
    )
    __omitted__: ClassVar[dict[str, str]] = {"TCA_TAPRIO_ATTR_*": "of the qdisc"}

    base_time: int | None = attr(TCA_TAPRIO_ATTR.SCHED_BASE_TIME, s64)
    cycle_time: takes.Amount[Time | None] = attr(TCA_TAPRIO_ATTR.SCHED_CYCLE_TIME, nanoseconds)
    cycle_time_extension: takes.Amount[Time | None] = attr(TCA_TAPRIO_ATTR.SCHED_CYCLE_TIME_EXTENSION, nanoseconds)
    steps: takes.Records[TaprioStep] = attr(_STEPS, multi(nest(TaprioStep)))


class TaprioEntry(Record):
    """What is said of one traffic class."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_TAPRIO_TC_ENTRY, policy="taprio_tc_policy")

    index: int | None = attr(TCA_TAPRIO_TC_ENTRY.INDEX, u32)
    max_sdu: int | None = attr(TCA_TAPRIO_TC_ENTRY.MAX_SDU, u32)
    preemption: takes.Member[Preemption | None] = attr(TCA_TAPRIO_TC_ENTRY.FP, enum(Preemption, u32))


class TaprioAttributes(Record):
    """`taprio` as messages say it."""

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=TCA_TAPRIO_ATTR, policy="taprio_policy"),
        Facts(attributes=TCA_TAPRIO_SCHED),
    )
    __omitted__: ClassVar[dict[str, str]] = {"TCA_TAPRIO_ATTR_SCHED_SINGLE_ENTRY": "the kernel takes it no more"}

    clock: takes.Member[Clock | None] = attr(TCA_TAPRIO_ATTR.SCHED_CLOCKID, enum(Clock, s32))
    flags: takes.Flags[TaprioFlag | None] = attr(TCA_TAPRIO_ATTR.FLAGS, enum(TaprioFlag, u32))
    map: takes.Nested[MqprioStruct | None] = attr(TCA_TAPRIO_ATTR.PRIOMAP, struct(MqprioStruct))
    txtime_delay: takes.Amount[Time | None] = attr(TCA_TAPRIO_ATTR.TXTIME_DELAY, nanoseconds32)
    base_time: int | None = attr(TCA_TAPRIO_ATTR.SCHED_BASE_TIME, s64)
    cycle_time: takes.Amount[Time | None] = attr(TCA_TAPRIO_ATTR.SCHED_CYCLE_TIME, nanoseconds)
    cycle_time_extension: takes.Amount[Time | None] = attr(TCA_TAPRIO_ATTR.SCHED_CYCLE_TIME_EXTENSION, nanoseconds)
    entries: takes.Records[TaprioEntry] = attr(TCA_TAPRIO_ATTR.TC_ENTRY, multi(nest(TaprioEntry)))
    steps: takes.Records[TaprioStep] = attr(_STEPS, multi(nest(TaprioStep)))
    coming: takes.Nested[TaprioSchedule | None] = attr(TCA_TAPRIO_ATTR.ADMIN_SCHED, nest(TaprioSchedule))


class Taprio(Record):
    """The qdisc `taprio`: packets go to a traffic class by their priority, and a class sends while its gate is open.

    `classes`, `priorities` and `queues` are as for `Mqprio`, but that nothing is taken for granted: they are needed to
    add one, and stay. The schedule is `steps`, such as ``{"gates": 0b01, "interval": "300us"}``, from `base_time` on,
    an instant in nanoseconds of the `clock`. It repeats every `cycle_time`, the sum of its steps unless it is said. A
    change brings another schedule, which is `coming` until its `base_time`; the one in force may last for
    `cycle_time_extension` longer then.

    `max_sdu` is the largest frame of each class, in bytes without its header (0: any), `preemption` whether its frames
    can be interrupted. `txtime_delay` is for the flag ``txtime_assist``; a `clock` is needed but for ``full_offload``.
    The clock and the flags stay as they are. Source: taprio_change, taprio_dump in net/sched/sch_taprio.c.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("says what TaprioAttributes says")

    classes: int | None = attr(1, u8)
    priorities: takes.Several[int] = attr(2, multi(u8))
    queues: takes.Natural[tuple[Queues, ...]] = attr(3, multi(nest(Queues)))
    clock: takes.Member[Clock | None] = attr(4, enum(Clock, s32))
    flags: takes.Flags[TaprioFlag | None] = attr(5, enum(TaprioFlag, u32))
    txtime_delay: takes.Amount[Time | None] = attr(6, nanoseconds32)
    base_time: int | None = attr(7, s64)
    cycle_time: takes.Amount[Time | None] = attr(8, nanoseconds)
    cycle_time_extension: takes.Amount[Time | None] = attr(9, nanoseconds)
    steps: takes.Records[TaprioStep] = attr(10, multi(nest(TaprioStep)))
    max_sdu: takes.Several[int] = attr(11, multi(u32))
    preemption: takes.Several[Preemption] = attr(12, multi(enum(Preemption, u32)))
    coming: takes.Nested[TaprioSchedule | None] = attr(13, nest(TaprioSchedule), read_only=True)

    @classmethod
    def __read__(cls, wire: TaprioAttributes) -> Taprio:
        made = wire.map
        return cls(
            classes=None if made is None else made.num_tc,
            priorities=() if made is None else made.prio_tc_map,
            queues=() if made is None else queues_of(made),
            clock=wire.clock,
            flags=wire.flags,
            txtime_delay=wire.txtime_delay,
            base_time=wire.base_time,
            cycle_time=wire.cycle_time,
            cycle_time_extension=wire.cycle_time_extension,
            steps=wire.steps,
            max_sdu=[each.max_sdu for each in wire.entries if each.max_sdu is not None],
            preemption=[each.preemption for each in wire.entries if each.preemption is not None],
            coming=wire.coming,
        )

    def __write__(self) -> TaprioAttributes:
        if self.classes is None and (self.priorities or self.queues):
            raise EncodeError("say how many there are", "classes")
        if self.txtime_delay and not (self.flags or 0) & TaprioFlag.TXTIME_ASSIST:
            raise EncodeError("it is for the flag 'txtime_assist'", "txtime_delay")
        entries = [
            TaprioEntry(
                index=index,
                max_sdu=self.max_sdu[index] if index < len(self.max_sdu) else None,
                preemption=self.preemption[index] if index < len(self.preemption) else None,
            )
            for index in range(max(len(self.max_sdu), len(self.preemption)))
        ]
        return TaprioAttributes(
            map=None if self.classes is None else struct_of(self.classes, self.priorities, self.queues, 0),
            clock=self.clock,
            flags=self.flags,
            txtime_delay=self.txtime_delay,
            base_time=self.base_time,
            cycle_time=self.cycle_time,
            cycle_time_extension=self.cycle_time_extension,
            steps=self.steps,
            entries=entries,
            coming=self.coming,
        )


class TaprioStatistics(Record):
    """What a device that keeps the schedule counts: frames that no open gate was long enough for (`window_drops`), and
    those that were still being sent when their gate closed.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_TAPRIO_OFFLOAD_STATS)

    window_drops: int | None = attr(TCA_TAPRIO_OFFLOAD_STATS.WINDOW_DROPS, u64)
    tx_overruns: int | None = attr(TCA_TAPRIO_OFFLOAD_STATS.TX_OVERRUNS, u64)
