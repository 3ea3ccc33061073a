"""What a filter of pyarrow's asks for, as far as netlynx and the kernel can do it: columns with one of some values.

A filter is an expression that tells its structure in its text alone. Whatever is not understood is left out: the rows
that are read are filtered by the expression itself, so that leaving out costs time and nothing else.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from enum import IntFlag
from typing import Any  # values of whatever fields

from netlynx.schema.kinds import Code, Kind, Option

_LITERAL = r'(?:"(?:[^"\\]|\\.)*"|-?\d+)'
_EQUAL = re.compile(rf"(\w+) == ({_LITERAL})")
_AMONG = re.compile(
    rf"if_else\(is_valid\((\w+)\), is_in\(\1, \{{value_set=\w+:\[\s*({_LITERAL}(?:,\s*{_LITERAL})*)\s*\], "
    r"null_matching_behavior=MATCH\}\), null\[bool\]\)"
)
_EACH = re.compile(_LITERAL)
_STEP = re.compile(r'"(?:[^"\\]|\\.)*"|[(\[{]|[)\]}]| and |.', re.DOTALL)
_MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")


def conditions_of(filter: object) -> dict[str, tuple[Any, ...]]:
    """By column, the values any of which the rows of a filter (None: of none) have in it."""
    found: dict[str, tuple[Any, ...]] = {}
    for term in _terms(str(filter)):
        if (equal := _EQUAL.fullmatch(term)) is not None:
            name, values = equal[1], [equal[2]]
        elif (among := _AMONG.fullmatch(term)) is not None:
            name, values = among[1], _EACH.findall(among[2])
        else:
            continue
        if any("\\" in each for each in values):
            continue  # text with what pyarrow escapes: how, it does not promise
        read = tuple(each[1:-1] if each.startswith('"') else int(each) for each in values)
        found[name] = tuple(each for each in found[name] if each in read) if name in found else read
    return found


def _terms(text: str) -> Iterator[str]:
    """What is joined by `and`, without the parentheses around it."""
    while text.startswith("(") and _closes(text) == len(text) - 1:
        text = text[1:-1]
    parts = [*_split(text)]
    if len(parts) == 1:
        yield text
    else:
        for part in parts:
            yield from _terms(part)


def _closes(text: str) -> int:
    """Where the first parenthesis is closed."""
    depth = 0
    for step in _STEP.finditer(text):
        depth += (step[0] in "([{") - (step[0] in ")]}") if len(step[0]) == 1 else 0
        if depth == 0:
            return step.start()
    return -1


def _split(text: str) -> Iterator[str]:
    depth = begin = 0
    for step in _STEP.finditer(text):
        if len(step[0]) == 1:
            depth += (step[0] in "([{") - (step[0] in ")]}")
        elif step[0] == " and " and depth == 0:
            yield text[begin : step.start()]
            begin = step.end()
    yield text[begin:]


def as_asked(kind: Kind, values: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """The values of a column as `Dump.where` takes them for its field; None where the two might not mean the same.

    Text in a column is what the field shows, and nothing else: what `where` understands besides, it would find too.
    """
    made = [_as_asked(kind, each) for each in values]
    return None if not made or None in made else tuple(made)


def _as_asked(kind: Kind, value: Any) -> Any:
    if kind.options & (Option.MULTI | Option.SPELT | Option.KEYED) or kind.quantity is not None:
        return None
    if kind.values is not None:
        return _member(kind.values, value)
    if isinstance(value, int):
        return value if kind.code in (Code.INTEGER, Code.BITS) else None
    if kind.code is Code.STRING:
        return value or None
    try:
        if kind.code is Code.IP and ":" not in value:
            return value if str(ipaddress.IPv4Address(value)) == value else None
        if kind.code is Code.PREFIX and ":" not in value:
            return value if str(ipaddress.IPv4Network(value)) == value else None
    except ValueError:
        return None
    return value if kind.code is Code.MAC and _MAC.fullmatch(value) else None


def _member(values: Any, value: Any) -> Any:
    """The member of an enum that is shown as a text; None for what none is, or several together."""
    if not isinstance(value, str) or values is bool or issubclass(values, IntFlag):
        return None
    return next((each for each in values if getattr(each, "label", None) == value), None)
