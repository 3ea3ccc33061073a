"""Links of a namespace, by index: read once, then kept by what the kernel tells.

Counters change with each packet, names hardly ever: reading both each time would take most of the time of a round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlynx import route
from netlynx.errors import NotSupported

if TYPE_CHECKING:
    from netlynx.client.connection import Connection
    from netlynx.engine.operation import Event
    from netlynx.route.link import Link
    from netlynx.route.link_stats import LinkStatistics64


class Known:
    """`links` are those that are there; `name` knows those that were, too."""

    def __init__(self) -> None:
        self.links: dict[int, Link] = {}
        self.counts_apart = True  # whether the kernel tells counters without all else (RTM_GETSTATS, Linux 4.7)
        self._names: dict[int, str] = {}
        self._current = False

    def name(self, index: int | None) -> str:
        """The name of a link, ``if7`` for one that nobody has told of, nothing for none."""
        return self._names.get(index, f"if{index}") if index else ""

    def doubt(self) -> None:
        """Read all anew when it is needed: events were lost."""
        self._current = False

    def learn(self, event: Event[object]) -> None:
        """Take in what an event says of a link, if it is one of this namespace. A bridge tells of its ports, too: that
        one is a port no more is no end of the link."""
        link = event.record
        if not isinstance(link, route.Link) or link.family == route.AddressFamily.BRIDGE or event.nsid is not None:
            return
        if event.kind == "delete":
            self.links.pop(link.index, None)
        else:
            self._take(link)

    def read(self, nl: Connection) -> dict[int, Link]:
        """The links, listed where that is needed. Raises as a connection."""
        if not self._current:
            self.list_all(nl)
        return self.links

    def list_all(self, nl: Connection) -> list[Link]:
        """All links as they are now, with their counters where those are not told apart. Raises as a connection."""
        found = nl.dump(route.links(statistics=not self.counts_apart)).all()
        self.links.clear()
        for link in found:
            self._take(link)
        self._current = True
        return found

    def _take(self, link: Link) -> None:
        self.links[link.index] = link
        self._names[link.index] = link.name or f"if{link.index}"

    def stats(self, nl: Connection) -> list[tuple[Link, LinkStatistics64 | None]]:
        """Each link with its counters, asked for alone where the kernel can do that. Raises as a connection."""
        if self.counts_apart:
            links = self.read(nl)
            try:
                told = nl.dump(route.stats(sets=route.StatsSets.LINK)).all()
            except NotSupported:
                self.counts_apart = False
            else:
                if any(each.index not in links for each in told):
                    self.list_all(nl)  # one is new, and the event has not come yet
                return [(links[each.index], each.link) for each in told if each.index in links]
        return [(link, link.stats64) for link in self.list_all(nl)]
