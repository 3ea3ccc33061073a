"""The options of the plain socket, each shown by what the real kernel then does."""

from __future__ import annotations

import errno
import struct
import sys

import pytest

from netlynx import netns
from netlynx.errors import (
    NetlinkError,
    NotFound,
    PermissionDenied,
)
from netlynx.transport.netlink_socket import NetlinkSocket
from netlynx.wire.constants import NLM_F
from netlynx.wire.message import Attribute, Message, Source, parse_acknowledgement
from support import Open, is_empty, needs_root

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="netlink is Linux")

ROUTE = 0
RTM_NEWLINK, RTM_GETLINK, RTM_NEWNSID = 16, 18, 88  # linux/rtnetlink.h
NETNSA_NSID, NETNSA_FD = 1, 3  # linux/net_namespace.h
RTNLGRP_LINK = 1
IFF_UP = 1  # linux/if.h
LOOPBACK_UP = struct.pack("=BBHiII", 0, 0, 0, 1, IFF_UP, IFF_UP)  # struct ifinfomsg


@pytest.mark.parametrize("name", ["pktinfo", "broadcast_error", "no_enobufs", "cap_ack", "ext_ack", "strict_check"])
def test_an_option_reads_as_it_was_set(name: str, connect: Open) -> None:
    sock = connect(ROUTE)
    for value in (True, False):
        setattr(sock, name, value)
        assert getattr(sock, name) is value


def test_pktinfo_names_the_group(connect: Open) -> None:
    one, two = connect(), connect()
    two.pktinfo = True
    one.send(b"x", to=two.port)
    assert two.recv().source == Source(one.port, group=0)


@pytest.mark.namespace
@needs_root
def test_another_namespace_is_heard_with_its_id(connect: Open) -> None:
    with netns.anonymous() as home, netns.anonymous() as other:
        listener = connect(ROUTE, groups=[RTNLGRP_LINK], netns=home)
        listener.listen_all_nsid = True
        assert listener.listen_all_nsid
        request = bytes(4)  # struct rtgenmsg
        request += Attribute(NETNSA_NSID, struct.pack("=i", 7)).pack()
        request += Attribute(NETNSA_FD, struct.pack("=I", other.fileno())).pack()
        ask(connect(ROUTE, netns=home), RTM_NEWNSID, request)
        ask(connect(ROUTE, netns=other), RTM_NEWLINK, LOOPBACK_UP)
        assert listener.recv().source == Source(portid=0, groups=1, nsid=7)
        ask(connect(ROUTE, netns=home), RTM_NEWLINK, LOOPBACK_UP)
        assert listener.recv().source == Source(portid=0, groups=1, nsid=None)


def ask(sock: NetlinkSocket, type: int, payload: bytes) -> None:
    sock.send(payload, type=type, flags=NLM_F.REQUEST | NLM_F.ACK)
    assert parse_acknowledgement(sock.recv()).errno == 0


@pytest.mark.namespace
def test_an_error_repeats_the_request_unless_capped(connect: Open) -> None:
    sock = connect(ROUTE)
    request = struct.pack("=BBHiII", 0, 0, 0, 0, 0, 0)  # neither index nor name
    said = []
    for capped in (False, True):
        sock.cap_ack = capped
        sock.send(request, type=RTM_GETLINK, flags=NLM_F.REQUEST, sequence=5)
        said.append(parse_acknowledgement(sock.recv()))
    assert [ack.errno for ack in said] == [errno.EINVAL, errno.EINVAL]
    assert [ack.payload for ack in said] == [request, None]
    head = said[0].request
    assert head is not None
    assert (head.length, head.type, head.sequence, head.portid) == (32, RTM_GETLINK, 5, sock.port)


@pytest.mark.namespace
def test_the_kernel_says_why_with_extended_acknowledgements(connect: Open) -> None:
    sock = connect(ROUTE)
    sock.ext_ack = sock.strict_check = True
    sock.send(LOOPBACK_UP, type=RTM_GETLINK, flags=NLM_F.REQUEST | NLM_F.DUMP)
    message = sock.recv()
    said = parse_acknowledgement(message)
    assert said.errno == errno.EINVAL
    assert "header" in said.text
    assert said.message(message.sequence, message.portid) == Message(
        message.type, message.flags, message.sequence, message.portid, message.payload
    )


def test_buffers_read_back_doubled(connect: Open) -> None:
    sock = connect()
    sock.receive_buffer, sock.send_buffer = 50_000, 60_000
    assert (sock.receive_buffer, sock.send_buffer) == (100_000, 120_000)


FILTER_Y = [
    (0x30, 0, 0, 16),  # A = byte 16, the first of the payload
    (0x15, 0, 1, ord("y")),  # skip one instruction unless it is "y"
    (0x06, 0, 0, 0xFFFFFFFF),  # keep everything
    (0x06, 0, 0, 0),  # keep nothing
]


def test_a_filter_chooses_what_is_received(connect: Open) -> None:
    one, two = connect(), connect()
    two.attach_filter(FILTER_Y)
    for word in ("no", "yes", "never"):
        one.send(word, to=two.port)
    assert two.recv().text == "yes"
    assert is_empty(two)
    two.detach_filter()
    one.send("no", to=two.port)
    assert two.recv().text == "no"
    with pytest.raises(NotFound):
        two.detach_filter()


def test_a_locked_filter_stays(connect: Open) -> None:
    sock = connect()
    sock.attach_filter(FILTER_Y)
    sock.lock_filter()
    with pytest.raises(PermissionDenied):
        sock.detach_filter()


def test_a_wrong_filter_is_refused(connect: Open) -> None:
    with pytest.raises(NetlinkError, match="filter of 1 instructions") as caught:
        connect().attach_filter(FILTER_Y[:1])
    assert caught.value.errno == errno.EINVAL
