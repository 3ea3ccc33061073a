"""What collectors read is what other programs list, in a namespace that has some of everything."""

from __future__ import annotations

import json
import re
import shutil
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from conftest import Ip
from netlynx import Connection, connect, metrics, netns, route
from support import PATIENCE, needs_root

pytestmark = [needs_root, pytest.mark.namespace]
FRAME = b"\xff" * 12 + b"\x88\xb5" + bytes(200)  # of a protocol for experiments: nobody takes it, it is dropped
RULESET = "table inet fw { counter web { packets 3 bytes 180 }\n counter dns { }\n }"


@pytest.fixture
def nl(namespace: netns.NetworkNamespace, ip: Ip) -> Iterator[Connection]:
    """Two ends of a cable over which some has gone, a bridge, a queue, neighbours, routes."""
    ip("link set lo up")
    ip("link add v0 type veth peer name v1")
    ip("link add br0 type bridge")
    ip("link set v0 alias uplink")
    ip("link set br0 mtu 1400")
    for name in ("v0", "v1"):
        ip(f"link set {name} addrgenmode none up")
    ip("address add 192.0.2.1/24 dev v0")
    ip("neighbour add 192.0.2.9 lladdr 02:00:00:00:00:09 dev v0")
    ip("neighbour add 192.0.2.10 lladdr 02:00:00:00:00:0a dev v0 nud stale")
    ip("route add blackhole 10.0.0.0/8 proto bgp")
    ip("route add 10.1.0.0/16 via 192.0.2.2 proto bgp table 100")
    with connect(netns=namespace) as made:
        with made.subscribe(route.LINKS) as events:
            while made.count(route.links().where(kind="veth", operstate="up")) < 2:
                events.get(timeout=PATIENCE)
        with netns.socket_in(namespace, socket.AF_PACKET, socket.SOCK_RAW) as sender:
            sender.bind(("v0", 0))
            for _ in range(7):
                sender.send(FRAME)
        yield made


def read(nl: Connection, name: str) -> dict[str, dict[tuple[str, ...], Any]]:
    """By the name of the metric, without what all have before it: values by labels."""
    return {
        family.metric.sample.removeprefix("netlynx_"): dict(zip(family.keys, family.values, strict=True))
        for family in metrics.collect(nl, name, deadline=PATIENCE)
    }


def needs(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"needs {program}")


def test_links_are_those_of_ip(nl: Connection, ip: Ip) -> None:
    found = read(nl, "links")
    listed = ip.json("-s link")
    assert len(listed) == 4
    for each in listed:
        key = (each["ifname"],)
        assert found["link_index"][key] == each["ifindex"]
        assert found["link_mtu_bytes"][key] == each["mtu"]
        assert found["link_transmit_queue_length_packets"][key] == each.get("txqlen", 1000)
        assert found["link_up"][key] == (each["operstate"] == "UP")
        assert found["link_administratively_up"][key] == ("UP" in each["flags"])
        assert found["link_operstate_info"][*key, each["operstate"].lower()] == 1
        kind = each.get("linkinfo", {}).get("info_kind", "")
        assert found["link_info"][*key, kind, each["address"], "", each.get("ifalias", "")] == 1
        received, sent = each["stats64"]["rx"], each["stats64"]["tx"]
        for theirs, ours in (("bytes", "bytes"), ("packets", "packets"), ("errors", "errors"), ("dropped", "dropped")):
            assert found[f"link_receive_{ours}_total"][key] == received[theirs]
            assert found[f"link_transmit_{ours}_total"][key] == sent[theirs]
        assert found["link_receive_over_errors_total"][key] == received["over_errors"]
        assert found["link_receive_multicast_total"][key] == received["multicast"]
        assert found["link_collisions_total"][key] == sent["collisions"]
    assert found["link_transmit_packets_total"]["v0",] == 7
    assert found["link_receive_dropped_total"]["v1",] == 7
    assert found["link_carrier_changes_total"]["v0",] == 2


def test_queues_are_those_of_tc(nl: Connection, ip: Ip) -> None:
    needs("tc")
    for kind in ("pfifo_fast", "tbf rate 1mbit burst 10k latency 50ms"):
        with suppress(RuntimeError):  # of a kernel without this module
            ip(f"qdisc replace dev v1 root {kind}", tool="tc")
    found = read(nl, "qdiscs")
    theirs: dict[tuple[str, str], Counter[str]] = {}
    for each in ip.json("-s qdisc show", tool="tc"):
        counted = theirs.setdefault((each["dev"], each["kind"]), Counter())
        counted["qdiscs"] += 1
        for name in ("bytes", "packets", "drops", "overlimits", "requeues", "backlog", "qlen"):
            counted[name] += each[name]
    assert theirs
    for ours, name in (
        ("qdiscs", "qdiscs"),
        ("qdisc_bytes_total", "bytes"),
        ("qdisc_packets_total", "packets"),
        ("qdisc_drops_total", "drops"),
        ("qdisc_overlimits_total", "overlimits"),
        ("qdisc_requeues_total", "requeues"),
        ("qdisc_backlog_bytes", "backlog"),
        ("qdisc_queue_length_packets", "qlen"),
    ):
        assert found[ours] == {key: counted[name] for key, counted in theirs.items()}


