"""The kernels that each case runs on, behind one interface: sockets with the calls of `socket.socket`.

The real one lives in a network namespace of the test's own, and in a second one if the case asks for it.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import platform
import queue
import select
import socket
import struct
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from conformance.messages import ADD_NSID, attribute, request
from conformance.stand_in import serve_generic, serve_route
from netlynx import netns
from netlynx.kernel import Credentials, Server, VirtualKernel
from netlynx.kernel.server import peer_credentials
from netlynx.transport.bridge import BridgeKernel
from netlynx.wire.constants import AF_NETLINK, NETLINK
from support import PATIENCE, is_true_root

USERSOCK = int(NETLINK.USERSOCK)
ROUTE = int(NETLINK.ROUTE)
GENERIC = int(NETLINK.GENERIC)

Socket = Any
"""`socket.socket` or `netlynx.kernel.system.SystemSocket`; a common protocol would only repeat their signatures."""


class Side:
    """One of the kernels."""

    name: str
    rmem_max: int
    wmem_max: int
    default_buffer = 212992

    def __init__(self) -> None:
        self.stack = ExitStack()
        self._sequences = itertools.count(1)

    @property
    def pid(self) -> int:
        """The port ID that the first socket of this process gets, and what credentials tell."""
        return os.getpid()

    def open(self, protocol: int, type: int, place: int, privileged: bool) -> Socket:
        raise NotImplementedError

    def socket(
        self, protocol: int = USERSOCK, *, type: int = socket.SOCK_RAW, place: int = 0, privileged: bool = True
    ) -> Socket:
        """A new socket in the first or second namespace (`place` 0 or 1); it is closed after the test."""
        made = self.open(protocol, type, place, privileged)
        self.stack.callback(made.close)
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):  # not settimeout, which would poll before each call
            made.setsockopt(socket.SOL_SOCKET, option, struct.pack("=qq", int(PATIENCE), 0))
        return made

    def bound(self, port: int = 0, mask: int = 0, protocol: int = USERSOCK, **how: Any) -> Socket:
        """A new socket that is bound."""
        made = self.socket(protocol, **how)
        made.bind((port, mask))
        return made

    def port(self, sock: Socket) -> int:
        """The port ID of a bound socket."""
        portid: int = sock.getsockname()[0]
        return portid

    def namespace_fd(self, place: int) -> int:
        """What names a namespace in a message to NETLINK_ROUTE."""
        raise NotImplementedError

    def give_id(self, place: int, other: int, nsid: int) -> None:
        """Give a namespace an ID in another one."""
        raise NotImplementedError

    def since(self, version: tuple[int, int], why: str) -> None:
        """Skip the case on a real kernel that is older."""

    def as_true_root(self) -> None:
        """Skip the case on a real kernel when this process is root in a user namespace alone."""


class VirtualSide(Side):
    name = "virtual"

    def __init__(self) -> None:
        super().__init__()
        self.kernel = self.stack.enter_context(VirtualKernel())
        self.rmem_max, self.wmem_max = self.kernel.rmem_max, self.kernel.wmem_max
        self.kernel.pernet(serve_route)
        self.kernel.pernet(serve_generic)

    def open(self, protocol: int, type: int, place: int, privileged: bool) -> Socket:
        while len(self.kernel.namespaces) <= place:
            self.kernel.namespace("other")
        netns = self.kernel.namespaces[place]
        credentials = None if privileged else self.kernel.credentials.user(os.getuid(), os.getgid())
        return netns.system_socket(protocol, type, credentials=credentials)

    def give_id(self, place: int, other: int, nsid: int) -> None:
        self.kernel.namespaces[place].set_id(self.kernel.namespaces[other], nsid)


class BridgeSide(VirtualSide):
    """The virtual kernel again, as another process would see it: behind a Unix socket."""

    name = "bridge"

    def __init__(self) -> None:
        super().__init__()
        self._folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self._serve("privileged", peer_credentials)
        self._serve("ordinary", lambda pid, uid, gid: Credentials(pid, uid, gid, frozenset()))

    def _serve(self, name: str, credentials: Callable[[int, int, int], Credentials]) -> None:
        self.stack.enter_context(Server(self.kernel, self._folder / name, credentials=credentials))

    def open(self, protocol: int, type: int, place: int, privileged: bool) -> Socket:
        while len(self.kernel.namespaces) <= place:
            self.kernel.namespace("other")
        path = self._folder / ("privileged" if privileged else "ordinary")
        return BridgeKernel(path, self.kernel.namespaces[place].name).system_socket(protocol, type)


class RealSide(Side):
    name = "real"

    def __init__(self) -> None:
        super().__init__()
        self.rmem_max = int(Path("/proc/sys/net/core/rmem_max").read_text())
        self.wmem_max = int(Path("/proc/sys/net/core/wmem_max").read_text())
        self._places = [self.stack.enter_context(netns.anonymous())]
        self._users: dict[int, Unprivileged] = {}

    def open(self, protocol: int, type: int, place: int, privileged: bool) -> Socket:
        where = self._place(place)
        if privileged:
            return netns.socket_in(where, AF_NETLINK, type, protocol)
        if place not in self._users:
            self._users[place] = self.stack.enter_context(Unprivileged(where))
        return self._users[place].socket(protocol, type)

    def _place(self, place: int) -> netns.NetworkNamespace:
        while len(self._places) <= place:
            self._places.append(self.stack.enter_context(netns.anonymous()))
        return self._places[place]

    def give_id(self, place: int, other: int, nsid: int) -> None:
        sock = self.socket(ROUTE, place=place)
        fd = self._place(other).fileno()
        body = bytes(4) + attribute(1, struct.pack("=i", nsid)) + attribute(3, struct.pack("=I", fd))
        sock.send(request(ADD_NSID, body, ack=True))
        answer = sock.recv(4096)
        assert struct.unpack_from("=i", answer, 16)[0] == 0

    def since(self, version: tuple[int, int], why: str) -> None:
        running = tuple(int(part) for part in platform.release().split(".")[:2])
        if running < version:
            pytest.skip(f"{why} since Linux {version[0]}.{version[1]}; this is {platform.release()}")

    def as_true_root(self) -> None:
        if not is_true_root():
            pytest.skip("this takes root of the initial user namespace")


class Unprivileged:
    """A thread in a namespace that has given up its capabilities; its sockets make all their calls in it."""

    def __init__(self, where: netns.NetworkNamespace) -> None:
        self._where = where
        self._calls: queue.SimpleQueue[tuple[Callable[[], Any], queue.SimpleQueue[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Unprivileged:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._calls.put(None)
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        clone_newnet, capability_version = 0x40000000, 0x20080522  # linux/sched.h, linux/capability.h
        entered = libc.setns(self._where.fileno(), clone_newnet)
        header, nothing = struct.pack("=Ii", capability_version, 0), bytes(24)
        dropped = libc.capset(header, nothing)
        while (call := self._calls.get()) is not None:
            function, outcome = call
            try:
                assert entered == dropped == 0
                outcome.put((function(), None))
            except BaseException as error:
                outcome.put((None, error))

    def call(self, function: Callable[[], Any]) -> Any:
        outcome: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._calls.put((function, outcome))
        value, error = outcome.get(timeout=PATIENCE)
        if error is not None:
            raise error
        return value

    def socket(self, protocol: int, type: int) -> Socket:
        return _Elsewhere(self, self.call(lambda: socket.socket(AF_NETLINK, type, protocol)))


class _Elsewhere:
    """A socket whose methods run in another thread."""

    def __init__(self, thread: Unprivileged, sock: socket.socket) -> None:
        self._thread = thread
        self._sock = sock

    def close(self) -> None:
        self._sock.close()

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._sock, name)
        return lambda *args: self._thread.call(lambda: method(*args))


def errno_of(function: Callable[..., object], *args: Any) -> int:
    """The errno that a call fails with, 0 if it does not."""
    try:
        function(*args)
    except OSError as error:
        return error.errno or 0
    return 0


def readable(sock: Socket) -> bool:
    """Whether a poll says that something can be received."""
    return bool(select.select([sock], [], [], 0)[0])


def empty(sock: Socket) -> bool:
    """Whether a receive finds nothing."""
    try:
        sock.recv(1, socket.MSG_DONTWAIT)
    except BlockingIOError:
        return True
    return False
