"""Running the command in a process of its own, as a user does."""

from __future__ import annotations

import subprocess
import sys

import pytest

from command import PATIENCE, Run, environment


@pytest.fixture
def run() -> Run:
    """Run `netlynx` with these arguments; it must exit with `status`. Other keywords are environment variables."""

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
