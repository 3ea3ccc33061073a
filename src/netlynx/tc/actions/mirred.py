"""`mirred`: packets go to another device, or a copy of them does.

Source: linux/tc_act/tc_mirred.h, net/sched/act_mirred.c, tc-mirred(8).
"""

from __future__ import annotations

from typing import ClassVar, Self

from netlynx.errors import EncodeError
from netlynx.schema import (
    Constants,
    Enumeration,
    Record,
    attr,
    boolean,
    enum,
    interface,
    member,
    s32,
    struct,
    takes,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.tc.actions.common import Controlled, Parms, Times, parms_of, refers
from netlynx.tc.control import PIPE, STOLEN


class TCA_MIRRED(Constants):
    """Attributes of `mirred`."""

    UNSPEC = 0
    TM = 1
    PARMS = 2
    PAD = 3
    BLOCKID = 4


class MirredAction(Enumeration, prefix="TCA_"):
    """Where packets go: out of the device or into it, all of them (`REDIR`) or copies (`MIRROR`)."""

    __omitted__: ClassVar[dict[str, str]] = {"TCA_*": "what all of traffic control begins with"}

    EGRESS_REDIR = 1
    EGRESS_MIRROR = 2
    INGRESS_REDIR = 3
    INGRESS_MIRROR = 4


class MirredParms(Parms, c="tc_mirred"):
    """The struct of `mirred`."""

    eaction: takes.Member[MirredAction] = member(enum(MirredAction, s32))
    ifindex: takes.Name[int] = member(interface)


class MirredAttributes(Record):
    """The attributes of `mirred`."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_MIRRED, policy="mirred_policy")

    parms: takes.Nested[MirredParms | None] = attr(TCA_MIRRED.PARMS, struct(MirredParms))
    block: int | None = attr(TCA_MIRRED.BLOCKID, u32)
    times: takes.Nested[Times | None] = attr(TCA_MIRRED.TM, struct(Times), read_only=True)


_REDIRECTS = (MirredAction.EGRESS_REDIR, MirredAction.INGRESS_REDIR)
_MIRRORS = (MirredAction.EGRESS_MIRROR, MirredAction.INGRESS_MIRROR)
_INGRESS = (MirredAction.INGRESS_REDIR, MirredAction.INGRESS_MIRROR)


class Mirred(Controlled):
    """`mirred`: packets go out of another device, ``Mirred(redirect="v1")``, or a copy of them does,
    ``Mirred(mirror="v1")``; with `ingress` they arrive at it instead.

    In place of a device, all devices of a block of qdiscs (`redirect_block`, `mirror_block`; the kernel takes `ingress`
    with them, too). `control` is ``stolen`` of what is redirected, ``pipe`` of what is mirrored, unless told. A device
    that went away since stands as 0. Source: tcf_mirred_init in net/sched/act_mirred.c, tc-mirred(8).
    """

    redirect: takes.Name[int | None] = attr(6, interface)
    mirror: takes.Name[int | None] = attr(7, interface)
    redirect_block: int | None = attr(8, u32)
    mirror_block: int | None = attr(9, u32)
    ingress: bool | None = attr(10, boolean)

    @classmethod
    def __read__(cls, wire: MirredAttributes) -> Self:
        parms = wire.parms or MirredParms()
        live = parms.references > 0  # there are many of these: no detour by `said`
        redirects = parms.eaction in _REDIRECTS
        block, device = wire.block, parms.ifindex if parms.eaction and wire.block is None else None
        if parms.eaction and not redirects and parms.eaction not in _MIRRORS:
            raise ValueError(f"{parms.eaction} is no place that packets can go to")
        return cls(
            index=parms.index or None,
            control=parms.control,
            references=parms.references if live else None,
            bindings=parms.bindings if live else None,
            times=wire.times,
            redirect=device if redirects else None,
            mirror=None if redirects else device,
            redirect_block=block if redirects else None,
            mirror_block=None if redirects else block,
            ingress=parms.eaction in _INGRESS if parms.eaction else None,
            unknown=wire.unknown,
        )

    def __write__(self) -> MirredAttributes:
        places = ("redirect", "mirror", "redirect_block", "mirror_block")
        told = [name for name in places if getattr(self, name) is not None]
        if len(told) > 1:
            raise EncodeError(f"it is {told[0]} already: one of them alone", told[1])
        if not told and not refers(self) and self.control is None:
            raise EncodeError("say where packets go: redirect, mirror, redirect_block or mirror_block", "redirect")
        if not told:
            return MirredAttributes(parms=parms_of(MirredParms, self), times=self.times)
        redirects, block = told[0].startswith("redirect"), told[0].endswith("_block")
        eaction = MirredAction.EGRESS_REDIR if redirects else MirredAction.EGRESS_MIRROR
        if self.ingress:
            eaction = MirredAction.INGRESS_REDIR if redirects else MirredAction.INGRESS_MIRROR
        where = getattr(self, told[0])
        parms = parms_of(
            MirredParms, self, STOLEN if redirects else PIPE, eaction=eaction, ifindex=0 if block else where
        )
        return MirredAttributes(parms=parms, block=where if block else None, times=self.times)
