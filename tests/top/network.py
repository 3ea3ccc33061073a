"""A virtual kernel whose network is what a test says, and the screen of `netlynx top` before it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any

from textual import events
from textual.pilot import Pilot

from netlynx import connect, diag, route, tc
from netlynx.cli.top.feed import Feed
from netlynx.cli.top.panes import PANES
from netlynx.cli.top.places import Place
from netlynx.cli.top.screen.app import Top
from netlynx.cli.top.screen.widgets import Bar
from netlynx.cli.top.view import View
from netlynx.codec._codec import encode
from netlynx.errors import NetlinkError, NotSupported
from netlynx.kernel import ConfigFlag, Request, VirtualKernel
from netlynx.netfilter import conntrack
from netlynx.route.constants import RTM
from netlynx.route.link_constants import LinkExtensions
from netlynx.schema.compile import plan_of
from netlynx.wire.constants import NETLINK
from netlynx.wire.message import Message
from support import PATIENCE


class Network:
    """What the kernel tells: change the lists, and what is read next is that."""

    def __init__(self, *, conntracking: bool = True, apart: bool = True) -> None:
        self.kernel = VirtualKernel()
        self.links: dict[int, route.Link] = {}
        self.counters: dict[int, route.LinkStatistics64] = {}
        self.neighbours: list[route.Neighbour] = []
        self.qdiscs: list[tc.Qdisc] = []
        self.sockets: list[Any] = []
        self.flows: list[conntrack.Flow] = []
        self.statistics = conntrack.Statistics(entries=0, max_entries=100)
        self.cpus = [conntrack.CpuStatistics(cpu=cpu, drop=0, early_drop=0, insert_failed=0) for cpu in range(2)]
        self.asked: list[str] = []
        self.problem: NetlinkError | None = None  # what every listing fails with
        self._routing = routing = self.kernel.serve(NETLINK.ROUTE, groups=40, flags=ConfigFlag.NONROOT_RECV)
        self._dumps(routing, route.links(), self._links)
        if apart:
            self._dumps(routing, route.stats(), self._stats)
        self._dumps(routing, route.neighbours(), lambda request: self.neighbours)
        self._dumps(routing, tc.qdiscs(), lambda request: self.qdiscs)
        if conntracking:
            filtering = self.kernel.serve(NETLINK.NETFILTER)
            self._dumps(filtering, conntrack.flows(), lambda request: self.flows)
            self._dumps(filtering, conntrack.cpu_statistics(), lambda request: self.cpus)
            asked = conntrack.statistics()
            filtering.do(asked.message_type, record=type(asked.request), reply=asked.reply_type, get=True)(
                lambda request: self.statistics
            )
        sockets = self.kernel.serve(NETLINK.SOCK_DIAG)
        listing = diag.tcp()
        sockets.dump(listing.message_type, record=type(listing.request), reply=listing.reply_type)(self._sockets)

    def _dumps(self, service: Any, listing: Any, found: Callable[[Request], Iterable[Any]]) -> None:
        def told(request: Request) -> Iterator[Any]:
            self.asked.append(listing.name)
            if self.problem is not None:
                raise self.problem
            yield from found(request)

        service.dump(listing.message_type, record=type(listing.request), reply=listing.reply_type)(told)

    def _links(self, request: Request) -> Iterator[route.Link]:
        """Links have no counters where those are not asked for (RTEXT_FILTER_SKIP_STATS)."""
        wanted: Any = request.record
        bare = wanted.extensions is not None and LinkExtensions.SKIP_STATS in wanted.extensions
        yield from (link.replace(stats64=None) if bare else link for link in [*self.links.values()])

    def _stats(self, request: Request) -> list[route.Stats]:
        return [route.Stats(index=index, sets="link", link=counted) for index, counted in self.counters.items()]

    def _sockets(self, request: Any) -> Iterator[Any]:
        self.asked.append("diag")
        wanted = request.record
        if wanted.protocol not in (6, 17):
            raise NotSupported(95)
        yield from (each for each in self.sockets if each.protocol == wanted.protocol and each.family == wanted.family)

    def add(self, index: int, name: str, **counters: int) -> None:
        """A link that is up, with counters."""
        self.links[index] = route.Link(index=index, name=name, kind="veth", operstate="up", flags="up", mtu=1500)
        self.count(index, **counters)

    def count(self, index: int, **counters: int) -> None:
        """What the counters of a link say now; those that are left out say 0."""
        self.counters[index] = route.LinkStatistics64(**counters)

    def remove(self, index: int) -> None:
        """The link is gone, and all hear it."""
        del self.counters[index]
        self.say(route.LINKS, RTM.DELLINK, self.links.pop(index))

    def say(self, group: Any, message: int, record: Any) -> None:
        """A notification."""
        data = Message(message, payload=encode(plan_of(type(record)), record))
        for number in group.numbers:
            self._routing.sock.multicast(data, group=number)

    def feed(self) -> Feed:
        """What `netlynx top` hears and reads of it."""
        return Feed(connect(kernel=self.kernel))


class Screen:
    """The program on a screen, and what is seen of it."""

    def __init__(self, app: Top, pilot: Pilot[None]) -> None:
        self.app = app
        self._pilot = pilot

    async def press(self, *keys: str) -> None:
        await self._pilot.press(*keys)
        await self._pilot.pause()

    async def type(self, text: str) -> None:
        """Keys that come all at once, as from somebody who types fast, or a script."""
        for letter in text:
            self.app.post_message(events.Key({"/": "slash", "\r": "enter"}.get(letter, letter), letter))
        await self._pilot.pause()

    async def resize(self, width: int, height: int) -> None:
        await self._pilot.resize_terminal(width, height)
        await self._pilot.pause()

    async def click(self, x: int, y: int) -> None:
        await self._pilot.click("#table", offset=(x, y))
        await self._pilot.pause()

    def bar(self, name: str) -> str:
        """The text of one of the lines: title, panes, said, keys."""
        return self.app.query_one(f"#{name}", Bar).text

    @property
    def table(self) -> list[str]:
        """The lines of the table that are seen, its titles first."""
        listing = self.app.listing
        return [listing.text_of(y).rstrip() for y in range(listing.size.height)]

    @property
    def rows(self) -> list[list[str]]:
        """The words of the rows that are seen; none while they are read for the first time, which a line says."""
        known = self.app.view.round is not None or self.app.view.problem
        return [line.split() for line in self.table[1:] if line] if known else []

    async def until(self, seen: Callable[[], object]) -> None:
        """Wait until something is so."""
        ends = time.monotonic() + PATIENCE
        while not seen():
            assert time.monotonic() < ends, "\n".join([self.bar("title"), self.bar("said"), *self.table])
            await self._pilot.pause(0.02)


@asynccontextmanager
async def screen(
    opened: Callable[[], Feed],
    pane: str = "links",
    *,
    seconds: float = 0.1,
    size: tuple[int, int] = (80, 24),
    places: Callable[[], list[Place]] | None = None,
    sought: str = "",
) -> AsyncIterator[Screen]:
    """The program before whatever `opened` opens."""
    app = Top(Place("here", opened), View(PANES[pane], sought), seconds, places)
    async with app.run_test(size=size) as pilot:
        yield Screen(app, pilot)


def play(story: Callable[[], Any]) -> None:
    """Run what is a coroutine."""
    asyncio.run(story())
