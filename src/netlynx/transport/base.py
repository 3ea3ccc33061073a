"""The two interfaces between a shell and a kernel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

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

    def close(self) -> None:
        """Give the socket back. Whoever polls it need not notice: a shell wakes its waiters itself."""


class Kernel(Protocol):
    """Something that netlink sockets can be opened to."""

    def open(self, protocol: int, port: int = 0, groups: tuple[int, ...] = ()) -> Transport:
        """A socket of this protocol, bound to a port ID (0: the kernel chooses) and member of the groups."""
