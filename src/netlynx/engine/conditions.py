"""What `where` asked of a listing, in words, for errors and logs: what is shown is what was asked, all of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from netlynx.schema.wanted import records_in


def in_words(reply: Any, conditions: Iterable[tuple[str, Any]]) -> str:
    """``.where(oif=v0, table={100, 200})``, or nothing where there are no conditions; what is secret is hidden."""
    words = _fields([reply], conditions)
    return f".where({words})" if words else ""


def _fields(records: list[Any], conditions: Iterable[tuple[str, Any]]) -> str:
    return ", ".join(f"{name}={_value(records, name, value)}" for name, value in conditions)


def _value(records: list[Any], name: str, value: Any) -> str:
    declared = [each.__declarations__[name] for each in records if name in each.__declarations__]
    if any(each.secret for each in declared):
        return "(hidden)"
    kinds = [each.kind for each in declared if each.kind is not None]
    return _shown([record for kind in kinds for record in records_in(kind)], value)


def _shown(records: list[Any], value: Any) -> str:
    if isinstance(value, dict):
        return f"({_fields(records, value.items())})"
    if isinstance(value, set | frozenset):
        return f"{{{', '.join(sorted(_shown(records, each) for each in value))}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_shown(records, each) for each in value)}]"
    return str(value)
