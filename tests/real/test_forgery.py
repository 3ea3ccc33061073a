"""Another process with CAP_NET_ADMIN sends to our ports, with the very numbers we wait for: it is not believed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

import netlynx
from netlynx import netns, route
from support import PATIENCE

# A forged RTM_NEWLINK (index 666), and an NLMSG_ERROR that claims EIO, to every rtnetlink port of the namespace.
FORGER = """
import socket, struct, sys
sequence = int(sys.argv[1])
sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
sock.bind((0, 0))
lines = open("/proc/thread-self/net/netlink").read().splitlines()[1:]
ports = [int(line.split()[2]) for line in lines if line.split()[1] == "0"]
body = struct.pack("=BxHiII", 0, 1, 666, 0, 0) + struct.pack("=HH8s", 12, 3, b"forged")
sent = 0
for port in ports:
    if port in (0, sock.getsockname()[0]):
        continue
    for number in (0, sequence):
        sock.sendto(struct.pack("=IHHII", 16 + len(body), 16, 0, number, port) + body, (port, 0))
        refusal = struct.pack("=i", -5) + struct.pack("=IHHII", 16, 18, 1, number, port)
        sock.sendto(struct.pack("=IHHII", 16 + len(refusal), 2, 0, number, port) + refusal, (port, 0))
        sent += 2
print(sent)
"""


@pytest.fixture
def forge(nl: netlynx.Connection, namespace: netns.NetworkNamespace) -> Callable[[], int]:
    """Forge answers to the next request of the idle socket; returns how many datagrams were sent."""
    nl.do(route.link(name="lo"))

    def send() -> int:
        (lease,) = nl._pool._spare[0]  # the worst case: the forger has guessed the number
        command = [sys.executable, "-c", FORGER, str(lease.sequence + 1)]
        done = netns.run_in(namespace, subprocess.run, command, capture_output=True, text=True, timeout=30, check=True)
        return int(done.stdout)

    return send


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(lambda nl: [nl.do(route.link(name="lo")).name], id="do"),
        pytest.param(lambda nl: [link.name for link in nl.dump(route.links())], id="dump"),
    ],
)
def test_forged_answers_are_ignored(nl: netlynx.Connection, forge: Callable[[], int], names: Any) -> None:
    honest = names(nl)
    assert forge() >= 4
    assert names(nl) == honest
    assert names(nl) == honest


def test_forged_notifications_are_ignored(nl: netlynx.Connection, forge: Callable[[], int]) -> None:
    with nl.subscribe(route.LINKS) as events:
        assert forge() >= 8
        nl.do(route.change(route.Link(index=1, mtu=1400)))
        event = events.get(PATIENCE)
        assert isinstance(event, netlynx.Event)
        assert (event.record.name, event.record.mtu) == ("lo", 1400)
        assert events.drain() == []


def test_forged_outcomes_of_a_batch_are_ignored(nl: netlynx.Connection, forge: Callable[[], int]) -> None:
    assert forge() >= 4
    changes = [route.change(route.Link(index=1, mtu=mtu)) for mtu in (1400, 1500)]
    assert list(nl.batch(changes)) == [None, None]
    assert nl.do(route.link(name="lo")).mtu == 1500
