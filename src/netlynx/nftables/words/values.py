"""Values in Python as what is looked at is compared with: addresses, prefixes, ranges, sets, maps, however spelt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from ipaddress import IPv4Network, IPv6Network
from typing import Any

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.nftables.data import Data, VerdictCode
from netlynx.nftables.expressions.computing import Immediate

from .nodes import (
    Anything,
    Either,
    Fib,
    Flagged,
    Item,
    Items,
    Joined,
    Looked,
    Named,
    Option,
    Prefix,
    Range,
    Right,
    Scalar,
    Together,
    Verdict,
    Wild,
)
from .types import Datatype

_SCALARS = (Prefix, Range, Wild, Either, Flagged, Together, Anything)


def right_of(looked: Looked, given: Any, path: str, operator: str = "") -> Right:  # Any: whatever a caller gives
    """What something is compared with. Raises EncodeError with `path` for what it cannot be."""
    if isinstance(given, Named | Items):
        return given
    if isinstance(given, str) and given.startswith("@"):
        return Named(given[1:])
    if isinstance(given, Set) or (isinstance(given, list) and not isinstance(looked, Joined)):
        return Items(tuple(Item(scalar_of(looked, each, path, "==")) for each in _in_order(given)))
    if isinstance(given, list):
        return Items(tuple(Item(scalar_of(looked, each, path, "==")) for each in given))
    return scalar_of(looked, given, path, operator)


def _in_order(given: Iterable[Any]) -> Iterable[Any]:
    """A set in the same order each time, whatever the hashes of its members."""
    if isinstance(given, Sequence):
        return given
    return sorted(given, key=lambda each: (0, each, "") if isinstance(each, int) else (1, 0, str(each)))


def scalar_of(looked: Looked, given: Any, path: str, operator: str = "") -> Scalar:  # Any: as above
    """One value, or all of a prefix, range or wildcard."""
    if isinstance(given, _SCALARS):
        return given
    if isinstance(looked, Joined):
        return _together(looked, given, path)
    kind = looked.type
    if given == "*":
        return Anything()
    if isinstance(given, IPv4Network | IPv6Network):
        given = str(given)
    if isinstance(given, range):
        if given.step != 1 or not given:
            raise EncodeError(f"{given!r} is no range of values one after the other", path)
        return Range(given[0], given[-1])
    if kind.text:
        return _text(kind, given, path, looked.bits)
    if isinstance(given, str) and given not in kind.symbols:
        several = _several(looked, kind, given, path)
        if several is not None:
            return several
    number = kind.value(given, path, looked.bits)
    if kind.flags and operator in ("", "!") and isinstance(number, int):
        return Either(number)
    return number


def _text(kind: Datatype, given: Any, path: str, bits: int) -> Scalar:
    value = kind.value(given, path, bits)
    if isinstance(value, str) and value.endswith("*"):
        if not value.endswith("\\*"):
            return Wild(value[:-1])
        value = value[:-2] + "*"
    return value


def _several(looked: Looked, kind: Datatype, given: str, path: str) -> Scalar | None:
    """A prefix, a mask or a range, if a text is one."""

    def number(text: str) -> int:
        return int(kind.value(text.strip(), path, looked.bits))

    if "/" in given:
        start, _, rest = given.partition("/")
        if kind.flags:
            return Flagged(number(start), number(rest))
        if not rest.isdecimal() or not int(rest) <= looked.bits:
            raise EncodeError(f"{given!r} is no prefix: it has 0 to {looked.bits} bits", path)
        value, free = number(start), looked.bits - int(rest)
        if value & (1 << free) - 1:
            raise EncodeError(f"{given!r} has bits behind its prefix: {start!r} or a shorter prefix?", path)
        return Prefix(value, int(rest))
    low, dash, high = given.partition("-")
    if dash and low and high and not kind.quoted and not _readable(kind, given):
        span = Range(number(low), number(high))
        if span.low > span.high:
            raise EncodeError(f"{given!r} is a range from its higher to its lower end", path)
        return span
    return None


def _readable(kind: Datatype, given: str) -> bool:
    """Whether a text with a dash is one value, as a date is."""
    try:
        return kind.read is not None and kind.read(given) is not None
    except (ValueError, OSError, KeyError):
        return False


def _together(looked: Joined, given: Any, path: str) -> Scalar:
    if given == "*":
        return Anything()
    if isinstance(given, str):
        given = tuple(each.strip() for each in given.split(" . "))
    if not isinstance(given, tuple):
        raise EncodeTypeError(f"expected a tuple of {len(looked.parts)} values, not {given!r}", path)
    if len(given) != len(looked.parts):
        raise EncodeError(f"{given!r} has {len(given)} values for {len(looked.parts)} things that are looked at", path)
    return Together(tuple(scalar_of(part, each, path, "==") for part, each in zip(looked.parts, given, strict=True)))


def map_of(looked: Looked, given: Any, data: Looked | None, path: str) -> Named | Items:  # Any: as above
    """A map for something, to verdicts (`data` None) or to values as those of `data`."""
    if isinstance(given, Named | Items):
        return given
    if isinstance(given, str) and given.startswith("@"):
        return Named(given[1:])
    if not isinstance(given, Mapping) or not given:
        raise EncodeTypeError(f"expected a dict with a key at least, or the name of a map, not {given!r}", path)
    items = []
    for key, value in given.items():
        told = verdict_of(value, path) if data is None else scalar_of(data, value, path, "==")
        items.append(Item(scalar_of(looked, key, path, "=="), told))
    return Items(tuple(items))


def verdict_of(given: Any, path: str) -> Verdict:  # Any: as above
    """A verdict of a map: ``accept``, ``jump("chain")``. Raises EncodeTypeError for what is none."""
    if isinstance(given, Verdict):
        return given
    found = given.data if isinstance(given, Immediate) else None
    if isinstance(found, Data) and found.verdict is not None and isinstance(found.verdict.code, VerdictCode):
        return Verdict(found.verdict.code.name.lower(), found.verdict.chain or "")
    raise EncodeTypeError(f"expected a verdict, such as accept or jump('chain'), not {given!r}", path)


def asks_presence(looked: Looked, given: Any) -> bool:
    """Whether something is asked for being there, not for what it is."""
    return given in ("exists", "missing") and isinstance(looked, Fib | Option)
