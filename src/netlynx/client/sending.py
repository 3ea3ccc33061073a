"""What an async connection has sent by threads, and what it does meanwhile."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeVar

from netlynx.client.exchanging import BatchSockets, settled
from netlynx.engine.exchange import DoExchange
from netlynx.engine.operation import Do, Dump
from netlynx.transport.pool import Lease, SocketPool
from netlynx.wire.constants import NETLINK

if TYPE_CHECKING:
    from netlynx.engine.batch import BatchExchange, Packed

T = TypeVar("T")

_ROUTE, _GENERIC = int(NETLINK.ROUTE), int(NETLINK.GENERIC)
_GET = 2  # RTM_GET… modulo 4, linux/rtnetlink.h
_ROUTES = (24, 25)  # RTM_NEWROUTE, RTM_DELROUTE
_CONTROLLER = 0x10  # GENL_ID_CTRL, linux/genetlink.h


def begin_do(pool: SocketPool, operation: Do[T]) -> tuple[Lease, DoExchange[T], bool]:
    """Send a request on a socket of its own; with what `settled` says. Raises NetlinkError, ConnectionClosed."""
    lease = pool.lease(operation.protocol)
    try:
        exchange: DoExchange[T] = DoExchange(operation, lease.next_sequence(), lease.portid)
        return lease, exchange, settled(lease, exchange)
    except BaseException:
        pool.discard(lease)
        raise


def may_last(operation: Do[Any] | Dump[Any]) -> bool:
    """Whether the kernel may take long to do what it is asked: all but what is known to be answered at once.

    Changes wait for what is under way to come to rest (`synchronize_rcu`, `netdev_run_todo` of net/core/dev.c), and
    families of generic netlink for their hardware. rtnetlink's questions are every fourth message type, and a route is
    put into a tree or taken out of it at once; a dump that the kernel filters may look at a whole table before it
    returns.
    """
    if operation.protocol == _ROUTE:
        kind = operation.message_type
        if kind & 3 == _GET:
            return type(operation) is Dump and bool(operation.match)
        return kind not in _ROUTES
    return operation.protocol != _GENERIC or operation.message_type != _CONTROLLER


class LookingAhead:
    """The next datagram of a batch: made by one thread, `look`, and given to the courier by another, `follow`."""

    def __init__(self, sockets: BatchSockets, exchange: BatchExchange[Any]) -> None:
        self._sockets = sockets
        self._exchange = exchange
        self._made: Packed | None = None
        self._looked = threading.Lock()
        self._looked.acquire()

    def look(self) -> None:
        """Take the operations from their iterable. Raises of what that raises what is no `Exception`."""
        try:
            if self._sockets.ahead:
                self._made = self._exchange.look_ahead()
        finally:
            self._looked.release()

    def follow(self) -> None:
        """Wait for that, and pass it on."""
        with self._looked:
            if self._made is not None:
                self._sockets.follow(self._exchange, self._made)
