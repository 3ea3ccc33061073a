"""Types of keys and data: one field, or several that make a concatenation.

In words: ``"ipv4_addr"``, ``"ipv4_addr . inet_service"``; what has no size of its own with its size in bytes,
``"integer:2"``, and ``"integer:4:host"`` for a number in the host's byte order. Each field of a concatenation takes a
multiple of four bytes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.nftables.datatypes import BITS, BY_NUMBER, DATATYPES, Datatype, Order
from netlynx.nftables.fields import Field
from netlynx.wire.nearest import nearest

_MOST = 32 // BITS  # fields whose types one number has room for
_LONGEST = 64
"""The longest key in bytes (NFT_DATA_VALUE_MAXLEN)."""


class KeyType(msgspec.Struct, frozen=True):
    """The fields of a key. Made by `key_type` of what stands in words, or by `netlynx.nftables.typing_of` of a set."""

    fields: tuple[Field, ...]

    def __str__(self) -> str:
        return " . ".join(map(str, self.fields))

    @property
    def number(self) -> int:
        """As nft has it: 6 bits for each type."""
        number = 0
        for each in self.fields:
            number = number << BITS | each.datatype.number
        return number

    @property
    def length(self) -> int:
        """In bytes."""
        if len(self.fields) == 1:
            return self.fields[0].size
        return sum(each.padded for each in self.fields)

    @property
    def order(self) -> Order:
        """What nft is told of the byte order, in the set's userdata: nothing for a concatenation."""
        return self.fields[0].order if len(self.fields) == 1 else Order.ANY

    def encode(self, value: Any, *, big: bool = False) -> bytes:
        """The bytes of a value; of a concatenation a tuple of values. Raises EncodeError, EncodeTypeError."""
        if len(self.fields) == 1:
            return self.fields[0].encode(value, big=big)
        if isinstance(value, (bytes, bytearray, memoryview)):
            return self._raw(bytes(value))
        parts = [each.encode(one, big=big) for each, one in self._parts(value)]
        return b"".join(part.ljust(len(part) + 3 & ~3, b"\0") for part in parts)

    def decode(self, raw: bytes, *, big: bool = False) -> Any:
        """The value of bytes: a tuple of a concatenation. Bytes of another length stay what they are."""
        if len(raw) != self.length:
            return raw
        if len(self.fields) == 1:
            return self.fields[0].decode(raw, big=big)
        return tuple(each.decode(raw[at : at + each.size], big=big) for each, at in self._places())

    def encode_range(self, value: Any, *, big: bool = True) -> tuple[bytes, bytes]:
        """First and last of a range, of which each field may be one. Raises EncodeError, EncodeTypeError."""
        if isinstance(value, (bytes, bytearray, memoryview)):
            raw = bytes(value)
            if len(raw) == 2 * self.length:
                return raw[: self.length], raw[self.length :]
            return self._raw(raw), raw
        if len(self.fields) == 1:
            return self.fields[0].encode_range(value, big=big)
        ends = [each.encode_range(one, big=big) for each, one in self._parts(value)]
        first, last = (b"".join(end[i].ljust(len(end[i]) + 3 & ~3, b"\0") for end in ends) for i in (0, 1))
        return first, last

    def decode_range(self, first: bytes, last: bytes, *, big: bool = True) -> Any:
        """What `encode_range` takes."""
        if not len(first) == len(last) == self.length:
            return first + last
        if len(self.fields) == 1:
            found = self.fields[0].decode_range(first, last, big=big)
            return first + last if isinstance(found, tuple) else found
        parts = [
            each.decode_range(first[at : at + each.size], last[at : at + each.size], big=big)
            for each, at in self._places()
        ]
        return first + last if any(isinstance(part, tuple) for part in parts) else tuple(parts)

    def _places(self) -> list[tuple[Field, int]]:
        places, at = [], 0
        for each in self.fields:
            places.append((each, at))
            at += each.padded
        return places

    def _parts(self, value: Any) -> list[tuple[Field, Any]]:
        if isinstance(value, str) and " . " in value:
            value = tuple(part.strip() for part in value.split(" . "))
        if not isinstance(value, (tuple, list)):
            raise EncodeTypeError(f"expected a tuple of {len(self.fields)} values ({self}), not {value!r}")
        if len(value) != len(self.fields):
            raise EncodeError(f"it has {len(value)} of the {len(self.fields)} values of {self}")
        return list(zip(self.fields, value, strict=True))

    def _raw(self, raw: bytes) -> bytes:
        if len(raw) != self.length:
            raise EncodeError(f"{len(raw)} bytes where {self} has {self.length}")
        return raw


