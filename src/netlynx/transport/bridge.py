"""The kernel that another process serves on a Unix socket: `netlynx kernel serve`, `netlynx.kernel.Server`."""

from __future__ import annotations

import os
import socket
import struct
from typing import TypeAlias

from netlynx.transport.bridge_calls import GetOption, Open, Receive, SetOption, decode_address, decode_bytes
from netlynx.transport.bridge_calls import decode_datagram as decode
from netlynx.transport.bridge_socket import BridgeSocket
from netlynx.transport.conversation import Conversation
from netlynx.wire.constants import NETLINK_OPTION, SOL_NETLINK
from netlynx.wire.options import SO_RCVBUFFORCE

PREFIX = "unix:"

_INT = struct.Struct("=i")
_RECEIVE_FLAGS = int(socket.MSG_DONTWAIT)

_Path: TypeAlias = str | os.PathLike[str]


class BridgeTransport:
    """One netlink socket of a served kernel as a `Transport`. A call takes as long as the kernel's handlers do."""

    __slots__ = ("_conversation", "portid")

    def __init__(self, path: str, namespace: str, protocol: int, port: int, groups: tuple[int, ...]) -> None:
        self._conversation = Conversation(path)
        try:
            address = self._conversation.call(Open(namespace, protocol, port, tuple(map(int, groups))))
        except BaseException:
            self._conversation.close()
            raise
        self.portid: int = decode_address(address)[0]

    def fileno(self) -> int:
        """The descriptor of the connection, which polls as that of a netlink socket would."""
        return self._conversation.fileno()

    def send(self, data: bytes | memoryview, portid: int = 0, group: int = 0) -> int:
        """See `Transport.send`."""
        return self._conversation.send(bytes(data), (), 0, (portid, 1 << (group - 1) if group else 0), again=False)

    def receive_into(self, buffer: bytearray | memoryview) -> tuple[int, int, int]:
        """See `Transport.receive_into`."""
        datagram = decode(self._conversation.call(Receive(len(buffer), 0, _RECEIVE_FLAGS)))
        buffer[: len(datagram.data)] = datagram.data
        return datagram.length, *datagram.source

    def join(self, group: int) -> None:
        """See `Transport.join`."""
        self.set_option(NETLINK_OPTION.ADD_MEMBERSHIP, group)

    def leave(self, group: int) -> None:
        """See `Transport.leave`."""
        self.set_option(NETLINK_OPTION.DROP_MEMBERSHIP, group)

    def set_option(self, option: int, value: int) -> None:
        """See `Transport.set_option`."""
        self._conversation.call(SetOption(SOL_NETLINK, int(option), _INT.pack(value)))

    def set_receive_buffer(self, size: int) -> int:
        """As large as allowed: past the kernel's limit with CAP_NET_ADMIN, up to it without. Returns what there is."""
        try:
            self._conversation.call(SetOption(socket.SOL_SOCKET, SO_RCVBUFFORCE, _INT.pack(size)))
        except PermissionError:
            self._conversation.call(SetOption(socket.SOL_SOCKET, socket.SO_RCVBUF, _INT.pack(size)))
        value = decode_bytes(self._conversation.call(GetOption(socket.SOL_SOCKET, socket.SO_RCVBUF, _INT.size)))
        size = _INT.unpack(value)[0]
        return size

    def close(self) -> None:
        """See `Transport.close`."""
        self._conversation.close()


class BridgeKernel:
    """A kernel that another process serves at `path`, seen from one of its network namespaces (its initial one).

    Sockets are connections: that nobody serves a kernel there, or none of its namespaces has that name, is found when
    one is opened.
    """

    def __init__(self, path: _Path, namespace: str = "") -> None:
        self.path = os.fspath(path).removeprefix(PREFIX)
        if not self.path:
            raise ValueError(f"{PREFIX} is followed by the path of a Unix socket")
        self.namespace = namespace

    def __repr__(self) -> str:
        where = f", namespace={self.namespace!r}" if self.namespace else ""
        return f"BridgeKernel({PREFIX + self.path!r}{where})"

    def open(self, protocol: int, port: int = 0, groups: tuple[int, ...] = ()) -> BridgeTransport:
        """See `Kernel.open`. Raises NetlinkError, as `Conversation` and as `VirtualKernel.open`."""
        return BridgeTransport(self.path, self.namespace, int(protocol), port, groups)

    def system_socket(self, protocol: int, type: int = socket.SOCK_RAW) -> BridgeSocket:
        """What ``socket.socket(AF_NETLINK, type, protocol)`` is on a real kernel. Raises as `open`."""
        return BridgeSocket(self.path, self.namespace, int(protocol), type)
