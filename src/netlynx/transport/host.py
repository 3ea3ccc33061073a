"""The real kernel: AF_NETLINK sockets of this host, in the caller's network namespace or another one."""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from netlynx import netns as namespaces
from netlynx.errors import NetlinkError, NotSupported, from_errno
from netlynx.transport._calls import SystemCalls
from netlynx.transport.base import SENDING_LASTS, Instruction
from netlynx.transport.option_values import (
    INSTRUCTION,
    MEMINFO,
    SO_MEMINFO,
    SO_PASSCRED,
    SO_SNDBUFFORCE,
    attach,
    dropped,
)
from netlynx.wire.constants import AF_NETLINK, NETLINK_OPTION, PROTOCOLS, SOL_NETLINK, provider_of
from netlynx.wire.message import SCM_CREDENTIALS, UCRED

if TYPE_CHECKING:
    from netlynx.codec._codec import Datagrams, Sink, Traffic

# Extended and capped ACKs and strict checking: a kernel that lacks one is tolerated.
_WANTED = (NETLINK_OPTION.EXT_ACK, NETLINK_OPTION.CAP_ACK, NETLINK_OPTION.GET_STRICT_CHK)

_SO_RCVBUFFORCE = 33  # asm-generic/socket.h; the socket module has no name for it
_CONTROL = 64  # room for the sender's credentials
_NOBODY = 65534


class HostSocket(SystemCalls):
    """One AF_NETLINK socket as a `Transport`. Source: netlink(7)."""

    __slots__ = ("_credentials", "_datagrams", "_socket", "portid")

    def __init__(self, sock: socket.socket, port: int, groups: tuple[int, ...]) -> None:
        self._socket = sock
        self.descriptor = sock.fileno()
        self._credentials = False  # told with each datagram
        self._datagrams: Datagrams | None = None
        sock.setblocking(False)
        for option in _WANTED:
            try:
                sock.setsockopt(SOL_NETLINK, option, 1)
            except OSError as error:
                if error.errno != errno.ENOPROTOOPT:
                    raise
        sock.bind((port, 0))
        self.portid: int = sock.getsockname()[0]
        for group in groups:
            self.join(group)

    def fileno(self) -> int:
        """The socket's descriptor."""
        return self._socket.fileno()

    def namespace(self) -> int | None:
        """The inode of the network namespace that the socket is in; None where the kernel does not say."""
        from netlynx.netns.seeing import namespace_of  # few need it

        return namespace_of(self.descriptor)

    def receive_with_uid(self, buffer: bytearray | memoryview) -> tuple[int, int, int]:
        """See `Transport.receive_with_uid`."""
        if not self._credentials:
            self._socket.setsockopt(socket.SOL_SOCKET, SO_PASSCRED, 1)
            self._credentials = True
        size, control, _flags, source = self._socket.recvmsg_into([buffer], _CONTROL, socket.MSG_TRUNC)
        for level, kind, data in control:
            if level == socket.SOL_SOCKET and kind == SCM_CREDENTIALS:
                return size, source[0], UCRED.unpack(data)[1]
        return size, source[0], _NOBODY  # it was queued before credentials were asked for

    def receive_with_nsid(self, buffer: bytearray | memoryview) -> tuple[int, int, int | None]:
        """See `netlynx.client.hearing.TellingNamespaces`. Source: netlink_cmsg_listen_all_nsid (af_netlink.c)."""
        size, control, _flags, source = self._socket.recvmsg_into([buffer], _CONTROL, socket.MSG_TRUNC)
        for level, kind, data in control:
            if level == SOL_NETLINK and kind == NETLINK_OPTION.LISTEN_ALL_NSID:
                return size, source[0], int.from_bytes(data, sys.byteorder, signed=True)
        return size, source[0], None

    def attach_filter(self, instructions: Sequence[Instruction]) -> None:
        """See `Transport.attach_filter`."""
        attach(self._socket, b"".join(INSTRUCTION.pack(*instruction) for instruction in instructions))

    def drain(
        self, reader: Sink, buffer: memoryview, kind: int, sequence: int, portid: int, traffic: Traffic, most: int
    ) -> tuple[int, int, int, int]:
        """See `Draining.drain`."""
        datagrams = self._datagrams
        if datagrams is None:
            from netlynx.codec._codec import Datagrams

            datagrams = self._datagrams = Datagrams(self.descriptor)
        return reader.drain(datagrams, buffer, kind, sequence, portid, traffic, most)

    @property
    def ahead(self) -> bool:
        """See `Draining.ahead`."""
        return self._datagrams is not None and self._datagrams.pending

    def join(self, group: int) -> None:
        """See `Transport.join`."""
        self._socket.setsockopt(SOL_NETLINK, NETLINK_OPTION.ADD_MEMBERSHIP, group)

    def leave(self, group: int) -> None:
        """See `Transport.leave`."""
        self._socket.setsockopt(SOL_NETLINK, NETLINK_OPTION.DROP_MEMBERSHIP, group)

    def set_option(self, option: int, value: int) -> None:
        """See `Transport.set_option`."""
        self._socket.setsockopt(SOL_NETLINK, option, value)

    def set_receive_buffer(self, size: int) -> int:
        """As large as allowed: past the system's limit with CAP_NET_ADMIN, up to it without. Returns what there is,
        in the kernel's accounting, which is twice what was asked for (socket(7))."""
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, size)
        except PermissionError:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
        return self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)

    def set_send_buffer(self, size: int) -> int:
        """As `set_receive_buffer`, of what may be sent."""
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, size)
        except PermissionError:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size)
        return self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)

    def dropped(self) -> int:
        """See `Transport.dropped`. Source: SO_MEMINFO, SK_MEMINFO_DROPS of linux/sock_diag.h."""
        return dropped(self._socket.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, MEMINFO.size))

    def close(self) -> None:
        """See `Transport.close`."""
        self.descriptor = -1
        if self._datagrams is not None:
            self._datagrams.close()  # before the descriptor is another's
        self._socket.close()


