"""The kernel's half: an in-process kernel for programs and protocols to be developed and tested against.

from netlynx.kernel import VirtualKernel

kernel = VirtualKernel()

@kernel.protocol(25)
def hello(sock, message):
    kernel.log(f"kernel recv from user: {message.text}")
    sock.unicast(b"hello users!!!", to=message.portid)
"""

from __future__ import annotations

from .faults import Faults
from .kernel_socket import KernelSocket
from .log import Log, LogEntry
from .replies import ExtendedAck
from .service import Reply, Request, Service
from .sockets import UserSocket
from .virtual import VirtualKernel

__all__ = [
    "ExtendedAck",
    "Faults",
    "KernelSocket",
    "Log",
    "LogEntry",
    "Reply",
    "Request",
    "Service",
    "UserSocket",
    "VirtualKernel",
]
