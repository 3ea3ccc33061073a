"""The script that finds out how a network namespace can be made here."""

from __future__ import annotations

import subprocess

from support import PROBE


def test_it_prints_the_options_of_unshare_or_says_why_there_are_none() -> None:
    done = subprocess.run([PROBE], capture_output=True, text=True, timeout=60)
    if done.returncode:
        assert done.stdout == ""
        assert done.stderr.startswith("netlynx: ")
    else:
        assert done.stdout in ("-n\n", "-Urn\n")
