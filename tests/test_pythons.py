"""The Pythons that netlynx is for are told in several files: each tells of the same ones."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text("utf-8"))
NAMED = [
    (3, int(minor))
    for minor in re.findall(r"Python :: 3\.(\d+)$", "\n".join(PROJECT["project"]["classifiers"]), flags=re.MULTILINE)
]


def versions(pattern: str, text: str) -> list[tuple[int, int]]:
    return sorted((3, int(minor)) for minor in re.findall(pattern, text))


def test_the_pythons_named_are_in_a_row() -> None:
    first, last = NAMED[0], NAMED[-1]
    assert [(3, minor) for minor in range(first[1], last[1] + 1)] == NAMED


def test_wheels_are_built_for_the_pythons_named() -> None:
    braces = re.fullmatch(r"cp\{([\d,]+)\}-manylinux_\*", PROJECT["tool"]["cibuildwheel"]["build"])
    assert braces is not None
    assert versions(r"3(\d+)", braces[1]) == NAMED


def test_wheels_are_tried_by_loading_each_native_module() -> None:
    code = re.search(r"python -c '(.*)'", PROJECT["tool"]["cibuildwheel"]["test-command"])
    assert code is not None
    native = {path.relative_to(ROOT / "src").with_suffix("").as_posix() for path in ROOT.glob("src/**/*.pyx")}
    asked = f"{code[1]}\nimport sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert native
    assert {name.replace("/", ".") for name in native} <= set(loaded)


OLDEST = {
    "requires-python": (PROJECT["project"]["requires-python"], r">=3\.(\d+)"),
    "ruff": (PROJECT["tool"]["ruff"]["target-version"], r"py3(\d+)"),
    "mypy": (PROJECT["tool"]["mypy"]["python_version"], r"3\.(\d+)"),
    "README.md": (ROOT.joinpath("README.md").read_text("utf-8"), r"Python ≥ 3\.(\d+)"),
    "install.md": (ROOT.joinpath("docs/install.md").read_text("utf-8"), r"Python 3\.(\d+) or newer"),
    "CONTRIBUTING.md": (ROOT.joinpath("CONTRIBUTING.md").read_text("utf-8"), r"Python 3\.(\d+) or newer"),
    "find-python": (ROOT.joinpath("scripts/find-python").read_text("utf-8"), r"version_info < \(3, (\d+)\)"),
    "pythons": (ROOT.joinpath("scripts/pythons").read_text("utf-8"), r"version_info >= \(3, (\d+)\)"),
}


@pytest.mark.parametrize("where", OLDEST)
def test_the_oldest_python_is_the_same_everywhere(where: str) -> None:
    text, pattern = OLDEST[where]
    assert set(versions(pattern, text)) == {NAMED[0]}


def test_the_pythons_that_are_promised_are_those_named() -> None:
    promised = re.search(r"^\| Python \| (.*?)\. ", ROOT.joinpath("docs/project/stability.md").read_text("utf-8"), re.M)
    assert promised is not None
    assert versions(r"3\.(\d+)", promised[1]) == NAMED


def test_every_python_named_is_looked_for_where_python3_will_not_do() -> None:
    candidates = re.search(r"candidates='(.*)'", ROOT.joinpath("scripts/find-python").read_text("utf-8"))
    assert candidates is not None
    assert versions(r"python3\.(\d+)", candidates[1]) == NAMED
