"""Ports and groups, as NETLINK_USERSOCK shows them on a real kernel."""

from __future__ import annotations

import errno
import os

import pytest

from netlynx.errors import NetlinkError
from netlynx.kernel import VirtualKernel
from netlynx.wire.constants import NETLINK, NETLINK_OPTION
from virtual import PROTOCOL, readable

USERSOCK = int(NETLINK.USERSOCK)


def test_the_first_socket_gets_the_process_id_and_the_next_a_negative_number(kernel: VirtualKernel) -> None:
    ports = [kernel.open(USERSOCK).portid for _ in range(3)]
    assert ports[0] == os.getpid()
    assert ports[1:] == [2**32 - 4097, 2**32 - 4098]


def test_ports_of_different_protocols_do_not_meet(kernel: VirtualKernel) -> None:
    kernel.protocol(PROTOCOL, None)
    assert kernel.open(USERSOCK, port=5).portid == kernel.open(PROTOCOL, port=5).portid == 5


def test_a_port_in_use_is_refused_until_its_socket_is_closed(kernel: VirtualKernel) -> None:
    first = kernel.open(USERSOCK, port=100)
    with pytest.raises(NetlinkError) as caught:
        kernel.open(USERSOCK, port=100)
    assert caught.value.errno == errno.EADDRINUSE
    first.close()
    assert kernel.open(USERSOCK, port=100).portid == 100


def test_programs_talk_to_each_other_without_a_kernel_side(kernel: VirtualKernel) -> None:
    alice, bob = kernel.open(USERSOCK, port=1), kernel.open(USERSOCK, port=2)
    assert alice.send(b"no header needed", 2) == 16
    buffer = bytearray(4)
    assert bob.receive_into(buffer) == (16, 1, 0)
    assert buffer == b"no h"


def test_nobody_at_a_port_refuses_and_so_does_the_absent_kernel(kernel: VirtualKernel) -> None:
    alice = kernel.open(USERSOCK)
    for port in (77, 0):
        with pytest.raises(ConnectionRefusedError):
            alice.send(b"anyone?", port)


def test_a_sender_does_not_hear_its_own_multicast(kernel: VirtualKernel) -> None:
    alice, bob = kernel.open(USERSOCK, port=1, groups=[4]), kernel.open(USERSOCK, port=2, groups=[4])
    sink = kernel.open(USERSOCK, port=3)
    alice.send(b"all", sink.portid, 4)
    assert bob.receive_into(bytearray(8)) == (3, 1, 8)
    assert sink.receive_into(bytearray(8)) == (3, 1, 8)  # the unicast that goes with it shows the group, too
    assert not readable(alice)


def test_a_multicast_to_port_0_is_delivered_and_then_refused(kernel: VirtualKernel) -> None:
    alice, bob = kernel.open(USERSOCK), kernel.open(USERSOCK, groups=[1])
    with pytest.raises(ConnectionRefusedError):
        alice.send(b"all", 0, 1)
    assert bob.receive_into(bytearray(8))[0] == 3


def test_a_receiver_named_with_its_group_gets_one_copy(kernel: VirtualKernel) -> None:
    alice, bob = kernel.open(USERSOCK), kernel.open(USERSOCK, groups=[1])
    alice.send(b"once", bob.portid, 1)
    bob.receive_into(bytearray(8))
    assert not readable(bob)


def test_leaving_a_group_ends_what_joining_began(kernel: VirtualKernel) -> None:
    events: list[tuple[str, int]] = []
    module = kernel.protocol(
        PROTOCOL,
        None,
        groups=40,
        join=lambda group: events.append(("join", group)),
        leave=lambda group: events.append(("leave", group)),
    )
    user = kernel.open(PROTOCOL)
    user.set_option(NETLINK_OPTION.ADD_MEMBERSHIP, 40)
    user.join(40)
    assert module.multicast(b"1", group=40) == 1
    assert user.receive_into(bytearray(32)) == (20, 0, 0)  # the mask cannot name a group above 32
    user.set_option(NETLINK_OPTION.DROP_MEMBERSHIP, 40)
    assert module.multicast(b"2", group=40) == 0
    user.join(2)
    user.close()
    assert events == [("join", 40), ("join", 40), ("leave", 40), ("join", 2), ("leave", 2)]


def test_groups_that_a_protocol_does_not_have_are_invalid(kernel: VirtualKernel) -> None:
    user = kernel.open(USERSOCK)
    for group in (0, 33):
        with pytest.raises(OSError, match="Invalid argument"):
            user.join(group)
    with pytest.raises(NetlinkError):
        kernel.open(USERSOCK, groups=[33])


def test_a_module_can_refuse_members(kernel: VirtualKernel) -> None:
    def guard(group: int) -> None:
        raise PermissionError(errno.EPERM, "not for you")

    kernel.protocol(PROTOCOL, None, join=guard)
    user = kernel.open(PROTOCOL)
    with pytest.raises(PermissionError):
        user.join(1)
    assert not user.groups


def test_unknown_options_are_refused_and_known_ones_are_kept(kernel: VirtualKernel) -> None:
    user = kernel.open(USERSOCK)
    assert user.option(NETLINK_OPTION.EXT_ACK) == 1
    user.set_option(NETLINK_OPTION.EXT_ACK, 0)
    assert user.option(NETLINK_OPTION.EXT_ACK) == 0
    with pytest.raises(OSError, match="Protocol not available"):
        user.set_option(99, 1)
