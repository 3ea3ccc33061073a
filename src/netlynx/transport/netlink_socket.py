"""The plain socket of netlink(7): one protocol, a port, messages in and out.

Everything above it is optional: any protocol number works, with `struct nlmsghdr` or without, and with the
kernel or other processes at the other end.
"""

from __future__ import annotations

import errno
import random
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from types import EllipsisType
from typing import TypeVar

import msgspec

from netlynx import limits
from netlynx import netns as namespaces
from netlynx.errors import DecodeError, RequestTimeout, from_errno
from netlynx.transport.handle import SocketMaker
from netlynx.transport.option_values import DROP_ALL, attach
from netlynx.transport.options import SocketOptions
from netlynx.wire.constants import AF_NETLINK, NETLINK_OPTION, SOL_NETLINK, protocol_number
from netlynx.wire.message import SCM_CREDENTIALS, UCRED, Message, Owner, Source, content_of, parse_messages

SO_NETNS_COOKIE = 71  # asm-generic/socket.h, since Linux 5.14
SIOCGSKNS = 0x894C  # linux/sockios.h: the namespace a socket is in

_BUFFER = 32768  # the kernel makes the datagrams of a dump no larger than this
_CONTROL = 96  # room for the three control messages, of 24 and 32 bytes
_MASKED_GROUPS = 32  # groups that sockaddr_nl can name
_PORT_MAX = 0xFFFFFFFF
_HIGH_PORTS = (0x80000000, 0xFFFFF000)  # where the kernel looks, once the process ID is taken

_T = TypeVar("_T")


class Datagram(msgspec.Struct, frozen=True, gc=False):
    """What one receive call of the kernel yields: bytes, untouched, and where they came from."""

    data: bytes
    source: Source


