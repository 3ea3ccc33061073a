"""A netlink socket as a thing that is opened, waited on and closed, by several threads at a time.

Whoever uses the file descriptor is counted. `close` marks the socket and wakes those that wait; the last user
to leave gives the descriptor back, so that no thread touches a number that belongs to something else by then.
"""

from __future__ import annotations

import contextlib
import errno
import math
import os
import select
import socket
import struct
import threading
import time
import warnings
from collections.abc import Iterator
from typing import Any, Protocol, Self

from netlynx import limits
from netlynx import netns as namespaces
from netlynx.errors import ConnectionClosed, NetlinkError, NetlynxError, RequestTimeout, from_errno
from netlynx.netns.privileges import lacking
from netlynx.transport.default_kernel import other_kernel
from netlynx.transport.patience import LONGEST, Patience
from netlynx.wire.constants import AF_NETLINK, nobody_there, protocol_label, provider_of

_SEND_SLICE = 0.05  # seconds a blocked send sleeps at a time before it looks whether it was closed


class SocketMaker(Protocol):
    """Another kernel than this host's, such as a `VirtualKernel`: it makes sockets for `Handle` to drive."""

    def system_socket(self, protocol: int) -> Any:  # Any: it has the calls of `socket.socket` used here
        """An unbound socket of the protocol; raises NotSupported for one that the kernel does not have."""


