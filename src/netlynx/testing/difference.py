"""Whether a request is what an operation asks, and in which words it is not."""

from __future__ import annotations

from typing import Any, TypeAlias

from netlynx.engine.decoding import Decoded, flag_names
from netlynx.engine.lexicon import decoded
from netlynx.engine.messages import ADDED, flags_of
from netlynx.engine.operation import Call, Do, Dump, Group, in_words
from netlynx.errors import DecodeError
from netlynx.schema.record import Layout, Record, fields_of
from netlynx.wire.message import Message

One: TypeAlias = Do[Any] | Dump[Any] | Call[Any]
"""An operation that is one request."""

_SHOWN = 30  # requests that an error lists


def check_operation(operation: Any) -> One:
    """The operation itself. Raises TypeError for what makes several requests, or none."""
    if isinstance(operation, Do | Dump):
        return operation
    if isinstance(operation, Call):
        if not operation.header:
            raise TypeError(f"{operation} has no header: requests are told by theirs")
        return operation
    if isinstance(operation, Group):
        raise TypeError(f"{operation.name} is something to subscribe to: nothing is asked for it")
    raise TypeError(
        f"{operation} is not one request: name those that it consists of, such as route.routes() and route.delete(…)"
    )


def fits(operation: One, asked: Decoded, families: dict[int, str]) -> bool:
    """Whether a request is the operation's: the same but for numbers, ACK and the order of attributes."""
    message = asked.message
    if not _is_kin(operation, asked, families) or message.flags & ~ADDED != flags_of(operation):
        return False
    if message.payload == operation.payload:
        return True
    said = _said(operation)
    return said is not None and _said(operation, message.payload) == said


def not_asked(operation: One, asked: list[Decoded], families: dict[int, str], after: int) -> str:
    """The text of the error for an operation that is not among what was asked, from position `after` on."""
    lines = [f"{operation} was not asked of the kernel{f' after request {after}' if after else ''}."]
    lines.append(listed(asked))
    rest = list(enumerate(asked))[after:]
    kin = [(number, each) for number, each in rest if _is_kin(operation, each, families)]
    if kin:
        number, nearest = min(kin, key=lambda each: len(_differences(operation, each[1])))
        lines.append(f"The nearest is request {number + 1}:")
        lines += [f"  {line}" for line in _differences(operation, nearest)]
    elif any(fits(operation, each, families) for each in asked[:after]):
        lines.append("It was asked before that: operations are looked for in the order in which they are given.")
    return "\n".join(lines)


def listed(asked: list[Decoded]) -> str:
    """What was asked, a numbered line each."""
    if not asked:
        return "Nothing was asked of it."
    lines = [f"It was asked {len(asked)} time{'s' if len(asked) > 1 else ''}:"]
    lines += [f"{number:3}. {each}" for number, each in enumerate(asked[:_SHOWN], 1)]
    if len(asked) > _SHOWN:
        lines.append(f"     … and {len(asked) - _SHOWN} more")
    return "\n".join(lines)


def _is_kin(operation: One, asked: Decoded, families: dict[int, str]) -> bool:
    """Whether a request is of the operation's protocol, type and, in generic netlink, command."""
    if operation.protocol != asked.protocol:
        return False
    if isinstance(operation, Call) or not operation.family:
        return operation.message_type == asked.message.type
    same = families.get(asked.message.type) == operation.family
    return same and operation.payload[:1] == asked.message.payload[:1]


def _said(operation: One, payload: bytes | None = None) -> Record | Layout | None:
    """A payload, or the operation's own, as its record."""
    if not isinstance(operation.request, Record | Layout):
        return None
    try:
        said: Record | Layout = decoded(type(operation.request), operation.payload if payload is None else payload)
    except DecodeError:
        return None
    return said


def _differences(operation: One, asked: Decoded) -> list[str]:
    lines = []
    message = asked.message
    if message.flags & ~ADDED != flags_of(operation):
        wanted = Message(message.type, flags_of(operation))
        had = Message(message.type, message.flags & ~ADDED)
        lines.append(f"flags: {_flags(wanted)} expected, {_flags(had)} asked")
    expected, said = _said(operation), _said(operation, message.payload)
    if expected is None or said is None:
        if message.payload != operation.payload:
            lines.append(f"payload: {operation.payload.hex()} expected, {message.payload.hex()} asked")
    else:
        before, now = fields_of(expected), fields_of(said)
        for name in dict.fromkeys((*before, *now)):
            if before.get(name) != now.get(name):
                lines.append(f"{name}: {_value(before.get(name))} expected, {_value(now.get(name))} asked")
    return lines


def _flags(message: Message) -> str:
    return "|".join(flag_names(message)) or "none"


def _value(value: Any) -> str:
    if value is None:
        return "nothing"
    return f"({in_words(value)})" if isinstance(value, Record) else str(value)
