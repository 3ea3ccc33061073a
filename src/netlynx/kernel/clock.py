"""The time of a virtual kernel: that of the host, or one that stands still until a test lets it pass.

What depends on time asks the clock: timers, delayed messages, the waiting of senders and receivers, the log.
"""

from __future__ import annotations

import heapq
import itertools
import sys
import threading
import time
from collections.abc import Callable
from typing import Protocol

from netlynx import limits


class Timer:
    """A call at a time to come (`struct timer_list`); made by `VirtualKernel.timer`."""

    def __init__(self, clock: Clock, when: float, function: Callable[[], object], period: float | None) -> None:
        self.when = when
        self.period = period
        self._clock = clock
        self._function = function
        self._active = True

    @property
    def active(self) -> bool:
        """Whether it will still call."""
        return self._active

    def cancel(self) -> None:
        """Call no more (`del_timer`); twice does no harm. A call that is under way in another thread goes on."""
        self._active = False
        self._clock.discard(self)

    def expire(self) -> None:
        """The clock's side: the time has come."""
        if not self._active:
            return
        if self.period is None:
            self._active = False
        else:
            self.when += self.period
            self._clock.add(self)
        self._function()


class Clock(Protocol):
    """What the virtual kernel asks of a clock."""

    def now(self) -> float:
        """Seconds since some beginning; never runs backwards."""

    def add(self, timer: Timer) -> None:
        """Let a timer expire when its time has come."""

    def discard(self, timer: Timer) -> None:
        """Forget a timer; one that is not there any more does no harm."""

    def wait(self, condition: threading.Condition, deadline: float | None) -> bool:
        """Wait until the condition, whose lock is held, is notified; at once False if the deadline has passed."""


class SystemClock:
    """The host's time. Timers expire in one thread, which lives while there are any."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._timers: list[tuple[float, int, Timer]] = []
        self._count = itertools.count()
        self._thread: threading.Thread | None = None

    def now(self) -> float:
        """`time.monotonic`."""
        return time.monotonic()

    def wait(self, condition: threading.Condition, deadline: float | None) -> bool:
        """See `Clock.wait`."""
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            return False
        condition.wait(left)
        return True

    def add(self, timer: Timer) -> None:
        """See `Clock.add`."""
        with self._changed:
            heapq.heappush(self._timers, (timer.when, next(self._count), timer))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="netlynx-kernel-timers", daemon=True)
                self._thread.start()
            self._changed.notify()

    def discard(self, timer: Timer) -> None:
        """See `Clock.discard`."""
        with self._changed:
            self._timers = [entry for entry in self._timers if entry[2] is not timer]
            heapq.heapify(self._timers)
            self._changed.notify()

    def _run(self) -> None:
        while (timer := self._next()) is not None:
            try:
                timer.expire()
            except Exception:  # a bug of a module must not stop everybody's time
                threading.excepthook(threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread())))

    def _next(self) -> Timer | None:
        with self._changed:
            while self._timers:
                when, _, timer = self._timers[0]
                left = when - time.monotonic()
                if left <= 0:
                    heapq.heappop(self._timers)
                    return timer
                self._changed.wait(left)
            self._thread = None
            return None


class SteppedClock:
    """A clock that starts at 0 and stands still but for `advance`: with it a virtual kernel is deterministic."""

    def __init__(self) -> None:
        self._now = 0.0
        self._lock = threading.RLock()
        self._timers: list[tuple[float, int, Timer]] = []
        self._count = itertools.count()
        self._waiting: dict[threading.Condition, int] = {}

    def now(self) -> float:
        """Seconds that have passed."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let time pass: timers expire in their order, in this thread, each at its own time; what they raise comes out.

        Those who wait for something with a timeout look at the clock again.
        """
        end = self._now + limits.seconds("seconds", seconds)  # time does not run backwards
        while (timer := self._due(end)) is not None:
            timer.expire()
        self._now = end
        with self._lock:
            waiting = list(self._waiting)
        for condition in waiting:
            with condition:
                condition.notify_all()

    def _due(self, end: float) -> Timer | None:
        with self._lock:
            if not self._timers or self._timers[0][0] > end:
                return None
            when, _, timer = heapq.heappop(self._timers)
            self._now = max(self._now, when)
            return timer

    def add(self, timer: Timer) -> None:
        """See `Clock.add`."""
        with self._lock:
            heapq.heappush(self._timers, (timer.when, next(self._count), timer))

    def discard(self, timer: Timer) -> None:
        """See `Clock.discard`."""
        with self._lock:
            self._timers = [entry for entry in self._timers if entry[2] is not timer]
            heapq.heapify(self._timers)

    def wait(self, condition: threading.Condition, deadline: float | None) -> bool:
        """See `Clock.wait`."""
        with self._lock:  # first, so that `advance` either sees who waits or is seen
            self._waiting[condition] = self._waiting.get(condition, 0) + 1
        try:
            if deadline is not None and deadline <= self._now:
                return False
            condition.wait()
            return True
        finally:
            with self._lock:
                self._waiting[condition] -= 1
                if not self._waiting[condition]:
                    del self._waiting[condition]
