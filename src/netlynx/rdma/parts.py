"""What several records of this room are made of: indexes that may be names, GUIDs, values of drivers.

Source: fill_nldev_handle and rdma_nl_put_driver_* of drivers/infiniband/core/nldev.c.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from netlynx.errors import EncodeError
from netlynx.rdma.numbers import RDMA_NLDEV_ATTR
from netlynx.schema import (
    Constants,
    Enumeration,
    Record,
    Spelt,
    array,
    attr,
    boolean,
    enum,
    named,
    nest,
    s32,
    s64,
    select,
    spelt,
    string,
    takes,
    u8,
    u32,
    u64,
)
from netlynx.schema.facts import NoFacts
from netlynx.schema.kinds import hook

A = RDMA_NLDEV_ATTR
OTHERS = {"RDMA_NLDEV_*": "all messages have one set of attributes: these are of others"}
TOLD = "the kernel's policy is for requests, which never have it: one byte"
DEVICE = "rdma device"  # the sort of names of devices, for who resolves them
DEVICES = "rdma devices"  # and that of all of them: their indexes
device_index = named(u32, DEVICE)  # the index of a device, or its name

_HEADER = struct.Struct("=HH")
_TYPE_MASK = 0x3FFF
_GROUPS = 4


class Guid(Spelt):
    """A number of 64 bits that is one in the world, of a device or a subnet: ``409b:50ff:fe06:d49e``."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> int:
        """See `Spelt.parse`."""
        groups = text.split(":")
        try:
            if len(groups) != _GROUPS or any(len(each) > _GROUPS for each in groups):
                raise ValueError
            return int("".join(each.zfill(_GROUPS) for each in groups), 16)
        except ValueError:
            raise EncodeError(f"{text!r} is no GUID such as 409b:50ff:fe06:d49e", "") from None

    @property
    def label(self) -> str:
        """Four groups of four digits."""
        digits = f"{int(self):016x}"
        return ":".join(digits[at : at + _GROUPS] for at in range(0, len(digits), _GROUPS))


guid = spelt(Guid, u64)


class PIECE(Constants):
    """What a driver's value is made of."""

    __not_in_headers__: ClassVar[dict[str, str]] = {
        f"PIECE_{each}": "of netlynx's own: a stream has no numbers" for each in ("NAME", "HEX", "TYPE", "VALUE")
    }

    NAME = 1
    HEX = 2
    TYPE = 3
    VALUE = 4


class ValueType(Enumeration):
    """What a driver's value is, by the attribute that carries it (RDMA_NLDEV_ATTR_DRIVER_*)."""

    STRING = 54
    S32 = 56
    U32 = 57
    S64 = 58
    U64 = 59


_KINDS = {
    ValueType.STRING: string,
    ValueType.S32: s32,
    ValueType.U32: u32,
    ValueType.S64: s64,
    ValueType.U64: u64,
}
_FORMATS = {ValueType.S32: "=i", ValueType.U32: "=I", ValueType.S64: "=q", ValueType.U64: "=Q"}


class DriverValue(Record):
    """Something that a driver alone knows of a resource: a number, or a text. `hex` is how it is to be shown."""

    __facts__: ClassVar[NoFacts] = NoFacts("a name and a value that stand one behind the other")

    name: str | None = attr(PIECE.NAME, string)
    hex: bool | None = attr(PIECE.HEX, boolean)
    type: takes.Member[ValueType | None] = attr(PIECE.TYPE, enum(ValueType, u8))
    value: Any = attr(PIECE.VALUE, select("type", _KINDS))

    def __str__(self) -> str:
        shown = f"{self.value:#x}" if self.hex and isinstance(self.value, int) else self.value
        return f"{self.name}={shown}"


def _read(payload: bytes) -> tuple[DriverValue, ...]:
    """The values: of each its name, perhaps how it is shown, and what it is, which may be a text as the name is."""
    found: list[DriverValue] = []
    name, is_hex, at = None, False, 0
    while at + _HEADER.size <= len(payload):
        length, number = _HEADER.unpack_from(payload, at)
        if length < _HEADER.size or at + length > len(payload):
            raise ValueError(f"an attribute of {length} bytes at {at} of {len(payload)}")
        data, number = payload[at + _HEADER.size : at + length], number & _TYPE_MASK
        at += length + 3 & ~3
        if number == A.DRIVER_PRINT_TYPE:
            is_hex = data[:1] == b"\1"
        elif number == A.DRIVER_STRING and name is None:
            name = _text(data)
        elif number in ValueType.__members__.values() and name is not None:
            kind = ValueType(number)
            value = _text(data) if kind is ValueType.STRING else struct.unpack(_FORMATS[kind], data)[0]
            found.append(DriverValue(name=name, hex=is_hex, type=kind, value=value))
            name, is_hex = None, False
    return tuple(found)


def _text(data: bytes) -> str:
    return data.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _write(values: Iterable[DriverValue | Mapping[str, Any]]) -> bytes:
    made = (DriverValue(**each) if isinstance(each, Mapping) else each for each in values)
    return b"".join(part for each in made for part in _parts(each))


def _parts(each: DriverValue) -> Iterable[bytes]:
    yield _attribute(A.DRIVER_STRING, _bytes(each.name or ""))
    if each.hex:
        yield _attribute(A.DRIVER_PRINT_TYPE, b"\1")
    if each.type is None:
        raise ValueError("say its type")
    kind = ValueType(each.type)
    text = kind is ValueType.STRING
    yield _attribute(int(kind), _bytes(each.value) if text else struct.pack(_FORMATS[kind], each.value))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape") + b"\0"


def _attribute(number: int, data: bytes) -> bytes:
    return _HEADER.pack(_HEADER.size + len(data), number) + data + bytes(-len(data) & 3)


driver_values = hook(_read, _write, shown=array(nest(DriverValue)), pure=True)
