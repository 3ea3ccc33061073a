"""Datagrams of the process connector in, events out; and the handshake that has the kernel tell them."""

from __future__ import annotations

import errno
import random
import struct
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from netlynx.codec._codec import decode, read_header
from netlynx.engine.exchange import HEADER_SIZE, KERNEL
from netlynx.engine.operation import Event
from netlynx.engine.subscription import CountingFeed
from netlynx.errors import DecodeError, NotSupported, from_errno
from netlynx.schema.compile import plan_of

from .constants import ALL, CN_IDX, CN_VAL, NONE, Kinds, Operation
from .messages import Acknowledgement, said
from .numbering import Numbering

if TYPE_CHECKING:
    from .processes import Processes

_HEAD = struct.Struct("=IIIIHHII")  # struct cn_msg; `what` and `cpu` of struct proc_event behind it
_ENVELOPE = 20  # bytes of struct cn_msg
_EXIT_CODE = struct.Struct("=24xI")  # in struct proc_event
_TOKENS = 0x7FFF_FFFF

_ASKED = "listen to process events"


class ProcessFeed(CountingFeed):
    """Turns what one socket receives into events, and tells the kernel that somebody listens.

    Kernels since 6.6 filter by kind, each socket by its own; their numbers count what was filtered out too, so that
    what was lost is counted by the socket alone. Others say all, and what is not wanted is left out here.
    """

    __slots__ = ("_heard", "_kinds", "_numbering", "_records", "_told", "filtered")

    def __init__(self, groups: list[Processes]) -> None:
        super().__init__()
        self._kinds = Kinds(0)
        self._records: dict[int, tuple[str, Any]] = {}
        for group in groups:
            self._kinds |= group.kinds
            self._records.update({what: (str(kind), plan_of(cls)) for what, (kind, cls) in group.messages.items()})
        self._numbering = Numbering()
        self._heard: dict[int, int] = {}  # acknowledgements by token: errno
        self._told = False  # the kernel counts on us as a listener
        self.filtered = False  # by the kernel

    # -- what is said ----------------------------------------------------------------------------------------------

    def opening(self) -> Generator[bytes | None, bool, None]:
        """See `CountingFeed.opening`.

        What kernels since 6.6 alone understand is said first, so that its acknowledgement is there, or is not, when the
        other one is. A narrower filter comes last: it filters out its own acknowledgement.
        """
        token = random.randrange(0, _TOKENS, 2)
        yield said(Operation.LISTEN, token, ALL)
        yield said(Operation.LISTEN, token + 1)
        while token + 1 not in self._heard:
            if not (yield None):
                raise NotSupported(
                    errno.EOPNOTSUPP, "the kernel took the request and did not acknowledge it", asked=_ASKED
                )
        refused = self._heard[token + 1]
        if refused:
            raise from_errno(refused, asked=_ASKED)
        self._told = True
        self.filtered = token in self._heard and self._kinds != ALL
        if self.filtered:
            yield said(Operation.LISTEN, token, self._kinds)

    def closing(self) -> tuple[bytes, ...]:
        """See `CountingFeed.closing`: without it the kernel went on making events that nobody hears."""
        told, self._told = self._told, False
        return (said(Operation.IGNORE, 0),) if told else ()

    # -- what is heard ---------------------------------------------------------------------------------------------

    def feed(self, data: bytearray | memoryview, size: int, sender: int, events: list[Any]) -> None:
        """Append the events of one datagram that are wanted, an `Overrun` before one that was not the next.

        Raises DecodeError.
        """
        if sender != KERNEL:
            self.strays += 1
            return
        at = 0
        while at < size:
            length = read_header(data, at, size)[0]
            try:
                self._take(bytes(data[at + HEADER_SIZE : at + length]), events)
            except DecodeError as error:
                error.offset += at + HEADER_SIZE
                raise
            at += (length + 3) & ~3

    def _take(self, payload: bytes, events: list[Any]) -> None:
        if len(payload) < _HEAD.size:
            raise DecodeError(f"a process event of {len(payload)} bytes has no room for what it is", 0, "connector")
        index, value, sequence, acknowledged, length, _, what, cpu = _HEAD.unpack_from(payload)
        if (index, value) != (CN_IDX.PROC, CN_VAL.PROC):
            self.strays += 1
            return
        event = payload[_ENVELOPE : _ENVELOPE + length]
        if len(event) < length:
            raise DecodeError(f"a process event of {length} bytes is cut off after {len(event)}", 16, "connector")
        if not self.filtered:
            self.tell(self._numbering.see(cpu, sequence), events)
        if what == NONE:
            self._heard[acknowledged - 1] = decode(plan_of(Acknowledgement), event).error
            return
        meaning = self._records.get(what) or self._records.get(NONE)
        if meaning is None or (what == Kinds.EXIT and not self._kinds & Kinds.EXIT and not _failed(event)):
            return
        kind, plan = meaning
        events.append(Event(kind, decode(plan, event)))

    # -- what is lost ----------------------------------------------------------------------------------------------

    def dropped(self, count: int, events: list[Any]) -> None:
        """See `CountingFeed.dropped`."""
        self.tell(count if self.filtered else self._numbering.dropped(count), events)


def _failed(event: bytes) -> bool:
    """Whether an event of an end has an exit code other than 0."""
    return len(event) >= _EXIT_CODE.size and _EXIT_CODE.unpack_from(event) != (0,)
