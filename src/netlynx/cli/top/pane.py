"""A pane: what it reads of the kernel, and the columns in which it shows that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from netlynx.cli.top.growth import Counts
from netlynx.cli.top.rows import Column, Item, Order, Round

if TYPE_CHECKING:
    from netlynx.cli.top.known import Known
    from netlynx.client.connection import Connection


class Read(NamedTuple):
    """What a pane has read: see `rows.Reading`."""

    items: Sequence[Item]
    totals: Counts = ()
    facts: Any = None


class Pane(NamedTuple):
    """`noun` is what one row is, `reads` asks the kernel for what is shown and nothing else, `said` is the line above
    the table, `object` what one row is called in JSON, and `whole` what of it all is said in JSON besides."""

    name: str
    noun: str
    columns: Sequence[Column]
    order: Order
    reads: Callable[[Connection, Known], Read]
    said: Callable[[Round], str]
    whole: Callable[[Round], dict[str, Any]] = lambda _: {}

    def column(self, name: str) -> Column:
        """The column of this name. Raises KeyError."""
        for each in self.columns:
            if each.name == name:
                return each
        raise KeyError(name)
