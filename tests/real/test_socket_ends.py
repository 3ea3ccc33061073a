"""Sockets looked up one by one, closed by who does not own them, and heard of when they end: beside `ss`."""

from __future__ import annotations

import socket

import pytest

import netlynx
from conftest import Ip
from netlynx import diag, netns
from netlynx.diag import where
from socket_maker import Maker
from support import PATIENCE

pytestmark = pytest.mark.namespace


def listed(nl: netlynx.Connection, of: socket.socket) -> diag.TcpSocket:
    """The record of a socket of this process."""
    port = of.getsockname()[1]
    peer = of.getpeername()[1] if of.type == socket.SOCK_STREAM and is_connected(of) else 0
    (found,) = nl.dump(diag.tcp((where.source_port == port) & (where.destination_port == peer)))
    return found


def is_connected(of: socket.socket) -> bool:
    try:
        of.getpeername()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6], ids=["inet", "inet6"])
def test_one_socket_is_found_by_what_tells_it(nl: netlynx.Connection, maker: Maker, family: int) -> None:
    listening = maker.listening(family)
    one, _ = maker.connected(listening)
    found = listed(nl, one)
    again = nl.do(diag.socket(found))
    assert (again.cookie, again.inode, again.info.rtt) == (found.cookie, found.inode, found.info.rtt)  # type: ignore[union-attr]
    ends = {"source": found.source, "source_port": found.source_port}
    peer = {"destination": found.destination, "destination_port": found.destination_port}
    assert nl.do(diag.socket("tcp", **ends, **peer)).cookie == found.cookie  # type: ignore[arg-type]
    server = nl.do(diag.socket("tcp", source=found.destination, source_port=found.destination_port))
    assert server.state is diag.SocketState.LISTEN
    with pytest.raises(netlynx.NotFound):
        nl.do(diag.socket("tcp", **ends, **peer, cookie=found.cookie + 1))  # type: ignore[arg-type]
    one.close()
    assert nl.do(diag.socket(found)).state in (diag.SocketState.FIN_WAIT1, diag.SocketState.FIN_WAIT2)
    udp = maker.datagrams(family, connect=True)
    (datagrams,) = nl.dump(diag.udp(where.source_port == udp.getsockname()[1]))
    assert nl.do(diag.socket(datagrams)).cookie == datagrams.cookie
    plain = maker.datagrams(family)
    (plain_one,) = nl.dump(diag.udp(where.source_port == plain.getsockname()[1]))
    assert nl.do(diag.socket(plain_one)).inode == plain_one.inode
    address, port = plain.getsockname()[:2]
    assert nl.do(diag.socket("udp", source=address, source_port=port)).cookie == plain_one.cookie


def test_what_names_no_socket_is_refused(nl: netlynx.Connection) -> None:
    with pytest.raises(netlynx.EncodeError, match="'tpc' is none of tcp, mptcp, udp"):
        diag.socket("tpc", source="127.0.0.1", source_port=1)
    with pytest.raises(netlynx.EncodeError, match="is an IPv4 address, and the family beside it is not"):
        diag.socket("tcp", source="127.0.0.1", source_port=1, destination="::1")
    with pytest.raises(netlynx.EncodeError, match="source and source_port"):
        diag.socket("tcp", source="127.0.0.1", source_port=None)  # type: ignore[call-overload]
    with pytest.raises(netlynx.EncodeError, match=r"diag\.socket\(source_port\): the socket that was listed"):
        diag.socket(diag.TcpSocket(source="127.0.0.1"), source_port=7)  # type: ignore[call-overload]
    for wrong in (diag.MptcpSocket(), diag.sctp(), diag.sockets(), diag.sockets(protocols="unix")):
        with pytest.raises(netlynx.EncodeError, match=r"which\): takes no \w+: the kernel closes those of tcp"):
            diag.destroy(wrong)  # type: ignore[call-overload]
    with pytest.raises(netlynx.EncodeTypeError, match=r"diag\.destroy\(which\)"):
        diag.destroy(netlynx.route.links())  # type: ignore[call-overload]


def test_a_socket_is_closed_by_who_does_not_own_it(nl: netlynx.Connection, ip: Ip, maker: Maker) -> None:
    listening = maker.listening()
    one, other = maker.connected(listening)
    kept, _ = maker.connected(listening)
    found = listed(nl, one)
    dry = nl.do(diag.destroy(found, dry_run=True))
    assert (dry.closed, dry.dry_run) == ((found,), True)
    assert nl.do(diag.socket(found)).state is diag.SocketState.ESTABLISHED
    done = nl.do(diag.destroy(found))
    assert (done.closed, done.gone, done.refused) == ((found,), (), ())
    for each in (one, other):
        each.settimeout(PATIENCE)
        with pytest.raises((ConnectionAbortedError, ConnectionResetError)):
            each.recv(1)
    assert nl.do(diag.destroy(found)).gone == (found,)
    assert f":{one.getsockname()[1]} " not in ip("-tanH state established", tool="ss")
    assert f":{kept.getsockname()[1]} " in ip("-tanH state established", tool="ss")


