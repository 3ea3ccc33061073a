"""Formatted messages, as health reporters tell: a stream of beginnings, names, values and ends; and what it says.

    object                   {
      pair  name "a"           "a":
        array                    [
          type u32 data 1          1,
        end                      ]
      end
    end                      }

The stream goes on from one netlink message to the next, wherever that is full. Source: net/devlink/health.c.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from netlynx.codec._codec import decode, encode
from netlynx.devlink.attributes import DEVLINK_ATTR
from netlynx.devlink.constants import ValueType
from netlynx.devlink.handle import OTHERS
from netlynx.errors import EncodeTypeError
from netlynx.schema import (
    Record,
    array,
    attr,
    binary,
    boolean,
    enum,
    flag,
    nest,
    select,
    string,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.arguments import record_of, several_of, text_of
from netlynx.schema.compile import plan_of
from netlynx.schema.facts import Facts
from netlynx.schema.kinds import hook

_A = DEVLINK_ATTR
_HEADER = struct.Struct("=HH")
_TYPE_MASK = 0x3FFF
_DEEPEST = 64  # nests; the kernel's drivers have a handful
_CHUNK = 256  # bytes of a long value that stand in one piece


class Piece(Record):
    """One piece: what begins or ends, a name, or a value with its type."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, spec=("devlink", "dl-fmsg"))
    __omitted__: ClassVar[dict[str, str]] = OTHERS

    object: bool = attr(_A.FMSG_OBJ_NEST_START, flag)
    pair: bool = attr(_A.FMSG_PAIR_NEST_START, flag)
    array: bool = attr(_A.FMSG_ARR_NEST_START, flag)
    end: bool = attr(_A.FMSG_NEST_END, flag)
    name: str | None = attr(_A.FMSG_OBJ_NAME, string)
    type: takes.Member[ValueType | None] = attr(_A.FMSG_OBJ_VALUE_TYPE, enum(ValueType, u8))
    value: Any = attr(
        _A.FMSG_OBJ_VALUE_DATA,
        select(
            "type",
            {
                ValueType.U8: u8,
                ValueType.U16: u16,
                ValueType.U32: u32,
                ValueType.U64: u64,
                ValueType.STRING: string,
                ValueType.NUL_STRING: string,
                ValueType.FLAG: boolean,  # which has a payload here
                ValueType.BINARY: binary,
            },
        ),
    )


def _read(payload: bytes) -> tuple[Piece, ...]:
    """The pieces of one message. A value stands right behind its type."""
    plan, found, begin, at = plan_of(Piece), [], 0, 0
    while at + 4 <= len(payload):
        length, kind = _HEADER.unpack_from(payload, at)
        if length < 4 or at + length > len(payload):
            raise ValueError(f"an attribute of {length} bytes at {at} of {len(payload)}")
        end, number = at + (length + 3 & ~3), kind & _TYPE_MASK
        if number == _A.FMSG_OBJ_VALUE_TYPE and end < len(payload):
            begin = at  # what begun before, a type, too, has no value: there was no room for it
        elif number != _A.PAD:
            found.append(decode(plan, payload[begin:end]))
            begin = end
        at = end
    return tuple(found)


def _write(value: Iterable[Piece]) -> bytes:
    plan = plan_of(Piece)
    return b"".join(encode(plan, each) for each in value)


pieces = hook(_read, _write, shown=array(nest(Piece)), pure=True)  # the pieces of one message, one after the other


