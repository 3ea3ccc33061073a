"""Names of values, as `nft describe` lists them: of types whose values are numbers with a meaning.

Where several names have one number the first is what is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def _names(**numbers: int) -> Mapping[str, int]:
    return MappingProxyType({name.replace("_", "-").lstrip("-"): number for name, number in numbers.items()})


def _in_turn(names: str, first: int = 0) -> dict[str, int]:
    return {name: number for number, name in enumerate(names.split(), first)}


NF_PROTO = _names(ipv4=2, ipv6=10)
ETHER_TYPE = _names(ip=0x0800, arp=0x0806, ip6=0x86DD, _8021q=0x8100, _8021ad=0x88A8, vlan=0x8100)
ARP_OP = _names(request=1, reply=2, rrequest=3, rreply=4, inrequest=8, inreply=9, nak=10)
INET_PROTO = _names(
    icmp=1, igmp=2, tcp=6, udp=17, dccp=33, gre=47, esp=50, ah=51, ipv6_icmp=58, icmpv6=58, ipcomp=108, comp=108,
    vrrp=112, sctp=132, udplite=136,
)  # fmt: skip
ICMP_TYPE = _names(
    echo_reply=0, destination_unreachable=3, source_quench=4, redirect=5, echo_request=8, router_advertisement=9,
    router_solicitation=10, time_exceeded=11, parameter_problem=12, timestamp_request=13, timestamp_reply=14,
    info_request=15, info_reply=16, address_mask_request=17, address_mask_reply=18,
)  # fmt: skip
ICMP_CODE = _names(
    net_unreachable=0, host_unreachable=1, prot_unreachable=2, port_unreachable=3, net_prohibited=9, host_prohibited=10,
    admin_prohibited=13, frag_needed=4,
)  # fmt: skip
ICMPV6_TYPE = _names(
    destination_unreachable=1, packet_too_big=2, time_exceeded=3, parameter_problem=4, echo_request=128, echo_reply=129,
    mld_listener_query=130, mld_listener_report=131, mld_listener_done=132, mld_listener_reduction=132,
    nd_router_solicit=133, nd_router_advert=134, nd_neighbor_solicit=135, nd_neighbor_advert=136, nd_redirect=137,
    router_renumbering=138, ind_neighbor_solicit=141, ind_neighbor_advert=142, mld2_listener_report=143,
)  # fmt: skip
ICMPV6_CODE = _names(
    no_route=0, admin_prohibited=1, addr_unreachable=3, port_unreachable=4, policy_fail=5, reject_route=6
)
ICMPX_CODE = _names(port_unreachable=1, admin_prohibited=3, no_route=0, host_unreachable=2)
IGMP_TYPE = _names(
    membership_query=0x11, membership_report_v1=0x12, membership_report_v2=0x16, membership_report_v3=0x22,
    leave_group=0x17,
)  # fmt: skip
TCP_FLAG = _names(fin=1, syn=2, rst=4, psh=8, ack=0x10, urg=0x20, ecn=0x40, cwr=0x80)
DCCP_PACKET_TYPE = MappingProxyType(_in_turn("request response data ack dataack closereq close reset sync syncack"))
MH_TYPE = MappingProxyType(
    _in_turn(
        "binding-refresh-request home-test-init careof-test-init home-test careof-test binding-update"
        " binding-acknowledgement binding-error fast-binding-update fast-binding-acknowledgement"
        " fast-binding-advertisement experimental-mobility-header home-agent-switch-message"
    )
)
IFACE_TYPE = _names(ether=1, ppp=512, ipip=768, ipip6=769, loopback=772, sit=776, ipgre=778)
CT_STATE = _names(invalid=1, new=8, established=2, related=4, untracked=64)
CT_DIRECTION = _names(original=0, reply=1)
CT_STATUS = _names(expected=1, seen_reply=2, assured=4, confirmed=8, snat=0x10, dnat=0x20, dying=0x200)
PACKET_TYPE = _names(host=0, unicast=0, broadcast=1, multicast=2, other=3)
DSCP = _names(
    cs0=0x00, cs1=0x08, cs2=0x10, cs3=0x18, cs4=0x20, cs5=0x28, cs6=0x30, cs7=0x38, df=0x00, be=0x00, lephb=0x01,
    af11=0x0A, af12=0x0C, af13=0x0E, af21=0x12, af22=0x14, af23=0x16, af31=0x1A, af32=0x1C, af33=0x1E, af41=0x22,
    af42=0x24, af43=0x26, va=0x2C, ef=0x2E,
)  # fmt: skip
ECN = _names(not_ect=0, ect1=1, ect0=2, ce=3)
FIB_ADDRESS_TYPE = MappingProxyType(
    _in_turn("unspec unicast local broadcast anycast multicast blackhole unreachable prohibit")
)
BOOLEAN = _names(exists=1, missing=0)
DAY = MappingProxyType(_in_turn("Sunday Monday Tuesday Wednesday Thursday Friday Saturday"))
