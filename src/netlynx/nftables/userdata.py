"""What nft keeps beside sets and their elements: the kernel stores it and makes nothing of it.

Type, length and value, each of the first two in one byte. Without it nft does not know in which order the bytes of a
number stand, and shows no comment. Source: libnftnl's udata.h, nft's src/mnl.c.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.nftables.datatypes import BY_NUMBER, Order
from netlynx.schema import Attribute, Constants, Record, attr, binary, enum, hook, nest, string, takes, u32
from netlynx.schema.arguments import text_of
from netlynx.schema.facts import NoFacts
from netlynx.schema.kinds import Kind


class NFTNL_UDATA_SET(Constants):
    """What is said of a set."""

    KEYBYTEORDER = 0
    DATABYTEORDER = 1
    MERGE_ELEMENTS = 2
    KEY_TYPEOF = 3
    DATA_TYPEOF = 4
    EXPR = 5
    DATA_INTERVAL = 6
    COMMENT = 7

    __not_in_headers__: ClassVar[dict[str, str]] = {
        f"NFTNL_UDATA_SET_{name}": "libnftnl's libnftnl/udata.h"
        for name in (
            "KEYBYTEORDER",
            "DATABYTEORDER",
            "MERGE_ELEMENTS",
            "KEY_TYPEOF",
            "DATA_TYPEOF",
            "EXPR",
            "DATA_INTERVAL",
            "COMMENT",
        )
    }


class NFTNL_UDATA_SET_ELEM(Constants):
    """What is said of an element."""

    COMMENT = 0
    FLAGS = 1  # 1: the range that begins with it goes to the highest value

    __not_in_headers__: ClassVar[dict[str, str]] = {
        f"NFTNL_UDATA_SET_ELEM_{name}": "libnftnl's libnftnl/udata.h" for name in ("COMMENT", "FLAGS")
    }


_MOST = 256
"""Bytes that the kernel takes (NFT_USERDATA_MAXLEN)."""


class SetUserdata(Record):
    """What nft keeps beside a set: the order of bytes, what key and data are of, a comment.

    `key_typeof` and `data_typeof` are expressions of nft's own (``typeof ip saddr``), as bytes. Where a set is made
    without its orders, netlynx tells those that follow from its types. Source: libnftnl's udata.h.
    """

    __facts__: ClassVar[NoFacts] = NoFacts("it is libnftnl's own, in libnftnl/udata.h")

    key_order: takes.Member[Order | None] = attr(NFTNL_UDATA_SET.KEYBYTEORDER, enum(Order, u32))
    data_order: takes.Member[Order | None] = attr(NFTNL_UDATA_SET.DATABYTEORDER, enum(Order, u32))
    auto_merge: bool | None = attr(NFTNL_UDATA_SET.MERGE_ELEMENTS, enum(bool, u32))
    key_typeof: bytes | None = attr(NFTNL_UDATA_SET.KEY_TYPEOF, binary)
    data_typeof: bytes | None = attr(NFTNL_UDATA_SET.DATA_TYPEOF, binary)
    expression: bytes | None = attr(NFTNL_UDATA_SET.EXPR, binary)
    data_interval: bool | None = attr(NFTNL_UDATA_SET.DATA_INTERVAL, enum(bool, u32))
    comment: str | None = attr(NFTNL_UDATA_SET.COMMENT, string)


class ElementUserdata(Record):
    """What nft keeps beside an element: a comment. Source: libnftnl's udata.h."""

    __facts__: ClassVar[NoFacts] = NoFacts("it is libnftnl's own, in libnftnl/udata.h")

    comment: str | None = attr(NFTNL_UDATA_SET_ELEM.COMMENT, string)
    open: bool | None = attr(NFTNL_UDATA_SET_ELEM.FLAGS, enum(bool, u32))


def parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Types and values. Raises ValueError for what is cut short."""
    at = 0
    while at < len(data):
        if at + 2 > len(data) or at + 2 + data[at + 1] > len(data):
            raise ValueError("userdata that is cut short")
        yield data[at], data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]


def joined(values: Iterable[tuple[int, bytes]]) -> bytes:
    """The bytes of types and values. Raises EncodeError for more than there is room for."""
    made = bytearray()
    for number, value in values:
        if len(value) > 0xFF:
            raise EncodeError(f"{len(value)} bytes of userdata in one value: there is room for 255")
        made += bytes((number, len(value))) + value
    if len(made) > _MOST:
        raise EncodeError(f"{len(made)} bytes of userdata: the kernel takes {_MOST}")
    return bytes(made)


def userdata_of(cls: type[Record]) -> Kind:
    """The kind of an attribute with userdata of this class."""
    fields = {int(each.path[-1]): name for name, each in cls.__declarations__.items()}

    def read(data: bytes) -> Record:
        values: dict[str, Any] = {}
        unknown = []
        for number, value in parts(data):
            name = fields.get(number)
            found = None if name is None else _value(cls, name, value)
            if name is None or found is None or name in values:
                unknown.append(Attribute(type=number, payload=value))
            else:
                values[name] = found
        return cls(**values, unknown=tuple(unknown))

    def write(value: Any) -> bytes:
        record = cls(**value) if isinstance(value, Mapping) else value
        if not isinstance(record, cls):
            raise EncodeTypeError(f"expected {cls.__name__} or a dict of its fields, not {type(value).__name__}")
        made = [
            (number, _payload(cls, name, getattr(record, name)))
            for number, name in fields.items()
            if getattr(record, name) is not None
        ]
        return joined([*made, *((each.type, each.payload) for each in record.unknown)])

    return hook(read, write, shown=nest(cls), pure=True)


def _value(cls: type[Record], name: str, value: bytes) -> Any:
    kind = cls.__declarations__[name].kind
    assert kind is not None
    if kind is binary:
        return value
    if kind is string:
        text, end, behind = value.partition(b"\0")
        return text.decode("utf-8", "surrogateescape") if end and not behind else None
    if len(value) != 4:
        return None
    number = int.from_bytes(value, sys.byteorder)
    if kind.values is bool:
        return bool(number) if number in (0, 1) else None
    return number if number not in list(Order) else Order(number)


def _payload(cls: type[Record], name: str, value: Any) -> bytes:
    kind = cls.__declarations__[name].kind
    if kind is binary:
        if not isinstance(value, (bytes, bytearray, memoryview)):
            raise EncodeTypeError(f"expected bytes, not {type(value).__name__} {value!r}", name)
        return bytes(value)
    if kind is string:
        text = text_of(value, name)
        if "\0" in text:
            raise EncodeError(f"{text!r} holds a NUL character, which would end it early", name)
        return text.encode("utf-8", "surrogateescape") + b"\0"
    if not isinstance(value, int):
        raise EncodeTypeError(f"expected a number, not {type(value).__name__} {value!r}", name)
    if kind is not None and kind.values is bool and value not in (0, 1):
        raise EncodeError(f"{value!r} is neither true nor false", name)
    if not 0 <= value < 1 << 32:
        raise EncodeError(f"{value} is out of range for 32 bits", name)
    return int(value).to_bytes(4, sys.byteorder)


SET_USERDATA = userdata_of(SetUserdata)
ELEMENT_USERDATA = userdata_of(ElementUserdata)


# -- what `typeof` says -----------------------------------------------------------------------------------------------

_EXPRESSION, _DATA = 0, 1
_PAYLOAD, _CONCATENATION = 7, 13
_INTEGER = 4
_TYPE, _BITS = 1, 4


def concatenation() -> bytes:
    """What nft says of a concatenation whose fields are said by type."""
    return joined([(_EXPRESSION, _CONCATENATION.to_bytes(4, sys.byteorder)), (_DATA, b"")])


def fields_of(typeof: bytes | None) -> tuple[str, ...]:
    """Of the numbers in a header that ``typeof`` says, how `key_type` has them in words: ``"integer:2"``; of all other
    fields ``""``. () for what it does not understand."""
    try:
        return () if typeof is None else _fields_of(typeof)
    except (ValueError, LookupError):
        return ()


def _fields_of(typeof: bytes) -> tuple[str, ...]:
    said = dict(parts(typeof))
    if int.from_bytes(said[_EXPRESSION], sys.byteorder) != _CONCATENATION:
        return (_field_of(said),)
    return tuple(_field_of(dict(parts(value))) for _, value in parts(said[_DATA]))


def _field_of(said: Mapping[int, bytes]) -> str:
    if int.from_bytes(said[_EXPRESSION], sys.byteorder) != _PAYLOAD:
        return ""
    inside = dict(parts(said[_DATA]))
    kind = BY_NUMBER.get(int.from_bytes(inside.get(_TYPE, b""), sys.byteorder))
    if kind is None or kind.number != _INTEGER or _BITS not in inside:
        return ""
    return f"{kind.name}:{(int.from_bytes(inside[_BITS], sys.byteorder) + 7) // 8}"
