"""Python expressions laid out as a formatter does: on one line where that fits, else what is in brackets below.

Calls are first tried with all their arguments on one line of their own; lists, tuples and dicts have each item on its
line, with a comma behind the last one.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

STEP = "    "


@dataclass(frozen=True, slots=True)
class Bracket:
    """Something in brackets: a call with the name before it, or a display of items. Each item has a label before it
    (``header=``, or a key and a colon), or none."""

    before: str
    pair: str  # "()", "[]" or "{}"
    items: tuple[tuple[str, Expression], ...]

    def flat(self) -> str:
        """All on one line."""
        inside = ", ".join(label + flat(item) for label, item in self.items)
        single = self.pair == "()" and not self.before and len(self.items) == 1
        return f"{self.before}{self.pair[0]}{inside}{',' if single else ''}{self.pair[1]}"


Expression = str | Bracket


def call(function: str, *arguments: Expression, **named: Expression | None) -> Bracket:
    """A call; what is named and None is left out."""
    items = [("", each) for each in arguments]
    return Bracket(function, "()", (*items, *((f"{name}=", each) for name, each in named.items() if each is not None)))


def several(pair: str, items: Iterable[Expression]) -> Bracket:
    """A list, tuple or set."""
    return Bracket("", pair, tuple(("", each) for each in items))


def mapping(items: Iterable[tuple[str, Expression]]) -> Bracket:
    """A dict, of keys as they are written and what they stand for."""
    return Bracket("", "{}", tuple((f"{key}: ", each) for key, each in items))


def flat(expression: Expression) -> str:
    """An expression on one line."""
    return expression if isinstance(expression, str) else expression.flat()


def lines_of(expression: Expression, width: int, indent: str = "", before: str = "", after: str = "") -> list[str]:
    """The lines of an expression with what is before and behind it."""
    whole = f"{indent}{before}{flat(expression)}{after}"
    if len(whole) <= width or isinstance(expression, str) or not expression.items:
        return [whole]
    inner = indent + STEP
    opening = f"{indent}{before}{expression.before}{expression.pair[0]}"
    closing = f"{indent}{expression.pair[1]}{after}"
    together = inner + ", ".join(label + flat(item) for label, item in expression.items)
    if expression.before and len(together) <= width:
        return [opening, together, closing]
    body = [line for label, item in expression.items for line in lines_of(item, width, inner, before=label, after=",")]
    return [opening, *body, closing]


def annotated(name: str, hint: str, value: Expression, width: int, indent: str = "") -> list[str]:
    """The lines of a field or a name with its type; a type that is too long for them is split where it says "or"."""
    opening = f"{name}: {hint} = {value.before + value.pair[0] if isinstance(value, Bracket) else ''}"
    if len(indent + opening) <= width or "[" not in hint:
        return lines_of(value, width, indent, before=f"{name}: {hint} = ")
    if len(f"{indent}{name}: {hint} = (") <= width:
        return [f"{indent}{name}: {hint} = (", *lines_of(value, width, indent + STEP), f"{indent})"]
    outer, _, inside = hint.partition("[")
    inside = inside.removesuffix("]")
    first, *rest = inside.split(" | ")
    body = [inside] if len(indent + STEP + inside) <= width else [first, *(f"| {each}" for each in rest)]
    lines = [f"{indent}{name}: {outer}[", *(indent + STEP + line for line in body)]
    return [*lines, *lines_of(value, width, indent, before="] = ")]


def docstring(text: str, width: int, indent: str = "") -> list[str]:
    """The lines of a docstring: paragraphs are parted by empty lines, and wrapped."""
    if len(f'{indent}"""{text}"""') <= width and "\n" not in text:
        return [f'{indent}"""{text}"""']
    first, *rest = text.split("\n\n")
    lines = textwrap.wrap(first, width - len(indent), initial_indent='"""', break_long_words=False)
    if len(lines) == 1 and not rest:  # there is no room for the quotes behind it
        lines = textwrap.wrap(first, width - len(indent) - 3, initial_indent='"""', break_long_words=False)
    for paragraph in rest:
        lines.append("")
        if paragraph.startswith(STEP):  # an example
            lines += paragraph.splitlines()
        else:
            lines += textwrap.wrap(paragraph, width - len(indent), break_long_words=False)
    if not rest and len(indent + lines[-1] + '"""') <= width:
        lines[-1] += '"""'
    else:
        lines.append('"""')
    return [indent + line if line else "" for line in lines]


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A key by which ``u8`` is before ``u16``."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", name) if part)


def import_order(name: str) -> tuple[int, tuple[tuple[int, int, str], ...]]:
    """A key that has constants first, then classes, then all else."""
    return _kind(name), natural(name.lower())


def all_order(name: str) -> tuple[int, tuple[tuple[int, int, str], ...]]:
    """The same for ``__all__``, where capitals count."""
    return _kind(name), natural(name)


def _kind(name: str) -> int:
    return 0 if len(name) > 1 and name.isupper() else 1 if name[:1].isupper() else 2


def import_lines(module: str, names: Sequence[str], width: int) -> list[str]:
    """The import of names from a module."""
    ordered = sorted(set(names), key=import_order)
    line = f"from {module} import {', '.join(ordered)}"
    if len(line) <= width:
        return [line]
    return [f"from {module} import (", *(f"{STEP}{name}," for name in ordered), ")"]
