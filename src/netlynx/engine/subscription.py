"""Notifications: datagrams in, events out."""

from __future__ import annotations

import struct
from collections.abc import Generator, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from netlynx.codec._codec import Notifications, Plan, Unfold
from netlynx.engine.exchange import KERNEL
from netlynx.engine.operation import Event, EventKind, Group, Overrun
from netlynx.schema.compile import plan_of

if TYPE_CHECKING:
    from netlynx.transport.base import Gathering, Instruction, Transport

Meaning: TypeAlias = tuple[Plan, Any, Any]
"""How a message is read, what it says with NLM_F_CREATE, and without."""

DATAGRAM = struct.Struct("=III")
"""Where one of several datagrams stands in a buffer: start, size, sender's port ID."""


class SubscriptionFeed:
    """Turns what one socket receives into events. `strays` counts messages of other types or senders.

    `numbers` gives the message type of each generic netlink family that the groups name.
    """

    __slots__ = ("_messages", "_notifications", "_unfolds", "overruns", "strays")

    gathers = False  # whether messages of one namespace make one event, and those of others must not be among them
    asking = False  # whether answers come on the socket too: each is to be fed by itself

    def __init__(self, groups: Iterable[Group[Any]], numbers: Mapping[str, int] | None = None) -> None:
        self.strays = 0
        self.overruns = 0
        self._messages: dict[int, Meaning | dict[int, Meaning]] = {}
        self._unfolds: list[tuple[Unfold, frozenset[int], int]] = []
        several = tuple(groups)
        for group in several:
            for number, (kind, record) in group.messages.items():
                otherwise = EventKind.UPDATE if number in group.updates else kind
                meaning = (plan_of(record), kind, otherwise)
                if self._messages.setdefault(number, meaning) != meaning:
                    names = ", ".join(each.name for each in several if number in each.messages)
                    raise ValueError(f"nothing tells their messages apart: subscribe to one at a time of {names}")
            for unfolding, types in group.unfoldings:
                record = group.messages[types[0] | unfolding.mark][1]
                self._unfolds.append((unfolding.sink(None, record), frozenset(types), unfolding.mark))
            if group.family:
                others = self._messages.setdefault((numbers or {})[group.family], {})
                assert isinstance(others, dict)
                others.update(
                    {number: (plan_of(record), kind, kind) for number, (kind, record) in group.commands.items()}
                )
        self._notifications = Notifications(self._messages, Event)

    def feed(self, data: bytearray | memoryview, size: int, sender: int, events: list[Any]) -> None:
        """Append the events of one datagram, in order. Raises DecodeError for a malformed one; the events before
        what is malformed are in `events` then, the rest of the datagram is lost."""
        if sender != KERNEL:  # any process may send to a port: only the kernel is believed
            self.strays += 1
            return
        said: bytes | bytearray | memoryview = data
        for unfold, types, mark in self._unfolds:
            found = unfold.unfolded(said, size, types, mark)
            if found is not None:
                said, size = found, len(found)
        self.strays += self._notifications.read(said, size, events)

    def feed_many(
        self, data: bytearray | memoryview, index: bytearray, first: int, count: int, events: list[Any]
    ) -> int:
        """Append the events of the datagrams that are as usual, up to the first that is to be fed by itself; returns
        its number, or `count`. `index` says where they stand: see `DATAGRAM`."""
        if self._unfolds:
            return first
        first, strays = self._notifications.read_many(data, index, first, count, events, self.asking)
        self.strays += strays
        return first

    def due(self) -> float | None:
        """When `expire` has something to tell though nothing arrives, by `time.monotonic`; None where nothing waits."""
        return None

    def expire(self, now: float, events: list[Any]) -> None:
        """Append what was waited for in vain until now."""

    def gatherer(self, transport: Transport) -> Gathering | None:
        """What receives the datagrams that are fed, if it is not the transport as it is."""
        return None

    def filter(self) -> list[Instruction]:
        """The packet filter of the socket, empty for none."""
        return []

    def renumber(self, old: int, new: int) -> None:
        """A generic netlink family has another message type from now on."""
        self._messages[new] = self._messages.pop(old)
        self._notifications = Notifications(self._messages, Event)

    def overrun(self) -> Overrun | None:
        """What to put into the stream when the socket reports ENOBUFS; None where `dropped` of a feed tells later."""
        self.overruns += 1
        return Overrun(self.overruns)


class CountingFeed(SubscriptionFeed):
    """A feed whose kernel's side wants to be told that somebody listens, and whose losses are counted.

    What was lost is told where it would have stood: behind what had been queued before.
    """

    __slots__ = ("quiet",)

    def __init__(self) -> None:
        super().__init__(())
        self.quiet = False  # nobody wants to hear of losses

    def feed_many(
        self, data: bytearray | memoryview, index: bytearray, first: int, count: int, events: list[Any]
    ) -> int:
        """Each is to be fed by itself."""
        return first

    def opening(self) -> Generator[bytes | None, bool, None]:
        """What is said to the kernel before anything else: datagrams to be sent, one after the other.

        None waits until something has been fed; then it is sent whether anything was, or the time is up. Raises
        NetlinkError.
        """
        yield from ()

    def closing(self) -> tuple[bytes, ...]:
        """What is said to the kernel in the end."""
        return ()

    def overrun(self) -> None:
        """Nothing is told yet."""

    def dropped(self, count: int, events: list[Any]) -> None:
        """Everything that was queued before a loss has been fed, and the kernel counts so many that it dropped then."""
        self.tell(count, events)

    def tell(self, lost: int, events: list[Any]) -> None:
        """Append an `Overrun` that says how many were lost, unless none were."""
        if lost and not self.quiet:
            self.overruns += 1
            events.append(Overrun(self.overruns, lost))
