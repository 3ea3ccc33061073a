"""Records with hostile text in each of their texts, each made once: what a `kernel_hostile` answers with."""

from __future__ import annotations

from functools import cache
from typing import Any

from netlynx.schema.kinds import Code, Kind, Option

HOSTILE = "\x1b[2J\u202e\x9b\x7f\nF!"  # clear the screen, turn the line around, forge a line; 13 bytes
DEEPEST = 3


def hostile(cls: Any, depth: int = DEEPEST, **given: Any) -> Any:
    """A record or struct of a class with hostile text wherever there is text."""
    return cls(**{name: value for name, value in _values(cls, depth).items() if name not in given}, **given)


@cache  # by who forks a process for each command, for all of these
def _values(cls: Any, depth: int) -> dict[str, Any]:
    values = {}
    for name, declaration in cls.__declarations__.items():
        if declaration.kind is not None and declaration.role != "head":
            value = _value(declaration.kind, depth)
            if value is not None:
                values[name] = value
    return values


def _value(kind: Kind, depth: int) -> Any:
    if kind.options & Option.MULTI or kind.code in (Code.ARRAY, Code.INDEXED):
        item = None if kind.item is None or kind.options & Option.KEYED else _value(kind.item, depth)
        return None if item is None else (item,)
    if kind.code is Code.STRING and kind.values is None:
        return HOSTILE.encode()[: kind.width or None].decode(errors="ignore")
    if kind.code is Code.STRUCT and kind.target is not None:
        return hostile(kind.target(), depth)
    if kind.code is Code.NEST and kind.target is not None and depth:
        return hostile(kind.target(), depth - 1)
    return None
