"""Tables of a kernel as parts of messages: a round of them says what there is, for who did not hear all events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any  # pyarrow's, which tells no types

from netlynx.errors import NetlynxError
from netlynx.fleet.messages import Part, cut
from netlynx.fleet.needed import FleetError
from netlynx.fleet.subjects import SNAPSHOT, Subject
from netlynx.sql.catalogue import LISTINGS, Listing

if TYPE_CHECKING:
    from netlynx.client.async_connection import AsyncConnection

OF_KINDS = {
    "link": "links",
    "address": "addresses",
    "route": "routes",
    "neighbour": "neighbours",
    "rule": "rules",
    "nexthop": "nexthops",
    "netconf": "netconf",
    "qdisc": "qdiscs",
    "flow": "conntrack",
}
"""By what `netlynx monitor` calls a kind of object, the table that has all of it."""

_SPACE = 20  # times what a round took, between two of them
_LEAST = 1.0  # seconds between two of them
_AGAIN = 5.0  # seconds after one that could not be read
_SOON = 0.5  # seconds after what leaves a doubt


class Tables:
    """Rounds of tables: which, when, and their parts. Raises FleetError for a table that there is not, or that takes
    more than one question to the kernel."""

    def __init__(
        self, connection: AsyncConnection, names: Iterable[str], every: float, note: Callable[[str], object]
    ) -> None:
        self._connection = connection
        self._listings = [_listing(name) for name in names]
        self._every = every
        self._note = note
        self._said: dict[str, str] = {}
        self._number = 0
        self._earliest = 0.0
        self._due = 0.0  # by time.monotonic

    def soon(self, after: float = _SOON) -> None:
        """What is known may be wrong: read the tables in a moment."""
        self._due = min(self._due, time.monotonic() + after)

    def left(self) -> float:
        """Seconds until the next round; less than none for how long it is overdue."""
        return max(self._due, self._earliest) - time.monotonic()

    async def round(
        self,
        host: str,
        namespace: str | None,
        start: str,
        sequence: int,
        generation: int,
        most: int,
        clock: Callable[[], int],
    ) -> list[Part]:
        """Read the tables and make parts of them, of at most so many bytes each."""
        began = time.monotonic()
        self._due = began + self._every
        self._number += 1
        parts: list[Part] = []
        for listing in self._listings:
            now = clock()
            try:
                table = await self._connection.table(listing.function(), columns=_columns(listing))
            except NetlynxError as error:
                self._due = min(self._due, began + _AGAIN)
                if self._said.get(listing.name) != str(error):
                    self._said[listing.name] = str(error)
                    self._note(f"table {listing.name}: {error}")
                continue
            self._said.pop(listing.name, None)
            written = await asyncio.to_thread(_written, table)
            cuts = cut(written, most)
            room = listing.home.partition(".")[0]
            for number, payload in enumerate(cuts, 1):
                subject = Subject(host, namespace, room, SNAPSHOT, listing.name, number)
                parts.append(
                    Part(subject, start, sequence, generation, now, self._number, table.num_rows, len(cuts), payload)
                )
        took = time.monotonic() - began
        space = _SPACE * took if self._number > 1 else 0.0  # the first time it took what had to be loaded, too
        self._earliest = began + took + max(_LEAST, space)
        return parts


def _listing(name: str) -> Listing:
    listing = LISTINGS.get(name)
    if listing is None:
        raise FleetError(f"there is no table {name!r}: `netlynx sql --tables` lists them")
    if listing.sweep:
        raise FleetError(f"the table {name!r} is made of several answers, and is not published")
    return listing


def _columns(listing: Listing) -> list[str] | None:
    """The columns without what is secret; None for all."""
    declared = listing.record.__declarations__
    shown = [name for name, each in declared.items() if not each.secret]
    return None if len(shown) == len(declared) else [*shown, "unknown"]


def _written(table: Any) -> bytes:
    """A table as an Arrow IPC stream."""
    import pyarrow
    import pyarrow.ipc

    read = pyarrow.table(table)
    sink = pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_stream(sink, read.schema, options=pyarrow.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(read)
    return bytes(sink.getvalue())
