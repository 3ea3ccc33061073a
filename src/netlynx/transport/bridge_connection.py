"""A client's connection to a served kernel: one netlink socket there, driven by calls and replies."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket
import struct
import threading
from collections.abc import Iterator

import msgspec

from netlynx.errors import NetlinkError, from_errno, refuse
from netlynx.transport.bridge_calls import (
    PACKET_MAX,
    PART_MAX,
    VERSION,
    Address,
    AnyCall,
    Control,
    End,
    Numbered,
    Part,
    Reply,
    Rest,
    Send,
    decode_number,
    decode_reply,
    encode,
)
from netlynx.transport.pool import milliseconds

PATIENCE = 60.0  # seconds that a call may take; the kernel's handlers run in it
_PARTING = 5.0  # seconds until a socket is given up whose end the kernel does not confirm

_SEND_BUFFER = 4 * PACKET_MAX  # before the system doubles it; the rest is never more than one packet and a wake-up
_TIMEVAL = struct.Struct("ll")


class BridgeConnection:
    """One connection to the kernel served at `path`. Any thread may use and close it, but of this process alone.

    Raises:
        NotFound, PortRefused: nobody serves a kernel there.
        PermissionDenied: the permissions of the socket file.
        NetlinkError: something else listens there, or it is full.
    """

    def __init__(self, path: str) -> None:
        self.closed = False
        self._path = path
        self._lock = threading.RLock()  # reentrant: a signal handler may close what its thread is using
        self._waiting = 0
        self._process = os.getpid()
        self._number = 0  # of the last call
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            limit_waiting(self._socket, PATIENCE)
            self._connect()
            self._greeted(self._reply(0))
        except BaseException:
            self._socket.close()
            raise

    def _connect(self) -> None:
        try:
            self._socket.connect(self._path)
        except OSError as error:
            raise self._unreachable(error.errno or errno.ENAMETOOLONG) from None

    def _unreachable(self, number: int) -> NetlinkError:
        message = hint = ""
        if number in (errno.ENOENT, errno.ECONNREFUSED):
            message = "nobody serves a kernel there"
            hint = f"Start it with: netlynx kernel serve FILE.py --at {self._path}"
        elif number == errno.EACCES:
            hint = "The permissions of the socket file decide; `netlynx kernel serve --mode` sets them"
        elif number in (errno.EPROTOTYPE, errno.EPROTO):
            message = "what listens there is not a kernel that netlynx serves"
        elif number == errno.EAGAIN:
            message = "it is too busy to take the connection"
        elif number == errno.ENAMETOOLONG:
            message = "the path of a Unix socket has no more than 107 bytes"
        return from_errno(number, message, asked=f"connect to the kernel at unix:{self._path}", hint=hint)

    def _greeted(self, greeting: Reply) -> None:
        if greeting.failure is not None:
            raise self._refused(greeting)
        if greeting.body != encode(VERSION):
            raise from_errno(
                errno.EPROTO,
                "it speaks another version of this bridge",
                asked=f"connect to the kernel at unix:{self._path}",
                hint="Use the same version of netlynx at both ends",
            )

    # --------------------------------------------------------------------------------------------- calls

    def call(self, call: AnyCall) -> bytes:
        """Make a call and return the body of its reply. Raises what it was refused with, EBADF once closed."""
        with self._in_turn():
            reply = self._exchange(call)
            if not reply.left:
                return reply.body
            body = bytearray(reply.body)
            while reply.left:
                reply = self._exchange(Rest())
                body += reply.body
            return bytes(body)

    def send(self, data: bytes, control: tuple[Control, ...], flags: int, address: Address | None, again: bool) -> int:
        """Make a `Send` of data of any length."""
        with self._in_turn():
            start = 0
            while len(data) - start > PART_MAX:
                self._exchange(Part(start, data[start : start + PART_MAX]))
                start += PART_MAX
            return decode_number(self.call(Send(start, data[start:], control, flags, address, again)))

    def _exchange(self, call: AnyCall) -> Reply:
        number = self._number = self._number % 0xFFFFFFFF + 1
        try:
            self._socket.send(encode(Numbered(number, call)))
        except OSError as error:
            self._check()
            raise self._lost(error) from None
        reply = self._reply(number)
        if reply.ready:  # the wake-up that follows is to be there for whoever polls next
            select_readable(self._socket.fileno(), PATIENCE)
        if reply.failure is not None:
            raise self._refused(reply)
        return reply

    def _reply(self, number: int) -> Reply:
        """The reply of that number; those of calls that were interrupted, and wake-ups, are passed over."""
        while True:
            try:
                packet = self._socket.recv(PACKET_MAX)
            except OSError as error:
                self._check()
                raise self._lost(error) from None
            if not packet:
                self._check()
                raise self._lost(refuse(errno.ECONNRESET))
            try:
                reply = decode_reply(packet)
            except msgspec.MsgspecError:
                raise self._unreachable(errno.EPROTO) from None
            if reply.number == number or (not reply.number and reply.failure is not None):
                return reply

    def _lost(self, error: OSError) -> NetlinkError:
        asked = f"ask the kernel at unix:{self._path}"
        if error.errno == errno.EAGAIN:
            hint = "Its process is stopped, or a handler of it takes so long"
            return from_errno(errno.ETIMEDOUT, f"it did not answer for {PATIENCE:.0f} s", asked=asked, hint=hint)
        return from_errno(errno.ECONNRESET, "the process that served it has ended", asked=asked)

    @staticmethod
    def _refused(reply: Reply) -> OSError:
        failure = reply.failure
        assert failure is not None
        if not failure.explained:
            return refuse(failure.errno)
        return from_errno(failure.errno, failure.message, asked=failure.asked, hint=failure.hint)

    # -------------------------------------------------------------------------------- waiting and closing

    def fileno(self) -> int:
        """A descriptor that polls readable while there is something to receive; -1 once closed."""
        return self._socket.fileno()

    def wait(self, seconds: float | None) -> bool:
        """Wait until there may be something to receive; False if there is not after so many seconds. Raises EBADF."""
        with self._in_turn():
            self._waiting += 1
        try:
            return select_readable(self._socket.fileno(), seconds)
        finally:
            with self._lock:
                self._waiting -= 1
                if self.closed and not self._waiting:
                    self._socket.close()

    def close(self) -> None:
        """End the connection, and the netlink socket with it; who waits in another thread gets EBADF.

        When it returns the port is free, unless a call was under way in another thread.
        """
        if self._process != os.getpid():
            self._socket.close()  # the parent process goes on with it
            return
        if self.closed:
            return
        self.closed = True
        if self._lock.acquire(blocking=False):  # a call that is under way in another thread is not waited for
            try:
                with contextlib.suppress(OSError):
                    limit_waiting(self._socket, _PARTING)
                    self._exchange(End())
            finally:
                self._lock.release()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        with self._lock:
            if not self._waiting:
                self._socket.close()

    @contextlib.contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Have the connection for oneself. Raises EBADF once it is closed."""
        self._check()  # first: in a child process nobody gives the lock back
        with self._lock:
            self._check()
            yield

    def _check(self) -> None:
        if self.closed:
            raise refuse(errno.EBADF)
        if self._process != os.getpid():
            raise from_errno(
                errno.EBADF,
                "the socket belongs to the process that this one was forked from",
                asked=f"ask the kernel at unix:{self._path}",
                hint="Open sockets anew after a fork",
            )


def limit_waiting(sock: socket.socket, seconds: float) -> None:
    """Have blocking calls of a socket of this bridge end with EAGAIN after so many seconds; 0 is never."""
    timeval = _TIMEVAL.pack(int(seconds), round(seconds % 1 * 1e6))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeval)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeval)


def select_readable(descriptor: int, seconds: float | None) -> bool:
    """Whether a descriptor polls readable within so many seconds; None is for ever."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(milliseconds(seconds)))
