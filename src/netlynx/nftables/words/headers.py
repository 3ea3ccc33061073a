"""The fields of packets' headers: where they stand, and what they hold. One line a field, for writing and for reading.

Source: linux/if_ether.h, ip.h, ipv6.h, tcp.h … (RFC 791, 8200, 9293 …); the names are nft's (nft(8) "Payload
expressions").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .types import TYPES, Datatype

Base = Literal["ll", "nh", "th"]
BASES: dict[Base, int] = {"ll": 0, "nh": 1, "th": 2}  # NFT_PAYLOAD_*


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field stands: bits from the start of its base, its size in bits, and its datatype.

    `types` are the types of an ICMP message that has the field.
    """

    name: str
    offset: int
    bits: int
    type: Datatype
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """A header: its base, its fields by name, and what tells that a packet has it.

    `protocol` is its number in what comes before (the protocol of a transport header, the EtherType of a network one,
    nothing for the link's own), `checksum` the offset of its checksum in bytes (of kind `sum_kind`), and `summed` the
    fields that the transport's checksum covers too.
    """

    name: str
    base: Base
    fields: dict[str, Place]
    protocol: int | None = None
    network: str = ""  # the one network protocol that may carry it
    checksum: int | None = None
    sum_kind: int = 1  # NFT_PAYLOAD_CSUM_INET
    summed: tuple[str, ...] = ()


def _fields(*lines: str) -> dict[str, Place]:
    """Lines of ``name bits datatype [ICMP types]``, one after the other; ``+bits`` is a hole, ``@bits`` goes back."""
    made: dict[str, Place] = {}
    offset = 0
    for line in lines:
        if line[0] in "+@":
            offset = int(line[1:]) + (offset if line[0] == "+" else 0)
            continue
        name, bits, type_name, *types = line.split("|")
        made[name] = Place(name, offset, int(bits), TYPES[type_name], tuple(types))
        offset += int(bits)
    return made


_PORTS = ("sport|16|inet_service", "dport|16|inet_service")
_ECHO = "|echo-request|echo-reply"

_EVERY = (
    Header("ether", "ll", _fields("daddr|48|ether_addr", "saddr|48|ether_addr", "type|16|ether_type")),
    Header(
        "vlan",
        "ll",
        _fields("@112", "pcp|3|integer", "dei|1|integer", "id|12|integer", "type|16|ether_type"),
        protocol=0x8100,
    ),
    Header(
        "arp",
        "nh",
        _fields(
            "htype|16|integer",
            "ptype|16|ether_type",
            "hlen|8|integer",
            "plen|8|integer",
            "operation|16|arp_op",
            "saddr ether|48|ether_addr",
            "saddr ip|32|ipv4_addr",
            "daddr ether|48|ether_addr",
            "daddr ip|32|ipv4_addr",
        ),
        protocol=0x0806,
    ),
    Header(
        "ip",
        "nh",
        _fields(
            "version|4|integer",
            "hdrlength|4|integer",
            "dscp|6|dscp",
            "ecn|2|ecn",
            "length|16|integer",
            "id|16|integer",
            "frag-off|16|integer",
            "ttl|8|integer",
            "protocol|8|inet_proto",
            "checksum|16|integer",
            "saddr|32|ipv4_addr",
            "daddr|32|ipv4_addr",
        ),
        protocol=0x0800,
        checksum=10,
        summed=("saddr", "daddr"),
    ),
    Header(
        "ip6",
        "nh",
        _fields(
            "version|4|integer",
            "dscp|6|dscp",
            "ecn|2|ecn",
            "flowlabel|20|integer",
            "length|16|integer",
            "nexthdr|8|inet_proto",
            "hoplimit|8|integer",
            "saddr|128|ipv6_addr",
            "daddr|128|ipv6_addr",
        ),
        protocol=0x86DD,
        summed=("saddr", "daddr"),
    ),
    Header(
        "icmp",
        "th",
        _fields(
            "type|8|icmp_type",
            "code|8|icmp_code",
            "checksum|16|integer",
            "id|16|integer" + _ECHO,
            "sequence|16|integer" + _ECHO,
            "@32",
            "gateway|32|integer|redirect",
            "@48",
            "mtu|16|integer|destination-unreachable",
        ),
        protocol=1,
        network="ip",
        checksum=2,
    ),
    Header(
        "igmp",
        "th",
        _fields("type|8|igmp_type", "mrt|8|integer", "checksum|16|integer", "group|32|integer"),
        protocol=2,
        network="ip",
        checksum=2,
    ),
    Header(
        "icmpv6",
        "th",
        _fields(
            "type|8|icmpv6_type",
            "code|8|icmpv6_code",
            "checksum|16|integer",
            "parameter-problem|32|integer|parameter-problem",
            "@32",
            "mtu|32|integer|packet-too-big",
            "@32",
            "id|16|integer|echo-request|echo-reply",
            "sequence|16|integer|echo-request|echo-reply",
            "@32",
            "max-delay|16|integer|mld-listener-query",
        ),
        protocol=58,
        network="ip6",
        checksum=2,
    ),
    Header("udp", "th", _fields(*_PORTS, "length|16|integer", "checksum|16|integer"), protocol=17, checksum=6),
    Header("udplite", "th", _fields(*_PORTS, "csumcov|16|integer", "checksum|16|integer"), protocol=136, checksum=6),
    Header(
        "tcp",
        "th",
        _fields(
            *_PORTS,
            "sequence|32|integer",
            "ackseq|32|integer",
            "doff|4|integer",
            "reserved|4|integer",
            "flags|8|tcp_flag",
            "window|16|integer",
            "checksum|16|integer",
            "urgptr|16|integer",
        ),
        protocol=6,
        checksum=16,
    ),
    Header("dccp", "th", _fields(*_PORTS, "+35", "type|4|dccp_pkttype"), protocol=33, checksum=6),
    Header(
        "sctp",
        "th",
        _fields(*_PORTS, "vtag|32|integer", "checksum|32|integer"),
        protocol=132,
        checksum=8,
        sum_kind=2,  # NFT_PAYLOAD_CSUM_SCTP
    ),
    Header("esp", "th", _fields("spi|32|integer", "sequence|32|integer"), protocol=50),
    Header(
        "ah",
        "th",
        _fields(
            "nexthdr|8|inet_proto",
            "hdrlength|8|integer",
            "reserved|16|integer",
            "spi|32|integer",
            "sequence|32|integer",
        ),
        protocol=51,
    ),
    Header("comp", "th", _fields("nexthdr|8|inet_proto", "flags|8|bitmask", "cpi|16|integer"), protocol=108),
    Header("th", "th", _fields(*_PORTS)),
)
HEADERS = {each.name: each for each in _EVERY}

TRANSPORTS = {each.protocol: each for each in _EVERY if each.base == "th" and each.protocol is not None}
NETWORKS = {each.protocol: each for each in _EVERY if each.base == "nh"}
