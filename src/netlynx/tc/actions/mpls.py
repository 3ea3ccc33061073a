"""`mpls`: labels are put on packets, changed, and taken off. Source: linux/tc_act/tc_mpls.h, tc-mpls(8)."""

from __future__ import annotations

from typing import ClassVar

from netlynx.errors import EncodeError
from netlynx.schema import Constants, Enumeration, Record, attr, be16, enum, member, s32, struct, takes, u8, u32
from netlynx.schema.facts import Facts
from netlynx.tc.actions.common import Parms, Plain, Times, lacks, needs, within


class TCA_MPLS(Constants):
    """Attributes of `mpls`."""

    __omitted__: ClassVar[dict[str, str]] = {"TCA_MPLS_ACT_*": "what is done: MplsAction"}

    UNSPEC = 0
    TM = 1
    PARMS = 2
    PAD = 3
    PROTO = 4
    LABEL = 5
    TC = 6
    TTL = 7
    BOS = 8


class MplsAction(Enumeration, prefix="TCA_MPLS_ACT_", labels={"DEC_TTL": "dec_ttl", "MAC_PUSH": "mac_push"}):
    """What is done: to the outermost label, or to its time to live; `MAC_PUSH` puts one before the Ethernet header."""

    POP = 1
    PUSH = 2
    MODIFY = 3
    DEC_TTL = 4
    MAC_PUSH = 5


class EtherProtocol(Enumeration, prefix="ETH_P_", labels={"MPLS_UC": "mpls_uc", "MPLS_MC": "mpls_mc"}):
    """EtherType of what is under a label, or of the label."""

    __omitted__: ClassVar[dict[str, str]] = {"ETH_P_*": "rare: they stay numbers"}

    IP = 0x0800
    IPV6 = 0x86DD
    TEB = 0x6558
    MPLS_UC = 0x8847
    MPLS_MC = 0x8848


class MplsParms(Parms, c="tc_mpls"):
    """The struct of `mpls`."""

    action: takes.Member[MplsAction] = member(enum(MplsAction, s32), c="m_action")


class MplsAttributes(Record):
    """The attributes of `mpls`."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_MPLS, policy="mpls_policy")

    parms: takes.Nested[MplsParms | None] = attr(TCA_MPLS.PARMS, struct(MplsParms))
    label: int | None = attr(TCA_MPLS.LABEL, u32)
    protocol: takes.Member[EtherProtocol | None] = attr(TCA_MPLS.PROTO, enum(EtherProtocol, be16))
    traffic_class: int | None = attr(TCA_MPLS.TC, u8)
    ttl: int | None = attr(TCA_MPLS.TTL, u8)
    bottom: int | None = attr(TCA_MPLS.BOS, u8)
    times: takes.Nested[Times | None] = attr(TCA_MPLS.TM, struct(Times), read_only=True)


_MOST_LABEL = (1 << 20) - 1
_IMPLICIT_NULL = 3


class Mpls(Plain):
    """`mpls`: ``Mpls(action="push", label=20)`` puts a label on packets, ``modify`` changes the outermost one, ``pop``
    takes it off, and ``dec_ttl`` takes one from its time to live; ``mac_push`` puts a label before the Ethernet header.

    `protocol` is what a packet is afterwards: needed for ``pop``, ``mpls_uc`` or ``mpls_mc`` (unless told, the first)
    for a label. `bottom` is 1 for the innermost label. What is left out the kernel takes from the packet.
    Source: tcf_mpls_init in net/sched/act_mpls.c, tc-mpls(8).
    """

    __wire__ = MplsAttributes
    __parms__ = MplsParms

    action: takes.Member[MplsAction | None] = attr(6, enum(MplsAction, s32))
    label: int | None = attr(7, u32)
    protocol: takes.Member[EtherProtocol | None] = attr(8, enum(EtherProtocol, be16))
    traffic_class: int | None = attr(9, u8)
    ttl: int | None = attr(10, u8)
    bottom: int | None = attr(11, u8)

    def __check__(self) -> None:
        if not self.action and self.index is not None:
            return
        fields = ("label", "traffic_class", "ttl", "bottom")
        match self.action:
            case MplsAction.POP:
                needs(self, "protocol", what="pop")
                lacks(self, *fields, what="pop")
            case MplsAction.DEC_TTL:
                lacks(self, "protocol", *fields, what="dec_ttl")
            case MplsAction.PUSH | MplsAction.MAC_PUSH:
                needs(self, "label", what=self.action.label)
                if self.protocol not in (None, EtherProtocol.MPLS_UC, EtherProtocol.MPLS_MC):
                    raise EncodeError("a label is mpls_uc or mpls_mc", "protocol")
            case MplsAction.MODIFY:
                lacks(self, "protocol", what="modify")
            case _:
                raise EncodeError(f"say what is done: {', '.join(each.label for each in MplsAction)}", "action")
        within(self, "label", 0, _MOST_LABEL)
        if self.label == _IMPLICIT_NULL:
            raise EncodeError("3 is the implicit null label, which stands on no packet", "label")
        within(self, "traffic_class", 0, 7)
        within(self, "ttl", 1, 255)
        within(self, "bottom", 0, 1)
