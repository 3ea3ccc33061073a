"""What SQL takes besides netlynx, and its error."""

from __future__ import annotations

from typing import Any  # a module

from netlynx.errors import NetlynxError

_LEAST = 2  # of DuckDB: before it, a Dataset of pyarrow's is read past what Python says of it
_INSTALL = "pip install 'netlynx[sql]'"


class SqlError(NetlynxError, ValueError):
    """A statement that DuckDB does not take, or what it takes to execute one is not there."""


def needed() -> Any:
    """DuckDB, with pyarrow beside it. Raises SqlError where one of them is missing, or too old."""
    try:
        import duckdb
        import pyarrow.dataset  # noqa: F401  # looked for
    except ImportError as error:
        missing = (error.name or "").partition(".")[0]
        raise SqlError(f"SQL needs {missing}, which is not installed: {_INSTALL}") from None
    if int(duckdb.__version__.partition(".")[0]) < _LEAST:
        raise SqlError(f"SQL needs DuckDB {_LEAST}.0 or later, and this is {duckdb.__version__}: {_INSTALL}")
    return duckdb
