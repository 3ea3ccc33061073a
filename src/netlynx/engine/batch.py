"""Batches: many operations to a datagram, one acknowledgement for all of them.

The kernel answers a failing message with NLMSG_ERROR whether an ACK was asked for or not, and the error names the
message's sequence number. So only the last message of a datagram asks for an ACK: when that is there, every error
before it has come too. A datagram holds few enough operations that all could fail without overrunning the receive
queue: that which every socket has from the start, and twice as many from the second on where it could be enlarged.

While a datagram is on its way the next one is made. When the answer is the plain acknowledgement, byte for byte, then
nothing was refused, and whoever received it may send the next one before anybody else looks at it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Any, ClassVar, Generic, Literal, NamedTuple, TypeVar

from netlynx.engine.exchange import KERNEL
from netlynx.errors import NetlinkError, NotFound
from netlynx.operation import Do
from netlynx.schema.compile import plan_of
from netlynx.wire._codec import Gatherer, decode, pack_requests, read_answers
from netlynx.wire.constants import NETLINK, NLMSG
from netlynx.wire.message import Message

T = TypeVar("T")

OnError = Literal["raise", "stop", "continue"]

_ERROR, _DONE, _NOOP = int(NLMSG.ERROR), int(NLMSG.DONE), int(NLMSG.NOOP)


class Unlocated(Exception):
    """A batch came to an operation whose family's number has to be asked for; all before it was carried out.

    `rest` are the operations from there on; None if whoever counts them goes on with that one.
    """

    def __init__(self, operation: Do[Any], rest: Iterable[Do[Any]] | None = None) -> None:
        super().__init__(operation.family)
        self.operation = operation
        self.rest = rest


class Packed(NamedTuple):
    """A datagram of a batch."""

    first_sequence: int  # of its first message
    last_sequence: int  # of its last one
    portid: int
    request: bytes
    acknowledgement: bytes  # what a kernel answers that carried all of it out and has nothing to say

    @classmethod
    def of(cls, operations: list[Do[Any]], after: int, portid: int) -> Packed:
        """Number the operations from `after` + 1, or from 1 where the numbers run out."""
        first = after + 1 if after + len(operations) <= 0xFFFFFFFF else 1
        return cls(first, first + len(operations) - 1, portid, *pack_requests(operations, first, portid))


class BatchResult(Generic[T]):
    """One outcome for each operation carried out, in order: its value (None for a plain acknowledgement) or its error.

    ``result[3]`` is the outcome of the fourth operation; `errors` maps positions to errors; ``len(result)`` is how
    many were carried out. Takes memory for values and errors only.
    """

    def __init__(self) -> None:
        self.errors: dict[int, NetlinkError] = {}
        self.values: dict[int, T] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, position: int) -> T | NetlinkError | None:
        if not -self._count <= position < self._count:
            raise IndexError(f"{self._count} operations were carried out")
        position %= self._count
        return self.errors.get(position, self.values.get(position))

    def __iter__(self) -> Iterator[T | NetlinkError | None]:
        return (self[position] for position in range(self._count))

    def __repr__(self) -> str:
        return f"<BatchResult: {self._count} operations, {len(self.errors)} errors>"

    def raise_first(self) -> None:
        """Raise the first error, if there is one, with its position as a note."""
        if self.errors:
            first = min(self.errors)
            error = self.errors[first]
            error.add_note(f"operation {first + 1} of the batch; {self._count} were carried out")
            raise error

    def removed(self) -> int:
        """How many of a flush's deletions succeeded; what was gone already is no error, anything else is raised."""
        gone = sum(isinstance(error, NotFound) for error in self.errors.values())
        self.errors = {at: error for at, error in self.errors.items() if not isinstance(error, NotFound)}
        self.raise_first()
        return self._count - gone


