"""The header before each datagram of a capture, and what it says. All of it is in network byte order.

| bytes | LINKTYPE_NETLINK and LINKTYPE_LINUX_SLL | LINKTYPE_LINUX_SLL2 |
|---|---|---|
| 0 | packet type | protocol |
| 2 | ARPHRD_NETLINK | 0 |
| 4 | address, unused | index of the device |
| 8 | | ARPHRD_NETLINK, packet type, length of the address |
| 14 | protocol | |

The packet type is PACKET_USER for what goes to a program and PACKET_KERNEL for what goes to the kernel, as the kernel
has it (`__netlink_deliver_tap_skb`). But who reads an nlmon device finds PACKET_OUTGOING in its place
(`dev_queue_xmit_nit`): captures of those say no direction.
"""

from __future__ import annotations

import struct
from typing import Literal

import msgspec

Direction = Literal["sent", "received"]
"""Which way a datagram went, as a program sees it: to the kernel, or from there."""

NETLINK = 253  # LINKTYPE_NETLINK
SLL = 113  # LINKTYPE_LINUX_SLL: of `tcpdump -i any`
SLL2 = 276  # LINKTYPE_LINUX_SLL2

ARPHRD_NETLINK = 824  # linux/if_arp.h
OUTGOING = 4  # PACKET_* of linux/if_packet.h
USER = 6
KERNEL = 7

SIZE = 16
SIZE2 = 20
_HEADER = struct.Struct(">HH10xH")
_HEADER2 = struct.Struct(">H6xHBx8x")
_DIRECTIONS: dict[int, Direction] = {USER: "received", KERNEL: "sent"}
_TYPES: dict[Direction | None, int] = {None: OUTGOING, "received": USER, "sent": KERNEL}


class Datagram(msgspec.Struct, frozen=True, gc=False):
    """One datagram of a capture.

    `time` is when it was recorded, in nanoseconds since 1970, `protocol` its netlink protocol, `data` its bytes, one
    message behind the other. `direction` is which way it went, None where that is not recorded. `length` is how many
    bytes it had; `data` has fewer where the recorder cut it. `offset` is where in the file its bytes begin.
    """

    time: int
    protocol: int
    data: bytes
    direction: Direction | None = None
    length: int = 0
    offset: int = 0


def header(protocol: int, direction: Direction | None) -> bytes:
    """The header of a datagram."""
    return _HEADER.pack(_TYPES[direction], ARPHRD_NETLINK, protocol)


def opened(link: int, held: bytes, start: int, end: int, length: int, time: int, offset: int) -> Datagram | None:
    """The datagram of a packet of one of these link types: see `netlynx.capture.files`. None for none of netlink's."""
    size = SIZE2 if link == SLL2 else SIZE
    if end - start < size:
        return None
    if link == SLL2:
        protocol, hardware, kind = _HEADER2.unpack_from(held, start)
    else:
        kind, hardware, protocol = _HEADER.unpack_from(held, start)
    if hardware != ARPHRD_NETLINK:
        return None
    return Datagram(
        time, protocol, held[start + size : end], _DIRECTIONS.get(kind), max(length - size, 0), offset + size
    )
