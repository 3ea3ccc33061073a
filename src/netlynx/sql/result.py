"""What comes of a statement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any  # values of any type, and pyarrow's, which tells no types


class Result:
    """Rows of a statement, in columns. Whatever knows Arrow's PyCapsule interface takes it as it is, without copying:
    ``polars.DataFrame(result)``, ``pyarrow.table(result)``."""

    def __init__(self, relation: Any) -> None:
        """`relation` is DuckDB's, None for a statement that gives no rows."""
        self.columns: tuple[str, ...] = () if relation is None else tuple(relation.columns)
        self.types: tuple[str, ...] = () if relation is None else tuple(map(str, relation.types))
        self._table: Any = None if relation is None else relation.to_arrow_table()

    @property
    def table(self) -> Any:
        """The rows as a pyarrow.Table, without any column for a statement that gives none."""
        import pyarrow

        return pyarrow.table({}) if self._table is None else self._table

    def rows(self) -> list[tuple[Any, ...]]:
        """The rows as Python's values: None, bool, int, str, bytes, list, dict, datetime …"""
        table = self.table
        columns = [_numbers(table.column(at)) for at in range(table.num_columns)]
        return [*zip(*columns, strict=True)]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self.rows())

    def __len__(self) -> int:
        return 0 if self._table is None else int(self._table.num_rows)

    def __repr__(self) -> str:
        return f"<Result: {len(self)} rows of {', '.join(self.columns) or 'nothing'}>"

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows as a PyCapsule "arrow_array_stream"."""
        return self.table.__arrow_c_stream__(requested_schema)


def _numbers(column: Any) -> list[Any]:
    """A column's values; a sum of integers, which DuckDB has as a decimal, is an integer."""
    import pyarrow

    values: list[Any] = column.to_pylist()
    if pyarrow.types.is_decimal(column.type) and column.type.scale == 0:
        return [None if each is None else int(each) for each in values]
    return values
