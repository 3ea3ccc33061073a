"""How modules register protocols with a kernel: a function for the messages, or a service of requests and dumps.

Source: linux/netlink.h (`netlink_kernel_create`), net/netlink/af_netlink.c.
"""

from __future__ import annotations

import abc
from collections.abc import Callable
from types import EllipsisType
from typing import TypeAlias, overload

from netlynx.errors import NetlinkError
from netlynx.wire.constants import protocol_label
from netlynx.wire.message import Message

from .credentials import ADMINISTRATORS_ONLY, ConfigFlag
from .kernel_socket import KernelSocket, source_of
from .ports import Notice
from .service import Service, acknowledge_failure, parse_sound
from .sockets import UserSocket

Input: TypeAlias = Callable[[KernelSocket, Message], object]
"""What a module does with a message (`cfg.input`), called in the sender's thread."""

Receive: TypeAlias = Callable[[KernelSocket, bytes, UserSocket], None]
"""What takes the datagrams of a protocol as they are."""


class KernelSides(abc.ABC):
    """What protocols can be registered with: a network namespace, or a virtual kernel for its initial one."""

    @abc.abstractmethod
    def attach(
        self,
        number: int,
        receive: Receive | None,
        *,
        groups: int = 0,
        flags: ConfigFlag = ADMINISTRATORS_ONLY,
        notices: tuple[Notice, Notice, Notice] = (None, None, None),
    ) -> KernelSocket:
        """Register a kernel side that takes datagrams as they are, None for one that only speaks.

        `notices` are `join`, `leave` and `close` of `protocol`; the other parameters and errors are its too.
        """

    @overload
    def protocol(
        self,
        number: int,
        *,
        groups: int = 0,
        flags: ConfigFlag = ADMINISTRATORS_ONLY,
        join: Notice = None,
        leave: Notice = None,
        close: Notice = None,
    ) -> Callable[[Input], KernelSocket]: ...
    @overload
    def protocol(
        self,
        number: int,
        input: Input | None,
        *,
        groups: int = 0,
        flags: ConfigFlag = ADMINISTRATORS_ONLY,
        join: Notice = None,
        leave: Notice = None,
        close: Notice = None,
    ) -> KernelSocket: ...
    def protocol(
        self,
        number: int,
        input: Input | EllipsisType | None = ...,
        *,
        groups: int = 0,
        flags: ConfigFlag = ADMINISTRATORS_ONLY,
        join: Notice = None,
        leave: Notice = None,
        close: Notice = None,
    ) -> KernelSocket | Callable[[Input], KernelSocket]:
        """Register a protocol whose messages a function takes, header and all (`netlink_kernel_create`).

        As a decorator: the name then stands for the protocol's `KernelSocket`, as each message's first argument::

            @kernel.protocol(25)
            def hello(sock, message):
                sock.unicast(b"hello users!!!", to=message.portid)

        Or with the function as `input`, None for a protocol that only speaks; the `KernelSocket` is returned. A
        kernel registers it in its initial namespace; `Namespace.protocol` and `pernet` put it into others.

        `input` gets every message, requests or not; nothing is acknowledged, and a `NetlinkError` that it raises is
        logged, as an input callback returns nothing. Any other exception reaches the sender. A datagram that does not
        begin with a message comes too, for a kernel looks at none of it beforehand: as it is, the payload of a message
        of type 0. `groups` is how many multicast groups there are, 32 at least; `flags` what sockets without
        CAP_NET_ADMIN may do, nothing but to talk to the kernel by default. `join` and `leave` are called with the
        number of a group whenever a socket joins or leaves it, an OSError of `join` refuses it; `close` with the port
        ID of a socket that is gone.

        Raises:
            ValueError: the number is not 0 to 31.
            NetlinkError: EADDRINUSE, the protocol has a kernel side already.
        """

        def register(function: Input | None) -> KernelSocket:
            receive = _each_message(function) if function is not None else None
            return self.attach(number, receive, groups=groups, flags=flags, notices=(join, leave, close))

        return register if isinstance(input, EllipsisType) else register(input)

    def serve(
        self,
        number: int,
        *,
        groups: int = 0,
        flags: ConfigFlag = ADMINISTRATORS_ONLY,
        join: Notice = None,
        leave: Notice = None,
        close: Notice = None,
    ) -> Service:
        """Register a protocol of requests, answers and dumps; handlers are registered at what is returned::

            service = kernel.serve(25)

            @service.dump(0x12, reply=0x10)
            def table(request):
                yield from rows

        The parameters and errors are those of `protocol`.
        """
        service = Service()
        service.sock = self.attach(number, service.receive, groups=groups, flags=flags, notices=(join, leave, close))
        return service


def _each_message(function: Input) -> Receive:
    """Give a function the messages of a datagram, one by one."""

    def receive(sock: KernelSocket, data: bytes, user: UserSocket) -> None:
        kernel = sock.netns.kernel
        bare = Message(portid=user.portid, payload=data, source=source_of(user))
        for message in parse_sound(data, user) or [bare]:
            failure = kernel.faults.next_request()
            if failure is not None:
                acknowledge_failure(sock, message, failure, user)
                continue
            try:
                function(sock, message)
            except NetlinkError as error:
                kernel.log(f"{protocol_label(sock.protocol)}: {error}")

    return receive
