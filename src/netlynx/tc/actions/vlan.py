"""`vlan`: tags are put on packets, changed, and taken off. Source: linux/tc_act/tc_vlan.h, tc-vlan(8)."""

from __future__ import annotations

from typing import ClassVar

from netlynx.errors import EncodeError
from netlynx.route.kinds.vlan import VlanProtocol
from netlynx.schema import Constants, Enumeration, Record, attr, be16, enum, mac, member, s32, struct, takes, u8, u16
from netlynx.schema.facts import Facts
from netlynx.tc.actions.common import Parms, Plain, Times, lacks, needs, within


class TCA_VLAN(Constants):
    """Attributes of `vlan`."""

    __omitted__: ClassVar[dict[str, str]] = {"TCA_VLAN_ACT_*": "what is done: VlanAction"}

    UNSPEC = 0
    TM = 1
    PARMS = 2
    PUSH_VLAN_ID = 3
    PUSH_VLAN_PROTOCOL = 4
    PAD = 5
    PUSH_VLAN_PRIORITY = 6
    PUSH_ETH_DST = 7
    PUSH_ETH_SRC = 8


class VlanAction(Enumeration, prefix="TCA_VLAN_ACT_", labels={"POP_ETH": "pop_eth", "PUSH_ETH": "push_eth"}):
    """What is done: to the outermost tag, or to the whole Ethernet header."""

    POP = 1
    PUSH = 2
    MODIFY = 3
    POP_ETH = 4
    PUSH_ETH = 5


class VlanParms(Parms, c="tc_vlan"):
    """The struct of `vlan`."""

    action: takes.Member[VlanAction] = member(enum(VlanAction, s32), c="v_action")


class VlanAttributes(Record):
    """The attributes of `vlan`."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_VLAN, policy="vlan_policy@net/sched/act_vlan.c")

    parms: takes.Nested[VlanParms | None] = attr(TCA_VLAN.PARMS, struct(VlanParms))
    id: int | None = attr(TCA_VLAN.PUSH_VLAN_ID, u16)
    protocol: takes.Member[VlanProtocol | None] = attr(TCA_VLAN.PUSH_VLAN_PROTOCOL, enum(VlanProtocol, be16))
    priority: int | None = attr(TCA_VLAN.PUSH_VLAN_PRIORITY, u8)
    destination: str | None = attr(TCA_VLAN.PUSH_ETH_DST, mac)
    source: str | None = attr(TCA_VLAN.PUSH_ETH_SRC, mac)
    times: takes.Nested[Times | None] = attr(TCA_VLAN.TM, struct(Times), read_only=True)


class Vlan(Plain):
    """`vlan`: ``Vlan(action="push", id=5)`` puts a tag on packets, ``modify`` changes the one they have and ``pop``
    takes it off; ``push_eth`` and ``pop_eth`` do so with the whole Ethernet header.

    A tag has an `id`, a `protocol` (802.1Q, unless told, or 802.1ad) and a `priority`; an Ethernet header has a
    `destination` and a `source`. Source: tcf_vlan_init in net/sched/act_vlan.c, tc-vlan(8).
    """

    __wire__ = VlanAttributes
    __parms__ = VlanParms

    action: takes.Member[VlanAction | None] = attr(6, enum(VlanAction, s32))
    id: int | None = attr(7, u16)
    protocol: takes.Member[VlanProtocol | None] = attr(8, enum(VlanProtocol, be16))
    priority: int | None = attr(9, u8)
    destination: str | None = attr(10, mac)
    source: str | None = attr(11, mac)

    def __check__(self) -> None:
        if not self.action and self.index is not None:
            return
        tag, header = ("id", "protocol", "priority"), ("destination", "source")
        match self.action:
            case VlanAction.PUSH | VlanAction.MODIFY:
                needs(self, "id", what=self.action.label)
                lacks(self, *header, what=self.action.label)
                within(self, "id", 0, 4095)
                within(self, "priority", 0, 7)
            case VlanAction.POP | VlanAction.POP_ETH:
                lacks(self, *tag, *header, what=self.action.label)
            case VlanAction.PUSH_ETH:
                needs(self, *header, what=self.action.label)
                lacks(self, *tag, what=self.action.label)
            case _:
                raise EncodeError(f"say what is done: {', '.join(each.label for each in VlanAction)}", "action")
        if self.protocol is not None and self.protocol not in (*VlanProtocol,):
            raise EncodeError("a VLAN tag is 802.1Q or 802.1ad", "protocol")
