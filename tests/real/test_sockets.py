"""Sockets of a real kernel, read beside `ss`."""

from __future__ import annotations

import json
import re
import socket
from typing import Any

import pytest

import netlynx
from conftest import Ip
from netlynx import diag, netns
from socket_maker import Maker

pytestmark = pytest.mark.namespace

STATES = {
    "ESTAB": "established",
    "LISTEN": "listen",
    "UNCONN": "close",
    "TIME-WAIT": "time-wait",
    "FIN-WAIT-2": "fin-wait-2",
    "CLOSE-WAIT": "close-wait",
    "SYN-SENT": "syn-sent",
}


def address(record: Any, end: str) -> str:
    """An end as `ss -n` writes it."""
    host, port = getattr(record, end), getattr(record, f"{end}_port")
    shown = "*" if host == "::" and not record.v6only and end == "source" else f"[{host}]" if ":" in host else host
    return f"{shown}:{port or '*'}"


def by_ss(ip: Ip, options: str) -> list[dict[str, str]]:
    """The rows of `ss`, with the words that have a colon by what stands before it."""
    rows = []
    for line in ip(options, tool="ss").splitlines():
        state, receive, send, source, destination, *rest = line.split()
        row = {"state": STATES[state], "receive": receive, "send": send, "source": source, "destination": destination}
        words = " ".join(rest)
        row |= dict(re.findall(r"(\S+?):(\S+)", words))
        row["words"] = words
        rows.append(row)
    return rows


def some_of_all(maker: Maker) -> None:
    four, six = maker.listening(), maker.listening(socket.AF_INET6)
    both = maker.listening(socket.AF_INET6, "::")
    maker.listening(socket.AF_INET6, "::", options={(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY): 1})
    one, other = maker.connected(four)
    one.sendall(b"x" * 5000)
    other.sendall(b"y" * 300)
    other.recv(1000)
    maker.connected(six, lambda each: each.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, 0x2A))
    maker.connected(both, address="127.0.0.1")
    maker.connected(four, lambda each: each.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1))
    half, _ = maker.connected(four)
    half.shutdown(socket.SHUT_WR)
    maker.connected(four, lambda each: each.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 0x20))
    maker.settle()


def test_tcp_sockets_are_those_of_ss(nl: netlynx.Connection, ip: Ip, maker: Maker) -> None:
    some_of_all(maker)
    rows = {row["sk"]: row for row in by_ss(ip, "-tanOHinem")}
    found = nl.dump(diag.tcp()).all()
    assert len(found) == len(rows) >= 14
    assert {f"{each.cookie:x}" for each in found} == rows.keys()
    for each in found:
        row = rows[f"{each.cookie:x}"]
        assert each.state.label == row["state"]
        assert (address(each, "source"), address(each, "destination").replace("[::]:*", "*:*")) == (
            row["source"],
            row["destination"].replace("[::]:*", "*:*"),
        ), row
        assert (each.receive_queue, each.send_queue) == (int(row["receive"]), int(row["send"]))
        assert each.inode == int(row.get("ino", 0))
        assert each.uid == int(row.get("uid", 0))
        assert (each.mark or 0) == int(row.get("fwmark", "0"), 0)
        assert each.congestion in row["words"].split()
        memory = each.memory
        assert memory is not None
        said = f"r{memory.receive_allocated},rb{memory.receive_buffer},t{memory.send_allocated},tb{memory.send_buffer}"
        assert row["skmem"].startswith(f"({said},f{memory.forward_allocated},w{memory.send_queued},")
        info = each.info
        assert info is not None
        assert info.cwnd == int(row["cwnd"])
        if info.rtt:
            assert info.rtt / 1000 == float(row["rtt"].partition("/")[0])
            assert f"{info.send_window_scale},{info.receive_window_scale}" == row["wscale"]
        assert info.bytes_acked == int(row.get("bytes_acked", 0))
        assert info.bytes_received == int(row.get("bytes_received", 0))
        assert info.delivery_rate_app_limited == ("app_limited" in row["words"].split())


