"""The thread that reads: so the screen answers to keys while the kernel lists a million connections."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from netlynx.cli.stdout import words
from netlynx.cli.top.feed import Feed
from netlynx.cli.top.log import EVENTS, Heard
from netlynx.cli.top.pane import Pane
from netlynx.cli.top.rows import Reading
from netlynx.errors import ConnectionClosed, NetlynxError

FIRST = 1.0  # seconds to the second reading, the first that has rates, where later ones are further apart
_SHARE = 4  # at most this part of the time is spent on reading
_TOGETHER = 0.25  # seconds; what is said within them is handed over at once


class Update(NamedTuple):
    """What the thread has found: a reading of a pane, or why there is none; what was heard; how long until the next
    reading, in seconds."""

    pane: str | None
    reading: Reading | None
    problem: str
    heard: list[Heard]
    every: float


class Reader:
    """Reads a feed every so many `seconds`, what one pane needs, and calls `tell` with what it found, in its thread.

    Where reading takes long it is done less often. All methods may be called from any thread.
    """

    def __init__(self, feed: Feed, pane: Pane, seconds: float, tell: Callable[[Reader, Update], None]) -> None:
        self._feed = feed
        self._pane = pane
        self._seconds = seconds
        self._tell = tell
        self._paused = self._over = self._anew = False
        self._wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._thread = threading.Thread(target=self._run, name="netlynx-top", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def show(self, pane: Pane) -> None:
        """Read what this pane needs, from now on, and at once."""
        self._pane = pane
        self._again()

    def pause(self, paused: bool) -> None:
        """Read nothing for a while, or go on; what is said is heard all the same."""
        self._paused = paused
        self._again()

    def close(self) -> None:
        """End it, and the feed."""
        self._over = True
        self._feed.close()
        self._again()
        self._thread.join()
        os.close(self._wake)

    def _again(self) -> None:
        self._anew = True
        os.eventfd_write(self._wake, 1)

    def _run(self) -> None:
        due, first, hear_at = 0.0, True, 0.0
        while not self._over:
            if self._anew:
                self._anew, due, first = False, 0.0, True
            now = time.monotonic()
            update = None
            if not self._paused and now >= due and self._pane is not EVENTS:
                update = self._read(self._pane, first)
                due, first = now + update.every, False
            now = time.monotonic()
            if now >= hear_at and (heard := self._feed.hear()):
                hear_at = now + _TOGETHER
                update = (update or Update(None, None, "", [], 0.0))._replace(heard=heard)
            if update is not None and not self._over:
                self._tell(self, update)
            self._wait(due, hear_at)

    def _read(self, pane: Pane, first: bool) -> Update:
        began = time.monotonic()
        reading, problem = None, ""
        try:
            reading = self._feed.read(pane)
        except ConnectionClosed:
            problem = "the connection is closed"
        except (NetlynxError, OSError) as error:
            problem = words(error)
        took = time.monotonic() - began
        every = max(min(self._seconds, FIRST) if first else self._seconds, _SHARE * took)
        return Update(pane.name, reading, problem, [], every)

    def _wait(self, due: float, hear_at: float) -> None:
        """Until the next reading, or until something is to be heard or done."""
        now = time.monotonic()
        ends = [due] if not self._paused and self._pane is not EVENTS else []
        poll = select.poll()
        poll.register(self._wake, select.POLLIN)
        heard = self._feed.fileno()
        if heard is not None and now >= hear_at:
            poll.register(heard, select.POLLIN)
        elif heard is not None:
            ends.append(hear_at)
        milliseconds = max(0.0, min(ends) - now) * 1000 if ends else None
        poll.poll(milliseconds)
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self._wake)
