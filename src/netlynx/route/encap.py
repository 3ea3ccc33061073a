"""Lightweight tunnels: what a route or nexthop wraps its packets in (`RTA_ENCAP`, `NHA_ENCAP`).

`RTA_ENCAP_TYPE` says which record stands in `RTA_ENCAP`. Source: linux/lwtunnel.h, net/core/lwtunnel.c and the files
that each record names.
"""

from __future__ import annotations

from typing import ClassVar, TypeAlias

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.route.arguments import member_of
from netlynx.route.ila_names import ILA_ATTR as ILA_ATTR
from netlynx.route.ila_names import IlaChecksum as IlaChecksum
from netlynx.route.ila_names import IlaHook as IlaHook
from netlynx.route.ila_names import IlaIdentifier as IlaIdentifier
from netlynx.route.segment_routing import Ioam6Encap, RplEncap, Seg6Encap, Seg6LocalEncap
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Kind,
    Record,
    attr,
    be16,
    be32,
    be64,
    binary,
    enum,
    interface,
    ip4,
    ip6,
    labels,
    multi,
    nest,
    select,
    string,
    takes,
    u8,
    u32,
)
from netlynx.schema.facts import Facts


class EncapType(Enumeration, prefix="LWTUNNEL_ENCAP_", labels={"SEG6_LOCAL": "seg6local"}):
    """Kinds of lightweight tunnel."""

    NONE = 0
    MPLS = 1
    IP = 2
    ILA = 3
    IP6 = 4
    SEG6 = 5
    BPF = 6
    SEG6_LOCAL = 7
    RPL = 8
    IOAM6 = 9
    XFRM = 10


class MPLS_IPTUNNEL(Constants):
    """Attributes of an MPLS tunnel."""

    UNSPEC = 0
    DST = 1
    TTL = 2


class MplsEncap(Record):
    """Labels pushed on packets. Source: linux/mpls_iptunnel.h, net/mpls/mpls_iptunnel.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=MPLS_IPTUNNEL, policy="mpls_iptunnel_policy")

    labels: str | None = attr(MPLS_IPTUNNEL.DST, labels)  # 100 or 100/200, outermost first
    ttl: int | None = attr(MPLS_IPTUNNEL.TTL, u8)  # 0 or absent: the packet's own


class LWTUNNEL_IP(Constants):
    """Attributes of an IPv4 tunnel."""

    UNSPEC = 0
    ID = 1
    DST = 2
    SRC = 3
    TTL = 4
    TOS = 5
    FLAGS = 6
    PAD = 7
    OPTS = 8


class LWTUNNEL_IP6(Constants):
    """Attributes of an IPv6 tunnel."""

    UNSPEC = 0
    ID = 1
    DST = 2
    SRC = 3
    HOPLIMIT = 4
    TC = 5
    FLAGS = 6
    PAD = 7
    OPTS = 8


class LWTUNNEL_IP_OPTS(Constants):
    """Options of the encapsulating protocol."""

    UNSPEC = 0
    GENEVE = 1
    VXLAN = 2
    ERSPAN = 3


class LWTUNNEL_IP_OPT_GENEVE(Constants):
    """Attributes of a GENEVE option."""

    UNSPEC = 0
    CLASS = 1
    TYPE = 2
    DATA = 3


class LWTUNNEL_IP_OPT_VXLAN(Constants):
    """Attributes of the VXLAN option."""

    UNSPEC = 0
    GBP = 1


class LWTUNNEL_IP_OPT_ERSPAN(Constants):
    """Attributes of the ERSPAN option."""

    UNSPEC = 0
    VER = 1
    INDEX = 2
    DIR = 3
    HWID = 4


class TunnelFlags(FlagSet):
    """Flags of an IP tunnel; the wire has them in network byte order (`TUNNEL_*` of linux/if_tunnel.h)."""

    CSUM = 0x0001
    ROUTING = 0x0002
    KEY = 0x0004
    SEQ = 0x0008
    STRICT = 0x0010
    REC = 0x0020
    VERSION = 0x0040
    NO_KEY = 0x0080
    DONT_FRAGMENT = 0x0100
    OAM = 0x0200
    CRIT_OPT = 0x0400
    GENEVE_OPT = 0x0800
    VXLAN_OPT = 0x1000
    NOCACHE = 0x2000
    ERSPAN_OPT = 0x4000
    GTP_OPT = 0x8000


class GeneveOptions(Record):
    """GENEVE options: the n-th class, type and data belong together.

    A request carries one option in each `GeneveOptions`; the kernel lists all of a tunnel's options in a single one.
    """

    __facts__: ClassVar[Facts] = Facts(
        attributes=LWTUNNEL_IP_OPT_GENEVE, policy="geneve_opt_policy@net/ipv4/ip_tunnel_core.c"
    )

    classes: takes.Several[int] = attr(LWTUNNEL_IP_OPT_GENEVE.CLASS, multi(be16))
    types: takes.Several[int] = attr(LWTUNNEL_IP_OPT_GENEVE.TYPE, multi(u8))
    data: takes.Several[bytes] = attr(LWTUNNEL_IP_OPT_GENEVE.DATA, multi(binary(127)))  # a multiple of 4 bytes


class VxlanOption(Record):
    """The group-based policy mark of VXLAN."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=LWTUNNEL_IP_OPT_VXLAN, policy="vxlan_opt_policy@net/ipv4/ip_tunnel_core.c"
    )

    gbp: int | None = attr(LWTUNNEL_IP_OPT_VXLAN.GBP, u32)


