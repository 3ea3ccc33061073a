"""Keys: what is known of a packet, by which flows are found. Masks are the same, with the bits that count.

Source: linux/openvswitch.h, ovs_key_from_nlattrs of net/openvswitch/flow_netlink.c.
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.ovs.constants import OVS_VXLAN_EXT
from netlynx.ovs.key_constants import OVS_KEY_ATTR, OVS_NSH_KEY_ATTR, OVS_TUNNEL_KEY_ATTR
from netlynx.ovs.layouts import (
    ArpKey,
    CtTuple4Key,
    CtTuple6Key,
    ErspanKey,
    EthernetKey,
    IcmpKey,
    Icmpv6Key,
    Ipv4Key,
    Ipv6HeadersKey,
    Ipv6Key,
    NeighbourKey,
    NshBaseKey,
    NshContextKey,
    SctpKey,
    TcpKey,
    UdpKey,
)
from netlynx.ovs.values import CtState
from netlynx.schema import (
    Record,
    array,
    attr,
    be16,
    be32,
    be64,
    binary,
    enum,
    flag,
    ip,
    nest,
    struct,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts

_K = OVS_KEY_ATTR
_T = OVS_TUNNEL_KEY_ATTR


class VxlanKey(Record):
    """What VXLAN says of a packet beside its network: with `gbp`, its group policy (16 bits; above them flags)."""

    __facts__: ClassVar[Facts] = Facts(attributes=OVS_VXLAN_EXT, spec=("ovs_flow", "vxlan-ext-attrs"))

    gbp: int | None = attr(OVS_VXLAN_EXT.GBP, u32)


class TunnelKey(Record):
    """The tunnel that a packet came in, or goes in: its ID, ends, fields of the IP header around it, and options.

    Those of Geneve are bytes, as in its header.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=_T, spec=("ovs_flow", "tunnel-key-attrs"))

    id: int | None = attr(_T.ID, be64)
    src: takes.Ip[str | None] = attr(_T.IPV4_SRC, ip, ip6=_T.IPV6_SRC)
    dst: takes.Ip[str | None] = attr(_T.IPV4_DST, ip, ip6=_T.IPV6_DST)
    tos: int | None = attr(_T.TOS, u8)
    ttl: int | None = attr(_T.TTL, u8)
    dont_fragment: bool = attr(_T.DONT_FRAGMENT, flag)
    checksum: bool = attr(_T.CSUM, flag)
    oam: bool = attr(_T.OAM, flag)
    tp_src: int | None = attr(_T.TP_SRC, be16)
    tp_dst: int | None = attr(_T.TP_DST, be16)
    geneve: bytes | None = attr(_T.GENEVE_OPTS, binary)
    vxlan: takes.Nested[VxlanKey | None] = attr(_T.VXLAN_OPTS, nest(VxlanKey))
    erspan: takes.Nested[ErspanKey | None] = attr(_T.ERSPAN_OPTS, struct(ErspanKey))
    ipv4_info_bridge: bool = attr(_T.IPV4_INFO_BRIDGE, flag)


class NshKey(Record):
    """A network service header, with its context: of metadata of type 1 four numbers, of type 2 any bytes."""

    __facts__: ClassVar[Facts] = Facts(attributes=OVS_NSH_KEY_ATTR, spec=("ovs_flow", "ovs-nsh-key-attrs"))

    base: takes.Nested[NshBaseKey | None] = attr(OVS_NSH_KEY_ATTR.BASE, struct(NshBaseKey))
    md1: takes.Nested[NshContextKey | None] = attr(OVS_NSH_KEY_ATTR.MD1, struct(NshContextKey))
    md2: bytes | None = attr(OVS_NSH_KEY_ATTR.MD2, binary)


