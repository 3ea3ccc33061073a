"""The reference decoder: slow, in plain Python, and easy to check by eye. What every contestant's result must equal.

It reads a record's declaration and the bytes of a message and gives plain values: numbers (also for enums and flags),
text, hexadecimal for bytes, lists, and for records dicts of what is not at its default. Nothing of the native codec
is used; `plain` brings a record that the codec made to the same form.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any  # of what a declaration says and a decoder gives, any field may be any type

from netlynx.engine.operation import Do, Dump
from netlynx.schema.compile import layout_size, positions, shifts
from netlynx.schema.kinds import Code, Kind, Option
from netlynx.schema.record import Attribute, Layout, Record
from netlynx.wire.constants import AF_NETLINK, NETLINK_OPTION, NLM_F, SOL_NETLINK
from netlynx.wire.message import Message, align, parse_attributes, parse_messages

UNFIT = object()  # a payload that does not fit its kind stays raw, among the unknown attributes
# Of a flow, and of a socket: the next dump has others.
PASSING = ("timeout", "use", "last_data_sent", "last_data_received", "last_ack_received")
_INTEGERS = {1: "B", 2: "H", 4: "I", 8: "Q"}
_AF_INET, _AF_INET6, _AF_MPLS = 2, 10, 28
_EVERYTHING = {_AF_INET: "0.0.0.0/0", _AF_INET6: "::/0"}

Plain = dict[str, Any]
Context = tuple[tuple[type[Record], Plain], ...]  # the records around a value, the nearest first


# ------------------------------------------------------------------------------------------------- the wire


def flags(operation: Dump[Any] | Do[Any]) -> int:
    """The flags of the request's header."""
    return operation.flags | NLM_F.REQUEST | (NLM_F.DUMP if isinstance(operation, Dump) else 0)


def messages(operation: Dump[Any] | Do[Any]) -> Iterator[Message]:
    """What the kernel answers to an operation, without the control messages."""
    with socket.socket(AF_NETLINK, socket.SOCK_RAW, operation.protocol) as sock:
        sock.setsockopt(SOL_NETLINK, NETLINK_OPTION.GET_STRICT_CHK, 1)
        sock.settimeout(10)
        sock.send(Message(operation.message_type, flags(operation), 1, 0, operation.payload).pack())
        while True:
            for message in parse_messages(sock.recv(65536)):
                if message.errno:
                    raise OSError(message.errno, f"{operation}: the kernel refused it")
                if message.is_done:
                    return
                yield message
                if not message.is_multipart:
                    return


def records(operation: Dump[Any] | Do[Any], every: int = 1) -> Iterator[Plain]:
    """Each record of the answer, or one of so many, beginning with the first."""
    reply: Any = operation.reply
    assert reply is not None
    for message in islice(messages(operation), None, None, every):
        yield decode(reply, message.payload)


def as_line(values: Plain) -> str:
    return json.dumps(_lasting(values), sort_keys=True)


def _lasting(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _lasting(inner) for name, inner in value.items() if name not in PASSING}
    return value


# ------------------------------------------------------------------------------------------- from the bytes

_positions = cache(positions)
_shifts = cache(shifts)


@cache
def _size(layout: type[Layout]) -> int:
    return layout_size(layout)[0]


def decode(cls: type[Record], payload: bytes, around: Context = ()) -> Plain:
    """The values of a message or nest of class `cls`."""
    values: Plain = {}
    members: Plain = {}
    start = 0
    if cls.__header__ is not None:
        start = align(_size(cls.__header__))
        members = {name: payload[at : at + width] for name, (at, width) in _positions(cls.__header__).items()}
    for name, member, kind in _heads(cls):
        payload_of = _of_family(kind, members[member], members)
        values[name] = _value(kind, payload_of, ((cls, values), *around))
    for name, length in _destinations(cls):
        if members[length] == b"\0":
            values[name] = _EVERYTHING.get(payload[0])  # unless an attribute says otherwise
    unknown: list[Plain] = []
    _attributes(cls, payload[start:], (), members, values, unknown, around)
    values = _without_defaults(cls, values)
    if unknown:
        values["unknown"] = unknown
    return values


@cache
def _heads(cls: type[Record]) -> list[tuple[str, str, Kind | None]]:
    """The fields that the header has or repeats: name, member, kind."""
    found = []
    for name, declaration in cls.__declarations__.items():
        member = declaration.header or (name if declaration.role == "head" else "")
        if member:
            assert cls.__header__ is not None
            own = declaration.kind if declaration.role == "head" else None
            found.append((name, member, own or cls.__header__.__declarations__[member].kind))
    return found


