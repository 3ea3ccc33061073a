"""Where in a message secrets stand: who shows bytes leaves them out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from netlynx.schema.compile import positions
from netlynx.schema.kinds import Code, Option
from netlynx.schema.record import Layout, Record, class_of, replace_fields
from netlynx.schema.settle import kind_of


def holds_secrets(value: Any) -> bool:
    """Whether a record or struct, or one within it, has something that is secret."""
    if isinstance(value, tuple):
        return any(holds_secrets(each) for each in value)
    if not isinstance(value, Record | Layout):
        return False
    declared = class_of(value).__declarations__
    return any(
        said is not None and (declared[name].secret or holds_secrets(said))
        for name in declared
        for said in (getattr(value, name),)
    )


@cache
def may_hold_secrets(cls: Any) -> bool:
    """Whether a record or struct of this class may have something that is secret, or one within it."""
    met: set[Any] = set()
    waiting = [cls]
    while waiting:
        each = waiting.pop()
        if each in met or not hasattr(each, "__declarations__"):
            continue
        met.add(each)
        for name, declaration in each.__declarations__.items():
            if declaration.secret:
                return True
            kinds = [kind_of(each, name)] if declaration.kind is not None else []
            while kinds:
                kind = kinds.pop()
                waiting += [] if kind.target is None else [kind.target()]
                kinds += [
                    inner for inner in (kind.item, kind.shown, *(kind.choices or {}).values()) if inner is not None
                ]
    return False


def without_secrets(value: Any) -> Any:
    """A record or struct in which what is secret is not there, all the way down; anything else as it is."""
    if isinstance(value, tuple):
        return tuple(without_secrets(each) for each in value) if holds_secrets(value) else value
    if not holds_secrets(value):
        return value
    declared = class_of(value).__declarations__
    return replace_fields(
        value,
        **{
            name: each.default if each.secret else without_secrets(getattr(value, name))
            for name, each in declared.items()
        },
    )


def within_struct(cls: Any, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Where the secrets of a struct of this class stand, which stands from `first` to `last`."""
    for name, (offset, size) in positions(cls).items():
        kind, begin = kind_of(cls, name), first + offset
        if cls.__declarations__[name].secret:
            yield begin, last if kind.options & Option.REST else begin + size
        elif kind.code is Code.STRUCT:
            yield from within_struct(kind.held, begin, begin + size)
