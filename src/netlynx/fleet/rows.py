"""Records from the rows of a table: what a snapshot has in columns becomes the records that were listed.

Columns say some things otherwise than JSON does (`netlynx.client.table`); here they become what
`netlynx.schema.from_json` reads. What no column could take, `unknown`, is left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import IntFlag
from functools import cache
from typing import Any, TypeVar  # values of whatever fields

from netlynx.schema.from_json import from_json
from netlynx.schema.kinds import Code, Kind, Option
from netlynx.schema.record import Record
from netlynx.schema.settle import kind_of
from netlynx.schema.spelling import Spelt

R = TypeVar("R", bound=Record)
_Reader = Callable[[Any], Any]  # from a column's value, which is not null, to one that JSON has


def records_of(cls: type[R], table: Any) -> list[R]:
    """The records of a pyarrow.Table of a listing of them. Raises EncodeError for what none can be made of."""
    known = [name for name in table.column_names if name in cls.__declarations__]
    return [from_json(cls, _plain(cls, row), read=True) for row in table.select(known).to_pylist()]


def _plain(cls: Any, row: dict[str, Any]) -> dict[str, Any]:
    readers = _readers(cls)
    return {name: readers[name](value) for name, value in row.items() if value is not None and name in readers}


@cache
def _readers(cls: Any) -> dict[str, _Reader]:
    return {name: _reader(kind_of(cls, name)) for name in cls.__declarations__}


def _reader(kind: Kind) -> _Reader:
    if kind.options & Option.KEYED:
        return _parsed
    if kind.options & Option.MULTI or kind.code in (Code.ARRAY, Code.INDEXED):
        assert kind.item is not None
        return _list_of(_reader(kind.item))
    if kind.values is bool or kind.quantity is not None:
        return _same
    if kind.values is not None:
        return _same if issubclass(kind.values, Spelt) else _flags if issubclass(kind.values, IntFlag) else _label
    if kind.code is Code.SELECT:
        return _chosen(kind.choices or {})
    if kind.code is Code.HOOK:
        return _parsed
    if kind.target is None:
        return _same
    nested = _nested(kind.target)
    return _list_of(nested) if kind.code is Code.SEQUENCE else nested


def _same(value: Any) -> Any:
    return value


def _label(value: str) -> str | int:
    """A label; a number that has none is there in decimal."""
    return int(value) if value.removeprefix("-").isdecimal() else value


def _flags(value: str) -> list[str | int]:
    return [_label(each) for each in value.split(",") if each]


def _parsed(value: Any) -> Any:
    """What stands there as JSON where it is no text."""
    return json.loads(value) if isinstance(value, str) and value[:1] in ("[", "{") else value


def _list_of(item: _Reader) -> _Reader:
    def read(value: Any) -> Any:
        return [each if each is None else item(each) for each in value] if isinstance(value, list) else value

    return read


def _nested(target: Callable[[], Any]) -> _Reader:
    def read(value: Any) -> Any:
        if isinstance(value, bytes):  # a record within itself
            return target().from_bytes(value)
        if isinstance(value, bool):  # one without fields
            return {}
        return _plain(target(), value) if isinstance(value, dict) else value

    return read


def _chosen(choices: Any) -> _Reader:
    """A sub-message: of a column for each choice, the one that is not null."""
    readers = {"other" if key is None else str(key): kind for key, kind in choices.items()}

    def read(value: Any) -> Any:
        for name, inner in value.items():
            if inner is not None:
                return _reader(readers[name])(inner) if name in readers else inner
        return None

    return read
