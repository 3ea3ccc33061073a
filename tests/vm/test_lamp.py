"""The module of docs/how-to/kernel-module.md, made as it says: its program and its tests say what the page shows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from vm.conftest import loaded

pytestmark = pytest.mark.guest

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "kernel-module.md").read_text()


def test_the_page_is_true() -> None:
    shown = re.findall(r"^program \| (.*)$", PAGE, re.M)
    with loaded("lamp") as folder:

        def said(*words: str) -> list[str]:
            done = subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True, timeout=120)
            assert done.returncode == 0, done.stderr
            return (done.stdout + done.stderr).splitlines()

        assert said("lamp_client.py") == shown[:2]
        assert said("-m", "unittest", "-v")[:2] == shown[2:4]
        assert said("lamp_client.py", "hall", "7") == ["hall 7", "kitchen 40"]
