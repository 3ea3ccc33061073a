"""What a system call on a socket carries: its datagrams, from the memory of the process that calls.

Sources: sys/socket.h (struct msghdr, struct mmsghdr, as both 64-bit machines have them), linux/netlink.h.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from typing import NamedTuple

from netlynx.transport._calls import Tracing

_HEADER = struct.Struct("=QIxxxxQQQQi4x")  # struct msghdr: name, its length, iovec, count, control, its length, flags
_MANY = 64  # bytes of struct mmsghdr
_MOST = 1024  # datagrams of one call: UIO_MAXIOV
_ADDRESS = struct.Struct("=HxxII")  # struct sockaddr_nl
_CONTROL = struct.Struct("=Qii")  # struct cmsghdr
_LONGEST_CONTROL = 4096  # bytes
_SOL_NETLINK, _PKTINFO = 270, 3  # NETLINK_PKTINFO, linux/netlink.h
_ANY = 1 << 62  # no bound
_RIGHTS = (socket.SOL_SOCKET, 1)  # SCM_RIGHTS
PEEKS = {"recvfrom": 3, "recvmsg": 2, "recvmmsg": 3}  # where the flags of a call stand


class Carried(NamedTuple):
    """One datagram: its bytes, the other end's port and group, and its true length: -1 for more, but not how much."""

    data: bytes
    peer: int
    group: int
    length: int


class Header(NamedTuple):
    """struct msghdr"""

    name: int
    name_length: int
    pieces: int
    pieces_count: int
    control: int
    control_length: int
    flags: int


def sent(task: int, call: str, args: tuple[int, ...]) -> list[Carried]:
    """What a call is about to send. Raises OSError where the memory it names is not there: so will the call fail."""
    if call == "sendto":
        return [_with(Tracing.read(task, args[1], args[2]), *_name(task, args[4], args[5]))]
    if call == "write":
        return [_with(Tracing.read(task, args[1], args[2]))]
    if call in ("writev", "pwritev2"):
        return [_with(Tracing.gather(task, args[1], args[2], _ANY))]
    headers = [args[1]] if call == "sendmsg" else [args[1] + _MANY * at for at in range(min(args[2], _MOST))]
    return [_of_header(task, header(task, each), _ANY, sends=True) for each in headers]


def received(task: int, call: str, args: tuple[int, ...], result: int) -> list[Carried]:
    """What a call received. Raises OSError as `sent`."""
    if call == "recvfrom":
        room = min(result, args[2])
        name = _name(task, args[4], struct.unpack("=I", Tracing.read(task, args[5], 4))[0]) if args[4] else (0, 0)
        return [_with(Tracing.read(task, args[1], room), *name, length=result)]
    if call == "read":
        return [_with(Tracing.read(task, args[1], result))]
    if call in ("readv", "preadv2"):
        return [_with(Tracing.gather(task, args[1], args[2], result))]
    if call == "recvmsg":
        return [_of_header(task, header(task, args[1]), result, sends=False)]
    return [_of_many(task, args[1] + _MANY * at) for at in range(result)]


def peeks(call: str, args: tuple[int, ...]) -> bool:
    """Whether what a call receives stays there to be received."""
    return call in PEEKS and bool(args[PEEKS[call]] & socket.MSG_PEEK)


def passed(task: int, call: str, args: tuple[int, ...], result: int) -> Iterator[int]:
    """The descriptors that a call received from another process."""
    headers = [args[1]] if call == "recvmsg" else [args[1] + _MANY * at for at in range(result)]
    for each in headers:
        for kind, content in _control(task, header(task, each)):
            if kind == _RIGHTS:
                yield from struct.unpack(f"={len(content) // 4}i", content[: len(content) & ~3])


def header(task: int, address: int) -> Header:
    """A message's header."""
    return Header(*_HEADER.unpack(Tracing.read(task, address, _HEADER.size)))


def _of_many(task: int, address: int) -> Carried:
    size = struct.unpack("=I", Tracing.read(task, address + _HEADER.size, 4))[0]
    return _of_header(task, header(task, address), size, sends=False)


def _of_header(task: int, found: Header, size: int, *, sends: bool) -> Carried:
    data = Tracing.gather(task, found.pieces, found.pieces_count, size)
    peer, group = _name(task, found.name, found.name_length)
    if not sends:
        for (level, kind), content in _control(task, found):
            if (level, kind) == (_SOL_NETLINK, _PKTINFO) and len(content) >= 4:
                group = struct.unpack_from("=I", content)[0]
    cut = not sends and found.flags & socket.MSG_TRUNC
    if cut and size <= len(data):
        return Carried(data, peer, group, -1)
    return _with(data, peer, group, length=size if cut else 0)


def _with(data: bytes, peer: int = 0, group: int = 0, *, length: int = 0) -> Carried:
    return Carried(data, peer, group, max(length, len(data)))


def _name(task: int, address: int, length: int) -> tuple[int, int]:
    """Port and group that an address names."""
    if not address or length < _ADDRESS.size:
        return 0, 0
    _, port, groups = _ADDRESS.unpack(Tracing.read(task, address, _ADDRESS.size))
    return port, groups.bit_length()


def _control(task: int, found: Header) -> Iterator[tuple[tuple[int, int], bytes]]:
    """The ancillary messages: their level and type, and their contents."""
    data = Tracing.read(task, found.control, min(found.control_length, _LONGEST_CONTROL)) if found.control else b""
    at = 0
    while at + _CONTROL.size <= len(data):
        length, level, kind = _CONTROL.unpack_from(data, at)
        if length < _CONTROL.size:
            return
        yield (level, kind), data[at + _CONTROL.size : at + length]
        at += length + 7 & ~7
