"""The sockets that programs hold: an address, what they send and receive, a dump under way.

Source: net/netlink/af_netlink.c, netlink(7).
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from netlynx import limits
from netlynx.errors import from_errno, refuse
from netlynx.wire.constants import protocol_label

from .accounting import DUMP_PART_MAX, DUMP_PART_MIN, SEND_OVERHEAD, block_cost, unicast_cost
from .credentials import ConfigFlag, Credentials
from .filters import Instruction, compile_filter
from .options import OptionedSocket
from .ports import Packet, ProtocolTable

if TYPE_CHECKING:
    from .dump import DumpRun
    from .namespaces import Namespace

_MASKED_GROUPS = 32  # groups that `sockaddr_nl` can name


class UserSocket(OptionedSocket):
    """The user's half: a netlink socket of a virtual kernel, as a program holds it (a `Transport`).

    Nothing here waits unless told to. Whatever the kernel refuses is an OSError with its errno, of the builtin
    subclass. Safe to use from several threads.
    """

    def __init__(self, table: ProtocolTable, netns: Namespace, credentials: Credentials) -> None:
        super().__init__(table, netns, credentials)
        self.portid = 0
        self._bound = False  # a port that was refused stays in the address, without being bound
        self.peer = (0, 0)  # the port ID and the group that the socket is connected to
        self._connected = False
        self._longest = 0  # the longest buffer received into, which sizes the parts of dumps
        self._dump: DumpRun | None = None
        self._dump_lock = threading.RLock()

    def __repr__(self) -> str:
        state = " closed" if self._closed else ""
        return f"<UserSocket {protocol_label(self.protocol)} port={self.portid}{state}>"

    # ----------------------------------------------------------------------------------------- addresses

    def bind(self, port: int = 0, mask: int = 0) -> None:
        """Take a port ID (0: the kernel chooses) and become a member of just these of the first 32 groups.

        A socket that is bound can be bound to its own port again, with other groups.

        Raises OSError: EADDRINUSE, another socket has the port; EINVAL, this one has another port; EPERM, the
        protocol lets only CAP_NET_ADMIN listen; and whatever the protocol's side says of a group.
        """
        with self._lock:
            self._check_open()
            if mask:
                self._make_group_room()
            if self._bound and port != self.portid:
                raise refuse(errno.EINVAL)
            groups = [group for group in range(1, _MASKED_GROUPS + 1) if mask >> group - 1 & 1]
        joined: list[int] = []
        try:
            for group in groups:
                self._ask_to_join(group)
                if self._table.on_join is not None:
                    joined.append(group)
            with self._lock:
                self._check_open()
                if not self._bound:
                    self._insert(port)
                for group in range(1, _MASKED_GROUPS + 1):
                    self._table.set_member(self, group, group in groups)
        except BaseException:
            if self._table.on_leave is not None:
                for group in joined:
                    self._table.on_leave(group)
            raise

    def autobind(self) -> None:
        """Have the kernel choose a port ID, unless there is one."""
        with self._lock:
            self._check_open()
            if not self._bound:
                self._insert(0)

    def _insert(self, port: int) -> None:
        self.portid = port
        self.portid = self._table.insert(self, port)
        self._bound = True

    def connect(self, portid: int, group: int = 0) -> None:
        """Name the peer: where `send` without an address goes, and who alone may send unicasts to this socket.

        Raises OSError: EPERM, the protocol lets only CAP_NET_ADMIN send to others than the kernel.
        """
        if (portid or group) and not self.allowed(ConfigFlag.NONROOT_SEND):
            raise refuse(errno.EPERM)
        self.autobind()
        with self._lock:
            self.peer, self._connected = (portid, group), True

    def hears(self, portid: int) -> bool:
        """Whether unicasts from a port are taken: a connected socket takes its peer's only."""
        return not self._connected or self.peer[0] == portid

    # ------------------------------------------------------------------------------------------- sending

    def send(
        self,
        data: bytes | memoryview,
        portid: int = 0,
        group: int = 0,
        *,
        timeout: float | None = 0.0,
        owner: tuple[int, int, int] | None = None,
        again: bool = False,
    ) -> int:
        """Send one datagram to a port (0 is the kernel) and, before, to a group if one is given.

        What the kernel's side does with it is done when the call returns. `timeout` is how many seconds to wait
        for room in a peer's queue, None for ever. `owner` (process, user and group ID) stands for the own one.
        `again` says that the same message has met a full queue before: the group has got it.

        Raises:
            BlockingIOError: the peer's queue stayed full. Members of `group` have got it.
            ConnectionRefusedError: nobody has the port, or it is connected to another; or the protocol has no kernel
                side in this namespace. After the multicast.
            OSError: EMSGSIZE, more than the send buffer less 32 bytes; ENODATA, nothing at all; EPERM, the protocol
                lets only CAP_NET_ADMIN send to others than the kernel.
        """
        timeout = limits.optional_seconds("timeout", timeout)
        payload = bytes(data)
        if not payload:
            raise refuse(errno.ENODATA)
        if (portid or group) and not self.allowed(ConfigFlag.NONROOT_SEND):
            raise refuse(errno.EPERM)
        self.autobind()
        if len(payload) > self.send_buffer - SEND_OVERHEAD:
            raise refuse(errno.EMSGSIZE)
        who = owner or (self.credentials.pid, self.credentials.uid, self.credentials.gid)
        if group and not again:
            packet = Packet(payload, self.portid, group, block_cost(len(payload)), owner=who)
            self._table.broadcast(packet, self.netns, sender=self, skip=portid)
        if portid:
            # The group stays with the message: a unicast that goes with a multicast shows it, too.
            self._unicast(Packet(payload, self.portid, group, unicast_cost(len(payload)), owner=who), portid, timeout)
        else:
            kernel = self._table.kernel(self.netns)
            if kernel is None or kernel.receive is None:
                raise refuse(errno.ECONNREFUSED)
            kernel.receive(kernel, payload, self)
        return len(payload)

    def _unicast(self, packet: Packet, portid: int, timeout: float | None) -> None:
        deadline = None if timeout is None else self._clock.now() + timeout
        with self._lock:
            while True:
                self._check_open()
                receiver = self._table.find(self.netns, portid)
                if receiver is None or not receiver.hears(self.portid):
                    raise refuse(errno.ECONNREFUSED)
                if not receiver.accepts(packet):
                    return
                if receiver.has_room(packet):
                    self._table.deliver(receiver, packet)
                    return
                if not self._clock.wait(self._lock, deadline):
                    raise refuse(errno.EAGAIN)

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

    def receive_with_uid(self, buffer: bytearray | memoryview) -> tuple[int, int, int]:
        """As `receive_into`, but with the sender's user ID in place of the group."""
        view = memoryview(buffer)
        packet = self.receive(len(view))
        kept = packet.data[: len(view)]
        view[: len(kept)] = kept
        return len(packet.data), packet.portid, packet.owner[1]

    def receive_with_nsid(self, buffer: bytearray | memoryview) -> tuple[int, int, int | None]:
        """As `receive_into`, but with the ID of the sender's namespace in place of the group; None for the own one."""
        view = memoryview(buffer)
        packet = self.receive(len(view))
        kept = packet.data[: len(view)]
        view[: len(kept)] = kept
        return len(packet.data), packet.portid, packet.nsid

    def attach_filter(self, instructions: Sequence[Instruction]) -> None:
        """Let a classic BPF program decide what is received. Raises OSError: EINVAL, the checker refuses it."""
        self.filter = compile_filter(list(instructions))

    def receive(self, room: int, *, peek: bool = False, timeout: float | None = 0.0) -> Packet:
        """Receive one datagram, whole, as into a buffer of `room` bytes; with `peek` it stays. Raises as above.

        `timeout` is how many seconds to wait for one, None for ever.
        """
        timeout = limits.optional_seconds("timeout", timeout)
        with self._lock:
            packet = self._next(peek, timeout)
            self._longest = min(max(self._longest, room), DUMP_PART_MAX)
            more = self._dump is not None and self._used <= self.receive_buffer // 2
        if more and not self._continue_dump():
            self._error = errno.ENOBUFS
        with self._lock:
            self._woken()
        return packet

    def close(self) -> None:
        """Give the port back; who waits or polls wakes up, and receiving raises EBADF. Twice does no harm."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            left = sorted(self.groups)
            self._table.remove(self)
            self._queue.clear()
            self._used = 0
            self._update()
            self._lock.notify_all()
        # Never waits for a part that another thread is making: that one finds the socket closed.
        if self._dump_lock.acquire(blocking=False):
            try:
                self._abandon_dump()
            finally:
                self._dump_lock.release()
        if self._table.on_leave is not None:
            for group in left:
                self._table.on_leave(group)
        if self._table.on_close is not None and self._bound:
            self._table.on_close(self.portid)

    # --------------------------------------------------------------------------------------------- dumps

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
                    self._table.deliver(self, packet)
            if self._closed:
                self._abandon_dump()
            return True

    def _abandon_dump(self) -> None:
        dump = self._dump
        if dump is not None and not dump.running:
            self._dump = None
            dump.close()
