"""Ethernet frames that tests put on a wire as if another host had sent them."""

from __future__ import annotations

import socket
import struct

from netlynx import netns

ALL_NODES = "ff02::1"
ROUTER = "fe80::99"


class Wire:
    """One end of a veth pair in a namespace: what is sent here comes in at the other one."""

    def __init__(self, namespace: netns.NetworkNamespace, name: str) -> None:
        self._socket: socket.socket = netns.run_in(namespace, socket.socket, socket.AF_PACKET, socket.SOCK_RAW, 0)
        netns.run_in(namespace, self._socket.bind, (name, 0))

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, frame: bytes) -> None:
        self._socket.send(frame)


def _ethernet(group: bytes, protocol: int, packet: bytes) -> bytes:
    return group + bytes.fromhex("020000000099") + protocol.to_bytes(2, "big") + packet


def _checksum(data: bytes) -> int:
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def udp4(source: str, group: str, payload: bytes = b"hello", ttl: int = 5) -> bytes:
    """A datagram to a group of IPv4."""
    ends = socket.inet_aton(source) + socket.inet_aton(group)
    udp = struct.pack(">HHHH", 9, 9, 8 + len(payload), 0) + payload
    header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, ttl, 17, 0) + ends
    header = header[:10] + _checksum(header).to_bytes(2, "big") + header[12:]
    return _ethernet(b"\x01\x00\x5e" + bytes([ends[5] & 0x7F, *ends[6:8]]), 0x0800, header + udp)


def _ipv6(source: str, group: str, protocol: int, payload: bytes, at: int, limit: int) -> bytes:
    """A packet to a group of IPv6; its checksum stands at that place of the payload."""
    ends = socket.inet_pton(socket.AF_INET6, source) + socket.inet_pton(socket.AF_INET6, group)
    told = _checksum(ends + struct.pack(">IHBB", len(payload), 0, 0, protocol) + payload)
    payload = payload[:at] + told.to_bytes(2, "big") + payload[at + 2 :]
    header = struct.pack(">IHBB", 0x60000000, len(payload), protocol, limit) + ends
    return _ethernet(b"\x33\x33" + ends[28:32], 0x86DD, header + payload)


def udp6(source: str, group: str, payload: bytes = b"hello", ttl: int = 5) -> bytes:
    """A datagram to a group of IPv6."""
    return _ipv6(source, group, 17, struct.pack(">HHHH", 9, 9, 8 + len(payload), 0) + payload, 6, ttl)


def router_advertisement(*options: bytes) -> bytes:
    """What a router says to all on the link (RFC 4861, 4.2), of which no default route is made."""
    said = struct.pack(">BBHBBHII", 134, 0, 0, 64, 0, 0, 0, 0) + b"".join(options)
    return _ipv6(ROUTER, ALL_NODES, 58, said, 2, 255)


def mpls(label: int, to: str, ttl: int = 64) -> bytes:
    """A packet with one label to a hardware address; what it holds is of no consequence."""
    return _ethernet(
        bytes.fromhex(to.replace(":", "")), 0x8847, (label << 12 | 1 << 8 | ttl).to_bytes(4, "big") + bytes(20)
    )


def option(number: int, data: bytes) -> bytes:
    """As RFC 4861 has them: number, length in eights of bytes, what it says."""
    size = (len(data) + 2 + 7) // 8
    return bytes([number, size]) + data.ljust(size * 8 - 2, b"\0")


PREFIX = option(3, struct.pack(">BBIII", 64, 0xC0, 3600, 600, 0) + socket.inet_pton(socket.AF_INET6, "2001:db8:1::"))
