"""What was done, how long it took, and what went wrong: noted by many threads, in little memory, shown at the end."""

from __future__ import annotations

import math
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

STEPS = 32  # of latencies, from one power of two to the next: a percentile is up to 2.2 % too large


class Latencies:
    """How often something took how long."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._steps: Counter[int] = Counter()

    def add(self, seconds: float) -> None:
        """Count one."""
        self.longest = max(self.longest, seconds)
        self._steps[math.ceil(math.log2(max(seconds, 1e-9)) * STEPS)] += 1

    @property
    def count(self) -> int:
        """How many there were."""
        return self._steps.total()

    def percentile(self, share: float) -> float:
        """What that share of them stayed within, in seconds."""
        left = share * self.count
        for step, count in sorted(self._steps.items()):
            left -= count
            if left <= 0:
                return min(math.exp2(step / STEPS), self.longest)
        return self.longest


class Tally:
    """Numbers by name, latencies by name, and faults that were found. Any thread may note something."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.latencies: dict[str, Latencies] = {}
        self.faults: list[str] = []
        self._lock = threading.Lock()

    def count(self, name: str, number: int = 1) -> None:
        """Add to a number."""
        with self._lock:
            self.counts[name] += number

    def fault(self, text: str) -> None:
        """Something happened that must not: the run fails."""
        with self._lock:
            self.faults.append(text)

    def took(self, name: str, seconds: float) -> None:
        """Add to the latencies."""
        with self._lock:
            self.latencies.setdefault(name, Latencies()).add(seconds)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Measure how long the block takes, unless it fails."""
        started = time.perf_counter()
        yield
        self.took(name, time.perf_counter() - started)

    def watch(self, work: Callable[[], Any], name: str) -> Callable[[], None]:
        """A thread's work, in which whatever is raised is a fault."""

        def run() -> None:
            try:
                work()
            except BaseException as error:
                self.fault(f"{name}: " + "".join(traceback.format_exception(error)))

        return run


class Crew:
    """Threads that do a part of the load each."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._threads: list[threading.Thread] = []

    def start(self, name: str, work: Callable[..., Any], *arguments: Any) -> None:
        """Have a thread of that name do the work; what it raises is a fault."""
        watched = self._tally.watch(lambda: work(*arguments), name)
        self._threads.append(threading.Thread(target=watched, name=name, daemon=True))
        self._threads[-1].start()

    def join(self, patience: float) -> None:
        """Wait for all of them; one that does not end within `patience` seconds from now is a fault."""
        ends = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, ends - time.monotonic()))
            if thread.is_alive():
                self._tally.fault(f"{thread.name} does not end")
