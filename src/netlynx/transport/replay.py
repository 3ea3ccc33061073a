"""A kernel that answers from a recording, without any kernel: the same requests get the same answers.

Requests are equal when all but their sequence numbers and port IDs is; in the answers these are put in their place. A
socket that joins the groups of a subscription gets its notifications, each as soon as all requests were made that had
been made before it came.
"""

from __future__ import annotations

import errno
import itertools
import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Literal, NoReturn, TypeAlias

from netlynx.errors import from_errno
from netlynx.transport.base import Instruction
from netlynx.transport.conversation import Exchange, Stream, adapted, bare, conversation, headers, sequences_of
from netlynx.transport.readiness import Readiness
from netlynx.transport.recording import Receive, Recording
from netlynx.wire.constants import protocol_label

AtEnd: TypeAlias = Literal["raise", "wait"]


class UnexpectedRequest(AssertionError):
    """The program asked for something that the recording does not have, or does not have next."""


class RecordingEnded(AssertionError):
    """The program waits for something, and the recording has no more of it."""


class ReplayKernel:
    """Answers from a recording. Safe to use from several threads.

    ``ordered=False`` takes requests in any order, each answered as the first equal one that is left; for programs that
    ask several things at a time. `at_end` is what becomes of somebody who waits for a notification when there are no
    more: ``"raise"`` RecordingEnded, or ``"wait"`` for ever. `describe` puts a request into words.
    """

    def __init__(
        self,
        recording: Recording,
        *,
        ordered: bool = True,
        at_end: AtEnd = "raise",
        describe: Callable[[int, bytes], str] | None = None,
    ) -> None:
        if at_end not in ("raise", "wait"):
            raise ValueError(f"at_end is 'raise' or 'wait', not {at_end!r}")
        self.recording = recording
        self.ordered = ordered
        self.at_end = at_end
        self.unexpected: list[UnexpectedRequest] = []  # all that were raised, whoever caught them
        self.lock = threading.RLock()
        self.sockets: list[ReplaySocket] = []
        self._describe = describe or _in_short
        self._ports = itertools.count(1)
        self._opened, self._exchanges, self._streams = conversation(recording)
        self.left = list(self._exchanges)

    @property
    def made(self) -> int:
        """How many requests were made by now."""
        return len(self._exchanges) - len(self.left)

    def open(self, protocol: int, port: int = 0, groups: tuple[int, ...] = ()) -> ReplaySocket:
        """See `Kernel.open`. Raises what was raised when the recording was made; UnexpectedRequest for a protocol of
        which it has no socket."""
        outcomes = self._opened.get(protocol)
        if outcomes is None:
            have = ", ".join(map(protocol_label, self._opened)) or "none"
            opened = f"the program opened a socket on {protocol_label(protocol)}"
            raise self.not_expected(f"{opened}; those of {self.recording.name} are on {have}")
        refusals = [outcome for outcome in outcomes if outcome is not None]
        if len(refusals) == len(outcomes):
            raise refusals[0].opening()
        with self.lock:
            sock = ReplaySocket(self, int(protocol), port or next(self._ports))
            self.sockets.append(sock)
        for group in groups:
            sock.join(group)
        return sock

    def system_socket(self, protocol: int) -> NoReturn:
        """Raises TypeError: recordings have nothing for plain sockets."""
        raise TypeError("a recording answers connections, not a NetlinkSocket: give it another kernel (kernel=)")

    def not_expected(self, text: str) -> UnexpectedRequest:
        """The error for something that the recording does not have; remembered, should somebody catch it."""
        error = UnexpectedRequest(text)
        self.unexpected.append(error)
        return error

    # ------------------------------------------------------------------------------------ for its sockets

    def take(self, protocol: int, data: bytes, portid: int, group: int) -> Exchange:
        """The exchange that a request begins, which is gone then. Raises UnexpectedRequest."""
        key = (protocol, portid, group, bare(data))
        with self.lock:
            candidates = self.left[:1] if self.ordered else self.left
            found = next((exchange for exchange in candidates if exchange.key == key), None)
            if found is None:
                raise self.not_expected(self._explained(protocol, data, key))
            self.left.remove(found)
            return found

    def stream_for(self, protocol: int, joins: list[int], *, whole: bool) -> Stream | None:
        """The first subscription left that joined these groups in this order (unless `whole`, these and then more)."""
        for stream in self._streams:
            if not stream.taken and stream.protocol == protocol:
                begun = stream.joins if whole else stream.joins[: len(joins)]
                if begun == joins:
                    return stream
        return None

    def groups(self, protocol: int) -> str:
        """The subscriptions of a protocol that are left, in words."""
        joins = [stream.joins for stream in self._streams if not stream.taken and stream.protocol == protocol]
        return "; ".join(f"groups {', '.join(map(str, each))}" for each in joins) or "none"

    def _explained(self, protocol: int, data: bytes, key: tuple[int, int, int, bytes]) -> str:
        asked = self._describe(protocol, data)
        lines = [f"the program asked for what {self.recording.name} does not have next", f"  asked:    {asked}"]
        total = len(self._exchanges)
        if not self.left:
            lines.append(f"  recorded: nothing more; all {total} requests were made")
        elif self.ordered:
            following = self.left[0]
            recorded = self._describe(following.protocol, following.request)
            lines.append(f"  recorded: {recorded}   (request {following.number} of {total})")
        else:
            lines[0] = f"the program asked for what {self.recording.name} does not have (any more)"
            lines.append(f"  recorded and left ({len(self.left)} of {total}):")
            lines += [f"    {self._describe(each.protocol, each.request)}" for each in self.left[:10]]
        later = next((exchange.number for exchange in self.left if exchange.key == key), None)
        if later is not None:
            lines.append(f"It is request {later} of the recording: ordered=False takes requests in any order.")
        else:
            lines.append("If the program is right, make the recording anew.")
        return "\n".join(lines)


