"""Clients that send garbage, stall, open half or die: nobody else notices, and nothing is left of them."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import netlynx
import support
from netlynx.kernel import Credentials, Server, VirtualKernel
from netlynx.kernel import session as session_module
from netlynx.transport.bridge_calls import (
    PACKET_MAX,
    PART_MAX,
    Bind,
    GetOption,
    MakeSocket,
    Name,
    Numbered,
    Open,
    Part,
    Receive,
    Rest,
    Send,
    SetOption,
    decode_reply,
    encode,
)
from netlynx.transport.option_values import SO_ATTACH_FILTER
from support import PATIENCE, until

USERSOCK = 2
CALLS = [
    Numbered(1, MakeSocket("", USERSOCK, socket.SOCK_RAW)),
    Numbered(2, Bind((77, 1))),
    Numbered(3, Name()),
    Numbered(4, Send(0, b"hello", (), 0, (77, 0), False)),
    Numbered(5, Part(0, bytes(100))),
    Numbered(6, Receive(100, 100, 0)),
    Numbered(7, GetOption(socket.SOL_SOCKET, socket.SO_RCVBUF, 4)),
    Numbered(8, SetOption(socket.SOL_SOCKET, socket.SO_RCVBUF, bytes(4))),
    Numbered(9, Rest()),
    Numbered(10, Open("", USERSOCK, 0, ())),
]


@contextlib.contextmanager
def client(server: Server) -> Iterator[socket.socket]:
    """A connection that has been greeted, for saying whatever one likes."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as sock:
        sock.settimeout(PATIENCE)
        sock.connect(server.path)
        assert decode_reply(sock.recv(PACKET_MAX)).failure is None
        yield sock


def say(sock: socket.socket, numbered: Numbered) -> bytes:
    """Make a call and return its reply's body; it must be carried out."""
    sock.send(encode(numbered))
    while (reply := decode_reply(sock.recv(PACKET_MAX))).number != numbered.number:
        pass
    assert reply.failure is None
    return reply.body


def is_served(server: Server) -> None:
    """Another client gets what it wants."""
    with netlynx.NetlinkSocket(USERSOCK, port=4242, kernel=f"unix:{server.path}") as sock:
        sock.settimeout(PATIENCE)
        sock.send(b"me", to=4242)
        assert sock.recv().payload == b"me"


def nothing_is_left(server: Server, descriptors: int, threads: int) -> None:
    until(lambda: server.connections == 0)
    until(lambda: support.descriptors() <= descriptors)
    until(lambda: threading.active_count() <= threads)
    assert server.kernel.sockets() == []


@pytest.fixture
def left(server: Server) -> Iterator[None]:
    """Nothing is left of any client at the end of the test."""
    descriptors, threads = support.descriptors(), threading.active_count()
    yield
    is_served(server)
    nothing_is_left(server, descriptors, threads)


@pytest.mark.usefixtures("left")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(min_size=1, max_size=200), max_size=3), st.booleans())
def test_random_bytes_end_the_connection_and_nothing_else(server: Server, packets: list[bytes], begun: bool) -> None:
    with client(server) as sock:
        if begun:
            say(sock, CALLS[0])
        with contextlib.suppress(OSError):  # it has ended by then
            for packet in packets:
                sock.send(packet)
    is_served(server)


