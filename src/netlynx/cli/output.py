"""Printing: records as JSON, rows as aligned tables, coloured for people only."""

from __future__ import annotations

import codecs
import enum
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from netlynx.errors import EncodeError, NetlynxError

if TYPE_CHECKING:
    from netlynx.connection import Connection
    from netlynx.operation import Dump

_AT_ONCE = 4096  # records encoded and written together
_HELD = 64 << 20  # bytes of an array held back: one of up to this size is whole, and read again when it must be
_COLOURS = {"red": 31, "green": 32, "yellow": 33, "bright_black": 90}  # ECMA-48, select graphic rendition


class Form(enum.Enum):
    """How records are printed."""

    TABLE = "table"
    JSON = "json"
    LINES = "lines"
    ARROW = "arrow"
    PARQUET = "parquet"
    CSV = "csv"


COLUMNS = (Form.ARROW, Form.PARQUET, Form.CSV)  # what is written from columns, by optional packages
ONE = "a single one is printed as a table, json or lines: columns are for listings"


def form_of(json: bool, lines: bool, format: Form | None = None) -> Form:
    """What `--json`, `--lines` and `--format` ask for. Raises typer.BadParameter for more than one."""
    if json + lines + (format is not None) > 1:
        raise misused("give --json (one array), --lines (one object a line) or --format, not two of them")
    form = format or (Form.JSON if json else Form.LINES if lines else Form.TABLE)
    if form in COLUMNS:
        from netlynx.cli.export import check

        check(form)
    return form


class Column(NamedTuple):
    """A column: its title, what colour which text has, whether numbers are aligned at their ends.

    `bare`: its value needs no title in a line of text.
    """

    title: str
    colours: Mapping[str, str] = {}
    right: bool = False
    bare: bool = False


Row = Sequence[str]


def misused(problem: str, where: str | None = None) -> Exception:
    """The error for a command used in a wrong way; `where` is the option or argument at fault."""
    import typer

    return typer.BadParameter(problem, param_hint=where)


def failed(problem: str) -> Exception:
    """Says why a command cannot go on, and gives what is to be raised to end it with status 1."""
    import typer

    tell(problem)
    return typer.Exit(1)


def tell(problem: str) -> None:
    """One line on stderr."""
    print(f"netlynx: {problem}", file=sys.stderr)


def status_of(run: Callable[[], object], *, traceback: bool = False) -> int:
    """Do it; an error is one line on stderr and status 1, a reader that went away is no error.

    Raises EncodeError, which says that an option has a wrong value, and everything else with `traceback`.
    """
    if hasattr(sys.stdout, "reconfigure"):
        codecs.register_error("netlynx", escaped)
        sys.stdout.reconfigure(errors="netlynx")  # a name that the locale cannot write
    try:
        run()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at the very end
    except EncodeError:
        raise
    except (NetlynxError, OSError) as error:
        if traceback:
            raise
        sys.stdout.flush()
        tell(" ".join(str(error).split()))
        return 1
    return 0


def escaped(error: UnicodeError) -> tuple[str, int]:
    r"""Characters that an encoding has not, as ``\u00e9``: unlike ``\xe9``, that is JSON too. Raises other errors."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)), error.end


def coloured() -> bool:
    """Whether colours are wanted: a terminal that has them, and nobody who asked for none (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, colour: str | None, wanted: bool = True) -> str:
    """The text in a colour, or as it is without one."""
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if colour and wanted else text


def plain(text: str) -> str:
    """The text with escapes for what would not be printed, or would steer the terminal."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def write(text: str, *, flush: bool = False) -> None:
    """Print a line. Raises BrokenPipeError when nobody reads it."""
    sys.stdout.write(text + "\n")
    if flush:
        sys.stdout.flush()


def write_json(records: Iterable[Any], form: Form) -> None:
    """Records as one array, a line for each, or as a line for each alone."""
    from netlynx.wire._codec import to_json, to_json_lines

    if form is Form.LINES:
        for record in records:
            write(to_json(record).decode())
        return
    rest = iter(records)
    between = "[\n"
    while part := list(islice(rest, _AT_ONCE)):
        sys.stdout.write(between + to_json_lines(part, b",\n").decode())
        between = ",\n"
    write("[]" if between == "[\n" else "\n]")


def write_rows(rows: Iterable[Mapping[str, Any]], form: Form) -> None:
    """Rows that are no records, all with the same keys: as `write_json` writes records, or a column for each key."""
    if form in COLUMNS:
        from netlynx.cli.export import write_rows as write_columns

        write_columns(list(rows), form)
        return
    import json

    texts = map(json.dumps, rows)
    if form is Form.LINES:
        for text in texts:
            write(text)
    else:
        write("[\n" + ",\n".join(texts) + "\n]")


def write_listed(nl: Connection, listed: Dump[Any], form: Form) -> None:
    """What a dump lists, as `write_json` writes records, but without making any.

    Lines are printed as they come. An array is read again when the table changed meanwhile, but for one so large that
    it is written while it is read: that one is left open, and DumpInterrupted raised.
    """
    if form is Form.LINES:
        for text in nl.dump(listed).json(after=b"\n"):
            _write_text(text)
            sys.stdout.flush()
        return
    begun = False
    for text in nl.dump(listed).json(between=b",\n", hold=_HELD):
        if not begun:
            sys.stdout.write("[\n")
            begun = True
        _write_text(text)
    write("\n]" if begun else "[]")


def _write_text(text: memoryview) -> None:
    """JSON in UTF-8: bytes where that is what standard output takes."""
    if sys.stdout.encoding.lower() in ("utf-8", "utf8"):
        sys.stdout.flush()
        sys.stdout.buffer.write(text)
    else:
        sys.stdout.write(str(text, "utf-8"))


def write_table(columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """Aligned columns under their titles, without those that are empty in every row. Lines are as long as it takes."""
    cells = [[plain(text) for text in row] for row in rows]
    if not cells:
        return
    shown = [at for at in range(len(columns)) if any(row[at] for row in cells)]
    widths = {at: max(len(columns[at].title), *(len(row[at]) for row in cells)) for at in shown}
    colours = coloured()

    def line(texts: Row, painted: bool) -> str:
        parts = []
        for at in shown:
            column, text = columns[at], texts[at]
            padding = " " * (widths[at] - len(text))
            text = paint(text, column.colours.get(text), painted)
            parts.append(padding + text if column.right else text + padding)
        return "  ".join(parts).rstrip()

    titles = line([column.title for column in columns], painted=False)
    write(f"\x1b[1m{titles}\x1b[0m" if colours else titles)
    for row in cells:
        write(line(row, painted=colours))


def row_as_text(columns: Sequence[Column], row: Row, *, colours: bool) -> str:
    """A row as one line of text: values, each behind its title where that is needed."""
    words = []
    for column, cell in zip(columns, row, strict=True):
        if cell:
            text = plain(cell)
            text = paint(text, column.colours.get(text), colours)
            words.append(text if column.bare else f"{column.title.lower()} {text}")
    return " ".join(words)
