"""SQL over what all listings list."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import Annotated, Any  # values of any type

import typer

from netlynx.cli.form import COLUMNS, Form, json_text, misused
from netlynx.cli.options import Format, Json, Kernel, Lines, Netns, Wide, target
from netlynx.cli.output import Column, form_of, write_rows, write_table
from netlynx.cli.stdout import remark, tell, write
from netlynx.cli.stdout import words as in_words

_SHOWN = (".tables", ".schema")
_PLAN = ("explain_key", "explain_value")  # what EXPLAIN gives: a drawing of several lines


def sql(
    statement: Annotated[
        list[str],
        typer.Argument(
            metavar="STATEMENT",
            help="A statement, `-` for one from standard input, `.tables`, or `.schema` with the name of a table.",
        ),
    ],
    all_netns: Annotated[
        bool, typer.Option("--all-netns", help="Read all network namespaces that can be found, not one's own alone.")
    ] = False,
    history: Annotated[
        Path | None,
        typer.Option(
            "--history", metavar="DIR", help="Have what `netlynx monitor --parquet DIR` wrote as tables, too."
        ),
    ] = None,
    parquet: Annotated[
        Path | None, typer.Option("--parquet", metavar="FILE", help="Write what comes of it to a Parquet file.")
    ] = None,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Ask with SQL: every listing is a table, read when a statement asks for it.

    The column `netns` says of which network namespace a row is; `where netns = 'NAME'` asks another one than one's own.
    What it takes is DuckDB: pip install 'netlynx[sql]'.
    """
    from netlynx import sql as room

    form = form_of(json, lines, format, wide=wide)
    if parquet is not None and form is not Form.TABLE:
        raise misused("what goes to a file is not printed: leave --json, --lines and --format out", "--parquet")
    words = typed(statement)
    with room.connect(**target(kernel, netns), all_namespaces=all_netns, history=history) as db:
        if words[0] == ".tables":
            print_rows(("table", "what it is"), [*db.tables().items()], form, wide)
        elif words[0] == ".schema" and len(words) == 1:
            every = [(name, *each) for name in db.tables() for each in db.schema(name).items()]
            print_rows(("table", "column", "type"), every, form, wide)
        elif words[0] == ".schema":
            print_rows(("column", "type"), [*db.schema(words[1]).items()], form, wide)
        else:
            result = db.execute(" ".join(words))
            if parquet is not None:
                _write_parquet(result, parquet)
            elif form in COLUMNS:
                from netlynx.cli.export import write_table as write_columns

                write_columns(result.table, form)
            elif result.columns == _PLAN and form is Form.TABLE:
                for _, plan in result:
                    for line in plan.splitlines():
                        write(line)
            elif result.columns:
                print_rows(result.columns, result.rows(), form, wide, result.types)
        for name, error in db.unread.items():
            sys.stdout.flush()
            tell(f"network namespace {name}: {in_words(error)}")
        if db.unseen:
            sys.stdout.flush()
            remark(f"the network namespaces of {db.unseen} processes could not be seen")


def typed(statement: list[str]) -> list[str]:
    """What was typed: a statement is one word as a rule, or several. Raises typer.BadParameter."""
    if statement == ["-"]:
        statement = [sys.stdin.read()]
    words = " ".join(statement).split() if statement[0].startswith(".") else statement
    if not words or not words[0].strip():
        raise misused('give a statement: netlynx sql "select name from links"', "STATEMENT")
    if words[0].startswith(".") and (words[0] not in _SHOWN or len(words) > 1 + (words[0] == ".schema")):
        raise misused(f"{' '.join(words)!r} is none: there are .tables and .schema [TABLE]", "STATEMENT")
    return words


def print_rows(
    columns: tuple[str, ...], rows: list[tuple[Any, ...]], form: Form, wide: bool, types: tuple[str, ...] = ()
) -> None:
    """Print what comes of a statement; `types` are DuckDB's words for those of the columns."""
    if form is not Form.TABLE:
        write_rows([dict(zip(columns, map(_as_json, row), strict=True)) for row in rows], form)
        return
    numbers = [len(types) > at and _is_number(types[at]) for at in range(len(columns))]
    titles = [
        Column(name.upper(), right=number, spare=at, wrap=not number)
        for at, (name, number) in enumerate(zip(columns, numbers, strict=True))
    ]
    write_table(titles, ([_as_text(value) for value in row] for row in rows), wide=wide)


def _is_number(type: str) -> bool:
    return type.endswith(("INT", "INTEGER", "DOUBLE", "FLOAT", "REAL")) or type.startswith("DECIMAL")


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _as_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(each) for each in value]
    if isinstance(value, bytes):
        return value.hex()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return value.isoformat() if isinstance(value, datetime.datetime | datetime.date | datetime.time) else str(value)


def _as_text(value: Any) -> str:
    plain = _as_json(value)
    if plain is None:
        return ""
    return plain if isinstance(plain, str) else json_text(_present(plain), compact=True)


def _present(value: Any) -> Any:
    """What is nested, without what is null in it."""
    if isinstance(value, dict):
        return {key: _present(each) for key, each in value.items() if each is not None}
    return [_present(each) for each in value] if isinstance(value, list) else value


def _write_parquet(result: Any, path: Path) -> None:
    """Write a file, which is there when all of it is."""
    import pyarrow.parquet

    part = path.with_name(f"{path.name}.part")
    try:
        pyarrow.parquet.write_table(result.table, part)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    remark(f"{len(result)} rows written to {path}")
