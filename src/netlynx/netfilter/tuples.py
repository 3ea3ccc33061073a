"""What tells a connection from others: addresses, protocol, and ports or ICMP's numbers, in one direction.

Source: linux/netfilter/nfnetlink_conntrack.h, net/netfilter/nf_conntrack_netlink.c.
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.errors import EncodeError
from netlynx.netfilter.constants import NetfilterFamily, TransportProtocol
from netlynx.schema import Constants, Record, attr, be16, enum, fields_of, ip, replace_fields, takes, u8
from netlynx.schema.arguments import member_of, number_of
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

    source: takes.Ip[str | None] = attr((CTA_TUPLE.IP, CTA_IP.V4_SRC), ip, ip6=CTA_IP.V6_SRC)
    destination: takes.Ip[str | None] = attr((CTA_TUPLE.IP, CTA_IP.V4_DST), ip, ip6=CTA_IP.V6_DST)
    protocol: takes.Member[TransportProtocol | None] = attr(
        (CTA_TUPLE.PROTO, CTA_PROTO.NUM), enum(TransportProtocol, u8)
    )
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


PORTS = ("source_port", "destination_port")
_NUMBERS: dict[int, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            TransportProtocol.TCP,
            TransportProtocol.UDP,
            TransportProtocol.DCCP,
            TransportProtocol.GRE,
            TransportProtocol.SCTP,
            TransportProtocol.UDPLITE,
        ),
        PORTS,
    ),
    TransportProtocol.ICMP: ("icmp_type", "icmp_code", "icmp_id"),
    TransportProtocol.ICMPV6: ("icmpv6_type", "icmpv6_code", "icmpv6_id"),
}
"""What connections of a protocol are told apart by; the kernel knows others by their addresses alone."""

_ALL_NUMBERS = tuple(dict.fromkeys(name for names in _NUMBERS.values() for name in names))
_TRACKED = {"icmp_type": _ICMP_ANSWERS, "icmpv6_type": _ICMPV6_ANSWERS}


def set_fields(each: Tuple) -> dict[str, Any]:
    """The fields of a tuple that are set."""
    return {name: value for name, value in fields_of(each).items() if value is not None and name != "unknown"}


def family_of(each: Tuple, path: str) -> NetfilterFamily:
    """The family of a tuple's addresses. Raises EncodeError for one that has none, or of both families."""
    families = {
        name: _family(value) for name in ("source", "destination") if (value := getattr(each, name)) is not None
    }
    if not families:
        raise EncodeError("set the addresses", f"{path}.source")
    if len(set(families.values())) > 1:
        raise EncodeError("source and destination are of two families", f"{path}.destination")
    return next(iter(families.values()))


def protocol_of(each: Tuple, path: str) -> int | None:
    """The number of a tuple's protocol. Raises EncodeError for a name that no protocol has."""
    return None if each.protocol is None else number_of(TransportProtocol, each.protocol, f"{path}.protocol")


def tracked_family(family: NetfilterFamily | str | int | None, path: str) -> NetfilterFamily | None:
    """The family to filter by; None where all are wanted. Raises EncodeError for one of which nothing is tracked."""
    if family is None:
        return None
    wanted = member_of(NetfilterFamily, family, path)
    if wanted not in (NetfilterFamily.UNSPEC, NetfilterFamily.IPV4, NetfilterFamily.IPV6):
        raise EncodeError(f"connections are tracked of ipv4 and of ipv6, none of {wanted.label}", path)
    return wanted or None


def check_fields(each: Tuple, path: str) -> None:
    """Raises EncodeError for what no connection has: numbers of another protocol, a type that nothing answers."""
    protocol = protocol_of(each, path)
    if each.source is not None or each.destination is not None:
        family_of(each, path)
    for name in _ALL_NUMBERS:
        value = getattr(each, name)
        if value is None:
            continue
        if protocol is not None and name not in _NUMBERS.get(protocol, ()):
            raise EncodeError(f"connections of {_spoken(protocol)} have no {name}", f"{path}.{name}")
        if name in _TRACKED and value not in _TRACKED[name]:
            raise EncodeError(
                f"no connection has type {value}: tracked are {', '.join(map(str, sorted(_TRACKED[name])))}",
                f"{path}.{name}",
            )


def whole_family(each: Tuple, path: str, family: object = 0, said: str = "") -> NetfilterFamily:
    """The family of a tuple that says all that the kernel looks a connection up by.

    `family` is the one that the record says besides, 0 for none, and `said` where. Raises EncodeError with the field
    that is missing or wrong: to the kernel, all of them would be EINVAL.
    """
    for name in ("source", "destination"):
        if getattr(each, name) is None:
            raise EncodeError("set the addresses" if name == "source" else "set the destination too", f"{path}.{name}")
    found = family_of(each, path)
    if family and (member_of(NetfilterFamily, family, said) or found) != found:
        raise EncodeError(f"{path} has addresses of {found.label}", said or f"{path}.source")
    if each.protocol is None:
        raise EncodeError('set the protocol: "tcp", "udp", "icmp" … or a number', f"{path}.protocol")
    check_fields(each, path)
    protocol = protocol_of(each, path) or 0
    for name in _NUMBERS.get(protocol, ()):
        if getattr(each, name) is None:
            raise EncodeError(f"connections of {_spoken(protocol)} are told apart by it: set it", f"{path}.{name}")
    return found


def _family(address: object) -> NetfilterFamily:
    return NetfilterFamily.IPV6 if ":" in str(address) else NetfilterFamily.IPV4


def _spoken(protocol: int) -> str:
    known = protocol in TransportProtocol.__members__.values()
    return TransportProtocol(protocol).name if known else f"protocol {protocol}"
