"""A device's queues, put together to traffic classes: `mqprio`, and what `taprio` has in common with it.

Source: linux/pkt_sched.h, net/sched/sch_mqprio.c, sch_mqprio_lib.c, tc-mqprio(8); what is sent where nothing is said,
tc/q_mqprio.c of iproute2.
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.errors import EncodeError
from netlynx.schema import (
    Constants,
    Enumeration,
    Layout,
    Record,
    array,
    attr,
    boolean,
    enum,
    head,
    member,
    multi,
    nest,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts, NoFacts
from netlynx.tc.qdiscs.bands import checked_priorities
from netlynx.tc.units import Rate, rate64

MOST_CLASSES = 16  # TC_QOPT_MAX_QUEUE
_CLASSES = 8
_PRIORITIES = (0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 1, 1, 3, 3, 3, 3)


class TCA_MQPRIO(Constants):
    """Attributes of `mqprio`."""

    UNSPEC = 0
    MODE = 1
    SHAPER = 2
    MIN_RATE64 = 3
    MAX_RATE64 = 4
    TC_ENTRY = 5


class TCA_MQPRIO_TC_ENTRY(Constants):
    """Attributes of a traffic class of it."""

    UNSPEC = 0
    INDEX = 1
    FP = 2


class MqprioMode(Enumeration, prefix="TC_MQPRIO_MODE_"):
    """Who says what queues there are: the device by its settings (DCB), or the request (`channel`)."""

    DCB = 0
    CHANNEL = 1


class MqprioShaper(Enumeration, prefix="TC_MQPRIO_SHAPER_", labels={"BW_RATE": "bw_rlimit"}):
    """Who says the rates of traffic classes: the device by its settings (DCB), or the request."""

    DCB = 0
    BW_RATE = 1


class Preemption(Enumeration, prefix="TC_FP_"):
    """Whether the frames of a traffic class can be interrupted on the wire by others (`preemptible`), or are those."""

    EXPRESS = 1
    PREEMPTIBLE = 2


class MqprioStruct(Layout, c="tc_mqprio_qopt"):
    """Traffic classes as messages say them: the class of each priority, how many queues each has, and from which on."""

    num_tc: int = member(u8)
    prio_tc_map: takes.Several[int] = member(array(u8, 16))
    hw: int = member(u8)
    count: takes.Several[int] = member(array(u16, 16))
    offset: takes.Several[int] = member(array(u16, 16))


class Queues(Record):
    """The queues of a traffic class: ``"2@4"`` are 2, from number 4 on."""

    __facts__: ClassVar[NoFacts] = NoFacts("two members of tc_mqprio_qopt")

    count: int | None = attr(1, u16)
    offset: int | None = attr(2, u16)

    @classmethod
    def __natural__(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        count, at, offset = value.partition("@")
        if not (at and count.isdecimal() and offset.isdecimal()):
            raise EncodeError(f"{value!r} is no queues such as '2@4': 2 of them, from number 4 on")
        return cls(count=int(count), offset=int(offset))


def struct_of(classes: int, priorities: tuple[int, ...], queues: tuple[Queues, ...], hardware: int) -> MqprioStruct:
    """Traffic classes as messages say them. Raises EncodeError, with a field's name, for what makes no sense."""
    if not 1 <= classes <= MOST_CLASSES:
        raise EncodeError(f"there are from 1 to {MOST_CLASSES} of them, not {classes}", "classes")
    if len(queues) > classes:
        raise EncodeError(f"there are {classes} traffic classes, and no more can have queues", "queues")
    return MqprioStruct(
        num_tc=classes,
        prio_tc_map=checked_priorities(priorities, classes, "classes"),
        hw=hardware,
        count=[each.count or 0 for each in queues],
        offset=[each.offset or 0 for each in queues],
    )


def queues_of(struct: MqprioStruct) -> tuple[Queues, ...]:
    """The queues of the traffic classes that a struct says."""
    pairs = zip(struct.count, struct.offset, strict=True)
    return tuple(Queues(count=count, offset=offset) for count, offset in list(pairs)[: struct.num_tc])


