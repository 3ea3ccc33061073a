"""Standard streams that are closed or cannot be used: one line that says so, and a status; nothing else goes astray."""

from __future__ import annotations

import functools
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from cli.test_terminal import ALONE, ASKED, KERNEL
from command import PATIENCE, environment
from forking import NAMES, forked

# What each is asked, where it is not what `ASKED` has first.
OTHERWISE = {
    "batch": ["batch", "-"],
    "completion": ["completion", "bash"],
    "send": ["send", "25", "hi", "--count", "1"],
    "hello": ["hello", "--on", "virtual"],
    "ipset restore": ["ipset", "restore", "-"],
    "nft restore": ["nft", "restore", "-"],
    "kernel serve": ["kernel", "serve", "none.py", "--at", "none.sock"],
    "module new": ["module", "new", "x"],
    "family NAME": ["family"],
    "family generate": ["family", "generate", "none.yaml", "--out", "none"],
    "module regenerate": ["module", "regenerate", "none"],
    "module test": ["module", "test", "none"],
    "vm prepare": ["vm", "prepare", "--nothing"],
    "vm run": ["vm", "run"],
    "ynl": ["ynl", "none", "--list"],
    "queue": ["queue", "1", "--count", "1", "--json"],
    "multicast-tables": ["multicast-tables", "--json"],
    "bridge mst": ["bridge", "mst", "--json"],
    "netns list": ["netns", "list", "--json"],
    "trace": ["trace", "--pid", "4194304"],
    "capture read": ["capture", "read", "none.pcap"],
    "wifi country": ["wifi", "country", "DE"],
}
# These say nothing on standard output of what is asked here.
SILENT = {
    "audit delete",
    "add",  # refused, as the others that change
    "altname add",
    "altname delete",
    "append",
    "batch",
    "capture read",
    "capture write",
    "change",
    "delete",
    "destroy",
    "devlink flash",
    "devlink occupancy",
    "devlink read",
    "devlink recover",
    "devlink split",
    "devlink unsplit",
    "impair",
    "insert",
    "ipset rename",
    "ipset restore",
    "ipset save",
    "ipset swap",
    "kernel serve",
    "family generate",
    "module new",
    "module regenerate",
    "module test",
    "netns add",
    "netns attach",
    "netns delete",
    "netns exec",
    "netns identify",
    "netns pids",
    "netns set",
    "nft restore",
    "replace",
    "tc restore",
    "trace",
    "vm prepare",
    "vm run",
    "wifi connect",  # of a name that is too long
    *("fleet hosts", "fleet events", "fleet sql", "fleet archive"),  # of no server: tests/fleet has one
    *("fleet hosts", "fleet events", "fleet sql", "fleet archive"),  # of no server: tests/fleet has one
    "ynl",
}


class Ended(NamedTuple):
    status: int
    out: str
    err: str


def run(arguments: list[str], *closed: int, **opened: str) -> Ended:
    """The command with streams that are closed, or opened on a file instead."""
    done = forked(arguments, closed=closed, opened={NAMES.index(name): path for name, path in opened.items()})
    return Ended(done.returncode, done.stdout, done.stderr)


def asked(name: str) -> list[str]:
    words = OTHERWISE.get(name, ASKED[name][0][0])
    return words if name.split()[0] in {*ALONE, "kernel"} else [*words, *KERNEL]


@functools.cache
def usual(name: str) -> Ended:
    """What comes of it where all streams are there."""
    return run(asked(name))


@pytest.mark.parametrize("name", sorted(ASKED))
def test_standard_output_that_is_closed(name: str) -> None:
    ended = run(asked(name), 1)
    assert ended.status in (0, 1, 2), ended
    assert "Traceback" not in ended.err
    if name not in SILENT:
        assert ended.status == 1
        assert ended.err.splitlines()[-1] == "netlynx: standard output is closed"


QUIET = """
from netlynx.kernel import VirtualKernel
from netlynx.kernel.processes import Processes
from netlynx.netfilter import log
from netlynx.taskstats import TaskStats, Usage
from netlynx.wire.constants import NETLINK
kernel = VirtualKernel()
kernel.serve(NETLINK.ROUTE, groups=40)
kernel.protocol(NETLINK.USERSOCK, None, groups=32)
kernel.protocol(NETLINK.KOBJECT_UEVENT, None)
filtering = kernel.serve(NETLINK.NETFILTER, groups=32)
for begin in log.packets(1).begin[:1]:
    filtering.do(begin.message_type, record=type(begin.request))(lambda request: None)
Processes(kernel)
kernel.serve(NETLINK.SELINUX, groups=1)
service = kernel.family(TaskStats)
for command in service.declared.commands.values():
    service.handles(command)(lambda request: Usage())
"""


