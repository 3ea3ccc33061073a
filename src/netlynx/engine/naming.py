"""What both shells know of names in operations: who is asked for their numbers, and for how long these are believed.

The numbers are found when an operation is about to be sent, in the namespace where it is sent. Within one batch a name
is asked for once, until the batch itself changes links. Network namespaces are opened, and held open until what was
asked of the kernel by their descriptors is answered.
"""

from __future__ import annotations

import errno
from collections.abc import Generator, Iterable, Iterator
from typing import Any, TypeVar

from netlynx.engine.batch import Unlocated
from netlynx.engine.named import NamedDo, NamedDump
from netlynx.engine.operation import Do, Talk
from netlynx.engine.unresolved import by_record
from netlynx.errors import NetlinkError, NotFound
from netlynx.schema.namespaces import Descriptor
from netlynx.schema.record import Record
from netlynx.schema.wanted import Wanted
from netlynx.wire.constants import NETLINK

T = TypeVar("T")
R = TypeVar("R", bound=Record)

_ROUTE = int(NETLINK.ROUTE)
_RDMA = int(NETLINK.RDMA)
_RENAMED = tuple(5 << 10 | each for each in (2, 3, 4, 26, 27))  # SET, NEWLINK, DELLINK, NEWDEV, DELDEV of its NLDEV
_LINKS = (16, 17, 19, 108, 109)  # RTM_NEWLINK, DELLINK, SETLINK, NEWLINKPROP, DELLINKPROP of linux/rtnetlink.h

Steps = Generator[Do[Any], Any, T]
"""Operations whose answers are wanted, as those of a `Talk`."""


class Names:
    """The numbers of the names that were asked for. It has to live until the operations with them are carried out."""

    _OPEN = 64  # so many namespaces are held open at a time, of the 1024 files that a process may usually have

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}  # by sort and name

    def known(self, operation: NamedDo[T]) -> Do[T] | None:
        """The operation with numbers for its names, None if one of them is yet to be asked for."""
        try:
            made: Do[T] = operation.make(self._numbers)
        except KeyError:
            return None
        return made

    def learn(self, operation: NamedDo[Any] | NamedDump[Any]) -> Steps[None]:
        """Ask for the numbers of an operation's names. Raises NotFound for a name that nothing has.

        All operations made before have to be carried out by then.
        """
        if sum(sort == "namespace" for sort, _ in self._numbers) >= self._OPEN:
            self._forget("namespace")
        for each in operation.wanted:
            if each[:2] not in self._numbers:
                self._numbers[each[:2]] = yield from _SORTS[each.names](each, operation)

    def resolve(self, operation: NamedDo[Any] | NamedDump[Any]) -> Steps[Any]:
        """As `learn`, and the operation with numbers: a Do, a Dump or a Talk."""
        yield from self.learn(operation)
        return operation.make(self._numbers)

    def seen(self, operation: Do[Any]) -> None:
        """An operation is on its way: names of interfaces may mean others from then on."""
        if operation.protocol == _ROUTE and operation.message_type in _LINKS and self._numbers:
            self._forget("interface")
        elif operation.protocol == _RDMA and operation.message_type in _RENAMED and self._numbers:
            self._forget("rdma device")

    def _forget(self, sort: str) -> None:
        self._numbers = {key: number for key, number in self._numbers.items() if key[0] != sort}


def resolution(operation: NamedDo[Any] | NamedDump[Any]) -> Talk[Any]:
    """A talk whose answer is the operation with numbers in the place of its names."""
    return Talk(operation.name, lambda: Names().resolve(operation))


def carried_out(operation: NamedDo[T]) -> Talk[T]:
    """A talk whose answer is that to the operation."""

    def steps() -> Generator[Any, Any, T]:
        names = Names()
        made = yield from names.resolve(operation)
        answer: T = (yield from made.steps()) if isinstance(made, Talk) else (yield made)
        return answer

    return Talk(operation.name, steps)


