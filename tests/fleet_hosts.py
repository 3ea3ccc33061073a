"""Hosts that are none: each has routes and links, and publishes what becomes of them, message by message."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pyarrow

import netlynx
from nats_server import NatsServer
from netlynx import route
from netlynx.client.table import Table
from netlynx.fleet.messages import Before, Events, Part, cut, line
from netlynx.fleet.server import connected
from netlynx.fleet.subjects import Subject
from netlynx.sql.reading import columns_of

RECORDS = {"route": ("route.route.Route", "routes", route.Route), "link": ("route.link.Link", "links", route.Link)}
SUBJECTS = "netlynx.>"


async def make_stream(js: Any, name: str = "netlynx", **how: Any) -> None:
    await js.add_stream(name=name, subjects=[SUBJECTS], **how)


def with_stream(nats: NatsServer, story: Callable[[Any], Awaitable[None]], *, update: bool = False) -> None:
    """Carry out a story with a stream that is there."""

    async def run() -> None:
        async with connected(nats.url) as client:
            js = client.jetstream()
            if not update:
                await make_stream(js)
            await story(js)

    asyncio.run(run())


def a_route(number: int, metric: int = 1) -> route.Route:
    """The number-th of many."""
    to = f"10.{number >> 8 & 255}.{number & 255}.0/24"
    made = route.Route(
        family="inet", destination=to, oif=2, table=254, protocol="static", metric=metric, type="unicast"
    )
    return route.Route.from_bytes(made.to_bytes())  # as a kernel tells it


def a_link(number: int, name: str = "") -> route.Link:
    return route.Link.from_bytes(route.Link(index=number, name=name or f"eth{number}", mtu=1500, flags="up").to_bytes())


class Host:
    """Publishes into a stream by `js`; `clock` is its own, in ns of UTC."""

    def __init__(self, js: Any, name: str, namespace: str | int | None = None) -> None:
        self.js, self.name, self.namespace = js, name, namespace
        self.records: dict[str, dict[Any, Any]] = {"route": {}, "link": {}}
        self.clock = 1_764_540_000_000_000_000
        self.sequence = self.snapshot = self.generation = 0
        self.start = ""
        self.starts = 0

    async def begin(self) -> None:
        """A publisher starts: the one before it, if there was one, did not say where it ended."""
        before = None
        if self.start:
            before = {
                "start": self.start,
                "last": {Subject(self.name, self.namespace, "x", "y").text.split(".")[2]: self.sequence},
            }
        self.starts += 1
        self.start, self.sequence, self.snapshot, self.generation = f"s{self.starts}", 0, 0, 1
        said = {"event": "start", "object": None} | ({"before": before} if before else {})
        await self.say("fleet", "start", [(said, b"null")])

    async def say(self, room: str, kind: str, events: list[tuple[dict[str, Any], bytes]], **how: Any) -> Events:
        """Publish events as one message; `how` may say otherwise what it consists of, or that it gets lost."""
        first = self.sequence + 1
        lines = b""
        for said, record in events:
            self.sequence += 1
            self.clock += 1000
            own = {"sequence": self.sequence, "time": self.clock, "generation": self.generation}
            lines += line({**own, **said}, record)
        record_of = RECORDS[kind][0] if kind in RECORDS else ""
        subject = Subject(self.name, self.namespace, room, kind)
        message = Events(
            subject,
            self.start,
            first,
            len(events),
            first,
            self.generation,
            self.clock,
            record_of,
            how.pop("payload", lines),
        )
        if not how.pop("lost", False):
            await self.js.publish(subject.text, message.payload, headers={**message.headers(), **how})
        return message

    async def change(self, *events: tuple[str, Any], **how: Any) -> Events:
        """Carry out `new` and `delete` of records of one kind, and publish them."""
        kind = "route" if isinstance(events[0][1], route.Route) else "link"
        for event, record in events:
            key = key_of(record)
            if event == "delete":
                self.records[kind].pop(key, None)
            else:
                self.records[kind][key] = record
        said = [({"event": event, "object": kind}, netlynx.to_json(record)) for event, record in events]
        return await self.say("route", kind, said, **how)

    async def round(self, *, most: int = 1 << 20, kinds: tuple[str, ...] = ("link", "route"), **how: Any) -> None:
        """Publish all tables, in parts of at most so many bytes."""
        self.snapshot += 1
        for kind in kinds:
            _, table, cls = RECORDS[kind]
            rows = [*self.records[kind].values()]
            made = pyarrow.table(Table(table, columns_of(cls, rows)))
            sink = io.BytesIO()
            with pyarrow.ipc.new_stream(sink, made.schema) as writer:
                writer.write_table(made)
            parts = cut(sink.getvalue(), most)
            for number, payload in enumerate(parts, 1):
                subject = Subject(self.name, self.namespace, "route", "snapshot", table, number)
                part = Part(
                    subject,
                    self.start,
                    self.sequence,
                    self.generation,
                    self.clock,
                    self.snapshot,
                    len(rows),
                    len(parts),
                    payload,
                )
                await self.js.publish(subject.text, payload, headers={**part.headers(), **how})

    def shown(self, kind: str) -> list[str]:
        """What it has, in an order of its own."""
        return sorted(shown(each) for each in self.records[kind].values())


def key_of(record: Any) -> Any:
    return record.index if isinstance(record, route.Link) else (record.destination, record.metric)


def shown(record: Any) -> str:
    """A record in words that are the same whichever way it came."""
    said = json.loads(netlynx.to_json(record))
    return json.dumps({key: value for key, value in said.items() if value not in (None, [], {}, False)}, sort_keys=True)


def before(start: str, **last: int) -> Before:
    return Before(start, last)


async def a_host(js: Any, name: str, routes: int = 5) -> Host:
    host = Host(js, name)
    await host.begin()
    await host.change(("new", a_link(2)))
    await host.change(*(("new", a_route(number)) for number in range(routes)))
    await host.round()
    return host
