"""What the tests of the codec share: attributes packed by hand, and records with one field of a kind."""

from __future__ import annotations

import struct
from typing import Any

from netlynx.codec import _codec
from netlynx.schema import Enumeration, FlagSet, Kind, Layout, Record, attr, chars, enum, member, string, u8, u16, u32
from netlynx.schema.compile import plan_of

NLA_F_NESTED, NLA_F_NET_BYTEORDER = 0x8000, 0x4000


class Colour(Enumeration):
    RED = 1
    GREEN = 2
    DARK_BLUE = 200


class Marks(FlagSet):
    UP = 1
    LOUD_ONE = 2
    HIGH = 0x80


class Pair(Layout):
    """Three bytes of padding stand before `high`, two behind `name`."""

    low: int = member(u8)
    high: int = member(u32)
    name: str = member(chars(6))


class Header(Layout):
    family: int = member(u8)
    length: int = member(u8)
    small: int = member(u8)
    colour: int = member(enum(Colour, u8))
    id: int = member(u32)


class Leaf(Record):
    number: int | None = attr(1, u32)
    text: str | None = attr(2, string)


class Hop(Layout):
    length: int = member(u16)
    flags: int = member(u8)
    hops: int = member(u8)


def attribute(number: int, payload: bytes = b"", flags: int = 0) -> bytes:
    """One attribute, padded to 4 bytes."""
    return struct.pack("=HH", 4 + len(payload), number | flags) + payload + bytes(-len(payload) % 4)


def nested(number: int, *parts: bytes) -> bytes:
    return attribute(number, b"".join(parts), NLA_F_NESTED)


def one(kind: Kind, **options: Any) -> Any:
    """A record class with the single field `value`, attribute 1."""

    class One(Record):
        value: Any = attr(1, kind, **options)

    return One


def encode(record: Any) -> bytes:
    return _codec.encode(plan_of(type(record)), record)


def decode(cls: Any, payload: bytes | bytearray | memoryview, *, strict: bool = False) -> Any:
    return _codec.decode(plan_of(cls), payload, strict=strict)


def shown(value: Any) -> str:
    return _codec.to_json(value).decode()