@lru_cache(512)
def key_type(text: str) -> KeyType:
    """The type that stands in words. Raises EncodeError for what is none, naming the nearest."""
    fields = tuple(_field(part.strip()) for part in text.split("."))
    if len(fields) > _MOST:
        raise EncodeError(f"a key of {len(fields)} fields: nft's numbers have room for {_MOST}")
    made = KeyType(fields)
    if made.length > _LONGEST:
        raise EncodeError(f"a key of {made.length} bytes ({made}): the kernel takes {_LONGEST}")
    return made


def _field(text: str) -> Field:
    name, _, rest = text.partition(":")
    found = DATATYPES.get(name)
    if found is None:
        raise EncodeError(f"{name!r} is no type of nftables{nearest(name, DATATYPES, listed='')}")
    if found.size:
        if rest:
            raise EncodeError(f"{text!r}: {name} has {found.size} bytes, and no size of its own")
        return Field(found, found.size, found.order)
    size, _, order = rest.partition(":")
    if not (size.isdecimal() and size.isascii() and 0 < int(size) <= _LONGEST and order in ("", "host")):
        raise EncodeError(f"{text!r}: say how many bytes it has: '{name}:4', or '{name}:4:host' in the host's order")
    return Field(found, int(size), Order.HOST if order else found.order)


@lru_cache(512)
def key_type_of(
    number: int, length: int, order: int = 0, sizes: tuple[int, ...] = (), own: tuple[str, ...] = ()
) -> KeyType | None:
    """The type that a set's attributes mean: its number, the whole length, the order that userdata tells, the sizes of
    the fields of a concatenation with ranges; `own` has in words what else is known of fields. None where it cannot be
    told, as of types of another program."""
    numbers = []
    while number:
        numbers.append(number & (1 << BITS) - 1)
        number >>= BITS
    types = [BY_NUMBER.get(each) for each in reversed(numbers)]
    if not types or None in types or len(types) > _MOST:
        return None
    fields = _fields([each for each in types if each is not None], length, order, sizes, own)
    made = None if fields is None else KeyType(fields)
    return made if made is not None and made.length == length else None


def _fields(
    types: list[Datatype], length: int, order: int, sizes: tuple[int, ...], own: tuple[str, ...]
) -> tuple[Field, ...] | None:
    if len(types) == 1:
        return (_sized(types[0], length, order),)
    if len(own) == len(types):
        fields = tuple(_field(each) if each else _sized(kind, 0, 0) for each, kind in zip(own, types, strict=True))
        return fields if [each.datatype for each in fields] == types else None
    if len(sizes) == len(types):
        return tuple(_sized(kind, size, 0) for kind, size in zip(types, sizes, strict=True))
    open_ = [kind for kind in types if not kind.size]
    left = length - sum(kind.size + 3 & ~3 for kind in types)
    if not open_:
        return tuple(_sized(kind, 0, 0) for kind in types)
    if left != 4 * len(open_) and len(open_) > 1:
        return None
    size = left // len(open_)
    return tuple(_sized(kind, size, Order.HOST) for kind in types) if size > 0 else None


def _sized(kind: Datatype, size: int, order: int) -> Field:
    told = Order(order) if order in (Order.HOST, Order.BIG) and not kind.size else kind.order
    return Field(kind, kind.size or size, told)