class Key(Record):
    """What is known of a packet. In requests also a text: ``in_port(1),eth(),eth_type(0x0800),ipv4(dst=192.0.2.1)``.

    `encap` is what is behind a VLAN tag, whose `vlan` is its TCI: the ID in the low 12 bits, 0x1000 that there is one.
    `mpls` are entries of a label stack: label (20 bits), class (3), bottom of the stack (1), TTL (8). `recirc_id` is
    what a flow gave the packet when it sent it round again (`recirc`).
    """

    __facts__: ClassVar[Facts] = Facts(attributes=_K, spec=("ovs_flow", "key-attrs"))
    __omitted__: ClassVar[dict[str, str]] = {
        "OVS_KEY_ATTR_PACKET_TYPE": "of programs in user space: no kernel takes it",
        "OVS_KEY_ATTR_ND_EXTENSIONS": "of programs in user space: no kernel takes it",
        "OVS_KEY_ATTR_TUNNEL_INFO": "the kernel's own",
    }
    __differs__: ClassVar[dict[str, str]] = {
        "icmpv6": "struct ovs_key_icmpv6, which is laid out as that of ICMP",
    }

    encap: takes.Nested[Key | None] = attr(_K.ENCAP, nest(lambda: Key))
    priority: int | None = attr(_K.PRIORITY, u32)
    in_port: int | None = attr(_K.IN_PORT, u32)
    ethernet: takes.Nested[EthernetKey | None] = attr(_K.ETHERNET, struct(EthernetKey))
    vlan: int | None = attr(_K.VLAN, be16)
    eth_type: int | None = attr(_K.ETHERTYPE, be16)
    ipv4: takes.Nested[Ipv4Key | None] = attr(_K.IPV4, struct(Ipv4Key))
    ipv6: takes.Nested[Ipv6Key | None] = attr(_K.IPV6, struct(Ipv6Key))
    tcp: takes.Nested[TcpKey | None] = attr(_K.TCP, struct(TcpKey))
    udp: takes.Nested[UdpKey | None] = attr(_K.UDP, struct(UdpKey))
    icmp: takes.Nested[IcmpKey | None] = attr(_K.ICMP, struct(IcmpKey))
    icmpv6: takes.Nested[Icmpv6Key | None] = attr(_K.ICMPV6, struct(Icmpv6Key))
    arp: takes.Nested[ArpKey | None] = attr(_K.ARP, struct(ArpKey))
    nd: takes.Nested[NeighbourKey | None] = attr(_K.ND, struct(NeighbourKey))
    mark: int | None = attr(_K.SKB_MARK, u32)
    tunnel: takes.Nested[TunnelKey | None] = attr(_K.TUNNEL, nest(TunnelKey))
    sctp: takes.Nested[SctpKey | None] = attr(_K.SCTP, struct(SctpKey))
    tcp_flags: int | None = attr(_K.TCP_FLAGS, be16)
    dp_hash: int | None = attr(_K.DP_HASH, u32)
    recirc_id: int | None = attr(_K.RECIRC_ID, u32)
    mpls: takes.MaybeSeveral[int] = attr(_K.MPLS, array(be32))
    ct_state: takes.Flags[CtState | None] = attr(_K.CT_STATE, enum(CtState, u32))
    ct_zone: int | None = attr(_K.CT_ZONE, u16)
    ct_mark: int | None = attr(_K.CT_MARK, u32)
    ct_label: bytes | None = attr(_K.CT_LABELS, binary(16))
    ct_tuple4: takes.Nested[CtTuple4Key | None] = attr(_K.CT_ORIG_TUPLE_IPV4, struct(CtTuple4Key))
    ct_tuple6: takes.Nested[CtTuple6Key | None] = attr(_K.CT_ORIG_TUPLE_IPV6, struct(CtTuple6Key))
    nsh: takes.Nested[NshKey | None] = attr(_K.NSH, nest(NshKey))
    ipv6_exthdrs: takes.Nested[Ipv6HeadersKey | None] = attr(_K.IPV6_EXTHDRS, struct(Ipv6HeadersKey))

    @classmethod
    def __natural__(cls, value: Any) -> Any:
        """The key that a text says."""
        if not isinstance(value, str):
            return value
        from netlynx.ovs.words.key_reading import key_of

        return key_of(value)

    @property
    def words(self) -> str:
        """The same in words, as `ovs-dpctl` has them: ``in_port(1),eth_type(0x0800)``."""
        from netlynx.ovs.words.key_writing import key_words

        return key_words(self, None)