class _Descriptor:
    """A descriptor as what has one."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def fileno(self) -> int:
        return self._descriptor


class Handle:
    """An open AF_NETLINK socket of a protocol, in this namespace or another one, with its timeout."""

    _closed = True  # until there is something to close
    _parting = True  # closing waits for a kernel of another process to confirm it

    def __init__(
        self,
        protocol: int,
        netns: namespaces.Where | None,
        kernel: SocketMaker | str | None = None,
        timeout: float | None = None,
    ) -> None:
        timeout = limits.optional_seconds("timeout", timeout)
        self._protocol = protocol
        self._label = protocol_label(protocol)
        self._timeout: float | None = None
        self._state = threading.RLock()  # reentrant: a signal handler may close what its thread is using
        self._users = 0
        self._wake = -1
        self._kernel: SocketMaker | None = other_kernel(netns, kernel)
        within = getattr(self._kernel, "system_socket_within", None)  # its calls wait for another process
        self._far = within is not None
        if within is not None:
            self._socket: socket.socket = within(protocol, Patience(timeout or LONGEST, parting=self._parting))
        else:
            self._socket = _open(protocol, netns, self._kernel)
        self._closed = False
        try:
            self._wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
            if self._far:
                self._socket.wake_by(_Descriptor(self._wake))  # type: ignore[attr-defined]  # a BridgeSocket
            self.settimeout(timeout)
        except BaseException:
            self.close()
            raise

    @property
    def protocol(self) -> int:
        """The protocol number."""
        return self._protocol

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    def fileno(self) -> int:
        """The file descriptor, for ``select`` and event loops; -1 once closed."""
        return -1 if self._closed else self._socket.fileno()

    def gettimeout(self) -> float | None:
        """Seconds that a call may wait; None is for ever, 0.0 not at all."""
        return self._timeout

    def settimeout(self, timeout: float | None) -> None:
        """Set how many seconds a call may wait until TimeoutError; at 0, BlockingIOError comes at once."""
        timeout = limits.optional_seconds("timeout", timeout)
        # A sender waits in the kernel, a slice at a time: poll() tells of the own queue, never of the peer's.
        piece = min(_SEND_SLICE, timeout or _SEND_SLICE)
        timeval = struct.pack("ll", 0, max(1, int(piece * 1_000_000)))
        with self._using("set the timeout") as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeval)
            self._timeout = timeout
            if self._far:
                self._socket.limit_calls(timeout)  # type: ignore[attr-defined]  # a BridgeSocket

    def setblocking(self, blocking: bool) -> None:
        """``settimeout(None)`` if true, ``settimeout(0.0)`` if not."""
        self.settimeout(None if blocking else 0.0)

    def close(self) -> None:
        """Close the socket; calls that wait in other threads raise `ConnectionClosed`. Twice does no harm.

        A call on its way out still holds the port: for some milliseconds at most.
        """
        with self._state:
            if self._closed:
                return
            self._closed = True
            if self._users:
                os.eventfd_write(self._wake, 1)
            else:
                self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if not self._closed:
            warnings.warn(f"unclosed {self!r}", ResourceWarning, source=self, stacklevel=2)
            self.close()

    def _release(self) -> None:
        self._socket.close()
        if self._wake >= 0:
            os.close(self._wake)
            self._wake = -1

    @contextlib.contextmanager
    def _using(self, asked: str) -> Iterator[socket.socket]:
        """Keep the socket open inside the block; what the kernel refuses there becomes a `NetlinkError`."""
        with self._state:
            self._check_open()
            self._users += 1
        try:
            yield self._socket
        except NetlynxError:
            raise
        except OSError as error:
            self._check_open()
            raise self._explained(error.errno or errno.EIO, f"{asked} on {self._label}") from None
        finally:
            with self._state:
                self._users -= 1
                if self._closed and not self._users:
                    self._release()

    def _check_open(self) -> None:
        if self._closed:
            raise ConnectionClosed(f"the socket on {self._label} was closed")

    def _deadline(self) -> float | None:
        return None if self._timeout is None else time.monotonic() + self._timeout

    def _wait(self, asked: str, deadline: float | None) -> None:
        """Wait until there is something to receive, the deadline has passed or the socket is closed."""
        if self._timeout == 0:
            raise from_errno(errno.EAGAIN, "nothing is there", asked=f"{asked} on {self._label}")
        self._poll(asked, None if deadline is None else deadline - time.monotonic(), self._timeout)

    def _poll(self, asked: str, left: float | None, timeout: float | None = None) -> None:
        """Wait for `left` seconds of a `timeout`, None for ever."""
        poller = select.poll()
        poller.register(self._socket, select.POLLIN)
        poller.register(self._wake, select.POLLIN)
        ready = poller.poll(None if left is None else max(0, math.ceil(left * 1000)))
        self._check_open()
        if not ready:
            raise RequestTimeout(f"{asked} on {self._label}: nothing came within {timeout or left} s")

    def _explained(self, number: int, asked: str) -> NetlinkError:
        message = hint = ""
        if number == errno.ENOBUFS:
            size = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
            message = f"the receive queue ({size} bytes) was full and messages were lost"
            hint = "The socket stays usable; read faster, or raise `receive_buffer`"
        elif number == errno.EADDRINUSE:
            message, hint = "another socket has this port", "With port=0 the kernel chooses a free one"
        elif number == errno.ECONNREFUSED:
            to_kernel = asked.endswith(f"to the kernel on {self._label}")
            message = nobody_there(self._protocol) if to_kernel else "nobody is there: no socket has that port"
        elif number == errno.EPERM:
            hint = lacking() if self._kernel is None else ""
        elif number == errno.EMSGSIZE:
            size = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
            message, hint = f"the message exceeds the send buffer ({size} bytes)", "Raise `send_buffer`"
        return from_errno(number, message, asked=asked, hint=hint)


def _open(protocol: int, netns: namespaces.Where | None, kernel: SocketMaker | None) -> socket.socket:
    if kernel is not None:
        made: socket.socket = kernel.system_socket(protocol)
        return made
    try:
        if netns is not None:
            return namespaces.socket_in(netns, AF_NETLINK, socket.SOCK_RAW, protocol)
        return socket.socket(AF_NETLINK, socket.SOCK_RAW, protocol)
    except NetlinkError:
        raise
    except OSError as error:
        asked = f"open a socket on {protocol_label(protocol)}"
        if error.errno != errno.EPROTONOSUPPORT:
            raise from_errno(error.errno or errno.EIO, asked=asked) from None
        message = "this kernel does not have the protocol"
        raise from_errno(errno.EPROTONOSUPPORT, message, asked=asked, hint=provider_of(protocol)) from None
