"""Which class stands before which: what another one refers to comes first, and what refers to each other together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from netlynx.schema.kinds import Kind


def held(kind: Kind | None) -> Iterator[Any]:
    """The classes that a kind names: enumerations, structs, records."""
    if kind is None:
        return
    if kind.values is not None:
        yield kind.values
    if kind.target is not None:
        yield kind.target()
    yield from held(kind.item)
    for choice in (kind.choices or {}).values():
        yield from held(choice)


def needs(cls: Any) -> list[Any]:
    """The classes that a class refers to: its header first, then those of its fields."""
    if issubclass(cls, int):
        return []
    header = getattr(cls, "__header__", None)
    found = [] if header is None else [header]
    for declaration in cls.__declarations__.values():
        found += held(declaration.kind)
    return list(dict.fromkeys(found))


def ordered(roots: Iterable[Any]) -> list[list[Any]]:
    """All classes that the roots lead to, each behind those that it refers to; those in a circle are one list.

    Tarjan's algorithm for strongly connected components, without recursion.
    """
    index: dict[Any, int] = {}
    low: dict[Any, int] = {}
    stack: list[Any] = []
    waiting: set[Any] = set()
    found: list[list[Any]] = []
    for root in roots:
        if root in index:
            continue
        path = [(root, iter(needs(root)))]
        index[root] = low[root] = len(index)
        stack.append(root)
        waiting.add(root)
        while path:
            cls, rest = path[-1]
            for other in rest:
                if other not in index:
                    index[other] = low[other] = len(index)
                    stack.append(other)
                    waiting.add(other)
                    path.append((other, iter(needs(other))))
                    break
                if other in waiting:
                    low[cls] = min(low[cls], index[other])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[cls])
                if low[cls] == index[cls]:
                    knot: list[Any] = []
                    while not knot or knot[-1] is not cls:
                        knot.append(stack.pop())
                        waiting.discard(knot[-1])
                    found.append(knot[::-1])
    return found
