"""Changes that take effect together: one datagram between two marks, of which the kernel carries out all or nothing.

    begin, operation, … operation, end ──> what was made, for each operation that asks for it (NLM_F_ECHO), and then
                                           NLMSG_ERROR for the last
                                       ──> NLMSG_ERROR for each operation that fails, and for the last in any case
                                       ──> NLMSG_ERROR for `begin`: nothing was looked at (another generation, no such
                                           subsystem, no privilege)

The marks themselves are not acknowledged: kernels before Linux 6.10 never do, later ones not when something failed.

What is made is told only once all of it was made, and errors only where nothing was. So the first answer tells which of
the two it was, even where the receive queue could not hold what followed.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from netlynx.codec._codec import decode, pack_requests, read_answers
from netlynx.engine.batch import Packed
from netlynx.engine.exchange import HEADER, HEADER_SIZE, KERNEL
from netlynx.engine.operation import Bound, Do, Series, Transaction
from netlynx.errors import EncodeError, NetlinkError, TransactionError, carried_out, from_errno
from netlynx.schema.compile import plan_of
from netlynx.wire.constants import NLM_F, NLMSG
from netlynx.wire.message import Message

T = TypeVar("T")

_REQUEST, _ACK = int(NLM_F.REQUEST), int(NLM_F.ACK)
_ERROR, _NOOP = int(NLMSG.ERROR), int(NLMSG.NOOP)
_FLAGS = struct.Struct("=6xH")  # of a message's header

_SHOWN = 64 * 1024  # bytes of a datagram that an error may be asked to show
_ERROR_WEIGHT = 1664  # bytes of a receive queue that an error takes, and more than what was made, told alone
_TOO_LARGE = "Make it smaller, or have it cut (split) into several, each of which is carried out whole or not at all"


class Outcome(Generic[T]):
    """What the kernel made of the operations of a transaction, in their order: all of them were carried out.

    ``outcome[2]`` is what it made of the third, with the handle that it gave it; None for what makes nothing (a
    deletion), for what was there already, and for elements. `generation` is what the kernel told of the generation that
    the transaction made; None where it did not, as it does only with what the first operation made. `transactions` is
    how many there were: more than one only for a transaction that was to be cut (``split=``). Not `complete` is one
    that was carried out, but made more than the receive queue could hold what was told of: some is missing.
    """

    def __init__(self, count: int) -> None:
        self.generation: Any = None
        self.transactions = 0
        self.complete = True
        self.values: dict[int, T] = {}
        self._count = count
        self._last: int | None = None  # operation of which something was carried out

    def take(self, exchange: TransactionExchange) -> None:
        """Take over what became of one datagram. Raises what the kernel said if it refused it."""
        first, last = exchange.span
        exchange.raise_refusal(first if self.transactions else 0, first == self._last)
        self._last = last
        self.values.update(exchange.values)
        self.generation = exchange.generation
        self.complete = self.complete and not exchange.spoilt
        self.transactions += 1

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, position: int) -> T | None:
        if not -self._count <= position < self._count:
            raise IndexError(f"there were {self._count} operations")
        return self.values.get(position % self._count)

    def __iter__(self) -> Iterator[T | None]:
        return (self[position] for position in range(self._count))

    def __repr__(self) -> str:
        lost = "" if self.complete else ", what others made was lost"
        return f"<Outcome of {self._count} operations: {len(self.values)} told what they made{lost}>"


class _Told(NamedTuple):
    """One message of a series: what is kept of it besides its bytes."""

    name: str
    message_type: int
    request: Any  # a record that says what it is about; the elements of a list, say, it may leave to the bytes


class _Messages:
    """The messages of operations with the position of each, some at a time."""

    def __init__(self, operations: Sequence[Do[Any] | Series]) -> None:
        self._iterator = self._each(operations)
        self._pending: tuple[int, Do[Any], bool] | None = None

    @staticmethod
    def _each(operations: Sequence[Do[Any] | Series]) -> Iterator[tuple[int, Do[Any], bool]]:
        for position, operation in enumerate(operations):
            if isinstance(operation, Series):
                for each in operation.make():
                    yield position, each, True
            else:
                yield position, operation, False

    @property
    def more(self) -> bool:
        """Whether there are others."""
        if self._pending is None:
            self._pending = next(self._iterator, None)
        return self._pending is not None

    def take(self, room: int | None) -> Iterator[tuple[int, Do[Any], bool]]:
        """The next of at most `room` bytes, and one in any case."""
        taken = 0
        while self.more:
            assert self._pending is not None
            size = _padded(HEADER_SIZE + len(self._pending[1].payload))
            if room is not None and taken and taken + size > room:
                return
            taken += size
            pending, self._pending = self._pending, None
            yield pending


def exchanges(transaction: Transaction[Any]) -> Iterator[TransactionExchange]:
    """The datagrams of a transaction: one, or several where it is to be cut; each to be carried out before the next."""
    how = (transaction.begin, transaction.end, transaction)
    plain = [each for each in transaction.operations if isinstance(each, Do)]
    if transaction.split is None and len(plain) == len(transaction.operations):
        yield TransactionExchange(*how, plain)
        return
    messages = _Messages(transaction.operations)
    if not messages.more:
        raise EncodeError("none of its operations has anything to do", str(transaction))
    while messages.more:
        yield TransactionExchange(*how, messages.take(transaction.split))


class TransactionExchange:
    """One datagram of changes that take effect together, and what comes back. Feed it until done.

    Then `errors` has what was refused by the position of the operation, None for the whole; `values` what was made.
    """

    def __init__(
        self,
        begin: Do[Any],
        end: Do[Any],
        asked: object,
        operations: Sequence[Do[Any]] | Iterator[tuple[int, Do[Any], bool]],
    ) -> None:
        """`asked` says what it is for, and may be a `Transaction`."""
        self.protocol = begin.protocol
        self.asked = asked
        self.errors: dict[int | None, NetlinkError] = {}
        self.values: dict[int, Any] = {}
        self.generation: Any = None
        self.request = b""  # what errors show of the datagram
        self.packed: Packed | None = None  # what an answer has to fit
        self.answers = 0  # bytes of a receive queue that could hold all that may come back
        self.last_sequence = 0
        self.strays = 0
        self.known = False  # whether something came that tells what became of it
        self.spoilt = False  # whether more may come on its socket
        self.advice = _TOO_LARGE if isinstance(asked, Transaction) else ""
        self._begin = begin
        self._end = end
        self._told: tuple[int, type[Any]] | None = getattr(asked, "told", None)
        self._datagram: bytes | bytearray = b""
        self._operations = operations
        self._messages: Sequence[Do[Any] | _Told] = ()
        self._positions: list[int] | None = None
        self._starts: list[int] = []
        self._first = self._portid = 0

    def __str__(self) -> str:
        return str(self.asked)

    def start(self, sequence: int, portid: int) -> bytes | bytearray:
        """The datagram to send; its messages are numbered from `sequence` + 1. Raises what a series' maker does."""
        self._portid = portid
        body = bytearray()
        if isinstance(self._operations, Iterator):
            body = self._packed(self._operations, portid)
        else:
            self._messages = self._operations
        count = len(self._messages)
        self._first = first = sequence + 1 if sequence + count + 2 <= 0xFFFFFFFF else 1
        if self._positions is None:
            request: bytes | bytearray = pack_requests([self._begin, *self._operations], first, portid)[0]
        else:
            request = body
            self._number(request, first)
        self.last_sequence = first + count + 1
        request += _header(self._end, _REQUEST, self.last_sequence, portid) + self._end.payload
        echoes = any(not isinstance(each, _Told) and each.reply is not None for each in self._messages)
        self.answers = _ERROR_WEIGHT * (count + 1) + (2 * len(request) if echoes else 0)
        self.packed = Packed(first, self.last_sequence, portid, b"", b"")
        self._datagram = request
        self.request = bytes(request) if len(request) <= _SHOWN else b""
        return request

    def _packed(self, messages: Iterable[tuple[int, Do[Any], bool]], portid: int) -> bytearray:
        body = bytearray(_header(self._begin, _REQUEST, 0, portid) + self._begin.payload)
        kept: list[Do[Any] | _Told] = []
        self._positions = []
        for position, each, slim in messages:
            self._starts.append(len(body))
            body += _header(each, each.flags | _REQUEST, 0, portid)
            body += each.payload
            body += bytes(-len(body) % 4)
            kept.append(_Told(each.name, each.message_type, each.request) if slim else each)
            self._positions.append(position)
        self._messages = kept
        return body

    def _number(self, body: bytearray, first: int) -> None:
        struct.pack_into("=I", body, 8, first)
        for number, start in enumerate(self._starts, first + 1):
            struct.pack_into("=I", body, start + 8, number)
        last = self._starts[-1]
        struct.pack_into("=H", body, last + 6, _FLAGS.unpack_from(body, last)[0] | _ACK)

    def feed(self, data: bytearray | memoryview, size: int, sender: int = KERNEL) -> bool:
        """Take in one datagram; True when it is known what became of all of it. Raises DecodeError."""
        if sender != KERNEL:
            self.strays += 1
            return False
        count = len(self._messages)
        done = False
        answers: list[tuple[int, int, int, int, int, int]] = []
        self.strays += read_answers(data, size, self._first, count + 2, self._portid, answers)
        for number, kind, flags, reason, start, end in answers:
            if kind == _NOOP:
                continue
            self.known = True
            if kind != _ERROR:
                self._take(number, kind, data, start, end)
                continue
            if reason:
                message = Message(kind, flags, self._first + number, self._portid, bytes(data[start:end]))
                self._refuse(number, message, -reason)
            # An error of the marks is the only answer. So is this one: the kernel could not note down the errors.
            unheard = reason == -errno.ENOMEM and number == 1 < count
            self.spoilt = self.spoilt or unheard
            done = done or number == count or (number == 0 and reason != 0) or unheard
        return done

    def _take(self, number: int, kind: int, data: bytearray | memoryview, start: int, end: int) -> None:
        if self._told is not None and kind == self._told[0]:
            self.generation = decode(plan_of(self._told[1]), data, start, end)
            return
        asked = self._messages[number - 1] if 0 < number <= len(self._messages) else None
        if isinstance(asked, Do) and asked.reply is not None and kind == asked.reply_type:
            self.values.setdefault(self._position(number), decode(plan_of(asked.reply), data, start, end))
        elif not isinstance(asked, Do) or asked.reply is None:
            self.strays += 1

    def _position(self, number: int) -> int:
        return number - 1 if self._positions is None else self._positions[number - 1]

    def _refuse(self, number: int, message: Message, reason: int) -> None:
        if not 0 < number <= len(self._messages):
            error = self._refusal(self._begin, message, bytes(self._nth(0)), reason)
            error.asked = str(self.asked)
            self.errors[None] = error
            return
        sent = bytes(self._nth(number))
        asked = self._messages[number - 1]
        if isinstance(asked, _Told):
            payload = sent[HEADER_SIZE:]
            asked = Do(asked.name, self.protocol, asked.message_type, 0, asked.request, payload)
        self.errors.setdefault(self._position(number), self._refusal(asked, message, sent, reason))

    def _refusal(self, asked: Do[Any], message: Message, sent: bytes, reason: int) -> NetlinkError:
        try:
            from netlynx.engine.refusal import refusal  # all that explains errors is loaded when there is one

            error = refusal(asked, message, sent)
        except (ImportError, OSError):  # too few descriptors to load it: that must not hide what the kernel said
            error = None
        return from_errno(reason, asked=str(asked)) if error is None else error

    def _nth(self, number: int) -> memoryview:
        """One of the messages that were sent."""
        if not self._starts or self._starts[0]:
            self._starts = list(_starts(self._datagram))
        start = self._starts[number]
        return memoryview(self._datagram)[start : start + _LENGTH.unpack_from(self._datagram, start)[0]]

    def only(self) -> Any:
        """What became of the only change that it has. Raises NetlinkError."""
        if self.errors:
            raise next(iter(self.errors.values()))
        return self.values.get(0)

    @property
    def span(self) -> tuple[int, int]:
        """The positions of its first and its last operation."""
        return (0, len(self._messages) - 1) if self._positions is None else (self._positions[0], self._positions[-1])

    def raise_refusal(self, before: int = 0, partly: bool = False) -> None:
        """Raise what the kernel refused, if it did. So many operations were carried out `before`, and of another one a
        part."""
        whole = self.errors.pop(None, None)
        if whole is not None:
            whole.add_note(carried_out(before, partly))
            raise whole
        if self.errors:
            errors = {at: self.errors[at] for at in sorted(at for at in self.errors if at is not None)}
            raise TransactionError(errors, asked=str(self.asked), unheard=self.spoilt, before=before, partly=partly)


def exchange_of(change: Bound[Any]) -> TransactionExchange:
    """The datagram of one change."""
    return TransactionExchange(change.begin, change.end, change, (change,))


def alone(change: Series) -> Transaction[Any]:
    """A transaction of one change that takes several messages."""
    return Transaction(change.name, change.begin, (change,), change.end)


_LENGTH = struct.Struct("=I")


def _starts(datagram: bytes | bytearray) -> Iterator[int]:
    at = 0
    while at < len(datagram):
        yield at
        at += _padded(_LENGTH.unpack_from(datagram, at)[0])


def _padded(length: int) -> int:
    return (length + 3) & ~3


def _header(operation: Do[Any], flags: int, sequence: int, portid: int) -> bytes:
    return HEADER.pack(HEADER_SIZE + len(operation.payload), operation.message_type, flags, sequence, portid)
