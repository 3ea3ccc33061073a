"""What holds for every example: it is tried, it says what it needs, it is short, and the page lists it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from programs import FOLDER

ROOT = FOLDER.parent
EXAMPLES = sorted(FOLDER.glob("*.py"))
ELSEWHERE = {"packet_filter": "tests/netfilter/test_queue.py"}  # with the packets of that file
LONGEST = 80  # lines


def test_there_are_as_many_as_the_page_says() -> None:
    assert len(EXAMPLES) >= 12


def test_each_is_tried() -> None:
    for path in EXAMPLES:
        tests = ROOT / ELSEWHERE.get(path.stem, f"tests/examples/test_{path.stem}.py")
        assert tests.exists(), f"{path.name} has no tests: {tests}"
        assert path.stem in tests.read_text(), f"{tests} does not run {path.name}"


def test_each_says_what_it_does_how_it_is_run_and_what_it_needs() -> None:
    for path in EXAMPLES:
        text = path.read_text()
        told = ast.get_docstring(ast.parse(text)) or ""
        assert re.search(rf"^    .*{path.name}|^    .*{path.stem}", told, re.M), f"{path.name} shows no command"
        assert re.search(r"\bneeds\b", told), f"{path.name} does not say what it needs"
        assert len(text.splitlines()) <= LONGEST, f"{path.name} is longer than {LONGEST} lines"


def test_the_page_lists_each() -> None:
    page = (ROOT / "docs" / "examples.md").read_text()
    listed = re.findall(r"\]\(\.\./examples/(\w+)\.py\)", page)
    assert sorted(listed) == sorted(set(listed)) == [path.stem for path in EXAMPLES]


def test_checkers_look_at_them() -> None:
    settings = Path(ROOT / "pyproject.toml").read_text()
    files = re.search(r"^\[tool\.mypy\].*?^files = \[(.*?)\]", settings, re.S | re.M)
    assert files is not None
    assert '"examples"' in files[1]
