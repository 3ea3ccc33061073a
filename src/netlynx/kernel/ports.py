"""The port table of one netlink protocol: who has which port ID, and the ways from sender to receivers.

Source: net/netlink/af_netlink.c.
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from netlynx.errors import refuse
from netlynx.wire.constants import NETLINK_OPTION

from .clock import Clock, Timer
from .credentials import ADMINISTRATORS_ONLY, Capability

if TYPE_CHECKING:
    from .faults import Faults
    from .kernel_socket import KernelSocket
    from .namespaces import Namespace
    from .sockets import UserSocket

GROUPS_MIN = 32  # every protocol has at least these
_FIRST, _LAST = 2**32 - 4097, 2**31  # the ports that are given out, downwards, once the process ID is taken

Notice = Callable[[int], None] | None
"""What a module does when a socket joins or leaves a group (`cfg.bind`, `cfg.unbind`), or is gone (its port ID)."""


class Packet(NamedTuple):
    """One datagram on its way or in a queue."""

    data: bytes
    portid: int  # the sender's, 0 is the kernel
    group: int  # the multicast group's number, 0 for unicast
    cost: int  # what it counts in a receive queue
    nsid: int | None = None  # the ID that the sender's namespace has in the receiver's; only multicasts tell it
    owner: tuple[int, int, int] = (0, 0, 0)  # process, user and group ID of the sender, all 0 for the kernel

    @property
    def mask(self) -> int:
        """The group as `sockaddr_nl` has it: one bit of 32, or 0 for unicast and groups above 32."""
        return 1 << self.group - 1 if 0 < self.group <= 32 else 0


class ProtocolTable:
    """The sockets of one protocol, in all namespaces. All of it is guarded by `lock`, the kernel's one lock.

    The real kernel draws the first port after the process ID at random; here it is always the same.
    """

    def __init__(self, number: int, lock: threading.Condition, clock: Clock, faults: Faults) -> None:
        self.number = number
        self.lock = lock
        self.clock = clock
        self.flags = ADMINISTRATORS_ONLY
        self.group_count = GROUPS_MIN
        self.on_join: Notice = None
        self.on_leave: Notice = None
        self.on_close: Notice = None
        self.may_join: Callable[[UserSocket, int], None] | None = None  # raises OSError
        self._faults = faults
        self._kernels: dict[Namespace, KernelSocket] = {}
        self._users: dict[tuple[Namespace, int], UserSocket] = {}
        self._rovers: dict[Namespace, int] = {}  # the next port to try
        self._members: dict[int, dict[UserSocket, None]] = {}

    # --------------------------------------------------------------------------------------- who is there

    @property
    def registered(self) -> bool:
        """Whether there is a kernel side in any namespace."""
        return bool(self._kernels)

    def kernel(self, netns: Namespace) -> KernelSocket | None:
        """The kernel side in a namespace."""
        return self._kernels.get(netns)

    def register(self, netns: Namespace, sock: KernelSocket) -> None:
        """Put a kernel side into a namespace, which has none."""
        self._kernels[netns] = sock

    def unregister(self, netns: Namespace, sock: KernelSocket) -> bool:
        """Take a kernel side away; False if it was not there any more. With the last one go its notices."""
        if self._kernels.get(netns) is not sock:
            return False
        del self._kernels[netns]
        if not self._kernels:
            self.on_join = self.on_leave = self.on_close = self.may_join = None
        return True

    def forget(self, netns: Namespace) -> None:
        """A namespace has ended: its kernel side is released."""
        sock = self._kernels.get(netns)
        if sock is not None:
            self.unregister(netns, sock)
        self._rovers.pop(netns, None)

    def users(self) -> list[UserSocket]:
        """The bound user sockets, in the order of their binding."""
        return list(self._users.values())

    def find(self, netns: Namespace, portid: int) -> UserSocket | None:
        """The user socket that has a port in a namespace; the caller holds the lock."""
        return self._users.get((netns, portid))

    def insert(self, sock: UserSocket, port: int) -> int:
        """Give `sock` a port ID (0: the process ID, or else the next free one below 2³² − 4096) and return it."""
        with self.lock:
            netns = sock.netns
            if not port:
                port = sock.credentials.pid  # 0 if its process is not of this PID namespace
                while not port or (netns, port) in self._users:
                    port = self._rovers.get(netns, _FIRST)
                    self._rovers[netns] = port - 1 if port > _LAST else _FIRST
            if (netns, port) in self._users:
                raise refuse(errno.EADDRINUSE)
            self._users[netns, port] = sock
            return port

    def remove(self, sock: UserSocket) -> None:
        """Give up the port and all memberships of `sock`; the caller holds the lock."""
        if self._users.get((sock.netns, sock.portid)) is sock:
            del self._users[sock.netns, sock.portid]
        for group in list(sock.groups):
            self.set_member(sock, group, False)

    # ------------------------------------------------------------------------------------------- groups

    def set_member(self, sock: UserSocket, group: int, wanted: bool) -> None:
        """Note that a socket joined or left a group; the caller holds the lock."""
        if wanted:
            sock.groups.add(group)
            self._members.setdefault(group, {})[sock] = None
        else:
            sock.groups.discard(group)
            members = self._members.get(group, {})
            members.pop(sock, None)
            if not members:
                self._members.pop(group, None)

    def clear_group(self, group: int) -> None:
        """End all memberships of a group that is gone (`netlink_clear_multicast_users`)."""
        with self.lock:
            for sock in list(self._members.get(group, ())):
                self.set_member(sock, group, False)

    def members(self, group: int, netns: Namespace) -> list[UserSocket]:
        """The sockets of a namespace that joined a group; the caller holds the lock."""
        return [sock for sock in self._members.get(group, ()) if sock.netns is netns]

    # ------------------------------------------------------------------------------------------- delivery

    def broadcast(
        self,
        packet: Packet,
        netns: Namespace,
        sender: UserSocket | None = None,
        skip: int = 0,
        passes: Callable[[UserSocket], bool] | None = None,
    ) -> tuple[int, bool]:
        """Give a packet from a namespace to the members of its group but for `sender`, the port `skip`, and those that
        it does not pass to.

        Never waits: who has no room loses it and hears of the overrun. Returns how many got it, and whether a
        socket that lost it asked for the sender to be told (NETLINK_BROADCAST_ERROR).
        """
        delivered, failed = 0, False
        with self.lock:
            for sock in self._listeners(packet.group, netns):
                if sock is sender or (sock.portid == skip and skip):
                    continue
                if not sock.accepts(packet) or (passes is not None and not passes(sock)):
                    continue
                if sock.has_room(packet):
                    nsid = sock.netns.id_of(netns)
                    self.deliver(sock, packet if nsid is None else packet._replace(nsid=nsid))
                    delivered += 1
                else:
                    sock.overrun()
                    failed |= bool(sock.option(NETLINK_OPTION.BROADCAST_ERROR))
        return delivered, failed

    def _listeners(self, group: int, netns: Namespace) -> Iterable[UserSocket]:
        for sock in list(self._members.get(group, ())):
            elsewhere = sock.netns is not netns
            if elsewhere and not sock.option(NETLINK_OPTION.LISTEN_ALL_NSID):
                continue
            if elsewhere and sock.netns.id_of(netns) is None:
                continue
            if elsewhere and not sock.credentials.may(Capability.NET_BROADCAST):
                continue
            yield sock

    def deliver(self, receiver: UserSocket, packet: Packet) -> None:
        """Queue a packet that there is room for, unless a fault takes or delays it; the caller holds the lock."""
        if not self._faults.armed:
            receiver.enqueue(packet)
            return
        delay = self._faults.next_delivery(receiver)
        if delay == 0:
            receiver.enqueue(packet)
        elif delay is not None:
            arrive = partial(self._arrive, receiver, packet)
            self.clock.add(Timer(self.clock, self.clock.now() + delay, arrive, None))

    def _arrive(self, receiver: UserSocket, packet: Packet) -> None:
        with self.lock:
            if receiver.has_room(packet):
                receiver.enqueue(packet)
            else:
                receiver.overrun()
