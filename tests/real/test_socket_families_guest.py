"""Sockets of families whose modules not every kernel has: in the guest, beside `ss`, getsockname and what was made."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import socket
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import netlynx
from forking import forked, typed
from netlynx import diag, route
from support import load

pytestmark = pytest.mark.guest

AF_XDP, SOL_XDP, AF_SMC = 44, 283, 43
XDP_RX_RING, XDP_TX_RING, XDP_UMEM_REG, XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING = 2, 3, 4, 5, 6
XDP_COPY = 2
CID_LOCAL = 1


@pytest.fixture
def nl() -> Iterator[netlynx.Connection]:
    with netlynx.connect() as connection:
        yield connection


@pytest.fixture
def kept() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def opened(kept: ExitStack, family: int, kind: int, protocol: int = 0) -> socket.socket:
    try:
        return kept.enter_context(socket.socket(family, kind, protocol))
    except OSError as error:
        pytest.skip(f"no sockets of family {family}: {error}")


def inode(made: socket.socket) -> int:
    return os.fstat(made.fileno()).st_ino


def by_ss(*options: str) -> str:
    if shutil.which("ss") is None:
        return ""
    return subprocess.run(["ss", *options], capture_output=True, text=True).stdout


def test_vsock_sockets_are_listed(nl: netlynx.Connection, kept: ExitStack) -> None:
    load("vsock", "vsock_loopback", "vsock_diag")
    listening = opened(kept, socket.AF_VSOCK, socket.SOCK_STREAM)
    listening.bind((CID_LOCAL, 4242))
    listening.listen()
    one = opened(kept, socket.AF_VSOCK, socket.SOCK_STREAM)
    one.connect((CID_LOCAL, 4242))
    other = kept.enter_context(listening.accept()[0])
    found = {each.inode: each for each in nl.dump(diag.vsock())}
    assert {inode(each) for each in (listening, one, other)} <= found.keys()
    assert found[inode(listening)].state is diag.SocketState.LISTEN
    assert (found[inode(listening)].source, found[inode(listening)].source_port) == (CID_LOCAL, 4242)
    for end in (one, other):
        each = found[inode(end)]
        assert each.state is diag.SocketState.ESTABLISHED
        assert (each.source, each.source_port) == end.getsockname()
        assert (each.destination, each.destination_port) == end.getpeername()
        assert each.type is diag.SocketType.STREAM
        assert each.cookie
    one.shutdown(socket.SHUT_WR)
    assert {each.inode for each in nl.dump(diag.vsock(states="listen"))} == {inode(listening)}
    assert nl.count(diag.vsock().where(source_port=4242)) == 2
    if said := by_ss("--vsock", "-anH"):
        assert len(said.splitlines()) == len(found)
        assert "1:4242" in said


def test_tipc_sockets_are_listed(nl: netlynx.Connection, kept: ExitStack) -> None:
    load("tipc", "tipc_diag")
    served = opened(kept, socket.AF_TIPC, socket.SOCK_STREAM)
    served.bind((socket.TIPC_ADDR_NAMESEQ, 18888, 17, 17, socket.TIPC_NODE_SCOPE))
    served.listen()
    one = opened(kept, socket.AF_TIPC, socket.SOCK_STREAM)
    connecting = threading.Thread(target=one.connect, args=[(socket.TIPC_ADDR_NAME, 18888, 17, 0)])
    connecting.start()  # who connects waits until it is accepted
    other = kept.enter_context(served.accept()[0])
    connecting.join()
    datagrams = opened(kept, socket.AF_TIPC, socket.SOCK_RDM)
    found = {each.inode: each for each in nl.dump(diag.tipc()) if each.inode}
    ours = {inode(each) for each in (served, one, other, datagrams)}
    assert ours <= found.keys()
    held = diag.owners()
    assert {number for number in found if held.of(number)} == ours  # TIPC's topology server is the kernel's own
    assert found[inode(served)].state is diag.SocketState.LISTEN
    assert found[inode(served)].named
    assert found[inode(datagrams)].type is diag.SocketType.RDM
    ends = [found[inode(each)] for each in (one, other)]
    assert [each.state for each in ends] == [diag.SocketState.ESTABLISHED] * 2
    assert ends[0].connection is not None
    assert ends[0].connection.socket == ends[1].reference
    assert all(each.uid == 0 and each.cookie and each.queue.drops == 0 for each in ends)
    assert {each.inode for each in nl.dump(diag.tipc(states="established"))} == {inode(one), inode(other)}
    listening = nl.dump(diag.sockets(protocols="tipc", states="listen")).all()
    assert {each.inode for each in listening} & ours == {inode(served)}
    if said := by_ss("--tipc", "-anH"):
        assert len(said.splitlines()) == len(found)


def test_smc_sockets_are_listed(nl: netlynx.Connection, kept: ExitStack) -> None:
    load("smc", "smc_diag")
    nl.do(route.up("lo"))
    made = {}
    for protocol, address in ((0, "127.0.0.1"), (1, "::1")):  # SMCPROTO_SMC, SMCPROTO_SMC6
        listening = opened(kept, AF_SMC, socket.SOCK_STREAM, protocol)
        family = socket.AF_INET6 if protocol else socket.AF_INET
        bind(listening, family, address)
        listening.listen()
        made[inode(listening)] = address
    found = {each.inode: each for each in nl.dump(diag.smc())}
    assert found.keys() == made.keys()
    for number, address in made.items():
        assert found[number].source == address
        assert found[number].source_port > 0
        assert found[number].state.label == "listen"
        assert found[number].uid == 0
        assert found[number].fallback is not None
    assert nl.count(diag.smc().where(source="::1")) == 1


def bind(made: socket.socket, family: int, address: str) -> None:
    """bind(2) with an address of IP, which Python does not know of these sockets."""
    data = socket.inet_pton(family, address)
    name = struct.pack("=HH", family, 0) + (data + bytes(8) if family == socket.AF_INET else bytes(4) + data + bytes(4))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.bind(made.fileno(), name, len(name)):
        raise OSError(ctypes.get_errno(), "bind")


def test_xdp_sockets_are_listed(nl: netlynx.Connection, kept: ExitStack) -> None:
    load("xsk_diag", "veth")
    nl.do(route.add(route.Link(name="xv0", kind="veth", data=route.Veth(peer=route.Link(name="xv1")))))
    kept.callback(lambda: nl.do(route.delete(route.Link(name="xv0"))))
    nl.do(route.up("xv0"))
    index = nl.do(route.link(name="xv0")).index
    made = opened(kept, AF_XDP, socket.SOCK_RAW)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    size, chunk = 64 * 4096, 4096
    area = libc.mmap(None, size, 3, 0x22, -1, 0)
    made.setsockopt(SOL_XDP, XDP_UMEM_REG, struct.pack("=QQIIII", area, size, chunk, 128, 0, 0))
    rings = ((XDP_UMEM_FILL_RING, 32), (XDP_UMEM_COMPLETION_RING, 16), (XDP_RX_RING, 8), (XDP_TX_RING, 4))
    for option, entries in rings:
        made.setsockopt(SOL_XDP, option, entries)
    name = struct.pack("=HHIII", AF_XDP, XDP_COPY, index, 0, 0)
    if libc.bind(made.fileno(), name, len(name)):
        pytest.skip(f"XDP sockets cannot be bound: {os.strerror(ctypes.get_errno())}")
    (found,) = nl.dump(diag.xdp())
    assert (found.inode, found.uid) == (inode(made), 0)
    assert (found.info.index, found.info.queue) == (index, 0)
    assert [each.entries for each in (found.receive_ring, found.send_ring, found.fill_ring, found.completion_ring)] == [
        8,
        4,
        32,
        16,
    ]
    assert (found.umem.size, found.umem.pages, found.umem.chunk_size, found.umem.headroom) == (size, 64, chunk, 128)
    assert found.statistics == diag.XdpStatistics(fill_ring_empty=0)
    assert nl.count(diag.xdp().where(info={"index": "xv0"})) == 1
    if said := by_ss("--xdp", "-anHe"):
        assert re.search(r"xv0:q0", said), said


def test_the_command_lists_them_all(nl: netlynx.Connection, kept: ExitStack) -> None:
    """With their modules there is no kind left of which the command says that the kernel does not list it."""
    import json

    load("vsock_diag", "tipc_diag", "smc_diag", "xsk_diag", "vsock_loopback", "raw_diag", "sctp_diag")
    listening = opened(kept, socket.AF_VSOCK, socket.SOCK_STREAM)
    listening.bind((CID_LOCAL, 4243))
    listening.listen()
    done = forked(("sockets", "--lines", "--process"))
    assert done.returncode == 0, done.stderr
    rows: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    (found,) = (each for each in rows if each["family"] == "vsock" and each["source_port"] == 4243)
    assert [each["pid"] for each in found["processes"]] == [os.getpid()]
    table = typed("sockets", "vsock")
    assert re.search(r"v_str +listen +1:4243", table), table
    assert not {"vsock", "tipc", "smc", "xdp"} & set(re.findall(r"\w+", done.stderr.partition("`")[0]))
    assert Path("/proc/net").exists()
