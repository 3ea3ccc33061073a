"""A soak of a second (longer ones: docs/soak.md): it passes, and finds out a program that does not say what it lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from command import environment

ROOT = Path(__file__).parents[2]
PATIENCE = 200.0  # seconds, on a slow machine

pytestmark = [pytest.mark.namespace, pytest.mark.slow]


def soak(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "soak", "--seconds", "1", "--seed", "7", *arguments],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def test_all_that_was_missed_was_told() -> None:
    done = soak()
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("seed 7, 1 s\n")
    assert done.stdout.endswith("Nothing was lost without a word.\n")
    total = next(line.split() for line in done.stdout.splitlines() if line.startswith("all "))
    heard, overruns, reported, found = (int(word.replace(",", "")) for word in total[1:])
    assert heard > 0
    assert overruns > 0
    assert reported == found > 0


def test_losses_that_are_not_told_are_found_out() -> None:
    done = soak("--swallow")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "events were missed without a word" in done.stderr
