"""From record classes to outlines as plain data: what the codec must know of them to write their messages as JSON.

The data of a table is a Python literal, so that it can be kept in a module that imports nothing: see
`netlynx.codec.outlines`, which reads it back, and `scripts/outlines`, which writes those of the command line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import IntFlag
from typing import TYPE_CHECKING, Any

from netlynx.codec._codec import Plan, to_json
from netlynx.schema.compile import arguments_of, plan_of
from netlynx.schema.kinds import Code, Option

if TYPE_CHECKING:
    from netlynx.engine.operation import Dump

_KEPT = ("name", "kind", "width", "options", "position", "item", "selector", "family", "bits")
_USUAL = {"width": 0, "options": 0, "position": 0, "item": -1, "selector": None}


def outlined(listed: Dump[Any]) -> dict[str, Any]:
    """The table that a dump lists as data: how it is asked for, and what `described` says of its records.

    Raises ValueError for a dump with a filter, or of a protocol whose number has to be found out.
    """
    if listed.match or listed.family:
        raise ValueError(f"{listed}: an outline is of a whole table, and of a protocol whose number is known")
    names, records = described(listed.plan())
    return {
        "protocol": int(listed.protocol),
        "message_type": int(listed.message_type),
        "flags": int(listed.flags),
        "payload": listed.payload,
        **({"following": tuple(each.payload for each in listed.following)} if listed.following else {}),
        "reply_type": int(listed.reply_type),
        "names": names,
        "records": records,
    }


def described(plan: Plan) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Names of numbers and records as `netlynx.codec.outlines.outline_of` takes them: the plan's, and all within it."""
    outlining = _Outlining()
    outlining.number_of(plan)
    return tuple(outlining.names), tuple(outlining.records)


def module_of(title: str, listed: Dump[Any]) -> str:
    """The text of a module that has the table that a dump lists: a field a line."""
    return "\n".join((f'"""{title}. Written by `make outlines`."""', "", "# fmt: off", *_lines(outlined(listed)), ""))


def _lines(table: dict[str, Any]) -> Iterator[str]:
    yield "TABLE = {"
    for key in ("protocol", "message_type", "flags", "payload", "following", "reply_type"):
        if key not in table:
            continue
        yield f"    {key!r}: {table[key]!r},"
    yield "    'names': ("
    for name in table["names"]:
        yield f"        {name!r},"
    yield "    ),"
    yield "    'records': ("
    for name, size, is_struct, keeps_unknown, fields, *orders in table["records"]:
        yield f"        ({name!r}, {size}, {is_struct}, {keeps_unknown}, ("
        for field in fields:
            yield f"            {field!r},"
        yield "        ),"
        for order in orders:
            yield f"            {order!r},"
        yield "        ),"
    yield "    ),"
    yield "}"


class _Outlining:
    """Collects records, each once, and the names of numbers."""

    def __init__(self) -> None:
        self.names: list[tuple[Any, ...]] = []
        self.records: list[tuple[Any, ...]] = []
        self._numbers: dict[int, int] = {}  # of plans, by their identities: they are kept for good
        self._named: dict[Any, int] = {}

    def number_of(self, plan: Plan) -> int:
        """The number of a plan's record among all."""
        if id(plan) not in self._numbers:
            self._numbers[id(plan)] = number = len(self.records)
            self.records.append(())
            self.records[number] = self._record(plan)
        return self._numbers[id(plan)]

    def _record(self, plan: Plan) -> tuple[Any, ...]:
        arguments = arguments_of(plan.record, headless=plan is not plan_of(plan.record))
        _, name, _, size, _, fields, scopes, heads, _, slots, unknown, _ = arguments
        described = tuple(self._field(field, fields) for field in fields)
        return (
            name,
            size,
            plan.is_struct,
            unknown is not None,
            described,
            tuple(scopes),
            tuple(heads),
            tuple(slots),
        )

    def _field(self, field: dict[str, Any], fields: list[dict[str, Any]]) -> dict[str, Any]:
        kept = {key: field[key] for key in _KEPT if key in field and field[key] != _USUAL.get(key, ...)}
        if field.get("slot"):
            kept["slot"] = True
        if (default := field.get("default")) is not None:
            kept["default"] = shown(default)
        if "plan" in field and field["kind"] != Code.HOOK:
            kept["plan"] = self.number_of(field["plan"])
        if field.get("options", 0) & Option.SPELT:
            kept["kind"] = int(Code.HOOK)  # its text is made by its class, which an outline has not
        elif field.get("values") is not None:
            kept["values"] = self._names(field["values"], field.get("enum"))
        if field.get("choices") is not None:
            kept["choices"] = {_selected(value): choice for value, choice in field["choices"].items()}
        return kept

    def _names(self, values: dict[int, Any], flags: type[IntFlag] | None) -> int:
        kind = type(next(iter(values.values())))
        if kind not in self._named:
            self._named[kind] = len(self.names)
            single = None
            if flags is not None:
                single = tuple((member.value, flags(member.value).labels[0]) for member in flags)  # type: ignore[attr-defined]  # every set of flags is a FlagSet
            members = values if kind is bool else {int(each): each for each in kind.__members__.values()}
            texts = {number: member if kind is bool else shown(member) for number, member in members.items()}
            if flags is not None:
                texts[0] = []
            self.names.append((kind.__name__, single, dict(sorted(texts.items()))))
        return self._named[kind]


def shown(value: Any) -> Any:  # Any: whatever may stand in a record
    """What JSON shows for a value, read back."""
    return json.loads(to_json(value))


def _selected(value: Any) -> Any:  # Any: text or a number, of an enum or not, or nothing
    """What tells a choice: the selecting field's own value as an outline has it."""
    return shown(value) if hasattr(value, "label") else int(value) if isinstance(value, int) else value
