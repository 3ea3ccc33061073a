"""One socket of a subscription: datagrams received from it, read one after the other, and what was dropped counted."""

from __future__ import annotations

import errno
from typing import Any

from netlynx.engine.subscription import DATAGRAM, CountingFeed, SubscriptionFeed
from netlynx.errors import DecodeError, from_error
from netlynx.transport.base import gathering
from netlynx.transport.pool import Lease

_AT_ONCE = 64  # datagrams taken from one socket before the caller sees the first event ...
_FILLED = 32 * 1024  # ... or bytes: most of the buffer is left for a large one that comes last


class Ear:
    """One socket of a subscription, and the datagrams that were received from it and not yet read."""

    def __init__(self, lease: Lease, feed: SubscriptionFeed) -> None:
        self.lease = lease
        self.feed = feed
        self._receive = (feed.gatherer(lease.transport) or gathering(lease.transport)).receive_many
        self._index = bytearray(_AT_ONCE * DATAGRAM.size)
        self._next = self._count = 0  # of the datagrams in the index
        self._strays = 0  # of the feed's, those that were counted
        self._lossy = False  # since when the queue was not seen empty
        self._dropped = 0

    def take(self, taken: list[Any]) -> bool:
        """Append the events that wait, an `Overrun` where the kernel says that some were lost.

        Returns whether it stopped before the queue was empty. Raises NetlinkError, DecodeError; what is behind that
        comes with the next call.
        """
        more = True
        if self._next == self._count:
            try:
                self._count, more = self._receive(self.lease.buffer, self._index, _FILLED)
                self._next = 0
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise from_error(error, "receive notifications") from error
                self.lease.traffic.overran()
                self._lossy = True
                told = self.feed.overrun()
                if told is not None:
                    taken.append(told)
                return True
            self.lease.traffic.received_many(self.lease.buffer, self._index, self._count)
        try:
            while self._next < self._count:
                self._next = self.feed.feed_many(self.lease.buffer, self._index, self._next, self._count, taken)
                if self._next < self._count:
                    self._take_one(taken)
        finally:
            if self.feed.strays != self._strays:
                self.lease.traffic.strayed(self.feed.strays - self._strays)
                self._strays = self.feed.strays
        if self._lossy and not more:
            dropped = self.count_dropped()
            if isinstance(self.feed, CountingFeed):
                self.feed.dropped(dropped, taken)
        return more

    def count_dropped(self) -> int:
        """Count what the kernel dropped: no more is until the queue is full again. Returns how many more these are.

        Raises OSError once closed.
        """
        dropped = self.lease.transport.dropped()
        more, self._dropped = dropped - self._dropped, dropped
        self.lease.traffic.lost(more)
        self._lossy = False
        return more

    def _take_one(self, taken: list[Any]) -> None:
        start, size, sender = DATAGRAM.unpack_from(self._index, self._next * DATAGRAM.size)
        self._next += 1
        room = len(self.lease.buffer) - start
        if size > room:
            raise DecodeError(f"a notification of {size} bytes was cut to the {room} of the buffer")
        with memoryview(self.lease.buffer) as view:
            self.feed.feed(view[start:], size, sender, taken)
