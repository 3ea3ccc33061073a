"""Listings by the quick way are, byte for byte, those of the whole command line; mistakes are left to that."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from command import PATIENCE, environment
from netlynx import netns
from netlynx.cli.quick import CHANGES as quick_changes
from netlynx.cli.writing import COMMANDS

BOTH_WAYS = str(Path(__file__).parent / "both_ways.py")

OBJECTS = """
link set lo up
address add 192.0.2.1/24 dev lo
address add 2001:db8::1/64 dev lo nodad
link add br0 type bridge
link add v0 type veth peer name v1
link set v0 alias "grün" master br0
route add 10.0.0.0/8 dev lo proto static
route add 10.1.0.0/16 table 1000 nexthop dev lo weight 2 nexthop dev lo weight 3
route add blackhole 10.2.0.0/16 metric 7
route add 2001:db8:1::/48 dev lo proto bgp
rule add from 10.3.0.0/16 table 1000 priority 500
neighbour add 192.0.2.9 lladdr 02:00:00:00:00:09 dev lo nud permanent
neighbour add proxy 192.0.2.10 dev lo
"""

LISTINGS = [
    "links",
    "links --kind veth",
    "links --kind=bridge",
    "links --master br0",
    "links --master none",
    "links --family bridge",
    "links lo",
    "addresses",
    "addresses --dev lo --family 6",
    "addresses --family ipv4",
    "routes",
    "routes --table main",
    "routes --table=1000 --family inet",
    "routes --dev lo --protocol bgp",
    "routes --protocol 4",
    "routes --type blackhole",
    "routes 10.1.2.3",
    "routes 2001:db8:1::1",
    "neighbours",
    "neighbours --dev lo",
    "neighbours --proxy",
    "neighbours --family 6",
    "rules",
    "rules --family 4",
    "rules --format table",
    "routes --format=json",
    "addresses --format lines",
]
FORMS = ["", " --json", " --lines"]
LINES = [line + form for line in LISTINGS for form in FORMS if not form or "--format" not in line]

# What can be done twice, and says the same.
CHANGES = [
    "change link name=v0 mtu=1400",
    "replace route destination=10.5.0.0/16 oif=lo",
    "replace route destination=10.5.0.0/16 oif=lo --json",
    "add link name=w0 kind=veth data.peer.name=w1 --dry-run",
    "add route destination=10.6.0.0/16 oif=lo --dry-run",
    "flush route protocol=bgp table=77",
]

FAILURES = [
    "delete link name=nosuch",
    "add address index=nosuch address=192.0.2.7/24",
    "add link name=v0 kind=bridge",
    "links nosuch",
    "links nosuch --json",
    "links --master nosuch",
    "addresses --dev nosuch --lines",
    "neighbours --master nosuch",
    "routes --dev nosuch --json",
    "routes 203.0.113.1",
    "rules --netns /nosuch",
    "rules --netns nosuch --json",
]

MISTAKES = [
    "links --json --lines",
    "links --json --format json",
    "links --nosuch",
    "links --jso",
    "links --kind",
    "links lo br0",
    "links lo --kind veth",
    "links --format nosuch",
    "links --json=yes",
    "addresses --family nosuch",
    "routes --table nosuch",
    "routes --type nosuch --json",
    "routes --protocol nosuch",
    "routes nosuch",
    "routes 10.0.0.1 --table main",
    "rules extra",
    "rules -j",
    "rules --kernel /nosuch.py",
    "add lnk name=v9",
    "add link nmae=v9",
    "add link name=v9",
    "append link name=v9 kind=bridge",
    "flush route",
    "add",
    "nosuch",
    "",
]

UNUSUAL = ["links --json --json", "links --help", "links -- lo", "routes --table main --table local"]

Ways = Callable[..., list[tuple[str, Any, Any]]]


@pytest.fixture
def ways(namespace: netns.NetworkNamespace) -> Ways:
    """Carry out command lines both ways: each with what came of it quickly and wholly (see both_ways.py).

    `more` are environment variables from the interpreter's start on; a line may begin with one, as in a shell.
    """

    def carry_out(lines: list[str], **more: str) -> list[tuple[str, Any, Any]]:
        done = netns.run_in(
            namespace,
            subprocess.run,
            [sys.executable, BOTH_WAYS],
            input=json.dumps([line.split() for line in lines]),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env=environment(PYTHONPATH=os.pathsep.join(sys.path), **{"PYTHONIOENCODING": "utf-8", **more}),
        )
        assert done.returncode == 0, done.stderr
        return list(zip(lines, *json.loads(done.stdout), strict=True))

    return carry_out


def timeless(outcome: Any) -> Any:
    """Without ages (of neighbours and lookups) and the timers of bridges, which go on between the two."""
    status, out, err = outcome
    return status, re.sub(r'("(?:\w*_timer|used|last_use|confirmed|updated)":)\d+', r"\1-", out), err


def check_alike(ways: Ways, line: str, quick: Any, whole: Any, **more: str) -> None:
    """Both say the same; where a link has sent something between the two, they are asked again."""
    for _ in range(5):
        if timeless(quick) != timeless(whole):
            ((_, quick, whole),) = ways([line], **more)
    assert timeless(quick) == timeless(whole), line


@pytest.fixture
def objects(ip: Any) -> None:
    ip.all(OBJECTS.strip().splitlines())
    ip("-6 rule add to 2001:db8:3::/48 prohibit")


def test_listings_are_the_same_whichever_way_they_are_made(ways: Ways, objects: None) -> None:
    printed = 0
    for line, quick, whole in ways(LINES):
        assert quick[0] == 0, line
        check_alike(ways, line, quick, whole)
        printed += len(quick[1].splitlines()) > 1
    assert printed > len(LINES) // 2


def test_changes_say_the_same_whichever_way_they_are_made(ways: Ways, objects: None) -> None:
    for line, quick, whole in ways(CHANGES):
        assert quick == whole, line
        assert quick[0] == 0, line
        assert quick[1], line
    assert quick_changes == COMMANDS.keys()


def test_names_that_cannot_be_written_are_escaped_alike(ways: Ways, objects: None) -> None:
    lines = [f"links v0{form}" for form in FORMS] + [f"links --kind veth{form}" for form in FORMS]
    for line, quick, whole in ways(lines, PYTHONIOENCODING="ascii"):
        assert quick[0] == 0, line
        check_alike(ways, line, quick, whole, PYTHONIOENCODING="ascii")


def test_json_stays_json_where_a_name_cannot_be_written(ways: Ways, objects: None, ip: Any) -> None:
    ip("link add v9 type veth peer name é😀")
    for line, quick, whole in ways(
        ["links --json", "links é😀 --json", "links --kind veth --json"], PYTHONIOENCODING="ascii"
    ):
        for said in (quick[1], whole[1]):
            assert said.isascii(), line
            assert "é😀" in [link["name"] for link in json.loads(said)], line


def test_what_the_kernel_refuses_is_said_in_the_same_words(ways: Ways, objects: None) -> None:
    for line, quick, whole in ways(FAILURES):
        assert quick[0] == 1, line
        # Namespaces of others come and go meanwhile.
        assert [re.sub("; there are .* \\[", " [", str(each)) for each in quick] == [
            re.sub("; there are .* \\[", " [", str(each)) for each in whole
        ], line
        assert quick[2].startswith("netlynx: "), line
        assert quick[2].count("\n") == 1, line


def test_mistakes_are_left_to_the_whole_command_line(ways: Ways, objects: None) -> None:
    for line, quick, whole in ways(MISTAKES):
        assert quick == [None, "", ""], line
        assert whole[0] == 2, line
        assert whole[1] == "" or not line, line


def test_unusual_ways_to_say_it_are_left_to_the_whole_command_line(ways: Ways, objects: None) -> None:
    for line, quick, whole in ways(UNUSUAL):
        assert quick == [None, "", ""], line
        assert whole[0] == 0, line
        assert whole[1], line


def test_another_kernel_is_left_to_the_whole_command_line(ways: Ways) -> None:
    served = [f"NETLYNX_KERNEL=unix:/nosuch {line}" for line in ("links", "routes --json")]
    served += ["links --kernel unix:/nosuch", "rules --json --kernel=unix:/nosuch"]
    own = [f"NETLYNX_KERNEL=host {line}" for line in ("rules", "rules --json")]
    for line, quick, whole in ways(served + own):
        if line in served:
            assert quick == [None, "", ""], line
            assert whole[0] == 1, line
        else:
            assert quick[0] == 0, line
            assert quick == whole, line
