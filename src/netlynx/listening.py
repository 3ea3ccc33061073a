"""What the sync and the async subscription share: opening the sockets and taking what waits on them."""

from __future__ import annotations

import errno
from typing import Any

from netlynx.engine.subscription import SubscriptionFeed
from netlynx.errors import from_errno
from netlynx.operation import Group
from netlynx.transport.pool import Lease, SocketPool

RECEIVE_BUFFER = 8 * 1024 * 1024  # bytes asked for a subscription's queue

_AT_ONCE = 64  # datagrams taken from one socket before the caller sees the first event


def open_subscription(
    pool: SocketPool, groups: tuple[Group[Any], ...], receive_buffer: int
) -> list[tuple[Lease, SubscriptionFeed]]:
    """One socket for each protocol, member of its groups; they are never shared with requests. Raises NetlinkError."""
    if not groups:
        raise ValueError("subscribe to at least one group, such as route.LINKS")
    sockets: list[tuple[Lease, SubscriptionFeed]] = []
    try:
        for protocol in dict.fromkeys(group.protocol for group in groups):
            own = [group for group in groups if group.protocol == protocol]
            lease = pool.fresh(protocol)
            sockets.append((lease, SubscriptionFeed(own)))
            lease.transport.set_receive_buffer(receive_buffer)
            for group in own:
                for number in group.numbers:
                    try:
                        lease.transport.join(number)
                    except OSError as error:
                        raise from_errno(error.errno or errno.EIO, asked=f"join group {group.name}") from error
    except BaseException:
        for lease, _ in sockets:
            lease.transport.close()
        raise
    return sockets


def receive_events(lease: Lease, feed: SubscriptionFeed) -> list[Any]:
    """All events that wait on one socket, an `Overrun` among them where the kernel says that some were lost."""
    events: list[Any] = []
    for _ in range(_AT_ONCE):
        try:
            size, sender, _groups = lease.transport.receive_into(lease.buffer)
        except BlockingIOError:
            break
        except OSError as error:
            if error.errno != errno.ENOBUFS:
                raise from_errno(error.errno or errno.EIO, asked="receive notifications") from error
            events.append(feed.overrun())
        else:
            events += feed.feed(lease.buffer, min(size, len(lease.buffer)), sender)
    return events