class ErspanOption(Record):
    """ERSPAN: version 1 has an index, version 2 a direction and a hardware ID."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=LWTUNNEL_IP_OPT_ERSPAN, policy="erspan_opt_policy@net/ipv4/ip_tunnel_core.c"
    )

    version: int | None = attr(LWTUNNEL_IP_OPT_ERSPAN.VER, u8)
    index: int | None = attr(LWTUNNEL_IP_OPT_ERSPAN.INDEX, be32)
    direction: int | None = attr(LWTUNNEL_IP_OPT_ERSPAN.DIR, u8)  # 0 ingress, 1 egress
    hardware_id: int | None = attr(LWTUNNEL_IP_OPT_ERSPAN.HWID, u8)


class TunnelOptions(Record):
    """Options of the encapsulating protocol, one kind of them.

    Beware: Linux 6.18.44 hits a bug of its own in `ip_tun_parse_opts` on a GENEVE option with data. The request dies
    holding the lock that all network namespaces share, and nothing but a reboot frees it.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=LWTUNNEL_IP_OPTS, policy="ip_opts_policy")

    geneve: takes.Records[GeneveOptions] = attr(LWTUNNEL_IP_OPTS.GENEVE, multi(nest(GeneveOptions)))
    vxlan: takes.Nested[VxlanOption | None] = attr(LWTUNNEL_IP_OPTS.VXLAN, nest(VxlanOption))
    erspan: takes.Nested[ErspanOption | None] = attr(LWTUNNEL_IP_OPTS.ERSPAN, nest(ErspanOption))


class IpEncap(Record):
    """Metadata of an IPv4 tunnel for the tunnel interface that the route points to.

    Source: linux/lwtunnel.h, ip_tun_fill_encap_info in net/ipv4/ip_tunnel_core.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=LWTUNNEL_IP, policy="ip_tun_policy")

    id: int | None = attr(LWTUNNEL_IP.ID, be64)  # key or VNI
    destination: takes.Ip[str | None] = attr(LWTUNNEL_IP.DST, ip4)
    source: takes.Ip[str | None] = attr(LWTUNNEL_IP.SRC, ip4)
    tos: int | None = attr(LWTUNNEL_IP.TOS, u8)
    ttl: int | None = attr(LWTUNNEL_IP.TTL, u8)
    flags: takes.Flags[TunnelFlags | None] = attr(LWTUNNEL_IP.FLAGS, enum(TunnelFlags, be16))
    options: takes.Nested[TunnelOptions | None] = attr(LWTUNNEL_IP.OPTS, nest(TunnelOptions))


class Ip6Encap(Record):
    """Metadata of an IPv6 tunnel for the tunnel interface that the route points to.

    Source: linux/lwtunnel.h, ip6_tun_fill_encap_info in net/ipv4/ip_tunnel_core.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=LWTUNNEL_IP6, policy="ip6_tun_policy")

    id: int | None = attr(LWTUNNEL_IP6.ID, be64)  # key or VNI
    destination: takes.Ip[str | None] = attr(LWTUNNEL_IP6.DST, ip6)
    source: takes.Ip[str | None] = attr(LWTUNNEL_IP6.SRC, ip6)
    traffic_class: int | None = attr(LWTUNNEL_IP6.TC, u8)
    hoplimit: int | None = attr(LWTUNNEL_IP6.HOPLIMIT, u8)
    flags: takes.Flags[TunnelFlags | None] = attr(LWTUNNEL_IP6.FLAGS, enum(TunnelFlags, be16))
    options: takes.Nested[TunnelOptions | None] = attr(LWTUNNEL_IP6.OPTS, nest(TunnelOptions))


