"""A capture as columns: Arrow, Parquet, CSV."""

from __future__ import annotations

from netlynx.capture.columns import Rows
from netlynx.capture.filtering import Wanted
from netlynx.capture.reader import Reader
from netlynx.cli.export import write_table
from netlynx.cli.form import Form
from netlynx.errors import DecodeError


def write_columns(reader: Reader, wanted: Wanted, form: Form) -> DecodeError | None:
    """Print the messages that are wanted. What ended the file too early is returned: what is before it was printed."""
    rows = Rows(wanted)
    end = None
    try:
        rows.take(reader)
    except DecodeError as error:
        end = error
    write_table(rows.table(), form)
    return end