class BatchExchange(Generic[T]):
    """One datagram of a batch and its acknowledgement."""

    WINDOW: ClassVar[int] = 128  # operations in a datagram, for the receive queue of a new socket
    WIDE: ClassVar[int] = 256  # … and for one of `QUEUE` bytes, which anybody may ask for
    QUEUE: ClassVar[int] = 2 * 212_992  # net.core.rmem_max, of which the kernel makes twice as much (socket(7))
    _BYTES: ClassVar[int] = 64 * 1024  # bytes in a datagram, far below the smallest usual send buffer
    _REPLY_WEIGHT: ClassVar[int] = 16  # a record takes as much of the receive queue as this many errors

    def __init__(
        self,
        operations: list[Do[T]],
        result: BatchResult[T],
        gatherer: Gatherer | None = None,
        widen: Callable[[], None] | None = None,
        packed: Packed | None = None,
    ) -> None:
        self.widen = widen  # to be told that the receive queue has `QUEUE` bytes, if that is of use
        self.protocol = operations[0].protocol
        self.packed = packed  # once that is known: it may have been made while the one before it was on its way
        self.following: Packed | None = None  # the next datagram, if that was made already
        self.last_sequence = 0
        self.request = b""
        self.strays = 0
        self._gatherer = gatherer
        self._operations = operations
        self._first = len(result)  # position of the first operation in the whole batch
        self._result = result

    def __str__(self) -> str:
        last = self._first + len(self._operations)
        return f"batch, operations {self._first + 1} to {last} ({self._operations[0].name} …)"

    @classmethod
    def pack(
        cls, operations: Iterable[Do[T]], result: BatchResult[T], on_error: OnError, window: int | None
    ) -> Iterator[BatchExchange[T]]:
        """One exchange after the other, each to be carried out before the next is asked for. Raises Unlocated."""
        if on_error not in ("raise", "stop", "continue"):
            raise ValueError(f"on_error is 'raise', 'stop' or 'continue', not {on_error!r}")
        if window is not None and window < 1:
            raise ValueError(f"window is how many operations go out at a time, 1 or more, not {window}")
        most, wide = min(window or cls.WINDOW, cls.WINDOW), min(window or cls.WIDE, cls.WIDE)
        gatherer = Gatherer(operations, most, cls._BYTES, cls.WINDOW, cls._REPLY_WEIGHT)
        packed = None
        while True:
            try:
                lot = gatherer.take()
            except Exception as error:
                if result.errors:
                    error.add_note(
                        f"{len(result)} operations of the batch were carried out, {len(result.errors)} refused"
                    )
                raise
            if not lot:
                return
            if lot[0].protocol == NETLINK.GENERIC:
                for operation in lot:
                    if operation.family and not operation.message_type:
                        raise Unlocated(operation, chain(lot, chain.from_iterable(iter(gatherer.take, []))))
            widen = partial(gatherer.widen, wide, cls.WIDE) if len(lot) == most < wide else None
            exchange = cls(lot, result, gatherer, widen, packed)
            yield exchange
            packed = exchange.following
            if result.errors and on_error != "continue":
                return  # even where the iterable failed since: what the kernel refused came first

    def start(self, sequence: int, portid: int) -> bytes:
        """The datagram to send; its messages are numbered from `sequence` + 1."""
        if self.packed is None:
            self.packed = Packed.of(self._operations, sequence, portid)
        self.last_sequence = self.packed.last_sequence
        # From here on they count as carried out: the kernel takes the datagram as a whole.
        self._result._count += len(self._operations)
        self.request = self.packed.request
        return self.request

    def look_ahead(self) -> Packed | None:
        """Have the operations of the next datagram taken from their iterable now.

        Returns that datagram if it may follow as soon as this one's answer is its plain acknowledgement.
        """
        assert self._gatherer is not None
        assert self.packed is not None
        lot = self._gatherer.look_ahead()
        # The number of a generic netlink family may have to be asked for first.
        if lot and lot[0].protocol == self.protocol != NETLINK.GENERIC and self.following is None:
            self.following = Packed.of(lot, self.last_sequence, self.packed.portid)
        return self.following

    def feed(self, data: bytearray | memoryview, size: int, sender: int = KERNEL) -> bool:
        """Take in one datagram; True when the last operation is acknowledged or refused. Raises DecodeError."""
        if sender != KERNEL:
            self.strays += 1
            return False
        assert self.packed is not None
        first, portid = self.packed.first_sequence, self.packed.portid
        done = False
        count = len(self._operations)
        answers: list[tuple[int, int, int, int, int, int]] = []
        self.strays += read_answers(data, size, first, count, portid, answers)
        for number, kind, flags, errno, start, end in answers:
            if kind == _ERROR:
                if errno:
                    message = Message(kind, flags, first + number, portid, bytes(data[start:end]))
                    from netlynx.engine.refusal import refusal

                    error = refusal(self._operations[number], message, _nth(self.request, number))
                    assert error is not None
                    self._result.errors[self._first + number] = error
                done = done or number == count - 1
            elif kind not in (_NOOP, _DONE):
                self._take_reply(number, kind, data, start, end)
        return done

    def _take_reply(self, number: int, kind: int, data: bytearray | memoryview, start: int, end: int) -> None:
        operation = self._operations[number]
        if operation.reply is None or kind != operation.reply_type:
            self.strays += 1
            return
        self._result.values[self._first + number] = decode(plan_of(operation.reply), data, start, end)


def _nth(datagram: bytes, number: int) -> bytes:
    """One of the messages that a datagram was packed from."""
    start = end = 0
    for _ in range(number + 1):
        start = (end + 3) & ~3
        end = start + int.from_bytes(datagram[start : start + 4], sys.byteorder)
    return datagram[start:end]
