"""Sockets on a virtual kernel: the same listings without the real one, and one that does not do what it is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

import netlynx
from netlynx import diag
from netlynx.diag import where
from netlynx.diag.constants import SOCK_DESTROY, SOCK_DIAG_BY_FAMILY
from netlynx.diag.inet import InetRequest
from netlynx.diag.tcp_info import BbrInfo, TcpInfo
from netlynx.errors import NotFound
from netlynx.kernel import Request, Server, VirtualKernel
from netlynx.schema.record import replace_fields
from netlynx.wire.constants import NETLINK

KEYS = [
    *("family", "protocol", "state", "source", "source_port", "destination", "destination_port", "index", "inode"),
    *("uid", "cookie", "mark", "receive_queue", "send_queue"),
]
INFO = {"rtt", "rttvar", "cwnd", "retransmits", "bytes_acked", "bytes_received", "delivery_rate"}


def socket(number: int, **fields: Any) -> diag.TcpSocket:
    usual = {
        "family": "inet",
        "state": "established",
        "source": "192.0.2.1",
        "source_port": 1000 + number,
        "destination": "192.0.2.2",
        "destination_port": 443,
        "cookie": number,
        "info": TcpInfo(rtt=100 * number, cwnd=10),
    }
    return diag.TcpSocket(**{**usual, **fields})


SOCKETS = [
    socket(1),
    socket(2, state="listen", destination="0.0.0.0", destination_port=0, mark=7),
    socket(3, congestion="bbr", bbr=BbrInfo(bandwidth_low=5, bandwidth_high=1)),
    socket(4, family="inet6", source="2001:db8::1", destination="::ffff:192.0.2.9", cookie=1 << 40),
]


@pytest.fixture
def kernel() -> VirtualKernel:
    made = VirtualKernel()
    service = made.serve(NETLINK.SOCK_DIAG)
    there = list(SOCKETS)

    @service.dump(SOCK_DIAG_BY_FAMILY, record=InetRequest, reply=SOCK_DIAG_BY_FAMILY)
    def sockets(request: Request) -> Iterator[diag.TcpSocket]:
        """It heeds the family alone, not the states, nor any program."""
        if request.record.protocol != diag.InetProtocol.TCP:
            raise NotFound(2, "")
        yield from (each for each in there if each.family == request.record.family)

    @service.do(SOCK_DESTROY, record=InetRequest)
    def destroy(request: Request) -> None:
        for each in there:
            if each.cookie == request.record.cookie:
                there.remove(each)
                return
        raise NotFound(2, "")

    return made


def test_the_parts_of_both_families_are_one_table(kernel: VirtualKernel) -> None:
    with netlynx.connect(kernel=kernel) as nl:
        assert [replace_fields(each, unknown=()) for each in nl.dump(diag.tcp())] == SOCKETS
        assert nl.count(diag.tcp()) == len(nl.table(diag.tcp())) == len(SOCKETS)
        assert nl.count(diag.tcp(family="inet6")) == 1

    async def read() -> list[int]:
        async with netlynx.aconnect(kernel=kernel) as nl:
            assert len(await nl.table(diag.tcp())) == len(SOCKETS)
            return [each.cookie async for each in nl.dump(diag.tcp())]

    assert anyio.run(read) == [each.cookie for each in SOCKETS]


def test_what_the_kernel_did_not_compare_is_compared_here(kernel: VirtualKernel) -> None:
    wanted = [
        (diag.tcp(where.source_port == 1003), [3]),
        (diag.tcp(~(where.source_port == 1003) & (where.info.rtt >= 100)), [1, 2, 1 << 40]),
        (diag.tcp(where.destination == "192.0.2.0/24"), [1, 3, 1 << 40]),
        (diag.tcp(where.mark == 7, states="listen"), [2]),
        (diag.tcp(where.mark == 8, states="listen"), []),
        (diag.tcp(states={"listen", "close"}), [2]),
        (diag.tcp().where(port=443, info={"rtt": range(250, 1000)}), [3, 1 << 40]),
        (diag.tcp((where.congestion == "bbr") | (where.source == "2001:db8::/32")), [3, 1 << 40]),
    ]
    with netlynx.connect(kernel=kernel) as nl:
        for listing, cookies in wanted:
            assert [each.cookie for each in nl.dump(listing)] == cookies, str(listing)
            assert nl.count(listing) == len(cookies)


def test_scripts_find_their_keys(kernel: VirtualKernel, tmp_path: Path) -> None:
    place = tmp_path / "kernel.sock"
    with Server(kernel, place), netlynx.connect(kernel=f"unix:{place}") as nl:  # as any other process would
        lines = b"".join(nl.dump(diag.tcp()).json(after=b"\n")).splitlines()
    first, listening, *_, six = map(json.loads, lines)
    assert [*first][: len(KEYS)] == KEYS
    assert first["info"].keys() >= INFO
    assert (first["family"], first["protocol"], first["state"]) == ("inet", "tcp", "established")
    assert (listening["state"], listening["destination"], listening["mark"]) == ("listen", "0.0.0.0", 7)
    assert (six["family"], six["source"], six["destination"]) == ("inet6", "2001:db8::1", "::ffff:192.0.2.9")
    assert (six["cookie"], six["mark"], first["info"]["rtt"]) == (1 << 40, None, 100)


def test_the_words_of_states_are_those_of_ss() -> None:
    known = {
        *("established", "syn-sent", "syn-recv", "fin-wait-1", "fin-wait-2", "time-wait", "close", "close-wait"),
        *("last-ack", "listen", "closing", "new-syn-recv", "bound-inactive"),
    }
    assert {each.label for each in diag.SocketState} == known
    assert diag.tcp(states="FIN_WAIT_2").payload == diag.tcp(states="fin-wait-2").payload == diag.tcp(states=5).payload
    assert BbrInfo(bandwidth_low=5, bandwidth_high=1).bandwidth == (1 << 32) + 5


def test_what_became_of_each_is_told(kernel: VirtualKernel) -> None:
    with netlynx.connect(kernel=kernel) as nl:
        listing = diag.tcp(where.destination_port == 443)
        found = nl.dump(listing).all()
        nl.do(diag.destroy(found[0]))
        assert nl.do(diag.destroy(found[0])).gone == (found[0],)
        done = nl.do(diag.destroy(listing))
        assert [each.cookie for each in done.closed] == [3, 1 << 40]
        assert nl.count(diag.tcp()) == 1
        skipped = nl.dump(diag.sockets(protocols=["tcp", "udp"]))
        assert len(skipped.all()) == 1
        assert [error.asked for error in skipped.skipped] == ["diag.udp()"]


def test_several_listings_are_read_as_one_in_tasks_too(kernel: VirtualKernel) -> None:
    async def read() -> None:
        async with netlynx.aconnect(kernel=kernel) as nl:
            listed = nl.dump(diag.sockets(protocols=["udp", "tcp"]))
            assert [each.cookie async for each in listed] == [each.cookie for each in SOCKETS]
            assert [error.asked for error in listed.skipped] == ["diag.udp()"]
            assert len(await listed.all()) == len(SOCKETS)
            assert len(listed.skipped) == 1
            done = await nl.do(diag.destroy(diag.tcp(where.state == "listen")))
            assert [each.cookie for each in done.closed] == [2]
            pieces = [bytes(piece) async for piece in nl.dump(diag.sockets(protocols="tcp")).json(between=b",")]
            assert len(json.loads(b"[" + b"".join(pieces) + b"]")) == len(SOCKETS) - 1

    anyio.run(read)


def test_a_part_that_fails_for_another_reason_ends_the_dump() -> None:
    kernel = VirtualKernel()
    service = kernel.serve(NETLINK.SOCK_DIAG)

    @service.dump(SOCK_DIAG_BY_FAMILY, record=InetRequest, reply=SOCK_DIAG_BY_FAMILY)
    def sockets(request: Request) -> Iterator[diag.TcpSocket]:
        raise netlynx.PermissionDenied(1, "not today")

    match = r"diag\.tcp\(\): not today"
    with netlynx.connect(kernel=kernel) as nl, pytest.raises(netlynx.PermissionDenied, match=match):
        nl.dump(diag.sockets(protocols="tcp")).all()


def test_a_struct_that_is_shorter_or_longer_is_read_as_far_as_it_goes() -> None:
    whole = TcpInfo(rtt=5, cwnd=7, delivery_rate=9, ecn_mode="accecn")  # type: ignore[arg-type]
    data = whole.to_bytes()
    assert len(data) == 280
    for size in (104, 144, 192, 232, 248):
        short = TcpInfo.from_bytes(data[:size])
        assert (short.rtt, short.cwnd, short.total_rto) == (5, 7, 0)
        assert short.delivery_rate == (9 if size >= 168 else 0)
    assert TcpInfo.from_bytes(data + b"new!").tail == b"new!"
    assert TcpInfo.from_bytes(data).ecn_mode.label == "accecn"
