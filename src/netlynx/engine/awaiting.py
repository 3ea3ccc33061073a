"""A request whose answer says only that something began: what came of it is told to a group, when it is over.

join     ──> the groups, before anything is asked: what is told at once is not missed
request  ──> NLMSG_ERROR      errno 0: it has begun; else `NetlinkError`, or it is asked again after the next event
         ──> event …          until one says what came of it
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from netlynx.engine.awaited import Awaited
from netlynx.engine.exchange import KERNEL, DoExchange
from netlynx.engine.operation import Do, Event
from netlynx.engine.steps import Empty, Lend, Line, Lines, Receive, Send, Steps
from netlynx.engine.subscription import SubscriptionFeed
from netlynx.engine.telling import note_sent
from netlynx.errors import NetlinkError, group_refused
from netlynx.wire.constants import NETLINK

if TYPE_CHECKING:
    from netlynx.generic.family import FamilyInfo

T = TypeVar("T")


class _Listening:
    """One request, and what is told meanwhile: fed datagrams of both."""

    def __init__(self, request: Do[Any], line: Line, feed: SubscriptionFeed) -> None:
        self.exchange: DoExchange[Any] = DoExchange(request, line.next_sequence(), line.portid)
        self.strays = 0
        self.events: list[Event[Any]] = []
        self._feed = feed

    def feed(self, data: memoryview, size: int, sender: int = KERNEL) -> None:
        """Take in one datagram. Raises DecodeError."""
        told, answered = len(self.events), self.exchange.done
        self._feed.feed(data, size, sender, self.events)
        if not answered:
            self.exchange.feed(data, size, sender)
        if len(self.events) == told and self.exchange.done == answered:
            self.strays += 1


def awaiting(lines: Lines, operation: Awaited[T], request: Do[Any], info: FamilyInfo) -> Steps[T]:
    """Carry one out, of whose family `info` is what is known. Raises NetlinkError."""
    from netlynx.generic.known import numbers_of

    line: Any = yield Lend(NETLINK.GENERIC, operation)
    try:
        for group in operation.groups:
            for number in numbers_of(group, info):
                try:
                    line.transport.join(number)
                except OSError as error:
                    raise group_refused(error, number, f"join group {group.name}") from error
        yield Empty(line, operation)
        feed = SubscriptionFeed(operation.groups, {request.family: info.id or 0})
        while True:
            answer = yield from _asked(line, operation, request, feed)
            if answer is not None:
                return answer
    finally:
        lines.discard(line)  # it is member of groups


def _asked(line: Line, operation: Awaited[T], request: Do[Any], feed: SubscriptionFeed) -> Steps[T | None]:
    """Ask once; None where that has to be done again."""
    listening = _Listening(request, line, feed)
    exchange = listening.exchange
    try:
        yield Send(line, exchange.request, operation)
        receive = Receive(line, operation, listening)
        while not exchange.done:
            listening.feed(line.buffer, *(yield receive))
        busy = exchange.error is not None and exchange.error.errno in operation.again
        if not busy:
            exchange.result()
        if operation.begun is not None:
            begins = [at for at, event in enumerate(listening.events) if operation.begun(request, event)]
            del listening.events[: begins[-1] + 1 if begins else 0]
        while True:
            while not listening.events:
                listening.feed(line.buffer, *(yield receive))
            if busy:
                return None
            for event in listening.events:
                answer = operation.chosen(request, event)
                if answer is not None:
                    return answer
            listening.events.clear()
    except NetlinkError as error:
        note_sent(error, line, exchange.request, exchange)
        raise
    finally:
        line.traffic.strayed(listening.strays)
