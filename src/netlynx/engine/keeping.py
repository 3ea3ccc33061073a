"""How copies of tables are kept up to date: what is heard is taken in, and what is in doubt is read, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from typing import Any, NamedTuple

from netlynx.engine.carrying import Carrier
from netlynx.engine.copy import Copy
from netlynx.engine.mirror import MirrorState
from netlynx.engine.operation import Event, Overrun
from netlynx.engine.steps import Otherwise, Steps
from netlynx.errors import ConnectionClosed, NetlinkError, NetlynxError, NotFound, StaleGeneration

ATTEMPTS = 10  # to read tables of one generation, one right behind the other


class Keeper(NamedTuple):
    """How a thread, or a task, that keeps a mirror waits: as its shell does."""

    hear: Callable[[], Any]
    """What there is to be heard, and whether there is more. Raises ConnectionClosed."""
    rest: Callable[[float | None, int], Any]
    """Until there is something to be heard, so many seconds have passed, or somebody asks whether all is settled, which
    was asked so many times by now."""
    turn: Callable[[], Any]
    """Let others run."""
    tell: Callable[[], None]
    """Wake who waits for changes: no wait. The mirror is held still."""


class Keeping:
    """The conversation that keeps the copies of one mirror.

    `asked` counts how often somebody wanted to know that all is settled, `settled` is the last of them that was
    answered; `closed` ends it. They change while the mirror is held still (`looking`).
    """

    def __init__(
        self,
        state: MirrorState,
        looking: AbstractContextManager[Any],
        carrier: Carrier,
        seconds: Callable[[], float],
    ) -> None:
        self.asked = self.settled = 0
        self.closed = False
        self._state = state
        self._looking = looking
        self._carrier = carrier
        self._seconds = seconds

    def steps(self, keeper: Keeper) -> Steps[None]:
        """Go on until it is closed. Raises ConnectionClosed."""
        state = self._state
        while not self.closed:
            asked = self.asked
            heard, more = yield Otherwise(keeper.hear)
            with self._looking:
                before = state.generation
                state.events(heard, self._seconds())
                settled = not more and state.certain and asked != self.settled
                if settled:
                    self.settled = asked
                if settled or state.generation != before:
                    keeper.tell()
            due = state.due(self._seconds())
            if more:
                yield Otherwise(keeper.turn)
            elif due == 0:
                yield from self._read(keeper)
            else:
                yield Otherwise(keeper.rest, (due, asked))

    def _read(self, keeper: Keeper) -> Steps[None]:
        state, began = self._state, self._seconds()
        numbers = state.begin(began)
        if not numbers:
            return
        try:
            generation, tables = yield from self._tables([state.copies[number] for number in numbers])
        except ConnectionClosed:
            raise
        except NetlynxError as error:
            with self._looking:
                state.failed(numbers, error, self._seconds())
                keeper.tell()
            return
        heard: list[Event[Any] | Overrun]
        heard, _ = yield Otherwise(keeper.hear)
        with self._looking:
            rows = dict(zip(numbers, tables, strict=True))
            state.read(rows, heard, began, self._seconds(), generation)
            keeper.tell()

    def _tables(self, copies: list[Copy[Any]]) -> Steps[tuple[int | None, list[Iterable[Any]]]]:
        """What tables have, all of one generation if they are of any. Raises StaleGeneration where they change faster
        than they can be read."""
        how, attempts = copies[0].how, ATTEMPTS
        while True:
            generation: int | None = None
            if how.state is not None:
                generation = (yield from self._carrier.carry_out(how.state())).id
            tables: list[Iterable[Any]] = []
            for copy in copies:
                tables.append((yield from self._table(copy)))
            if generation is None or how.settled is None:
                return None, tables
            try:
                yield from self._carrier.carry_out(how.settled(generation))
            except StaleGeneration:
                attempts -= 1
                if not attempts:
                    raise
            else:
                return generation, tables

    def _table(self, copy: Copy[Any]) -> Steps[Iterable[Any]]:
        if copy.how.fence is not None:
            with suppress(NetlinkError):  # what it says does not matter, that it was answered does
                yield from self._carrier.carry_out(copy.how.fence())
        try:
            return (yield from self._carrier.list(copy.listing))
        except NotFound:  # what the kernel filters by is gone, and with it all that there was
            return ()
