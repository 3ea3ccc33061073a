"""Publishing what a kernel says: heard, put to disk, sent, and taken from there when the server has stored it."""

from __future__ import annotations

import asyncio
import secrets
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self  # records of whatever kind

from netlynx import limits
from netlynx.engine.operation import Event, Overrun
from netlynx.fleet.fitting import fitting, halves
from netlynx.fleet.losses import Loss
from netlynx.fleet.messages import Events
from netlynx.fleet.needed import FleetError, Refused, needed
from netlynx.fleet.segments import Run
from netlynx.fleet.sending import Gone, Line, Message, connected
from netlynx.fleet.server import STREAM, Security, shown
from netlynx.fleet.spool import LEAST, LIMIT, Spool
from netlynx.fleet.subjects import PREFIX, Subject, escape, escape_namespace, unescape_namespace
from netlynx.fleet.tables import Tables
from netlynx.fleet.tasks import end
from netlynx.fleet.writing import Namespace, Writer

if TYPE_CHECKING:
    from netlynx.client.async_connection import AsyncConnection

EVERY = 300.0
_LINGER = 0.05
_ROUND = 1 << 20  # bytes of a round, about
_OVERDUE = 2.0  # seconds that a round of tables waits for events to have been sent
_PAUSE, _LONGEST = 0.2, 5.0  # seconds between attempts to have something stored that was refused


