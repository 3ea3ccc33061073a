"""A socket on which its owner asks and listens: answers are told from events.

Most kernels' sides tell whoever is member of a group. Some send to the one socket that asked for it, and take what is
said about it from that socket only: packets queued for a verdict, packets logged.

    ask    ──> NLMSG_ERROR         the answer, errno 0 when all is well; events before it wait to be handed out
    tell   ──> (nothing)           no acknowledgement is asked for
           ──> NLMSG_ERROR         refused: raised where it stands among the events
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

import msgspec

from netlynx.codec._codec import Told, decode, read_header
from netlynx.engine.exchange import HEADER, HEADER_SIZE, KERNEL, control_message
from netlynx.engine.operation import Do, Group
from netlynx.engine.refusal import refusal
from netlynx.engine.subscription import SubscriptionFeed
from netlynx.errors import DecodeError, NetlinkError, NotFound
from netlynx.schema.compile import plan_of
from netlynx.wire.constants import NLM_F, NLMSG
from netlynx.wire.message import Message

_TYPE = struct.Struct("=4xH")
_ERROR = int(NLMSG.ERROR)
_REQUEST, _ACK = int(NLM_F.REQUEST), int(NLM_F.ACK)


class DialogueFeed(SubscriptionFeed):
    """Turns what one socket receives into events and answers. `gone` counts refusals for what was not there any more.

    `told` numbers and packs the requests that nobody waits for; `ask` packs those whose number is waited for.
    """

    __slots__ = ("_answers", "_asked", "_numbers", "_protocol", "gone", "told")

    asking = True

    def __init__(self, groups: list[Group[Any]], numbers: Mapping[str, int] | None = None) -> None:
        super().__init__(groups, numbers)
        self._protocol = groups[0].protocol
        self._numbers = numbers or {}
        self._asked: dict[int, Do[None]] = {}
        self._answers: dict[int, NetlinkError | None] = {}
        self.told = Told()
        self.gone = 0

    def ask(self, operation: Do[None], sequence: int, portid: int) -> bytes:
        """The request to send; its answer is waited for. Raises TypeError for one that gets more than an answer."""
        number = self._numbers.get(operation.family)
        if number is not None:
            operation = msgspec.structs.replace(operation, message_type=number, family="")
        if operation.reply is not None or operation.family:
            raise TypeError(f"only what is acknowledged and no more goes with a subscription, not {operation}")
        self._asked[sequence] = operation
        return _packed(operation, _REQUEST | _ACK, sequence, portid)

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
        told = self._remembered(sequence)
        error = None if told is None else _refusal(told, message, _REQUEST)
        if error is None:
            self.strays += 1
        elif isinstance(error, NotFound):
            self.gone += 1
        else:
            raise error

    def _remembered(self, sequence: int) -> Do[None] | None:
        found = self.told.find(sequence)
        if found is None:
            return None
        name, request, sent = found
        length, kind, flags, _, _ = HEADER.unpack_from(sent)
        payload = sent[HEADER_SIZE:length]
        return Do(name, self._protocol, kind, flags & ~_REQUEST, decode(plan_of(request), payload), payload)


def _refusal(operation: Do[None], message: Message, flags: int) -> NetlinkError | None:
    return refusal(operation, message, _packed(operation, flags, message.sequence, message.portid))


def _packed(operation: Do[None], flags: int, sequence: int, portid: int) -> bytes:
    payload = operation.payload
    length = HEADER_SIZE + len(payload)
    return HEADER.pack(length, operation.message_type, operation.flags | flags, sequence, portid) + payload
