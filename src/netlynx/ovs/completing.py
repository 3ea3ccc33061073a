"""Headers that the kernel wants in a key that says the protocol of a packet. Source: match_validate, flow_netlink.c."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from netlynx.errors import EncodeError
from netlynx.ovs.key import Key
from netlynx.ovs.layouts import ArpKey, IcmpKey, Icmpv6Key, Ipv4Key, Ipv6Key, NeighbourKey, SctpKey, TcpKey, UdpKey
from netlynx.ovs.values import FragmentType
from netlynx.schema.record import replace_fields

_IPV4, _IPV6 = 0x0800, 0x86DD
_BY_TYPE: dict[int, dict[str, Any]] = {
    0x0806: {"arp": ArpKey()},
    0x8035: {"arp": ArpKey()},
    0x8847: {"mpls": (0,)},
    0x8848: {"mpls": (0,)},
    _IPV4: {"ipv4": Ipv4Key()},
    _IPV6: {"ipv6": Ipv6Key()},
}
_BY_PROTOCOL: dict[int, dict[str, Any]] = {
    6: {"tcp": TcpKey(), "tcp_flags": 0},
    17: {"udp": UdpKey()},
    132: {"sctp": SctpKey()},
}
_ICMP, _ICMPV6 = 1, 58
_DISCOVERY = (135, 136)  # neighbour solicitation and advertisement


def completed(key: Key, *, exact: bool = False) -> Key:
    """The key with the headers that it lacks, of which nothing counts.

    With `exact` all of a key counts: then what it lacks is refused, with an EncodeError.
    """
    if key.encap is not None:
        return replace_fields(key, encap=completed(key.encap, exact=exact))
    lacking = {name: empty for name, empty in _wanted(key) if getattr(key, name) is None}
    if lacking and exact:
        words = ", ".join(lacking)
        raise EncodeError(
            f"all of the key counts, and packets of this protocol have {words}: say that, or give a match"
        )
    return replace_fields(key, **lacking) if lacking else key


def _wanted(key: Key) -> Iterator[tuple[str, Any]]:
    """The fields that a key with these has, and what says nothing in them."""
    yield from _BY_TYPE.get(key.eth_type or 0, {}).items()
    header: Ipv4Key | Ipv6Key | None = {_IPV4: key.ipv4, _IPV6: key.ipv6}.get(key.eth_type or 0)
    if header is None or header.frag == FragmentType.LATER:
        return
    yield from _BY_PROTOCOL.get(header.proto, {}).items()
    if key.eth_type == _IPV4 and header.proto == _ICMP:
        yield "icmp", IcmpKey()
    if key.eth_type == _IPV6 and header.proto == _ICMPV6:
        yield "icmpv6", Icmpv6Key()
        if key.icmpv6 is not None and key.icmpv6.type in _DISCOVERY:
            yield "nd", NeighbourKey()
