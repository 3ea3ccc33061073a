"""The module of the classical exchange, on protocol 25, and a table on protocol 26."""

from __future__ import annotations

from netlynx.kernel import KernelSocket, VirtualKernel
from netlynx.wire.message import Message
from toy import SILENT, Table

kernel = VirtualKernel()
kernel.namespace("blue").protocol(25, lambda sock, message: sock.unicast(b"hello from blue", to=message.portid))
table = Table(kernel, protocol=SILENT)


@kernel.protocol(25)
def hello(sock: KernelSocket, message: Message) -> None:
    kernel.log(f"kernel recv from user: {message.text}")
    sock.unicast(b"hello users!!!", to=message.portid)
