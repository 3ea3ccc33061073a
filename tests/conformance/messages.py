"""Requests and answers as bytes: packed and unpacked by hand, so that no code under test stands between."""

from __future__ import annotations

import socket
import struct
from typing import Any, NamedTuple

# linux/rtnetlink.h
ADD_LINK, GET_LINK, SET_LINK = 16, 18, 19
ADD_ADDRESS, DELETE_ADDRESS, GET_ADDRESS = 20, 21, 22
GET_ROUTE, GET_NEIGHBOUR, GET_RULE, GET_NETCONF, GET_NEXTHOP = 26, 30, 34, 82, 106
ADD_NSID = 88

# linux/netlink.h
REQUEST, MULTI, ACK, ECHO, DUMP_INTR = 0x1, 0x2, 0x4, 0x8, 0x10
DUMP, REPLACE, EXCL, CREATE = 0x300, 0x100, 0x200, 0x400
CAPPED, ACK_TLVS = 0x100, 0x200
NOOP, ERROR, DONE, OVERRUN = 1, 2, 3, 4
MSG, OFFS, POLICY, MISS_TYPE, MISS_NEST = 1, 2, 4, 5, 6
SOL_NETLINK = 270
JOIN, LEAVE, PKTINFO, BROADCAST_ERROR, NO_ENOBUFS, LISTEN_ALL_NSID, MEMBERSHIPS = 1, 2, 3, 4, 5, 8, 9
CAP_ACK, EXT_ACK, STRICT = 10, 11, 12

LOOPBACK = 1  # its interface index, in every namespace
NOWHERE = 4711  # an index that no interface has


class Answer(NamedTuple):
    """One message received."""

    type: int
    flags: int
    sequence: int
    portid: int
    payload: bytes

    @property
    def errno(self) -> int:
        """The errno of an NLMSG_ERROR or NLMSG_DONE, positive."""
        return -int(struct.unpack_from("=i", self.payload)[0])

    @property
    def extended(self) -> dict[int, bytes]:
        """The attributes of an extended acknowledgement, by type."""
        assert self.flags & ACK_TLVS
        if self.type == DONE:
            return attributes(self.payload[4:])
        repeated = 0 if self.flags & CAPPED else struct.unpack_from("=I", self.payload, 4)[0] - 16
        return attributes(self.payload[20 + (repeated + 3 & ~3) :])

    @property
    def text(self) -> str:
        """What the extended acknowledgement says, without the NUL that must be there."""
        said = self.extended[MSG]
        assert said.endswith(b"\0")
        return said[:-1].decode()


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def message(
    kind: int, payload: bytes = b"", flags: int = 0, sequence: int = 1, portid: int = 0, length: int | None = None
) -> bytes:
    """A message; `length` is what its header claims, if not the truth."""
    claimed = 16 + len(payload) if length is None else length
    return padded(struct.pack("=IHHII", claimed, kind, flags, sequence, portid) + payload)


def request(kind: int, payload: bytes = b"", flags: int = 0, sequence: int = 1, *, ack: bool = False) -> bytes:
    return message(kind, payload, REQUEST | flags | (ACK if ack else 0), sequence)


def attribute(kind: int, payload: bytes) -> bytes:
    return padded(struct.pack("=HH", 4 + len(payload), kind) + payload)


def link(index: int = 0, *, family: int = 0, flags: int = 0) -> bytes:
    """struct ifinfomsg."""
    return struct.pack("=BBHiII", family, 0, 0, index, flags, 0)


def address(number: int) -> bytes:
    """struct ifaddrmsg and IFA_LOCAL of 127.1.x.y/32 on the loopback."""
    local = bytes((127, 1, *divmod(number, 256)))
    return struct.pack("=BBBBI", socket.AF_INET, 32, 0, 0, LOOPBACK) + attribute(2, local)


def attributes(data: bytes) -> dict[int, bytes]:
    found = {}
    while data:
        length, kind = struct.unpack_from("=HH", data)
        found[kind & 0x3FFF] = data[4:length]
        data = data[length + 3 & ~3 :]
    return found


def answers(data: bytes) -> list[Answer]:
    """The messages of a datagram."""
    found = []
    while data:
        length, kind, flags, sequence, portid = struct.unpack_from("=IHHII", data)
        found.append(Answer(kind, flags, sequence, portid, data[16:length]))
        data = data[length + 3 & ~3 :]
    return found


def all_answers(sock: Any, room: int = 65536) -> list[Answer]:  # Any: either side's socket
    """The messages of every datagram that waits, and of those that receiving them brings."""
    return [answer for datagram in datagrams(sock, room) for answer in datagram]


def datagrams(sock: Any, room: int = 65536) -> list[list[Answer]]:  # Any: either side's socket
    """The messages of every datagram that waits, and of those that receiving them brings."""
    found = []
    while True:
        try:
            data = sock.recv(room, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return found
        found.append(answers(data))


ROUTE_MESSAGE = message(NOOP, b"from peer to peer")
