"""Whether anything of a topology has changed: what all its namespaces announce, and which namespaces there are."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING, Any

import anyio

from netlynx import netns as spaces
from netlynx import route
from netlynx.client.async_connection import AsyncConnection, aconnect
from netlynx.engine.operation import Event
from netlynx.errors import NetlynxError, NotFound, NotSupported
from netlynx.netns.opened import OWN

if TYPE_CHECKING:
    from collections.abc import Callable

    from netlynx.netns import Where

_AGAIN = 1.0  # seconds between looks at which namespaces there are: nothing announces them
_GROUPS = (route.LINKS, route.ADDRESSES, route.ROUTES, route.NEXTHOPS, route.NAMESPACE_IDS)


class Watch:
    """Calls `changed` whenever something may have changed, from a thread of its own, until `close`.

    What is heard are links, addresses, default routes, next hops, IDs and VLANs of every namespace that can be
    entered; not sockets and WireGuard's peers, of which kernels announce nothing. A socket that listens in a namespace
    keeps it: of one that has lost its name and its processes it is closed within a second.
    """

    def __init__(self, changed: Callable[[], None], netns: Where | None = None) -> None:
        self._changed = changed
        self._netns = netns
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="netlynx-topology", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it, and wait until it has ended."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        anyio.run(self._watch)

    async def _watch(self) -> None:
        heard: dict[int, anyio.CancelScope] = {}
        known: object = None
        async with anyio.create_task_group() as group:
            while not self._closing.is_set():
                wanted = self._wanted()
                for inode in heard.keys() - wanted.keys():
                    heard.pop(inode).cancel()
                for inode in wanted.keys() - heard.keys():
                    heard[inode] = scope = anyio.CancelScope()
                    group.start_soon(self._hear, wanted[inode], scope)
                now = {inode: str(where) for inode, where in wanted.items()}
                if known not in (None, now):
                    self._changed()
                known = now
                await self._rest()
            for scope in heard.values():
                scope.cancel()

    def _wanted(self) -> dict[int, Where]:
        """The namespaces that are to be heard, by their inodes."""
        place = OWN if self._netns is None else self._netns
        everywhere = spaces.find().namespaces if self._netns is None else ()
        found = {each.inode: each.where for each in everywhere}
        with contextlib.suppress(NetlynxError), spaces.open(place) as space:  # or it has ended
            found.setdefault(os.fstat(space.fileno()).st_ino, place)
        return found

    async def _rest(self) -> None:
        """Wait for the next look, and no longer than until this is closed."""
        with anyio.move_on_after(_AGAIN):
            while not self._closing.is_set():
                await anyio.sleep(0.05)

    async def _hear(self, where: Where, scope: anyio.CancelScope) -> None:
        with scope, contextlib.suppress(NotFound, PermissionError):  # it has ended, or is not for us to enter
            async with aconnect(netns=where, kernel="host") as nl:
                while True:
                    with contextlib.suppress(NetlynxError):
                        await self._follow(nl)
                    self._changed()
                    await anyio.sleep(_AGAIN)

    async def _follow(self, nl: AsyncConnection) -> None:
        try:
            subscription = nl.subscribe(*_GROUPS, route.VLANS)
        except NotSupported:  # kernels before 5.6 have no such group
            subscription = nl.subscribe(*_GROUPS)
        async with subscription as events:
            async for event in events:
                if not isinstance(event, Event) or _matters(event.record):
                    self._changed()


def _matters(record: Any) -> bool:
    """Of routes, the default ones are drawn."""
    return not isinstance(record, route.Route) or record.destination == "default"
