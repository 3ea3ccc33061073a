"""The kernel that another process serves on a Unix socket: `netlynx kernel serve`, `netlynx.kernel.Server`."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from netlynx.transport.base import ALL_LASTS, Instruction
from netlynx.transport.bridge_calls import (
    AttachFilter,
    GetOption,
    Open,
    Receive,
    SetOption,
    decode_address,
    decode_bytes,
)
from netlynx.transport.bridge_calls import decode_datagram as decode
from netlynx.transport.bridge_connection import BridgeConnection
from netlynx.transport.bridge_socket import BridgeSocket
from netlynx.transport.option_values import (
    INSTRUCTION,
    MEMINFO,
    SO_MEMINFO,
    SO_PASSCRED,
    SO_RCVBUFFORCE,
    SO_SNDBUFFORCE,
    dropped,
)
from netlynx.transport.patience import Patience
from netlynx.wire.constants import NETLINK_OPTION, SOL_NETLINK
from netlynx.wire.message import UCRED

if TYPE_CHECKING:
    from netlynx.transport.deadline import Deadline

PREFIX = "unix:"

_INT = struct.Struct("=i")
_CONTROL = 96  # room for control messages of all kinds
_RECEIVE_FLAGS = int(socket.MSG_DONTWAIT)

_Path: TypeAlias = str | os.PathLike[str]


class BridgeTransport:
    """One netlink socket of a served kernel as a `Transport`. A call takes as long as the kernel's handlers do."""

    __slots__ = ("_connection", "_credentials", "portid")

    def __init__(
        self,
        path: str,
        namespace: str,
        protocol: int,
        port: int,
        groups: tuple[int, ...],
        patience: Patience | None = None,
        deadline: Deadline | None = None,
    ) -> None:
        self._connection = BridgeConnection(path, patience, deadline)
        try:
            address = self._connection.call(Open(namespace, protocol, port, tuple(map(int, groups))))
        except BaseException:
            self._connection.close()
            raise
        self._credentials = False  # whether they were asked for
        self.portid: int = decode_address(address)[0]

    def fileno(self) -> int:
        """The descriptor of the connection, which polls as that of a netlink socket would."""
        return self._connection.fileno()

    def send(self, data: bytes | memoryview, portid: int = 0, group: int = 0) -> int:
        """See `Transport.send`."""
        return self._connection.send(bytes(data), (), 0, (portid, 1 << (group - 1) if group else 0), again=False)

    def receive_into(self, buffer: bytearray | memoryview) -> tuple[int, int, int]:
        """See `Transport.receive_into`."""
        datagram = decode(self._connection.call(Receive(len(buffer), 0, _RECEIVE_FLAGS)))
        buffer[: len(datagram.data)] = datagram.data
        return datagram.length, *datagram.source

    def receive_with_uid(self, buffer: bytearray | memoryview) -> tuple[int, int, int]:
        """See `Transport.receive_with_uid`."""
        if not self._credentials:
            self._connection.call(SetOption(socket.SOL_SOCKET, SO_PASSCRED, _INT.pack(1)))
            self._credentials = True
        datagram = decode(self._connection.call(Receive(len(buffer), _CONTROL, _RECEIVE_FLAGS)))
        buffer[: len(datagram.data)] = datagram.data
        owner = next(data for level, _, data in datagram.control if level == socket.SOL_SOCKET)
        return datagram.length, datagram.source[0], UCRED.unpack(owner)[1]

    def attach_filter(self, instructions: Sequence[Instruction]) -> None:
        """See `Transport.attach_filter`."""
        self._connection.call(AttachFilter(b"".join(INSTRUCTION.pack(*each) for each in instructions)))

    def join(self, group: int) -> None:
        """See `Transport.join`."""
        self.set_option(NETLINK_OPTION.ADD_MEMBERSHIP, group)

    def leave(self, group: int) -> None:
        """See `Transport.leave`."""
        self.set_option(NETLINK_OPTION.DROP_MEMBERSHIP, group)

    def set_option(self, option: int, value: int) -> None:
        """See `Transport.set_option`."""
        self._connection.call(SetOption(SOL_NETLINK, int(option), _INT.pack(value)))

    def set_receive_buffer(self, size: int) -> int:
        """As large as allowed: past the kernel's limit with CAP_NET_ADMIN, up to it without. Returns what there is."""
        return self._set_buffer(SO_RCVBUFFORCE, socket.SO_RCVBUF, size)

    def set_send_buffer(self, size: int) -> int:
        """As `set_receive_buffer`, of what may be sent."""
        return self._set_buffer(SO_SNDBUFFORCE, socket.SO_SNDBUF, size)

    def _set_buffer(self, forced: int, option: int, size: int) -> int:
        try:
            self._connection.call(SetOption(socket.SOL_SOCKET, forced, _INT.pack(size)))
        except PermissionError:
            self._connection.call(SetOption(socket.SOL_SOCKET, option, _INT.pack(size)))
        value = decode_bytes(self._connection.call(GetOption(socket.SOL_SOCKET, option, _INT.size)))
        granted: int = _INT.unpack(value)[0]
        return granted

    def dropped(self) -> int:
        """See `Transport.dropped`."""
        return dropped(decode_bytes(self._connection.call(GetOption(socket.SOL_SOCKET, SO_MEMINFO, MEMINFO.size))))

    def limit(self, deadline: Deadline | None) -> None:
        """Until when all calls from now on are to be done; None for no more than each by itself."""
        self._connection.deadline = deadline

    def interrupt(self) -> None:
        """End a call that another thread makes; the socket is of no use any more, but to be closed."""
        self._connection.interrupt()

    def close(self) -> None:
        """See `Transport.close`."""
        self._connection.close()


class BridgeKernel:
    """A kernel that another process serves at `path`, seen from one of its network namespaces (its initial one).

    Sockets are connections: that nobody serves a kernel there, or none of its namespaces has that name, is found when
    one is opened.
    """

    lasting = ALL_LASTS

    def __init__(self, path: _Path, namespace: str = "") -> None:
        self.path = os.fspath(path).removeprefix(PREFIX)
        if not self.path:
            raise ValueError(f"{PREFIX} is followed by the path of a Unix socket")
        self.namespace = namespace

    def __repr__(self) -> str:
        where = f", namespace={self.namespace!r}" if self.namespace else ""
        return f"BridgeKernel({PREFIX + self.path!r}{where})"

    def open(self, protocol: int, port: int = 0, groups: tuple[int, ...] = ()) -> BridgeTransport:
        """See `Kernel.open`. Raises NetlinkError, as `BridgeConnection` and as `VirtualKernel.open`."""
        return BridgeTransport(self.path, self.namespace, int(protocol), port, groups)

    def open_within(self, protocol: int, patience: Patience, deadline: Deadline | None) -> BridgeTransport:
        """See `PatientKernel.open_within`. Raises as `open`."""
        return BridgeTransport(self.path, self.namespace, int(protocol), 0, (), patience, deadline)

    def system_socket(self, protocol: int, type: int = socket.SOCK_RAW) -> BridgeSocket:
        """What ``socket.socket(AF_NETLINK, type, protocol)`` is on a real kernel. Raises as `open`."""
        return BridgeSocket(self.path, self.namespace, int(protocol), type)

    def system_socket_within(self, protocol: int, patience: Patience) -> BridgeSocket:
        """As `system_socket`, for somebody who waits no longer than that says, from the opening on."""
        return BridgeSocket(self.path, self.namespace, int(protocol), patience=patience)