def numbered(record: R, asked: str) -> Talk[R]:
    """A talk whose answer is the record with numbers for its names; `asked` is who asks. Raises EncodeError."""
    named: Any = by_record(asked, lambda made: Talk(asked, lambda: _said(made)), record)
    return carried_out(named) if isinstance(named, NamedDo) else named or Talk(asked, lambda: _said(record))


def _said(value: T) -> Steps[T]:
    yield from ()
    return value


class Resolved:
    """The operations of a batch with numbers for names; raises `Unlocated` where one has to be asked for first.

    Iterating on after that gives that very operation, unless it is left out (`skip`).
    """

    def __init__(self, found: Unlocated, rest: Iterable[Do[Any]]) -> None:
        self.names = Names()
        self._operations = iter(rest)
        self._waiting: Any = found.operation

    def __iter__(self) -> Iterator[Do[Any]]:
        return self

    def __next__(self) -> Do[Any]:
        operation = next(self._operations) if self._waiting is None else self._waiting
        self._waiting = None
        if isinstance(operation, NamedDo):
            made = self.names.known(operation)
            if made is None:
                self._waiting = operation
                raise Unlocated(operation, by=self)
            operation = made
        if isinstance(operation, Do):
            self.names.seen(operation)
        return operation

    def skip(self) -> None:
        """Leave out the operation that waits."""
        self._waiting = None

    def asking(self) -> Talk[None]:
        """A talk that finds the numbers for the operation that waits."""
        return Talk(self._waiting.name, lambda: self.names.learn(self._waiting))


def _interface(each: Wanted, operation: object) -> Steps[int]:
    from netlynx.route import link

    try:
        found = yield link(name=str(each.name), statistics=False)
    except NotFound as error:
        problem = f"no interface is called {each.name!r} here"
        raise NotFound(errno.ENODEV, problem, asked=str(operation), attribute=each.path) from error
    except NetlinkError as error:
        error.add_note(f"{operation}: {each.path} is given by name, {each.name!r}")
        raise
    index: int = found.index
    return index


def _table(each: Wanted, operation: object) -> Steps[int]:
    from netlynx.route.table_names import FOLDERS, table_names

    yield from ()
    known = table_names()
    if each.name not in known:
        raise NotFound(
            errno.ENOENT,
            f"no routing table is called {each.name!r}; known: {', '.join(known)}",
            asked=str(operation),
            attribute=each.path,
            hint=f"Names stand in rt_tables and rt_tables.d/*.conf of {' or '.join(FOLDERS)}",
        )
    return known[str(each.name)]


def _namespace(each: Wanted, operation: object) -> Steps[int]:
    from netlynx import netns

    yield from ()
    if isinstance(each.name, netns.NetworkNamespace):
        return Descriptor.of(each.name)
    try:
        return Descriptor.of(netns.open(each.name))
    except NetlinkError as error:
        error.add_note(f"{operation}: {each.path} is given as {each.name!r}")
        raise


def _rdma_device(each: Wanted, operation: object) -> Generator[Any, Any, int]:
    from netlynx.rdma import devices

    found = {device.name: device.index for device in (yield devices())}
    if each.name not in found:
        problem = f"no RDMA device is called {each.name!r} here; there are {', '.join(found) or 'none'}"
        raise NotFound(errno.ENODEV, problem, asked=str(operation), attribute=each.path)
    index: int = found[each.name]
    return index


def _rdma_devices(each: Wanted, operation: object) -> Generator[Any, Any, Any]:
    """The numbers of all of them, for a listing that the kernel makes of one at a time."""
    from netlynx.rdma import devices

    return tuple(device.index for device in (yield devices()))


_SORTS: dict[str, Any] = {
    "interface": _interface,
    "table": _table,
    "namespace": _namespace,
    "rdma device": _rdma_device,
    "rdma devices": _rdma_devices,
}
