"""The plain socket on the real kernel: between sockets, between processes, and with the kernel itself."""

from __future__ import annotations

import errno
import os
import socket
import struct
import subprocess
import sys

import pytest

from child import python
from netlynx import netns
from netlynx.errors import (
    DecodeError,
    NetlinkError,
    NotSupported,
    PortRefused,
)
from netlynx.transport.netlink_socket import Datagram, NetlinkSocket
from netlynx.wire.constants import NLM_F, NLMSG
from netlynx.wire.message import Message, Source
from support import Open, descriptors, ip, is_empty, needs_root

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="netlink is Linux")

ROUTE, USERSOCK = 0, 2
RTM_NEWLINK, RTM_GETLINK = 16, 18  # linux/rtnetlink.h
RTNLGRP_LINK, RTNLGRP_BRVLAN = 1, 33
IFF_UP = 1  # linux/if.h
LOOPBACK_UP = struct.pack("=BBHiII", 0, 0, 0, 1, IFF_UP, IFF_UP)  # struct ifinfomsg


# ----------------------------------------------------------------------------------------- ports, opening


def test_a_socket_is_bound_once_it_exists(connect: Open) -> None:
    sock = connect("usersock", 0x7F00_0001)
    assert (sock.protocol, sock.port, sock.getsockname()) == (USERSOCK, 0x7F00_0001, (0x7F00_0001, 0))
    assert sock.groups == ()
    assert "NETLINK_USERSOCK (2) port=2130706433" in repr(sock)


def test_the_kernel_chooses_a_port(connect: Open) -> None:
    one, two = connect(), connect()
    assert one.port != two.port
    assert 0 not in (one.port, two.port)


def test_a_port_in_use_is_refused_and_nothing_stays_open(connect: Open) -> None:
    taken = connect()
    before = descriptors()
    with pytest.raises(NetlinkError, match=f"bind port {taken.port} on NETLINK_USERSOCK") as caught:
        NetlinkSocket(USERSOCK, taken.port)
    assert caught.value.errno == errno.EADDRINUSE
    assert descriptors() == before


def test_a_removed_protocol_says_what_replaced_it() -> None:
    with pytest.raises(NotSupported, match=r"NETLINK_FIREWALL \(3\).*Removed in Linux 3\.5; NFQUEUE"):
        NetlinkSocket("firewall")


def test_a_number_nobody_registered_says_who_could() -> None:
    with pytest.raises(NotSupported, match="netlink_kernel_create for protocol 30 "):
        NetlinkSocket(30)


@pytest.mark.parametrize("port", [-1, 1 << 32])
def test_a_port_has_32_bits(port: int, connect: Open) -> None:
    with pytest.raises(ValueError, match="32 bits"):
        NetlinkSocket(USERSOCK, port)
    with pytest.raises(ValueError, match="32 bits"):
        connect().send(b"", to=port)


def test_a_socket_left_open_warns() -> None:
    with pytest.warns(ResourceWarning, match="unclosed <NetlinkSocket NETLINK_USERSOCK"):
        NetlinkSocket(USERSOCK)  # collected at once: nothing refers to it


# ------------------------------------------------------------------------------------------------ unicast


def test_a_message_reaches_a_peer(connect: Open) -> None:
    one, two = connect(), connect()
    assert one.send(b"hello", to=two.port, type=20, flags=NLM_F.REQUEST, sequence=3) == 24
    assert two.recv() == Message(20, 1, 3, one.port, b"hello", Source(one.port))


def test_the_datagram_is_padded_and_its_length_field_is_not(connect: Open) -> None:
    one, two = connect(), connect()
    one.send("grüß", to=two.port)
    datagram = two.recv_datagram()
    payload = "grüß".encode()
    assert datagram == Datagram(struct.pack("=IHHII", 22, 0, 0, 0, one.port) + payload + b"\0\0", Source(one.port))


def test_a_message_can_be_sent_as_it_was_received(connect: Open) -> None:
    one, two = connect(), connect()
    sent = Message(type=99, sequence=1, portid=12345, payload=b"x")
    one.send(sent, to=two.port)
    received = two.recv()
    assert (received.pack(), received.source) == (sent.pack(), Source(one.port))


def test_raw_bytes_need_no_header(connect: Open) -> None:
    one, two = connect(), connect()
    assert one.send(b"odd", to=two.port, raw=True) == 3
    assert two.recv(raw=True) == Message(portid=one.port, payload=b"odd", source=Source(one.port))


def test_bytes_without_header_are_a_decode_error_that_says_how_to_take_them(connect: Open) -> None:
    one, two = connect(), connect()
    one.send(b"add@/devices/virtual", to=two.port, raw=True)
    one.send(b"next", to=two.port)
    with pytest.raises(DecodeError, match=rf"20 bytes from port {one.port}.*recv\(raw=True\)"):
        two.recv()
    assert two.recv().text == "next"


