"""How a listing is kept as a copy in memory: which notifications tell of its records, and what tells two apart.

A protocol room gives a `Mirrored` to the dumps that it makes; `engine.mirror` works by it and knows no protocol.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netlynx.engine.operation import Do, Dump, Event, Group

Values = Callable[[Any], Iterable[tuple[Hashable, ...]]]
"""Under which values a record is found by one of its keys: none, one or several."""


def _belongs(listing: Dump[Any], record: Any) -> bool:
    return True


def _nothing(listing: Dump[Any], record: Any) -> bool:
    return False


def _never(told: Any) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What makes a listing one that can be mirrored.

    `group` tells of the records; `key` gives the identity that the kernel itself knows a record by. `lookups` are the
    fields by which records are found, each with what gives the values (None: the fields themselves).

    `belongs(listing, record)` says whether a record is one of the listing, for what neither the record's class nor the
    listing's `match` tells; None where it cannot be told, so that the table is read again.

    `volatile` are fields that the kernel changes without a word (counters, clocks): they are left out, as their
    defaults; ``data.gc_timer`` is a field of a nested record, where that has it.

    `slot` is what a notified replacement (an `update`) takes the place of; where more than one record shares it, the
    table is read again, as it is for a `delete` of an unknown record whose slot is taken. `merges` says whether the
    kernel may make one of a new record and those that are in its slot: then it is read again too.

    `doubtful` tells the events after which other records of the table may have changed unsaid, and `causes` the groups
    of other objects whose events do the same; `unsaid(listing, record)` says of records of the same group whether their
    events do. `fence` is a
    request that the kernel answers only when it has carried out all that it was about to do when it sent those events;
    it is asked before the table is read.

    Where changes are told by the transaction (`netlynx.engine.gathering`), `state` asks which generation the tables are
    of (its answer has an `id`), and `settled` what the kernel answers once it has told of all that led to that one; it
    raises StaleGeneration when there is another by then. Listings with a `state` are of one generation, always.

    `still` is what a record is made of that is kept, beside what is `volatile`.
    """

    group: Group[Any]
    key: Callable[[Any], Hashable]
    lookups: Mapping[tuple[str, ...], Values | None]
    belongs: Callable[[Dump[Any], Any], bool | None] = _belongs
    volatile: tuple[str, ...] = ()
    slot: Callable[[Any], Hashable] | None = None
    merges: Callable[[Any], bool] = _never
    doubtful: Callable[[Event[Any]], bool] = _never
    causes: Callable[[], tuple[Group[Any], ...]] = tuple
    fence: Callable[[], Do[Any]] | None = None
    state: Callable[[], Do[Any]] | None = None
    settled: Callable[[int], Any] | None = None
    unsaid: Callable[[Dump[Any], Any], bool] = _nothing
    still: Callable[[Any], Any] | None = None
