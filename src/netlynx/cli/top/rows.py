"""What a pane shows, as values: what was read, compared with what was read before, sorted, and found. No socket here,
and no screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, NamedTuple  # of whatever record a pane has

from netlynx.cli.top.growth import Counts, growth
from netlynx.wire.shown import shown


class Item(NamedTuple):
    """One thing that was read: what it is known by from one reading to the next, its record, and its counters."""

    key: Hashable
    record: Any
    counts: Counts = ()


class Reading(NamedTuple):
    """What was read at once, `at` seconds of a clock that only goes on. `totals` are counters of the whole, and
    `facts` what the pane has to say besides."""

    at: float
    items: Sequence[Item]
    totals: Counts = ()
    facts: Any = None


class Entry:
    """A thing and what became of its counters since the reading before."""

    __slots__ = ("_rates", "before", "counts", "key", "record", "seconds")

    def __init__(self, item: Item, before: Counts | None, seconds: float) -> None:
        self.key, self.record, self.counts = item
        self.before = before
        self.seconds = seconds
        self._rates: list[float | None] | None = None

    def rate(self, at: int) -> float | None:
        """How much a counter grew in a second; None where nothing can be said: it is new, or began anew."""
        if self._rates is None:
            self._rates = self._compared()
        return self._rates[at]

    def _compared(self) -> list[float | None]:
        if self.before is None or self.seconds <= 0:
            return [None] * len(self.counts)
        grown = growth(self.before, self.counts)
        return [None if each is None else each / self.seconds for each in grown]


class Round(NamedTuple):
    """A reading beside the one before."""

    at: float
    seconds: float  # since the one before; 0: there is none
    entries: list[Entry]
    totals: Entry
    facts: Any


class Rounds:
    """Readings of one pane, each compared with the one before it."""

    def __init__(self) -> None:
        self._at = 0.0
        self._counts: dict[Hashable, Counts] = {}
        self._totals: Counts | None = None
        self._begun = False

    def restart(self) -> None:
        """Compare the next reading with nothing: what was counted meanwhile would be no rate of now."""
        self._begun = False

    def take(self, reading: Reading) -> Round:
        """The entries of a reading; those of things that are gone are forgotten."""
        before = self._counts if self._begun else {}
        seconds = reading.at - self._at if self._begun else 0.0
        entries = [Entry(item, before.get(item.key), seconds) for item in reading.items]
        totals = Entry(Item(None, None, reading.totals), self._totals if self._begun else None, seconds)
        self._at, self._begun, self._totals = reading.at, True, reading.totals
        self._counts = {item.key: item.counts for item in reading.items}
        return Round(reading.at, seconds, entries, totals, reading.facts)


class Column(NamedTuple):
    """A column: what it is called where it is chosen and in JSON, its title, the value it has of an entry, and how that
    is written.

    `number`: it stands at the right, and the largest comes first. `spare`: it is left out where a terminal is too
    narrow, the highest first; 0: never. `width` is what it takes at the least. `sought`: a filter looks there.
    `tail`: its end says more than its beginning. `alarm` says which values nobody should miss.
    """

    name: str
    title: str
    value: Callable[[Entry], Any]
    text: Callable[[Any], str] = str
    number: bool = False
    spare: int = 0
    width: int = 0
    sought: bool = False
    tail: bool = False
    alarm: Callable[[Any], bool] | None = None

    def cell(self, entry: Entry) -> str:
        """What stands there of an entry: nothing in it is obeyed by a terminal."""
        value = self.value(entry)
        return self.text(value) if self.number else shown("" if value is None else self.text(value))


def rated(name: str, title: str, at: int, text: Callable[[Any], str], times: int = 1, **more: Any) -> Column:
    """A column of how much a counter grows in a second; `times` is 8 for bits of bytes."""

    def value(entry: Entry) -> float | None:
        rate = entry.rate(at)
        return None if rate is None else rate * times

    return Column(name, title, value, text, number=True, width=6, **more)


def counted(name: str, title: str, at: int, text: Callable[[Any], str], **more: Any) -> Column:
    """A column of what a counter says."""
    return Column(name, title, lambda entry: entry.counts[at], text, number=True, **more)


class Order(NamedTuple):
    """By which column, and whether the other way round than that column has it."""

    column: str
    reversed: bool = False


def ordered(entries: Iterable[Entry], column: Column, reverse: bool) -> list[Entry]:
    """The entries by a column: the largest number, or the first name, at the top; what is not known is at the end."""
    known: list[tuple[Any, Entry]] = []
    unknown: list[tuple[Any, Entry]] = []
    value = column.value
    for entry in entries:
        said = value(entry)
        (unknown if said is None else known).append((said, entry))
    key = (lambda pair: pair[0]) if column.number else (lambda pair: natural(column.text(pair[0])))
    known.sort(key=key, reverse=column.number != reverse)
    return [entry for _, entry in (*known, *unknown)]


def natural(text: str) -> list[tuple[int, int, str]]:
    """What a text is sorted by, so that ``v10`` comes after ``v9``."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _PARTS.findall(text.lower())]


_PARTS = re.compile(r"[0-9]+|[^0-9]+")


def found(entries: Iterable[Entry], columns: Sequence[Column], text: str) -> list[Entry]:
    """Those in which every word of a text is found, in small letters or large, in any of the columns for that."""
    words = text.lower().split()
    if not words:
        return list(entries)
    looked = [column for column in columns if column.sought]
    return [
        entry
        for entry in entries
        if _has(
            " ".join(["" if (value := column.value(entry)) is None else column.text(value) for column in looked]), words
        )
    ]


def _has(text: str, words: Sequence[str]) -> bool:
    lower = text.lower()
    return all(word in lower for word in words)
