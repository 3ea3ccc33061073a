"""Changes of a batch that the kernel takes between marks only: those that follow each other go together.

A transaction takes the kernel longer than most changes in it. It looks at every one, and tells all that it refuses; but
then it carries out nothing. So the others are sent again without those: what comes of it is what would have come of
each by itself, as a change that is refused leaves nothing behind that the next ones could meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from netlynx.engine.batch import BatchResult
from netlynx.engine.operation import Bound, Do
from netlynx.engine.transaction import TransactionExchange
from netlynx.errors import NetlinkError

_MOST = 1024  # changes in a transaction, unless a window says otherwise
_ROOM = 128 * 1024  # bytes of them, unless one alone is larger


class Together:
    """What names the changes of a batch that go together."""

    def __init__(self, lot: list[Bound[Any]], first: int) -> None:
        self._lot, self._first = lot, first

    def __str__(self) -> str:
        return f"batch, operations {self._first + 1} to {self._first + len(self._lot)} ({self._lot[0].name} …)"


class Lots:
    """The changes at the beginning of some operations, some at a time; `rest` are the operations behind them.

    Iterating raises what iterating the operations does, when all before it was handed out.
    """

    def __init__(self, operations: Iterable[Do[Any]], window: int | None) -> None:
        self._operations = iter(operations)
        self._most = window or _MOST
        self._next: Do[Any] | None = None
        self._error: Exception | None = None

    def __iter__(self) -> Iterator[list[Bound[Any]]]:
        while lot := self._take():
            yield lot

    def rest(self) -> Iterator[Do[Any]]:
        """What is left when there are no more lots."""
        return self._operations if self._next is None else chain((self._next,), self._operations)

    def _take(self) -> list[Bound[Any]]:
        lot: list[Bound[Any]] = []
        size = 0
        while len(lot) < self._most:
            each = self._following(bool(lot))
            if not isinstance(each, Bound) or (lot and each.begin is not lot[0].begin):
                break
            size += len(each.payload)
            if lot and size > _ROOM:
                break
            lot.append(each)
            self._next = None
        return lot

    def _following(self, begun: bool) -> Do[Any] | None:
        if self._error is not None and not begun:
            error, self._error = self._error, None
            raise error
        if self._next is None and self._error is None:
            try:
                self._next = next(self._operations, None)
            except Exception as error:
                if not begun:
                    raise
                self._error = error
        return self._next


class Sifting:
    """One lot of a batch: what is sent of it, again without what was refused, until the rest was carried out."""

    def __init__(self, lot: list[Bound[Any]], result: BatchResult[Any], onward: bool) -> None:
        """`onward`: what stands behind a change that was refused is carried out, too."""
        self._lot = lot
        self._result = result
        self._onward = onward
        self._first = len(result)
        self._left = list(range(len(lot)))  # positions in the lot
        self._errors: dict[int, NetlinkError] = {}
        self._values: dict[int, Any] = {}

    def exchanges(self) -> Iterator[TransactionExchange]:
        """What is to be carried out, each before the next is asked for."""
        begin, end = self._lot[0].begin, self._lot[0].end
        while self._left:
            lot = [self._lot[at] for at in self._left]
            exchange = TransactionExchange(begin, end, Together(self._lot, self._first), lot)
            self._result.sending(self._first + len(self._lot))
            yield exchange
            self._take(exchange)
        self._result.answered(self._first + self._end, self._placed(self._errors), self._placed(self._values))

    @property
    def _end(self) -> int:
        return len(self._lot) if self._onward or not self._errors else min(self._errors) + 1

    def _placed(self, found: dict[int, Any]) -> dict[int, Any]:
        return {self._first + at: each for at, each in found.items() if at < self._end}

    def _take(self, exchange: TransactionExchange) -> None:
        refused = {at: error for at, error in exchange.errors.items() if at is not None}
        whole = exchange.errors.get(None)
        if whole is not None:
            refused = dict.fromkeys(range(len(self._left)), whole)
        if not refused:
            self._values = {self._left[at]: value for at, value in exchange.values.items()}
            self._left = []
            return
        self._errors.update({self._left[at]: error for at, error in refused.items()})
        left = [at for at in self._left if at not in self._errors]
        self._left = left if self._onward else [at for at in left if at < min(self._errors)]
