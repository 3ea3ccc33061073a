"""One change that the kernel takes between marks only, carried out by itself, and answered as it mostly is."""

from __future__ import annotations

from typing import Any

from netlynx.engine.exchange import HEADER, HEADER_SIZE, DoExchange
from netlynx.engine.operation import Bound, Do
from netlynx.wire.constants import NLM_F

NUMBERS = 3
"""How many messages a change with its marks is."""

_REQUEST = int(NLM_F.REQUEST)


class ChangeExchange(DoExchange[None]):
    """One change with its marks, and its answer if that is what it mostly is: the acknowledgement.

    Anything else is for a `TransactionExchange` with the same numbers (`netlynx.engine.carrying.Carrier.changing_on`).
    """

    __slots__ = ()

    def __init__(self, change: Bound[Any], sequence: int, portid: int) -> None:
        """Its messages are numbered from `sequence` + 1."""
        global _last
        begin, end, before, after = _last
        if change.begin is not begin or change.end is not end:
            before, after = _mark(change.begin), _mark(change.end)
            _last = change.begin, change.end, before, after
        super().__init__(change, sequence + 2, portid, before, after)


_last: tuple[Do[None] | None, Do[None] | None, bytes, bytes] = (None, None, b"", b"")  # the marks used last


def _mark(mark: Do[None]) -> bytes:
    message = HEADER.pack(HEADER_SIZE + len(mark.payload), mark.message_type, _REQUEST, 0, 0) + mark.payload
    return message + bytes(-len(message) % 4)
