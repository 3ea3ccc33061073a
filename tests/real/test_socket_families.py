"""Sockets of families other than inet of a real kernel, read beside `ss` and /proc."""

from __future__ import annotations

import os
import re
import socket
import struct
from pathlib import Path
from typing import Any

import pytest

import netlynx
from conftest import Ip
from netlynx import diag, netns
from netlynx.codec._codec import decode, encode_record
from netlynx.schema.compile import plan_of
from socket_maker import Maker, some_packet_sockets, some_unix_sockets

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel]

SO_ATTACH_FILTER = 26
SOL_NETLINK, NETLINK_PKTINFO, NETLINK_NO_ENOBUFS = 270, 3, 5
STATES = {"ESTAB": "established", "LISTEN": "listen", "UNCONN": "close"}
TYPES = {"u_str": "stream", "u_dgr": "dgram", "u_seq": "seqpacket", "p_raw": "raw", "p_dgr": "dgram"}


def rows(ip: Ip, options: str) -> list[dict[str, Any]]:
    """The rows of `ss`: its five columns, words with a colon by what stands before it, and all words."""
    found = []
    for line in ip(options, tool="ss").splitlines():
        words = line.split()
        named = dict(re.findall(r"([a-z]\w*):(\S+)", line))
        found.append({"words": words, "line": line, **named})
    return found


