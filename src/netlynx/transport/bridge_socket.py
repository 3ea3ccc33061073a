"""A netlink socket of a kernel that another process serves, with the calls of `socket.socket`."""

from __future__ import annotations

import errno
import socket
import struct
import time
from collections.abc import Iterable

from netlynx.errors import refuse
from netlynx.transport.bridge_calls import (
    CONTROL_MAX,
    PART_MAX,
    AttachFilter,
    Bind,
    Connect,
    GetOption,
    MakeSocket,
    Name,
    Receive,
    SetOption,
    decode_address,
    decode_bytes,
    decode_datagram,
)
from netlynx.transport.bridge_connection import BridgeConnection
from netlynx.transport.option_values import SO_ATTACH_FILTER, attached_code
from netlynx.transport.patience import LONGEST, Patience, Readable
from netlynx.transport.socket_calls import Address, Control, Received, SocketCalls, time_limit

_INT = struct.Struct("=i")
_PAUSES = (0.001, 0.016)  # seconds between two tries of a sender that may wait: the first, and where doubling ends


class BridgeSocket(SocketCalls):
    """A netlink socket behind a Unix socket; see `SocketCalls`.

    What may wait waits here: a receiver for its descriptor, a sender whose peer has no room by trying again. So the
    server is never kept, and time limits run by this host's clock.
    """

    def __init__(
        self,
        path: str,
        namespace: str,
        protocol: int,
        type: int = socket.SOCK_RAW,
        patience: Patience | None = None,
    ) -> None:
        super().__init__()
        self.type = type
        self.proto = protocol
        self._send_timeout: float | None = None  # SO_SNDTIMEO
        self._receive_timeout: float | None = None
        self._bounds = patience or Patience()
        self._connection = BridgeConnection(path, self._bounds)
        try:
            self._connection.call(MakeSocket(namespace, protocol, int(type)))
        except BaseException:
            self._connection.close()
            raise

    def limit_calls(self, seconds: float | None) -> None:
        """How long the kernel's process may be waited for by a call, whatever the call itself would wait for."""
        self._bounds.seconds = seconds or LONGEST

    def wake_by(self, waker: Readable) -> None:
        """End what is waited for once this is readable."""
        self._connection.wake_by(waker)

    def fileno(self) -> int:
        """A descriptor to poll for reading; -1 once closed."""
        return self._connection.fileno()

    def close(self) -> None:
        """Close the socket; twice does no harm."""
        self._connection.close()

    # ----------------------------------------------------------------------------------------- addresses

    def bind(self, address: Address) -> None:
        """Take a port ID (0: the kernel chooses) and be in just these of the first 32 groups."""
        self._connection.call(Bind(_numbers(address)))

    def connect(self, address: Address) -> None:
        """Name the peer, a port ID and the lowest group of a mask."""
        self._connection.call(Connect(_numbers(address)))

    def getsockname(self) -> Address:
        """The port ID and the mask of the groups up to 32."""
        address: Address = decode_address(self._connection.call(Name()))
        return address

    def getpeername(self) -> Address:
        """What `connect` was given; (0, 0) without it."""
        address: Address = decode_address(self._connection.call(Name(of_peer=True)))
        return address

    # ----------------------------------------------------------------------------------- sending, receiving

    def transmit(
        self, data: bytes, control: Iterable[Control] = (), flags: int = 0, address: Address | None = None
    ) -> int:
        """See `SocketCalls.transmit`."""
        sent = self._connection.send
        to = None if address is None else _numbers(address)
        controls = tuple((int(level), int(kind), content) for level, kind, content in control)
        if sum(len(content) for _, _, content in controls) > CONTROL_MAX:
            raise refuse(errno.ENOBUFS)
        patience = self._patience(flags, self._send_timeout)
        deadline = None if patience is None else time.monotonic() + patience
        try:
            return sent(data, controls, int(flags), to, again=False)
        except BlockingIOError:
            if patience == 0 or not (to or self.getpeername())[0]:  # the kernel has no queue to wait for
                raise
        pause, longest = _PAUSES
        while True:
            left = pause if deadline is None else min(pause, deadline - time.monotonic())
            time.sleep(max(left, 0))
            try:
                return sent(data, controls, int(flags), to, again=True)
            except BlockingIOError:
                if deadline is not None and time.monotonic() >= deadline:
                    raise
            pause = min(2 * pause, longest)

    def take(self, room: int, control_room: int, flags: int) -> Received:
        """See `SocketCalls.take`."""
        asked = Receive(min(room, 0xFFFFFFFF), min(control_room, 0xFFFFFFFF), int(flags))
        patience = self._patience(flags, self._receive_timeout)
        deadline = None if patience is None else time.monotonic() + patience
        while True:
            try:
                datagram = decode_datagram(self._connection.call(asked))
            except BlockingIOError:
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    raise
                self._connection.wait(left)
            else:
                return Received(datagram.data, datagram.length, datagram.control, datagram.flags, datagram.source)

    # ------------------------------------------------------------------------------------------- options

    def getsockopt(self, level: int, option: int, buflen: int = 0) -> int | bytes:
        """An option: an int, or with `buflen` its bytes, no more than that."""
        value = decode_bytes(self._connection.call(GetOption(int(level), int(option), buflen)))
        if buflen:
            return value
        number: int = _INT.unpack(value)[0]
        return number

    def setsockopt(self, level: int, option: int, value: int | bytes) -> None:
        """Set an option to an int, or to the bytes of one."""
        data = value if isinstance(value, bytes) else _INT.pack((value + 0x80000000) % 0x100000000 - 0x80000000)
        if level == socket.SOL_SOCKET and option == SO_ATTACH_FILTER:
            self._connection.call(AttachFilter(_fitting(attached_code(data))))
            return
        self._connection.call(SetOption(int(level), int(option), _fitting(data)))
        if level == socket.SOL_SOCKET and option == socket.SO_RCVTIMEO:
            self._receive_timeout = time_limit(data)
        elif level == socket.SOL_SOCKET and option == socket.SO_SNDTIMEO:
            self._send_timeout = time_limit(data)


def _numbers(address: Address) -> Address:
    port, mask = address
    if not (0 <= port <= 0xFFFFFFFF and 0 <= mask <= 0xFFFFFFFF):
        raise OverflowError(f"an address is two numbers of 32 bits, not {address}")
    return port, mask


def _fitting(value: bytes) -> bytes:
    """The value of an option if it is of a size that options have. Raises EINVAL."""
    if len(value) > PART_MAX:
        raise refuse(errno.EINVAL)
    return value
