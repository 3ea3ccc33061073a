"""A terminal shows text and never obeys it, whichever command writes, and whoever thought the text up."""

from __future__ import annotations

import ast
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import netlynx.cli
from cli.hostile import HOSTILE
from codec.test_json_unseen import is_unseen
from netlynx import capture, route
from netlynx.cli import terminal
from netlynx.cli.app import app
from netlynx.codec._codec import encode_record
from netlynx.route.constants import RTM
from netlynx.wire.message import Message
from netlynx.wire.shown import one_spelling, shown
from terminal import on_terminal

ESCAPED = "\\u001b[2J\\u202e\\u009b\\u007f"  # what comes next is an escape too, or a space in an error's line
ALONE = {"hello", "capture", "completion", "fleet", "module", "trace", "vm", "ynl", "netns"}  # ask no other kernel
KERNEL = ("--kernel", str(Path(__file__).parent / "kernel_hostile.py"))
OF_PYTHON = re.compile(r"(?<!\\)(\\\\)*\\(x[0-9a-f]{2}|U[0-9a-f]{8})")  # how a `repr` escapes
COLOURS = re.compile(r"\x1b\[(0|1|3[1-4]|90)m")  # ours, ECMA-48 SGR

# What each command is asked, so that it shows what a kernel, a peer or a file says. With True the hostile text is seen.
ASKED: dict[str, list[tuple[list[str], bool]]] = {
    "links": [
        (["links"], True),
        (["links", "x"], True),
        (["links", "--json"], True),
        (["links", "x", "--lines"], True),
    ],
    "addresses": [(["addresses"], True), (["addresses", "--lines"], True)],
    "routes": [(["routes"], True), (["routes", "--json"], True), (["routes", "--dev", "x"], True)],
    "neighbours": [(["neighbours"], True), (["neighbours", "--json"], False)],
    "rules": [(["rules"], True), (["rules", "--json"], True)],
    "nexthops": [(["nexthops"], False), (["nexthops", "5"], False), (["nexthops", "--dev", "x"], True)],
    "fdb": [(["fdb"], True), (["fdb", "--lines"], False)],
    "address-labels": [(["address-labels"], False), (["address-labels", "--dev", "x"], False)],
    "stats": [(["stats"], True), (["stats", "x", "--json"], False)],
    "netconf": [(["netconf"], True), (["netconf", "x", "--json"], False)],
    "multicast-routes": [(["multicast-routes"], True), (["multicast-routes", "--json"], True)],
    "multicast-tables": [(["multicast-tables"], False), (["multicast-tables", "--json"], False)],
    "nexthop-buckets": [(["nexthop-buckets"], False), (["nexthop-buckets", "5", "--json"], False)],
    "neighbour-tables": [(["neighbour-tables"], True), (["neighbour-tables", "x", "--json"], True)],
    "bridge vlan": [
        (["bridge", "vlan"], True),
        (["bridge", "vlan", "x"], True),
        (["bridge", "vlan", "--global"], False),
        (["bridge", "vlan", "--lines"], False),
    ],
    "bridge mdb": [
        (["bridge", "mdb"], True),
        (["bridge", "mdb", "--bridge", "x", "--json"], False),
        (["bridge", "mdb", "--routers"], False),
    ],
    "bridge fdb": [(["bridge", "fdb"], True), (["bridge", "fdb", "--lines"], False)],
    "bridge vni": [(["bridge", "vni"], True), (["bridge", "vni", "x", "--json"], False)],
    "bridge mst": [(["bridge", "mst"], False), (["bridge", "mst", "--lines"], False)],
    **{
        f"devlink {name}": [(["devlink", name], False), (["devlink", name, "--json"], False)]
        for name in (
            *("dev", "info", "port", "param", "health", "region", "rate", "trap", "trap-group", "trap-policer"),
            *("sb", "sb-pool", "sb-port", "sb-class", "linecard"),
        )
    },
    **{
        f"devlink {name}": [(["devlink", name, "pci/x"], False)]
        for name in ("eswitch", "resource", "table", "selftest", "occupancy", "reload", "unsplit")
    },
    **{
        f"devlink {name}": [(["devlink", name, "pci/x", "7"], False)]
        for name in ("diagnose", "dump", "recover", "read", "flash", "split")
    },
    **{
        f"rdma {name}": [(["rdma", name], False), (["rdma", name, "x", "--json"], False)]
        for name in (
            *("links", "resources", "qps", "cm-ids", "cqs", "mrs", "pds", "contexts", "srqs", "counters", "statistics"),
        )
    },
    "rdma devices": [(["rdma", "devices"], True), (["rdma", "devices", "--json"], True)],
    "rdma system": [(["rdma", "system"], False), (["rdma", "system", "--json"], False)],
    "rdma countables": [(["rdma", "countables", "0"], False)],
    "rdma bind": [(["rdma", "bind", "0", "17"], False)],
    "rdma unbind": [(["rdma", "unbind", "0", "17", "1"], False)],
    "dcb": [(["dcb"], True), (["dcb", HOSTILE], True), (["dcb", "x", "--json"], True)],
    "can-gateways": [(["can-gateways"], False), (["can-gateways", "x", "--json"], False)],
    "mctp-addresses": [(["mctp-addresses"], False)],
    "mctp-routes": [(["mctp-routes"], False)],
    "mctp-neighbours": [(["mctp-neighbours"], False)],
    "phonet-addresses": [(["phonet-addresses"], False)],
    "phonet-routes": [(["phonet-routes"], False)],
    "nsids": [(["nsids"], False), (["nsids", "--json"], False)],
    "families": [(["families"], True), (["families", HOSTILE], True), (["families", "--lines"], True)],
    "policy": [(["policy", "ethtool"], False), (["policy", HOSTILE], False)],
    "conntrack": [
        (["conntrack"], True),
        (["conntrack", "--expectations"], True),
        (["conntrack", "--statistics"], False),
        (["conntrack", "--json"], True),
    ],
    "crypto": [
        (["crypto"], True),
        (["crypto", "--json"], True),
        (["crypto", "sha256"], False),
        (["crypto", "--driver", "x"], True),
    ],
    "sockets": [
        (["sockets"], True),
        (["sockets", "tcp", "--wide"], True),
        (["sockets", "unix", "--json"], True),
        (["sockets", "tcp", "--lines"], True),
    ],
    "topology": [
        (["topology"], True),
        (["topology", "--format", "json"], False),
        (["topology", "--format", "svg"], True),
        (["topology", "--format", "dot"], True),
        (["topology", "--format", "mermaid"], False),
    ],
    "lookup": [
        (["lookup", "192.0.2.1"], False),
        (["lookup", HOSTILE], True),
        (["lookup", "192.0.2.1", "--json"], False),
    ],
    "wifi interfaces": [(["wifi", "interfaces"], True), (["wifi", "interfaces", "--json"], True)],
    "wifi wiphys": [(["wifi", "wiphys"], True), (["wifi", "wiphys", HOSTILE, "--json"], True)],
    "wifi stations": [(["wifi", "stations", "x"], False), (["wifi", "stations", "x", "--json"], False)],
    "wifi survey": [(["wifi", "survey", "x"], False)],
    "wifi scan": [(["wifi", "scan", "x", "--known"], False), (["wifi", "scan", "x", "--known", "--lines"], False)],
    "wifi regulations": [(["wifi", "regulations"], False), (["wifi", "regulations", "--json"], True)],
    "wifi country": [(["wifi", "country", HOSTILE], True), (["wifi", "country", "DE"], False)],
    "wifi connect": [(["wifi", "connect", "x", HOSTILE * 9], True)],  # longer than a name can be
    "wifi disconnect": [(["wifi", "disconnect", "x"], False)],
    "wifi add-interface": [(["wifi", "add-interface", "y", "--radio", "0"], True)],
    "wifi delete-interface": [(["wifi", "delete-interface", "x"], False)],
    "wifi power-save": [(["wifi", "power-save", "x"], False)],
    "ipvs": [
        (["ipvs"], True),
        (["ipvs", "--json"], True),
        (["ipvs", "--stats"], False),
        (["ipvs", "--daemons"], True),
        (["ipvs", "--timeouts"], False),
        (["ipvs", "--zero"], False),
    ],
    "qdiscs": [(["qdiscs"], True), (["qdiscs", "--json"], True)],
    "classes": [(["classes", "x"], True), (["classes", "x", "--json"], True)],
    "filters": [(["filters", "x"], True), (["filters", "x", "--json"], True), (["filters", "--block", "7"], True)],
    "chains": [(["chains", "x"], True), (["chains", "x", "--json"], True)],
    "actions": [(["actions", "mirred"], False), (["actions", "--json"], False)],
    "impair": [(["impair", "x", "--delay", "5ms"], True), (["impair", HOSTILE, "--undo"], True)],
    "tc save": [(["tc", "save"], True)],
    "tc restore": [(["tc", "restore", "FILE"], False), (["tc", "restore", HOSTILE], True)],
    "accounting": [(["accounting"], True), (["accounting", "--lines"], True)],
    "conntrack-timeouts": [(["conntrack-timeouts"], True), (["conntrack-timeouts", "--json"], True)],
    "conntrack-helpers": [(["conntrack-helpers"], True), (["conntrack-helpers", "--json"], True)],
    "hooks": [(["hooks"], True), (["hooks", "--family", "4", "--hook", "input", "--json"], True)],
    "drops": [
        (["drops", "--status"], False),
        (["drops", "--count", "1"], True),
        (["drops", "--count", "1", "--json"], True),
    ],
    "ovs datapaths": [(["ovs", "datapaths"], True), (["ovs", "datapaths", "--json"], True)],
    "ovs ports": [(["ovs", "ports", "x"], True), (["ovs", "ports", HOSTILE], True)],
    "ovs flows": [(["ovs", "flows", "x"], False), (["ovs", "flows", "x", "--json"], False)],
    "ovs meters": [(["ovs", "meters", "x", "7"], False)],
    "ovs ct-limits": [(["ovs", "ct-limits"], False), (["ovs", "ct-limits", "--json"], False)],
    "l2tp": [(["l2tp"], False), (["l2tp", "--sessions"], True), (["l2tp", "--sessions", "--json"], True)],
    "macsec": [(["macsec"], False), (["macsec", "x", "--stats"], False), (["macsec", "--json"], False)],
    "wireguard": [(["wireguard", "x"], True), (["wireguard", "x", "--json"], True)],
    "tasks": [(["tasks", "7"], True), (["tasks", "7", "--lines"], True), (["tasks", "--exits"], True)],
    "ethtool": [
        (["ethtool"], True),
        (["ethtool", "x"], True),
        (["ethtool", "x", "features"], False),
        (["ethtool", "--json"], True),
        (["ethtool", HOSTILE, "--test-cable"], True),
        (["ethtool", "x", "--eeprom", "0"], False),
    ],
    "netns list": [(["netns", "list"], False)],
    "netns add": [(["netns", "add", f"{HOSTILE}/"], True)],
    "netns attach": [(["netns", "attach", f"{HOSTILE}/", "1"], True)],
    "netns delete": [(["netns", "delete", HOSTILE], True)],
    "netns set": [(["netns", "set", HOSTILE, "7"], True)],
    "netns exec": [(["netns", "exec", HOSTILE, "true"], True)],
    "netns identify": [(["netns", "identify"], False)],
    "netns pids": [(["netns", "pids", HOSTILE], True)],
    "altname list": [(["altname", "list"], False)],
    "altname add": [(["altname", "add", "x", HOSTILE], True)],
    "altname delete": [(["altname", "delete", "x", HOSTILE], True)],
    "audit status": [(["audit", "status"], False), (["audit", "status", "--json"], False)],
    "audit rules": [(["audit", "rules"], True), (["audit", "rules", "--json"], True)],
    "audit add": [(["audit", "add", "-w", "/nowhere", "-p", "wa"], False)],
    "audit delete": [(["audit", "delete", "-w", "/nowhere", "-p", "wa"], False)],
    "audit log": [(["audit", "log", "--records"], True), (["audit", "log", "--json"], True)],
    "ipset list": [
        (["ipset", "list"], True),
        (["ipset", "list", "x"], True),
        (["ipset", "list", "--entries", "--lines"], True),
        (["ipset", "list", "--json"], True),
    ],
    "xfrm states": [
        (["xfrm", "states"], False),
        (["xfrm", "states", "--show-keys"], False),
        (["xfrm", "states", "--json"], True),
    ],
    "xfrm policies": [(["xfrm", "policies"], False), (["xfrm", "policies", "--lines"], True)],
    "xfrm info": [(["xfrm", "info"], False), (["xfrm", "info", "--json"], False)],
    "ipset rename": [(["ipset", "rename", "x", "y"], False)],
    "ipset swap": [(["ipset", "swap", "x", "y"], False)],
    "ipset save": [(["ipset", "save"], True)],
    "ipset restore": [(["ipset", "restore", "FILE"], False), (["ipset", "restore", HOSTILE], True)],
    "nft monitor": [
        (["nft", "monitor", "--count", "1"], True),
        (["nft", "monitor", "--count", "1", "--json"], True),
    ],
    "nft trace": [
        (["nft", "trace", "--count", "1"], True),
        (["nft", "trace", "--count", "1", "--json"], True),
    ],
    "nft list": [
        (["nft", "list"], True),
        (["nft", "list", "tables"], True),
        (["nft", "list", "table", "inet", HOSTILE], True),
        (["nft", "list", "--json"], True),
    ],
    "nft save": [(["nft", "save"], True)],
    "nft restore": [(["nft", "restore", "FILE"], False), (["nft", "restore", HOSTILE], True)],
    "monitor": [
        (["monitor"], True),
        (["monitor", "--json"], True),
        *((["monitor", each], True) for each in ("flow", "expectation", "quota", "ruleset", "trace", "uevent", "task")),
        *((["monitor", each], True) for each in ("qdisc", "class", "filter", "chain", "action")),
        *((["monitor", each], True) for each in ("process", "audit", "peer:1", "log:1")),
        *((["monitor", each], False) for each in ("nexthop", "namespace-id", "family", "ethtool", "netdev", "mptcp")),
        *((["monitor", each], False) for each in ("selinux", "scsi", "iscsi")),
    ],
    "processes": [(["processes"], True), (["processes", "comm", "--json"], True)],
    "uevents": [(["uevents"], True), (["uevents", "--json"], True)],
    "exporter": [
        (["exporter", "--once", "--collect", "links"], True),
        (["exporter", "--once", "--collect", "routes", "--openmetrics"], False),
        (["exporter", "--listen", HOSTILE], True),
        (["exporter", "--otlp", HOSTILE], True),
    ],
    "fleet hosts": [(["fleet", "hosts", "--from", HOSTILE], True)],
    "fleet events": [(["fleet", "events", "--from", HOSTILE], True)],
    "fleet sql": [(["fleet", "sql", "--from", HOSTILE, "select 1"], True)],
    "fleet archive": [(["fleet", "archive", "--from", HOSTILE, "FILE"], False)],
    "top": [
        (["top", "--once", "--interval", "0.1"], True),
        (["top", "--lines", "--count", "1", "--interval", "0.1"], True),
        *((["top", each, "--once", "--interval", "0.1"], True) for each in ("neighbours", "queues")),
        *((["top", each, "--once", "--interval", "0.1"], False) for each in ("conntrack", "sockets", "events")),
        (["top", "--once", "--filter", HOSTILE], True),
        (["top", "--sort", HOSTILE], True),
    ],
    "capture read": [
        (["capture", "read", "CAPTURE"], True),
        (["capture", "read", "CAPTURE", "--lines"], True),
        (["capture", "read", "CAPTURE", f"dev={HOSTILE}"], False),
        (["capture", "read", HOSTILE], True),
    ],
    "capture write": [(["capture", "write", f"/nowhere/{HOSTILE}", "--count", "1"], True)],
    "sql": [
        (["sql", "select * from links"], True),
        (["sql", "select * from links", "--json"], True),
        (["sql", f"select {HOSTILE}"], False),  # DuckDB says where it stops reading
        (["sql", f".schema {HOSTILE}"], True),
    ],
    "batch": [(["batch", "FILE"], True)],
    "add": [
        (["add", "link", "name=x", "kind=bridge"], True),
        (["add", "link", f"kind={HOSTILE}", "--dry-run"], True),
        (["add", HOSTILE], True),
        (["add", "link", f"{HOSTILE}=5"], True),
        (["add", "link", "--help", HOSTILE], False),
    ],
    "append": [(["append", "route", "destination=10.0.0.0/8"], False)],
    "insert": [(["insert", "nft-rule", "family=inet", "table=t", f"chain={HOSTILE}"], True)],
    "replace": [(["replace", "route", "destination=10.0.0.0/8", "--json"], False)],
    "change": [(["change", "link", "name=x", "mtu=1400"], True)],
    "set": [(["set", "mptcp-limits", "subflows=2"], False)],
    "delete": [(["delete", "link", "name=x"], False)],
    "destroy": [(["destroy", "nft-table", "family=inet", f"name={HOSTILE}"], True)],
    "flush": [(["flush", "route", "table=100"], False)],
    "send": [(["send", "25", "hi", "--count", "2"], True), (["send", "25", "hi", "--count", "2", "--json"], True)],
    "listen": [
        (["listen", "usersock", "--group", "1", "--count", "2"], True),
        (["listen", "usersock", "--group", "1", "--count", "2", "--json"], False),
    ],
    "peer": [
        (["peer", "--group", "1", "--count", "2"], True),
        (["peer", "--group", "1", "--count", "2", "--json"], True),
    ],
    "protocols": [(["protocols"], False)],
    "ynl": [(["ynl", HOSTILE], True), (["ynl", "--spec", HOSTILE], True), (["ynl"], False)],
    "family NAME": [(["family"], True), (["family", HOSTILE], True)],
    "family generate": [(["family", "generate", HOSTILE, "--out", "x"], True)],
    "queue": [(["queue", "1", "--count", "1"], False), (["queue", "1", "--count", "1", "--json"], True)],
    "log": [(["log", "1", "--count", "1"], True), (["log", "1", "--count", "1", "--json"], True)],
    "hello": [(["hello", "--on", HOSTILE], True)],
    "completion": [(["completion", HOSTILE], True)],
    "kernel serve": [(["kernel", "serve", HOSTILE, "--at", "x"], True)],
    "module new": [(["module", "new", HOSTILE, "--protocol", "25"], True)],
    "module regenerate": [(["module", "regenerate", HOSTILE], True)],
    "module test": [(["module", "test", HOSTILE], True)],
    "trace": [(["trace", "--", HOSTILE], True), (["trace", "--pid", "4194304"], False)],
    "vm prepare": [(["vm", "prepare", HOSTILE], True)],
    "vm run": [(["vm", "run"], False)],
}