@pytest.mark.usefixtures("left")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_calls_that_were_damaged_harm_nobody(server: Server, data: st.DataObject) -> None:
    packets = [bytearray(encode(call)) for call in data.draw(st.lists(st.sampled_from(CALLS), max_size=4))]
    for packet in packets:
        packet[data.draw(st.integers(0, len(packet) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with client(server) as sock, contextlib.suppress(OSError):
        say(sock, CALLS[0])
        for packet in packets:
            sock.send(packet)
    is_served(server)


_numbers = st.integers(-(2**31), 2**31)
_ports = st.integers(0, 2**32 - 1)
_calls = st.one_of(
    st.builds(GetOption, _numbers, _numbers, _numbers),
    st.builds(SetOption, st.sampled_from([1, 270]), st.integers(0, 80), st.binary(max_size=20)),
    st.builds(Receive, _numbers, _numbers, _numbers),
    st.builds(
        Send, _numbers, st.binary(max_size=9), st.just(()), _numbers, st.tuples(_numbers, _numbers), st.booleans()
    ),
    st.builds(Part, st.integers(0, 9), st.binary(max_size=9)),
    st.builds(Bind, st.tuples(_ports, _ports)),
    st.just(Rest()),
)


@pytest.mark.usefixtures("left")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_calls, max_size=8))
def test_calls_with_any_numbers_in_them_harm_nobody(server: Server, calls: list[object]) -> None:
    with client(server) as sock, contextlib.suppress(OSError):
        say(sock, CALLS[0])
        for number, call in enumerate(calls, 2):
            sock.send(encode(Numbered(number, call)))  # type: ignore[arg-type]  # any call, in or out of range
    is_served(server)
    assert not [text for text in server.kernel.messages.texts() if text.startswith("Traceback")]


@pytest.mark.usefixtures("left")
@pytest.mark.parametrize(
    ("packet", "words"),
    [
        (b"\xc1garbage", "is not a call"),
        (bytes(PACKET_MAX + 1), "is the most"),
        (encode(Numbered(2, Name())), "before there was a socket"),
        (msgspec.msgpack.encode([1, [99]]), "is not a call"),
    ],
)
def test_it_is_told_what_was_wrong(server: Server, packet: bytes, words: str) -> None:
    with client(server) as sock:
        sock.send(packet)
        failure = decode_reply(sock.recv(PACKET_MAX)).failure
        assert failure is not None
        assert words in failure.message
        assert sock.recv(1) == b""


@pytest.mark.usefixtures("left")
@pytest.mark.parametrize(
    "numbered",
    [
        Numbered(2, MakeSocket("", USERSOCK, socket.SOCK_RAW)),
        Numbered(2, Send(5, b"hello", (), 0, (77, 0), False)),
        Numbered(2, Part(5, b"hello")),
        Numbered(2, SetOption(socket.SOL_SOCKET, SO_ATTACH_FILTER, b"\1" + bytes(15))),
    ],
)
def test_what_no_client_says_ends_the_connection(server: Server, numbered: Numbered) -> None:
    with client(server) as sock:
        say(sock, CALLS[0])
        sock.send(encode(numbered))
        assert decode_reply(sock.recv(PACKET_MAX)).failure is not None
        assert sock.recv(1) == b""


@pytest.mark.usefixtures("left")
def test_descriptors_that_are_sent_along_are_closed(server: Server) -> None:
    with client(server) as sock, open(os.devnull) as file:
        before = support.descriptors()
        socket.send_fds(sock, [encode(CALLS[0])], [file.fileno()] * 100)
        assert decode_reply(sock.recv(PACKET_MAX)).failure is None
        assert support.descriptors() == before


@pytest.mark.usefixtures("left")
def test_who_never_reads_keeps_but_its_own_thread(server: Server) -> None:
    with client(server) as stalled:
        say(stalled, CALLS[0])
        stalled.settimeout(0.2)
        with contextlib.suppress(TimeoutError):
            while True:
                stalled.send(encode(CALLS[2]))
        is_served(server)


@pytest.mark.usefixtures("left")
def test_who_never_reads_its_multicasts_loses_them_and_nobody_else_does(server: Server) -> None:
    at = f"unix:{server.path}"
    with (
        client(server) as stalled,
        netlynx.NetlinkSocket(USERSOCK, kernel=at, groups=[1]) as good,
        netlynx.NetlinkSocket(USERSOCK, kernel=at) as sender,
    ):
        say(stalled, Numbered(1, Open("", USERSOCK, 77, (1,))))
        for number in range(1000):
            sender.send(str(number), group=1)
            assert good.recv().text == str(number)
        (sock,) = [sock for sock in server.kernel.sockets() if sock.portid == 77]
        assert sock.drops > 500


@pytest.mark.usefixtures("left")
def test_a_message_without_end_takes_no_more_than_a_send_buffer(server: Server) -> None:
    with client(server) as sock:
        say(sock, CALLS[0])
        for number in range(100):
            say(sock, Numbered(number + 2, Part(number * PART_MAX, bytes(PART_MAX))))
        sock.send(encode(Numbered(200, Send(100 * PART_MAX, b"x", (), 0, (77, 0), False))))
        failure = decode_reply(sock.recv(PACKET_MAX)).failure
        assert failure is not None
        assert os.strerror(failure.errno) == "Message too long"


def test_who_asks_for_no_socket_is_sent_away(
    kernel: VirtualKernel, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "_HANDSHAKE", 0.05)
    with Server(kernel, f"{tmp_path}/k") as server, client(server) as idle, client(server) as active:
        say(active, CALLS[0])
        assert idle.recv(1) == b""
        until(lambda: server.connections == 1)
        say(active, Numbered(2, Name()))


@pytest.mark.usefixtures("left")
def test_clients_that_come_and_die_leave_nothing(server: Server) -> None:
    for number in range(200):
        with client(server) as sock:
            for numbered in (CALLS[0], Numbered(2, Bind((number + 1, 1))), CALLS[2])[: number % 4]:
                say(sock, numbered)
            if number % 3 == 0:
                sock.send(encode(CALLS[3]))  # gone before the answer is there


@pytest.mark.usefixtures("left")
def test_two_hundred_clients_at_once_that_die_together_leave_nothing(server: Server) -> None:
    with contextlib.ExitStack() as stack:
        for number in range(200):
            sock = stack.enter_context(client(server))
            say(sock, Numbered(1, Open("", USERSOCK, number + 1, (1,))))
        assert len(server.kernel.sockets()) == 200
        is_served(server)


def test_those_beyond_the_limit_are_refused_until_there_is_room(kernel: VirtualKernel, tmp_path: object) -> None:
    with Server(kernel, f"{tmp_path}/k", limit=3) as server:
        at = f"unix:{server.path}"
        socks = [netlynx.NetlinkSocket(USERSOCK, kernel=at) for _ in range(3)]
        with pytest.raises(netlynx.NetlinkError, match="it serves 3 sockets, its limit"):
            netlynx.NetlinkSocket(USERSOCK, kernel=at)
        with pytest.raises(netlynx.NetlinkError, match="its limit"), netlynx.connect(kernel=at) as nl:
            nl._pool.lease(USERSOCK)
        socks.pop().close()
        until(lambda: server.connections == 2)
        is_served(server)
        for sock in socks:
            sock.close()


def test_a_rule_for_credentials_that_fails_refuses_the_client_and_is_logged(
    kernel: VirtualKernel, tmp_path: object
) -> None:
    def rule(pid: int, uid: int, gid: int) -> Credentials:
        raise LookupError("nobody knows")

    with Server(kernel, f"{tmp_path}/k", credentials=rule) as server:
        for _ in range(2):
            with pytest.raises(PermissionError, match="its rule for credentials failed"):
                netlynx.NetlinkSocket(USERSOCK, kernel=f"unix:{server.path}")
        assert "nobody knows" in kernel.messages.texts()[0]
