"""IP in IP: ipip, sit, ip6tnl, and the IPsec tunnels vti and vti6.

Source: linux/if_tunnel.h, linux/ip6_tunnel.h, net/ipv4/ipip.c, net/ipv6/sit.c, net/ipv6/ip6_tunnel.c,
net/ipv4/ip_vti.c, net/ipv6/ip6_vti.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Record,
    attr,
    be16,
    be32,
    boolean,
    enum,
    flag,
    interface,
    ip4,
    ip6,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts


class IFLA_IPTUN(
    Constants,
    renamed={
        "SIXRD_PREFIX": "IFLA_IPTUN_6RD_PREFIX",
        "SIXRD_RELAY_PREFIX": "IFLA_IPTUN_6RD_RELAY_PREFIX",
        "SIXRD_PREFIXLEN": "IFLA_IPTUN_6RD_PREFIXLEN",
        "SIXRD_RELAY_PREFIXLEN": "IFLA_IPTUN_6RD_RELAY_PREFIXLEN",
    },
):
    """Attributes of an ipip, sit or ip6tnl link."""

    UNSPEC = 0
    LINK = 1
    LOCAL = 2
    REMOTE = 3
    TTL = 4
    TOS = 5
    ENCAP_LIMIT = 6
    FLOWINFO = 7
    FLAGS = 8
    PROTO = 9
    PMTUDISC = 10
    SIXRD_PREFIX = 11
    SIXRD_RELAY_PREFIX = 12
    SIXRD_PREFIXLEN = 13
    SIXRD_RELAY_PREFIXLEN = 14
    ENCAP_TYPE = 15
    ENCAP_FLAGS = 16
    ENCAP_SPORT = 17
    ENCAP_DPORT = 18
    COLLECT_METADATA = 19
    FWMARK = 20


class IFLA_VTI(Constants):
    """Attributes of a vti or vti6 link."""

    UNSPEC = 0
    LINK = 1
    IKEY = 2
    OKEY = 3
    LOCAL = 4
    REMOTE = 5
    FWMARK = 6


class EncapsulationType(Enumeration, prefix="TUNNEL_ENCAP_"):
    """What is put between a tunnel's outer and inner header."""

    NONE = 0
    FOU = 1
    GUE = 2
    MPLS = 3


class EncapsulationFlag(FlagSet, prefix="TUNNEL_ENCAP_FLAG_"):
    """Options of what is put between a tunnel's outer and inner header."""

    CSUM = 1
    CSUM6 = 2
    REMCSUM = 4


class SitFlag(FlagSet, prefix="SIT_"):
    """Options of a sit link."""

    ISATAP = 1


class Ip6TunnelFlag(FlagSet, prefix="IP6_TNL_F_"):
    """Options of a tunnel over IPv6; what it can do is said by the kernel alone."""

    __not_in_headers__: ClassVar[dict[str, str]] = {
        "IP6_TNL_F_CAP_XMIT": "include/net/ip6_tunnel.h",
        "IP6_TNL_F_CAP_RCV": "include/net/ip6_tunnel.h",
        "IP6_TNL_F_CAP_PER_PACKET": "include/net/ip6_tunnel.h",
    }

    IGN_ENCAP_LIMIT = 1
    USE_ORIG_TCLASS = 2
    USE_ORIG_FLOWLABEL = 4
    MIP6_DEV = 8
    RCV_DSCP_COPY = 16
    USE_ORIG_FWMARK = 32
    ALLOW_LOCAL_REMOTE = 64
    CAP_XMIT = 0x10000
    CAP_RCV = 0x20000
    CAP_PER_PACKET = 0x40000


class TunnelProtocol(Enumeration, prefix="IPPROTO_", renamed={"ANY": "IPPROTO_IP"}):
    """What a tunnel carries."""

    __omitted__: ClassVar[dict[str, str]] = {"IPPROTO_*": "no tunnel carries them"}

    ANY = 0
    IPIP = 4
    IPV6 = 41
    MPLS = 137


