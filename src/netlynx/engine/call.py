"""One message sent and the first that comes back: kernels' sides that do without netlink's conventions.

call ──> (nothing)            where none is waited for
     ──> answer               whatever its sequence number and port; of the type that was named, if one was
     ──> NLMSG_ERROR          refused: `NetlinkError`; errno 0 is passed over, and so is what others send
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar, cast

from netlynx.codec._codec import read_header
from netlynx.engine.exchange import HEADER, HEADER_SIZE, KERNEL, control_message
from netlynx.engine.operation import BARE, Call, Event, Group, told_as
from netlynx.engine.subscription import SubscriptionFeed
from netlynx.errors import DecodeError, error_class
from netlynx.wire.constants import NLMSG
from netlynx.wire.message import Message, parse_acknowledgement

T = TypeVar("T")

_NOOP, _ERROR = int(NLMSG.NOOP), int(NLMSG.ERROR)


class CallExchange(Generic[T]):
    """The state of one call. Send `request`; unless it is `done` then, feed datagrams until it is; then `result()`."""

    __slots__ = ("_answer", "done", "operation", "request", "strays")

    def __init__(self, operation: Call[T], sequence: int, portid: int) -> None:
        self.operation = operation
        self.strays = 0
        self._answer: Any = None
        self.done = operation.reply is None
        payload = operation.payload
        length = HEADER_SIZE + len(payload)
        head = HEADER.pack(length, operation.message_type, operation.flags, sequence, portid)
        self.request = head + payload if operation.header else payload

    def feed(self, data: bytearray | memoryview, size: int, sender: int = KERNEL) -> bool:
        """Take in one datagram; True when the answer is there. Raises NetlinkError, DecodeError."""
        if sender != KERNEL:
            self.strays += 1
        elif not self.operation.header:
            self._take(bytes(data[:size]), 0)
        else:
            self._feed_messages(data, size)
        return self.done

    def _feed_messages(self, data: bytearray | memoryview, size: int) -> None:
        at = 0
        while at < size and not self.done:
            header = read_header(data, at, size)
            length, kind = header[0], header[1]
            wanted = self.operation.reply_type
            if kind == wanted or (wanted is None and kind not in (_NOOP, _ERROR)):
                self._take(bytes(data[at + HEADER_SIZE : at + length]), at + HEADER_SIZE)
            elif kind == _ERROR and length >= HEADER_SIZE + 4:
                self._refuse(control_message(data, at, header))
            else:
                self.strays += 1
            at += (length + 3) & ~3

    def _refuse(self, message: Message) -> None:
        number = message.errno
        if not number:
            return  # an acknowledgement
        try:
            text = parse_acknowledgement(message).text
        except DecodeError:  # who makes such a message by hand leaves out most of it
            text = ""
        raise error_class(number)(number, text, asked=str(self.operation))

    def _take(self, payload: bytes, at: int) -> None:
        try:
            self._answer = told_as(self.operation.reply, payload)
        except DecodeError as error:
            error.offset += at
            raise
        self.done = True

    def result(self) -> T:
        """What came back; None where nothing was waited for."""
        return cast(T, self._answer)


class PlainFeed(SubscriptionFeed):
    """Turns what comes without headers, or as text or bytes, into events: one datagram, or message, at a time.

    Where all messages of a protocol have one type, and the payload says what it is, `kind` is overridden.
    """

    __slots__ = ("_meanings",)

    def __init__(self, groups: list[Group[Any]]) -> None:
        super().__init__(())
        self._meanings = {kind: meaning for group in groups for kind, meaning in group.messages.items()}
        if BARE in self._meanings and len({group.messages[BARE] for group in groups}) > 1:
            names = ", ".join(group.name for group in groups)
            raise ValueError(f"without headers nothing tells these apart: subscribe to one at a time of {names}")

    def feed_many(
        self, data: bytearray | memoryview, index: bytearray, first: int, count: int, events: list[Any]
    ) -> int:
        """Each is to be fed by itself."""
        return first

    def feed(self, data: bytearray | memoryview, size: int, sender: int, events: list[Any]) -> None:
        """As `SubscriptionFeed.feed`."""
        if sender != KERNEL:
            self.strays += 1
            return
        if BARE in self._meanings:
            self._tell(self._meanings[BARE], data, 0, size, events)
            return
        at = 0
        while at < size:
            length, number = read_header(data, at, size)[:2]
            meaning = self._meanings.get(self.kind(number, memoryview(data)[at + HEADER_SIZE : at + length]))
            if meaning is None:
                self.strays += 1
            else:
                self._tell(meaning, data, at + HEADER_SIZE, at + length, events)
            at += (length + 3) & ~3

    def kind(self, number: int, payload: memoryview) -> int:
        """By which of its messages' numbers a group knows one with this type and payload."""
        return number

    def _tell(self, meaning: Any, data: bytearray | memoryview, start: int, end: int, events: list[Any]) -> None:
        kind, record = meaning
        try:
            events.append(Event(kind, told_as(record, bytes(data[start:end]))))
        except DecodeError as error:
            error.offset += start
            raise
