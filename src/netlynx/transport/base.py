"""The two interfaces between a shell and a kernel, and two that a transport may have besides, for speed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

from netlynx.engine.subscription import DATAGRAM

if TYPE_CHECKING:
    from netlynx.codec._codec import Sink, Traffic

Instruction: TypeAlias = tuple[int, int, int, int]
"""Of a packet filter, `struct sock_filter` of linux/filter.h: code, jt, jf, k."""


class Transport(Protocol):
    """One netlink socket that never blocks. All calls raise OSError with errno when the kernel says no."""

    portid: int

    def fileno(self) -> int:
        """A descriptor that polls readable while a datagram or an error waits to be received."""

    def send(self, data: bytes | memoryview, portid: int = 0, group: int = 0) -> int:
        """Send one datagram; BlockingIOError when a unicast receiver's queue is full."""

    def receive_into(self, buffer: bytearray | memoryview) -> tuple[int, int, int]:
        """(true length of the datagram, sender's port ID, sender's group mask); a length over the buffer's says that
        the rest was cut off. BlockingIOError when nothing waits, OSError(ENOBUFS) once after an overrun."""

    def receive_with_uid(self, buffer: bytearray | memoryview) -> tuple[int, int, int]:
        """As `receive_into`, but (length, sender's port ID, sender's user ID): 0 for the kernel, and for root."""

    def attach_filter(self, instructions: Sequence[Instruction]) -> None:
        """Let a classic BPF program decide which datagrams are received."""

    def join(self, group: int) -> None:
        """Become a member of a multicast group, by number."""

    def leave(self, group: int) -> None:
        """End a membership."""

    def set_option(self, option: int, value: int) -> None:
        """A NETLINK_* socket option."""

    def set_receive_buffer(self, size: int) -> int:
        """Ask for a receive queue of `size` bytes; returns what there is now."""

    def set_send_buffer(self, size: int) -> int:
        """Ask for room to send datagrams of `size` bytes; returns what there is now, of which 32 bytes go unused."""

    def dropped(self) -> int:
        """How many messages the kernel has dropped by now because the socket's queue was full."""

    def close(self) -> None:
        """Give the socket back. Whoever polls it need not notice: a shell wakes its waiters itself."""


@runtime_checkable
class Draining(Protocol):
    """A transport that can also read without Python between the datagrams."""

    @property
    def ahead(self) -> bool:
        """Whether datagrams may have been received that `drain` has not read yet: nothing else may receive then."""

    def drain(
        self, reader: Sink, buffer: memoryview, kind: int, sequence: int, portid: int, traffic: Traffic, most: int
    ) -> tuple[int, int, int, int]:
        """Receive up to `most` datagrams into `buffer`, and the messages of this type, sequence number and port into
        `reader`, as long as there are others of the kind; counts in `traffic`. Returns and raises as `Sink.drain`."""


@runtime_checkable
class Asking(Protocol):
    """A transport that sends and receives in one call."""

    def ask(self, request: bytes, buffer: bytearray | memoryview) -> tuple[int, int] | None:
        """Send to the kernel, and receive what is there right behind it: (size, sender) as `Transport.receive_into`
        has them, or None when nothing waits. BlockingIOError when it could not be sent."""


@runtime_checkable
class Gathering(Protocol):
    """A transport that receives many datagrams in one call."""

    def receive_many(self, buffer: bytearray | memoryview, index: bytearray, stop: int) -> tuple[int, bool]:
        """Receive what waits, one datagram behind the other, until none does, the buffer is filled to `stop`, or the
        index is full. `index` gets a `DATAGRAM` for each.

        Returns how many there are and whether there may be more. An error is raised when no datagram came before it,
        and else by the next call."""


def asking(transport: Transport) -> Asking:
    """The transport itself, or what asks by means of its two calls."""
    return transport if isinstance(transport, Asking) else _Asking(transport)


def gathering(transport: Transport) -> Gathering:
    """The transport itself, or what gathers by means of its calls."""
    return transport if isinstance(transport, Gathering) else _Gathering(transport)


class _Asking:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def ask(self, request: bytes, buffer: bytearray | memoryview) -> tuple[int, int] | None:
        self._transport.send(request)
        try:
            return self._transport.receive_into(buffer)[:2]
        except BlockingIOError:
            return None


class _Gathering:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._owed: OSError | None = None

    def receive_many(self, buffer: bytearray | memoryview, index: bytearray, stop: int) -> tuple[int, bool]:
        owed, self._owed = self._owed, None
        if owed is not None:
            raise owed
        at = count = 0
        with memoryview(buffer) as view:
            while at < min(stop, len(buffer)) and (count + 1) * DATAGRAM.size <= len(index):
                try:
                    size, sender, _ = self._transport.receive_into(view[at:])
                except BlockingIOError:
                    return count, False
                except OSError as error:
                    if not count:
                        raise
                    self._owed = error
                    return count, True
                DATAGRAM.pack_into(index, count * DATAGRAM.size, at, size, sender)
                count += 1
                at += (size + 3) & ~3
        return count, True


NOTHING_LASTS, SENDING_LASTS, ALL_LASTS = range(3)


def lasting(kernel: Kernel) -> int:
    """Which calls to a kernel's sockets may keep their caller for long: what its attribute `lasting` says, if any.

    `SENDING_LASTS`: it does what it is asked within the call that sends. `ALL_LASTS`: opening and receiving, too, wait
    for another process. `NOTHING_LASTS`: it lives in this process, and what it does is the program's own doing.
    """
    return int(getattr(kernel, "lasting", NOTHING_LASTS))


class Kernel(Protocol):
    """Something that netlink sockets can be opened to. See `lasting` for an attribute that it may have besides."""

    def open(self, protocol: int, port: int = 0, groups: tuple[int, ...] = ()) -> Transport:
        """A socket of this protocol, bound to a port ID (0: the kernel chooses) and member of the groups."""
