"""What a conversation waits for. It is a generator that yields these; whoever drives it waits, and sends the answer in.

A plain `Do`, whose family has its number, is a step as well: one request, and its answer comes back. So are the errors:
what goes wrong while it is waited for is thrown into the conversation, whatever it is, and ends there or goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from inspect import GEN_CLOSED, getgeneratorstate
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

import msgspec

from netlynx.engine.operation import Do

if TYPE_CHECKING:
    from netlynx.codec._codec import Traffic
    from netlynx.engine.batch import BatchExchange
    from netlynx.engine.dumping import DumpAttempt
    from netlynx.engine.exchange import DumpExchange

T = TypeVar("T")

Came: TypeAlias = tuple[int, int]
"""Size and sender of a datagram, which is in the line's buffer."""

UNSENT: Came = (-1, 0)
"""The request could not be sent: the receiver's queue is full, as its reader may be slow."""


class Line(Protocol):
    """A socket in the hands of one conversation, with its buffer and sequence numbers."""

    protocol: int
    portid: int
    sequence: int
    buffer: memoryview
    last: Came  # of the datagrams that were waited for
    traffic: Traffic

    @property
    def ahead(self) -> bool:
        """Whether something may have been received from it that nobody has seen yet."""

    def next_sequence(self) -> int:
        """The next sequence number."""


class Gathered(Protocol):
    """The lines of one batch."""

    def done(self) -> None:
        """What was asked last is answered."""

    def end(self) -> None:
        """Nothing more is asked."""

    def leave(self) -> None:
        """Let go of them."""


class Lines(Protocol):
    """Where lines go when a conversation is over, and where batches get theirs. None of this waits."""

    def idle(self, protocol: int) -> Any | None:
        """A line that lies idle, if taking one never takes long."""

    def give_back(self, lease: Any) -> None:
        """Nothing is outstanding on it."""

    def discard(self, lease: Any) -> None:
        """Something may still be coming."""

    def gather(self, ahead: bool) -> Gathered:
        """The lines of a batch; the next datagram may be made while one is on its way (`ahead`)."""


class Lend(msgspec.Struct):
    """A line of a protocol."""

    protocol: int
    asked: object


class Empty(msgspec.Struct):
    """Until nothing of what came unasked is left on a line."""

    line: Any  # the `Line`; whoever lent it knows more of it
    asked: object


class Send(msgspec.Struct):
    """Until a request is sent."""

    line: Any  # the `Line`; whoever lent it knows more of it
    request: bytes | bytearray
    asked: Any
    answers: int = 0  # bytes that the receive queue is to have for what comes back, if it can


class Take(msgspec.Struct):
    """The next datagram as `Came` if one is there, or None; nothing is waited for."""

    line: Any  # the `Line`; whoever lent it knows more of it
    asked: Any


class Receive(msgspec.Struct):
    """The next datagram, as `Came`; the same step again and again until the exchange is done."""

    line: Any  # the `Line`; whoever lent it knows more of it
    asked: Any
    exchange: Any  # which counts its `strays`
    wait: Any = None  # of whoever waits: since when


class Feed(msgspec.Struct):
    """The next datagrams of a table, one or several, fed to an attempt to read it; what that hands out.

    The first step of a table sends its request, too: most tables are short, and a step takes as long as ten rows.
    """

    line: Any  # the `Line`; whoever lent it knows more of it
    attempt: DumpAttempt[Any]
    exchange: DumpExchange
    unsent: bool = True  # the request of the exchange; whoever sends it says so
    wait: Any = None  # of whoever waits: since when


class Pause(msgspec.Struct):
    """Some seconds."""

    seconds: float


class Ask(msgspec.Struct):
    """A datagram of a batch, sent: the line that it went out on, and what came back at once, if anything did."""

    lines: Any  # `Gathered`
    exchange: BatchExchange[Any]


class Settle(msgspec.Struct):
    """What became of a batch that an error ended, as far as that is known soon."""

    lines: Any  # `Gathered`
    error: BaseException


class Otherwise(msgspec.Struct):
    """Whatever else a shell waits for in its way: in the sync one this returns, in the async one it is awaited."""

    how: Callable[..., Any]
    arguments: tuple[Any, ...] = ()


class Handed(msgspec.Struct):
    """No wait: a part of the answer, for whoever asked. The conversation goes on when more is wanted."""

    value: Any


class Ended(msgspec.Struct):
    """What drivers make of the end of a conversation."""

    value: Any


Step: TypeAlias = Do[Any] | Lend | Empty | Send | Take | Receive | Feed | Pause | Ask | Settle | Otherwise | Handed

Steps: TypeAlias = Generator[Step, Any, T]
"""A conversation: what it waits for, and what comes of it."""


def ended(steps: Steps[Any]) -> bool:
    """Whether a conversation has ended: nothing can be thrown into it any more."""
    return getgeneratorstate(steps) == GEN_CLOSED