class Ipip(Record):
    """An ipip link: anything over IPv4. Source: linux/if_tunnel.h, net/ipv4/ipip.c."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=IFLA_IPTUN, policy="ipip_policy", spec=("rt-link", "linkinfo-iptun-attrs")
    )
    __omitted__: ClassVar[dict[str, str]] = {
        "IFLA_IPTUN_ENCAP_LIMIT": "ip6tnl only",
        "IFLA_IPTUN_FLOWINFO": "ip6tnl only",
        "IFLA_IPTUN_FLAGS": "sit and ip6tnl only",
        "IFLA_IPTUN_6RD_PREFIX": "sit only",
        "IFLA_IPTUN_6RD_RELAY_PREFIX": "sit only",
        "IFLA_IPTUN_6RD_PREFIXLEN": "sit only",
        "IFLA_IPTUN_6RD_RELAY_PREFIXLEN": "sit only",
    }

    link: takes.Name[int | None] = attr(IFLA_IPTUN.LINK, interface)  # interface index
    local: takes.Ip[str | None] = attr(IFLA_IPTUN.LOCAL, ip4)
    remote: takes.Ip[str | None] = attr(IFLA_IPTUN.REMOTE, ip4)
    ttl: int | None = attr(IFLA_IPTUN.TTL, u8)  # 0: from the inner header
    tos: int | None = attr(IFLA_IPTUN.TOS, u8)  # 1: from the inner header
    protocol: takes.Member[TunnelProtocol | None] = attr(IFLA_IPTUN.PROTO, enum(TunnelProtocol, u8), at_once=True)
    path_mtu_discovery: bool | None = attr(IFLA_IPTUN.PMTUDISC, boolean)
    fwmark: int | None = attr(IFLA_IPTUN.FWMARK, u32)
    encapsulation: takes.Member[EncapsulationType | None] = attr(IFLA_IPTUN.ENCAP_TYPE, enum(EncapsulationType, u16))
    encapsulation_source_port: int | None = attr(IFLA_IPTUN.ENCAP_SPORT, be16)
    encapsulation_port: int | None = attr(IFLA_IPTUN.ENCAP_DPORT, be16)
    encapsulation_flags: takes.Flags[EncapsulationFlag | None] = attr(
        IFLA_IPTUN.ENCAP_FLAGS, enum(EncapsulationFlag, u16)
    )
    collect_metadata: bool = attr(IFLA_IPTUN.COLLECT_METADATA, flag)  # "external"


class Sit(Record):
    """A sit link: IPv6, IPv4 or MPLS over IPv4. Source: linux/if_tunnel.h, net/ipv6/sit.c."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=IFLA_IPTUN, policy="ipip6_policy", spec=("rt-link", "linkinfo-iptun-attrs")
    )
    __omitted__: ClassVar[dict[str, str]] = {
        "IFLA_IPTUN_ENCAP_LIMIT": "ip6tnl only",
        "IFLA_IPTUN_FLOWINFO": "ip6tnl only",
        "IFLA_IPTUN_COLLECT_METADATA": "ipip and ip6tnl only",
    }
    __differs__: ClassVar[dict[str, str]] = {
        "flags": "typed be16 by the kernel, which defines the only bit in host order and copies it as it is"
    }

    link: takes.Name[int | None] = attr(IFLA_IPTUN.LINK, interface)  # interface index
    local: takes.Ip[str | None] = attr(IFLA_IPTUN.LOCAL, ip4)
    remote: takes.Ip[str | None] = attr(IFLA_IPTUN.REMOTE, ip4)
    ttl: int | None = attr(IFLA_IPTUN.TTL, u8)  # 0: from the inner header
    tos: int | None = attr(IFLA_IPTUN.TOS, u8)  # 1: from the inner header
    path_mtu_discovery: bool | None = attr(IFLA_IPTUN.PMTUDISC, boolean)
    protocol: takes.Member[TunnelProtocol | None] = attr(IFLA_IPTUN.PROTO, enum(TunnelProtocol, u8))
    flags: takes.Flags[SitFlag | None] = attr(IFLA_IPTUN.FLAGS, enum(SitFlag, u16))
    fwmark: int | None = attr(IFLA_IPTUN.FWMARK, u32)
    sixrd_prefix: takes.Ip[str | None] = attr(IFLA_IPTUN.SIXRD_PREFIX, ip6)
    sixrd_relay_prefix: takes.Ip[str | None] = attr(IFLA_IPTUN.SIXRD_RELAY_PREFIX, ip4)
    sixrd_prefix_length: int | None = attr(IFLA_IPTUN.SIXRD_PREFIXLEN, u16)
    sixrd_relay_prefix_length: int | None = attr(IFLA_IPTUN.SIXRD_RELAY_PREFIXLEN, u16)
    encapsulation: takes.Member[EncapsulationType | None] = attr(IFLA_IPTUN.ENCAP_TYPE, enum(EncapsulationType, u16))
    encapsulation_source_port: int | None = attr(IFLA_IPTUN.ENCAP_SPORT, be16)
    encapsulation_port: int | None = attr(IFLA_IPTUN.ENCAP_DPORT, be16)
    encapsulation_flags: takes.Flags[EncapsulationFlag | None] = attr(
        IFLA_IPTUN.ENCAP_FLAGS, enum(EncapsulationFlag, u16)
    )


