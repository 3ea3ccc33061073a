"""How copies of tables are kept up to date: what is heard is taken in, and what is in doubt is read, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from typing import Any, NamedTuple

from netlynx.engine.carrying import Carrier
from netlynx.engine.mirror import MirrorState
from netlynx.engine.operation import Event, Overrun
from netlynx.engine.steps import Otherwise, Steps
from netlynx.errors import ConnectionClosed, NetlinkError, NetlynxError, NotFound


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
        number = state.begin(began)
        if number is None:
            return
        copy = state.copies[number]
        rows: Iterable[Any]
        try:
            if copy.how.fence is not None:
                with suppress(NetlinkError):  # what it says does not matter, that it was answered does
                    yield from self._carrier.carry_out(copy.how.fence())
            try:
                rows = yield from self._carrier.list(copy.listing)
            except NotFound:  # what the kernel filters by is gone, and with it all that there was
                rows = ()
        except ConnectionClosed:
            raise
        except NetlynxError as error:
            with self._looking:
                state.failed(number, error, self._seconds())
                keeper.tell()
            return
        heard: list[Event[Any] | Overrun]
        heard, _ = yield Otherwise(keeper.hear)
        with self._looking:
            state.read(number, rows, heard, began, self._seconds())
            keeper.tell()
