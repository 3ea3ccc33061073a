"""Tables have the rows that other programs list."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from typing import Any

import pytest

from netlynx import netns, sql

pytestmark = pytest.mark.namespace


def said(namespace: netns.NetworkNamespace, *words: str) -> str:
    if shutil.which(words[0]) is None:
        pytest.skip(f"needs {words[0]}")
    return str(netns.run_in(namespace, subprocess.check_output, words, text=True))


def test_links_addresses_routes_and_neighbours_are_those_of_ip(
    namespace: netns.NetworkNamespace, db: sql.Session
) -> None:
    def ip(*words: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(said(namespace, "ip", "-j", *words))
        return found

    theirs = [(each["ifindex"], each["ifname"], each["mtu"], each.get("address")) for each in ip("link")]
    assert db.execute("select index, name, mtu, address from links order by 1").rows() == sorted(theirs)
    pairs = [(each["ifname"], info["local"], info["prefixlen"]) for each in ip("address") for info in each["addr_info"]]
    ours = "select name, a.address, prefixlen from addresses a join links l using (index)"
    assert sorted(db.execute(ours)) == sorted(pairs)
    routes = [
        ("0.0.0.0/0" if each["dst"] == "default" else each["dst"] if "/" in each["dst"] else f"{each['dst']}/32")
        for each in ip("-4", "route", "list", "table", "all")
    ]
    ours = "select destination from routes where family = 'inet'"
    assert sorted(destination for (destination,) in db.execute(ours)) == sorted(routes)
    neighbours = [(each["dst"], each.get("lladdr"), each["dev"]) for each in ip("-4", "neighbour")]
    ours = """select n.destination, n.address, l.name from neighbours n join links l using (index)
        where n.family = 'inet' and n.state <> 'NOARP'"""
    assert sorted(db.execute(ours)) == sorted(neighbours)


def test_sockets_are_those_of_ss(namespace: netns.NetworkNamespace, db: sql.Session) -> None:
    with netns.inside(namespace):
        server = socket.create_server(("127.0.0.1", 0))
        client = socket.create_connection(server.getsockname())
        accepted, _ = server.accept()
        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagrams.bind(("127.0.0.1", 0))
    with server, client, accepted, datagrams:
        lines = said(namespace, "ss", "-Htuan").splitlines()
        theirs = sorted((line.split()[0], line.split()[4]) for line in lines)
        ours = "select protocol, source || ':' || source_port from sockets order by 1, 2"
        assert db.execute(ours).rows() == theirs
        assert len(theirs) == 4


def test_counters_and_rules_are_those_of_nft(namespace: netns.NetworkNamespace, db: sql.Session) -> None:
    theirs = json.loads(said(namespace, "nft", "-j", "list", "ruleset"))["nftables"]
    counters = [each["counter"] for each in theirs if "counter" in each]
    assert db.execute('select family, "table", name, packets, bytes from nft_counters').rows() == [
        (each["family"], each["table"], each["name"], each["packets"], each["bytes"]) for each in counters
    ]
    rules = [each["rule"] for each in theirs if "rule" in each]
    assert db.execute('select family, "table", chain, handle from nft_rules').rows() == [
        (each["family"], each["table"], each["chain"], each["handle"]) for each in rules
    ]
    sets = "select s.name, count(e.key) from nft_sets s left join nft_elements e on e.set = s.name group by 1"
    assert db.execute(sets).rows() == [("ports", 2)]
