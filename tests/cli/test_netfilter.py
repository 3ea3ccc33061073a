"""`conntrack`, `queue`, `log`, and netfilter in `monitor`: on the real kernel, in a namespace of the test's own."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import netlynx
from child import running
from command import PATIENCE
from forking import forked
from netlynx import netns
from netlynx.netfilter import conntrack
from netlynx.netfilter.conntrack import Flow, FlowStatus, TransportProtocol, Tuple

HTTP = Tuple(
    source="10.0.0.1", destination="10.0.0.2", protocol=TransportProtocol.TCP, source_port=1000, destination_port=80
)
DNS = Tuple(
    source="fd00::1", destination="fd00::2", protocol=TransportProtocol.UDP, source_port=5353, destination_port=53
)


@pytest.fixture
def flows(nl: netlynx.Connection) -> None:
    """Two connections are tracked."""
    try:
        nl.do(conntrack.add(Flow(original=HTTP, timeout=300, mark=7, status=FlowStatus.ASSURED)))
    except netlynx.NetlinkError as error:
        pytest.skip(f"this kernel does not track connections: {error}")
    to = conntrack.Nat(first="fd00::9", last="fd00::9")
    nl.do(conntrack.add(Flow(original=DNS, timeout=300, nat_destination=to)))


def command(namespace: netns.NetworkNamespace, *arguments: str, status: int = 0) -> str:
    """What the command prints that runs in the namespace."""
    done = forked(arguments, where=namespace)
    assert done.returncode == status, done.stderr
    return done.stdout if status == 0 else done.stderr


@contextmanager
def listening(namespace: netns.NetworkNamespace, *arguments: str) -> Iterator[Any]:
    """The command in the namespace, once it listens."""
    with running(*arguments, where=namespace) as process:
        assert process.stderr is not None
        assert process.stderr.readline()
        yield process


def test_connections_are_a_table(namespace: netns.NetworkNamespace, flows: None) -> None:
    lines = [line.split() for line in command(namespace, "conntrack").splitlines()]
    assert lines[0][:3] == ["PROTOCOL", "FROM", "TO"]
    rows = {line[0]: line for line in lines[1:]}
    assert rows["tcp"][1:3] == ["10.0.0.1:1000", "10.0.0.2:80"]
    assert "assured" in rows["tcp"]
    assert rows["udp"][1:6] == ["[fd00::1]:5353", "[fd00::2]:53", "to", "[fd00::9]:53", "dst-nat"]


@pytest.mark.parametrize(
    ("options", "sources"),
    [
        (["--mark", "0x7"], ["10.0.0.1"]),
        (["--mark", "0x1/0x1"], ["10.0.0.1"]),
        (["--family", "6"], ["fd00::1"]),
        (["--protocol", "tcp", "--dport", "80"], ["10.0.0.1"]),
        (["--from", "fd00::1"], ["fd00::1"]),
        (["--to", "fd00::1"], []),
        (["--status", "assured"], ["10.0.0.1"]),
        (["--zone", "4"], []),
    ],
)
def test_filters(namespace: netns.NetworkNamespace, flows: None, options: list[str], sources: list[str]) -> None:
    listed = json.loads(command(namespace, "conntrack", "--json", *options))
    assert [flow["original"]["source"] for flow in listed] == sources


def test_statistics(namespace: netns.NetworkNamespace, flows: None) -> None:
    assert json.loads(command(namespace, "conntrack", "--statistics", "--json"))[0]["entries"] == 2
    assert command(namespace, "conntrack", "--statistics").split()[:2] == ["ENTRIES", "MOST"]


@pytest.mark.parametrize("options", [["--mark", "red"], ["--status", "happy"], ["--zone", "70000"]])
def test_what_no_connection_has_is_a_usage_error(namespace: netns.NetworkNamespace, options: list[str]) -> None:
    assert "Invalid value" in command(namespace, "conntrack", *options, status=2)


def test_monitor_tells_of_connections(namespace: netns.NetworkNamespace, flows: None, nl: netlynx.Connection) -> None:
    with listening(namespace, "monitor", "flow", "--json") as process:
        nl.do(conntrack.delete(Flow(original=HTTP)))
        nl.do(conntrack.add(Flow(original=HTTP, timeout=300)))
        nl.do(conntrack.change(Flow(original=HTTP, mark=9)))
        told = [json.loads(process.stdout.readline()) for _ in range(2)]
    assert [(each["event"], each["object"]) for each in told] == [("new", "flow"), ("update", "flow")]
    assert told[1]["mark"] == 9


@pytest.fixture
def rules(namespace: netns.NetworkNamespace) -> None:
    """UDP to port 9 goes to queue 5, to port 10 to log group 3."""
    netns.run_in(namespace, subprocess.run, ["ip", "link", "set", "lo", "up"], check=True)
    for tool in filter(shutil.which, ("iptables-legacy", "iptables-nft", "iptables")):
        made = [
            netns.run_in(namespace, subprocess.run, [tool, *rule.split()], capture_output=True).returncode
            for rule in (
                "-A OUTPUT -p udp --dport 9 -j NFQUEUE --queue-num 5",
                "-A OUTPUT -p udp --dport 10 -j NFLOG --nflog-group 3 --nflog-prefix hey",
            )
        ]
        if made == [0, 0]:
            return
    pytest.skip("no iptables that this kernel takes NFQUEUE and NFLOG rules from")


def test_a_queue_is_shown_and_let_go_on(namespace: netns.NetworkNamespace, rules: None) -> None:
    with (
        listening(namespace, "queue", "5", "--mark", "3", "--count", "1") as process,
        netns.socket_in(namespace, socket.AF_INET, socket.SOCK_DGRAM, 0) as sock,
    ):
        sock.bind(("127.0.0.1", 9))
        sock.settimeout(PATIENCE)
        sock.sendto(b"hello", ("127.0.0.1", 9))
        assert sock.recv(100) == b"hello"
        line = process.stdout.readline()
        assert process.wait() == 0
    assert "1 output out lo udp 127.0.0.1:9 > 127.0.0.1:9 bytes 33" in line


def test_a_queue_is_dropped(namespace: netns.NetworkNamespace, rules: None) -> None:
    with (
        listening(namespace, "queue", "5", "--drop", "--json") as process,
        netns.socket_in(namespace, socket.AF_INET, socket.SOCK_DGRAM, 0) as sock,
    ):
        sock.bind(("127.0.0.1", 9))
        sock.sendto(b"hello", ("127.0.0.1", 9))
        told = json.loads(process.stdout.readline())
        assert (told["event"], told["queue"], told["header"]["hook"]) == ("packet", 5, "output")
        with pytest.raises(BlockingIOError):
            sock.recv(100, socket.MSG_DONTWAIT)


def test_logged_packets_are_shown(namespace: netns.NetworkNamespace, rules: None) -> None:
    with (
        listening(namespace, "log", "3", "--count", "1") as process,
        netns.socket_in(namespace, socket.AF_INET, socket.SOCK_DGRAM, 0) as sock,
    ):
        sock.bind(("127.0.0.1", 10))
        sock.sendto(b"hello", ("127.0.0.1", 10))
        line = process.stdout.readline()
        assert process.wait() == 0
    assert line.startswith("hey output out lo udp 127.0.0.1:10 > 127.0.0.1:10 bytes 33")


def test_accepting_and_dropping_exclude_each_other(namespace: netns.NetworkNamespace) -> None:
    assert "are not accepted" in command(namespace, "queue", "5", "--drop", "--mark", "1", status=2)
