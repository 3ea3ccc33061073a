"""The pages of docs/how-to are followed to the letter: programs, commands, and what they print."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from command import environment
from how_to_page import blocks, differs
from support import IN_GUEST
from tracing import refused

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs" / "how-to").glob("*.md"))
HERE = """
mount --make-rprivate /
test -d /run/netns || mkdir /run/netns 2>/dev/null || mount -t tmpfs none /run
mkdir -p /run/netns
mount -t tmpfs none /run/netns
exec "$@"
"""


def follow(page: Path, *options: str) -> str:
    """What differs from what the page says, "" if nothing does.

    It is in a mount namespace of its own: `blue` is nobody else's there.
    """
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    variables = {
        "PATH": path,
        "COLUMNS": "80",
        "TERMINAL_WIDTH": "80",
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PYTHONUNBUFFERED": "1",  # both streams in the order in which a terminal shows them
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # of what is installed here a reader may have none
        "PYTEST_PLUGINS": "netlynx.testing.plugin",
    }
    words = [
        "unshare",
        "-mn",
        "sh",
        "-ec",
        HERE,
        "sh",
        sys.executable,
        str(ROOT / "tests" / "how_to_page.py"),
        str(page),
    ]
    done = subprocess.run([*words, *options], capture_output=True, text=True, timeout=170, env=environment(**variables))
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.namespace
@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare")
@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_a_page_is_true(page: Path) -> None:
    if "netlynx trace" in page.read_text() and (reason := refused()):
        pytest.skip(reason)
    assert follow(page, *(["--guest"] if IN_GUEST else [])) == ""


@pytest.mark.guest
@pytest.mark.skipif(not IN_GUEST, reason="needs links and modules that this machine's kernel may lack")
@pytest.mark.skipif(shutil.which("ping") is None, reason="needs ping (iputils-ping)")
def test_what_not_every_kernel_has_is_true() -> None:
    pages = [page for page in PAGES if "<!-- guest -->" in page.read_text()]
    assert pages
    assert "".join(follow(page, "--guest") for page in pages) == ""


def test_each_page_asks_a_question_shows_a_program_first_and_an_error() -> None:
    for page in PAGES:
        text = page.read_text()
        assert re.match(r"# How .*\?\n", text), page.name
        assert next(blocks(text)).language in ("python", "console"), page.name
        for heading in ("## What goes wrong", "## What it needs"):
            assert f"\n{heading}\n" in text, f"{page.name} lacks {heading}"


def test_a_page_that_lies_would_be_seen(tmp_path: Path) -> None:
    assert differs("a … c\n", "a b c\n") == ""
    assert differs("a … c\n", "a b d\n")
    page = tmp_path / "page.md"
    for code in (
        "```python\nprint(1)\n```\n\n```text\n2\n```\n",
        "```python\n1 / 0\n```\n",
        "```console\n$ echo 1\n2\n```\n",
    ):
        page.write_text(code)
        done = subprocess.run([sys.executable, ROOT / "tests" / "how_to_page.py", page], capture_output=True, text=True)
        assert done.returncode == 1, code
        assert "page.md, line 1:" in done.stdout
