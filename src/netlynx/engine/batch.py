"""Batches: many operations to a datagram, one acknowledgement for all of them.

The kernel answers a failing message with NLMSG_ERROR whether an ACK was asked for or not, and the error names the
message's sequence number. So only the last message of a datagram asks for an ACK: when that is there, every error
before it has come too. A datagram holds few enough operations that all could fail without overrunning the receive
queue that every socket has from the start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Generic, Literal, TypeVar

from netlynx.engine.exchange import HEADER, HEADER_SIZE, KERNEL, control_message
from netlynx.engine.refusal import refusal
from netlynx.errors import NetlinkError, NotFound
from netlynx.operation import Do
from netlynx.schema.compile import plan_of
from netlynx.wire._codec import decode, read_header
from netlynx.wire.constants import NLM_F, NLMSG

T = TypeVar("T")

OnError = Literal["raise", "stop", "continue"]

_REQUEST, _ACK = int(NLM_F.REQUEST), int(NLM_F.ACK)
_ERROR, _DONE, _NOOP = int(NLMSG.ERROR), int(NLMSG.DONE), int(NLMSG.NOOP)


class Unlocated(Exception):
    """An operation of a batch whose family's number has to be asked for before it can be sent."""

    def __init__(self, operation: Do[Any]) -> None:
        super().__init__(operation.family)
        self.operation = operation


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

    WINDOW: ClassVar[int] = 128  # operations in a datagram
    _BYTES: ClassVar[int] = 64 * 1024  # bytes in a datagram, far below the smallest usual send buffer
    _REPLY_WEIGHT: ClassVar[int] = 16  # a record takes as much of the receive queue as this many errors

    def __init__(self, protocol: int, first: int, result: BatchResult[T]) -> None:
        self.protocol = protocol
        self.last_sequence = 0
        self.strays = 0
        self._first = first  # position of the first operation in the whole batch
        self._first_sequence = 0
        self._portid = 0
        self._operations: list[Do[T]] = []
        self._size = 0
        self._weight = 0
        self._result = result

    def __str__(self) -> str:
        last = self._first + len(self._operations)
        return f"batch, operations {self._first + 1} to {last} ({self._operations[0].name} …)"

    @classmethod
    def pack(
        cls, operations: Iterable[Do[T]], result: BatchResult[T], on_error: OnError, window: int | None
    ) -> Iterator[BatchExchange[T]]:
        """One exchange after the other, each to be carried out before the next is asked for.

        Raises Unlocated, all before it carried out; whoever knows the number goes on with the rest.
        """
        if on_error not in ("raise", "stop", "continue"):
            raise ValueError(f"on_error is 'raise', 'stop' or 'continue', not {on_error!r}")
        if window is not None and window < 1:
            raise ValueError(f"window is how many operations go out at a time, 1 or more, not {window}")
        limit = min(window or cls.WINDOW, cls.WINDOW)
        current: BatchExchange[T] | None = None
        iterator = iter(operations)
        while True:
            try:
                operation = next(iterator)
                if not isinstance(operation, Do):
                    raise TypeError(f"a batch takes operations such as route.add(record), not {operation!r}")
            except StopIteration:
                break
            except Exception as error:
                if current is not None:
                    yield current
                if result.errors:
                    if on_error != "continue":
                        return  # what the kernel refused came first
                    refused = f"{len(result)} operations of the batch were carried out, {len(result.errors)} refused"
                    error.add_note(refused)
                raise
            if current is not None and not current._fits(operation, limit):
                yield current
                if result.errors and on_error != "continue":
                    return
                current = None
            if current is None:
                if operation.family and not operation.message_type:
                    raise Unlocated(operation)
                current = cls(operation.protocol, len(result), result)
            current._add(operation)
        if current is not None:
            yield current

    def _fits(self, operation: Do[T], limit: int) -> bool:
        return (
            operation.protocol == self.protocol
            and len(self._operations) < limit
            and self._weight < self.WINDOW
            and self._size + len(operation.payload) + HEADER_SIZE <= self._BYTES
        )

    def _add(self, operation: Do[T]) -> None:
        self._operations.append(operation)
        self._size += HEADER_SIZE + ((len(operation.payload) + 3) & ~3)
        self._weight += self._REPLY_WEIGHT if operation.reply is not None else 1

    def start(self, sequence: int, portid: int) -> bytes:
        """The datagram to send; its messages are numbered from `sequence` + 1."""
        count = len(self._operations)
        if sequence + count > 0xFFFFFFFF:
            sequence = 0
        self._first_sequence = sequence + 1
        self.last_sequence = sequence + count
        self._portid = portid
        pack = HEADER.pack
        parts = []
        for number, operation in enumerate(self._operations, self._first_sequence):
            payload = operation.payload
            flags = operation.flags | (_REQUEST if number < self.last_sequence else _REQUEST | _ACK)
            parts.append(pack(HEADER_SIZE + len(payload), operation.message_type, flags, number, portid))
            parts.append(payload if len(payload) % 4 == 0 else payload + bytes(-len(payload) % 4))
        # From here on they count as carried out: the kernel takes the datagram as a whole.
        self._result._count += count
        return b"".join(parts)

    def feed(self, data: bytearray, size: int, sender: int = KERNEL) -> bool:
        """Take in one datagram; True when the last operation is acknowledged or refused. Raises DecodeError."""
        done = False
        at = 0
        if sender != KERNEL:
            self.strays += 1
            return False
        while at < size:
            header = read_header(data, at, size)
            length, kind, _, sequence, portid = header
            number = sequence - self._first_sequence
            if portid != self._portid or not 0 <= number < len(self._operations):
                self.strays += 1
            elif kind == _ERROR:
                error = refusal(self._operations[number], control_message(data, at, header))
                if error is not None:
                    self._result.errors[self._first + number] = error
                done = done or sequence == self.last_sequence
            elif kind not in (_NOOP, _DONE):
                self._take_reply(number, kind, data, at + HEADER_SIZE, at + length)
            at += (length + 3) & ~3
        return done

    def _take_reply(self, number: int, kind: int, data: Any, start: int, end: int) -> None:
        operation = self._operations[number]
        if operation.reply is None or kind != operation.reply_type:
            self.strays += 1
            return
        self._result.values[self._first + number] = decode(plan_of(operation.reply), data, start, end)
