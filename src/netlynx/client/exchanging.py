"""What the sync and the async shell share of requests: every call of a transport that does not wait."""

from __future__ import annotations

import errno
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeAlias

from netlynx.codec._codec import EMPTY, page_aligned
from netlynx.engine.batch import BatchExchange, Packed
from netlynx.engine.steps import UNSENT, Came
from netlynx.errors import NetlinkError, NetlynxError, RequestTimeout, from_errno, from_error
from netlynx.transport._calls import Courier, SystemCalls
from netlynx.transport.errands import Errand
from netlynx.transport.pool import BUFFER, Lease, SocketPool, interrupt
from netlynx.wire.constants import nobody_there

if TYPE_CHECKING:
    from netlynx.engine.exchange import DoExchange
    from netlynx.transport.deadline import Deadline
    from netlynx.transport.errands import Hands

Ask: TypeAlias = Callable[[bytes, bytearray | memoryview], Came | None]

_LARGEST = 0x7FFFFFFE  # bytes, of a buffer
_OVERHEAD = 32  # bytes of a send buffer that no datagram gets (netlink_sendmsg, net/netlink/af_netlink.c)

GRACE = 0.1
"""Seconds for which what was sent may yet be answered when something else ended the batch. Kernels answer at once."""


def ask(lease: Lease, request: bytes, asked: object, by: Ask | None = None) -> Came | None:
    """Send a request. What came back at once, None for nothing yet, or `UNSENT`. Raises NetlinkError.

    `by` is what sends and receives, if not the lease itself.
    """
    try:
        came = (by or lease.ask)(request, lease.buffer)
    except BlockingIOError:
        return UNSENT
    except RequestTimeout as error:
        raise RequestTimeout(f"{asked}: {error}") from None
    except NetlynxError:
        raise
    except OSError as error:
        raise failure(error, lease, asked) from error
    lease.traffic.sent(request)
    if came is not None:
        lease.traffic.received(lease.buffer, *came)
        if came[0] > len(lease.buffer):
            raise too_large(came[0], asked)
    return came


def settled(lease: Lease, exchange: DoExchange[Any]) -> bool:
    """Send a request: whether what came back at once is its whole answer. If not, `exchange.came` is as `ask` has it.

    A host's kernel is asked without Python between: calls from one function to the next take as long as it does.
    Raises NetlinkError.
    """
    if not lease.direct:
        operation = exchange.operation
        exchange.came = came = ask(lease, exchange.request, operation)
        return came is not None and exchange.settle(lease.buffer, *came)
    try:
        if exchange.ask(lease.transport.descriptor, lease.buffer, lease.traffic):  # type: ignore[attr-defined]
            return True
    except OSError as error:  # a host's socket has a descriptor
        raise failure(error, lease, exchange.operation) from error
    if exchange.came is not None and exchange.came[0] > len(lease.buffer):
        raise too_large(exchange.came[0], exchange.operation)
    return False


