"""`ipset`: sets and entries as tables and JSON, saved, and restored line by line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import netlynx
from conftest import Ip
from forking import forked
from netlynx import ipset, netns

LINES = [
    "create s hash:ip,port family inet hashsize 64 maxelem 100 timeout 0 counters comment skbinfo bucketsize 12 "
    "initval 0x00000001",
    'add s 10.0.0.1,udp:53 timeout 0 packets 1 bytes 2 comment "hi there" skbmark 0x1/0xf skbprio 1:10 skbqueue 3',
    "create n hash:net family inet6 hashsize 64 maxelem 100 bucketsize 12 initval 0x00000001",
    "add n 2001:db8::/32 nomatch",
]


@pytest.fixture(autouse=True)
def sets(nl: netlynx.Connection) -> None:
    try:
        nl.do(ipset.protocol())
    except netlynx.NetlinkError as error:
        pytest.skip(f"this kernel has no ipset: {error}")
    nl.do(ipset.restore(LINES))


def command(namespace: netns.NetworkNamespace, *arguments: str, status: int = 0) -> tuple[str, str]:
    done = forked(("ipset", *arguments), where=namespace)
    assert done.returncode == status, done.stderr
    return done.stdout, done.stderr


def test_sets_and_entries_are_listed(namespace: netns.NetworkNamespace) -> None:
    head, *rows = command(namespace, "list")[0].splitlines()
    assert head.split() == ["NAME", "TYPE", "ENTRIES", "REFERENCES", "MEMORY", "OPTIONS"]
    assert [row.split()[:3] for row in rows] == [["s", "hash:ip,port", "1"], ["n", "hash:net", "1"]]
    head, row = command(namespace, "list", "s")[0].splitlines()
    assert row.split() == ["s", "10.0.0.1,udp:53", "0", "1", "2", "0x1/0xf", "1:10", "3", "hi", "there"]
    assert "nomatch" in command(namespace, "list", "--entries")[0].splitlines()[2]
    (found,) = json.loads(command(namespace, "list", "n", "--json")[0])
    assert found == {"set": "n", "address": "2001:db8::", "prefixlen": 32, "flags": ["nomatch"]}
    assert "ENOENT" in command(namespace, "list", "none", status=1)[1]


def test_what_is_saved_can_be_restored(
    namespace: netns.NetworkNamespace, nl: netlynx.Connection, ip: Ip, tmp_path: Path
) -> None:
    saved, _ = command(namespace, "save")
    assert saved.splitlines() == LINES
    if shutil.which("ipset"):
        assert saved == ip("save", tool="ipset")
    assert command(namespace, "save", "n")[0].splitlines() == LINES[2:]
    nl.do(ipset.destroy_all())
    file = tmp_path / "sets"
    file.write_text(saved)
    assert command(namespace, "restore", str(file)) == ("", "4 lines carried out, 0 refused\n")
    assert command(namespace, "save")[0] == saved
    assert command(namespace, "restore", "--exist", str(file))[1] == "4 lines carried out, 0 refused\n"


def test_lines_that_are_refused_are_told_of(namespace: netns.NetworkNamespace, tmp_path: Path) -> None:
    file = tmp_path / "sets"
    file.write_text("\n".join(["add n 2001:db8::/33", *LINES[2:], "add n 10.0.0.0/8", "frob", "add n 2001:db9::/32"]))
    _, said = command(namespace, "restore", str(file), status=1)
    assert said.splitlines() == [
        "netlynx: line 2: File exists (EEXIST). There is a set n already: destroy it before, or make another and swap "
        "the two",
        "1 line carried out, 1 refused; nothing behind line 2",
    ]
    _, said = command(namespace, "restore", "--keep-going", str(file), status=1)
    first, second, third, fourth, fifth, last = said.splitlines()
    assert first == "netlynx: line 1: the entry is there already (IPSET_ERR_EXIST)"
    assert (second[:15], third[:15]) == ("netlynx: line 2", "netlynx: line 3")
    assert fourth.startswith("netlynx: line 4: the kernel does not understand the request: sets of type")
    assert fifth.startswith("netlynx: line 5: 'frob' is none of create, add")
    assert last == "1 line carried out, 5 refused"


def test_what_no_line_can_say_ends_a_save(namespace: netns.NetworkNamespace, nl: netlynx.Connection) -> None:
    nl.do(ipset.replace(ipset.Entry(set="s", address="10.0.0.1", port="udp:53", comment='a"b')))
    saved, said = command(namespace, "save", status=1)
    assert "cannot stand in a line" in said
    assert "10.0.0.1" not in saved


def test_sets_get_other_names(namespace: netns.NetworkNamespace, nl: netlynx.Connection) -> None:
    nl.do(ipset.create(ipset.Set(name="t", type="hash:ip,port", family="ipv4")))
    assert command(namespace, "swap", "s", "t")[0] == "swapped s and t\n"
    assert [len(nl.dump(ipset.entries(name)).all()) for name in ("s", "t")] == [0, 1]
    assert command(namespace, "rename", "t", "u")[0] == "renamed t to u\n"
    assert {each.name for each in nl.dump(ipset.sets())} == {"s", "u", "n"}
    assert "ENOENT" in command(namespace, "rename", "t", "v", status=1)[1]