class NetlinkSocket(SocketOptions):
    """An AF_NETLINK socket, open and bound once it is constructed.

    `protocol` is a number or a name (``"route"``), `port` the 32-bit port ID to bind (0: the kernel chooses,
    the process ID first), `groups` the numbers of the multicast groups to join, `netns` the namespace to open
    it in (see `netlynx.netns`), `kernel` as for `netlynx.connect`. `timeout` is as for `settimeout`; of a kernel that
    another process serves it bounds the opening too (a minute without it). A context manager; several threads may use
    it; `close` wakes those that wait.

    Raises:
        NotSupported: the kernel does not have the protocol; the error says what would provide it.
        NetlinkError: EADDRINUSE, another socket of the protocol has the port.
        PermissionDenied: (a `PermissionError`) a group is only for CAP_NET_ADMIN.
        RequestTimeout: another process serves the kernel, and did not answer in time.
        ValueError: no such protocol name, or a number out of range.
    """

    def __init__(
        self,
        protocol: int | str,
        port: int = 0,
        groups: Iterable[int] = (),
        *,
        netns: namespaces.Where | None = None,
        kernel: SocketMaker | str | None = None,
        timeout: float | None = None,
    ) -> None:
        number = protocol_number(protocol)
        port = limits.number("port", port)
        if not 0 <= port <= _PORT_MAX:
            raise ValueError(f"a port ID is a number of 32 bits, not {port}")
        self._discard: socket.socket | None = None
        self._elsewhere = netns is not None
        self._buffer = bytearray(_BUFFER)
        self._waiting: deque[Message] = deque()  # the rest of a datagram that held several messages
        self._overrun = False  # one that `recv_waiting` has yet to tell of
        self._receiving = threading.RLock()  # sizing and receiving a datagram are two calls
        super().__init__(number, netns, kernel, timeout)
        try:
            with self._using(f"bind port {port}") as sock:
                sock.bind((port, 0))
                self._port: int = sock.getsockname()[0]
            for group in each_group(groups):
                self.join(group)
        except BaseException:
            self.close()
            raise

    def __repr__(self) -> str:
        state = "closed" if self._closed else f"port={self._port} fd={self.fileno()}"
        return f"<NetlinkSocket {self._label} {state}>"

    def _release(self) -> None:
        super()._release()
        if self._discard is not None:
            self._discard.close()

    # -------------------------------------------------------------------------------------------- state

    @property
    def port(self) -> int:
        """The port ID that the socket is bound to."""
        return self._port

    @property
    def groups(self) -> tuple[int, ...]:
        """The numbers of the multicast groups joined; the same as `memberships`."""
        return self.memberships()

    @property
    def pending(self) -> int:
        """Messages that came with an earlier one: `recv` gives them next, ``select`` does not see them."""
        return len(self._waiting)

    def getsockname(self) -> tuple[int, int]:
        """The address: port ID and mask of the groups up to 32."""
        with self._using("read the address") as sock:
            portid, mask = sock.getsockname()
            return portid, mask

    # ------------------------------------------------------------------------------------------ sending

    def send(
        self,
        data: bytes | str | Message,
        *,
        to: int = 0,
        group: int = 0,
        type: int = 0,
        flags: int = 0,
        sequence: int = 0,
        raw: bool = False,
        timeout: float | EllipsisType | None = ...,
    ) -> int:
        """Send one message and return the bytes sent, padding included.

        `data` is the payload, text as UTF-8. `struct nlmsghdr` with `type`, `flags`, `sequence` and the own
        port goes before it and the whole is padded to 4 bytes, unless `raw`. A `Message` has its own header.

        It goes to the kernel (``to=0``), to a peer's port ID, or to multicast `group`, a number from 1 to 32:
        an address holds a mask of 32 bits, so that user space cannot send to groups above. With `group` the
        kernel gets no copy; a peer named as well does. A sender does not hear its own multicast. A peer whose
        queue is full makes the call wait, `timeout` seconds if given, else as `settimeout` says; multicasts never
        wait, slow listeners lose them.

        Raises:
            PortRefused: (a `ConnectionRefusedError`) nobody has the port, or the protocol has no kernel side.
            PermissionDenied: (a `PermissionError`) the protocol lets only CAP_NET_ADMIN send to others.
            NetlinkError: EMSGSIZE, more than `send_buffer` less 32 bytes.
            TimeoutError, BlockingIOError: the peer's queue stayed full. Members of `group` have got it.
        """
        if group.__class__ is not int or to.__class__ is not int:
            group, to = limits.number("group", group), limits.number("to", to)
        if not 0 <= group <= _MASKED_GROUPS:
            raise ValueError(
                f"user space can send to groups 1 to {_MASKED_GROUPS} (an address holds a mask of "
                f"{_MASKED_GROUPS} bits), not to {group}; joining has no such limit"
            )
        if not 0 <= to <= _PORT_MAX:
            raise ValueError(f"a port ID is a number of 32 bits, not {to}")
        if isinstance(data, Message):
            packet = data.pack()
        else:
            payload = content_of(data, "data")
            packet = payload if raw else Message(type, flags, sequence, self._port, payload).pack()
        whom = f"group {group}" if group else f"port {to}" if to else "the kernel"
        with self._using(f"send {len(packet)} bytes to {whom}"):
            port = to or (self._discard_port() if group else 0)
            patience = self._timeout if timeout is ... else limits.optional_seconds("timeout", timeout)
            return self._send(packet, port, 1 << group - 1 if group else 0, patience)

    def _send(self, packet: bytes, port: int, mask: int, timeout: float | None) -> int:
        deadline = None if timeout is None else time.monotonic() + timeout
        flags = socket.MSG_DONTWAIT if timeout == 0 else 0
        while True:
            try:
                return self._socket.sendto(packet, flags, (port, mask))
            except BlockingIOError:
                if flags:
                    raise
            self._check_open()
            if deadline is not None and time.monotonic() >= deadline:
                raise RequestTimeout(f"send to port {port} on {self._label}: its queue stayed full for {timeout} s")
            mask = 0  # the group has got its copy, only the unicast is tried again

    def _discard_port(self) -> int:
        """The port of a second socket of ours, which drops everything.

        A multicast always has a unicast leg. To port 0 it would reach the kernel as a request, or fail after
        the multicast was delivered; to the own port it would come back; another port could be somebody's.
        """
        with self._state:
            if self._discard is None:
                self._discard = self._open_discard()
            port: int = self._discard.getsockname()[0]
            return port

    def _open_discard(self) -> socket.socket:
        sock = self._socket_beside()
        attach(sock, DROP_ALL)
        while True:
            # Not bind(0): that may take the process ID, the port that a program expects to get.
            try:
                sock.bind((random.randrange(*_HIGH_PORTS), 0))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    sock.close()
                    raise
            else:
                return sock

    def _socket_beside(self, protocol: int | None = None) -> socket.socket:
        """Another socket, of the protocol unless told otherwise, in the same namespace of the same kernel."""
        protocol = self._protocol if protocol is None else protocol
        if self._kernel is not None:
            other: socket.socket = self._kernel.system_socket(protocol)
            return other
        sock = socket.socket(AF_NETLINK, socket.SOCK_RAW, protocol)
        if not self._shares_namespace(sock):
            import fcntl

            sock.close()
            with namespaces.NetworkNamespace(fcntl.ioctl(self._socket, SIOCGSKNS)) as own:
                sock = namespaces.socket_in(own, AF_NETLINK, socket.SOCK_RAW, protocol)
        return sock

    def _shares_namespace(self, sock: socket.socket) -> bool:
        try:
            return _namespace_cookie(sock) == _namespace_cookie(self._socket)
        except OSError:  # before Linux 5.14
            return not self._elsewhere

    # -------------------------------------------------------------------------------------- receiving

    def recv(self, *, peek: bool = False, raw: bool = False) -> Message:
        """Receive one message, whole, whatever its size; with `peek` it stays the next one to come.

        A datagram that holds several messages is given out one by one. With `raw` the next datagram is the
        payload as it is, for protocols that do not use `struct nlmsghdr` (uevents, what peers agree on).

        Raises:
            BufferOverrun: (ENOBUFS) messages were lost because the queue was full; those in it still come.
            DecodeError: the datagram is not made of messages; it is lost.
            TimeoutError, BlockingIOError: nothing came, see `settimeout`.
            ConnectionClosed: the socket was closed, before or meanwhile.
        """
        return self._receive("receive a message", lambda: self._take_message(peek, raw))

    def recv_datagram(self, *, peek: bool = False) -> Datagram:
        """Receive the next datagram as it is, apart from messages `recv` holds back; raises as `recv`."""
        return self._receive("receive a datagram", lambda: self._take(peek))

    def recv_waiting(self, most: int = 64) -> list[Datagram]:
        """The datagrams that have arrived, `most` of them, without waiting; apart from what `recv` holds back.

        Raises:
            BufferOverrun: (ENOBUFS) messages were lost because the queue was full; those in it come with the next call.
            ConnectionClosed: the socket was closed.
        """
        most = limits.whole("most", most, 1)
        taken: list[Datagram] = []
        with self._using("receive datagrams"), self._receiving:
            if self._overrun:
                self._overrun = False
                raise OSError(errno.ENOBUFS, "")
            while len(taken) < most:
                try:
                    datagram = self._take(False)
                except OSError as error:
                    if error.errno != errno.ENOBUFS or not taken:
                        raise
                    self._overrun = True  # told in its place: after what came before
                    break
                if datagram is None:
                    break
                taken.append(datagram)
        return taken

    def wait(self, timeout: float | None = None) -> None:
        """Wait until something can be received, at most `timeout` seconds; None is for ever.

        Raises RequestTimeout, and ConnectionClosed when the socket is closed before or meanwhile.
        """
        timeout = limits.optional_seconds("timeout", timeout)
        with self._using("wait"):
            if not self._overrun:
                self._poll("wait", timeout)

    def _receive(self, asked: str, take: Callable[[], _T | None]) -> _T:
        deadline = self._deadline()
        with self._using(asked):
            while True:
                with self._receiving:
                    taken = take()
                if taken is not None:
                    return taken
                self._wait(asked, deadline)

    def _take_message(self, peek: bool, raw: bool) -> Message | None:
        if self._waiting and not raw:
            return self._waiting[0] if peek else self._waiting.popleft()
        datagram = self._take(peek)
        if datagram is None:
            return None
        source, data = datagram.source, datagram.data
        if raw:
            return Message(portid=source.portid, payload=data, source=source)
        try:
            messages = parse_messages(data, source)
            if not messages:
                raise DecodeError("there is no message in it", 0, "nlmsghdr")
        except DecodeError as error:
            raise DecodeError(
                f"a datagram of {len(data)} bytes from port {source.portid} is not made of messages: "
                f"{error.message}; recv(raw=True) takes any",
                error.offset,
                error.path,
            ) from None
        if not peek:
            self._waiting.extend(messages[1:])
        return messages[0]

    def _take(self, peek: bool) -> Datagram | None:
        """The next datagram if there is one. Its size is asked for first, so that none is ever cut short."""
        look = socket.MSG_DONTWAIT | socket.MSG_PEEK
        try:
            size = self._socket.recvmsg_into([], 0, look | socket.MSG_TRUNC)[0]
            buffer = self._buffer if size <= _BUFFER else bytearray(size)
            flags = look if peek else socket.MSG_DONTWAIT
            size, control, seen, address = self._socket.recvmsg_into([buffer], _CONTROL, flags)
        except BlockingIOError:
            return None
        if seen & socket.MSG_TRUNC:
            raise from_errno(
                errno.EMSGSIZE,
                "the message was cut short: another process receives from this socket too",
                asked=f"receive on {self._label}",
            )
        return Datagram(bytes(memoryview(buffer)[:size]), _source(address, control))


def _source(address: tuple[int, int], control: list[tuple[int, int, bytes]]) -> Source:
    """What the address and the control messages of a datagram say."""
    group = nsid = owner = None
    for level, kind, data in control:
        if level == SOL_NETLINK and kind == NETLINK_OPTION.PKTINFO:
            group = struct.unpack("=I", data)[0]
        elif level == SOL_NETLINK and kind == NETLINK_OPTION.LISTEN_ALL_NSID:
            nsid = struct.unpack("=i", data)[0]
        elif level == socket.SOL_SOCKET and kind == SCM_CREDENTIALS:
            owner = Owner(*UCRED.unpack(data))
    return Source(address[0], address[1], group, nsid, owner)


def _namespace_cookie(sock: socket.socket) -> bytes:
    return sock.getsockopt(socket.SOL_SOCKET, SO_NETNS_COOKIE, 8)


def each_group(groups: Iterable[int]) -> Iterator[int]:
    """The numbers of groups. Raises TypeError for what holds none."""
    if not hasattr(groups, "__iter__") or isinstance(groups, str | bytes):
        raise TypeError(f"groups takes the numbers of multicast groups, in a list, not {groups!r}")
    return (limits.number("group", group) for group in groups)
