"""Which fields of `flower` the kernel looks at, with which protocol. Source: fl_set_key in net/sched/cls_flower.c."""

from __future__ import annotations

from collections.abc import Callable

from netlynx.errors import EncodeError
from netlynx.schema import replace_fields
from netlynx.schema.sending import given
from netlynx.tc.ethertypes import VLAN_TAGS, EtherType, IpProtocol
from netlynx.tc.filters.common import ClassifierFlag
from netlynx.tc.filters.flower import Flower

IP = frozenset({EtherType.IP, EtherType.IPV6})
MPLS = frozenset({EtherType.MPLS_UC, EtherType.MPLS_MC})
ARP = frozenset({EtherType.ARP, EtherType.RARP})
PORTS = frozenset({IpProtocol.TCP, IpProtocol.UDP, IpProtocol.SCTP})
SECURED = frozenset({IpProtocol.ESP, IpProtocol.AH})

_Needs = Callable[[Flower, int], str]


def _inner(data: Flower) -> int:
    """What protocol packets are of, behind their tags; 0: of any."""
    outer = data.eth_type or 0
    if outer not in VLAN_TAGS:
        return outer
    middle = data.vlan_ethtype or 0
    return (data.cvlan_ethtype or 0) if middle in VLAN_TAGS else middle


def _of(protocols: frozenset[EtherType], words: str) -> _Needs:
    return lambda data, inner: "" if inner in protocols else f"of {words} alone: say so with the protocol of the filter"


def _carried(protocols: frozenset[IpProtocol], words: str) -> _Needs:
    def needs(data: Flower, inner: int) -> str:
        return "" if inner in IP and data.ip_proto in protocols else f"of {words} alone: say so with ip_proto"

    return needs


def _tagged(data: Flower, inner: int) -> str:
    tagged = data.eth_type in VLAN_TAGS
    return "" if tagged else "of tagged packets alone: say 802.1Q or 802.1ad with the protocol of the filter"


def _twice(data: Flower, inner: int) -> str:
    twice = data.eth_type in VLAN_TAGS and data.vlan_ethtype in VLAN_TAGS
    return "" if twice else "of packets with two tags alone: say so with vlan_ethtype"


def _icmp(data: Flower, inner: int) -> str:
    good = (inner, data.ip_proto) in ((EtherType.IP, IpProtocol.ICMP), (EtherType.IPV6, IpProtocol.ICMPV6))
    return "" if good else "of ICMP alone: say icmp (ip) or icmpv6 (ipv6) with ip_proto"


def _address(name: str) -> _Needs:
    def needs(data: Flower, inner: int) -> str:
        six = ":" in getattr(data, name)
        if inner in IP and (inner == EtherType.IPV6) is not six:
            return "of another protocol than the filter"
        for other in (data.src_ip, data.dst_ip):
            if other and (":" in other) is not six:
                return "of another protocol than the other address"
        return ""

    return needs


NEEDS: dict[str, _Needs] = {
    **dict.fromkeys(("vlan_id", "vlan_prio", "vlan_ethtype"), _tagged),
    **dict.fromkeys(("cvlan_id", "cvlan_prio", "cvlan_ethtype"), _twice),
    **dict.fromkeys(("ip_proto", "ip_tos", "ip_ttl"), _of(IP, "ip or ipv6")),
    "src_ip": _address("src_ip"),
    "dst_ip": _address("dst_ip"),
    **dict.fromkeys(("src_port", "dst_port"), _carried(PORTS, "tcp, udp or sctp")),
    "tcp_flags": _carried(frozenset({IpProtocol.TCP}), "tcp"),
    **dict.fromkeys(("icmp_type", "icmp_code"), _icmp),
    "l2tpv3_sid": _carried(frozenset({IpProtocol.L2TP}), "l2tp"),
    "spi": _carried(SECURED, "esp or ah"),
    **dict.fromkeys(("arp_op", "arp_sip", "arp_tip", "arp_sha", "arp_tha"), _of(ARP, "arp or rarp")),
    **dict.fromkeys(("mpls_label", "mpls_tc", "mpls_bos", "mpls_ttl", "mpls"), _of(MPLS, "mpls_uc or mpls_mc")),
    "cfm": _of(frozenset({EtherType.CFM}), "cfm"),
}


_NO_FLAGS = ClassifierFlag(0)


def looked_at(data: Flower, protocol: int) -> Flower:
    """The options with the protocol of the filter. Raises EncodeError with a field the kernel would not look at."""
    eth_type, flags = data.eth_type, data.flags
    if eth_type is None and protocol and protocol != EtherType.ALL:
        eth_type = protocol  # type: ignore[assignment]  # a number, perhaps
    if protocol in VLAN_TAGS and eth_type in (data.vlan_ethtype, data.cvlan_ethtype):
        eth_type = protocol  # type: ignore[assignment]  # what is in the tags was read: a kernel tells it so
    if flags is None:
        flags = _NO_FLAGS  # as tc does
    if eth_type is not data.eth_type or flags is not data.flags:
        data = replace_fields(data, eth_type=eth_type, flags=flags)
    inner = _inner(data)
    for name in given(data):
        needs = NEEDS.get(name)
        problem = needs(data, inner) if needs is not None else ""
        if problem:
            raise EncodeError(problem if "another" in problem else f"it is {problem}", f"Filter.data.{name}")
    return data
