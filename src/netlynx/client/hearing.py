"""How a subscription listens: what a socket is asked for, and hearing other namespaces."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypedDict, runtime_checkable

from netlynx.engine.dialogue import DialogueFeed
from netlynx.engine.operation import NamespaceEvent
from netlynx.engine.subscription import CountingFeed, SubscriptionFeed
from netlynx.errors import DecodeError, NotSupported, PermissionDenied, from_error
from netlynx.transport.pool import Lease
from netlynx.wire.constants import NETLINK_OPTION

if TYPE_CHECKING:
    from netlynx.transport.base import Transport

RECEIVE_BUFFER = 8 * 1024 * 1024  # bytes asked for a subscription's queue

_AT_ONCE = 64  # datagrams taken before the caller sees the first event


class HearingArguments(TypedDict, total=False):
    """`Hearing` as keyword arguments."""

    receive_buffer: int
    broadcast_errors: bool
    overruns: bool
    all_namespaces: bool


class Hearing(NamedTuple):
    """What `Connection.subscribe` was asked for besides groups; it says what each means."""

    receive_buffer: int = RECEIVE_BUFFER
    broadcast_errors: bool = False
    overruns: bool = True
    all_namespaces: bool = False

    def apply(self, transport: Transport) -> None:
        """Set the socket up. Raises NetlinkError."""
        transport.set_receive_buffer(self.receive_buffer)
        if self.broadcast_errors:
            _set(transport, NETLINK_OPTION.BROADCAST_ERROR, "broadcast_errors")
        if not self.overruns:
            _set(transport, NETLINK_OPTION.NO_ENOBUFS, "overruns=False")
        if self.all_namespaces:
            _set(transport, NETLINK_OPTION.LISTEN_ALL_NSID, "all_namespaces")


def _set(transport: Transport, option: int, asked: str) -> None:
    try:
        transport.set_option(option, 1)
    except OSError as error:
        refused = from_error(error, f"subscribe({asked})")
        if isinstance(refused, PermissionDenied) and option == NETLINK_OPTION.LISTEN_ALL_NSID:
            refused.hint = (
                "The kernel lets only those hear other namespaces who have CAP_NET_BROADCAST where this one belongs"
            )
        raise refused from error


@runtime_checkable
class TellingNamespaces(Protocol):
    """A transport that also tells from which namespace a datagram came."""

    def receive_with_nsid(self, buffer: bytearray | memoryview) -> tuple[int, int, int | None]:
        """As `Transport.receive_into`, but (length, sender's port ID, ID of the sender's namespace here): None for the
        socket's own."""


class WideEar:
    """One socket that hears all namespaces: as `netlynx.client.ear.Ear`, one datagram at a time."""

    def __init__(self, lease: Lease, feed: SubscriptionFeed) -> None:
        transport: Any = lease.transport
        own = isinstance(feed, DialogueFeed | CountingFeed) or feed.gathers
        if own or feed.gatherer(transport) is not None or feed.filter():
            raise NotSupported(
                errno.EOPNOTSUPP,
                "these notifications are for one namespace, or for one socket",
                asked="subscribe(all_namespaces)",
                hint="Subscribe in each namespace: connect(netns=…)",
            )
        if not isinstance(transport, TellingNamespaces):
            raise NotSupported(
                errno.EOPNOTSUPP,
                "the sockets of this kernel do not tell where a message comes from",
                asked="subscribe(all_namespaces)",
            )
        self.lease = lease
        self.feed = feed
        self._receive = transport.receive_with_nsid
        self._strays = 0
        self._dropped = 0

    def take(self, taken: list[Any]) -> bool:
        """Append the events that wait; see `Ear.take`."""
        lease, buffer = self.lease, self.lease.buffer
        for _ in range(_AT_ONCE):
            try:
                size, sender, nsid = self._receive(buffer)
            except BlockingIOError:
                return False
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise from_error(error, "receive notifications") from error
                lease.traffic.overran()
                self.count_dropped()
                told = self.feed.overrun()
                if told is not None:
                    taken.append(told)
                return True
            lease.traffic.received(buffer, size, sender)
            if size > len(buffer):
                raise DecodeError(f"a notification of {size} bytes was cut to the {len(buffer)} of the buffer")
            events: list[Any] = []
            try:
                self.feed.feed(buffer, size, sender, events)
            finally:
                lease.traffic.strayed(self.feed.strays - self._strays)
                self._strays = self.feed.strays
                taken += events if nsid is None else [NamespaceEvent(each.kind, each.record, nsid) for each in events]
        return True

    def count_dropped(self) -> int:
        """Count what the kernel dropped; returns how many more these are. Raises OSError once closed."""
        dropped = self.lease.transport.dropped()
        more, self._dropped = dropped - self._dropped, dropped
        self.lease.traffic.lost(more)
        return more
