"""The real kernel, in a network namespace of this process: writers, listeners, mirrors and readers at once."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any

import anyio

import netlynx
from netlynx import route
from netlynx.operation import EventKind

from .numbered import KEPT, TABLE, Ledger, numbered
from .tally import Tally

WRITERS = 4
SMALL, LARGE = 64 << 10, 32 << 20  # bytes of a receive queue: one that overflows, and one that should not
PATIENCE = 60.0  # seconds for what should take less than one
LISTING = route.routes(family="inet")


class Writer:
    """Makes and removes routes in the order of their numbers, while it may."""

    def __init__(self, number: int, chance: random.Random, tally: Tally) -> None:
        self.number = number
        self.made = self.removed = 0
        self.sent_at: dict[int, float] = {}
        self.go, self.rests = threading.Event(), threading.Event()
        self._chance, self._tally = chance, tally

    def run(self, stop: threading.Event) -> None:
        """Write until told to stop."""
        with netlynx.connect() as nl:
            while not stop.is_set():
                if not self.go.is_set():
                    self.rests.set()
                    self.go.wait(0.1)
                    continue
                self._write(nl, self._chance.choice((1, 1, 7, 60, 400)))
        self.rests.set()

    def _write(self, nl: netlynx.Connection, count: int) -> None:
        new = range(self.made + 1, self.made + count + 1)
        old = range(self.removed + 1, max(self.removed, new[-1] - KEPT) + 1)
        operations = [route.add(numbered(self.number, each)) for each in new]
        operations += [route.delete(numbered(self.number, each)) for each in old]
        now = time.perf_counter()
        self.sent_at = dict.fromkeys(new, now)  # older ones are of no use by the time they are heard
        with self._tally.timed("do" if len(operations) == 1 else "batch"):
            if len(operations) == 1:
                nl.do(operations[0])
            else:
                nl.batch(operations)
        self.made, self.removed = new[-1], max(self.removed, old[-1] if old else 0)
        self._tally.count("changes", len(operations))

    def last(self) -> dict[tuple[int, EventKind], int]:
        """The last number of each of its streams."""
        return {(self.number, EventKind.NEW): self.made, (self.number, EventKind.DELETE): self.removed}


class Listener:
    """A subscription that is read by a thread or a task; some are slow at times, and so miss things."""

    def __init__(self, load: Load, slow: bool, swallows: bool) -> None:
        self.ledger = Ledger(WRITERS)
        self.statistics: netlynx.Statistics | None = None
        self._load, self._slow, self._swallows = load, slow, swallows
        self._chance = random.Random(load.chance.random())
        self.buffer = SMALL if slow else LARGE

    def pause(self) -> float:
        """Seconds to do nothing now."""
        return self._chance.uniform(0.02, 0.3) if self._slow and self._chance.random() < 0.001 else 0.0

    def take(self, item: Any) -> None:
        """Note one item."""
        if self._swallows and isinstance(item, netlynx.Overrun):
            return
        found = self.ledger.take(item)
        if found is not None:
            sent = self._load.writers[found[0]].sent_at.get(found[1])
            if sent is not None:
                self._load.tally.took("event", time.perf_counter() - sent)

    def run(self) -> None:
        """In a thread."""
        with netlynx.connect() as nl, nl.subscribe(route.ROUTES, receive_buffer=self.buffer) as events:
            self._load.listening.release()
            quiet = False
            while not (quiet and self._load.silent.is_set()):
                try:
                    self.take(events.get(0.2))
                    quiet = False
                except netlynx.RequestTimeout:
                    quiet = True
                time.sleep(self.pause())
            self.statistics = nl.statistics

    async def run_in_task(self) -> None:
        """In a task."""
        async with netlynx.aconnect() as nl, nl.subscribe(route.ROUTES, receive_buffer=self.buffer) as events:
            self._load.listening.release()
            quiet = False
            while not (quiet and self._load.silent.is_set()):
                try:
                    self.take(await events.get(0.2))
                    quiet = False
                except netlynx.RequestTimeout:
                    quiet = True
                await anyio.sleep(self.pause())
            self.statistics = nl.statistics


class Load:
    """All of it, for some seconds."""

    def __init__(self, chance: random.Random, tally: Tally, swallows: bool) -> None:
        self.chance, self.tally = chance, tally
        self.stop, self.silent = threading.Event(), threading.Event()
        self.listening = threading.Semaphore(0)
        self.writers = [Writer(number, random.Random(chance.random()), tally) for number in range(WRITERS)]
        self.listeners = [Listener(self, slow=bool(number % 2), swallows=swallows) for number in range(8)]
        self._threads: list[threading.Thread] = []

    def run(self, seconds: float, each_second: Callable[[float], None]) -> None:
        """Do it. What goes wrong is told to the tally."""
        with netlynx.connect() as nl:
            nl.do(route.up("lo"))
            for table in range(TABLE, TABLE + WRITERS):  # so that there is one to be read
                nl.do(route.add(route.Route(destination="10.255.0.0/24", table=table, type="blackhole")))
        in_threads, in_asyncio, in_trio = self.listeners[:4], self.listeners[4:6], self.listeners[6:]
        for listener in in_threads:
            self._start(listener.run, "a listener")
        self._start(lambda: anyio.run(self._listen, in_asyncio, backend="asyncio"), "listeners on asyncio")
        self._start(lambda: anyio.run(self._listen, in_trio, backend="trio"), "listeners on trio")
        for _ in self.listeners:
            if not self.listening.acquire(timeout=PATIENCE):
                self.tally.fault("a listener does not come to listen")
        for writer in self.writers:
            self._start(lambda writer=writer: writer.run(self.stop), "a writer")  # type: ignore[misc]
        for seed in [self.chance.random() for _ in range(2)]:
            self._start(lambda seed=seed: self._read(random.Random(seed)), "a reader")  # type: ignore[misc]
        self._start(lambda: anyio.run(self._read_in_task, backend="asyncio"), "a reader on asyncio")
        try:
            self._alternate(seconds, each_second)
        except Exception as error:
            self.tally.fault(f"{type(error).__name__}: {error}")
        self._finish()

    def _start(self, work: Callable[[], Any], name: str) -> None:
        thread = threading.Thread(target=self.tally.watch(work, name), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    async def _listen(self, listeners: list[Listener]) -> None:
        async with anyio.create_task_group() as tasks:
            for listener in listeners:
                tasks.start_soon(listener.run_in_task)

    # -- the course of it ----------------------------------------------------------------------------------------

    def _alternate(self, seconds: float, each_second: Callable[[float], None]) -> None:
        """Let the writers go and rest; whenever they rest, a mirror is what a dump gives."""
        ends = time.monotonic() + seconds
        with ExitStack() as stack:
            nl = stack.enter_context(netlynx.connect())
            mirrors = {
                name: stack.enter_context(nl.mirror(LISTING, receive_buffer=size))
                for name, size in (("mirror", LARGE), ("mirror with a small queue", SMALL))
            }
            while (now := time.monotonic()) < ends and not self.tally.faults:
                for writer in self.writers:
                    writer.rests.clear()
                    writer.go.set()
                time.sleep(min(self.chance.uniform(0.2, 1.5), ends - now))
                for writer in self.writers:
                    writer.go.clear()
                    if not writer.rests.wait(PATIENCE):
                        self.tally.fault("a writer does not come to rest")
                for name, mirror in mirrors.items():
                    with self.tally.timed(f"{name} settles"):
                        mirror.settle(PATIENCE)
                    self._compare(nl, name, mirror)
                each_second(ends - now)
            for name, mirror in mirrors.items():
                self.tally.count(f"{name}: overruns", mirror.statistics.overruns)
                self.tally.count(f"{name}: readings", mirror.statistics.readings)

    def _compare(self, nl: netlynx.Connection, name: str, mirror: netlynx.Mirror) -> None:
        kept, there = (sorted(map(repr, records)) for records in (mirror[LISTING].all(), nl.dump(LISTING).all()))
        self.tally.count("mirrors compared")
        if kept != there:
            differ = set(kept) ^ set(there)
            self.tally.fault(f"the {name} is not what a dump gives: {len(differ)} differ, as {min(differ)}")

    def _finish(self) -> None:
        self.stop.set()
        for writer in self.writers:
            writer.go.set()
            writer.rests.wait(PATIENCE)
        self.silent.set()
        for thread in self._threads:
            thread.join(PATIENCE)
            if thread.is_alive():
                self.tally.fault(f"{thread.name} does not end")
        last = {stream: number for writer in self.writers for stream, number in writer.last().items()}
        for listener in self.listeners:
            self._settle_accounts(listener, last)

    def _settle_accounts(self, listener: Listener, last: dict[tuple[int, EventKind], int]) -> None:
        """What was missed has to be what was reported, and what the kernel says that it dropped."""
        ledger, statistics = listener.ledger, listener.statistics
        if statistics is None:
            return  # it failed, which is told
        ledger.close(last)
        self.tally.count("events heard", ledger.heard)
        self.tally.count("overruns told", ledger.overruns)
        self.tally.count("events missed", ledger.missed)
        self.tally.count("events that the kernel says it dropped", statistics.dropped)
        if ledger.unreported:
            self.tally.fault(f"{ledger.unreported} events were missed without a word")
        if ledger.missed != statistics.dropped:
            self.tally.fault(f"{ledger.missed} events were missed, {statistics.dropped} were counted as dropped")

    # -- readers -------------------------------------------------------------------------------------------------

    def _read(self, chance: random.Random) -> None:
        """Tables in every form, and dumps that are given up."""
        with netlynx.connect(retries=1000) as nl:
            while not self.stop.is_set():
                wanted = route.routes(family="inet", table=TABLE + chance.randrange(WRITERS))
                how = chance.choice(("records", "columns", "count", "json", "stream", "given up", "one"))
                self.tally.count(f"read: {how}")
                try:
                    with self.tally.timed(f"read: {how}"):
                        self._read_once(nl, wanted, how, chance)
                except netlynx.DumpInterrupted:
                    self.tally.count("dumps that said they were interrupted")

    def _read_once(self, nl: netlynx.Connection, wanted: netlynx.Dump[Any], how: str, chance: random.Random) -> None:
        match how:
            case "records":
                self._check(nl.dump(wanted).all())
            case "columns":
                nl.table(wanted)
            case "count":
                nl.count(wanted)
            case "json":
                b"".join(nl.dump(wanted).json())
            case "stream":
                self._check(nl.dump(wanted))
            case "given up":
                with nl.dump(route.routes()) as dump:
                    for _ in zip(range(chance.randrange(3)), dump, strict=False):
                        pass
            case "one":
                nl.do(route.link(index=1))

    async def _read_in_task(self) -> None:
        async with netlynx.aconnect(retries=1000) as nl:
            while not self.stop.is_set():
                with suppress(netlynx.DumpInterrupted):
                    self._check(await nl.dump(LISTING).all())
                    async with nl.dump(LISTING) as dump:
                        async for _ in dump:
                            break
                    await nl.do(route.link(index=1))
                    self.tally.count("read in a task", 3)

    def _check(self, records: Iterator[route.Route] | list[route.Route]) -> None:
        """Each record is whole: its number is in its address."""
        for record in records:
            writer = (record.table or 0) - TABLE
            if 0 <= writer < WRITERS and record.metric and record != _as_dumped(record, writer):
                self.tally.fault(f"a record that nobody wrote: {record}")


def _as_dumped(record: route.Route, writer: int) -> route.Route:
    """The record, with the address that belongs to its number."""
    wanted = numbered(writer, record.metric or 0).destination
    return record if record.destination == wanted else netlynx.replace_fields(record, destination=wanted)