class Ip6Tunnel(Record):
    """An ip6tnl link: IPv6 or IPv4 over IPv6. Source: linux/if_tunnel.h, net/ipv6/ip6_tunnel.c."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=IFLA_IPTUN, policy="ip6_tnl_policy", spec=("rt-link", "linkinfo-ip6tnl-attrs")
    )
    __omitted__: ClassVar[dict[str, str]] = {
        "IFLA_IPTUN_TOS": "IPv4 only",
        "IFLA_IPTUN_PMTUDISC": "IPv4 only",
        "IFLA_IPTUN_6RD_PREFIX": "sit only",
        "IFLA_IPTUN_6RD_RELAY_PREFIX": "sit only",
        "IFLA_IPTUN_6RD_PREFIXLEN": "sit only",
        "IFLA_IPTUN_6RD_RELAY_PREFIXLEN": "sit only",
    }
    __differs__: ClassVar[dict[str, str]] = {"flags": "in host order here, unlike those of sit"}

    link: takes.Name[int | None] = attr(IFLA_IPTUN.LINK, interface)  # interface index
    local: takes.Ip[str | None] = attr(IFLA_IPTUN.LOCAL, ip6)
    remote: takes.Ip[str | None] = attr(IFLA_IPTUN.REMOTE, ip6)
    ttl: int | None = attr(IFLA_IPTUN.TTL, u8)  # hop limit
    encapsulation_limit: int | None = attr(IFLA_IPTUN.ENCAP_LIMIT, u8)  # nested tunnels
    flow_info: int | None = attr(IFLA_IPTUN.FLOWINFO, be32)  # traffic class and flow label
    flags: takes.Flags[Ip6TunnelFlag | None] = attr(IFLA_IPTUN.FLAGS, enum(Ip6TunnelFlag, u32))
    protocol: takes.Member[TunnelProtocol | None] = attr(IFLA_IPTUN.PROTO, enum(TunnelProtocol, u8))
    fwmark: int | None = attr(IFLA_IPTUN.FWMARK, u32)
    encapsulation: takes.Member[EncapsulationType | None] = attr(IFLA_IPTUN.ENCAP_TYPE, enum(EncapsulationType, u16))
    encapsulation_source_port: int | None = attr(IFLA_IPTUN.ENCAP_SPORT, be16)
    encapsulation_port: int | None = attr(IFLA_IPTUN.ENCAP_DPORT, be16)
    encapsulation_flags: takes.Flags[EncapsulationFlag | None] = attr(
        IFLA_IPTUN.ENCAP_FLAGS, enum(EncapsulationFlag, u16)
    )
    collect_metadata: bool = attr(IFLA_IPTUN.COLLECT_METADATA, flag)  # "external"


class Vti(Record):
    """A vti link: IPsec over IPv4. Source: linux/if_tunnel.h, net/ipv4/ip_vti.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_VTI, policy="vti_policy", spec=("rt-link", "linkinfo-vti-attrs"))

    link: takes.Name[int | None] = attr(IFLA_VTI.LINK, interface)  # interface index
    input_key: int | None = attr(IFLA_VTI.IKEY, be32)
    output_key: int | None = attr(IFLA_VTI.OKEY, be32)
    local: takes.Ip[str | None] = attr(IFLA_VTI.LOCAL, ip4)
    remote: takes.Ip[str | None] = attr(IFLA_VTI.REMOTE, ip4)
    fwmark: int | None = attr(IFLA_VTI.FWMARK, u32)


class Vti6(Record):
    """A vti6 link: IPsec over IPv6. Source: linux/if_tunnel.h, net/ipv6/ip6_vti.c."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=IFLA_VTI, policy="vti6_policy", spec=("rt-link", "linkinfo-vti6-attrs")
    )

    link: takes.Name[int | None] = attr(IFLA_VTI.LINK, interface)  # interface index
    local: takes.Ip[str | None] = attr(IFLA_VTI.LOCAL, ip6)
    remote: takes.Ip[str | None] = attr(IFLA_VTI.REMOTE, ip6)
    input_key: int | None = attr(IFLA_VTI.IKEY, be32)
    output_key: int | None = attr(IFLA_VTI.OKEY, be32)
    fwmark: int | None = attr(IFLA_VTI.FWMARK, u32)