def values_of(pieces: Iterable[Piece]) -> Any:
    """What a formatted message says: dicts, lists, ints, strings, bools and bytes.

    The names and values of an object are a dict; where a name comes twice, of both a list of dicts. A message that is
    no object is the dict of its pairs, or the list of its values. An array of bytes alone, which is how drivers say
    long ones, is one `bytes`; an empty one an empty list. Drivers say an end too many (netdevsim does): ends of nothing
    are passed over, and pairs behind the end of the whole object are part of it. Raises ValueError for pieces that do
    not fit together, or nest deeper than 64, EncodeTypeError for what are none.
    """
    path = "devlink.values_of(pieces)"
    given = [record_of(Piece, each, path) for each in several_of(pieces, path)]
    whole = (each for each in given if each.type is None or each.value is not None)
    said = list(_items(whole, 0, nested=False))
    if len(said) == 1 and not isinstance(said[0], _Pair):
        return said[0]
    if any(isinstance(each, _Pair) for each in said):  # behind an object that has ended too early: they are its own
        said = [pair for each in said for pair in (map(_Pair, each.items()) if isinstance(each, dict) else [each])]
    return _object(said)


class _Pair(tuple[str, Any]):
    __slots__ = ()


def _items(stream: Iterator[Piece], depth: int, *, nested: bool) -> Iterator[Any]:
    """All that stands in one nest: values, and pairs of a name and a value."""
    while (each := next(stream, None)) is not None:
        if each.end and nested:
            return
        if each.end:
            continue
        yield _item(each, stream, depth)
    if nested:
        raise ValueError("the message ends within a nest")


def _item(piece: Piece, stream: Iterator[Piece], depth: int) -> Any:
    if depth > _DEEPEST:
        raise ValueError(f"more than {_DEEPEST} nests within each other")
    if piece.object:
        return _object(list(_items(stream, depth + 1, nested=True)))
    if piece.array:
        return _array([_bare(each) for each in _items(stream, depth + 1, nested=True)])
    if piece.pair:
        said = list(_items(stream, depth + 1, nested=True))
        if len(said) == 1 and isinstance(said[0], _Pair):
            return said[0]
        raise ValueError("a pair is a name and a value")
    if piece.name is not None:
        value = next(stream, None)
        if value is None or value.end:
            raise ValueError(f"{piece.name!r} has no value")
        return _Pair((piece.name, _bare(_item(value, stream, depth + 1))))
    return piece.value


def _bare(item: Any) -> Any:
    return dict([item]) if isinstance(item, _Pair) else item


def _object(items: list[Any]) -> Any:
    if not all(isinstance(each, _Pair) for each in items):
        return [_bare(each) for each in items]
    said = dict(items)
    return said if len(said) == len(items) else [_bare(each) for each in items]


def _array(items: list[Any]) -> Any:
    return b"".join(items) if items and all(isinstance(each, bytes) for each in items) else items


def pieces_of(value: Any) -> tuple[Piece, ...]:
    """The pieces that say a value: for who serves the family (`VirtualKernel`). Raises EncodeTypeError."""
    return tuple(_said(value, outermost=True))


def _said(value: Any, *, outermost: bool = False) -> Iterator[Piece]:
    if isinstance(value, dict):
        if not outermost:
            yield Piece(object=True)
        for name, each in value.items():
            text_of(name, "devlink.pieces_of(value)")
            yield Piece(pair=True)
            yield Piece(name=name)
            yield from _said(each)
            yield Piece(end=True)
        if not outermost:
            yield Piece(end=True)
    elif isinstance(value, list | tuple):
        yield Piece(array=True)
        for each in value:
            yield from _said(each)
        yield Piece(end=True)
    elif isinstance(value, bytes):
        yield Piece(array=True)
        for at in range(0, len(value), _CHUNK):
            yield Piece(type=ValueType.BINARY, value=value[at : at + _CHUNK])
        yield Piece(end=True)
    elif isinstance(value, bool):
        yield Piece(type=ValueType.FLAG, value=value)
    elif isinstance(value, int):
        yield Piece(type=ValueType.U32 if value < 1 << 32 else ValueType.U64, value=value)
    elif isinstance(value, str):
        yield Piece(type=ValueType.NUL_STRING, value=value)
    else:
        why = f"a message has dicts, lists, numbers, texts and bytes, not {type(value).__name__} {value!r}"
        raise EncodeTypeError(why, "devlink.pieces_of(value)")