def test_messages_of_one_datagram_come_one_by_one(connect: Open) -> None:
    one, two = connect(), connect()
    one.send(b"".join(Message(payload=word).pack() for word in (b"a", b"bc", b"def")), to=two.port, raw=True)
    one.send(b"next", to=two.port)
    assert two.recv(peek=True).text == "a"
    assert two.pending == 0
    assert two.recv().text == "a"
    assert two.pending == 2
    assert [two.recv(peek=True).text, two.recv().text, two.recv().text, two.recv().text] == ["bc", "bc", "def", "next"]
    assert is_empty(two)


@pytest.mark.parametrize("size", [0, 1, 32752, 32753, 200_000])
def test_no_message_is_cut_short(size: int, connect: Open) -> None:
    one, two = connect(), connect()
    payload = os.urandom(size)
    one.send(payload, to=two.port)
    assert two.recv(peek=True).payload == payload
    assert two.recv().payload == payload
    assert is_empty(two)


def test_a_message_larger_than_the_send_buffer_is_refused(connect: Open) -> None:
    one, two = connect(), connect()
    most = one.send_buffer - 32
    with pytest.raises(NetlinkError, match="exceeds the send buffer") as caught:
        one.send(bytes(most + 1), to=two.port, raw=True)
    assert caught.value.errno == errno.EMSGSIZE
    assert one.send(bytes(most), to=two.port, raw=True) == most


def test_nobody_at_the_port(connect: Open) -> None:
    one, two = connect(), connect()
    two.close()
    with pytest.raises(PortRefused, match=f"to port {two.port} on NETLINK_USERSOCK"):
        one.send(b"hello", to=two.port)
    with pytest.raises(ConnectionRefusedError, match="to the kernel"):
        one.send(b"hello")


ECHO = """
import sys
from netlynx.transport.netlink_socket import NetlinkSocket
with NetlinkSocket(2) as sock:
    print(sock.port, flush=True)
    message = sock.recv()
    sock.send(message.text.upper(), to=message.source.portid, sequence=message.sequence)
"""


def test_two_processes_talk(connect: Open) -> None:
    sock = connect()
    with python(ECHO) as peer:
        assert peer.stdout is not None
        port = int(peer.stdout.readline())
        sock.send("hello", to=port, sequence=8)
        assert sock.recv() == Message(sequence=8, portid=port, payload=b"HELLO", source=Source(port))


# ---------------------------------------------------------------------------------------------- multicast


@needs_root
def test_a_group_hears_a_multicast_and_its_sender_does_not(connect: Open) -> None:
    sender, member, other = connect(groups=[2]), connect(groups=[2, 32]), connect(groups=[3])
    sender.send(b"news", group=2)
    assert member.recv() == Message(portid=sender.port, payload=b"news", source=Source(sender.port, groups=0b10))
    sender.send(b"last", group=32)
    assert member.recv().source == Source(sender.port, groups=1 << 31)
    assert all(map(is_empty, (sender, member, other)))


def test_a_multicast_without_members_is_no_error(connect: Open) -> None:
    assert connect().send(b"anybody?", group=31) == 24


@needs_root
def test_a_group_and_a_peer_are_reached_at_once(connect: Open) -> None:
    sender, member, peer = connect(), connect(groups=[2]), connect()
    sender.send(b"both", group=2, to=peer.port)
    assert (member.recv().text, peer.recv().text) == ("both", "both")
    assert is_empty(member)
    assert is_empty(peer)


@needs_root
def test_many_multicasts_need_no_reader_of_their_unicast_leg(connect: Open) -> None:
    sender = connect()
    sender.settimeout(0)
    for _ in range(2000):
        sender.send(bytes(1000), group=1)


@needs_root
def test_multicasting_does_not_take_the_port_that_a_program_expects() -> None:
    code = (
        "import os\n"
        "from netlynx.transport.netlink_socket import NetlinkSocket\n"
        "with NetlinkSocket(2, 77) as sender:\n"
        "    sender.send(b'x', group=1)\n"
        "    with NetlinkSocket(2) as sock:\n"
        "        assert sock.port == os.getpid()\n"
    )
    with python(code):
        pass


