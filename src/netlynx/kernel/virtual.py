"""The virtual kernel: an in-process kernel that programs open netlink sockets to.

Source: net/netlink/af_netlink.c, linux/netlink.h (`netlink_kernel_create`).
"""

from __future__ import annotations

import errno
import itertools
import threading
from collections.abc import Callable, Iterable
from types import EllipsisType
from typing import Self, overload

from netlynx.errors import NetlinkError, from_errno
from netlynx.wire.constants import MAX_PROTOCOLS, NETLINK, NETLINK_OPTION, protocol_label
from netlynx.wire.message import Message

from .faults import Faults
from .kernel_socket import KernelSocket
from .log import Log
from .ports import GROUPS_MIN, ProtocolTable
from .service import Service, parse_sound
from .sockets import UserSocket
from .system import SystemSocket

Input = Callable[[KernelSocket, Message], object]
"""What a module does with a message (`cfg.input`), called in the sender's thread."""

Notice = Callable[[int], None] | None
"""What a module does when a socket joins or leaves a group (`cfg.bind`, `cfg.unbind`)."""

# What every socket of netlynx asks of the real kernel too.
_WANTED = (NETLINK_OPTION.EXT_ACK, NETLINK_OPTION.CAP_ACK, NETLINK_OPTION.GET_STRICT_CHK)


