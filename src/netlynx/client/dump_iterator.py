"""Reading a table as it is asked for: what `Connection.dump` returns."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from netlynx import limits
from netlynx.engine.dumping import HELD, DumpAttempt, DumpPlan
from netlynx.engine.steps import Handed

if TYPE_CHECKING:
    from netlynx.client.connection import Connection
    from netlynx.errors import NotSupported

T = TypeVar("T")


class DumpIterator(Generic[T]):
    """The records of one dump, read as they are asked for. See `Connection.dump` for what it promises."""

    def __init__(self, connection: Connection, plan: DumpPlan[T]) -> None:
        self._connection = connection
        self._plan = plan
        self._part: list[list[T]] = [[]]  # its one entry is the part that is being handed out
        self._parts = _parts(connection, plan, self._part, plan.streams)
        self._records: Iterator[T] = chain.from_iterable(self._parts)

    def __iter__(self) -> Iterator[T]:
        return self._records

    def __next__(self) -> T:
        return next(self._records)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def skipped(self) -> tuple[NotSupported, ...]:
        """Of several listings read as one (`netlynx.diag.sockets`): the errors of those that the kernel does not make.

        Complete when the dump has ended.
        """
        return tuple(self._plan.skipped)

    def close(self) -> None:
        """Give up the rest; the socket goes with it, so nothing of it is met later. Iterating ends."""
        self._parts.close()
        self._part[0].clear()

    def all(self) -> list[T]:
        """The whole table as a list, read again when it was interrupted. Raises as `Connection.dump`.

        Iterating over the same dump ends with it.
        """
        self.close()
        plan = self._plan
        steps = self._connection._carrier.read(plan, plan.attempts, plan.records)
        records: list[T] = self._connection._run(steps, plan.deadline).records
        return records

    def json(self, *, between: bytes = b"", after: bytes = b"", hold: int = HELD) -> Iterator[memoryview]:
        """The table as JSON in UTF-8, piece by piece: what `netlynx.to_json` makes of each record, without making it.

        `between` stands between one record and the next, `after` behind each: ``after=b"\\n"`` makes lines. A table
        of up to `hold` bytes of JSON is handed out when it is complete, and read again unnoticed when it was
        interrupted; a larger one as it comes. Raises as `Connection.dump`. Iterating over the same dump ends.
        """
        self.close()
        plan = self._plan
        return _parts(
            self._connection, plan, [[]], plan.texts, between, after, limits.whole("hold", hold, unit=" of bytes")
        )


def _parts(
    connection: Connection,
    plan: DumpPlan[Any],
    current: list[Any],
    attempts: Callable[..., Iterator[DumpAttempt[Any]]],
    *how: Any,  # as `attempts` takes it
) -> Generator[Any, None, None]:
    """What the attempts to stream a dump hand out, part by part; `current[0]` is the one handed out last.

    It knows nothing of its `DumpIterator`: so the socket of a dump that is dropped half-way is closed at once, and
    not when cyclic garbage is next collected.
    """
    steps = connection._carrier.read(plan, attempts, *how)
    while type(came := connection._advance(steps, plan.deadline)) is Handed:
        current[0] = came.value
        yield came.value
