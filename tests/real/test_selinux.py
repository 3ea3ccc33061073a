"""SELinux begins and ceases to enforce, on a kernel of our own that was told to use it:

    NETLYNX_VM_PARAMETERS=security=selinux make test-vm ARGS=tests/real/test_selinux.py

Without a policy, all that it would forbid is allowed. It is the kernel that tells, whoever asked.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import netlynx
from netlynx import selinux
from support import PATIENCE

pytestmark = pytest.mark.guest
MOUNTED = Path("/sys/fs/selinux")


def test_it_is_heard_when_enforcement_begins_and_ceases() -> None:
    if "selinuxfs" not in Path("/proc/filesystems").read_text():
        with netlynx.connect() as nl, pytest.raises(netlynx.NotSupported, match="SELinux is not in use"):
            nl.subscribe(selinux.EVENTS)
        pytest.skip("SELinux is not in use: NETLYNX_VM_PARAMETERS=security=selinux has the guest's kernel use it")
    enforce = MOUNTED / "enforce"
    if not enforce.exists():
        subprocess.run(["mount", "-t", "selinuxfs", "selinuxfs", str(MOUNTED)], check=True, timeout=PATIENCE)
    before = enforce.read_text()
    with netlynx.connect(timeout=PATIENCE) as nl, nl.subscribe(selinux.EVENTS) as events:
        try:
            for wanted in ("0", "1", "0"):
                if enforce.read_text() != wanted:
                    enforce.write_text(wanted)
                    heard = events.get(PATIENCE)
                    assert isinstance(heard, netlynx.Event)
                    assert (heard.kind, heard.record) == ("enforcement", selinux.Enforcement(enforcing=wanted == "1"))
                    assert enforce.read_text() == wanted
        finally:
            enforce.write_text(before)
