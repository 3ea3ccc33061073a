"""Conditions on sockets, to be combined: ``(where.source_port == 443) & ~(where.destination == "10.0.0.0/8")``.

`where` has every field of the records; of those within a record too (``where.info.rtt > 100_000``). What may stand for
a value is said at `netlynx.Dump.where`. `netlynx.diag.splitting` says which of it the kernel compares.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import msgspec

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema.either import Masked
from netlynx.schema.record import unknown_field
from netlynx.schema.settle import kind_of

_MOST = (1 << 64) - 1
_EITHER = {"port": ("source_port", "destination_port"), "address": ("source", "destination")}
"""What means one of two fields, whichever fits."""


class Condition:
    """What a socket has to be like. Combined with ``&``, ``|``, ``~``, which bind closer than ``==``: use brackets."""

    __slots__ = ()

    def __and__(self, other: Condition) -> Condition:
        return Every((*_parts(self, Every), *_parts(_condition(other), Every)))

    def __or__(self, other: Condition) -> Condition:
        return Some((*_parts(self, Some), *_parts(_condition(other), Some)))

    def __invert__(self) -> Condition:
        return self.part if isinstance(self, Not) else Not(self)

    def __repr__(self) -> str:
        return f"<Condition {self}>"

    def __bool__(self) -> bool:
        raise TypeError("conditions are combined with & | ~ and brackets, not with and, or, not")


class Comparison(Condition, msgspec.Struct, frozen=True):
    """A field, or one within it, and what it has to be."""

    path: tuple[str, ...]
    value: Any

    def __str__(self) -> str:
        return f"{'.'.join(self.path)}={_shown(self.value)}"


class Automatic(Condition, msgspec.Struct, frozen=True):
    """The kernel chose the port: nobody bound the socket to it."""

    def __str__(self) -> str:
        return "automatic"


class Every(Condition, msgspec.Struct, frozen=True):
    """All of several."""

    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return " & ".join(f"({each})" if isinstance(each, Some) else str(each) for each in self.parts)


class Some(Condition, msgspec.Struct, frozen=True):
    """Any of several."""

    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return " | ".join(f"({each})" if isinstance(each, Every) else str(each) for each in self.parts)


class Not(Condition, msgspec.Struct, frozen=True):
    """The opposite."""

    part: Condition

    def __str__(self) -> str:
        return f"~({self.part})" if isinstance(self.part, Every | Some) else f"~{self.part}"


class Field:
    """A field of sockets in a condition: compared, it makes one."""

    __slots__ = ("_mask", "_path")
    __hash__ = None  # type: ignore[assignment]  # it is equal to nothing

    def __init__(self, path: tuple[str, ...], mask: int | None = None) -> None:
        self._path = path
        self._mask = mask

    def __getattr__(self, name: str) -> Field:
        if name.startswith("__"):
            raise AttributeError(name)
        return Field((*self._path, name))

    def masked(self, mask: int) -> Field:
        """The field of which these bits are compared: ``where.mark.masked(0xFF) == 7``."""
        return Field(self._path, mask)

    def __eq__(self, value: object) -> Condition:  # type: ignore[override]  # a condition, not a truth
        if self._mask is not None:
            value = _masked(self._path, value, self._mask)
        return compared(self._path, value)

    def __ne__(self, value: object) -> Condition:  # type: ignore[override]
        return ~(self == value)

    def __lt__(self, value: int) -> Condition:
        return self._between(0, value)

    def __le__(self, value: int) -> Condition:
        return self._between(0, value, 1)

    def __gt__(self, value: int) -> Condition:
        return self._between(value, _MOST, 1, 1)

    def __ge__(self, value: int) -> Condition:
        return self._between(value, _MOST, 1)

    def _between(self, low: int, high: int, more: int = 0, above: int = 0) -> Condition:
        for each in (low, high):
            if isinstance(each, bool) or not isinstance(each, int):
                raise EncodeTypeError(f"expected a number, not {type(each).__name__} {each!r}", ".".join(self._path))
        return compared(self._path, range(low + above, high + more))

    def __bool__(self) -> bool:
        raise TypeError(f"where.{'.'.join(self._path)} says nothing by itself: compare it")

    def __repr__(self) -> str:
        return f"where.{'.'.join(self._path)}"


class _Where:
    """All fields of sockets, and `port` and `address` for those of either end."""

    __slots__ = ()

    @property
    def automatic(self) -> Condition:
        """The kernel chose the port: nobody bound the socket to it. Compared by the kernel alone."""
        return Automatic()

    def __getattr__(self, name: str) -> Field:
        if name not in self._names():
            raise AttributeError(str(unknown_field("diag.where", name, self._names())))
        return Field((name,))

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._names()]

    def _names(self) -> tuple[str, ...]:
        if not _fields:
            import_module("netlynx.diag.everything")  # it knows all records, and has its fields put here
        return (*_fields, *_EITHER, "automatic")


where = _Where()  # makes conditions: `where.port == 443`, `where.destination == "10.0.0.0/8"`
_fields: dict[str, None] = {}


def may_be_asked_of(*records: Any) -> None:
    """Have `where` know the fields of records."""
    for record in records:
        _fields.update(dict.fromkeys(record.__declarations__))


def compared(path: tuple[str, ...], value: object) -> Condition:
    """A field, and what it has to be."""
    either = _EITHER.get(path[0])
    if either is not None and len(path) == 1:
        return Some(tuple(Comparison((name,), value) for name in either))
    return Comparison(path, value)


def of_fields(fields: dict[str, Any]) -> Condition | None:
    """The condition that keywords say, all of them; None for none."""
    made: list[Condition] = []
    for name, value in fields.items():
        if name == "automatic":
            if not isinstance(value, bool):
                raise EncodeTypeError(f"expected True or False, not {value!r}", "automatic")
            made.append(Automatic() if value else Not(Automatic()))
        else:
            made.append(compared((name,), value))
    return every(made)


def every(conditions: list[Condition]) -> Condition | None:
    """All of them as one."""
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    return Every(tuple(part for each in conditions for part in _parts(each, Every)))


def plain(condition: Condition, negated: bool = False) -> Condition:
    """The same with `Not` around comparisons alone."""
    if isinstance(condition, Not):
        return plain(condition.part, not negated)
    if isinstance(condition, Every | Some):
        kind = Every if isinstance(condition, Every) != negated else Some
        return kind(tuple(inner for each in condition.parts for inner in _parts(plain(each, negated), kind)))
    return Not(condition) if negated else condition


def leaves(condition: Condition) -> Iterator[Condition]:
    """What a condition is made of, in the end."""
    if isinstance(condition, Every | Some):
        for each in condition.parts:
            yield from leaves(each)
    elif isinstance(condition, Not):
        yield from leaves(condition.part)
    else:
        yield condition


def comparisons(condition: Condition | None) -> Iterator[Comparison]:
    """All comparisons in a condition."""
    found = () if condition is None else leaves(condition)
    return (each for each in found if isinstance(each, Comparison))


def check(condition: Condition, record: Any) -> None:
    """Raises TypeError, naming the nearest, for a field that the record does not have."""
    for each in comparisons(condition):
        owner = record
        for name in each.path:
            fields = getattr(owner, "__declarations__", None)
            if fields is None:
                raise TypeError(f"{owner.__name__} has no fields: {each}")
            if name not in fields:
                extra = (*_EITHER, "automatic") if owner is record else ()
                raise unknown_field(owner.__name__, name, (*fields, *extra))
            owner = kind_of(owner, name).held or type(name, (), {})


def _parts(condition: Condition, kind: type[Every] | type[Some]) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, kind) else (condition,)


def _condition(value: object) -> Condition:
    if not isinstance(value, Condition):
        raise EncodeTypeError(f"expected a condition such as where.source_port == 443, not {value!r}", "condition")
    return value


def _masked(path: tuple[str, ...], value: object, mask: object) -> Masked:
    for each in (value, mask):
        if isinstance(each, bool) or not isinstance(each, int):
            raise EncodeTypeError(f"expected a number, not {type(each).__name__} {each!r}", ".".join(path))
    assert isinstance(value, int)
    assert isinstance(mask, int)
    if value & ~mask:
        raise EncodeError(f"{value:#x} has bits outside of {mask:#x}: none fits that", ".".join(path))
    return Masked(value, mask)


def _shown(value: object) -> str:
    if isinstance(value, range):
        last = value.stop - 1
        return f"{value.start}-{'' if last >= _MOST else last}" if value.step == 1 else repr(value)
    if isinstance(value, Masked):
        return f"{value.masked:#x}/{value.mask:#x}"
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(sorted(map(_shown, value))) + "}"
    return str(getattr(value, "label", value))