def test_what_a_listing_finds_is_closed_and_nothing_else(nl: netlynx.Connection, ip: Ip, maker: Maker) -> None:
    listening, another = maker.listening(), maker.listening()
    pairs = [maker.connected(listening) for _ in range(5)]
    kept = [maker.connected(another) for _ in range(3)]
    port = listening.getsockname()[1]
    wanted = diag.tcp((where.destination_port == port) & (where.state == "established"))
    dry = nl.do(diag.destroy(wanted, dry_run=True))
    assert {each.source_port for each in dry.closed} == {one.getsockname()[1] for one, _ in pairs}
    assert nl.count(wanted) == 5
    assert len(nl.do(diag.destroy(wanted)).closed) == 5
    assert nl.count(wanted) == 0
    assert nl.count(diag.tcp(states="established")) == 2 * len(kept)
    udp = maker.datagrams()
    chosen = diag.sockets(where.source_port == udp.getsockname()[1], protocols=["tcp", "udp", "raw"])
    answer = nl.do(diag.destroy(chosen))
    assert [error.asked.partition("(")[0] for error in answer.skipped] in ([], ["diag.raw"])
    assert [type(each).__name__ for each in answer.closed] == ["UdpSocket"]
    ip(f"-K state established dport = :{another.getsockname()[1]}", tool="ss")
    assert nl.count(diag.tcp(where.destination_port == another.getsockname()[1], states="established")) == 0
    assert nl.do(diag.destroy(wanted)) == diag.Destruction()


def test_without_the_privilege_nothing_is_closed(namespace: netns.NetworkNamespace, maker: Maker) -> None:
    import os

    listening = maker.listening()
    maker.connected(listening)
    wanted = diag.tcp(states="established")
    with netlynx.connect(netns=namespace) as nl:
        before = {each.cookie for each in nl.dump(wanted)}
        assert len(before) == 2
    if os.geteuid():
        pytest.skip("root of a user namespace owns what is in it")

    def attempt() -> str:
        os.seteuid(65534)
        try:
            with netlynx.connect() as nobody:
                nobody.do(diag.destroy(wanted))
        except netlynx.PermissionDenied as error:
            return str(error)
        finally:
            os.seteuid(0)
        return "closed"

    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(write, netns.run_in(namespace, attempt).encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as said:
        words = said.read()
    os.waitpid(child, 0)
    assert "It takes CAP_NET_ADMIN" in words
    with netlynx.connect(netns=namespace) as nl:
        assert {each.cookie for each in nl.dump(wanted)} == before


def test_the_kernel_tells_of_sockets_that_end(nl: netlynx.Connection, maker: Maker) -> None:
    listening, six = maker.listening(), maker.listening(socket.AF_INET6)
    (one, _), (two, _) = maker.connected(listening), maker.connected(six)
    with nl.subscribe(diag.DESTROYED_TCP) as ends:
        found = [listed(nl, one), listed(nl, two)]
        for each in found:
            nl.do(diag.destroy(each))
        one.close()
        two.close()
        heard = {}
        while len(heard) < 2:
            event = ends.get(timeout=PATIENCE)
            assert isinstance(event, netlynx.Event)
            record = event.record
            if record.cookie in {each.cookie for each in found}:
                heard[record.cookie] = record
        assert event.kind == "delete"
    for each in found:
        end = heard[each.cookie]
        assert (end.source, end.source_port, end.destination) == (each.source, each.source_port, each.destination)
        assert end.protocol_number == 6
        assert end.unknown == ()
    udp = maker.datagrams()
    with nl.subscribe(diag.DESTROYED_UDP) as ends:
        (record,) = nl.dump(diag.udp())
        udp.close()
        event = ends.get(timeout=PATIENCE)
        assert isinstance(event, netlynx.Event)
        assert (event.record.cookie, event.record.protocol) == (record.cookie, diag.InetProtocol.UDP)
    with pytest.raises(ValueError, match=r"one at a time of diag\.DESTROYED_TCP, diag\.DESTROYED_UDP"):
        nl.subscribe(diag.DESTROYED_TCP, diag.DESTROYED_UDP)