@pytest.mark.namespace
@needs_root
def test_a_multicast_on_a_kernel_protocol_leaves_the_kernel_alone(connect: Open) -> None:
    with netns.anonymous() as namespace:
        sender = connect(ROUTE, netns=namespace)
        member = connect(ROUTE, groups=[RTNLGRP_LINK], netns=namespace)
        sender.send(LOOPBACK_UP, group=RTNLGRP_LINK, type=RTM_NEWLINK, flags=NLM_F.REQUEST | NLM_F.ACK)
        assert member.recv().source == Source(sender.port, groups=1)
        assert is_empty(sender)  # no acknowledgement: the request was not for the kernel
        assert is_empty(member)  # and no event


def test_user_space_cannot_send_above_group_32(connect: Open) -> None:
    with pytest.raises(ValueError, match="groups 1 to 32"):
        connect().send(b"", group=33)


@needs_root
def test_joining_and_leaving(connect: Open) -> None:
    sock = connect(ROUTE, groups=[RTNLGRP_LINK])
    sock.join(RTNLGRP_BRVLAN)
    assert sock.memberships() == (RTNLGRP_LINK, RTNLGRP_BRVLAN)
    sock.leave(RTNLGRP_LINK)
    assert sock.groups == (RTNLGRP_BRVLAN,)
    assert sock.getsockname() == (sock.port, 0)  # its mask has no bit for a group above 32


def test_groups_are_numbers_from_1(connect: Open) -> None:
    sock = connect()
    with pytest.raises(ValueError, match="from 1"):
        sock.join(0)


def test_a_group_that_the_protocol_lacks_is_refused(connect: Open) -> None:
    with pytest.raises(NetlinkError, match="join group 99999 on NETLINK_ROUTE") as caught:
        connect(ROUTE).join(99999)
    assert caught.value.errno == errno.EINVAL


@pytest.mark.namespace
@pytest.mark.every_kernel
@needs_root
def test_a_group_above_32_is_told_by_pktinfo(connect: Open) -> None:
    with netns.anonymous() as namespace:
        listener = connect(ROUTE, groups=[RTNLGRP_BRVLAN], netns=namespace)
        listener.pktinfo = True
        try:  # a new bridge tells of its default VLAN
            ip(namespace, "link", "add", "nlx0", "type", "bridge", "vlan_filtering", "1", "vlan_default_pvid", "2")
        except subprocess.CalledProcessError as error:
            pytest.skip(f"no bridges with VLANs here: {error}")
        assert listener.recv().source == Source(portid=0, groups=0, group=RTNLGRP_BRVLAN)


# --------------------------------------------------------------------------------------------- the kernel


@pytest.mark.namespace
def test_the_kernel_lists_its_links(connect: Open) -> None:
    sock = connect("route")
    sock.send(bytes(16), type=RTM_GETLINK, flags=NLM_F.REQUEST | NLM_F.DUMP, sequence=1)
    answers = []
    while not (message := sock.recv()).is_done:
        answers.append(message)
    assert message.errno == 0
    assert [answer.type for answer in answers] == [RTM_NEWLINK] * len(socket.if_nameindex())
    assert all(answer.is_multipart and answer.source == Source(0) for answer in answers)


def test_the_kernel_acknowledges(connect: Open) -> None:
    sock = connect("route")
    sock.send(b"", type=NLMSG.NOOP, flags=NLM_F.REQUEST | NLM_F.ACK, sequence=2)
    message = sock.recv()
    assert (message.is_acknowledgement, message.sequence) == (True, 2)


@pytest.mark.namespace
@needs_root
def test_uevents_are_raw_text(connect: Open) -> None:
    with netns.anonymous() as namespace:
        listener = connect("kobject_uevent", groups=[1], netns=namespace)
        ip(namespace, "link", "add", "nlx0", "type", "veth", "peer", "name", "nlx1")
        message = listener.recv(raw=True)
        assert message.payload.startswith(b"add@/devices/virtual/net/nlx")
        assert message.source == Source(0, groups=1)


# --------------------------------------------------------------------------------------------- namespaces


@pytest.mark.namespace
@needs_root
def test_a_socket_opened_in_a_namespace_stays_there(connect: Open) -> None:
    with netns.anonymous() as namespace:
        here = connect(USERSOCK, 0x7F00_0002)  # a port that nobody inside has; the process ID may be taken in both
        there, peer = connect(netns=namespace), connect(netns=namespace)
        there.send(b"hello", to=peer.port)
        assert peer.recv().text == "hello"
        with pytest.raises(PortRefused):
            there.send(b"hello", to=here.port)


@pytest.mark.namespace
@needs_root
def test_a_multicast_stays_in_the_namespace_of_its_socket(connect: Open) -> None:
    with netns.anonymous() as namespace:
        sender, outside = connect(netns=namespace), connect(groups=[4])
        inside = connect(groups=[4], netns=namespace)
        sender.send(b"hello", group=4)
        assert inside.recv().text == "hello"
        assert is_empty(outside)
