"""`flower`: what headers say, each part with a mask. Source: linux/pkt_cls.h, net/sched/cls_flower.c, tc-flower(8)."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import ClassVar, TypeAlias

from netlynx.schema import (
    AddressKey,
    BytesKey,
    FlagsKey,
    Kind,
    MacKey,
    NumberKey,
    Record,
    attr,
    be16,
    be32,
    between,
    boolean,
    enum,
    multi,
    nest,
    pair,
    string,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.tc.action import ACTIONS_OF_A_FILTER, Action
from netlynx.tc.constants import KIND_LIMIT
from netlynx.tc.ethertypes import EtherType, IpProtocol
from netlynx.tc.filters.common import ClassifierFlag
from netlynx.tc.filters.flower_attributes import TCA_FLOWER, TCA_FLOWER_KEY_MPLS_OPTS
from netlynx.tc.filters.flower_parts import (
    TUNNEL_OPTIONS,
    ConntrackFlag,
    FaultManagement,
    FlowerFlag,
    LabelEntry,
    TunnelOptions,
)
from netlynx.tc.handle import HANDLE, Handle

T = TCA_FLOWER

Number: TypeAlias = takes.Takes[str | None, str | int | None]
Address: TypeAlias = takes.Takes[str | None, str | IPv4Address | IPv6Address | IPv4Network | IPv6Network | None]

_BY_PORTS = ("ip_proto", {IpProtocol.TCP: 0, IpProtocol.UDP: 1, IpProtocol.SCTP: 2})
_BY_ICMP = ("ip_proto", {IpProtocol.ICMP: 0, IpProtocol.ICMPV6: 1})
_ARP: Mapping[str, int] = {"request": 1, "reply": 2}


def _port(*pairs: tuple[int, int]) -> Kind:
    """Of TCP, UDP, SCTP, and a range of any."""
    return pair(NumberKey(2, big=True, by=_BY_PORTS, ranges=True, bare=True), *pairs)


def _byte(key: int, mask: int, *, hexadecimal: bool = False) -> Kind:
    return pair(NumberKey(1, hexadecimal=hexadecimal), (key, mask))


class Flower(Record):
    """`flower`: packets whose headers are as the fields say.

    A field with a mask is text: the key, behind a slash the mask (``dst_ip="192.0.2.0/24"``, ``ip_tos="0x10/0x3f"``);
    without one, all of it counts. Ports may be a range, ``dst_port="80-90"``. Of flags, ``+`` is before those that are
    wanted and ``-`` before those that are not: ``ct_state="+trk-new"``.

    `eth_type` is the protocol of the filter, unless it is given; of tagged packets `vlan_ethtype` is what comes behind
    the tag. Ports, ICMP and the like need `ip_proto`, and that a protocol that is IP: the kernel looks at no others of
    them, and what it would not look at is refused. `enc_…` are of the tunnel that a packet came by.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_FLOWER, policy="fl_policy", spec=("tc", "flower-attrs"))
    __differs__: ClassVar[dict[str, str]] = {
        "vlan_id": "in host byte order: fl_set_key_vlan in net/sched/cls_flower.c",
        "cvlan_id": "in host byte order: fl_set_key_vlan in net/sched/cls_flower.c",
        "mpls": "the specification leaves the nest of each entry out: fl_set_key_mpls_opts in net/sched/cls_flower.c",
        "mpls_label": "in host byte order: fl_set_key_mpls in net/sched/cls_flower.c",
    }

    classid: takes.Member[Handle | None] = attr(T.CLASSID, HANDLE)
    indev: str | None = attr(T.INDEV, string(KIND_LIMIT))  # the device that a packet came in by
    dst_mac: str | None = attr(T.KEY_ETH_DST, pair(MacKey(), (T.KEY_ETH_DST, T.KEY_ETH_DST_MASK)))
    src_mac: str | None = attr(T.KEY_ETH_SRC, pair(MacKey(), (T.KEY_ETH_SRC, T.KEY_ETH_SRC_MASK)))
    eth_type: takes.Member[EtherType | None] = attr(T.KEY_ETH_TYPE, enum(EtherType, be16))
    num_of_vlans: int | None = attr(T.KEY_NUM_OF_VLANS, u8)
    vlan_id: int | None = attr(T.KEY_VLAN_ID, between(u16, high=4095))
    vlan_prio: int | None = attr(T.KEY_VLAN_PRIO, between(u8, high=7))
    vlan_ethtype: takes.Member[EtherType | None] = attr(T.KEY_VLAN_ETH_TYPE, enum(EtherType, be16))
    cvlan_id: int | None = attr(T.KEY_CVLAN_ID, between(u16, high=4095))
    cvlan_prio: int | None = attr(T.KEY_CVLAN_PRIO, between(u8, high=7))
    cvlan_ethtype: takes.Member[EtherType | None] = attr(T.KEY_CVLAN_ETH_TYPE, enum(EtherType, be16))
    pppoe_sid: int | None = attr(T.KEY_PPPOE_SID, be16)
    ppp_proto: int | None = attr(T.KEY_PPP_PROTO, be16)
    mpls_label: int | None = attr(T.KEY_MPLS_LABEL, u32)
    mpls_tc: int | None = attr(T.KEY_MPLS_TC, u8)
    mpls_bos: bool | None = attr(T.KEY_MPLS_BOS, boolean)
    mpls_ttl: int | None = attr(T.KEY_MPLS_TTL, u8)
    mpls: takes.Records[LabelEntry] = attr((T.KEY_MPLS_OPTS, TCA_FLOWER_KEY_MPLS_OPTS.LSE), multi(nest(LabelEntry)))
    ip_proto: takes.Member[IpProtocol | None] = attr(T.KEY_IP_PROTO, enum(IpProtocol, u8))
    ip_tos: Number = attr(T.KEY_IP_TOS, _byte(T.KEY_IP_TOS, T.KEY_IP_TOS_MASK, hexadecimal=True))
    ip_ttl: Number = attr(T.KEY_IP_TTL, _byte(T.KEY_IP_TTL, T.KEY_IP_TTL_MASK))
    ip_flags: takes.Flags[str | None] = attr(
        T.KEY_FLAGS, pair(FlagsKey(FlowerFlag, 4, big=True), (T.KEY_FLAGS, T.KEY_FLAGS_MASK))
    )
    src_ip: Address = attr(
        T.KEY_IPV4_SRC,
        pair(AddressKey(), (T.KEY_IPV4_SRC, T.KEY_IPV4_SRC_MASK), (T.KEY_IPV6_SRC, T.KEY_IPV6_SRC_MASK)),
    )
    dst_ip: Address = attr(
        T.KEY_IPV4_DST,
        pair(AddressKey(), (T.KEY_IPV4_DST, T.KEY_IPV4_DST_MASK), (T.KEY_IPV6_DST, T.KEY_IPV6_DST_MASK)),
    )
    src_port: Number = attr(
        T.KEY_TCP_SRC,
        _port(
            (T.KEY_TCP_SRC, T.KEY_TCP_SRC_MASK),
            (T.KEY_UDP_SRC, T.KEY_UDP_SRC_MASK),
            (T.KEY_SCTP_SRC, T.KEY_SCTP_SRC_MASK),
            (T.KEY_PORT_SRC_MIN, T.KEY_PORT_SRC_MAX),
        ),
    )
    dst_port: Number = attr(
        T.KEY_TCP_DST,
        _port(
            (T.KEY_TCP_DST, T.KEY_TCP_DST_MASK),
            (T.KEY_UDP_DST, T.KEY_UDP_DST_MASK),
            (T.KEY_SCTP_DST, T.KEY_SCTP_DST_MASK),
            (T.KEY_PORT_DST_MIN, T.KEY_PORT_DST_MAX),
        ),
    )
    tcp_flags: Number = attr(
        T.KEY_TCP_FLAGS,
        pair(NumberKey(2, big=True, hexadecimal=True, bits=12), (T.KEY_TCP_FLAGS, T.KEY_TCP_FLAGS_MASK)),
    )
    icmp_type: Number = attr(
        T.KEY_ICMPV4_TYPE,
        pair(
            NumberKey(1, by=_BY_ICMP),
            (T.KEY_ICMPV4_TYPE, T.KEY_ICMPV4_TYPE_MASK),
            (T.KEY_ICMPV6_TYPE, T.KEY_ICMPV6_TYPE_MASK),
        ),
    )
    icmp_code: Number = attr(
        T.KEY_ICMPV4_CODE,
        pair(
            NumberKey(1, by=_BY_ICMP),
            (T.KEY_ICMPV4_CODE, T.KEY_ICMPV4_CODE_MASK),
            (T.KEY_ICMPV6_CODE, T.KEY_ICMPV6_CODE_MASK),
        ),
    )
    l2tpv3_sid: int | None = attr(T.KEY_L2TPV3_SID, be32)
    spi: Number = attr(T.KEY_SPI, pair(NumberKey(4, big=True, hexadecimal=True), (T.KEY_SPI, T.KEY_SPI_MASK)))
    arp_op: Number = attr(T.KEY_ARP_OP, pair(NumberKey(1, names=_ARP), (T.KEY_ARP_OP, T.KEY_ARP_OP_MASK)))
    arp_sip: Address = attr(T.KEY_ARP_SIP, pair(AddressKey(4), (T.KEY_ARP_SIP, T.KEY_ARP_SIP_MASK)))
    arp_tip: Address = attr(T.KEY_ARP_TIP, pair(AddressKey(4), (T.KEY_ARP_TIP, T.KEY_ARP_TIP_MASK)))
    arp_sha: str | None = attr(T.KEY_ARP_SHA, pair(MacKey(), (T.KEY_ARP_SHA, T.KEY_ARP_SHA_MASK)))
    arp_tha: str | None = attr(T.KEY_ARP_THA, pair(MacKey(), (T.KEY_ARP_THA, T.KEY_ARP_THA_MASK)))
    cfm: takes.Nested[FaultManagement | None] = attr(T.KEY_CFM, nest(FaultManagement))
    enc_key_id: int | None = attr(T.KEY_ENC_KEY_ID, be32)
    enc_src_ip: Address = attr(
        T.KEY_ENC_IPV4_SRC,
        pair(
            AddressKey(),
            (T.KEY_ENC_IPV4_SRC, T.KEY_ENC_IPV4_SRC_MASK),
            (T.KEY_ENC_IPV6_SRC, T.KEY_ENC_IPV6_SRC_MASK),
        ),
    )
    enc_dst_ip: Address = attr(
        T.KEY_ENC_IPV4_DST,
        pair(
            AddressKey(),
            (T.KEY_ENC_IPV4_DST, T.KEY_ENC_IPV4_DST_MASK),
            (T.KEY_ENC_IPV6_DST, T.KEY_ENC_IPV6_DST_MASK),
        ),
    )
    enc_src_port: Number = attr(
        T.KEY_ENC_UDP_SRC_PORT,
        pair(NumberKey(2, big=True, bare=True), (T.KEY_ENC_UDP_SRC_PORT, T.KEY_ENC_UDP_SRC_PORT_MASK)),
    )
    enc_dst_port: Number = attr(
        T.KEY_ENC_UDP_DST_PORT,
        pair(NumberKey(2, big=True, bare=True), (T.KEY_ENC_UDP_DST_PORT, T.KEY_ENC_UDP_DST_PORT_MASK)),
    )
    enc_tos: Number = attr(T.KEY_ENC_IP_TOS, _byte(T.KEY_ENC_IP_TOS, T.KEY_ENC_IP_TOS_MASK, hexadecimal=True))
    enc_ttl: Number = attr(T.KEY_ENC_IP_TTL, _byte(T.KEY_ENC_IP_TTL, T.KEY_ENC_IP_TTL_MASK))
    enc_flags: takes.Flags[str | None] = attr(
        T.KEY_ENC_FLAGS, pair(FlagsKey(FlowerFlag, 4, big=True), (T.KEY_ENC_FLAGS, T.KEY_ENC_FLAGS_MASK))
    )
    enc_options: takes.Nested[TunnelOptions | None] = attr(T.KEY_ENC_OPTS, TUNNEL_OPTIONS)
    enc_options_mask: takes.Nested[TunnelOptions | None] = attr(T.KEY_ENC_OPTS_MASK, TUNNEL_OPTIONS)
    ct_state: takes.Flags[str | None] = attr(
        T.KEY_CT_STATE, pair(FlagsKey(ConntrackFlag, 2), (T.KEY_CT_STATE, T.KEY_CT_STATE_MASK))
    )
    ct_zone: Number = attr(T.KEY_CT_ZONE, pair(NumberKey(2), (T.KEY_CT_ZONE, T.KEY_CT_ZONE_MASK)))
    ct_mark: Number = attr(T.KEY_CT_MARK, pair(NumberKey(4), (T.KEY_CT_MARK, T.KEY_CT_MARK_MASK)))
    ct_label: str | None = attr(T.KEY_CT_LABELS, pair(BytesKey(16), (T.KEY_CT_LABELS, T.KEY_CT_LABELS_MASK)))
    hash: Number = attr(T.KEY_HASH, pair(NumberKey(4), (T.KEY_HASH, T.KEY_HASH_MASK)))
    l2_miss: bool | None = attr(T.L2_MISS, boolean)  # a bridge did not know where to
    actions: takes.MaybeSeveral[Action] = attr(T.ACT, ACTIONS_OF_A_FILTER)
    flags: takes.Flags[ClassifierFlag | None] = attr(T.FLAGS, enum(ClassifierFlag, u32))
    in_hw_count: int | None = attr(T.IN_HW_COUNT, u32, read_only=True)
