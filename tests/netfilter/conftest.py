"""Tools that the kernel is compared with, and rules that send packets to a process."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from netlynx import netns
from support import PATIENCE

Run = Callable[[str], str]


def runner(namespace: netns.NetworkNamespace, tool: str) -> Run:
    def run(arguments: str) -> str:
        words = [tool, *arguments.split()]
        done = netns.run_in(namespace, subprocess.run, words, capture_output=True, text=True, timeout=60)
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    return run


@pytest.fixture
def loopback(namespace: netns.NetworkNamespace) -> netns.NetworkNamespace:
    """A namespace of the test's own whose loopback interface is up."""
    runner(namespace, "ip")("link set lo up")
    return namespace


@pytest.fixture
def conntrack_tool(namespace: netns.NetworkNamespace) -> Run:
    if shutil.which("conntrack") is None:
        pytest.skip("no `conntrack` to compare with: apt-get install conntrack")
    return runner(namespace, "conntrack")


@pytest.fixture
def iptables(loopback: netns.NetworkNamespace) -> Run:
    """The one of the two kinds of iptables that this kernel takes an NFQUEUE rule from."""
    reason = "no `iptables` to make rules with: apt-get install iptables"
    for tool in ("iptables-legacy", "iptables-nft", "iptables"):
        if shutil.which(tool) is None:
            continue
        run = runner(loopback, tool)
        try:
            run("-A OUTPUT -p udp --dport 1 -j NFQUEUE --queue-num 65535")
            run("-F OUTPUT")
        except RuntimeError as error:
            reason = f"this kernel takes no NFQUEUE rules: {error}"
            continue
        return run
    pytest.skip(reason)


@pytest.fixture
def queued(iptables: Any) -> None:
    """UDP to port 9 goes to queue 5."""
    iptables("-A OUTPUT -p udp --dport 9 -j NFQUEUE --queue-num 5")


@pytest.fixture
def sender(loopback: netns.NetworkNamespace) -> Iterator[Any]:
    """Sends bytes to port 9."""
    with netns.socket_in(loopback, socket.AF_INET, socket.SOCK_DGRAM, 0) as sock:
        sock.connect(("127.0.0.1", 9))
        yield sock.send


@pytest.fixture
def receiver(loopback: netns.NetworkNamespace) -> Iterator[socket.socket]:
    """Is bound to port 9."""
    with netns.socket_in(loopback, socket.AF_INET, socket.SOCK_DGRAM, 0) as sock:
        sock.bind(("127.0.0.1", 9))
        sock.settimeout(PATIENCE)
        yield sock
