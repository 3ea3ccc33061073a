"""Datagrams in, device events out, from nobody but the kernel and root."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from netlynx.engine.exchange import KERNEL
from netlynx.operation import Event, Overrun

from . import event, udev

if TYPE_CHECKING:
    from netlynx.transport.base import Transport

    from .wanted import Wanted

_ROOT = 0


class UeventFeed:
    """Turns what one socket receives into events. `strays` counts messages from others than the kernel and root."""

    __slots__ = ("_uid", "_wanted", "overruns", "strays")

    def __init__(self, wanted: list[Wanted]) -> None:
        self.strays = 0
        self.overruns = 0
        self._wanted = wanted
        self._uid = -1  # who sent the datagram received last

    def filter(self) -> list[tuple[int, int, int, int]]:
        """The packet filter of the socket, if one can serve all that is wanted."""
        return self._wanted[0].program() if len(self._wanted) == 1 else []

    def receiver(self, transport: Transport) -> Callable[[bytearray], tuple[int, int, int]]:
        """How to receive from a socket: in a way that tells the sender's user ID."""

        def receive(buffer: bytearray) -> tuple[int, int, int]:
            size, sender, self._uid = transport.receive_with_uid(buffer)
            return size, sender, 0

        return receive

    def feed(self, data: bytearray, size: int, sender: int, events: list[Any]) -> None:
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
            events.append(Event(found.action, found))

    def overrun(self) -> Overrun:
        """What to put into the stream when the socket reports ENOBUFS."""
        self.overruns += 1
        return Overrun(self.overruns)