def test_neighbours_and_their_tables_are_those_of_ip(nl: Connection, ip: Ip) -> None:
    found = read(nl, "neighbours")
    shown = ip.json("-4 neighbour show nud all")
    assert {key: count for key, count in found["neighbours"].items() if key[1] == "inet"} == Counter(
        (each["dev"], "inet", each["state"][0].lower()) for each in shown
    )
    assert found["neighbours"]["v0", "inet", "permanent"] == 1
    assert found["neighbours"]["v0", "inet", "stale"] == 1
    tables = [each for each in ip.json("ntable show") if "thresh3" in each]
    assert found["neighbour_table_limit_entries"] == {(each["name"],): each["thresh3"] for each in tables}
    assert found["neighbour_table_entries"]["arp_cache",] >= 2


def test_routes_are_those_of_ip(nl: Connection, ip: Ip) -> None:
    theirs = Counter(
        ("inet" + version.replace("4", ""), each.get("protocol", "boot"), each.get("type", "unicast"))
        for version in ("4", "6")
        for each in ip.json(f"-{version} route show table all")
    )
    found = read(nl, "routes")["routes"]
    assert found == theirs
    assert found["inet", "bgp", "blackhole"] == found["inet", "bgp", "unicast"] == 1


def test_sockets_are_those_of_ss(nl: Connection, ip: Ip, namespace: netns.NetworkNamespace) -> None:
    needs("ss")
    with netns.inside(namespace):
        server = socket.create_server(("127.0.0.1", 0))
        client = socket.create_connection(server.getsockname())
        accepted, _ = server.accept()
        six = socket.create_server(("::1", 0), family=socket.AF_INET6)
        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagrams.bind(("127.0.0.1", 0))
        local = socket.socket(socket.AF_UNIX)
        local.bind("\0netlynx-exporter")
        local.listen()
    with server, client, accepted, six, datagrams, local:
        theirs: Counter[tuple[str, str]] = Counter()
        for line in ip("-Htuxan", tool="ss").splitlines():
            kind, state = line.split()[:2]
            theirs["unix" if kind.startswith("u_") else kind, state.lower().replace("-", "_")] += 1
        found: Counter[tuple[str, str]] = Counter()
        for (protocol, _, state), count in read(nl, "sockets")["sockets"].items():
            shown = {"established": "estab", "close": "unconn"}.get(state, state)
            if protocol in ("tcp", "udp", "unix"):
                found[protocol, shown] += count
        assert found == theirs
        assert found["tcp", "estab"] == 2
        assert found["tcp", "listen"] == 2


def test_connections_are_those_of_conntrack(nl: Connection, ip: Ip) -> None:
    needs("conntrack")
    words = "-p udp -s 192.0.2.1 -d 192.0.2.2 --sport 1 --dport {} -t 60"
    for port in (1, 2, 3):
        ip(f"-I {words.format(port)}", tool="conntrack")
    found = read(nl, "conntrack")
    assert found["conntrack_entries"][()] == int(ip("-C", tool="conntrack")) == 3
    told: Counter[str] = Counter()
    for name, value in re.findall(r"(\w+)=(\d+)", ip("-S", tool="conntrack")):
        told[name] += int(value)
    ours = {"found": "found", "invalid": "invalid", "insert": "inserted", "insert_failed": "insert_failed"}
    ours |= {"drop": "dropped", "early_drop": "early_dropped", "error": "errors", "search_restart": "search_restarts"}
    for theirs, name in ours.items():
        if theirs in told:
            assert found[f"conntrack_{name}_total"][()] == told[theirs]


def test_counters_are_those_of_nft(nl: Connection, ip: Ip) -> None:
    needs("nft")
    ip("-f -", tool="nft", stdin=RULESET)
    found = read(nl, "nft")
    counters = [
        each["counter"] for each in json.loads(ip("-j list counters", tool="nft"))["nftables"] if "counter" in each
    ]
    assert len(counters) == 2
    for unit in ("bytes", "packets"):
        assert found[f"nft_counter_{unit}_total"] == {
            (each["family"], each["table"], each["name"]): each[unit] for each in counters
        }


def test_speeds_are_those_of_ethtool(nl: Connection, ip: Ip) -> None:
    needs("ethtool")
    found = read(nl, "ethtool")["link_speed_bytes"]
    told = re.search(r"Speed: (\d+)Mb/s", ip("v0", tool="ethtool"))
    assert told is not None
    assert found["v0",] == int(told[1]) * 1_000_000 / 8


def test_netlink_sockets_are_those_of_proc(nl: Connection, namespace: netns.NetworkNamespace) -> None:
    deaf = netns.socket_in(namespace, socket.AF_NETLINK, socket.SOCK_RAW, 0)
    with deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        deaf.bind((0, 1))  # RTMGRP_LINK
        for mtu in range(1000, 1040):
            nl.do(route.change(route.Link(name="br0", mtu=mtu)))
        found = read(nl, "netlink")

        def listed() -> list[list[str]]:
            with open("/proc/thread-self/net/netlink") as file:
                return [line.split() for line in file][1:]

        rows = [row for row in netns.run_in(namespace, listed) if row[2] != "0"]
        drops = sum(int(row[8]) for row in rows if row[1] == "0")
        assert found["netlink_socket_drops"]["route",] == drops > 0
        assert found["netlink_sockets"]["route",] == sum(row[1] == "0" for row in rows)
        waiting = sum(int(row[4]) for row in rows if row[1] == "0")
        assert found["netlink_socket_receive_queue_bytes"]["route",] == waiting > 0
