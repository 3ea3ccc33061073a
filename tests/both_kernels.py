"""One task on two kernels: a table in many datagrams that can be read, changed and listened to, virtual and real."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

import netlynx
from netlynx import route
from netlynx.engine.mirrored import Mirrored
from netlynx.engine.operation import Do, Dump, Event, Group, Overrun
from netlynx.kernel import VirtualKernel
from netlynx.netns import NetworkNamespace
from netlynx.transport.base import Kernel, Transport
from netlynx.transport.host import HostKernel
from support import descriptors
from toy import ENTRIES, Entry, Table, add, delete, entries, entry, rows

NEW = 100_000  # numbers from here on are free to be added

_DROP_ALL = ((0x06, 0, 0, 0),)  # BPF_RET, of no bytes: linux/filter.h


class Side:
    """A kernel, and what the tests ask of it. Everything has a number, which `number` finds in what comes back."""

    name: str
    rows: int  # in at least 10 datagrams
    kernel: Kernel
    listing: Dump[Any]
    group: Group[Any]
    one: Callable[[int], Do[Any]]  # an answer of its own for each of the first 64 numbers
    add: Callable[[int], Do[None]]
    delete: Callable[[int], Do[None]]

    def number(self, record: Any) -> int:
        """Of what `one` asks for, what is listed, and what is told of."""
        raise NotImplementedError

    def sockets(self) -> int:
        """How many sockets are open at this kernel, and more that stays the same."""
        raise NotImplementedError

    def check(self, nl: netlynx.Connection) -> None:
        """A connection of the test works."""
        assert self.number(nl.do(self.one(7))) == 7
        assert self.numbers(nl.dump(self.listing).all()) == list(range(self.rows))

    async def acheck(self, nl: netlynx.AsyncConnection) -> None:
        """The same for an async one."""
        assert self.number(await nl.do(self.one(7))) == 7
        assert self.numbers(await nl.dump(self.listing).all()) == list(range(self.rows))

    def numbers(self, records: Iterable[Any]) -> list[int]:
        """The sorted numbers of what was there from the beginning."""
        return sorted(number for number in map(self.number, records) if number < NEW)

    def heard(self, events: Iterable[Event[Any] | Overrun]) -> list[int]:
        """The numbers of events, in order. None was lost."""
        heard = list(events)
        assert all(isinstance(event, Event) for event in heard), heard
        return [self.number(event.record) for event in heard if isinstance(event, Event)]


class VirtualSide(Side):
    name = "virtual"
    rows = 600

    def __init__(self, kernel: VirtualKernel) -> None:
        self.kernel = self.virtual = kernel
        self.table = Table(kernel, rows(self.rows, 500))
        self.group = ENTRIES
        how = Mirrored(ENTRIES, key=lambda row: row.number, lookups={("number",): None})
        self.listing = msgspec.structs.replace(entries(), mirrored=how)
        self.one = entry
        self.add = lambda number: add(Entry(number=number))
        self.delete = lambda number: delete(Entry(number=number))

    def number(self, record: Any) -> int:
        return int(record.number)

    def sockets(self) -> int:
        return len(self.virtual.sockets())


class RealSide(Side):
    name = "real"
    rows = 6000

    def __init__(self, namespace: NetworkNamespace) -> None:
        self.kernel = HostKernel(namespace)
        self.group = route.ROUTES
        self.listing = route.routes(family="inet", table=254)
        self.one = lambda number: route.route(f"127.1.{number >> 8}.{number & 255}")
        self.add = lambda number: route.add(self._route(number))
        self.delete = lambda number: route.delete(self._route(number))
        with netlynx.connect(kernel=self.kernel) as nl:
            nl.do(route.up("lo"))
            nl.batch(map(self.add, range(self.rows)))

    @staticmethod
    def _route(number: int) -> route.Route:
        high, low = divmod(number, NEW)
        return route.Route(destination=f"{10 + high}.{low >> 8}.{low & 255}.0/24", type="blackhole", table=254)

    def number(self, record: Any) -> int:
        first, second, third, fourth = map(int, record.destination.partition("/")[0].split("."))
        if first == 127:
            return third << 8 | fourth
        return (first - 10) * NEW + (second << 8 | third)

    def sockets(self) -> int:
        return descriptors()


class Wrapped:
    """A transport that does something else in some places. It has none of the shortcuts."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def __getattr__(self, name: str) -> Any:  # Any: whatever else a transport has
        if name in ("ask", "drain", "ahead", "receive_many"):
            raise AttributeError(name)
        return getattr(self._transport, name)


class Late(Wrapped):
    """Nothing is there at once: each datagram has to be waited for, though not for long."""

    _waited = False

    def receive_into(self, buffer: bytearray | memoryview) -> tuple[int, int, int]:
        self._waited = not self._waited
        if self._waited:
            raise BlockingIOError
        return self._transport.receive_into(buffer)


class Opening:
    """A kernel whose sockets are made into something else."""

    def __init__(self, kernel: Kernel, make: Callable[[Transport], Any]) -> None:
        self._kernel = kernel
        self._make = make

    def open(self, protocol: int, port: int = 0, groups: tuple[int, ...] = ()) -> Any:  # Any: what `make` makes
        return self._make(self._kernel.open(protocol, port, groups))


def deaf(transport: Transport) -> Transport:
    """A socket that never receives anything."""
    transport.attach_filter(_DROP_ALL)
    return transport


@contextmanager
def collected_at_once() -> Iterator[None]:
    """What is left over is found without the garbage collector."""
    import gc

    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
