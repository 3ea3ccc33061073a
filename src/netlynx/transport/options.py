"""What can be set on a netlink socket: netlink's own options, memberships, buffers and packet filters.

Source: netlink(7), socket(7); numbers from linux/netlink.h.
"""

from __future__ import annotations

import array
import socket
from collections.abc import Iterable
from typing import overload

from netlynx import limits
from netlynx.errors import NetlinkError, group_refused
from netlynx.transport.handle import Handle
from netlynx.transport.option_values import (
    INSTRUCTION,
    SO_DETACH_FILTER,
    SO_LOCK_FILTER,
    SO_PASSCRED,
    SO_RCVBUFFORCE,
    SO_SNDBUFFORCE,
    attach,
    set_forced,
)
from netlynx.wire.constants import NETLINK_OPTION, SOL_NETLINK

_MEMBERSHIP_BYTES = 1024  # room for 8192 groups, the most that Python reads of an option


class Flag:
    """A yes-or-no option, as an attribute of the socket that is read and set."""

    def __init__(self, option: int, level: int = SOL_NETLINK) -> None:
        self._option = option
        self._level = level

    @overload
    def __get__(self, instance: None, owner: type) -> Flag: ...
    @overload
    def __get__(self, instance: SocketOptions, owner: type) -> bool: ...
    def __get__(self, instance: SocketOptions | None, owner: type) -> Flag | bool:
        if instance is None:
            return self
        with instance._using(f"read {self._option}") as sock:
            return bool(sock.getsockopt(self._level, self._option))

    def __set__(self, instance: SocketOptions, value: bool) -> None:
        with instance._using(f"set {self._option} to {int(value)}") as sock:
            sock.setsockopt(self._level, self._option, int(value))


class SocketOptions(Handle):
    """The options of a netlink socket; where the kernel refuses one, it raises `NetlinkError`."""

    pktinfo = Flag(NETLINK_OPTION.PKTINFO)
    """Report the group number of what is received, in `Source.group`: alone in telling groups above 32."""

    broadcast_error = Flag(NETLINK_OPTION.BROADCAST_ERROR)
    """Report to a *kernel* sender that multicasts when this socket's queue was full."""

    no_enobufs = Flag(NETLINK_OPTION.NO_ENOBUFS)
    """Do not raise when multicasts were lost: they are then lost in silence."""

    listen_all_nsid = Flag(NETLINK_OPTION.LISTEN_ALL_NSID)
    """Hear multicasts of every namespace that has an ID in this one, told apart by `Source.nsid`.

    Setting it takes CAP_NET_BROADCAST.
    """

    cap_ack = Flag(NETLINK_OPTION.CAP_ACK)
    """Leave the payload of the request out of error messages."""

    ext_ack = Flag(NETLINK_OPTION.EXT_ACK)
    """Send extended acknowledgements: the kernel's own words and the attribute at fault."""

    strict_check = Flag(NETLINK_OPTION.GET_STRICT_CHK)
    """Check the headers of dump requests, and filter by them."""

    pass_credentials = Flag(SO_PASSCRED, socket.SOL_SOCKET)
    """Report whose process sent what is received, in `Source.owner`."""

    def join(self, group: int) -> None:
        """Join multicast group number `group` (1 is the first; not a mask, so any number works).

        Raises:
            PermissionDenied: (a `PermissionError`) the protocol lets only CAP_NET_ADMIN listen.
            NetlinkError: EINVAL, the protocol has no such group.
        """
        self._member(NETLINK_OPTION.ADD_MEMBERSHIP, group, "join")

    def leave(self, group: int) -> None:
        """Leave multicast group number `group`; leaving one that was not joined does nothing."""
        self._member(NETLINK_OPTION.DROP_MEMBERSHIP, group, "leave")

    def _member(self, option: int, group: int, verb: str) -> None:
        group = limits.number("group", group)
        if group < 1:
            raise ValueError(f"multicast groups are numbered from 1, not {group}")
        if group >= 1 << 31:
            raise ValueError(f"no protocol has a multicast group {group}")
        asked = f"{verb} group {group}"
        try:
            with self._using(asked) as sock:
                sock.setsockopt(SOL_NETLINK, option, group)
        except NetlinkError as error:
            raise group_refused(error, group, error.asked or asked) from None

    def memberships(self) -> tuple[int, ...]:
        """The numbers of the groups joined, in order, as the kernel has them."""
        with self._using("list memberships") as sock:
            words = sock.getsockopt(SOL_NETLINK, NETLINK_OPTION.LIST_MEMBERSHIPS, _MEMBERSHIP_BYTES)
        masks = array.array("I", words)
        return tuple(32 * index + bit + 1 for index, mask in enumerate(masks) for bit in range(32) if mask >> bit & 1)

    @property
    def receive_buffer(self) -> int:
        """Bytes that may wait to be received; each message counts with the kernel's own bookkeeping.

        The kernel doubles what is set, for that bookkeeping, and the doubled number is what is read back.
        Without CAP_NET_ADMIN it takes at most /proc/sys/net/core/rmem_max, silently.
        """
        with self._using("read the size of the receive buffer") as sock:
            return sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)

    @receive_buffer.setter
    def receive_buffer(self, size: int) -> None:
        size = limits.bytes_of_queue("receive_buffer", size)
        with self._using(f"set the receive buffer to {size} bytes") as sock:
            set_forced(sock, SO_RCVBUFFORCE, socket.SO_RCVBUF, size)

    @property
    def send_buffer(self) -> int:
        """Bytes of the send buffer, doubled and limited as `receive_buffer`; the largest message has 32 less.

        The limit is /proc/sys/net/core/wmem_max.
        """
        with self._using("read the size of the send buffer") as sock:
            return sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)

    @send_buffer.setter
    def send_buffer(self, size: int) -> None:
        size = limits.bytes_of_queue("send_buffer", size)
        with self._using(f"set the send buffer to {size} bytes") as sock:
            set_forced(sock, SO_SNDBUFFORCE, socket.SO_SNDBUF, size)

    def attach_filter(self, instructions: Iterable[tuple[int, int, int, int]]) -> None:
        """Let a classic BPF program decide which messages are received; it replaces the one before.

        `instructions` are ``(code, jt, jf, k)``, `struct sock_filter` of linux/filter.h. The program sees the
        datagram from its first byte; it returns how many bytes to keep, 0 to drop it. A refused unicast looks
        delivered to its sender. Loads of 2 and 4 bytes read big-endian numbers, netlink's are in host order.

        Raises:
            NetlinkError: EINVAL, the kernel's checker refuses the program.
        """
        code = b"".join(INSTRUCTION.pack(*instruction) for instruction in instructions)
        with self._using(f"attach a filter of {len(code) // INSTRUCTION.size} instructions") as sock:
            attach(sock, code)

    def detach_filter(self) -> None:
        """Receive everything again; `NotFound` without a filter, `PermissionDenied` if it is locked."""
        with self._using("detach the filter") as sock:
            sock.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)

    def lock_filter(self) -> None:
        """Make the filter permanent: nobody can change it on this socket any more."""
        with self._using("lock the filter") as sock:
            sock.setsockopt(socket.SOL_SOCKET, SO_LOCK_FILTER, 1)
