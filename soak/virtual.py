"""A virtual kernel whose faults come at random: what is answered is right, or there is an error that says so."""

from __future__ import annotations

import errno
import random
import threading
from collections.abc import Hashable, Iterator
from functools import partial
from typing import Any

import anyio

import netlynx
from netlynx.engine.operation import Event, EventKind, Group, make_do, make_dump
from netlynx.kernel import Request, VirtualKernel
from netlynx.kernel.requests import answer
from netlynx.schema import Record, attr, u32

from .listener import Listener, listen
from .tally import Crew, Tally

TABLES, SINGLE, NEWS = 25, 26, 27  # protocols: of a table, of single rows, of numbered events
NEW, GET = 0x10, 0x11
ROWS = 3000
TIMEOUT = 0.2  # seconds until an answer that was lost is given up
PATIENCE = 60.0
_REFUSALS = (errno.EBUSY, errno.EPERM, errno.ENOMEM)


class Row(Record):
    """Its square goes with a number, so that it is known when it is right."""

    number: int | None = attr(1, u32)
    square: int | None = attr(2, u32)


def row(number: int) -> Row:
    """The row of a number."""
    return Row(number=number, square=number * number & 0xFFFFFFFF)


ALL: netlynx.Dump[Row] = make_dump("soak.rows", TABLES, GET, Row(), Row, NEW)
SAID: Group[Row] = Group("soak.SAID", NEWS, (1,), {NEW: (EventKind.NEW, Row)})


def single(number: int) -> netlynx.Do[Row]:
    """Ask for one row."""
    return make_do("soak.row", SINGLE, GET, Row(number=number), reply=Row, reply_type=NEW)


