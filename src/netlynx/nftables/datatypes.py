"""The types of nftables' keys and values, by the numbers that `nft` gives them.

The kernel keeps the number of a set's key type and makes nothing of it: it is there for who lists the set. A
concatenation has 6 bits for each of its types, the first in the highest. Source: nft's include/datatype.h; sizes and
byte orders are those of the sets that nft 1.0.6 makes.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

import msgspec

from netlynx.nftables import symbols
from netlynx.schema import Enumeration

BITS = 6
"""Of one type in the number of a concatenation."""

VERDICT = 0xFFFFFF00
"""What the kernel has for the type of a verdict map's data (NFT_DATA_VERDICT)."""

VERDICT_LENGTH = 0
"""What a request has for the length of a verdict: the kernel knows it."""


class Order(Enumeration):
    """The order of a value's bytes, by the numbers that a set's userdata has for it."""

    ANY = 0
    HOST = 1
    BIG = 2


class Form(Enum):
    """How a value is written in Python."""

    NUMBER = "a number"
    FLAGS = "a number, or names of bits"
    IPV4 = "an IPv4 address"
    IPV6 = "an IPv6 address"
    MAC = "a hardware address"
    TEXT = "text"
    BYTES = "bytes"


class Datatype(msgspec.Struct, frozen=True, eq=False):
    """One type: its number and name in nft, its size in bytes (0: as the set says), and how values are laid out."""

    number: int
    name: str
    size: int
    order: Order
    form: Form = Form.NUMBER
    names: Mapping[str, int] = MappingProxyType({})
    most: int = 0  # the largest number, where bits of the last byte are no part of it


def _table(*types: Datatype) -> Mapping[str, Datatype]:
    return MappingProxyType({each.name: each for each in types})


_ANY, _HOST, _BIG = Order.ANY, Order.HOST, Order.BIG

DATATYPES = _table(
    Datatype(0, "bytes", 0, _ANY, Form.BYTES),
    Datatype(2, "nf_proto", 1, _ANY, names=symbols.NF_PROTO),
    Datatype(3, "bitmask", 0, _HOST),
    Datatype(4, "integer", 0, _BIG),
    Datatype(5, "string", 0, _HOST, Form.TEXT),
    Datatype(6, "ll_addr", 0, _BIG, Form.MAC),
    Datatype(7, "ipv4_addr", 4, _BIG, Form.IPV4),
    Datatype(8, "ipv6_addr", 16, _BIG, Form.IPV6),
    Datatype(9, "ether_addr", 6, _BIG, Form.MAC),
    Datatype(10, "ether_type", 2, _BIG, names=symbols.ETHER_TYPE),
    Datatype(11, "arp_op", 2, _BIG, names=symbols.ARP_OP),
    Datatype(12, "inet_proto", 1, _ANY, names=symbols.INET_PROTO),
    Datatype(13, "inet_service", 2, _BIG),
    Datatype(14, "icmp_type", 1, _BIG, names=symbols.ICMP_TYPE),
    Datatype(15, "tcp_flag", 1, _BIG, Form.FLAGS, symbols.TCP_FLAG),
    Datatype(16, "dccp_pkttype", 1, _ANY, names=symbols.DCCP_PACKET_TYPE),
    Datatype(17, "mh_type", 1, _BIG, names=symbols.MH_TYPE),
    Datatype(18, "time", 4, _HOST),
    Datatype(19, "mark", 4, _HOST),
    Datatype(20, "iface_index", 4, _HOST),
    Datatype(21, "iface_type", 2, _HOST, names=symbols.IFACE_TYPE),
    Datatype(22, "realm", 4, _HOST),
    Datatype(23, "classid", 4, _HOST),
    Datatype(24, "uid", 4, _HOST),
    Datatype(25, "gid", 4, _HOST),
    Datatype(26, "ct_state", 4, _HOST, Form.FLAGS, symbols.CT_STATE),
    Datatype(27, "ct_dir", 1, _ANY, names=symbols.CT_DIRECTION),
    Datatype(28, "ct_status", 4, _HOST, Form.FLAGS, symbols.CT_STATUS),
    Datatype(29, "icmpv6_type", 1, _BIG, names=symbols.ICMPV6_TYPE),
    Datatype(30, "ct_label", 16, _HOST),
    Datatype(31, "pkt_type", 1, _HOST, names=symbols.PACKET_TYPE),
    Datatype(32, "icmp_code", 1, _BIG, names=symbols.ICMP_CODE),
    Datatype(33, "icmpv6_code", 1, _BIG, names=symbols.ICMPV6_CODE),
    Datatype(34, "icmpx_code", 1, _BIG, names=symbols.ICMPX_CODE),
    Datatype(35, "devgroup", 4, _HOST),
    Datatype(36, "dscp", 1, _BIG, names=symbols.DSCP, most=0x3F),
    Datatype(37, "ecn", 1, _BIG, names=symbols.ECN, most=0x03),
    Datatype(38, "fib_addrtype", 4, _HOST, names=symbols.FIB_ADDRESS_TYPE),
    Datatype(39, "boolean", 1, _ANY, names=symbols.BOOLEAN, most=1),
    Datatype(40, "ct_event", 4, _HOST),
    Datatype(41, "ifname", 16, _HOST, Form.TEXT),
    Datatype(42, "igmp_type", 1, _BIG, names=symbols.IGMP_TYPE),
    Datatype(43, "time_date", 8, _HOST),
    Datatype(44, "hour", 4, _HOST),
    Datatype(45, "day", 1, _HOST, names=symbols.DAY),
    Datatype(46, "cgroupsv2", 8, _HOST),
)
"""By name. Those of size 0 are of the size that their set says; ``bytes`` are those of types that nobody knows."""

BY_NUMBER: Mapping[int, Datatype] = MappingProxyType({each.number: each for each in DATATYPES.values()})
