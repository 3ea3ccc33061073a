"""Dumps that tell the truth: read again when the table changed meanwhile, up to a bound, then `DumpInterrupted`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Generic, Literal, TypeVar

from netlynx.engine.exchange import DumpExchange
from netlynx.errors import DumpInterrupted
from netlynx.operation import Dump

T = TypeVar("T")

Interrupted = Literal["retry", "raise", "accept"]  # what to do about a dump that the kernel flags as interrupted


class DumpPlan(Generic[T]):
    """What is to be read, and how often it may be tried."""

    HOLD = 4  # datagrams (of up to 32 KiB) held back: a table that fits is read again without anybody noticing

    def __init__(self, operation: Dump[T], interrupted: Interrupted, retries: int) -> None:
        if interrupted not in ("retry", "raise", "accept"):
            raise ValueError(f"interrupted is 'retry', 'raise' or 'accept', not {interrupted!r}")
        if not isinstance(operation, Dump):
            raise TypeError(f"dump takes operations such as route.links(), not {operation}")
        self.operation = operation
        self.interrupted = interrupted
        self.retries = retries

    def attempts(self, hold: int | None) -> Iterator[DumpAttempt[T]]:
        """One attempt after the other until one ends well. `hold` is how many datagrams to hold back, None for all."""
        for number in count(1):
            attempt = DumpAttempt(self, hold, number)
            yield attempt
            if not attempt.again:
                return


class DumpAttempt(Generic[T]):
    """One reading of the table: `start`, `feed` until the exchange is done, `finish`; then see `again` and `pause`."""

    def __init__(self, plan: DumpPlan[T], hold: int | None, number: int) -> None:
        self.again = False
        self.pause = 0.0  # seconds to wait before the next attempt
        self._plan = plan
        self._hold = hold
        self._number = number
        self._held: list[T] = []
        self._datagrams = 0
        self._handed_out = False

    def start(self, sequence: int, portid: int) -> DumpExchange[T]:
        """The exchange to carry out."""
        self._exchange = DumpExchange(self._plan.operation, sequence, portid)
        return self._exchange

    def feed(self, data: bytearray, size: int, sender: int) -> list[T]:
        """Take in a datagram; returns the records that may be handed out now. Raises NetlinkError, DecodeError."""
        records = self._exchange.feed(data, size, sender)
        self._datagrams += 1
        if self._hold is None or self._datagrams <= self._hold:
            self._held += records
            return []
        self._handed_out = True
        if self._held:
            records, self._held = self._held + records, []
        return records

    def finish(self) -> list[T]:
        """The records held back, if this attempt counts. Raises DumpInterrupted."""
        plan = self._plan
        if not self._exchange.interrupted or plan.interrupted == "accept":
            return self._held
        if self._handed_out:
            raise DumpInterrupted(str(plan.operation), (), self._number)
        if plan.interrupted == "raise" or self._number > plan.retries:
            raise DumpInterrupted(str(plan.operation), self._held, self._number)
        self.again = True
        # A table that changes all the time gets a little calm, longer each time, 50 ms at most.
        self.pause = 0.0 if self._number < 3 else min(0.05, 0.001 * 2 ** min(self._number - 3, 6))
        return []
