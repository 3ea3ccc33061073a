"""`nft monitor`, `nft trace` and the firewall in `monitor`: in a namespace of the test's own, changed by `nft`."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from child import running
from command import Run
from netlynx import netns
from nft_program import Nft

MADE = "add table inet t\nadd chain inet t c\nadd rule inet t c accept\nadd set inet t s { type ipv4_addr; }"
ELEMENTS = "add element inet t s { 192.0.2.1 }"


@pytest.fixture
def nft(namespace: netns.NetworkNamespace) -> Nft:
    return Nft(namespace)


@contextmanager
def listening(namespace: netns.NetworkNamespace, *arguments: str) -> Iterator[Any]:
    """The command in the namespace, once it listens."""
    with running(*arguments, where=namespace) as process:
        assert process.stderr is not None
        assert process.stderr.readline()
        yield process


def test_a_transaction_is_told_with_all_that_it_changed(namespace: netns.NetworkNamespace, nft: Nft) -> None:
    with listening(namespace, "nft", "monitor", "--count", "2") as process:
        nft(MADE)
        nft(ELEMENTS)
        lines = [line.split() for line in process.stdout]
    told = [line[:-1] if line[-1].isdigit() else line for line in lines]
    assert told[0] == ["new", "table", "inet", "t"]
    assert sorted(line[1] for line in told[1:4]) == ["chain", "rule", "set"]
    assert told[4][:3] == ["commit", "generation", lines[4][2]]
    assert lines[4][3:5] == ["by", "nft"]
    assert lines[5][:-1] == ["new", "element", "inet", "t", "s"]
    assert lines[6][:2] == ["commit", "generation"]


def test_as_json_it_is_one_object(namespace: netns.NetworkNamespace, nft: Nft) -> None:
    with listening(namespace, "nft", "monitor", "--count", "1", "--json") as process:
        nft(MADE)
        (line,) = process.stdout
    said = json.loads(line)
    assert (said["event"], said["object"], said["process"], said["complete"]) == ("commit", "ruleset", "nft", True)
    told = [f"{each['event']} {each['object']}" for each in said["changes"]]
    assert told[0] == "new table"
    assert sorted(told[1:]) == ["new chain", "new rule", "new set"]
    assert said["changes"][0]["name"] == "t"


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_monitor_tells_of_it_among_others(namespace: netns.NetworkNamespace, nft: Nft, form: tuple[str, ...]) -> None:
    with listening(namespace, "monitor", "ruleset", "link", *form) as process:
        nft(MADE)
        line = process.stdout.readline()
    if form:
        assert json.loads(line)["object"] == "ruleset"
    else:
        assert line.split()[:3] == ["commit", "ruleset", "generation"]
        assert ": new table inet t, " in line


def send(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"hello", ("127.0.0.1", port))


@pytest.mark.parametrize("command", [("nft", "trace", "--count", "2"), ("monitor", "trace")])
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_packets_are_told_of_rule_by_rule(
    namespace: netns.NetworkNamespace, nft: Nft, command: tuple[str, ...], form: tuple[str, ...]
) -> None:
    nft(
        "add table ip t\nadd chain ip t in { type filter hook input priority 0; }\n"
        "add rule ip t in udp dport 4711 meta nftrace set 1\nadd rule ip t in udp dport 4711 drop"
    )
    netns.run_in(namespace, subprocess.run, ["ip", "link", "set", "lo", "up"], check=True)
    with listening(namespace, *command, *form) as process:
        netns.run_in(namespace, send, 4711)
        lines = [process.stdout.readline() for _ in range(2)]
    if form:
        first, second = map(json.loads, lines)
        assert [first["object"], first["type"], first["chain"]] == ["trace", "rule", "in"]
        assert second["verdict"]["code"] == "drop"
        return
    assert "ip t in" in lines[0]
    assert "127.0.0.1:4711" in lines[0]
    assert "drop" in lines[1]
    if command[0] == "nft":
        assert lines[0].rstrip().endswith("udp dport 4711 meta nftrace set 1")
        assert lines[1].rstrip().endswith("udp dport 4711 drop")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"junk":1}', "'junk' is not a verb"),
        ('{"add":1}', "add: expected one object with its kind"),
        ('{"add":{}}', "add: expected one object with its kind"),
        ('{"add":{"nft-table":1}}', "add: expected the fields of the nft-table"),
        ('{"add":{"route":{}}}', "'route' is nothing of the firewall"),
        ('{"add":{"nft-table":{}},"delete":{}}', "expected one verb"),
        ('{"add":{"nft-table":{"nam":"x"}}}', "Table has no field 'nam'; did you mean name?"),
        ('{"add":{"nft-table":{"family":"inet","name":7}}}', "name: expected a string, not int 7"),
        ("{}", "expected one verb"),
        ("[]", "expected an object"),
        ("1", "expected an object"),
        ("table ip x {}", "no JSON"),
    ],
)
def test_a_line_that_is_no_operation_is_refused_with_its_number(run: Run, line: str, words: str) -> None:
    good = '{"add":{"nft-table":{"family":"inet","name":"netlynx-never-made"}}}'
    refused = run("nft", "restore", "-", stdin=f"{good}\n{line}\n", status=2)
    assert refused.stderr.startswith("netlynx: line 2"), refused.stderr
    assert words in refused.stderr
    assert refused.stderr.endswith("; nothing was carried out\n")
