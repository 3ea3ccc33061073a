"""`Peer` for asyncio and trio: the same letters, awaited."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import anyio
import anyio.to_thread
from anyio.lowlevel import checkpoint

from netlynx import limits
from netlynx.client.driving import OTHERWISE, aadvance
from netlynx.engine.operation import Overrun
from netlynx.errors import BufferOverrun, ConnectionClosed, RequestTimeout
from netlynx.schema.arguments import record_of
from netlynx.schema.record import Record
from netlynx.transport.netlink_socket import Datagram
from netlynx.wire.constants import NETLINK

from .correspondence import Correspondence
from .letters import Content, Desk, Letter, check_address
from .post import PeerSocket

if TYPE_CHECKING:
    from netlynx.netns import Where
    from netlynx.transport.handle import SocketMaker

_FIRST_PAUSE = 0.001  # seconds until a full queue is tried again; the kernel tells nobody when it has room
_LONGEST_PAUSE = 0.05


class AsyncPeer(Correspondence):
    """`Peer` for asyncio and trio: same parameters, same letters, same errors. Any number of tasks may use it.

    While a receiver's queue is full, sending tries again now and then. Close it in the event loop.

    A kernel that another process serves is waited for by threads, while the loop goes on; what a cancelled call was
    about to do may yet be done. The constructor waits for it where it is called, `open` does not.
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
        desk = Desk(records or {}, raw)
        super().__init__(desk, PeerSocket(protocol, port, groups, netns, kernel, timeout, parting=False))
        self._fetched: deque[list[Datagram] | BufferOverrun] = deque()  # by threads
        self._fetching = threading.Lock()
        self._arrival: anyio.Event | None = None  # set when the task that waits at the socket goes on

    @classmethod
    async def open(
        cls,
        port: int = 0,
        groups: Iterable[int] = (),
        *,
        records: Mapping[int, type[Record]] | None = None,
        raw: bool = False,
        netns: Where | None = None,
        kernel: SocketMaker | str | None = None,
        protocol: int | str = NETLINK.USERSOCK,
        timeout: float | None = None,
    ) -> Self:
        """A new peer, as the constructor makes it, while the loop goes on: for a kernel that another process serves."""
        given_up = False

        def make() -> Any:  # a Self, which no argument shows
            how: dict[str, Any] = {"records": records, "raw": raw, "netns": netns, "kernel": kernel}
            made = cls(port, groups, **how, protocol=protocol, timeout=timeout)
            if given_up:
                made.close()
            return made

        try:
            made: Self = await anyio.to_thread.run_sync(make, abandon_on_cancel=True)
            return made
        except BaseException:
            given_up = True
            raise

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the socket; tasks that wait get ConnectionClosed. Twice does no harm."""
        if not self._socket.closed:
            if self._arrival is not None:
                anyio.notify_closing(self._socket)
            self._socket.close()

    async def send(
        self, content: Content, *, to: int = 0, group: int = 0, type: int = 0, timeout: float | None = None
    ) -> int:
        """Send a letter; see `Peer.send`."""
        check_address(to, group)
        return await self._post(self._desk.pack(content, self.port, type=type), to, group, timeout)

    async def _post(self, packet: bytes, to: int, group: int, timeout: float | None) -> int:
        await checkpoint()
        timeout = limits.optional_seconds("timeout", timeout)
        deadline = None if timeout is None else anyio.current_time() + timeout
        pause = _FIRST_PAUSE
        while True:
            try:
                if not self._socket.far:
                    return self._socket.post(packet, to, group, 0)
                return await self._away(
                    partial(self._socket.post, packet, to, group, 0), deadline, f"send to port {to}"
                )
            except BlockingIOError:
                if deadline is not None and anyio.current_time() >= deadline:
                    raise RequestTimeout(f"send to port {to}: its queue stayed full for {timeout} s") from None
            group = 0  # it has got its copy
            await anyio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def send_all(
        self, contents: Iterable[Content], *, to: int = 0, group: int = 0, type: int = 0, timeout: float | None = None
    ) -> int:
        """Send many letters, many to a datagram; see `Peer.send_all`."""
        steps = self._sending_all(self._post, contents, to, group, type, timeout)
        sent: int = (await aadvance(steps, OTHERWISE)).value
        return sent

    async def request(self, content: Content, *, to: int, type: int = 0, timeout: float | None = 5.0) -> Letter:
        """Send a letter and wait for the answer to it; see `Peer.request`."""
        steps = self._requesting(self._post, self._await, anyio.current_time, content, to, type, timeout)
        answer: Letter = (await aadvance(steps, OTHERWISE)).value
        return answer

    async def answer(self, letter: Letter, content: Content, *, type: int = 0, timeout: float | None = None) -> int:
        """Send the answer to a request; see `Peer.answer`."""
        letter = record_of(Letter, letter, "answer(letter)")
        packet = self._desk.pack(content, self.port, type=type, sequence=letter.sequence)
        return await self._post(packet, letter.sender, 0, timeout)

    async def refuse(self, letter: Letter, errno: int, message: str = "", *, timeout: float | None = None) -> int:
        """Answer a request with an error; see `Peer.refuse`."""
        letter = record_of(Letter, letter, "refuse(letter)")
        return await self._post(self._desk.refusal(letter, self.port, errno, message), letter.sender, 0, timeout)

    async def receive(self, timeout: float | None = None) -> Letter | Overrun:
        """The next letter; see `Peer.receive`."""
        found: Letter | Overrun = await self._await(self._desk.next, timeout, "a letter")
        return found

    def drain(self) -> list[Letter | Overrun]:
        """All that has arrived, without waiting (but for the process that serves the kernel); see `Peer.drain`."""
        while self._socket.collect(self._desk):
            pass
        found: list[Letter | Overrun] = []
        while (item := self._desk.next()) is not None:
            found.append(item)
        return found

    def __aiter__(self) -> AsyncIterator[Letter | Overrun]:
        return self._letters()

    async def _letters(self) -> AsyncIterator[Letter | Overrun]:
        try:
            while True:
                yield await self.receive()
        except ConnectionClosed:
            return

    async def _await(self, look: Callable[[], Any], timeout: float | None, what: str) -> Any:  # Any: as in `Peer`
        await checkpoint()
        with anyio.move_on_after(limits.optional_seconds("timeout", timeout)):
            while True:
                found = look()
                if found is not None:
                    return found
                if not (await self._fetch() if self._socket.far else self._socket.collect(self._desk)):
                    await self._readable()
        raise RequestTimeout(f"{what} did not come in time")

    async def _away(self, call: Callable[[], int], deadline: float | None, asked: str) -> int:
        """Have a thread wait for the process that serves the kernel. Raises RequestTimeout."""
        with anyio.move_on_after(None if deadline is None else max(0.0, deadline - anyio.current_time())):
            return await anyio.to_thread.run_sync(call, abandon_on_cancel=True)
        raise RequestTimeout(f"{asked}: the process that serves the kernel did not answer in time")

    async def _fetch(self) -> bool:
        """As `PeerSocket.collect`, by a thread: what it takes is kept for whoever looks next, if this is cancelled."""
        await anyio.to_thread.run_sync(self._take, abandon_on_cancel=True)
        came = False
        while self._fetched:
            came = True
            arrived = self._fetched.popleft()
            if isinstance(arrived, BufferOverrun):
                self._desk.overrun()
            else:
                for datagram in arrived:
                    self._desk.take(datagram)
        return came

    def _take(self) -> None:
        with self._fetching:  # so that what came first stands first
            try:
                arrived = self._socket.recv_waiting()
            except BufferOverrun as error:
                self._fetched.append(error)
            else:
                if arrived:
                    self._fetched.append(arrived)

    async def _readable(self) -> None:
        """One task waits at the socket, the others for it."""
        if self._arrival is not None:
            await self._arrival.wait()
            return
        self._arrival = arrival = anyio.Event()
        try:
            await anyio.wait_readable(self._socket)
        except (anyio.ClosedResourceError, ValueError, OSError):
            if not self._socket.closed:
                raise
            raise ConnectionClosed("the peer was closed") from None
        finally:
            self._arrival = None
            arrival.set()
