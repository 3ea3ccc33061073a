"""Links with few attributes: amt, bareudp, batadv, ovpn, dsa, ipoib.

Source: linux/amt.h, linux/if_link.h, linux/batman_adv.h, and the drivers named below.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import (
    Constants,
    Enumeration,
    Record,
    attr,
    be16,
    enum,
    flag,
    interface,
    ip4,
    string,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts


class IFLA_AMT(Constants):
    """Attributes of an AMT link."""

    UNSPEC = 0
    MODE = 1
    RELAY_PORT = 2
    GATEWAY_PORT = 3
    LINK = 4
    LOCAL_IP = 5
    REMOTE_IP = 6
    DISCOVERY_IP = 7
    MAX_TUNNELS = 8


class IFLA_BAREUDP(Constants):
    """Attributes of a bareudp link."""

    UNSPEC = 0
    PORT = 1
    ETHERTYPE = 2
    SRCPORT_MIN = 3
    MULTIPROTO_MODE = 4


class IFLA_BATADV(Constants):
    """Attributes of a batman-adv link."""

    UNSPEC = 0
    ALGO_NAME = 1


class IFLA_OVPN(Constants):
    """Attributes of an ovpn link."""

    UNSPEC = 0
    MODE = 1


class IFLA_DSA(Constants):
    """Attributes of a switch port."""

    UNSPEC = 0
    CONDUIT = 1


class IFLA_IPOIB(Constants):
    """Attributes of an IP over InfiniBand link."""

    UNSPEC = 0
    PKEY = 1
    MODE = 2
    UMCAST = 3


class AmtMode(Enumeration, prefix="AMT_MODE_"):
    """Which end of an AMT tunnel a link is."""

    GATEWAY = 0
    RELAY = 1


class OvpnMode(Enumeration, prefix="OVPN_MODE_"):
    """Whether an ovpn link has one peer or many."""

    P2P = 0
    MP = 1


class IpoibMode(Enumeration, prefix="IPOIB_MODE_"):
    """How an IP over InfiniBand link sends."""

    DATAGRAM = 0
    CONNECTED = 1


class Amt(Record):
    """An automatic multicast tunnel (RFC 7450). Source: linux/amt.h, drivers/net/amt.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_AMT, policy="amt_policy")

    mode: takes.Member[AmtMode | None] = attr(IFLA_AMT.MODE, enum(AmtMode, u32))
    relay_port: int | None = attr(IFLA_AMT.RELAY_PORT, be16)  # UDP
    gateway_port: int | None = attr(IFLA_AMT.GATEWAY_PORT, be16)  # UDP
    link: takes.Name[int | None] = attr(IFLA_AMT.LINK, interface)  # interface index
    local: takes.Ip[str | None] = attr(IFLA_AMT.LOCAL_IP, ip4)
    discovery: takes.Ip[str | None] = attr(IFLA_AMT.DISCOVERY_IP, ip4)
    remote: takes.Ip[str | None] = attr(IFLA_AMT.REMOTE_IP, ip4)  # read-only
    max_tunnels: int | None = attr(IFLA_AMT.MAX_TUNNELS, u32)


class Bareudp(Record):
    """A link that puts packets of one protocol into UDP. Source: linux/if_link.h, drivers/net/bareudp.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_BAREUDP, policy="bareudp_policy")

    port: int | None = attr(IFLA_BAREUDP.PORT, be16)  # UDP destination
    ethertype: int | None = attr(IFLA_BAREUDP.ETHERTYPE, be16)  # what it carries
    source_port_min: int | None = attr(IFLA_BAREUDP.SRCPORT_MIN, u16)
    multiprotocol: bool = attr(IFLA_BAREUDP.MULTIPROTO_MODE, flag)  # IPv6 with IPv4, multicast with unicast MPLS


class Batadv(Record):
    """A B.A.T.M.A.N. mesh. Source: linux/batman_adv.h, net/batman-adv/mesh-interface.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_BATADV, policy="batadv_ifla_policy")

    algorithm: str | None = attr(IFLA_BATADV.ALGO_NAME, string)  # requests only: "BATMAN_IV", "BATMAN_V"


class Ovpn(Record):
    """An OpenVPN data channel. Source: linux/if_link.h, drivers/net/ovpn/main.c."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=IFLA_OVPN, policy="ovpn_policy", spec=("rt-link", "linkinfo-ovpn-attrs")
    )

    mode: takes.Member[OvpnMode | None] = attr(IFLA_OVPN.MODE, enum(OvpnMode, u8))


class Dsa(Record):
    """A port of a switch chip. Source: linux/if_link.h, net/dsa/netlink.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_DSA, policy="dsa_policy")

    conduit: takes.Name[int | None] = attr(IFLA_DSA.CONDUIT, interface)  # interface index of the link to the processor


class Ipoib(Record):
    """IP over InfiniBand. Source: linux/if_link.h, drivers/infiniband/ulp/ipoib/ipoib_netlink.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_IPOIB, policy="ipoib_policy")

    pkey: int | None = attr(IFLA_IPOIB.PKEY, u16)  # partition key
    mode: takes.Member[IpoibMode | None] = attr(IFLA_IPOIB.MODE, enum(IpoibMode, u16))
    user_multicast: int | None = attr(IFLA_IPOIB.UMCAST, u16)  # 0 or 1
