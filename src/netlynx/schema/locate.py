"""From a byte offset in a request back to the field that stands there: extended ACKs speak in offsets."""

from __future__ import annotations

import struct
from typing import Any

from netlynx.schema.compile import layout_size
from netlynx.schema.kinds import Code, Kind, Option
from netlynx.schema.record import Record
from netlynx.schema.tags import tags_of

_ATTRIBUTE = struct.Struct("=HH")
_LENGTH = struct.Struct("=H")  # of an entry of a sequence
_TYPE_MASK = 0x3FFF


def locate(record: Record, payload: bytes, offset: int) -> str:
    """The path of the field whose attribute starts at `offset` of the encoded `payload`, such as ``Route.metrics.mtu``.

    An offset inside the fixed header, or one that hits nothing, gives the innermost record that holds it.
    """
    path = [type(record).__name__]
    _descend(type(record), record, payload, 0, len(payload), offset, (), path)
    return _joined(path)


def missing(record: Record, payload: bytes, number: int, nest: int | None) -> str:
    """The path of an attribute that should have been there: its number, and the offset of the nest it belongs in."""
    path = [type(record).__name__]
    owner: Any = type(record)
    if nest is not None:
        owner, scope = _descend(type(record), record, payload, 0, len(payload), nest, (), path)
    else:
        scope = ()
    name = _field(owner, scope, number)[0] if owner is not None else ""
    return _joined([*path, name or f"attribute {number}"])


def _joined(path: list[str]) -> str:
    return ".".join(path).replace(".[", "[")


def _header(cls: Any) -> int:
    header = getattr(cls, "__header__", None)
    return (layout_size(header)[0] + 3) & ~3 if header else 0


def _field(cls: Any, scope: tuple[int, ...], number: int) -> tuple[str, Kind | None]:
    for name, declaration in cls.__declarations__.items():
        if declaration.role != "attr" or tuple(map(int, declaration.path[:-1])) != scope:
            continue
        if number in (declaration.path[-1], declaration.other):
            return name, declaration.kind
    return "", None


def _descend(
    cls: Any,
    value: Any,
    data: bytes,
    start: int,
    end: int,
    offset: int,
    scope: tuple[int, ...],
    path: list[str],
    headless: bool = False,
) -> tuple[Any, tuple[int, ...]]:
    """Follow `offset` down; extends `path` and returns the record class (and inline scope) it ended in."""
    at = start if scope or headless else start + _header(cls)
    counts: dict[int, int] = {}
    while at + _ATTRIBUTE.size <= end:
        length, number = _ATTRIBUTE.unpack_from(data, at)
        number &= _TYPE_MASK
        if length < _ATTRIBUTE.size or at + length > end:
            break
        if at <= offset < at + length:
            return _enter(cls, value, data, at, length, number, offset, scope, path, counts.get(number, 0))
        counts[number] = counts.get(number, 0) + 1
        at += (length + 3) & ~3
    return cls, scope


def _enter(
    cls: Any,
    value: Any,
    data: bytes,
    at: int,
    length: int,
    number: int,
    offset: int,
    scope: tuple[int, ...],
    path: list[str],
    nth: int,
) -> tuple[Any, tuple[int, ...]]:
    name, kind = _field(cls, scope, number)
    inner_start, end = at + _ATTRIBUTE.size, at + length
    if kind is None:
        if any(tuple(map(int, d.path[: len(scope) + 1])) == (*scope, number) for d in cls.__declarations__.values()):
            return _descend(cls, value, data, inner_start, end, offset, (*scope, number), path)
        path.append(f"attribute {number}")
        return None, ()
    path.append(name)
    inner = getattr(value, name, None)
    if kind.options & Option.MULTI:
        path.append(f"[{nth}]")
        inner = inner[nth] if isinstance(inner, tuple) and nth < len(inner) else None
    if kind.code is Code.SEQUENCE and isinstance(inner, tuple):
        return _in_sequence(inner, data, inner_start, end, offset, path)
    if kind.options & Option.TAGGED or (kind.item is not None and kind.item.options & Option.TAGGED):
        return _in_tagged(kind, inner, data, inner_start, end, offset, path)
    if offset > at and isinstance(inner, Record):
        return _descend(type(inner), inner, data, inner_start, end, offset, (), path, kind.headless)
    return (type(inner) if isinstance(inner, Record) else None), ()


def _in_tagged(
    kind: Kind, inner: Any, data: bytes, start: int, end: int, offset: int, path: list[str]
) -> tuple[Any, tuple[int, ...]]:
    """Within what a tag stands for; the record around both has no name in what was given."""
    if offset < start or not isinstance(inner, Record):
        return (type(inner) if isinstance(inner, Record) else None), ()
    tags = tags_of(kind.held)
    wrapper = tags.write(inner)
    below: list[str] = []
    found = _descend(tags.wrapper, wrapper, data, start, end, offset, (), below)
    path += below[1:] if below[:1] == [tags.value] and wrapper is not inner else below
    return found


def _in_sequence(
    entries: tuple[Any, ...], data: bytes, at: int, end: int, offset: int, path: list[str]
) -> tuple[Any, tuple[int, ...]]:
    for number, entry in enumerate(entries):
        if at + 2 > end:
            break
        (length,) = _LENGTH.unpack_from(data, at)
        if at <= offset < at + length:
            path.append(f"[{number}]")
            return _descend(type(entry), entry, data, at, at + length, offset, (), path)
        at += (length + 3) & ~3
    return None, ()
