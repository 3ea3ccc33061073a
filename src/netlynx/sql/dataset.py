"""A listing as a Dataset of pyarrow's: what DuckDB and polars hand their columns and filters to when they read it."""

from __future__ import annotations

import re
from typing import Any, Protocol  # pyarrow's, which tells no types

import pyarrow.dataset

from netlynx.sql.catalogue import Conditions, Listing
from netlynx.sql.conditions import conditions_of
from netlynx.sql.reading import schema_of


class Reader(Protocol):
    """Who reads a listing when it is asked for."""

    def read(self, listing: Listing, columns: set[str], conditions: Conditions) -> Any:
        """A table of pyarrow's with these columns; rows that do not meet the conditions may be left out."""
        ...


class ListingDataset(pyarrow.dataset.InMemoryDataset):  # type: ignore[misc]  # pyarrow tells no types
    """A table that is read anew whenever it is scanned. In memory it has its schema, and no row."""

    def __init__(self, listing: Listing, reader: Reader) -> None:
        super().__init__(schema_of(listing).empty_table())
        self.listing = listing
        self._reader = reader

    def scanner(self, columns: Any = None, filter: Any = None, **how: Any) -> Any:
        """A pyarrow.dataset.Scanner of the table as it is now. Raises as a connection."""
        names = set(self.schema.names)
        wanted = names if columns is None else set(columns) if not isinstance(columns, dict) else names
        conditions = {}
        if filter is not None:
            wanted = wanted | (names & {*re.findall(r"\w+", str(filter))})
            conditions = conditions_of(filter)
        table = self._reader.read(self.listing, wanted, conditions)
        return pyarrow.dataset.Scanner.from_batches(
            table.to_batches(), schema=table.schema, columns=columns, filter=filter, **how
        )
