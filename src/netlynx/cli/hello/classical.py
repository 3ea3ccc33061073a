"""The classical exchange on protocol 25: a kernel side that logs and answers, a user side that asks."""

from __future__ import annotations

from netlynx.cli.hello.steps import Say, check
from netlynx.kernel import KernelSocket, VirtualKernel
from netlynx.transport.netlink_socket import NetlinkSocket
from netlynx.wire.message import Message

PROTOCOL = 25  # free in linux/netlink.h: modules of one's own take it
QUESTION = "hello netlink!!"
ANSWER = "hello users!!!"
PATIENCE = 10.0  # seconds to wait for what should come at once


def talk(say: Say) -> None:
    """The exchange with a virtual kernel. Raises Failed, NetlinkError and TimeoutError."""
    with VirtualKernel() as kernel:

        @kernel.protocol(PROTOCOL)
        def hello(sock: KernelSocket, message: Message) -> None:
            kernel.log(f"kernel recv from user: {message.text}")
            sock.unicast(ANSWER, to=message.portid)

        with NetlinkSocket(PROTOCOL, kernel=kernel) as user:
            user.settimeout(PATIENCE)
            say(f"send kernel:{QUESTION}")
            user.send(QUESTION)
            message = user.recv()
        log = kernel.messages.texts()
        for line in log:
            say(line)
        say(f"from kernel:{message.text}")
    check("the kernel's log", log, [f"kernel recv from user: {QUESTION}"])
    check("the answer", message.text, ANSWER)
    check("the answer's sender", message.source and message.source.portid, 0)