class Troubled:
    """The kernel, those who ask it and listen to it, and its faults."""

    def __init__(self, chance: random.Random, tally: Tally, *, swallow: bool) -> None:
        self._chance, self._tally = chance, tally
        self._kernel = VirtualKernel()
        self._serve()
        self._said = self._uncaused = 0
        self.listeners = [
            Listener(f"virtual kernel, {where}", SAID, ["said"], mark, buffer=size, swallow=swallow,
                     kernel=self._kernel)
            for where, size in (("thread", 16 << 10), ("asyncio", 64 << 10))
        ]  # fmt: skip

    def _serve(self) -> None:
        tables, singles = self._kernel.serve(TABLES), self._kernel.serve(SINGLE)
        self._news = self._kernel.serve(NEWS, groups=1)

        @singles.do(GET, record=Row, reply=NEW, get=True)
        def get(request: Request) -> Row:
            return row(request.record.number)

        @tables.dump(GET, record=Row, reply=NEW)
        def table(request: Request) -> Iterator[Row]:
            return map(row, range(ROWS))

    def run(self, stop: threading.Event) -> None:
        """Ask, tell and do harm until told to stop."""
        silent = threading.Event()
        audience, crew = Crew(self._tally), Crew(self._tally)
        audience.start(self.listeners[0].name, self.listeners[0].run, silent)
        audience.start(self.listeners[1].name, partial(anyio.run, listen, self.listeners[1:], silent))
        for listener in self.listeners:
            listener.listens.wait(PATIENCE)
        nl = netlynx.connect(kernel=self._kernel, timeout=TIMEOUT, retries=2)
        for _ in range(2):
            crew.start("an asker", self._ask, nl, random.Random(self._chance.random()), stop)
        for backend in ("asyncio", "trio"):
            chance = random.Random(self._chance.random())
            crew.start(f"askers on {backend}", partial(anyio.run, self._ask_in_tasks, chance, stop, backend=backend))
        crew.start("the teller", self._tell, random.Random(self._chance.random()), stop)
        while not stop.wait(self._chance.uniform(0.005, 0.1)):
            self._hurt()
        crew.join(PATIENCE)
        nl.close()
        silent.set()
        audience.join(PATIENCE)
        for listener in self.listeners:
            listener.settle({"said": self._said}, self._tally, uncaused=self._uncaused)
        if self._kernel.sockets():
            self._tally.fault(f"{len(self._kernel.sockets())} sockets of the virtual kernel were left open")
        self._kernel.close()

    # -- what it tells -------------------------------------------------------------------------------------------

    def _tell(self, chance: random.Random, stop: threading.Event) -> None:
        while not stop.wait(chance.uniform(0.0, 0.05)):
            for _ in range(chance.choice((1, 1, 5, 300))):
                self._said += 1
                self._news.sock.multicast(answer(NEW, row(self._said)), group=1)

    # -- what harms it -------------------------------------------------------------------------------------------

    def _hurt(self) -> None:
        chance, faults = self._chance, self._kernel.faults
        what = chance.choice(("dumps interrupted", "requests refused", "answers lost", "answers delayed", "overruns"))
        self._tally.count(f"virtual, faults: {what}")
        match what:
            case "dumps interrupted":
                faults.interrupt_dump(chance.randrange(1, 4))
            case "requests refused":
                faults.fail(chance.randrange(1, 10), chance.choice(_REFUSALS), "a fault of the soak's")
            case "answers lost":  # of single rows: nobody could tell that a part of a table is missing
                faults.drop(chance.randrange(1, 10), protocol=SINGLE)
            case "answers delayed":  # a little, or until nobody waits any more
                faults.delay(chance.choice((0.01, 1.3 * TIMEOUT)), chance.randrange(1, 10), protocol=SINGLE)
            case "overruns":
                faults.overrun(chance.choice((TABLES, SINGLE)))
                faults.overrun(NEWS)  # of a message that there never was
                self._uncaused += 1

    # -- who asks it ---------------------------------------------------------------------------------------------

    def _ask(self, nl: netlynx.Connection, chance: random.Random, stop: threading.Event) -> None:
        """In one of the threads that share a connection."""
        while not stop.wait(chance.uniform(0.0, 0.02)):
            number = chance.randrange(1 << 20)
            try:
                match chance.randrange(3):
                    case 0:
                        self._check([nl.do(single(number))], [row(number)])
                    case 1:
                        self._check(nl.dump(ALL).all(), _whole())
                    case _:
                        self._check(list(nl.dump(ALL)), _whole())
            except netlynx.NetlynxError as error:
                self._told(error)

    async def _ask_in_tasks(self, chance: random.Random, stop: threading.Event) -> None:
        connection = netlynx.aconnect(kernel=self._kernel, timeout=TIMEOUT, retries=2)
        async with connection as nl, anyio.create_task_group() as tasks:
            for _ in range(2):
                tasks.start_soon(self._ask_in_task, nl, random.Random(chance.random()), stop)

    async def _ask_in_task(self, nl: netlynx.AsyncConnection, chance: random.Random, stop: threading.Event) -> None:
        """In one of the tasks that share a connection; some do not wait for the answer."""
        while not stop.is_set():
            number = chance.randrange(1 << 20)
            patience = chance.choice((TIMEOUT * 10, TIMEOUT * 10, chance.uniform(0.0, 0.02)))
            with anyio.move_on_after(patience) as scope:
                try:
                    if chance.randrange(2):
                        self._check([await nl.do(single(number))], [row(number)])
                    else:
                        self._check(await nl.dump(ALL).all(), _whole())
                except netlynx.NetlynxError as error:
                    self._told(error)
            if scope.cancelled_caught:
                self._tally.count("virtual, cancelled")
            await anyio.sleep(chance.uniform(0.0, 0.02))

    def _told(self, error: netlynx.NetlynxError) -> None:
        """Count an error that says what a fault did; any other is a fault of netlynx."""
        match error:
            case netlynx.RequestTimeout():
                self._tally.count("virtual, told: lost or late, by a timeout")
            case netlynx.DumpInterrupted():
                self._tally.count("virtual, told: interrupted too often")
            case netlynx.NetlinkError(errno=errno.ENOBUFS):
                self._tally.count("virtual, told: overrun")
            case netlynx.NetlinkError(errno=number) if number in _REFUSALS:
                self._tally.count("virtual, told: refused")
            case _:
                raise error

    def _check(self, found: list[Any], right: list[Row]) -> None:
        self._tally.count("virtual, answers")
        if found != right:
            differ = len(set(map(repr, right)) ^ set(map(repr, found)))
            self._tally.fault(f"a virtual kernel's answer is wrong, and nobody said so: {differ} of its rows differ")


def mark(event: Event[Row]) -> tuple[Hashable, int]:
    """The stream and the number of an event. Raises ValueError for one that nobody told."""
    number = event.record.number or 0
    if event.record != row(number):
        raise ValueError(f"a record that nobody told: {event.record}")
    return "said", number


def _whole() -> list[Row]:
    return [row(number) for number in range(ROWS)]
