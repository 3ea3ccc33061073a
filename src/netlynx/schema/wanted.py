"""Names that stand in a record where the kernel wants numbers, and the record with the numbers in their place.

An open network namespace stands in a record as its name would: the number is that of its descriptor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from netlynx.schema.kinds import Kind
from netlynx.schema.namespaces import Descriptor
from netlynx.schema.record import Layout, Record, class_of, replace_fields

if TYPE_CHECKING:
    from netlynx.netns import NetworkNamespace

R = TypeVar("R", bound=Record | Layout)


class Wanted(NamedTuple):
    """A name whose number is wanted: what sort of name it is (`Kind.names`), and the field that it stands in."""

    names: str
    name: str | NetworkNamespace
    path: str


Numbers: TypeAlias = "Mapping[tuple[str, str | NetworkNamespace], int]"
"""The numbers of names, by sort and name."""


def stand_ins(names: Iterable[Wanted]) -> dict[tuple[str, str | NetworkNamespace], int]:
    """Numbers that stand for any, to see whether something can be made with them."""
    return {
        each[:2]: Descriptor(number) if each.names == "namespace" else number for number, each in enumerate(names, 1)
    }


def wanted(record: Record | Layout) -> tuple[Wanted, ...]:
    """The names in a record and in all within it, in the order of the fields."""
    return tuple(_wanted(record, class_of(record).__name__))


def _wanted(value: Any, path: str) -> Iterator[Wanted]:
    if isinstance(value, tuple | list):
        for i, each in enumerate(value):
            yield from _wanted(each, f"{path}[{i}]")
    elif isinstance(value, Record | Layout):
        named, others = _fields(class_of(value))
        for name, names in named.items():
            given = getattr(value, name)
            if _stands(names, given):
                yield Wanted(names, given, f"{path}.{name}")
        for name in others:
            yield from _wanted(getattr(value, name), f"{path}.{name}")


def filled(record: R, numbers: Numbers) -> R:
    """The record with numbers in the place of names. Raises KeyError for a name that has none."""
    made: R = _filled(record, numbers)
    return made


def _filled(value: Any, numbers: Numbers) -> Any:
    if isinstance(value, tuple | list):
        return tuple(_filled(each, numbers) for each in value)
    if not isinstance(value, Record | Layout):
        return value
    named, others = _fields(class_of(value))
    changes = {
        name: numbers[names, given] for name, names in named.items() if _stands(names, given := getattr(value, name))
    }
    for name in others:
        given = getattr(value, name)
        if isinstance(given, Record | Layout | tuple | list):
            made = _filled(given, numbers)
            if made != given:
                changes[name] = made
    return replace_fields(value, **changes) if changes else value


def _stands(names: str, given: Any) -> bool:
    """Whether it is in the place of a number."""
    return isinstance(given, str) or (names == "namespace" and hasattr(given, "fileno"))


@cache
def _fields(cls: Any) -> tuple[dict[str, str], tuple[str, ...]]:
    """The fields of a class that take names, with the sort of them, and those that may have records in them."""
    named = {}
    others = []
    for name, declaration in cls.__declarations__.items():
        kind: Kind = declaration.kind or cls.__header__.__declarations__[declaration.header or name].kind
        if kind.names:
            named[name] = kind.names
        elif kind.target is not None or kind.item is not None or kind.choices is not None:
            others.append(name)
    return named, tuple(others)
