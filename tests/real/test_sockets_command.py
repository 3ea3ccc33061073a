"""`netlynx sockets` on a real kernel: what it prints, beside `ss` and what was made."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from child import child, running
from conftest import Ip
from forking import forked
from netlynx import netns
from netlynx.cli.socket_json import KEYS
from socket_maker import Maker, some_packet_sockets, some_unix_sockets
from support import named_namespace
from terminal import on_terminal

pytestmark = pytest.mark.namespace

INFO = {"rtt", "rttvar", "cwnd", "retransmits", "bytes_acked", "bytes_received", "delivery_rate"}


class Sockets:
    """Runs the command in a namespace."""

    def __init__(self, namespace: netns.NetworkNamespace) -> None:
        self._namespace = namespace

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return forked(["sockets", *words], more=variables, where=self._namespace)

    def __call__(self, *words: str, **variables: str) -> str:
        done = self.run(*words, **variables)
        assert done.returncode == 0, done.stderr
        return str(done.stdout)

    def rows(self, *words: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self(*words, "--json"))
        lines = [json.loads(line) for line in self(*words, "--lines").splitlines()]
        assert [(each["family"], each["inode"], [*each]) for each in lines if each["family"] != "netlink"] == [
            (each["family"], each["inode"], [*each]) for each in found if each["family"] != "netlink"
        ]
        return found


@pytest.fixture
def sockets(namespace: netns.NetworkNamespace) -> Sockets:
    return Sockets(namespace)


def some_of_all(maker: Maker, namespace: netns.NetworkNamespace, folder: Path) -> socket.socket:
    listening = maker.listening()
    one, other = maker.connected(listening)
    one.sendall(b"x" * 5000)
    other.sendall(b"y" * 300)
    maker.connected(maker.listening(socket.AF_INET6))
    maker.datagrams()
    maker.datagrams(socket.AF_INET6, connect=True)
    some_unix_sockets(maker, folder)
    netns.run_in(namespace, some_packet_sockets, maker)
    maker.settle()
    return listening


def inode(made: socket.socket) -> int:
    return os.fstat(made.fileno()).st_ino


def test_every_socket_has_the_same_keys(
    sockets: Sockets, namespace: netns.NetworkNamespace, maker: Maker, ip: Ip, tmp_path: Path
) -> None:
    some_of_all(maker, namespace, tmp_path)
    found = sockets.rows()
    assert {each["family"] for each in found} == {"inet", "inet6", "unix", "packet", "netlink"}
    for each in found:
        assert {*KEYS, "processes"} <= each.keys()
        assert each["processes"] is None
        assert "namespace" not in each
    assert len({(each["family"], each["cookie"]) for each in found}) == len(found)
    tcp = [each for each in found if each["protocol"] == "tcp"]
    by_ss = {
        int(number): line for line in ip("-tanOHe", tool="ss").splitlines() for number in re.findall(r"ino:(\d+)", line)
    }
    assert {each["inode"] for each in tcp} == by_ss.keys()
    for each in tcp:
        assert each["info"].keys() >= INFO
        state, receive, send, *_ = by_ss[each["inode"]].split()
        assert (each["receive_queue"], each["send_queue"]) == (int(receive), int(send))
        assert each["state"] == {"ESTAB": "established", "LISTEN": "listen"}[state]
    for each in found:
        if each["family"] == "packet":
            assert each["index"] == each["info"]["index"]
        if each["family"] == "unix":
            assert (each["receive_queue"], each["send_queue"]) == (each["queue"]["receive"], each["queue"]["send"])
    assert [each["cookie"] for each in sockets.rows("tcp")] == [each["cookie"] for each in tcp]


@pytest.mark.parametrize("kind", ["tcp", "udp"])
def test_a_whole_table_is_written_without_the_classes(
    sockets: Sockets, namespace: netns.NetworkNamespace, maker: Maker, tmp_path: Path, kind: str
) -> None:
    """The shorter way and the longer one say the same."""
    some_of_all(maker, namespace, tmp_path)
    code = (
        "import sys; from netlynx.cli import quick; assert quick.run(sys.argv[1:]) == 0;"
        "assert not {'typer', 'netlynx.diag', 'netlynx.client.connection'} & sys.modules.keys()"
    )
    for form in ("--json", "--lines"):
        with child([sys.executable, "-c", code, "sockets", kind, form], where=namespace) as process:
            out, err = process.communicate()
        assert (process.returncode, err) == (0, "")
        longer = sockets(kind, form, "inode>=0")
        assert out[:2] == longer[:2]
        rows = [json.loads(out) if form == "--json" else [*map(json.loads, out.splitlines())]]
        rows.append(json.loads(longer) if form == "--json" else [*map(json.loads, longer.splitlines())])
        brief = [[(each["cookie"], [*each]) for each in found] for found in rows]
        assert brief[0] == brief[1] != []


def test_processes_are_joined_to_sockets(
    sockets: Sockets, namespace: netns.NetworkNamespace, maker: Maker, tmp_path: Path
) -> None:
    listening = some_of_all(maker, namespace, tmp_path)
    again = os.dup(listening.fileno())
    try:
        found = {each["inode"]: each for each in sockets.rows("--process") if each["family"] != "netlink"}
        held = found[inode(listening)]["processes"]
        assert [(each["pid"], each["fd"]) for each in held] == [
            (os.getpid(), listening.fileno()),
            (os.getpid(), again),
        ]
        name = Path("/proc/self/comm").read_text().rstrip("\n")
        assert {each["name"] for each in held} == {name}
        assert held[0].keys() == {"pid", "name", "fd", "user", "command", "uid", "cgroup", "unit", "namespace"}
        assert all(each["processes"] for each in found.values())
        assert f"{name}({os.getpid()})" in sockets("tcp", "--process", "--wide")
    finally:
        os.close(again)


def test_states_ports_and_conditions_narrow_the_list(
    sockets: Sockets, namespace: netns.NetworkNamespace, maker: Maker, tmp_path: Path
) -> None:
    listening = some_of_all(maker, namespace, tmp_path)
    port = listening.getsockname()[1]
    everything = sockets.rows("inet", "unix")
    mine = {each["cookie"] for each in everything if port in (each["source_port"], each["destination_port"])}
    cases: list[tuple[list[str], Any]] = [
        (["tcp", "--port", str(port)], lambda each: each["cookie"] in mine),
        (["tcp", f"port={port}"], lambda each: each["cookie"] in mine),
        (["tcp", "--port", f"1-{port - 1},{port + 1}-65535"], None),
        (["tcp", f"source_port={port}"], lambda each: each["source_port"] == port),
        (["tcp", f"sport={port}", "state!=listen"], lambda e: e["source_port"] == port and e["state"] != "listen"),
        (["--listening"], lambda each: each["state"] in ("listen", "close")),
        (["--state", "listen"], lambda each: each["state"] == "listen"),
        (["--state", "listening,estab"], lambda each: each["state"] in ("listen", "established")),
        (["tcp", "source=127.0.0.0/8"], lambda e: e["protocol"] == "tcp" and e["source"].startswith("127.")),
        (["tcp", "family=inet6"], lambda each: each["protocol"] == "tcp" and each["family"] == "inet6"),
        (["tcp", "info.bytes_received>=300"], lambda e: e.get("info") and e["info"]["bytes_received"] >= 300),
        (["tcp", "info.bytes_acked<=1,info.rtt>0"], None),
        (["unix", "type=dgram,seqpacket"], lambda each: each.get("type") in ("dgram", "seqpacket")),
        (["unix", "name=@seq"], lambda each: each.get("name") == "@seq"),
        (["unix", "name=none"], lambda each: each["family"] == "unix" and each["name"] is None),
        ([f"inode={inode(listening)}"], lambda each: each["inode"] == inode(listening)),
    ]
    for words, fits in cases:
        if fits is None:
            continue
        found = {each["cookie"] for each in sockets.rows(*words)}
        assert found == {each["cookie"] for each in everything if fits(each)} != set(), words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["tcpp"], "'tcpp' is no kind of sockets, and no condition such as port=443; did you mean tcp?"),
        (
            ["tcp", "--state", "time-wayt"],
            "Invalid value for --state: 'time-wayt' is no state; did you mean time-wait?",
        ),
        (["tcp", "sorce=1"], "sockets have no 'sorce'; did you mean source?"),
        (["tcp", "info.rt>=5"], "sockets have no 'info.rt'; did you mean info.rtt?"),
        (["unix", "source_port=5"], "UnixSocket has no field 'source_port'"),
        (["tcp", "sport=22x"], "'sport=22x': '22x' is no number"),
        (["tcp", "v6only=maybe"], "'maybe' is neither true nor false"),
        (["tcp", "--port", "70000"], "Invalid value for --port: '70000' is no port"),
        (["--listening", "--state", "listen"], "--listening and --state say the same"),
        (["--format", "csv"], "columns are of one kind of sockets"),
        (["--watch", "--json"], "--watch and --kill print tables"),
        (["--dry-run"], "Invalid value for --dry-run: it goes with --kill"),
        (["tcp", "--kill"], "say which, by a state, a port or a condition"),
        (["unix", "state=listen", "--kill"], "the kernel closes no unix sockets"),
        (["mptcp", "port=1", "--kill", "--yes"], "the kernel closes no mptcp sockets"),
        (["tcp", "port=1", "--kill", "--netns", "all"], "--kill is of one network namespace"),
        (["--every", "2"], "Invalid value for --every: it goes with --watch"),
        (["--netns", "nlx-no-such"], "no namespace is called 'nlx-no-such'"),
        (["tcp", "dev=nosuch"], "nosuch"),
    ],
)
def test_wrong_words_are_told_in_words(sockets: Sockets, words: list[str], said: str) -> None:
    done = sockets.run(*words)
    assert (done.returncode, done.stdout) != (0, ""), done
    assert done.returncode in (1, 2)
    assert done.stdout == ""
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_kinds_that_the_kernel_does_not_list_are_told(sockets: Sockets, maker: Maker) -> None:
    maker.listening()
    everything = sockets.run("--lines")
    assert everything.returncode == 0
    if not everything.stderr:
        pytest.skip("this kernel lists all kinds")
    assert re.fullmatch(r"this kernel does not list [a-z, ]+ \(`netlynx sockets KIND` says why\)\n", everything.stderr)
    if "sctp" in everything.stderr:
        named = sockets.run("tcp", "sctp", "--lines")
        assert named.returncode == 1
        assert len(named.stdout.splitlines()) == 1
        assert "This kernel does not list SCTP sockets: its module is sctp_diag" in named.stderr


def test_a_table_fits_a_terminal(
    sockets: Sockets, namespace: netns.NetworkNamespace, maker: Maker, tmp_path: Path
) -> None:
    listening = some_of_all(maker, namespace, tmp_path)
    for room in (80, 60, 40):
        asked = ["sockets", "--process"]
        text = netns.run_in(namespace, on_terminal, asked, COLUMNS=str(room), NO_COLOR="1")
        assert "\033" not in text
        text = "".join(line for line in text.splitlines(True) if not line.startswith(("owners: ", "this kernel ")))
        words = {word for line in text.splitlines() for word in line.split()}
        assert all(len(line) <= room or len(line.split()) == 1 for line in text.splitlines()), text
        assert {f"127.0.0.1:{listening.getsockname()[1]}", "KIND", "u_seq", "p_raw", "established"} <= words
    (first, *lines) = sockets("tcp", "--wide").splitlines()
    assert first.split()[:3] == ["KIND", "STATE", "RECV-Q"]
    assert len(lines) == 6
    assert sockets("tcp", "port=1") == ""


def test_every_namespace_is_listed_once(sockets: Sockets) -> None:
    code = (
        "import socket, sys; made = socket.socket(socket.AF_UNIX); made.bind(chr(0) + sys.argv[1]);"
        "print(flush=True); sys.stdin.read()"
    )
    with named_namespace() as name, child([sys.executable, "-c", code, name], where=name) as other:
        assert other.stdout is not None
        other.stdout.readline()
        rows = [json.loads(line) for line in sockets("unix", "--netns", "all", "--lines", "--process").splitlines()]
        (found,) = (each for each in rows if each["name"] == f"@{name}")
        assert found["namespace"] == name
        assert [each["pid"] for each in found["processes"]] == [other.pid]
        (same,) = sockets.rows("unix", "--netns", name)
        assert same["inode"] == found["inode"]
        assert re.search(rf"^{name}  +u_str .*@{name}", sockets("unix", "--netns", "all", "--wide"), re.MULTILINE)


def test_a_watched_table_has_rates(sockets: Sockets, namespace: netns.NetworkNamespace, maker: Maker) -> None:
    listening = maker.listening()
    one, other = maker.connected(listening)
    words = ["sockets", "tcp", "--watch", "--every", "1.5", "--count", "3", "--wide"]
    tables: list[list[str]] = [[]]
    with running(*words, where=namespace) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line == "\n":
                tables.append([])
            else:
                tables[-1].append(line.rstrip("\n"))
            if len(tables) == 2 and len(tables[-1]) == 1:  # the second is drawn: this is between it and the third
                one.sendall(b"x" * 90_000)
                assert len(other.recv(90_000, socket.MSG_WAITALL)) == 90_000
        assert process.wait() == 0
    assert [len(table) for table in tables] == [4, 4, 4]
    assert "IN/S" not in tables[0][0]
    head, *rows = tables[-1]
    ends = [head.index(title) + len(title) for title in ("IN/S", "OUT/S")]
    cells = [[re.search(r"\S*$", row[:end].ljust(end))[0] for end in ends] for row in rows]  # type: ignore[index]
    assert sorted([*map(bool, each)] for each in cells) == [[False, False], [False, True], [True, False]]
    for text in filter(None, [cell for each in cells for cell in each]):
        assert 90_000 / 1.5 / 2 < float(text.removesuffix("K")) * 1000 < 90_000 / 1.5 * 1.5, (text, tables)


def test_a_watched_table_is_drawn_over_itself_on_a_terminal() -> None:
    with named_namespace() as name:
        watched = ["sockets", "netlink", "--netns", name, "--watch", "--every", "0.1", "--count", "3"]
        before, *tables = on_terminal(watched, COLUMNS="80").split("\x1b[H\x1b[2J")
    assert before == ""
    assert len(tables) == 3
    for table in tables:
        head, *rows = re.sub(r"\x1b\[\d+m", "", table).splitlines()
        assert re.match(r"KIND +STATE", head), head
        assert rows
        assert max(map(len, [head, *rows])) <= 80


def test_columns_are_those_of_one_kind(sockets: Sockets, maker: Maker) -> None:
    pytest.importorskip("polars")
    made = maker.listening()
    head, row = sockets("tcp", "--format", "csv").splitlines()
    assert dict(zip(head.split(","), row.split(","), strict=False))["source_port"] == str(made.getsockname()[1])
