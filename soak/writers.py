"""Routes that carry running numbers, so that whoever hears of them knows which ones it missed, and who makes them."""

from __future__ import annotations

import random
import threading
import time
from array import array
from collections.abc import Hashable

import netlynx
from netlynx import route
from netlynx.engine.operation import Event, EventKind

from .tally import Tally
from .worker import Worker

WRITERS = 4
TABLE = 1000  # of the first writer; the next ones have the next tables
KEPT = 200  # routes of each writer that are there at a time

_REMEMBERED = 1 << 17  # changes of each writer whose time is known: more than wait in any queue
_KINDS = (EventKind.NEW, EventKind.DELETE)  # a writer's routes come in one stream and go in another


def numbered(writer: int, number: int) -> route.Route:
    """The route that stands for a number of a writer's, counted from 1."""
    where = destination(writer, number)
    return route.Route(destination=where, table=TABLE + writer, metric=number, type=route.RouteType.BLACKHOLE)


def staying(table: int) -> route.Route:
    """A route that makes a table, so that there is always one to be read."""
    return route.Route(destination="10.255.0.0/24", table=table, type=route.RouteType.BLACKHOLE)


def destination(writer: int, number: int) -> str:
    """Where the route goes."""
    return f"10.{writer}.{number >> 8 & 255}.{number & 255}/32"


def streams() -> list[Hashable]:
    """What numbers are counted in."""
    return [(writer, kind) for writer in range(WRITERS) for kind in _KINDS]


def mark(event: Event[route.Route]) -> tuple[Hashable, int] | None:
    """The stream and the number that an event stands for, None for a route of nobody's.

    Raises ValueError for a route that nobody wrote, though it has a number.
    """
    number = number_of(event.record)
    return None if number is None else ((number[0], EventKind(event.kind)), number[1])


def number_of(record: route.Route) -> tuple[int, int] | None:
    """The writer and the number of a route; see `mark`."""
    writer, number = (record.table or 0) - TABLE, record.metric
    if not 0 <= writer < WRITERS or not number:
        return None
    if record.destination != destination(writer, number):
        raise ValueError(f"a record that nobody wrote: {record}")
    return writer, number


class Writer(Worker):
    """Makes and removes routes in the order of their numbers: as fast as it can, or at ease."""

    def __init__(self, number: int, chance: random.Random, tally: Tally) -> None:
        super().__init__()
        self.number = number
        self.made = self.removed = 0
        self.floods = True
        self._chance, self._tally = chance, tally
        self._sent_at = array("d", bytes(8 * _REMEMBERED))
        self._flooded = bytearray(_REMEMBERED)

    def work(self, nl: netlynx.Connection, stop: threading.Event) -> None:
        """Some changes."""
        if self.floods:
            self._write(nl, self._chance.choice((1, 1, 7, 60, 400)))
        else:
            self._write(nl, self._chance.choice((1, 1, 7)))
            stop.wait(self._chance.uniform(0.0, 0.03))

    def _write(self, nl: netlynx.Connection, count: int) -> None:
        new = range(self.made + 1, self.made + count + 1)
        old = range(self.removed + 1, max(self.removed, new[-1] - KEPT) + 1)
        operations = [route.add(numbered(self.number, each)) for each in new]
        operations += [route.delete(numbered(self.number, each)) for each in old]
        now, floods = time.perf_counter(), self.floods
        for each in new:
            self._sent_at[each % _REMEMBERED], self._flooded[each % _REMEMBERED] = now, floods
        with self._tally.timed(f"{'do' if len(operations) == 1 else 'batch'}, {_pressure(floods)}"):
            if len(operations) == 1:
                nl.do(operations[0])
            else:
                nl.batch(operations)
        self.made, self.removed = new[-1], max(self.removed, old[-1] if old else 0)
        self._tally.count("changes made", len(operations))

    def heard(self, kind: EventKind, number: int) -> None:
        """A listener heard of a route just now."""
        if kind == EventKind.NEW:
            at = number % _REMEMBERED
            self._tally.took(f"event, {_pressure(self._flooded[at])}", time.perf_counter() - self._sent_at[at])

    def last(self) -> dict[Hashable, int]:
        """The last number of each of its streams."""
        return {(self.number, EventKind.NEW): self.made, (self.number, EventKind.DELETE): self.removed}


def _pressure(floods: int) -> str:
    return "in a flood" if floods else "at ease"
