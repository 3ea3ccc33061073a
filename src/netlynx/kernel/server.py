"""A virtual kernel on a Unix socket: programs of other processes open netlink sockets to it as to a real one.

Source: unix(7) for SO_PEERCRED and the permissions of sockets.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import stat
import struct
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from netlynx import limits
from netlynx.errors import NetlinkError, from_errno
from netlynx.transport.bridge_calls import Failure, Reply, encode

from .credentials import ALL_CAPABILITIES, Credentials
from .session import Session

if TYPE_CHECKING:
    from .virtual import VirtualKernel

LIMIT = 1024  # connections

_BACKLOG = 128
_PEER = struct.Struct("iII")  # struct ucred
_END = 5.0  # seconds that `close` gives the handlers that still run
_RETRY = 0.1  # seconds until accept(2) is tried again when the system is out of descriptors


def peer_credentials(pid: int, uid: int, gid: int) -> Credentials:
    """Who a client is in the served kernel: root and the server's own user have every capability, others none."""
    trusted = uid in (0, os.geteuid())
    return Credentials(pid, uid, gid, ALL_CAPABILITIES if trusted else frozenset())


class Server:
    """Serves a virtual kernel at `path` from construction on, until `close`; a context manager::

        with Server(kernel, "/run/lab/kernel.sock"):
            ...  # NETLYNX_KERNEL=unix:/run/lab/kernel.sock, or connect(kernel="unix:/run/lab/kernel.sock")

    Who may connect is decided by the permissions of the socket file, `mode`. What a client may do is decided by
    `credentials`, which is called with process, user and group ID of the process that connected, as the host's kernel
    tells them (never the client); its port ID is the process ID. Each netlink socket is one connection, one thread and
    one descriptor here; when there are `limit` of them, further ones are refused.

    Closing it does not close the kernel.

    Raises:
        NetlinkError: EADDRINUSE, another process serves there; EEXIST, `path` is there and no socket; and what the
            file system says.
    """

    def __init__(
        self,
        kernel: VirtualKernel,
        path: str | os.PathLike[str],
        *,
        mode: int = 0o600,
        limit: int = LIMIT,
        credentials: Callable[[int, int, int], Credentials] = peer_credentials,
    ) -> None:
        self.kernel = kernel
        self.path = os.fspath(path)
        self.limit = limits.whole("limit", limit, 1, unit=" of sockets")
        self._credentials = credentials
        self._lock = threading.Lock()
        self._sessions: dict[Session, threading.Thread] = {}
        self._closed = threading.Event()
        self._socket = _listening(self.path, mode)
        self._file = os.lstat(self.path)
        self._thread = threading.Thread(target=self._accept, name=f"netlynx server {self.path}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Server {self.path}{' closed' if self.closed else ''}>"

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed.is_set()

    @property
    def connections(self) -> int:
        """How many connections there are: netlink sockets, and clients that have not asked for theirs yet."""
        return len(self._sessions)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is closed; False if it is not after `timeout` seconds."""
        return self._closed.wait(limits.optional_seconds("timeout", timeout))

    def close(self) -> None:
        """Serve no more: the sockets of all clients are closed, the file is removed. Any thread may call it.

        Returns when the threads have ended, but for handlers that run longer than 5 seconds.
        """
        with self._lock:
            if self._closed.is_set():
                return
            self._closed.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes accept(2)
        self._remove_file()
        deadline = time.monotonic() + _END
        self._thread.join(_END)
        self._socket.close()
        with self._lock:
            sessions = dict(self._sessions)
        for session in sessions:
            session.close()
        for thread in sessions.values():
            if thread is not threading.current_thread():
                thread.join(max(0.0, deadline - time.monotonic()))

    def _remove_file(self) -> None:
        """Remove the socket file, unless another one took its place."""
        with contextlib.suppress(OSError):
            if os.path.samestat(os.lstat(self.path), self._file):
                os.unlink(self.path)

    # ------------------------------------------------------------------------------------------- clients

    def _accept(self) -> None:
        while not self.closed:
            try:
                connection, _ = self._socket.accept()
            except OSError:  # closed, or the system is out of descriptors: those that end give theirs back
                self._closed.wait(_RETRY)
                continue
            try:
                self._begin(connection)
            except BaseException:
                connection.close()
                raise

    def _begin(self, connection: socket.socket) -> None:
        """Serve a client in a thread of its own, or tell it why not."""
        try:
            pid, uid, gid = _PEER.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
            session = Session(self.kernel, connection, self._owner(pid, uid, gid))
            thread = threading.Thread(target=self._run, args=(session,), name=f"netlynx client {pid}", daemon=True)
            with self._lock:
                if self.closed:
                    raise from_errno(errno.ESHUTDOWN, "it is being closed")
                if len(self._sessions) >= self.limit:
                    hint = "Close sockets, or serve with a higher --limit"
                    raise from_errno(errno.EUSERS, f"it serves {self.limit} sockets, its limit", hint=hint)
                self._sessions[session] = thread
            try:
                thread.start()
            except RuntimeError as error:
                self._forget(session)
                raise from_errno(errno.EAGAIN, str(error)) from None
        except NetlinkError as error:
            _refuse(connection, error, f"connect to the kernel at unix:{self.path}")

    def _owner(self, pid: int, uid: int, gid: int) -> Credentials:
        try:
            return self._credentials(pid, uid, gid)
        except Exception as error:
            self.kernel.log(f"the rule for credentials failed for process {pid}: {type(error).__name__}: {error}")
            raise from_errno(errno.EACCES, "its rule for credentials failed") from error

    def _run(self, session: Session) -> None:
        try:
            session.run()
        finally:
            self._forget(session)

    def _forget(self, session: Session) -> None:
        with self._lock:
            self._sessions.pop(session, None)


def _refuse(connection: socket.socket, error: NetlinkError, asked: str) -> None:
    """Greet a client with an error."""
    said = Failure(error.errno or errno.EIO, True, error.message, asked, error.hint)
    with connection, contextlib.suppress(OSError):
        connection.send(encode(Reply(0, failure=said)), socket.MSG_DONTWAIT)


def _listening(path: str, mode: int) -> socket.socket:
    """A listening socket at a path, whose file has that mode from its first moment on."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        _remove_stale(path)
        os.fchmod(listening.fileno(), 0o600)  # what bind(2) makes the file with
        listening.bind(path)
        listening.listen(_BACKLOG)
        os.chmod(path, mode)
    except NetlinkError:
        listening.close()
        raise
    except OSError as error:
        listening.close()
        number = error.errno or errno.ENAMETOOLONG
        hint = "The path of a Unix socket has no more than 107 bytes" if number == errno.ENAMETOOLONG else ""
        raise from_errno(number, asked=f"serve a kernel at {path}", hint=hint) from None
    return listening


def _remove_stale(path: str) -> None:
    """Remove a socket file that nobody listens at any more. Raises EADDRINUSE or EEXIST for anything else."""
    asked = f"serve a kernel at {path}"
    try:
        if not stat.S_ISSOCK(os.lstat(path).st_mode):
            raise from_errno(errno.EEXIST, "it is there, and is not a socket", asked=asked, hint="Name another path")
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as probe:
        probe.setblocking(False)
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            os.unlink(path)
            return
        except OSError:
            pass  # busy, or of another type: somebody listens
    raise from_errno(errno.EADDRINUSE, "another process listens there", asked=asked, hint="Name another path")