def device_of(folder: Path) -> str:
    """The device of the file system that a folder is on, as the kernel numbers it; some tell stat(2) another."""
    mounts = [line.split() for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    above = [words for words in mounts if folder.resolve().is_relative_to(words[4])]
    return max(reversed(above), key=lambda words: len(words[4]))[2]


def test_unix_sockets_are_those_of_ss_and_proc(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace, ip: Ip, maker: Maker, tmp_path: Path
) -> None:
    listening, names = some_unix_sockets(maker, tmp_path)
    found = {each.inode: each for each in nl.dump(diag.unix(pending=True))}
    assert len(found) == 9
    by_ss = {}
    for row in rows(ip, "-xaOHnem"):
        kind, state, receive, send, name, inode, _, peer, *_ = row["words"]
        by_ss[int(inode)] = (kind, state, receive, send, name, int(peer), row)
    assert by_ss.keys() == found.keys()
    for inode, (kind, state, receive, send, name, peer, row) in by_ss.items():
        each = found[inode]
        assert (TYPES[kind], STATES[state]) == (each.type.label, each.state.label)
        assert each.queue == diag.UnixQueue(receive=int(receive), send=int(send))
        assert each.peer == (peer or None) or (each.peer == 0 == peer)
        assert (each.name or "*").replace("\0", "@") == name
        assert each.uid == int(row.get("uid", 0)) == os.getuid()
        assert row["skmem"].startswith(f"(r{each.memory.receive_allocated},rb{each.memory.receive_buffer},")
    shown = {each.name for each in found.values()}
    assert {names["path"], "@seq", "@netlynx\0inner"} < shown
    assert any(re.fullmatch("@[0-9a-f]{5}", name or "") for name in shown)
    of_proc = netns.run_in(namespace, Path("/proc/thread-self/net/unix").read_bytes).splitlines()[1:]
    in_proc = {int(line.split()[6]): line.split(maxsplit=7)[7:] for line in of_proc if int(line.split()[6])}
    assert in_proc.keys() == found.keys()
    assert {inode for inode, rest in in_proc.items() if rest} == {each.inode for each in found.values() if each.name}

    ours = found[os.fstat(listening.fileno()).st_ino]
    status = os.stat(names["path"])
    assert ours.name == names["path"]
    assert ours.file.inode == status.st_ino & 0xFFFFFFFF
    assert f"{ours.file.major}:{ours.file.minor}" == device_of(tmp_path)
    assert ours.queue == diag.UnixQueue(receive=2, send=7)
    assert len(ours.pending) == 2
    assert {found[inode].peer for inode in ours.pending} == {0}
    (reading,) = (each for each in found.values() if each.shutdown == diag.Shutdown.READ)
    assert reading.name == names["path"]
    assert found[reading.peer].queue.receive == 5000
    assert found[reading.peer].shutdown == diag.Shutdown.WRITE
    (abstract,) = (each for each in found.values() if each.name == "@netlynx\0inner")
    assert abstract.file is None
    assert abstract.queue.receive == 6


def test_unix_sockets_are_asked_for_by_state_and_by_inode(nl: netlynx.Connection, maker: Maker, tmp_path: Path) -> None:
    listening, names = some_unix_sockets(maker, tmp_path)
    everything = nl.dump(diag.unix()).all()
    for state in ("listen", "established", "close", ["listen", diag.SocketState.CLOSE], "time-wait"):
        wanted = {state} if isinstance(state, str) else {str(getattr(each, "label", each)) for each in state}
        named = {each.cookie for each in everything if each.state.label in wanted}
        assert {each.cookie for each in nl.dump(diag.unix(states=state))} == named
    assert nl.count(diag.unix().where(name=names["path"])) == 2
    assert nl.count(diag.unix().where(name="@netlynx\0inner", type="dgram")) == 1
    assert nl.count(diag.unix().where(name=None)) == 4
    inode = os.fstat(listening.fileno()).st_ino
    (one,) = nl.dump(diag.unix(pending=True).where(inode=inode))
    assert nl.do(diag.unix_socket(inode)) == nl.do(diag.unix_socket(inode, one.cookie)) == one
    with pytest.raises(netlynx.NetlinkError, match="ESTALE"):
        nl.do(diag.unix_socket(inode, one.cookie + 1))
    with pytest.raises(netlynx.NotFound):
        nl.do(diag.unix_socket(1))


@pytest.mark.parametrize("name", ["with a space", "\udcff\u00e9", "line\nend", "@path"])
def test_a_name_may_have_any_bytes(nl: netlynx.Connection, maker: Maker, tmp_path: Path, name: str) -> None:
    path = f"{tmp_path}/{name}"
    maker.socket(socket.AF_UNIX).bind(path)
    maker.socket(socket.AF_UNIX).bind(f"\0{name}".encode("utf-8", "surrogateescape"))
    of_file, abstract = sorted(nl.dump(diag.unix()), key=lambda each: each.file is None)
    assert (of_file.name, abstract.name) == (path, f"@{name}")
    assert nl.count(diag.unix().where(name=path)) == nl.count(diag.unix().where(name=f"@{name}")) == 1
    for each in (of_file, abstract):
        assert decode(plan_of(diag.UnixSocket), encode_record(each)).name == each.name


def test_packet_sockets_are_those_of_ss_and_proc(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace, ip: Ip, maker: Maker
) -> None:
    busy, idle = some_packet_sockets(maker)
    found = {each.inode: each for each in nl.dump(diag.packet())}
    assert found.keys() == {os.fstat(each.fileno()).st_ino for each in (busy, idle)}
    ours, other = (found[os.fstat(each.fileno()).st_ino] for each in (busy, idle))
    assert (ours.type, ours.protocol, ours.uid) == (diag.SocketType.RAW, diag.EtherType.IP, os.getuid())
    assert ours.info.replace(flags=0, copy_threshold=0) == diag.PacketInfo(index=1, version="v2", reserve=32)
    assert {"running", "auxdata"} <= set(ours.info.flags.labels)
    assert ours.receive_ring.replace(features=0) == diag.PacketRing(
        block_size=4096, blocks=2, frame_size=2048, frames=4
    )
    assert ours.send_ring is None
    assert (ours.fanout.id, ours.fanout.type) == (0x2A, diag.FanoutType.CPU)
    assert {(each.type.label, each.hardware_address, each.count) for each in ours.memberships} == {
        ("promisc", "", 1),
        ("multicast", "01:00:5e:00:00:01", 1),
    }
    assert ours.filter is None
    assert (other.type, other.protocol, other.fanout, other.receive_ring, other.memberships) == (
        diag.SocketType.DGRAM,
        diag.EtherType.NONE,
        None,
        None,
        (),
    )
    by_ss = {int(row["ino"]): row for row in rows(ip, "-0aOHnem")}
    assert by_ss.keys() == found.keys()
    for inode, row in by_ss.items():
        each = found[inode]
        assert TYPES[row["words"][0]] == each.type.label
        assert int(row["sk"], 16) == each.cookie
        assert row["skmem"].startswith(f"(r{each.memory.receive_allocated},rb{each.memory.receive_buffer},")
    words = by_ss[ours.inode]["line"]
    assert "[2048]:lo" in words
    lines = netns.run_in(namespace, Path("/proc/thread-self/net/packet").read_text).splitlines()[1:]
    in_proc = {int(line.split()[8]): line.split() for line in lines}
    assert in_proc.keys() == found.keys()
    for inode, line in in_proc.items():
        each = found[inode]
        assert (int(line[2]), int(line[3], 16), int(line[4]), int(line[7])) == (
            each.type,
            each.protocol,
            each.info.index,
            each.uid,
        )
    assert nl.count(diag.packet().where(info={"index": "lo"})) == 1
    assert nl.count(diag.packet().where(protocol="ip", type="raw")) == 1


def test_a_filter_is_told_to_who_may_see_it(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace, maker: Maker
) -> None:
    import ctypes

    made = maker.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    program = [(0x28, 0, 0, 12), (0x15, 0, 1, 0x0800), (0x06, 0, 0, 0xFFFF), (0x06, 0, 0, 0)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in program))
    made.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", len(program), ctypes.addressof(code)))
    (found,) = nl.dump(diag.packet())
    assert [(each.code, each.jump_true, each.jump_false, each.k) for each in found.filter] == program