class IlaEncap(Record):
    """Identifier-locator addressing. Source: linux/ila.h, ila_fill_encap_info in net/ipv6/ila/ila_lwt.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=ILA_ATTR, policy="ila_nl_policy@net/ipv6/ila/ila_lwt.c")
    __omitted__: ClassVar[dict[str, str]] = {
        "ILA_ATTR_IDENTIFIER": "generic netlink family ila only",
        "ILA_ATTR_LOCATOR_MATCH": "generic netlink family ila only",
        "ILA_ATTR_IFINDEX": "generic netlink family ila only",
        "ILA_ATTR_DIR": "generic netlink family ila only",
    }

    locator: int | None = attr(ILA_ATTR.LOCATOR, be64)  # upper half of the address
    checksum_mode: takes.Member[IlaChecksum | None] = attr(ILA_ATTR.CSUM_MODE, enum(IlaChecksum, u8))
    identifier_type: takes.Member[IlaIdentifier | None] = attr(ILA_ATTR.IDENT_TYPE, enum(IlaIdentifier, u8))
    hook: takes.Member[IlaHook | None] = attr(ILA_ATTR.HOOK_TYPE, enum(IlaHook, u8))


class LWT_BPF(Constants):
    """Attributes of a BPF tunnel."""

    UNSPEC = 0
    IN = 1
    OUT = 2
    XMIT = 3
    XMIT_HEADROOM = 4


class LWT_BPF_PROG(Constants):
    """Attributes of a program of a BPF tunnel."""

    UNSPEC = 0
    FD = 1
    NAME = 2


class BpfProgram(Record):
    """A loaded BPF program: its file descriptor in requests, its name in answers."""

    __facts__: ClassVar[Facts] = Facts(attributes=LWT_BPF_PROG, policy="bpf_prog_policy@net/core/lwt_bpf.c")

    fd: int | None = attr(LWT_BPF_PROG.FD, u32)
    name: str | None = attr(LWT_BPF_PROG.NAME, string(256))


class BpfEncap(Record):
    """BPF programs that see a route's packets. Source: linux/lwtunnel.h, net/core/lwt_bpf.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=LWT_BPF, policy="bpf_nl_policy")

    input: takes.Nested[BpfProgram | None] = attr(LWT_BPF.IN, nest(BpfProgram))
    output: takes.Nested[BpfProgram | None] = attr(LWT_BPF.OUT, nest(BpfProgram))
    transmit: takes.Nested[BpfProgram | None] = attr(LWT_BPF.XMIT, nest(BpfProgram))
    headroom: int | None = attr(LWT_BPF.XMIT_HEADROOM, u32)  # bytes, up to 256


class LWT_XFRM(Constants):
    """Attributes of an XFRM tunnel."""

    UNSPEC = 0
    IF_ID = 1
    LINK = 2


class XfrmEncap(Record):
    """The XFRM interface ID of a route over an external xfrm interface.

    Source: linux/lwtunnel.h, xfrmi_fill_encap_info in net/xfrm/xfrm_interface_core.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=LWT_XFRM, policy="xfrm_lwt_policy")

    if_id: int | None = attr(LWT_XFRM.IF_ID, u32)
    link: takes.Name[int | None] = attr(LWT_XFRM.LINK, interface)  # index of the underlying interface


Encap: TypeAlias = (
    MplsEncap
    | IpEncap
    | IlaEncap
    | Ip6Encap
    | Seg6Encap
    | BpfEncap
    | Seg6LocalEncap
    | RplEncap
    | Ioam6Encap
    | XfrmEncap
    | bytes
)
"""A lightweight tunnel; bytes for a kind that is not known."""

_RECORDS: dict[EncapType, type[Record]] = {
    EncapType.MPLS: MplsEncap,
    EncapType.IP: IpEncap,
    EncapType.ILA: IlaEncap,
    EncapType.IP6: Ip6Encap,
    EncapType.SEG6: Seg6Encap,
    EncapType.BPF: BpfEncap,
    EncapType.SEG6_LOCAL: Seg6LocalEncap,
    EncapType.RPL: RplEncap,
    EncapType.IOAM6: Ioam6Encap,
    EncapType.XFRM: XfrmEncap,
}

encap: Kind = select("encap_type", {number: nest(record) for number, record in _RECORDS.items()})
"""The kind of `RTA_ENCAP` and `NHA_ENCAP`, chosen by the field `encap_type` of the same record."""


def encap_type_of(value: Encap | None, given: EncapType | str | int | None, path: str) -> EncapType | int | None:
    """The tunnel type to send with `value`: the one that is given, or the one that its record stands for.

    Raises EncodeError with `path` when the two contradict each other or bytes come without a type.
    """
    if given is not None and (not isinstance(given, int) or given in _RECORDS):
        given = member_of(EncapType, given, f"{path}.encap_type")
    if value is None:
        return given
    if isinstance(value, bytes):
        if given is None:
            raise EncodeError("set encap_type too: it says what the bytes are", f"{path}.encap")
        return given
    own = next((number for number, record in _RECORDS.items() if isinstance(value, record)), None)
    if own is None:
        raise EncodeTypeError(f"{type(value).__name__} is no lightweight tunnel", f"{path}.encap")
    if given is not None and given != own:
        raise EncodeError(f"encap_type is {given!s}, a {type(value).__name__} is {own}", f"{path}.encap")
    return own
