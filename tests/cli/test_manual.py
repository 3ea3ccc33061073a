"""Manual pages: each command has one, programs that read them find nothing to warn of, and their examples work."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli.test_terminal import REGISTERED
from cli.test_words import command_of, commands
from command import PATIENCE, environment
from netlynx.cli import manual
from netlynx.cli.aliases import OTHERS
from netlynx.cli.app import run_all
from netlynx.cli.commands import Command
from netlynx.cli.manual_prose import EXAMPLES

SECTIONS = ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES", "SEE ALSO")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return manual.write(tmp_path_factory.mktemp("man"))


def test_every_command_has_a_page_with_all_that_it_takes(pages: list[Path]) -> None:
    texts = {path.stem: path.read_text() for path in pages}
    assert {*texts} == {"netlynx", *(f"netlynx-{name}" for name in commands().commands)}
    for name in REGISTERED:
        text = texts[f"netlynx-{name.split()[0]}"].replace("\\-", "-")
        for each in command_of(name).params:
            assert each.param_type_name == "argument" or each.opts[0] in text, (name, each.opts)
        assert all(other in text for other in OTHERS.get(name, ()))
    for name, text in texts.items():
        has = re.findall(r"^\.SH (.*)", text, re.MULTILINE)
        for section in SECTIONS:
            assert section in has or (section == "OPTIONS" and "COMMANDS" in has), (name, section)


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not here")
def test_groff_has_nothing_to_warn_of(pages: list[Path]) -> None:
    command = ["groff", "-K", "utf8", "-man", "-Tutf8", "-rLL=80n", "-ww", "-z", *map(str, pages)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert done.stderr == ""


@pytest.mark.skipif(shutil.which("mandoc") is None, reason="mandoc is not here")
def test_mandoc_has_nothing_to_warn_of(pages: list[Path]) -> None:
    command = ["mandoc", "-Tlint", "-W", "warning", *map(str, pages)]
    assert subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE).stdout == ""


@pytest.mark.skipif(shutil.which("man") is None or shutil.which("groff") is None, reason="man is not here")
def test_a_page_fits_80_columns_and_shows_text_as_it_is(pages: list[Path]) -> None:
    (page,) = (path for path in pages if path.stem == "netlynx-sockets")
    variables = environment(MANWIDTH="80", COLUMNS="80", LC_ALL="C.UTF-8")
    command = ["man", "--warnings", "-l", str(page)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, env=variables, check=True)
    assert done.stderr == ""
    text = re.sub(".\b", "", done.stdout)
    assert max(map(len, text.splitlines())) <= 80
    for shown in ("netlynx sockets tcp 'info.rtt>=50000' --wide", "NETLYNX_KERNEL", "info.rtt>=5000", "--netns"):
        assert shown in text


def test_pages_are_dated_as_they_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    page = manual.pages("1.2.3")["netlynx"]
    assert page.startswith('.TH NETLYNX 1 1970-01-02 "netlynx 1.2.3" "netlynx"\n')
    assert manual.pages("1.2.3")["netlynx"] == page


def test_examples_are_commands_that_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is read to its end, and carried out nowhere."""
    monkeypatch.setattr("typer.main.get_command", lambda app: commands())
    monkeypatch.setattr(Command, "invoke", lambda self, ctx: read.append(ctx.command_path))
    assert {*EXAMPLES} == {*commands().commands}
    for name, lines in EXAMPLES.items():
        for line in lines:
            read: list[str] = []
            _, *words = shlex.split(line)
            assert run_all(words) == 0, line
            assert read[0].startswith(f"netlynx {name}"), line


# What cannot be tried here: it goes on until it is ended, or takes what a fresh namespace has not.
ELSEWHERE = {
    *(
        "conntrack",
        "fleet",
        "conntrack-timeouts",
        "conntrack-helpers",
        "accounting",
        "hooks",
        "ipvs",
        "macsec",
        "l2tp",
        "wireguard",
        "crypto",
        "devlink",
        "ovs",
        "rdma",
    ),
    *(
        "monitor",
        "uevents",
        "processes",
        "drops",
        "send",
        "listen",
        "peer",
        "queue",
        "log",
        "audit",
        "tasks",
        "ipset",
        "lookup",
    ),
    *("batch", "capture", "hello", "kernel", "module", "vm", "can-gateways", "set", "impair", "nft", "ynl", "actions"),
    *("netns", "altname", "family", "wifi"),
    *("mctp-addresses", "mctp-routes", "mctp-neighbours", "phonet-addresses", "phonet-routes", "insert", "destroy"),
    *("classes", "filters", "chains", "nexthops", "nexthop-buckets", "bridge", "dcb", "multicast-tables"),
    "exporter",
    "top",
    "topology",
}
BEFORE = ["add link name=eth0 kind=ifb", "add link name=br0 kind=bridge", "change link name=lo flags=up"]
TRIED = """
import io, shlex, sys
from contextlib import redirect_stderr, redirect_stdout
import typer.main
from netlynx.cli.app import app, run_all
made = typer.main.get_command(app)
typer.main.get_command = lambda app: made
for line in sys.stdin.read().splitlines():
    words = shlex.split(line)
    sys.argv = ["netlynx", *words]
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = run_all(words)
    if status:
        print(status, line, err.getvalue())
"""


@pytest.mark.skipif(os.getuid() != 0, reason="it takes root")
def test_examples_work_in_a_fresh_namespace() -> None:
    lines = [line.removeprefix("netlynx ") for name in EXAMPLES if name not in ELSEWHERE for line in EXAMPLES[name]]
    assert len(lines) > 30
    # Which no route leads to there, and a process that is not there; one that is traced prints for itself.
    lines = [line for line in lines if line != "routes 192.0.2.1" and not line.startswith("trace ")]
    command = ["unshare", "-n", sys.executable, "-c", TRIED]
    told = "\n".join([*BEFORE, *lines])
    done = subprocess.run(command, input=told, capture_output=True, text=True, timeout=PATIENCE, env=environment())
    assert done.stdout == "", done.stderr
    assert done.returncode == 0, done.stderr
