"""How a table is laid out for a terminal of some width.

All columns are shown where they fit. Where they do not, columns that tell least are left out, in the order that their
`spare` says, and a cell that is much longer than others of its column goes below its row, behind the title:

    DESTINATION     VIA        DEV
    10.0.0.0/8      192.0.2.1  eth0
    192.0.2.0/24               eth0
        via 2001:db8:7c1:2f00:8a2e:370:7334:1

Text whose column is for it (`wrap`) has lines of its own beside the other cells, or below where that leaves too little.
Lines end between words alone; a word that is longer than the terminal is longer than it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from netlynx.cli.terminal import Paint, is_terminal

if TYPE_CHECKING:
    from netlynx.cli.output import Column, Row

INDENT = 4
_LONG = 24  # characters; a cell of more goes below its row where most cells of its column have less
_TEXT = 30  # characters that text has beside other columns, at the least
_USUAL = 80


def room() -> int | None:
    """The columns of the terminal that standard output is; None where it is none, and lines are as long as it takes."""
    if not is_terminal(sys.stdout):
        return None
    said = os.environ.get("COLUMNS", "")
    if said.isascii() and said.isdecimal() and int(said):
        return max(20, int(said))
    try:
        columns = os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        columns = 0
    return max(20, columns or _USUAL)


def width(text: str) -> int:
    """The columns of a terminal that a text takes, once `shown`."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(letter) else 1 + (east_asian_width(letter) in "WF") for letter in text)


class Layout(NamedTuple):
    """The columns that stand beside each other and how wide each is, the one whose cells all stand below, and those
    that are left out."""

    places: list[int]
    widths: dict[int, int]
    below: list[int]
    left_out: list[int]


def laid_out(columns: Sequence[Column], cells: Sequence[Row], room: int | None) -> Layout:
    """What fits: see above. Columns that are empty in every row are in none of the lists."""
    filled = [at for at in range(len(columns)) if any(row[at] for row in cells)]
    lengths = {at: sorted({width(row[at]) for row in cells if row[at]}) for at in filled}
    titles = {at: width(columns[at].title) for at in filled}
    natural = {at: max(titles[at], lengths[at][-1]) for at in filled}
    if room is None or _whole(natural, filled) <= room:
        return Layout(filled, natural, [], [])
    widths = {at: min(natural[at], max(_TEXT, titles[at])) if columns[at].wrap else natural[at] for at in filled}
    for at in filled:
        if not columns[at].wrap:
            widths[at] = max(titles[at], _usual(cells, at, natural[at]))
    kept, below, left_out = list(filled), [], []
    for at in sorted((at for at in filled if columns[at].spare), key=lambda at: (columns[at].spare, at), reverse=True):
        if _whole(widths, kept) > room:
            kept.remove(at)
            left_out.append(at)
    for at in [at for at in kept[1:] if columns[at].wrap]:
        if _whole(widths, kept) > room:
            kept.remove(at)
            below.append(at)
    while _whole(widths, kept) > room:
        narrower = [at for at in kept if widths[at] > titles[at]]
        if narrower:
            widest = max(narrower, key=lambda at: widths[at])
            shorter = [length for length in lengths[widest] if length < widths[widest]]
            widths[widest] = max(titles[widest], shorter[-1] if shorter else 0)
        elif len(kept) > 1:
            left_out.append(kept.pop())
        else:
            break
    for at in kept:
        free = room - _whole(widths, kept) + widths[at]
        fitting = [length for length in lengths[at] if length <= free]
        widths[at] = max(widths[at], min(natural[at], free) if columns[at].wrap else fitting[-1] if fitting else 0)
    return Layout(kept, widths, below, sorted(left_out))


def _whole(widths: dict[int, int], places: Sequence[int]) -> int:
    """How long a line is."""
    return sum(widths[at] for at in places) + 2 * max(0, len(places) - 1)


def _usual(cells: Sequence[Row], at: int, longest: int) -> int:
    """How wide the cells of a column are, but for the few that are long."""
    if longest <= _LONG:
        return longest
    found = [width(row[at]) for row in cells if row[at]]
    short = [length for length in found if length <= _LONG]
    return max(short) if 2 * len(short) > len(found) else longest


class Piece(NamedTuple):
    """What stands somewhere in a line: a cell, or a part of one; `at` is its column, None for what has no colour."""

    start: int
    text: str
    at: int | None = None


def lines(columns: Sequence[Column], row: Row, layout: Layout, room: int | None) -> Iterator[list[Piece]]:
    """The lines of a row. The first cell tells what the row is of: where it is too long it stands above the others."""
    beside: list[list[Piece]] = [[]]
    below = list(layout.below)
    start = 0
    for at in layout.places:
        cell, wide = row[at], layout.widths[at]
        taken = width(cell)
        if cell and taken <= wide:
            beside[0].append(Piece(start + (wide - taken if columns[at].right else 0), cell, at))
        elif cell and at == layout.places[0]:
            for number, part in enumerate(wrapped(cell, (room or taken) - INDENT)):
                yield [Piece(INDENT if number else 0, part, at)]
        elif cell and columns[at].wrap and max(map(width, parts := wrapped(cell, wide))) <= wide:
            beside += ([] for _ in range(len(parts) - len(beside)))
            for line, part in zip(beside, parts, strict=False):
                line.append(Piece(start, part))
        elif cell:
            below.append(at)
        start += wide + 2
    yield from (line for line in beside if line)
    for at in sorted(below):
        if row[at]:
            yield from _below(columns[at], row[at], (room or 1 << 30) - INDENT)


def _below(column: Column, cell: str, most: int) -> Iterator[list[Piece]]:
    """The lines below a row for one cell of it."""
    title = "" if column.bare else f"{column.title.lower()} "
    parts = wrapped(cell, most - width(title))
    if title and max(map(width, parts)) > most - width(title):
        yield [Piece(INDENT, title.rstrip())]
        yield from ([Piece(2 * INDENT, part)] for part in wrapped(cell, most - INDENT))
        return
    yield [Piece(INDENT, f"{title}{parts[0]}")]
    yield from ([Piece(INDENT + width(title), part)] for part in parts[1:])


def wrapped(text: str, most: int) -> list[str]:
    """The text in lines of at most so many columns, where no word is longer; one line at least.

    Lines end between the `parts` of a text that has them, else at spaces; in a list that has none, behind commas.
    """
    if width(text) <= most:
        return [text]
    found = [""]
    for part in getattr(text, "parts", None) or text.split(" "):
        pieces = part.split(" ") if width(part) > most else [part]
        for piece in pieces:
            smaller = _behind_commas(piece) if width(piece) > most else [piece]
            for number, each in enumerate(smaller):
                between = " " if found[-1] and not number else ""
                if found[-1] and width(found[-1]) + len(between) + width(each) > most:
                    found.append(each)
                else:
                    found[-1] += between + each
    return found


def _behind_commas(text: str) -> list[str]:
    *others, last = text.split(",")
    return [*(f"{each}," for each in others), *([last] if last else [])]


def painted(columns: Sequence[Column], line: Sequence[Piece], colours: bool) -> list[str | Paint]:
    """The line as parts to print, each cell in its colour."""
    parts: list[str | Paint] = []
    position = 0
    for start, text, at in line:
        if start > position:
            parts.append(" " * (start - position))
        colour = columns[at].colours.get(text) if colours and at is not None else None
        parts.append(Paint(text, colour) if colour else text)
        position = start + width(text)
    return parts