def commands(group: Any, *before: str) -> Iterator[str]:
    """Every command that is registered, by its words."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *before, name)
        else:
            yield " ".join((*before, name))


REGISTERED = sorted(commands(get_command(app)))


def check(text: str, *, seen: bool) -> None:
    """Nothing but lines of text, and our own colours."""
    assert "Traceback" not in text
    assert "fault of netlynx" not in text
    plain = re.sub("^\t+", "", COLOURS.sub("", text), flags=re.MULTILINE)  # nft's syntax has tabs before its lines
    assert [letter for letter in plain if letter != "\n" and (is_unseen(letter) or not letter.isprintable())] == []
    assert not [line for line in plain.split("\n") if line.startswith("F!")]
    assert not seen or "[2J" in plain, plain  # behind an escape
    assert not OF_PYTHON.search(plain), plain


def test_every_command_is_asked_something() -> None:
    assert sorted(ASKED) == REGISTERED


@pytest.mark.parametrize(
    ("arguments", "seen"),
    [each for asked in ASKED.values() for each in asked],
    ids=lambda each: shown(" ".join(each)) if isinstance(each, list) else "",
)
def test_what_a_kernel_a_peer_or_a_file_says_is_text(arguments: list[str], seen: bool, tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_text('{"add": {"link": {"name": "x", "kind": "dummy"}}}\n')
    captured = tmp_path / "said.pcap"
    with capture.Writer(captured) as writer:
        link = encode_record(route.Link(index=1, name=HOSTILE))
        writer.write(0, Message(type=RTM.NEWLINK, payload=link).pack())
    words = [{"FILE": str(file), "CAPTURE": str(captured)}.get(word, word) for word in arguments]
    if "kernel" not in words and words[0] not in ALONE:
        words += KERNEL
    listens = words[0] in ("monitor", "uevents", "processes") or words[:2] == ["audit", "log"]
    endless = listens or "--exits" in words or "--test-cable" in words
    until = ESCAPED if seen and endless else "listening" if endless else ""
    own = {"TERM": "dumb"} if words[0] in ("batch", "tc") else {}  # which draws a bar elsewhere
    check(on_terminal(words, until, **own), seen=seen)


@pytest.mark.parametrize("name", REGISTERED)
def test_what_was_typed_is_text(name: str) -> None:
    for more in ([f"--{HOSTILE}"], [HOSTILE, HOSTILE, "--nothing"]):
        if name in ("trace", "vm run") and more[0] == HOSTILE:
            continue  # that would be a command to run
        check(on_terminal([*name.split(), *more]), seen=False)


@pytest.mark.parametrize("name", [name for name, asked in ASKED.items() if asked[0][0][0] == name])
def test_the_words_of_a_kernel_that_refuses_are_text(name: str, tmp_path: Path) -> None:
    if name in (
        "hello",
        "ynl",
        "batch",
        "send",
        "listen",
        "peer",
        "protocols",
        "uevents",
        "processes",
        "monitor",
        "trace",
        "completion",
    ):
        pytest.skip("no request that a kernel could refuse")
    arguments, _ = ASKED[name][0]
    # The controller is the kernel's own, and refuses nothing; some changes that kernel does not know.
    seen = name not in ("policy", "families", "append", "replace", "delete")
    check(on_terminal([*arguments, *KERNEL], HOSTILE_REFUSING="1"), seen=seen)


@pytest.mark.parametrize("listing", ["links", "addresses", "conntrack", "families", "ethtool"])
def test_csv_on_a_terminal_too(listing: str) -> None:
    pytest.importorskip("polars")
    check(on_terminal([listing, "--format", "csv", *KERNEL]), seen=True)


def test_a_file_that_a_kernel_comes_from_is_text(tmp_path: Path) -> None:
    file = tmp_path / "kernel.py"
    file.write_text(f"raise ValueError({HOSTILE!r})\n")
    check(on_terminal(["kernel", "serve", str(file), "--at", str(tmp_path / "at")]), seen=True)
    check(on_terminal(["links", "--kernel", str(file)]), seen=True)


def test_what_the_interpreter_itself_writes_is_text(tmp_path: Path) -> None:
    """Tracebacks, warnings, and whatever a library prints, go out by the same door."""
    file = tmp_path / "kernel.py"
    file.write_text(f"import sys\nprint({HOSTILE!r})\nsys.stderr.write({HOSTILE!r})\nopen({HOSTILE!r})\n")
    text = on_terminal(["--traceback", "links", "--kernel", str(file)])
    assert "\x1b" not in text
    assert text.count(ESCAPED) == 3  # printed, written, and in the words of the error


def test_messages_that_are_watched_are_text() -> None:
    check(on_terminal(["links", *KERNEL], NETLYNX_DEBUG="1"), seen=True)


def test_nobody_takes_another_door() -> None:
    """What is written by hand to a stream would be safe still, but could forge a line."""
    own = {"terminal.py", "stdout.py"}
    found = []
    for path in sorted(Path(netlynx.cli.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                said = ast.unparse(node.func)
                if said in ("print", "typer.echo", "typer.secho", "os.write", "terminal.raw", "raw"):
                    found.append(f"{path.name}:{node.lineno}: {said}")
    assert [each for each in found if each.split(":")[0] not in own | {"batch.py"}] == []
    assert [each for each in found if each.startswith("batch.py") and "raw" not in each] == []  # the bar of progress


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain é € 日本 😀", "plain é € 日本 😀"),
        ("\x1b[31m\n\r\t\0", "\\u001b[31m\\n\\r\\t\\u0000"),
        ("\udcff", "\\udcff"),
        ("\u202eabc\u2066", "\\u202eabc\\u2066"),
        ("a\u200bb\ufe0f\u3164\u2800", "a\\u200bb\\ufe0f\\u3164\\u2800"),
        ("\U000e0041", "\\udb40\\udc41"),
        ("\u2028\x85\x7f", "\\u2028\\u0085\\u007f"),
        ("\ue000\uffff", "\\ue000\\uffff"),
    ],
)
def test_characters(text: str, expected: str) -> None:
    assert shown(text) == expected
    assert shown(expected) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (repr("\x1b\x7f\x9b"), r"'\u001b\u007f\u009b'"),
        (repr("\n\u202e\U000e0041"), r"'\n\u202e\udb40\udc41'"),
        (repr(r"\x1b"), r"'\\x1b'"),
        (repr("\\\x1b"), r"'\\\u001b'"),
        (repr(b"\x00\xff"), r"b'\u0000\u00ff'"),
        ("plain \\ \\x \\xg0", "plain \\ \\x \\xg0"),
    ],
)
def test_an_error_spells_a_character_in_one_way(text: str, expected: str) -> None:
    assert one_spelling(text) == expected
    assert one_spelling(expected) == expected


def test_every_character_is_seen_or_escaped() -> None:
    for code in range(sys.maxunicode + 1):
        letter = chr(code)
        is_text = letter.isprintable() and not is_unseen(letter) and letter != "\u2800"
        assert (shown(letter) == letter) is is_text, unicodedata.name(letter, hex(code))


def test_a_colour_is_around_text_that_is_escaped() -> None:
    assert str(terminal.Paint("\x1b[0m!", "red")) == "\x1b[31m\\u001b[0m!\x1b[0m"
    assert terminal.drawn(("a\n", terminal.Paint("b", "bold"))) == "a\\n\x1b[1mb\x1b[0m"
