"""What the rows of a table must be: the fields of a record, as another program sees them in columns."""

from __future__ import annotations

from enum import IntFlag
from typing import Any

import pyarrow

from netlynx.client.table import Table
from netlynx.codec._codec import Columns, Filter, encode, to_json
from netlynx.schema import Kind, Layout, Record
from netlynx.schema.compile import plan_of
from netlynx.schema.kinds import Code, Option
from netlynx.schema.record import class_of
from netlynx.schema.tags import tags_of
from netlynx.wire.message import Message

TYPE, SEQUENCE, PORT = 0x10, 7, 9


def sink(cls: Any, *, match: dict[str, Any] | None = None, binary: bool = False) -> Columns:
    plan = plan_of(cls)
    return Columns(plan, Filter(plan, tuple(match.items())) if match else None, binary)


def datagram(*payloads: bytes) -> bytes:
    return b"".join(Message(TYPE, 0, SEQUENCE, PORT, payload).pack() for payload in payloads)


def fill(columns: Columns, data: bytes) -> None:
    assert columns.read(data, 0, len(data), TYPE, SEQUENCE, PORT)[0] == len(data)


def table_of_payloads(cls: Any, *payloads: bytes, match: dict[str, Any] | None = None, binary: bool = False) -> Any:
    columns = sink(cls, match=match, binary=binary)
    fill(columns, datagram(*payloads))
    return Table(cls.__name__, columns.finish())


def table_of(*records: Any, **options: Any) -> Any:
    cls = class_of(records[0])
    return table_of_payloads(cls, *(encode(plan_of(cls), record) for record in records), **options)


# ---------------------------------------------------------------------------------------------- what is expected


def row(record: Any, around: tuple[type, ...] = ()) -> Any:
    """A record as one row: its fields by name. Nested ones that repeat a record around them are their bytes."""
    cls = class_of(record)
    header = getattr(cls, "__header__", None)
    values = {}
    for name, declaration in cls.__declarations__.items():
        if issubclass(cls, Layout) and name.startswith("pad"):
            continue
        kind = declaration.kind or header.__declarations__[declaration.header or name].kind
        values[name] = cell(kind, getattr(record, name), (*around, cls), cls, name)
    if not values:
        return True
    return values


def cell(kind: Kind, value: Any, around: tuple[type, ...], cls: Any, name: str) -> Any:
    if value is None:
        return None
    if kind.options & Option.MULTI or kind.code in (Code.ARRAY, Code.INDEXED):
        assert kind.item is not None
        return [
            cell(kind.item, each, around, cls, name) for each in (value.values() if isinstance(value, dict) else value)
        ]
    if kind.code is Code.SEQUENCE:
        return [nested(each, around) for each in value]
    if kind.code is Code.SELECT:
        return chosen(kind, value, around, cls, name)
    if kind.quantity is not None:
        return float(value) if isinstance(value, float) else int(value)
    if kind.code is Code.HOOK:
        declared = cls.__annotations__.get(name)
        if declared in ("int", "int | None", int):
            return value
        return seen(value) if isinstance(value, str) else to_json(value).decode()
    if kind.options & Option.TAGGED:
        value = tags_of(kind.held).write(value)
    if isinstance(value, Record | Layout):
        return nested(value, around)
    if isinstance(value, bool):
        return value
    if kind.values is bool:
        return None  # neither 0 nor 1: it stands in `unknown`
    if kind.values is not None:
        return label(kind.values, value)
    if isinstance(value, str):
        return seen(value)
    return value


