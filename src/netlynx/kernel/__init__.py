"""The kernel's half: an in-process kernel for programs and protocols to be developed and tested against.

    from netlynx.kernel import VirtualKernel

    kernel = VirtualKernel()

    @kernel.protocol(25)
    def hello(sock, message):
        kernel.log(f"kernel recv from user: {message.text}")
        sock.unicast(b"hello users!!!", to=message.portid)

`Server` serves it to other processes, on a Unix socket.
"""

from __future__ import annotations

from .clock import Clock, SteppedClock, SystemClock, Timer
from .credentials import Capability, ConfigFlag, Credentials
from .faults import Faults
from .kernel_socket import KernelSocket
from .log import Log, LogEntry
from .namespaces import Namespace
from .policy import Policy, Rule, Validation
from .replies import ExtendedAck
from .requests import Reply, Request
from .server import Server
from .service import Service
from .sockets import UserSocket
from .virtual import VirtualKernel

__all__ = [
    "Capability",
    "Clock",
    "ConfigFlag",
    "Credentials",
    "ExtendedAck",
    "Faults",
    "KernelSocket",
    "Log",
    "LogEntry",
    "Namespace",
    "Policy",
    "Reply",
    "Request",
    "Rule",
    "Server",
    "Service",
    "SteppedClock",
    "SystemClock",
    "Timer",
    "UserSocket",
    "Validation",
    "VirtualKernel",
]
