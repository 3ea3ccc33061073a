"""GRE tunnels over IPv4 and IPv6: gre, gretap, erspan, ip6gre, ip6gretap, ip6erspan.

Source: linux/if_tunnel.h, net/ipv4/ip_gre.c, net/ipv6/ip6_gre.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.errors import EncodeError
from netlynx.route.kinds.tunnel import EncapsulationFlag, EncapsulationType, Ip6TunnelFlag
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


class IFLA_GRE(Constants):
    """Attributes of a GRE link."""

    UNSPEC = 0
    LINK = 1
    IFLAGS = 2
    OFLAGS = 3
    IKEY = 4
    OKEY = 5
    LOCAL = 6
    REMOTE = 7
    TTL = 8
    TOS = 9
    PMTUDISC = 10
    ENCAP_LIMIT = 11
    FLOWINFO = 12
    FLAGS = 13
    ENCAP_TYPE = 14
    ENCAP_FLAGS = 15
    ENCAP_SPORT = 16
    ENCAP_DPORT = 17
    COLLECT_METADATA = 18
    IGNORE_DF = 19
    FWMARK = 20
    ERSPAN_INDEX = 21
    ERSPAN_VER = 22
    ERSPAN_DIR = 23
    ERSPAN_HWID = 24


class GreFlag(FlagSet):
    """Bits of the GRE header: what is sent, or expected. The headers' GRE_* macros are these in network order."""

    CSUM = 0x8000
    ROUTING = 0x4000
    KEY = 0x2000
    SEQ = 0x1000
    STRICT = 0x0800
    ACK = 0x0080


class ErspanDirection(Enumeration):
    """Which way the mirrored frame went."""

    INGRESS = 0
    EGRESS = 1


class Gre(Record):
    """A gre, gretap or erspan link. Source: linux/if_tunnel.h, net/ipv4/ip_gre.c."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=IFLA_GRE, policy="ipgre_policy", spec=("rt-link", "linkinfo-gre-attrs")
    )
    __omitted__: ClassVar[dict[str, str]] = {
        "IFLA_GRE_ENCAP_LIMIT": "IPv6 only",
        "IFLA_GRE_FLOWINFO": "IPv6 only",
        "IFLA_GRE_FLAGS": "IPv6 only",
    }

    erspan_version: int | None = attr(IFLA_GRE.ERSPAN_VER, u8)
    erspan_index: int | None = attr(IFLA_GRE.ERSPAN_INDEX, u32)  # version 1
    erspan_direction: takes.Member[ErspanDirection | None] = attr(  # version 2
        IFLA_GRE.ERSPAN_DIR, enum(ErspanDirection, u8)
    )
    erspan_hardware_id: int | None = attr(IFLA_GRE.ERSPAN_HWID, u16)  # version 2
    link: takes.Name[int | None] = attr(IFLA_GRE.LINK, interface)  # interface index
    input_flags: takes.Flags[GreFlag | None] = attr(IFLA_GRE.IFLAGS, enum(GreFlag, be16))
    output_flags: takes.Flags[GreFlag | None] = attr(IFLA_GRE.OFLAGS, enum(GreFlag, be16))
    input_key: int | None = attr(IFLA_GRE.IKEY, be32)
    output_key: int | None = attr(IFLA_GRE.OKEY, be32)
    local: takes.Ip[str | None] = attr(IFLA_GRE.LOCAL, ip4)
    remote: takes.Ip[str | None] = attr(IFLA_GRE.REMOTE, ip4)
    ttl: int | None = attr(IFLA_GRE.TTL, u8)  # 0: from the inner header
    tos: int | None = attr(IFLA_GRE.TOS, u8)  # 1: from the inner header
    path_mtu_discovery: bool | None = attr(IFLA_GRE.PMTUDISC, boolean)
    fwmark: int | None = attr(IFLA_GRE.FWMARK, u32)
    encapsulation: takes.Member[EncapsulationType | None] = attr(IFLA_GRE.ENCAP_TYPE, enum(EncapsulationType, u16))
    encapsulation_source_port: int | None = attr(IFLA_GRE.ENCAP_SPORT, be16)
    encapsulation_port: int | None = attr(IFLA_GRE.ENCAP_DPORT, be16)
    encapsulation_flags: takes.Flags[EncapsulationFlag | None] = attr(
        IFLA_GRE.ENCAP_FLAGS, enum(EncapsulationFlag, u16)
    )
    ignore_df: bool | None = attr(IFLA_GRE.IGNORE_DF, boolean)
    collect_metadata: bool = attr(IFLA_GRE.COLLECT_METADATA, flag)  # "external"

    def __sent__(self) -> Gre:
        """The record as it is: a tunnel's headers have no acknowledgement, and the kernel would drop the flag."""
        for name in ("input_flags", "output_flags"):
            if (getattr(self, name) or 0) & GreFlag.ACK:
                raise EncodeError("tunnels do not acknowledge", name)
        return self


