"""A topology has what `ip`, `bridge` and `ss` list of three namespaces, and survives their end."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from netlynx import connect, netns, route, topology
from netlynx.topology import Topology
from support import PATIENCE, named_namespace, needs_root
from topology.worlds import joined

pytestmark = [pytest.mark.namespace, needs_root]


def told(where: str, *words: str) -> Any:
    """What a command prints as JSON in a namespace."""
    done = netns.run_in(where, subprocess.run, words, capture_output=True, timeout=PATIENCE, check=True)
    return json.loads(done.stdout or "[]")


def ip(where: str, *lines: str) -> None:
    for line in lines:
        netns.run_in(where, subprocess.run, ["ip", *line.split()], timeout=PATIENCE, check=True)


@pytest.fixture
def spaces() -> Iterator[tuple[str, str, str]]:
    """A bridge in one namespace, pairs to two others, and a pair between these."""
    with ExitStack() as stack:
        a, b, c = (stack.enter_context(named_namespace()) for _ in range(3))
        ip(
            a,
            "link set lo up",
            "link add br0 type bridge",
            "link set br0 up",
            "address add 10.0.0.1/24 dev br0",
            f"link add to-b type veth peer name eth0 netns {b}",
            f"link add to-c type veth peer name eth0 netns {c}",
            "link set to-b master br0 up",
            "link set to-c master br0 up",
            "link add link br0 mv0 type macvlan mode bridge",
        )
        ip(b, "link set eth0 up", "address add 10.0.0.2/24 dev eth0", "route add default via 10.0.0.1 metric 7")
        ip(b, f"link add mid type veth peer name mid netns {c}")
        yield a, b, c


def of(found: Topology, names: tuple[str, ...]) -> list[topology.Namespace]:
    return [next(each for each in found.namespaces if name in each.names) for name in names]


def test_it_has_what_ip_lists(spaces: tuple[str, str, str]) -> None:
    found = topology.snapshot()
    for space, name in zip(of(found, spaces), spaces, strict=True):
        listed = told(name, "ip", "-j", "-d", "address", "show")
        assert [(each.index, each.name) for each in space.links] == [(row["ifindex"], row["ifname"]) for row in listed]
        kinds = {row["ifname"]: row.get("linkinfo", {}).get("info_kind", row["link_type"]) for row in listed}
        assert {each.name: each.kind for each in space.links} == kinds
        assert {each.name: each.hardware_address for each in space.links} == {
            row["ifname"]: row.get("address") for row in listed
        }
        own = {
            (row["ifname"], info["local"], info["prefixlen"], info["scope"])
            for row in listed
            for info in row["addr_info"]
        }
        seen = {(each.name, one.address, one.prefixlen, one.scope) for each in space.links for one in each.addresses}
        assert seen == own
        routes = told(name, "ip", "-j", "route", "show", "default")
        names = {each.id: each.name for each in space.links}
        assert [(each.gateway, names[each.link or ""], each.metric) for each in space.routes] == [
            (row["gateway"], row["dev"], row["metric"]) for row in routes
        ]


def test_masters_parents_and_peers_are_those_that_ip_tells(spaces: tuple[str, str, str]) -> None:
    a, b, c = spaces
    found = topology.snapshot()
    edges = {each for each in joined(found) if each[1].split(":")[0] in spaces}
    expected = {("pair", *sorted((f"{b}:mid", f"{c}:mid")))}
    expected |= {("pair", *sorted((f"{a}:to-b", f"{b}:eth0"))), ("pair", *sorted((f"{a}:to-c", f"{c}:eth0")))}
    for row in told(a, "ip", "-j", "-d", "link", "show"):
        if "master" in row:
            expected.add(("port", f"{a}:{row['ifname']}", f"{a}:{row['master']}"))
        if row.get("linkinfo", {}).get("info_kind") == "macvlan":
            expected.add(("above", f"{a}:{row['ifname']}", f"{a}:{row['link']}"))
    assert edges == expected
    for name in (a, b, c):
        ids = {row["nsid"]: row.get("name") for row in told(name, "ip", "-j", "netns", "list-id")}
        rows = {row["ifname"]: row for row in told(name, "ip", "-j", "link", "show")}
        spaces_of = {each.id: each for each in found.namespaces}
        links = found.links
        for edge in found.edges:
            for near, far in ((edge.source, edge.target), (edge.target, edge.source)):
                if edge.kind.value == "pair" and name in spaces_of[links[near].namespace].names:
                    row = rows[links[near].name]
                    assert row["link_index"] == links[far].index
                    assert ids[row["link_netnsid"]] in spaces_of[links[far].namespace].names


def test_who_listens_is_who_ss_lists(spaces: tuple[str, str, str]) -> None:
    a, _, _ = spaces
    with (
        netns.socket_in(a, socket.AF_INET, socket.SOCK_STREAM) as tcp,
        netns.socket_in(a, socket.AF_INET6, socket.SOCK_DGRAM) as udp,
    ):
        tcp.bind(("10.0.0.1", 0))
        tcp.listen()
        udp.bind(("::", 0))
        (space,) = of(topology.snapshot(), (a,))
        done = netns.run_in(
            a, subprocess.run, ["ss", "-Hlntup"], capture_output=True, text=True, timeout=PATIENCE, check=True
        )
        listed = set()
        for line in done.stdout.splitlines():
            kind, _, _, _, local, _, *process = line.split()
            address, _, port = local.rpartition(":")
            wild = {"*": "::", "0.0.0.0": "0.0.0.0"}
            listed.add((kind, wild.get(address, address.strip("[]")), int(port), "".join(process).count("pid=")))
        assert {(each.protocol, each.address, each.port, len(each.processes)) for each in space.listeners} == listed
        assert len(listed) == 2


def test_one_namespace_is_looked_into_and_others_are_named(spaces: tuple[str, str, str]) -> None:
    a, b, c = spaces
    found = topology.snapshot(netns=b)
    assert {each.label: each.unseen for each in found.namespaces} == {
        b: None,
        a: "it was not asked for",
        c: "it was not asked for",
    }
    assert {each[0] for each in joined(found)} == {"pair"}
    assert len(found.edges) == 2


def test_a_namespace_without_a_name_is_found_by_its_id() -> None:
    with named_namespace() as name, netns.anonymous() as hidden:
        with connect(netns=name) as nl:
            peer = route.Link(name="v1", netns_fd=hidden)
            nl.do(route.add(route.Link(name="v0", kind="veth", data=route.Veth(peer=peer))))
            nsid = nl.do(route.namespace_id(fd=hidden)).nsid
        found = topology.snapshot(netns=name)
        assert [each.label for each in found.namespaces] == [name, f"nsid {nsid} of {name}"]
        assert len(found.edges) == 1


def test_namespaces_that_come_and_go_meanwhile_do_no_harm() -> None:
    """They are made and removed while pictures are taken: each picture is whole, or says what ended."""
    stop = threading.Event()

    def churn() -> None:
        while not stop.is_set():
            with named_namespace() as name:
                ip(name, "link add v0 type veth peer name v1")

    thread = threading.Thread(target=churn)
    thread.start()
    try:
        for _ in range(15):
            found = topology.snapshot(owners=False)
            links = found.links
            assert all(edge.source in links and edge.target in links for edge in found.edges)
            assert any(each.own and each.unseen is None for each in found.namespaces)
            topology.svg(found)
    finally:
        stop.set()
        thread.join()


def test_the_namespace_of_a_thread_alone_is_the_callers_own() -> None:
    with netns.anonymous() as space, netns.inside(space):
        found = topology.snapshot()
        own = next(each for each in found.namespaces if each.own)
    assert (own.label, [each.name for each in own.links]) == ("here", ["lo"])
