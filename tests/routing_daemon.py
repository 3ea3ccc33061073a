"""A daemon that routes multicast, as far as the kernel sees of it: a socket, interfaces by number, entries."""

from __future__ import annotations

import socket
import struct

from netlynx import netns

# linux/mroute.h, linux/mroute6.h: the numbers of IPv6 are the same.
MRT_INIT, MRT_ADD_VIF, MRT_ADD_MFC, MRT_DEL_MFC, MRT_TABLE = 200, 202, 204, 205, 209
VIFF_USE_IFINDEX = 8
IPV4, IPV6 = socket.IPPROTO_IP, socket.IPPROTO_IPV6


class Daemon:
    """A routing daemon's socket: interfaces by number, and entries from the first of them to the second."""

    def __init__(self, namespace: netns.NetworkNamespace, version: int, table: int | None = None) -> None:
        self.level = IPV4 if version == 4 else IPV6
        kind = (socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_IGMP)
        if version == 6:
            kind = (socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
        self.socket: socket.socket = netns.run_in(namespace, socket.socket, *kind)
        if table is not None:
            self._set(MRT_TABLE, struct.pack("=I", table))
        self._set(MRT_INIT, struct.pack("=i", 1))

    def _set(self, option: int, value: bytes) -> None:
        self.socket.setsockopt(self.level, option, value)

    def interface(self, number: int, index: int) -> None:
        if self.level == IPV4:
            self._set(MRT_ADD_VIF, struct.pack("=HBBIi4s", number, VIFF_USE_IFINDEX, 1, 0, index, bytes(4)))
        else:
            self._set(MRT_ADD_VIF, struct.pack("=HBBHxxI", number, 0, 1, index, 0))

    def entry(self, source: str, group: str, *, option: int = MRT_ADD_MFC, ttl: int = 1) -> None:
        if self.level == IPV4:
            ends = socket.inet_aton(source) + socket.inet_aton(group)
            self._set(option, ends + struct.pack("=H32s2xIIIi", 0, bytes([0, ttl]), 0, 0, 0, 0))
            return
        ends = b"".join(
            struct.pack("=HHI16sI", socket.AF_INET6, 0, 0, socket.inet_pton(socket.AF_INET6, each), 0)
            for each in (source, group)
        )
        self._set(option, ends + struct.pack("=HH8I", 0, 0, 1 << 1, *[0] * 7))
