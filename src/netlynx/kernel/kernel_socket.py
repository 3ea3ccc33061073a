"""The kernel's own socket of a protocol: what code of the kernel's side sends with.

Source: net/netlink/af_netlink.c, include/net/netlink.h.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import TYPE_CHECKING

from netlynx.errors import from_errno
from netlynx.wire.constants import NLM_F, NLMSG, protocol_label
from netlynx.wire.message import Message, Source

from .accounting import block_cost
from .ports import GROUPS_MIN, Packet, ProtocolTable

if TYPE_CHECKING:
    from .namespaces import Namespace
    from .sockets import UserSocket


class KernelSocket:
    """The kernel's half, in one namespace: what `netlink_kernel_create` gives, and what its code sends with."""

    def __init__(
        self,
        table: ProtocolTable,
        netns: Namespace,
        receive: Callable[[KernelSocket, bytes, UserSocket], None] | None,
    ) -> None:
        self.receive = receive  # called with every datagram, in the sender's thread; None only speaks
        self.netns = netns
        self._table = table

    def __repr__(self) -> str:
        return f"<KernelSocket {protocol_label(self.protocol)}>"

    @property
    def protocol(self) -> int:
        """The protocol number."""
        return self._table.number

    @property
    def group_count(self) -> int:
        """How many multicast groups the protocol has."""
        return self._table.group_count

    def change_groups(self, count: int) -> None:
        """Have another number of multicast groups, 32 at least (`netlink_change_ngroups`); members stay members."""
        with self._table.lock:
            self._table.group_count = max(count, GROUPS_MIN)

    def unicast(self, data: bytes | str | Message, *, to: int, raw: bool = False) -> int:
        """Send a message to the socket that has port `to` (`netlink_unicast`); returns the bytes sent.

        A `Message` goes as it is. Bytes and text (as UTF-8) get a header as the classical module gives them: type
        NLMSG_DONE, sequence and port 0; with `raw` they go without one. Never waits.

        Raises:
            PortRefused: (a `ConnectionRefusedError`) nobody has the port, or it is connected to another one.
            Busy: (EAGAIN) the receiver's queue is full: the message is lost, the receiver hears of the overrun.
        """
        return self._unicast(_packed(data, raw), to, 0)

    def _unicast(self, packed: bytes, to: int, group: int) -> int:
        packet = Packet(packed, 0, group, block_cost(len(packed)))
        asked = f"send {len(packed)} bytes to port {to} on {protocol_label(self.protocol)}"
        with self._table.lock:
            receiver = self._table.find(self.netns, to)
            if receiver is None or not receiver.hears(0):
                raise from_errno(errno.ECONNREFUSED, asked=asked)
            if receiver.accepts(packet):
                if not receiver.has_room(packet):
                    receiver.overrun()
                    raise from_errno(errno.EAGAIN, "the receiver's queue is full", asked=asked)
                self._table.deliver(receiver, packet)
        return len(packed)

    def multicast(
        self,
        data: bytes | str | Message,
        *,
        group: int = 1,
        skip: int = 0,
        raw: bool = False,
        passes: Callable[[UserSocket], bool] | None = None,
    ) -> int:
        """Send a message to the members of a group but for port `skip` (`nlmsg_multicast`); never waits.

        `data` and `raw` are as for `unicast`; with `passes`, members of which it says no do not get it
        (`netlink_broadcast_filtered`). Returns how many sockets got it; those whose queue was full lost it.
        Members in other namespaces hear it if they have NETLINK_LISTEN_ALL_NSID, and an ID for this one.

        Raises:
            ValueError: the protocol has no such group.
            BufferOverrun: (ENOBUFS) a socket with NETLINK_BROADCAST_ERROR lost it; others may have got it.
        """
        return self._multicast(_packed(data, raw), group, skip, passes)

    def _multicast(
        self, packed: bytes, group: int, skip: int, passes: Callable[[UserSocket], bool] | None = None
    ) -> int:
        if not 0 < group <= self._table.group_count:
            raise ValueError(f"groups are numbered 1 to {self._table.group_count}, not {group}")
        packet = Packet(packed, 0, group, block_cost(len(packed)))
        delivered, failed = self._table.broadcast(packet, self.netns, skip=skip, passes=passes)
        if failed:
            raise from_errno(errno.ENOBUFS, asked=f"multicast to group {group} of {protocol_label(self.protocol)}")
        return delivered

    def notify(self, data: bytes | str | Message, *, group: int, request: Message | None = None) -> int:
        """Tell a group what a request has changed (`nlmsg_notify`), as `multicast`.

        If the request asks for it (NLM_F_ECHO) its sender gets a copy of its own, member or not, and only that one.

        Raises as `multicast` and `unicast`.
        """
        packed = _packed(data)
        portid = request.source.portid if request is not None and request.source is not None else 0
        echo = bool(portid and request is not None and request.flags & NLM_F.ECHO)
        delivered = self._multicast(packed, group, portid if echo else 0)
        if echo:
            self._unicast(packed, portid, group)
        return delivered + echo

    def has_listeners(self, group: int) -> bool:
        """Whether any socket of the namespace is a member of the group (`netlink_has_listeners`)."""
        with self._table.lock:
            return bool(self._table.members(group, self.netns))

    def release(self) -> None:
        """Take the protocol's kernel side away (`netlink_kernel_release`), from under the sockets that are open.

        They stay as they are; sending to the kernel is refused from now on. No socket can be opened any more, once
        the protocol has no kernel side in any namespace.
        """
        with self._table.lock:
            self._table.unregister(self.netns, self)


def source_of(sender: UserSocket) -> Source:
    """Where a datagram came from, as the kernel's side sees it: the true port ID, not what the header claims."""
    return Source(sender.portid)


def _packed(data: bytes | str | Message, raw: bool = False) -> bytes:
    if isinstance(data, Message):
        return data.pack()
    payload = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else bytes(data)
    return payload if raw else Message(int(NLMSG.DONE), payload=payload).pack()
