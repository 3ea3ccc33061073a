"""Simulated hosts: a virtual kernel each, which says that links, addresses and routes are new."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from netlynx import Overrun, aconnect, route
from netlynx.engine.operation import Group
from netlynx.fleet import Publisher
from netlynx.kernel import VirtualKernel
from netlynx.kernel.requests import answer
from netlynx.wire.constants import NETLINK

LINK, ADDRESS, ROUTE = 16, 20, 24  # RTM_NEW*; RTM_GET* is two more (linux/rtnetlink.h)
_GROUPS = {LINK: 1, ADDRESS: 5, ROUTE: 7}  # RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE
KINDS: dict[type[Any], str] = {route.Link: "link", route.Address: "address", route.Route: "route"}
HEARD: tuple[Group[Any], ...] = (route.LINKS, route.ADDRESSES, route.ROUTES)


class Host:
    """A host of this name. `said` counts what its kernel has said."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.said = 0
        self.links = {1: route.Link(index=1, name="lo")}
        self.kernel = VirtualKernel()
        self._service = self.kernel.serve(NETLINK.ROUTE, groups=32)
        self._service.dump(LINK + 2, reply=LINK)(lambda request: iter([*self.links.values()]))

    def link(self, index: int) -> None:
        """A link appears."""
        self.links[index] = route.Link(index=index, name=f"v{index}", mtu=1500, kind="dummy")
        self._say(LINK, self.links[index])

    def address(self, number: int) -> None:
        """An address appears."""
        octets = number.to_bytes(3, "big")
        self._say(
            ADDRESS, route.Address(index=1, family="inet", address=f"10.{'.'.join(map(str, octets))}", prefixlen=32)
        )

    def route(self, number: int) -> None:
        """A route appears."""
        octets = number.to_bytes(3, "big")
        where = f"10.{'.'.join(map(str, octets))}/32"
        self._say(ROUTE, route.Route(family="inet", destination=where, oif=1, table=254, protocol="static"))

    def overrun(self) -> None:
        """The queues of all who listen are full."""
        self.kernel.faults.overrun(NETLINK.ROUTE)

    def _say(self, kind: int, record: Any) -> None:
        self.said += 1
        self._service.sock.multicast(answer(kind, record), group=_GROUPS[kind])


@asynccontextmanager
async def publishing(
    host: Host, url: str, spool: Path, *, heard: Callable[[Any], object] = lambda item: None, **how: Any
) -> AsyncIterator[Publisher]:
    """All that a host's kernel says is published, and handed to `heard`; with `tables` its links, too.

    `receive_buffer` is how much of it may wait to be heard; all else is the publisher's.
    """
    queue = {"receive_buffer": how.pop("receive_buffer")} if "receive_buffer" in how else {}
    how = {"linger": 0.01, **how}
    async with aconnect(kernel=host.kernel) as nl, nl.subscribe(*HEARD, **queue) as events:
        if how.pop("tables", False):
            how |= {"connection": nl, "tables": ["links"]}
        async with Publisher(url, spool, host=host.name, **how) as publisher:

            def take(item: Any) -> None:
                heard(item)
                publisher.put("" if isinstance(item, Overrun) else KINDS[type(item.record)], item)

            async def follow() -> None:
                async for item in events:
                    take(item)

            task = asyncio.create_task(follow())
            try:
                yield publisher
            finally:
                await asyncio.sleep(0)
                task.cancel()
                for item in events.drain():
                    take(item)
