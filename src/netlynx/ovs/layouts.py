"""Headers of packets as keys have them: C structs, one for each protocol; masks are laid out the same.

Members are called as in the words of `ovs-dpctl`. Source: linux/openvswitch.h.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.ovs.values import FragmentType
from netlynx.schema import Layout, array, be16, be32, bits, enum, ip4, ip6, mac, member, takes, u8, u16, u32
from netlynx.schema.facts import NoFacts

NO_MAC, NO_IP4, NO_IP6 = "00:00:00:00:00:00", "0.0.0.0", "::"


class EthernetKey(Layout, c="ovs_key_ethernet"):
    """Hardware addresses."""

    src: str = member(mac(6), default=NO_MAC, c="eth_src")
    dst: str = member(mac(6), default=NO_MAC, c="eth_dst")


class Ipv4Key(Layout, c="ovs_key_ipv4"):
    """The header of IPv4; `frag` says whether there is all of a packet."""

    src: takes.Ip[str] = member(ip4, default=NO_IP4, c="ipv4_src")
    dst: takes.Ip[str] = member(ip4, default=NO_IP4, c="ipv4_dst")
    proto: int = member(u8, c="ipv4_proto")
    tos: int = member(u8, c="ipv4_tos")
    ttl: int = member(u8, c="ipv4_ttl")
    frag: takes.Member[FragmentType | int] = member(enum(FragmentType, u8), c="ipv4_frag")


class Ipv6Key(Layout, c="ovs_key_ipv6"):
    """The header of IPv6; `label` is the flow label, of 20 bits."""

    src: takes.Ip[str] = member(ip6, default=NO_IP6, c="ipv6_src")
    dst: takes.Ip[str] = member(ip6, default=NO_IP6, c="ipv6_dst")
    label: int = member(be32, c="ipv6_label")
    proto: int = member(u8, c="ipv6_proto")
    tclass: int = member(u8, c="ipv6_tclass")
    hlimit: int = member(u8, c="ipv6_hlimit")
    frag: takes.Member[FragmentType | int] = member(enum(FragmentType, u8), c="ipv6_frag")


class Ipv6HeadersKey(Layout, c="ovs_key_ipv6_exthdrs"):
    """Which extension headers there are: bits of OFPIEH12_*."""

    hdrs: int = member(u16)


class TcpKey(Layout, c="ovs_key_tcp"):
    """Ports of TCP."""

    src: int = member(be16, c="tcp_src")
    dst: int = member(be16, c="tcp_dst")


class UdpKey(Layout, c="ovs_key_udp"):
    """Ports of UDP."""

    src: int = member(be16, c="udp_src")
    dst: int = member(be16, c="udp_dst")


class SctpKey(Layout, c="ovs_key_sctp"):
    """Ports of SCTP."""

    src: int = member(be16, c="sctp_src")
    dst: int = member(be16, c="sctp_dst")


class IcmpKey(Layout, c="ovs_key_icmp"):
    """Type and code of ICMP."""

    type: int = member(u8, c="icmp_type")
    code: int = member(u8, c="icmp_code")


class Icmpv6Key(Layout, c="ovs_key_icmpv6"):
    """Type and code of ICMPv6."""

    type: int = member(u8, c="icmpv6_type")
    code: int = member(u8, c="icmpv6_code")


class ArpKey(Layout, c="ovs_key_arp"):
    """ARP: addresses of who asks (`sip`, `sha`) and of who is asked for; `op` is 1 of requests, 2 of answers."""

    sip: takes.Ip[str] = member(ip4, default=NO_IP4, c="arp_sip")
    tip: takes.Ip[str] = member(ip4, default=NO_IP4, c="arp_tip")
    op: int = member(be16, c="arp_op")
    sha: str = member(mac(6), default=NO_MAC, c="arp_sha")
    tha: str = member(mac(6), default=NO_MAC, c="arp_tha")


class NeighbourKey(Layout, c="ovs_key_nd"):
    """Neighbour discovery: who is asked for, and the link-layer addresses that options say."""

    target: takes.Ip[str] = member(ip6, default=NO_IP6, c="nd_target")
    sll: str = member(mac(6), default=NO_MAC, c="nd_sll")
    tll: str = member(mac(6), default=NO_MAC, c="nd_tll")


class CtTuple4Key(Layout, c="ovs_key_ct_tuple_ipv4"):
    """The first packet of a connection, before addresses were translated. Of ICMP, ports are type and code."""

    src: takes.Ip[str] = member(ip4, default=NO_IP4, c="ipv4_src")
    dst: takes.Ip[str] = member(ip4, default=NO_IP4, c="ipv4_dst")
    tp_src: int = member(be16, c="src_port")
    tp_dst: int = member(be16, c="dst_port")
    proto: int = member(u8, c="ipv4_proto")


class CtTuple6Key(Layout, c="ovs_key_ct_tuple_ipv6"):
    """The same of IPv6."""

    src: takes.Ip[str] = member(ip6, default=NO_IP6, c="ipv6_src")
    dst: takes.Ip[str] = member(ip6, default=NO_IP6, c="ipv6_dst")
    tp_src: int = member(be16, c="src_port")
    tp_dst: int = member(be16, c="dst_port")
    proto: int = member(u8, c="ipv6_proto")


class NshBaseKey(Layout, c="ovs_nsh_key_base"):
    """A network service header: `np` is what is in it, `path_hdr` the path (24 bits) and the index in it (8 bits)."""

    flags: int = member(u8)
    ttl: int = member(u8)
    mdtype: int = member(u8)
    np: int = member(u8)
    path_hdr: int = member(be32)


class NshContextKey(Layout, c="ovs_nsh_key_md1"):
    """Its context, of metadata of type 1: four numbers."""

    context: takes.Several[int] = member(array(be32, 4))


class ErspanKey(Layout):
    """What ERSPAN says: of version 1 an `index`, of version 2 a direction (1: going out) and the hardware's ID."""

    __facts__: ClassVar[NoFacts] = NoFacts("struct erspan_metadata is a union: see linux/erspan.h")

    version: int = member(u32)
    index: int = member(be32)  # of version 2 its timestamp
    group: int = member(be16)  # sgt
    hwid_upper: int = member(bits(u8, 2))
    frame: int = member(bits(u8, 5))  # ft
    p: int = member(bits(u8, 1))
    optional: int = member(bits(u8, 1))  # o
    granularity: int = member(bits(u8, 2))  # gra
    direction: int = member(bits(u8, 1))  # dir
    hwid: int = member(bits(u8, 4))


__all__ = [
    "ArpKey",
    "CtTuple4Key",
    "CtTuple6Key",
    "ErspanKey",
    "EthernetKey",
    "IcmpKey",
    "Icmpv6Key",
    "Ipv4Key",
    "Ipv6HeadersKey",
    "Ipv6Key",
    "NeighbourKey",
    "NshBaseKey",
    "NshContextKey",
    "SctpKey",
    "TcpKey",
    "UdpKey",
]
