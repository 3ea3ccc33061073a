"""The kernel's own socket of a protocol: what code of the kernel's side sends with.

Source: net/netlink/af_netlink.c, include/net/netlink.h.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import TYPE_CHECKING

from netlynx.errors import from_errno
from netlynx.wire.constants import NLMSG, protocol_label
from netlynx.wire.message import Message, Source

from .accounting import block_cost
from .ports import Packet, ProtocolTable

if TYPE_CHECKING:
    from .sockets import UserSocket


class KernelSocket:
    """The kernel's half: what `netlink_kernel_create` gives, and what the kernel's code sends with."""

    def __init__(self, table: ProtocolTable, receive: Callable[[KernelSocket, bytes, UserSocket], None] | None) -> None:
        self.receive = receive  # called with every datagram, in the sender's thread; None only speaks
        self._table = table

    def __repr__(self) -> str:
        return f"<KernelSocket {protocol_label(self.protocol)}>"

    @property
    def protocol(self) -> int:
        """The protocol number."""
        return self._table.number

    def unicast(self, data: bytes | str | Message, *, to: int) -> int:
        """Send a message to the socket that has port `to` (`netlink_unicast`); returns the bytes sent.

        A `Message` goes as it is. Bytes and text (as UTF-8) get a header as the classical module gives them: type
        NLMSG_DONE, sequence and port 0. Never waits.

        Raises:
            PortRefused: (a `ConnectionRefusedError`) nobody has the port.
            Busy: (EAGAIN) the receiver's queue is full: the message is lost, the receiver hears of the overrun.
        """
        packed = _packed(data)
        packet = Packet(packed, 0, 0, block_cost(len(packed)))
        asked = f"send {len(packed)} bytes to port {to} on {protocol_label(self.protocol)}"
        with self._table.lock:
            receiver = self._table.users.get(to)
            if receiver is None:
                raise from_errno(errno.ECONNREFUSED, asked=asked)
            if receiver.accepts(packet):
                if not receiver.has_room(packet):
                    receiver.overrun()
                    raise from_errno(errno.EAGAIN, "the receiver's queue is full", asked=asked)
                receiver.enqueue(packet)
        return len(packed)

    def multicast(self, data: bytes | str | Message, *, group: int = 1, skip: int = 0) -> int:
        """Send a message to the members of a group but for port `skip` (`nlmsg_multicast`); never waits.

        `data` is as for `unicast`. Returns how many sockets got it; those whose queue was full lost it.

        Raises:
            ValueError: the protocol has no such group.
            BufferOverrun: (ENOBUFS) a socket with NETLINK_BROADCAST_ERROR lost it; others may have got it.
        """
        if not 0 < group <= self._table.group_count:
            raise ValueError(f"groups are numbered 1 to {self._table.group_count}, not {group}")
        packed = _packed(data)
        delivered, failed = self._table.broadcast(Packet(packed, 0, group, block_cost(len(packed))), skip=skip)
        if failed:
            raise from_errno(errno.ENOBUFS, asked=f"multicast to group {group} of {protocol_label(self.protocol)}")
        return delivered

    def has_listeners(self, group: int) -> bool:
        """Whether any socket is a member of the group (`netlink_has_listeners`)."""
        with self._table.lock:
            return bool(self._table.members(group))

    def release(self) -> None:
        """Take the protocol's kernel side away (`netlink_kernel_release`): sending to it is refused from now on."""
        with self._table.lock:
            if self._table.kernel is self:
                self._table.kernel = None
                self._table.on_join = self._table.on_leave = None


def source_of(sender: UserSocket) -> Source:
    """Where a datagram came from, as the kernel's side sees it: the true port ID, not what the header claims."""
    return Source(sender.portid)


def _packed(data: bytes | str | Message) -> bytes:
    if isinstance(data, Message):
        return data.pack()
    payload = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else bytes(data)
    return Message(int(NLMSG.DONE), payload=payload).pack()
