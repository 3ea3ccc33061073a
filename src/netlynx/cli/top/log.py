"""The log: what the kernel said on its own, the latest first; and where it had to leave something out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from netlynx.cli.output import row_as_text
from netlynx.cli.top.figures import many
from netlynx.cli.top.pane import Pane, Read
from netlynx.cli.top.rows import Column, Entry, Item, Order, Reading, Round
from netlynx.cli.watched import USUAL, Watched, watched
from netlynx.engine.operation import Overrun

if TYPE_CHECKING:
    from netlynx.cli.top.known import Known
    from netlynx.client.connection import Connection
    from netlynx.engine.operation import Event

KINDS = (*USUAL, "nexthop", "qdisc")
LOST = "LOST"
FAILED = "FAILED"
KEPT = 10_000  # lines


class Heard:
    """A line of the log: when it was heard, in seconds since 1970, what happened, to what, and the rest in words."""

    __slots__ = ("_said", "at", "kind", "number", "object")

    def __init__(self, number: int, at: float, kind: str, object: str, said: str | Callable[[], str]) -> None:
        self.number = number
        self.at = at
        self.kind = kind
        self.object = object
        self._said = said

    def said(self) -> str:
        """The words, made when they are first looked at: of a storm of events few ever are."""
        if not isinstance(self._said, str):
            self._said = self._said()
        return self._said


class Listener:
    """Makes lines of the log of what is heard."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._numbers = count(1)
        self._kinds = [each for name in KINDS for each in watched(name)]
        self._by_type: dict[type, list[Watched]] = {}
        self.groups = [each.group for each in self._kinds]

    def heard(self, item: Event[Any] | Overrun) -> Heard | None:
        """The line of an event, or that some were lost; None for what is not of the kinds that are listened to."""
        if isinstance(item, Overrun):
            lost = "messages" if item.lost is None else many(item.lost, "message")
            return self.line(LOST, "", f"{lost} of the kernel, as they came too fast: all is read anew ({item.count})")
        self._known.learn(item)
        found = self._kind(item.record)
        if found is None:
            return None
        return self.line(str(item.kind), found.name, partial(_words, found, item.record, self._known))

    def line(self, kind: str, object: str, said: str | Callable[[], str]) -> Heard:
        """A line of now."""
        return Heard(next(self._numbers), time.time(), kind, object, said)

    def _kind(self, record: Any) -> Watched | None:
        kinds = self._by_type.get(type(record))
        if kinds is None:
            kinds = self._by_type[type(record)] = [
                each for each in self._kinds if type(record) in (said for _, said in each.group.messages.values())
            ]
        return next((each for each in kinds if each.only(record)), None)


def _words(kind: Watched, record: Any, known: Known) -> str:
    """As `netlynx monitor` has it."""
    rows = kind.table.rows(record, known)  # type: ignore[arg-type]  # it knows names of links, as what is meant there
    return ", ".join("".join(map(str, row_as_text(kind.table.columns, row, colours=False))) for row in rows)


def logged(heard: Iterable[Heard], at: float) -> Reading:
    """The log as a reading, the latest first."""
    items = [Item(each.number, each) for each in heard]
    items.reverse()
    return Reading(at, items)


def _no_reading(nl: Connection, known: Known) -> Read:
    raise AssertionError("a log is not read but heard")


def _when(entry: Entry) -> float:
    at: float = entry.record.at
    return at


def clock(at: float) -> str:
    """The time of day, with tenths of a second."""
    return f"{time.strftime('%H:%M:%S', time.localtime(at))}.{int(at * 10) % 10}"


def _said(now: Round) -> str:
    lost = sum(each.record.kind == LOST for each in now.entries)
    kept = f" (the last {KEPT:,} are kept)" if len(now.entries) >= KEPT else ""
    told = f"; messages were LOST {many(lost, 'time')}: what is shown may miss something" if lost else "; none was lost"
    return f"{many(len(now.entries), 'event')}{kept}{told}"


EVENTS = Pane(
    "events",
    "event",
    (
        Column("time", "TIME", _when, clock, number=True, width=10),
        Column(
            "event",
            "EVENT",
            lambda entry: entry.record.kind,
            sought=True,
            width=6,
            alarm=(LOST, FAILED).__contains__,
        ),
        Column("object", "OBJECT", lambda entry: entry.record.object, sought=True, width=9),
        Column("said", "WHAT", lambda entry: entry.record.said(), sought=True),
    ),
    Order("time"),
    _no_reading,
    _said,
)