@cache
def _destinations(cls: type[Record]) -> list[tuple[str, str]]:
    """The fields that stand for everything when they are absent, and the header's member with their length."""
    declared = [(name, declaration.kind) for name, declaration in cls.__declarations__.items()]
    return [(name, kind.length_field) for name, kind in declared if kind is not None and kind.options & Option.DEFAULT]


@cache
def _names(cls: type[Record]) -> dict[tuple[int, ...], str]:
    """The fields of a class by the numbers of their attributes."""
    return {d.path: name for name, d in cls.__declarations__.items() if d.role == "attr"}


def _attributes(
    cls: type[Record],
    data: bytes,
    within: tuple[int, ...],
    members: Plain,
    values: Plain,
    unknown: list[Plain],
    around: Context,
) -> None:
    inner, names = ((cls, values), *around), _names(cls)
    chosen: list[tuple[str, Kind, bytes]] = []
    for attribute in parse_attributes(data):
        path = (*within, attribute.type)
        name = names.get(path)
        kind = cls.__declarations__[name].kind if name is not None else None
        if kind is None:
            if any(known[: len(path)] == path for known in names):
                _attributes(cls, attribute.payload, path, members, values, unknown, around)
                continue
            value = UNFIT
        elif kind.code is Code.SELECT:
            chosen.append((name or "", kind, attribute.payload))
            continue
        elif kind.code is Code.PREFIX:
            value = _prefix(attribute.payload, members["family"][0], members[kind.length_field][0])
        elif kind.options & Option.MULTI:
            value = _value(kind.item, attribute.payload, inner)
        else:
            value = _value(kind, attribute.payload, inner)
        if value is UNFIT:
            unknown.append(_unknown(attribute, within))
        elif kind is not None and kind.options & Option.MULTI:
            values.setdefault(name or "", []).append(value)
        else:
            values[name or ""] = value
    for name, kind, payload in chosen:
        value = _value(_choice(kind, inner), payload, inner)
        values[name] = payload.hex() if value is UNFIT else value


def _unknown(attribute: Any, within: tuple[int, ...]) -> Plain:
    return {"type": attribute.type, "payload": attribute.payload.hex(), "within": list(within)}


def _choice(kind: Kind, around: Context) -> Kind | None:
    choices = kind.choices or {}
    for cls, values in around:
        if kind.selector in cls.__declarations__:
            return choices.get(values.get(kind.selector), choices.get(None))
    return choices.get(None)


def _value(kind: Kind | None, payload: bytes, around: Context) -> Any:
    """The plain value of one payload, or UNFIT."""
    if kind is None:
        return UNFIT
    match kind.code:
        case Code.INTEGER:
            return _integer(kind, payload)
        case Code.FLAG:
            return UNFIT if len(payload) > 1 or payload > b"\1" else payload != b"\0"
        case Code.STRING:
            text, _, rest = payload.partition(b"\0")
            if rest and not kind.options & Option.FIXED:
                return UNFIT
            return text.decode("utf-8", "surrogateescape")
        case Code.BINARY:
            return payload.hex()
        case Code.IP:
            fixed = kind.width and not kind.family
            return UNFIT if fixed and len(payload) != kind.width else _address(payload)
        case Code.MAC:
            return payload.hex(":") if len(payload) <= 64 else UNFIT
        case Code.LABELS:
            return _labels(payload)
        case Code.VIA:
            family = int.from_bytes(payload[:2], "little")
            fits = (family, len(payload)) in ((_AF_INET, 6), (_AF_INET6, 18))
            return _address(payload[2:]) if fits else UNFIT
        case Code.STRUCT:
            return _struct(_target(kind), payload, around)
        case Code.NEST:
            return decode(_target(kind), payload, around)
        case Code.ARRAY:
            return _array(kind, payload, around)
        case Code.INDEXED:
            items = [_value(kind.item, attribute.payload, around) for attribute in parse_attributes(payload)]
            return UNFIT if UNFIT in items else items
        case Code.SEQUENCE:
            return list(_sequence(_target(kind), payload, around))
        case Code.HOOK:
            assert kind.decoder is not None
            value = kind.decoder(payload)
            return UNFIT if value is NotImplemented else plain(value)
    raise NotImplementedError(f"the reference decoder does not know {kind.name}")


