"""Dumps that tell the truth: read again when the table changed meanwhile, up to a bound, then `DumpInterrupted`.

A dump is read whole (`DumpAttempt`: into records, columns, a count …) or streamed as records (`StreamAttempt`).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Any, Generic, Literal, Self, TypeVar

from netlynx.codec._codec import Counter, Json, Records, Sink
from netlynx.engine.exchange import KERNEL, DumpExchange
from netlynx.engine.expecting import unexpected
from netlynx.engine.named import NamedDump
from netlynx.engine.operation import Dump
from netlynx.engine.several import Several
from netlynx.errors import DumpInterrupted, NotSupported

if TYPE_CHECKING:
    from netlynx.transport.deadline import Deadline

T = TypeVar("T")
S = TypeVar("S", bound=Sink)

Interrupted = Literal["retry", "raise", "accept"]  # what to do about a dump that the kernel flags as interrupted

HELD = 1 << 20  # bytes of JSON held back by a stream of that, which comes many datagrams at once
STRETCH = 64  # datagrams read without Python between: some milliseconds, then signals and `close()` get their turn
HOLD = 4  # datagrams (of up to 32 KiB) held back by a stream: a table that fits is read again without anybody noticing


class DumpPlan(Generic[T]):
    """What is to be read, and how often it may be tried; names in it are resolved before an attempt begins."""

    verb = "dump"  # of whoever wants it
    takes: tuple[type, ...] = (Dump, NamedDump, Several)

    def __init__(
        self, operation: Any, interrupted: Interrupted, retries: int, deadline: Deadline | None = None
    ) -> None:
        if interrupted not in ("retry", "raise", "accept"):
            raise ValueError(f"interrupted is 'retry', 'raise' or 'accept', not {interrupted!r}")
        if not isinstance(operation, self.takes):
            raise unexpected(self.verb, operation)
        self.operation: Any = operation  # a `Dump` or, before the first attempt, a `NamedDump` or `Several`
        self.interrupted = interrupted
        self.retries = retries
        self.deadline = deadline  # of all attempts together
        self.begun = False  # whether any of it was handed out
        self.lead = b""  # of text: what stands before its first piece
        self.skipped: list[NotSupported] = []  # of several listings, those that the kernel does not make

    def part(self, operation: Any, lead: bytes) -> Self:
        """The same of one of several listings."""
        made = copy.copy(self)
        made.operation, made.lead, made.begun = operation, lead, False
        return made

    def records(self) -> Records:
        """A sink for the operation's records."""
        return Records(self.operation.plan(), self.operation.filter())

    def counter(self) -> Counter:
        """A sink that counts the operation's records."""
        return Counter(self.operation.filter())

    def attempts(self, sink: Callable[[], S]) -> Iterator[DumpAttempt[S]]:
        """One attempt after the other to read the whole table into a new `sink`, until one ends well."""
        for number in count(1):
            attempt: DumpAttempt[S] = DumpAttempt(self, sink(), number)
            yield attempt
            if not attempt.again:
                return

    def streams(self) -> Iterator[StreamAttempt[T]]:
        """One attempt after the other to stream the table's records, until one ends well."""
        for number in count(1):
            attempt: StreamAttempt[T] = StreamAttempt(self, self.records(), number)
            yield attempt
            if not attempt.again:
                return

    def texts(self, between: bytes, after: bytes, hold: int) -> Iterator[TextAttempt]:
        """One attempt after the other to stream the table as JSON, until one ends well."""
        self.operation.check_records("JSON")
        for number in count(1):
            sink = Json(self.operation.plan(), self.operation.filter(), between, after)
            attempt = TextAttempt(self, sink, number, hold)
            yield attempt
            if not attempt.again:
                return


class CountPlan(DumpPlan[T]):
    """What is to be counted, and how often it may be tried."""

    verb = "count"
    takes = (Dump, NamedDump)


