"""Running the command: in a process of its own, as a user does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

KERNEL = str(Path(__file__).parent / "kernel_route.py")
PATIENCE = 60.0

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NETLYNX_", "FORCE_", "NO_"))}
    return {**kept, "COLUMNS": "200", "TERMINAL_WIDTH": "200", "PYTHONWARNINGS": "error", **more}


@pytest.fixture
def run() -> Run:
    """Run `netlynx` with these arguments; a number as `status` is what it must exit with."""

    def run(*arguments: str, status: int = 0, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "netlynx", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env=environment(**more),
        )
        assert done.returncode == status, done.stderr
        return done

    return run
