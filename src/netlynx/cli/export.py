"""Tables for other programs: Arrow, Parquet and CSV, written by whichever of pyarrow and polars is installed."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from itertools import chain
from typing import TYPE_CHECKING, Any

from netlynx.cli.form import Form, failed, json_text, misused
from netlynx.cli.terminal import binary, is_terminal
from netlynx.wire.shown import shown

if TYPE_CHECKING:
    from netlynx.client.table import Table

_HIGHEST = 2**63 - 1  # of integers of 64 bits with a sign


def check(form: Form) -> None:
    """Refuse, before anything is read, what cannot be written. Raises typer.BadParameter and typer.Exit."""
    if is_terminal(sys.stdout) and form is not Form.CSV:
        raise misused(f"{form.value} is not for terminals: send it to a file or a program", "--format")
    if find_spec("pyarrow") is None and find_spec("polars") is None:
        hint = "pip install 'netlynx[table]'"
        raise failed(f"--format {form.value} needs polars or pyarrow, and neither is here: {hint}")


def write_table(table: Table[Any], form: Form) -> None:
    """Write a table to standard output: an Arrow IPC stream, a Parquet file, or CSV with nested values as JSON."""
    _write(table, form)


def write_rows(rows: list[Mapping[str, Any]], form: Form) -> None:
    """Write rows that have the same keys, each of which is a column, as `write_table` does it.

    Integers are of 64 bits, without a sign where that is the only way to hold them; text where none holds them all.
    """
    names = list(rows[0]) if rows else []
    columns = {name: [row[name] for row in rows] for name in names}
    unsigned = []
    for name, values in columns.items():
        if any(isinstance(value, int) and value > _HIGHEST for value in values):
            if any(value is not None and value < 0 for value in values):
                columns[name] = [None if value is None else str(value) for value in values]
            else:
                unsigned.append(name)
    _write(columns, form, unsigned)


def _write(table: Table[Any] | dict[str, list[Any]], form: Form, unsigned: Sequence[str] = ()) -> None:
    write = _with_pyarrow if find_spec("polars") is None else _with_polars
    if form is Form.CSV:
        text = io.StringIO(newline="")
        write(table, form, text, unsigned)
        _write_csv(text.getvalue())
    else:
        out = sys.stdout.buffer  # no terminal: see `check`
        write(table, form, out, unsigned)
        out.flush()


def _write_csv(text: str) -> None:
    """Exactly what the values are, for programs; on a terminal they were escaped one by one."""
    out = binary(sys.stdout)
    if out is None:
        sys.stdout.write(text)
    else:
        out.write(text.encode(errors="surrogateescape"))
        out.flush()


def _with_polars(table: Table[Any] | dict[str, list[Any]], form: Form, out: Any, unsigned: Sequence[str]) -> None:
    import polars

    frame = polars.DataFrame(table, schema_overrides=dict.fromkeys(unsigned, polars.UInt64))
    if form is Form.ARROW:
        frame.write_ipc_stream(out)
    elif form is Form.PARQUET:
        frame.write_parquet(out)
    else:
        _csv(out, frame.columns, frame.iter_rows())


def _with_pyarrow(table: Table[Any] | dict[str, list[Any]], form: Form, out: Any, unsigned: Sequence[str]) -> None:
    import pyarrow
    import pyarrow.parquet

    if isinstance(table, dict):
        types = dict.fromkeys(unsigned, pyarrow.uint64())
        read = pyarrow.table({name: pyarrow.array(values, types.get(name)) for name, values in table.items()})
    else:
        read = pyarrow.table(table)
    if form is Form.ARROW:
        with pyarrow.ipc.new_stream(out, read.schema) as writer:
            writer.write_table(read)
    elif form is Form.PARQUET:
        pyarrow.parquet.write_table(read, out)
    else:
        columns = [read.column(at).to_pylist() for at in range(read.num_columns)]
        _csv(out, read.column_names, zip(*columns, strict=True))


def _csv(out: Any, names: list[str], rows: Any) -> None:  # Any: a file of text
    """CSV of any rows; what is no plain value is JSON, without what is null in it. Escaped for a terminal."""
    import csv

    on_terminal = is_terminal(sys.stdout)
    writer = csv.writer(out, lineterminator="\n" if on_terminal else "\r\n")
    for row in chain([names], ([_plain(value) for value in row] for row in rows)):
        writer.writerow([shown(cell) if on_terminal and isinstance(cell, str) else cell for cell in row])


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json_text(_present(value), compact=True) if value else ""
    return value


def _present(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _present(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_present(each) for each in value]
    return value.hex() if isinstance(value, bytes) else value
