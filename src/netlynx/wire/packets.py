"""Packets in words: who sends to whom, by which protocol and ports; of what is handed over with a payload.

    >>> str(Packet.read(bytes.fromhex("4500001c000040004011" "0000c0000201c0000202" "00070009" "00080000")))
    'udp 192.0.2.1:7 > 192.0.2.2:9'

Source: linux/if_ether.h, linux/in.h, RFC 791, RFC 8200, RFC 826, IEEE 802.1Q.
"""

from __future__ import annotations

import socket
from typing import Any, Self  # Any: fields of several types

import msgspec

_ETHERNET, _TAG = 14, 4  # bytes of a frame's header, and of a tag of a VLAN
_IP4, _ARP, _IP6 = 0x0800, 0x0806, 0x86DD
_TAGS = (0x8100, 0x88A8)
_LEAST = {4: 20, 6: 40}  # bytes of a header
_AHEAD = {0, 43, 60}  # IPv6: options, routes; each with its length in units of 8 bytes, less one
_FRAGMENT = 44
_PORTS = (6, 17, 33, 132, 136)  # TCP, UDP, DCCP, SCTP, UDP-Lite
_ARP_WORDS = {1: "who-has {target} tell {source}", 2: "{source} is-at {hardware}"}

PROTOCOLS = {
    1: "icmp",
    2: "igmp",
    4: "ipip",
    6: "tcp",
    17: "udp",
    33: "dccp",
    41: "ipv6",
    47: "gre",
    50: "esp",
    51: "ah",
    58: "icmpv6",
    89: "ospf",
    103: "pim",
    112: "vrrp",
    115: "l2tp",
    132: "sctp",
    136: "udplite",
}
"""What IP packets carry, by its number."""

ETHER_TYPES = {
    _IP4: "ip",
    _ARP: "arp",
    0x8035: "rarp",
    0x8100: "802.1Q",
    _IP6: "ipv6",
    0x8847: "mpls_uc",
    0x8864: "ppp_ses",
    0x888E: "pae",
    0x88A8: "802.1ad",
    0x88CC: "lldp",
    0x88E5: "macsec",
    0x88F7: "ptp",
}
"""What frames carry, by the number."""


class Packet(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a packet's headers say; None for what is not there, or was cut off.

    `ether_type` is of Ethernet, with or without a frame around it. Of ARP `source` and `destination` are the addresses
    that it speaks of, `operation` is what it does. A fragment that is not the first has no ports.
    """

    ether_type: int | None = None
    hardware_source: str | None = None
    hardware_destination: str | None = None
    vlans: tuple[int, ...] = ()
    source: str | None = None
    destination: str | None = None
    protocol: int | None = None
    source_port: int | None = None
    destination_port: int | None = None
    operation: int | None = None

    @classmethod
    def read(cls, data: bytes, ether_type: int | None = None) -> Self:
        """What a packet says that begins with its IP header, or with Ethernet's.

        `ether_type` is what the kernel took it for, if it is known: where the bytes 12 and 13 say the same, a frame is
        around it.
        """
        if ether_type is None:
            return cls(**_internet(data))
        if _number(data, 12) != ether_type:
            return cls(ether_type=ether_type, **_inner(data, ether_type))
        vlans, at, kind = [], _ETHERNET, ether_type
        while kind in _TAGS and len(data) >= at + _TAG:
            vlans.append(_number(data, at) & 0xFFF)
            kind, at = _number(data, at + 2), at + _TAG
        return cls(
            ether_type=kind,
            hardware_destination=_hardware(data[:6]),
            hardware_source=_hardware(data[6:12]),
            vlans=tuple(vlans),
            **_inner(data[at:], kind),
        )

    def __str__(self) -> str:
        """``tcp 192.0.2.1:7 > 192.0.2.2:9``; of no known protocol what there is, of nothing ``""``."""
        tag = "".join(f"vlan {each} " for each in self.vlans)
        if self.operation is not None:
            said = _ARP_WORDS.get(self.operation, "operation {operation} {source} > {target}")
            words = said.format(
                source=self.source,
                target=self.destination,
                hardware=self.hardware_source or "?",
                operation=self.operation,
            )
            return f"{tag}arp {words}"
        if self.source is not None:
            name = PROTOCOLS.get(self.protocol or 0, f"protocol {self.protocol}")
            ends = (_end(self.source, self.source_port), _end(self.destination, self.destination_port))
            return f"{tag}{name} {ends[0]} > {ends[1]}"
        if self.ether_type is None:
            return ""
        name = ETHER_TYPES.get(self.ether_type, f"ethertype {self.ether_type:#06x}")
        between = f" {self.hardware_source} > {self.hardware_destination}" if self.hardware_source else ""
        return f"{tag}{name}{between}"


def _number(data: bytes, at: int) -> int:
    """Two bytes in network order, -1 where they were cut off."""
    return int.from_bytes(data[at : at + 2], "big") if len(data) >= at + 2 else -1


def _hardware(data: bytes) -> str:
    return data.hex(":")


def _end(address: str | None, port: int | None) -> str:
    if port is None:
        return str(address)
    return f"[{address}]:{port}" if ":" in str(address) else f"{address}:{port}"


def _inner(data: bytes, ether_type: int) -> dict[str, Any]:
    if ether_type in (_IP4, _IP6):
        return _internet(data)
    if ether_type == _ARP and len(data) >= 28 and data[:6] == b"\0\1\x08\0\6\4":  # of IPv4 over Ethernet
        ends = {"source": data[14:18], "destination": data[24:28]}
        return {
            "operation": _number(data, 6),
            **{name: socket.inet_ntop(socket.AF_INET, each) for name, each in ends.items()},
        }
    return {}


def _internet(data: bytes) -> dict[str, Any]:
    version = data[0] >> 4 if data else 0
    if len(data) < _LEAST.get(version, len(data) + 1):
        return {}
    if version == 4:
        family, ends = socket.AF_INET, (data[12:16], data[16:20])
        protocol, start, first = data[9], (data[0] & 15) * 4, not _number(data, 6) & 0x1FFF
    else:
        family, ends = socket.AF_INET6, (data[8:24], data[24:40])
        protocol, start, first = _behind(data)
    source, destination = (socket.inet_ntop(family, end) for end in ends)
    found: dict[str, Any] = {"source": source, "destination": destination, "protocol": protocol}
    if protocol in _PORTS and first and len(data) >= start + 4:
        found |= {"source_port": _number(data, start), "destination_port": _number(data, start + 2)}
    return found


def _behind(data: bytes) -> tuple[int, int, bool]:
    """Of IPv6: what is behind the headers of extensions, where that begins, whether it is a first fragment."""
    protocol, start, first = data[6], 40, True
    while (protocol in _AHEAD or protocol == _FRAGMENT) and len(data) >= start + 8:
        if protocol == _FRAGMENT:
            first = first and not _number(data, start + 2) & 0xFFF8
            protocol, start = data[start], start + 8
        else:
            protocol, start = data[start], start + 8 * (data[start + 1] + 1)
    return protocol, start, first
