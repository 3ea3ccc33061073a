"""What a record class falls back on when it is called with more than plain values of its own fields.

It is loaded with the language; what settles values stands above records, and is loaded when there are some to settle.
"""

from __future__ import annotations

from typing import Any

from netlynx.codec._codec import record_calls
from netlynx.schema.record import READ, RecordMeta, resort


def _respell(cls: RecordMeta, values: dict[str, Any]) -> Any:
    """The record of a class with values that may be spelled in another way than the canonical one."""
    from netlynx.schema.settle import respell

    return respell(cls, values)


def _looks_of(cls: RecordMeta) -> dict[Any, Any] | None:
    from netlynx.schema.settle import looks_of

    return looks_of(cls)


def _settled(cls: RecordMeta, values: dict[str, Any], around: dict[str, Any]) -> dict[str, Any]:
    """Some values of a class in their canonical form, where those of all its fields are `around`."""
    from netlynx.schema.settle import settled_values

    return settled_values(cls, values, around)


record_calls(resort, _respell, _looks_of, READ)
RecordMeta.__settled__ = _settled  # type: ignore[method-assign]
