"""A request as it would be sent: its header, its attributes by the kernel's names, its bytes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from netlynx.codec._codec import decode, pack_requests
from netlynx.engine.messages import headlines
from netlynx.engine.operation import Bound, Do
from netlynx.errors import DecodeError
from netlynx.schema.compile import plan_of
from netlynx.schema.kinds import Code, Option
from netlynx.schema.record import Declaration, class_of
from netlynx.schema.secrets import within_struct
from netlynx.schema.settle import kind_of
from netlynx.schema.tags import tags_of
from netlynx.schema.to_words import HIDDEN, to_words
from netlynx.wire.constants import NLMSG_HDRLEN, protocol_label

_ATTRIBUTE = struct.Struct("=HH")  # struct nlattr
_TYPE = 0x3FFF  # without NLA_F_NESTED and NLA_F_NET_BYTEORDER, linux/netlink.h
_ROW = 16  # bytes
_AT_TYPE = 4  # where the type stands in struct nlmsghdr
_ANY = 0xFFFF  # a number that no family has
_DEPTH = "  "


def lines_of(operation: Do[Any]) -> Iterator[str]:
    """What stands in the messages of an operation, in lines; what is secret stands in none of them."""
    if isinstance(operation, Bound):
        yield from _message(operation.begin)
        yield from _message(operation)
        yield from _message(operation.end)
    else:
        yield from _message(operation)


def _message(operation: Do[Any]) -> Iterator[str]:
    data = bytearray(pack_requests([operation], 1, 0)[0])
    known = bytearray(data)
    if operation.family:  # whose number is asked for when it is sent
        struct.pack_into("=H", known, _AT_TYPE, _ANY)
    name = headlines(operation.protocol, bytes(known), {_ANY: operation.family}, answer=False)[0]
    yield f"{name} on {protocol_label(operation.protocol)}, {len(data)} bytes"
    secrets: list[tuple[int, int]] = []
    request = operation.request
    header = getattr(class_of(request), "__header__", None)
    at = NLMSG_HDRLEN
    if header is not None:
        size = plan_of(class_of(request)).header_size
        yield f"{_DEPTH}{header.__c__ or header.__name__} {_of_header(header, bytes(data[at : at + size]))}".rstrip()
        at += size
        yield from _attributes(class_of(request), request, data, at, len(data), _DEPTH, (), secrets)
    else:
        yield from (f"{_DEPTH}{word}" for word in to_words(request, hide=True))
    yield from _hexadecimal(data, secrets)


def _of_header(header: Any, data: bytes) -> str:
    return " ".join(to_words(header.from_bytes(data)))


def _attributes(
    cls: Any,
    record: Any,
    data: bytearray,
    at: int,
    end: int,
    depth: str,
    path: tuple[int, ...],
    secrets: list[tuple[int, int]],
) -> Iterator[str]:
    """The attributes from `at` to `end`, which are those of a record below a path of nests."""
    seen: dict[str, int] = {}
    while at + _ATTRIBUTE.size <= end:
        length, kind = _ATTRIBUTE.unpack_from(data, at)
        if length < _ATTRIBUTE.size or at + length > end:
            return
        here = (*path, kind & _TYPE)
        first, last = at + _ATTRIBUTE.size, at + length
        at += length + -length % 4
        name, field = _declared(cls, here)
        if field is None:
            yield f"{depth}{name}"
            yield from _attributes(cls, record, data, first, last, depth + _DEPTH, here, secrets)
            continue
        declaration = cls.__declarations__.get(field)
        if declaration is None:
            yield f"{depth}{name} {data[first:last].hex()}"
            continue
        count = seen[field] = seen.get(field, -1) + 1
        value = getattr(record, field)
        if kind_of(cls, field).options & Option.MULTI and isinstance(value, tuple) and count < len(value):
            value = value[count]
        if declaration.secret:
            secrets.append((first, last))
            yield f"{depth}{name} {HIDDEN}"
        else:
            yield from _value(cls, field, value, data, first, last, depth, name, secrets)


def _value(
    cls: Any,
    field: str,
    value: Any,
    data: bytearray,
    first: int,
    last: int,
    depth: str,
    name: str,
    secrets: list[tuple[int, int]],
) -> Iterator[str]:
    """One attribute of a field: what it holds, or what is within."""
    kind = kind_of(cls, field)
    item = kind.item if kind.options & Option.MULTI and kind.item is not None else kind
    if item.code is Code.HOOK and item.target is not None:  # what is sent says more than the value
        value = decode(plan_of(item.target()), bytes(data[first:last]))
    if item.options & Option.TAGGED and item.target is not None:
        value = tags_of(item.target()).write(value)
    if item.code is Code.INDEXED and isinstance(value, tuple) and all(_is_nest(each) for each in value):
        yield f"{depth}{name}"
        for each, (number, start, stop) in zip(value, _parts(data, first, last), strict=False):
            yield f"{depth}{_DEPTH}{number}"
            within = _start(each, start)
            yield from _attributes(class_of(each), each, data, within, stop, depth + 2 * _DEPTH, (), secrets)
    elif _is_nest(value) and not item.headless:
        yield f"{depth}{name}"
        if _start(value, first) > first:
            header = class_of(value).__header__
            told = _of_header(header, bytes(data[first : _start(value, first)]))
            yield f"{depth}{_DEPTH}{header.__c__} {told}"
        yield from _attributes(class_of(value), value, data, _start(value, first), last, depth + _DEPTH, (), secrets)
    elif _is_nest(value):
        yield f"{depth}{name}"
        yield from _attributes(class_of(value), value, data, first, last, depth + _DEPTH, (), secrets)
    else:
        if item.code is Code.STRUCT:
            secrets.extend(within_struct(item.held, first, last))
        yield f"{depth}{name} {_said(cls, field, value, bytes(data[first:last]))}".rstrip()


def _is_nest(value: Any) -> bool:
    """Whether a value is a record, whose attributes have names."""
    return hasattr(type(value), "__header__") and hasattr(value, "unknown")


def _start(record: Any, at: int) -> int:
    """Where the attributes of a nest begin: behind its fixed header, if it has one."""
    header = class_of(record).__header__
    return at if header is None else at + int(plan_of(class_of(record)).header_size)


def _parts(data: bytearray, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    while at + _ATTRIBUTE.size <= end:
        length, kind = _ATTRIBUTE.unpack_from(data, at)
        if length < _ATTRIBUTE.size:
            return
        yield kind & _TYPE, at + _ATTRIBUTE.size, min(at + length, end)
        at += length + -length % 4


def _said(cls: Any, field: str, value: Any, payload: bytes) -> str:
    """A plain value in words; of what has none, the bytes."""
    multi = kind_of(cls, field).options & Option.MULTI and not isinstance(value, tuple)
    try:
        words = to_words(cls(**{field: (value,) if multi else value}), only=(field,), hide=True)
    except (ValueError, TypeError, DecodeError):
        return payload.hex()
    return " ".join(word.removeprefix(field).removeprefix(".0").lstrip(".:=") for word in words)


def _declared(cls: Any, path: tuple[int, ...]) -> tuple[str, str | None]:
    """What the kernel calls an attribute, and the field that it is of: None for a nest of several fields."""
    for field, declaration in cls.__declarations__.items():
        if declaration.role == "attr" and path in _paths(declaration):
            number = declaration.path[-1] if path == declaration.path else declaration.other
            return getattr(number, "c_name", str(path[-1])), field
    for declaration in cls.__declarations__.values():
        if declaration.role == "attr" and declaration.path[: len(path)] == path:
            return getattr(declaration.path[len(path) - 1], "c_name", str(path[-1])), None
    return f"attribute {path[-1]}", ""


def _paths(declaration: Declaration) -> tuple[tuple[int, ...], ...]:
    other = declaration.other
    return (declaration.path,) if other is None else (declaration.path, (*declaration.path[:-1], other))


def _hexadecimal(data: bytearray, secrets: list[tuple[int, int]]) -> Iterator[str]:
    """The bytes, sixteen to a line; `..` for those that are secret."""
    hidden = {at for first, last in secrets for at in range(first, last)}
    for row in range(0, len(data), _ROW):
        pairs = [".." if at in hidden else f"{data[at]:02x}" for at in range(row, min(row + _ROW, len(data)))]
        yield f"{_DEPTH}{row:04x}  {' '.join(pairs)}"
