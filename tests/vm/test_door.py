"""The module that docs/tutorial.md ends with: its own tests, on the kernel that has it loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest

from support import PATIENCE
from vm.conftest import loaded

pytestmark = pytest.mark.guest


def test_the_tests_of_the_tutorials_module_pass() -> None:
    with loaded("door") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "unittest", "-v"], cwd=folder, capture_output=True, text=True, timeout=PATIENCE
        )
    assert done.returncode == 0, done.stderr
    assert "test_a_door_turns" in done.stderr  # the page's, beside those that were generated
