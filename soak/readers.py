"""Who reads the tables that the writers change: in every form, to the end or not, from threads and from tasks."""

from __future__ import annotations

import random
import threading
from typing import Any

import anyio

import netlynx
from netlynx import route

from . import links
from .tally import Tally
from .writers import TABLE, WRITERS, number_of

LISTING = route.routes(family="inet")

RETRIES = 3  # few, so that it happens that they do not suffice
_FORMS = ("records", "columns", "count", "json", "stream", "given up", "one", "links", "links, in a stream")


class Reader:
    """Reads a writer's table again and again."""

    def __init__(self, chance: random.Random, tally: Tally) -> None:
        self._chance, self._tally = chance, tally

    def run(self, nl: netlynx.Connection, stop: threading.Event) -> None:
        """In a thread, on a connection that it may share, until told to stop."""
        while not stop.wait(self._chance.uniform(0.0, 0.02)):
            how = self._chance.choice(_FORMS)
            self._tally.count("tables read, in threads")
            try:
                with self._tally.timed(f"read: {how}"):
                    self._read(nl, self._wanted(), how)
            except netlynx.DumpInterrupted:
                self._tally.count("tables read, told: interrupted too often")

    def _wanted(self) -> netlynx.Dump[route.Route]:
        return route.routes(family="inet", table=TABLE + self._chance.randrange(WRITERS))

    def _read(self, nl: netlynx.Connection, wanted: netlynx.Dump[Any], how: str) -> None:
        match how:
            case "records":
                self._check(nl.dump(wanted).all())
            case "columns":
                self._check_count(len(nl.table(wanted)))
            case "count":
                self._check_count(nl.count(wanted))
            case "json":
                self._check_count(b"".join(nl.dump(wanted).json(after=b"\n")).count(b"\n"))
            case "stream":
                self._check(list(nl.dump(wanted)))
            case "given up":
                with nl.dump(LISTING) as dump:
                    for _ in zip(range(self._chance.randrange(3)), dump, strict=False):
                        pass
            case "links":
                links.check(nl.dump(route.links()).all(), self._tally)
            case "links, in a stream":
                links.check(list(nl.dump(route.links())), self._tally)
            case "one":
                assert nl.do(route.link(index=1)).name == "lo"

    async def run_in_task(self, stop: threading.Event) -> None:
        """The same in a task; some readings are cancelled."""
        async with netlynx.aconnect(retries=RETRIES) as nl:
            while not stop.is_set():
                self._tally.count("tables read, in tasks")
                patience = self._chance.choice((60.0, 60.0, self._chance.uniform(0.0, 0.01)))
                with anyio.move_on_after(patience) as scope:
                    try:
                        self._check(await nl.dump(self._wanted()).all())
                        links.check(await nl.dump(route.links()).all(), self._tally)
                        async with nl.dump(LISTING) as dump:
                            async for _ in dump:
                                break
                    except netlynx.DumpInterrupted:
                        self._tally.count("tables read, told: interrupted too often")
                if scope.cancelled_caught:
                    self._tally.count("tables read, cancelled")
                await anyio.sleep(self._chance.uniform(0.0, 0.02))
            self._tally.count("tables read, again: interrupted", nl.statistics.retries)

    def _check(self, records: list[route.Route]) -> None:
        """No record twice, and none that nobody wrote. The kernel does not promise more of a table that changes."""
        numbers = [found for found in map(number_of, records) if found is not None]
        if len(set(numbers)) != len(numbers):
            self._tally.fault(f"a table of {len(records)} routes has {len(numbers) - len(set(numbers))} of them twice")
        self._check_count(len(records))

    def _check_count(self, count: int) -> None:
        """A table is never without the route that stays."""
        if not count:
            self._tally.fault("a table is read empty, which it never was")
