"""The numbers of a spec's operations: message types, or commands of a family."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from netlynx.ynl.text import Mode, Operations, OperationText, SpecError


@dataclass(slots=True)
class Numbers:
    """The message types (or commands) of one operation."""

    do: int
    dump: int
    do_reply: int | None
    dump_reply: int | None
    heard: int | None  # that of a notification


def numbered(text: Operations, where: str) -> dict[str, Numbers]:
    """The numbers of all operations by name. Raises SpecError."""
    if text.enum_model == "unified":
        return _unified(text.list)
    if text.enum_model == "directional":
        return _directional(text.list, where)
    raise SpecError(f"the enum model is unified or directional, not {text.enum_model!r}", f"{where}, operations")


def _value(mode: Mode | None, direction: str) -> int | None:
    half = getattr(mode, direction, None)
    return None if half is None else half.value


def _unified(operations: Iterable[OperationText]) -> dict[str, Numbers]:
    """Requests, replies and notifications count together; what an operation says of its own counts first."""
    found = {}
    number = 1
    for each in operations:
        number = number if each.value is None else each.value
        notification = each.notify is not None or each.event is not None
        found[each.name] = _with_own(each, number, number, number if notification else None)
        number += 1
    return found


def _directional(operations: Iterable[OperationText], where: str) -> dict[str, Numbers]:
    """Requests count for themselves; replies and notifications count together."""
    found = {}
    request = reply = 1
    for each in operations:
        if each.notify is not None or each.event is not None:
            reply = reply if each.value is None else each.value
            found[each.name] = Numbers(0, 0, None, None, reply)
            reply += 1
            continue
        mode = each.do or each.dump
        if mode is None:
            raise SpecError("it is neither a do, a dump nor a notification", f"{where}, operation {each.name!r}")
        own = _value(mode, "request")
        request = request if own is None else own
        own = _value(mode, "reply")
        reply = reply if own is None else own
        found[each.name] = _with_own(each, request, reply, None)
        request += 1
        reply += mode.reply is not None
    return found


def _with_own(each: OperationText, request: int, reply: int, heard: int | None) -> Numbers:
    """The numbers of one operation, where its do or dump has none of its own."""

    def number(mode: Mode | None, direction: str, otherwise: int) -> int:
        own = _value(mode, direction)
        return otherwise if own is None else own

    return Numbers(
        number(each.do, "request", request),
        number(each.dump, "request", request),
        number(each.do, "reply", reply) if each.do is not None and each.do.reply is not None else None,
        number(each.dump, "reply", reply) if each.dump is not None and each.dump.reply is not None else None,
        heard,
    )
