"""The server's side of one connection of a bridge: a netlink socket, its owner, and the calls that are made on it.

What is said is in `netlynx.transport.bridge_calls`. A connection has a thread of its own, which waits for nothing but
this one client: the kernel's queue is looked at, never waited for.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import traceback
from typing import TYPE_CHECKING

import msgspec

from netlynx.errors import NetlinkError, from_errno, refuse
from netlynx.transport.bridge_calls import (
    CONTROL_MAX,
    PACKET_MAX,
    PART_MAX,
    VERSION,
    WAKE,
    AnyCall,
    AttachFilter,
    Bind,
    Connect,
    Datagram,
    End,
    Failure,
    GetOption,
    MakeSocket,
    Name,
    Numbered,
    Open,
    Part,
    Receive,
    Reply,
    Rest,
    Send,
    SetOption,
    decode_call,
    encode,
)
from netlynx.transport.bridge_connection import limit_waiting
from netlynx.transport.option_values import SO_ATTACH_FILTER

from .credentials import Credentials
from .system import SystemSocket

if TYPE_CHECKING:
    from .namespaces import Namespace
    from .sockets import UserSocket
    from .virtual import VirtualKernel

_HANDSHAKE = 10.0  # seconds until a client has asked for its socket
_TEXT_MAX = 500  # characters of what an error says
_DONTWAIT = int(socket.MSG_DONTWAIT)

GREETING = encode(Reply(0, encode(VERSION)))


class _Violation(Exception):
    """The client does not speak the language: the connection ends."""


class Session:
    """One connection. `run` serves it in this thread until the client is gone or `close` was called."""

    def __init__(self, kernel: VirtualKernel, connection: socket.socket, credentials: Credentials) -> None:
        self._kernel = kernel
        self._connection = connection
        self._credentials = credentials
        self._user: UserSocket | None = None
        self._system: SystemSocket | None = None
        self._told = True  # a call is under way, or a wake-up lies unread: no other one is needed
        self._buffer = bytearray(PACKET_MAX)
        self._parts = bytearray()  # of a datagram that comes in parts, as much of it as can be sent
        self._came = 0  # how many bytes of it came
        self._rest = memoryview(b"")  # of the body of the last reply

    def close(self) -> None:
        """End the connection; whoever runs it notices. Any thread may call it."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def run(self) -> None:
        """Serve the client. Ends when it is gone, says something that is no call, or `close` was called."""
        try:
            limit_waiting(self._connection, _HANDSHAKE)
            self._connection.send(GREETING)
            while (call := self._receive()) is not None:
                self._answer(call)
        except _Violation as violation:
            said = Failure(errno.EPROTO, True, _sound(str(violation)), "speak to a served kernel")
            with contextlib.suppress(OSError):
                self._connection.send(encode(Reply(0, failure=said)), _DONTWAIT)
        except OSError:
            pass  # the client is gone, or did not say in time what it wants
        finally:
            self._end()

    def _end(self) -> None:
        if self._user is not None:
            self._user.on_ready(None)  # first: nobody is to write to a descriptor that is another's by then
        self._connection.close()
        if self._user is not None:
            try:
                self._user.close()
            except Exception:  # of a module's notice: nobody is there to hear of it but the log
                self._log_bug()

    # --------------------------------------------------------------------------------------------- calls

    def _receive(self) -> Numbered | None:
        """The next call, None at the end. Raises OSError, _Violation."""
        size = self._connection.recv_into(self._buffer, 0, socket.MSG_TRUNC)
        if not size:
            return None
        with self._kernel.lock:
            self._told = True
        if size > PACKET_MAX:
            raise _Violation(f"a packet of {size} bytes came, {PACKET_MAX} is the most")
        try:
            return decode_call(memoryview(self._buffer)[:size])
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise _Violation(f"what came is not a call: {error}") from None

    def _answer(self, numbered: Numbered) -> None:
        body: bytes | memoryview = b""
        failure = None
        try:
            body = self._carry_out(numbered.call)
        except _Violation:
            raise
        except NetlinkError as error:
            failure = Failure(error.errno or errno.EIO, True, *map(_sound, (error.message, error.asked, error.hint)))
        except OSError as error:
            failure = Failure(error.errno or errno.EIO)
        except Exception as error:
            self._log_bug()
            said = f"the kernel's half failed: {type(error).__name__}: {error}"
            failure = Failure(errno.EIO, True, _sound(said), hint="The log of the served kernel has more")
        self._rest = memoryview(body)[PART_MAX:]
        self._say(numbered.number, bytes(body[:PART_MAX]), len(self._rest), failure)

    def _say(self, number: int, body: bytes, left: int, failure: Failure | None) -> None:
        """Send a reply and, if there is something to receive, a wake-up behind it.

        Under the kernel's lock, so that what comes to be received meanwhile finds the client asleep or told. A client
        that has not read what it was sent before is waited for without the lock.
        """
        with self._kernel.lock:
            ready = self._ready()
            packets = [encode(Reply(number, body, left, ready, failure))] + [WAKE] * ready
            with contextlib.suppress(BlockingIOError):
                while packets:
                    self._connection.send(packets[0], _DONTWAIT)
                    del packets[0]
            self._told = ready or bool(packets)
        if packets:
            for packet in packets:
                self._connection.send(packet)
            with self._kernel.lock:
                self._told = ready or self._ready()
            if self._told and not ready:
                self._connection.send(WAKE)

    def _ready(self) -> bool:
        return self._user is not None and self._user.ready

    def _wake(self) -> None:
        """There is something to receive. Called under the kernel's lock."""
        if not self._told:
            self._told = True
            with contextlib.suppress(OSError):  # the client is gone
                self._connection.send(WAKE, _DONTWAIT)

    def _carry_out(self, call: AnyCall) -> bytes | memoryview:
        """The body of the reply. Raises what the call is refused with, or what the kernel's half fails with."""
        match call:
            case Rest():
                return self._rest
            case MakeSocket(namespace, protocol, kind):
                where = self._namespace(namespace)
                self._begin(where.system_socket(protocol, kind, credentials=self._credentials))
                return b""
            case Open(namespace, protocol, port, groups):
                user = self._namespace(namespace).open(protocol, port, groups, credentials=self._credentials)
                return encode(self._begin(SystemSocket(user)).getsockname())
        system = self._system
        if system is None:
            raise _Violation(f"{type(call).__name__} came before there was a socket")
        match call:
            case Receive(room, control_room, flags):
                taken = system.take(room, control_room, flags | _DONTWAIT)
                return encode(Datagram(*taken))
            case Send(start, data, control, flags, address, again):
                self._add(start, data, system)
                message, self._parts = bytes(self._parts), bytearray()
                if sum(len(content) for _, _, content in control) > CONTROL_MAX:
                    raise refuse(errno.ENOBUFS)
                return encode(system.transmit(message, control, flags | _DONTWAIT, address, again=again))
            case Part(start, data):
                self._add(start, data, system)
            case GetOption(level, option, room):
                value = system.getsockopt(level, option, room)
                return encode(value if isinstance(value, bytes) else value.to_bytes(4, "little", signed=True))
            case SetOption(level, option, value):
                if level == socket.SOL_SOCKET and option == SO_ATTACH_FILTER:
                    raise _Violation("SO_ATTACH_FILTER came with an address")
                system.setsockopt(level, option, value)
            case AttachFilter(code):
                system.attach_filter(code)
            case Bind(address):
                system.bind(address)
            case Connect(address):
                system.connect(address)
            case Name(of_peer):
                return encode(system.getpeername() if of_peer else system.getsockname())
            case End():
                system.close()
        return b""

    def _begin(self, system: SystemSocket) -> SystemSocket:
        """Have a socket, for the rest of the connection."""
        if self._system is not None:
            system.close()
            raise _Violation("a connection is one socket; a second one was asked for")
        self._system, self._user = system, system.user
        self._user.on_ready(self._wake)
        limit_waiting(self._connection, 0)
        return system

    def _namespace(self, name: str) -> Namespace:
        with self._kernel.lock:
            there = list(self._kernel.namespaces)
        for netns in there:
            if netns.name == name:
                return netns
        names = ", ".join(netns.name for netns in there if netns.name) or "none"
        raise from_errno(
            errno.ENOENT,
            f"the served kernel has no namespace {name!r}",
            asked="open a netlink socket",
            hint=f"Those with a name: {names}",
        )

    def _add(self, start: int, data: bytes, system: SystemSocket) -> None:
        """Add a part of a datagram. Of one that is too long, only so much is kept that the kernel finds it is."""
        if start == 0:
            self._parts, self._came = bytearray(), 0
        if start != self._came:
            raise _Violation(f"a part begins at byte {start} of a datagram, of which {self._came} have come")
        self._came += len(data)
        room = system.user.send_buffer - len(self._parts)
        self._parts += data[: max(room, 0)]

    def _log_bug(self) -> None:
        for line in traceback.format_exc().splitlines():
            self._kernel.log(line)


def _sound(text: str) -> str:
    """Text that can be written as UTF-8, and fits into a packet with others."""
    return text.encode(errors="replace").decode()[:_TEXT_MAX]