class HostKernel:
    """This host's kernel, seen from one network namespace (None: the caller's)."""

    lasting = SENDING_LASTS

    def __init__(self, netns: namespaces.Where | None = None) -> None:
        # Held open, so that later sockets are opened in the same namespace even if its name is gone by then.
        self._namespace = None if netns is None else namespaces.open(netns)

    def open(self, protocol: int, port: int = 0, groups: tuple[int, ...] = ()) -> HostSocket:
        """See `Kernel.open`. Raises NetlinkError: NotSupported for a protocol that this kernel does not have."""
        asked = f"open a socket of netlink protocol {_name(protocol)}"
        if not hasattr(socket, "AF_NETLINK"):
            raise NotSupported(errno.EAFNOSUPPORT, asked=asked, hint="Netlink is Linux; a virtual kernel runs anywhere")
        kind = socket.SOCK_RAW | socket.SOCK_CLOEXEC
        try:
            if self._namespace is None:
                sock = socket.socket(AF_NETLINK, kind, protocol)
            else:
                sock = namespaces.socket_in(self._namespace, AF_NETLINK, kind, protocol)
        except NetlinkError:  # of entering the namespace, with what to do about it
            raise
        except OSError as error:
            hint = provider_of(protocol) if error.errno == errno.EPROTONOSUPPORT else ""
            raise from_errno(error.errno or errno.EIO, asked=asked, hint=hint) from error
        try:
            return HostSocket(sock, port, groups)
        except OSError as error:
            sock.close()
            raise from_errno(error.errno or errno.EIO, asked=f"{asked}, port {port}, groups {groups}") from error

    def close(self) -> None:
        """Let go of the namespace."""
        if self._namespace is not None:
            self._namespace.close()


def _name(protocol: int) -> str:
    known = PROTOCOLS.get(protocol)
    return f"{int(protocol)} ({known.c_name})" if known else str(int(protocol))
