"""Which fields a verb needs of a kind of object, and which it does not take: what its room says of records that are
tried, without sending anything. So help says what is so, of rooms that nobody told it about too."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from netlynx.cli.kinds import LISTINGS
from netlynx.cli.operations import declared, function_of
from netlynx.errors import EncodeError
from netlynx.schema.kinds import Code, Kind, Option
from netlynx.schema.settle import kind_of
from netlynx.schema.spelling import Spelt

_MOST = 6  # fields that a record is given before it is given up
# How rooms say that a field is not taken, whatever it says.
_REFUSED = re.compile(r"leave it out|the kernel (?:alone says|compares no|does not look|looks at)|is only told")
_VALUES: dict[Code, tuple[Any, ...]] = {
    Code.INTEGER: (1,),
    Code.BITS: (1,),
    Code.FLAG: (True,),
    Code.STRING: ("x",),
    Code.BINARY: (b"\1",),
    Code.MAC: ("02:00:00:00:00:01",),
    Code.LABELS: ("100",),
    Code.IP: ("192.0.2.1", "2001:db8::1"),
    Code.VIA: ("192.0.2.1", "2001:db8::1"),
    Code.PREFIX: ("192.0.2.0/24", "2001:db8::/64"),
}


def needed(verb: str, kind: str) -> tuple[str, ...]:
    """The fields without which a verb refuses a record; nothing where that is not found out."""
    return tuple(least(verb, kind) or ())


@cache
def not_taken(verb: str, kind: str) -> frozenset[str]:
    """The fields that a verb refuses in a record that it takes otherwise."""
    _, cls = declared(kind)
    make, values = function_of(verb, kind), least(verb, kind)
    if make is None or values is None:
        return frozenset()
    return frozenset(name for name in cls.__declarations__ if name not in values and _refuses(make, cls, values, name))


@cache
def instead(verb: str, kind: str) -> tuple[str, ...]:
    """The fields each of which does alone, where one is needed."""
    _, cls = declared(kind)
    make, values = function_of(verb, kind), least(verb, kind)
    if make is None or values is None or len(values) != 1:
        return ()
    return tuple(name for name in cls.__declarations__ if name not in values and _will_do(make, cls, name))


def _will_do(make: Callable[..., Any], cls: Any, name: str) -> bool:
    return any(_tried(make, cls, {name: value}) is None for value in _values(kind_of(cls, name)))


def _refuses(make: Callable[..., Any], cls: Any, needs: dict[str, Any], name: str) -> bool:
    """Whether a field is refused beside those that a record needs, and does not stand in the place of one."""
    values = _values(kind_of(cls, name))
    refused = bool(values) and all(_refused(make, cls, {**needs, name: value}, name) for value in values)
    return refused and not _will_do(make, cls, name)


def _refused(make: Callable[..., Any], cls: Any, values: dict[str, Any], name: str) -> bool:
    error = _tried(make, cls, values)
    return error is not None and _field(error, cls) == name and _REFUSED.search(error.message) is not None


def _tried(make: Callable[..., Any], cls: Any, values: dict[str, Any]) -> EncodeError | None:
    """How a record with these values is refused, if it is."""
    try:
        make(cls(**values))
    except EncodeError as error:
        return error
    return None


def _field(error: EncodeError, cls: Any) -> str:
    """The field that is at fault: the record itself has it."""
    found = re.search(rf"\b{cls.__name__}\)?\.(\w+)", error.path)
    return found[1] if found is not None and found[1] in cls.__declarations__ else ""


@cache
def least(verb: str, kind: str) -> dict[str, Any] | None:
    """A record's fields that a verb takes: each that it asked for, with a value that it took."""
    if verb == "flush" and kind in LISTINGS:
        return None  # it is handed a listing
    _, cls = declared(kind)
    make = function_of(verb, kind)
    values: dict[str, Any] = {}
    for _ in range(_MOST):
        error = None if make is None else _tried(make, cls, values)
        if make is None or error is None:
            return values if make is not None else None
        name = _field(error, cls)
        candidates = _values(kind_of(cls, name)) if name else ()
        if name in values or not candidates:
            return None
        taken = [each for each in candidates if _advances(make, cls, {**values, name: each}, name)]
        if not taken:
            return None
        values[name] = taken[0]
    return None


def _advances(make: Callable[..., Any], cls: Any, values: dict[str, Any], name: str) -> bool:
    """Whether a value that was asked for is not itself what is refused next."""
    error = _tried(make, cls, values)
    return error is None or _field(error, cls) != name


def _values(kind: Kind) -> tuple[Any, ...]:
    """Some values of a field that say something, without those of what they have parts of."""
    if kind.names == "namespace" or kind.options & Option.KEYED:
        return ()
    if kind.quantity is not None:
        return (kind.quantity.of(kind.quantity.example),)
    if kind.code in (Code.SELECT, Code.HOOK):
        return (b"\1",) if kind.code is Code.SELECT else ()
    if kind.options & Option.MULTI or kind.code in (Code.ARRAY, Code.INDEXED, Code.SEQUENCE):
        item = kind.held() if kind.held is not None else next(iter(_values(kind.item)), None) if kind.item else None
        return () if item is None else ((item,),)
    if kind.target is not None:
        return (kind.target()(),)
    if kind.values is bool:
        return (True,)
    if kind.values is not None:
        return (kind.values(1),) if issubclass(kind.values, Spelt) else tuple(each for each in kind.values if each)[:3]
    return _VALUES.get(kind.code, ())