@pytest.mark.parametrize(
    "words",
    [
        ["monitor"],
        ["monitor", "link", "--json"],
        ["monitor", "peer:1"],
        ["uevents"],
        ["processes"],
        ["monitor", "selinux"],
        ["listen", "usersock", "--group", "1"],
        ["peer", "--group", "1"],
        ["log", "1"],
        ["tasks", "--exits"],
    ],
    ids=" ".join,
)
def test_who_listens_ends_at_once_where_nothing_could_be_printed(words: list[str], tmp_path: Path) -> None:
    file = tmp_path / "kernel.py"
    file.write_text(QUIET)
    ended = run([*words, "--kernel", str(file)], 1)
    assert (ended.status, ended.err.splitlines()[-1]) == (1, "netlynx: standard output is closed")


@pytest.mark.parametrize("name", sorted(ASKED))
def test_standard_output_that_is_full(name: str) -> None:
    ended = run(asked(name), stdout="/dev/full")
    assert ended.status in (0, 1, 2), ended
    assert "Traceback" not in ended.err
    if name not in SILENT:
        assert ended.status == 1
        said = "netlynx: standard output cannot be written: No space left on device"
        assert ended.err.splitlines()[-1] == said


ENDING = sorted(
    set(ASKED) - {"monitor", "uevents", "processes", "audit log"}
)  # the others go on until they are interrupted


@pytest.mark.parametrize("name", ENDING)
def test_standard_error_that_is_closed(name: str) -> None:
    """Nothing that belongs there goes to standard output, and no socket gets its number."""
    ended = run(asked(name), 2)
    assert ended.status == usual(name).status
    assert ended.err == ""
    assert len(ended.out.splitlines()) == len(usual(name).out.splitlines())
    assert "netlynx:" not in ended.out


@pytest.mark.parametrize(
    "words", [["links", "--nothing"], ["links", "--table", "x"], ["nothing"], ["policy", "nothing"]]
)
def test_an_error_with_standard_error_closed_is_a_status_alone(words: list[str]) -> None:
    ended = run([*words, *KERNEL] if words != ["nothing"] else words, 2)
    assert (ended.status in (1, 2), ended.out) == (True, "")


@pytest.mark.parametrize(
    "words", [["batch", "-"], ["send", "25"], ["peer", "--to", "5"], ["peer", "--to", "5", "--request"]]
)
def test_standard_input_that_is_closed(words: list[str]) -> None:
    ended = run([*words, *KERNEL], 0)
    assert ended.status == 1
    assert "netlynx: standard input is closed" in ended.err.splitlines()
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("name", sorted(set(ENDING) - {"batch", "ipset restore", "nft restore"}))
def test_who_reads_no_standard_input_does_not_miss_it(name: str) -> None:
    ended = run(asked(name), 0)
    assert ended.status == usual(name).status
    assert len(ended.out.splitlines()) == len(usual(name).out.splitlines())


@pytest.mark.parametrize("name", sorted(ASKED))
def test_all_closed(name: str) -> None:
    ended = run(asked(name), 0, 1, 2)
    assert ended.status in (0, 1, 2)
    assert (ended.out, ended.err) == ("", "")


@pytest.mark.parametrize(
    ("redirection", "status"),
    [(">&-", 1), ("2>&-", 0), ("<&-", 0), (">&- 2>&- <&-", 1), (">/dev/full", 1), ("1</dev/null", 1)],
)
def test_a_shell_closes_them(redirection: str, status: int) -> None:
    """The whole of it once, from the interpreter's start to its end."""
    command = f"exec '{sys.executable}' -m netlynx links --kernel '{KERNEL[1]}' {redirection}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=PATIENCE, env=environment())
    assert done.returncode == status
    assert len(done.stderr.splitlines()) <= 1
    assert "Traceback" not in done.stderr


def test_help_and_version_too() -> None:
    for words in (["--help"], ["--version"], ["links", "--help"], ["kernel"]):
        ended = run(words, 1)
        assert (ended.status, ended.err) == (1, "netlynx: standard output is closed\n")
