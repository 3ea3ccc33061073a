"""Collectors at work, beside each other, in as many namespaces as are named; what is late is left behind."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from netlynx import limits
from netlynx._version import __version__
from netlynx.client.connection import Connection, connect
from netlynx.errors import DumpInterrupted, NetlynxError, NotFound, NotSupported, PermissionDenied, RequestTimeout
from netlynx.metrics.collectors import NAMES, collector
from netlynx.metrics.exposition import Part
from netlynx.metrics.model import Collector, Family, counter, gauge, info
from netlynx.transport.default_kernel import other_kernel

if TYPE_CHECKING:
    from netlynx.engine.operation import Dump
    from netlynx.metrics.model import Ask
    from netlynx.netns import NetworkNamespace, Where
    from netlynx.transport.base import Kernel

DEADLINE = 5.0
"""Seconds that a collector has, unless told."""
DEFAULT = NAMES
"""The collectors that work unless told."""
REASONS = ("absent", "denied", "error", "late")
"""Why a collector can fail: the kernel has no such thing, the process may not, anything else, it took too long."""

_SUCCESS = gauge("collector_success", "Whether a collector has read all in time.", "collector")
_DURATION = gauge("collector_duration_seconds", "How long a collector took, or has taken so far.", "collector")
_FAILURES = counter("collector_failures", "How often a collector has failed, and why.", "collector", "reason")
_BUILD = info("exporter", "Which netlynx this is.", "version")
_TRAFFIC = {
    "received_bytes": counter("exporter_received_bytes", "Bytes of answers that the exporter read."),
    "overruns": counter("exporter_overruns", "How often the exporter's own queue for messages was full."),
    "dropped": counter("exporter_dropped_messages", "Messages that the kernel dropped then."),
    "retries": counter("exporter_retries", "Tables read again, as they changed meanwhile."),
}


class Problem(NamedTuple):
    """A collector that failed: where, which, one of `REASONS`, and what was said."""

    netns: str | None
    collector: str
    reason: str
    said: str


class Gathered(NamedTuple):
    """What one round gave: samples by namespace, those that tell how it went included, and what failed."""

    parts: list[Part]
    problems: list[Problem]


def collect(nl: Connection, which: Collector | str, *, deadline: float | None = None) -> list[Family]:
    """What a collector reads, in this thread. `deadline`, in seconds, is for all of it.

    Raises as a connection, and ValueError for a collector that there is not.
    """
    wanted = collector(which) if isinstance(which, str) else which
    ends = None if deadline is None else time.monotonic() + limits.seconds("deadline", deadline)
    asks = wanted.asks()
    for attempt in itertools.count():
        try:
            return wanted.read(*[_answer(nl, each, ends) for each in asks])
        except DumpInterrupted:
            if attempt == nl.retries:
                raise
    raise AssertionError  # a count has no end


def _answer(nl: Connection, ask: Ask, ends: float | None) -> Any:
    from netlynx.engine.operation import Do

    if not isinstance(ask.operation, Do):
        return _records(nl, ask, ends)
    try:
        return nl.do(ask.operation, deadline=_left(ends))
    except NotSupported:
        if not ask.optional:
            raise
        return None


def _records(nl: Connection, ask: Ask, ends: float | None) -> Iterator[Any]:
    operation: Dump[Any] = ask.operation
    try:
        yield from nl.dump(operation, deadline=_left(ends))
    except NotSupported:
        if not ask.optional:
            raise


def _left(ends: float | None) -> float | None:
    return None if ends is None else max(0.001, ends - time.monotonic())


class _Run:
    """One time that a collector works; `ends` is when nobody waits for it any more."""

    def __init__(self, ends: float) -> None:
        self.begun = time.monotonic()
        self.ends = ends
        self.done = threading.Event()
        self.families: list[Family] = []
        self.error: Exception | None = None
        self.seconds = 0.0


class _Task:
    """A collector in a namespace: at most one run of it at a time."""

    def __init__(self, name: str, place: _Place) -> None:
        self.collector = collector(name)
        self.failures = dict.fromkeys(REASONS, 0)
        self._place = place
        self._lock = threading.Lock()
        self._run: _Run | None = None

    def run(self, ends: float) -> _Run:
        """One that has begun: now, or for another scrape."""
        with self._lock:
            if self._run is None or self._run.done.is_set():
                self._run = _Run(ends)
                threading.Thread(
                    target=self._work, args=(self._run,), name=f"netlynx-{self.collector.name}", daemon=True
                ).start()
            return self._run

    def failed(self, reason: str) -> None:
        """Count it."""
        with self._lock:
            self.failures[reason] += 1

    def _work(self, run: _Run) -> None:
        try:
            left = max(0.001, run.ends - run.begun)
            run.families = collect(self._place.connection(), self.collector, deadline=left)
        except Exception as error:  # of whatever kind: it is told by a metric, and the other collectors go on
            run.error = error
        run.seconds = time.monotonic() - run.begun
        run.done.set()


class _Place:
    """A network namespace by the name that was given, or that of the caller: whichever the name means by now."""

    def __init__(self, name: str | None, where: Where | None, kernel: Kernel | str | None, timeout: float) -> None:
        self.name = name
        self._where, self._kernel, self._timeout = where, kernel, timeout
        self._lock = threading.Lock()
        self._held: NetworkNamespace | None = None
        self._nl: Connection | None = None
        self.connection()

    def connection(self) -> Connection:
        """The connection to it. Raises NetlinkError where there is none of that name any more."""
        with self._lock:
            if self._where is not None and other_kernel(self._where, self._kernel) is None:
                self._look()
            if self._nl is None:
                self._nl = connect(netns=self._held or self._where, kernel=self._kernel, timeout=self._timeout)
            return self._nl

    def statistics(self) -> Any:
        """What went over the connection, if there is one."""
        with self._lock:
            return None if self._nl is None else self._nl.statistics

    def close(self) -> None:
        """Let go of it."""
        if self._nl is not None:
            self._nl.close()
        if self._held is not None:
            self._held.close()
        self._nl = self._held = None

    def _look(self) -> None:
        from netlynx import netns

        assert self._where is not None
        try:
            found = netns.open(self._where)
        except NetlynxError:
            self.close()  # or it would live on because of this
            raise
        if found == self._held:
            found.close()
            return
        self.close()
        self._held = found


class Gatherer:
    """Reads metrics whenever they are asked for. Any number of threads may ask at the same time.

        with metrics.Gatherer(["links", "routes"], netns=["blue"]) as gatherer:
            print(metrics.render(gatherer.gather().parts).decode())

    `collectors` are names (`COLLECTORS`). `netns` names network namespaces, or says what each is to be called: this is
    the label `netns` of its samples; without, it is that of the thread which asks, and there is no such label. A
    collector has `deadline` seconds in each of them, where it works in a thread of its own: what is not there by then
    is reported as failed, is not begun once more before it has ended, and what it gives afterwards is thrown away.

    Raises ValueError for a collector that there is not, or for none; NetlinkError for a namespace that cannot be
    opened.
    """

    def __init__(
        self,
        collectors: Iterable[str] = DEFAULT,
        *,
        netns: Mapping[str, Where] | Iterable[str] = (),
        kernel: Kernel | str | None = None,
        deadline: float = DEADLINE,
    ) -> None:
        self.collectors = tuple(dict.fromkeys(collectors))
        self.deadline = limits.seconds("deadline", deadline)
        if not self.collectors:
            raise ValueError(f"no collector is left: there are {', '.join(NAMES)}")
        for name in self.collectors:
            collector(name)
        self._places: list[_Place] = []
        try:
            for called, where in _named(netns).items():
                self._places.append(_Place(called, where, kernel, self.deadline))
        except BaseException:
            self.close()
            raise
        self._tasks = {place: {name: _Task(name, place) for name in self.collectors} for place in self._places}

    @property
    def namespaces(self) -> tuple[str | None, ...]:
        """What the network namespaces are called; None for one's own."""
        return tuple(place.name for place in self._places)

    def __enter__(self) -> Gatherer:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections: what still works ends."""
        for place in self._places:
            place.close()

    def gather(self, collectors: Iterable[str] | None = None, *, deadline: float | None = None) -> Gathered:
        """Read now: by these collectors, or all; in so many seconds, or the usual ones, whatever is less.

        What fails is in the answer; raises ValueError for a collector that does not work here.
        """
        wanted = self.collectors if collectors is None else tuple(dict.fromkeys(collectors))
        for name in wanted:
            if name not in self.collectors:
                raise ValueError(f"no collector {name!r} works here: there are {', '.join(self.collectors)}")
        seconds = self.deadline if deadline is None else min(self.deadline, limits.seconds("deadline", deadline))
        now = time.monotonic()
        begun = [
            (place, task, task.run(now + seconds))
            for place in self._places
            for task in map(self._tasks[place].get, wanted)
            if task is not None
        ]
        parts = {place: list[Family]() for place in self._places}
        rows: dict[_Place, list[tuple[str, bool, float]]] = {place: [] for place in self._places}
        problems = []
        for place, task, run in begun:
            overdue = run.ends <= now  # of an earlier scrape, for which it came too late
            in_time = run.done.wait(0 if overdue else max(0.0, now + seconds - time.monotonic()))
            fresh = in_time and not overdue and run.error is None
            rows[place].append((task.collector.name, fresh, run.seconds if in_time else time.monotonic() - run.begun))
            if fresh:
                parts[place] += run.families
            else:
                problem = _problem(place, task, run, in_time and not overdue)
                task.failed(problem.reason)
                problems.append(problem)
        found = []
        for place in self._places:
            tasks = [each for each in self._tasks[place].values() if each.collector.name in wanted]
            found.append(Part(place.name, [*parts[place], *_told(rows[place], tasks), *_traffic(place.statistics())]))
        found.append(Part(None, [Family(_BUILD, ((__version__,),), (1,))]))
        return Gathered(found, problems)


def _named(netns: Mapping[str, Where] | Iterable[str]) -> Mapping[str, Where] | dict[None, None]:
    named = netns if isinstance(netns, Mapping) else {name: name for name in netns}
    return named or {None: None}


def _problem(place: _Place, task: _Task, run: _Run, in_time: bool) -> Problem:
    if not in_time:
        reason, said = "late", f"not done after {time.monotonic() - run.begun:.3g} s"
    else:
        reason, said = _reason(run.error), str(run.error)
    return Problem(place.name, task.collector.name, reason, said)


def _reason(error: Exception | None) -> str:
    kinds: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
        ((NotSupported, NotFound), "absent"),
        (PermissionDenied, "denied"),
        (RequestTimeout, "late"),
    )
    return next((reason for kind, reason in kinds if isinstance(error, kind)), "error")


def _told(rows: list[tuple[str, bool, float]], tasks: Sequence[_Task]) -> list[Family]:
    keys = [(name,) for name, _, _ in rows]
    failures = [(each.collector.name, reason, count) for each in tasks for reason, count in each.failures.items()]
    return [
        Family(_SUCCESS, keys, [fresh for _, fresh, _ in rows]),
        Family(_DURATION, keys, [seconds for _, _, seconds in rows]),
        Family(_FAILURES, [(name, reason) for name, reason, _ in failures], [count for _, _, count in failures]),
    ]


def _traffic(statistics: Any) -> list[Family]:
    if statistics is None:
        return []
    return [Family(metric, ((),), (getattr(statistics, name),)) for name, metric in _TRAFFIC.items()]
