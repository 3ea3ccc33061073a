"""The kind of a qdisc, class, filter or action, and its options: which one is given says the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netlynx.schema import Kind


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
