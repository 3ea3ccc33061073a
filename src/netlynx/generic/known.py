"""What the sync and the async shell know of generic netlink: the numbers behind the names of families and groups.

An operation names its family, and the kernel gives a family a new number each time its module is loaded. So numbers
are asked for when they are first needed, kept, and asked for anew when the kernel does not know one any more.
Imported on first use: who speaks no generic netlink does not pay for it.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from typing import Any, TypeVar, overload

import msgspec

from netlynx.engine.batch import BatchResult, Unlocated
from netlynx.engine.operation import Do, Dump, EventKind, Group, Talk
from netlynx.engine.subscription import SubscriptionFeed
from netlynx.errors import NetlinkError, NotFound, NotSupported, from_error
from netlynx.generic.constants import CONTROLLER, CONTROLLER_GROUP, GENL_ID_CTRL
from netlynx.generic.family import FAMILIES, FamilyInfo, GroupInfo, family
from netlynx.generic.policy import policy_parts

T = TypeVar("T")

_CONTROLLER = FamilyInfo(name=CONTROLLER, id=GENL_ID_CTRL, groups=(GroupInfo(id=GENL_ID_CTRL, name=CONTROLLER_GROUP),))


class Families:
    """The families that one connection has met, by name. Any number of threads may use it."""

    # What the kernel answers when no family has that number, or another one has it by now.
    STALE = (NotFound, NotSupported)

    def __init__(self) -> None:
        self._known = {CONTROLLER: _CONTROLLER}

    def get(self, name: str) -> FamilyInfo | None:
        """What is known of a family."""
        return self._known.get(name)

    def looking_up(self, asked: Do[Any] | Dump[Any] | Group[Any]) -> Talk[FamilyInfo]:
        """What asks the kernel about the family of an operation or group, and is to be told to `learn`.

        Raises NotSupported for one that the kernel does not have: not at all, or not in this network namespace.
        """
        name = asked.family
        self.forget(name)
        title = f"join {asked.name}" if isinstance(asked, Group) else str(asked)

        def steps() -> Generator[Do[Any] | Dump[Any], Any, FamilyInfo]:
            try:
                info: FamilyInfo = yield family(name)
            except NotFound as error:
                absent = error
            else:
                return info
            # The policy of a family is told in every namespace, the family itself in those where it works.
            elsewhere = True
            try:
                yield policy_parts(name)
            except NetlinkError as error:
                elsewhere = error.errno == errno.ENODATA  # it has none
            raise _absent(name, absent, title, elsewhere) from absent

        return Talk(f"look up {name}", steps)

    def learn(self, name: str, info: FamilyInfo) -> FamilyInfo:
        """Remember what the kernel said of a family."""
        self._known[name] = info
        return info

    def forget(self, name: str) -> None:
        """Have a family asked for anew when it is next needed."""
        if name != CONTROLLER:
            self._known.pop(name, None)

    @overload
    @staticmethod
    def located(operation: Do[T], info: FamilyInfo) -> Do[T]: ...
    @overload
    @staticmethod
    def located(operation: Dump[T], info: FamilyInfo) -> Dump[T]: ...
    @staticmethod
    def located(operation: Do[T] | Dump[T], info: FamilyInfo) -> Do[T] | Dump[T]:
        """The operation with its family's number as the type of its messages."""
        number = info.id or 0
        if operation.message_type == number:
            return operation
        return msgspec.structs.replace(operation, message_type=number, reply_type=number)

    def following(self, found: Unlocated, rest: Iterator[Do[Any]]) -> Iterator[Do[Any]]:
        """The operations of a batch from one on whose family's number is known by now."""
        return rest if found.rest is None else Located(found.rest, self)

    def after_batch(self, operations: object, result: BatchResult[Any]) -> None:
        """Forget the families of a batch in which the kernel may not have known a number any more."""
        if isinstance(operations, Located) and any(isinstance(error, self.STALE) for error in result.errors.values()):
            for name in operations.met:
                self.forget(name)


