"""What a listener heard of streams whose events are numbered, what it missed, and whether it was told so."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping


class Ledger:
    """The account of one subscription to streams that count from 1.

    The kernel tells of an overrun before it hands out what had been queued by then, and drops until the queue has been
    read empty. So what the overrun k stands for is missing behind the word of it, and before the second event behind
    the word of the overrun k + 1: one gap in each stream at most, and no gap without an overrun.
    """

    def __init__(self, streams: Iterable[Hashable]) -> None:
        self.heard = 0
        self.overruns = 0
        self.missed = 0
        self.unreported = 0  # of those that were missed: without a word
        self.disordered = 0  # came twice, or behind a later one
        self._next = dict.fromkeys(streams, 1)
        self._told = dict.fromkeys(self._next, 0)  # the overruns, when a stream was last heard
        self._spent = dict.fromkeys(self._next, 0)  # the last overrun that a gap of a stream was put down to

    def overrun(self) -> None:
        """The subscription tells that something was lost."""
        self.overruns += 1

    def take(self, stream: Hashable, number: int) -> None:
        """Note an event. Raises KeyError for a stream that there is not."""
        self.heard += 1
        if number < self._next[stream]:
            self.disordered += 1
        else:
            self._reach(stream, number)

    def reached(self, last: Mapping[Hashable, int]) -> bool:
        """Whether each stream's last number was heard."""
        return all(self._next[stream] > number for stream, number in last.items())

    def close(self, last: Mapping[Hashable, int]) -> None:
        """Nothing more comes: what is missing up to each stream's last number was missed."""
        for stream, number in last.items():
            self._reach(stream, number + 1)
            self._next[stream] -= 1

    def _reach(self, stream: Hashable, number: int) -> None:
        gap = number - self._next[stream]
        if gap:
            self.missed += gap
            overrun = max(self._told[stream], self._spent[stream] + 1)
            if overrun <= self.overruns:
                self._spent[stream] = overrun
            else:
                self.unreported += gap
        self._next[stream], self._told[stream] = number + 1, self.overruns
