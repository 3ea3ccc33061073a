"""`skbmod`: the Ethernet header of packets is changed. Source: linux/tc_act/tc_skbmod.h, tc-skbmod(8)."""

from __future__ import annotations

from typing import ClassVar, Self

from netlynx.errors import EncodeError
from netlynx.schema import Constants, FlagSet, Record, attr, boolean, enum, mac, member, struct, takes, u16, u64
from netlynx.schema.facts import Facts
from netlynx.tc.actions.common import Controlled, Parms, Times, lacks, parms_of, refers, said


class TCA_SKBMOD(Constants):
    """Attributes of `skbmod`."""

    UNSPEC = 0
    TM = 1
    PARMS = 2
    DMAC = 3
    SMAC = 4
    ETYPE = 5
    PAD = 6


class SkbmodFlag(FlagSet, prefix="SKBMOD_F_"):
    """What is changed."""

    DMAC = 1
    SMAC = 2
    ETYPE = 4
    SWAPMAC = 8
    ECN = 16


class SkbmodParms(Parms, c="tc_skbmod"):
    """The struct of `skbmod`."""

    flags: takes.Flags[SkbmodFlag] = member(enum(SkbmodFlag, u64))


class SkbmodAttributes(Record):
    """The attributes of `skbmod`."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_SKBMOD, policy="skbmod_policy")

    parms: takes.Nested[SkbmodParms | None] = attr(TCA_SKBMOD.PARMS, struct(SkbmodParms))
    destination: str | None = attr(TCA_SKBMOD.DMAC, mac(6))
    protocol: int | None = attr(TCA_SKBMOD.ETYPE, u16)
    source: str | None = attr(TCA_SKBMOD.SMAC, mac(6))
    times: takes.Nested[Times | None] = attr(TCA_SKBMOD.TM, struct(Times), read_only=True)


class Skbmod(Controlled):
    """`skbmod`: packets get another `destination`, `source` or `protocol` (EtherType); or they `swap` both addresses;
    or those of IP are marked as having met congestion (`ecn`). One of the three.

    Source: tcf_skbmod_init in net/sched/act_skbmod.c, tc-skbmod(8).
    """

    destination: str | None = attr(6, mac(6))
    source: str | None = attr(7, mac(6))
    protocol: int | None = attr(8, u16)
    swap: bool | None = attr(9, boolean)
    ecn: bool | None = attr(10, boolean)

    @classmethod
    def __read__(cls, wire: SkbmodAttributes) -> Self:
        parms = wire.parms or SkbmodParms()
        return cls(
            **said(parms, wire.times),
            **{name: getattr(wire, name) for name in _ATTRIBUTES},
            swap=True if parms.flags & SkbmodFlag.SWAPMAC else None,
            ecn=True if parms.flags & SkbmodFlag.ECN else None,
        )

    def __write__(self) -> SkbmodAttributes:
        flags = SkbmodFlag(0)
        for name, flag in _FLAGS.items():
            if getattr(self, name) not in (None, False):
                flags |= flag
        if flags & SkbmodFlag.SWAPMAC:
            lacks(self, *_ATTRIBUTES, what="a swap")
        if flags & SkbmodFlag.ECN:
            lacks(self, *_ATTRIBUTES, what="ecn")
            if flags & SkbmodFlag.SWAPMAC:
                raise EncodeError("the kernel would not swap the addresses besides: it takes two actions", "swap")
        if not flags and not refers(self) and self.index is None:
            raise EncodeError("say what is changed: destination, source, protocol, swap or ecn", "destination")
        return SkbmodAttributes(
            parms=parms_of(SkbmodParms, self, flags=flags),
            times=self.times,
            **{name: getattr(self, name) for name in _ATTRIBUTES},
        )


_ATTRIBUTES = ("destination", "source", "protocol")
_FLAGS = {
    "destination": SkbmodFlag.DMAC,
    "source": SkbmodFlag.SMAC,
    "protocol": SkbmodFlag.ETYPE,
    "swap": SkbmodFlag.SWAPMAC,
    "ecn": SkbmodFlag.ECN,
}
