"""Bits in words as a kind of field: the tables are loaded once there is something to read."""

from __future__ import annotations

import sys
from typing import Any, Literal

from netlynx.schema import Kind, hook, indexed, string

from .words import Table, read_words, write_words


def worded(table: str, size: int, order: Literal["little", "big"] = sys.byteorder) -> Kind:
    """An integer of `size` bytes as the words that it stands for: a tuple of these.

    `table` is the name of one of `netlynx.nl80211.capabilities`.
    """

    def decode(payload: bytes) -> Any:
        return read_words(_named(table), int.from_bytes(payload, order))

    def encode(value: Any) -> bytes:
        words = (value,) if isinstance(value, str) else value
        number = value if isinstance(value, int) else write_words(_named(table), words)
        return number.to_bytes(size, order)

    return hook(decode, encode, shown=indexed(string), pure=True)


def _named(table: str) -> Table:
    from . import capabilities

    found: Table = getattr(capabilities, table)
    return found
