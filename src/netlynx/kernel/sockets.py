"""The sockets that programs hold: queues with the kernel's accounting, options, memberships, a dump under way.

Source: net/netlink/af_netlink.c, netlink(7).
"""

from __future__ import annotations

import errno
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from netlynx.errors import from_errno
from netlynx.wire.constants import NETLINK_OPTION, protocol_label

from .accounting import (
    BUFFER_DEFAULT,
    DUMP_PART_MAX,
    DUMP_PART_MIN,
    RECEIVE_BUFFER_MIN,
    SEND_BUFFER_MIN,
    SEND_OVERHEAD,
    block_cost,
    granted,
    unicast_cost,
)
from .ports import Packet, ProtocolTable, refuse
from .readiness import Readiness

if TYPE_CHECKING:
    from .dump import DumpRun

_OPTIONS = (
    NETLINK_OPTION.PKTINFO,
    NETLINK_OPTION.BROADCAST_ERROR,
    NETLINK_OPTION.NO_ENOBUFS,
    NETLINK_OPTION.LISTEN_ALL_NSID,
    NETLINK_OPTION.CAP_ACK,
    NETLINK_OPTION.EXT_ACK,
    NETLINK_OPTION.GET_STRICT_CHK,
)


class UserSocket:
    """The user's half: a netlink socket of a virtual kernel, as a program holds it (a `Transport`).

    Nothing here waits unless told to. Whatever the kernel refuses is an OSError with its errno, of the builtin
    subclass. Safe to use from several threads.
    """

    def __init__(self, table: ProtocolTable) -> None:
        self.portid = 0
        self.groups: set[int] = set()
        self.receive_buffer = BUFFER_DEFAULT
        self.send_buffer = BUFFER_DEFAULT
        self.drops = 0  # messages lost to a full queue
        self.filter: Callable[[bytes], int] | None = None
        self._table = table
        self._lock = table.lock
        self._options: dict[int, int] = dict.fromkeys(_OPTIONS, 0)
        self._queue: deque[Packet] = deque()
        self._used = 0  # bytes of the receive buffer (sk_rmem_alloc)
        self._error = 0  # what the next receive raises (sk_err)
        self._congested = False  # overrun, and not read empty since (NETLINK_S_CONGESTED)
        self._closed = False
        self._longest = 0  # the longest buffer received into, which sizes the parts of dumps
        self._dump: DumpRun | None = None
        self._dump_lock = threading.RLock()
        self._readiness = Readiness()

    def __repr__(self) -> str:
        state = " closed" if self._closed else ""
        return f"<UserSocket {protocol_label(self.protocol)} port={self.portid}{state}>"

    @property
    def protocol(self) -> int:
        """The protocol number."""
        return self._table.number

    @property
    def group_count(self) -> int:
        """How many multicast groups the protocol has."""
        return self._table.group_count

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    @property
    def queued(self) -> int:
        """Bytes of the receive buffer in use, the kernel's bookkeeping included (see `accounting`)."""
        return self._used

    def fileno(self) -> int:
        """A descriptor that polls readable while a datagram or an error waits, and for ever once closed."""
        return self._readiness.fileno()

    def bind(self, port: int = 0) -> None:
        """Take a port ID; 0 lets the kernel choose. Raises EADDRINUSE, and EINVAL when it has another one."""
        with self._lock:
            self._check_open()
            if self.portid:
                if port not in (0, self.portid):
                    raise refuse(errno.EINVAL)
                return
            self.portid = self._table.insert(self, port)

    # ------------------------------------------------------------------------------------------- sending

    def send(self, data: bytes | memoryview, portid: int = 0, group: int = 0, *, timeout: float | None = 0.0) -> int:
        """Send one datagram to a port (0 is the kernel) and, before, to a group if one is given.

        What the kernel's side does with it is done when the call returns. `timeout` is how many seconds to wait
        for room in a peer's queue, None for ever.

        Raises:
            BlockingIOError: the peer's queue stayed full. Members of `group` have got it.
            ConnectionRefusedError: nobody has the port, or the protocol has no kernel side; after the multicast.
            OSError: EMSGSIZE, more than the send buffer less 32 bytes; ENODATA, nothing at all.
        """
        payload = bytes(data)
        if not payload:
            raise refuse(errno.ENODATA)
        self.bind()
        if len(payload) > self.send_buffer - SEND_OVERHEAD:
            raise refuse(errno.EMSGSIZE)
        if group:
            packet = Packet(payload, self.portid, group, block_cost(len(payload)))
            self._table.broadcast(packet, sender=self, skip=portid)
        if portid:
            self._unicast(Packet(payload, self.portid, 0, unicast_cost(len(payload))), portid, timeout)
        else:
            kernel = self._table.kernel
            if kernel is None or kernel.receive is None:
                raise refuse(errno.ECONNREFUSED)
            kernel.receive(kernel, payload, self)
        return len(payload)

    def _unicast(self, packet: Packet, portid: int, timeout: float | None) -> None:
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._lock:
            while True:
                self._check_open()
                receiver = self._table.user(portid)
                if not receiver.accepts(packet):
                    return
                if receiver.has_room(packet):
                    receiver.enqueue(packet)
                    return
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    raise refuse(errno.EAGAIN)
                self._lock.wait(left)

    # ----------------------------------------------------------------------------------------- receiving

    def receive_into(self, buffer: bytearray | memoryview) -> tuple[int, int, int]:
        """Receive one datagram: its true length, the sender's port ID, and its group as a mask of 32 bits.

        A length over the buffer's says that the rest was cut off. A dump that is under way makes its next part.

        Raises:
            BlockingIOError: nothing waits.
            OSError: ENOBUFS, messages were lost, once until the queue was read empty; EBADF, the socket is closed.
        """
        view = memoryview(buffer)
        packet = self.receive(len(view))
        kept = packet.data[: len(view)]
        view[: len(kept)] = kept
        return len(packet.data), packet.portid, packet.mask

    def receive(self, room: int, *, peek: bool = False) -> Packet:
        """Receive one datagram, whole, as into a buffer of `room` bytes; with `peek` it stays. Raises as above."""
        with self._lock:
            self._check_open()
            if self._error or not self._queue:
                number, self._error = self._error or errno.EAGAIN, 0
                self._woken()
                raise refuse(number)
            self._longest = min(max(self._longest, room), DUMP_PART_MAX)
            packet = self._queue[0] if peek else self._queue.popleft()
            if not peek:
                self._used -= packet.cost
            more = self._dump is not None and self._used <= self.receive_buffer // 2
        if more and not self._continue_dump():
            self._error = errno.ENOBUFS
        with self._lock:
            self._woken()
        return packet

    def _woken(self) -> None:
        """After a receive: let senders try again, unless an overrun has not been read empty yet."""
        if not self._queue:
            self._congested = False
        if not self._congested:
            self._lock.notify_all()
        self._readiness.set(bool(self._queue or self._error or self._closed))

    # ------------------------------------------------------------------------------- options, memberships

    def join(self, group: int) -> None:
        """Become a member of a multicast group, by number. Raises EINVAL when the protocol has no such group."""
        self._membership(group, True)

    def leave(self, group: int) -> None:
        """End a membership; without one it does nothing. Raises EINVAL when the protocol has no such group."""
        self._membership(group, False)

    def _membership(self, group: int, wanted: bool) -> None:
        with self._lock:
            self._check_open()
            if not 0 < group <= self._table.group_count:
                raise refuse(errno.EINVAL)
            if (group in self.groups) is wanted:
                return
        if wanted and self._table.on_join is not None:
            self._table.on_join(group)
        with self._lock:
            if wanted:
                self.groups.add(group)
            else:
                self.groups.discard(group)
        if not wanted and self._table.on_leave is not None:
            self._table.on_leave(group)

    def option(self, option: int) -> int:
        """The value of a NETLINK_* socket option. Raises ENOPROTOOPT for one that cannot be read."""
        if option not in self._options:
            raise refuse(errno.ENOPROTOOPT)
        return self._options[option]

    def set_option(self, option: int, value: int) -> None:
        """Set a NETLINK_* socket option. Raises ENOPROTOOPT for one that there is not."""
        if option == NETLINK_OPTION.ADD_MEMBERSHIP:
            self.join(value)
        elif option == NETLINK_OPTION.DROP_MEMBERSHIP:
            self.leave(value)
        elif option in self._options:
            with self._lock:
                self._check_open()
                self._options[option] = int(bool(value))
                if option == NETLINK_OPTION.NO_ENOBUFS and value:
                    self._congested = False
                    self._lock.notify_all()
        else:
            raise refuse(errno.ENOPROTOOPT)

    def set_receive_buffer(self, size: int) -> int:
        """Ask for a receive queue of `size` bytes; there is twice that, 2304 at least. Returns what there is."""
        with self._lock:
            self.receive_buffer = granted(size, RECEIVE_BUFFER_MIN)
            return self.receive_buffer

    def set_send_buffer(self, size: int) -> int:
        """Ask for a send buffer of `size` bytes; there is twice that, 4608 at least. Returns what there is."""
        with self._lock:
            self.send_buffer = granted(size, SEND_BUFFER_MIN)
            return self.send_buffer

    def close(self) -> None:
        """Give the port back; whoever polls the socket wakes up, and receiving raises EBADF. Twice does no harm."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._table.users.pop(self.portid, None)
            left, self.groups = self.groups, set()
            self._queue.clear()
            self._used = 0
            self._readiness.set(True)
            self._lock.notify_all()
        # Never waits for a part that another thread is making: that one finds the socket closed.
        if self._dump_lock.acquire(blocking=False):
            try:
                self._abandon_dump()
            finally:
                self._dump_lock.release()
        if self._table.on_leave is not None:
            for group in sorted(left):
                self._table.on_leave(group)

    def _check_open(self) -> None:
        if self._closed:
            raise refuse(errno.EBADF)

    # --------------------------------------------------------------------------------- the kernel's side

    def accepts(self, packet: Packet) -> bool:
        """Whether the socket's packet filter lets a packet through; the caller holds the lock."""
        return self.filter is None or self.filter(packet.data) > 0

    def has_room(self, packet: Packet) -> bool:
        """Whether a packet may be queued: an empty queue takes any, an overrun one takes none until read empty."""
        fits = self._used == 0 or self._used + packet.cost <= self.receive_buffer
        return fits and not self._congested

    def enqueue(self, packet: Packet) -> None:
        """Put a packet into the queue; the caller holds the lock."""
        if not self._closed:
            self._queue.append(packet)
            self._used += packet.cost
            self._readiness.set(True)

    def overrun(self) -> None:
        """Note that a message was lost: the next receive raises ENOBUFS, once until the queue is read empty."""
        with self._lock:
            self.drops += 1
            if not self._options[NETLINK_OPTION.NO_ENOBUFS] and not self._congested and not self._closed:
                self._congested = True
                self._error = errno.ENOBUFS
                self._readiness.set(True)

    @property
    def dumping(self) -> bool:
        """Whether a dump is under way; there can be one at a time."""
        return self._dump is not None

    def start_dump(self, dump: DumpRun) -> None:
        """Begin a dump with its first part; each receive makes one more. Raises EBUSY while another is under way."""
        with self._lock:
            self._check_open()
            if self._dump is not None:
                raise from_errno(errno.EBUSY)
            self._dump = dump
        if not self._continue_dump():
            raise from_errno(errno.ENOBUFS)

    def _continue_dump(self) -> bool:
        """Make the next part of the dump under way; False if there is no room for it now."""
        with self._dump_lock:
            dump = self._dump
            if dump is None or dump.running:
                return True
            room = max(DUMP_PART_MIN, self._longest)
            cost = block_cost(room)  # the part is allocated before its size is known
            with self._lock:
                if self._used and self._used + cost >= self.receive_buffer:
                    return False
            try:
                part = dump.part(room)
            except BaseException:
                self._dump = None
                raise
            packet = Packet(part, 0, 0, cost)
            with self._lock:
                if dump.finished:
                    self._dump = None
                if self.accepts(packet):
                    self.enqueue(packet)
            if self._closed:
                self._abandon_dump()
            return True

    def _abandon_dump(self) -> None:
        dump = self._dump
        if dump is not None and not dump.running:
            self._dump = None
            dump.close()
