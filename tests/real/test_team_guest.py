"""Teams of links: options, ports and events, beside `teamnl` and `teamd`, and packets on the ports that are chosen."""

from __future__ import annotations

import json
import re
import shutil
import socket
import struct
from pathlib import Path
from typing import Any

import pytest

import netlynx
from conftest import Ip
from netlynx import netns, route
from netlynx.families import team
from support import PATIENCE, load

pytestmark = [pytest.mark.guest, pytest.mark.namespace]


@pytest.fixture
def ports(nl: netlynx.Connection, ip: Ip) -> list[str]:
    """A team t0 whose ports are two pairs of links, of which one is used."""
    load("team", "team_mode_activebackup")
    ip("link add t0 type team")
    nl.do(team.set_option("t0", "mode", "activebackup"))
    for number in range(2):
        ip(f"link add p{number} type veth peer name q{number}")
        ip(f"link set q{number} up")
        ip(f"link set p{number} master t0")
        ip(f"link set p{number} up")
    ip("link set t0 up")
    return ["p0", "p1"]


def shown(ip: Ip) -> dict[tuple[str, str | None, int | None], str]:
    """What `teamnl` shows of each option, by name, port and place."""
    found = {}
    for line in ip("t0 options", tool="teamnl").splitlines():
        match = re.fullmatch(r"\s*\*?([\w]+) ?(?:\(port:(\w+)\) ?)?(?:\(arridx:(\d+)\) ?)?(.*)", line)
        assert match is not None, line
        name, port, place, value = match.groups()
        found[name, port, None if place is None else int(place)] = value.strip()
    return found


