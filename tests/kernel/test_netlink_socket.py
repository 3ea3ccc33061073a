"""`NetlinkSocket` on a virtual kernel: the same object, the same calls as on the real one."""

from __future__ import annotations

import threading

import pytest

from netlynx.errors import BufferOverrun, ConnectionClosed, NotSupported, PortRefused
from netlynx.kernel import KernelSocket, VirtualKernel
from netlynx.transport.netlink_socket import NetlinkSocket
from netlynx.wire.message import Message
from virtual import PROTOCOL


def test_the_classical_exchange(kernel: VirtualKernel) -> None:
    @kernel.protocol(PROTOCOL)
    def hello(sock: KernelSocket, message: Message) -> None:
        kernel.log(f"kernel recv from user: {message.text}")
        sock.unicast(b"hello users!!!", to=message.portid)

    with NetlinkSocket(PROTOCOL, port=100, kernel=kernel) as sock:
        sock.settimeout(5)
        sock.send(b"hello netlink!!")
        message = sock.recv()
    assert message.text == "hello users!!!"
    assert message.source is not None
    assert message.source.portid == 0
    assert kernel.messages.texts() == ["kernel recv from user: hello netlink!!"]


def test_programs_talk_to_ports_and_groups(kernel: VirtualKernel) -> None:
    with (
        NetlinkSocket("usersock", kernel=kernel) as alice,
        NetlinkSocket("usersock", groups=[5, 7], kernel=kernel) as bob,
    ):
        bob.pktinfo = True
        alice.send(b"one", to=bob.port)
        alice.send(b"all", group=7)
        first, second = bob.recv(), bob.recv()
        assert (first.payload, first.source.group) == (b"one", 0)
        assert (second.payload, second.source.group, second.source.groups) == (b"all", 7, 1 << 6)
        assert bob.groups == (5, 7)
        with pytest.raises(PortRefused):
            alice.send(b"x", to=4242)


def test_a_protocol_that_nobody_registered(kernel: VirtualKernel) -> None:
    with pytest.raises(NotSupported):
        NetlinkSocket(PROTOCOL, kernel=kernel)


def test_an_overrun(kernel: VirtualKernel) -> None:
    module = kernel.protocol(PROTOCOL, None)
    with NetlinkSocket(PROTOCOL, groups=[1], kernel=kernel) as sock:
        sock.settimeout(0)
        sock.receive_buffer = 1
        while module.multicast(b"tick"):
            pass
        with pytest.raises(BufferOverrun):
            sock.recv()
        assert sock.recv().payload == b"tick"


def test_filters(kernel: VirtualKernel) -> None:
    module = kernel.protocol(PROTOCOL, None)
    with NetlinkSocket(PROTOCOL, kernel=kernel) as sock:
        sock.settimeout(0)
        sock.attach_filter([(0x06, 0, 0, 0)])
        module.unicast(b"dropped", to=sock.port)
        sock.detach_filter()
        module.unicast(b"heard", to=sock.port)
        assert sock.recv().payload == b"heard"


def test_a_sender_waits_until_the_reader_has_made_room(kernel: VirtualKernel) -> None:
    with NetlinkSocket("usersock", kernel=kernel) as alice, NetlinkSocket("usersock", kernel=kernel) as bob:
        alice.settimeout(30)
        bob.settimeout(30)
        bob.receive_buffer = 1
        sender = threading.Thread(target=lambda: [alice.send(f"{n}", to=bob.port) for n in range(20)])
        sender.start()
        assert [bob.recv().text for _ in range(20)] == [str(n) for n in range(20)]
        sender.join(30)


def test_close_wakes_a_reader(kernel: VirtualKernel) -> None:
    sock = NetlinkSocket("usersock", kernel=kernel)
    outcome: list[type[BaseException]] = []

    def wait() -> None:
        try:
            sock.recv()
        except ConnectionClosed as error:
            outcome.append(type(error))

    waiter = threading.Thread(target=wait)
    waiter.start()
    sock.close()
    waiter.join(30)
    assert outcome == [ConnectionClosed]
