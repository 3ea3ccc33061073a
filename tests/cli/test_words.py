"""Errors of commands speak of what was typed: of no function, field or class of Python."""

from __future__ import annotations

import ast
import itertools
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from cli.test_closed import run
from cli.test_terminal import REGISTERED
from netlynx import nftables, route
from netlynx.cli import wording
from netlynx.cli.app import app
from netlynx.cli.operations import KINDS, VERBS, Operations, declared
from netlynx.cli.watched import OBJECTS, watched
from netlynx.cli.wording import translated
from netlynx.errors import NetlinkError
from netlynx.nftables import verbs as nft_verbs
from netlynx.route import verbs
from netlynx.tc import verbs as tc_verbs

KERNEL = ("--kernel", str(Path(__file__).parent / "kernel_hostile.py"))
BATCH = ("--kernel", str(Path(__file__).parent / "kernel_batch.py"))
ROUTE = ("--kernel", str(Path(__file__).parent / "kernel_route.py"))
PYTHON = re.compile(
    r"\b[a-z_]+(\.[A-Za-z_]\w*)+\(|\b[A-Z]\w+\(|(?<![./\w])[A-Z][A-Za-z]*[a-z]\.[a-z_]\w*\b|=None|<class|Error:"
    r"|(?<![-\w/])[a-z_]+=(?!\S*`)|\b(route|conntrack|netns|nl|mptcp)\.[a-z]|`[a-z]+_[a-z_]+`"
)
OWN = {"hello", "kernel serve", "module new", "module regenerate", "module test", "trace", "vm prepare", "vm run"}
OWN |= {f"netns {each}" for each in ("list", "add", "attach", "delete", "set", "exec", "identify", "pids")}
ENDLESS = {
    "ynl",
    "monitor",
    "uevents",
    "processes",
    "drops",
    "audit log",
    "listen",
    "peer",
    "queue",
    "log",
    "send",
    "exporter",
    "top",
    "wifi connect",
}  # what they take for good they go on with
# What they need besides before an option of theirs is looked at.
NOBODY = ["--from", "nats://127.0.0.1:1"]  # answers there
NEEDED = {
    "fleet hosts": NOBODY,
    "fleet events": NOBODY,
    "fleet sql": [*NOBODY, "select 1"],
    "fleet archive": [*NOBODY, "here"],
    "policy": ["ethtool"],
    "family generate": ["none", "--out", "none"],
    "send": ["25", "x"],
    "listen": ["25"],
    "queue": ["1"],
    "log": ["1"],
    "batch": ["-"],
    "lookup": ["192.0.2.1"],
    "ipset restore": ["-"],
    "ipset rename": ["x", "y"],
    "ipset swap": ["x", "y"],
    "audit add": ["-w", "/nowhere", "-p", "wa"],
    "audit delete": ["-w", "/nowhere", "-p", "wa"],
    "nft restore": ["-"],
    "classes": ["lo"],
    "add": ["link", "name=x", "kind=bridge"],
    "append": ["route", "destination=10.0.0.0/8"],
    "insert": ["nft-rule", "family=inet", "table=t", "chain=c"],
    "replace": ["route", "destination=10.0.0.0/8"],
    "change": ["link", "name=x", "mtu=1400"],
    "set": ["mptcp-limits", "subflows=2"],
    "delete": ["link", "name=x"],
    "destroy": ["nft-table", "family=inet", "name=x"],
    "flush": ["route", "table=100"],
    **{f"ovs {name}": ["dp0"] for name in ("ports", "flows")},
    "ovs meters": ["dp0", "1"],
    **{f"devlink {name}": ["pci/x"] for name in ("eswitch", "resource", "table", "selftest", "occupancy", "reload")},
    **{f"devlink {name}": ["pci/x", "fw"] for name in ("diagnose", "dump", "recover", "read", "flash")},
    "devlink split": ["pci/x/1", "4"],
    "rdma countables": ["0"],
    "rdma bind": ["0", "17"],
    "rdma unbind": ["0", "17", "1"],
    "devlink unsplit": ["pci/x/1"],
    "filters": ["lo"],
    "chains": ["lo"],
    "impair": ["lo", "--loss", "1%"],
    "tc restore": ["-"],
    "sql": ["select 1"],
    "top": ["--once"],
    "exporter": ["--once"],
    "netns set": ["x", "auto"],
    "wifi stations": ["lo"],
    "wifi survey": ["lo"],
    "wifi scan": ["lo", "--known"],
    "wifi country": ["DE"],
    "wifi connect": ["lo", "x"],
    "wifi disconnect": ["lo"],
    "wifi add-interface": ["x", "--radio", "0"],
    "wifi delete-interface": ["lo"],
    "wifi power-save": ["lo"],
    "capture read": ["/dev/null"],
    "capture write": ["/nowhere/x"],
    "altname add": ["lo", "x"],
    "altname delete": ["lo", "x"],
}


