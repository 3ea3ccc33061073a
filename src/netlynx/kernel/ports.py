"""The port table of one netlink protocol: who has which port ID, and the ways from sender to receivers.

Source: net/netlink/af_netlink.c.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from netlynx.wire.constants import NETLINK_OPTION

if TYPE_CHECKING:
    from .kernel_socket import KernelSocket
    from .sockets import UserSocket

GROUPS_MIN = 32  # every protocol has at least these
_ROVER = -4097  # where the search for a free port starts, downwards, once the process ID is taken
_PORT_MASK = 0xFFFFFFFF


class Packet(NamedTuple):
    """One datagram on its way or in a queue."""

    data: bytes
    portid: int  # the sender's, 0 is the kernel
    group: int  # the multicast group's number, 0 for unicast
    cost: int  # what it counts in a receive queue

    @property
    def mask(self) -> int:
        """The group as `sockaddr_nl` has it: one bit of 32, or 0 for unicast and groups above 32."""
        return 1 << self.group - 1 if 0 < self.group <= 32 else 0


def refuse(number: int) -> OSError:
    """The error that a system call ends with, of the builtin class that fits."""
    return OSError(number, os.strerror(number))


class ProtocolTable:
    """The sockets of one protocol. All of it is guarded by `lock`, the kernel's one lock.

    The real kernel draws the first port after the process ID at random; here it is always the same.
    """

    def __init__(self, number: int, lock: threading.Condition) -> None:
        self.number = number
        self.lock = lock
        self.group_count = GROUPS_MIN
        self.kernel: KernelSocket | None = None
        self.users: dict[int, UserSocket] = {}
        self.on_join: Callable[[int], None] | None = None
        self.on_leave: Callable[[int], None] | None = None

    def insert(self, sock: UserSocket, port: int) -> int:
        """Give `sock` a port ID (0: the process ID, or else the first free one below −4096) and return it."""
        with self.lock:
            if not port:
                port, rover = os.getpid(), _ROVER
                while port in self.users:
                    port, rover = rover & _PORT_MASK, rover - 1
            if port in self.users:
                raise refuse(errno.EADDRINUSE)
            self.users[port] = sock
            return port

    def user(self, portid: int) -> UserSocket:
        """The user socket that has a port; the caller holds the lock. Raises ConnectionRefusedError without one."""
        found = self.users.get(portid)
        if found is None:
            raise refuse(errno.ECONNREFUSED)
        return found

    def members(self, group: int) -> list[UserSocket]:
        """The sockets that joined a group; the caller holds the lock."""
        return [sock for sock in self.users.values() if group in sock.groups]

    def broadcast(self, packet: Packet, sender: UserSocket | None = None, skip: int = 0) -> tuple[int, bool]:
        """Give a packet to the members of its group but for `sender` and the port `skip`.

        Never waits: who has no room loses it and hears of the overrun. Returns how many got it, and whether a
        socket that lost it asked for the sender to be told (NETLINK_BROADCAST_ERROR).
        """
        delivered, failed = 0, False
        with self.lock:
            for sock in self.members(packet.group):
                if sock is sender or (sock.portid == skip and skip):
                    continue
                if not sock.accepts(packet):
                    continue
                if sock.has_room(packet):
                    sock.enqueue(packet)
                    delivered += 1
                else:
                    sock.overrun()
                    failed |= bool(sock.option(NETLINK_OPTION.BROADCAST_ERROR))
        return delivered, failed