class ReplaySocket:
    """A `Transport` whose other side is a recording."""

    def __init__(self, kernel: ReplayKernel, protocol: int, portid: int) -> None:
        self.portid = portid
        self._kernel = kernel
        self._protocol = protocol
        self._readiness = Readiness()
        self._queue: deque[tuple[bytes, Receive]] = deque()
        self._exchange: Exchange | None = None
        self._joins: list[int] = []
        self._stream: Stream | None = None
        self._told = False  # whether somebody found that nothing more comes
        self._closed = False

    def fileno(self) -> int:
        """See `Transport.fileno`."""
        return self._readiness.fileno()

    def send(self, data: bytes | memoryview, portid: int = 0, group: int = 0) -> int:
        """See `Transport.send`. Raises UnexpectedRequest."""
        request = bytes(data)
        kernel = self._kernel
        with kernel.lock:
            self._check_open()
            self._exchange = exchange = kernel.take(self._protocol, request, portid, group)
            self._told = False
            sequences = dict(zip(sequences_of(exchange.request), sequences_of(request), strict=True))
            for step in exchange.answers:
                self._queue.append((adapted(step.data, sequences, exchange.port, self.portid), step))
            for sock in kernel.sockets:
                sock.update()
        if exchange.error is not None:
            raise exchange.error.error()
        return len(request)

    def receive_into(self, buffer: bytearray | memoryview) -> tuple[int, int, int]:
        """See `Transport.receive_into`. Raises RecordingEnded to whoever waited when nothing more could come."""
        size, step = self._receive(buffer)
        return size, step.sender, step.groups

    def receive_with_uid(self, buffer: bytearray | memoryview) -> tuple[int, int, int]:
        """See `Transport.receive_with_uid`. Raises as `receive_into`."""
        size, step = self._receive(buffer)
        return size, step.sender, step.uid

    def _receive(self, buffer: bytearray | memoryview) -> tuple[int, Receive]:
        kernel = self._kernel
        with kernel.lock:
            self._check_open()
            self._find_stream()
            if self._queue:
                data, step = self._queue.popleft()
            elif self._released():
                assert self._stream is not None
                _, step = self._stream.items.popleft()
                data = step.data
            elif self._ended() and self._told:
                raise RecordingEnded(self._end())
            else:
                self._told = self._ended()
                self.update()
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            self.update()
        if step.error is not None:
            raise step.error.error()
        view = memoryview(buffer)
        kept = data[: len(view)]
        view[: len(kept)] = kept
        return step.length or len(data), step

    def attach_filter(self, instructions: Sequence[Instruction]) -> None:
        """See `Transport.attach_filter`: the recording was made with it, or without."""

    def join(self, group: int) -> None:
        """See `Transport.join`. Raises UnexpectedRequest for groups that no subscription of the recording had."""
        kernel = self._kernel
        with kernel.lock:
            self._check_open()
            joins = [*self._joins, int(group)]
            stream = self._stream or kernel.stream_for(self._protocol, joins, whole=False)
            if stream is None or (self._stream is not None and group not in stream.joins):
                left = kernel.groups(self._protocol)
                raise kernel.not_expected(
                    f"the program joined groups {', '.join(map(str, joins))} of {protocol_label(self._protocol)}; "
                    f"subscriptions left in {kernel.recording.name}: {left}"
                )
            self._joins = joins
            if group in stream.refused:
                raise stream.refused[group].error()

    def leave(self, group: int) -> None:
        """See `Transport.leave`: the recording knows what came then."""

    def set_option(self, option: int, value: int) -> None:
        """See `Transport.set_option`: the recording was made with it, or without."""

    def set_receive_buffer(self, size: int) -> int:
        """See `Transport.set_receive_buffer`; any size will do."""
        return 2 * size

    def set_send_buffer(self, size: int) -> int:
        """See `Transport.set_send_buffer`; any size will do."""
        return 2 * size

    def dropped(self) -> int:
        """See `Transport.dropped`: a recording does not say how many messages there were in what was lost."""
        return 0

    def close(self) -> None:
        """See `Transport.close`."""
        kernel = self._kernel
        with kernel.lock:
            if not self._closed:
                self._closed = True
                kernel.sockets.remove(self)
                self.update()

    def update(self) -> None:
        """Have the descriptor say whether there is something; the caller holds the lock."""
        self._readiness.set(bool(self._queue) or self._released() or self._told or self._closed)

    def _check_open(self) -> None:
        if self._closed:
            raise from_errno(errno.EBADF)

    def _find_stream(self) -> None:
        """On the first receive, when all groups were joined: which subscription of the recording this one is."""
        if self._stream is None and self._joins:
            kernel = self._kernel
            whole = kernel.stream_for(self._protocol, self._joins, whole=True)
            self._stream = whole or kernel.stream_for(self._protocol, self._joins, whole=False)
            if self._stream is not None:
                self._stream.taken = True

    def _released(self) -> bool:
        """Whether a notification is there whose time has come."""
        stream = self._stream
        return stream is not None and bool(stream.items) and stream.items[0][0] <= self._kernel.made

    def _ended(self) -> bool:
        """Whether nothing can come any more."""
        if self._queue or (self._stream is not None and (self._stream.items or self._kernel.at_end == "wait")):
            return False
        return self._exchange is not None or self._stream is not None

    def _end(self) -> str:
        name = self._kernel.recording.name
        if self._stream is not None:
            return (
                f"{name} has no more notifications for groups {', '.join(map(str, self._joins))} of "
                f'{protocol_label(self._protocol)}: all {self._stream.count} were replayed (at_end="wait" waits on)'
            )
        assert self._exchange is not None
        return (
            f"{name} has no more of the answer to request {self._exchange.number}: {len(self._exchange.answers)} "
            "datagrams were replayed. When it was made, the program gave up there"
        )


def _in_short(protocol: int, data: bytes) -> str:
    kinds = ", ".join(f"message type {kind}" for _, kind in headers(data))
    return f"{kinds or f'{len(data)} bytes'} on {protocol_label(protocol)}"
