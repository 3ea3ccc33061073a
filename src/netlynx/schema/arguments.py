"""What operations do with their arguments before they become a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum, IntFlag
from functools import cache
from typing import Any, TypeVar

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema.compile import enum_tables
from netlynx.schema.kinds import Code, Option
from netlynx.schema.settle import kind_of

E = TypeVar("E", bound=IntEnum)
F = TypeVar("F", bound=IntFlag)
C = TypeVar("C")


def record_of(cls: type[C], value: object, path: str) -> C:
    """The value, if it is a record of a class, and so are those in it: whoever looks at their fields finds them.

    Raises EncodeTypeError for anything else, with `path` or, of one within it, with the field's.
    """
    if not isinstance(value, cls):
        raise EncodeTypeError(f"expected a {cls.__name__}, not {type(value).__name__} {value!r}", path)
    owner: Any = cls
    for name, inner in _nested(owner):
        if getattr(value, name) is not None:
            record_of(inner, getattr(value, name), f"{cls.__name__}.{name}")
    return value


@cache
def _nested(cls: Any) -> tuple[tuple[str, type], ...]:
    """The fields that hold one record or struct each, with the classes of those."""
    kinds = ((name, kind_of(cls, name)) for name in getattr(cls, "__declarations__", ()))
    return tuple(
        (name, kind.target())
        for name, kind in kinds
        if kind.code in (Code.NEST, Code.STRUCT)
        and kind.target is not None
        and not kind.options & (Option.MULTI | Option.TAGGED)
    )


def text_of(value: object, path: str) -> str:
    """The value, if it is text. Raises EncodeTypeError with `path` for anything else."""
    if not isinstance(value, str):
        raise EncodeTypeError(f"expected a text, not {type(value).__name__} {value!r}", path)
    return value


def name_of(value: object, path: str) -> str:
    """The name that something is called by. Raises EncodeError with `path` for none, EncodeTypeError for no text."""
    if value is None or not text_of(value, path):
        raise EncodeError("say what it is called", path)
    return str(value)


def several_of(value: Iterable[C], path: str) -> tuple[C, ...]:
    """The values of any iterable but a text, bytes or a mapping. Raises EncodeTypeError with `path` for those."""
    given: object = value  # whatever callers without a type checker hand over
    if not isinstance(given, Iterable) or isinstance(given, str | bytes | Mapping):
        raise EncodeTypeError(f"expected a list, not {type(given).__name__} {given!r}", path)
    return tuple(value)


def texts_of(value: str | Iterable[str], path: str) -> frozenset[str]:
    """A text, or several in any iterable. Raises EncodeTypeError with `path` for anything else."""
    given = (value,) if isinstance(value, str) else several_of(value, path)
    return frozenset(text_of(each, path) for each in given)


def member_of(values: type[E], value: object, path: str) -> E:
    """The enum member meant by a member, a number, a name or a label, as a record's field takes them.

    Case does not matter, nor whether words are joined by ``-`` or ``_``. Raises EncodeError with `path` for a name or
    number that the enum does not have, EncodeTypeError for what is neither.
    """
    if isinstance(value, str):
        number = _named(values, value)
        if number is not None:
            return values(number)
    elif isinstance(value, int) and not isinstance(value, bool):
        try:
            return values(value)
        except ValueError:
            pass
    else:
        raise EncodeTypeError(f"expected one of {_names(values)}, not {value!r}", path)
    raise EncodeError(f"{value!r} is none of {_names(values)}", path)


def number_of(values: type[E], value: object, path: str) -> E | int:
    """As `member_of`, but a number that no member has stays a number: of an enumeration that is open."""
    if isinstance(value, int) and not isinstance(value, bool) and value not in values.__members__.values():
        return int(value)
    return member_of(values, value, path)


def flags_of(values: type[F], value: object, path: str) -> F:
    """The set of flags meant by a number, a name or label, or several of them.

    Raises EncodeError with `path` for a name that no flag has; bits without a name are kept.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return values(value)
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, (list, tuple, set, frozenset)):
        raise EncodeTypeError(f"expected flags ({_names(values)}), not {value!r}", path)
    flags = values(0)
    for name in names:
        if isinstance(name, str):
            number = _named(values, name)
            if number is None:
                raise EncodeError(f"{name!r} is none of {_names(values)}", path)
            flags |= values(number)
        else:
            flags |= flags_of(values, name, path)
    return flags


def _named(values: type[IntEnum] | type[IntFlag], name: str) -> int | None:
    return _known(values).get(name.lower().replace("-", "_"))


@cache
def _known(values: type[IntEnum] | type[IntFlag]) -> dict[str, int]:
    names: dict[str, int] = enum_tables(values)["labels"]
    return names


def _names(values: type[IntEnum] | type[IntFlag]) -> str:
    return ", ".join(name.lower().replace("_", "-") for name in values.__members__)
