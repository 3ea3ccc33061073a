"""The kind of a qdisc, class, filter or action, and its options: which one is given says the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from netlynx.errors import EncodeError
from netlynx.schema import Kind, Record
from netlynx.schema.record import replace_fields, was_read

R = TypeVar("R", bound=Record)


def kinds_by_class(kinds: Mapping[str, Kind]) -> dict[Any, str]:
    """The name of the kind by the class of its options, of those whose options no other kind has."""
    names: dict[Any, list[str]] = {}
    for name, kind in kinds.items():
        held = kind.shown.held if kind.shown is not None else kind.held
        names.setdefault(held, []).append(name)
    return {cls: found[0] for cls, found in names.items() if cls is not None and len(found) == 1}


def with_kind(values: dict[str, Any], names: Mapping[Any, str]) -> dict[str, Any]:
    """Values of fields with the kind that the options in `data` say, where none is given."""
    data = values.get("data")
    if values.get("kind") is None and data is not None:
        name = names.get(getattr(type(data), "__narrow__", type(data)))
        if name is not None:
            return {**values, "kind": name}
    return values


def without_fixed(record: R, path: str) -> R:
    """The record of a change without the options that stay as the object was made with them (their `__fixed__`).

    Raises EncodeError for one of those that somebody set: the kernel refuses it, and does not say why.
    """
    data: Any = getattr(record, "data", None)
    dropped: dict[str, Any] = {}
    for name in getattr(type(data), "__fixed__", ()):
        if getattr(data, name) is not None:
            if not was_read(data) or name in data.unknown.changed:
                raise EncodeError("it stays as it was made with: delete it, and add it anew", f"{path}.data.{name}")
            dropped[name] = None
    return replace_fields(record, data=replace_fields(data, **dropped)) if dropped else record
