"""Modules of the guest's kernel that a test has to itself: with another's its devices or options would clash."""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support import IN_GUEST, PATIENCE, until

BUILT = Path(os.environ.get("NETLYNX_TEST_MODULES", ""))  # where `scripts/vm-modules` puts what it builds


@contextmanager
def alone(module: str, *parameters: str) -> Iterator[None]:
    """A module that is loaded meanwhile, with these parameters. Test files that run at the same time wait for it.

    One that `make test-vm` builds, or one of the kernel's. The test is skipped where there is none, and out of the
    guest, where it may be in use.
    """
    if not IN_GUEST:
        pytest.skip(f"{module} may be in use on this machine: `make test-vm` has a kernel of its own")
    if (missing := BUILT / f"{module}.missing").exists():
        pytest.skip(missing.read_text())
    ours = BUILT / f"{module}.ko"
    words = ["insmod", str(ours)] if ours.exists() else ["modprobe", module]
    with open(Path(tempfile.gettempdir(), f"netlynx-{module}.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run([*words, *parameters], capture_output=True, text=True, timeout=PATIENCE)
        if done.returncode and words[0] == "modprobe":
            pytest.skip(f"no {module}: {done.stderr.strip()}")
        assert not done.returncode, done.stderr
        try:
            yield
        finally:
            until(lambda: unloaded(module))


def unloaded(module: str) -> bool:
    """Whether it is away; else try again to have it so: devices that are closed may be in use a moment longer."""
    if Path("/sys/module", module).exists():
        subprocess.run(["rmmod", module], capture_output=True, timeout=PATIENCE)
    return not Path("/sys/module", module).exists()
