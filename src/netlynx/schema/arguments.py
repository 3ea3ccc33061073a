"""What operations do with their arguments before they become a request."""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import TypeVar

from netlynx.errors import EncodeError, EncodeTypeError

E = TypeVar("E", bound=IntEnum)
F = TypeVar("F", bound=IntFlag)


def member_of(values: type[E], value: object, path: str) -> E:
    """The enum member meant by a member, a number or a name as `ip` writes it.

    Raises EncodeError with `path` for a name or number that the enum does not have.
    """
    if isinstance(value, str):
        member = values.__members__.get(value.upper().replace("-", "_"))
        if member is not None:
            return member
    elif isinstance(value, int) and not isinstance(value, bool):
        try:
            return values(value)
        except ValueError:
            pass
    else:
        raise EncodeTypeError(f"expected one of {_names(values)}, not {value!r}", path)
    raise EncodeError(f"{value!r} is none of {_names(values)}", path)


def flags_of(values: type[F], value: object, path: str) -> F:
    """The set of flags meant by a number, a name, or several names.

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
            member = values.__members__.get(name.upper().replace("-", "_"))
            if member is None:
                raise EncodeError(f"{name!r} is none of {_names(values)}", path)
            flags |= member
        else:
            flags |= flags_of(values, name, path)
    return flags


def _names(values: type[IntEnum] | type[IntFlag]) -> str:
    return ", ".join(name.lower().replace("_", "-") for name in values.__members__)
