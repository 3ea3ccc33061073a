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
from typing import Any, ClassVar, Generic, Literal, NamedTuple, TypeVar

from netlynx import limits
from netlynx.codec._codec import Gatherer, decode, pack_requests, read_answers
from netlynx.engine.exchange import KERNEL
from netlynx.engine.guarding import Unsettled
from netlynx.engine.named import NamedDo
from netlynx.engine.operation import Bound, Do, Guarded
from netlynx.errors import NetlinkError, from_errno
from netlynx.schema.compile import plan_of
from netlynx.wire.constants import NETLINK, NLMSG
from netlynx.wire.message import Message

T = TypeVar("T")

OnError = Literal["raise", "stop", "continue"]

_ERROR, _DONE, _NOOP = int(NLMSG.ERROR), int(NLMSG.DONE), int(NLMSG.NOOP)


class Unlocated(Exception):
    """A batch came to an operation for which something has to be asked first: the number of its family, or those of
    the names in it; all before it was carried out.

    `rest` are the operations from there on; None if whoever counts them (`by`) goes on with that one.
    """

    def __init__(
        self, operation: Do[Any] | NamedDo[Any], rest: Iterable[Do[Any]] | None = None, by: object = None
    ) -> None:
        super().__init__(operation.name)
        self.operation = operation
        self.rest = rest
        self.by = by


class Enclosed(Exception):
    """A batch came to changes that the kernel takes between marks; all before them was carried out.

    `rest` are the operations from there on.
    """

    def __init__(self, rest: Iterable[Do[Any]]) -> None:
        super().__init__("changes that go between marks")
        self.rest = rest


class _Rest:
    """The operations that a gatherer has taken, and those that it would take. Goes on after an error."""

    def __init__(self, lot: list[Do[Any]], gatherer: Gatherer) -> None:
        self._lot = iter(lot)
        self._gatherer = gatherer

    def __iter__(self) -> Iterator[Do[Any]]:
        return self

    def __next__(self) -> Do[Any]:
        for operation in self._lot:
            return operation
        self._lot = iter(_taken(self._gatherer))
        return next(self._lot)