class VirtualKernel:
    """A kernel in Python, with netlink's real semantics: ports, groups, queues, acknowledgements, dumps in parts.

    ``connect(kernel=…)`` and `open` take the user's half, `protocol` and `serve` provide the kernel's. Code of the
    kernel's side runs in the thread of the program that makes the call, as in system calls. Safe to use from
    several threads. As a context manager it is closed at the end.

    `messages` is its log (`log` writes it), a ring of `log_size` lines; `faults` makes things go wrong on demand.
    """

    def __init__(self, *, log_size: int = 4096) -> None:
        self._lock = threading.Condition()
        self._tables: dict[int, ProtocolTable] = {}
        self._table(NETLINK.USERSOCK)  # needs no kernel side: it is for programs among themselves
        self.messages = Log(log_size)
        self.faults = Faults(self.sockets)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def log(self, text: str) -> None:
        """Write a line to the kernel's log (`printk`)."""
        self.messages.add(text)

    # --------------------------------------------------------------------------------- the user's half

    def open(self, protocol: int, port: int = 0, groups: Iterable[int] = ()) -> UserSocket:
        """A socket of a protocol, bound to a port ID (0: the kernel chooses) and member of groups: a `Transport`.

        Extended and capped acknowledgements and strict checking are on, as at every socket that netlynx opens.

        Raises:
            NotSupported: EPROTONOSUPPORT, nothing has registered the protocol.
            NetlinkError: EADDRINUSE, the port is taken; EINVAL, there is no such group.
        """
        asked = f"open a socket on {protocol_label(protocol)}, port {port}"
        sock = self.socket_for(protocol)
        try:
            sock.bind(port)
            for option in _WANTED:
                sock.set_option(option, 1)
            for group in groups:
                sock.join(group)
        except OSError as error:
            sock.close()
            raise from_errno(error.errno or errno.EIO, asked=asked) from None
        except BaseException:
            sock.close()
            raise
        return sock

    def socket_for(self, protocol: int) -> UserSocket:
        """A socket that is not bound yet and has all options off, as ``socket(AF_NETLINK, …)`` gives it."""
        with self._lock:
            table = self._tables.get(protocol)
            if table is None or (table.kernel is None and protocol != NETLINK.USERSOCK):
                number = int(protocol)  # a constant would print as its C name
                raise from_errno(
                    errno.EPROTONOSUPPORT,
                    "this kernel does not have the protocol",
                    asked=f"open a socket on {protocol_label(protocol)}",
                    hint=f"It is a virtual kernel: register kernel.protocol({number}) or kernel.serve({number})",
                )
            return UserSocket(table)

    def system_socket(self, protocol: int) -> SystemSocket:
        """What ``socket.socket(AF_NETLINK, SOCK_RAW, protocol)`` is on a real kernel; raises NotSupported."""
        return SystemSocket(self.socket_for(protocol))

    def sockets(self) -> list[UserSocket]:
        """The user sockets that are open, by protocol and in the order of their binding."""
        with self._lock:
            tables = [self._tables[number] for number in sorted(self._tables)]
            return list(itertools.chain.from_iterable(table.users.values() for table in tables))

    # ------------------------------------------------------------------------------- the kernel's half

    @overload
    def protocol(
        self, number: int, *, groups: int = 0, join: Notice = None, leave: Notice = None
    ) -> Callable[[Input], KernelSocket]: ...
    @overload
    def protocol(
        self, number: int, input: Input | None, *, groups: int = 0, join: Notice = None, leave: Notice = None
    ) -> KernelSocket: ...
    def protocol(
        self,
        number: int,
        input: Input | EllipsisType | None = ...,
        *,
        groups: int = 0,
        join: Notice = None,
        leave: Notice = None,
    ) -> KernelSocket | Callable[[Input], KernelSocket]:
        """Register a protocol whose messages a function takes, header and all (`netlink_kernel_create`).

        As a decorator: the name then stands for the protocol's `KernelSocket`, as each message's first argument::

            @kernel.protocol(25)
            def hello(sock, message):
                sock.unicast(b"hello users!!!", to=message.portid)

        Or with the function as `input`, None for a protocol that only speaks; the `KernelSocket` is returned.

        `input` gets every message, requests or not; nothing is acknowledged, and a `NetlinkError` that it raises is
        logged, as an input callback returns nothing. Any other exception reaches the sender. `groups` is how many
        multicast groups there are, 32 at least; `join` and `leave` are called with the number of a group whenever
        a socket joins or leaves it; an OSError of `join` refuses it.

        Raises:
            ValueError: the number is not 0 to 31.
            NetlinkError: EADDRINUSE, the protocol has a kernel side already.
        """
        if isinstance(input, EllipsisType):
            return lambda function: self.protocol(number, function, groups=groups, join=join, leave=leave)
        if input is None:
            return self._register(number, None, groups, join, leave)
        function = input

        def receive(sock: KernelSocket, data: bytes, user: UserSocket) -> None:
            for message in parse_sound(data, user):
                try:
                    function(sock, message)
                except NetlinkError as error:
                    self.log(f"{protocol_label(number)}: {error}")

        return self._register(number, receive, groups, join, leave)

    def serve(self, number: int, *, groups: int = 0, join: Notice = None, leave: Notice = None) -> Service:
        """Register a protocol of requests, answers and dumps; handlers are registered at what is returned::

            service = kernel.serve(25)

            @service.dump(0x12, reply=0x10)
            def table(request):
                yield from rows

        The parameters and errors are those of `protocol`.
        """
        service = Service(self.faults)
        service.sock = self._register(number, service.receive, groups, join, leave)
        return service

    def _register(
        self,
        number: int,
        receive: Callable[[KernelSocket, bytes, UserSocket], None] | None,
        groups: int,
        join: Notice,
        leave: Notice,
    ) -> KernelSocket:
        if not 0 <= number < MAX_PROTOCOLS:
            raise ValueError(f"netlink protocols are numbered 0 to {MAX_PROTOCOLS - 1}, not {number}")
        with self._lock:
            table = self._table(number)
            if table.kernel is not None:
                raise from_errno(errno.EADDRINUSE, asked=f"register {protocol_label(number)}")
            table.group_count = max(groups, GROUPS_MIN)
            table.on_join, table.on_leave = join, leave
            table.kernel = KernelSocket(table, receive)
            return table.kernel

    def _table(self, number: int) -> ProtocolTable:
        return self._tables.setdefault(number, ProtocolTable(number, self._lock))

    def close(self) -> None:
        """Shut down: every socket is closed, what follows the log comes to its end."""
        for sock in self.sockets():
            sock.close()
        self.messages.end()
