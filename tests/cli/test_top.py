"""`netlynx top` as a command: what it prints for scripts, what it refuses, and the screen on a real terminal."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import termios
import time
from pathlib import Path

import pytest

from command import KERNEL, Run
from forking import on_a_terminal
from netlynx.cli import top
from netlynx.cli.top.panes import PANES
from support import PATIENCE
from test_how_to import follow

PAGE = Path(__file__).parents[2] / "docs" / "top.md"
ON_VIRTUAL = ("--kernel", KERNEL)


def test_every_pane_can_be_asked_for() -> None:
    assert [each.value for each in top.Shown] == [*PANES]


def test_a_table_has_the_rates_of_one_interval(run: Run) -> None:
    done = run("top", "--once", "--interval", "0.1", "--sort", "LINK", *ON_VIRTUAL)
    said, titles, *rows = done.stdout.splitlines()
    assert said == "3 links, 2 up; all of them: 0 bit/s in, 0 bit/s out"
    assert titles.split()[:6] == ["LINK", "STATE", "IN", "b/s", "OUT", "b/s"]
    assert [row.split()[:3] for row in rows] == [["br0", "UP", "0"], ["lo", "UP", "-"], ["v0", "DOWN", "-"]]
    turned = run("top", "--once", "--interval", "0.1", "--sort", "name", "--reverse", "--filter", "v", *ON_VIRTUAL)
    assert [row.split()[0] for row in turned.stdout.splitlines()[2:]] == ["v0"]


def test_tables_come_as_often_as_is_asked(run: Run) -> None:
    done = run("top", "neighbours", "--count", "3", "--interval", "0.1", *ON_VIRTUAL)
    assert len(done.stdout.split("\n\n")) == 3


def test_lines_are_json_with_numbers_as_they_are(run: Run) -> None:
    done = run("top", "links", "--lines", "--count", "2", "--interval", "0.1", *ON_VIRTUAL)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert sorted(each["name"] for each in told) == ["br0", "br0", "lo", "lo", "v0", "v0"]
    assert {*told[0]} == {"time", "pane", "object", "seconds", *(column.name for column in PANES["links"].columns)}
    assert told[0]["in_bits"] == 0.0
    assert [each["in_bits"] for each in told if each["name"] != "br0"] == [None] * 4  # of which nothing is counted
    assert told[0]["time"] < told[3]["time"]


def test_what_is_not_there_is_one_line(run: Run) -> None:
    done = run("top", "conntrack", "--once", "--interval", "0.1", *ON_VIRTUAL, status=1)
    assert "EPROTONOSUPPORT" in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    found = run("top", "--once", "--filter", "nobody has this", "--interval", "0.1", *ON_VIRTUAL)
    assert found.stderr == "'nobody has this' is found in none of 3 links (in LINK, STATE, KIND)\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--once", "--count", "2"], "--once is --count 1: give one of them"),
        (["--wide"], "Invalid value for --wide: it is for tables: give it with --once or --count"),
        (["--lines", "--wide"], "it is for tables"),
        (["--sort", "nothing", "--once"], "links has no column 'nothing'; it has name, state, in_bits"),
        (["nothing"], "nothing"),
        (["--interval", "0"], "--interval"),
        ([], "this is no terminal to draw on: --once, --count and --lines print instead"),
    ],
)
def test_what_cannot_be_is_refused(run: Run, words: list[str], said: str) -> None:
    done = run("top", *words, *ON_VIRTUAL, status=2)
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


class Terminal:
    """What a program writes on a terminal, up to now."""

    def __init__(self, ours: int) -> None:
        self._ours = ours
        self.text = ""

    def read(self, seconds: float) -> bool:
        """Wait for more; False once nobody writes any more."""
        if not select.select([self._ours], [], [], seconds)[0]:
            return True
        try:
            self.text += os.read(self._ours, 65536).decode(errors="replace")
        except OSError:
            return False
        return True

    def until(self, seen: str) -> None:
        ends = time.monotonic() + PATIENCE
        while seen not in self.text:
            assert time.monotonic() < ends, self.text
            assert self.read(0.1), self.text

    def end(self) -> None:
        ends = time.monotonic() + PATIENCE
        while self.read(0.1):
            assert time.monotonic() < ends, self.text


@pytest.mark.parametrize("how", ["q", "\x03", signal.SIGTERM, signal.SIGHUP], ids=["q", "Ctrl-C", "TERM", "HUP"])
def test_the_screen_ends_and_leaves_the_terminal_as_it_was(how: str | signal.Signals) -> None:
    pytest.importorskip("textual")
    with on_a_terminal(["top", "--interval", "0.2", *ON_VIRTUAL], TERM="xterm") as (child, ours):
        before = termios.tcgetattr(ours)
        shown = Terminal(ours)
        shown.until("br0")
        assert "\x1b[?1049h" in shown.text  # a screen of its own
        assert termios.tcgetattr(ours) != before
        if isinstance(how, str):
            os.write(ours, how.encode())
        else:
            os.kill(child, how)
        shown.until("\x1b[?1049l")  # what was there before is seen again
        shown.until("\x1b[?25h")  # and the cursor
        assert termios.tcgetattr(ours) == before
        shown.end()


def test_without_textual_it_is_one_line_and_printing_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from netlynx.cli.app import run_all

    for name in [name for name in sys.modules if name.startswith(("textual", "netlynx.cli.top.screen"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "textual", None)
    monkeypatch.setattr(top, "is_terminal", lambda stream: True)
    assert run_all(["top", *ON_VIRTUAL]) == 1
    assert "needs textual, which is not installed: pip install 'netlynx[top]'" in capsys.readouterr().err
    assert run_all(["top", "--once", "--interval", "0.1", *ON_VIRTUAL]) == 0
    assert "br0" in capsys.readouterr().out


@pytest.mark.namespace
@pytest.mark.skipif(os.getuid() != 0, reason="it takes root")
def test_the_page_is_true() -> None:
    assert follow(PAGE) == ""
