"""The real kernel, in a network namespace of this process: writers, listeners, mirrors and readers at once."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from contextlib import ExitStack
from typing import Any

import anyio
from anyio.from_thread import start_blocking_portal

import netlynx
from netlynx import route

from . import links, writers
from .listener import FIRST_NAP, Listener, listen
from .readers import LISTING, RETRIES, Reader
from .tally import Crew, Tally
from .visitors import visit
from .worker import Worker
from .writers import TABLE, WRITERS, Writer, staying

SMALL, LARGE = (
    64 << 10,
    32 << 20,
)  # bytes of a receive queue: one that overflows, and one that does not if it is granted
CATCH_UP = 10.0  # seconds for listeners to hear what was written in a round
PATIENCE = 120.0  # seconds for what should take a few


class Load:
    """All of it, for some seconds."""

    def __init__(self, chance: random.Random, tally: Tally, *, swallow: bool) -> None:
        self._chance, self._tally = chance, tally
        self._stop, self._silent = threading.Event(), threading.Event()
        self._crew, self._audience = Crew(tally), Crew(tally)
        self._writers = [Writer(number, random.Random(chance.random()), tally) for number in range(WRITERS)]
        self._changer = links.Changer(random.Random(chance.random()), tally)
        self._readers = [Reader(random.Random(chance.random()), tally) for _ in range(3)]
        self.listeners = [
            Listener(
                f"{where}, {'small queue, naps' if number % 2 else 'large queue'}",
                route.ROUTES,
                writers.streams(),
                writers.mark,
                buffer=SMALL if number % 2 else LARGE,
                naps=random.Random(chance.random()) if number % 2 else None,
                swallow=swallow,
            )
            for where, count in (("thread", 4), ("asyncio", 2), ("trio", 2))
            for number in range(count)
        ]
        for listener in self.listeners:
            listener.heard = self._heard

    def run(self, seconds: float, each_round: Callable[[], None]) -> None:
        """Do it. What goes wrong is told to the tally."""
        with netlynx.connect() as nl:
            nl.do(route.up("lo"))
            for table in range(TABLE, TABLE + WRITERS):  # so that there is one to be read
                nl.do(route.add(staying(table)))
            links.make(nl)
        for listener in self.listeners[:4]:
            self._audience.start(listener.name, listener.run, self._silent)
        for backend, listeners in (("asyncio", self.listeners[4:6]), ("trio", self.listeners[6:])):
            self._audience.start(backend, _in_loop, backend, listen, listeners, self._silent)
        for listener in self.listeners:
            if not listener.listens.wait(PATIENCE):
                self._tally.fault(f"{listener.name} does not come to listen")
        for writer in self._writers:
            self._crew.start(f"writer {writer.number}", writer.run, self._stop)
        self._crew.start("who changes links", self._changer.run, self._stop)
        shared = netlynx.connect(retries=RETRIES)
        for reader in self._readers[:2]:
            self._crew.start("a reader", reader.run, shared, self._stop)
        for backend in ("asyncio", "trio"):
            chance = random.Random(self._chance.random())
            self._crew.start(f"visits on {backend}", _in_loop, backend, visit, chance, self._tally, self._stop)
        self._crew.start("a reader on asyncio", _in_loop, "asyncio", self._readers[2].run_in_task, self._stop)
        self._tally.watch(lambda: self._alternate(seconds, each_round), "the rounds")()
        self._finish()
        self._tally.count("tables read, again: interrupted", shared.statistics.retries)
        shared.close()

    def _heard(self, stream: Any, number: int) -> None:
        writer, kind = stream
        self._writers[writer].heard(kind, number)

    def _alternate(self, seconds: float, each_round: Callable[[], None]) -> None:
        """Let the writers go and rest; whenever they rest, a mirror is what a dump gives."""
        ends = time.monotonic() + seconds
        with ExitStack() as stack:
            nl = stack.enter_context(netlynx.connect())
            small = stack.enter_context(nl.mirror(LISTING, receive_buffer=SMALL))
            portal = stack.enter_context(start_blocking_portal(backend="trio"))
            anl = stack.enter_context(portal.wrap_async_context_manager(netlynx.aconnect()))
            large = stack.enter_context(portal.wrap_async_context_manager(anl.mirror(LISTING, receive_buffer=LARGE)))
            while (now := time.monotonic()) < ends and not self._tally.faults:
                self._work(ends - now)
                with self._tally.timed("mirror settles: thread, small queue"):
                    small.settle(PATIENCE)
                with self._tally.timed("mirror settles: trio, large queue"):
                    portal.call(large.settle, PATIENCE)
                there = sorted(map(repr, nl.dump(LISTING).all()))
                self._compare("mirror in a thread", small[LISTING].all(), there)
                self._compare("mirror on trio", large[LISTING].all(), there)
                self._catch_up()
                each_round()
            for mirror in (small, large):
                self._tally.count("mirrors: overruns", mirror.statistics.overruns)
                self._tally.count("mirrors: resyncs", mirror.statistics.readings - 1)  # without the first

    def _work(self, left: float) -> None:
        """One round of changes, not longer than the seconds left; the first is a flood.

        While links change, a mirror of routes is always being read anew: so mostly they do not.
        """
        first = not self._tally.counts["rounds"]
        seconds = self._chance.uniform(FIRST_NAP if first else 0.2, 1.5)
        floods = first or self._chance.random() < 0.5
        workers: list[Worker] = [*self._writers]
        if self._chance.random() < 0.25:
            workers.append(self._changer)
        self._tally.count("rounds")
        for writer in self._writers:
            writer.floods = floods
        for worker in workers:
            worker.go.set()
        time.sleep(min(seconds, left))
        for worker in workers:
            worker.go.clear()
            worker.rests.clear()  # now: it may only just have noticed the rest before
        for worker in workers:
            if not worker.rests.wait(PATIENCE):
                self._tally.fault("a writer does not come to rest")

    def _catch_up(self) -> None:
        """Wait for who listens with a large queue, so that a round at ease does not wait behind a flood.

        Not for long: one whose queue was too small after all may have missed the last event.
        """
        last, ends = self._last(), time.monotonic() + CATCH_UP
        for listener in self.listeners[::2]:
            while not listener.ledger.reached(last) and time.monotonic() < ends:
                time.sleep(0.01)

    def _compare(self, name: str, kept: Sequence[route.Route], there: list[str]) -> None:
        self._tally.count("mirrors: compared with a dump")
        differ = set(map(repr, kept)) ^ set(there)
        if differ or len(kept) != len(there):
            example = min(differ, default="how often")
            self._tally.fault(f"the {name} is not what a dump gives: {len(differ)} differ, as {example}")

    def _finish(self) -> None:
        self._stop.set()
        self._crew.join(PATIENCE)
        self._silent.set()
        self._audience.join(PATIENCE)
        for listener in self.listeners:
            listener.settle(self._last(), self._tally)

    def _last(self) -> dict[Hashable, int]:
        """The last number of each stream, while nobody writes."""
        return {stream: number for writer in self._writers for stream, number in writer.last().items()}


def _in_loop(backend: str, work: Callable[..., Any], *arguments: Any) -> None:
    anyio.run(work, *arguments, backend=backend)
