"""Captures as other programs write them, byte by byte, for tests of the reader."""

from __future__ import annotations

import struct
from collections.abc import Iterable

SECOND = 10**9


def cooked(protocol: int, data: bytes, kind: int = 4) -> bytes:
    """A packet of LINKTYPE_NETLINK."""
    return struct.pack(">HH10xH", kind, 824, protocol) + data


def cooked2(protocol: int, data: bytes, kind: int = 4) -> bytes:
    """A packet of LINKTYPE_LINUX_SLL2 that is one of netlink's."""
    return struct.pack(">HHIHBB8x", protocol, 0, 3, 824, kind, 0) + data


def pcap(
    packets: Iterable[tuple[int, bytes]], *, order: str = "<", nanoseconds: bool = False, link: int = 253
) -> bytes:
    """A file of pcap: packets with their times in nanoseconds."""
    unit = 1 if nanoseconds else 1000
    file = struct.pack(f"{order}IHHiIII", 0xA1B23C4D if nanoseconds else 0xA1B2C3D4, 2, 4, 0, 0, 65535, link)
    for time, packet in packets:
        seconds, rest = divmod(time, SECOND)
        file += struct.pack(f"{order}IIII", seconds, rest // unit, len(packet), len(packet)) + packet
    return file


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    """A block of pcapng."""
    body += bytes(-len(body) % 4)
    size = struct.pack(f"{order}I", len(body) + 12)
    return struct.pack(f"{order}I", kind) + size + body + size


def section(order: str = "<") -> bytes:
    """The header of a section."""
    return block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def option(code: int, value: bytes, order: str = "<") -> bytes:
    """An option of a block."""
    return struct.pack(f"{order}HH", code, len(value)) + value + bytes(-len(value) % 4)


def interface(*options: bytes, link: int = 253, most: int = 0, order: str = "<") -> bytes:
    """A block that describes an interface."""
    return block(1, struct.pack(f"{order}HHI", link, 0, most) + b"".join(options), order)


def enhanced(packet: bytes, units: int, *, number: int = 0, order: str = "<", length: int | None = None) -> bytes:
    """A packet with its time, in units of its interface."""
    head = struct.pack(
        f"{order}IIIII", number, units >> 32, units & 0xFFFFFFFF, len(packet), len(packet) if length is None else length
    )
    return block(6, head + packet, order)


def simple(packet: bytes, *, order: str = "<") -> bytes:
    """A packet without a time."""
    return block(3, struct.pack(f"{order}I", len(packet)) + packet, order)
