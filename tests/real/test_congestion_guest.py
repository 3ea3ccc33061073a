"""What congestion controls say of a connection, beside `ss -i`: every one that the guest's kernel has a module for."""

from __future__ import annotations

import re
import socket
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import netlynx
from conftest import Ip
from netlynx import diag, netns
from netlynx.diag import where
from support import PATIENCE, load

pytestmark = [pytest.mark.guest, pytest.mark.namespace]

# What each tells: its own information, and what `ss` makes of it.
TELLS = {
    "bbr": "bbr",
    "dctcp": "dctcp",
    "vegas": "vegas",
    "veno": None,
    "westwood": "vegas",
    "yeah": "vegas",
    "illinois": "vegas",
    "nv": "vegas",
    "cdg": None,
    "cubic": None,
    "reno": None,
}
ALL = ("vegas", "dctcp", "bbr")
TCP_CC_INFO = 26  # include/uapi/linux/tcp.h


@pytest.fixture
def pair(ip: Ip, namespace: netns.NetworkNamespace, request: pytest.FixtureRequest) -> Iterator[socket.socket]:
    """A connection of the congestion control that the test is about, which has sent something."""
    name: str = request.param
    if name not in ("cubic", "reno"):
        load(f"tcp_{name}")
    ip("link set lo up")
    listening, sending = (netns.socket_in(namespace, socket.AF_INET, socket.SOCK_STREAM) for _ in range(2))
    with listening, sending:
        listening.bind(("127.0.0.1", 4243))
        for each in (listening, sending):  # with DCTCP at one end alone it is Reno
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, name.encode())
        listening.listen()
        sending.connect(listening.getsockname())
        with listening.accept()[0] as receiving:
            for _ in range(20):
                sending.sendall(bytes(10_000))
                left = 10_000
                while left:
                    left -= len(receiving.recv(left))
            yield sending


@pytest.mark.parametrize(("pair", "name"), [(each, each) for each in TELLS], indirect=["pair"])
def test_it_says_what_ss_says(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace, pair: socket.socket, name: str
) -> None:
    (found,) = nl.dump(diag.tcp(where.source_port == pair.getsockname()[1], states="established"))
    done = netns.run_in(
        namespace,
        lambda: subprocess.run(
            ["ss", "-tinH", f"sport = {pair.getsockname()[1]}"], capture_output=True, text=True, timeout=PATIENCE
        ),
    )
    shown = done.stdout
    assert found.congestion == name
    assert f" {name} " in shown
    told = [each for each in ALL if getattr(found, each) is not None]
    assert told == ([TELLS[name]] if TELLS[name] else []), "each tells its own, and nobody else's"
    if found.bbr is not None:
        said = re.search(
            r"bbr:\(bw:([0-9.]+)([KMG]?)bps,mrtt:([0-9.]+),pacing_gain:([0-9.]+),cwnd_gain:([0-9.]+)", shown
        )
        assert said
        bits = float(said[1]) * {"": 1, "K": 1e3, "M": 1e6, "G": 1e9}[said[2]]
        assert found.bbr.bandwidth * 8 == pytest.approx(bits, rel=0.001)
        assert found.bbr.min_rtt / 1000 == pytest.approx(float(said[3]), abs=0.001)
        assert found.bbr.pacing_gain / 256 == pytest.approx(float(said[4]), rel=0.001)
        assert found.bbr.cwnd_gain / 256 == pytest.approx(float(said[5]), rel=0.001)
    if found.dctcp is not None:
        said = re.search(r"dctcp:\(ce_state:(\d+),alpha:(\d+),ab_ecn:(\d+),ab_tot:(\d+)\)", shown)
        assert said
        numbers = found.dctcp.ce_state, found.dctcp.alpha, found.dctcp.marked_bytes, found.dctcp.total_bytes
        assert found.dctcp.enabled
        assert numbers == tuple(map(int, said.groups()))
    if told:
        layout = {"vegas": "=4I", "dctcp": "=2H3I", "bbr": "=5I"}[told[0]]
        known = pair.getsockopt(socket.IPPROTO_TCP, TCP_CC_INFO, 64)
        assert len(known) == struct.calcsize(layout)
        assert tuple(getattr(found, told[0]).to_dict().values()) == struct.unpack(layout, known)


def test_all_that_the_kernel_offers_are_tried() -> None:
    load(*(f"tcp_{each}" for each in TELLS if each not in ("cubic", "reno")))
    there = Path("/proc/sys/net/ipv4/tcp_available_congestion_control").read_text().split()
    assert set(TELLS) <= set(there)
