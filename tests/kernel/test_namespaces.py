"""Namespaces of a virtual kernel: as kernels to connect to, and with kernel sides of their own."""

from __future__ import annotations

import errno

import pytest

import netlynx
from netlynx.errors import NetlinkError, NotSupported
from netlynx.kernel import KernelSocket, VirtualKernel
from netlynx.transport.netlink_socket import NetlinkSocket
from netlynx.wire.constants import NETLINK, NETLINK_OPTION
from netlynx.wire.message import Message
from support import PATIENCE
from toy import PROTOCOL as TOY
from toy import Entry, Table, entry, rows
from virtual import PROTOCOL

USERSOCK = int(NETLINK.USERSOCK)


def test_a_namespace_is_a_kernel_to_connect_to(kernel: VirtualKernel) -> None:
    blue = kernel.namespace("blue")
    Table(blue, rows(3))  # type: ignore[arg-type]  # it serves as a kernel does
    with netlynx.connect(kernel=blue, timeout=PATIENCE) as nl:
        assert nl.do(entry(2)) == Entry(number=2)


def test_a_plain_socket_can_be_opened_in_one(kernel: VirtualKernel) -> None:
    blue = kernel.namespace("blue")
    with NetlinkSocket("usersock", 7, kernel=blue) as here, NetlinkSocket("usersock", 7, kernel=kernel) as there:
        assert here.port == there.port == 7
    assert repr(blue) == "<Namespace blue>"


def test_a_protocol_of_one_namespace_refuses_the_others(kernel: VirtualKernel) -> None:
    blue = kernel.namespace("blue")
    blue.protocol(PROTOCOL, lambda sock, message: None)
    blue.open(PROTOCOL).send(Message().pack())
    with pytest.raises(ConnectionRefusedError):
        kernel.open(PROTOCOL).send(Message().pack())


def test_each_namespace_has_the_same_protocol_once(kernel: VirtualKernel) -> None:
    blue = kernel.namespace("blue")
    sockets = [each.protocol(PROTOCOL, None) for each in (kernel, blue)]
    with pytest.raises(NetlinkError) as caught:
        blue.protocol(PROTOCOL, None)
    assert caught.value.errno == errno.EADDRINUSE
    assert [sock.netns for sock in sockets] == [kernel.initial, blue]


def test_a_module_can_be_in_every_namespace_that_is_or_will_be(kernel: VirtualKernel) -> None:
    before = kernel.namespace("before")

    def hello(sock: KernelSocket, message: Message) -> None:
        sock.unicast(f"hello from {sock.netns.name}", to=message.portid)

    kernel.pernet(lambda netns: netns.protocol(PROTOCOL, hello))
    after = kernel.namespace("after")
    for netns in (before, after):
        with NetlinkSocket(PROTOCOL, kernel=netns) as sock:
            sock.settimeout(PATIENCE)
            sock.send(b"hello")
            assert sock.recv().text == f"hello from {netns.name}"


def test_the_kernel_speaks_to_the_members_of_its_own_namespace(kernel: VirtualKernel) -> None:
    blue = kernel.namespace("blue")
    here, there = kernel.protocol(PROTOCOL, None), blue.protocol(PROTOCOL, None)
    kernel.open(PROTOCOL, groups=[1])
    assert (here.has_listeners(1), there.has_listeners(1)) == (True, False)
    assert (here.multicast(b"x"), there.multicast(b"x")) == (1, 0)


def test_a_listener_of_all_namespaces_is_no_listener_of_theirs(kernel: VirtualKernel) -> None:
    blue = kernel.namespace("blue")
    module = blue.protocol(PROTOCOL, None)
    listener = kernel.open(PROTOCOL, groups=[1])
    listener.set_option(NETLINK_OPTION.LISTEN_ALL_NSID, 1)
    assert kernel.initial.set_id(blue) == 0
    assert not module.has_listeners(1)
    assert module.multicast(b"x") == 1
    assert listener.receive(100).nsid == 0


def test_ids_are_given_once(kernel: VirtualKernel) -> None:
    red, blue = kernel.namespace("red"), kernel.namespace("blue")
    assert red.id_of(blue) is None
    assert [red.set_id(kernel.initial, 1), red.set_id(blue)] == [1, 0]
    for other, nsid in ((blue, 5), (red, 0)):
        with pytest.raises(NetlinkError) as caught:
            red.set_id(other, nsid)
        assert caught.value.errno == errno.EEXIST


def test_a_namespace_that_ends_takes_its_sockets_along_and_frees_its_id(kernel: VirtualKernel) -> None:
    blue = kernel.namespace("blue")
    blue.protocol(PROTOCOL, None)
    kernel.initial.set_id(blue, 3)
    user = blue.open(PROTOCOL)
    blue.close()
    assert user.closed
    assert blue not in kernel.namespaces
    assert kernel.initial.id_of(blue) is None
    with pytest.raises(NotSupported):
        kernel.open(PROTOCOL)


def test_the_toy_protocol_of_two_namespaces_has_two_tables(kernel: VirtualKernel) -> None:
    blue = kernel.namespace("blue")
    Table(kernel, rows(1))
    Table(blue, rows(2))  # type: ignore[arg-type]  # it serves as a kernel does
    assert kernel.open(TOY).protocol == blue.open(TOY).protocol
    with netlynx.connect(kernel=kernel) as here, netlynx.connect(kernel=blue) as there:
        with pytest.raises(netlynx.NotFound):
            here.do(entry(1))
        assert there.do(entry(1)).number == 1
