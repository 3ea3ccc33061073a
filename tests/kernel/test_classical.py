"""The classical exchange: a module on protocol 25 and a program that says hello."""

from __future__ import annotations

import errno

import pytest

from netlynx.errors import NetlinkError, NotSupported, PortRefused
from netlynx.kernel import KernelSocket, VirtualKernel
from netlynx.wire.constants import NLMSG
from netlynx.wire.message import Message
from virtual import PROTOCOL, readable, receive


def greeting(portid: int, text: str = "hello netlink!!") -> bytes:
    return Message(portid=portid, payload=text.encode()).pack()


def test_the_module_logs_the_greeting_and_answers_the_port_in_the_header(kernel: VirtualKernel) -> None:
    @kernel.protocol(PROTOCOL)
    def hello(sock: KernelSocket, message: Message) -> None:
        kernel.log(f"kernel recv from user: {message.text}")
        sock.unicast(b"hello users!!!", to=message.portid)

    user = kernel.open(PROTOCOL, port=100)
    assert not readable(user)
    assert user.send(greeting(100)) == 32
    assert kernel.messages.texts() == ["kernel recv from user: hello netlink!!"]
    assert readable(user)
    (answer,) = receive(user)
    assert answer == Message(int(NLMSG.DONE), payload=b"hello users!!!")
    assert not readable(user)


def test_the_kernel_is_the_sender_of_what_a_module_sends(kernel: VirtualKernel) -> None:
    module = kernel.protocol(PROTOCOL, lambda sock, message: None)
    user = kernel.open(PROTOCOL)
    module.unicast("hello", to=user.portid)
    buffer = bytearray(100)
    assert user.receive_into(buffer) == (24, 0, 0)
    assert buffer[16:21] == b"hello"


def test_the_source_tells_the_true_port_whatever_the_header_claims(kernel: VirtualKernel) -> None:
    seen = []
    kernel.protocol(PROTOCOL, lambda sock, message: seen.append(message))
    kernel.open(PROTOCOL, port=7).send(greeting(4242))
    (message,) = seen
    assert (message.portid, message.source.portid) == (4242, 7)


def test_a_message_object_is_sent_with_its_own_header(kernel: VirtualKernel) -> None:
    module = kernel.protocol(PROTOCOL, lambda sock, message: None)
    user = kernel.open(PROTOCOL)
    message = Message(77, 3, 4, 5, b"payload")
    module.unicast(message, to=user.portid)
    assert receive(user) == [message]


def test_every_message_of_a_datagram_arrives_up_to_a_malformed_one(kernel: VirtualKernel) -> None:
    seen = []
    kernel.protocol(PROTOCOL, lambda sock, message: seen.append(message.text))
    kernel.open(PROTOCOL).send(greeting(1, "one") + greeting(1, "two") + b"\x05" + bytes(20))
    assert seen == ["one", "two"]


def test_the_kernel_speaks_first_to_a_group(kernel: VirtualKernel) -> None:
    module = kernel.protocol(PROTOCOL, None)
    listeners = [kernel.open(PROTOCOL, groups=[3]), kernel.open(PROTOCOL, groups=[3])]
    other = kernel.open(PROTOCOL, groups=[2])
    assert module.has_listeners(3)
    assert not module.has_listeners(1)
    assert module.multicast(b"tick", group=3) == 2
    for listener in listeners:
        buffer = bytearray(64)
        assert listener.receive_into(buffer) == (20, 0, 1 << 2)
    assert not readable(other)


def test_a_multicast_spares_the_port_it_is_told_to_skip(kernel: VirtualKernel) -> None:
    module = kernel.protocol(PROTOCOL, None)
    asker, other = kernel.open(PROTOCOL, groups=[1]), kernel.open(PROTOCOL, groups=[1])
    assert module.multicast(b"news", skip=asker.portid) == 1
    assert readable(other)
    assert not readable(asker)


def test_a_module_that_only_speaks_refuses_what_is_sent_to_it(kernel: VirtualKernel) -> None:
    kernel.protocol(PROTOCOL, None)
    with pytest.raises(ConnectionRefusedError):
        kernel.open(PROTOCOL).send(greeting(1))


def test_a_reply_to_a_port_that_nobody_has_is_logged_and_the_sender_does_not_notice(kernel: VirtualKernel) -> None:
    kernel.protocol(PROTOCOL, lambda sock, message: sock.unicast(b"lost", to=message.portid))
    kernel.open(PROTOCOL, port=9).send(greeting(12345))
    (line,) = kernel.messages.texts()
    assert "port 12345" in line


def test_a_bug_of_the_module_reaches_the_program_that_met_it(kernel: VirtualKernel) -> None:
    @kernel.protocol(PROTOCOL)
    def buggy(sock: KernelSocket, message: Message) -> None:
        raise ZeroDivisionError("oops")

    with pytest.raises(ZeroDivisionError):
        kernel.open(PROTOCOL).send(greeting(1))


def test_unicast_to_a_port_that_nobody_has_is_refused(kernel: VirtualKernel) -> None:
    module = kernel.protocol(PROTOCOL, None)
    with pytest.raises(PortRefused):
        module.unicast(b"anyone?", to=1)


def test_a_protocol_that_nobody_registered_is_not_supported(kernel: VirtualKernel) -> None:
    with pytest.raises(NotSupported) as caught:
        kernel.open(PROTOCOL)
    assert caught.value.errno == errno.EPROTONOSUPPORT
    assert "kernel.protocol(25)" in str(caught.value)


def test_one_protocol_has_one_kernel_side(kernel: VirtualKernel) -> None:
    kernel.protocol(PROTOCOL, None)
    with pytest.raises(NetlinkError) as caught:
        kernel.protocol(PROTOCOL, None)
    assert caught.value.errno == errno.EADDRINUSE
    with pytest.raises(ValueError, match="0 to 31"):
        kernel.protocol(32, None)


def test_after_release_senders_are_refused_and_the_protocol_is_free_again(kernel: VirtualKernel) -> None:
    module = kernel.protocol(PROTOCOL, lambda sock, message: None)
    user = kernel.open(PROTOCOL)
    module.release()
    with pytest.raises(ConnectionRefusedError):
        user.send(greeting(1))
    with pytest.raises(NotSupported):
        kernel.open(PROTOCOL)
    kernel.protocol(PROTOCOL, lambda sock, message: kernel.log("reloaded"))
    user.send(greeting(1))
    assert kernel.messages.texts() == ["reloaded"]
