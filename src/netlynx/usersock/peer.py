"""One of several processes that talk to each other through the kernel, without a kernel module (NETLINK_USERSOCK).

Source: netlink(7), net/netlink/af_netlink.c; no other process than those that open such a socket has a part in it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self

from netlynx import limits
from netlynx.client.driving import OTHERWISE, advance
from netlynx.engine.operation import Overrun
from netlynx.errors import ConnectionClosed, DecodeError, RequestTimeout
from netlynx.schema.arguments import record_of
from netlynx.schema.record import Record
from netlynx.wire.constants import NETLINK

from .correspondence import Correspondence
from .letters import Content, Desk, Letter, check_address
from .post import PeerSocket

if TYPE_CHECKING:
    from netlynx.netns import Where
    from netlynx.transport.handle import SocketMaker


class Peer(Correspondence):
    """A socket that other processes can write to, at its `port` or at the groups that it has joined.

    `port` is 1 to 2**32-1, or 0 for one that the kernel chooses; `groups` are numbers from 1 to 32. `records` says
    which message types carry which records: those are sent and received as records, all else as bytes. With `raw`
    messages have no header at all, for programs that use none. `netns` and `kernel` are those of
    `netlynx.NetlinkSocket`, and so is `timeout`, which matters where another process serves the kernel: each call waits
    for it no longer than that. `protocol` may be another one whose kernel side lets user space talk.

    A letter to a port is never lost: when the receiver's queue is full, its sender waits. Letters to groups never
    wait: who reads too slowly misses some, and gets an `Overrun` in their place. A context manager; any number of
    threads may use it, and `close` wakes them.

    Raises:
        NetlinkError: EADDRINUSE, another socket has the port.
        PermissionDenied: joining groups takes CAP_NET_ADMIN.
    """

    def __init__(
        self,
        port: int = 0,
        groups: Iterable[int] = (),
        *,
        records: Mapping[int, type[Record]] | None = None,
        raw: bool = False,
        netns: Where | None = None,
        kernel: SocketMaker | str | None = None,
        protocol: int | str = NETLINK.USERSOCK,
        timeout: float | None = None,
    ) -> None:
        super().__init__(Desk(records or {}, raw), PeerSocket(protocol, port, groups, netns, kernel, timeout))
        self._turn = threading.Condition()
        self._reading = False  # a thread is at the socket; it wakes the others with what it finds

    def fileno(self) -> int:
        """The descriptor to poll; letters that were taken from it already wait besides: `drain` gives all."""
        return self._socket.fileno()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the socket; whoever waits gets ConnectionClosed. Twice does no harm."""
        self._socket.close()
        with self._turn:
            self._turn.notify_all()

    # -------------------------------------------------------------------------------------------- sending

    def send(
        self, content: Content, *, to: int = 0, group: int = 0, type: int = 0, timeout: float | None = None
    ) -> int:
        """Send a letter to a port, to a group, or to both; returns its bytes. A sender does not hear its own group.

        `type` is the message type of bytes and text, 0 to 65535; that of records is known. While the receiver's queue
        is full it waits, at most `timeout` seconds.

        Raises:
            PortRefused: (a `ConnectionRefusedError`) nobody has the port.
            RequestTimeout: the receiver's queue stayed full. The group has got it.
            NetlinkError: EMSGSIZE, more than `socket.send_buffer` less 32 bytes.
            EncodeError: a record that has no type, or a value that it cannot carry.
        """
        check_address(to, group)
        return self._post(self._desk.pack(content, self.port, type=type), to, group, timeout)

    def _post(self, packet: bytes, to: int, group: int, timeout: float | None) -> int:
        return self._socket.post(packet, to, group, limits.optional_seconds("timeout", timeout))

    def send_all(
        self, contents: Iterable[Content], *, to: int = 0, group: int = 0, type: int = 0, timeout: float | None = None
    ) -> int:
        """Send many letters, many to a datagram; returns how many. The receiver gets them one by one.

        Letters of a datagram arrive together or not at all. When it raises, as `send` does, those of earlier
        datagrams have been sent. `timeout` is for each datagram.
        """
        steps = self._sending_all(self._post, contents, to, group, type, timeout)
        sent: int = advance(steps, OTHERWISE).value
        return sent

    def request(self, content: Content, *, to: int, type: int = 0, timeout: float | None = 5.0) -> Letter:
        """Send a letter and wait for the answer to it, at most `timeout` seconds. Other letters stay to be received.

        Raises:
            RequestTimeout: no answer came.
            NetlinkError: what the other side said with `refuse`.
            PortRefused: nobody has the port, or no more: the peer closed its socket or died while it was asked, which
                is looked for now and then (of a kernel that another process serves it is not known).
            EncodeError: as `send`.
        """
        steps = self._requesting(self._post, self._await, time.monotonic, content, to, type, timeout)
        answer: Letter = advance(steps, OTHERWISE).value
        return answer

    def answer(self, letter: Letter, content: Content, *, type: int = 0, timeout: float | None = None) -> int:
        """Send the answer to a request; raises as `send`."""
        letter = record_of(Letter, letter, "answer(letter)")
        packet = self._desk.pack(content, self.port, type=type, sequence=letter.sequence)
        return self._post(packet, letter.sender, 0, timeout)

    def refuse(self, letter: Letter, errno: int, message: str = "", *, timeout: float | None = None) -> int:
        """Answer a request with an error, as the kernel does (NLMSG_ERROR): `request` raises it on the other side."""
        letter = record_of(Letter, letter, "refuse(letter)")
        return self._post(self._desk.refusal(letter, self.port, errno, message), letter.sender, 0, timeout)

    # ------------------------------------------------------------------------------------------ receiving

    def receive(self, timeout: float | None = None) -> Letter | Overrun:
        """The next letter, waiting at most `timeout` seconds for it; `Overrun` where letters to groups were lost.

        Raises RequestTimeout, ConnectionClosed; DecodeError in the place of what is no message.
        """
        found: Letter | Overrun = self._await(self._desk.next, timeout, "a letter")
        return found

    def drain(self) -> list[Letter | Overrun]:
        """All that has arrived, without waiting. Raises as `receive`."""
        found: list[Letter | Overrun] = []
        while True:
            try:
                found.append(self.receive(timeout=0))
            except RequestTimeout:
                return found

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Letter | Overrun:
        """The next letter; iterating ends when the peer is closed."""
        try:
            found = self._desk.inbox.popleft()
        except IndexError:
            try:
                return self.receive()
            except ConnectionClosed:
                raise StopIteration from None
        if isinstance(found, DecodeError):
            raise found
        return found

    def _await(self, look: Callable[[], Any], timeout: float | None, what: str) -> Any:  # Any: what it looks for
        """Wait for what `look` finds. One of the threads reads the socket for all; the others wait for their turn."""
        timeout = limits.optional_seconds("timeout", timeout)
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            with self._turn:
                found = look()
                if found is not None:
                    return found
                if self._reading:
                    self._turn.wait(None if deadline is None else max(0.0, deadline - time.monotonic()))
                    if deadline is not None and time.monotonic() >= deadline and look() is None:
                        raise RequestTimeout(f"{what} did not come in time")
                    continue
                self._reading = True
            try:
                self._read(deadline, what)
            finally:
                with self._turn:
                    self._reading = False
                    self._turn.notify_all()

    def _read(self, deadline: float | None, what: str) -> None:
        """Take what has arrived, or wait for it."""
        if self._socket.collect(self._desk):
            return
        try:
            self._socket.wait(None if deadline is None else max(0.0, deadline - time.monotonic()))
        except RequestTimeout:
            raise RequestTimeout(f"{what} did not come in time") from None
