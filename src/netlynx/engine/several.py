"""Several listings read one after the other as one: of records of different classes, which no one table has."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec

T = TypeVar("T", covariant=True)


class Several(msgspec.Struct, Generic[T], frozen=True):
    """Listings (`parts`) that `dump` reads in their order. Columns and counts are of one listing: give its parts.

    With `skips`, a part that the kernel does not list (`NotSupported`) is passed over, and the iterator of the dump has
    the error in its `skipped`; else it ends the dump.
    """

    name: str
    parts: tuple[Any, ...]  # each a `Dump`, or one with names in it
    skips: bool = False

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.parts))})"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"


class Together:
    """What the sinks of several listings took in."""

    def __init__(self) -> None:
        self.records: list[Any] = []
        self.count = 0

    def add(self, sink: Any) -> None:
        """Take over what a sink has: of records, or of text how many there were."""
        self.records += getattr(sink, "records", ())
        self.count += sink.count if hasattr(sink, "count") else 0
