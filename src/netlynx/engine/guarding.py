"""Deletions that may hit another object than the one that is meant: what is there is looked at before they are sent.

So are changes of which the kernel would carry out a part, and say nothing of the rest.

The kernel reads many a deletion as a pattern: what the request leaves out fits anything, some of what it says is not
looked at, and the first object that fits goes. A `Guarded` operation knows its rivals, the objects that a pattern like
its own could fit; what lists them is asked first, once for all operations of a batch. Between that look and the
deletion somebody else may change the table, as with every request that was thought over before it was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterable, Iterator
from typing import Any, TypeAlias, TypeVar

from netlynx.engine.operation import Do, Dump, Flush, Guarded, Talk
from netlynx.errors import Ambiguous, Busy, NetlinkError, NotFound

T = TypeVar("T")

Steps: TypeAlias = Generator[Do[Any] | Dump[Any], Any, T]
"""As those of a `Talk`."""

AGE = 1.0
"""For how many seconds a batch relies on what it looked at."""


class Unsettled(Exception):
    """A batch came to an operation before which the kernel has to be asked; all before it was carried out.

    `rest` are the operations from there on, `waiting` is the one that is to be looked at, if that is known yet.
    """

    def __init__(self, rest: Iterable[Do[Any]], waiting: Guarded[Any] | None = None) -> None:
        super().__init__("an operation has to be looked at before it is sent")
        self.rest = rest
        self.waiting = waiting

    def looking(self) -> Talk[list[Any]]:
        """The talk that asks."""
        return Talk("look", lambda: _look(self.waiting, whole=True))

    def following(self, listed: list[Any], seconds: Callable[[], float]) -> Settled:
        """The operations to go on with, given what was listed; `seconds` tells the time."""
        if not isinstance(self.rest, Settled):
            return Settled(self.rest, seconds)
        self.rest.take(listed)
        return self.rest


class Declined(Exception):
    """A batch came to an operation that must not be sent; all before it was carried out, and `Settled` goes on."""

    def __init__(self, error: NetlinkError) -> None:
        super().__init__(str(error))
        self.error = error


def settling(operation: Guarded[T]) -> Talk[T]:
    """A single guarded operation."""

    def steps() -> Steps[T]:
        rivals = operation.guard.shelf()
        for each in (yield from _look(operation, whole=False)):
            rivals.append(each)
        chosen, _ = operation.guard.choose(operation, rivals)
        answer: T = yield chosen
        return answer

    return Talk(operation.name, steps)


def _look(operation: Guarded[Any] | None, *, whole: bool) -> Steps[list[Any]]:
    """The rivals of an operation, and with `whole` all others of its domain."""
    if operation is None:
        return []
    guard = operation.guard
    try:
        found = yield guard.listing(operation) if whole else guard.around(operation)
        listed: list[Any] = found if isinstance(found, list) else [found]
        return [*listed, *(yield from guard.besides(operation, listed))]
    except NotFound:  # where there is no such table, it has nothing
        return []


class Settled:
    """Operations of a batch, of which the guarded ones were chosen by what the kernel has.

    Iterating raises `Unsettled` where that has to be asked: give `take` the answer and iterate on. It raises `Declined`
    where an operation must not be sent.
    """

    def __init__(self, operations: Iterable[Do[Any]], seconds: Callable[[], float]) -> None:
        self._operations = iter(operations)
        self._seconds = seconds
        self._waiting: Do[Any] | None = None
        self._rivals: dict[Hashable, Any] = {}  # what is there, by what competes
        self._known: set[Hashable] = set()  # domains that were listed
        self._all = False  # all of them are
        self._touched: set[Hashable] = set()  # what the batch itself may have changed since
        self._guard: Any = None
        self._until = 0.0

    def __iter__(self) -> Iterator[Do[Any]]:
        return self

    def seed(self, guard: Any, records: Iterable[Any]) -> None:
        """Take what is known already: all rivals of whatever follows."""
        self._guard, self._all = guard, True
        self._hold(records)

    def take(self, records: Iterable[Any]) -> None:
        """What was listed for the operation that iterating stopped at."""
        waiting = self._waiting
        assert isinstance(waiting, Guarded)
        stale = self._seconds() >= self._until or waiting.guard.key(waiting) in self._touched
        if stale or self._all or waiting.guard is not self._guard:
            self._rivals.clear()
            self._known.clear()
            self._touched.clear()
            self._all = False
        self._guard = waiting.guard
        self._known.add(waiting.guard.domain(waiting))
        self._hold(records)

    def _hold(self, records: Iterable[Any]) -> None:
        key_of, rivals = self._guard.key_of, self._rivals
        for record in records:
            key = key_of(record)
            if key not in rivals:
                rivals[key] = self._guard.shelf()
            rivals[key].append(record)
        self._until = self._seconds() + AGE

    def __next__(self) -> Do[Any]:
        operation = next(self._operations) if self._waiting is None else self._waiting
        if type(operation) is not Guarded:
            if self._guard is not None and self._guard.concerns(operation):
                self._touched.add(self._guard.key(operation))
            return operation
        guard = operation.guard
        key = guard.key(operation)
        known = guard is self._guard and (self._all or guard.domain(operation) in self._known)
        if not known or key in self._touched or self._seconds() >= self._until:
            self._waiting = operation
            raise Unsettled(self, operation)
        self._waiting = None
        try:
            chosen: Do[Any]
            rivals = self._rivals.get(key)
            chosen, left = guard.choose(operation, guard.shelf() if rivals is None else rivals)
        except NetlinkError as error:
            raise Declined(error) from None
        self._rivals[key] = left
        return chosen


class Flushing:
    """A flush: the deletions of what was listed, and those again that had to wait for others of them."""

    def __init__(self, flush: Flush[Any], listed: list[Any], seconds: Callable[[], float]) -> None:
        self._flush = flush
        self._seconds = seconds
        self._pending = flush.chosen(listed)
        self._error: NetlinkError | None = None
        self._first = True
        self.removed = 0
        """How many of those that were listed were removed."""
        self.over = not self._pending

    def operations(self) -> Settled:
        """What is to be carried out now."""
        deletions = Settled((self._flush.delete(record) for record, _ in self._pending), self._seconds)
        guard = self._flush.guard
        if self._first and guard is not None and isinstance(self._flush.dump, Dump) and guard.covers(self._flush.dump):
            deletions.seed(guard, (record for record, _ in self._pending))
        self._first = False
        return deletions

    def take(self, result: Any) -> None:
        """The outcomes of those. Raises the first error when all is removed that can be, but for what was gone."""
        errors: dict[int, NetlinkError] = result.errors
        waiting = [at for at in sorted(errors) if isinstance(errors[at], _WAITING)]
        for at, (_, count) in enumerate(self._pending):
            if at not in errors or (self._flush.along and isinstance(errors[at], NotFound)):
                self.removed += count
        if self._error is None:
            lasting = (NotFound, *_WAITING)
            self._error = next((errors[at] for at in sorted(errors) if not isinstance(errors[at], lasting)), None)
            if self._error is not None:
                self._error.batch = result
        if waiting and len(waiting) < len(self._pending):
            self._pending = [self._pending[at] for at in waiting]
            return
        self.over = True
        error = self._error
        if error is None and waiting:
            error = errors[waiting[0]]
            error.batch = result
        if error is not None:
            error.add_note(f"{self._flush}: {self.removed} were removed")
            raise error


_WAITING = (Ambiguous, Busy)  # until others of them are gone
