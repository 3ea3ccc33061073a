"""TIPC in the guest: a cluster of two nodes over a pair of veth links, beside `tipc -j`."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

import netlynx
from conftest import Ip
from forking import typed
from netlynx import EncodeError, netns, route
from netlynx.families import tipc
from support import PATIENCE

pytestmark = pytest.mark.guest

SERVICE = 18888  # a type of names


@pytest.fixture
def cluster() -> Iterator[tuple[Ip, netlynx.Connection, netlynx.Connection, netns.NetworkNamespace]]:
    """Two nodes, 1 and 2, with a link between them."""
    if shutil.which("tipc") is None:
        pytest.skip("no tipc: it is iproute2's")
    done = subprocess.run(["modprobe", "tipc"], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no tipc: {done.stderr.strip()}")
    with ExitStack() as stack:
        near, far = (stack.enter_context(netns.anonymous()) for _ in range(2))
        nl, other = (stack.enter_context(netlynx.connect(netns=each, timeout=PATIENCE)) for each in (near, far))
        peer = route.Link(name="v1", netns_fd=far)
        nl.do(route.add(route.Link(name="v0", kind="veth", data=route.Veth(peer=peer))))
        for each, port, number in ((nl, "v0", 1), (other, "v1", 2)):
            each.do(route.add(route.Address(index=port, address=f"192.0.2.{number}/24")))
            each.do(route.up(port))
            each.do(tipc.set_network(id=4711))
            each.do(tipc.set_network(address=number))
            each.do(tipc.enable(tipc.Bearer(name=f"eth:{port}", priority=12)))
        wait_for(lambda: any(each.up and not each.broadcast for each in nl.dump(tipc.links())))
        yield Ip(near), nl, other, near


def wait_for(done: Callable[[], Any]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end
        time.sleep(0.1)


Cluster = tuple[Ip, netlynx.Connection, netlynx.Connection, netns.NetworkNamespace]


def shown(ip: Ip, words: str) -> Any:
    return json.loads(ip(f"-j {words}", tool="tipc") or "[]")


def only_link(nl: netlynx.Connection) -> tipc.Link:
    (found,) = (each for each in nl.dump(tipc.links()) if not each.broadcast)
    return found


def test_nodes_links_and_bearers_beside_tipc(cluster: Cluster) -> None:
    ip, nl, _, _ = cluster
    assert [(each.address, each.up) for each in nl.dump(tipc.nodes())] == [(2, True)]
    assert [line.split()[-1] for line in ip("node list", tool="tipc").splitlines()[1:]] == ["up"]

    links = nl.dump(tipc.links()).all()
    assert {each.name: each.up for each in links} == {
        name: state == "up" for each in shown(ip, "link list") for name, state in each.items()
    }
    link = only_link(nl)
    assert nl.do(tipc.link(name=link.name)).mtu == link.mtu
    assert link.statistics is not None
    assert link.statistics.tx_states is not None
    for name, value in (("priority", link.priority), ("tolerance", link.tolerance), ("window", link.window)):
        assert shown(ip, f"link get {name} link {link.name}") == [{name: value}]

    nl.do(tipc.set_link(link.replace(tolerance=2000)))
    assert shown(ip, f"link get tolerance link {link.name}") == [{"tolerance": 2000}]
    ip(f"link set window 70 link {link.name}", tool="tipc")
    assert shown(ip, f"link get window link {link.name}") == [{"window": only_link(nl).window}]
    with pytest.raises(EncodeError, match=r"Link.mtu: the kernel tells this and takes no other"):
        tipc.set_link(link.replace(mtu=9000))
    nl.do(tipc.reset_statistics(name=link.name))
    assert (only_link(nl).statistics or link.statistics).duplicates == 0

    (bearer,) = nl.dump(tipc.bearers())
    assert (bearer.name, bearer.priority) == ("eth:v0", 12)
    assert ip("bearer list", tool="tipc").split() == ["eth:v0"]
    nl.do(tipc.set_bearer(bearer.replace(tolerance=1000)))
    assert shown(ip, "bearer get tolerance media eth device v0") == 1000
    assert nl.do(tipc.bearer(name="eth:v0")).tolerance == 1000

    assert {each.name for each in nl.dump(tipc.media())} >= {"eth", "udp"}
    nl.do(tipc.set_medium(name="eth", window=60))
    assert nl.do(tipc.medium(name="eth")).window == 60
    (network,) = nl.dump(tipc.networks())
    assert network.id == 4711
    assert nl.do(tipc.legacy()).legacy  # an address was given


def test_names_and_sockets(cluster: Cluster) -> None:
    ip, nl, other, near = cluster
    server = netns.run_in(near, socket.socket, socket.AF_TIPC, socket.SOCK_RDM)
    with server:
        server.bind((socket.TIPC_ADDR_NAMESEQ, SERVICE, 5, 9, socket.TIPC_CLUSTER_SCOPE))
        (name,) = (each for each in nl.dump(tipc.names()) if each.type == SERVICE)
        assert (name.lower, name.upper, str(name.scope), name.node) == (5, 9, "cluster", 1)
        table = [each for each in shown(ip, "nametable show") if each["type"] == SERVICE]
        assert [(each["lower"], each["upper"], each["port"]) for each in table] == [(5, 9, name.port)]
        (found,) = (each for each in nl.dump(tipc.sockets()) if each.port == name.port)
        assert (found.address, found.bound) == (1, True)
        (bound,) = nl.dump(tipc.publications(port=name.port))
        assert (bound.type, bound.lower, bound.upper, bound.key) == (SERVICE, 5, 9, name.key)
        wait_for(lambda: [each for each in other.dump(tipc.names()) if each.type == SERVICE and each.node == 1])
    wait_for(lambda: not [each for each in other.dump(tipc.names()) if each.type == SERVICE])
    told = typed("family", "tipcv2", "dump", "name-table-get", where=near)
    assert '"type":' in told


def test_monitors_peers_and_keys(cluster: Cluster) -> None:
    ip, nl, other, _ = cluster
    nl.do(tipc.set_monitoring(threshold=2))
    assert nl.do(tipc.monitoring()).threshold == 2
    assert ip("link monitor get threshold", tool="tipc").split() == ["2"]
    (monitor,) = nl.dump(tipc.monitors())
    assert (monitor.bearer, monitor.peers) == ("eth:v0", 2)
    watched = nl.dump(tipc.watched(reference=monitor.reference)).all()
    assert {each.address for each in watched} == {1, 2}
    assert [each.address for each in watched if each.local] == [2]

    key = tipc.Secret(algorithm="gcm(aes)", length=20, key=b"\x5a" * 20)
    asked = tipc.set_key(secret=key)
    assert "hidden" in str(asked)
    assert "ZZZZ" not in str(asked)
    nl.do(asked)
    nl.do(tipc.flush_keys())
    with pytest.raises(netlynx.NetlinkError) as refused:
        nl.do(tipc.set_key(secret=tipc.Secret(algorithm="gcm(aes)", length=3, key=b"\x5a" * 3)))
    assert "ZZZ" not in "".join([str(refused.value), *getattr(refused.value, "__notes__", [])])

    with pytest.raises(netlynx.NetlinkError):  # it is there
        nl.do(tipc.remove_peer(address=2))
    other.do(tipc.disable(name="eth:v1"))
    wait_for(lambda: not any(each.up for each in nl.dump(tipc.nodes()) if each.address == 2))
    nl.do(tipc.remove_peer(address=2))
    assert nl.dump(tipc.nodes()).all() == []


def test_bearers_over_udp(cluster: Cluster) -> None:
    ip, nl, _, _ = cluster
    nl.do(tipc.enable(tipc.Bearer(name="udp:UDP0", local="192.0.2.1:6118", remote="192.0.2.2:6118")))
    bearer = nl.do(tipc.bearer(name="udp:UDP0"))
    assert (bearer.local, bearer.remote, bearer.replicated) == ("192.0.2.1:6118", "192.0.2.2:6118", True)
    nl.do(tipc.add_remote(tipc.Bearer(name="udp:UDP0", remote="192.0.2.3:6118")))
    remotes = {each.address for each in nl.dump(tipc.remotes(name="udp:UDP0"))}
    assert remotes == {"192.0.2.2:6118", "192.0.2.3:6118"}
    assert "udp:UDP0" in ip("bearer list", tool="tipc")
