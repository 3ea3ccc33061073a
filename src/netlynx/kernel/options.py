"""What is set on a user socket: netlink's options, memberships, the sizes of the buffers.

Source: `netlink_setsockopt` in net/netlink/af_netlink.c, netlink(7).
"""

from __future__ import annotations

import array
import errno
from typing import TYPE_CHECKING

from netlynx.errors import refuse
from netlynx.wire.constants import NETLINK_OPTION

from .accounting import (
    BUFFER_DEFAULT,
    RECEIVE_BUFFER_MIN,
    SEND_BUFFER_MIN,
    granted,
)
from .credentials import Capability, ConfigFlag, Credentials
from .ports import ProtocolTable
from .queue import ReceiveQueue

if TYPE_CHECKING:
    from .namespaces import Namespace

_OPTIONS = (
    NETLINK_OPTION.PKTINFO,
    NETLINK_OPTION.BROADCAST_ERROR,
    NETLINK_OPTION.NO_ENOBUFS,
    NETLINK_OPTION.LISTEN_ALL_NSID,
    NETLINK_OPTION.CAP_ACK,
    NETLINK_OPTION.EXT_ACK,
    NETLINK_OPTION.GET_STRICT_CHK,
)


class OptionedSocket(ReceiveQueue):
    """A socket in a namespace, with an owner, options and memberships."""

    def __init__(self, table: ProtocolTable, netns: Namespace, credentials: Credentials) -> None:
        super().__init__(table)
        self.netns = netns
        self.credentials = credentials
        self.groups: set[int] = set()
        self.send_buffer = BUFFER_DEFAULT
        self._options: dict[int, int] = dict.fromkeys(_OPTIONS, 0)
        self._group_room = 0  # how many groups there is room for, from the first use of groups on

    @property
    def protocol(self) -> int:
        """The protocol number."""
        return self._table.number

    @property
    def group_count(self) -> int:
        """How many multicast groups the protocol has."""
        return self._table.group_count

    def allowed(self, flag: ConfigFlag) -> bool:
        """Whether the owner may do what the protocol may restrict (`netlink_allowed`)."""
        return bool(self._table.flags & flag) or self.credentials.may(Capability.NET_ADMIN)

    # --------------------------------------------------------------------------------------- memberships

    def join(self, group: int) -> None:
        """Become a member of a multicast group, by number.

        Raises OSError: EPERM, the protocol lets only CAP_NET_ADMIN listen; EINVAL, it has no such group; and whatever
        the protocol's side says.
        """
        self._membership(group, True)

    def leave(self, group: int) -> None:
        """End a membership; without one it does nothing. Raises EPERM and EINVAL as `join`."""
        self._membership(group, False)

    def _membership(self, group: int, wanted: bool) -> None:
        with self._lock:
            self._check_open()
            self._make_group_room()
            if not 0 < group <= self._group_room:
                raise refuse(errno.EINVAL)
        if wanted:
            self._ask_to_join(group)
        with self._lock:
            self._check_open()
            self._table.set_member(self, group, wanted)  # type: ignore[arg-type]  # it is a UserSocket
        if not wanted and self._table.on_leave is not None:
            self._table.on_leave(group)

    def _ask_to_join(self, group: int) -> None:
        """Have the protocol's side agree to a membership, and know of it."""
        if self._table.may_join is not None:
            self._table.may_join(self, group)  # type: ignore[arg-type]  # it is a UserSocket
        if self._table.on_join is not None:
            self._table.on_join(group)

    def _make_group_room(self) -> None:
        if not self.allowed(ConfigFlag.NONROOT_RECV):
            raise refuse(errno.EPERM)
        self._group_room = self._table.group_count

    def memberships(self) -> bytes:
        """The groups joined as a bit mask in words of 32; empty before groups were used (LIST_MEMBERSHIPS)."""
        with self._lock:
            self._check_open()
            masks = array.array("I", bytes(4 * -(-self._group_room // 32)))
            for group in self.groups:
                masks[(group - 1) // 32] |= 1 << (group - 1) % 32
            return masks.tobytes()

    # ------------------------------------------------------------------------------------------- options

    def option(self, option: int) -> int:
        """The value of a NETLINK_* socket option. Raises ENOPROTOOPT for one that cannot be read."""
        if option not in self._options:
            raise refuse(errno.ENOPROTOOPT)
        return self._options[option]

    def set_option(self, option: int, value: int) -> None:
        """Set a NETLINK_* socket option.

        Raises OSError: ENOPROTOOPT, there is no such option; EPERM, LISTEN_ALL_NSID takes CAP_NET_BROADCAST.
        """
        if option == NETLINK_OPTION.ADD_MEMBERSHIP:
            self.join(value)
        elif option == NETLINK_OPTION.DROP_MEMBERSHIP:
            self.leave(value)
        elif option in self._options:
            with self._lock:
                self._check_open()
                if option == NETLINK_OPTION.LISTEN_ALL_NSID and not self.credentials.may(Capability.NET_BROADCAST):
                    raise refuse(errno.EPERM)
                self._options[option] = int(bool(value))
                if option == NETLINK_OPTION.NO_ENOBUFS:
                    self._silent = bool(value)
                    if value:
                        self._congested = False
                        self._lock.notify_all()
        else:
            raise refuse(errno.ENOPROTOOPT)

    def set_receive_buffer(self, size: int, *, force: bool = True) -> int:
        """Ask for a receive queue of `size` bytes; there is twice that, 2304 at least. Returns what there is.

        With `force` (SO_RCVBUFFORCE) it takes CAP_NET_ADMIN; without the capability, or without `force`, there is
        no more than twice the kernel's `rmem_max`.
        """
        with self._lock:
            limit = None if force and self.credentials.may(Capability.NET_ADMIN) else self.netns.kernel.rmem_max
            self.receive_buffer = granted(size, RECEIVE_BUFFER_MIN, limit)
            return self.receive_buffer

    def set_send_buffer(self, size: int, *, force: bool = True) -> int:
        """Ask for a send buffer of `size` bytes; there is twice that, 4608 at least. As `set_receive_buffer`."""
        with self._lock:
            limit = None if force and self.credentials.may(Capability.NET_ADMIN) else self.netns.kernel.wmem_max
            self.send_buffer = granted(size, SEND_BUFFER_MIN, limit)
            return self.send_buffer
