"""Raw, SCTP and DCCP sockets of a kernel that lists them, which this host's may not: beside `ss`."""

from __future__ import annotations

import socket
from typing import Any

import pytest

import netlynx
from conftest import Ip
from netlynx import diag
from netlynx.diag import where
from socket_maker import Maker

pytestmark = [pytest.mark.namespace, pytest.mark.guest]

IPPROTO_SCTP, SOCK_DCCP, IPPROTO_DCCP = 132, 6, 33  # linux/in.h, linux/net.h


def needs(nl: netlynx.Connection, listing: netlynx.Dump[Any]) -> None:
    """Skip the test where this kernel does not list such sockets."""
    try:
        nl.count(listing)
    except netlynx.NotSupported as error:
        pytest.skip(str(error).splitlines()[0])


def cookies(text: str) -> set[int]:
    """The cookies in what `ss -e` prints."""
    return {int(word.removeprefix("sk:"), 16) for word in text.split() if word.startswith("sk:")}


def test_raw_sockets_are_those_of_ss(nl: netlynx.Connection, ip: Ip, maker: Maker) -> None:
    needs(nl, diag.raw())
    one = maker.socket(kind=socket.SOCK_RAW, protocol=socket.IPPROTO_ICMP)
    one.bind(("127.0.0.1", 0))
    maker.socket(socket.AF_INET6, socket.SOCK_RAW, 99)
    found = nl.dump(diag.raw()).all()
    assert {each.cookie for each in found} == cookies(ip("-wanOHe", tool="ss"))
    assert {(each.family.label, each.source, each.protocol_number, each.source_port) for each in found} == {
        ("inet", "127.0.0.1", 1, 1),
        ("inet6", "::", 99, 99),
    }
    (icmp,) = nl.dump(diag.raw(where.source == "127.0.0.0/8"))
    assert nl.do(diag.socket(icmp)).cookie == icmp.cookie
    assert nl.do(diag.destroy(diag.raw(where.source_port == 99))).closed[0].protocol_number == 99
    assert nl.count(diag.raw()) == 1


def test_of_raw_sockets_none_is_closed_for_another(nl: netlynx.Connection, maker: Maker) -> None:
    needs(nl, diag.raw())
    bound = maker.socket(kind=socket.SOCK_RAW, protocol=socket.IPPROTO_ICMP)
    bound.bind(("127.0.0.1", 0))
    maker.socket(kind=socket.SOCK_RAW, protocol=socket.IPPROTO_ICMP)
    (meant,) = nl.dump(diag.raw(where.source == "127.0.0.1"))
    ((refused, why),) = nl.do(diag.destroy(meant)).refused
    assert refused.cookie == meant.cookie
    assert isinstance(why, netlynx.Ambiguous)
    assert nl.count(diag.raw()) == 2
    there = nl.dump(diag.raw()).all()
    assert len(nl.do(diag.destroy(sorted(there, key=lambda each: each.source != "127.0.0.1"))).closed) == 2
    assert nl.count(diag.raw()) == 0


def test_sctp_associations_have_their_addresses(nl: netlynx.Connection, ip: Ip, maker: Maker) -> None:
    try:
        listening = maker.listening(protocol=IPPROTO_SCTP)
    except OSError as error:
        pytest.skip(f"this kernel has no SCTP: {error}")
    needs(nl, diag.sctp())
    maker.connected(listening, protocol=IPPROTO_SCTP)
    found = nl.dump(diag.sctp()).all()
    port = listening.getsockname()[1]
    assert {each.cookie for each in found} >= cookies(ip("-SanOHe", tool="ss"))
    (server,) = [each for each in found if each.state is diag.SocketState.LISTEN]
    assert server.source_port == port
    ends = [each for each in found if each.info is not None and each.info.state.label == "established"]
    assert len(ends) == 2
    for each in ends:
        assert each.locals == (f"127.0.0.1:{each.source_port}",)
        assert each.peers == (f"127.0.0.1:{each.destination_port}",)
        assert each.info is not None
        assert each.info.primary.startswith("127.0.0.1:")
    assert len(nl.table(diag.sctp())) == len(found)
    with pytest.raises(netlynx.EncodeError, match="takes no SctpSocket"):
        nl.do(diag.destroy(server))


def test_dccp_sockets_are_listed_where_there_are_any(nl: netlynx.Connection, ip: Ip, maker: Maker) -> None:
    try:
        made = maker.socket(kind=SOCK_DCCP, protocol=IPPROTO_DCCP)
    except OSError as error:
        pytest.skip(f"this kernel has no DCCP: {error}")
    needs(nl, diag.dccp())
    made.bind(("127.0.0.1", 0))
    made.listen(1)
    (found,) = nl.dump(diag.dccp(states="listen"))
    assert (found.protocol.label, found.source_port) == ("dccp", made.getsockname()[1])
    assert {found.cookie} == cookies(ip("-danOHe", tool="ss"))


def test_tls_and_subflows_stand_on_top_of_tcp(nl: netlynx.Connection, maker: Maker) -> None:
    listening = maker.listening()
    one, _ = maker.connected(listening)
    try:
        one.setsockopt(socket.IPPROTO_TCP, 31, b"tls")  # TCP_ULP of linux/tcp.h
    except OSError as error:
        pytest.skip(f"this kernel has no TLS: {error}")
    (found,) = nl.dump(diag.tcp(where.source_port == one.getsockname()[1]))
    assert found.upper is not None
    assert found.upper.name == "tls"
    assert found.upper.tls is not None