def as_teamnl(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.hex() if isinstance(value, bytes) else str(value)


@pytest.mark.parametrize("mode", ["roundrobin", "activebackup", "loadbalance"])
def test_options_of_a_team_are_those_that_teamnl_shows(nl: netlynx.Connection, ip: Ip, mode: str) -> None:
    load("team", f"team_mode_{mode}")
    ip("link add t0 type team")
    nl.do(team.set_option("t0", "mode", mode))
    for number in range(2):
        ip(f"link add p{number} type veth peer name q{number}")
        ip(f"link set p{number} master t0")
    names = {link.index: link.name for link in nl.dump(route.links())}
    told = nl.do(team.options("t0"))
    counted = {"lb_hash_stats", "lb_port_stats", "bpf_hash_func"}  # bytes, which teamnl shows in ways of its own
    mine = {
        (each.name, names.get(each.port or 0), each.index): as_teamnl(each.value)
        for each in told
        if each.name not in counted
    }
    theirs = {key: value for key, value in shown(ip).items() if key[0] not in counted}
    assert mine == theirs
    assert mine["mode", None, None] == mode
    assert len(told) > (2 * 256 if mode == "loadbalance" else 10)  # in several messages


def test_what_teamnl_sets_is_heard(nl: netlynx.Connection, ip: Ip, ports: list[str]) -> None:
    index = nl.do(route.link(name="p1")).index
    with nl.subscribe(team.EVENTS) as events:
        ip(f"t0 setoption activeport {index}", tool="teamnl")
        event = events.get(timeout=PATIENCE)
    assert isinstance(event, netlynx.Event)
    (option,) = team.options_of(event.record)
    assert (option.name, option.value, option.changed) == ("activeport", index, True)


def test_ports_are_those_that_teamnl_shows(nl: netlynx.Connection, ip: Ip, ports: list[str]) -> None:
    told = {each.ifindex: each for each in nl.do(team.ports("t0"))}
    for line in ip("t0 ports", tool="teamnl").splitlines():
        match = re.match(r"\s*(\d+): (\w+): (up|down) ?(\d+)?", line)
        assert match is not None, line
        each = told.pop(int(match[1]))
        assert each.linkup is (match[3] == "up")
        if match[4]:
            assert each.speed == int(match[4])
        assert match[2] in ports
    assert told == {}


def test_a_team_that_teamd_runs(nl: netlynx.Connection, ip: Ip) -> None:
    if shutil.which("teamd") is None:
        pytest.skip("no teamd")
    load("team", "team_mode_activebackup")
    for number in range(2):
        ip(f"link add p{number} type veth peer name q{number}")
        ip(f"link set q{number} up")
    config = {"device": "t1", "runner": {"name": "activebackup"}, "ports": {"p0": {"prio": 5}, "p1": {}}}
    Path("/var/run/teamd").mkdir(parents=True, exist_ok=True)
    ip(f"-d -c '{json.dumps(config)}'", tool="teamd")
    try:
        options = nl.do(team.options("t1"))
        index = nl.do(route.link(name="p0")).index
        assert {each.value for each in options if each.name == "mode"} == {"activebackup"}
        assert {each.value for each in options if (each.name, each.port) == ("priority", index)} == {5}
        assert {each.ifindex for each in nl.do(team.ports("t1"))} == {
            nl.do(route.link(name=name)).index for name in ("p0", "p1")
        }
    finally:
        ip("-t t1 -k", tool="teamd")


def test_what_is_no_team_is_refused(nl: netlynx.Connection, ip: Ip) -> None:
    load("team")
    ip("link add d0 type dummy")
    with pytest.raises(netlynx.NetlinkError):
        nl.do(team.options("d0"))
    with pytest.raises(netlynx.NotFound):
        nl.do(team.options("nothing"))


# Each option that can be set, with two values of it, and the mode that has it if it is of one. `p0` is a port, `q0`
# stands for its index.
OPTIONS: tuple[tuple[str | None, str, Any, Any], ...] = (
    (None, "notify_peers_count", 3, 0),
    (None, "notify_peers_interval", 200, 0),
    (None, "mcast_rejoin_count", 2, 1),
    (None, "mcast_rejoin_interval", 4294967295, 1),
    (None, "enabled", False, True),
    (None, "user_linkup_enabled", True, False),
    (None, "user_linkup", True, False),
    (None, "priority", -2147483648, 2147483647),
    (None, "queue_id", 1, 0),
    ("activebackup", "activeport", "p1", "p0"),
    ("loadbalance", "lb_tx_method", "hash_to_port_mapping", "hash"),
    ("loadbalance", "lb_stats_refresh_interval", 20, 50),
    ("loadbalance", "lb_tx_hash_to_port_mapping", "p1", "p0"),
)
OF_PORTS = {"enabled", "user_linkup_enabled", "user_linkup", "priority", "queue_id"}


def test_each_option_is_set_both_ways(nl: netlynx.Connection, ip: Ip) -> None:
    """Here, and read by teamnl; by teamnl, and read here. Of the other port, or place, nothing is changed."""
    for mode in ("activebackup", "loadbalance"):
        load("team", f"team_mode_{mode}")
        ip("link add t0 numtxqueues 4 type team")
        nl.do(team.set_option("t0", "mode", mode))
        for number in range(2):
            ip(f"link add p{number} type veth peer name q{number}")
            ip(f"link set p{number} master t0")
        index = {link.name: link.index for link in nl.dump(route.links())}
        tried = set()
        for of, name, first, second in OPTIONS:
            if of not in (None, mode):
                continue
            tried.add(name)
            port = "p1" if name in OF_PORTS else None
            place = 7 if name == "lb_tx_hash_to_port_mapping" else None
            where = (f"-p {port} " if port else "") + (f"-a {place} " if place is not None else "")
            others = {key: value for key, value in shown(ip).items() if key != (name, port, place)}
            mine, theirs = (index.get(each, each) if isinstance(each, str) else each for each in (first, second))
            nl.do(team.set_option("t0", name, mine, port=port, index=place))
            assert ip(f"{where}t0 getoption {name}", tool="teamnl").strip() == as_teamnl(mine), name
            ip(f"{where}t0 setoption {name} {as_teamnl(theirs)}", tool="teamnl")
            (found,) = [
                each.value
                for each in nl.do(team.options("t0"))
                if (each.name, each.port, each.index) == (name, index.get(port or ""), place)
            ]
            assert (found, type(found)) == (theirs, type(theirs)), name
            after = {key: value for key, value in shown(ip).items() if key != (name, port, place)}
            assert after == others, name
        known = {each.name for each in nl.do(team.options("t0"))}
        told = {"lb_hash_stats", "lb_port_stats"}  # what is counted
        assert known - tried == {"mode"} | (told | {"bpf_hash_func"} if mode == "loadbalance" else set())
        for name in told & known:
            one = next(each for each in nl.do(team.options("t0")) if each.name == name)
            with pytest.raises(netlynx.NetlinkError):
                nl.do(team.set_option("t0", name, one.value, port=one.port, index=one.index))
        for number in range(2):
            ip(f"link del p{number}")
        ip("link del t0")


def test_frames_leave_on_the_port_that_their_hash_is_mapped_to(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace, ip: Ip
) -> None:
    """The hash is a program's, in bytes; here one that says the same of all frames."""
    load("team", "team_mode_loadbalance")
    ip("link add t0 type team")
    nl.do(team.set_option("t0", "mode", "loadbalance"))
    for number in range(2):
        ip.all(
            (
                f"link add p{number} type veth peer name q{number}",
                f"link set q{number} up addrgenmode none",
                f"link set p{number} master t0",
                f"link set p{number} up addrgenmode none",
            )
        )
    ip("link set t0 up addrgenmode none")
    index = {link.name: link.index for link in nl.dump(route.links())}
    always = struct.pack("=HBBI", 0x06, 0, 0, 7)  # struct sock_filter: BPF_RET | BPF_K, 7
    nl.do(team.set_option("t0", "bpf_hash_func", always))
    assert {each.value for each in nl.do(team.options("t0")) if each.name == "bpf_hash_func"} == {always}
    assert ip("t0 getoption bpf_hash_func", tool="teamnl").strip() == "".join(f"\\{each:02x}" for each in always)
    nl.do(team.set_option("t0", "lb_tx_method", "hash_to_port_mapping"))
    with netns.inside(namespace):
        sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    with sender:
        sender.bind(("t0", 0))
        for port, other in (("p1", "p0"), ("p0", "p1")):
            nl.do(team.set_option("t0", "lb_tx_hash_to_port_mapping", index[port], index=7))
            before = {name: sent(nl, name) for name in ("p0", "p1")}
            for number in range(10):
                sender.send(bytes([255] * 6 + [2, 0, 0, 0, 0, number, 0x88, 0xB5]) + bytes(46))
            assert {name: sent(nl, name) - before[name] for name in ("p0", "p1")} == {port: 10, other: 0}
    with pytest.raises(netlynx.NetlinkError):
        nl.do(team.set_option("t0", "bpf_hash_func", b"odd"))


def sent(nl: netlynx.Connection, name: str) -> int:
    statistics = nl.do(route.link(name=name)).stats64
    assert statistics is not None
    return statistics.tx_packets
