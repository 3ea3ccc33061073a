"""Tables for other programs: Arrow, Parquet and CSV, written by whichever of pyarrow and polars is installed."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, BinaryIO

from netlynx.cli.output import Form, failed, misused

if TYPE_CHECKING:
    from netlynx.table import Table


def check(form: Form) -> None:
    """Refuse, before anything is read, what cannot be written. Raises typer.BadParameter and typer.Exit."""
    if sys.stdout.isatty() and form is not Form.CSV:
        raise misused(f"{form.value} is not for terminals: send it to a file or a program", "--format")
    if find_spec("pyarrow") is None and find_spec("polars") is None:
        hint = "pip install 'netlynx[table]'"
        raise failed(f"--format {form.value} needs polars or pyarrow, and neither is here: {hint}")


def write_table(table: Table[Any], form: Form) -> None:
    """Write a table to standard output: an Arrow IPC stream, a Parquet file, or CSV with nested values as JSON."""
    _write(table, form)


def write_rows(rows: list[Mapping[str, Any]], form: Form) -> None:
    """Write rows that have the same keys, each of which is a column, as `write_table` does it."""
    _write(rows, form)


def _write(table: Table[Any] | list[Mapping[str, Any]], form: Form) -> None:
    out = sys.stdout.buffer
    if find_spec("polars") is not None:
        _with_polars(table, form, out)
    else:
        _with_pyarrow(table, form, out)
    out.flush()


def _with_polars(table: Table[Any] | list[Mapping[str, Any]], form: Form, out: BinaryIO) -> None:
    import polars

    frame = polars.DataFrame(table, infer_schema_length=None)
    if form is Form.ARROW:
        frame.write_ipc_stream(out)
    elif form is Form.PARQUET:
        frame.write_parquet(out)
    else:
        out.write(_csv(frame.columns, frame.iter_rows()))


def _with_pyarrow(table: Table[Any] | list[Mapping[str, Any]], form: Form, out: BinaryIO) -> None:
    import pyarrow
    import pyarrow.parquet

    read = pyarrow.Table.from_pylist(table) if isinstance(table, list) else pyarrow.table(table)
    if form is Form.ARROW:
        with pyarrow.ipc.new_stream(out, read.schema) as writer:
            writer.write_table(read)
    elif form is Form.PARQUET:
        pyarrow.parquet.write_table(read, out)
    else:
        columns = [read.column(at).to_pylist() for at in range(read.num_columns)]
        out.write(_csv(read.column_names, zip(*columns, strict=True)))


def _csv(names: list[str], rows: Any) -> bytes:
    """CSV of any rows; what is no plain value is JSON, without what is null in it."""
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([_plain(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _plain(value: Any) -> Any:
    import json

    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(_present(value), separators=(",", ":")) if value else ""
    return value


def _present(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _present(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_present(each) for each in value]
    return value.hex() if isinstance(value, bytes) else value
