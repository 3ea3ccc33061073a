"""802.1Q and 802.1ad links. Source: linux/if_link.h, linux/if_vlan.h, net/8021q/vlan_netlink.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.errors import EncodeError
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Layout,
    Record,
    attr,
    be16,
    enum,
    member,
    multi,
    struct,
    takes,
    u16,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.schema.natural import Masked
from netlynx.schema.record import replace_fields


class IFLA_VLAN(Constants):
    """Attributes of a VLAN link."""

    UNSPEC = 0
    ID = 1
    FLAGS = 2
    EGRESS_QOS = 3
    INGRESS_QOS = 4
    PROTOCOL = 5


class IFLA_VLAN_QOS(Constants):
    """Attributes of a priority map."""

    UNSPEC = 0
    MAPPING = 1


class VlanProtocol(
    Enumeration,
    prefix="ETH_P_",
    renamed={"DOT1Q": "ETH_P_8021Q", "DOT1AD": "ETH_P_8021AD"},
    labels={"DOT1Q": "802.1Q", "DOT1AD": "802.1ad"},
):
    """EtherType of a VLAN tag."""

    __omitted__: ClassVar[dict[str, str]] = {"ETH_P_*": "not VLAN tags"}

    DOT1Q = 0x8100
    DOT1AD = 0x88A8


class VlanFlag(FlagSet, prefix="VLAN_FLAG_"):
    """Options of a VLAN link."""

    REORDER_HDR = 1
    GVRP = 2
    LOOSE_BINDING = 4
    MVRP = 8
    BRIDGE_BINDING = 16


class VlanFlags(Layout, Masked, c="ifla_vlan_flags"):
    """Options, and which of them a request means to set (the kernel answers with all bits)."""

    flags: takes.Flags[VlanFlag] = member(enum(VlanFlag, u32))
    mask: int = member(u32)


class VlanQosMapping(Layout, c="ifla_vlan_qos_mapping"):
    """One entry of a priority map: ingress from the tag's priority to the packet's, egress the other way."""

    source: int = member(u32, c="from")
    target: int = member(u32, c="to")


class Vlan(Record):
    """A VLAN on another link. A change adds to the priority maps, and removes what it maps to 0.

    Source: linux/if_link.h, net/8021q/vlan_netlink.c.
    """

    __facts__: ClassVar[Facts] = Facts(
        attributes=IFLA_VLAN,
        policy="vlan_policy@net/8021q/vlan_netlink.c",
        spec=("rt-link", "linkinfo-vlan-attrs"),
    )

    protocol: takes.Member[VlanProtocol | None] = attr(IFLA_VLAN.PROTOCOL, enum(VlanProtocol, be16), at_once=True)
    id: int | None = attr(IFLA_VLAN.ID, u16, at_once=True)  # 0 to 4094
    flags: takes.Natural[VlanFlags | None] = attr(IFLA_VLAN.FLAGS, struct(VlanFlags))
    ingress_qos: takes.Records[VlanQosMapping] = attr(
        (IFLA_VLAN.INGRESS_QOS, IFLA_VLAN_QOS.MAPPING), multi(struct(VlanQosMapping))
    )
    egress_qos: takes.Records[VlanQosMapping] = attr(
        (IFLA_VLAN.EGRESS_QOS, IFLA_VLAN_QOS.MAPPING), multi(struct(VlanQosMapping))
    )

    def __sent__(self) -> Vlan:
        """The record as it is: of the priority in a tag, the kernel would take the three bits that it has room for."""
        for name, part in (("ingress_qos", "source"), ("egress_qos", "target")):
            for at, mapping in enumerate(getattr(self, name)):
                if getattr(mapping, part) > 7:
                    raise EncodeError("the priority in a tag is 0 to 7", f"{name}[{at}].{part}")
        return self

    def __again__(self) -> Vlan:
        """What makes a VLAN like this one: the kernel answers with a mask of all bits, and takes one of its flags."""
        if self.flags is None:
            return self
        return replace_fields(self, flags=VlanFlags(flags=self.flags.flags, mask=sum(VlanFlag)))
