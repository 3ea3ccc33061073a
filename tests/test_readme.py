"""Every Python example of the README and the pages beside it is run as it stands, in a namespace of its own."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import netlynx
from netlynx import netns, tun

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text()
COMMAND_LINE = (ROOT / "docs" / "command-line.md").read_text()
ELSEWHERE = ("testing.md", "tutorial.md")  # their examples are files that need each other
HOW_TO = ROOT / "docs" / "how-to"  # pages that are followed step by step (test_how_to.py)
PAGES = (
    "README.md",
    *(
        str(page.relative_to(ROOT))
        for page in sorted((ROOT / "docs").rglob("*.md"))
        if page.name not in ELSEWHERE and page.parent != HOW_TO
    ),
)
EXAMPLES = [
    (page, number, textwrap.dedent(code))
    for page in PAGES
    for number, code in enumerate(re.findall(r"^```python\n(.*?)^```", (ROOT / page).read_text(), re.S | re.M))
]


@pytest.mark.namespace
@pytest.mark.parametrize(("page", "number", "code"), EXAMPLES, ids=[f"{page}-{number}" for page, number, _ in EXAMPLES])
def test_examples_run_as_they_stand(page: str, number: int, code: str, namespace: netns.NetworkNamespace) -> None:
    program = compile(code, f"{page}, example {number}", "exec")
    try:
        netns.run_in(namespace, exec, program, {"__name__": "__main__"})
    except netlynx.NotSupported as error:
        if page == "README.md":
            raise
        pytest.skip(str(error))  # a family that this kernel lacks
    except netlynx.PermissionDenied as error:
        if tun.PATH not in str(error):
            raise
        pytest.skip(str(error))


@pytest.mark.namespace
def test_the_batch_that_is_shown_is_carried_out(namespace: netns.NetworkNamespace) -> None:
    lines = re.search(r"<!-- batch -->\n```json\n(.*?)```", COMMAND_LINE, re.S)
    assert lines is not None
    done = netns.run_in(
        namespace,
        subprocess.run,
        [sys.executable, "-m", "netlynx", "batch", "-"],
        input=lines[1],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert without_numbers(done.stderr) == ["N carried out, N refused, N unknown, N not sent (N a second)"]
    assert done.stderr.startswith(f"{len(lines[1].splitlines())} carried out, 0 refused, 0 unknown, 0 not sent")


def test_the_readme_opens_with_the_two_commands() -> None:
    commands = re.findall(r"^\$ (.*)$", README, re.M)
    assert commands[:2] == ["make demo", "make test"]


def without_numbers(text: str) -> list[str]:
    """Lines of a demo with process IDs and counts taken out: they differ from run to run."""
    return [re.sub(r"\b(process |more |from process )?\d+\b", r"\1N", line) for line in text.strip().splitlines()]


def demo(page: str) -> str:
    shown = re.search(r"<!-- demo -->\n```text\n(.*?)```", page, re.S)
    assert shown is not None
    return shown[1]


@pytest.mark.namespace
def test_pages_show_what_the_demo_prints(namespace: netns.NetworkNamespace) -> None:
    done = subprocess.run([sys.executable, "-m", "netlynx", "hello"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    printed = without_numbers(done.stdout)
    assert without_numbers(demo(TUTORIAL)) == printed
    first = without_numbers(demo(README))  # the first conversation of the four, and all of it
    assert first == printed[: printed.index("")]


def test_the_readme_is_a_page_that_can_be_read_at_once() -> None:
    assert len(README.splitlines()) <= 150
