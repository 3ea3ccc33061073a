"""The kernel's log: a ring buffer that code of the kernel side writes to, as printk does, and anyone reads."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from functools import partial

import msgspec

from netlynx import limits

from .clock import Clock


class LogEntry(msgspec.Struct, frozen=True, gc=False):
    """One line of the log; `str` gives it as dmesg prints it."""

    sequence: int  # counts from 0, also those that the ring has lost
    seconds: float  # since the kernel was made, by its clock
    text: str

    def __str__(self) -> str:
        return f"[{self.seconds:12.6f}] {self.text}"


class Log:
    """The last lines that were logged, oldest first; iterate for what is there, `follow` for what comes.

    Safe to use from several threads.
    """

    def __init__(self, size: int, clock: Clock) -> None:
        self._entries: deque[LogEntry] = deque(maxlen=limits.whole("log_size", size, unit=" of lines"))
        self._changed = threading.Condition()
        self._clock = clock
        self._started = clock.now()
        self._next = 0
        self._ended = False

    def add(self, text: str) -> None:
        """Append a line; when the ring is full the oldest one goes."""
        with self._changed:
            self._entries.append(LogEntry(self._next, self._clock.now() - self._started, text))
            self._next += 1
            self._changed.notify_all()

    def end(self) -> None:
        """Let those that follow come to an end once they have read the rest."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def texts(self) -> list[str]:
        """The lines without their times."""
        return [entry.text for entry in self]

    def follow(self, *, timeout: float | None = None, new: bool = False) -> Iterator[LogEntry]:
        """Every line, first those that are there (not with `new`), then each as it comes, as ``dmesg -w``.

        Lines that the ring lost before they were read are skipped; `LogEntry.sequence` tells. Ends with the kernel.

        Raises:
            TimeoutError: nothing was logged for `timeout` seconds.
        """
        timeout = limits.optional_seconds("timeout", timeout)
        with self._changed:
            start = self._next if new else 0
        return self._follow(start, timeout)

    def _follow(self, at: int, timeout: float | None) -> Iterator[LogEntry]:
        while True:
            with self._changed:
                if not self._changed.wait_for(partial(self._has, at), timeout):
                    raise TimeoutError(f"nothing was logged for {timeout} s")
                entries = [entry for entry in self._entries if entry.sequence >= at]
                if not entries:
                    return
            at = entries[-1].sequence + 1
            yield from entries

    def _has(self, sequence: int) -> bool:
        return self._next > sequence or self._ended

    def __iter__(self) -> Iterator[LogEntry]:
        with self._changed:
            return iter(list(self._entries))

    def __len__(self) -> int:
        return len(self._entries)
