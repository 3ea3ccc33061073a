"""L2TP: what each verb sends, what it looks at first, and what is refused."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import netlynx
from netlynx import EncodeError, l2tp
from netlynx.kernel import Request, VirtualKernel
from netlynx.l2tp import L2tp, Session, Statistics, Tunnel

ENDS: dict[str, Any] = {"local": "192.0.2.1", "remote": "192.0.2.2"}
UDP = Tunnel(id=1, peer_id=2, **ENDS, local_port=5000, remote_port=6000)
SIX = UDP.replace(local="2001:db8::1", remote="2001:db8::2")
EAST = Session(tunnel_id=1, id=11, peer_id=12, name="east", cookie=bytes(4))


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as made:
        yield made


# What Linux 6.12 answers to L2TP_CMD_TUNNEL_GET and L2TP_CMD_SESSION_GET after
#   ip l2tp add tunnel tunnel_id 1 peer_tunnel_id 2 encap udp local 192.0.2.1 remote 192.0.2.2 udp_sport 5000 \
#     udp_dport 6000 udp_csum on
#   ip l2tp add session name east tunnel_id 1 session_id 11 peer_session_id 12 cookie 0011223344556677 \
#     peer_cookie deadbeef seq both
TUNNEL = bytes.fromhex(
    "040100000500070003000000080009000100000008000a0002000000080011000000000006000200000000007c001e000c000100"
    "00000000000000000c00020000000000000000000c00030000000000000000000c00040000000000000000000c00050000000000"
    "000000000c00060000000000000000000c000a0000000000000000000c00070000000000000000000c0008000000000000000000"
    "0c000b00000000000000000005000d000100000006001a008813000006001b007017000008001800c000020108001900c0000202"
)
SESSION = bytes.fromhex(
    "08010000080009000100000008000b000b00000008000a000200000008000c000c00000008001100000000000600010005000000"
    "0900080065617374000000000c000f00001122334455667708001000deadbeef0500120001000000050013000100000005001400"
    "000000007c001e000c00010000000000000000000c00020000000000000000000c00030000000000000000000c00040000000000"
    "000000000c00050000000000000000000c00060000000000000000000c000a0000000000000000000c0007000000000000000000"
    "0c00080000000000000000000c000b000000000000000000"
)


def test_what_the_kernel_says_is_read() -> None:
    tunnel, session = Tunnel.from_bytes(TUNNEL), Session.from_bytes(SESSION)
    said = UDP.replace(version=3, encapsulation="udp", udp_checksum=True)
    assert {name: getattr(tunnel, name) for name in UDP.__declarations__ if name != "statistics"} == {
        name: getattr(said, name) for name in UDP.__declarations__ if name != "statistics"
    }
    assert (session.tunnel_id, session.id, session.peer_tunnel_id, session.peer_id) == (1, 11, 2, 12)
    assert (session.name, str(session.pseudowire)) == ("east", "eth")
    assert (session.cookie, session.peer_cookie) == (bytes.fromhex("0011223344556677"), bytes.fromhex("deadbeef"))
    assert (session.receive_sequence, session.send_sequence, session.lns_mode) == (True, True, False)
    for each in (tunnel, session):
        assert each.statistics is not None
        assert {getattr(each.statistics, name) for name in Statistics().__declarations__} == {0}


def sent(operation: Any) -> Any:
    """The record of a request."""
    return operation.request


def test_what_is_sent() -> None:
    tunnel = sent(l2tp.add(UDP))
    assert (tunnel.version, str(tunnel.encapsulation), tunnel.udp_checksum) == (3, "udp", None)
    # That the attribute is there is what the kernel looks at, whatever its value is.
    assert sent(l2tp.add(UDP.replace(udp_checksum=False))).udp_checksum is None
    assert sent(l2tp.add(UDP.replace(udp_checksum=True))).udp_checksum is True
    assert sent(l2tp.add(Tunnel(id=1, peer_id=2, fd=7))).fd == 7
    assert str(sent(l2tp.add(EAST)).pseudowire) == "eth"
    assert sent(l2tp.change(Session(tunnel_id=1, id=11, lns_mode=True))).peer_id is None


@pytest.fixture
def stand_in(kernel: VirtualKernel) -> dict[str, list[Any]]:
    """A kernel with a tunnel of L2TPv2 and a session, and what was asked of it that changes something."""
    asked: dict[str, list[Any]] = {}
    service = kernel.family(L2tp)
    counted = Statistics(tx_packets=5)
    service.handles(L2tp.tunnel)(lambda request: UDP.replace(version=2, statistics=counted))
    service.handles(L2tp.session)(lambda request: EAST.replace(peer_tunnel_id=2, statistics=counted, lns_mode=False))
    service.handles(L2tp.sessions)(
        lambda request: iter([EAST.replace(peer_tunnel_id=2, statistics=counted, lns_mode=False)])
    )
    for name in ("add_session", "change_session", "delete_session", "delete_tunnel"):
        asked[name] = []
        service.handles(getattr(L2tp, name))(lambda request, into=asked[name]: into.append(request.record))
    return asked


def test_what_was_read_is_looked_at_before_it_goes(kernel: VirtualKernel, stand_in: dict[str, list[Any]]) -> None:
    with netlynx.connect(kernel=kernel) as nl:
        (read,) = nl.dump(l2tp.sessions())
        nl.do(l2tp.delete(read))
        nl.do(l2tp.change(read.replace(lns_mode=True)))
        nl.do(l2tp.delete(Tunnel(id=1, peer_id=2)))
        for wrong in (l2tp.delete(read.replace(peer_id=9)), l2tp.delete(Session(tunnel_id=1, id=11, name="west"))):
            with pytest.raises(netlynx.NotFound, match=r"the one with this ID has (peer_id 12|name east) by now"):
                nl.do(wrong)
        ppp = Session(tunnel_id=1, id=12, peer_id=13, pseudowire="ppp")
        nl.do(l2tp.add(ppp))
        with pytest.raises(EncodeError, match=r"Session.cookie: tunnel 1 is of L2TPv2, which has none"):
            nl.do(l2tp.add(ppp.replace(cookie=bytes(4))))
    key = Session(tunnel_id=1, id=11)
    assert stand_in["delete_session"] == [key]
    assert stand_in["change_session"] == [key.replace(lns_mode=True)]
    assert stand_in["delete_tunnel"] == [Tunnel(id=1)]
    assert stand_in["add_session"] == [ppp]


@pytest.mark.parametrize(
    ("operation", "number", "words"),
    [
        (l2tp.add(UDP), errno.EADDRNOTAVAIL, "192.0.2.1 is no address of this network namespace"),
        (l2tp.add(UDP), errno.EADDRINUSE, "Another socket has this address and port"),
        (l2tp.add(EAST), errno.ENODEV, "There is no tunnel with this ID"),
        (l2tp.add(EAST), errno.EPROTONOSUPPORT, "This kernel carries no eth"),
        (l2tp.delete(Session(tunnel_id=1, id=9)), errno.ENODEV, "There is no such session"),
        (l2tp.tunnel(9), errno.ENODEV, "There is no tunnel with this ID"),
    ],
)
def test_refusals_say_why(kernel: VirtualKernel, operation: Any, number: int, words: str) -> None:
    service = kernel.family(L2tp)

    def refuse(request: Request) -> None:
        raise netlynx.NetlinkError(number)

    service.handles(getattr(L2tp, operation.name.rpartition(".")[2]))(refuse)
    with netlynx.connect(kernel=kernel) as nl, pytest.raises(netlynx.NetlinkError, match=words):
        nl.do(operation)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: l2tp.add(Tunnel(peer_id=2)), r"Tunnel.id: a tunnel has an ID at each end"),
        (lambda: l2tp.add(UDP.replace(peer_id=0)), r"Tunnel.peer_id: a tunnel has an ID at each end"),
        (lambda: l2tp.add(UDP.replace(version=4)), r"Tunnel.version: there are L2TPv2 and L2TPv3, not 4"),
        (lambda: l2tp.add(UDP.replace(version=2, encapsulation="ip")), r"Tunnel.version: L2TPv2 travels in UDP"),
        (lambda: l2tp.add(UDP.replace(local_port=None)), r"Tunnel.local_port: a tunnel in UDP has a port at each end"),
        (lambda: l2tp.add(UDP.replace(encapsulation="ip")), r"Tunnel.local_port: a tunnel in IP packets has none"),
        (lambda: l2tp.add(UDP.replace(remote=None)), r"Tunnel.remote: a tunnel has an address at each end"),
        (lambda: l2tp.add(UDP.replace(remote="2001:db8::2")), r"Tunnel.remote: both ends are of one family"),
        (lambda: l2tp.add(UDP.replace(zero_checksum_sent=True)), r"Tunnel.zero_checksum_sent: it is for IPv6"),
        (lambda: l2tp.add(SIX.replace(udp_checksum=True)), r"Tunnel.udp_checksum: it is for IPv4"),
        (lambda: l2tp.add(UDP.replace(fd=3)), r"Tunnel.fd: the socket says it: leave local out"),
        (lambda: l2tp.add(UDP.replace(statistics=Statistics())), r"Tunnel.statistics: the kernel tells this"),
        (lambda: l2tp.add(EAST.replace(peer_id=None)), r"Session.peer_id: a session has an ID at each end"),
        (lambda: l2tp.add(EAST.replace(cookie=b"123")), r"Session.cookie: a cookie has 4 or 8 bytes, not 3"),
        (lambda: l2tp.add(EAST.replace(pseudowire="ip")), r"Session.pseudowire: kernels carry eth and ppp"),
        (lambda: l2tp.change(Session(tunnel_id=1, id=1)), r"Session: say what it is to be: receive_sequence"),
        (lambda: l2tp.change(UDP), r"of a tunnel nothing can be changed"),  # type: ignore[arg-type]
        (lambda: l2tp.delete(Session(id=1)), r"Session.tunnel_id: a session is known by the IDs"),
        (lambda: l2tp.delete(Tunnel(id=1, fd=3)), r"Tunnel.fd: no tunnel and no session is told by it"),
        (lambda: l2tp.delete(Statistics()), r"takes a Tunnel or a Session, not a Statistics"),  # type: ignore[arg-type]
        (lambda: l2tp.session(1), r"give the IDs of the tunnel and of the session, or the name of its link"),
        (lambda: l2tp.session(1, 2, name="east"), r"the kernel would look at the name alone"),
    ],
)
def test_what_cannot_be_sent_says_why(made: Callable[[], Any], words: str) -> None:
    with pytest.raises(EncodeError, match=words):
        made()
