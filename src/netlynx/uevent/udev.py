"""udev's messages: a binary header with hashes to filter by, then the device's properties.

udev multicasts them to group 2 once it has carried out its rules for an event. Any program that may multicast there
can, so that a receiver has to look at who sent one.

Source: libudev (struct `monitor_netlink_header`, whose numbers from the magic to the hashes are big-endian where the
header is looked at by packet filters), udev(7).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping

from netlynx.errors import DecodeError, EncodeError

from .event import Uevent, properties_of

PREFIX = b"libudev\0"
MAGIC = 0xFEEDCAFE
SUBSYSTEM_HASH = 24  # where in a message the numbers are that packet filters look at
DEVTYPE_HASH = 28
TAGS_HIGH = 32
TAGS_LOW = 36

_MAGIC = struct.Struct(">I")
_LAYOUT = struct.Struct("=III")  # sizes and offsets, in the host's byte order
_HASHES = struct.Struct(">IIII")
_SIZE = 40

_MASK = 0xFFFFFFFF
_MULTIPLIER = 0x5BD1E995


def parse(data: bytes | bytearray | memoryview) -> Uevent:
    """One of udev's messages. Raises DecodeError: a header that is cut off or contradicts itself, or no device."""
    view = memoryview(data)
    if len(view) < _SIZE or bytes(view[: len(PREFIX)]) != PREFIX:
        raise DecodeError(f"a message of udev begins with a header of {_SIZE} bytes", 0, "udev")
    if _MAGIC.unpack_from(view, 8)[0] != MAGIC:
        raise DecodeError("a message of udev has another version's magic number", 8, "udev")
    _header, at, length = _LAYOUT.unpack_from(view, 12)
    if at < _SIZE or at + length > len(view):
        raise DecodeError(f"udev's properties, {length} bytes from byte {at}, are not in the message", 16, "udev")
    text = str(view[at : at + length], "utf-8", "surrogateescape")
    if not text.endswith("\0"):
        raise DecodeError("udev's properties do not end with a NUL", at + length, "udev")
    properties = properties_of(text, at)
    if not ("ACTION" in properties and "DEVPATH" in properties):
        raise DecodeError("a message of udev lacks ACTION or DEVPATH", at, "udev")
    return Uevent(properties["ACTION"], properties["DEVPATH"], "udev", properties)


def pack(properties: Mapping[str, str], tags: Iterable[str] = ()) -> bytes:
    """A message as udev sends it, for tests and for stand-ins of udev; `tags` go into the header's filter alone.

    Raises EncodeError: ACTION, DEVPATH or SUBSYSTEM is missing, or a NUL in a string.
    """
    for needed in ("ACTION", "DEVPATH", "SUBSYSTEM"):
        if not properties.get(needed):
            raise EncodeError(f"udev's messages have a property {needed}")
    lines = [f"{key}={value}" for key, value in properties.items()]
    if any("\0" in line for line in lines):
        raise EncodeError("a property with a NUL in it cannot be sent")
    body = "".join(line + "\0" for line in lines).encode("utf-8", "surrogateescape")
    bits = 0
    for tag in tags:
        bits |= tag_bits(tag)
    devtype = properties.get("DEVTYPE")
    hashes = _HASHES.pack(
        text_hash(properties["SUBSYSTEM"]), text_hash(devtype) if devtype else 0, bits >> 32, bits & _MASK
    )
    return PREFIX + _MAGIC.pack(MAGIC) + _LAYOUT.pack(_SIZE, _SIZE, len(body)) + hashes + body


def text_hash(text: str) -> int:
    """The hash of a subsystem or a device type in the header: MurmurHash2, 32 bits, seed 0."""
    data = text.encode("utf-8", "surrogateescape")
    value = len(data)
    whole = len(data) & ~3
    for (word,) in struct.iter_unpack("<I", data[:whole]):
        word = word * _MULTIPLIER & _MASK
        word ^= word >> 24
        value = value * _MULTIPLIER & _MASK ^ word * _MULTIPLIER & _MASK
    if data[whole:]:
        value = (value ^ int.from_bytes(data[whole:], "little")) * _MULTIPLIER & _MASK
    value = (value ^ value >> 13) * _MULTIPLIER & _MASK
    return value ^ value >> 15


def tag_bits(tag: str) -> int:
    """The bits of a tag in the header's Bloom filter of 64 bits: four, from 6 bits of the hash each."""
    value = text_hash(tag)
    return 1 << (value & 63) | 1 << (value >> 6 & 63) | 1 << (value >> 12 & 63) | 1 << (value >> 18 & 63)
