"""What objects hold that no expression holds.

Source: linux/netfilter/nf_tables.h, net/netfilter/nft_ct.c, nft_meta.c and nft_tunnel.c beside it.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.netfilter.constants import TransportProtocol
from netlynx.nftables.constants import Family
from netlynx.schema import (
    Constants,
    FlagSet,
    Record,
    attr,
    be16,
    be32,
    binary,
    enum,
    ip4,
    ip6,
    keyed,
    multi,
    nest,
    string,
    takes,
    u8,
    u32,
)
from netlynx.schema.facts import Facts


class NFTA_CT_HELPER(Constants):
    """Attributes of a helper of connection tracking."""

    UNSPEC = 0
    NAME = 1
    L3PROTO = 2
    L4PROTO = 3


class NFTA_CT_TIMEOUT(Constants):
    """Attributes of timeouts of connection tracking."""

    UNSPEC = 0
    L3PROTO = 1
    L4PROTO = 2
    DATA = 3


class NFTA_CT_EXPECT(Constants):
    """Attributes of expectations of connection tracking."""

    UNSPEC = 0
    L3PROTO = 1
    L4PROTO = 2
    DPORT = 3
    TIMEOUT = 4
    SIZE = 5


class NFTA_SECMARK(Constants):
    """Attributes of a security mark."""

    UNSPEC = 0
    CTX = 1


class NFTA_TUNNEL_KEY(Constants):
    """Attributes of a tunnel."""

    UNSPEC = 0
    ID = 1
    IP = 2
    IP6 = 3
    FLAGS = 4
    TOS = 5
    TTL = 6
    SPORT = 7
    DPORT = 8
    OPTS = 9


class NFTA_TUNNEL_KEY_IP(Constants):
    """Attributes of a tunnel's ends."""

    UNSPEC = 0
    SRC = 1
    DST = 2


class NFTA_TUNNEL_KEY_IP6(Constants):
    """The same of IPv6."""

    UNSPEC = 0
    SRC = 1
    DST = 2
    FLOWLABEL = 3


class NFTA_TUNNEL_KEY_OPTS(Constants):
    """Attributes of a tunnel's options."""

    UNSPEC = 0
    VXLAN = 1
    ERSPAN = 2
    GENEVE = 3


class NFTA_TUNNEL_KEY_VXLAN(Constants):
    """Attributes of the options of VXLAN."""

    UNSPEC = 0
    GBP = 1


class NFTA_TUNNEL_KEY_ERSPAN(Constants):
    """Attributes of the options of ERSPAN."""

    UNSPEC = 0
    VERSION = 1
    V1_INDEX = 2
    V2_HWID = 3
    V2_DIR = 4


class NFTA_TUNNEL_KEY_GENEVE(Constants):
    """Attributes of one option of Geneve."""

    UNSPEC = 0
    CLASS = 1
    TYPE = 2
    DATA = 3


class TunnelFlags(FlagSet, prefix="NFT_TUNNEL_F_"):
    """How packets are sent through a tunnel."""

    ZERO_CSUM_TX = 1
    DONT_FRAGMENT = 2
    SEQ_NUMBER = 4


class CtHelper(Record):
    """A helper of connection tracking, such as ``ftp``: for whose protocol it is needed to know.

    Source: nft_ct_helper_obj_init in net/netfilter/nft_ct.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_CT_HELPER, policy="nft_ct_helper_policy")

    name: str | None = attr(NFTA_CT_HELPER.NAME, string(15))
    l3proto: takes.Member[Family | None] = attr(NFTA_CT_HELPER.L3PROTO, enum(Family, be16))  # None: the table's
    l4proto: takes.Member[TransportProtocol | None] = attr(NFTA_CT_HELPER.L4PROTO, enum(TransportProtocol, u8))


class CtTimeout(Record):
    """Timeouts of the states of connections, in seconds by the number of the state (CTA_TIMEOUT_TCP_* and others).

    Source: nft_ct_timeout_obj_init in net/netfilter/nft_ct.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_CT_TIMEOUT, policy="nft_ct_timeout_policy")

    l3proto: takes.Member[Family | None] = attr(NFTA_CT_TIMEOUT.L3PROTO, enum(Family, be16))
    l4proto: takes.Member[TransportProtocol | None] = attr(NFTA_CT_TIMEOUT.L4PROTO, enum(TransportProtocol, u8))
    data: dict[int, int] | None = attr(NFTA_CT_TIMEOUT.DATA, keyed(be32))