class DumpAttempt(Generic[S]):
    """One reading of the table: `start` and `feed` until the exchange is done, for each of its requests; `finish`; then
    see `again` and `pause`."""

    stretch = STRETCH  # datagrams that may be read before `feed` is told

    def __init__(self, plan: DumpPlan[Any], sink: S, number: int) -> None:
        self.sink = sink
        self.again = False
        self.pause = 0.0  # seconds to wait before the next attempt
        self._plan = plan
        self.number = number  # 1 for the first
        self._exchange: Any = None  # a DumpExchange, from `start` on

    def start(self, sequence: int, portid: int, asked: Dump[Any] | None = None) -> DumpExchange:
        """The exchange to carry out: for the table or, when that is answered, for one of the requests that follow."""
        interrupted = self._exchange is not None and self._exchange.interrupted
        asked = asked or self._plan.operation
        self._exchange = exchange = DumpExchange(asked, sequence, portid, asked.sink(self.sink))
        exchange.interrupted = interrupted  # the table is, whichever part of it was
        return exchange

    def feed(self, data: bytearray | memoryview, size: int, sender: int = KERNEL, at: int = 0, flags: int = 0) -> Any:
        """Take in a datagram, of which the sink may have read some already (see `DumpExchange.feed`). Raises
        NetlinkError, DecodeError."""
        self._exchange.feed(data, size, sender, at, flags)

    def finish(self) -> Any:
        """Settle whether this attempt counts or is to be made `again`. Raises DumpInterrupted."""
        if self._interrupted():
            self._settle(self.sink.records if isinstance(self.sink, Records) else [])

    def _interrupted(self) -> bool:
        return self._exchange.interrupted and self._plan.interrupted != "accept"

    def _settle(self, read: list[Any]) -> None:
        """After an interruption: make another attempt, or raise with what was read."""
        plan = self._plan
        if plan.interrupted == "raise" or self.number > plan.retries:
            raise DumpInterrupted(str(plan.operation), read, self.number)
        self.again = True
        # A table that changes all the time gets a little calm, longer each time, 50 ms at most.
        self.pause = 0.0 if self.number < 3 else min(0.05, 0.001 * 2 ** min(self.number - 3, 6))


class StreamAttempt(DumpAttempt[Records], Generic[T]):
    """One reading whose records are handed out as they come, but for the first few datagrams, which are held back."""

    stretch = HOLD + 1  # as little as it takes to begin; less at a time would have Python between all too often
    _handed_out = False

    def feed(
        self, data: bytearray | memoryview, size: int, sender: int = KERNEL, at: int = 0, flags: int = 0
    ) -> list[T]:
        """Take in a datagram; returns the records that may be handed out now. Raises NetlinkError, DecodeError."""
        self._exchange.feed(data, size, sender, at, flags)
        # What the filter leaves out is no reason to hold back less.
        if not self._handed_out and self.sink.parts <= HOLD:
            return []
        self._handed_out = True
        return self.sink.take()

    def finish(self) -> list[T]:
        """The records held back, if this attempt counts. Raises DumpInterrupted."""
        if not self._interrupted():
            return self.sink.take()
        if self._handed_out:
            raise DumpInterrupted(str(self._plan.operation), (), self.number)
        self._settle(self.sink.records)
        return []


class TextAttempt(DumpAttempt[Json]):
    """One reading whose JSON is handed out as it comes, but for the first `hold` bytes, which are held back."""

    _handed_out = False

    def __init__(self, plan: DumpPlan[Any], sink: Json, number: int, hold: int) -> None:
        super().__init__(plan, sink, number)
        self._hold = hold

    def feed(
        self, data: bytearray | memoryview, size: int, sender: int = KERNEL, at: int = 0, flags: int = 0
    ) -> memoryview | None:
        """Take in a datagram; returns what may be handed out now. Raises NetlinkError, DecodeError."""
        self._exchange.feed(data, size, sender, at, flags)
        if not self.sink.size or (not self._handed_out and self.sink.size <= self._hold):
            return None
        return self._piece()

    def finish(self) -> memoryview | None:
        """What was held back, if this attempt counts. Raises DumpInterrupted."""
        if not self._interrupted():
            return self._piece() if self.sink.size else None
        if self._handed_out:
            raise DumpInterrupted(str(self._plan.operation), (), self.number)
        self._settle([])
        return None

    def _piece(self) -> memoryview:
        """What was written since the last piece."""
        lead = b"" if self._handed_out else self._plan.lead
        self._handed_out = True
        piece = memoryview(self.sink.take())
        return memoryview(lead + piece) if lead else piece
