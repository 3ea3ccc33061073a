"""Subscriptions to numbered events, read by a thread or a task, and their accounts."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

import anyio

import netlynx
from netlynx.engine.operation import Event, Group
from netlynx.kernel import VirtualKernel

from .ledger import Ledger
from .tally import Tally

FIRST_NAP = 1.0  # seconds, in which a flood is under way
QUIET = 0.2  # seconds without an event, after which nothing is on its way any more

Mark = Callable[[Event[Any]], tuple[Hashable, int] | None]
"""The stream and the number of an event, None for one that has none."""


class Listener:
    """A subscription. One with `naps` does nothing at times, as a program that is busy: it misses events."""

    def __init__(
        self,
        name: str,
        group: Group[Any],
        streams: Iterable[Hashable],
        mark: Mark,
        *,
        buffer: int,
        naps: random.Random | None = None,
        swallow: bool = False,
        kernel: VirtualKernel | None = None,
    ) -> None:
        """`buffer`: bytes of the receive queue. `swallow` loses what the subscription says of overruns."""
        self.name = name
        self.ledger = Ledger(streams)
        self.listens = threading.Event()
        self.heard: Callable[[Hashable, int], None] | None = None  # called with what is heard at once
        self.dropped = 0  # events, as the kernel says
        self.ended = False
        self._group, self._mark, self._buffer = group, mark, buffer
        self._naps, self._swallow, self._kernel = naps, swallow, kernel

    def _take(self, item: Any) -> None:
        if isinstance(item, netlynx.Overrun):
            if not self._swallow:
                self.ledger.overrun()
            return
        marked = self._mark(item)
        if marked is not None:
            self.ledger.take(*marked)
            if self.heard is not None and self._naps is None:
                self.heard(*marked)

    def _nap(self) -> float:
        """Seconds to do nothing now, mostly none."""
        if self._naps is None:
            return 0.0
        if self.ledger.heard == 1:  # so that something is missed even in a short run on a slow machine
            return FIRST_NAP
        if self._naps.random() > 0.001:
            return 0.0
        return self._naps.uniform(0.02, 0.3)

    def run(self, silent: threading.Event) -> None:
        """Listen in a thread, until nothing is heard though all is said."""
        with netlynx.connect(kernel=self._kernel) as nl:
            with nl.subscribe(self._group, receive_buffer=self._buffer) as events:
                self.listens.set()
                while True:
                    last = silent.is_set()
                    try:
                        self._take(events.get(QUIET))
                    except netlynx.RequestTimeout:
                        if last:
                            break
                    if nap := self._nap():
                        time.sleep(nap)
            self._end(nl.statistics)

    async def run_in_task(self, silent: threading.Event) -> None:
        """The same in a task."""
        async with netlynx.aconnect(kernel=self._kernel) as nl:
            async with nl.subscribe(self._group, receive_buffer=self._buffer) as events:
                self.listens.set()
                while True:
                    last = silent.is_set()
                    try:
                        self._take(await events.get(QUIET))
                    except netlynx.RequestTimeout:
                        if last:
                            break
                    if nap := self._nap():
                        await anyio.sleep(nap)
            self._end(nl.statistics)

    def _end(self, statistics: netlynx.Statistics) -> None:
        self.dropped, self.ended = statistics.dropped, True
        if statistics.overruns != self.ledger.overruns and not self._swallow:
            raise AssertionError(f"{statistics.overruns} overruns were counted, {self.ledger.overruns} were told")

    def settle(self, last: Mapping[Hashable, int], tally: Tally, *, uncaused: int = 0) -> None:
        """Nothing more comes. What is missing has to be what was reported.

        `last` is the last number of each stream. Of the losses that the kernel reports, `uncaused` are none: they were
        made up.
        """
        ledger = self.ledger
        ledger.close(last)
        if not self.ended:
            return  # it failed, which is told
        self.dropped -= uncaused
        if ledger.unreported:
            tally.fault(f"{self.name}: {ledger.unreported} of {ledger.missed} events were missed without a word")
        if ledger.disordered:
            tally.fault(f"{self.name}: {ledger.disordered} events came twice, or behind a later one")
        if ledger.missed != self.dropped:
            tally.fault(f"{self.name}: {ledger.missed} events were missed, {self.dropped} were reported as dropped")


async def listen(listeners: Iterable[Listener], silent: threading.Event) -> None:
    """Several of them in the tasks of one event loop."""
    async with anyio.create_task_group() as tasks:
        for listener in listeners:
            tasks.start_soon(listener.run_in_task, silent)