def _target(kind: Kind) -> Any:
    assert kind.target is not None
    return kind.target()


def _integer(kind: Kind, payload: bytes) -> Any:
    if len(payload) not in _INTEGERS:
        return UNFIT
    letter = _INTEGERS[len(payload)]
    signed = bool(kind.options & Option.SIGNED)
    order = ">" if kind.options & Option.BIG else "="
    (number,) = struct.unpack(order + (letter.lower() if signed else letter), payload)
    return bool(number) if kind.values is bool and number in (0, 1) else number


def _address(payload: bytes) -> Any:
    family = {4: socket.AF_INET, 16: socket.AF_INET6}.get(len(payload))
    return UNFIT if family is None else socket.inet_ntop(family, payload)


def _prefix(payload: bytes, family: int, length: int) -> Any:
    if family == _AF_MPLS:
        return _labels(payload)
    address = _address(payload)
    return UNFIT if address is UNFIT else f"{address}/{length}"


def _labels(payload: bytes) -> Any:
    entries = [int.from_bytes(payload[at : at + 4], "big") for at in range(0, len(payload), 4)]
    ends = [entry >> 8 & 1 for entry in entries]
    if (
        not entries
        or len(payload) % 4
        or any(entry & 0xEFF for entry in entries)
        or ends != [0] * (len(ends) - 1) + [1]
    ):
        return UNFIT
    return "/".join(str(entry >> 12) for entry in entries)


def _array(kind: Kind, payload: bytes, around: Context) -> Any:
    assert kind.item is not None
    width = kind.item.width or _size(_target(kind.item))
    if len(payload) % width:
        return UNFIT
    items = [_value(kind.item, payload[at : at + width], around) for at in range(0, len(payload), width)]
    return UNFIT if UNFIT in items else items


def _sequence(cls: type[Record], payload: bytes, around: Context) -> Iterator[Plain]:
    at = 0
    while at < len(payload):
        length = int.from_bytes(payload[at : at + 2], "little")
        yield decode(cls, payload[at : at + length], around)
        at += align(length)


def _of_family(kind: Kind | None, payload: bytes, members: Mapping[str, bytes]) -> bytes:
    """What counts of a member that is an address of the family that another member says."""
    if kind is None or not kind.family:
        return payload
    return payload[:4] if int.from_bytes(members[kind.family], sys.byteorder) == socket.AF_INET else payload


def _bits(kind: Kind, number: int) -> int:
    number &= (1 << kind.bits) - 1
    return bool(number) if kind.values is bool and number in (0, 1) else number


def _struct(layout: type[Layout], payload: bytes, around: Context) -> Plain:
    values: Plain = {}
    for name, (at, width) in _positions(layout).items():
        if at + width <= len(payload):
            kind = layout.__declarations__[name].kind
            if kind is not None and kind.code is Code.BITS:
                number = int.from_bytes(payload[at : at + width], sys.byteorder) >> _shifts(layout)[name]
                values[name] = _bits(kind, number)
                continue
            member = payload[at : at + width]
            if kind is not None and kind.family:
                start, size = _positions(layout)[kind.family]
                member = _of_family(kind, member, {kind.family: payload[start : start + size]})
            value = _value(kind, member, around)
            if value is not UNFIT:
                values[name] = value
    values = _without_defaults(layout, values)
    size = _size(layout)
    if len(payload) > size:
        values["tail"] = payload[size:].hex()
    return values


# -------------------------------------------------------------------------------------------- from a record


def plain(value: Any) -> Any:
    """A value of a record, as the reference decoder would give it."""
    if isinstance(value, Attribute):
        return {"type": value.type, "payload": value.payload.hex(), "within": list(value.within)}
    if isinstance(value, Record | Layout):
        found = ((name, getattr(value, name)) for name in type(value).__declarations__)
        values = _without_defaults(type(value), {name: plain(item) for name, item in found if item is not None})
        extra = getattr(value, "unknown", None) or getattr(value, "tail", None)
        if extra:
            values["tail" if isinstance(value, Layout) else "unknown"] = plain(extra)
        return values
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value


def _without_defaults(cls: type[Record] | type[Layout], values: Plain) -> Plain:
    defaults = _defaults(cls)
    return {name: value for name, value in values.items() if value is not None and value != defaults[name]}


@cache
def _defaults(cls: type[Record] | type[Layout]) -> Plain:
    return {name: plain(declaration.default) for name, declaration in cls.__declarations__.items()}