def send(lease: Lease, request: bytes | bytearray, asked: object, answers: int = 0) -> bool:
    """Whether a request could be sent; its socket gets the room that it needs, and for `answers` bytes that come back.

    Raises NetlinkError.
    """
    data = request if isinstance(request, bytes) else memoryview(request)
    try:
        if answers > lease.queue:
            lease.queue = answers  # asked for once, whatever the kernel gives
            lease.transport.set_receive_buffer(min(answers, _LARGEST) // 2)
        lease.transport.send(data)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno != errno.EMSGSIZE:
            raise failure(error, lease, asked) from error
        _send_large(lease, data, asked)
    lease.traffic.sent(request)
    return True


def _send_large(lease: Lease, data: bytes | memoryview, asked: object) -> None:
    """Send what a socket has no room for as it is. Raises NetlinkError."""
    size = len(data)
    room = lease.transport.set_send_buffer(min(size, _LARGEST // 2)) - _OVERHEAD
    try:
        lease.transport.send(data)
    except OSError as error:
        if error.errno not in (errno.EMSGSIZE, errno.ENOBUFS, errno.ENOMEM):
            raise failure(error, lease, asked) from error
        if error.errno == errno.EMSGSIZE:
            said = f"its datagram of {size} bytes is more than the {room} that the socket may send"
            advice = "Root of the first user namespace may send more, for others net.core.wmem_max says how much. "
        else:
            said, advice = f"the kernel has no memory for a datagram of {size} bytes", ""
        advice += getattr(asked, "advice", "")
        raise NetlinkError(error.errno or errno.EMSGSIZE, said, asked=str(asked), hint=advice.strip()) from error


def receive(lease: Lease, asked: object) -> Came | None:
    """The next datagram if there is one. Raises NetlinkError."""
    lease.received += 1
    try:
        size, sender, _ = lease.transport.receive_into(lease.buffer)
    except BlockingIOError:
        lease.received -= 1
        return None
    except OSError as error:
        raise failure(error, lease, asked) from error
    lease.traffic.received(lease.buffer, size, sender)
    lease.last = size, sender
    lease.empty = 0 if size else lease.empty + 1
    if lease.empty >= EMPTY:
        raise broken_off(errno.EMSGSIZE, asked)
    if size > len(lease.buffer):
        raise too_large(size, asked)
    return lease.last


class Wait:
    """How long an exchange waits for something that fits: what fits nothing makes no time limit any longer."""

    __slots__ = ("_exchange", "_since", "_strays")

    def __init__(self, exchange: Any) -> None:
        self._exchange = exchange  # what counts its `strays`
        self._strays = exchange.strays
        self._since = 0.0

    def goes_on(self) -> float:
        """When the wait began that a stray has not ended; 0.0 where a new one begins."""
        if self._strays == self._exchange.strays:
            self._since = 0.0
        elif not self._since:
            self._since = monotonic()
        self._strays = self._exchange.strays
        return self._since

    def renew(self) -> None:
        """Something came that fits: what is waited for next has its whole time."""
        self._since, self._strays = 0.0, self._exchange.strays

    def began(self, now: float) -> float:
        """The same once there is something to wait for, which is now at the latest."""
        self._since = self._since or now
        return self._since

    @classmethod
    def of(cls, step: Any) -> Wait:
        """That of a step (`Receive`, `Feed`) which is waited for again and again."""
        if step.wait is None:
            step.wait = cls(step.exchange)
        wait: Wait = step.wait
        return wait


def strays(lease: Lease, asked: object) -> int:
    """Take what nobody waited for; how many datagrams that was. Raises NetlinkError."""
    count = 0
    while receive(lease, asked) is not None:
        count += 1
    lease.traffic.strayed(count)
    return count


def failure(error: OSError, lease: Lease, asked: object) -> NetlynxError:
    """What a system call said, as an error of the operation."""
    if error.errno == errno.ENOBUFS:
        lease.traffic.overran()
    if error.errno == errno.ECONNREFUSED:
        return from_errno(errno.ECONNREFUSED, nobody_there(lease.protocol), asked=str(asked))
    return from_error(error, str(asked))


def too_large(size: int, asked: object) -> NetlynxError:
    """The error for an answer that was cut short."""
    return from_errno(errno.EMSGSIZE, asked=str(asked), hint=f"A message of {size} bytes came; this is a bug to report")


def broken_off(number: int, asked: object) -> NetlynxError:
    """The error for a table that came as far as the errno `number`; EMSGSIZE: all that came at last was empty."""
    if number != errno.EMSGSIZE:
        return from_errno(number, asked=str(asked))
    from netlynx.engine.hints import TOO_LARGE

    return from_errno(number, asked=str(asked), hint=TOO_LARGE)


def _enlarge(lease: Lease) -> bool:
    """Whether the socket's receive queue has the size that wide datagrams of a batch need."""
    return lease.transport.set_receive_buffer(BatchExchange.QUEUE // 2) >= BatchExchange.QUEUE


class Sockets:
    """Where the sockets of conversations come from and go to (`netlynx.engine.steps.Lines`)."""

    def __init__(self, pool: SocketPool) -> None:
        self.idle = pool.idle
        self.give_back = pool.give_back
        self.discard = pool.discard
        self._pool = pool

    def gather(self, ahead: bool) -> BatchSockets:
        """The sockets of a batch."""
        return BatchSockets(self._pool, ahead)


class BatchSockets:
    """The sockets of one batch, one for each protocol, given back at its end but for one whose exchange failed.

    Anything may end a batch anywhere, Ctrl-C between any two steps. So what was sent and what came is kept where it
    happens, in the courier and the socket, and `settle` finds out from there.
    """

    def __init__(self, pool: SocketPool, ahead: bool, hands: Hands | None = None) -> None:
        """`hands` are the threads of who must not wait."""
        self._hands = hands
        self.ahead = ahead  # whether the next datagram is made ready while one is on its way
        self.errand: Errand[Any] | None = None  # a thread uses them until that is over
        self._pool = pool
        self._leases: dict[int, Lease] = {}
        self._busy: Lease | None = None
        self._wide = False
        self._courier = Courier(alone=not ahead)
        self._other: memoryview | None = None  # what comes back for a datagram that the courier sends by itself
        self._exchange: BatchExchange[Any] | None = None  # the last that was begun
        self._received = 0  # by its socket before
        self._tried = False  # to send its datagram, past the courier
        self._lost = False  # answers to it

    def leave(self) -> None:
        """The end of a batch: its sockets are closed or given back when no thread uses them any more."""
        if self.errand is not None and self.errand.afterwards(lambda _: self.close()):
            self.interrupt()
        elif self._hands is not None and self.carrying:
            self._hands.give(Errand(self.close))
        else:
            self.close()

    @property
    def carrying(self) -> bool:
        """Whether the courier sent a datagram that nobody asked for yet: `end` waits for it."""
        return self._courier.carries()

    def under_way(self) -> list[Errand[Any]]:
        """What threads still do with them: what they receive has to be taken in before anything else is received."""
        busy = None if self._busy is None else self._busy.errand
        return [errand for errand in (self.errand, busy) if errand is not None]

    def close(self) -> None:
        """Let go of all that the batch has, when nothing is on its way any more."""
        self.end()
        leases, self._leases = self._leases, {}
        for lease in leases.values():
            if lease is self._busy:
                self._pool.discard(lease)
            else:
                self._pool.give_back(lease)

    def begin(self, exchange: BatchExchange[Any], deadline: Deadline | None = None) -> tuple[Lease, bytes]:
        """The socket for an exchange, and its datagram. `deadline` is for what waits for another process."""
        lease = self._leases.get(exchange.protocol)
        if lease is None:
            lease = self._leases[exchange.protocol] = self._pool.lease(exchange.protocol, deadline)
            if self._wide:  # the queue of another protocol's socket grew, so this one's does
                _enlarge(lease)
        if exchange.widen is not None and _enlarge(lease):
            self._wide = True
            exchange.widen()
        self._received = _received(lease)
        self._tried = False
        self._exchange = exchange
        self._busy = lease
        request = exchange.start(lease.sequence, lease.portid)
        lease.sequence = exchange.last_sequence
        return lease, request

    def ask(
        self,
        lease: Lease,
        request: bytes,
        exchange: BatchExchange[Any],
        meanwhile: Callable[[], object] | None = None,
    ) -> Came | None:
        """As the function `ask`; the batch's next datagram is made ready while a host's kernel works on this one.

        That is what `meanwhile` does, if not this thread.
        """
        courier, transport = self._courier, lease.transport
        if not isinstance(transport, SystemCalls):
            self._tried = True
            lease.received += 1  # before it is: what an interrupt then takes away is missed
            came = ask(lease, request, exchange)
            lease.received -= came is None or came is UNSENT
            return came
        if courier.carries(request):  # begun right behind the one before it
            assert self._other is not None
            lease.buffer, self._other = self._other, lease.buffer
        by = partial(courier.ask, transport, meanwhile or partial(self._look_ahead, exchange))
        came = ask(lease, request, exchange, by)
        self._tried = came is UNSENT
        return came

    def begin_and_ask(self, exchange: BatchExchange[Any]) -> tuple[Lease, Came | None]:
        """`begin` and `ask` where both may take long; nothing is made ready meanwhile."""
        lease, request = self.begin(exchange)
        return lease, self.ask(lease, request, exchange)

    def _look_ahead(self, exchange: BatchExchange[Any]) -> None:
        following = exchange.look_ahead()
        if following is not None:
            self.follow(exchange, following)

    def follow(self, exchange: BatchExchange[Any], following: Packed) -> None:
        """Have the courier send a datagram right behind that which it is asked for."""
        assert exchange.packed is not None
        if self._other is None:
            self._other = page_aligned(BUFFER)
        self._courier.follow(following.request, exchange.packed.acknowledgement, self._other)

    def done(self) -> None:
        """Nothing is outstanding on the socket that was begun with, unless the courier sent more already."""
        if not self._courier.carries():
            self._busy = None

    def stop(self) -> None:
        """Have the courier send nothing more by itself."""
        self._courier.stop()

    def interrupt(self) -> None:
        """End what a thread waits for of another process."""
        for lease in self._leases.values():
            interrupt(lease)

    def end(self) -> None:
        """The batch is over, and so is the courier's thread: what it sent is waited for."""
        self._courier.close()

    def settle(self, error: BaseException) -> Lease | None:
        """Find out what became of what an error interrupted, as far as answers are there; the batch is over.

        To be called after `end`, or after `stop` where what is on its way takes too long: that stays unknown then.
        Returns the socket on which an answer is still missing, if one may come: then this may be called again.
        """
        self._lost = self._lost or (isinstance(error, OSError) and error.errno == errno.ENOBUFS)
        exchange, lease = self._exchange, self._busy
        while exchange is not None and lease is not None and not lease.inherited:
            try:
                if not exchange.answered and not self._take(exchange, lease):
                    return None if self._lost else lease
            except (NetlynxError, OSError):
                self._lost = True  # what came says nothing
                return None
            self._exchange = exchange = exchange.following if exchange.answered else None
            self._received = _received(lease)
        return None

    def _take(self, exchange: BatchExchange[Any], lease: Lease) -> bool:
        """Take in what came for an exchange; whether nothing is missing: it was answered, or was not sent."""
        transport = lease.transport
        came = 0
        in_use = any(not errand.over for errand in self.under_way())  # asked first: what it changes is read below
        found = self._courier.became(exchange.packed.request) if exchange.packed is not None else None
        if found is None and not self._tried and not in_use:
            exchange.sent(False)
            return True
        exchange.sent(True)
        self._lost = self._lost or in_use
        if found is not None:
            buffer, size, sender, lost = found
            self._lost = self._lost or lost != 0
            came = size >= 0
            if came and not exchange.fed:
                exchange.feed(buffer, min(size, len(buffer)), sender)
        if in_use:  # what else came, or comes, a thread takes, into the same buffer
            return exchange.answered
        missed = _received(lease) - self._received + came > exchange.fed
        if missed and isinstance(transport, SystemCalls):
            exchange.feed(lease.buffer, min(transport.size, len(lease.buffer)), transport.sender)
        elif missed:
            self._lost = True
        while not self._lost and not exchange.answered:
            if (next_one := receive(lease, exchange)) is None:
                return False
            exchange.feed(lease.buffer, *next_one)
        return exchange.answered


def _received(lease: Lease) -> int:
    """How many datagrams came on a socket: counted where an interrupt cannot keep it from being known."""
    return lease.transport.received if isinstance(lease.transport, SystemCalls) else lease.received