class MqprioEntry(Record):
    """What is said of one traffic class."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_MQPRIO_TC_ENTRY, policy="mqprio_tc_entry_policy")

    index: int | None = attr(TCA_MQPRIO_TC_ENTRY.INDEX, u32)
    preemption: takes.Member[Preemption | None] = attr(TCA_MQPRIO_TC_ENTRY.FP, enum(Preemption, u32))


class MqprioAttributes(Record, header=MqprioStruct):
    """`mqprio` as messages say it: a struct, and attributes behind it."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_MQPRIO, policy="mqprio_policy")

    num_tc: int = head()
    prio_tc_map: takes.Several[int] = head(default=())
    hw: int = head()
    count: takes.Several[int] = head(default=())
    offset: takes.Several[int] = head(default=())
    mode: takes.Member[MqprioMode | None] = attr(TCA_MQPRIO.MODE, enum(MqprioMode, u16))
    shaper: takes.Member[MqprioShaper | None] = attr(TCA_MQPRIO.SHAPER, enum(MqprioShaper, u16))
    min_rates: takes.Several[Rate] = attr((TCA_MQPRIO.MIN_RATE64, TCA_MQPRIO.MIN_RATE64), multi(rate64))
    max_rates: takes.Several[Rate] = attr((TCA_MQPRIO.MAX_RATE64, TCA_MQPRIO.MAX_RATE64), multi(rate64))
    entries: takes.Records[MqprioEntry] = attr(TCA_MQPRIO.TC_ENTRY, multi(nest(MqprioEntry)))


class Mqprio(Record):
    """The qdisc `mqprio`: packets go to a traffic class by their priority, and each class has queues of the device.

    There are `classes` of them, from 1 to 16, 8 unless it is said; `priorities` is the class of each priority, 0 to
    15: 0 1 2 3 4 5 6 7 0 1 1 1 3 3 3 3 where none is said, which is of 8 classes; of those that are not said among
    others, 0. `queues` are those of each class, ``["1@0", "2@1"]``. Unless `hardware` is false the device itself makes
    the classes; then there may be a `mode` and, in that of ``channel`` and with the `shaper` ``bw_rlimit``, rates for
    each class. `preemption` of each class is ``express`` unless it is said. It cannot be changed, and stands at the
    root of a device with several queues. Source: mqprio_init, mqprio_dump in net/sched/sch_mqprio.c.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("says what MqprioAttributes says")

    classes: int | None = attr(1, u8)
    priorities: takes.Several[int] = attr(2, multi(u8))
    queues: takes.Natural[tuple[Queues, ...]] = attr(3, multi(nest(Queues)))
    hardware: bool | None = attr(4, boolean)
    mode: takes.Member[MqprioMode | None] = attr(5, enum(MqprioMode, u16))
    shaper: takes.Member[MqprioShaper | None] = attr(6, enum(MqprioShaper, u16))
    min_rates: takes.Several[Rate] = attr(7, multi(rate64))
    max_rates: takes.Several[Rate] = attr(8, multi(rate64))
    preemption: takes.Several[Preemption] = attr(9, multi(enum(Preemption, u32)))

    @classmethod
    def __read__(cls, wire: MqprioAttributes) -> Mqprio:
        struct = MqprioStruct(num_tc=wire.num_tc, count=wire.count, offset=wire.offset)
        return cls(
            classes=wire.num_tc,
            priorities=wire.prio_tc_map,
            queues=queues_of(struct),
            hardware=bool(wire.hw),
            mode=wire.mode,
            shaper=wire.shaper,
            min_rates=wire.min_rates[: wire.num_tc],
            max_rates=wire.max_rates[: wire.num_tc],
            preemption=[each.preemption or Preemption.EXPRESS for each in wire.entries] if wire.hw else (),
        )

    def __write__(self) -> MqprioAttributes:
        hardware = self.hardware is not False
        channel = self.mode == MqprioMode.CHANNEL
        limited = self.shaper == MqprioShaper.BW_RATE
        classes = _CLASSES if self.classes is None else self.classes
        for name in ("mode", "shaper", "min_rates", "max_rates", "preemption"):
            if getattr(self, name) and not hardware:
                raise EncodeError("it is for classes that the device makes: `hardware` says that it does not", name)
        if limited and not channel:
            raise EncodeError("the kernel takes it in the mode 'channel' alone", "shaper")
        for name in ("min_rates", "max_rates"):
            if getattr(self, name) and not limited:
                raise EncodeError("rates are for the shaper 'bw_rlimit'", name)
            if len(getattr(self, name)) > classes:
                raise EncodeError(f"there are {classes} traffic classes, and no more can have rates", name)
        struct = struct_of(classes, self.priorities or _PRIORITIES, self.queues, int(hardware))
        entries = [MqprioEntry(index=index, preemption=each) for index, each in enumerate(self.preemption)]
        return MqprioAttributes(
            num_tc=struct.num_tc,
            prio_tc_map=struct.prio_tc_map,
            hw=struct.hw,
            count=struct.count,
            offset=struct.offset,
            mode=self.mode or None,
            shaper=self.shaper or None,
            min_rates=self.min_rates,
            max_rates=self.max_rates,
            entries=entries,
        )


class Mq(Record):
    """The qdisc `mq`: one for each of a device's queues. Its classes are the queues, from 1 on."""
