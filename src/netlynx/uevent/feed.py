"""Datagrams in, device events out, from nobody but the kernel and root."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from netlynx.engine.exchange import KERNEL
from netlynx.engine.operation import Event, Overrun
from netlynx.engine.subscription import DATAGRAM

from . import event, udev

if TYPE_CHECKING:
    from netlynx.transport.base import Gathering, Transport

    from .wanted import Wanted

_ROOT = 0


class UeventFeed:
    """Turns what one socket receives into events. `strays` counts messages from others than the kernel and root."""

    __slots__ = ("_namespace", "_uid", "_wanted", "overruns", "strays")

    gathers = asking = False  # as `SubscriptionFeed` has them

    def __init__(self, wanted: list[Wanted]) -> None:
        self.strays = 0
        self.overruns = 0
        self._wanted = wanted
        self._namespace: int | None = None  # where the socket is
        self._uid = -1  # who sent the datagram received last

    def filter(self) -> list[tuple[int, int, int, int]]:
        """The packet filter of the socket, if one can serve all that is wanted."""
        return self._wanted[0].program() if len(self._wanted) == 1 else []

    def gatherer(self, transport: Transport) -> Gathering:
        """What receives a datagram at a time, and in a way that tells the sender's user ID."""
        place = getattr(transport, "namespace", None)
        self._namespace = None if place is None else place()
        return _One(self, transport)

    def feed_many(
        self, data: bytearray | memoryview, index: bytearray, first: int, count: int, events: list[Any]
    ) -> int:
        """Each is to be fed by itself."""
        return first

    def feed(self, data: bytearray | memoryview, size: int, sender: int, events: list[Any]) -> None:
        """Append the event of a datagram if it is wanted. Raises DecodeError for a malformed one."""
        message = memoryview(data)[:size]
        if message[: len(udev.PREFIX)] == udev.PREFIX:
            if self._uid != _ROOT or sender == KERNEL:
                self.strays += 1
                return
            found = udev.parse(message)
        elif sender == KERNEL:
            found = event.parse(message)
        else:
            self.strays += 1
            return
        if any(wanted.fits(found) for wanted in self._wanted):
            if self._namespace is not None:
                found = msgspec.structs.replace(found, namespace=self._namespace)
            events.append(Event(found.action, found))

    def due(self) -> float | None:
        """Nothing waits for more."""
        return None

    def expire(self, now: float, events: list[Any]) -> None:
        """Nothing waits for more."""

    def overrun(self) -> Overrun:
        """What to put into the stream when the socket reports ENOBUFS."""
        self.overruns += 1
        return Overrun(self.overruns)


class _One:
    def __init__(self, feed: UeventFeed, transport: Transport) -> None:
        self._feed = feed
        self._transport = transport

    def receive_many(self, buffer: bytearray | memoryview, index: bytearray, stop: int) -> tuple[int, bool]:
        try:
            size, sender, self._feed._uid = self._transport.receive_with_uid(buffer)
        except BlockingIOError:
            return 0, False
        DATAGRAM.pack_into(index, 0, 0, size, sender)
        return 1, True
