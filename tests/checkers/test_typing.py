"""Users' type checkers see every result: mypy is run over two files that say what it must know and must refuse."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.slow
def test_mypy_knows_every_result_and_refuses_what_cannot_be(tmp_path: Path) -> None:
    """Both at once: most of its time goes into reading netlynx."""
    api = pytest.importorskip("mypy.api")
    files = [str(HERE / name) for name in ("known.py", "refused.py")]
    out, err, _ = api.run(["--strict", "--no-pretty", "--cache-dir", str(tmp_path), *files])
    assert not err
    expected = {
        number: line.rsplit("# ", 1)[1]
        for number, line in enumerate((HERE / "refused.py").read_text().splitlines(), 1)
        if line.startswith("    ") and "  # " in line
    }
    found = {}
    for line in out.splitlines():
        assert "known.py" not in line
        if hit := re.match(r".*refused\.py:(\d+): error: .*\[([a-z-]+)\]$", line):
            found[int(hit[1])] = hit[2]
    assert found == expected


@pytest.mark.slow
@pytest.mark.parametrize("name", ["known.py", "refused.py"])
def test_pyright_says_the_same(name: str) -> None:
    program = shutil.which("pyright") or shutil.which("basedpyright")
    if program is None:
        pytest.skip("pyright is not installed")
    command = [program, "--outputjson", "--pythonpath", sys.executable, str(HERE / name)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=HERE)
    told = json.loads(done.stdout)["generalDiagnostics"]
    found = {each["range"]["start"]["line"] + 1 for each in told if each["severity"] == "error"}
    lines = enumerate((HERE / name).read_text().splitlines(), 1)
    assert found == {number for number, line in lines if line.startswith("    ") and re.search(r"  # [a-z-]+$", line)}
