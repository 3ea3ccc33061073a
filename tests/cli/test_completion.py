"""Completion: what is offered where, quickly, and never to the harm of the line; in the shells themselves."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.main import get_command

from command import environment
from netlynx import netns
from netlynx.cli import completing, completion
from netlynx.cli.app import app
from netlynx.cli.completion_scripts import SCRIPTS
from netlynx.cli.outlines import words as table

BIN = str(Path(sys.executable).parent)


def offered(line: str) -> list[str]:
    """What is offered at the end of a line."""
    words = line.split()
    return [value for value, _ in completion.candidates([*words, *([""] if line.endswith(" ") or not words else [])])]


def test_the_table_is_that_of_the_commands() -> None:
    assert Path(str(table.__file__)).read_text() == completing.module(), "run `make outlines`"


def test_of_every_value_it_is_known_what_it_may_be() -> None:
    """Words, names, files; or that nobody can know. What is said of exceptions is said of what there is."""
    known = completing.exceptions()
    unknown, used = [], set()
    for name, command in completing.commands(get_command(app)):
        for each, source in completing.values(name, command, known):
            place = (each.metavar or each.name.upper()).replace("…", "").strip("[]")
            used.add((name, place if each.param_type_name == "argument" else each.opts[0]))
            kind = (source or "").lstrip("*").partition(":")[0]
            if source is None or (kind and kind not in ("words", "files", *completion._SOURCES)):
                unknown.append((name, each.name, source))
    assert unknown == []
    assert {*known} <= used


@pytest.mark.parametrize(
    ("line", "some", "none"),
    [
        ("", ["links", "bridge", "add", "completion"], ["link", "l", "vlan"]),
        ("li", ["links", "listen"], ["routes"]),
        ("bridge ", ["vlan", "fdb"], ["links"]),
        ("--", ["--version", "--help"], ["links"]),
        ("bridge vlan --", ["--dev", "--wide"], ["vlan"]),
        ("links ", ["lo"], ["--json"]),
        ("l --de", ["--dev"], ["--json"]),
        ("links --dev ", ["lo"], ["none"]),
        ("links --dev=l", ["--dev=lo"], ["lo"]),
        ("links --master ", ["lo", "none"], []),
        ("links lo ", ["--json"], ["lo"]),
        ("links --json --", ["--wide"], ["--json"]),
        ("links --kind v", ["veth", "vlan", "vrf"], ["bridge"]),
        ("links --kernel ", ["host", "unix:", completion.FILES], []),
        ("links --kernel x.py --dev ", [], ["lo"]),
        ("addresses --family ", ["inet", "inet6"], ["bridge"]),
        ("neighbours --family ", ["inet", "bridge"], []),
        ("routes --table ", ["main", "local"], []),
        ("routes ", [], ["lo"]),
        ("families ", ["nlctrl"], []),
        ("batch ", [completion.FILES], []),
        ("sockets --netns a", ["all"], []),
        ("sockets tcp u", ["udp", "unix"], []),
        ("ethtool lo fe", ["features", "fec"], ["lo"]),
        ("ethtool ", ["lo"], ["features"]),
        ("add ", ["link", "nft-rule"], ["neighbour-table"]),
        ("set ", ["mptcp-limits"], ["link"]),
        ("add link ", ["name=", "af_spec."], ["carrier_changes=", "data="]),
        ("add link name=x ", ["kind="], ["name="]),
        ("add link kind=vl", ["kind=vlan"], ["kind=veth"]),
        ("add link kind=vlan data.", ["data.id="], ["name="]),
        ("add link kind=veth data.peer.na", ["data.peer.name="], []),
        ("add link kind=vlan parent=", ["parent=lo"], []),
        ("add link flags=up,mul", ["flags=up,multicast"], []),
        ("add route multipath.0.ga", ["multipath.0.gateway="], []),
        ("add route table=ma", ["table=main"], []),
        ("add nosuch ", [], ["name="]),
        ("nosuch ", [], ["links"]),
        ("completion ", ["bash", "zsh", "fish"], []),
        ("monitor link ad", ["address"], ["link"]),
    ],
)
def test_what_is_offered(line: str, some: list[str], none: list[str]) -> None:
    try:
        found = offered(line)
    except ValueError:
        found = []
    assert [each for each in some if each not in found] == []
    assert {*none} & {*found} == set()


def test_names_of_another_namespace(namespace_of_pid: str) -> None:
    done = complete("links", "--netns", namespace_of_pid, "--dev", "")
    assert done.stdout.split() == ["lo"]


@pytest.fixture
def namespace_of_pid() -> str:
    """A namespace, as the process in it."""
    sleeping = subprocess.Popen(["unshare", "-rn", "sleep", "60"])
    try:
        ends = time.monotonic() + 10
        ours = os.readlink("/proc/self/ns/net")
        while os.readlink(f"/proc/{sleeping.pid}/ns/net") == ours and time.monotonic() < ends:
            time.sleep(0.01)
        yield str(sleeping.pid)
    finally:
        sleeping.kill()
        sleeping.wait()


def complete(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "netlynx", "__complete", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment(**variables))


def test_what_a_shell_would_obey_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["eth0", "$(id)", "`id`", "a;b", "a'b", "x\x1b[2J", "a b", "é", "br-1.5:0@x"]
    monkeypatch.setitem(completion._SOURCES, "interface", lambda line, words, current: ((name, "") for name in names))
    assert offered("links ") == ["eth0", "br-1.5:0@x"]


@pytest.mark.parametrize(
    "words",
    [
        ["links", "--netns", "nosuch", "--dev", ""],
        ["links", "--netns", "/proc/self/exe", ""],
        ["add", "link", "data.nosuch.x."],
        ["add", "nosuch", "a="],
        ["add", "link", "kind=vlan", "data.0.1.2="],
        ["nft", "list", "table", "inet", ""],
        ["ipset", "list", "nosuch"],
        ["--", "--", "links", "--dev"],
        ["links", "\udcff", "--netns"],
        [],
    ],
)
def test_nothing_is_said_of_what_goes_wrong(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    completion.run(words)
    told = capsys.readouterr()
    assert told.err == ""
    assert all(line.isascii() and line.isprintable() for line in told.out.replace("\t", " ").splitlines())


def test_commands_options_and_interfaces_load_next_to_nothing() -> None:
    probe = """
