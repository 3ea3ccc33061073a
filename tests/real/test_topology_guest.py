"""What this machine's kernel may lack: VLANs of ports, bonds, VRFs, tunnels of all kinds and WireGuard."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from netlynx import connect, netns, topology, wireguard
from netlynx.topology import Basis
from netlynx.wireguard import Device, Peer
from support import IN_GUEST, PATIENCE, named_namespace
from topology.worlds import joined

pytestmark = [pytest.mark.guest, pytest.mark.namespace]

TUNNELS = {
    "vx0": "vxlan id 42 dstport 4789 dev eth0 remote 10.0.0.3",
    "vx1": "vxlan id 43 dstport 4790 remote 10.0.0.3",
    "gnv0": "geneve id 7 remote 10.0.0.3",
    "gre1": "gre remote 10.0.0.3 local 10.0.0.2",
    "tap1": "gretap remote 10.0.0.3 local 10.0.0.2 dev eth0",
    "ipip1": "ipip remote 10.0.0.3 local 10.0.0.2",
    "sit1": "sit remote 10.0.0.3 local 10.0.0.2 dev eth0",
    "six1": "ip6tnl remote 2001:db8::3 local 2001:db8::2",
}
BOUND = {"vx0", "tap1", "sit1"}


def ip(where: str, *lines: str) -> None:
    for line in lines:
        command = line.split() if line.startswith("bridge ") else ["ip", *line.split()]
        netns.run_in(where, subprocess.run, command, timeout=PATIENCE, check=True)


def told(where: str, *words: str) -> Any:
    done = netns.run_in(where, subprocess.run, words, capture_output=True, timeout=PATIENCE, check=True)
    return json.loads(done.stdout or "[]")


@pytest.fixture
def spaces() -> Iterator[tuple[str, str, str]]:
    if not IN_GUEST:
        pytest.skip("needs VLANs in bridges, bonds and all kinds of tunnels")
    with ExitStack() as stack:
        a, b, c = (stack.enter_context(named_namespace()) for _ in range(3))
        ip(
            a,
            "link add br0 type bridge vlan_filtering 1",
            f"link add to-b type veth peer name eth0 netns {b}",
            f"link add to-c type veth peer name eth0 netns {c}",
            "link set to-b master br0 up",
            "link set to-c master br0 up",
            "link set br0 up",
            "bridge vlan add dev to-b vid 10 pvid untagged",
            "bridge vlan add dev to-c vid 20-30",
            "link add link br0 br0.7 type vlan id 7",
        )
        ip(b, "link set lo up", "link set eth0 up", "address add 10.0.0.2/24 dev eth0")
        ip(b, "address add 2001:db8::2/64 dev eth0 nodad", "route add default via 10.0.0.1")
        ip(c, "link add d0 type dummy", "link add d1 type dummy", "link add bond0 type bond mode active-backup")
        ip(c, "link set d0 master bond0", "link add vrf7 type vrf table 107", "link set d1 master vrf7")
        ip(c, f"link add mid type veth peer name mid netns {b}")
        yield a, b, c


def test_it_has_what_ip_and_bridge_list(spaces: tuple[str, str, str]) -> None:
    a, _, c = spaces
    found = topology.snapshot()
    for name in spaces:
        space = next(each for each in found.namespaces if name in each.names)
        rows = told(name, "ip", "-j", "-d", "link", "show")
        assert [(each.index, each.name) for each in space.links] == [(row["ifindex"], row["ifname"]) for row in rows]
        masters = {(f"{name}:{row['ifname']}", f"{name}:{row['master']}") for row in rows if "master" in row}
        kinds = ("port", "member", "vrf")
        assert {each[1:] for each in joined(found) if each[0] in kinds and each[1].startswith(f"{name}:")} == masters
        vlans = {
            (row["ifname"], each["vlan"], each.get("vlanEnd", each["vlan"]), "PVID" in each.get("flags", ()))
            for row in told(name, "bridge", "-j", "-compressvlans", "vlan", "show")
            for each in row["vlans"]
        }
        assert {(each.name, one.first, one.last, one.pvid) for each in space.links for one in each.vlans} == vlans
    edges = joined(found)
    assert ("above", f"{a}:br0.7", f"{a}:br0") in edges
    assert ("member", f"{c}:d0", f"{c}:bond0") in edges
    assert ("vrf", f"{c}:d1", f"{c}:vrf7") in edges
    assert "vlans 1pu 20-30" in topology.text(found)


def test_tunnels_stand_on_their_underlay_and_it_is_said_why(spaces: tuple[str, str, str]) -> None:
    _, b, _ = spaces
    for name, words in TUNNELS.items():
        ip(b, f"link add {name} type {words}")
    found = topology.snapshot(netns=b)
    links = found.links
    edges = {links[each.source].name: each for each in found.edges if each.kind.value == "underlay"}
    assert edges.keys() == TUNNELS.keys()
    for name, edge in edges.items():
        assert links[edge.target].name == "eth0"
        assert edge.basis is (Basis.DEVICE if name in BOUND else Basis.ROUTE), name
        remote = next(word for word in TUNNELS[name].split() if word.endswith("3") and ("." in word or ":" in word))
        assert edge.remote == remote
        way = told(b, "ip", "-j", "route", "get", remote)
        assert way[0]["dev"] == "eth0"


def test_a_tunnel_that_was_moved_has_its_underlay_where_it_came_from(spaces: tuple[str, str, str]) -> None:
    _, b, c = spaces
    ip(b, "link add vx7 type vxlan id 7 dstport 4791 dev eth0 remote 10.0.0.3", f"link set vx7 netns {c}")
    ip(b, "link add gre7 type gre remote 10.0.0.3 local 10.0.0.2", f"link set gre7 netns {c}")
    edges = joined(topology.snapshot())
    assert ("underlay", f"{c}:vx7", f"{b}:eth0") in edges
    assert ("underlay", f"{c}:gre7", f"{b}:eth0") in edges


def test_wireguard_stands_on_the_way_to_its_peers(spaces: tuple[str, str, str]) -> None:
    _, b, _ = spaces
    ip(b, "link add wg0 type wireguard")
    with connect(netns=b) as nl:
        peers = [
            Peer(public_key="xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=", endpoint="10.0.0.3:51820"),
            Peer(public_key="TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=", endpoint="127.0.0.1:51821"),
        ]
        nl.do(wireguard.configure(Device(name="wg0", listen_port=51820, peers=peers)))
    found = topology.snapshot(netns=b)
    links = found.links
    ways = {(links[each.target].name, each.remote) for each in found.edges if links[each.source].name == "wg0"}
    assert ways == {("eth0", "10.0.0.3"), ("lo", "127.0.0.1")}
    assert next(each.detail for each in links.values() if each.name == "wg0") == "2 peers, port 51820"


def test_pictures_of_it_are_whole(spaces: tuple[str, str, str]) -> None:
    _, b, _ = spaces
    for name, words in TUNNELS.items():
        ip(b, f"link add {name} type {words}")
    found = topology.snapshot()
    picture = topology.svg(found)
    assert all(f'data-link="{each}"' in picture for each in found.links)
    if shutil.which("dot") is not None:
        graph = topology.dot(found)
        subprocess.run(["dot", "-Tplain"], input=graph, text=True, capture_output=True, timeout=PATIENCE, check=True)
