"""The virtual kernel: an in-process kernel that programs open netlink sockets to.

Source: net/netlink/af_netlink.c, linux/netlink.h (`netlink_kernel_create`).
"""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Self

from netlynx import limits
from netlynx.wire.constants import NETLINK

from .accounting import BUFFER_MAX
from .clock import Clock, SystemClock, Timer
from .credentials import ADMINISTRATORS_ONLY, ConfigFlag, Credentials, own_credentials
from .faults import Faults
from .kernel_socket import KernelSocket
from .log import Log
from .namespaces import Namespace
from .ports import Notice, ProtocolTable
from .registration import KernelSides, Receive
from .sockets import UserSocket
from .system import SystemSocket

if TYPE_CHECKING:
    from netlynx.generic.declaration import Family

    from .family_service import FamilyService
    from .generic import GenericNetlink


class VirtualKernel(KernelSides):
    """A kernel in Python, with netlink's real semantics: ports, groups, queues, acknowledgements, dumps in parts.

    ``connect(kernel=…)`` and `open` take the user's half, `protocol` and `serve` provide the kernel's. Code of the
    kernel's side runs in the thread of the program that makes the call, as in system calls. Safe to use from
    several threads. As a context manager it is closed at the end.

    `messages` is its log (`log` writes it), a ring of `log_size` lines; `faults` makes things go wrong on demand.
    `clock` is its time, the host's by default; with a `SteppedClock` and `credentials` of a fixed process ID it does
    the same in every run. `credentials` are those of sockets that are opened without their own: this process, with
    every capability. `initial` is the first network namespace, the one that everything happens in unless said
    otherwise; `rmem_max` and `wmem_max` are the limits of buffers (net.core in sysctl), in bytes.
    """

    def __init__(
        self, *, log_size: int = 4096, clock: Clock | None = None, credentials: Credentials | None = None
    ) -> None:
        self.lock = threading.Condition()  # the kernel's one lock, of all tables and queues
        self.clock: Clock = clock or SystemClock()
        self.credentials = credentials or own_credentials()
        self.rmem_max = self.wmem_max = BUFFER_MAX
        self.tables: dict[int, ProtocolTable] = {}
        self.messages = Log(log_size, self.clock)
        self.faults = Faults(self.sockets)
        self._cookies = itertools.count(1)
        self._pernet: list[Callable[[Namespace], object]] = []
        self._timers: list[Timer] = []
        self._generic: GenericNetlink | None = None
        self.initial = Namespace(self, "", next(self._cookies))
        self.namespaces = [self.initial]
        # Needs no kernel side: it is for programs among themselves.
        self.table(NETLINK.USERSOCK).flags = ConfigFlag.NONROOT_SEND

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def log(self, text: str) -> None:
        """Write a line to the kernel's log (`printk`)."""
        self.messages.add(text)

    def namespace(self, name: str = "") -> Namespace:
        """A new network namespace; the name is for people."""
        with self.lock:
            made = Namespace(self, name, next(self._cookies))
            self.namespaces.append(made)
            functions = list(self._pernet)
        for function in functions:
            function(made)
        return made

    def pernet(self, function: Callable[[Namespace], object]) -> None:
        """Call a function with every network namespace, those to come too (`register_pernet_subsys`)::

        kernel.pernet(lambda netns: netns.protocol(25, hello))
        """
        with self.lock:
            self._pernet.append(function)
            there = list(self.namespaces)
        for netns in there:
            function(netns)

    def forget(self, netns: Namespace) -> None:
        """`Namespace.close`: release its kernel sides and its IDs."""
        with self.lock:
            for table in self.tables.values():
                table.forget(netns)
            if netns in self.namespaces:
                self.namespaces.remove(netns)
            for other in self.namespaces:
                other.forget(netns)

    # --------------------------------------------------------------------------------- the user's half

    def open(
        self, protocol: int, port: int = 0, groups: Iterable[int] = (), *, credentials: Credentials | None = None
    ) -> UserSocket:
        """A bound socket in the initial namespace: a `Transport`; see `Namespace.open`."""
        return self.initial.open(protocol, port, groups, credentials=credentials)

    def socket_for(self, protocol: int, *, credentials: Credentials | None = None) -> UserSocket:
        """A socket that is not bound yet, in the initial namespace; see `Namespace.socket_for`."""
        return self.initial.socket_for(protocol, credentials=credentials)

    def system_socket(
        self, protocol: int, type: int = socket.SOCK_RAW, *, credentials: Credentials | None = None
    ) -> SystemSocket:
        """What ``socket.socket(AF_NETLINK, type, protocol)`` is on a real kernel; see `Namespace.system_socket`."""
        return self.initial.system_socket(protocol, type, credentials=credentials)

    def sockets(self) -> list[UserSocket]:
        """The user sockets that are bound, by protocol and in the order of their binding."""
        with self.lock:
            return [sock for number in sorted(self.tables) for sock in self.tables[number].users()]

    # ------------------------------------------------------------------------------- the kernel's half

    def attach(
        self,
        number: int,
        receive: Receive | None,
        *,
        groups: int = 0,
        flags: ConfigFlag = ADMINISTRATORS_ONLY,
        notices: tuple[Notice, Notice, Notice] = (None, None, None),
    ) -> KernelSocket:
        """Register a kernel side in the initial namespace; see `KernelSides.attach`."""
        return self.initial.attach(number, receive, groups=groups, flags=flags, notices=notices)

    def family(self, family: type[Family]) -> FamilyService:
        """Register a declared family of generic netlink; handlers are registered at what is returned::

            service = kernel.family(Greeter)

            @service.hello
            def hello(request):
                return Greeter.Greeting(text=f"hello {request.record.text}")

        Raises:
            NetlinkError: EEXIST, there is a family of that name.
        """
        return self.generic().register(family)

    def generic(self) -> GenericNetlink:
        """Generic netlink with its controller, made on first use."""
        from .generic import GenericNetlink  # its declarations are made when they are needed

        with self.lock:
            if self._generic is None:
                self._generic = GenericNetlink(self)
            return self._generic

    def timer(self, seconds: float, function: Callable[[], object], *, repeat: bool = False) -> Timer:
        """Call a function after some seconds of the kernel's clock, or again and again (`mod_timer`).

        It runs in the clock's thread; with a `SteppedClock` in the one that advances it. The timer can be cancelled,
        and ends with the kernel.

        Raises:
            ValueError: a period that is not more than 0 seconds.
        """
        seconds = limits.seconds("seconds", seconds)
        if repeat and not seconds:
            raise ValueError("a timer that repeats runs for more than 0 seconds")
        made = Timer(self.clock, self.clock.now() + seconds, function, seconds if repeat else None)
        with self.lock:
            self._timers = [timer for timer in self._timers if timer.active] + [made]
        self.clock.add(made)
        return made

    def table(self, number: int) -> ProtocolTable:
        """The port table of a protocol, made on first use."""
        with self.lock:
            if number not in self.tables:
                self.tables[int(number)] = ProtocolTable(int(number), self.lock, self.clock, self.faults)
            return self.tables[number]

    def close(self) -> None:
        """Shut down: timers stop, every socket is closed, what follows the log comes to its end."""
        for timer in self._timers:
            timer.cancel()
        for sock in self.sockets():
            sock.close()
        self.messages.end()
