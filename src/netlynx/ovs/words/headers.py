"""The headers that words say part by part, and the numbers that they say whole: tables for reading and writing."""

from __future__ import annotations

from typing import Any, NamedTuple

from netlynx.ovs.layouts import (
    ArpKey,
    CtTuple4Key,
    CtTuple6Key,
    EthernetKey,
    IcmpKey,
    Icmpv6Key,
    Ipv4Key,
    Ipv6HeadersKey,
    Ipv6Key,
    NeighbourKey,
    SctpKey,
    TcpKey,
    UdpKey,
)
from netlynx.ovs.words.numbers import (
    CT_LABEL,
    ETHER_TYPE,
    FLOW_LABEL,
    FRAGMENT,
    IP4,
    IP6,
    MAC,
    U8,
    U16,
    U32,
    X8,
    X16,
    X32,
    Way,
)
from netlynx.ovs.words.scanning import members_of


class Header(NamedTuple):
    """A header: its field in keys, its layout, and how each member is written."""

    field: str
    layout: Any  # a class of layouts
    members: dict[str, Way]


_PORTS: dict[str, Way] = {"src": U16, "dst": U16}
_TYPE: dict[str, Way] = {"type": U8, "code": U8}
HEADERS: dict[str, Header] = {
    "eth": Header("ethernet", EthernetKey, {"src": MAC, "dst": MAC}),
    "ipv4": Header("ipv4", Ipv4Key, {"src": IP4, "dst": IP4, "proto": U8, "tos": X8, "ttl": U8, "frag": FRAGMENT}),
    "ipv6": Header(
        "ipv6",
        Ipv6Key,
        {"src": IP6, "dst": IP6, "label": FLOW_LABEL, "proto": U8, "tclass": X8, "hlimit": U8, "frag": FRAGMENT},
    ),
    "tcp": Header("tcp", TcpKey, _PORTS),
    "udp": Header("udp", UdpKey, _PORTS),
    "sctp": Header("sctp", SctpKey, _PORTS),
    "icmp": Header("icmp", IcmpKey, _TYPE),
    "icmpv6": Header("icmpv6", Icmpv6Key, _TYPE),
    "arp": Header("arp", ArpKey, {"sip": IP4, "tip": IP4, "op": U16, "sha": MAC, "tha": MAC}),
    "nd": Header("nd", NeighbourKey, {"target": IP6, "sll": MAC, "tll": MAC}),
    "ct_tuple4": Header("ct_tuple4", CtTuple4Key, {"src": IP4, "dst": IP4, "proto": U8, "tp_src": U16, "tp_dst": U16}),
    "ct_tuple6": Header("ct_tuple6", CtTuple6Key, {"src": IP6, "dst": IP6, "proto": U8, "tp_src": U16, "tp_dst": U16}),
    "ipv6_exthdrs": Header("ipv6_exthdrs", Ipv6HeadersKey, {"hdrs": X16}),
}
NUMBERS: dict[str, tuple[str, Way]] = {
    "recirc_id": ("recirc_id", X32),
    "dp_hash": ("dp_hash", X32),
    "skb_priority": ("priority", X32),
    "in_port": ("in_port", U32),
    "skb_mark": ("mark", X32),
    "ct_zone": ("ct_zone", X16),
    "ct_mark": ("ct_mark", X32),
    "ct_label": ("ct_label", CT_LABEL),
    "eth_type": ("eth_type", ETHER_TYPE),
}


def is_nothing(header: Header, mask: Any) -> bool:
    """Whether no bit of a header counts."""
    return all(way.is_nothing(getattr(mask, name)) for name, way in header.members.items())


def header_words(name: str, key: Any, mask: Any) -> str:
    """A header with those members of which anything counts; without a mask all do."""
    said = [
        f"{member}={way.text(getattr(key, member), None if mask is None else getattr(mask, member))}"
        for member, way in HEADERS[name].members.items()
        if mask is None or not way.is_nothing(getattr(mask, member))
    ]
    return f"{name}({','.join(said)})"


def header_of(name: str, inner: str) -> tuple[Any, Any]:
    """The key and the mask of a header's members. Raises EncodeError."""
    header = HEADERS[name]
    key, mask = {}, {}
    for member, text in members_of(inner, tuple(header.members), name).items():
        key[member], mask[member] = header.members[member].both(text)
    return header.layout(**key), header.layout(**mask)
