"""The module of docs/how-to/kernel-module.md, as its reader makes it: its program and its tests pass."""

from __future__ import annotations

import subprocess
import sys

import pytest

from vm.conftest import loaded

pytestmark = pytest.mark.guest


def test_the_page_is_true() -> None:
    with loaded("lamp") as folder:
        for words, said in ((["lamp_client.py", "hall", "70"], "hall 70\nkitchen 40\n"), (["-m", "unittest"], "")):
            done = subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True, timeout=120)
            assert (done.returncode, done.stdout) == (0, said), done.stderr
