"""VXLAN tunnels. Source: linux/if_link.h, drivers/net/vxlan/vxlan_core.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import (
    Constants,
    Enumeration,
    Layout,
    Record,
    attr,
    be16,
    be32,
    binary,
    boolean,
    enum,
    flag,
    interface,
    ip4,
    ip6,
    member,
    struct,
    takes,
    u8,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.schema.natural import Range
from netlynx.schema.record import replace_fields


class IFLA_VXLAN(Constants):
    """Attributes of a VXLAN link."""

    UNSPEC = 0
    ID = 1
    GROUP = 2
    LINK = 3
    LOCAL = 4
    TTL = 5
    TOS = 6
    LEARNING = 7
    AGEING = 8
    LIMIT = 9
    PORT_RANGE = 10
    PROXY = 11
    RSC = 12
    L2MISS = 13
    L3MISS = 14
    PORT = 15
    GROUP6 = 16
    LOCAL6 = 17
    UDP_CSUM = 18
    UDP_ZERO_CSUM6_TX = 19
    UDP_ZERO_CSUM6_RX = 20
    REMCSUM_TX = 21
    REMCSUM_RX = 22
    GBP = 23
    REMCSUM_NOPARTIAL = 24
    COLLECT_METADATA = 25
    LABEL = 26
    GPE = 27
    TTL_INHERIT = 28
    DF = 29
    VNIFILTER = 30
    LOCALBYPASS = 31
    LABEL_POLICY = 32
    RESERVED_BITS = 33
    MC_ROUTE = 34


class TunnelDontFragment(Enumeration, prefix="VXLAN_DF_"):
    """The don't-fragment bit of the outer IPv4 header; the numbers of GENEVE_DF_* are the same."""

    UNSET = 0
    SET = 1
    INHERIT = 2


class VxlanLabelPolicy(Enumeration, prefix="VXLAN_LABEL_"):
    """Where the outer IPv6 flow label comes from."""

    FIXED = 0
    INHERIT = 1


class VxlanPortRange(Layout, Range, c="ifla_vxlan_port_range"):
    """UDP source ports to choose from."""

    low: int = member(be16)
    high: int = member(be16)


class Vxlan(Record):
    """A VXLAN tunnel. Source: linux/if_link.h, drivers/net/vxlan/vxlan_core.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_VXLAN, policy="vxlan_policy")

    id: int | None = attr(IFLA_VXLAN.ID, u32)  # VNI, 24 bits
    group: takes.Ip[str | None] = attr(IFLA_VXLAN.GROUP, ip4)  # multicast group or remote address
    group6: takes.Ip[str | None] = attr(IFLA_VXLAN.GROUP6, ip6)
    link: takes.Name[int | None] = attr(IFLA_VXLAN.LINK, interface, at_once=(0,))  # interface index
    local: takes.Ip[str | None] = attr(IFLA_VXLAN.LOCAL, ip4)
    local6: takes.Ip[str | None] = attr(IFLA_VXLAN.LOCAL6, ip6)
    ttl: int | None = attr(IFLA_VXLAN.TTL, u8)  # 0: the system's default
    ttl_inherit: bool = attr(IFLA_VXLAN.TTL_INHERIT, flag)  # the kernel answers with a byte, 0 or 1
    tos: int | None = attr(IFLA_VXLAN.TOS, u8)  # 1: from the inner header
    df: takes.Member[TunnelDontFragment | None] = attr(IFLA_VXLAN.DF, enum(TunnelDontFragment, u8))
    label: int | None = attr(IFLA_VXLAN.LABEL, be32)  # IPv6 flow label, 20 bits
    label_policy: takes.Member[VxlanLabelPolicy | None] = attr(IFLA_VXLAN.LABEL_POLICY, enum(VxlanLabelPolicy, u32))
    learning: bool | None = attr(IFLA_VXLAN.LEARNING, boolean)
    proxy: bool | None = attr(IFLA_VXLAN.PROXY, boolean)  # answers ARP and neighbour solicitations
    rsc: bool | None = attr(IFLA_VXLAN.RSC, boolean)  # route short circuit
    l2miss: bool | None = attr(IFLA_VXLAN.L2MISS, boolean)  # notify of unknown hardware addresses
    l3miss: bool | None = attr(IFLA_VXLAN.L3MISS, boolean)  # notify of unknown IP addresses
    collect_metadata: bool | None = attr(IFLA_VXLAN.COLLECT_METADATA, boolean)  # "external"
    ageing: int | None = attr(IFLA_VXLAN.AGEING, u32)  # seconds; in a request, 0 is 300
    limit: int | None = attr(IFLA_VXLAN.LIMIT, u32)  # forwarding entries, 0: no limit
    port: int | None = attr(IFLA_VXLAN.PORT, be16)  # UDP destination
    udp_checksum: bool | None = attr(IFLA_VXLAN.UDP_CSUM, boolean)
    udp_zero_checksum6_tx: bool | None = attr(IFLA_VXLAN.UDP_ZERO_CSUM6_TX, boolean)
    udp_zero_checksum6_rx: bool | None = attr(IFLA_VXLAN.UDP_ZERO_CSUM6_RX, boolean)
    remote_checksum_tx: bool | None = attr(IFLA_VXLAN.REMCSUM_TX, boolean)
    remote_checksum_rx: bool | None = attr(IFLA_VXLAN.REMCSUM_RX, boolean)
    local_bypass: bool | None = attr(IFLA_VXLAN.LOCALBYPASS, boolean)
    port_range: takes.Natural[VxlanPortRange | None] = attr(IFLA_VXLAN.PORT_RANGE, struct(VxlanPortRange))
    gbp: bool = attr(IFLA_VXLAN.GBP, flag)  # group policy extension
    gpe: bool = attr(IFLA_VXLAN.GPE, flag)  # generic protocol extension
    remote_checksum_no_partial: bool = attr(IFLA_VXLAN.REMCSUM_NOPARTIAL, flag)
    vni_filter: bool | None = attr(IFLA_VXLAN.VNIFILTER, boolean)
    reserved_bits: bytes | None = attr(IFLA_VXLAN.RESERVED_BITS, binary(8), told=True)  # of the VXLAN header
    multicast_route: bool | None = attr(IFLA_VXLAN.MC_ROUTE, boolean, told=True)

    def __again__(self) -> Vxlan:
        """What makes a tunnel like this one: to the kernel an attribute that says "off" claims its header bits, too."""
        off = [name for name in ("remote_checksum_tx", "remote_checksum_rx") if not getattr(self, name)]
        return replace_fields(self, **dict.fromkeys(off))