class Ip6Gre(Record):
    """An ip6gre, ip6gretap or ip6erspan link. Source: linux/if_tunnel.h, net/ipv6/ip6_gre.c."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=IFLA_GRE, policy="ip6gre_policy", spec=("rt-link", "linkinfo-gre6-attrs")
    )
    __omitted__: ClassVar[dict[str, str]] = {
        "IFLA_GRE_TOS": "IPv4 only",
        "IFLA_GRE_PMTUDISC": "IPv4 only",
        "IFLA_GRE_IGNORE_DF": "IPv4 only",
    }

    erspan_version: int | None = attr(IFLA_GRE.ERSPAN_VER, u8)
    erspan_index: int | None = attr(IFLA_GRE.ERSPAN_INDEX, u32)  # version 1
    erspan_direction: takes.Member[ErspanDirection | None] = attr(  # version 2
        IFLA_GRE.ERSPAN_DIR, enum(ErspanDirection, u8)
    )
    erspan_hardware_id: int | None = attr(IFLA_GRE.ERSPAN_HWID, u16)  # version 2
    link: takes.Name[int | None] = attr(IFLA_GRE.LINK, interface)  # interface index
    input_flags: takes.Flags[GreFlag | None] = attr(IFLA_GRE.IFLAGS, enum(GreFlag, be16))
    output_flags: takes.Flags[GreFlag | None] = attr(IFLA_GRE.OFLAGS, enum(GreFlag, be16))
    input_key: int | None = attr(IFLA_GRE.IKEY, be32)
    output_key: int | None = attr(IFLA_GRE.OKEY, be32)
    local: takes.Ip[str | None] = attr(IFLA_GRE.LOCAL, ip6)
    remote: takes.Ip[str | None] = attr(IFLA_GRE.REMOTE, ip6)
    ttl: int | None = attr(IFLA_GRE.TTL, u8)  # hop limit; 0: from the inner header
    encapsulation_limit: int | None = attr(IFLA_GRE.ENCAP_LIMIT, u8)  # nested tunnels
    flow_info: int | None = attr(IFLA_GRE.FLOWINFO, be32)  # traffic class and flow label
    flags: takes.Flags[Ip6TunnelFlag | None] = attr(IFLA_GRE.FLAGS, enum(Ip6TunnelFlag, u32))
    fwmark: int | None = attr(IFLA_GRE.FWMARK, u32)
    encapsulation: takes.Member[EncapsulationType | None] = attr(IFLA_GRE.ENCAP_TYPE, enum(EncapsulationType, u16))
    encapsulation_source_port: int | None = attr(IFLA_GRE.ENCAP_SPORT, be16)
    encapsulation_port: int | None = attr(IFLA_GRE.ENCAP_DPORT, be16)
    encapsulation_flags: takes.Flags[EncapsulationFlag | None] = attr(
        IFLA_GRE.ENCAP_FLAGS, enum(EncapsulationFlag, u16)
    )
    collect_metadata: bool = attr(IFLA_GRE.COLLECT_METADATA, flag)  # "external"
