"""A session in a namespace that has some of everything."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

import pytest

from conftest import Ip
from netlynx import netns, sql

RULESET = """
table inet fw {
    counter web { packets 3 bytes 180 }
    quota daily { over 1 mbytes }
    set ports { type inet_service; elements = { 22, 80 } }
    chain in { tcp dport @ports counter name web accept; }
    chain out { drop; }
}
table ip fw {
    chain in { accept; }
}
"""


@pytest.fixture
def db(namespace: netns.NetworkNamespace, ip: Ip) -> Iterator[sql.Session]:
    """A session in a namespace that has some of everything."""
    ip("link set lo up")
    ip("link add v0 type veth peer name v1")
    ip("link add br0 type bridge")
    ip("link set v1 master br0")
    for name in ("v0", "v1", "br0"):
        ip(f"link set {name} addrgenmode none up")  # or addresses and routes come by themselves, when they do
    ip("address add 192.0.2.1/24 dev v0")
    ip("address add 2001:db8::1/64 dev v0 nodad")
    ip("neighbour add 192.0.2.9 lladdr 02:00:00:00:00:09 dev v0")
    ip("route add 10.0.0.0/8 via 192.0.2.2 dev v0 proto static metric 7")
    ip("route add 10.1.0.0/16 via 192.0.2.2 dev v0 proto bgp table 100")
    ip("route add blackhole 10.2.0.0/16 proto 201")
    ip("nexthop add id 1 via 192.0.2.2 dev v0")
    ip("nexthop add id 2 group 1")
    if shutil.which("nft") is not None:
        netns.run_in(namespace, subprocess.run, ["nft", "-f", "-"], input=RULESET, text=True, check=True)
    ip("rule add priority 100 from 10.0.0.0/8 table 100")
    with sql.connect(netns=namespace) as session:
        yield session