def test_columns_json_and_conditions_say_what_records_say(nl: netlynx.Connection, maker: Maker) -> None:
    some_of_all(maker)
    listing = diag.tcp()
    found = {each.cookie: each for each in nl.dump(listing)}
    table = nl.table(listing)
    assert len(table) == len(found)
    assert nl.count(listing.where(state="listen")) == 4
    assert nl.count(listing.where(source="127.0.0.0/8", info={"cwnd": range(1, 1000)})) >= 9
    assert nl.count(listing.where(destination="::ffff:127.0.0.1")) == 1
    assert nl.count(listing.where(protocol="tcp", v6only=True)) == 2


def test_udp_sockets_are_those_of_ss(nl: netlynx.Connection, ip: Ip, maker: Maker) -> None:
    maker.datagrams()
    maker.datagrams(socket.AF_INET6, connect=True)
    maker.datagrams(connect=True)
    rows = {row["sk"]: row for row in by_ss(ip, "-uanOHinem")}
    found = nl.dump(diag.udp()).all()
    assert {(f"{each.cookie:x}", each.state.label, address(each, "source")) for each in found} == {
        (key, row["state"], row["source"]) for key, row in rows.items()
    }
    assert all(each.protocol is diag.InetProtocol.UDP for each in found)
    assert len(nl.table(diag.udp())) == 3


def test_a_table_has_one_object_each_on_both_shells(namespace: netns.NetworkNamespace, maker: Maker) -> None:
    import anyio

    some_of_all(maker)

    async def read() -> list[diag.TcpSocket]:
        async with netlynx.aconnect(netns=namespace) as nl:
            streamed = [each async for each in nl.dump(diag.tcp())]
            assert sorted(each.cookie for each in streamed) == sorted(
                each.cookie for each in await nl.dump(diag.tcp()).all()
            )
            return streamed

    with netlynx.connect(netns=namespace) as nl:
        ours = {each.cookie for each in nl.dump(diag.tcp())}
    assert {each.cookie for each in anyio.run(read)} == ours


def test_sockets_are_listed_of_all_protocols_that_the_kernel_lists(nl: netlynx.Connection, maker: Maker) -> None:
    maker.listening()
    maker.datagrams()
    dump = nl.dump(diag.sockets())
    found = dump.all()
    assert {type(each).__name__ for each in found} == {"TcpSocket", "UdpSocket", "NetlinkSocket"}
    names = {error.asked.partition("(")[0] for error in dump.skipped}
    always = {f"diag.{name}" for name in ("tcp", "udp", "udplite", "mptcp", "unix", "packet", "netlink")}
    assert names == {part.name for part in diag.sockets().parts} - always
    for error in dump.skipped:
        assert isinstance(error, netlynx.NotSupported)
        assert "its module is" in error.hint
    assert len(dump.all()) == len(found)  # asked for once more
    assert len(dump.skipped) == len(names)
    assert {type(each).__name__ for each in nl.dump(diag.sockets(family="netlink"))} == {"NetlinkSocket"}
    streamed = nl.dump(diag.sockets(protocols={"udp", "tcp"}))
    assert [each.protocol.label for each in streamed] == ["tcp", "udp"]  # type: ignore[union-attr]
    assert streamed.skipped == ()
    on_ip = diag.sockets().where(source_port=range(1 << 16))
    text = b"".join(nl.dump(on_ip).json(between=b",\n"))
    assert [each["protocol"] for each in json.loads(b"[" + text + b"]")] == ["tcp", "udp"]
    for verb in (nl.count, nl.table):
        with pytest.raises(TypeError, match=r"diag\.sockets, which is several tables: give it one of its `parts`"):
            verb(diag.sockets())  # type: ignore[arg-type]