def _taken(gatherer: Gatherer) -> list[Do[Any]]:
    """The next lot. Raises Unlocated at an operation with names in it, and what `Gatherer.take` raises."""
    try:
        return gatherer.take()
    except TypeError:
        if isinstance(gatherer.met, NamedDo):
            raise Unlocated(gatherer.met) from None
        raise


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
    """One outcome for each operation the kernel answered, in order: its value (None for a plain acknowledgement) or its
    error.

    ``result[3]`` is the outcome of the fourth operation; `errors` maps positions to errors; ``len(result)`` is how
    many were answered: `done` were carried out, the others refused. When something ended the batch while its last
    datagram was on the way, `unknown` more may have been carried out. What follows was not sent: operation
    ``len(result) + unknown`` is the first of that. ``str(result)`` says all this in words.

    Takes memory for values and errors only.
    """

    def __init__(self) -> None:
        self.errors: dict[int, NetlinkError] = {}
        self.values: dict[int, T] = {}
        self._answered = 0  # so many, from the first on
        self._begun = 0  # so many may have been sent

    @property
    def done(self) -> int:
        """How many operations the kernel carried out."""
        return self._answered - len(self.errors)

    @property
    def unknown(self) -> int:
        """How many were sent, or may have been, without their answers having come: those behind the answered ones."""
        return max(self._begun - self._answered, 0)

    def __len__(self) -> int:
        return self._answered

    def __getitem__(self, position: int) -> T | NetlinkError | None:
        if not -self._answered <= position < self._answered:
            raise IndexError(f"{self._answered} operations were answered")
        position %= self._answered
        return self.errors.get(position, self.values.get(position))

    def __iter__(self) -> Iterator[T | NetlinkError | None]:
        return (self[position] for position in range(self._answered))

    def __repr__(self) -> str:
        return f"<BatchResult: {self}>"

    def __str__(self) -> str:
        unknown = f", {self.unknown} unknown: their answers never came" if self.unknown else ""
        return f"{self.done} carried out, {len(self.errors)} refused{unknown}"

    def refused(self, error: NetlinkError) -> None:
        """Take in why the next operation could not be sent."""
        self.errors[self._answered] = error
        self._answered += 1
        self._begun = self._answered

    def sending(self, end: int) -> None:
        """Note that all before `end` may have been sent."""
        self._begun = end

    def answered(self, end: int, errors: dict[int, NetlinkError], values: dict[int, T]) -> None:
        """Take in what became of those that are not answered yet, up to `end`: nothing further was carried out."""
        self.errors.update(errors)
        self.values.update(values)
        self._answered = self._begun = end

    def carried_out(self, count: int) -> None:
        """Take in that the next `count` operations were carried out."""
        self._answered += count
        self._begun = max(self._begun, self._answered)

    def may_have_sent(self, count: int) -> None:
        """Take in that the next `count` operations were sent, or may have been, and no more is known."""
        self._begun = self._answered + count

    def raise_first(self) -> None:
        """Raise the first error, if there is one, with its position and what became of the others as a note."""
        self._raise_first(self.errors)

    def _raise_first(self, positions: Iterable[int]) -> None:
        first = min(positions, default=None)
        if first is not None:
            error = self.errors[first]
            error.add_note(f"operation {first + 1} of the batch; {self}")
            error.batch = self
            raise error

    def told_by(self, error: BaseException) -> None:
        """Have an error that ended the batch say what was carried out: `error.batch` is this, a note says it."""
        if getattr(error, "batch", None) is self:
            return
        # Some classes of exceptions are frozen; what they all derive from is not.
        BaseException.__setattr__(error, "batch", self)
        notes = [*getattr(error, "__notes__", ()), f"of the batch: {self}"]
        BaseException.__setattr__(error, "__notes__", notes)


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
        packed: Packed | None = None,
        first: int | None = None,
    ) -> None:
        self.widen: Callable[[], None] | None = None  # to be told that the queue has `QUEUE` bytes, if that is of use
        self.protocol = operations[0].protocol
        self.packed = packed  # once that is known: it may have been made while the one before it was on its way
        self.following: BatchExchange[T] | None = None  # the next one, if its datagram was made already
        self.fed = 0  # datagrams
        self.last_sequence = 0
        self.request = b""
        self.strays = 0
        self._gatherer = gatherer
        self._operations = operations
        self._first = len(result) if first is None else first  # position of the first operation in the whole batch
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
        if window is not None:
            window = limits.whole("window", window, 1, unit=" of operations")
        most, wide = min(window or cls.WINDOW, cls.WINDOW), min(window or cls.WIDE, cls.WIDE)
        gatherer = Gatherer(operations, most, cls._BYTES, cls.WINDOW, cls._REPLY_WEIGHT)
        exchange = None
        while True:
            lot = _taken(gatherer)
            if not lot:
                return
            if gatherer.mixed and any(type(each) is Guarded for each in lot):
                raise Unsettled(_Rest(lot, gatherer))
            if gatherer.mixed and any(isinstance(each, Bound) for each in lot):
                bound = next(at for at, each in enumerate(lot) if isinstance(each, Bound))
                if bound:
                    yield cls(lot[:bound], result, gatherer)
                if result.errors and on_error != "continue":
                    return
                raise Enclosed(_Rest(lot[bound:], gatherer))
            if lot[0].protocol == NETLINK.GENERIC:
                for operation in lot:
                    if operation.family and not operation.message_type:
                        raise Unlocated(operation, _Rest(lot, gatherer))
            widen = partial(gatherer.widen, wide, cls.WIDE) if len(lot) == most < wide else None
            exchange = (exchange and exchange.following) or cls(lot, result, gatherer)
            exchange.widen = widen
            yield exchange
            if result.errors and on_error != "continue":
                return  # even where the iterable failed since: what the kernel refused came first

    def start(self, sequence: int, portid: int) -> bytes:
        """The datagram to send; its messages are numbered from `sequence` + 1."""
        if self.packed is None:
            self.packed = Packed.of(self._operations, sequence, portid)
        self.last_sequence = self.packed.last_sequence
        self._result._begun = self._end  # until it is known what became of them
        self.request = self.packed.request
        return self.request

    @property
    def answered(self) -> bool:
        """Whether it is known what became of all its operations."""
        return len(self._result) >= self._end

    def sent(self, sent: bool) -> None:
        """For one that was interrupted: whether its datagram was sent, as is known by now."""
        self._result._begun = self._end if sent else self._first

    @property
    def _end(self) -> int:
        return self._first + len(self._operations)

    def look_ahead(self) -> Packed | None:
        """Have the operations of the next datagram taken from their iterable now.

        Returns that datagram if it may follow as soon as this one's answer is its plain acknowledgement.
        """
        assert self._gatherer is not None
        assert self.packed is not None
        lot = self._gatherer.look_ahead()
        # The number of a generic netlink family may have to be asked for first.
        # A guarded one has to be looked at.
        sendable = lot and not self._gatherer.mixed and lot[0].protocol == self.protocol != NETLINK.GENERIC
        if sendable and self.following is None:
            packed = Packed.of(lot, self.last_sequence, self.packed.portid)
            self.following = BatchExchange(lot, self._result, self._gatherer, packed, self._end)
        return None if self.following is None else self.following.packed

    def feed(self, data: bytearray | memoryview, size: int, sender: int = KERNEL) -> bool:
        """Take in one datagram; True when the last operation is acknowledged or refused. Raises DecodeError."""
        if sender != KERNEL:
            self.strays += 1
            self.fed += 1
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
                    self._result.errors[self._first + number] = self._refusal(number, message, -errno)
                done = done or number == count - 1
            elif kind == _NOOP:
                continue
            elif kind != _DONE:
                self._take_reply(number, kind, data, start, end)
            # The kernel works in the order in which it is asked, and tells what it refuses.
            self._result._answered = max(self._result._answered, self._first + number + 1)
        self.fed += 1
        return done

    def _refusal(self, number: int, message: Message, reason: int) -> NetlinkError:
        operation = self._operations[number]
        assert self.packed is not None
        try:
            from netlynx.engine.refusal import refusal  # all that explains errors is loaded when there is one

            error = refusal(operation, message, _nth(self.packed.request, number))
        except (ImportError, OSError):  # too few descriptors to load it: that must not hide what the kernel said
            error = None
        return from_errno(reason, asked=str(operation)) if error is None else error

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
