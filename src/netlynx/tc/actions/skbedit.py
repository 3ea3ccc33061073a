"""`skbedit`: what the kernel notes of a packet beside its bytes. Source: linux/tc_act/tc_skbedit.h, tc-skbedit(8)."""

from __future__ import annotations

from typing import ClassVar, Self

from netlynx.errors import EncodeError
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Record,
    attr,
    boolean,
    enum,
    struct,
    takes,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts
from netlynx.tc.actions.common import Controlled, Parms, Times, parms_of, refers, said
from netlynx.tc.handle import HANDLE, Handle


class TCA_SKBEDIT(Constants):
    """Attributes of `skbedit`."""

    UNSPEC = 0
    TM = 1
    PARMS = 2
    PRIORITY = 3
    QUEUE_MAPPING = 4
    MARK = 5
    PAD = 6
    PTYPE = 7
    MASK = 8
    FLAGS = 9
    QUEUE_MAPPING_MAX = 10


class SkbeditFlag(FlagSet, prefix="SKBEDIT_F_"):
    """What is changed. The attributes say it, but for two that have none."""

    PRIORITY = 1
    QUEUE_MAPPING = 2
    MARK = 4
    PTYPE = 8
    MASK = 16
    INHERITDSFIELD = 32
    TXQ_SKBHASH = 64


class PacketType(Enumeration, prefix="PACKET_"):
    """Whom a packet was sent to (packet(7))."""

    __omitted__: ClassVar[dict[str, str]] = {"PACKET_*": "not what a packet can be made"}

    HOST = 0
    BROADCAST = 1
    MULTICAST = 2
    OTHERHOST = 3


class SkbeditParms(Parms, c="tc_skbedit"):
    """The struct of `skbedit`."""


class SkbeditAttributes(Record):
    """The attributes of `skbedit`."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_SKBEDIT, policy="skbedit_policy")

    parms: takes.Nested[SkbeditParms | None] = attr(TCA_SKBEDIT.PARMS, struct(SkbeditParms))
    queue_mapping: int | None = attr(TCA_SKBEDIT.QUEUE_MAPPING, u16)
    queue_mapping_max: int | None = attr(TCA_SKBEDIT.QUEUE_MAPPING_MAX, u16)
    priority: takes.Member[Handle | None] = attr(TCA_SKBEDIT.PRIORITY, HANDLE)
    mark: int | None = attr(TCA_SKBEDIT.MARK, u32)
    mask: int | None = attr(TCA_SKBEDIT.MASK, u32)
    packet_type: takes.Member[PacketType | None] = attr(TCA_SKBEDIT.PTYPE, enum(PacketType, u16))
    flags: takes.Flags[SkbeditFlag | None] = attr(TCA_SKBEDIT.FLAGS, enum(SkbeditFlag, u64))
    times: takes.Nested[Times | None] = attr(TCA_SKBEDIT.TM, struct(Times), read_only=True)


class Skbedit(Controlled):
    """`skbedit`: a packet gets a `mark` (of it, the bits in `mask`), a class (`priority`, ``1:10``), another queue of
    the device, or another type.

    With `queue_mapping_max` the queue is one of those from `queue_mapping` to it, by the packet's hash. With
    `inherit_dsfield` the priority comes from the packet's DS field. Source: net/sched/act_skbedit.c, tc-skbedit(8).
    """

    mark: int | None = attr(6, u32)
    mask: int | None = attr(7, u32)
    priority: takes.Member[Handle | None] = attr(8, HANDLE)
    queue_mapping: int | None = attr(9, u16)
    queue_mapping_max: int | None = attr(10, u16)
    packet_type: takes.Member[PacketType | None] = attr(11, enum(PacketType, u16))
    inherit_dsfield: bool | None = attr(12, boolean)

    @classmethod
    def __read__(cls, wire: SkbeditAttributes) -> Self:
        return cls(
            **said(wire.parms or SkbeditParms(), wire.times),
            **{name: getattr(wire, name) for name in _ATTRIBUTES},
            inherit_dsfield=True if (wire.flags or 0) & SkbeditFlag.INHERITDSFIELD else None,
        )

    def __write__(self) -> SkbeditAttributes:
        flags = SkbeditFlag(0)
        if self.inherit_dsfield:
            flags |= SkbeditFlag.INHERITDSFIELD
        if self.queue_mapping_max is not None:
            flags |= SkbeditFlag.TXQ_SKBHASH
            if self.queue_mapping is None or self.queue_mapping_max < self.queue_mapping:
                raise EncodeError("queue_mapping is the first of the queues up to this one", "queue_mapping_max")
        if self.packet_type is not None and self.packet_type > PacketType.OTHERHOST:
            raise EncodeError("it is host, broadcast, multicast or otherhost", "packet_type")
        if self.mask is not None and self.mark is None:
            raise EncodeError("it is of the mark, and there is none", "mask")
        values = {name: getattr(self, name) for name in _ATTRIBUTES}
        if not flags and not refers(self) and all(value is None for value in values.values()):
            raise EncodeError("say what of a packet is changed: mark, priority …", "mark")
        return SkbeditAttributes(parms=parms_of(SkbeditParms, self), flags=flags or None, times=self.times, **values)


_ATTRIBUTES = ("mark", "mask", "priority", "queue_mapping", "queue_mapping_max", "packet_type")
