"""What the sync and the async subscription share: the sockets, and what was taken from them."""

from __future__ import annotations

import errno
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import msgspec

from netlynx import limits
from netlynx.client.driving import OTHERWISE, advance
from netlynx.client.ear import Ear
from netlynx.client.hearing import RECEIVE_BUFFER as RECEIVE_BUFFER
from netlynx.client.hearing import Hearing, WideEar
from netlynx.client.opening import open_ears
from netlynx.engine.dialogue import DialogueFeed
from netlynx.engine.operation import Do, Event, Group, Overrun
from netlynx.engine.steps import Otherwise, Steps
from netlynx.engine.subscription import CountingFeed
from netlynx.errors import (
    ConnectionClosed,
    NetlynxError,
    RequestTimeout,
    from_errno,
    from_error,
)
from netlynx.transport.pool import Lease, SocketPool, interrupt, milliseconds

if TYPE_CHECKING:
    from netlynx.generic.family import FamilyInfo

T = TypeVar("T")

_AT_ONCE = 1.0  # seconds, for an answer that a kernel gives while it is asked, or not at all


class Inbox(Generic[T]):
    """The sockets of one subscription and the notifications that were taken from them, in order.

    An error stands where it happened: what came before it is handed out first, and what comes later after it. Any
    thread may close it; the descriptors stay what they were, so that whoever polls them has to be woken besides.
    """

    closed = True  # until there is something to close

    def __init__(
        self,
        pool: SocketPool,
        groups: tuple[Group[T], ...],
        hearing: Hearing,
        families: Mapping[str, FamilyInfo],
        timeout: float,
    ) -> None:
        """`timeout` is for the answers to what the groups begin with. Raises NetlinkError, RequestTimeout."""
        self.received: deque[Event[T] | Overrun] = deque()  # handed out before the failure, if there is one
        self._failure: NetlynxError | None = None
        self._lock = threading.RLock()  # reentrant: a signal handler may close what its thread is reading
        self._speakers: dict[int, tuple[Lease, DialogueFeed]] = {}  # by protocol; none once closed
        self._ears = open_ears(pool, groups, hearing, families)
        self.leases = tuple(ear.lease for ear in self._ears)
        self.descriptors = tuple(lease.transport.fileno() for lease in self.leases)
        self.closed = False
        for ear in self._ears:
            if isinstance(ear.feed, DialogueFeed):
                ear.feed.told.sequence = ear.lease.sequence
                self._speakers[ear.lease.protocol] = ear.lease, ear.feed
        try:
            for ear in self._ears:
                if isinstance(ear.feed, CountingFeed):
                    self._greet(ear, ear.feed, timeout)
            for operation in (each for group in groups for each in group.begin):
                self.do(_located(operation, families), timeout)
        except BaseException:
            self.close()
            raise

    def __del__(self) -> None:
        self.close()

    @property
    def portid(self) -> int:
        """The port ID of its socket. Raises ConnectionClosed; ValueError where there are several."""
        if self.closed:
            raise ConnectionClosed("the subscription is closed")
        if len(self.leases) > 1:
            raise ValueError("it listens to several protocols, with a socket for each: subscribe to one at a time")
        return self.leases[0].portid

    @property
    def failed(self) -> bool:
        """Whether an error is to be raised behind what was taken."""
        return self._failure is not None

    @property
    def ready(self) -> bool:
        """Whether `take` has something to give or to raise."""
        return bool(self.received) or self._failure is not None

    def patience(self, timeout: float | None) -> float | None:
        """How long to wait for the sockets at most: so many seconds, or less where something is told then anyway."""
        due = [moment for ear in self._ears if (moment := ear.feed.due()) is not None]
        if not due:
            return timeout
        left = max(0.0, min(due) - time.monotonic())
        return left if timeout is None else min(left, timeout)

    def take(self) -> Event[T] | Overrun | None:
        """The next of what was taken from the sockets, or None. Raises NetlinkError, DecodeError in its place."""
        try:
            return self.received.popleft()
        except IndexError:
            if self._failure is None:
                return None
        raise self._taken_failure()

    def _taken_failure(self) -> NetlynxError:
        failure, self._failure = self._failure, None
        return failure or ConnectionClosed("another thread got the error that stood here")

    def next(self) -> Event[T] | Overrun | None:
        """The next notification if one is there, or None. Raises as `take`, and ConnectionClosed as `fill`."""
        try:
            return self.received.popleft()
        except IndexError:
            taken = self.take()
        if taken is None:
            self.fill()
            taken = self.take()
        return taken

    def drain(self, most: int | None = None) -> list[Event[T] | Overrun]:
        """All that has arrived, or the first `most` of it. Raises ConnectionClosed once closed and empty; otherwise as
        `take`, and ValueError for less than one."""
        most = _how_many(most)
        while len(self.received) < most and self._failure is None and self.fill():
            pass
        return self.hand_out(most)

    def hand_out(self, most: int | None = None) -> list[Event[T] | Overrun]:
        """As `drain`, of what was taken from the sockets by now."""
        most = _how_many(most)
        drained: list[Event[T] | Overrun] = []
        try:
            for _ in range(most):
                drained.append(self.received.popleft())
        except IndexError:
            pass
        if not drained:
            self.take()  # raises the error that stands here
            if self.closed:
                raise ConnectionClosed("the subscription is closed")
        return drained

    def fill(self) -> bool:
        """Take what waits on the sockets, up to some datagrams of each; whether there may be more.

        Raises ConnectionClosed in a child process: what it reads, its parent would miss.
        """
        if self.leases[0].inherited:
            raise ConnectionClosed("the subscription is the parent process's: subscribe anew after a fork")
        taken: list[Any] = []
        more = False
        with self._lock:
            if self.closed:
                return False
            for ear in self._ears:
                try:
                    more |= ear.take(taken)
                except NetlynxError as error:
                    if not self.closed:  # which may have ended what a thread waited for
                        self._failure = error
                    break
                if not more:
                    ear.feed.expire(time.monotonic(), taken)
            self.received.extend(taken)
        return more

    def _greet(self, ear: Ear | WideEar, feed: CountingFeed, timeout: float) -> None:
        """Tell the kernel that somebody listens. Raises NetlinkError, ConnectionClosed."""
        lease = ear.lease
        deadline = time.monotonic() + min(timeout, _AT_ONCE)
        opening, arrived = feed.opening(), False
        request = next(opening, b"")
        while request != b"":
            if request is None:
                left = deadline - time.monotonic()
                lease.poll.poll(milliseconds(left))
                self.fill()
                if self.closed:
                    raise ConnectionClosed("the subscription is closed")
                arrived = left > 0
            else:
                self._say(lease, request)
            try:
                request = opening.send(arrived)
            except StopIteration:
                return

    def _say(self, lease: Lease, request: bytes) -> None:
        try:
            lease.transport.send(request)
        except OSError as error:
            raise from_error(error, "begin to listen") from error
        lease.traffic.sent(request)

    # -- asking on the same socket -------------------------------------------------------------------------------

    def fail(self, error: NetlynxError) -> None:
        """Have an error raised where it stands among what arrives."""
        self._failure = error

    def ask(self, operation: Do[None]) -> Asked:
        """Send a request whose answer will be among what arrives. Raises NetlinkError, TypeError, ConnectionClosed."""
        lease, feed = self._speaker(operation)
        sequence = feed.told.next()
        request = feed.ask(operation, sequence, lease.portid)
        try:
            lease.transport.send(request)
        except OSError as error:
            feed.give_up(sequence)
            raise _unsent(error, operation) from error
        lease.traffic.sent(request)
        return Asked(operation, lease, feed, sequence, feed.overruns)

    def tell(self, operations: tuple[Do[None], ...]) -> None:
        """Send requests of which only a refusal is heard, many to a datagram.

        Raises NetlinkError, TypeError, ConnectionClosed; nothing behind what is refused was sent.
        """
        first = 0
        while first < len(operations):
            lease, feed = self._speakers.get(operations[first].protocol) or self._speaker(operations[first])
            requests, first = feed.told.pack(operations, first, lease.portid)
            try:
                lease.transport.send(requests)
            except OSError as error:
                raise _unsent(error, operations[first - 1]) from error
            lease.traffic.sent(requests)

    def answered(self, asked: Asked) -> bool:
        """Whether the answer is there; takes in what has arrived.

        Raises BufferOverrun when it was lost with the rest of what did not fit the queue, ConnectionClosed.
        """
        more = True
        while more and not asked.feed.answered(asked.sequence):
            more = self.fill()
        if asked.feed.answered(asked.sequence):
            return True
        if self.closed:
            raise ConnectionClosed("the subscription is closed")
        if asked.feed.overruns != asked.overruns:
            hint = "It may have been carried out: the receive queue was full, and the answer is lost"
            raise from_errno(errno.ENOBUFS, asked=str(asked.operation), hint=hint)
        return False

    def do(self, operation: Do[None], timeout: float) -> None:
        """Carry out a request on the socket that listens. Raises NetlinkError, RequestTimeout, ConnectionClosed."""
        advance(self.asking(operation, _until_readable, timeout), OTHERWISE)

    def asking(self, operation: Do[None], wait: Callable[[Asked, float], Any], timeout: float) -> Steps[None]:
        """The same as a conversation: `wait` waits for the socket of what was asked, so many seconds at most."""
        asked = self.ask(operation)
        deadline = time.monotonic() + timeout
        try:
            while not self.answered(asked):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise RequestTimeout(f"{operation}: no answer within {timeout} s")
                yield Otherwise(wait, (asked, left))
            asked.feed.result(asked.sequence)
        finally:
            asked.feed.give_up(asked.sequence)

    def _speaker(self, operation: Do[None]) -> tuple[Lease, DialogueFeed]:
        if self.closed:
            raise ConnectionClosed("the subscription is closed")
        speaker = self._speakers.get(operation.protocol)
        if speaker is not None:
            return speaker
        raise TypeError(f"{operation}: this subscription only listens; carry it out on the connection")

    def close(self) -> None:
        """Close the sockets; what was taken from them stays to be handed out. Twice does no harm."""
        if self.end():
            self.release()

    def end(self) -> bool:
        """Have whoever reads it find it closed; whether `release` is to be called, which may take long."""
        if self.closed:
            return False
        self.closed = True
        if self.leases[0].inherited:
            self._lock = threading.RLock()  # whoever held the other one stayed behind in the parent
        else:
            for lease in self.leases:
                interrupt(lease)
        return True

    def release(self) -> None:
        """Close the sockets, after `end`."""
        with self._lock:
            self._speakers.clear()
            for ear in self._ears:
                if isinstance(ear.feed, CountingFeed) and not ear.lease.inherited:
                    for farewell in ear.feed.closing():
                        with suppress(OSError, NetlynxError):
                            self._say(ear.lease, farewell)
                with suppress(OSError):
                    ear.count_dropped()
                ear.lease.transport.close()


def _how_many(most: int | None) -> int:
    return sys.maxsize if most is None else limits.whole("most", most, 1)


class Asked(NamedTuple):
    """A request on its way, and where its answer will be."""

    operation: Do[None]
    lease: Lease
    feed: DialogueFeed
    sequence: int
    overruns: int  # of the socket, when it was sent


def _until_readable(asked: Asked, seconds: float) -> None:
    asked.lease.poll.poll(milliseconds(seconds))


def _unsent(error: OSError, asked: Do[None]) -> NetlynxError:
    return from_error(error, str(asked))


def _located(operation: Do[None], families: Mapping[str, FamilyInfo]) -> Do[None]:
    """An operation with the number of its family as the type of its message."""
    if not operation.family:
        return operation
    return msgspec.structs.replace(operation, message_type=families[operation.family].id or 0, family="")