@cache
def commands() -> Any:  # Any: of the command-line library
    return get_command(app)


def command_of(name: str) -> Any:
    found = commands()
    for word in name.split():
        found = found.commands[word]  # type: ignore[attr-defined]  # a group of commands
    return found


def options() -> list[tuple[str, str]]:
    """Every option that takes a value, with its command."""
    found = []
    for name in REGISTERED:
        for each in command_of(name).params:
            if each.param_type_name == "option" and not each.is_flag and name not in OWN | ENDLESS:
                found.append((name, each.opts[0]))
    return found


@pytest.mark.parametrize(("name", "option"), options())
def test_a_value_that_is_refused_is_refused_by_the_name_of_its_option(
    name: str, option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where some write a file of that name
    asks = any("--kernel" in each.opts for each in command_of(name).params)
    for value in ("no, such;value", "99999999999999999999"):
        kernel = () if option == "--kernel" or not asks else KERNEL
        ended = run([*name.split(), *NEEDED.get(name, ()), f"{option}={value}", *kernel])
        assert ended.status in (0, 1, 2)
        said = ended.err.removeprefix("netlynx: ").replace(KERNEL[1], "")
        assert "fault of netlynx" not in said
        if ended.status:
            assert not PYTHON.search(said), said
        if ended.status == 2:
            assert option in said or value in said, said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["routes", "--dev", "nope"], "--dev nope: nobody knows it [No such device (ENODEV)]"),
        (["links", "--master", "nope"], "--master nope: nobody knows it"),
        (["neighbours", "--dev", "a", "--master", "b"], "--dev a: nobody knows it"),
        (["links", "nope"], "links nope: nobody knows it"),
        (
            ["families", "nope"],
            "families nope: No such file or directory (ENOENT). No family is called 'nope' here: `netlynx families` ",
        ),
        (["routes", "300.1.1.1"], "Invalid value: '300.1.1.1' is not an address or prefix"),
        (["routes", "--protocol", "zz"], "Invalid value for --protocol: 'zz' is none of"),
        (["conntrack", "--from", "zz"], "Invalid value for --from: 'zz' is not an IPv4 or IPv6 address"),
        (["conntrack", "--sport", "99999"], "Invalid value for --sport: 99999 is out of range"),
        (["listen", "25", "--port", "99999999999"], "Invalid value for --port: a port ID is a number of 32 bits"),
    ],
)
def test_words(words: list[str], said: str) -> None:
    assert run([*words, *ROUTE]).err.startswith(f"netlynx: {said}")


def families() -> list[tuple[str, str]]:
    """Each command with each family that its help names."""
    found = []
    for name in REGISTERED:
        for each in command_of(name).params:
            if each.opts[0] == "--family":
                words = re.findall(r"\b(inet6?|[46]|mpls|bridge|mctp)\b", each.help)
                found += [(name, word) for word in words]
    return found


def test_families_are_named_in_help() -> None:
    assert {("neighbours", "bridge"), ("routes", "mpls"), ("rules", "6"), ("links", "bridge")} <= set(families())


@pytest.mark.parametrize(("name", "family"), families())
def test_what_help_offers_is_understood(name: str, family: str) -> None:
    ended = run([name, "--family", family, *KERNEL])
    assert (ended.status, ended.err) == (0, "")


FIELDS: tuple[dict[str, object], ...] = (
    {},
    {"nothing": 1},
    {"index": 1, "name": "a", "alternative_names": ["b"], "destination": "10.0.0.0/8", "family": "bridge", "id": 5},
    {"index": 1, "address": "x", "destination": 5, "table": {}, "kind": [1], "priority": "y", "fd": 5, "group": [7]},
)


def fitting(kind: str, fields: dict[str, object]) -> dict[str, object]:
    _, cls = declared(kind)
    known = {*cls.__declarations__, "unknown"}
    return fields if "nothing" in fields else {name: each for name, each in fields.items() if name in known}


@pytest.mark.parametrize("kind", ["link", "route", "neighbour", "nft-chain", "nft-set"])
@pytest.mark.parametrize("verb", ["add", "replace", "delete"])
def test_lines_of_a_batch_are_refused_in_the_words_of_lines(verb: str, kind: str, tmp_path: Path) -> None:
    for fields in FIELDS:
        file = tmp_path / "lines"
        file.write_text(json.dumps({verb: {kind: fitting(kind, fields)}}))
        ended = run(["batch", str(file), *(KERNEL if kind.startswith("nft-") else BATCH)])
        said = ended.err.replace(str(file), "")
        assert "fault of netlynx" not in said
        assert not PYTHON.search(said), said


