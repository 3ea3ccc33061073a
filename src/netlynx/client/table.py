"""Tables: what a dump lists, in columns that other programs take as they are.

One column a field of the record, with its name, in its order; then `unknown`.

| field of the record | column |
|---|---|
| integer | integer of its width and sign; wider where a kernel sent a larger number |
| enum | dictionary of labels; a number without one in decimal |
| set of flags | dictionary of labels joined by commas: ``"onlink"``, ``"broadcast,up"``, ``""`` for none |
| boolean, flag | bool; a flag that was not sent is False, as in the record |
| text | string; bytes that are not UTF-8 stand as ``\\xff`` |
| bytes | binary |
| address, prefix, MPLS labels | string, as in the record; bytes on request, see `Connection.table` |
| nested record, C struct | struct; without any field: bool, true where it was there |
| record within itself | binary: its attributes |
| tuple | list; a repeating attribute that was not sent makes an empty one, as in the record |
| sub-message chosen by another field | struct with one field for each choice, all but one null; ``raw`` for the rest |
| what only Python functions understand | int64 where the record says int; else string, JSON where it is no text |

What is None in the record is null. `unknown` has what no column could take, of the record and all nested in it: null,
or a list of structs of `within` (the nest, such as ``"data.vxlan"``; a number for a nest that has no field), `type`
(the attribute's; null for what a newer kernel's longer struct adds) and `payload`. A boolean that is neither 0 nor 1
is there too, and null in its column.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from netlynx.codec._codec import ArrowTable, Columns
from netlynx.engine.dumping import DumpPlan
from netlynx.engine.named import NamedDump
from netlynx.engine.operation import Dump
from netlynx.schema.arguments import texts_of
from netlynx.wire.nearest import nearest

if TYPE_CHECKING:
    from netlynx.transport.deadline import Deadline

T = TypeVar("T")

Addresses = Literal["text", "binary"]
ArrowField = tuple[str, str, tuple[Any, ...]]  # name, type, those within

_NAMES = {
    "b": "bool",
    "c": "int8",
    "C": "uint8",
    "s": "int16",
    "S": "uint16",
    "i": "int32",
    "I": "uint32",
    "l": "int64",
    "L": "uint64",
    "u": "string",
    "z": "binary",
}


class Table(Generic[T]):
    """A dump's records as Arrow columns, without any Python object a row. Made by `Connection.table`; never changes.

    Whatever knows the Arrow PyCapsule interface takes it as it is, without copying: ``polars.DataFrame(table)``,
    ``pyarrow.table(table)``, ``pandas.DataFrame.from_arrow(table)``, duckdb by the name of the variable. What was
    made from a table outlives it.
    """

    __slots__ = ("_table", "name")

    def __init__(self, name: str, table: ArrowTable) -> None:
        self.name = name
        self._table = table

    @property
    def num_rows(self) -> int:
        """How many rows: the records listed."""
        return self._table.num_rows

    @property
    def num_columns(self) -> int:
        """How many columns: the record's fields, and `unknown`."""
        return len(self._table.fields)

    @property
    def nbytes(self) -> int:
        """Bytes of the columns' values. Columns without any value count nothing, as they take no memory."""
        return self._table.nbytes

    @property
    def column_names(self) -> list[str]:
        """The names of the columns, in their order."""
        return [name for name, _, _ in self._table.fields]

    @property
    def schema(self) -> dict[str, str]:
        """Each column's name and type, in Arrow's words: ``uint32``, ``list<struct<oif: uint32, …>>`` …"""
        return {field[0]: _type_in_words(field) for field in self._table.fields}

    def __len__(self) -> int:
        return self.num_rows

    def __repr__(self) -> str:
        return f"<Table of {self.name}: {self.num_rows} rows, {self.num_columns} columns, {self.nbytes} bytes>"

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The table as a PyCapsule "arrow_array_stream" of one batch, as often as it is asked for.

        A `requested_schema` is not heeded: the table has the types that it has, and a consumer casts.
        """
        return self._table.stream_capsule()

    def __arrow_c_schema__(self) -> object:
        """The types as a PyCapsule "arrow_schema", a struct of the columns."""
        return self._table.schema_capsule()


class TablePlan(DumpPlan[T]):
    """What is to be read into a table, and how often it may be tried."""

    verb = "table"
    takes = (Dump, NamedDump)

    def __init__(
        self,
        operation: Any,
        interrupted: Any,
        retries: int,
        addresses: Addresses,
        deadline: Deadline | None = None,
        columns: Iterable[str] | None = None,
    ) -> None:
        if addresses not in ("text", "binary"):
            raise ValueError(f"addresses is 'text' or 'binary', not {addresses!r}")
        super().__init__(operation, interrupted, retries, deadline)
        self.binary = addresses == "binary"
        self.only = None if columns is None else _checked(frozenset(texts_of(columns, "columns")), operation.reply)

    def columns(self) -> Columns:
        """A sink for the operation's records, as columns."""
        self.operation.check_records("a table")
        return Columns(self.operation.plan(), self.operation.filter(), self.binary, self.only)

    def table(self, columns: Columns) -> Table[T]:
        """The columns, once all is read."""
        return Table(self.operation.name, columns.finish())


def _checked(names: frozenset[str], record: Any) -> frozenset[str]:
    """The names of columns. Raises TypeError for one that the record's tables do not have."""
    known = [*record.__declarations__, "unknown"]
    for name in sorted(names.difference(known)):
        raise TypeError(f"columns: {record.__name__} has no field {name!r}{nearest(name, known)}")
    return names


def _type_in_words(field: ArrowField) -> str:
    _, letters, within = field
    if letters in _NAMES:
        word = _NAMES[letters]
        return f"dictionary<{word}, {_type_in_words(within[0])}>" if within else word
    if letters.startswith("w:"):
        return f"fixed_size_binary[{letters[2:]}]"
    if letters == "+l":
        return f"list<{_type_in_words(within[0])}>"
    return f"struct<{', '.join(f'{each[0]}: {_type_in_words(each)}' for each in within)}>"
