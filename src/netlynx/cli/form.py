"""How what is printed may look, JSON of plain values, and the errors of who asks for what cannot be."""

from __future__ import annotations

import enum
from typing import Any

from netlynx.cli.stdout import tell


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


def misused(problem: str, where: str | None = None, *, about: str = "") -> Exception:
    """The error for a command used in a wrong way; `where` is the option or argument at fault, `about` the argument
    that its help is to be asked with."""
    import typer

    error = typer.BadParameter(problem, param_hint=where)
    error.about = about  # type: ignore[attr-defined]  # for `netlynx.cli.app`
    return error


def failed(problem: str) -> Exception:
    """Says why a command cannot go on, and gives what is to be raised to end it with status 1."""
    import typer

    tell(problem)
    return typer.Exit(1)


def json_text(value: Any, *, compact: bool = False) -> str:
    """JSON of plain values, all of it in ASCII, with an escape for DEL too."""
    import json

    text = json.dumps(value, separators=(",", ":")) if compact else json.dumps(value)
    return text.replace("\x7f", "\\u007f")