def test_a_table_that_the_kernel_does_not_make_is_told_by_its_module(nl: netlynx.Connection) -> None:
    skipped = [part for part in diag.sockets().parts if part.name == "diag.dccp"]
    with pytest.raises(netlynx.NotSupported, match=r"does not list DCCP sockets: its module is dccp_diag"):
        nl.dump(skipped[0]).all()


def test_conditions_name_what_sockets_lack() -> None:
    where = diag.where
    with pytest.raises(AttributeError, match="no field 'source_prt'; did you mean source_port"):
        _ = where.source_prt
    with pytest.raises(TypeError, match=r"TcpInfo has no field 'rt'; did you mean rto?t?"):
        diag.tcp(where.info.rt > 1)
    with pytest.raises(TypeError, match="UdpSocket has no field 'congestion'"):
        diag.udp(where.congestion == "bbr")
    with pytest.raises(TypeError, match="TcpSocket has no field 'sorce'; did you mean source"):
        diag.tcp().where(sorce="10.0.0.1")
    with pytest.raises(netlynx.EncodeError, match="automatic is compared by the kernel alone"):
        diag.tcp(where.automatic | (where.inode == 3))
    for wrong, words in (
        (where.source_port == 65536, "source_port: 65536 is out of range"),
        (where.source == "10.0.0.1/8", "neither an address nor a subnet"),
        (where.state == "no-such", "'no-such'"),
        (where.source_port == range(0), "there is no value in this"),
        (where.cgroup == "/no/such", "'/no/such' is no cgroup"),
    ):
        with pytest.raises(netlynx.EncodeError, match=words):
            diag.tcp(wrong)
    with pytest.raises(netlynx.EncodeError, match="0x1ff has bits outside of 0xff"):
        diag.tcp(where.mark.masked(0xFF) == 0x1FF)
    with pytest.raises(TypeError, match=r"combined with & \| ~"):
        diag.tcp((where.source_port == 1) and (where.source_port == 2))


def test_multipath_tcp_has_a_number_that_no_header_has_room_for(nl: netlynx.Connection, ip: Ip, maker: Maker) -> None:
    try:
        listening = maker.listening(protocol=262)  # IPPROTO_MPTCP
    except OSError as error:
        pytest.skip(f"this kernel has no MPTCP: {error}")
    maker.connected(listening, protocol=262)
    found = nl.dump(diag.mptcp()).all()
    assert sorted(each.state.label for each in found) == ["established", "established", "listen"]
    assert {f"{each.cookie:x}" for each in found} == {row["sk"] for row in by_ss(ip, "-ManOHie")}
    ends = [each for each in found if each.info is not None and each.state is diag.SocketState.ESTABLISHED]
    assert len({each.info.token for each in ends if each.info is not None}) == 2
    assert nl.do(diag.socket(ends[0])).cookie == ends[0].cookie
    subflows = [each for each in nl.dump(diag.tcp(states="established")) if each.upper is not None]
    assert {each.upper.name for each in subflows if each.upper is not None} == {"mptcp"}
    tokens = {each.upper.mptcp.local_token for each in subflows if each.upper and each.upper.mptcp}
    assert tokens == {each.info.token for each in ends if each.info is not None}
    assert len(nl.table(diag.tcp())) >= 2


def test_what_bpf_maps_keep_is_told_to_who_asks(nl: netlynx.Connection, maker: Maker) -> None:
    maker.listening()
    try:
        found = nl.dump(diag.tcp(storages=True)).all()
    except (netlynx.NotSupported, netlynx.PermissionDenied) as error:
        pytest.skip(f"not here: {error}")
    assert [each.storages for each in found] == [()]
    payload = bytes(72) + bytes.fromhex("180014801400010008000200070000000800030001020304")
    (storage,) = diag.TcpSocket.from_bytes(payload).storages
    assert (storage.map_id, storage.value) == (7, b"\1\2\3\4")
