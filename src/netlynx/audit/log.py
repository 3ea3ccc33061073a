"""The log of auditing, read beside the daemon that keeps it: records of one event put together.

Source: AUDIT_NLGRP_READLOG of linux/audit.h; kauditd_send_multicast_skb, audit_log_exit in kernel/audit.c, auditsc.c.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import msgspec

from netlynx.codec._codec import read_header
from netlynx.engine.exchange import HEADER_SIZE, KERNEL
from netlynx.engine.operation import Event, Group
from netlynx.engine.subscription import CountingFeed
from netlynx.errors import DecodeError
from netlynx.wire.constants import NETLINK, NLMSG

from .record import LogRecord, read
from .types import AUDIT

WAIT = 2.0  # seconds for the rest of an event, as libaudit's readers wait
_MOST = 1024  # events that wait for their ends at a time
_KERNEL_EVENTS = range(1300, 2100)  # records of which one event may have several
_ALONE = (AUDIT.KERNEL,)


class LogEvent(msgspec.Struct, frozen=True):
    """One event and its records, in the order in which the kernel wrote them.

    `timestamp` is when it was, in ms since 1970; with the `serial` number it tells it from others. `complete`: it came
    to its end. An event that did not may lack records: they were lost, or the kernel wrote no end.
    """

    timestamp: int
    serial: int
    records: tuple[LogRecord, ...]
    complete: bool = True

    @property
    def types(self) -> tuple[str, ...]:
        """What its records are: ``("SYSCALL", "CWD", "PATH", "PROCTITLE")``."""
        return tuple(record.name for record in self.records)

    def get(self, field: str, default: str = "") -> str:
        """The value of a field in the first record that has it."""
        return next((record.fields[field] for record in self.records if field in record.fields), default)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the rules that it fits."""
        key = self.get("key", "(null)")
        return () if key == "(null)" else tuple(key.split("\x01"))


class LogFeed(CountingFeed):
    """Puts records together to events: one ends with its EOE, when its time is up, or is a record that stands alone."""

    __slots__ = ("_clock", "_open")

    def __init__(self, groups: list[Group[Any]], clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._open: dict[tuple[int, int], tuple[float, list[LogRecord]]] = {}  # until when, and what there is

    def feed(self, data: bytearray | memoryview, size: int, sender: int, events: list[Any]) -> None:
        """Take in the records of one datagram; append the events that end with them. Raises DecodeError."""
        if sender != KERNEL:
            self.strays += 1
            return
        at = 0
        while at < size:
            length, kind = read_header(data, at, size)[:2]
            try:
                if kind < NLMSG.MIN_TYPE:
                    self.strays += 1
                else:
                    self._take(kind, memoryview(data)[at + HEADER_SIZE : at + length], events)
            except DecodeError as error:
                error.offset += at + HEADER_SIZE
                raise
            at += (length + 3) & ~3

    def _take(self, kind: int, payload: memoryview, events: list[Any]) -> None:
        timestamp, serial, record = read(kind, payload)
        event = timestamp, serial
        if kind == AUDIT.EOE:
            if event in self._open:
                self._end(event, True, events)
            return
        if event not in self._open and (kind not in _KERNEL_EVENTS or kind in _ALONE) and kind != AUDIT.LOGIN:
            events.append(Event("audit", LogEvent(timestamp, serial, (record,))))
            return
        self._open.setdefault(event, (self._clock() + WAIT, []))[1].append(record)
        if len(self._open) > _MOST:
            self._end(next(iter(self._open)), False, events)

    def _end(self, event: tuple[int, int], complete: bool, events: list[Any]) -> None:
        _, records = self._open.pop(event)
        events.append(Event("audit", LogEvent(*event, tuple(records), complete)))

    def due(self) -> float | None:
        """See `SubscriptionFeed.due`."""
        return next(iter(self._open.values()))[0] if self._open else None

    def expire(self, now: float, events: list[Any]) -> None:
        """See `SubscriptionFeed.expire`."""
        for event in [event for event, (until, _) in self._open.items() if until <= now]:
            self._end(event, False, events)

    def dropped(self, count: int, events: list[Any]) -> None:
        """See `CountingFeed.dropped`: what had begun before a loss is told as it is."""
        for event in list(self._open):
            self._end(event, False, events)
        self.tell(count, events)


LOG: Group[LogEvent] = Group(
    "audit.LOG",
    NETLINK.AUDIT,
    (1,),  # AUDIT_NLGRP_READLOG
    {int(AUDIT.SYSCALL): ("audit", LogEvent)},  # type: ignore[dict-item]  # what its feed makes of all types
    initial_only=True,
    initial_process=("user",),
    takes="CAP_AUDIT_READ",
    feed=LogFeed,
)
"""The events that the kernel logs, to subscribe to, beside the daemon or without one: ``nl.subscribe(audit.LOG)``.

Each is an `Event` of kind ``"audit"`` whose record is a `LogEvent`. An event whose end does not come is told after two
seconds, and so, not complete, is one of which records were lost: an `Overrun` says how many (`lost`). What the kernel
itself loses before it gets here its `status` counts. Where a program polls `Subscription.fileno` by itself, those that
are told after some time come with the next `drain`.

Subscribing raises PermissionDenied without CAP_AUDIT_READ, and NotSupported in other network and user namespaces than
the initial ones, where the kernel logs nothing.
"""
