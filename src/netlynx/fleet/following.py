"""Events of many hosts as they are published: from now on, or since a time, once each, with what is missing told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime

from netlynx.fleet.catching import called, latest_of
from netlynx.fleet.cursor import Begin, Cursor, Lost, Message, Stream
from netlynx.fleet.messages import Events, Part, read
from netlynx.fleet.needed import FleetError
from netlynx.fleet.order import Gap, Order
from netlynx.fleet.server import STREAM, UNSAID, Security, connected
from netlynx.fleet.subjects import EVENTS, PREFIX, escape
from netlynx.fleet.tasks import Stop

Told = Events | Gap | Lost


class Following:
    """Reads events, each once. `unreadable` counts messages that could not be read.

    What is missing is known where nothing is left out by room or kind: sequences are of all of a namespace.
    """

    def __init__(
        self,
        url: str,
        *,
        hosts: Iterable[str] = (),
        namespaces: Iterable[str] = (),
        rooms: Iterable[str] = (),
        kinds: Iterable[str] = (),
        since: datetime | None = None,
        stream: str = STREAM,
        security: Security = UNSAID,
    ) -> None:
        self._url, self._name, self._security, self._since = url, stream, security, since
        self._hosts, self._namespaces = tuple(hosts), tuple(namespaces)
        self._rooms, self._kinds = tuple(rooms), tuple(kinds)
        self._orders: dict[tuple[str, str | int | None], Order] = {}
        self._seen: dict[tuple[str, str, str], int] = {}
        self._stop = Stop()
        self._counts = {"again": 0}
        self.unreadable = 0

    @property
    def again(self) -> int:
        """How many events came twice."""
        return self._counts["again"]

    def stop(self) -> None:
        """End `told`; from any thread."""
        self._stop.ask()

    async def told(self, *, follow: bool = True, begun: Callable[[], object] = lambda: None) -> AsyncIterator[Told]:
        """Messages of events, and what is missing, in order; without `follow` up to what there is by now.

        Raises FleetError for a server, a stream or a host that is not there.
        """
        self._stop.begin()
        async with connected(self._url, self._security) as client:
            stream = Stream(client, self._name)
            last = (await stream.info()).state.last_seq
            if self._hosts:
                await latest_of(stream, self._hosts)  # which says who is not there
            # What is published once it is said that this has begun belongs to it, however late the server is asked.
            begin = Begin(position=last + 1) if self._since is None else Begin(time=self._since)
            cursor = Cursor(stream, self._subject(), begin, patient=follow)
            begun()
            try:
                if follow:
                    async for messages in cursor.batches(self._stop):
                        for lost in cursor.lost:
                            yield lost
                        cursor.lost.clear()
                        for message in messages:
                            for each in self._take(message):
                                yield each
                else:
                    async for message in cursor.until(last):
                        for each in self._take(message):
                            yield each
            finally:
                await cursor.close()

    def _subject(self) -> str:
        """What the server chooses by; the rest is chosen here."""
        one = [names[0] if len(names) == 1 else "" for names in (self._hosts, self._rooms, self._kinds)]
        host, room, kind = (escape(name) if name else "*" for name in one)
        return EVENTS if (host, room, kind) == ("*", "*", "*") else f"{PREFIX}.{host}.*.{room}.{kind}"

    def _take(self, message: Message) -> Iterable[Events | Gap]:
        try:
            said = read(message.subject, message.headers, message.payload)
        except FleetError:
            self.unreadable += 1
            return
        if isinstance(said, Part) or not self._is_wanted(said):
            return
        subject = said.subject
        if self._rooms or self._kinds:
            key = (subject.text, said.start, "")
            if said.last <= self._seen.get(key, 0):
                self._counts["again"] += said.count
                return
            self._seen[key] = said.last
            yield said
            return
        order = self._orders.setdefault((subject.host, subject.namespace), Order(self._counts))
        for each in order.take(said):
            yield each
            if isinstance(each, Events) and subject.kind == "start":
                yield from self._ended(order, each)

    def _ended(self, order: Order, events: Events) -> Iterable[Gap]:
        """What is missing at the end of the start before."""
        try:
            lines = events.lines()
        except FleetError:
            return
        for each in lines:
            if (gap := order.followed(events.subject, each)) is not None:
                yield gap

    def _is_wanted(self, events: Events) -> bool:
        subject = events.subject
        chosen = (
            (self._hosts, subject.host),
            (self._namespaces, called(subject.namespace)),
            (self._rooms, subject.room),
            (self._kinds, subject.kind),
        )
        return all(not names or name in names for names, name in chosen)