def seen(text: str) -> str:
    """Text whose bytes that are no UTF-8 stand as escapes."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def label(values: Any, value: int) -> str:
    if issubclass(values, IntFlag):
        return getattr(values(value), "label", str(value)) if value else ""
    return str(getattr(value, "label", value))


def nested(record: Any, around: tuple[type, ...]) -> Any:
    if class_of(record) in around:
        return Within(record)
    return row(record, around)


class Within:
    """A record within one of its own class: its bytes, which may say it in another way than a request would."""

    def __init__(self, record: Any) -> None:
        self.record = record

    def __eq__(self, other: object) -> bool:
        return isinstance(other, bytes)


def strangers(record: Any, around: tuple[type, ...] = ()) -> list[tuple[int | None, bytes, str | None]]:
    """Type, payload and problem of all that is unknown in a record and in those within it."""
    cls = class_of(record)
    if isinstance(record, Layout):
        found: list[tuple[int | None, bytes, str | None]] = [(None, record.tail, None)] if record.tail else []
    else:
        found = [(each.type, each.payload, each.problem or None) for each in record.unknown]
    for name in cls.__declarations__:
        if kind_of(cls, name).code is not Code.HOOK:
            for each in _records_in(getattr(record, name)):
                if (kind_of(cls, name).item or kind_of(cls, name)).options & Option.TAGGED:
                    each = tags_of(kind_of(cls, name).held).write(each)
                if class_of(each) not in (*around, cls):
                    found += strangers(each, (*around, cls))
    return found


def _records_in(value: Any) -> list[Any]:
    if isinstance(value, dict | tuple):
        return [each for part in (value.values() if isinstance(value, dict) else value) for each in _records_in(part)]
    return [value] if isinstance(value, Record | Layout) else []


def kind_of(cls: Any, name: str) -> Kind:
    declaration = cls.__declarations__[name]
    kind: Kind = declaration.kind or cls.__header__.__declarations__[declaration.header or name].kind
    return kind


def complaints(columns: Columns, records: list[Any]) -> list[str]:
    """Where columns do not have what is in the records that were made of the same messages."""
    table = pyarrow.table(Table("strange", columns.finish()))
    table.validate(full=True)
    rows = table.to_pylist()
    if len(rows) != len(records):
        return [f"{len(rows)} rows of {len(records)} records"]
    found = []
    for record, each in zip(records, rows, strict=True):
        expected = row(record)
        found += differences(expected if isinstance(expected, dict) else {}, each)
        unknown = [(entry["type"], entry["payload"], entry["problem"]) for entry in each["unknown"] or ()]
        unknown = [entry for entry in unknown if entry[2] != "has no place in a column"]  # numbers for booleans
        if sorted(map(repr, unknown)) != sorted(map(repr, strangers(record))):
            found.append(f"unknown: {strangers(record)} became {unknown}")
    return found


def chosen(kind: Kind, value: Any, around: tuple[type, ...], cls: Any, name: str) -> dict[str, Any]:
    """Only what is there: the choices that were not made are null."""
    if isinstance(value, bytes) and not any(choice.code is Code.BINARY for choice in (kind.choices or {}).values()):
        return {"raw": value}
    found = next(
        choice
        for choice in (kind.choices or {}).values()
        if (choice.target is not None and choice.target() is class_of(value)) or not isinstance(value, Record | Layout)
    )
    return {"*": cell(found, value, around, cls, name)}


def same(expected: Any, found: Any) -> bool:
    """Whether a row read from columns is the expected one; in a sub-message only what was chosen is there."""
    if isinstance(expected, dict) and found is not None:
        if set(expected) == {"raw"} and "raw" in found:
            return bool(found["raw"] == expected["raw"])
        if set(expected) == {"*"}:
            there = [each for each in found.values() if each is not None]
            return len(there) == 1 and same(expected["*"], there[0])
        return set(expected) == set(found) - {"unknown"} and all(same(expected[key], found[key]) for key in expected)
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(same, expected, found))
    return bool(expected == found) and (type(expected) is type(found) or isinstance(expected, Within))


def differences(expected: Any, found: Any, path: str = "") -> list[str]:
    """Where two rows differ, for people."""
    if same(expected, found):
        return []
    if isinstance(expected, dict) and isinstance(found, dict) and "*" not in expected and "raw" not in expected:
        missing = [f"{path}: {sorted(set(expected) ^ (set(found) - {'unknown'}))}"]
        inner = [d for key in expected if key in found for d in differences(expected[key], found[key], f"{path}.{key}")]
        return inner or missing
    return [f"{path}: {expected!r} became {found!r}"]
