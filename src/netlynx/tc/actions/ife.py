"""`ife`: what the kernel notes of a packet travels with it, in a header of its own between two of Ethernet.

Source: linux/tc_act/tc_ife.h, linux/ife.h, net/sched/act_ife.c, tc-ife(8).
"""

from __future__ import annotations

from sys import byteorder as _ORDER
from typing import Any, ClassVar, Self

from netlynx.errors import EncodeError
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Record,
    attr,
    binary,
    enum,
    mac,
    member,
    nest,
    struct,
    takes,
    u16,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.tc.actions.common import Controlled, Parms, Times, lacks, parms_of, said


class TCA_IFE(Constants):
    """Attributes of `ife`."""

    UNSPEC = 0
    PARMS = 1
    TM = 2
    DMAC = 3
    SMAC = 4
    TYPE = 5
    METALST = 6
    PAD = 7


class IFE_META(Constants):
    """What may travel with a packet."""

    SKBMARK = 1
    HASHID = 2
    PRIO = 3
    QMAP = 4
    TCINDEX = 5


class IfeDirection(Enumeration, prefix="IFE_"):
    """Whether the header is put on packets, or taken off."""

    DECODE = 0
    ENCODE = 1


class IfeMetadata(FlagSet):
    """What of a packet travels with it as it is then."""

    MARK = 1
    PRIORITY = 2
    TCINDEX = 4


class IfeParms(Parms, c="tc_ife"):
    """The struct of `ife`."""

    direction: takes.Member[IfeDirection] = member(enum(IfeDirection, u16), c="flags")


class IfeMetadataList(Record):
    """What travels with a packet: a value, or nothing for the packet's own."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFE_META)
    __omitted__: ClassVar[dict[str, str]] = {
        "IFE_META_HASHID": "no kernel has a module for it",
        "IFE_META_QMAP": "no kernel has a module for it",
    }

    mark: bytes | None = attr(IFE_META.SKBMARK, binary)
    priority: bytes | None = attr(IFE_META.PRIO, binary)
    tcindex: bytes | None = attr(IFE_META.TCINDEX, binary)


class IfeAttributes(Record):
    """The attributes of `ife`."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_IFE, policy="ife_policy")

    parms: takes.Nested[IfeParms | None] = attr(TCA_IFE.PARMS, struct(IfeParms))
    destination: str | None = attr(TCA_IFE.DMAC, mac(6))
    type: int | None = attr(TCA_IFE.TYPE, u16)
    source: str | None = attr(TCA_IFE.SMAC, mac(6))
    metadata: takes.Nested[IfeMetadataList | None] = attr(TCA_IFE.METALST, nest(IfeMetadataList))
    times: takes.Nested[Times | None] = attr(TCA_IFE.TM, struct(Times), read_only=True)


class Ife(Controlled):
    """`ife`: ``Ife(direction="encode", allow=["mark", "priority"])`` puts a header on packets that says their mark and
    priority, and ``decode`` takes it off and gives the packet what it says.

    What is in `allow` is the packet's own; of a `mark`, `priority` or `tcindex` that is given, all packets say that
    value. Without any the kernel puts in all that it can. `destination`, `source` and `type` (EtherType, 0xed3e unless
    told) are of the outer Ethernet header. Source: tcf_ife_init in net/sched/act_ife.c, tc-ife(8).
    """

    direction: takes.Member[IfeDirection | None] = attr(6, enum(IfeDirection, u16))
    allow: takes.Flags[IfeMetadata | None] = attr(7, enum(IfeMetadata, u32))
    mark: int | None = attr(8, u32)
    priority: int | None = attr(9, u32)
    tcindex: int | None = attr(10, u16)
    destination: str | None = attr(11, mac(6))
    source: str | None = attr(12, mac(6))
    type: int | None = attr(13, u16)

    @classmethod
    def __read__(cls, wire: IfeAttributes) -> Self:
        parms = wire.parms or IfeParms()
        allow = IfeMetadata(0)
        values: dict[str, Any] = {}
        for name, flag in _METADATA.items():
            payload = getattr(wire.metadata, name, None)
            if payload == b"":
                allow |= flag
            elif payload is not None:
                values[name] = int.from_bytes(payload, _ORDER)
        return cls(
            **said(parms, wire.times),
            **values,
            direction=parms.direction,
            allow=None if wire.metadata is None else allow,
            **{name: getattr(wire, name) for name in _ATTRIBUTES},
        )

    def __write__(self) -> IfeAttributes:
        if self.direction is None and self.index is None:
            raise EncodeError("say encode or decode", "direction")
        if self.direction is IfeDirection.DECODE:
            lacks(self, "allow", *_METADATA, *_ATTRIBUTES, what="decode")
        metadata: dict[str, bytes] = {}
        for name, flag in _METADATA.items():
            value = getattr(self, name)
            if value is not None:
                if self.allow and self.allow & flag:
                    raise EncodeError(f"{flag.label} is given: it is either that or the packet's own", "allow")
                metadata[name] = value.to_bytes(2 if name == "tcindex" else 4, _ORDER)
            elif self.allow and self.allow & flag:
                metadata[name] = b""
        told = IfeMetadataList(**metadata) if metadata or self.allow is not None else None  # type: ignore[arg-type]
        return IfeAttributes(
            parms=parms_of(IfeParms, self, direction=self.direction or IfeDirection.DECODE),
            metadata=told,
            times=self.times,
            **{name: getattr(self, name) for name in _ATTRIBUTES},
        )


_ATTRIBUTES = ("destination", "source", "type")
_METADATA = {"mark": IfeMetadata.MARK, "priority": IfeMetadata.PRIORITY, "tcindex": IfeMetadata.TCINDEX}