def _absent(name: str, error: NetlinkError, asked: str, elsewhere: bool) -> NotSupported:
    """The error for a family that the kernel does not have, or has `elsewhere`."""
    number = error.errno or errno.ENOENT
    if elsewhere:
        return NotSupported(
            number,
            f"this network namespace has no generic netlink family {name!r}: only the initial one has it",
            asked=asked,
            hint="Ask in the initial network namespace, the host's own",
        )
    return NotSupported(
        number,
        f"this kernel has no generic netlink family {name!r}",
        asked=asked,
        hint="It found no module that provides it; `netlynx families` lists those that are there",
    )


class Located:
    """Operations with their families' numbers; raises `Unlocated` at one whose number is not known yet.

    Iterating on after that gives that very operation. `met` are the families that came up.
    """

    def __init__(self, operations: Iterable[Do[Any]], families: Families) -> None:
        self.met: set[str] = set()
        self._operations = iter(operations)
        self._families = families
        self._waiting: Do[Any] | None = None

    def __iter__(self) -> Iterator[Do[Any]]:
        return self

    def __next__(self) -> Do[Any]:
        operation = next(self._operations) if self._waiting is None else self._waiting
        self._waiting = None
        name = getattr(operation, "family", "")
        if not name:
            return operation
        info = self._families.get(name)
        if info is None:
            self._waiting = operation
            raise Unlocated(operation)
        self.met.add(name)
        return self._families.located(operation, info)


class FamilyFeed(SubscriptionFeed):
    """What a socket of generic netlink hears, which joins the groups of a family again when its module is reloaded.

    To notice that, it hears the controller too; what is said before that news is read is missed. `families` are those
    that the groups name, `join` is the socket's.
    """

    __slots__ = ("_groups", "_join", "_numbers", "_tells")

    def __init__(
        self, groups: Iterable[Group[Any]], families: Mapping[str, FamilyInfo], join: Callable[[int], None]
    ) -> None:
        self._groups = tuple(groups)
        self._join = join
        self._tells = FAMILIES in self._groups  # whether the user wants to hear of families too
        self._numbers = {name: info.id or 0 for name, info in families.items()} | {CONTROLLER: GENL_ID_CTRL}
        super().__init__((*self._groups, FAMILIES), self._numbers)
        for group in (*self._groups, FAMILIES):
            self._member(group, families.get(group.family, _CONTROLLER))

    def feed_many(
        self, data: bytearray | memoryview, index: bytearray, first: int, count: int, events: list[Any]
    ) -> int:
        """Each is to be fed by itself: it may say that the next ones have another type."""
        return first

    def feed(self, data: bytearray | memoryview, size: int, sender: int, events: list[Any]) -> None:
        """As `SubscriptionFeed.feed`; raises NetlinkError for a group that cannot be joined again."""
        start = len(events)
        try:
            super().feed(data, size, sender, events)
        finally:
            heard = [event for event in events[start:] if isinstance(event.record, FamilyInfo)]
            if heard and not self._tells:
                events[start:] = [event for event in events[start:] if not isinstance(event.record, FamilyInfo)]
        for event in heard:
            if event.kind == EventKind.NEW and event.record.name in self._numbers:
                self._reloaded(event.record)

    def _reloaded(self, info: FamilyInfo) -> None:
        name, number = info.name or "", info.id or 0
        if number != self._numbers[name]:
            self.renumber(self._numbers[name], number)
            self._numbers[name] = number
        for group in self._groups:
            if group.family == name:
                self._member(group, info)

    def _member(self, group: Group[Any], info: FamilyInfo) -> None:
        for number in numbers_of(group, info):
            try:
                self._join(number)
            except OSError as error:
                raise from_error(error, f"join group {group.name}") from error


def numbers_of(group: Group[Any], info: FamilyInfo) -> list[int]:
    """The numbers of a group in its family. Raises NotSupported for a name that the family does not have."""
    known = {each.name or "": each.id or 0 for each in info.groups}
    numbers = []
    for name in group.groups:
        if name not in known:
            import difflib

            near = difflib.get_close_matches(name, known, 1)
            hint = f"Did you mean {near[0]!r}?" if near else f"It has {', '.join(known) or 'none'}"
            problem = f"family {group.family!r} has no group {name!r}"
            raise NotSupported(errno.ENOENT, problem, asked=f"join group {group.name}", hint=hint)
        numbers.append(known[name])
    return numbers
