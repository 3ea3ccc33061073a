"""Whether a record says the same as what is there, however its values are spelled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from netlynx.codec._codec import encode_record
from netlynx.schema.record import Record, class_of


def same(cls: Any, field: str, given: Any, found: Any) -> bool:
    """Whether two values of a record's field are one on the wire. Raises EncodeError for one that cannot be sent."""
    if given is None or found is None:
        return given is found
    return bool(encode_record(cls(**{field: given})) == encode_record(cls(**{field: found})))


def difference(record: Record, found: Record, fields: Iterable[str]) -> str | None:
    """The first of the fields that the record says and that is different in what was found, or None."""
    cls = class_of(record)
    for field in fields:
        value = getattr(record, field)
        if value not in (None, ()) and not same(cls, field, value, getattr(found, field)):
            return field
    return None
