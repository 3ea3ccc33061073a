"""How messages are packed that hold many objects; how they are read, `netlynx.engine.reading` says."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from netlynx.codec._codec import joined_rows, sole_row
from netlynx.schema.compile import layout_size
from netlynx.schema.record import Layout


class Rows(msgspec.Struct, frozen=True):
    """Messages with the fixed header `header` that hold objects in the nest `list`, each in an attribute `item`.

    What a message says of one object, its payload says of a list of one.
    """

    header: type[Layout]
    list: int
    item: int

    def joined(self, payloads: Sequence[bytes], *, number: int = 0) -> bytes:
        """The payload of one message with all of several, of one object each, that have all else in common.

        With `number` each has that attribute, with its place from 1 on. Raises ValueError for more than fit.
        """
        return joined_rows(payloads, self.list, self.item, layout_size(self.header)[0], number)

    def alone(self, payload: bytes) -> bytes:
        """The payload of a message of one object as it is taken where there is no list: the object by itself."""
        return sole_row(payload, self.list, self.item, layout_size(self.header)[0])
