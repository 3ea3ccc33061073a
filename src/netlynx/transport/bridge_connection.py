"""A client's connection to a served kernel: one netlink socket there, driven by calls and replies."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from netlynx.errors import ConnectionClosed, NetlinkError, NetlynxError, RequestTimeout, from_errno, refuse
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
from netlynx.transport.patience import PARTING, Patience, Readable
from netlynx.transport.pool import milliseconds

if TYPE_CHECKING:
    from netlynx.transport.deadline import Deadline

_SEND_BUFFER = 4 * PACKET_MAX  # before the system doubles it; the rest is never more than one packet and a wake-up
_TIMEVAL = struct.Struct("ll")
_PAUSES = (0.001, 0.05)  # seconds between two tries to connect to a server that is busy: the first, where doubling ends


class BridgeConnection:
    """One connection to the kernel served at `path`. Any thread may use and close it, but of this process alone.

    A call waits as long as `patience` says, and no longer than until `deadline`, which belongs to who makes the calls.

    Raises:
        RequestTimeout: whoever listens there did not answer in time.
        ConnectionClosed: the waiting was ended.
        NotFound, PortRefused: nobody serves a kernel there.
        PermissionDenied: the permissions of the socket file.
        NetlinkError: something else listens there, or it is full.
    """

    def __init__(self, path: str, patience: Patience | None = None, deadline: Deadline | None = None) -> None:
        self.closed = False
        self.deadline = deadline
        self._patience = patience or Patience()
        self._path = path
        self._lock = threading.RLock()  # reentrant: a signal handler may close what its thread is using
        self._waiting = 0
        self._process = os.getpid()
        self._number = 0  # of the last call
        self._answered = 0  # the last that was
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            enlarge_sending(self._socket)
            self._socket.setblocking(False)
            self._poll = select.poll()
            self._poll.register(self._socket, select.POLLIN)
            if self._patience.waker is not None:
                self._poll.register(self._patience.waker, select.POLLIN)
            end = self._end()
            self._connect(end)
            self._greeted(self._reply(0, end))
        except BaseException:
            self._socket.close()
            raise

    def _connect(self, end: float) -> None:
        pause, longest = _PAUSES
        while True:
            try:
                self._socket.connect(self._path)
            except BlockingIOError:  # there is nothing to poll for
                if time.monotonic() >= end:
                    raise self._unreachable(errno.EAGAIN) from None
            except OSError as error:
                raise self._unreachable(error.errno or errno.ENAMETOOLONG) from None
            else:
                return
            poll = select.poll()
            if self._patience.waker is not None:
                poll.register(self._patience.waker, select.POLLIN)
            if poll.poll(milliseconds(pause)):
                raise self._ended()
            pause = min(2 * pause, longest)

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
            return self._call(call, self._end())

    def send(self, data: bytes, control: tuple[Control, ...], flags: int, address: Address | None, again: bool) -> int:
        """Make a `Send` of data of any length."""
        with self._in_turn():
            start, end = 0, self._end()
            while len(data) - start > PART_MAX:
                self._exchange(Part(start, data[start : start + PART_MAX]), end)
                start += PART_MAX
            return decode_number(self._call(Send(start, data[start:], control, flags, address, again), end))

    def _call(self, call: AnyCall, end: float) -> bytes:
        reply = self._exchange(call, end)
        if not reply.left:
            return reply.body
        body = bytearray(reply.body)
        while reply.left:
            reply = self._exchange(Rest(), end)
            body += reply.body
        return bytes(body)

    def _exchange(self, call: AnyCall, end: float) -> Reply:
        number = self._number = self._number % 0xFFFFFFFF + 1
        packet = encode(Numbered(number, call))
        while True:
            try:
                self._socket.send(packet)
            except BlockingIOError:
                self._wait(end, select.POLLOUT)
            except OSError:
                self._check()
                raise self._lost() from None
            else:
                break
        reply = self._reply(number, end)
        self._answered = number
        if reply.ready:  # the wake-up that follows is to be there for whoever polls next
            self._wait(end)
        if reply.failure is not None:
            raise self._refused(reply)
        return reply

    def _reply(self, number: int, end: float) -> Reply:
        """The reply of that number; those of calls that were interrupted, and wake-ups, are passed over."""
        while True:
            self._wait(end)
            try:
                packet = self._socket.recv(PACKET_MAX)
            except BlockingIOError:  # another thread's wake-up, which was meant for who polls
                continue
            except OSError:
                self._check()
                raise self._lost() from None
            if not packet:
                self._check()
                raise self._lost()
            try:
                reply = decode_reply(packet)
            except msgspec.MsgspecError:
                raise self._unreachable(errno.EPROTO) from None
            if reply.number == number or (not reply.number and reply.failure is not None):
                return reply

    def _end(self) -> float:
        """When a call that is made now is given up."""
        end = time.monotonic() + self._patience.seconds
        return end if self.deadline is None else min(end, self.deadline.at)

    def _wait(self, end: float, events: int = select.POLLIN) -> None:
        """Until there is something to receive. Raises RequestTimeout, ConnectionClosed."""
        self._poll.modify(self._socket, events)
        ready = self._poll.poll(milliseconds(end - time.monotonic()))
        waker = self._patience.waker
        if waker is not None and any(descriptor == waker.fileno() for descriptor, _ in ready):
            raise self._ended()
        if not ready:
            raise self._late()

    def _late(self) -> NetlynxError:
        if self.deadline is not None and time.monotonic() >= self.deadline.at:
            return self.deadline.passed(f"ask the kernel at unix:{self._path}")
        return RequestTimeout(
            f"the kernel at unix:{self._path} did not answer within {self._patience.seconds:g} s: its process may be "
            "stopped, or a handler of it at work"
        )

    def _ended(self) -> NetlynxError:
        return ConnectionClosed(f"the connection was closed while it waited for the kernel at unix:{self._path}")

    def _lost(self) -> NetlinkError:
        asked = f"ask the kernel at unix:{self._path}"
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

    def wake_by(self, waker: Readable) -> None:
        """End all waiting of calls once this is readable."""
        self._patience.waker = waker
        self._poll.register(waker, select.POLLIN)

    def interrupt(self) -> None:
        """End what another thread waits for, and the connection with it; to be closed all the same."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the connection, and the netlink socket with it; who waits in another thread gets EBADF.

        When it returns the port is free, unless a call was under way in another thread, or had been given up.
        """
        if self._process != os.getpid():
            self._socket.close()  # the parent process goes on with it
            return
        if self.closed:
            return
        self.closed = True
        patience = self._patience
        if self._lock.acquire(blocking=False):  # a call that is under way in another thread is not waited for
            try:
                if self._answered == self._number and patience.parting:
                    with contextlib.suppress(OSError):
                        self._exchange(End(), time.monotonic() + min(PARTING, patience.seconds))
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


def enlarge_sending(sock: socket.socket) -> None:
    """Have a socket of this bridge take a packet of any size that is allowed, and a wake-up."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)


def limit_waiting(sock: socket.socket, seconds: float) -> None:
    """Have blocking calls of a socket of this bridge end with EAGAIN after so many seconds; 0 is never."""
    timeval = _TIMEVAL.pack(int(seconds), round(seconds % 1 * 1e6))
    enlarge_sending(sock)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeval)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeval)


def select_readable(descriptor: int, seconds: float | None) -> bool:
    """Whether a descriptor polls readable within so many seconds; None is for ever."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(milliseconds(seconds)))