class Publisher:
    """Events of one host, and of one namespace of it at least, on their way to a server; ``async with`` it, on asyncio.

        async with aconnect() as nl, Publisher("nats://127.0.0.1:4222", folder) as publisher:
            async with nl.subscribe(route.LINKS) as events:
                async for event in events:
                    publisher.put("link", event)

    `folder` is where they wait, at most `limit` bytes of them, in a folder for each host and namespace. `host` is what
    this one is called (None: as the system says), `namespace` what its network namespace is called, None for one that
    has no name. `stream` is made where there is none. With `connection` its `tables` are published, too: at the
    start, after an overrun, soon after changes of links, and `every` so many seconds. `linger` is how long an event
    waits for others to go with, in seconds. `note` is called with what is to be known of it, a line each. `clock` says
    nanoseconds of UTC.

    A server that goes away is waited for; so is a stream that is full. Who is refused before anything was stored is not
    let wait: leaving the block, or `failed`, raises FleetError then, and what is on disk stays there for the next time.

    Raises FleetError for a folder that cannot be used, for a table that is not to be had, and without nats-py or
    pyarrow; ValueError for numbers that are none.
    """

    def __init__(
        self,
        url: str,
        folder: Path,
        *,
        host: str | None = None,
        namespace: str | None = None,
        security: Security | None = None,
        stream: str = STREAM,
        limit: int = LIMIT,
        connection: AsyncConnection | None = None,
        tables: Iterable[str] = (),
        every: float = EVERY,
        linger: float = _LINGER,
        note: Callable[[str], object] | None = None,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        needed()
        limit = limits.whole("limit", limit, LEAST, unit=" of bytes")
        self.host = socket.gethostname() if host is None else host
        self.namespace = namespace
        self.url = url
        self.stored = 0
        """Events that the server has stored since the start."""
        self.rounds = 0
        """How often it has stored the tables."""
        self._security = security or Security()
        self._stream = stream
        self._linger = limits.seconds("linger", linger)
        self._note = note or (lambda text: None)
        self._clock = clock
        self._tables: Tables | None = None
        if connection is not None:
            self._tables = Tables(connection, tables, limits.seconds("every", every), self._note)
        self.folder = folder / escape(self.host) / escape_namespace(namespace)
        self._spool = Spool(self.folder, limit)
        self.start = f"{time.time_ns() // 10**9:x}-{secrets.token_hex(4)}"
        self._writer = Writer(self.host, self.start, clock, self._spool.before())
        self._own = escape_namespace(namespace)
        self._heard = asyncio.Event()
        self._waits = asyncio.Event()
        self._ending = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._sequence = 0  # of the own namespace, up to which all of this start is stored
        self._told: set[Loss] = set()
        self._dropped = 0
        self._disk = ""
        self._refused = ""
        self._once = False

    async def __aenter__(self) -> Self:
        if self._spool.torn:
            self._note(
                f"{self.folder}: {self._spool.torn} bytes at the end had not been written whole, and are left out"
            )
        if self._spool.waiting:
            self._note(f"{self._spool.waiting} events wait on disk from before")
        self._writer.begin(self.namespace)
        self._tell_losses({*self._spool.losses()})
        self._heard.set()
        self._waits.set()
        self._tasks = [asyncio.create_task(each) for each in (self._cut(), self._send())]
        return self

    async def __aexit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        await self.aclose()
        if error is None:
            self.check()

    def check(self) -> None:
        """Raises FleetError where publishing has ended because it was refused, OSError where the disk failed."""
        for each in self._tasks:
            if each.done() and not each.cancelled() and (error := each.exception()) is not None:
                raise error

    async def failed(self) -> None:
        """Wait until publishing ends by itself, and raise why. Raises as `check`."""
        await asyncio.wait(self._tasks, return_when=asyncio.FIRST_EXCEPTION)
        self.check()

    @property
    def waiting(self) -> int:
        """Events that wait on disk."""
        return self._spool.waiting

    @property
    def dropped(self) -> int:
        """Events that waited and were dropped, as there was no room for them: which, is published."""
        return self._spool.dropped

    def put(
        self, kind: str, item: Event[Any] | Overrun, namespace: Namespace = None, said: bytes | None = None
    ) -> None:
        """Take in what a subscription gave; `kind` is what its object is called (``link``). Never waits.

        `namespace` is what the event's own is called, where it is another than the publisher's: its ID if nothing is
        given. `said` is JSON in one line, for what is no record, such as a uevent.
        """
        if isinstance(item, Overrun):
            self._writer.overrun(item, self.namespace)
            if self._tables is not None:
                self._tables.soon(0)
        else:
            own = self.namespace if item.nsid is None else item.nsid
            self._writer.event(kind, item, own if namespace is None else namespace, said)
            if kind == "link" and self._tables is not None:
                self._tables.soon()
        self._heard.set()

    async def aclose(self, timeout: float = 5.0) -> None:
        """Say that it ends, and send what waits, for at most so many seconds. What is left waits on disk."""
        timeout = limits.seconds("timeout", timeout)
        if self._ending.is_set():
            return
        if self._tasks:
            self._writer.stop()
        self._ending.set()
        self._heard.set()
        if self._tasks:
            cutting, sending = self._tasks
            await asyncio.wait([cutting], timeout=timeout)
            if cutting.done() and not sending.done():
                self._waits.set()
                await asyncio.wait([sending], timeout=timeout)
            await end(*self._tasks)
        left = await asyncio.to_thread(self._spool.close)
        self._watch_disk()
        if left:
            self._note(f"{left} events are lost, which the disk did not take")
        if self._spool.waiting - left > 0:
            self._note(f"{self._spool.waiting - left} events wait in {self.folder} for the next start")

    # ----------------------------------------------------------------------------------------------- to the disk

    async def _cut(self) -> None:
        """Put to disk what was heard, round by round, until it ends."""
        while True:
            await self._heard.wait()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), self._linger)
            ending = self._ending.is_set()
            self._heard.clear()
            runs, missed = self._writer.take()
            if missed:
                await asyncio.to_thread(self._spool.lose, missed)
            if runs:
                await asyncio.to_thread(self._spool.append, runs)
                self._watch_disk()
                self._waits.set()
            if ending and not self._writer.waits:
                return

    def _watch_disk(self) -> None:
        """Say when the disk takes nothing any more, or something again, and that events were dropped."""
        full = self._spool.full
        words = "" if full is None else str(full.strerror)
        if words != self._disk:
            self._disk = words
            self._note(
                f"{self.folder}: {words}; what comes is held in memory" if words else f"{self.folder}: has room again"
            )
        if self._spool.dropped > self._dropped:
            first = not self._dropped
            self._dropped = self._spool.dropped
            if first:
                self._note(f"{self.folder} has no more room: the oldest events are dropped, and which is published")

    # --------------------------------------------------------------------------------------------- to the server

    async def _send(self) -> None:
        """Connect, and send what waits; again, whenever the connection ends."""
        while True:
            line = await connected(self.url, self._security, self._stream, self._once, self._note, self._ending)
            if line is None:
                return
            try:
                self._note(f"publishing to {shown(self.url)} as {self.host}")
                if await self._over(line):
                    return
            except Gone as error:
                self._note(f"{shown(self.url)}: {error}; what is to be sent waits on disk")
            except FleetError as error:
                if isinstance(error, Refused) and not self._once:
                    raise
                self._note(f"{error}; what is to be sent waits on disk")
                await self._pause(_LONGEST)
            finally:
                await line.close()

    async def _over(self, line: Line) -> bool:
        """Send over a connection; true once all is sent, and it ends. Raises Gone, FleetError."""
        while True:
            ending = self._ending.is_set() and self._tasks[0].done()
            self._waits.clear()
            runs = await asyncio.to_thread(self._spool.head, _ROUND)
            if runs:
                await self._store(line, [*self._messages(runs, line.room)])
                await asyncio.to_thread(self._spool.done)
                self._have_stored(runs)
                self._tell_losses({*self._spool.losses()})
            elif ending:
                return True
            if self._tables is not None and self._sequence and not self._ending.is_set():
                left = self._tables.left()
                if left <= -_OVERDUE or (left <= 0 and not runs):
                    await self._send_tables(line)
                    continue
            if not runs:
                await self._rest(line)

    async def _rest(self, line: Line) -> None:
        """Until something waits, tables are due or it ends. Raises Gone."""
        left = None if self._tables is None else max(0.05, self._tables.left())
        tasks = [asyncio.ensure_future(each.wait()) for each in (self._waits, line.gone)]
        try:
            await asyncio.wait(tasks, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in tasks:
                each.cancel()
        if line.gone.is_set():
            raise Gone("the server has gone away")

    def _messages(self, runs: list[Run], room: int) -> Iterable[Events]:
        """Messages of runs, each of which fits."""
        settled: dict[tuple[str, str], int] = {}
        for run in runs:
            below = settled.setdefault((run.namespace, run.start), run.first)
            events = Events(
                Subject.parse(run.subject),
                run.start,
                run.first,
                run.count,
                below,
                run.generation,
                run.time,
                run.record,
                run.payload,
            )
            yield from fitting(events, room)

    async def _store(self, line: Line, messages: list[Events]) -> None:
        """Have all of them stored, however often that is to be tried. Raises Gone, FleetError."""
        said, pause = "", _PAUSE
        while messages:
            sent: list[Message] = [(each.subject.text, each.headers(), each.payload) for each in messages]
            refusals = await line.store(sent)
            refused = [(each, why) for each, why in zip(messages, refusals, strict=True) if why is not None]
            if len(refused) < len(messages):
                self._once = True
            messages = []
            for each, why in refused:
                messages += halves(each) if why.too_big else [each]
            waits = [why for _, why in refused if not why.too_big]
            if any(why.no_stream for why in waits):
                await line.make_stream(f"{PREFIX}.>")
            elif waits:
                if said != waits[0].words:
                    said = waits[0].words
                    self._note(f"stream {self._stream}: {said}; what is to be sent waits on disk")
                await self._pause(pause, line)
                pause = min(2 * pause, _LONGEST)
        if said:
            self._note(f"stream {self._stream} takes events again")

    async def _pause(self, seconds: float, line: Line | None = None) -> None:
        events = [self._ending] if line is None else [self._ending, line.gone]
        tasks = [asyncio.ensure_future(each.wait()) for each in events if not each.is_set()]
        if len(tasks) < len(events):
            await asyncio.sleep(min(seconds, _PAUSE))  # it ends soon: not at once, not for long
        if tasks:
            await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            for each in tasks:
                each.cancel()
        if line is not None and line.gone.is_set():
            raise Gone("the server has gone away")

    def _have_stored(self, runs: list[Run]) -> None:
        for run in runs:
            self.stored += run.count
            if run.start == self.start and run.namespace == self._own:
                self._sequence = run.first + run.count - 1

    def _tell_losses(self, losses: set[Loss]) -> None:
        """Publish which events are gone, now that something can be sent. Late ones the next start tells."""
        if not self._ending.is_set():
            for loss in losses - self._told:
                self._writer.lost(loss, unescape_namespace(loss.namespace))
                self._heard.set()
            self._told = losses  # until the disk has what tells of them

    async def _send_tables(self, line: Line) -> None:
        """Read the tables and have them stored. Where they are not, all are read again before long. Raises Gone."""
        assert self._tables is not None
        writer = self._writer
        parts = await self._tables.round(
            self.host, self.namespace, self.start, self._sequence, writer.generation, line.room, self._clock
        )
        try:
            refusals = await line.store([(each.subject.text, each.headers(), each.payload) for each in parts])
        except Gone:
            self._tables.soon(0)
            raise
        why = next((each.words for each in refusals if each is not None), "")
        if why:
            self._tables.soon(_LONGEST)
        elif parts:
            self.rounds += 1
        if why and why != self._refused:
            self._note(f"tables were not stored: {why}")
        self._refused = why
