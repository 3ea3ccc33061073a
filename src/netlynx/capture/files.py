"""The two formats of captures: pcap, whose packets follow one header, and pcapng, which is made of blocks.

Source: pcap-savefile(5), draft-ietf-opsawg-pcapng. What a reader gives is (link type, bytes, where in them the packet
begins and ends, its length before it was cut, time in nanoseconds, offset of the packet in the file). Whatever does not
hold what it says ends the reading with
DecodeError, whose offset counts from the start of the file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, TypeAlias

from netlynx.errors import DecodeError

Packet: TypeAlias = tuple[int, bytes, int, int, int, int, int]

_PIECE = 1 << 20  # bytes that are read at a time
LONGEST = 64 << 20  # bytes of a packet or a block: nothing of netlink's is as long
SECOND = 10**9

# Magic numbers of pcap: byte order, and units of a second's fraction in nanoseconds.
PCAP = {
    b"\xd4\xc3\xb2\xa1": ("<", 1000),
    b"\xa1\xb2\xc3\xd4": (">", 1000),
    b"\x4d\x3c\xb2\xa1": ("<", 1),
    b"\xa1\xb2\x3c\x4d": (">", 1),
}
PCAPNG = b"\x0a\x0d\x0d\x0a"  # the type of a section header, which reads the same in both byte orders
_ORDERS = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}

_INTERFACE = 1  # types of blocks
_SIMPLE = 3
_ENHANCED = 6
_OF_TIME = 9  # if_tsresol
_OFFSET = 14  # if_tsoffset
_END_OF_OPTIONS = 0
_LATEST = (1 << 63) - 1  # nanoseconds since 1970: in the year 2262
_LINK = 0x0FFF_FFFF  # of pcap's field: above it stands how long a frame check sequence is

_AGAIN = "what is before it is all that can be read: copy the file again, or record anew"


class _Source:
    """A file that is read from its start to its end, piece by piece. `held` is the piece that is read, `at` how far."""

    def __init__(self, file: BinaryIO) -> None:
        self._read = getattr(file, "read1", file.read)  # as much as there is, of a pipe
        self._before = 0  # bytes of the file before `held`
        self.held = b""
        self.at = 0

    @property
    def offset(self) -> int:
        """How far the file is read."""
        return self._before + self.at

    def has(self, size: int) -> bool:
        """Have so many bytes stand in `held` from `at` on; False where the file ends before."""
        parts = [self.held[self.at :]]
        left = size - len(parts[0])
        while left > 0:
            more = self._read(max(_PIECE, min(left, LONGEST)))
            if not more:
                break
            parts.append(more)
            left -= len(more)
        self._before += self.at
        self.held, self.at = b"".join(parts), 0
        return left <= 0

    def take(self, size: int, what: str, *, optional: bool = False) -> bytes:
        """So many bytes; nothing at the end of the file where something `optional` is. Raises DecodeError."""
        if len(self.held) - self.at < size and not self.has(size):
            there = len(self.held) - self.at
            if optional and not there:
                return b""
            raise DecodeError(f"the file ends after {there} of the {size} bytes of {what}; {_AGAIN}", self.offset)
        self.at += size
        return self.held[self.at - size : self.at]


def packets(file: BinaryIO) -> Iterator[Packet]:
    """The packets of a capture of either format. Raises DecodeError: it is none, or is not what it says."""
    source = _Source(file)
    source.has(4)
    magic = source.held[:4]
    if magic in PCAP:
        return _pcap(source, *PCAP[magic])
    if magic == PCAPNG:
        return _pcapng(source)
    if not magic:
        raise DecodeError("the file is empty: it is no capture, which begins with a header", 0)
    raise DecodeError(f"the file begins with {magic.hex()}: pcap and pcapng are read, and no other format", 0)


def _pcap(source: _Source, order: str, unit: int) -> Iterator[Packet]:
    head = source.take(24, "a header of pcap")
    link = int(struct.unpack_from(f"{order}I", head, 20)[0]) & _LINK
    unpack = struct.Struct(f"{order}IIII").unpack_from
    while True:
        held, at, before = source.held, source.at, source.offset - source.at
        most = len(held)
        while at + 16 <= most:  # packets that are there as a whole
            seconds, fraction, kept, length = unpack(held, at)
            end = at + 16 + kept
            if end > most:
                break
            source.at = end
            yield link, held, at + 16, end, length, seconds * SECOND + fraction * unit, before + at + 16
            at = end
        if not source.has(16):
            source.take(16, "the header of a packet", optional=True)  # the end, or what is cut off
            return
        kept = unpack(source.held, source.at)[2]
        if kept > LONGEST:
            raise DecodeError(f"a packet of {kept} bytes is longer than any of netlink's; {_AGAIN}", source.offset)
        if not source.has(16 + kept):
            source.at += 16
            source.take(kept, "a packet")


class _Interface(NamedTuple):
    """Where packets of a section come from: their link type, how many units a second has, what is added to seconds, and
    how many bytes of a packet are kept (0: all)."""

    link: int
    units: int
    offset: int
    most: int


def _pcapng(source: _Source) -> Iterator[Packet]:
    order = "<"
    interfaces: list[_Interface] = []
    while True:
        begin = source.offset
        head = source.take(8, "a block's header", optional=True)
        if not head:
            return
        if head[:4] == PCAPNG:
            mark = source.take(4, "a section's header")
            if mark not in _ORDERS:
                raise DecodeError(f"a section begins with {mark.hex()}, which tells no byte order; {_AGAIN}", begin + 8)
            order, interfaces = _ORDERS[mark], []
            kind, used = 0, 12
        else:
            kind, used = int(struct.unpack(f"{order}I", head[:4])[0]), 8
        size = int(struct.unpack(f"{order}I", head[4:])[0])
        if not used + 4 <= size <= LONGEST or size % 4:
            raise DecodeError(f"a block cannot have {size} bytes; {_AGAIN}", begin)
        body = source.take(size - used, "a block")
        if body[-4:] != head[4:]:
            raise DecodeError(f"a block of {size} bytes ends with another length; {_AGAIN}", source.offset - 4)
        body = body[:-4]
        if kind == _INTERFACE:
            interfaces.append(_interface(body, order, begin + 8))
        elif kind == _ENHANCED:
            yield _enhanced(body, order, interfaces, begin + 8)
        elif kind == _SIMPLE:
            yield _simple(body, order, interfaces, begin + 8)


def _interface(body: bytes, order: str, at: int) -> _Interface:
    _check(body, 8, "an interface", at)
    link, _, most = struct.unpack_from(f"{order}HHI", body)
    units, offset = 10**6, 0
    for code, value in _options(body, 8, order, at):
        if code == _OF_TIME and len(value) == 1:
            power = value[0] & 0x7F
            units = 2**power if value[0] & 0x80 else 10**power
        elif code == _OFFSET and len(value) == 8:
            offset = int(struct.unpack(f"{order}q", value)[0])
    return _Interface(link, units, offset, most)


def _options(body: bytes, start: int, order: str, at: int) -> Iterator[tuple[int, bytes]]:
    while len(body) - start >= 4:
        code, size = struct.unpack_from(f"{order}HH", body, start)
        if code == _END_OF_OPTIONS:
            return
        if start + 4 + size > len(body):
            raise DecodeError(f"an option of {size} bytes reaches beyond its block; {_AGAIN}", at + start)
        yield code, body[start + 4 : start + 4 + size]
        start += 4 + (size + 3 & ~3)


def _enhanced(body: bytes, order: str, interfaces: list[_Interface], at: int) -> Packet:
    _check(body, 20, "a packet", at)
    number, high, low, kept, length = struct.unpack_from(f"{order}IIIII", body)
    interface = _of(interfaces, number, at)
    _check(body, 20 + kept, "a packet", at)
    units = high << 32 | low
    time = units * SECOND // interface.units + interface.offset * SECOND
    if not 0 <= time <= _LATEST:
        raise DecodeError(
            f"a packet of {time // SECOND} seconds since 1970 is of no time that is believed; {_AGAIN}", at
        )
    return interface.link, body, 20, 20 + kept, length, time, at + 20


def _simple(body: bytes, order: str, interfaces: list[_Interface], at: int) -> Packet:
    """A packet without a time, of the first interface."""
    _check(body, 4, "a packet", at)
    length = int(struct.unpack_from(f"{order}I", body)[0])
    interface = _of(interfaces, 0, at)
    kept = min(length, interface.most or length)
    _check(body, 4 + kept, "a packet", at)
    return interface.link, body, 4, 4 + kept, length, 0, at + 4


def _of(interfaces: list[_Interface], number: int, at: int) -> _Interface:
    if number >= len(interfaces):
        raise DecodeError(f"a packet is of interface {number}, and there are {len(interfaces)}; {_AGAIN}", at)
    return interfaces[number]


def _check(body: bytes, size: int, what: str, at: int) -> None:
    if len(body) < size:
        raise DecodeError(f"{what} of {size} bytes has {len(body)}; {_AGAIN}", at)
