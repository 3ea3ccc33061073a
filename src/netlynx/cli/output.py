"""Printing: records as JSON, rows as aligned tables, coloured for people only."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from netlynx.cli.form import COLUMNS, Form, json_text, misused
from netlynx.cli.stdout import HELD, remark, write, write_array, write_lines
from netlynx.cli.terminal import Paint, is_terminal
from netlynx.wire.shown import shown

if TYPE_CHECKING:
    from netlynx.client.connection import Connection
    from netlynx.engine.operation import Dump

_AT_ONCE = 4096  # records encoded and written together


def form_of(json: bool, lines: bool, format: Form | None = None, *, wide: bool = False) -> Form:
    """What `--json`, `--lines` and `--format` ask for.

    Raises typer.BadParameter for more than one, and for `wide` where no table is printed.
    """
    if json + lines + (format is not None) > 1:
        raise misused("give --json (one array), --lines (one object a line) or --format, not two of them")
    form = format or (Form.JSON if json else Form.LINES if lines else Form.TABLE)
    if wide and form is not Form.TABLE:
        raise misused("it is for tables: all else is whole as it is", "--wide")
    if form in COLUMNS:
        from netlynx.cli.export import check

        check(form)
    return form


class Column(NamedTuple):
    """A column: its title, what colour which text has, whether numbers are aligned at their ends.

    `bare`: its value needs no title in a line of text. `spare`: it is left out where a terminal is too narrow, the
    highest number first; 0 for what a listing is of no use without. `wrap`: it is text, and may have several lines.
    """

    title: str
    colours: Mapping[str, str] = {}
    right: bool = False
    bare: bool = False
    spare: int = 0
    wrap: bool = False


Row = Sequence[str]


class Phrases(str):
    """Text that is broken between its parts before it is broken elsewhere."""

    parts: tuple[str, ...] = ()


def phrases(parts: Iterable[str]) -> Phrases:
    """The parts as one text."""
    found = tuple(parts)
    text = Phrases(" ".join(found))
    text.parts = found
    return text


def coloured() -> bool:
    """Whether colours are wanted: a terminal that has them, and nobody who asked for none (no-color.org)."""
    return is_terminal(sys.stdout) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, colour: str | None, wanted: bool = True) -> str | Paint:
    """The text in a colour, or as it is without one."""
    return Paint(text, colour) if colour and wanted else text


def write_json(records: Iterable[Any], form: Form) -> None:
    """Records as one array, a line for each, or as a line for each alone."""
    from netlynx.codec._codec import to_json, to_json_lines

    if form is Form.LINES:
        for record in records:
            write(to_json(record).decode())
        return
    rest = iter(records)
    between = "[\n"
    while part := list(islice(rest, _AT_ONCE)):
        sys.stdout.write(between + to_json_lines(part, b",\n").decode())
        between = ",\n"
    sys.stdout.write("[]\n" if between == "[\n" else "\n]\n")


def write_rows(rows: Iterable[Mapping[str, Any]], form: Form) -> None:
    """Rows that are no records, all with the same keys: as `write_json` writes records, or a column for each key."""
    if form in COLUMNS:
        from netlynx.cli.export import write_rows as write_columns

        write_columns(list(rows), form)
        return
    texts = map(json_text, rows)
    if form is Form.LINES:
        for text in texts:
            write(text)
    else:
        whole = ",\n".join(texts)
        sys.stdout.write(f"[\n{whole}\n]\n" if whole else "[]\n")


def write_listed(nl: Connection, listed: Dump[Any], form: Form) -> None:
    """What a dump lists, as `write_json` writes records, but without making any.

    Lines are printed as they come. An array is read again when the table changed meanwhile, but for one so large that
    it is written while it is read: that one is left open, and DumpInterrupted raised.
    """
    if form is Form.LINES:
        write_lines(nl.dump(listed).json(after=b"\n"))
    else:
        write_array(nl.dump(listed).json(between=b",\n", hold=HELD))


def write_table(columns: Sequence[Column], rows: Iterable[Row], *, wide: bool = False) -> None:
    """Aligned columns under their titles, without those that are empty in every row.

    On a terminal lines fit it, unless all is wanted (`wide`): see `netlynx.cli.layout`. What is left out is said.
    """
    from netlynx.cli.layout import laid_out, lines, painted, room

    cells = [[shown(text) for text in row] for row in rows]
    if not cells:
        return
    most = None if wide else room()
    layout = laid_out(columns, cells, most)
    colours = coloured()
    titles = lines(columns, [column.title for column in columns], layout._replace(below=[]), None)
    write(paint("".join(map(str, painted(columns, next(titles, []), False))), "bold", colours))
    for row in cells:
        for line in lines(columns, row, layout, most):
            write(*painted(columns, line, colours))
    if layout.left_out:
        sys.stdout.flush()
        remark(f"not shown: {', '.join(columns[at].title for at in layout.left_out)} (--wide)")


def write_found(
    found: Iterable[Any], form: Form, columns: Sequence[Column], rows: Iterable[Row], *, wide: bool = False
) -> None:
    """Records as JSON, or as a table of the rows that they make."""
    if form is Form.TABLE:
        write_table(columns, rows, wide=wide)
    else:
        write_json(found, form)


def row_as_text(columns: Sequence[Column], row: Row, *, colours: bool) -> list[str | Paint]:
    """A row as the parts of one line: values, each behind its title where that is needed."""
    parts: list[str | Paint] = []
    for column, cell in zip(columns, row, strict=True):
        if cell:
            title = "" if column.bare else f"{column.title.lower()} "
            parts += (" " if parts else "", title, paint(cell, column.colours.get(cell), colours))
    return parts
