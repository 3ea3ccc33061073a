"""A socket on which its owner asks and listens: answers are told from events.

Most kernels' sides tell whoever is member of a group. Some send to the one socket that asked for it, and take what is
said about it from that socket only: packets queued for a verdict, packets logged.

    ask    ──> NLMSG_ERROR         the answer, errno 0 when all is well; events before it wait to be handed out
    tell   ──> (nothing)           no acknowledgement is asked for
           ──> NLMSG_ERROR         refused: raised where it stands among the events
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Mapping
from typing import Any

from netlynx.engine.exchange import HEADER, HEADER_SIZE, KERNEL, control_message
from netlynx.engine.refusal import refusal
from netlynx.engine.subscription import DATAGRAM, SubscriptionFeed
from netlynx.errors import DecodeError, NetlinkError, NotFound
from netlynx.operation import Do, Group
from netlynx.wire._codec import read_header
from netlynx.wire.constants import NLM_F, NLMSG
from netlynx.wire.message import Message

_START = struct.Struct("=I")  # of an entry of the index
_TYPE = struct.Struct("=4xH")
_ERROR = int(NLMSG.ERROR)
_REQUEST, _ACK = int(NLM_F.REQUEST), int(NLM_F.ACK)

_REMEMBERED = 1024  # requests without acknowledgement whose refusal can be told with what was asked


class DialogueFeed(SubscriptionFeed):
    """Turns what one socket receives into events and answers. `gone` counts refusals for what was not there any more.

    Sequence numbers are the caller's; requests are packed here, so that nothing is asked that is not waited for.
    """

    __slots__ = ("_answers", "_asked", "_told", "gone")

    def __init__(self, groups: list[Group[Any]], numbers: Mapping[str, int] | None = None) -> None:
        super().__init__(groups, numbers)
        self._asked: dict[int, Do[None]] = {}
        self._answers: dict[int, NetlinkError | None] = {}
        self._told: deque[tuple[int, Do[None]]] = deque(maxlen=_REMEMBERED)
        self.gone = 0

    def ask(self, operation: Do[None], sequence: int, portid: int) -> bytes:
        """The request to send; its answer is waited for. Raises TypeError for one that gets more than an answer."""
        _check(operation)
        self._asked[sequence] = operation
        return _packed(operation, _REQUEST | _ACK, sequence, portid)

    def tell(self, operation: Do[None], sequence: int, portid: int) -> bytes:
        """The request to send; only a refusal is heard of. Raises TypeError as `ask`."""
        _check(operation)
        self._told.append((sequence, operation))
        return _packed(operation, _REQUEST, sequence, portid)

    def answered(self, sequence: int) -> bool:
        """Whether the answer is there."""
        return sequence in self._answers

    def result(self, sequence: int) -> None:
        """Take the answer. Raises NetlinkError for a refusal."""
        error = self._answers.pop(sequence)
        if error is not None:
            raise error

    def give_up(self, sequence: int) -> None:
        """Do not wait for this answer any more."""
        self._asked.pop(sequence, None)
        self._answers.pop(sequence, None)

    def feed_many(
        self, data: bytearray | memoryview, index: bytearray, first: int, count: int, events: list[Any]
    ) -> int:
        """As `SubscriptionFeed.feed_many`; an answer is to be fed by itself."""
        end = first
        while end < count:
            (start,) = _START.unpack_from(index, end * DATAGRAM.size)
            if _TYPE.unpack_from(data, start)[0] == _ERROR:
                break
            end += 1
        return super().feed_many(data, index, first, end, events)

    def feed(self, data: bytearray | memoryview, size: int, sender: int, events: list[Any]) -> None:
        """As `SubscriptionFeed.feed`; raises NetlinkError for what was told and refused.

        A kernel's answer is a datagram of its own. That something is gone is no error where nobody waits for the
        answer: a packet may be dropped while its verdict is on the way.
        """
        if sender != KERNEL:
            self.strays += 1
            return
        if size < HEADER_SIZE or _TYPE.unpack_from(data)[0] != _ERROR:
            self.strays += self._notifications.read(data, size, events)
            return
        header = read_header(data, 0, size)
        length, _, _, sequence, _ = header
        if length < HEADER_SIZE + 4:
            raise DecodeError(f"an acknowledgement of {length} bytes has no room for its errno")
        message = control_message(data, 0, header)
        asked = self._asked.pop(sequence, None)
        if asked is not None:
            self._answers[sequence] = _refusal(asked, message, _REQUEST | _ACK)
            return
        told = next((operation for number, operation in self._told if number == sequence), None)
        error = None if told is None else _refusal(told, message, _REQUEST)
        if error is None:
            self.strays += 1
        elif isinstance(error, NotFound):
            self.gone += 1
        else:
            raise error


def _refusal(operation: Do[None], message: Message, flags: int) -> NetlinkError | None:
    return refusal(operation, message, _packed(operation, flags, message.sequence, message.portid))


def _check(operation: Do[None]) -> None:
    if operation.reply is not None or operation.family:
        raise TypeError(f"only what is acknowledged and no more goes with a subscription, not {operation}")


def _packed(operation: Do[None], flags: int, sequence: int, portid: int) -> bytes:
    payload = operation.payload
    length = HEADER_SIZE + len(payload)
    return HEADER.pack(length, operation.message_type, operation.flags | flags, sequence, portid) + payload
