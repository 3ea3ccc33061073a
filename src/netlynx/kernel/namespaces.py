"""Network namespaces of a virtual kernel: each has its own ports, members and kernel sides of every protocol.

Source: network_namespaces(7), net/core/net_namespace.c, net/netlink/af_netlink.c.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable
from typing import TYPE_CHECKING

from netlynx.errors import from_errno, refuse
from netlynx.wire.constants import MAX_PROTOCOLS, NETLINK, NETLINK_OPTION, protocol_label

from .credentials import ADMINISTRATORS_ONLY, ConfigFlag, Credentials
from .kernel_socket import KernelSocket
from .ports import GROUPS_MIN, Notice
from .registration import KernelSides, Receive
from .sockets import UserSocket
from .system import SystemSocket

if TYPE_CHECKING:
    from .virtual import VirtualKernel

# What every socket of netlynx asks of the real kernel too.
_WANTED = (NETLINK_OPTION.EXT_ACK, NETLINK_OPTION.CAP_ACK, NETLINK_OPTION.GET_STRICT_CHK)


class Namespace(KernelSides):
    """A network namespace of a virtual kernel; made by `VirtualKernel.namespace`.

    Whatever takes a kernel takes one: ``netlynx.connect(kernel=blue)``, ``NetlinkSocket(25, kernel=blue)``.
    """

    def __init__(self, kernel: VirtualKernel, name: str, cookie: int) -> None:
        self.kernel = kernel
        self.name = name
        self.cookie = cookie  # counts from 1, the initial one (SO_NETNS_COOKIE)
        self._ids: dict[Namespace, int] = {}

    def __repr__(self) -> str:
        return f"<Namespace {self.name or self.cookie}>"

    # ---------------------------------------------------------------------------------------------- IDs

    def id_of(self, other: Namespace) -> int | None:
        """The ID that another namespace (or this one) has here, None without one (`peernet2id`)."""
        return self._ids.get(other)

    def set_id(self, other: Namespace, nsid: int | None = None) -> int:
        """Give another namespace an ID here, by default the lowest free one (RTM_NEWNSID); returns it.

        Raises:
            NetlinkError: EEXIST, the namespace has an ID already, or another one has this ID.
        """
        with self.kernel.lock:
            taken = set(self._ids.values())
            if nsid is None:
                nsid = next(number for number in range(len(taken) + 1) if number not in taken)
            if other in self._ids or nsid in taken:
                raise from_errno(errno.EEXIST, asked=f"give {other} the ID {nsid} in {self}")
            self._ids[other] = nsid
            return nsid

    # ----------------------------------------------------------------------------------- the user's half

    def open(
        self, protocol: int, port: int = 0, groups: Iterable[int] = (), *, credentials: Credentials | None = None
    ) -> UserSocket:
        """A socket of a protocol, bound to a port ID (0: the kernel chooses) and member of groups: a `Transport`.

        Extended and capped acknowledgements and strict checking are on, as at every socket that netlynx opens.
        `credentials` tell whose it is: by default the kernel's `credentials`.

        Raises:
            NotSupported: EPROTONOSUPPORT, nothing has registered the protocol.
            NetlinkError: EADDRINUSE, the port is taken; EINVAL, there is no such group.
            PermissionDenied: a group is only for CAP_NET_ADMIN.
        """
        asked = f"open a socket on {protocol_label(protocol)}, port {port}"
        sock = self.socket_for(protocol, credentials=credentials)
        try:
            sock.bind(port)
            for option in _WANTED:
                sock.set_option(option, 1)
            for group in groups:
                sock.join(group)
        except OSError as error:
            sock.close()
            raise from_errno(error.errno or errno.EIO, asked=asked) from None
        except BaseException:
            sock.close()
            raise
        return sock

    def socket_for(self, protocol: int, *, credentials: Credentials | None = None) -> UserSocket:
        """A socket that is not bound yet and has all options off, as ``socket(AF_NETLINK, …)`` gives it."""
        if protocol == NETLINK.GENERIC and NETLINK.GENERIC not in self.kernel.tables:
            self.kernel.generic()  # there is none without its controller
        with self.kernel.lock:
            table = self.kernel.tables.get(protocol)
            if table is None or not (table.registered or protocol == NETLINK.USERSOCK):
                number = int(protocol)  # a constant would print as its C name
                raise from_errno(
                    errno.EPROTONOSUPPORT,
                    "this kernel does not have the protocol",
                    asked=f"open a socket on {protocol_label(protocol)}",
                    hint=f"It is a virtual kernel: register kernel.protocol({number}) or kernel.serve({number})",
                )
            return UserSocket(table, self, credentials or self.kernel.credentials)

    def system_socket(
        self, protocol: int, type: int = socket.SOCK_RAW, *, credentials: Credentials | None = None
    ) -> SystemSocket:
        """What ``socket.socket(AF_NETLINK, type, protocol)`` is on a real kernel.

        Raises:
            NotSupported: nothing has registered the protocol.
            OSError: ESOCKTNOSUPPORT, the type is neither SOCK_RAW nor SOCK_DGRAM.
        """
        if type not in (socket.SOCK_RAW, socket.SOCK_DGRAM):
            raise refuse(errno.ESOCKTNOSUPPORT)
        return SystemSocket(self.socket_for(protocol, credentials=credentials), type)

    def sockets(self) -> list[UserSocket]:
        """The user sockets of this namespace that are bound, by protocol and in the order of their binding."""
        return [sock for sock in self.kernel.sockets() if sock.netns is self]

    # --------------------------------------------------------------------------------- the kernel's half

    def attach(
        self,
        number: int,
        receive: Receive | None,
        *,
        groups: int = 0,
        flags: ConfigFlag = ADMINISTRATORS_ONLY,
        notices: tuple[Notice, Notice, Notice] = (None, None, None),
    ) -> KernelSocket:
        """Register a kernel side that takes datagrams as they are; see `KernelSides.attach`."""
        if not 0 <= number < MAX_PROTOCOLS:
            raise ValueError(f"netlink protocols are numbered 0 to {MAX_PROTOCOLS - 1}, not {number}")
        with self.kernel.lock:
            table = self.kernel.table(number)
            if table.kernel(self) is not None:
                raise from_errno(errno.EADDRINUSE, asked=f"register {protocol_label(number)}")
            if not table.registered:  # the first namespace decides for all
                table.group_count = max(groups, GROUPS_MIN)
                table.flags = flags
                table.on_join, table.on_leave, table.on_close = notices
            sock = KernelSocket(table, self, receive)
            table.register(self, sock)
            return sock

    def close(self) -> None:
        """End it: its user sockets are closed, its kernel sides released, and its IDs forgotten elsewhere."""
        for sock in self.sockets():
            sock.close()
        self.kernel.forget(self)

    def forget(self, other: Namespace) -> None:
        """Another namespace has ended: its ID is free."""
        self._ids.pop(other, None)
