"""Links that come in pairs: veth, vxcan, netkit.

Source: linux/veth.h, linux/can/vxcan.h, linux/if_link.h, drivers/net/veth.c, drivers/net/can/vxcan.c,
drivers/net/netkit.c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from netlynx.schema import Constants, Enumeration, Record, attr, boolean, enum, nest, takes, u16, u32
from netlynx.schema.facts import Facts

if TYPE_CHECKING:
    from netlynx.route.link import Link


class VETH_INFO(Constants):
    """Attributes of a veth link."""

    UNSPEC = 0
    PEER = 1


class VXCAN_INFO(Constants):
    """Attributes of a vxcan link."""

    UNSPEC = 0
    PEER = 1


class IFLA_NETKIT(Constants):
    """Attributes of a netkit link."""

    UNSPEC = 0
    PEER_INFO = 1
    PRIMARY = 2
    POLICY = 3
    PEER_POLICY = 4
    MODE = 5
    SCRUB = 6
    PEER_SCRUB = 7
    HEADROOM = 8
    TAILROOM = 9
    PAIRING = 10


class NetkitMode(Enumeration, prefix="NETKIT_"):
    """At which layer a netkit pair works."""

    __omitted__: ClassVar[dict[str, str]] = {
        "NETKIT_NEXT": "what a program answers",
        "NETKIT_REDIRECT": "what a program answers",
    }

    L2 = 0
    L3 = 1


class NetkitPolicy(Enumeration, prefix="NETKIT_", renamed={"FORWARD": "NETKIT_PASS", "BLACKHOLE": "NETKIT_DROP"}):
    """What happens to packets when no program is attached."""

    __omitted__: ClassVar[dict[str, str]] = {
        "NETKIT_NEXT": "what a program answers",
        "NETKIT_REDIRECT": "what a program answers",
    }

    FORWARD = 0
    BLACKHOLE = 2


class NetkitScrub(Enumeration, prefix="NETKIT_SCRUB_"):
    """Whether packets lose their mark and priority on the way to the other side."""

    NONE = 0
    DEFAULT = 1


class NetkitPairing(Enumeration, prefix="NETKIT_DEVICE_"):
    """Whether there is another side."""

    PAIR = 0
    SINGLE = 1


def _link() -> type[Link]:
    from netlynx.route.link import Link  # that file imports this package

    return Link


class Veth(Record):
    """The other side of a veth pair, as it is to be made. The kernel never answers with it.

    Source: linux/veth.h, drivers/net/veth.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=VETH_INFO, policy="veth_policy")

    peer: takes.Nested[Link | None] = attr(VETH_INFO.PEER, nest(_link, bare=True))


class Vxcan(Record):
    """The other side of a vxcan pair, as it is to be made. The kernel never answers with it.

    Source: linux/can/vxcan.h, drivers/net/can/vxcan.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=VXCAN_INFO, policy="vxcan_policy")

    peer: takes.Nested[Link | None] = attr(VXCAN_INFO.PEER, nest(_link, bare=True))


class Netkit(Record):
    """One side of a netkit pair. Source: linux/if_link.h, drivers/net/netkit.c."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=IFLA_NETKIT, policy="netkit_policy", spec=("rt-link", "linkinfo-netkit-attrs")
    )

    primary: bool | None = attr(IFLA_NETKIT.PRIMARY, boolean, read_only=True)  # read-only
    policy: takes.Member[NetkitPolicy | None] = attr(IFLA_NETKIT.POLICY, enum(NetkitPolicy, u32))
    mode: takes.Member[NetkitMode | None] = attr(IFLA_NETKIT.MODE, enum(NetkitMode, u32))
    scrub: takes.Member[NetkitScrub | None] = attr(IFLA_NETKIT.SCRUB, enum(NetkitScrub, u32))
    headroom: int | None = attr(IFLA_NETKIT.HEADROOM, u16, told=True)  # bytes
    tailroom: int | None = attr(IFLA_NETKIT.TAILROOM, u16, told=True)  # bytes
    pairing: takes.Member[NetkitPairing | None] = attr(IFLA_NETKIT.PAIRING, enum(NetkitPairing, u32), told=True)
    peer: takes.Nested[Link | None] = attr(IFLA_NETKIT.PEER_INFO, nest(_link, bare=True))  # requests only
    peer_policy: takes.Member[NetkitPolicy | None] = attr(IFLA_NETKIT.PEER_POLICY, enum(NetkitPolicy, u32))
    peer_scrub: takes.Member[NetkitScrub | None] = attr(IFLA_NETKIT.PEER_SCRUB, enum(NetkitScrub, u32))