def test_netlink_sockets_are_those_of_ss_and_proc(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace, ip: Ip, maker: Maker
) -> None:
    made = maker.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    made.bind((4242, 0))
    made.setsockopt(SOL_NETLINK, NETLINK_PKTINFO, 1)
    made.setsockopt(SOL_NETLINK, NETLINK_NO_ENOBUFS, 1)
    for group in (1, 5, 33):
        made.setsockopt(SOL_NETLINK, 1, group)
    peer = maker.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, 2)
    peer.bind((4243, 0))
    peer.connect((4242, 0))
    listed = nl.dump(diag.netlink()).all()
    found = {(int(each.protocol), each.portid): each for each in listed}
    ours = found[0, 4242]
    assert ours.protocol is diag.NetlinkProtocol.ROUTE
    assert ours.groups == (1, 5, 33)
    assert set(ours.flags.labels) == {"pktinfo", "no-enobufs"}
    assert ours.inode == os.fstat(made.fileno()).st_ino
    assert found[2, 4243].state.label == "established"
    assert found[2, 4243].destination_portid == 4242
    (own,) = (each for each in listed if "cb-running" in each.flags.labels)
    assert own.protocol.label == "sock-diag"
    lines = netns.run_in(namespace, Path("/proc/thread-self/net/netlink").read_text).splitlines()[1:]
    in_proc = {(int(line.split()[1]), int(line.split()[2])): line.split() for line in lines}
    assert in_proc.keys() == found.keys()
    for key, line in in_proc.items():
        assert int(line[9]) == found[key].inode
        assert int(line[3], 16) == sum(1 << number - 1 for number in found[key].groups or () if number <= 32)
    by_ss = {tuple(map(int, row["words"][3].split(":"))): row["words"] for row in rows(ip, "-f netlink -aOHn")}
    assert by_ss.keys() - {key for key in by_ss if key[0] == 4} == found.keys() - {key for key in found if key[0] == 4}
    assert by_ss[2, 4243][4] == "0:4242"
    for protocol in ("route", 2, "sock-diag"):
        named = {each.cookie for each in nl.dump(diag.netlink(protocol=protocol))}
        number = {"route": 0, "sock-diag": 4}.get(str(protocol), protocol)
        assert named == {each.cookie for each in listed if each.protocol == number} != set()
    # The kernel lists those that listen to groups a second time.
    assert {each.portid for each in nl.dump(diag.netlink(protocol="route").where(groups=(1, 5, 33)))} == {4242}
