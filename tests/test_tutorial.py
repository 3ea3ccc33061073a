"""The tutorial is followed to the letter: its files are written and its commands typed, in the order of the page.

What it says to type before chapter 2 (a checkout is made, a namespace entered), the tests have done already. The module
of chapter 11 is built and loaded by `make test-vm` (tests/vm/test_door.py).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from netlynx import netns
from support import PATIENCE
from vm.tutorial import PAGE, files, handlers_of

BLOCKS = re.compile(r"^```console\n(.*?)^```|^```(?:python|c)\n(?:# (\S+\.py))?", re.S | re.M)
DONE = re.compile(
    r"make demo|\. \.venv/bin/activate|pip install .*|mkdir .*|cd .*|unshare -Urn|exit|netlynx module test .*"
)


def steps() -> Iterator[tuple[str, str]]:
    """What to do, one after the other: a file to write, or a command to type with the lines that it prints."""
    for block in BLOCKS.finditer(PAGE):
        if block[2]:
            yield block[2], ""
        elif block[1]:
            for command in re.split(r"^\$ ", block[1], flags=re.M)[1:]:
                typed, _, shown = command.partition("\n")
                yield f"$ {typed}", shown


def like(shown: str, printed: str) -> bool:
    """Whether this was printed; an ellipsis on the page stands for whatever there is."""
    pattern = re.escape(shown.strip()).replace("…", ".*")
    return re.fullmatch(pattern, printed.strip(), re.S) is not None


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    alone = {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_PLUGINS": "netlynx.testing.plugin",
    }  # a tutorial's reader has no others
    return {**os.environ, **alone, "PATH": path, "NO_COLOR": "1", "COLUMNS": "120", "TMPDIR": str(tmp_path)}


@pytest.mark.namespace
def test_what_the_tutorial_says_is_what_happens(
    namespace: netns.NetworkNamespace, tmp_path: Path, environment: dict[str, str]
) -> None:
    behind: list[subprocess.Popen[str]] = []
    texts = files()
    typed = 0
    # An IPv6 address of a link's own is told of once it is settled: by then somebody has hardly typed the next command.
    none = "echo 1 > /proc/sys/net/ipv6/conf/default/addr_gen_mode"
    netns.run(namespace, ["sh", "-c", none], check=True, timeout=PATIENCE)
    try:
        for step, shown in steps():
            if not step.startswith("$ "):
                (tmp_path / step).write_text(texts[step])
                continue
            command = step.removeprefix("$ ")
            if DONE.fullmatch(command):
                continue
            typed += 1
            if command.endswith(" &"):
                behind.append(background(command.removesuffix(" &"), namespace, tmp_path, environment))
            elif command == "kill %1":
                end(behind.pop())
            else:
                done = netns.run(
                    namespace,
                    ["sh", "-c", command],
                    cwd=tmp_path,
                    env=environment,
                    capture_output=True,
                    text=True,
                    timeout=PATIENCE,
                )
                assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
                assert like(shown, done.stdout), f"{command} printed:\n{done.stdout}{done.stderr}"
    finally:
        for process in behind:
            end(process)
    assert typed > 12
    handlers = tmp_path / "module" / "door_handlers.c"
    assert handlers_of(handlers.read_text()).count("is not written yet") == 0


def background(
    command: str, namespace: netns.NetworkNamespace, folder: Path, env: dict[str, str]
) -> subprocess.Popen[str]:
    process = netns.popen(
        namespace, command.split(), cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    assert "house.sock" in process.stdout.readline()  # it listens
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.communicate(timeout=PATIENCE)


def test_an_ellipsis_stands_for_something_and_nothing_else_does() -> None:
    assert like("a …c\n", "a bbb\nbbc\n")
    assert not like("a …c\n", "a bd\n")
    assert not like("3 routes", "33 routes")
