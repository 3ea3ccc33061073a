"""GENEVE tunnels. Source: linux/if_link.h, drivers/net/geneve.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.route.kinds.vxlan import TunnelDontFragment
from netlynx.schema import (
    Constants,
    Layout,
    Record,
    attr,
    be16,
    be32,
    boolean,
    enum,
    flag,
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


class IFLA_GENEVE(Constants):
    """Attributes of a GENEVE link."""

    UNSPEC = 0
    ID = 1
    REMOTE = 2
    TTL = 3
    TOS = 4
    PORT = 5
    COLLECT_METADATA = 6
    REMOTE6 = 7
    UDP_CSUM = 8
    UDP_ZERO_CSUM6_TX = 9
    UDP_ZERO_CSUM6_RX = 10
    LABEL = 11
    TTL_INHERIT = 12
    DF = 13
    INNER_PROTO_INHERIT = 14
    PORT_RANGE = 15
    GRO_HINT = 16
    LOCAL = 17
    LOCAL6 = 18


class GenevePortRange(Layout, Range, c="ifla_geneve_port_range"):
    """UDP source ports to choose from."""

    low: int = member(be16)
    high: int = member(be16)


class Geneve(Record):
    """A GENEVE tunnel. Source: linux/if_link.h, drivers/net/geneve.c."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=IFLA_GENEVE, policy="geneve_policy", spec=("rt-link", "linkinfo-geneve-attrs")
    )

    id: int | None = attr(IFLA_GENEVE.ID, u32)  # VNI, 24 bits
    remote: takes.Ip[str | None] = attr(IFLA_GENEVE.REMOTE, ip4)
    udp_checksum: bool | None = attr(IFLA_GENEVE.UDP_CSUM, boolean)
    remote6: takes.Ip[str | None] = attr(IFLA_GENEVE.REMOTE6, ip6)
    udp_zero_checksum6_tx: bool | None = attr(IFLA_GENEVE.UDP_ZERO_CSUM6_TX, boolean)
    local: takes.Ip[str | None] = attr(IFLA_GENEVE.LOCAL, ip4)
    local6: takes.Ip[str | None] = attr(IFLA_GENEVE.LOCAL6, ip6)
    ttl: int | None = attr(IFLA_GENEVE.TTL, u8)  # 0: the system's default
    tos: int | None = attr(IFLA_GENEVE.TOS, u8)  # 1: from the inner header
    label: int | None = attr(IFLA_GENEVE.LABEL, be32)  # IPv6 flow label, 20 bits
    df: takes.Member[TunnelDontFragment | None] = attr(IFLA_GENEVE.DF, enum(TunnelDontFragment, u8))
    port: int | None = attr(IFLA_GENEVE.PORT, be16)  # UDP destination
    collect_metadata: bool = attr(IFLA_GENEVE.COLLECT_METADATA, flag)  # "external"
    udp_zero_checksum6_rx: bool | None = attr(IFLA_GENEVE.UDP_ZERO_CSUM6_RX, boolean)
    ttl_inherit: bool | None = attr(IFLA_GENEVE.TTL_INHERIT, boolean)
    inner_proto_inherit: bool = attr(IFLA_GENEVE.INNER_PROTO_INHERIT, flag)
    port_range: takes.Natural[GenevePortRange | None] = attr(IFLA_GENEVE.PORT_RANGE, struct(GenevePortRange), told=True)
    gro_hint: bool = attr(IFLA_GENEVE.GRO_HINT, flag)