class CtExpectation(Record):
    """Connections to expect beside one: `size` at most, to a port, until `timeout` milliseconds have passed.

    Source: nft_ct_expect_obj_init in net/netfilter/nft_ct.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_CT_EXPECT, policy="nft_ct_expect_policy")

    l3proto: takes.Member[Family | None] = attr(NFTA_CT_EXPECT.L3PROTO, enum(Family, be16))
    l4proto: takes.Member[TransportProtocol | None] = attr(NFTA_CT_EXPECT.L4PROTO, enum(TransportProtocol, u8))
    dport: int | None = attr(NFTA_CT_EXPECT.DPORT, be16)
    timeout: int | None = attr(NFTA_CT_EXPECT.TIMEOUT, u32)  # milliseconds
    size: int | None = attr(NFTA_CT_EXPECT.SIZE, u8)


class Secmark(Record):
    """A security mark: a context of SELinux, say. Source: nft_secmark_obj_init in net/netfilter/nft_meta.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_SECMARK, policy="nft_secmark_policy")

    ctx: str | None = attr(NFTA_SECMARK.CTX, string(4096))


class GeneveOption(Record):
    """One option of Geneve: `data` is 4 bytes or a multiple. Source: net/netfilter/nft_tunnel.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_TUNNEL_KEY_GENEVE, policy="nft_tunnel_opts_geneve_policy")

    class_: int | None = attr(NFTA_TUNNEL_KEY_GENEVE.CLASS, be16)
    type: int | None = attr(NFTA_TUNNEL_KEY_GENEVE.TYPE, u8)
    data: bytes | None = attr(NFTA_TUNNEL_KEY_GENEVE.DATA, binary(127))


class TunnelKeyData(Record):
    """The tunnel that a packet is to go by: its key, its ends and its options, of one sort of tunnel.

    Source: nft_tunnel_obj_init in net/netfilter/nft_tunnel.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=NFTA_TUNNEL_KEY, policy="nft_tunnel_key_policy"),
        Facts(attributes=NFTA_TUNNEL_KEY_IP, policy="nft_tunnel_ip_policy"),
        Facts(attributes=NFTA_TUNNEL_KEY_IP6, policy="nft_tunnel_ip6_policy"),
        Facts(attributes=NFTA_TUNNEL_KEY_OPTS, policy="nft_tunnel_opts_policy"),
        Facts(attributes=NFTA_TUNNEL_KEY_VXLAN, policy="nft_tunnel_opts_vxlan_policy"),
        Facts(attributes=NFTA_TUNNEL_KEY_ERSPAN, policy="nft_tunnel_opts_erspan_policy"),
    )

    id: int | None = attr(NFTA_TUNNEL_KEY.ID, be32)
    src: takes.Ip[str | None] = attr((NFTA_TUNNEL_KEY.IP, NFTA_TUNNEL_KEY_IP.SRC), ip4)
    dst: takes.Ip[str | None] = attr((NFTA_TUNNEL_KEY.IP, NFTA_TUNNEL_KEY_IP.DST), ip4)
    src6: takes.Ip[str | None] = attr((NFTA_TUNNEL_KEY.IP6, NFTA_TUNNEL_KEY_IP6.SRC), ip6)
    dst6: takes.Ip[str | None] = attr((NFTA_TUNNEL_KEY.IP6, NFTA_TUNNEL_KEY_IP6.DST), ip6)
    flowlabel: int | None = attr((NFTA_TUNNEL_KEY.IP6, NFTA_TUNNEL_KEY_IP6.FLOWLABEL), be32)
    sport: int | None = attr(NFTA_TUNNEL_KEY.SPORT, be16)
    dport: int | None = attr(NFTA_TUNNEL_KEY.DPORT, be16)
    flags: takes.Flags[TunnelFlags | None] = attr(NFTA_TUNNEL_KEY.FLAGS, enum(TunnelFlags, be32))
    tos: int | None = attr(NFTA_TUNNEL_KEY.TOS, u8)
    ttl: int | None = attr(NFTA_TUNNEL_KEY.TTL, u8)
    vxlan_gbp: int | None = attr((NFTA_TUNNEL_KEY.OPTS, NFTA_TUNNEL_KEY_OPTS.VXLAN, NFTA_TUNNEL_KEY_VXLAN.GBP), be32)
    erspan_version: int | None = attr(
        (NFTA_TUNNEL_KEY.OPTS, NFTA_TUNNEL_KEY_OPTS.ERSPAN, NFTA_TUNNEL_KEY_ERSPAN.VERSION), be32
    )
    erspan_index: int | None = attr(
        (NFTA_TUNNEL_KEY.OPTS, NFTA_TUNNEL_KEY_OPTS.ERSPAN, NFTA_TUNNEL_KEY_ERSPAN.V1_INDEX), be32
    )
    erspan_hwid: int | None = attr(
        (NFTA_TUNNEL_KEY.OPTS, NFTA_TUNNEL_KEY_OPTS.ERSPAN, NFTA_TUNNEL_KEY_ERSPAN.V2_HWID), u8
    )
    erspan_direction: int | None = attr(
        (NFTA_TUNNEL_KEY.OPTS, NFTA_TUNNEL_KEY_OPTS.ERSPAN, NFTA_TUNNEL_KEY_ERSPAN.V2_DIR), u8
    )
    geneve: takes.Records[GeneveOption] = attr(
        (NFTA_TUNNEL_KEY.OPTS, NFTA_TUNNEL_KEY_OPTS.GENEVE), multi(nest(GeneveOption))
    )
