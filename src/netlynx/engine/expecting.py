"""What the verbs of a connection take, and what they say to anything else. Sync and async ask the same."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from netlynx.engine.named import NamedDo, NamedDump
from netlynx.engine.operation import Do, Dump, Group
from netlynx.engine.several import Several
from netlynx.schema.record import Layout, Record

T = TypeVar("T")

_TAKES = {
    "do": "operations such as route.link(name=…) or route.add(record)",
    "dump": "operations such as route.links()",
    "count": "operations such as route.links()",
    "table": "operations such as route.links()",
    "batch": "an iterable of operations such as route.add(record)",
    "subscribe": "groups such as route.LINKS",
    "flush": "a listing such as route.routes(table=100)",
    "mirror": "listings such as route.links()",
}


def unexpected(verb: str, given: object) -> TypeError:
    """The error for what a verb does not take."""
    return TypeError(f"{verb} takes {_TAKES[verb]}, not {_told(verb, given)}")


def check_groups(groups: Iterable[object]) -> None:
    """Raises TypeError for what nobody can subscribe to."""
    for group in groups:
        if not isinstance(group, Group):
            raise unexpected("subscribe", group)


def each_of(operations: Iterable[T]) -> Iterator[T]:
    """The operations of a batch. Raises TypeError for what is not iterable; `iter` raises what the iterable does."""
    if not hasattr(operations, "__iter__") and not hasattr(operations, "__getitem__"):
        raise unexpected("batch", operations)
    return iter(operations)


def _told(verb: str, given: Any) -> str:
    if isinstance(given, Group):
        return f"{given}: `subscribe` listens to that"
    if isinstance(given, Dump | NamedDump):
        return f"{given}: `dump` reads that"
    if isinstance(given, Several):
        return f"{given.name}, which is several tables: give it one of its `parts`"
    if isinstance(given, Do | NamedDo):
        return f"{given}: " + ("a batch of one is [operation]" if verb == "batch" else "`do` carries that out")
    if isinstance(given, Record | Layout):  # whose values may be secret
        return f"a record, {type(given).__name__}: functions such as route.add make operations of records"
    if isinstance(given, types.FunctionType):
        return f"the function {given.__name__}: call it, {given.__name__}(…)"
    if isinstance(given, list | tuple) and verb == "subscribe":
        return f"a {type(given).__name__}: give them one by one, {verb}(*groups)"
    return repr(given) if given is None or isinstance(given, int | str | bytes) else f"a {type(given).__name__}"
