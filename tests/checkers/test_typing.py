"""Users' type checkers see every result: mypy is run over two files that say what it must know and must refuse."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def mypy(name: str, cache: Path) -> list[str]:
    api = pytest.importorskip("mypy.api")
    out, err, _ = api.run(["--strict", "--no-pretty", "--cache-dir", str(cache), str(HERE / name)])
    assert not err
    return [line for line in out.splitlines() if name in line]


@pytest.mark.slow
def test_checkers_know_every_result(tmp_path: Path) -> None:
    assert mypy("known.py", tmp_path) == []


@pytest.mark.slow
def test_checkers_refuse_what_cannot_be(tmp_path: Path) -> None:
    expected = {
        number: line.rsplit("# ", 1)[1]
        for number, line in enumerate((HERE / "refused.py").read_text().splitlines(), 1)
        if line.startswith("    ") and "  # " in line
    }
    found = {}
    for line in mypy("refused.py", tmp_path):
        hit = re.match(r".*refused\.py:(\d+): error: .*\[([a-z-]+)\]$", line)
        if hit:
            found[int(hit[1])] = hit[2]
    assert found == expected
