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
from netlynx.client.hearing import RECEIVE_BUFFER as RECEIVE_BUFFER
from netlynx.client.hearing import Hearing, WideEar
from netlynx.engine.dialogue import DialogueFeed
from netlynx.engine.operation import Do, Event, Group, Overrun
from netlynx.engine.steps import Otherwise, Steps
from netlynx.engine.subscription import DATAGRAM, CountingFeed, SubscriptionFeed
from netlynx.errors import (
    ConnectionClosed,
    DecodeError,
    NetlynxError,
    NotSupported,
    PermissionDenied,
    RequestTimeout,
    from_errno,
    from_error,
    group_refused,
)
from netlynx.transport.base import gathering
from netlynx.transport.pool import Lease, SocketPool, interrupt, milliseconds

if TYPE_CHECKING:
    from netlynx.generic.family import FamilyInfo

T = TypeVar("T")

_AT_ONCE = 64  # datagrams taken from one socket before the caller sees the first event ...
_FILLED = 32 * 1024  # ... or bytes: most of the buffer is left for a large one that comes last
_AT_ONCE_SECONDS = 1.0  # for an answer that a kernel gives while it is asked, or not at all


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
        self._ears = _open(pool, groups, hearing, families)
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
        deadline = time.monotonic() + min(timeout, _AT_ONCE_SECONDS)
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


def _open(
    pool: SocketPool, groups: tuple[Group[Any], ...], hearing: Hearing, families: Mapping[str, FamilyInfo]
) -> list[Ear | WideEar]:
    """One socket for each protocol, member of its groups; they are never shared with requests. Raises NetlinkError.

    `families` are those of generic netlink that the groups name.
    """
    if not groups:
        raise ValueError("subscribe to at least one group, such as route.LINKS")
    ears: list[Ear | WideEar] = []
    listener = WideEar if hearing.all_namespaces else Ear
    leases: list[Lease] = []
    try:
        for protocol in dict.fromkeys(group.protocol for group in groups):
            own = [group for group in groups if group.protocol == protocol]
            lease = pool.fresh(protocol)
            leases.append(lease)
            _check_place(own, lease)
            _check_needs(own, lease)
            hearing.apply(lease.transport)
            make = own[0].feed
            if any(group.family for group in own):
                ears.append(listener(lease, _family_feed(own, families, lease)))
                continue
            feed: SubscriptionFeed
            if make is not None:
                feed = make(own)
                if isinstance(feed, CountingFeed):
                    feed.quiet = not hearing.overruns
            else:
                feed = DialogueFeed(own) if any(group.begin for group in own) else SubscriptionFeed(own)
            ears.append(listener(lease, feed))
            program = feed.filter()
            if program:
                lease.transport.attach_filter(program)
            for group in own:
                for number in group.numbers:
                    try:
                        lease.transport.join(number)
                    except OSError as error:
                        raise _not_let_in(error, number, group) from error
    except BaseException:
        for lease in leases:
            lease.transport.close()
        raise
    return ears


def _not_let_in(error: OSError, number: int, group: Group[Any]) -> NetlynxError:
    """The error for a group that could not be joined; for want of a capability it says of which."""
    refused = group_refused(error, number, f"join group {group.name}")
    if isinstance(refused, PermissionDenied) and group.takes:
        from netlynx.netns.privileges import Capability, has

        if has(Capability[group.takes]) is False:
            refused.hint = f"It takes {group.takes}, and this process does not have it"
    return refused


def _check_place(own: list[Group[Any]], lease: Lease) -> None:
    """Raises NotSupported for what the kernel says in its initial namespace alone, on a socket in another one."""
    group = next((group for group in own if group.initial_only), None)
    place = getattr(lease.transport, "namespace", None)
    if group is None or place is None:
        return
    from netlynx.netns.seeing import is_initial, process_elsewhere

    elsewhere = process_elsewhere(group.initial_process)
    if elsewhere:
        raise NotSupported(
            errno.EOPNOTSUPP,
            f"the kernel tells these to processes in its initial {elsewhere} namespace alone; this one is in another",
            asked=f"join {group.name}",
        )
    inode = place()
    if inode is not None and is_initial(inode) is False:
        raise NotSupported(
            errno.EOPNOTSUPP,
            "the kernel tells these in its initial network namespace alone, and the socket is in another one",
            asked=f"join {group.name}",
            hint="Where the initial one is the process's own, a connection without netns= is in it",
        )


def _check_needs(own: list[Group[Any]], lease: Lease) -> None:
    """Raises NotSupported for what a part of this host's kernel would say that is not in use."""
    group = next((group for group in own if group.needs is not None), None)
    if group is None or group.needs is None or not hasattr(lease.transport, "namespace"):
        return
    try:
        with open("/proc/filesystems") as file:
            known = {line.split()[-1] for line in file if line.strip()}
    except OSError:
        return  # it cannot be seen
    if group.needs.filesystem not in known:
        raise NotSupported(errno.EOPNOTSUPP, group.needs.otherwise, asked=f"join {group.name}")


def _family_feed(own: list[Group[Any]], families: Mapping[str, FamilyInfo], lease: Lease) -> SubscriptionFeed:
    """What reads the notifications of generic netlink. Raises NetlinkError.

    A family whose kernel side sends to the one socket that asked for it is not followed when its module is reloaded:
    that has to be asked for anew.
    """
    from netlynx.generic.known import FamilyFeed, numbers_of  # on first use, as in the shells

    if not any(group.begin for group in own):
        return FamilyFeed(own, families, lease.transport.join)
    for group in own:
        for number in numbers_of(group, families[group.family]):
            lease.transport.join(number)
    return DialogueFeed(own, {name: info.id or 0 for name, info in families.items()})


def _located(operation: Do[None], families: Mapping[str, FamilyInfo]) -> Do[None]:
    """An operation with the number of its family as the type of its message."""
    if not operation.family:
        return operation
    return msgspec.structs.replace(operation, message_type=families[operation.family].id or 0, family="")
