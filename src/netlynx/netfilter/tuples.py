"""What tells a connection from others: addresses, protocol, and ports or ICMP's numbers, in one direction.

Source: linux/netfilter/nfnetlink_conntrack.h, net/netfilter/nf_conntrack_netlink.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.errors import EncodeError
from netlynx.netfilter.constants import NetfilterFamily, TransportProtocol
from netlynx.schema import Constants, Record, attr, be16, enum, ip, replace_fields, u8
from netlynx.schema.facts import Facts


class CTA_TUPLE(Constants):
    """Attributes of one direction of a connection."""

    UNSPEC = 0
    IP = 1
    PROTO = 2
    ZONE = 3


class CTA_IP(Constants):
    """Its addresses, in CTA_TUPLE_IP."""

    UNSPEC = 0
    V4_SRC = 1
    V4_DST = 2
    V6_SRC = 3
    V6_DST = 4


class CTA_PROTO(Constants):
    """Its transport protocol, in CTA_TUPLE_PROTO."""

    UNSPEC = 0
    NUM = 1
    SRC_PORT = 2
    DST_PORT = 3
    ICMP_ID = 4
    ICMP_TYPE = 5
    ICMP_CODE = 6
    ICMPV6_ID = 7
    ICMPV6_TYPE = 8
    ICMPV6_CODE = 9


class Tuple(Record):
    """One direction of a connection: who sends to whom (`CTA_TUPLE_*`).

    TCP, UDP, UDP-Lite, SCTP and DCCP have ports; GRE has its key's halves there. ICMP has an ID, a type and a code,
    ICMPv6 its own. `zone` is set where a zone counts for this direction only.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=CTA_TUPLE, policy="tuple_nla_policy", spec=("conntrack", "tuple-attrs")),
        Facts(attributes=CTA_IP, policy="cta_ip_nla_policy", spec=("conntrack", "tuple-ip-attrs")),
        Facts(
            attributes=CTA_PROTO,
            policy=("proto_nla_policy", "nf_ct_port_nla_policy", "icmp_nla_policy", "icmpv6_nla_policy"),
            spec=("conntrack", "tuple-proto-attrs"),
        ),
    )

    source: str | None = attr((CTA_TUPLE.IP, CTA_IP.V4_SRC), ip, ip6=CTA_IP.V6_SRC)
    destination: str | None = attr((CTA_TUPLE.IP, CTA_IP.V4_DST), ip, ip6=CTA_IP.V6_DST)
    protocol: TransportProtocol | None = attr((CTA_TUPLE.PROTO, CTA_PROTO.NUM), enum(TransportProtocol, u8))
    source_port: int | None = attr((CTA_TUPLE.PROTO, CTA_PROTO.SRC_PORT), be16)
    destination_port: int | None = attr((CTA_TUPLE.PROTO, CTA_PROTO.DST_PORT), be16)
    icmp_type: int | None = attr((CTA_TUPLE.PROTO, CTA_PROTO.ICMP_TYPE), u8, rare=True)
    icmp_code: int | None = attr((CTA_TUPLE.PROTO, CTA_PROTO.ICMP_CODE), u8, rare=True)
    icmp_id: int | None = attr((CTA_TUPLE.PROTO, CTA_PROTO.ICMP_ID), be16, rare=True)
    icmpv6_type: int | None = attr((CTA_TUPLE.PROTO, CTA_PROTO.ICMPV6_TYPE), u8, rare=True)
    icmpv6_code: int | None = attr((CTA_TUPLE.PROTO, CTA_PROTO.ICMPV6_CODE), u8, rare=True)
    icmpv6_id: int | None = attr((CTA_TUPLE.PROTO, CTA_PROTO.ICMPV6_ID), be16, rare=True)
    zone: int | None = attr(CTA_TUPLE.ZONE, be16, rare=True)

    def reversed(self) -> Tuple:
        """What answers carry: the two ends swapped, and ICMP's type that answers this one."""
        return replace_fields(
            self,
            source=self.destination,
            destination=self.source,
            source_port=self.destination_port,
            destination_port=self.source_port,
            icmp_type=None if self.icmp_type is None else _ICMP_ANSWERS.get(self.icmp_type, self.icmp_type),
            icmpv6_type=None if self.icmpv6_type is None else _ICMPV6_ANSWERS.get(self.icmpv6_type, self.icmpv6_type),
            zone=None,
        )


def _both_ways(pairs: dict[int, int]) -> dict[int, int]:
    return pairs | {answer: request for request, answer in pairs.items()}


# Types that connection tracking takes for requests and their answers (net/netfilter/nf_conntrack_proto_icmp*.c).
_ICMP_ANSWERS = _both_ways({8: 0, 13: 14, 15: 16, 17: 18})  # echo, timestamp, information, address mask
_ICMPV6_ANSWERS = _both_ways({128: 129, 139: 140})  # echo, node information


def family_of(each: Tuple, path: str) -> NetfilterFamily:
    """The family of a tuple's addresses. Raises EncodeError for one that has none."""
    address = each.source or each.destination
    if address is None:
        raise EncodeError("set the addresses", f"{path}.source")
    return NetfilterFamily.IPV6 if ":" in str(address) else NetfilterFamily.IPV4
