"""Mistakes and refusals, over all commands: one line in the words of the command line; status 2 for usage, 1 for what
the kernel, or the machine, has against it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable

import pytest

from cli.test_terminal import ASKED, REGISTERED
from cli.test_words import ENDLESS, NEEDED, OWN, command_of, commands
from command import PATIENCE, environment
from netlynx.cli.app import run_all

# Functions, classes, types and errors of Python, and how its libraries say that something is wrong.
OF_PYTHON = re.compile(
    r"Traceback|<class|Error\b(?! \()|Input should|valid (integer|number|float)|\bNone\b|\bTrue\b|\bFalse\b"
    r"|Value error|\bargument of type|object has no|\bint\b|\bstr\b|\bfloat\b|fault of netlynx|errno"
)


Said = Callable[..., tuple[int, str]]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Said:
    """Run a command in this process: its status, and the line that it says."""
    monkeypatch.setattr("typer.main.get_command", lambda app: commands())  # made once

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["netlynx", *words])
        status = run_all([*words])
        return status, capsys.readouterr().err

    return run


def needed(name: str) -> list[str]:
    """What a command takes besides, before an option of it is looked at."""
    required = [each for each in command_of(name).params if each.param_type_name == "argument" and each.required]
    return NEEDED.get(name, ["x"] * len(required))


def wrong_with(words: list[str], status: int, told: str, expected: int, named: str = "") -> list[str]:
    """What is wrong with how a mistake was told."""
    found = []
    if status != expected:
        found.append(f"{words}: status {status}: {told}")
    if told.count("\n") != 1 or not told.startswith("netlynx: "):
        found.append(f"{words}: not one line: {told!r}")
    if OF_PYTHON.search(told):
        found.append(f"{words}: not in the words of the command line: {told}")
    if named not in told:
        found.append(f"{words}: does not name {named}: {told}")
    return found


def test_an_interface_that_is_not_there_is_named(said: Said) -> None:
    wrong = []
    for name in REGISTERED:
        for each in command_of(name).params:
            if each.opts[:1] and each.opts[0] in ("--dev", "--bridge", "--master"):
                more = [word for word in needed(name) if word != "lo"]
                words = [*name.split(), *more, each.opts[0], "nosuch0"]
                status, told = said(*words)
                if "This kernel lacks" in told or "has no generic netlink family" in told:
                    continue
                named = "nosuch0" if name != "ethtool" else "device"
                wrong += wrong_with(words, status, told, 1, named)
    assert wrong == []


def test_a_value_that_is_none_is_refused_by_the_name_of_its_option(said: Said) -> None:
    """A word where a number is wanted, and a number that is too large or too small."""
    wrong, tried = [], 0
    for name in REGISTERED:
        for each in command_of(name).params:
            low, high = getattr(each, "min", None), getattr(each, "max", None)
            if each.param_type_name != "option" or each.is_flag or name in OWN or name == "ynl":
                continue
            values = [str(low - 1)] if low is not None else []
            values += [str(high + 1)] if high is not None else []
            if each.metavar in ("N", "PORT", "GROUP", "SECONDS", "NUMBER", "ID", "ZONE", "PAGE", "BYTES", "FORM"):
                values.append("x y")
            for value in values:
                words = [*name.split(), *needed(name), f"{each.opts[0]}={value}"]
                if name in ("filters", "chains") and each.opts[0] == "--block":
                    words.remove("lo")
                if name == "routes" and value == "x y":
                    words.insert(1, "192.0.2.1")  # some are of a look-up
                status, told = said(*words)
                wrong += wrong_with(words, status, told, 2, each.opts[0])
                tried += 1
                if repr(value) not in told:
                    wrong.append(f"{words}: does not say what was given: {told}")
    assert wrong == []
    assert tried > 100


def test_an_unknown_option_field_or_word_is_wrong_usage(said: Said) -> None:
    wrong = []
    for name in REGISTERED:
        if name in OWN or name in ("audit add", "audit delete"):  # whose words are those of auditctl(8)
            continue
        words = [*name.split(), *needed(name), "--nosuch"]
        status, told = said(*words)
        wrong += wrong_with(words, status, told, 2, "--nosuch")
    for words in (["add", "link", "nmae=v0"], ["add", "lnk"], ["nft", "list", "tabel"], ["ethtool", "lo", "nosuch"]):
        status, told = said(*words)
        wrong += wrong_with(words, status, told, 2)
    for words in (["tasks", "x"], ["queue", "x"], ["log", "99999999"]):
        status, told = said(*words)
        wrong += wrong_with(words, status, told, 2, repr(words[1]))
    status, told = said("ynl", "--do", "x")
    assert wrong_with(["ynl", "--do"], status, told, 2, "FAMILY") == wrong == []


def test_a_namespace_that_is_not_there_is_named(said: Said) -> None:
    wrong = []
    for name in REGISTERED:
        if any("--netns" in each.opts for each in command_of(name).params) and "-" not in needed(name):
            if name in ("ynl", "family generate"):
                continue  # which ask no kernel, as they are called here
            words = [*name.split(), *needed(name), "--netns", "nosuch-namespace"]
            status, told = said(*words)
            wrong += wrong_with(words, status, told, 1, "nosuch-namespace")
    assert wrong == []


UNPRIVILEGED = """
import io, os, sys
from contextlib import redirect_stderr, redirect_stdout
import typer.main
from netlynx.cli.app import app, run_all
made = typer.main.get_command(app)
typer.main.get_command = lambda app: made
for line in sys.stdin.read().splitlines():
    words = line.split("\\t")
    sys.argv = ["netlynx", *words]
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = run_all(words)
    print(status, line.replace("\\t", " "), err.getvalue().encode(), sep="\\t")
"""


@pytest.mark.skipif(os.getuid() != 0, reason="it takes root to be somebody without capabilities")
def test_a_privilege_that_is_lacking_is_said() -> None:
    """All commands that end by themselves, in a namespace, without any capability."""
    asked = []
    for name, (first, *_) in ASKED.items():
        words = ["lo" if word == "x" else word for word in first[0]]
        if name in OWN | ENDLESS or "\x1b" in "".join(words) or "FILE" in words:
            continue
        asked.append("\t".join(words))
    command = ["unshare", "-n", "setpriv", "--bounding-set=-all", "--inh-caps=-all", sys.executable, "-c", UNPRIVILEGED]
    done = subprocess.run(
        command, input="\n".join(asked), capture_output=True, text=True, timeout=PATIENCE, env=environment()
    )
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert len(lines) == len(asked), done.stderr
    wrong, lacking = [], 0
    for status, words, raw in lines:
        told = raw[2:-1].replace("\\n", "\n")
        if status != "0":
            wrong += wrong_with([words], int(status), told, 1)
        if "not permitted" in told:
            lacking += 1
            if "It takes CAP_" not in told:
                wrong.append(f"{words}: does not say which: {told}")
    assert wrong == []
    assert lacking > 10
