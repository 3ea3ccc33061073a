"""Before any command: version, help, and how little is loaded for them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import netlynx
from command import PATIENCE, Run, environment

ROOMS = (
    "netlynx.route",
    "netlynx.kernel",
    "netlynx.client.connection",
    "netlynx.client.async_connection",
    "netlynx.codec._codec",
)

PROBE = """
import sys
from netlynx.cli import main
sys.argv = ["netlynx", *sys.argv[1:]]
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""


def test_version(run: Run) -> None:
    assert run("--version").stdout == f"netlynx {netlynx.__version__}\n"


def test_help_lists_the_commands(run: Run) -> None:
    listed = run("--help").stdout
    for command in (
        *("links", "addresses", "routes", "neighbours", "rules", "monitor"),
        *("send", "listen", "protocols", "hello"),
    ):
        assert command in listed


def test_no_command_is_wrong_usage(run: Run) -> None:
    assert "Usage" in run(status=2).stdout


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["routes", "--help"], ["hello", "--help"]])
def test_version_and_help_load_no_protocol_room(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
        env=environment(PYTHONPATH=os.pathsep.join(sys.path)),
    )
    loaded = done.stderr.split()
    assert ("netlynx.cli.app" in loaded) is (arguments != ["--version"])
    assert ("typer" in loaded) is (arguments != ["--version"])
    assert [name for name in loaded if name.startswith(ROOMS)] == []


COLLECTING = """
import gc, sys
from netlynx import cli
from netlynx.cli import quick

def listing(words):
    assert not gc.isenabled()
    return 0

quick.run = listing
sys.argv = ["netlynx", "routes"]
try:
    cli.main()
except SystemExit as ended:
    print(ended.code, gc.isenabled(), gc.get_freeze_count() > 0)
"""


def test_garbage_is_not_looked_for_while_a_listing_is_carried_out_nor_when_it_ends() -> None:
    done = subprocess.run([sys.executable, "-c", COLLECTING], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("0 True True\n", "")


@pytest.mark.parametrize("missing", ["typer", "rich"])
def test_without_its_libraries_the_command_says_what_it_needs(missing: str) -> None:
    code = f"import sys; sys.modules[{missing!r}] = None; import netlynx.cli; netlynx.cli.main()"
    command = [sys.executable, "-c", code, "links", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    said = f"netlynx: the command line needs {missing}, which is not installed: pip install 'netlynx[cli]'\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)


def test_the_library_is_used_without_the_libraries_of_the_command() -> None:
    needed = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]["dependencies"]
    assert sorted(re.split("[<>=]", each)[0] for each in needed) == ["anyio", "msgspec"]
