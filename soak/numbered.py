"""Routes that carry running numbers, so that whoever hears of them knows which ones it missed."""

from __future__ import annotations

from collections import Counter

from netlynx import route
from netlynx.operation import Event, EventKind, Overrun

KEPT = 200  # routes of each writer that are there at a time
TABLE = 1000  # of the first writer; the next ones have the next tables
STREAMS = 2  # of each writer: its routes come and go in order


def numbered(writer: int, number: int) -> route.Route:
    """The route that stands for a number of a writer's, counted from 1."""
    return route.Route(
        destination=f"10.{writer}.{number >> 8 & 255}.{number & 255}/32",
        table=TABLE + writer,
        metric=number,
        type="blackhole",
    )


class Ledger:
    """What one listener heard of each stream, what it missed, and whether it was told that it missed something."""

    def __init__(self, writers: int) -> None:
        self.heard = 0
        self.overruns = 0
        self.missed = 0
        self.unreported = 0
        self._next = {(writer, kind): 1 for writer in range(writers) for kind in (EventKind.NEW, EventKind.DELETE)}
        # An overrun is told before what had been queued by then is read: so there may be several before a gap.
        self._excuses: Counter[tuple[int, EventKind]] = Counter()

    def take(self, item: Event[route.Route] | Overrun) -> tuple[int, int] | None:
        """Note an item of a subscription; the writer and number of a route that is new."""
        if isinstance(item, Overrun):
            self.overruns += 1
            self._excuses.update(self._next.keys())
            return None
        record = item.record
        writer, number = (record.table or 0) - TABLE, record.metric
        stream = (writer, EventKind(item.kind))
        if stream not in self._next or number is None:
            return None
        self.heard += 1
        self._gap(stream, number)
        self._next[stream] = number + 1
        return (writer, number) if item.kind == EventKind.NEW else None

    def close(self, last: dict[tuple[int, EventKind], int]) -> None:
        """Nothing more comes: what is missing up to each stream's last number was missed."""
        for stream, number in last.items():
            self._gap(stream, number + 1)

    def _gap(self, stream: tuple[int, EventKind], number: int) -> None:
        gap = number - self._next[stream]
        if gap:
            self.missed += gap
            if self._excuses[stream]:
                self._excuses[stream] -= 1
            else:
                self.unreported += gap
