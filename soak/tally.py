"""What was done, and what went wrong: counted by many threads, shown at the end."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Tally:
    """Numbers by name, latencies by name, and faults of netlynx that were found."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        self._times: dict[str, list[float]] = {}
        self._lock = threading.Lock()

    def count(self, name: str, number: int = 1) -> None:
        """Add to a number."""
        with self._lock:
            self.counts[name] += number

    def fault(self, text: str) -> None:
        """Something happened that must not: the run fails."""
        with self._lock:
            self.faults.append(text)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Measure how long the block takes."""
        started = time.perf_counter()
        yield
        self.took(name, time.perf_counter() - started)

    def took(self, name: str, seconds: float) -> None:
        """Add to the latencies; of many, each hundredth is kept."""
        times = self._times.setdefault(name, [])
        if len(times) < 100_000:
            times.append(seconds)
        else:
            times[hash(seconds) % 100_000] = seconds

    def latencies(self) -> dict[str, dict[str, float]]:
        """Percentiles in microseconds."""
        return {name: _percentiles(sorted(times)) for name, times in sorted(self._times.items()) if times}

    def watch(self, what: Callable[[], Any], name: str) -> Callable[[], None]:
        """A thread's work, in which whatever is raised is a fault."""

        def run() -> None:
            try:
                what()
            except BaseException as error:
                self.fault(f"{name}: {type(error).__name__}: {error}")

        return run


def _percentiles(times: list[float]) -> dict[str, float]:
    def at(share: float) -> float:
        return round(times[min(len(times) - 1, math.floor(share * len(times)))] * 1e6, 1)

    return {"p50": at(0.5), "p99": at(0.99), "max": round(times[-1] * 1e6, 1)}
