"""Running the command in a process of its own, nearly as a user does."""

from __future__ import annotations

import subprocess

import pytest

from command import Run
from forking import forked


@pytest.fixture
def run() -> Run:
    """Run `netlynx` with these arguments; it must exit with `status`. Other keywords are environment variables."""

    def run(*arguments: str, status: int = 0, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        done = forked(arguments, stdin, more)
        assert done.returncode == status, done.stderr
        return done

    return run
