"""Every example of docs/testing.md is run as it stands there: its files as a project of its own, the rest as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import netlynx
from support import namespaces_refused

PAGE = (Path(__file__).parents[1] / "docs" / "testing.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.S | re.M)
FILES = {match[1]: block for block in BLOCKS if (match := re.match(r"# (\w+\.py)", block))}
PLAIN = [block for block in BLOCKS if block not in FILES.values()]


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """The files of the page, in a folder."""
    monkeypatch.setenv("PYTHONPATH", str(Path(netlynx.__file__).parents[1]))
    for name, text in FILES.items():
        (pytester.path / name).write_text(text)
    return pytester


def test_the_page_has_the_files_that_it_speaks_of() -> None:
    assert set(FILES) == {"gateway.py", "test_gateway.py", "make_recording.py", "test_keep.py"}
    assert len(PLAIN) == 1


def test_the_tests_with_a_virtual_kernel_pass(project: pytest.Pytester) -> None:
    project.runpytest_subprocess("test_gateway.py").assert_outcomes(passed=4)


def test_the_recording_is_made_and_replayed(project: pytest.Pytester) -> None:
    if reason := namespaces_refused():
        pytest.skip(reason)
    project.runpytest_subprocess("make_recording.py").assert_outcomes(passed=1)
    project.runpytest_subprocess("test_keep.py").assert_outcomes(passed=2)


def test_the_failure_that_the_page_shows_is_what_is_shown(project: pytest.Pytester) -> None:
    wrong = FILES["test_gateway.py"].replace('ensure(nl, "192.0.2.1")', 'ensure(nl, "192.0.2.9")')
    (project.path / "test_gateway.py").write_text(wrong)
    result = project.runpytest_subprocess("test_gateway.py", "-k", "another_gateway")
    result.assert_outcomes(failed=1)
    shown = re.search(r"^```text\n(.*?)^```", PAGE, re.S | re.M)
    assert shown is not None
    result.stdout.fnmatch_lines([f"E*{line}" for line in shown[1].splitlines()])


@pytest.mark.parametrize("code", PLAIN)
def test_what_needs_no_pytest_runs_as_it_stands(code: str, tmp_path: Path) -> None:
    exec(compile(code.replace("/tmp", str(tmp_path)), "testing.md", "exec"), {"__name__": "__main__"})
