"""`gate`: packets pass at certain times. Source: linux/tc_act/tc_gate.h, net/sched/act_gate.c, tc-gate(8)."""

from __future__ import annotations

from typing import ClassVar

from netlynx.errors import EncodeError
from netlynx.schema import (
    Constants,
    Enumeration,
    Record,
    attr,
    enum,
    flag,
    multi,
    nest,
    quantity,
    s32,
    struct,
    takes,
    u32,
    u64,
)
from netlynx.schema.facts import Facts
from netlynx.tc.actions.common import Parms, Plain, Times
from netlynx.tc.units import Time, nanoseconds


class TCA_GATE(Constants):
    """Attributes of `gate`."""

    __omitted__: ClassVar[dict[str, str]] = {
        "TCA_GATE_ENTRY_*": "those of an entry",
        "TCA_GATE_ONE_ENTRY*": "those of the list",
    }

    UNSPEC = 0
    TM = 1
    PARMS = 2
    PAD = 3
    PRIORITY = 4
    ENTRY_LIST = 5
    BASE_TIME = 6
    CYCLE_TIME = 7
    CYCLE_TIME_EXT = 8
    FLAGS = 9
    CLOCKID = 10


class TCA_GATE_ENTRY(Constants):
    """Attributes of an entry."""

    __omitted__: ClassVar[dict[str, str]] = {"TCA_GATE_ENTRY_LIST": "what holds the entries"}

    UNSPEC = 0
    INDEX = 1
    GATE = 2
    INTERVAL = 3
    IPV = 4
    MAX_OCTETS = 5


class TCA_GATE_ONE_ENTRY(Constants):
    """What stands in the list."""

    __omitted__: ClassVar[dict[str, str]] = {"TCA_GATE_ONE_ENTRY_UNSPEC": "nothing"}
    __not_in_headers__: ClassVar[dict[str, str]] = {"TCA_GATE_ONE_ENTRY_ENTRY": "TCA_GATE_ONE_ENTRY"}

    ENTRY = 1


class Clock(Enumeration, upper=True):
    """A clock (clock_gettime(2)), of linux/time.h."""

    REALTIME = 0
    MONOTONIC = 1
    BOOTTIME = 7
    TAI = 11


class GateParms(Parms, c="tc_gate"):
    """The struct of `gate`."""


class GateEntry(Record):
    """For an `interval` the gate is `open` or not. While it is, packets get an internal priority (`priority`, -1: what
    they have), and at most so many bytes pass (`octets`, -1: any)."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_GATE_ENTRY, policy="entry_policy@net/sched/act_gate.c")

    index: int | None = attr(TCA_GATE_ENTRY.INDEX, u32, read_only=True)
    open: bool = attr(TCA_GATE_ENTRY.GATE, flag)
    interval: takes.Amount[Time | None] = attr(TCA_GATE_ENTRY.INTERVAL, quantity(Time, u32, 1_000_000_000))
    priority: int | None = attr(TCA_GATE_ENTRY.IPV, s32)
    octets: int | None = attr(TCA_GATE_ENTRY.MAX_OCTETS, s32)


class GateAttributes(Record):
    """The attributes of `gate`."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_GATE, policy="gate_policy")

    parms: takes.Nested[GateParms | None] = attr(TCA_GATE.PARMS, struct(GateParms))
    priority: int | None = attr(TCA_GATE.PRIORITY, s32)
    base_time: int | None = attr(TCA_GATE.BASE_TIME, u64)
    cycle_time: takes.Amount[Time | None] = attr(TCA_GATE.CYCLE_TIME, nanoseconds)
    cycle_time_extension: takes.Amount[Time | None] = attr(TCA_GATE.CYCLE_TIME_EXT, nanoseconds)
    flags: int | None = attr(TCA_GATE.FLAGS, u32)
    clock: takes.Member[Clock | None] = attr(TCA_GATE.CLOCKID, enum(Clock, s32))
    entries: takes.Records[GateEntry] = attr((TCA_GATE.ENTRY_LIST, TCA_GATE_ONE_ENTRY.ENTRY), multi(nest(GateEntry)))
    times: takes.Nested[Times | None] = attr(TCA_GATE.TM, struct(Times), read_only=True)


class Gate(Plain):
    """`gate`: a list of `entries` says when packets pass, over and over:
    ``Gate(entries=[{"open": True, "interval": "200ms"}, {"interval": "100ms"}])``.

    It begins at `base_time`, in nanoseconds of a `clock` (TAI unless told), and anew every `cycle_time` (the sum of the
    intervals unless told), the last one longer by no more than `cycle_time_extension`. `priority` is that of the
    stream, for hardware. Source: tcf_gate_init in net/sched/act_gate.c, tc-gate(8).
    """

    __wire__ = GateAttributes
    __parms__ = GateParms

    priority: int | None = attr(6, s32)
    base_time: int | None = attr(7, u64)
    cycle_time: takes.Amount[Time | None] = attr(8, nanoseconds)
    cycle_time_extension: takes.Amount[Time | None] = attr(9, nanoseconds)
    flags: int | None = attr(10, u32)
    clock: takes.Member[Clock | None] = attr(11, enum(Clock, s32))
    entries: takes.Records[GateEntry] = attr(12, multi(nest(GateEntry)))

    def __check__(self) -> None:
        if not self.entries and self.index is None:
            raise EncodeError("say when the gate is open", "entries")
        for i, entry in enumerate(self.entries):
            if not entry.interval:
                raise EncodeError("say how long", f"entries[{i}].interval")