def test_every_kind_and_verb_is_refused_in_the_words_of_lines() -> None:
    wrong = []
    refusals = 0
    for kind, verb, fields in itertools.product(KINDS, VERBS, FIELDS):
        try:
            Operations(None, None).make({verb: {kind: fitting(kind, fields)}})  # type: ignore[arg-type]  # not asked
        except ValueError as error:
            refusals += 1
            if PYTHON.search(said := wording.words(error)):
                wrong.append((kind, verb, said))
    assert wrong == []
    assert refusals > 500


def test_what_has_verbs_has_a_name_in_lines() -> None:
    named = {declared(kind)[1] for kind in KINDS}
    others = {*tc_verbs.changes.registry, *nft_verbs._registry} - {nftables.Elements}
    assert {*verbs.changes.registry, *others} <= named  # many, of any iterable


def test_listings_are_called_as_they_are_typed() -> None:
    """Errors of rtnetlink name what was asked for: the function, which has the command's name."""
    for name in REGISTERED:
        function = name.replace("-", "_")
        if callable(getattr(route, function, None)) and name not in VERBS:
            assert translated(f"route.{function}(): no") == f"`netlynx {name}`: no"


SOURCE = Path(__file__).parents[2] / "src" / "netlynx"
# What no command does: each of these says what a program did wrong.
PROGRAMS = {
    *("client", "classical", "tun", "engine/mirroring.py", "engine/mirrored.py", "engine/expecting.py"),
    *("codec", "testing", "kernel", "module", "vm", "cli", "schema", "wire", "usersock", "transport", "ynl"),
    *("route/ensuring.py", "engine/mirror.py", "uevent/sysfs.py", "netns/programs.py", "netfilter/queue.py"),
    *("generic/declaration.py", "generic/policy.py", "netfilter/conntrack.py", "uevent/wanted.py"),
    "errors.py",  # DumpInterrupted, which is worded anew
    # What is no sentence: graphs, pages, programs, plans of others, and messages with the names of their fields.
    *("topology/graphviz.py", "topology/page.py", "topology/serving.py", "trace/program.py", "metrics/serving.py"),
    *("sql/conditions.py", "capture/captured.py"),
}


def said(node: ast.AST) -> str:
    """The text of a constant, or of one with values in it."""
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else "'x'" if part.conversion == ord("r") else "7"
            for part in node.values
        )
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def sentences() -> Iterator[tuple[str, str]]:
    """What the package says in words: every text of several words that is no docstring, with its place."""
    for path in sorted(SOURCE.rglob("*.py")):
        name = str(path.relative_to(SOURCE))
        if name in PROGRAMS or name.split("/")[0] in PROGRAMS:
            continue
        nodes = [*ast.walk(ast.parse(path.read_text()))]
        docs = {id(each.value) for each in nodes if isinstance(each, ast.Expr)}
        inner = {id(part) for each in nodes if isinstance(each, ast.JoinedStr) for part in ast.walk(each)}
        for node in nodes:
            text = said(node)
            if (
                id(node) not in docs
                and (isinstance(node, ast.JoinedStr) or id(node) not in inner)
                and " " in text
                and text[0] != "<"
            ):
                yield f"{name}:{getattr(node, 'lineno', 0)}", text


def test_whatever_the_package_says_can_be_said_on_the_command_line() -> None:
    found = list(sentences())
    assert len(found) > 300
    assert [(place, text) for place, text in found if PYTHON.search(translated(text))] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("links have no order: use route.add", "links have no order: use add"),
        ("forwarding databases are listed by route.fdb()", "forwarding databases are listed by `netlynx fdb`"),
        ("no such service: ipvs.services() lists those", "no such service: `netlynx ipvs` lists those"),
        ("only route.flush_fdb takes it", "only flush fdb takes it"),
        ("nftables.flush(nftables.Chain(…)) empties it", "flush chain empties it"),
        ("nftables.delete(nftables.Chain(…, devices=[…])) does", "delete chain with devices does"),
        ("route.append(Neighbour)", "append neighbour"),
        ("route.routes(table)", "table"),
        ('set the address, or family="bridge" for an entry', 'set the address, or family "bridge" for an entry'),
        ("netns='blue': a kernel", "--netns 'blue': a kernel"),
        ("Route.multipath[1].gateway", "multipath[1].gateway"),
        ("'Route.oif' and 'route.add' are values", "'Route.oif' and 'route.add' are values"),
        ("192.0.2.1 in lines.jsonl of FILE.py", "192.0.2.1 in lines.jsonl of FILE.py"),
    ],
)
def test_things_of_python_become_those_of_the_command_line(text: str, expected: str) -> None:
    assert translated(text) == expected
    assert translated(expected) == expected


@pytest.mark.parametrize("name", OBJECTS)
def test_a_group_that_cannot_be_joined_is_no_name_of_python(name: str) -> None:
    for each in watched(name):
        said = wording.words(NetlinkError(1, asked=f"join group {each.group}"))
        assert said.startswith("join group ")
        assert not re.search(r"\b[a-z_]+\.[A-Za-z]", said), said
