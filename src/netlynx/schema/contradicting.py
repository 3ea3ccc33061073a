"""Conditions on the fields of a record that no record can meet all at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntFlag
from typing import Any

from netlynx.errors import EncodeError
from netlynx.schema.kinds import Code, Option
from netlynx.schema.record import Layout, Record
from netlynx.schema.settle import kind_of

_INET, _INET6, _MPLS = 2, 10, 28  # AF_*, which NFPROTO_IPV4 and NFPROTO_IPV6 are equal to
_LABELS = {_INET: "IPv4", _INET6: "IPv6", _MPLS: "MPLS"}

_ALIKE = (Code.INTEGER, Code.STRING, Code.MAC)  # equal if and only if they are written alike, once they are canonical


def check(record: type[Any], wanted: Iterable[tuple[str, Any]]) -> None:
    """Raises EncodeError, with the path of the field, where nothing can fit: any of no values, a family that is not
    listed with the others (`__families__`), an address of another family than the one that is wanted, or two values
    for a field that has one.

    Each condition is one that the field can have, as a `Filter` settles. An address is compared with the record's own
    family alone; the gateway of another (`via`) and what a tunnel adds (a sub-message) may be of any.
    """
    conditions = tuple((name, value) for name, value in wanted if name)  # those of several fields tell nothing
    for path in _of_none(conditions, record.__name__):
        raise EncodeError("there is no value in this, which nothing could have", path)
    families = [families for name, value in conditions if name == "family" for families in _families(record, value)]
    listed = record.__families__
    if families and listed and not any(each in listed for each in families):
        named = [_canonical(record, "family", each) for each in (families[0], *filter(None, listed))]
        one, *others = (str(getattr(each, "label", each)) for each in named)
        raise EncodeError(f"nothing here is of {one}: it is one of {', '.join(others)}", f"{record.__name__}.family")
    if families and all(each in _LABELS for each in families):
        for name, value in conditions:
            _check_addresses(record, name, value, families, record.__name__)
    seen: dict[str, Any] = {}
    for name, value in conditions:
        if (single := _single(record, name, value)) is not None and seen.setdefault(name, single) != single:
            raise EncodeError(f"nothing is {seen[name]} and {single}", f"{record.__name__}.{name}")


def _of_none(conditions: Iterable[tuple[str, Any]], path: str) -> Iterator[str]:
    """The fields of which any of no values is wanted."""
    for name, value in conditions:
        if isinstance(value, (set, frozenset, range)) and not value:
            yield f"{path}.{name}"
        elif isinstance(value, dict):
            yield from _of_none(value.items(), f"{path}.{name}")


def _each(value: Any) -> Iterator[Any]:
    """What is any of which will do."""
    if isinstance(value, (set, frozenset)):
        for one in value:
            yield from _each(one)
    else:
        yield value


def _families(record: type[Any], value: Any) -> Iterator[int]:
    """The families that are wanted, as numbers; 0 for what is none."""
    for each in _each(value):
        made = _canonical(record, "family", each)
        yield int(made) if isinstance(made, int) else 0


def _canonical(record: type[Any], name: str, value: Any) -> Any:
    """A value as a record of it has it; None for a condition that is no value."""
    if value is None or isinstance(value, (bool, dict, range, list, tuple)):
        return None
    return getattr(record(**{name: value}), name)


def _single(record: type[Any], name: str, value: Any) -> Any:
    """The one value that a field has to have; None where others would do, or where it may have several."""
    kind = kind_of(record, name)
    if kind.code not in _ALIKE or kind.options & Option.MULTI or kind.names:
        return None
    if kind.values is not None and issubclass(kind.values, IntFlag):  # flags: others may be set besides
        return None
    if isinstance(value, (set, frozenset)):
        return None
    return _canonical(record, name, value)


def _check_addresses(record: type[Any], name: str, value: Any, families: list[int], path: str) -> None:
    kind = kind_of(record, name)
    path = f"{path}.{name}"
    inner = kind if kind.item is None else kind.item
    if inner.code in (Code.IP, Code.PREFIX):
        found = [_family_of(each, inner.code) for each in _each(value)]
        if found and all(each is not None and each not in families for each in found):
            own, listed = (_labels(found), _labels(families))
            raise EncodeError(f"{_said(value)} is {own}, and what is listed {listed}: nothing can fit", path)
    elif inner.target is not None and inner.code in (Code.NEST, Code.STRUCT, Code.SEQUENCE, Code.INDEXED, Code.ARRAY):
        for each in _each(value):
            for field, one in _fields_of(each):
                _check_addresses(inner.target(), field, one, families, path)


def _fields_of(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, (Record, Layout)):
        yield from ((name, getattr(value, name)) for name in value.__declarations__)
    elif isinstance(value, tuple):
        for each in value:
            yield from _fields_of(each)


def _family_of(value: Any, code: Code) -> int | None:
    """The family of an address or prefix; None for what is of any, or is no value."""
    if value is None or isinstance(value, (tuple, list)):
        return None
    text = str(value)
    if ":" in text:
        return _INET6
    if "." in text:
        return _INET
    return _MPLS if code is Code.PREFIX and text[:1].isdigit() else None


def _labels(families: Iterable[int | None]) -> str:
    return " or ".join(sorted({_LABELS[each] for each in families if each is not None}))


def _said(value: Any) -> str:
    return " or ".join(sorted(map(str, _each(value))))
