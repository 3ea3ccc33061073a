"""`netlynx monitor --to`: what is heard goes to a server of NATS, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netlynx.cli.stdout import note
from netlynx.engine.operation import Event, Overrun
from netlynx.errors import ConnectionClosed, DecodeError, NetlynxError
from netlynx.schema.record import Record, class_of

if TYPE_CHECKING:
    from netlynx.cli.options import Target
    from netlynx.cli.watched import Watched
    from netlynx.client.async_connection import AsyncConnection
    from netlynx.client.async_subscription import AsyncSubscription
    from netlynx.fleet.publisher import Publisher
    from netlynx.fleet.server import Security

_AT_ONCE = 1000  # events that are taken before other tasks have their turn


def default_spool() -> Path:
    """Where events wait if nothing is said: with the state of this user's programs."""
    states = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(states) / "netlynx" / "fleet"


@dataclass(frozen=True)
class Publishing:
    """What the options say."""

    url: str
    security: Security
    stream: str
    host: str | None
    namespace: str | None
    spool: Path | None
    spool_size: int
    tables_every: float
    named: bool  # whether this host's names of namespaces are the kernel's

    def run(self, names: Sequence[str], kinds: list[Watched], where: Target, all_namespaces: bool) -> None:
        """Publish until it is told to end. Raises as a connection, FleetError."""
        from netlynx.fleet.needed import needed

        needed()
        asyncio.run(self._run(names, kinds, where, all_namespaces))

    async def _run(self, names: Sequence[str], kinds: list[Watched], where: Target, all_namespaces: bool) -> None:
        from netlynx import route
        from netlynx.client.async_connection import aconnect
        from netlynx.fleet.publisher import Publisher
        from netlynx.fleet.tables import OF_KINDS

        groups = [each.group for each in kinds]
        if all_namespaces and route.NAMESPACE_IDS not in groups:
            groups.append(route.NAMESPACE_IDS)  # what they are called depends on it
        ending = asyncio.Event()
        loop = asyncio.get_running_loop()
        async with aconnect(**where) as nl, nl.subscribe(*groups, all_namespaces=all_namespaces) as events:
            publisher = Publisher(
                self.url,
                self.spool or default_spool(),
                host=self.host,
                namespace=self.namespace,
                security=self.security,
                stream=self.stream,
                limit=self.spool_size,
                connection=nl,
                tables=[OF_KINDS[each] for each in names if each in OF_KINDS],
                every=self.tables_every,
                note=note,
            )
            async with publisher:
                for number in (signal.SIGINT, signal.SIGTERM):
                    loop.add_signal_handler(number, self._end, loop, ending)
                hearing = _Hearing(publisher, kinds, nl if self.named else None)
                tasks = [
                    asyncio.create_task(each) for each in (hearing.follow(events), publisher.failed(), ending.wait())
                ]
                note(f"listening to notifications of {', '.join(names)}")
                done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for each in rest:
                    each.cancel()
                await asyncio.gather(*rest, return_exceptions=True)
            for each in done:
                each.result()

    @staticmethod
    def _end(loop: asyncio.AbstractEventLoop, ending: asyncio.Event) -> None:
        """The first time it ends in its time, the second time at once."""
        ending.set()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


class _Hearing:
    """Who hands over what is heard. With `nl`, namespaces have the names that this host gave them."""

    def __init__(self, publisher: Publisher, kinds: list[Watched], nl: AsyncConnection | None) -> None:
        self._publisher = publisher
        self._kinds = kinds
        self._carrying: dict[Any, list[Watched]] = {}
        self._nl = nl
        self._names: dict[int, str] = {}

    async def follow(self, events: AsyncSubscription[Any]) -> None:
        """Hand over all that is heard, until the subscription is closed."""
        while True:
            try:
                item = await events.get()
                await self._take(item)
                for each in events.drain(_AT_ONCE):
                    await self._take(each)
            except ConnectionClosed:
                return
            except DecodeError as error:
                note(f"a notification was malformed, and is published as lost: {error}")
                self._publisher.put("", Overrun(0, 1))
            await asyncio.sleep(0)

    async def _take(self, item: Event[Any] | Overrun) -> None:
        if isinstance(item, Overrun):
            self._publisher.put("", item)
            return
        kind = self._kind(item.record)
        if item.nsid is None:
            self._learn(item)
        if kind is not None:
            name = None if item.nsid is None else await self._name(item.nsid) or None
            said = None if isinstance(item.record, Record) else kind.as_json(kind.name, item).encode()
            self._publisher.put(kind.name, item, name, said)

    def _kind(self, record: Any) -> Watched | None:
        cls = class_of(record)
        carrying = self._carrying.get(cls)
        if carrying is None:
            carrying = self._carrying[cls] = [each for each in self._kinds if each.carries(type(record))]
        return next((each for each in carrying if each.only(record)), None)

    def _learn(self, event: Event[Any]) -> None:
        """Take in that an ID was given: it has another name now."""
        if type(event.record).__name__ == "NamespaceId" and event.kind != "delete":
            self._names.pop(event.record.nsid, None)

    async def _name(self, nsid: int) -> str:
        if nsid not in self._names and self._nl is not None:
            from netlynx import route

            with suppress(NetlynxError):
                told = await self._nl.do(route.namespace_names())
                self._names.update({each: names[0] for each, names in told.items()})
        return self._names.setdefault(nsid, "")
