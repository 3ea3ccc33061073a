"""How rows fit a screen: which columns are shown, how wide each is, and the cells of a row in their places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from netlynx.cli.layout import width
from netlynx.cli.top.rows import Column, Entry, Order

GAP = 1
_LEAST = 7  # characters that are left of a text at the least
UP, DOWN = "▲", "▼"


class Fit(NamedTuple):
    """The columns that are shown and how wide each is, and those for which there is no room."""

    columns: list[Column]
    widths: list[int]
    left_out: list[Column]


def fitted(columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int, chosen: str) -> Fit:
    """What of the columns fits so many characters; the one that is sorted by is always there.

    `rows` have the cells of those rows that are seen, of all columns. Texts become shorter once nothing is left to be
    left out.
    """
    natural = [
        max([width(column.title) + (column.name == chosen), column.width, *(width(row[at]) for row in rows)])
        for at, column in enumerate(columns)
    ]
    kept = list(range(len(columns)))
    for at in sorted(kept, key=lambda at: (columns[at].spare, at), reverse=True):
        if columns[at].spare and columns[at].name != chosen and _whole(natural, kept) > room:
            kept.remove(at)
    while (over := _whole(natural, kept) - room) > 0:
        longest = max((at for at in kept if not columns[at].number), key=lambda at: natural[at], default=None)
        if longest is None or natural[longest] <= _LEAST:
            break
        others = sorted((natural[at] for at in kept if not columns[at].number and at != longest), reverse=True)
        step = max(1, natural[longest] - others[0]) if others else over
        natural[longest] -= min(over, step, natural[longest] - _LEAST)
    left = [column for at, column in enumerate(columns) if at not in kept]
    return Fit([columns[at] for at in kept], [natural[at] for at in kept], left)


def _whole(widths: Sequence[int], kept: Sequence[int]) -> int:
    return sum(widths[at] for at in kept) + GAP * max(0, len(kept) - 1)


def titles(fit: Fit, order: Order) -> list[str]:
    """The titles in their places, the one that is sorted by with an arrow: downwards where the largest, or the last of
    the alphabet, is at the top."""
    named = []
    for column in fit.columns:
        down = column.number != order.reversed
        named.append(f"{column.title}{DOWN if down else UP}" if column.name == order.column else column.title)
    return [placed(text, size, column) for text, size, column in zip(named, fit.widths, fit.columns, strict=True)]


def cells(fit: Fit, entry: Entry) -> list[tuple[str, bool]]:
    """The cells of an entry in their places, and whether each is one that nobody should miss."""
    made = []
    for column, size in zip(fit.columns, fit.widths, strict=True):
        alarm = column.alarm is not None and (value := column.value(entry)) is not None and column.alarm(value)
        made.append((placed(column.cell(entry), size, column), alarm))
    return made


def placed(text: str, size: int, column: Column) -> str:
    """A text in so many characters: what is too long loses its end, or its beginning, and shows that it did."""
    length = width(text)
    if length > size:
        text, length = _cut(text, size, column.tail)
    blank = " " * (size - length)
    return blank + text if column.number else text + blank


def _cut(text: str, size: int, tail: bool) -> tuple[str, int]:
    letters = list(text)
    while letters and width("".join(letters)) > size - 1:
        del letters[0 if tail else -1]
    kept = "".join(letters)
    return (f"…{kept}" if tail else f"{kept}…"), width(kept) + 1
