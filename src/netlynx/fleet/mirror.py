"""Copies of many hosts' tables, kept up to date from what their publishers send."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack, nullcontext
from types import MappingProxyType
from typing import Any, NamedTuple, Self, TypeVar

from netlynx import limits
from netlynx.engine.mirroring import MirrorTable
from netlynx.engine.operation import Dump
from netlynx.errors import ConnectionClosed, RequestTimeout
from netlynx.fleet.catching import Latest, latest_of
from netlynx.fleet.copies import HostCopy
from netlynx.fleet.cursor import Begin, Cursor, Lost, Message, Stream
from netlynx.fleet.messages import read
from netlynx.fleet.needed import FleetError
from netlynx.fleet.server import STREAM, UNSAID, Security, connected
from netlynx.fleet.subjects import PREFIX, escape
from netlynx.fleet.tasks import end

T = TypeVar("T")

Namespace = str | int | None
_TOGETHER = 8  # hosts that are read at once


class FleetStatistics(NamedTuple):
    """What went by: `messages` read, `unreadable` ones among them, and what the stream dropped before it was read
    (`lost`). What is of one host is counted with it."""

    messages: int
    unreadable: int
    lost: tuple[Lost, ...]


class HostView:
    """One namespace of a host, looked at: ``view[route.links()]`` is the copy of a listing."""

    def __init__(self, copy: HostCopy) -> None:
        self._copy = copy

    @property
    def host(self) -> str:
        """The name that its publisher gives it."""
        return self._copy.host

    @property
    def namespace(self) -> Namespace:
        """The name, or the ID, of the network namespace; None: the publisher's own."""
        return self._copy.namespace

    @property
    def start(self) -> str:
        """Which start of the publisher this is of."""
        return self._copy.start

    @property
    def sequence(self) -> int:
        """That of the last event of this start that is taken in."""
        return self._copy.sequence

    @property
    def generation(self) -> int:
        """The publisher's: it counts up where what was known before may be wrong."""
        return self._copy.generation

    @property
    def certain(self) -> bool:
        """Whether all tables are known to be the kernel's as of that event; not while something is in doubt."""
        return self._copy.certain

    @property
    def counts(self) -> Mapping[str, int]:
        """What went by, and what was not taken in: see `netlynx.fleet.copies.HostCopy`."""
        return MappingProxyType(self._copy.counts)

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables that came."""
        return tuple(sorted(self._copy.tables))

    def __getitem__(self, operation: Dump[T]) -> MirrorTable[T]:
        for each in self._copy.tables.values():
            if each.operation == operation:
                return MirrorTable(each.copy, nullcontext())
        known = ", ".join(self.tables) or "none yet"
        raise KeyError(f"{operation} of {self.host} is not there: of its tables there are {known}")

    def table(self, name: str) -> Any:
        """A table by its name in SQL, as a pyarrow.Table. Raises KeyError for one that did not come."""
        if name not in self._copy.tables:
            raise KeyError(f"{name} of {self.host} is not there: of its tables there are {', '.join(self.tables)}")
        return self._copy.tables[name].table()

    def __repr__(self) -> str:
        where = "" if self.namespace is None else f", namespace {self.namespace!r}"
        doubt = "" if self.certain else ", in doubt"
        return f"<HostView of {self.host}{where}: generation {self.generation}, sequence {self.sequence}{doubt}>"


class FleetMirror:
    """Copies of many hosts' tables, kept up to date by a task of its own, from ``async with`` on; made by `mirror`.

    ``fleet["web1"]`` is a host's own namespace, ``fleet["web1", "blue"]`` another. Looking needs no ``await``: as long
    as a task does not wait, what it sees of a host is of one sequence.
    """

    def __init__(
        self,
        url: str,
        hosts: Iterable[str],
        stream: str,
        security: Security,
        tables: Iterable[str] | None,
        *,
        follows: bool = True,
    ) -> None:
        self._url, self._security, self._name = url, security, stream
        self._wanted = tuple(dict.fromkeys(hosts))
        self._only = None if tables is None else frozenset(tables)
        self._follows = follows
        self.latest: tuple[Latest, ...] = ()
        self._copies: dict[tuple[str, Namespace], HostCopy] = {}
        self._changed = asyncio.Event()
        self._stack = AsyncExitStack()
        self._task: asyncio.Task[None] | None = None
        self._entered = False
        self._closed = False
        self._ended: BaseException | None = None
        self._messages = self._unreadable = 0
        self._lost: list[Lost] = []
        self._position = self._asked = 0

    async def __aenter__(self) -> Self:
        """Connect, and take in the latest tables of all hosts and what came after them.

        Raises FleetError where no server answers, or refuses, or has no such stream, and for a host that it has nothing
        of.
        """
        if self._entered:
            raise RuntimeError("a mirror is entered once: make another with fleet.mirror(...)")
        self._entered = True
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(connected(self._url, self._security))
            self._stream = Stream(client, self._name)
            end = (await self._stream.info()).state.last_seq
            self.latest = tuple(await latest_of(self._stream, self._wanted))
            await self._catch_up(self.latest, end)
            self._position = end
            if self._follows:
                self._task = asyncio.create_task(self._follow(end + 1), name="netlynx fleet mirror")
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._closed = True
        self._tell()
        if self._task is not None:
            await end(self._task)
        await self._stack.aclose()

    @property
    def hosts(self) -> tuple[HostView, ...]:
        """All hosts' namespaces of which anything came, by their names."""
        return tuple(HostView(self._copies[key]) for key in sorted(self._copies, key=_by_name))

    def __getitem__(self, which: str | tuple[str, Namespace]) -> HostView:
        key = (which, None) if isinstance(which, str) else which
        if key not in self._copies:
            raise KeyError(f"nothing came of {key[0]}" + ("" if key[1] is None else f", namespace {key[1]!r}"))
        return HostView(self._copies[key])

    @property
    def statistics(self) -> FleetStatistics:
        """Counts since the beginning."""
        return FleetStatistics(self._messages, self._unreadable, tuple(self._lost))

    async def wait_until(self, predicate: Callable[[Self], T], timeout: float | None = None) -> T:
        """Wait until `predicate(mirror)` is true, and return what it gave; it is asked whenever messages came.

        Raises RequestTimeout, ConnectionClosed, and what the predicate raises.
        """
        timeout = limits.optional_seconds("timeout", timeout)
        try:
            async with asyncio.timeout(timeout):
                while not (value := predicate(self)):
                    if self._closed:
                        raise ConnectionClosed("the mirror is closed") from self._ended
                    changed = self._changed
                    await changed.wait()
                return value
        except TimeoutError:
            raise RequestTimeout(f"what was waited for did not come within {timeout} s") from None

    async def settle(self, timeout: float | None = None) -> int:
        """Wait until all that the stream has by now is taken in; returns its position. Raises as `wait_until`."""
        timeout = limits.optional_seconds("timeout", timeout)
        end = (await self._stream.info()).state.last_seq
        self._asked = max(self._asked, end)
        await self.wait_until(lambda _: self._position >= end, timeout)
        return self._position

    async def _catch_up(self, latest: Iterable[Latest], end: int) -> None:
        """Read each host by itself, from its latest tables on: one that is long gone costs no more than another."""
        several = asyncio.Semaphore(_TOGETHER)

        async def one(each: Latest) -> None:
            async with several:
                cursor = Cursor(self._stream, each.subjects, Begin(position=each.position))
                try:
                    async for message in cursor.until(min(end, each.last)):
                        self._take(message)
                finally:
                    self._lost += cursor.lost
                    await cursor.close()

        async with asyncio.TaskGroup() as tasks:
            for each in latest:
                tasks.create_task(one(each))

    async def _follow(self, position: int) -> None:
        subjects = f"{PREFIX}.>" if len(self._wanted) != 1 else f"{PREFIX}.{escape(self._wanted[0])}.>"
        cursor = Cursor(self._stream, subjects, Begin(position=position), patient=True)
        try:
            while True:
                asked = self._asked
                messages = await cursor.fetch()
                for each in messages:
                    self._take(each)
                if cursor.lost:
                    self._lose(cursor.lost)
                self._position = max(self._position, cursor.position, asked if cursor.is_idle else 0)
                self._tell()
        except FleetError as error:
            self._ended = error
            self._closed = True
            self._tell()
        finally:
            await cursor.close()

    def _lose(self, lost: list[Lost]) -> None:
        """The stream dropped what was not read yet: whose it was, nobody knows."""
        self._lost += lost
        lost.clear()
        for each in self._copies.values():
            each.in_doubt()

    def _take(self, message: Message) -> None:
        self._messages += 1
        try:
            said = read(message.subject, message.headers, message.payload)
        except FleetError:
            self._unreadable += 1
            return
        subject = said.subject
        if self._wanted and subject.host not in self._wanted:
            return
        key = (subject.host, subject.namespace)
        if key not in self._copies:
            self._copies[key] = HostCopy(*key, self._only)
        self._copies[key].take(said)

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def mirror(
    url: str,
    *hosts: str,
    stream: str = STREAM,
    security: Security = UNSAID,
    tables: Iterable[str] | None = None,
) -> FleetMirror:
    """Copies of what these hosts publish, or all, for ``async with`` in asyncio.

        async with fleet.mirror("nats://127.0.0.1:4222") as all_hosts:
            for each in all_hosts.hosts:
                print(each.host, len(each[route.links()]))

    `tables` are the names of those that are kept, as in SQL; all that are published where it is None.
    """
    return FleetMirror(url, hosts, stream, security, tables)


def _by_name(key: tuple[str, Namespace]) -> tuple[str, str]:
    return key[0], "" if key[1] is None else str(key[1])