import sys
sys.argv = ["netlynx", "__complete", *sys.argv[1:]]
from netlynx.cli import main
main()
print(*sys.modules, file=sys.stderr)
"""
    for words in (["links", "--dev", ""], ["bridge", ""], ["routes", "--"], ["links", "--netns", "a"]):
        done = subprocess.run([sys.executable, "-c", probe, *words], capture_output=True, text=True, check=True)
        loaded = set(done.stderr.split())
        assert not {"typer", "rich", "json", "msgspec", "anyio", "asyncio"} & loaded
        assert not {each for each in loaded if each.startswith(("netlynx.route", "netlynx.codec", "netlynx.client"))}


# ------------------------------------------------------------------------------------------------- in the shells

LINES = [
    ("netlynx neighbours --js", "--json"),
    ("netlynx bridge vl", "vlan"),
    ("netlynx links --dev l", "lo"),
    ("netlynx links --netns=/etc/host", "--netns=/etc/hosts"),
    ("netlynx add link kind=vlan data.reorder", None),
    ("netlynx add link kind=vet", "kind=veth"),
    ("netlynx batch /etc/host", "/etc/hosts"),
]


def variables() -> dict[str, str]:
    return {**environment(), "PATH": f"{BIN}:{os.environ['PATH']}", "TERM": "dumb", "HOME": "/nonexistent"}


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not here")
def test_bash_puts_in_what_is_offered() -> None:
    script = "source <(netlynx completion bash)\n"
    for line, _ in LINES:
        script += (
            f'COMP_LINE="{line}"; COMP_POINT={len(line)}; _netlynx netlynx; echo "[${{COMPREPLY[*]}}]"; COMPREPLY=()\n'
        )
    script += "complete -p netlynx\n"
    done = subprocess.run(
        ["bash", "--norc", "-i"], input=script, capture_output=True, text=True, env=variables(), timeout=60
    )
    found = [line[1:-1].split() for line in done.stdout.splitlines() if line.startswith("[")]
    assert len(found) == len(LINES), done.stderr
    for (line, wanted), offers in zip(LINES, found, strict=True):
        behind = None if wanted is None else wanted.rpartition("=")[2]  # bash puts it in behind the sign
        assert (behind in offers) is (wanted is not None), f"{line}: {offers}"
    assert "complete -F _netlynx netlynx" in done.stdout


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not here")
def test_fish_offers_it_with_its_help(tmp_path: Path) -> None:
    script = "netlynx completion fish | source\n" + "".join(f"complete -C '{line}'; echo ----\n" for line, _ in LINES)
    home = {**variables(), "HOME": str(tmp_path)}
    done = subprocess.run(["fish", "--no-config", "-c", script], capture_output=True, text=True, env=home, timeout=60)
    found = done.stdout.split("----\n")
    for (line, wanted), text in zip(LINES, found, strict=False):
        if wanted is not None:
            assert wanted in [each.partition("\t")[0] for each in text.splitlines()], f"{line}: {text} {done.stderr}"
    assert "--json\tPrint one JSON array" in done.stdout


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not here")
def test_zsh_puts_in_what_is_offered(tmp_path: Path) -> None:
    child, terminal = pty.fork()
    if not child:
        os.execvpe("zsh", ["zsh", "-f", "-i"], {**variables(), "PS1": "READY> ", "HOME": str(tmp_path)})
    said = b""

    def until(text: str) -> str:
        nonlocal said
        ends = time.monotonic() + 30
        while text not in said.decode(errors="replace") and time.monotonic() < ends:
            if select.select([terminal], [], [], 0.5)[0]:
                said += os.read(terminal, 65536)
        found, said = said.decode(errors="replace"), b""
        assert text in found
        return found

    try:
        until("READY> ")
        os.write(terminal, b"source <(netlynx completion zsh) && echo SOUR''CED\n")
        until("SOURCED")
        for begun, whole in (
            ("netlynx bridge vl", "an"),
            ("netlynx links --dev l", "o"),
            ("netlynx neighbours --js", "on"),
        ):
            os.write(terminal, f"echo {begun}".encode()[5:] + b"\t")
            until(begun + whole)
            os.write(terminal, b"\x15")
        os.write(terminal, b"exit\n")
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)


def test_scripts_are_printed_and_another_shell_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    from netlynx.cli.app import run_all

    for shell, script in SCRIPTS.items():
        assert run_all(["completion", shell]) == 0
        assert capsys.readouterr().out == script
    assert run_all(["completion", "tcsh"]) == 2
    assert "none of bash, zsh, fish" in capsys.readouterr().err
    assert netns is not None
